package outcome

import (
	"math/big"

	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
)

// Rules say how an election is counted.
type Rules struct {
	Rule    tally.Rule `json:"rule"`
	Tie     string     `json:"tie"`
	Step    int64      `json:"step"` // of Add1, in minor units; 0 means one unit of the currency
	Compare bool       `json:"compare,omitempty"`
	Beside  tally.Rule `json:"beside,omitempty"` // the rule not chosen, for comparison; "" for none
	// FundUnsupported is for files of others alone: what the reference
	// implementations do with projects that nobody supports.
	FundUnsupported bool `json:"fund_unsupported,omitempty"`
}

// Project is a project as it was voted for.
type Project struct {
	ID     string
	Number int64
	Names  map[string]string // by language; one without a language under ""
	Zone   string            // for readers, "" where it says nothing
	Cost   int64             // minor units
	Lot    int
}

// Ballot is one ballot with what is known of its voter, in coarse bands. Votes
// without points are a blank ballot.
type Ballot struct {
	Votes []tally.Vote
	Zone  string
	Age   string // a band of AgeBands, "" when not known
	Sex   string // "f", "m", "o", ""
	// Channel is how it came in; it has no part in the count.
	Channel string
}

// Election is one election: an area of an edition, or a file.
type Election struct {
	Key       string
	Names     map[string]string // of the area, by language; nil for the only one
	Need      string            // the earmark it is counted for, "" for the whole envelope
	Currency  string
	Decimals  int
	Budget    int64
	Threshold int64
	Projects  []Project
	Ballots   []Ballot
	Blank     int64 // handed in blank and not among Ballots
}

// Only returns the election of some of the projects: ballots that name none of
// them are not in it.
func (e Election) Only(keep func(Project) bool) Election {
	at := make([]int, len(e.Projects))
	var projects []Project
	for i, p := range e.Projects {
		at[i] = -1
		if keep(p) {
			at[i] = len(projects)
			projects = append(projects, p)
		}
	}
	if len(projects) == len(e.Projects) {
		return e
	}
	var ballots []Ballot
	for _, b := range e.Ballots {
		var votes []tally.Vote
		for _, v := range b.Votes {
			if at[v.Project] >= 0 {
				votes = append(votes, tally.Vote{Project: at[v.Project], Points: v.Points})
			}
		}
		if len(votes) > 0 {
			b.Votes = votes
			ballots = append(ballots, b)
		}
	}
	e.Projects, e.Ballots = projects, ballots
	return e
}

// Part is a counted election.
type Part struct {
	Key      string            `json:"key"`
	Names    map[string]string `json:"names,omitempty"`
	Need     string            `json:"need,omitempty"`
	Currency string            `json:"currency"`
	Decimals int               `json:"decimals"`
	Budget   int64             `json:"budget"`
	Cost     int64             `json:"cost"`
	Voters   int64             `json:"voters"` // those who support at least something, or all ballots of a file
	Blank    int64             `json:"blank"`
	Share    int64             `json:"share,omitempty"` // what Equal Shares gave each voter, rounded down
	Steps    int64             `json:"steps,omitempty"` // how often Add1 raised it
	Winners  []int             `json:"winners"`         // indexes in Projects, in the order of selection
	Projects []Line            `json:"projects"`
	Rounds   []Round           `json:"rounds"`
	Beside   *Beside           `json:"beside,omitempty"`
	Chosen   *Chosen           `json:"comparison,omitempty"`
	Groups   []Group           `json:"groups"`
}

// Line is one project's part in the result.
type Line struct {
	ID      string            `json:"id"`
	Number  int64             `json:"number,omitempty"`
	Names   map[string]string `json:"names,omitempty"`
	Zone    string            `json:"zone,omitempty"`
	Cost    int64             `json:"cost"`
	Votes   int64             `json:"votes"` // voters who support it
	Score   int64             `json:"score"` // points
	Place   int               `json:"place"` // among the winners, from 1; 0 for the others
	Outcome tally.Outcome     `json:"outcome"`
	// Could and Missing are set where money decided: what there was for it, and
	// what was lacking to its cost.
	Could   int64 `json:"could,omitempty"`
	Missing int64 `json:"missing,omitempty"`
	Beside  bool  `json:"beside,omitempty"` // it wins under the rule not chosen
}

// Won reports whether the project is funded.
func (l Line) Won() bool { return l.Place > 0 }

// Each is what every supporter could have paid, or 0.
func (l Line) Each() int64 { return l.Could / max(l.Votes, 1) }

