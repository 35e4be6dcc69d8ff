package association

import (
	"context"
	"fmt"
	"slices"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Check reports what is derived and differs from what it is derived from: lists
// and words of entries, the counts of petitions' support, histories the audit
// lacks, places and associations that do not exist. repair corrects what can be
// corrected without judging.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	c := &checker{s: s, repair: repair, known: map[string]bool{}, supported: map[string]bool{}}
	for _, part := range []func(context.Context) error{c.entries, c.mandates, c.endorsements, c.campaigns, c.support} {
		if err := part(ctx); err != nil {
			return c.found, fault.Wrap("association.Check", err)
		}
	}
	return c.found, nil
}

type checker struct {
	s         *Service
	repair    bool
	found     []string
	known     map[string]bool // associations
	supported map[string]bool // petitions
}

func (c *checker) note(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

func (c *checker) history(ctx context.Context, of string, entries []audit.Entry) error {
	compare := c.s.Audit.Compare
	if c.repair {
		compare = c.s.Audit.Repair
	}
	d, err := compare(ctx, entries...)
	for _, id := range append(d.Missing, d.Altered...) {
		c.note("audit entry %s differs between the log and %s", id, of)
	}
	return err
}

func (c *checker) entries(ctx context.Context) error {
	return c.s.all.Each(ctx, store.Query{Limit: 200}, func(a Association) error {
		c.known[a.ID] = true
		if c.s.checkPlaces(a) != nil {
			c.note("association %s has a place that is not in the tables", a.ID)
		}
		settled := a
		settled.settle()
		if !slices.Equal(settled.Lists, a.Lists) || !slices.Equal(settled.Words, a.Words) {
			c.note("association %s stands in the wrong lists", a.ID)
			if c.repair {
				if _, err := c.s.all.Update(ctx, a.ID, func(a *Association) error { a.settle(); return nil }); err != nil {
					return err
				}
			}
		}
		if a.State == Draft { // mirrored when it is submitted
			return nil
		}
		return c.history(ctx, "the association", a.History)
	})
}

func (c *checker) mandates(ctx context.Context) error {
	return c.s.mandates.Each(ctx, store.Query{Limit: 500}, func(m Mandate) error {
		if !c.known[m.Association] {
			c.note("mandate %s is of an association that does not exist", m.ID)
		}
		return c.history(ctx, "the mandate", m.History)
	})
}

func (c *checker) endorsements(ctx context.Context) error {
	return c.s.endorsements.Each(ctx, store.Query{Limit: 500}, func(e Endorsement) error {
		c.supported[e.Petition] = true
		if !c.known[e.Association] || e.ID != EndorsementID(e.Petition, e.Association) {
			c.note("endorsement %s is of an association that does not exist", e.ID)
		}
		return c.history(ctx, "the endorsement", e.History)
	})
}

func (c *checker) campaigns(ctx context.Context) error {
	return c.s.campaigns.Each(ctx, store.Query{Limit: 500}, func(x Campaign) error {
		c.supported[x.Petition] = true
		if !c.known[x.Association] {
			c.note("campaign %s is of an association that does not exist", x.ID)
		}
		return c.history(ctx, "the campaign", x.History)
	})
}

func (c *checker) support(ctx context.Context) error {
	for id := range c.supported {
		endorsed, running, err := c.s.countSupport(ctx, id)
		if err != nil {
			return err
		}
		stored, err := c.s.SupportOf(ctx, id)
		if err != nil {
			return err
		}
		if stored == (Support{endorsed, running}) {
			continue
		}
		c.note("petition %s is said to have %d endorsements and %d campaigns; there are %d and %d", id, stored.Endorsements, stored.Campaigns, endorsed, running)
		if c.repair {
			if err := c.s.refresh(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}
