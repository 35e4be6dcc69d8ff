package budget

import "testing"

func TestTheRunningTotalSaysHowFullABallotIs(t *testing.T) {
	projects := []Project{{ID: "a", Area: TownKey, Cost: 40}, {ID: "b", Area: TownKey, Cost: 50}, {ID: "c", Area: TownKey, Cost: 30}}
	with := func(kind BallotKind) Edition {
		return Edition{Rules: Rules{Envelope: 100, Ballot: BallotRules{Kind: kind, Min: 1, Max: 2, PointsTotal: 4, PointsEach: 3, MayBlank: true}}, Frozen: &Frozen{Projects: projects}}
	}
	picks := func(of ...Pick) Choice { return Choice{Picks: of} }
	for _, x := range []struct {
		name   string
		kind   BallotKind
		choice Choice
		want   fill
	}{
		{"nothing", Approval, picks(), fillNone},
		{"a blank ballot", Approval, Choice{Blank: true}, fillBlank},
		{"one of two", Approval, picks(Pick{"a", 1}), fillRoom},
		{"two of two", Approval, picks(Pick{"a", 1}, Pick{"b", 1}), fillFull},
		{"three of two", Approval, picks(Pick{"a", 1}, Pick{"b", 1}, Pick{"c", 1}), fillOver},
		{"the one", Single, picks(Pick{"a", 1}), fillFull},
		{"a place", Ranking, picks(Pick{"a", 1}), fillRoom},
		{"70 of 100, 30 fits", Knapsack, picks(Pick{"a", 1}, Pick{"c", 1}), fillFull}, // the third is one more than the ballot takes
		{"50 of 100, 40 fits", Knapsack, picks(Pick{"b", 1}), fillRoom},
		{"no point", Points, picks(Pick{"a", 0}), fillNone},
		{"three of four points", Points, picks(Pick{"a", 3}), fillRoom},
		{"all points", Points, picks(Pick{"a", 3}, Pick{"b", 1}), fillFull},
		{"six of four points", Points, picks(Pick{"a", 3}, Pick{"b", 3}), fillOver},
	} {
		if got := with(x.kind).fillOf(x.choice); got != x.want {
			t.Errorf("%s, %s: %s, not %s", x.kind, x.name, got, x.want)
		}
	}
	over := with(Knapsack)
	over.Rules.Ballot.Max = 0
	if got := over.fillOf(picks(Pick{"a", 1}, Pick{"b", 1}, Pick{"c", 1})); got != fillOver {
		t.Errorf("120 of 100: %s", got)
	}
	if got := over.fillOf(picks(Pick{"a", 1}, Pick{"b", 1})); got != fillFull {
		t.Errorf("90 of 100, nothing for 10: %s", got)
	}
}

func TestEveryKindOfBallotHasAllItsSentences(t *testing.T) {
	for _, kind := range BallotKinds {
		for _, f := range fills {
			if saysOf(kind)[f] == "" {
				t.Errorf("%s says nothing when it is %s", kind, f)
			}
		}
	}
}
