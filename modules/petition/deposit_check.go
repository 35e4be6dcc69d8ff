package petition

import (
	"context"
	"fmt"

	"musharaka/modules/kit/store"
)

// opinions compares the counts of satisfaction with the answers.
func (c *checker) opinions(ctx context.Context) error {
	seen := ""
	return c.s.ratings.Each(ctx, store.Query{Index: "petition", Limit: 500}, func(r Rating) error {
		if !c.known[r.Petition] {
			return c.report("rating:"+r.ID, "its petition is not there", nil)
		}
		if r.Petition == seen { // they come petition by petition
			return nil
		}
		seen = r.Petition
		want, err := c.s.opinionCount(ctx, r.Petition)
		if err != nil {
			return err
		}
		have, err := c.s.opinions.Get(ctx, r.Petition)
		if err != nil && !isNotFound(err) {
			return err
		}
		if have.Yes == want.Yes && have.Partly == want.Partly && have.No == want.No {
			return nil
		}
		problem := fmt.Sprintf("its satisfaction is kept as %d, %d, %d and is %d, %d, %d", have.Yes, have.Partly, have.No, want.Yes, want.Partly, want.No)
		return c.report(subject(r.Petition), problem, func() error { return c.s.recountOpinion(ctx, want) })
	})
}

// recountOpinion puts the counts right.
func (s *Service) recountOpinion(ctx context.Context, want opinionDoc) error {
	_, err := s.opinions.Update(ctx, want.ID, func(d *opinionDoc) error {
		d.Yes, d.Partly, d.No = want.Yes, want.Partly, want.No
		return nil
	})
	if isNotFound(err) {
		err = s.opinions.Insert(ctx, want)
	}
	return err
}

// files compares the records of files for a deposit with themselves.
func (c *checker) files(ctx context.Context) error {
	return c.s.files.Each(ctx, store.Query{Index: "petition", Limit: 200}, func(f DepositFile) error {
		done := int64(0)
		for _, v := range f.Volumes {
			done += v.Rows
		}
		switch {
		case !c.known[f.Petition]:
			return c.report("file:"+f.ID, "its petition is not there", nil)
		case done != f.Done:
			return c.report("file:"+f.ID, "its volumes do not add up", nil)
		case f.State == FileMaking && c.s.Clock.Now().Sub(f.AskedAt) > forgetLate:
			return c.report("file:"+f.ID, "it has not been finished for a week", nil)
		}
		return nil
	})
}
