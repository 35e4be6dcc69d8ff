package budget

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/budget/outcome"
	"musharaka/modules/budget/pabulib"
	"musharaka/modules/budget/tally"
)

// pabulibRules are the names that the collection has for the rules.
var pabulibRules = map[tally.Rule]string{
	tally.Greedy: "greedy", tally.GreedyNoSkip: "greedy-no-skip", tally.GreedyThreshold: "greedy-threshold",
	tally.MESCost: "equalshares", tally.MESCard: "equalshares", tally.MESPoints: "equalshares", tally.MESPointsCost: "equalshares", tally.MESCostU: "equalshares",
	tally.MESCostAdd1: "equalshares/add1", tally.MESCardAdd1: "equalshares/add1", tally.MESPointsAdd1: "equalshares/add1",
	tally.MESCostAdd1U: "equalshares/add1", tally.MESCardAdd1U: "equalshares/add1", tally.MESPointsAdd1U: "equalshares/add1",
	tally.MESCostAdd1Overspend: "equalshares/add1", tally.MESCostAdd1UInt: "equalshares/add1", tally.Phragmen: "unknown",
}

// countryNames are the countries in English, as the collection has them.
var countryNames = map[string]string{"TN": "Tunisia", "MA": "Morocco"}

// pabulib returns what was counted as a Pabulib file, in the form that the
// collection's checks ask for: whoever counts it by the same rule gets the
// winners of the part. Projects that nobody voted for are not in it, because
// they can change nothing; projects stand in the order of their lots; voters
// are numbered in an order without meaning, and what is said of them is left
// out where fewer than outcome.Few would share it.
func (e Edition) pabulib(a Authority, from outcome.Election, p outcome.Part, r outcome.Rules) *pabulib.File {
	f := &pabulib.File{}
	order := make([]int, 0, len(p.Projects))
	for i, l := range p.Projects {
		if l.Votes > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(from.Projects[x].Lot, from.Projects[y].Lot) })
	e.fileMeta(f, a, from, p, r, len(order))
	weighted := e.Rules.Ballot.Kind == Points || e.Rules.Ballot.Kind == Ranking
	f.Projects.Header = []string{"project_id", "cost", "votes", "name", "selected"}
	if weighted {
		f.Projects.Header = []string{"project_id", "cost", "votes", "score", "name", "selected"}
	}
	for _, i := range order {
		l := p.Projects[i]
		row := []string{l.ID, pabulib.FormatMoney(l.Cost, p.Decimals), strconv.FormatInt(l.Votes, 10)}
		if weighted {
			row = append(row, strconv.FormatInt(l.Score, 10))
		}
		selected := "0"
		if l.Won() {
			selected = "1"
		}
		f.Projects.Rows = append(f.Projects.Rows, append(row, oneLine(inLang(l.Names, "ar")), selected))
	}
	e.fileVotes(f, from, weighted)
	return f
}

// oneLine keeps a cell on its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (e Edition) fileMeta(f *pabulib.File, a Authority, from outcome.Election, p outcome.Part, r outcome.Rules, projects int) {
	add := func(key, value string) {
		if value != "" {
			f.Meta = append(f.Meta, pabulib.Entry{Key: key, Value: oneLine(value)})
		}
	}
	voting, _ := e.Calendar.Stage(Voting)
	day := func(t time.Time) string { return t.In(e.Zone()).Format("02.01.2006") }
	b := e.Rules.Ballot
	rule := pabulibRules[r.Rule]
	if r.Compare && strings.HasPrefix(rule, "equalshares") {
		rule += "-comparison"
	}
	total := int64(0)
	for _, l := range p.Projects {
		if l.Votes > 0 {
			total += l.Cost
		}
	}
	add("description", "Participatory budget of "+a.Name("fr")+", "+strconv.Itoa(e.Year))
	add("country", countryNames[e.Country])
	add("unit", a.Name("fr"))
	add("subunit", inLang(p.Names, "fr"))
	add("instance", strconv.Itoa(e.Year))
	add("num_projects", strconv.Itoa(projects))
	add("num_votes", strconv.Itoa(len(from.Ballots)))
	add("budget", pabulib.FormatMoney(p.Budget, p.Decimals))
	add("vote_type", map[BallotKind]string{Approval: "approval", Knapsack: "approval", Single: "choose-1", Points: "cumulative", Ranking: "ordinal"}[b.Kind])
	add("rule", rule)
	add("date_begin", day(voting.From))
	add("date_end", day(voting.To.Add(-time.Second)))
	add("min_length", "1")
	if b.Max > 0 && b.Kind != Single {
		add("max_length", strconv.Itoa(b.Max))
	}
	if b.Kind == Points {
		add("max_points", strconv.Itoa(b.PointsEach))
		add("max_sum_points", strconv.Itoa(b.PointsTotal))
	}
	add("edition", e.ID)
	add("currency", e.Rules.Currency)
	if total <= p.Budget {
		add("fully_funded", "1")
	}
	add("comment", e.fileComment(p, r))
}

