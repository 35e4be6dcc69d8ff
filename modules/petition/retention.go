package petition

import (
	"context"
	"fmt"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// forgetting is the job that makes the signatures of a petition that ended
// anonymous, a bounded number at a time.
type forgetting struct {
	Petition string `bson:"petition"`
	After    string `bson:"after"`
	Part     int    `bson:"part"`
}

const (
	forgetPage  = 200
	forgetPages = 10 // in one job
)

// forgetDue returns when it must be forgotten who signed a petition that
// ended: the rule pack's period after its end. False when it need not yet be
// thought of, or is done.
func (s *Service) forgetDue(ctx context.Context, p Petition) (time.Time, bool, error) {
	if !EndedStates.Has(p.State) || p.PublishedAt.IsZero() || !p.ForgottenAt.IsZero() {
		return time.Time{}, false, nil
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return time.Time{}, false, err
	}
	periods, err := s.Law.Periods(ctx, a, p.ChangedAt)
	if err != nil || periods.KeepMonths == 0 {
		return time.Time{}, false, err
	}
	return monthsOn(p.ChangedAt, periods.KeepMonths, p.Country), true, nil
}

// sweepRetention looks for petitions whose signatories must be forgotten.
func (s *Service) sweepRetention(ctx context.Context) error {
	now := s.Clock.Now()
	err := s.petitions.Each(ctx, store.Query{Index: "lists", Equal: []any{listEnded}, To: now, Limit: 100}, func(p Petition) error {
		due, ended, err := s.forgetDue(ctx, p)
		if err != nil || !ended || !now.After(due) {
			return err
		}
		return s.enqueueForgetting(ctx, forgetting{Petition: p.ID})
	})
	return fault.Wrap("petition.sweepRetention", err)
}

func (s *Service) enqueueForgetting(ctx context.Context, f forgetting) error {
	return job.Enqueue(ctx, s.Queue, jobForget, fmt.Sprintf("%s:%d", f.Petition, f.Part), f, s.Clock.Now())
}

// forget makes signatures anonymous, deletes withdrawn ones and follows, and
// at the end records that it is done. It is safe to repeat.
func (s *Service) forget(ctx context.Context, f forgetting) error {
	p, err := s.petitions.Get(ctx, f.Petition)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	due, ended, err := s.forgetDue(ctx, p)
	if err != nil || !ended || !s.Clock.Now().After(due) { // it goes on after all
		return err
	}
	for range forgetPages {
		page, err := s.signatures.Find(ctx, store.Query{Index: "count", Equal: []any{p.ID}, After: f.After, Limit: forgetPage})
		if err != nil {
			return err
		}
		for _, sig := range page.Items {
			if err := s.forgetSignature(ctx, p, sig); err != nil {
				return err
			}
		}
		if f.After = page.Next; f.After == "" {
			return s.forgetRest(ctx, p)
		}
	}
	f.Part++
	return s.enqueueForgetting(ctx, f)
}

// forgetSignature makes a signature anonymous and keeps it counted; one that
// does not count is deleted.
func (s *Service) forgetSignature(ctx context.Context, p Petition, sig Signature) error {
	if sig.State != SignatureActive {
		if sig.State.counts() {
			return nil
		}
		return s.deleteSignature(ctx, sig.ID)
	}
	_, err := s.alterSignature(ctx, p, sig.ID, func(sig *Signature) error {
		if sig.State != SignatureActive {
			return store.ErrUnchanged
		}
		sig.anonymise()
		return nil
	})
	if isNotFound(err) {
		return nil
	}
	return err
}

// forgetRest deletes the follows, makes unfinished sheets void and records the act.
func (s *Service) forgetRest(ctx context.Context, p Petition) error {
	if err := s.endSheets(ctx, p.ID); err != nil {
		return err
	}
	err := s.followers.Each(ctx, store.Query{Index: "petition", Equal: []any{p.ID}, Limit: forgetPage}, func(f Follower) error {
		if err := s.followers.Delete(ctx, f.ID); !isNotFound(err) {
			return err
		}
		return nil
	})
	if err == nil {
		err = s.forgetRatings(ctx, p.ID)
	}
	if err == nil {
		err = s.forgetFiles(ctx, p.ID)
	}
	if err != nil {
		return err
	}
	forgotten := func(p Petition) bool { return !p.ForgottenAt.IsZero() }
	_, err = s.act(ctx, auth.System, p.ID, done{act: ActForget}, forgotten, func(p *Petition) error {
		p.ForgottenAt = s.Clock.Now()
		p.Deputy, p.Committee = Petitioner{}, nil // the authority needed them while the petition lived
		return nil
	})
	return err
}

// anonymise takes away who signed, and leaves what is counted.
func (s *Signature) anonymise() {
	s.State, s.Person = SignatureAnonymous, ""
	s.Paper, s.Range, s.Device = nil, "", ""
	s.forget()
}
