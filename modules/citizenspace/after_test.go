package citizenspace

import (
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
)

// runJobs does what is due.
func (w *world) runJobs() {
	w.t.Helper()
	_, err := w.Queue.RunDue(w.ctx)
	w.must(err)
}

func (w *world) subjects() (all []string) {
	w.runJobs()
	w.post.mu.Lock()
	defer w.post.mu.Unlock()
	for _, m := range w.post.mails {
		all = append(all, m.To+": "+m.Subject)
	}
	w.post.mails = nil
	return all
}

func TestWhetherItWasSolvedIsAskedTwiceAndThenSettled(t *testing.T) {
	w := newWorld(t)
	in := pole("a", 36.085, 9.37)
	in.Citizen = Citizen{Email: "amal@example.org", By: "mail", Lang: "fr"}
	f := w.file(auth.Actor{}, in)
	_, err := w.MeToo(w.ctx, By(stranger), f.Request.ID, "", "ar")
	w.must(err)
	_, err = w.Ask(w.ctx, worker, f.Request.ID, "Le numéro de carte ?", 0)
	w.must(err)
	_, err = w.Reply(w.ctx, Caller{Code: f.Code}, f.Request.ID, "01234567", "")
	w.must(err)
	_, err = w.Resolve(w.ctx, worker, f.Request.ID, Solved, "Réparé", 0)
	w.must(err)
	for _, step := range []struct {
		after time.Duration
		want  []string
	}{
		{0, []string{"amal@example.org: Demande EC-2026-1", "amal@example.org: Demande EC-2026-1", "amal@example.org: Demande EC-2026-1", "stranger@example.org: "}},
		{2 * time.Hour, nil}, {24 * time.Hour, []string{"amal@example.org: "}}, {2 * time.Hour, nil}, {13 * 24 * time.Hour, []string{"amal@example.org: "}}, {24 * time.Hour, nil},
	} {
		w.clock.Advance(step.after)
		got := w.subjects()
		if len(got) != len(step.want) {
			t.Fatalf("after %s: %q, want %q", step.after, got, step.want)
		}
		for i := range got {
			if !strings.HasPrefix(got[i], step.want[i]) {
				t.Errorf("after %s: %q, want %q", step.after, got[i], step.want[i])
			}
		}
	}
	w.clock.Advance(7 * 24 * time.Hour)
	w.runJobs()
	r, err := w.Request(w.ctx, By(officer), f.Request.ID)
	w.must(err)
	if r.State != Closed || r.After.Solved != "" {
		t.Errorf("three weeks later it is %s", r.State)
	}
	w.clock.Advance(13 * 31 * 24 * time.Hour)
	w.runJobs()
	r, err = w.Request(w.ctx, By(officer), f.Request.ID)
	w.must(err)
	if !r.Forgotten || r.Citizen.Email != "" || len(r.Messages) != 0 || len(r.CodeHash) != 0 {
		t.Errorf("a year later it still knows %+v and %d messages", r.Citizen, len(r.Messages))
	}
	w.whole()
}

func TestNothingPrivateStandsInAMail(t *testing.T) {
	w := newWorld(t)
	f := w.file(auth.Actor{}, Input{Authority: town, Offer: "permit", Channel: Online, Once: "p",
		Citizen: Citizen{Name: "أمل بن صالح", Email: "typed@example.org", By: "mail", Lang: "ar"}, Answers: []Answer{{"area", []string{"120.5"}}}})
	_, err := w.Message(w.ctx, worker, f.Request.ID, "سر بيننا")
	w.must(err)
	_, err = w.Reject(w.ctx, worker, f.Request.ID, Incomplete, "ينقص الملف وصل", 0)
	w.must(err)
	w.runJobs()
	if len(w.post.mails) != 3 {
		t.Fatalf("%d mails", len(w.post.mails))
	}
	for _, m := range w.post.mails {
		for _, secret := range []string{"سر بيننا", "ينقص", "بن صالح", "120.5", f.Code, ShownCode(f.Code)} {
			if strings.Contains(m.Text+m.HTML+m.Subject, secret) {
				t.Errorf("%q says %q", m.Subject, secret)
			}
		}
	}
}
