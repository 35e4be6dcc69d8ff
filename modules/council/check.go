package council

import (
	"context"
	"fmt"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Check compares what is derived with what it is derived from: tallies with
// supports, the register with sessions, the audit with histories, lists with
// documents. repair corrects what can be corrected without judging. It walks
// everything, and may run beside a live service.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	c := &checker{s: s, repair: repair, numbers: map[string]string{}}
	for _, part := range []func(context.Context) error{c.sessions, c.decisions, c.registers, c.calls, c.others} {
		if err := part(ctx); err != nil {
			return c.found, fault.Wrap("council.Check", err)
		}
	}
	return c.found, nil
}

type checker struct {
	s       *Service
	repair  bool
	found   []string
	numbers map[string]string // id of a decision → the session and item that have the number
}

func (c *checker) report(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

// history compares a document's history with the audit.
func (c *checker) history(ctx context.Context, b Base) error {
	compare := c.s.Audit.Compare
	if c.repair {
		compare = c.s.Audit.Repair
	}
	d, err := compare(ctx, b.History...)
	for _, id := range append(d.Missing, d.Altered...) {
		c.report("audit entry %s differs between the log and its document", id)
	}
	return err
}

func (c *checker) sessions(ctx context.Context) error {
	return c.s.sessions.Each(ctx, store.Query{Limit: 100}, func(x Session) error {
		for _, i := range x.Agenda {
			if i.Number == 0 {
				continue
			}
			id := decisionID(x.Authority, x.Year(), i.Number)
			if other := c.numbers[id]; other != "" {
				c.report("decision %s is that of %s and of %s", id, other, x.ID+"/"+i.ID)
			}
			c.numbers[id] = x.ID + "/" + i.ID
			if err := c.mirrored(ctx, x, i, id); err != nil {
				return err
			}
		}
		listed := x
		listed.derive()
		if !slices.Equal(listed.Lists, x.Lists) {
			c.report("session %s stands in wrong lists", x.ID)
			if c.repair {
				if _, err := c.s.sessions.Update(ctx, x.ID, func(x *Session) error { x.derive(); return nil }); err != nil {
					return err
				}
			}
		}
		return c.history(ctx, x.Base)
	})
}

func (c *checker) mirrored(ctx context.Context, x Session, i Item, id string) error {
	d, err := c.s.decisions.Get(ctx, id)
	closed := x.State == SessionClosed || x.State == SessionPublished
	if err == nil && d.Session == x.ID && d.Item == i.ID && (!closed || d.State != DecisionClaimed) {
		return nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	c.report("decision %s of session %s is not in the register", id, x.ID)
	if c.repair && closed {
		return c.s.mirrorItem(ctx, x, i)
	}
	return nil
}

func (c *checker) decisions(ctx context.Context) error {
	return c.s.decisions.Each(ctx, store.Query{Limit: 100}, func(d Decision) error {
		if !d.Direct() && c.numbers[d.ID] != d.Session+"/"+d.Item {
			c.report("the number of decision %s belongs to no item of an agenda", d.ID)
			if c.repair && d.State == DecisionClaimed {
				return gone(c.s.decisions.Delete(ctx, d.ID))
			}
		}
		return c.history(ctx, d.Base)
	})
}

func (c *checker) registers(ctx context.Context) error {
	return c.s.questions.Each(ctx, store.Query{Limit: 100}, func(q Question) error {
		listed := q
		listed.derive()
		if !slices.Equal(listed.Lists, q.Lists) {
			c.report("question %s stands in wrong lists", q.Reference)
			if c.repair {
				if _, err := c.s.questions.Update(ctx, q.ID, func(q *Question) error { q.derive(); return nil }); err != nil {
					return err
				}
			}
		}
		return c.history(ctx, q.Base)
	})
}

func (c *checker) calls(ctx context.Context) error {
	return c.s.calls.Each(ctx, store.Query{Limit: 100}, func(call Call) error {
		n, err := c.s.supports.Count(ctx, store.Query{Index: "call", Equal: []any{call.ID}})
		if err != nil {
			return err
		}
		counted, err := c.s.Supporters(ctx, call.ID)
		if err != nil {
			return err
		}
		if n != counted {
			c.report("call %s counts %d supporters and has %d", call.ID, counted, n)
			if c.repair {
				if _, err := c.s.count(ctx, call.ID, n-counted); err != nil {
					return err
				}
			}
		}
		return c.history(ctx, call.Base)
	})
}

// others are the documents from which nothing but the audit is derived.
func (c *checker) others(ctx context.Context) error {
	err := c.s.mandates.Each(ctx, store.Query{Limit: 200}, func(m Mandate) error { return c.history(ctx, m.Base) })
	if err == nil {
		err = c.s.bodies.Each(ctx, store.Query{}, func(b AdvisoryBody) error { return c.history(ctx, b.Base) })
	}
	if err == nil {
		err = c.s.opinions.Each(ctx, store.Query{}, func(o Opinion) error { return c.history(ctx, o.Base) })
	}
	if err == nil {
		err = c.s.settings.Each(ctx, store.Query{}, func(x Settings) error { return c.history(ctx, x.Base) })
	}
	return err
}
