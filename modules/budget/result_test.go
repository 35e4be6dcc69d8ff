package budget

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/budget/outcome"
	"musharaka/modules/budget/pabulib"
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// hallPlaces knows the one town in which the hall stands.
type hallPlaces struct{}

func (hallPlaces) Authority(_ context.Context, id string) (Authority, error) {
	return Authority{ID: id, Country: "MA", Names: map[string]string{"ar": "المدينة", "fr": "La Ville; \"vieille\""}, Active: true, Population: 400, Men: 49.5}, nil
}

// counted is a vote in which greedy and Equal Shares differ: a large group with
// dear projects and a smaller one with cheap ones.
func (h *hall) counted(change func(*Edition)) (Edition, Result) {
	h.t.Helper()
	e := h.vote(change)
	h.propose(e)
	for i := range 24 {
		who := fmt.Sprint("voter", i)
		if i%4 == 0 {
			h.folk.changed[who] = Person{ID: who, Lang: "fr", Residence: []string{"town", "north"}, BirthYear: 2007, Sex: "m", Level: 1}
		}
		switch {
		case i < 14:
			h.castBy(who, e, h.choose(e, 4, 6))
		case i < 22:
			h.castBy(who, e, h.choose(e, 1, 2))
		case i == 22:
			h.castBy(who, e, h.choose(e, 3))
		default:
			h.castBy(who, e, Choice{Blank: true})
		}
	}
	h.close(e)
	r, err := h.CountVotes(h.ctx, e.ID)
	h.must(err)
	e, err = h.editions.Get(h.ctx, e.ID)
	h.must(err)
	return e, r
}

// propose stores the proposals of the frozen list.
func (h *hall) propose(e Edition) {
	h.t.Helper()
	h.Authorities = hallPlaces{}
	for _, p := range e.Frozen.Projects {
		h.must(h.proposals.Insert(h.ctx, Proposal{Meta: store.Meta{ID: p.ID}, Edition: e.ID, Authority: e.Authority, Country: e.Country, Number: p.Number, State: OnBallot, Area: p.Area, Cost: p.Cost, Texts: map[string]Text{"fr": {Title: p.Titles["fr"]}}, Langs: []string{"fr"}}))
	}
}

// choose fills in a ballot as the edition's kind wants it.
func (h *hall) choose(e Edition, numbers ...int) Choice {
	c := picks(numbers...)
	for i := range c.Picks {
		switch e.Rules.Ballot.Kind {
		case Points:
			c.Picks[i].N = int64(4 - i)
		case Ranking:
			c.Picks[i].N = int64(i + 1)
		}
	}
	if e.Rules.Ballot.Kind == Single {
		c.Picks = c.Picks[:1]
	}
	return c
}

func (h *hall) parsed(r Result) ResultDocument {
	h.t.Helper()
	d, err := r.Parsed()
	h.must(err)
	return d
}

func TestAVoteIsCountedOnceAndSettledWithItsHash(t *testing.T) {
	h := newHall(t)
	e, r := h.counted(func(e *Edition) { e.Rules.Tally.Beside = tally.Greedy })
	d := h.parsed(r)
	if r.State != ResultDone || r.Hash != hashOf(r.Document) || d.RulesHash != e.Frozen.Hash {
		t.Fatalf("%s, rules %s", r.State, d.RulesHash)
	}
	p := d.Parts[0]
	if p.Voters != 23 || p.Blank != 1 || d.Turnout.People != 24 || d.Turnout.Blank != 1 || d.Turnout.Population != 400 {
		t.Errorf("%d voters, %d blank, turnout %+v", p.Voters, p.Blank, d.Turnout)
	}
	if len(p.Beside.Winners) == 0 || slices.Equal(p.Winners, p.Beside.Winners) {
		t.Errorf("Equal Shares %v, greedy %v", p.Winners, p.Beside.Winners)
	}
	again, err := h.CountVotes(h.ctx, e.ID)
	h.must(err)
	if again.Version != r.Version || again.Hash != r.Hash {
		t.Error("a second count changed the result")
	}
	for _, l := range p.Projects {
		project, err := h.proposals.Get(h.ctx, fmt.Sprint("town-p", l.Number))
		h.must(err)
		if (project.State == Funded) != l.Won() {
			t.Errorf("project %d is %s, won: %v", l.Number, project.State, l.Won())
		}
	}
}

