package council

import (
	"context"
	"errors"
	"fmt"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// settleEvery is how often what a crash left half-done is looked for.
const settleEvery = 5 * time.Minute

// settleNow does what follows from the last act of a document. What fails here
// is done by the sweep: the act itself stands.
func settleNow[T any, P document[T]](ctx context.Context, s *Service, write update[T], id string, doc *T) {
	if err := settle(ctx, s, write, id, P(doc)); err != nil {
		s.Log.ErrorContext(ctx, "council: what follows from an act waits for the sweep", "error", err)
	}
}

// settle writes what follows from a document, then takes its mark away, unless
// another act came meanwhile.
func settle[T any, P document[T]](ctx context.Context, s *Service, write update[T], id string, p P) error {
	b := p.base()
	if !b.Unsettled {
		return nil
	}
	if err := s.consequences(ctx, p); err != nil {
		return err
	}
	seen := len(b.History)
	after, err := write(ctx, id, func(t *T) error {
		now := P(t).base()
		if len(now.History) != seen || !now.Unsettled {
			return store.ErrUnchanged
		}
		now.Unsettled = false
		return nil
	})
	if err == nil {
		*p = after
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// consequences are the audit, and what each kind of document brings with it.
func (s *Service) consequences(ctx context.Context, doc any) error {
	b := doc.(interface{ base() *Base }).base()
	if err := s.Audit.Record(ctx, b.History...); err != nil {
		return err
	}
	switch d := doc.(type) {
	case *Session:
		return errors.Join(s.mirror(ctx, *d), s.moved(ctx, sortSession, d.ID))
	case *Question:
		return errors.Join(s.announce(ctx, "question", d.ID, b), s.moved(ctx, sortQuestion, d.ID))
	case *Call:
		return errors.Join(s.announce(ctx, "call", d.ID, b), s.moved(ctx, sortCall, d.ID))
	}
	return nil
}

// announce queues the mails of the last act; the key is the act's place in the
// history, so that each act is told once.
func (s *Service) announce(ctx context.Context, kind, id string, b *Base) error {
	last := b.History[len(b.History)-1]
	told := Act(last.Act[len(actPrefix):])
	if !tells[told] {
		return nil
	}
	key := fmt.Sprintf("%s:%d", id, len(b.History))
	return job.Enqueue(ctx, s.Queue, jobSpread, key, spreadJob{Kind: kind, ID: id, Act: told, Turn: len(b.History)}, s.Clock.Now())
}

// Settle does what follows from acts that a crash interrupted. It is periodic
// work.
func (s *Service) Settle(ctx context.Context) error {
	return errors.Join(
		sweep(ctx, s, s.settings.Find, s.settings.Update, func(d Settings) string { return d.ID }),
		sweep(ctx, s, s.mandates.Find, s.mandates.Update, func(d Mandate) string { return d.ID }),
		sweep(ctx, s, s.bodies.Find, s.bodies.Update, func(d AdvisoryBody) string { return d.ID }),
		sweep(ctx, s, s.opinions.Find, s.opinions.Update, func(d Opinion) string { return d.ID }),
		sweep(ctx, s, s.sessions.Find, s.sessions.Update, func(d Session) string { return d.ID }),
		sweep(ctx, s, s.decisions.Find, s.decisions.Update, func(d Decision) string { return d.ID }),
		sweep(ctx, s, s.questions.Find, s.questions.Update, func(d Question) string { return d.ID }),
		sweep(ctx, s, s.calls.Find, s.calls.Update, func(d Call) string { return d.ID }),
	)
}

func sweep[T any, P document[T]](ctx context.Context, s *Service, find func(context.Context, store.Query) (store.Page[T], error), write update[T], id func(T) string) error {
	page, err := find(ctx, store.Query{Index: "unsettled", Equal: []any{true}, Limit: 200})
	for _, doc := range page.Items {
		err = errors.Join(err, settle[T, P](ctx, s, write, id(doc), P(&doc)))
	}
	return err
}