// fileComment says what the collection has no key for.
func (e Edition) fileComment(p outcome.Part, r outcome.Rules) string {
	text := fmt.Sprintf("#1: Counted by the rule %s, ties by %s, projects in the order of their lots.", r.Rule, r.Tie)
	if p.Need != "" {
		text += fmt.Sprintf(" This is the share kept for the needs of: %s.", p.Need)
	}
	if p.Blank > 0 {
		text += fmt.Sprintf(" %d blank ballots are not in the file.", p.Blank)
	}
	none := 0
	for _, l := range p.Projects {
		if l.Votes == 0 {
			none++
		}
	}
	if none > 0 {
		text += fmt.Sprintf(" %d projects without a vote are not in the file.", none)
	}
	return text
}

// fileVotes writes the ballots.
func (e Edition) fileVotes(f *pabulib.File, from outcome.Election, weighted bool) {
	f.Votes.Header = []string{"voter_id", "vote"}
	if weighted {
		f.Votes.Header = append(f.Votes.Header, "points")
	}
	known := coarse(from.Ballots)
	f.Votes.Header = append(f.Votes.Header, "age", "sex", "voting_method")
	for i, b := range from.Ballots {
		votes := slices.Clone(b.Votes)
		if weighted {
			slices.SortStableFunc(votes, func(x, y tally.Vote) int { return cmp.Compare(y.Points, x.Points) })
		}
		var ids, points []string
		for _, v := range votes {
			ids, points = append(ids, from.Projects[v.Project].ID), append(points, strconv.FormatInt(v.Points, 10))
		}
		row := []string{strconv.Itoa(i + 1), strings.Join(ids, ",")}
		if weighted {
			row = append(row, strings.Join(points, ","))
		}
		f.Votes.Rows = append(f.Votes.Rows, append(row, known[i].age, known[i].sex, known[i].method))
	}
}

// sketch is what a file says of a voter.
type sketch struct{ age, sex, method string }

// coarse leaves out what fewer than outcome.Few voters share: first the sex,
// then the age, then all.
func coarse(ballots []outcome.Ballot) []sketch {
	all := make([]sketch, len(ballots))
	for i, b := range ballots {
		all[i] = sketch{age: strings.Replace(b.Age, "+", "-120", 1), sex: strings.ToUpper(b.Sex), method: "internet"}
		if b.Channel == string(Paper) || b.Channel == string(Counter) {
			all[i].method = "paper"
		}
	}
	for _, less := range []func(*sketch){func(s *sketch) { s.sex = "" }, func(s *sketch) { s.age = "" }} {
		n := map[sketch]int{}
		for _, s := range all {
			n[s]++
		}
		for i := range all {
			if n[all[i]] < outcome.Few {
				less(&all[i])
			}
		}
	}
	n := map[string]int{}
	for _, s := range all {
		n[s.method]++
	}
	if n["paper"] < outcome.Few || n["internet"] < outcome.Few {
		method := "internet"
		if n["paper"] > n["internet"] {
			method = "paper"
		}
		for i := range all {
			all[i].method = method
		}
	}
	lone := map[sketch]int{}
	for _, s := range all {
		lone[s]++
	}
	for i, s := range all {
		if lone[s] < outcome.Few {
			all[i].age, all[i].sex = "", ""
		}
	}
	return all
}
