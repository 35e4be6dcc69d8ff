package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"io"
	"strings"
	"time"

	"musharaka/modules/citizenspace"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/modules/place"
)

// spaceAuthorities tells Citizen Spaces of places.
type spaceAuthorities struct{ places *place.Service }

func (p spaceAuthorities) Authority(ctx context.Context, id string) (citizenspace.Authority, error) {
	a, err := p.places.Get(ctx, id)
	if err != nil {
		return citizenspace.Authority{}, err
	}
	return citizenspace.Authority{
		ID: id, Country: a.Place.Country, Active: a.IsActive(), Lat: a.Place.Lat, Lng: a.Place.Lon,
		Names: map[string]string{"ar": a.Place.Name("ar"), "fr": a.Place.Name("fr"), "en": a.Place.Name("en")},
	}, nil
}

// spacePeople tells Citizen Spaces of persons: a name and where to write, and no more.
type spacePeople struct{ *app }

func (p spacePeople) Person(ctx context.Context, id string) (citizenspace.Person, error) {
	known, err := petitionPeople(p).Person(ctx, id)
	return citizenspace.Person{ID: known.ID, Name: known.Name, Lang: known.Lang, Email: known.Email}, err
}

// spaceFiles keeps the files of requests. The subject of one is "request:ID".
type spaceFiles struct{ *app }

func (f spaceFiles) Publish(ctx context.Context, ids []string, public bool) error {
	return budgetFiles(f).Publish(ctx, ids, public)
}

func (f spaceFiles) Discard(ctx context.Context, ids []string) error {
	return petitionFiles(f).Discard(ctx, ids)
}

func (f spaceFiles) Take(ctx context.Context, requestID, name string, body io.Reader, papers bool) (string, error) {
	limits := file.Pictures
	if papers {
		limits = file.Attachments
	}
	kept, err := f.files.Accept(ctx, file.Upload{Subject: "request:" + requestID, Name: name, Body: body, Limits: limits})
	return kept.ID, err
}

func (f spaceFiles) Pictures(ctx context.Context, ids []string) ([]citizenspace.Picture, error) {
	var all []citizenspace.Picture
	for _, id := range ids {
		kept, err := f.files.Get(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, citizenspace.Picture{ID: id, Name: kept.Name, Full: kept.Path(file.Full), Thumb: kept.Path(file.Thumb)})
	}
	return all, nil
}

// requestFileRule: everybody may see the photos of a public request; everything
// else is for who asked, by the account or the secret code, and for the
// authority's people.
func requestFileRule(a *app, c *web.Ctx, f file.File, about []string) (public bool, err error) {
	if len(about) != 1 {
		return false, errNoFile
	}
	public, ok := citizenspace.NewPages(citizenspace.PagesParts{Service: a.spaces}).MayReadFile(c, about[0], f.ID)
	if !ok {
		return false, errNoFile
	}
	return public, nil
}

// SpaceChanged drops what is cached of a Citizen Space.
func (e pageEvents) SpaceChanged(authority string) {
	if e.site != nil {
		e.site.Pages.Drop("space/" + authority)
	}
}

// spaceCodeKey is the key under which secret codes are hashed: derived, so that
// it is not the one that stands in links.
func (a *app) spaceCodeKey() []byte {
	m := hmac.New(sha256.New, a.settings.MailKey())
	m.Write([]byte("secret codes of requests"))
	return m.Sum(nil)
}

var titleRequests = i18n.Msg("Requests to Citizen Spaces")

// spaceListener tells Citizen Spaces what happens to accounts.
type spaceListener struct{ spaces *citizenspace.Service }

func (l spaceListener) OnJoined(ctx context.Context, kept, gone string) error {
	return l.spaces.OnJoined(ctx, kept, gone)
}

// OnProfileChanged asks nothing of requests: they keep what was given with them.
func (l spaceListener) OnProfileChanged(context.Context, string) error { return nil }

// spaceData gives people what Citizen Spaces keep about them.
type spaceData struct{ spaces *citizenspace.Service }

func (d spaceData) Export(ctx context.Context, personID string) (any, error) {
	return d.spaces.Export(ctx, personID)
}

func (d spaceData) RetainUntil(ctx context.Context, personID string) (time.Time, error) {
	return d.spaces.RetainUntil(ctx, personID)
}

func (d spaceData) Erase(ctx context.Context, personID string) error {
	return d.spaces.Erase(ctx, personID)
}

// secureCookies reports whether people reach the site over https.
func (a *app) secureCookies() bool { return strings.HasPrefix(a.settings.PublicURL, "https://") }
