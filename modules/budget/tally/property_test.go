package tally

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// invent makes a small election in which ties, blank ballots, free projects,
// unsupported ones and ones beyond the budget are common.
func invent(seed uint64) *Election {
	r := rand.New(rand.NewPCG(seed, 7))
	e := &Election{Unit: 1, Threshold: int64(r.IntN(4))}
	costs := []int64{1, 2, 3, 5, 10, 60}[r.IntN(6)]
	grain := int64(1 + r.IntN(9)*r.IntN(5))
	for p := range 1 + r.IntN(8) {
		cost := grain * (1 + r.Int64N(costs))
		if r.IntN(25) == 0 {
			cost = 0
		}
		e.Projects = append(e.Projects, Project{ID: fmt.Sprint(p * 3 % 17), Cost: cost, Lot: r.IntN(4)})
		e.Budget += cost
	}
	e.Budget = e.Budget * int64(2+r.IntN(10)) / 10
	e.Unit = max(1, e.Budget/int64(20+r.IntN(100)))
	if r.IntN(4) > 0 {
		e.Unit = 1
	}
	kinds := 1 + r.IntN(9)
	top := int64(1 + r.IntN(4))
	for range kinds {
		b := Ballot{Count: int64(r.IntN(4))}
		chance := 1 + r.IntN(4)
		for p := range e.Projects {
			if r.IntN(5) < chance {
				b.Votes = append(b.Votes, Vote{p, r.Int64N(top + 1)})
			}
		}
		e.Ballots = append(e.Ballots, b)
	}
	if r.IntN(3) == 0 { // a mirror image, so that symmetric groups of voters tie
		for _, b := range slices.Clone(e.Ballots) {
			m := Ballot{Count: b.Count}
			for _, v := range b.Votes {
				m.Votes = append(m.Votes, Vote{len(e.Projects) - 1 - v.Project, v.Points})
			}
			e.Ballots = append(e.Ballots, m)
		}
		for p := range len(e.Projects) / 2 {
			e.Projects[p].Cost = e.Projects[len(e.Projects)-1-p].Cost
		}
	}
	return e
}

// underRace tells that the race detector slows everything down tenfold; the
// package starts no goroutine, so little is lost by doing less under it.
var underRace bool

// UnderRace is underRace for the tests outside the package.
func UnderRace() bool { return underRace }

func TestEveryRuleAgreesWithTheRulesFollowedWordByWord(t *testing.T) {
	many := uint64(600)
	if underRace {
		many = 60
	}
	for _, rule := range Rules() {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			for seed := range many {
				e := invent(seed)
				o := Options{Rule: rule, Tie: ScoreCostID, FundUnsupported: seed%2 == 0}
				if seed%3 == 0 {
					o.Tie = CostScoreLot
				}
				got, err := Run(e, o)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				want, steps := naiveRun(e, o)
				if !slices.Equal(got.Winners, want) || got.Steps != steps {
					t.Fatalf("seed %d: winners %v after %d steps, want %v after %d: %+v", seed, got.Winners, got.Steps, want, steps, e)
				}
			}
		})
	}
}

// TestTheOrderOfBallotsDoesNotMatter shuffles the ballots, divides those with a
// count and turns the votes on them round.
func TestTheOrderOfBallotsDoesNotMatter(t *testing.T) {
	for seed := range uint64(100) {
		e := invent(seed)
		r := rand.New(rand.NewPCG(seed, 9))
		other := *e
		other.Ballots = nil
		for _, b := range e.Ballots {
			for range max(b.Count, 1) {
				votes := slices.Clone(b.Votes)
				slices.Reverse(votes)
				other.Ballots = append(other.Ballots, Ballot{Votes: votes})
			}
		}
		r.Shuffle(len(other.Ballots), func(i, j int) {
			other.Ballots[i], other.Ballots[j] = other.Ballots[j], other.Ballots[i]
		})
		for _, rule := range Rules() {
			a, errA := Run(e, Options{Rule: rule})
			b, errB := Run(&other, Options{Rule: rule})
			if errA != nil || errB != nil || !reflect.DeepEqual(a, b) {
				t.Fatalf("seed %d, %s: %+v (%v), shuffled %+v (%v)", seed, rule, a, errA, b, errB)
			}
		}
	}
}

// TestFineStepsAreJumpedOver raises shares by single minor units where hundreds
// of thousands of them are needed, and compares with every share walked.
func TestFineStepsAreJumpedOver(t *testing.T) {
	for seed := range uint64(12) {
		e := invent(seed)
		for p := range e.Projects {
			e.Projects[p].Cost *= 40
		}
		e.Budget *= 40
		e.Unit = 1
		for _, rule := range []Rule{MESCostAdd1, MESCostAdd1Overspend, MESPointsAdd1, MESCostAdd1UInt} {
			o := Options{Rule: rule, Tie: ScoreCostID}
			got, err := Run(e, o)
			if err != nil {
				t.Fatal(err)
			}
			want, steps := naiveRun(e, o)
			if !slices.Equal(got.Winners, want) || got.Steps != steps {
				t.Errorf("seed %d, %s: %v after %d steps, want %v after %d", seed, rule, got.Winners, got.Steps, want, steps)
			}
		}
		for p := range e.Projects { // far beyond what can be walked
			e.Projects[p].Cost *= 1_000_003
		}
		e.Budget *= 1_000_003
		got, err := Run(e, Options{Rule: MESCostAdd1})
		if err != nil {
			t.Fatal(err)
		}
		if got.Runs > 2000 {
			t.Errorf("seed %d: %d runs for %d steps", seed, got.Runs, got.Steps)
		}
	}
}

// doubled puts beside an election one of the same form with twice the costs, the
// budget and the voters: projects of the two tie at every share without being
// twins.
func doubled(e *Election) *Election {
	d := &Election{Budget: 3 * e.Budget, Unit: 1, Projects: slices.Clone(e.Projects), Ballots: slices.Clone(e.Ballots)}
	for _, p := range e.Projects {
		p.ID, p.Cost = "Z"+p.ID, 2*p.Cost
		d.Projects = append(d.Projects, p)
	}
	for _, b := range e.Ballots {
		other := Ballot{Count: 2 * max(b.Count, 1)}
		for _, v := range b.Votes {
			other.Votes = append(other.Votes, Vote{len(e.Projects) + v.Project, v.Points})
		}
		d.Ballots = append(d.Ballots, other)
	}
	return d
}

func TestProjectsThatTieForLongAreJumpedOverToo(t *testing.T) {
	for seed := range uint64(40) {
		e := doubled(invent(seed))
		for _, rule := range []Rule{MESCostAdd1, MESCardAdd1, MESCostAdd1Overspend, MESPointsAdd1} {
			o := Options{Rule: rule, Tie: ScoreCostID}
			got, err := Run(e, o)
			if err != nil {
				t.Fatal(err)
			}
			if want, steps := naiveRun(e, o); !slices.Equal(got.Winners, want) || got.Steps != steps {
				t.Errorf("seed %d, %s: %v after %d steps, want %v after %d", seed, rule, got.Winners, got.Steps, want, steps)
			}
		}
		for p := range e.Projects {
			e.Projects[p].Cost *= 1_000_003
		}
		e.Budget *= 1_000_003
		for _, rule := range []Rule{MESCostAdd1, MESCostAdd1Overspend, MESPointsAdd1} {
			got, err := Run(e, Options{Rule: rule})
			if err != nil {
				t.Fatal(err)
			}
			if got.Runs > 2000 {
				t.Errorf("seed %d, %s: %d runs for %d steps", seed, rule, got.Runs, got.Steps)
			}
		}
	}
}
