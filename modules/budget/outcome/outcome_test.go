package outcome_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"testing"

	"musharaka/modules/budget/outcome"
	"musharaka/modules/budget/pabulib"
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
)

// town is an election of 13 voters: a large group with one dear project, and
// smaller groups with cheap ones.
func town() outcome.Election {
	e := outcome.Election{Key: "town", Currency: "TND", Decimals: 3, Budget: 1_200_000, Blank: 2}
	for i, cost := range []int64{1_000_000, 400_000, 300_000, 250_000, 100_000} {
		e.Projects = append(e.Projects, outcome.Project{ID: string(rune('A' + i)), Cost: cost, Lot: i + 1})
	}
	ballot := func(n int, zone, sex string, projects ...int) {
		b := outcome.Ballot{Zone: zone, Sex: sex, Age: "25-34"}
		for _, p := range projects {
			b.Votes = append(b.Votes, tally.Vote{Project: p, Points: 1})
		}
		for range n {
			e.Ballots = append(e.Ballots, b)
		}
	}
	ballot(7, "north", "f", 0)
	ballot(3, "south", "m", 1, 2)
	ballot(3, "south", "f", 2, 3)
	return e
}

var sharing = outcome.Rules{Rule: tally.MESCostAdd1U, Tie: "cost,score,lot", Beside: tally.Greedy}