func TestNothingIsCountedWhileTheVoteRuns(t *testing.T) {
	h := newHall(t)
	h.Authorities = hallPlaces{}
	e := h.vote(nil)
	h.castBy("salma", e, picks(1))
	if _, err := h.CountVotes(h.ctx, e.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("counted: %v", err)
	}
	if _, err := h.Result(h.ctx, e.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a result: %v", err)
	}
}

func TestAnybodyGetsTheSameWinnersFromThePublishedFile(t *testing.T) {
	for _, kind := range BallotKinds {
		for _, rule := range []tally.Rule{tally.Greedy, tally.MESCostAdd1Overspend, tally.MESPointsAdd1U, tally.Phragmen} {
			h := newHall(t)
			e, r := h.counted(func(e *Edition) {
				e.Rules.Ballot.Kind, e.Rules.Tally.Rule, e.Rules.Tally.Compare = kind, rule, rule == tally.MESCostAdd1Overspend
			})
			d := h.parsed(r)
			data, err := h.ResultFile(h.ctx, e.ID, partFile(d.Parts[0]))
			h.must(err)
			for _, wrong := range pabulib.Check(data) {
				t.Errorf("%s by %s: %s", kind, rule, wrong)
			}
			f, err := pabulib.Read(data)
			h.must(err)
			tie, err := tally.ParseTieOrder(d.Rules.Tie)
			h.must(err)
			got, err := tally.Run(f.Election, tally.Options{Rule: d.Rules.Rule, Tie: tie, Compare: d.Rules.Compare})
			h.must(err)
			var want []string
			for _, i := range d.Parts[0].Winners {
				want = append(want, d.Parts[0].Projects[i].ID)
			}
			if !slices.Equal(got.IDs(f.Election), want) {
				t.Errorf("%s by %s: the file gives %v, the page says %v", kind, rule, got.IDs(f.Election), want)
			}
		}
	}
}

func TestFewVotersOfAKindCannotBeToldApartInTheFile(t *testing.T) {
	h := newHall(t)
	e, _ := h.counted(nil)
	data, err := h.ResultFile(h.ctx, e.ID, "town.pb")
	h.must(err)
	f, err := pabulib.Read(data)
	h.must(err)
	n := map[string]int{}
	for _, row := range f.Votes.Rows {
		n[strings.Join(row[len(row)-3:], "|")]++
	}
	for who, count := range n {
		if count < outcome.Few && !strings.HasPrefix(who, "||") {
			t.Errorf("%d voters are %s", count, who)
		}
	}
	if len(n) < 2 {
		t.Errorf("nothing is said of anybody: %v", n)
	}
}

func TestAnEarmarkIsCountedFirstAndTheRestAfterIt(t *testing.T) {
	h := newHall(t)
	h.Authorities = hallPlaces{}
	e := h.vote(func(e *Edition) {
		e.Rules.Earmarks, e.Rules.Tally.Rule = []Earmark{{Need: "youth", Share: 20}}, tally.Greedy
	})
	h.propose(e)
	_, err := h.editions.Update(h.ctx, e.ID, func(e *Edition) error { e.Frozen.Projects[0].Needs = []string{"youth"}; return nil })
	h.must(err)
	for i := range 9 {
		h.castBy(fmt.Sprint("a", i), e, picks(4, 5))
	}
	h.castBy("b", e, picks(1))
	h.close(e)
	r, err := h.CountVotes(h.ctx, e.ID)
	h.must(err)
	d := h.parsed(r)
	if len(d.Parts) != 2 || d.Parts[0].Need != "youth" || d.Parts[0].Budget != 20_000_00 || d.Parts[0].Cost != 10_000_00 {
		t.Fatalf("%+v", d.Parts)
	}
	if d.Parts[1].Budget != 90_000_00 || d.Parts[1].Cost != 90_000_00 {
		t.Errorf("the rest: %d of %d", d.Parts[1].Cost, d.Parts[1].Budget)
	}
	if got := e.winners(d); len(got) != 3 {
		t.Errorf("funded: %v", got)
	}
}

