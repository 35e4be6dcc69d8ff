package petition

import (
	"context"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// tailOf is what of a number may be shown in any copy of the list.
func tailOf(number string) string {
	letters := []rune(number)
	return string(letters[max(0, len(letters)-2):])
}

// wantsNumbers reports whether the law of a petition's authority wants identity
// numbers in the list of signatures, and the authority can keep them sealed.
func (s *Service) wantsNumbers(ctx context.Context, p Petition) (bool, error) {
	if s.Sealer == nil || p.Kind == Association {
		return false, nil
	}
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return false, err
	}
	book, err := s.Law.Book(ctx, a, p.PublishedAt)
	if err != nil || book.Numbers != law.FullNumber {
		return false, err
	}
	return s.Sealer.Seals(ctx, p.Authority)
}

// seal writes the record of an identity number, in its normal form, into a
// signature that is about to be written, where the law of the authority wants
// numbers in the list. Elsewhere, and where the authority has no key, nothing
// is kept of the number. The signature must have its id.
func (s *Service) seal(ctx context.Context, p Petition, sig *Signature, number string) error {
	wanted, err := s.wantsNumbers(ctx, p)
	if err != nil || !wanted || number == "" {
		return err
	}
	record, err := s.Sealer.Seal(ctx, p.Authority, p.ID, sig.ID, number)
	if err != nil || record == nil {
		return fault.Wrap("petition.seal", err)
	}
	sig.Sealed, sig.SealedAs, sig.Tail = record, sig.ID, tailOf(number)
	return nil
}

// sealOwn is seal for a number that its owner typed: it must be the one in
// their profile.
func (s *Service) sealOwn(ctx context.Context, p Petition, sig *Signature, typed string) error {
	if typed == "" || s.OwnNumbers == nil {
		return nil
	}
	normal, err := s.OwnNumbers.ConfirmNumber(ctx, sig.Person, typed)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooMany) {
		message, args := fault.Shown(err)
		return &InputError{Field: "number", Message: message, Args: args}
	}
	if err != nil {
		return err
	}
	return s.seal(ctx, p, sig, normal)
}

// AsksNumber reports whether somebody who signs, or has signed, is to give
// their identity number for the list: the law wants it, the authority has a
// key, and the person has a number to compare it with.
func (s *Service) AsksNumber(ctx context.Context, who auth.Actor, p Petition) (bool, error) {
	wanted, err := s.wantsNumbers(ctx, p)
	if err != nil || !wanted || s.OwnNumbers == nil {
		return false, fault.Wrap("petition.AsksNumber", err)
	}
	has, err := s.OwnNumbers.HasNumber(ctx, who.PersonID)
	return has, fault.Wrap("petition.AsksNumber", err)
}

// errNoSignature is what somebody meets who has not signed.
var errNoSignature = fault.New(fault.Conflict, "You have not signed this petition.")

// GiveNumber adds the number to a signature that is there already: it was given
// before the authority had a key, or before its owner had a number. Faults:
// SignIn, NotFound, Conflict (not signed, or nobody asks), *InputError.
func (s *Service) GiveNumber(ctx context.Context, who auth.Actor, id, typed string) error {
	sig, signed, err := s.SignatureOf(ctx, who, id)
	if err != nil {
		return err
	}
	if !who.SignedIn() {
		return errSignIn
	}
	if !signed {
		return errNoSignature
	}
	p, err := s.lately(ctx, id)
	if err != nil {
		return fault.Wrap("petition.GiveNumber", err)
	}
	asks, err := s.AsksNumber(ctx, who, p)
	if err != nil || !asks || !SignableStates.Has(p.State) {
		return errOr(err, errNotNow)
	}
	if typed == "" {
		return &InputError{Field: "number", Message: i18n.Msg("Enter the number of your identity card")}
	}
	if err := s.sealOwn(ctx, p, &sig, typed); err != nil {
		return err
	}
	return s.changeSignature(ctx, id, sig.ID, func(now *Signature) error {
		if now.State != SignatureActive {
			return store.ErrUnchanged
		}
		now.Sealed, now.SealedAs, now.Tail = sig.Sealed, sig.SealedAs, sig.Tail
		return nil
	})
}

// errOr is err, or the other where there is none.
func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