// Round is one choice of the rule.
type Round struct {
	Project   int   `json:"project"`
	Payment   int64 `json:"payment,omitempty"`      // the most a supporter paid, rounded up
	Full      int64 `json:"paid_in_full,omitempty"` // supporters who paid it
	Less      int64 `json:"paid_less,omitempty"`    // supporters who gave all they had left
	Load      int64 `json:"load,omitempty"`         // Phragmén's, rounded up
	Remaining int64 `json:"remaining"`              // of the budget
}

// Beside is what the rule not chosen would have funded.
type Beside struct {
	Rule    tally.Rule `json:"rule"`
	Winners []int      `json:"winners"`
	Cost    int64      `json:"cost"`
	// Satisfied are the voters with at least one project of theirs among its winners.
	Satisfied int64 `json:"satisfied"`
}

// Chosen is the comparison step.
type Chosen struct {
	PreferGreedy int64 `json:"prefer_greedy"`
	PreferOwn    int64 `json:"prefer_own"`
	Greedy       bool  `json:"greedy_is_the_result"`
}

// Count counts an election. Every error is a fault of kind Invalid or, when
// stop said so, Unavailable. stop may be nil.
func Count(e Election, r Rules, stop func() bool) (*Part, error) {
	tie, err := tally.ParseTieOrder(r.Tie)
	if err != nil {
		return nil, err
	}
	counted := e.tally()
	o := tally.Options{Rule: r.Rule, Tie: tie, Step: r.Step, Compare: r.Compare, FundUnsupported: r.FundUnsupported, Stop: stop}
	res, err := tally.Run(counted, o)
	if err != nil {
		return nil, fault.Wrap("outcome.Count", err)
	}
	p := e.part(res)
	if r.Beside != "" && r.Beside != r.Rule {
		o.Rule, o.Compare = r.Beside, false
		other, err := tally.Run(counted, o)
		if err != nil {
			return nil, fault.Wrap("outcome.Count: beside", err)
		}
		p.beside(other, e.Ballots)
	}
	p.Groups = groups(e.Ballots, p.won())
	return p, nil
}

func (e Election) tally() *tally.Election {
	t := &tally.Election{Budget: e.Budget, Unit: 1, Threshold: e.Threshold}
	for range e.Decimals {
		t.Unit *= 10
	}
	for _, p := range e.Projects {
		t.Projects = append(t.Projects, tally.Project{ID: p.ID, Cost: p.Cost, Lot: p.Lot})
	}
	for _, b := range e.Ballots {
		t.Ballots = append(t.Ballots, tally.Ballot{Votes: b.Votes})
	}
	return t
}

func (e Election) part(res *tally.Result) *Part {
	p := &Part{Key: e.Key, Names: e.Names, Need: e.Need, Currency: e.Currency, Decimals: e.Decimals, Budget: e.Budget,
		Cost: res.Cost, Voters: res.Voters, Blank: e.Blank, Share: down(res.Share), Steps: res.Steps, Winners: res.Winners}
	for i, project := range e.Projects {
		x := res.Projects[i]
		l := Line{ID: project.ID, Number: project.Number, Names: project.Names, Zone: project.Zone, Cost: project.Cost,
			Votes: x.Supporters, Score: x.Score, Place: x.Place, Outcome: x.Outcome}
		if x.Could != nil {
			l.Could = down(x.Could)
			l.Missing = l.Cost - l.Could
		}
		p.Projects = append(p.Projects, l)
	}
	for _, r := range res.Rounds {
		p.Rounds = append(p.Rounds, Round{Project: r.Project, Payment: up(r.Payment), Full: r.PaidInFull, Less: r.PaidLess, Load: up(r.Load), Remaining: r.Remaining})
	}
	if c := res.Comparison; c != nil {
		p.Chosen = &Chosen{c.PreferGreedy, c.PreferOwn, c.GreedyChosen}
	}
	return p
}

// beside adds the rule not chosen.
func (p *Part) beside(res *tally.Result, ballots []Ballot) {
	p.Beside = &Beside{Rule: res.Rule, Winners: res.Winners, Cost: res.Cost}
	won := make([]bool, len(p.Projects))
	for _, i := range res.Winners {
		won[i], p.Projects[i].Beside = true, true
	}
	for _, b := range ballots {
		if satisfied(b, won) {
			p.Beside.Satisfied++
		}
	}
}

func (p *Part) won() []bool {
	won := make([]bool, len(p.Projects))
	for _, i := range p.Winners {
		won[i] = true
	}
	return won
}

// down rounds a fraction to the whole number below it; nil is 0.
func down(r *big.Rat) int64 {
	if r == nil {
		return 0
	}
	return new(big.Int).Div(r.Num(), r.Denom()).Int64()
}

// up rounds a fraction to the whole number above it; nil is 0.
func up(r *big.Rat) int64 {
	if r == nil {
		return 0
	}
	return -new(big.Int).Div(new(big.Int).Neg(r.Num()), r.Denom()).Int64()
}
