package tally

import (
	"fmt"
	"math/rand/v2"
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

func TestEveryRuleAgreesWithTheRulesFollowedWordByWord(t *testing.T) {
	many := uint64(1500)
	if testing.Short() {
		many = 200
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
