package petition

import (
	"bytes"
	"context"
	"io"
	"strconv"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/seal"
)

// OpenVolume writes a volume of a file once more with the identity numbers
// opened by the authority's private key, which stays in memory for the time of
// the call; neither the key nor the copy is kept. The history says who did it.
// Faults: Forbidden, NotFound, Conflict (not made yet, or the signatures have
// changed since).
func (s *Service) OpenVolume(ctx context.Context, who auth.Actor, id string, number, volume int, key seal.Private, w io.Writer) error {
	p, err := s.Get(ctx, who, id)
	if err != nil {
		return err
	}
	if _, err := Next(p.State, ActOpenNumbers, RolesOf(who, p)...); err != nil {
		return err
	}
	f, err := s.FileOf(ctx, p, number)
	if err != nil {
		return err
	}
	switch {
	case f.State != FileReady:
		return errNotMade
	case volume < 1 || volume > len(f.Volumes):
		return errFileGone
	}
	d := done{act: ActOpenNumbers, private: true, details: map[string]string{"file": strconv.Itoa(number), "fingerprint": key.Public().Fingerprint()}}
	if _, err := s.act(ctx, who, id, d, nil, func(*Petition) error { return nil }); err != nil {
		return err
	}
	x, err := s.sheetOf(ctx, f)
	if err != nil {
		return err
	}
	x.number = func(sig Signature) string { return openNumber(key, p.ID, sig) }
	made := f.Volumes[volume-1]
	now := Volume{First: made.First, After: made.After}
	var held bytes.Buffer // until it is known that it is what was deposited
	if err := x.write(ctx, &held, volume, &now); err != nil {
		return err
	}
	if now.Digest != made.Digest {
		return errAltered
	}
	_, err = held.WriteTo(w)
	return err
}

// openNumber opens the record of a signature. A record that was made under
// another id of the same petition is marked, one of elsewhere is not shown.
func openNumber(key seal.Private, petitionID string, sig Signature) string {
	if len(sig.Sealed) == 0 {
		return ""
	}
	number, err := key.Open(sig.Sealed, petitionID, sig.SealedAs)
	switch {
	case err != nil:
		return "!"
	case sig.SealedAs != sig.ID:
		return number + " *"
	}
	return number
}
