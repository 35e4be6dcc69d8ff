package mail

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
)

// post is everything between an act and a mailbox, on a fresh store.
type post struct {
	*Outbox
	queue *job.Queue
	clock *clock.Fake
	db    store.DB
	said  error // what the sender answers
	sent  []Message
}

func (p *post) Send(_ context.Context, m Message) error {
	if p.said == nil {
		p.sent = append(p.sent, m)
	}
	return p.said
}

func openPost(t *testing.T) *post {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	p := &post{clock: clock.NewFake(monday), db: db}
	p.queue, err = job.New(t.Context(), db, p.clock, ident.NewFake(1), job.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	must(t, err)
	s, err := OpenSuppressions(t.Context(), db, make([]byte, 32), p.clock)
	must(t, err)
	p.Outbox, err = OpenOutbox(t.Context(), db, p.queue, p, s, p.clock, "https://musharaka.example/unsubscribe/")
	must(t, err)
	return p
}

func (p *post) run(t *testing.T) {
	t.Helper()
	_, err := p.queue.RunDue(t.Context())
	must(t, err)
}

// kept returns what is kept of the mail of arabic().
func (p *post) kept(t *testing.T) outgoing {
	t.Helper()
	m, err := p.mails.Get(t.Context(), arabic().Key)
	must(t, err)
	return m
}

func TestAMailQueuedTwiceIsSentOnceAndItsWordsAreDeleted(t *testing.T) {
	p := openPost(t)
	must(t, p.Queue(t.Context(), arabic()))
	must(t, p.QueueMany(t.Context(), []Message{arabic(), arabic()}))
	p.run(t)
	if len(p.sent) != 1 || p.sent[0] != arabic() {
		t.Fatalf("sent: %+v", p.sent)
	}
	if m := p.kept(t); m.State != Sent || m.Message != (Message{}) {
		t.Errorf("kept after sending: %+v", m)
	}
	must(t, p.Queue(t.Context(), arabic()))
	p.clock.Advance(60 * 24 * time.Hour) // its finished job is swept away
	p.run(t)
	must(t, p.Queue(t.Context(), arabic()))
	p.run(t)
	if len(p.sent) != 1 {
		t.Errorf("sent %d times", len(p.sent))
	}
}

func TestAnActCutOffBeforeItsJobWasWrittenIsMendedByTheRepeat(t *testing.T) {
	p := openPost(t)
	must(t, p.mails.Insert(t.Context(), outgoing{Meta: store.Meta{ID: arabic().Key}, Message: arabic(), State: Waiting, At: monday}))
	p.run(t)
	if len(p.sent) != 0 {
		t.Fatal("sent without a job")
	}
	must(t, p.Queue(t.Context(), arabic()))
	p.run(t)
	if len(p.sent) != 1 {
		t.Errorf("sent %d times, want once", len(p.sent))
	}
}

func TestAMailThatFailsForNowIsRetriedAndOneRefusedForGoodIsDead(t *testing.T) {
	p := openPost(t)
	p.said = fault.New(fault.Unavailable, "").Because("mail.Send", errors.New("the server answered 450"))
	must(t, p.Queue(t.Context(), arabic()))
	p.run(t)
	if j, err := p.queue.Find(t.Context(), "mail.send", arabic().Key); err != nil || j.State != job.Open || j.Attempts != 1 {
		t.Fatalf("after a 4xx: %+v, %v", j, err)
	}
	p.said = fault.New(fault.Invalid, "")
	p.clock.Advance(2 * time.Minute)
	p.run(t)
	j, err := p.queue.Find(t.Context(), "mail.send", arabic().Key)
	if err != nil || j.State != job.Dead {
		t.Fatalf("after a 5xx: %+v, %v", j, err)
	}
	p.said = nil // the operator has put the cause right
	must(t, p.queue.Retry(t.Context(), j.ID))
	p.run(t)
	if len(p.sent) != 1 {
		t.Errorf("sent %d times after the retry", len(p.sent))
	}
}

func TestUnwantedMailsAreNotSentAndOthersAre(t *testing.T) {
	p := openPost(t)
	news, act := arabic(), arabic()
	act.Key, act.Kind, act.UnsubscribeURL = "account.confirm:amal", "", ""
	must(t, p.Queue(t.Context(), news)) // queued before she unsubscribes
	must(t, p.suppressions.Suppress(t.Context(), p.suppressions.For("Amal@Example.org", "petition.news")))
	must(t, p.Queue(t.Context(), act))
	p.run(t)
	if len(p.sent) != 1 || p.sent[0].Key != act.Key {
		t.Errorf("sent: %+v, want the mail of her own act alone", p.sent)
	}
	if m := p.kept(t); m.State != Unwanted || m.To != "" {
		t.Errorf("kept: %+v", m)
	}
}

func TestWhatCannotBeSentIsForgotten(t *testing.T) {
	p := openPost(t)
	p.said = fault.New(fault.Unavailable, "")
	must(t, p.Queue(t.Context(), arabic()))
	p.run(t)
	p.clock.Advance(KeepUnsent + time.Hour)
	p.run(t)
	p.run(t)
	if m := p.kept(t); m.State != Abandoned || m.Message != (Message{}) {
		t.Fatalf("after a month: %+v", m)
	}
	p.clock.Advance(KeepKeys + 7*time.Hour)
	p.run(t)
	if _, err := p.mails.Get(t.Context(), arabic().Key); !fault.Is(err, fault.NotFound) {
		t.Errorf("after four months: %v, want not found", err)
	}
}

func TestABadMessageIsNotQueued(t *testing.T) {
	p := openPost(t)
	bad := arabic()
	bad.Subject = "a\r\nBcc: b@example.org"
	if err := p.QueueMany(t.Context(), []Message{arabic(), bad}); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v, want invalid", err)
	}
	p.run(t)
	if len(p.sent) != 0 {
		t.Error("something was sent")
	}
}

func TestTheInboxKeepsEachMailOnceAndShowsTheNewestFirst(t *testing.T) {
	p := openPost(t)
	in, err := OpenInbox(t.Context(), p.db, p.clock)
	must(t, err)
	first, second := arabic(), arabic()
	second.Key, second.To = "petition.published:p1:driss", "Driss@example.org"
	for _, m := range []Message{first, second, first} {
		must(t, in.Send(t.Context(), m))
		p.clock.Advance(time.Minute)
	}
	all, err := in.Newest(t.Context(), "", 10)
	must(t, err)
	if len(all.Items) != 2 || all.Items[0].Key != second.Key || all.Items[1].Message != first {
		t.Errorf("all: %+v", all.Items)
	}
	his, err := in.To(t.Context(), "driss@EXAMPLE.org", "", 10)
	must(t, err)
	if len(his.Items) != 1 || his.Items[0].Key != second.Key {
		t.Errorf("his: %+v", his.Items)
	}
	one, err := in.Get(t.Context(), first.Key)
	if err != nil || one.Subject != first.Subject || !one.At.Equal(monday) {
		t.Errorf("one: %+v, %v", one, err)
	}
	bad := arabic()
	bad.To = "nobody"
	if err := in.Send(t.Context(), bad); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v, want invalid, as a real server would", err)
	}
}
