package budget

import (
	"maps"
	"slices"
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

func TestEveryStateActAndRoleOfAForumIsDecided(t *testing.T) {
	for _, from := range ForumStates {
		for _, act := range ForumActs {
			for _, role := range BudgetRoles {
				keeper := role == AsFacilitator || role == AsOfficer
				want := keeper && (act == ActRecord && (from == ForumPlanned || from == ForumHeld) || act == ActClose && from == ForumHeld || act == ActCallOff && from == ForumPlanned)
				want = want || act == ActForget && role == AsSystem
				if _, as, err := NextForum(from, act, role); (err == nil) != want || want && as != role {
					t.Errorf("%s of a forum %s by %s: %v", act, from, role, err)
				}
			}
		}
	}
}

// held plans a forum and counts who came.
func (w *world) held(e Edition, kind ForumKind, area string) Forum {
	w.t.Helper()
	f := must[Forum](w)(w.Plan(w.ctx, facilitator, e.ID, Forum{Kind: kind, Area: area, On: w.clock.Now(), Venue: "دار الشباب"}, ""))
	return must[Forum](w)(w.RecordForum(w.ctx, facilitator, f.ID, func(f *Forum, _ Edition) {
		f.Attendance = []Heads{{"f", "16-24", 12}, {"m", "35-49", 20}}
	}))
}

func TestAZoneForumBringsForwardItsIdeaAndElectsADelegate(t *testing.T) {
	w := newWorld(t)
	e := w.running(ZoneForums, Proposing)
	for _, who := range []auth.Actor{{}, salma, stranger, agent, admin} {
		_, err := w.Plan(w.ctx, who, e.ID, Forum{Kind: ZoneForum, Area: "north", On: w.clock.Now(), Venue: "x"}, "")
		w.refuses(err, fault.Forbidden, who.PersonID+" plans a forum")
	}
	f := w.held(e, ZoneForum, "north")
	_, err := w.RecordForum(w.ctx, facilitator, f.ID, func(f *Forum, _ Edition) { f.Ideas = []Idea{{Title: "حديقة", Hands: 33}} })
	w.refuses(err, fault.Invalid, "more hands than people")
	f = must[Forum](w)(w.RecordForum(w.ctx, facilitator, f.ID, func(f *Forum, _ Edition) {
		f.Ideas = []Idea{{Title: "حديقة للأطفال", Hands: 20}, {Title: "ملعب", Hands: 12}}
		f.Candidates = []Candidate{{Name: "سارة", Sex: "f", Band: "25-34", Hands: 18, Public: true}, {Name: "علي", Sex: "m", Band: "35-49", Hands: 14}}
	}))
	if !f.Candidates[0].Elected || f.Candidates[1].Elected {
		t.Errorf("elected: %+v", f.Candidates)
	}
	if public := must[Forum](w)(w.Forum(w.ctx, auth.Actor{}, f.ID)); len(public.Ideas)+len(public.Candidates)+public.Attended() != 0 {
		t.Error("an unfinished record is public")
	}
	in := whole("north")
	p := must[Proposal](w)(w.SendOn(w.ctx, facilitator, f.ID, f.Ideas[0].ID, in))
	again := must[Proposal](w)(w.SendOn(w.ctx, officer, f.ID, f.Ideas[0].ID, in))
	if again.ID != p.ID || p.State != Published || p.Forum != f.ID || p.Source != FromForum {
		t.Errorf("sent on: %+v", p)
	}
	f = must[Forum](w)(w.CloseForum(w.ctx, facilitator, f.ID))
	public := must[Forum](w)(w.Forum(w.ctx, auth.Actor{}, f.ID))
	if public.State != ForumClosed || public.Attended() != 32 || public.Candidates[0].Name == "" || public.Candidates[1].Name != "" || public.Ideas[0].Proposal != p.ID {
		t.Errorf("the minutes: %+v", public)
	}
	_, err = w.RecordForum(w.ctx, facilitator, f.ID, func(f *Forum, _ Edition) { f.Notes = "later" })
	w.refuses(err, fault.Conflict, "changing final minutes")
	w.sound()
}

func TestATieForDelegateElectsNobody(t *testing.T) {
	all := []Candidate{{Name: "a", Hands: 5}, {Name: "b", Hands: 5}, {Name: "c", Hands: 1}}
	elect(all, 1)
	if all[0].Elected || all[1].Elected {
		t.Error("a tie was decided")
	}
	elect(all, 2)
	if !all[0].Elected || !all[1].Elected || all[2].Elected {
		t.Error("two places, two elected")
	}
	nobody := []Candidate{{Name: "a"}}
	if elect(nobody, 1); nobody[0].Elected {
		t.Error("elected without a hand")
	}
}

func TestTheDelegatesRankingGoesByWeightsThenCostThenLotAndStaysWithinTheEnvelopes(t *testing.T) {
	e := Edition{Rules: Rules{Envelope: 100, Areas: []Area{{Key: "n", Envelope: 60}, {Key: "s", Envelope: 40}}, Criteria: []Criterion{{Key: "x", Weight: 30}, {Key: "y", Weight: 10}}}}
	projects := []Project{{ID: "a", Area: "n", Cost: 50, Lot: 3}, {ID: "b", Area: "n", Cost: 20, Lot: 2}, {ID: "c", Area: "n", Cost: 10, Lot: 1}, {ID: "d", Area: "s", Cost: 40, Lot: 4}, {ID: "e", Area: "n", Cost: 10, Lot: 5}}
	scores := []Score{{"a", "x", 10}, {"b", "x", 5}, {"b", "y", 10}, {"c", "y", 10}, {"d", "x", 1}, {"e", "y", 10}}
	var order []string
	var fits []string
	for _, r := range Rank(e, projects, scores) {
		order = append(order, r.Project.ID)
		if r.Fits {
			fits = append(fits, r.Project.ID)
		}
	}
	if !slices.Equal(order, []string{"a", "b", "c", "e", "d"}) || !slices.Equal(fits, []string{"a", "c", "d"}) {
		t.Errorf("order %v, funded %v", order, fits)
	}
}

func TestAShareKeptForANeedIsGivenFirst(t *testing.T) {
	e := Edition{Rules: Rules{Envelope: 100, Criteria: []Criterion{{Key: "people", Weight: 1}}, Earmarks: []Earmark{{"women", 30}, {"youth", 20}}}}
	projects := []Project{
		{ID: "best", Area: TownKey, Cost: 60}, {ID: "dear", Area: TownKey, Cost: 40, Needs: []string{"women"}}, {ID: "lamps", Area: TownKey, Cost: 25, Needs: []string{"women"}},
		{ID: "bench", Area: TownKey, Cost: 10, Needs: []string{"women"}}, {ID: "last", Area: TownKey, Cost: 15}}
	var scores []Score
	for i, p := range projects {
		scores = append(scores, Score{p.ID, "people", 10 - i})
	}
	got := map[string]string{}
	for _, r := range Rank(e, projects, scores) {
		if r.Fits {
			got[r.Project.ID] = r.Need
		}
	}
	// lamps fits the 30 kept for women, bench no longer does; best and bench share
	// what is left, with the 20 for youth that nobody asked for.
	if want := map[string]string{"lamps": "women", "best": "", "bench": ""}; !maps.Equal(got, want) {
		t.Errorf("funded %v, want %v", got, want)
	}
	e.Rules.Earmarks = nil
	for _, r := range Rank(e, projects, scores) {
		if r.Fits != (r.Project.ID == "best" || r.Project.ID == "dear") {
			t.Errorf("without a share %s fits: %t", r.Project.ID, r.Fits)
		}
	}
}

func TestTheDelegatesForumDecidesWhatIsFunded(t *testing.T) {
	w := newWorld(t)
	e, all := w.voting(ZoneForums)
	f := w.held(e, DelegatesForum, "")
	_, err := w.CloseForum(w.ctx, facilitator, f.ID)
	w.refuses(err, fault.Invalid, "closing without scores")
	must[Forum](w)(w.RecordForum(w.ctx, facilitator, f.ID, func(f *Forum, e Edition) {
		f.Scores = nil
		for i, p := range []Proposal{all[0], all[1], all[2]} {
			for _, c := range e.Rules.Criteria {
				f.Scores = append(f.Scores, Score{p.ID, c.Key, 3 * (i + 1)})
			}
		}
	}))
	must[Forum](w)(w.CloseForum(w.ctx, facilitator, f.ID))
	if w.get(all[0].ID).State != OnBallot {
		t.Error("decided before the time of the forum is over")
	}
	w.until(e, Deliberating)
	for i, want := range []State{Funded, Funded, Funded} { // 200 and 300 of 600 in the north, 400 of 400 in the south
		if got := w.get(all[i].ID).State; got != want {
			t.Errorf("project %d is %s, not %s", i, got, want)
		}
	}
	w.sound()
}
