package citizenspace

import (
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
)

// TestAMailToTheReplyAddressIsWrittenOnce answers a question by mail: twice, and
// with a forged token.
func TestAMailToTheReplyAddressIsWrittenOnce(t *testing.T) {
	w := newWorld(t)
	r := w.file(stranger, pole("mail", 36.08, 9.37)).Request
	asked, err := w.Ask(w.ctx, worker, r.ID, "أين العمود؟", 0)
	w.must(err)
	to := w.ReplyAddress(asked, "reply.example")
	var all sync.WaitGroup
	for range 4 { // the same mail, delivered again and again
		all.Go(func() {
			if _, err := w.ReplyByMail(w.ctx, "<"+strings.ToUpper(to)+">", "<id1@phone>", "أمام المدرسة\r\n\r\nOn Mon, Nov 23, 2026 Commune wrote:\r\n> أين العمود؟"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	now, err := w.find(w.ctx, r.ID)
	w.must(err)
	if now.State != asked.Before || len(now.Messages) != 2 || now.Messages[1].Body != "أمام المدرسة" || now.Messages[1].Way != "mail" || !now.Clock.PausedAt.IsZero() {
		t.Errorf("%s with %+v", now.State, now.Messages)
	}
	other := w.file(stranger, pole("other", 36.09, 9.38)).Request
	forged := strings.Replace(w.ReplyAddress(other, "reply.example"), other.ID, r.ID, 1)
	for _, address := range []string{forged, "r-" + r.ID + "@reply.example", "r-" + r.ID + "-@reply.example", "nobody@reply.example", ""} {
		_, err := w.ReplyByMail(w.ctx, address, "x", "text")
		w.refuses(err, fault.NotFound, "a mail to "+address)
	}
	_, err = w.ReplyByMail(w.ctx, to, "empty", "> أين العمود؟")
	w.refuses(err, fault.Invalid, "a mail without a word of its own")
	if w.ReplyAddress(r, "") != "" {
		t.Error("a reply address without a domain")
	}
	w.whole()
}

func TestOwnWordsAreThoseAboveTheQuotation(t *testing.T) {
	for text, want := range map[string]string{
		"نعم\n\nLe lun. 23 nov. 2026 à 10:00, Commune a écrit :\n> question": "نعم",
		"Oui\r\n-----Original Message-----\r\nFrom: x":                       "Oui",
		"واحد\n\nاثنان\n" + ReplyLine + "\nثلاثة":                            "واحد\n\nاثنان",
		"> all quoted": "",
	} {
		if got := ownWords(text); got != want {
			t.Errorf("%q gives %q, not %q", text, got, want)
		}
	}
}

// TestTheDayCountsWhatIsOpenAndWhatEnded plays some days of work.
func TestTheDayCountsWhatIsOpenAndWhatEnded(t *testing.T) {
	w := newWorld(t)
	quick := w.file(stranger, pole("quick", 36.08, 9.37)).Request
	slow := w.file(stranger, pole("slow", 36.08, 9.37)).Request
	late := w.file(stranger, pole("late", 36.08, 9.37)).Request
	waits := w.file(stranger, pole("waits", 36.08, 9.37)).Request
	w.clock.Advance(2 * time.Hour)
	_, err := w.Resolve(w.ctx, agent, quick.ID, Solved, "أصلح", 0)
	w.must(err)
	_, err = w.Ask(w.ctx, worker, slow.ID, "أين؟", 0)
	w.must(err)
	w.clock.Advance(24 * time.Hour)
	_, err = w.Resume(w.ctx, worker, slow.ID, "", 0)
	w.must(err)
	w.clock.Advance(8 * time.Hour)
	_, err = w.Resolve(w.ctx, worker, slow.ID, Solved, "أصلح", 0)
	w.must(err)
	_, err = w.Ask(w.ctx, worker, waits.ID, "أين؟", 0)
	w.must(err)
	w.clock.Advance(12 * 24 * time.Hour)
	got, err := w.Reckon(w.ctx, town)
	w.must(err)
	if got.Open != 2 || got.Overdue != 1 || got.Waiting != 1 || got.New != 1 || got.Ended != 2 || got.FirstContact != 1 || got.Promised != 2 || got.Kept != 2 {
		t.Errorf("%+v", got)
	}
	if got.Median != 6*time.Hour { // of two and of ten hours: the citizen's day does not count
		t.Errorf("the median is %s", got.Median)
	}
	if late.State != Received || len(got.Services) != 1 || got.Services[0].Overdue != 1 || got.Departments[0].Key != "works" {
		t.Errorf("rows %+v %+v", got.Departments, got.Services)
	}
	w.clock.Advance(40 * 24 * time.Hour)
	if got, err = w.Reckon(w.ctx, town); err != nil || got.Ended != 0 || got.Median != 0 {
		t.Errorf("after forty days: %+v %v", got, err)
	}
	if other, err := w.Reckon(w.ctx, otherTown); err != nil || other.Open != 0 {
		t.Errorf("another town: %+v %v", other, err)
	}
}
