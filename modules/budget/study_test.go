package budget

import (
	"slices"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

func TestPhotosOfAVisitArePublicWithTheVerdict(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	p := w.published(e, salma, "south")
	must[Proposal](w)(w.Assign(w.ctx, officer, p.ID, "technical"))
	visited := StudyInput{Checks: allChecks(), Lines: []Line{{"أشغال", 1, 1_000_000}}, VisitOn: w.clock.Now().Add(-time.Hour), VisitPhotos: []string{"agent-1", "agent-2"}}
	_, err := w.SaveStudy(w.ctx, agent, p.ID, StudyInput{VisitPhotos: []string{"agent-1"}})
	w.refuses(err, fault.Invalid, "photos of a visit without a day")
	_, err = w.SaveStudy(w.ctx, agent, p.ID, StudyInput{VisitOn: visited.VisitOn, VisitPhotos: []string{"somebody-1"}})
	w.refuses(err, fault.Forbidden, "photos that somebody else uploaded")
	must[Proposal](w)(w.SaveStudy(w.ctx, agent, p.ID, visited))
	visited.VisitPhotos = []string{"agent-3"}
	must[Proposal](w)(w.SaveStudy(w.ctx, agent, p.ID, visited))
	for range 2 {
		must[Proposal](w)(w.RemoveVisitPhoto(w.ctx, agent, p.ID, "agent-2"))
	}
	if got := w.get(p.ID).Study.Opinion.photos(); !slices.Equal(got, []string{"agent-1", "agent-3"}) {
		t.Fatalf("the visit has the photos %v", got)
	}
	if !slices.Equal(w.files.discarded, []string{"agent-2"}) {
		t.Errorf("deleted: %v", w.files.discarded)
	}
	seen := func() []string {
		return must[Proposal](w)(w.Proposal(w.ctx, auth.Actor{}, p.ID)).Pictures()
	}
	if got := seen(); len(got) > 0 {
		t.Errorf("before the verdict everybody sees %v", got)
	}
	must[Proposal](w)(w.Conclude(w.ctx, agent, p.ID, IsFeasible))
	if got := seen(); !slices.Equal(got, []string{"agent-1", "agent-3"}) || !w.files.public["agent-1"] {
		t.Errorf("after the verdict everybody sees %v", got)
	}
	_, err = w.RemoveVisitPhoto(w.ctx, agent, p.ID, "agent-1")
	w.refuses(err, fault.Conflict, "a photo taken away after the verdict")
	must[Proposal](w)(w.SecondOpinion(w.ctx, salma, p.ID, "finance", "الكلفة مرتفعة"))
	if got := seen(); !slices.Equal(got, []string{"agent-1", "agent-3"}) {
		t.Errorf("while a second opinion is given everybody sees %v of the first", got)
	}
	many := StudyInput{VisitOn: visited.VisitOn}
	for range MaxVisitPhotos + 1 {
		many.VisitPhotos = append(many.VisitPhotos, "agent-9")
	}
	_, err = w.SaveStudy(w.ctx, agent, p.ID, many)
	w.refuses(err, fault.Invalid, "too many photos")
	must[Proposal](w)(w.RejectProposal(w.ctx, officer, p.ID, Offensive, "عبارات مسيئة"))
	if got := seen(); len(got) > 0 {
		t.Errorf("of a proposal out of sight everybody sees %v", got)
	}
	w.sound()
}
