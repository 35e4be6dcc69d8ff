package tally

import (
	"slices"
	"strings"
	"testing"
)

// vector is a small election with the winners that were worked out for it by
// hand and by independent implementations. Ties: cost, votes, id.
type vector struct {
	name     string
	budget   int64
	projects string // "A 700, B 400"
	ballots  string // one per voter: "A B | A | " with points as "A:7"
	want     map[Rule]string
	share    string // with mes_cost_add1_overspend
}

var vectors = []vector{
	{
		name: "the worked example of equalshares.net", budget: 1100, projects: "A 700, B 400, C 250, D 200, E 100",
		ballots: "A B | A B C | A B | A B C | A B C | A B | C D E | D | D E | C D E | A", share: "129",
		want: map[Rule]string{
			Greedy: "A B", GreedyNoSkip: "A B", MESCost: "A D E", MESCostAdd1Overspend: "A D E", MESCostAdd1: "A D E",
			MESCostAdd1U: "A D E", MESCard: "E D B", Phragmen: "E C D B",
		},
	}, {
		name: "a majority of six and a minority of four", budget: 100,
		projects: "R1 10, R2 10, R3 10, R4 10, R5 10, R6 10, R7 10, R8 10, R9 10, R10 10, S1 10, S2 10, S3 10, S4 10, S5 10, S6 10, S7 10, S8 10, S9 10, S10 10",
		ballots: strings.Repeat("R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 | ", 6) + strings.Repeat("S1 S2 S3 S4 S5 S6 S7 S8 S9 S10 | ", 3) +
			"S1 S2 S3 S4 S5 S6 S7 S8 S9 S10", share: "11",
		want: map[Rule]string{
			Greedy:  "R1 R10 R2 R3 R4 R5 R6 R7 R8 R9",
			MESCost: "R1 R10 R2 R3 R4 R5 S1 S10 S2 S3", MESCostAdd1: "R1 R10 R2 R3 R4 R5 S1 S10 S2 S3",
			MESCostAdd1Overspend: "R1 R10 R2 R3 R4 R5 S1 S10 S2 S3",
			MESCard:              "R1 R10 R2 R3 R4 R5 S1 S10 S2 S3", Phragmen: "R1 S1 R10 R2 S10 R3 S2 R4 R5 S3",
		},
	}, {
		name: "as many votes, different costs", budget: 60, projects: "A 60, B 50, C 10", ballots: "A B C | A B C | A B C", share: "39",
		want: map[Rule]string{
			Greedy: "C B", GreedyNoSkip: "C B", MESCost: "C B", MESCostAdd1Overspend: "C B", MESCostAdd1: "C B", MESCard: "C B", Phragmen: "C B",
		},
	}, {
		name: "as many votes, the same cost", budget: 50, projects: "P2 50, P1 50", ballots: "P1 P2 | P1 P2", share: "49",
		want: map[Rule]string{Greedy: "P1", MESCost: "P1", MESCostAdd1Overspend: "P1", MESCostAdd1: "P1", MESCard: "P1", Phragmen: "P1"},
	}, {
		name: "one without support, one beyond the budget", budget: 100, projects: "A 150, B 40, C 30, D 20", ballots: "A B | A | A C | C", share: "49",
		want: map[Rule]string{
			Greedy: "C B", GreedyNoSkip: "", MESCost: "C", MESCostAdd1Overspend: "C B", MESCostAdd1: "C B", MESCostAdd1U: "C B", MESCard: "C", Phragmen: "C B",
		},
	}, {
		name: "greedy skips", budget: 100, projects: "A 70, B 60, C 30", ballots: "A | A | A | B | B | C", share: "89/3",
		want: map[Rule]string{
			Greedy: "A C", GreedyNoSkip: "A", MESCost: "", MESCostAdd1Overspend: "A", MESCostAdd1: "A", MESCostAdd1U: "A C", MESCard: "", Phragmen: "A",
		},
	}, {
		name: "blank ballots are voters", budget: 90, projects: "A 60, B 30", ballots: "A | A | B | | | ", share: "30",
		want: map[Rule]string{
			Greedy: "A B", MESCost: "", MESCostAdd1Overspend: "A B", MESCostAdd1: "A B", MESCostAdd1U: "A B", MESCard: "", Phragmen: "B A",
		},
	}, {
		name: "a share with a fraction, and some who cannot pay all", budget: 100, projects: "A 50, B 45, C 30, D 25",
		ballots: "A B | A B C | A C | B D | C D | A D | D", share: "142/7",
		want: map[Rule]string{
			Greedy: "D A", MESCost: "D A", MESCostAdd1Overspend: "D A", MESCostAdd1: "D A", MESCostAdd1U: "D A", MESCard: "D C", Phragmen: "D C",
		},
	}, {
		name: "the two ends of Add1 differ", budget: 104, projects: "A 28, B 29, C 19, D 16, E 23, F 21",
		ballots: "A C | A B E | B D | B D F | B C F | B D F | B D E", share: "139/7",
		want: map[Rule]string{
			Greedy: "B D F C", MESCost: "B D F", MESCostAdd1Overspend: "B D F A", MESCostAdd1: "B D F C", MESCard: "D B F", Phragmen: "D B C F",
		},
	}, {
		name: "points", budget: 100, projects: "A 60, B 50, C 40, D 20", ballots: "A:7 C:3 | A:10 | B:5 D:5 | B:4 C:6 | C:2 D:8",
		want: map[Rule]string{Greedy: "A D", MESPointsCost: "D C", MESPoints: "D C"},
	}, {
		name: "ranks as points", budget: 100, projects: "A 60, B 50, C 40, D 20",
		ballots: "A:3 C:2 B:1 | A:3 B:2 C:1 | D:3 B:2 A:1 | B:3 C:2 D:1 | C:3 D:2 A:1",
		want:    map[Rule]string{Greedy: "C B"},
	},
}

