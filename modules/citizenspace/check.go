package citizenspace

import (
	"context"
	"slices"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Finding is one thing that is not as it must be.
type Finding struct {
	Subject  string // "request:…", "offer:…", "cell:…": an id, never a name
	Problem  string // an English sentence for the operator
	Repaired bool
}

// checker walks everything that is derived and compares it with what it is
// derived from.
type checker struct {
	repair bool
	found  []Finding
}

// report notes a problem; mend is what corrects it.
func (c *checker) report(subject, problem string, mend func() error) error {
	f := Finding{Subject: subject, Problem: problem}
	if c.repair && mend != nil {
		if err := mend(); err != nil {
			return err
		}
		f.Repaired = true
	}
	c.found = append(c.found, f)
	return nil
}

// Check compares everything that is derived with what it is derived from;
// repair corrects what can be corrected without judging.
func (s *Service) Check(ctx context.Context, repair bool) ([]Finding, error) {
	c := &checker{repair: repair}
	for _, part := range []func(context.Context, *checker) error{s.checkRequests, s.checkOffers, s.checkCells} {
		if err := part(ctx, c); err != nil {
			return c.found, fault.Wrap("citizenspace.Check", err)
		}
	}
	return c.found, nil
}

func (s *Service) checkRequests(ctx context.Context, c *checker) error {
	return s.requests.Each(ctx, store.Query{Limit: 200}, func(r Request) error {
		subject := "request:" + r.ID
		want := r
		want.settle()
		if !slices.Equal(want.Lists, r.Lists) || !slices.Equal(want.Worklists, r.Worklists) || !want.DueKey.Equal(r.DueKey) || want.Cell != r.Cell {
			err := c.report(subject, "it stands in the wrong lists", func() error {
				_, err := s.requests.Update(ctx, r.ID, func(r *Request) error { r.settle(); return nil })
				return err
			})
			if err != nil {
				return err
			}
		}
		if r.State == Waiting == r.Clock.PausedAt.IsZero() {
			if err := c.report(subject, "its clock is not paused exactly while it waits for the citizen", nil); err != nil {
				return err
			}
		}
		card, err := s.cards.Get(ctx, r.ID)
		if err != nil && !isNotFound(err) {
			return err
		}
		listed := err == nil && !card.Gone
		if listed != r.IsShown() || listed && (card.State != r.State || !card.UpdatedAt.Equal(r.ChangedAt)) {
			if err := c.report(subject, "its public card does not say what it says", func() error { return s.putCard(ctx, r.ID) }); err != nil {
				return err
			}
		}
		differences, err := s.Audit.Compare(ctx, r.History...)
		if err != nil || len(differences.Missing) == 0 {
			return err
		}
		return c.report(subject, "its history is not in the audit", func() error { return s.Audit.Record(ctx, r.History...) })
	})
}

func (s *Service) checkOffers(ctx context.Context, c *checker) error {
	return s.offers.Each(ctx, store.Query{Limit: 200}, func(o Offer) error {
		if o.Current == nil {
			return nil
		}
		_, err := s.versions.Get(ctx, VersionID(o.Authority, o.Code, o.Current.Number))
		if isNotFound(err) {
			return c.report("offer:"+o.ID, "the version that is offered is not kept", nil)
		}
		return err
	})
}

// checkCells recounts the leaves and compares the sums above them.
func (s *Service) checkCells(ctx context.Context, c *checker) error {
	if c.repair {
		if err := s.recount(ctx); err != nil {
			return err
		}
	}
	return s.cells.Each(ctx, store.Query{Limit: 500}, func(cell Cell) error {
		_, key, _ := strings.Cut(cell.ID, "|")
		keys := map[string]bool{}
		for k := range cell.N {
			keys[k] = true
		}
		counts, err := s.countsOf(ctx, cell.ID, keys, len(key) == leafLevel)
		if err != nil {
			return err
		}
		for k, n := range counts {
			if cell.N[k] != n {
				mend := func() error { return s.countCells(ctx, map[string]map[string]bool{cell.ID: {k: true}}) }
				if len(key) != leafLevel {
					mend = func() error { return s.putCell(ctx, cell.ID, map[string]bool{k: true}, false) }
				}
				return c.report("cell:"+cell.ID, "its counts are not those of the requests in it", mend)
			}
		}
		return nil
	})
}
