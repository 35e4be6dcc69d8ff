package main

import (
	"context"

	"musharaka/modules/kit/seal"
	"musharaka/modules/petition"
)

// petitionSealer seals identity numbers to the keys of authorities.
type petitionSealer struct{ keys *seal.Keyring }

var _ petition.Sealer = petitionSealer{}

func (s petitionSealer) Seals(ctx context.Context, authority string) (bool, error) {
	_, ok, err := s.keys.Active(ctx, authority)
	return ok, err
}

func (s petitionSealer) Seal(ctx context.Context, authority, petitionID, signature, number string) ([]byte, error) {
	key, ok, err := s.keys.Active(ctx, authority)
	if err != nil || !ok {
		return nil, err
	}
	return key.Seal(number, petitionID, signature)
}
