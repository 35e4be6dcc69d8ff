package mail

import (
	"context"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Received is a mail that lies in the demo's inbox. Its id is the message's key.
type Received struct {
	store.Meta `bson:",inline"`
	Message    `bson:",inline"`
	At         time.Time `bson:"at"`
}

// Inbox is the demo's sender: no mail leaves the machine, all can be read on a page.
type Inbox struct {
	mails *store.Collection[Received, *Received]
	clock clock.Clock
}

// OpenInbox opens the demo's inbox.
func OpenInbox(ctx context.Context, db store.DB, clk clock.Clock) (*Inbox, error) {
	mails, err := store.Open[Received](ctx, db, store.Schema{Name: "demo_mails", Indexes: []store.Index{
		{Name: "by_recipient", Fields: []string{"to", "at"}},
		{Name: "by_time", Fields: []string{"at"}},
	}})
	if err != nil {
		return nil, err
	}
	return &Inbox{mails: mails, clock: clk}, nil
}

// Send keeps the mail; the same key twice is kept once.
func (in *Inbox) Send(ctx context.Context, m Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	m.To = strings.ToLower(m.To)
	err := in.mails.Insert(ctx, Received{Meta: store.Meta{ID: m.Key}, Message: m, At: in.clock.Now()})
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// Newest returns the mails of everybody, the newest first.
func (in *Inbox) Newest(ctx context.Context, after string, limit int) (store.Page[Received], error) {
	return in.find(ctx, store.Query{Index: "by_time", Desc: true, After: after, Limit: limit})
}

// To returns the mails to one address, the newest first.
func (in *Inbox) To(ctx context.Context, address, after string, limit int) (store.Page[Received], error) {
	return in.find(ctx, store.Query{Index: "by_recipient", Equal: []any{strings.ToLower(address)}, Desc: true, After: after, Limit: limit})
}

// Get returns one mail, or NotFound.
func (in *Inbox) Get(ctx context.Context, id string) (Received, error) {
	m, err := in.mails.Get(ctx, id)
	m.Key = m.ID
	return m, err
}

func (in *Inbox) find(ctx context.Context, q store.Query) (store.Page[Received], error) {
	page, err := in.mails.Find(ctx, q)
	for i := range page.Items {
		page.Items[i].Key = page.Items[i].ID
	}
	return page, err
}