func (v vector) election(t *testing.T) *Election {
	e := &Election{Budget: v.budget}
	at := map[string]int{}
	for s := range strings.SplitSeq(v.projects, ",") {
		f := strings.Fields(s)
		at[f[0]] = len(e.Projects)
		e.Projects = append(e.Projects, Project{ID: f[0], Cost: number(t, f[1])})
	}
	for s := range strings.SplitSeq(v.ballots, "|") {
		var b Ballot
		for _, f := range strings.Fields(s) {
			id, points, found := strings.Cut(f, ":")
			vote := Vote{at[id], 1}
			if found {
				vote.Points = number(t, points)
			}
			b.Votes = append(b.Votes, vote)
		}
		e.Ballots = append(e.Ballots, b)
	}
	return e
}

func number(t *testing.T, s string) (n int64) {
	for _, c := range s {
		if c < '0' || c > '9' {
			t.Fatalf("%q is no number", s)
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		e := v.election(t)
		for rule, want := range v.want {
			res, err := Run(e, Options{Rule: rule, Tie: TieOrder{ByCost, ByScore, ByID}})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(res.IDs(e), " "); got != want {
				t.Errorf("%s: %s chose %q, want %q", v.name, rule, got, want)
			}
			if rule == MESCostAdd1Overspend && res.Share.RatString() != v.share {
				t.Errorf("%s: the last share is %s, want %s", v.name, res.Share.RatString(), v.share)
			}
		}
	}
}

func TestTheComparisonStepKeepsWhatMoreVotersPrefer(t *testing.T) {
	e := vectors[0].election(t) // greedy: A B, Equal Shares: A D E
	res, err := Run(e, Options{Rule: MESCost, Compare: true})
	if err != nil {
		t.Fatal(err)
	}
	// Six voters support both A and B; four support D or E and not B.
	c := res.Comparison
	if c.PreferGreedy != 6 || c.PreferOwn != 4 || !c.GreedyChosen || !slices.Equal(res.Winners, []int{0, 1}) || res.Rule != MESCost {
		t.Errorf("got %+v, winners %v", c, res.Winners)
	}
}

func TestARunSaysWhyEachProjectWonOrLost(t *testing.T) {
	e := vectors[0].election(t)
	res, err := Run(e, Options{Rule: MESCost})
	if err != nil {
		t.Fatal(err)
	}
	// Everybody has 100: seven pay all of it for A. Of D's four supporters
	// nobody had paid, so each pays 50, and E costs its three 33 1/3.
	if got := res.Rounds[0]; got.Payment.RatString() != "100" || got.PaidInFull != 7 || got.Effective.RatString() != "7" {
		t.Errorf("the first round is %+v", got)
	}
	if got := res.Rounds[2]; got.Payment.RatString() != "100/3" || got.Remaining != 100 {
		t.Errorf("the third round is %+v", got)
	}
	// C's two supporters without A have 100 - 50 - 33 1/3 left each.
	c := res.Projects[2]
	if c.Outcome != LostSupporters || c.Supporters != 5 || c.Could.RatString() != "100/3" || c.Missing.RatString() != "650/3" {
		t.Errorf("C: %+v", c)
	}
}

func TestWhatCannotBeCountedIsRefused(t *testing.T) {
	good := Election{Budget: 10, Projects: []Project{{ID: "A", Cost: 5}}, Ballots: []Ballot{{Votes: []Vote{{0, 1}}}}}
	for name, spoil := range map[string]func(*Election){
		"a budget below nothing":   func(e *Election) { e.Budget = -1 },
		"a cost below nothing":     func(e *Election) { e.Projects[0].Cost = -1 },
		"two projects of one name": func(e *Election) { e.Projects = append(e.Projects, e.Projects[0]) },
		"an unknown project":       func(e *Election) { e.Ballots[0].Votes[0].Project = 1 },
		"negative points":          func(e *Election) { e.Ballots[0].Votes[0].Points = -1 },
		"a negative number":        func(e *Election) { e.Ballots[0].Count = -2 },
	} {
		e := good
		e.Projects = slices.Clone(good.Projects)
		e.Ballots = []Ballot{{Votes: slices.Clone(good.Ballots[0].Votes)}}
		spoil(&e)
		if _, err := Run(&e, Options{Rule: Greedy}); err == nil {
			t.Errorf("%s was counted", name)
		}
	}
	if _, err := Run(&good, Options{Rule: "dictator"}); err == nil {
		t.Error("an unknown rule was followed")
	}
}

func TestAnElectionWithoutVotersHasNoWinners(t *testing.T) {
	e := &Election{Budget: 10, Projects: []Project{{ID: "A", Cost: 5}}}
	for _, rule := range Rules() {
		if res, err := Run(e, Options{Rule: rule}); err != nil || len(res.Winners) > 0 {
			t.Errorf("%s: %v, %v", rule, res, err)
		}
	}
}
