package budget

import (
	"context"
	"testing"
	"time"
)

// TestAPhaseComesToTheDeskAWeekBeforeItsEnd walks the clock along a calendar.
func TestAPhaseComesToTheDeskAWeekBeforeItsEnd(t *testing.T) {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	e := Edition{Authority: "town", Phase: Proposing, Texts: map[string]EditionText{"fr": {Title: "Budget"}},
		Calendar: Calendar{{Phase: Proposing, From: day, To: day.AddDate(0, 0, 20)}, {Phase: Moderating, From: day.AddDate(0, 0, 20), To: day.AddDate(0, 0, 30)}}}
	for name, c := range map[string]struct {
		phase Phase
		now   time.Time
		want  string
	}{
		"long before":   {Proposing, day.AddDate(0, 0, 12), ""},
		"a week before": {Proposing, day.AddDate(0, 0, 13), WaitsPhaseEnd},
		"on the day":    {Proposing, day.AddDate(0, 0, 20), WaitsPhaseEnd},
		"the last one":  {Moderating, day.AddDate(0, 0, 29), ""},
		"a draft":       {Drafting, day.AddDate(0, 0, -1), ""},
		"cancelled":     {Cancelled, day.AddDate(0, 0, 19), ""},
	} {
		e.Phase = c.phase
		w := e.waits(c.now)
		if w.Kind != c.want || w.Kind != "" && (!w.Due.Equal(day.AddDate(0, 0, 20)) || w.Next != Moderating || w.Titles["fr"] != "Budget") {
			t.Errorf("%s: %+v, want %q", name, w, c.want)
		}
	}
}

// TestCommentsThatWaitAreToldOfAtOnce lets somebody speak and an officer read it.
func TestCommentsThatWaitAreToldOfAtOnce(t *testing.T) {
	w := newWorld(t)
	var told []string
	w.Watch(func(_ context.Context, sort, id string) error {
		told = append(told, sort+":"+id)
		return nil
	})
	e := w.running(SingleBallot, Proposing)
	p := w.published(e, salma, e.AllAreas()[0].Key)
	told = nil
	c, err := w.Say(w.ctx, karim, p.ID, "نعم للحديقة", false, "once")
	w.must(err)
	wait, err := w.WaitOf(w.ctx, WaitingComments, town)
	if err != nil || wait.Kind != WaitsComments || wait.Number != 1 || len(told) != 1 || told[0] != "comments:"+town {
		t.Errorf("after a comment: %+v, %v, told %v", wait, err, told)
	}
	w.must(w.DecideComment(w.ctx, officer, c.ID, true))
	if wait, err = w.WaitOf(w.ctx, WaitingComments, town); err != nil || wait.Kind != "" || len(told) != 2 {
		t.Errorf("after it was read: %+v, %v, told %v", wait, err, told)
	}
	if wait, err = w.WaitOf(w.ctx, WaitingProposal, p.ID); err != nil || wait.Kind != "" {
		t.Errorf("a published proposal waits for %q while people propose, %v", wait.Kind, err)
	}
}
