package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"musharaka/modules/citizenspace"
)

// buildSpaces opens the Citizen Spaces.
func (a *app) buildSpaces(ctx context.Context) (err error) {
	a.spaces, err = citizenspace.New(ctx, citizenspace.Needs{
		DB: a.db, Audit: a.audit, Queue: a.queue, Authorities: spaceAuthorities{a}, People: spacePeople{a}, Staff: a.accounts, Files: budgetFiles{a}, Post: a.outbox,
		Words: a.words, CodeKey: derivedKey(a.settings.MailKey(), "secret codes of requests"), Clock: a.clock, Ident: a.ident, Log: a.log, PublicURL: a.settings.PublicURL, Demo: a.settings.IsDemo(),
	})
	return err
}

// derivedKey is a key of 32 bytes for one use, made from another one.
func derivedKey(key []byte, use string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(use)) // a hash's Write does not fail
	return h.Sum(nil)
}

// spaceAuthorities tells Citizen Spaces of places.
type spaceAuthorities struct{ *app }

func (p spaceAuthorities) Authority(ctx context.Context, id string) (citizenspace.Authority, error) {
	a, err := p.places.Get(ctx, id)
	if err != nil {
		return citizenspace.Authority{}, err
	}
	return citizenspace.Authority{ID: id, Country: a.Place.Country, Active: a.IsActive(), Names: map[string]string{"ar": a.Place.Name("ar"), "fr": a.Place.Name("fr"), "en": a.Place.Name("en")}}, nil
}

// spacePeople tells Citizen Spaces of persons.
type spacePeople struct{ *app }

func (p spacePeople) Person(ctx context.Context, id string) (citizenspace.Person, error) {
	x, err := petitionPeople(p).Person(ctx, id)
	return citizenspace.Person{ID: x.ID, Name: x.Name, Lang: x.Lang, Email: x.Email}, err
}
