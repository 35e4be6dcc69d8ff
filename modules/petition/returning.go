package petition

import (
	"context"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// This file keeps one signature for somebody who deletes the account, comes
// back, and proves to be the same person by the identity number, of which the
// account module keeps the keyed hash until RetainUntil.

// RetainUntil returns the last moment at which a person whose account is being
// deleted could sign once more what they signed already: the latest day to
// which the collection of one of those petitions may run. The zero time when
// there is none.
func (s *Service) RetainUntil(ctx context.Context, personID string) (time.Time, error) {
	var latest time.Time
	now := s.Clock.Now()
	err := s.eachSignature(ctx, personID, func(sig Signature) error {
		if sig.State != SignatureActive {
			return nil
		}
		p, err := s.petitions.Get(ctx, sig.Petition)
		if isNotFound(err) || err == nil && !p.Signable(now) {
			return nil
		}
		if err != nil {
			return err
		}
		last, err := s.LastClosing(ctx, p)
		if last.Before(p.ClosesAt) {
			last = p.ClosesAt
		}
		if last.After(latest) {
			latest = last
		}
		return err
	})
	return latest, fault.Wrap("petition.RetainUntil", err)
}

// giveBack gives a person who came back the signatures that the deleted account
// left without a name, in petitions that still collect. An anonymous signature
// is in no list of its owner, but its id follows from petition and person.
func (s *Service) giveBack(ctx context.Context, kept, gone string) error {
	return s.petitions.Each(ctx, store.Query{Index: "lists", Equal: []any{listClock}, Limit: 100}, func(p Petition) error {
		if !p.Signable(s.Clock.Now()) {
			return nil
		}
		sig, err := s.signatures.Get(ctx, SignatureID(p.ID, gone))
		if isNotFound(err) || err == nil && sig.State != SignatureAnonymous && sig.State != SignatureMoved {
			return nil // a moved one was cut off half-way: it is finished below
		}
		if err != nil {
			return err
		}
		return s.giveBackOne(ctx, p, sig, kept)
	})
}

// giveBackOne turns the anonymous signature into one of the person as they are
// now. One that they gave meanwhile stays, and the anonymous one goes.
func (s *Service) giveBackOne(ctx context.Context, p Petition, left Signature, kept string) error {
	person, verdict, err := s.verdictOn(ctx, p, kept)
	if isNotFound(err) { // a number on paper, or an account deleted meanwhile: there is nobody to give it to
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.alterSignature(ctx, p, left.ID, func(sig *Signature) error {
		if sig.State != SignatureAnonymous {
			return store.ErrUnchanged
		}
		sig.State = SignatureMoved
		return nil
	})
	if err != nil {
		return err
	}
	again := left
	again.Meta = store.Meta{ID: SignatureID(p.ID, kept)}
	again.Person, again.Name, again.State = kept, tidy(person.Name, MaxName, false), SignatureActive
	again.verdict(person, verdict)
	again.settle()
	if _, err := s.put(ctx, p, again); err != nil {
		return err
	}
	return s.deleteSignature(ctx, left.ID)
}
