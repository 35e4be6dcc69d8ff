package tally

import "math/big"

// Outcome says why a project won or lost.
type Outcome string

// The reasons.
const (
	WonByRule       Outcome = "won"              // the rule itself chose it
	WonByCompletion Outcome = "won_completion"   // chosen greedily with the money that Equal Shares left
	LostUnsupported Outcome = "lost_unsupported" // nobody supports it
	LostThreshold   Outcome = "lost_threshold"   // fewer points than the rule asks for
	LostMoney       Outcome = "lost_money"       // when its turn came it cost more than what was left
	LostStopped     Outcome = "lost_stopped"     // the rule had ended before its turn came
	LostSupporters  Outcome = "lost_supporters"  // its supporters' shares did not suffice
	LostTooDear     Outcome = "lost_too_dear"    // it costs more than the whole budget
)

// Round is one choice of the rule. Only those fields are set that the rule knows.
type Round struct {
	Project int // index in Election.Projects
	// Effective is, for Equal Shares, how much utility one minor unit of the
	// project's price buys: with cost utilities the effective number of votes.
	Effective *big.Rat
	// Payment is the most that a supporter paid, in minor units (for points, the
	// most per point). Who had less left paid all of it.
	Payment *big.Rat
	// PaidInFull counts the supporters who paid that, PaidLess those who gave
	// the rest of their share (or had nothing left).
	PaidInFull, PaidLess int64
	// Load is Phragmén's: the load of every supporter after the choice, in minor units.
	Load      *big.Rat
	Remaining int64 // of the budget, after this round; under Add1 it can be less than nothing only on the way
}

// Explanation is one project's part in the result.
type Explanation struct {
	Outcome    Outcome
	Place      int   // among the winners, from 1; 0 for losers
	Supporters int64 // voters who support it
	Score      int64 // sum of points
	// Could is what its supporters had left together when Equal Shares ended,
	// Missing what was lacking to the cost, both in minor units. For greedy and
	// for Phragmén, Could is the money that was left when its turn came (or the
	// rule ended). Both are nil for winners and where they say nothing.
	Could, Missing *big.Rat
}

// Result is what a rule made of an election.
type Result struct {
	Rule      Rule
	Winners   []int // indexes in Election.Projects, in the order of selection
	Cost      int64 // minor units
	Remaining int64 // minor units
	Voters    int64 // blank ballots included

	Rounds   []Round
	Projects []Explanation // by index in Election.Projects

	// Share is what every voter was given, in minor units, and Steps how often
	// Add1 raised it. Runs counts the runs that were needed to know that.
	Share *big.Rat
	Steps int64
	Runs  int

	// Comparison is set when the comparison step was asked for.
	Comparison *Comparison
}

// Comparison is the outcome of the comparison step.
type Comparison struct {
	Greedy, Shares          []int // the two sets of winners, in the order of selection
	PreferGreedy, PreferOwn int64 // voters; the others are indifferent
	GreedyChosen            bool
}

// IDs returns the ids of the winners in the order of selection.
func (r *Result) IDs(e *Election) []string {
	ids := make([]string, len(r.Winners))
	for i, p := range r.Winners {
		ids[i] = e.Projects[p].ID
	}
	return ids
}

// newResult explains what is known before any rule begins.
func (p *poll) newResult(rule Rule) *Result {
	r := &Result{Rule: rule, Remaining: p.Budget, Voters: p.voters, Projects: make([]Explanation, len(p.Projects))}
	for i := range r.Projects {
		r.Projects[i] = Explanation{Outcome: LostStopped, Supporters: p.votes[i], Score: p.score[i]}
		if p.votes[i] == 0 {
			r.Projects[i].Outcome = LostUnsupported
		}
	}
	return r
}

// win notes a winner.
func (r *Result) win(p *poll, round Round, why Outcome) {
	cost := p.Projects[round.Project].Cost
	r.Winners = append(r.Winners, round.Project)
	r.Cost += cost
	r.Remaining -= cost
	round.Remaining = r.Remaining
	r.Rounds = append(r.Rounds, round)
	x := &r.Projects[round.Project]
	x.Outcome, x.Place, x.Could, x.Missing = why, len(r.Winners), nil, nil
}

// lose notes a loser for whom money was the reason.
func (r *Result) lose(p *poll, project int, why Outcome, could *big.Rat) {
	x := &r.Projects[project]
	cost := new(big.Rat).SetInt64(p.Projects[project].Cost)
	x.Outcome, x.Could, x.Missing = why, could, cost.Sub(cost, could)
}
