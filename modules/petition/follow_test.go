package petition

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// replied is a petition of the town that was answered.
func (w *world) replied() Petition {
	w.t.Helper()
	p := w.opened("town")
	for i, id := range many("person", 8) {
		_, err := w.Sign(w.ctx, citizen(id), p.ID, SignInput{Consent: "1", News: i < 2})
		w.must(err)
	}
	p, err := w.DraftAnswer(w.ctx, officer, p.ID, AnswerInput{Decision: "accepted", Texts: map[string]AnswerText{"fr": {Summary: "Oui.", Body: "Nous le ferons."}}})
	w.must(err)
	v, _ := p.Answer.Working()
	_, err = w.ApproveAnswer(w.ctx, president, p.ID, v.Stamp())
	w.must(err)
	p, err = w.PublishAnswer(w.ctx, officer, p.ID, v.Stamp())
	w.must(err)
	return p
}

var goodStep = StepInput{Title: "Poser huit lampadaires", Service: "Voirie", Due: start.AddDate(0, 2, 0), NoBudget: true}

func TestAStepIsPlannedCarriedOutAndTold(t *testing.T) {
	w := newWorld(t)
	p := w.replied()
	for name, in := range map[string]StepInput{
		"no title": {Service: "Voirie", Due: start, NoBudget: true}, "no service": {Title: "x", Due: start, NoBudget: true},
		"no day": {Title: "x", Service: "y", NoBudget: true}, "neither money nor none": {Title: "x", Service: "y", Due: start},
	} {
		if _, err := w.PlanStep(w.ctx, officer, p.ID, 0, in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.PlanStep(w.ctx, salma, p.ID, 0, goodStep)
	wantFault(t, err, fault.Forbidden)
	for range 2 { // sent twice: one step
		p, err = w.PlanStep(w.ctx, officer, p.ID, 0, goodStep)
		w.must(err)
	}
	if len(p.Steps) != 1 || p.Steps[0].State != StepPlanned {
		t.Fatalf("steps %+v", p.Steps)
	}
	if s := p.Steps[0]; s.Late(start) || !s.Late(start.AddDate(0, 2, 3)) {
		t.Error("a step is late when its day has passed")
	}
	_, err = w.MoveStep(w.ctx, officer, p.ID, 2, ActStepBegin, CloseInput{})
	wantFault(t, err, fault.NotFound)
	_, err = w.MoveStep(w.ctx, officer, p.ID, 1, ActStepDone, CloseInput{})
	wantFault(t, err, fault.Invalid)
	_, err = w.MoveStep(w.ctx, officer, p.ID, 1, ActStepBegin, CloseInput{})
	w.must(err)
	for range 2 {
		p, err = w.MoveStep(w.ctx, officer, p.ID, 1, ActStepDone, CloseInput{Evidence: "Posés le 3 décembre."})
		w.must(err)
	}
	if s := p.Steps[0]; s.State != StepDone || s.ClosedAt.IsZero() {
		t.Errorf("the step is %+v", s)
	}
	_, err = w.MoveStep(w.ctx, officer, p.ID, 1, ActStepDrop, CloseInput{Reason: "x"})
	wantFault(t, err, fault.Conflict)
	w.jobs()
	told := 0
	for _, key := range w.post.keys() {
		if strings.HasPrefix(key, "petition.step_1:") {
			told++
		}
	}
	if told != 3 { // the agent, and the two who asked for news
		t.Errorf("%d people were told of the step: %v", told, w.post.keys())
	}
}

// TestAStepMovesByItsTable goes through every state and act of a step.
func TestAStepMovesByItsTable(t *testing.T) {
	want := map[string]StepState{
		"planned step_plan": StepPlanned, "under_way step_plan": StepUnderWay, "planned step_begin": StepUnderWay,
		"planned step_done": StepDone, "under_way step_done": StepDone, "planned step_drop": StepDropped, "under_way step_drop": StepDropped,
	}
	for _, from := range StepStates {
		for _, act := range Acts {
			to, ok := want[string(from)+" "+string(act)]
			got, err := stepAfter(from, act)
			if (err == nil) != ok || ok && got != to {
				t.Errorf("%s of a step that is %s leads to %q, %v", act, from, got, err)
			}
		}
	}
}

func TestSatisfactionIsCountedOnceAndShownFromFive(t *testing.T) {
	w := newWorld(t)
	p := w.replied()
	wantFault(t, w.Rate(w.ctx, citizen("stranger"), p.ID, "yes", ""), fault.Forbidden)
	wantFault(t, w.Rate(w.ctx, nobody, p.ID, "yes", ""), fault.SignIn)
	wantFault(t, w.Rate(w.ctx, citizen("person0"), p.ID, "maybe", ""), fault.Invalid)
	for i := range 4 {
		w.must(w.Rate(w.ctx, citizen(fmt.Sprintf("person%d", i)), p.ID, "yes", "Merci"))
	}
	w.must(w.Rate(w.ctx, citizen("person0"), p.ID, "yes", "Merci"))
	if o, _ := w.Opinion(w.ctx, p.ID); o.All() != 0 {
		t.Errorf("four answers are shown: %+v", o)
	}
	w.must(w.Rate(w.ctx, citizen("person4"), p.ID, "no", ""))
	w.must(w.Rate(w.ctx, citizen("person0"), p.ID, "partly", "")) // a change of mind
	if o, err := w.Opinion(w.ctx, p.ID); err != nil || o != (Opinion{3, 1, 1}) {
		t.Errorf("%+v, %v", o, err)
	}
	w.must(w.OnJoined(w.ctx, "kept", "person0"))
	w.must(w.OnJoined(w.ctx, "person1", "person2")) // both answered: one answer stays
	w.must(w.OnJoined(w.ctx, "person1", "person2"))
	w.must(w.Erase(w.ctx, "person3"))
	if d, err := w.opinions.Get(w.ctx, p.ID); err != nil || d.Yes != 2 || d.Partly != 1 || d.No != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	if r, _ := w.ratings.Get(w.ctx, SignatureID(p.ID, "person3")); r.Person != "" || r.Comment != "" || r.Said != "yes" {
		t.Errorf("a deleted account left %+v", r)
	}
	data, err := w.Export(w.ctx, "kept")
	w.must(err)
	if len(data.Ratings) != 1 || data.Ratings[0].Said != "partly" {
		t.Errorf("exported %+v", data.Ratings)
	}
	_, err = w.RatingComments(w.ctx, salma, p, "", 10)
	wantFault(t, err, fault.NotFound)
	w.tend()
	w.wantClean()
}

func TestACountThatACrashLeftWrongIsFound(t *testing.T) {
	w := newWorld(t)
	p := w.replied()
	w.must(w.Rate(w.ctx, citizen("person0"), p.ID, "yes", ""))
	r := Rating{Meta: store.Meta{ID: "lost"}, Petition: p.ID, Person: "person9", Said: "no", At: w.clock.Now()}
	w.must(w.ratings.Insert(w.ctx, r)) // and the program died before it was counted
	w.tend()
	found, err := w.Check(w.ctx, true)
	w.must(err)
	if len(found) != 1 || !found[0].Repaired {
		t.Errorf("found %v", found)
	}
	w.wantClean()
}

func TestWhoAnsweredIsForgottenWithTheSignatories(t *testing.T) {
	w := newWorld(t)
	p := w.replied()
	w.must(w.Rate(w.ctx, citizen("person0"), p.ID, "yes", "Merci"))
	w.clock.Advance(13 * 31 * 24 * time.Hour)
	w.must(w.sweepRetention(w.ctx))
	w.jobs()
	if r, err := w.ratings.Get(w.ctx, SignatureID(p.ID, "person0")); err != nil || r.Person != "" || r.Comment != "" {
		t.Errorf("%+v, %v", r, err)
	}
}
