package budget

import (
	"slices"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
)

func TestWhatIsKeptForATimeOnlyIsDeletedAfterIt(t *testing.T) {
	w := newWorld(t)
	e := w.running(ZoneForums, Proposing)
	draft := must[Proposal](w)(w.StartDraft(w.ctx, salma, e.ID, ""))
	must[Proposal](w)(w.AddPhotos(w.ctx, salma, draft.ID, []string{"salma-draft"}))
	kept, refused := w.submitted(e, salma, "north"), w.submitted(e, karim, "north")
	for id, photo := range map[string]string{kept.ID: "salma-kept", refused.ID: "karim-refused"} {
		_, err := w.proposals.Update(w.ctx, id, func(p *Proposal) error { p.Photos = []string{photo}; return nil })
		w.must(err)
	}
	must[Proposal](w)(w.PublishProposal(w.ctx, officer, kept.ID))
	must[Proposal](w)(w.RejectProposal(w.ctx, officer, refused.ID, OutsidePowers, "من اختصاص الدولة"))
	f := w.held(e, ZoneForum, "north")
	must[Forum](w)(w.RecordForum(w.ctx, facilitator, f.ID, func(f *Forum, _ Edition) {
		f.Candidates = []Candidate{{Name: "سارة", Sex: "f", Band: "25-34", Hands: 18, Public: true}, {Name: "علي", Sex: "m", Band: "35-49", Hands: 14}}
	}))
	must[Forum](w)(w.CloseForum(w.ctx, facilitator, f.ID))
	w.clock.Set(start.AddDate(0, 5, 0))
	w.must(w.sweepRetention(w.ctx))
	if len(w.files.discarded) > 0 {
		t.Errorf("deleted too early: %v", w.files.discarded)
	}
	w.clock.Set(w.clock.Now().AddDate(0, 6, 0).Add(time.Hour))
	for range 2 {
		w.must(w.sweepRetention(w.ctx))
	}
	slices.Sort(w.files.discarded)
	if !slices.Equal(w.files.discarded, []string{"karim-refused", "salma-draft"}) {
		t.Errorf("deleted: %v", w.files.discarded)
	}
	if _, err := w.Proposal(w.ctx, salma, draft.ID); !isNotFound(err) {
		t.Errorf("the draft is still there: %v", err)
	}
	if p := w.get(refused.ID); len(p.Photos) > 0 || p.State != Rejected {
		t.Errorf("refused: %s with %v", p.State, p.Photos)
	}
	if len(w.get(kept.ID).Photos) != 1 {
		t.Error("a published proposal lost its photo")
	}
	record := must[Forum](w)(w.Forum(w.ctx, auth.System, f.ID))
	if c := record.Candidates; c[0].Name != "سارة" || c[1].Name != "" || c[1].Hands != 14 || record.State != ForumClosed {
		t.Errorf("the record says %+v", c)
	}
	w.sound()
}
