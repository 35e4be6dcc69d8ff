package main

import (
	"context"

	"musharaka/config"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/petition"
)

// demoKey is the private file of the key that the demo made for an authority.
// Nothing like it exists outside the demo: there the file is handed out once.
type demoKey struct {
	store.Meta `bson:",inline"` // the authority
	File       []byte           `bson:"file"`
}

// demoKeys hands the files out.
type demoKeys struct {
	files *store.Collection[demoKey, *demoKey]
}

var _ petition.DemoKeys = demoKeys{}

func (d demoKeys) PrivateFile(ctx context.Context, authority string) ([]byte, error) {
	k, err := d.files.Get(ctx, authority)
	return k.File, err
}

func (demoKeys) Passphrase() string { return config.DemoPassphrase }

// keysOfDemo returns what hands out the demo's private files; nil in production.
func (a *app) keysOfDemo() petition.DemoKeys {
	if a.demoKeys == nil {
		return nil
	}
	return demoKeys{a.demoKeys}
}

// makeKey lets an authority make the key to which identity numbers are sealed,
// as an officer does it: the file is kept, shown, and in use from then on.
func (s *seeding) makeKey(ctx context.Context, a demoAuthority) error {
	if _, ok, err := s.keys.Active(ctx, a.ID); err != nil || ok {
		return err
	}
	officer, err := s.actor(ctx, a.Officer)
	if err != nil {
		return err
	}
	file, _, err := s.keys.Make(ctx, officer, a.ID, config.DemoPassphrase, "demo "+a.ID)
	if err != nil {
		return err
	}
	if err := s.demoKeys.Insert(ctx, demoKey{Meta: store.Meta{ID: a.ID}, File: file}); fault.Is(err, fault.Conflict) { // kept before an interruption, not shown
		_, err = s.demoKeys.Update(ctx, a.ID, func(k *demoKey) error { k.File = file; return nil })
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	_, err = s.keys.Confirm(ctx, officer, a.ID, file, config.DemoPassphrase)
	return err
}

// seals reports whether the plan lets an authority have a key.
func (s *seeding) seals(authority string) bool {
	for _, a := range s.data.Authorities {
		if a.ID == authority {
			return a.Seals
		}
	}
	return false
}
