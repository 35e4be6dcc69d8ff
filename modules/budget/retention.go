package budget

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// What is kept for a time only, counted from the last change: drafts of
// proposals, the photos of proposals that were refused, hidden or withdrawn, and
// the names of candidates in a forum who did not agree to be named in public.
// The period stands in the rule pack of the authority (Authority.KeepMonths).

// GoneStates are the states of a proposal whose photos are deleted after the period.
var GoneStates = StateSet{Rejected, Hidden, Withdrawn}

// passing reports whether something of a proposal is kept for a time only.
func (p Proposal) passing() bool {
	return p.State == Draft || GoneStates.Has(p.State) && len(p.Pictures()) > 0
}

// unpublished reports whether the record of a forum has names that nobody but
// the authority may see.
func (f Forum) unpublished() bool {
	return slices.ContainsFunc(f.Candidates, func(c Candidate) bool { return c.Name != "" && !c.Public })
}

// expired reports whether what was changed last at a moment has been kept long
// enough by an authority.
func (s *Service) expired(ctx context.Context, authority string, changed time.Time) (bool, error) {
	a, err := s.authority(ctx, authority)
	return a.KeepMonths > 0 && s.Clock.Now().After(changed.AddDate(0, a.KeepMonths, 0)), err
}

// sweepRetention deletes what was kept long enough. It is safe to repeat.
func (s *Service) sweepRetention(ctx context.Context) error {
	now := s.Clock.Now()
	err := s.proposals.Each(ctx, store.Query{Index: "lists", Equal: []any{listPassing}, To: now, Limit: 100}, func(p Proposal) error {
		if over, err := s.expired(ctx, p.Authority, p.ChangedAt); err != nil || !over {
			return err
		}
		if p.State == Draft {
			return s.expireDraft(ctx, p.ID)
		}
		return s.dropPictures(ctx, p)
	})
	if err == nil {
		err = s.forums.Each(ctx, store.Query{Index: "names", Equal: []any{true}, To: now, Limit: 100}, func(f Forum) error {
			if over, err := s.expired(ctx, f.Authority, f.ChangedAt); err != nil || !over {
				return err
			}
			return s.dropNames(ctx, f.ID)
		})
	}
	return fault.Wrap("budget.sweepRetention", err)
}

// expireDraft deletes a draft with its photos, unless its author has gone on
// with it meanwhile.
func (s *Service) expireDraft(ctx context.Context, id string) error {
	p, err := s.proposals.Get(ctx, id)
	if err != nil || p.State != Draft {
		return ignoreGone(err)
	}
	if over, err := s.expired(ctx, p.Authority, p.ChangedAt); err != nil || !over {
		return err
	}
	if err := s.Files.Discard(ctx, p.Photos); err != nil {
		return err
	}
	return ignoreGone(s.proposals.Delete(ctx, id))
}

// dropPictures deletes the photos of a proposal that has ended: first the files,
// so that none is left when the proposal no longer names it.
func (s *Service) dropPictures(ctx context.Context, p Proposal) error {
	if err := s.Files.Discard(ctx, p.Pictures()); err != nil {
		return err
	}
	_, err := s.actOnProposal(ctx, auth.System, p.ID, ActDropPhotos, done{private: true}, func(p Proposal) bool { return len(p.Pictures()) == 0 }, func(p *Proposal, _ Edition) error {
		p.Photos = nil
		p.Study.Opinion = p.Study.Opinion.withoutPhotos()
		p.Study.Earlier = slices.Clone(p.Study.Earlier)
		for i := range p.Study.Earlier {
			p.Study.Earlier[i] = p.Study.Earlier[i].withoutPhotos()
		}
		return nil
	})
	return err
}

func (o Opinion) withoutPhotos() Opinion {
	if o.Visit != nil {
		visit := *o.Visit
		visit.Photos, o.Visit = nil, &visit
	}
	return o
}

// dropNames takes the names that were not published out of the record of a
// forum. Hands, sex and age band stay.
func (s *Service) dropNames(ctx context.Context, id string) error {
	_, err := s.actOnForum(ctx, auth.System, id, ActForget, func(f Forum) bool { return !f.unpublished() }, func(f *Forum, _ Edition) error {
		f.Candidates = slices.Clone(f.Candidates)
		for i := range f.Candidates {
			if !f.Candidates[i].Public {
				f.Candidates[i].Name = ""
			}
		}
		return nil
	})
	return err
}