func TestTheResultIsCanonicalJSON(t *testing.T) {
	h := newHall(t)
	_, r := h.counted(nil)
	var free any
	h.must(json.Unmarshal([]byte(r.Document), &free))
	again, err := canonical(h.parsed(r))
	h.must(err)
	if again != r.Document {
		t.Error("the document is not in the one form")
	}
}

func TestTheTurnoutSaysWhoVotedBesideTheCensus(t *testing.T) {
	h := newHall(t)
	_, r := h.counted(nil)
	got := map[string]VotedGroup{}
	for _, g := range h.parsed(r).Turnout.Groups {
		got[g.Kind+" "+g.Key] = g
	}
	if f, m := got["sex f"], got["sex m"]; f.Voters != 18 || f.Census != 202 || m.Voters != 6 || m.Census != 198 {
		t.Errorf("women %+v, men %+v", f, m)
	}
	if young := got["age 18-24"]; young.Voters != 6 || young.Census != 0 {
		t.Errorf("the young: %+v", young)
	}
	if _, ok := got["zone town"]; ok {
		t.Error("a vote for the whole town has a turnout by zone")
	}
}

func TestSmallGroupsOfTheTurnoutAreKeptBackAndWhatIsNotKnownIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		n      map[string]int64
		people int64
		want   string
	}{
		"all are large":                        {map[string]int64{"f": 20, "m": 10}, 30, "f:20 m:10"},
		"some did not say":                     {map[string]int64{"f": 20, "m": 10}, 37, "f:20 m:10 ?:7"},
		"a small one hides the next too":       {map[string]int64{"f": 20, "m": 3}, 40, "f:20 m:- ?:-"},
		"few did not say":                      {map[string]int64{"f": 20, "m": 10}, 32, "f:20 m:- ?:-"},
		"nobody of a group voted":              {map[string]int64{"f": 20}, 20, "f:20 m:0"},
		"nothing is known of anybody":          {nil, 20, ""},
		"two small ones that hide one another": {map[string]int64{"f": 3, "m": 4}, 7, "f:- m:-"},
	} {
		var got []string
		for _, g := range votedOf(outcome.BySex, []string{"f", "m"}, c.n, c.people) {
			key, n := g.Key, fmt.Sprint(g.Voters)
			if key == "" {
				key = "?"
			}
			if g.KeptBack {
				if g.Voters != 0 {
					t.Errorf("%s: %s is kept back and has a number", name, key)
				}
				n = "-"
			}
			got = append(got, key+":"+n)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestWhoGotSomethingIsKnownByAreaWhereEverybodyVotesInOne(t *testing.T) {
	h := newHall(t)
	h.Authorities = hallPlaces{}
	e := h.vote(func(e *Edition) {
		e.Rules.Ballot.PerArea, e.Rules.Tally.Rule = true, tally.Greedy
		e.Rules.Areas = []Area{{Key: "east", Kind: Zone, Envelope: 10_000_00, PlaceID: "eastern"}, {Key: "west", Kind: Zone, Envelope: 40_000_00}}
	})
	h.propose(e)
	for i := range 7 {
		h.castBy(fmt.Sprint("e", i), e, Choice{Area: "east", Picks: []Pick{{fmt.Sprint("east-p", 1+i/5), 1}}}) // the second project does not fit any more
	}
	for i := range 6 {
		h.castBy(fmt.Sprint("w", i), e, Choice{Area: "west", Picks: []Pick{{"west-p7", 1}}})
	}
	h.close(e)
	r, err := h.CountVotes(h.ctx, e.ID)
	h.must(err)
	d := h.parsed(r)
	if len(d.Areas) != 2 || d.Areas[0] != (outcome.Group{Kind: outcome.ByZone, Key: "east", Voters: 7, Satisfied: 5}) || d.Areas[1].Satisfied != 6 {
		t.Errorf("%+v", d.Areas)
	}
	zones := map[string]VotedGroup{}
	for _, g := range d.Turnout.Groups {
		if g.Kind == outcome.ByZone {
			zones[g.Key] = g
		}
	}
	if zones["east"].Voters != 7 || zones["east"].Census != 400 || zones["west"].Census != 0 {
		t.Errorf("%+v", zones)
	}
}
