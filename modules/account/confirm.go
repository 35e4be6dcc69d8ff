package account

import (
	"context"
	"slices"

	"musharaka/modules/kit/fault"
)

var (
	errNotMine  = fault.New(fault.Invalid, "This is not the number of the identity card in your profile.")
	errNoNumber = fault.New(fault.Invalid, "There is no identity number in your profile yet.")
	errTooOften = fault.New(fault.TooMany, "You have entered identity numbers too often today. Try again tomorrow, or show your card at the counter of your municipality.")
)

// HasNumber reports whether a person has given an identity number.
func (s *Service) HasNumber(ctx context.Context, personID string) (bool, error) {
	p, err := s.Get(ctx, personID)
	return err == nil && p.Identity.Key != "", err
}

// ConfirmNumber compares a number that a person types with the one they have
// given before, of which only the hash is kept, and returns it in its normal
// form for the one purpose it was asked for: nothing of it is kept here. A
// wrong one counts as a try of the day. Faults: Invalid, TooMany.
func (s *Service) ConfirmNumber(ctx context.Context, personID, typed string) (string, error) {
	p, err := s.canonical(ctx, personID)
	if err != nil {
		return "", err
	}
	if p.Identity.Key == "" {
		return "", errNoNumber
	}
	normal, err := s.law.ParseIdentity(p.Identity.Country, typed)
	if err != nil {
		return "", err
	}
	keys, now, refused := s.settings.Peppers.number(p.Identity.Country, normal).Keys, s.clock.Now(), error(nil)
	_, err = s.all.people.Update(ctx, p.ID, func(p *Person) error {
		refused = nil
		switch {
		case p.Tries.spent(now):
			refused = errTooOften
		case !slices.Contains(keys, p.Identity.Key):
			refused = errNotMine
			p.Tries.take(now)
			return nil
		}
		return errUnchanged
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return "", err
	}
	return normal, nil
}
