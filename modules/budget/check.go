package budget

import (
	"context"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Finding is one thing that is not as it must be.
type Finding struct {
	Subject  string // "budget:…", "proposal:…": an id, never a name
	Problem  string // an English sentence for the operator
	Repaired bool
}

// checker walks everything that is derived and compares it with what it is
// derived from.
type checker struct {
	repair bool
	found  []Finding
}

// report notes a problem; mend, when not nil, is what corrects it.
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
	for _, a := range s.areas {
		if a.check == nil {
			continue
		}
		if err := a.check(ctx, c); err != nil {
			return c.found, fault.Wrap("budget.Check: "+a.name, err)
		}
	}
	return c.found, nil
}

// checkEditions looks at lists, histories and frozen rules.
func (s *Service) checkEditions(ctx context.Context, c *checker) error {
	return s.editions.Each(ctx, store.Query{Limit: 100}, func(e Edition) error {
		subject := "budget:" + e.ID
		want := e
		want.settle()
		if !slices.Equal(want.Lists, e.Lists) || want.Clocked != e.Clocked || !want.ClockAt.Equal(e.ClockAt) {
			mend := func() error {
				_, err := s.editions.Update(ctx, e.ID, func(e *Edition) error { e.settle(); return nil })
				return err
			}
			if err := c.report(subject, "it stands in the wrong lists", mend); err != nil {
				return err
			}
		}
		if e.Frozen != nil && hashOf(e.Frozen.Document) != e.Frozen.Hash {
			if err := c.report(subject, "the frozen rules do not have the published hash", nil); err != nil {
				return err
			}
		}
		if (e.Phase == Voting || DecidedPhases.Has(e.Phase)) && e.Frozen == nil {
			if err := c.report(subject, "it is past the opening of the vote and its rules were never frozen", nil); err != nil {
				return err
			}
		}
		differences, err := s.Audit.Compare(ctx, e.History...)
		if err != nil || len(differences.Missing) == 0 {
			return err
		}
		return c.report(subject, "its history is not in the audit", func() error { return s.Audit.Record(ctx, e.History...) })
	})
}
