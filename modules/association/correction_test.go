package association

import (
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// TestACorrectionWaitsUntilAnOfficerCorrectsOrRefuses, and who asked is told.
func TestACorrectionWaitsUntilAnOfficerCorrectsOrRefuses(t *testing.T) {
	w := newWorld(t)
	a, salma := w.registered()
	for _, text := range []string{"", "  ", strings.Repeat("é", MaxCorrection+1)} {
		_, err := w.AskCorrection(w.ctx, salma, a.ID, text)
		wantFault(t, "a text nobody can use", err, fault.Invalid)
	}
	waiting := func() int {
		page, err := w.Waiting(w.ctx, "ma-1", "", 10)
		w.must(err)
		return len(page.Items)
	}
	for _, decide := range []func() (Association, error){
		func() (Association, error) { return w.Correct(w.ctx, officer, a.ID, good) },
		func() (Association, error) { return w.RefuseCorrection(w.ctx, officer, a.ID, "no proof") },
	} {
		before := len(w.post.sent)
		_, err := w.AskCorrection(w.ctx, salma, a.ID, "\u202ethe seat <script>")
		w.must(err)
		if waiting() != 1 {
			t.Fatal("the request does not wait for the officers of the seat")
		}
		if seen, err := w.Seen(w.ctx, auth.Actor{}, a.ID); err != nil || seen.Correction != nil {
			t.Errorf("everybody reads what is asked: %v %v", seen.Correction, err)
		}
		after, err := decide()
		w.must(err)
		if after.Correction != nil || after.State != Registered || waiting() != 0 {
			t.Errorf("decided, it still waits: %+v", after.Correction)
		}
		if len(w.post.sent) != before+1 || w.post.sent[before].To != "salma@example.org" {
			t.Errorf("%d mails tell who asked", len(w.post.sent)-before)
		}
	}
	_, err := w.RefuseCorrection(w.ctx, officer, a.ID, "twice")
	wantFault(t, "a correction decided already", err, fault.Conflict)
	w.wantClean()
}

// TestADelegateIsToldOnceBeforeTheMandateEnds: thirty days and seven days
// before, each once, and not of a mandate that was shorter from the first.
func TestADelegateIsToldOnceBeforeTheMandateEnds(t *testing.T) {
	for name, c := range map[string]struct {
		lasts, revoked int // days
		told           map[int]int
	}{
		"a year":             {365, 0, map[int]int{300: 0, 334: 0, 335: 1, 336: 1, 357: 1, 358: 2, 360: 2, 364: 2, 366: 2}},
		"twenty days":        {20, 0, map[int]int{1: 0, 12: 0, 13: 1, 14: 1, 21: 1}},
		"three days":         {3, 0, map[int]int{1: 0, 2: 0, 4: 0}},
		"taken back":         {365, 340, map[int]int{334: 0, 336: 1, 358: 1}},
		"the job was asleep": {365, 0, map[int]int{359: 1, 362: 1}},
	} {
		w := newWorld(t)
		a, first := w.registered()
		_, err := w.mandates.Update(w.ctx, w.only(a.ID).ID, func(m *Mandate) error { m.Until = noon.AddDate(4, 0, 0); return nil })
		w.must(err)
		m, err := w.Appoint(w.ctx, first, a.ID, "karim", Terms{Scopes: []Scope{ScopeEndorse}, Until: noon.AddDate(0, 0, c.lasts)})
		w.must(err)
		before := len(w.post.sent)
		for day := range 367 {
			want, looked := c.told[day]
			if day == c.revoked && day > 0 {
				w.must(w.RevokeMandate(w.ctx, officer, a.ID, m.ID))
			}
			if !looked {
				continue
			}
			w.clock.Set(noon.Add(time.Duration(day) * 24 * time.Hour))
			w.must(w.warn(w.ctx))
			w.must(w.warn(w.ctx))
			if got := len(w.post.sent) - before; got != want {
				t.Errorf("%s: %d mails by day %d, want %d", name, got, day, want)
			}
		}
	}
}

// only is the one mandate of an association.
func (w *world) only(associationID string) Mandate {
	w.t.Helper()
	all, err := w.Holding(w.ctx, associationID)
	w.must(err)
	if len(all) != 1 {
		w.t.Fatalf("%d mandates hold", len(all))
	}
	return all[0]
}
