package main

import (
	"context"
	"io"
	"slices"

	"musharaka/modules/council"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/mail"
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

// petitionVault keeps the files that are made for deposits. Their subject is
// one that serveFile gives to nobody.
type petitionVault struct{ *app }

// maxVolume bounds a volume in bytes; one of 5,000 signatures takes some 2 MB.
const maxVolume = 64 << 20

func (v petitionVault) Keep(ctx context.Context, petitionID, name string, pdf io.Reader) (petition.KeptFile, error) {
	kept, err := v.files.Accept(ctx, file.Upload{Subject: "deposit:" + petitionID, Name: name, Body: pdf, Limits: file.Limits{MaxBytes: maxVolume, PDF: true}})
	return petition.KeptFile{ID: kept.ID, SHA256: kept.SHA256, Size: kept.Size}, err
}

func (v petitionVault) Read(ctx context.Context, id string) (io.ReadCloser, error) {
	kept, err := v.files.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return v.files.Read(ctx, kept, file.Full)
}

// petitionDeliveries tells petitions how mails fared.
type petitionDeliveries struct{ outbox *mail.Outbox }

func (d petitionDeliveries) Delivery(ctx context.Context, key string) (petition.Delivery, error) {
	fared, err := d.outbox.Delivery(ctx, key)
	return petition.Delivery{State: string(fared.State), At: fared.At, MessageID: fared.MessageID}, err
}

// petitionSessions tells petitions of the sessions that were convened.
type petitionSessions struct{ *app }

func (s petitionSessions) Coming(ctx context.Context, authority, lang string) ([]petition.Session, error) {
	page, err := s.councils.Sessions(ctx, authority, false, "", 20)
	var coming []petition.Session
	for _, x := range page.Items { // the latest first
		if x.StartsAt.After(s.clock.Now()) {
			coming = slices.Insert(coming, 0, s.of(x, lang))
		}
	}
	return coming, err
}

func (s petitionSessions) Session(ctx context.Context, id, lang string) (petition.Session, error) {
	x, err := s.councils.Session(ctx, auth.Actor{}, id)
	if err != nil {
		return petition.Session{}, err
	}
	return s.of(x, lang), nil
}

func (s petitionSessions) of(x council.Session, lang string) petition.Session {
	return petition.Session{ID: x.ID, Title: s.words.Locale(lang, x.Country).T(council.KindLabel(x.Kind)), At: x.StartsAt, Path: "/councils/" + x.Authority + "/sessions/" + x.ID}
}
