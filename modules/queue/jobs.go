package queue

import (
	"context"
	"errors"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// endEvery is how often days that are over are looked for.
const endEvery = 10 * time.Minute

// Start registers the periodic work.
func (s *Service) Start() {
	s.Queue.Every("queue.end_of_day", endEvery, s.EndDays)
}

// EndDays ends the days that are over where their halls lie: tickets nobody
// finished, counters nobody closed; then it makes their figures. It also deletes
// the tickets of days long past. Stopped half-way it goes on the next time.
func (s *Service) EndDays(ctx context.Context) error {
	// No zone is a day ahead of or behind UTC by more than a day: the hall's own
	// midnight is asked for each.
	tomorrow := s.Clock.Now().Add(24 * time.Hour).UTC().Format(time.DateOnly)
	over, err := s.days.Find(ctx, store.Query{Index: "settled", Equal: []any{false}, To: tomorrow, Limit: 200})
	for _, d := range over.Items {
		h, bad := s.Hall(ctx, d.Authority)
		if bad == nil && d.Date < dayPart(s.today(h)) {
			bad = s.endDay(ctx, d)
		}
		err = errors.Join(err, bad)
	}
	return errors.Join(err, s.forget(ctx))
}

func (s *Service) endDay(ctx context.Context, d Day) error {
	for _, part := range []struct {
		list string
		act  Act
		how  State
	}{{listWaiting, ActAbandon, Abandoned}, {listSeated, ActEnd, Ended}} {
		for {
			page, err := s.tickets.Find(ctx, store.Query{Index: "lists", Equal: []any{listOf(part.list, d.ID, "")}, Limit: 200})
			if err != nil {
				return fault.Wrap("queue.endDay", err)
			}
			if len(page.Items) == 0 {
				break
			}
			for _, t := range page.Items {
				_, err := s.ticketAct(ctx, auth.System, t.ID, part.act, nil, func(t *Ticket, now time.Time) error {
					t.end(part.how, now)
					return nil
				})
				if err != nil && !fault.Is(err, fault.Conflict) {
					return err
				}
			}
		}
	}
	if err := s.closePosts(ctx, d); err != nil {
		return err
	}
	f, err := s.reckonDay(ctx, d)
	if err != nil {
		return err
	}
	if err := s.figures.Insert(ctx, f); fault.Is(err, fault.Conflict) {
		_, err = s.figures.Update(ctx, f.ID, func(x *Figures) error { x.Rows = f.Rows; return nil })
		if err != nil {
			return fault.Wrap("queue.endDay", err)
		}
	} else if err != nil {
		return fault.Wrap("queue.endDay", err)
	}
	after, err := s.days.Update(ctx, d.ID, func(x *Day) error {
		if x.State == DayOpen {
			x.History = audit.Append(x.History, s.entry("day:"+x.ID, x.Authority, auth.System, AsSystem, ActCloseDay, x.State, DayClosed, nil))
			x.State = DayClosed
		}
		x.Settled = true
		return nil
	})
	if err != nil {
		return fault.Wrap("queue.endDay", err)
	}
	s.changed(d.Authority)
	return s.Audit.Record(ctx, after.History...)
}

// closePosts closes the counters that were left open on a day.
func (s *Service) closePosts(ctx context.Context, d Day) error {
	posts, err := s.posts.Find(ctx, store.Query{Index: "state", Equal: []any{d.Authority, string(CounterOpen)}, Limit: 100})
	for _, p := range posts.Items {
		if p.Day == d.ID {
			_, bad := s.postAct(ctx, auth.System, p.ID, ActCloseCounter, func(p *Post) { p.Agent = "" })
			err = errors.Join(err, bad)
		}
	}
	return fault.Wrap("queue.closePosts", err)
}

// forget deletes the tickets of days that are long past.
func (s *Service) forget(ctx context.Context) error {
	before := s.Clock.Now().Add(-KeepTickets).In(clock.Zone("")).Format(time.DateOnly)
	old, err := s.days.Find(ctx, store.Query{Index: "kept", Equal: []any{true}, To: before, Limit: 50})
	if err != nil {
		return fault.Wrap("queue.forget", err)
	}
	for _, d := range old.Items {
		if !d.Settled {
			continue
		}
		for {
			page, err := s.tickets.Find(ctx, store.Query{Index: "lists", Equal: []any{listOf(listDay, d.ID, "")}, Limit: 500})
			if err != nil {
				return fault.Wrap("queue.forget", err)
			}
			if len(page.Items) == 0 {
				break
			}
			for _, t := range page.Items {
				if err := s.tickets.Delete(ctx, t.ID); err != nil && !fault.Is(err, fault.NotFound) {
					return fault.Wrap("queue.forget", err)
				}
			}
		}
		if _, err := s.days.Update(ctx, d.ID, func(x *Day) error { x.Kept = false; return nil }); err != nil {
			return fault.Wrap("queue.forget", err)
		}
	}
	return nil
}
