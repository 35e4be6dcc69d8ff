package mail

import (
	"context"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// How long mails are remembered.
const (
	KeepUnsent = 30 * 24 * time.Hour // then a mail that could not be sent is emptied
	KeepKeys   = 90 * 24 * time.Hour // then an emptied mail is deleted, key and all
)

// sendKind is the job that sends one mail.
const sendKind = "mail.send"

// State is how a queued mail fared.
type State string

// The states. Only a waiting mail has an address and words.
const (
	Waiting   State = "waiting"
	Sent      State = "sent"
	Unwanted  State = "unwanted"  // suppressed by its reader
	Abandoned State = "abandoned" // it could not be sent for KeepUnsent
)

// outgoing is a queued mail; its id is the message's key.
type outgoing struct {
	store.Meta `bson:",inline"`
	Message    `bson:",inline"`
	State      State     `bson:"state"`
	At         time.Time `bson:"at"` // when it came into this state
}

// letter is the payload of the job.
type letter struct {
	Key string `bson:"key"`
}

// Outbox queues mails and sends them from a job.
type Outbox struct {
	mails        *store.Collection[outgoing, *outgoing]
	queue        *job.Queue
	sender       Sender
	suppressions *Suppressions
	clock        clock.Clock
	unsubscribe  string
}

// OpenOutbox opens the outbox and registers its jobs with q, so call it before
// q starts. unsubscribe is the address that unsubscribe tokens are appended to:
// "https://example.org/unsubscribe/".
func OpenOutbox(ctx context.Context, db store.DB, q *job.Queue, sender Sender, s *Suppressions, clk clock.Clock, unsubscribe string) (*Outbox, error) {
	mails, err := store.Open[outgoing](ctx, db, store.Schema{Name: "mails_out", Indexes: []store.Index{
		{Name: "by_state", Fields: []string{"state", "at"}},
	}})
	if err != nil {
		return nil, err
	}
	o := &Outbox{mails: mails, queue: q, sender: sender, suppressions: s, clock: clk, unsubscribe: unsubscribe}
	// Twelve attempts, from a minute to six hours apart, last about a day and a
	// half: longer than most mailboxes and servers are away.
	job.Register(q, sendKind, o.send, job.Options{MaxAttempts: 12, Backoff: time.Minute, Timeout: time.Minute})
	q.Every("mail.forget", 6*time.Hour, o.forget)
	return o, nil
}

// UnsubscribeURL returns the link with which a reader stops a kind of mail: for
// Message.UnsubscribeURL and for the foot of the mail.
func (o *Outbox) UnsubscribeURL(to, kind string) string {
	return o.unsubscribe + o.suppressions.UnsubscribeToken(to, kind)
}

// Queue sends a mail soon. A key that was queued before is not sent again.
// Call it after the act that it tells of has been written. Invalid when the
// message must not be sent (see Check).
func (o *Outbox) Queue(ctx context.Context, m Message) error {
	return o.QueueMany(ctx, []Message{m})
}

// QueueMany queues many mails in durable batches. On an error some may have
// been queued; a repeat is safe.
func (o *Outbox) QueueMany(ctx context.Context, messages []Message) error {
	now := o.clock.Now()
	mails := make([]outgoing, len(messages))
	letters := make([]job.Item[letter], len(messages))
	for i, m := range messages {
		if err := m.Check(); err != nil {
			return err
		}
		mails[i] = outgoing{Meta: store.Meta{ID: m.Key}, Message: m, State: Waiting, At: now}
		letters[i] = job.Item[letter]{Key: m.Key, Payload: letter{m.Key}, At: now}
	}
	for len(mails) > 0 {
		n := min(200, len(mails))
		if _, err := o.mails.InsertMany(ctx, mails[:n]); err != nil {
			return err
		}
		// Also for keys that were there: the act may have been cut off between the two.
		if _, err := job.EnqueueMany(ctx, o.queue, sendKind, letters[:n]); err != nil {
			return err
		}
		mails, letters = mails[n:], letters[n:]
	}
	return nil
}

// send is the job: one mail leaves, unless it has left or is not wanted.
func (o *Outbox) send(ctx context.Context, l letter) error {
	m, err := o.mails.Get(ctx, l.Key)
	if fault.Is(err, fault.NotFound) {
		return nil // forgotten: its job was retried after months
	}
	if err != nil {
		return err
	}
	if m.State != Waiting {
		return nil
	}
	unwanted, err := o.suppressions.Suppressed(ctx, m.To, m.Kind)
	if err != nil {
		return err
	}
	if unwanted {
		return o.empty(ctx, m.ID, Unwanted)
	}
	m.Key = m.ID
	if err := o.sender.Send(ctx, m.Message); fault.Is(err, fault.Invalid) {
		return job.Permanent(err)
	} else if err != nil {
		return err
	}
	return o.empty(ctx, m.ID, Sent)
}

// empty deletes the address and the words of a mail and notes how it fared.
func (o *Outbox) empty(ctx context.Context, id string, s State) error {
	_, err := o.mails.Update(ctx, id, func(m *outgoing) error {
		if m.State != Waiting {
			return store.ErrUnchanged
		}
		m.Message, m.State, m.At = Message{}, s, o.clock.Now()
		return nil
	})
	return err
}

// forget empties what could not be sent and deletes what was emptied long ago.
func (o *Outbox) forget(ctx context.Context) error {
	now := o.clock.Now()
	old := func(s State, before time.Time) store.Query {
		return store.Query{Index: "by_state", Equal: []any{string(s)}, To: before, Limit: 200}
	}
	err := o.mails.Each(ctx, old(Waiting, now.Add(-KeepUnsent)), func(m outgoing) error {
		return o.empty(ctx, m.ID, Abandoned)
	})
	for _, s := range []State{Sent, Unwanted, Abandoned} {
		if err != nil {
			return err
		}
		err = o.mails.Each(ctx, old(s, now.Add(-KeepKeys)), func(m outgoing) error {
			if err := o.mails.Delete(ctx, m.ID); !fault.Is(err, fault.NotFound) {
				return err
			}
			return nil
		})
	}
	return err
}
