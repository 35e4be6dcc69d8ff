package outcome

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/budget/pabulib"
	"musharaka/modules/budget/tally"
)

// FromFile takes over the election of a Pabulib file. All its ballots count
// among the voters, blank ones too, as in the city that published it.
func FromFile(f *pabulib.File) Election {
	e := Election{Currency: f.Value("currency"), Decimals: f.Decimals, Budget: f.Election.Budget, Threshold: f.Election.Threshold}
	name, zone := f.Projects.Column("name"), f.Projects.Column("neighborhood", "neighbourhood", "district", "subunit")
	for i, p := range f.Election.Projects {
		project := Project{ID: p.ID, Cost: p.Cost, Lot: p.Lot, Zone: cell(f.Projects.Rows[i], zone)}
		if n := cell(f.Projects.Rows[i], name); n != "" {
			project.Names = map[string]string{"": n}
		}
		e.Projects = append(e.Projects, project)
	}
	age, sex := f.Votes.Column("age"), f.Votes.Column("sex")
	home := f.Votes.Column("neighborhood", "neighbourhood", "district")
	for i, b := range f.Election.Ballots {
		row := f.Votes.Rows[i]
		e.Ballots = append(e.Ballots, Ballot{Votes: b.Votes, Zone: cell(row, home), Age: band(cell(row, age)), Sex: sexOf(cell(row, sex))})
	}
	if len(zones(e.Ballots)) > maxZones { // a column that is no place but an address: it tells too much and shows nothing
		for i := range e.Ballots {
			e.Ballots[i].Zone = ""
		}
	}
	return e
}

// maxZones is how many zones are told apart.
const maxZones = 60

func zones(ballots []Ballot) []string {
	seen := map[string]bool{}
	for _, b := range ballots {
		seen[b.Zone] = true
	}
	return slices.Collect(maps.Keys(seen))
}

// cell returns a cell without the placeholders for nothing; "" for no column.
func cell(row []string, column int) string {
	if column < 0 {
		return ""
	}
	if s := row[column]; s != "None" && s != `\N` {
		return s
	}
	return ""
}

// band reads an age in years, or a band that somebody else chose, by its middle.
func band(s string) string {
	low, high, found := strings.Cut(s, "-")
	from, err := strconv.Atoi(strings.TrimSuffix(low, "+"))
	if err != nil {
		return ""
	}
	to := from
	if found {
		if to, err = strconv.Atoi(high); err != nil {
			return ""
		}
	}
	return AgeBand((from + to) / 2)
}

func sexOf(s string) string {
	switch strings.ToUpper(s) {
	case "F", "K": // kobieta, in older Polish files
		return "f"
	case "M":
		return "m"
	case "O":
		return "o"
	}
	return ""
}

// RulesFor returns the rules with which a file is first shown: those of its
// city where they are known, and the other great family beside them.
func RulesFor(f *pabulib.File) Rules {
	r := Rules{Rule: tally.Greedy, Tie: "score,cost,id", Beside: tally.MESCostAdd1U, FundUnsupported: true}
	points := Weighted(f)
	if points {
		r.Beside = tally.MESPointsAdd1U
	}
	switch rule := f.Value("rule"); {
	case rule == "greedy-no-skip":
		r.Rule = tally.GreedyNoSkip
	case rule == "greedy-threshold":
		r.Rule = tally.GreedyThreshold
	case strings.HasPrefix(rule, "equalshares") && !points:
		r.Rule, r.Beside = tally.MESCost, tally.Greedy
		if strings.Contains(rule, "add1") {
			r.Rule = tally.MESCostAdd1Overspend
		}
		r.Compare = strings.HasSuffix(rule, "comparison")
	case strings.HasPrefix(rule, "equalshares"):
		r.Rule, r.Beside = tally.MESPointsAdd1, tally.Greedy
	}
	return r
}

// Weighted reports whether a file's ballots give points or ranks.
func Weighted(f *pabulib.File) bool {
	kind := strings.ToLower(f.Value("vote_type"))
	return kind == "cumulative" || kind == "ordinal" || kind == "scoring"
}