func count(t *testing.T, e outcome.Election, r outcome.Rules) *outcome.Part {
	t.Helper()
	p, err := outcome.Count(e, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGreedyAndEqualSharesStandSideBySide(t *testing.T) {
	p := count(t, town(), sharing)
	if got := p.Winners; len(got) == 0 || p.Projects[0].Won() || !p.Projects[2].Won() {
		t.Errorf("Equal Shares funds %v", got)
	}
	if p.Beside == nil || len(p.Beside.Winners) == 0 || !p.Projects[0].Beside || p.Projects[2].Beside {
		t.Errorf("greedy funds %+v", p.Beside)
	}
	if p.Beside.Satisfied != 7 || p.Groups[0].Satisfied != 6 || p.Groups[0].Voters != 13 {
		t.Errorf("satisfied: greedy %d, Equal Shares %+v", p.Beside.Satisfied, p.Groups[0])
	}
}

func TestWhatWasThereAndWhatWasMissingAddUpToTheCost(t *testing.T) {
	for _, rule := range tally.Rules() {
		r := sharing
		r.Rule = rule
		for _, l := range count(t, town(), r).Projects {
			if l.Could != 0 && l.Could+l.Missing != l.Cost {
				t.Errorf("%s: %s: %d and %d are not %d", rule, l.ID, l.Could, l.Missing, l.Cost)
			}
			if l.Won() && (l.Could != 0 || l.Missing != 0) || l.Missing < 0 || l.Could < 0 {
				t.Errorf("%s: %+v", rule, l)
			}
		}
	}
}

func TestTheUnsupportedIsNeverFundedInOurOwnElections(t *testing.T) {
	for _, rule := range tally.Rules() {
		r := sharing
		r.Rule = rule
		if p := count(t, town(), r); p.Projects[4].Won() || p.Projects[4].Outcome == tally.WonByRule {
			t.Errorf("%s funds a project that nobody supports", rule)
		}
	}
}

func TestTheSameElectionGivesTheSameBytes(t *testing.T) {
	a, errA := json.Marshal(count(t, town(), sharing))
	b, errB := json.Marshal(count(t, town(), sharing))
	if errA != nil || errB != nil || string(a) != string(b) {
		t.Error("two counts differ")
	}
}

func TestFewVotersAreNotCountedOut(t *testing.T) {
	find := func(groups []outcome.Group, kind, key string) outcome.Group {
		for _, g := range groups {
			if g.Kind == kind && g.Key == key {
				return g
			}
		}
		t.Fatalf("no group %s %s", kind, key)
		return outcome.Group{}
	}
	p := count(t, town(), sharing)
	if g := find(p.Groups, outcome.BySex, "m"); !g.KeptBack || g.Voters != 0 {
		t.Errorf("three men are counted out: %+v", g)
	}
	if g := find(p.Groups, outcome.BySex, "f"); !g.KeptBack {
		t.Errorf("three men can be found by subtraction: %+v", g)
	}
	if g := find(p.Groups, outcome.ByZone, "north"); g.Voters != 7 || g.Satisfied != 0 {
		t.Errorf("the north: %+v", g)
	}
	e := town() // five more of each age: one hidden group hides the next larger
	for i := range 5 {
		e.Ballots[i].Age = "18-24"
	}
	e.Ballots[12].Age, e.Ballots[11].Age = "", ""
	p = count(t, e, sharing)
	hidden := 0
	for _, g := range p.Groups {
		if g.Kind == outcome.ByAge && g.KeptBack {
			hidden++
		}
	}
	if hidden != 2 {
		t.Errorf("%d bands of age are kept back, want 2: %+v", hidden, p.Groups)
	}
}

func TestACountCanBeGivenUp(t *testing.T) {
	if _, err := outcome.Count(town(), sharing, func() bool { return true }); !fault.Is(err, fault.Unavailable) {
		t.Errorf("the error is %v", err)
	}
}

func TestAgesAreReadInYearsAndInBands(t *testing.T) {
	for years, want := range map[int]string{15: "", 16: "16-17", 24: "18-24", 25: "25-34", 49: "35-49", 50: "50-64", 65: "65+", 121: ""} {
		if got := outcome.AgeBand(years); got != want {
			t.Errorf("%d is %q, want %q", years, got, want)
		}
	}
}

const file = `META
key;value
description;A past election
country;Tunisia
unit;Somewhere
instance;2024
num_projects;3
num_votes;6
budget;1000.5
vote_type;approval
rule;equalshares/add1
currency;TND
PROJECTS
project_id;cost;name;neighborhood
1;600.5;إنارة;المدينة
2;400;Trottoirs;Plage
3;400;None;
VOTES
voter_id;vote;age;sex;neighborhood
1;1;17;F;المدينة
2;1;40-49;K;المدينة
3;1,2;;M;Plage
4;2;70;\N;Plage
5;2,3;33;;Plage
6;;33;;
`

func TestAFilesElectionIsTakenOver(t *testing.T) {
	f, err := pabulib.Read([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	e, r := outcome.FromFile(f), outcome.RulesFor(f)
	if e.Decimals != 1 || e.Budget != 10005 || e.Projects[0].Names[""] != "إنارة" || e.Projects[2].Names != nil || e.Projects[1].Zone != "Plage" {
		t.Errorf("%+v", e.Projects)
	}
	for i, want := range []outcome.Ballot{{Age: "16-17", Sex: "f", Zone: "المدينة"}, {Age: "35-49", Sex: "f", Zone: "المدينة"}, {Sex: "m", Zone: "Plage"}, {Age: "65+", Zone: "Plage"}} {
		got := e.Ballots[i]
		if got.Age != want.Age || got.Sex != want.Sex || got.Zone != want.Zone {
			t.Errorf("ballot %d: %+v", i, got)
		}
	}
	if r.Rule != tally.MESCostAdd1Overspend || r.Beside != tally.Greedy {
		t.Errorf("the rules are %+v", r)
	}
	if p := count(t, e, r); p.Voters != 6 || p.Cost != 10005 {
		t.Errorf("%d voters, cost %d", p.Voters, p.Cost)
	}
}

// The page for a real election has its official winners.
func TestARealElectionIsShown(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/pb/public/Poland_Swiecie_2023.pb")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("The real elections are not here: shared/pb/public stands beside the repository where it is checked.")
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := pabulib.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	p := count(t, outcome.FromFile(f), outcome.RulesFor(f))
	column := f.Projects.Column("selected")
	for i, l := range p.Projects {
		official, _ := strconv.Atoi(f.Projects.Rows[i][column])
		if l.Won() != (official == 1) {
			t.Errorf("%s: won %v, official %d", l.ID, l.Won(), official)
		}
	}
}
