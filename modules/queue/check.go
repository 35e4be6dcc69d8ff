package queue

import (
	"context"
	"fmt"
	"slices"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Check reports tickets in the wrong lists or seats, figures that differ from
// the tickets they were made of, and acts that the audit lacks. repair puts
// these right.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	history := func(of string, entries []audit.Entry) error {
		compare := s.Audit.Compare
		if repair {
			compare = s.Audit.Repair
		}
		d, err := compare(ctx, entries...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the "+of)
		}
		return err
	}
	err := s.halls.Each(ctx, store.Query{Limit: 200}, func(h Hall) error { return history("hall", h.History) })
	if err == nil {
		err = s.posts.Each(ctx, store.Query{Limit: 200}, func(p Post) error { return history("counter", p.History) })
	}
	if err == nil {
		err = s.tickets.Each(ctx, store.Query{Limit: 500}, func(t Ticket) error {
			right := t
			if right.derive(); slices.Equal(right.Lists, t.Lists) && right.Seat == t.Seat {
				return nil
			}
			found = append(found, "ticket "+t.ID+" stands in the wrong lists")
			if !repair {
				return nil
			}
			_, err := s.tickets.Update(ctx, t.ID, func(t *Ticket) error { t.derive(); return nil })
			return err
		})
	}
	if err == nil {
		err = s.days.Each(ctx, store.Query{Limit: 200}, func(d Day) error {
			if err := history("day", d.History); err != nil || !d.Settled || !d.Kept {
				return err
			}
			return s.checkDay(ctx, d, repair, &found)
		})
	}
	return found, fault.Wrap("queue.Check", err)
}

func (s *Service) checkDay(ctx context.Context, d Day, repair bool, found *[]string) error {
	right, err := s.reckonDay(ctx, d)
	if err != nil {
		return err
	}
	f, err := s.figures.Get(ctx, d.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if slices.Equal(f.Rows, right.Rows) {
		return nil
	}
	*found = append(*found, fmt.Sprintf("the figures of %s are not those of its tickets", d.ID))
	if !repair {
		return nil
	}
	if f.ID == "" {
		return s.figures.Insert(ctx, right)
	}
	_, err = s.figures.Update(ctx, d.ID, func(x *Figures) error { x.Rows = right.Rows; return nil })
	return err
}
