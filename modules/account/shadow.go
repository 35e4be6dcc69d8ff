package account

import (
	"context"
	"errors"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Shadow stands for somebody who wrote an identity number on paper. It is a
// name without meaning for the number: the same for every paper the number is
// written on, never that of an account, and kept with the number's hash only.
type Shadow struct {
	ID     string
	Last2  string // the last two characters, so that a second pair of eyes can compare
	Normal string // the number in its normal form, for whoever seals it; to be kept nowhere
}

// Shadow returns who stands for a number that was written on paper, and keeps
// the number's hash at least until a time. A number that nobody has is kept as
// that of its shadow, as if an account had been deleted; whoever declares or
// proves it later takes over what the shadow signed (JoinListener). The number
// itself is kept nowhere. Invalid for a number of no valid shape.
func (s *Service) Shadow(ctx context.Context, country, typed string, until time.Time) (Shadow, error) {
	normal, err := s.law.ParseIdentity(country, typed)
	if err != nil {
		return Shadow{}, err
	}
	n := s.settings.Peppers.number(country, normal)
	for range 16 { // each round lost means that the entry was written or moved this moment
		id, err := s.shadowOnce(ctx, n, until)
		if errors.Is(err, errMoved) || fault.Is(err, fault.NotFound) {
			continue
		}
		return Shadow{ID: id, Last2: n.Last2, Normal: normal}, fault.Wrap("account.Shadow", err)
	}
	return Shadow{}, fault.New(fault.Conflict, "Somebody else is changing this at the same moment. Please try again.")
}

func (s *Service) shadowOnce(ctx context.Context, n number, until time.Time) (string, error) {
	doc, err := s.holder(ctx, n)
	if fault.Is(err, fault.NotFound) {
		id := s.ident.ID()
		err = s.all.identities.Insert(ctx, identityDoc{Meta: store.Meta{ID: n.Keys[0]}, PersonID: id, Shadow: id, Left: true, KeepUntil: until})
		if _, taken := store.Taken(err); taken {
			return "", errMoved
		}
		return id, err
	}
	if err != nil {
		return "", err
	}
	doc, err = s.all.identities.Update(ctx, doc.ID, func(d *identityDoc) error {
		if d.Shadow != "" && !until.After(d.KeepUntil) {
			return errUnchanged
		}
		if d.Shadow == "" {
			d.Shadow = s.ident.ID()
		}
		if until.After(d.KeepUntil) {
			d.KeepUntil = until
		}
		return nil
	})
	return doc.Shadow, err
}

// Behind returns whose signatures a shadow's are now: the id of the account that
// has the number, or the one under which a deleted account's or the shadow's own
// are kept; and whether that is an account whose number was proven. NotFound
// when the hash is no longer kept.
func (s *Service) Behind(ctx context.Context, shadow string) (personID string, proven bool, err error) {
	doc, err := s.all.identities.First(ctx, store.Query{Index: "shadow", Equal: []any{shadow}})
	if err != nil || shadow == "" {
		return "", false, fault.Wrap("account.Behind", err)
	}
	p, err := s.canonical(ctx, doc.PersonID)
	if fault.Is(err, fault.NotFound) {
		return doc.PersonID, false, nil
	}
	return p.ID, doc.Proven, fault.Wrap("account.Behind", err)
}

// NumberListener is told that a number went from one living account to another
// person, so that what was signed on paper with that number follows it. to is an
// account or the shadow itself. It may be told more than once.
type NumberListener interface {
	OnNumberMoved(ctx context.Context, to, from, shadow string) error
}

func (s *Service) tellNumber(ctx context.Context, to, from, shadow string) error {
	if shadow == "" {
		return nil
	}
	for _, l := range s.numbers {
		if err := l.OnNumberMoved(ctx, to, from, shadow); err != nil {
			return fault.Wrap("account.tellNumber", err)
		}
	}
	return nil
}

// returnToShadow takes a number from a person and gives it back to its shadow:
// the papers on which it is written go on counting. It reports false for an
// entry that has no shadow or is somebody else's.
func (s *Service) returnToShadow(ctx context.Context, personID, key string) (bool, error) {
	returned := false
	_, err := s.all.identities.Update(ctx, key, func(d *identityDoc) error {
		returned = d.PersonID == personID && d.Shadow != ""
		if !returned {
			return errUnchanged
		}
		d.From, d.PersonID, d.Proven, d.Left = personID, d.Shadow, false, true
		return nil
	})
	if err != nil || !returned {
		return returned, ignoreGone(err)
	}
	return true, s.finishMove(ctx, key)
}
