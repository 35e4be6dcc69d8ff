package main

import (
	"context"
	"io"
	"slices"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/association"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/modules/petition"
	"musharaka/modules/place"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// buildAssociations opens the register. What it asks of petitions is asked when
// pages are shown, long after both are built.
func (a *app) buildAssociations(ctx context.Context) (err error) {
	a.associations, err = association.New(ctx, association.Needs{
		DB: a.db, Audit: a.audit, Queue: a.queue, Places: territories{a.places.Table()}, Packs: a.packs, People: associationPeople{a}, Roles: delegateRoles{a},
		Files: associationFiles{a}, Petitions: associationPetitions{a}, Post: a.outbox, Words: a.words, Clock: a.clock, Ident: a.ident, Log: a.log,
		PublicURL: a.settings.PublicURL, Demo: a.settings.IsDemo(), Moved: a.tellDesk("association:"),
	})
	if err != nil {
		return err
	}
	a.accounts.Listen(associationListener{a.associations})
	a.accounts.Contribute(account.Contribution{Key: "associations", Title: titleAssociations, Contributor: associationData{a.associations}})
	return nil
}

var titleAssociations = i18n.Msg("Associations")

// territories tells associations where places lie.
type territories struct{ table *place.Table }

func (t territories) Chain(id string) []string { return t.table.Chain(id) }

func (t territories) Kind(id string) (country, level string) {
	x, _ := t.table.Get(id)
	return x.Country, string(x.Level)
}

// associationPeople tells associations of persons.
type associationPeople struct{ *app }

func (p associationPeople) Person(ctx context.Context, id string) (association.Person, error) {
	if id == "" {
		return association.Person{}, fault.New(fault.NotFound, "")
	}
	x, err := petitionPeople(p).Person(ctx, id)
	return association.Person{ID: x.ID, Name: x.Name, Lang: x.Lang, Email: x.Email}, err
}

func (p associationPeople) ByCode(ctx context.Context, code string) (string, error) {
	x, err := p.accounts.ByCode(ctx, code)
	return x.ID, err
}

// delegateRoles gives delegates their role.
type delegateRoles struct{ *app }

func (r delegateRoles) Grant(ctx context.Context, personID, associationID string, from, until time.Time) (string, error) {
	m := auth.Membership{Kind: auth.Association, OrgID: associationID, Role: auth.Delegate, From: from, Until: until}
	g, err := r.accounts.GrantRole(ctx, auth.System, personID, m)
	if !fault.Is(err, fault.Conflict) {
		return g.ID, err
	}
	p, err := r.accounts.Get(ctx, personID)
	for _, held := range p.Grants {
		if held.OrgID == associationID && held.Role == auth.Delegate && held.RevokedAt.IsZero() {
			return held.ID, err
		}
	}
	return "", err
}

func (r delegateRoles) Revoke(ctx context.Context, personID, grantID string) error {
	if personID == "" {
		return nil
	}
	if err := r.accounts.RevokeRole(ctx, auth.System, personID, grantID); !fault.Is(err, fault.NotFound) {
		return err
	}
	return nil
}

// associationFiles keeps the papers of associations. A file's subject is
// "association:ASSOCIATION:PERSON".
type associationFiles struct{ *app }

func (f associationFiles) Take(ctx context.Context, personID, associationID, name string, body io.Reader) (string, error) {
	kept, err := f.files.Accept(ctx, file.Upload{Subject: "association:" + associationID + ":" + personID, Name: name, Body: body, Limits: file.Attachments})
	return kept.ID, err
}

func (f associationFiles) Documents(ctx context.Context, ids []string) ([]association.File, error) {
	var all []association.File
	for _, id := range ids {
		kept, err := f.files.Get(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, association.File{ID: kept.ID, Name: kept.Name, Path: kept.Path(file.Full), Type: kept.Type, Size: kept.Size, SHA256: kept.SHA256})
	}
	return all, nil
}

func (f associationFiles) Discard(ctx context.Context, ids []string) error {
	return petitionFiles(f).Discard(ctx, ids)
}

// associationFileRule: everybody may read what the register shows as public,
// those who keep or manage the entry the rest.
func associationFileRule(a *app, c *web.Ctx, f file.File, about []string) (public bool, err error) {
	if len(about) != 2 {
		return false, errNoFile
	}
	has := func(x association.Association) bool {
		return slices.ContainsFunc(x.Documents, func(d association.Document) bool { return d.File == f.ID })
	}
	x, err := a.associations.Seen(c.Std(), auth.Actor{}, about[0])
	if err == nil && has(x) {
		return true, nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return false, err
	}
	if x, err = a.associations.Seen(c.Std(), c.Actor, about[0]); err == nil && !has(x) {
		err = errNoFile
	}
	return false, err
}

// associationPetitions tells associations of petitions that everybody may read.
type associationPetitions struct{ *app }

func (p associationPetitions) Petition(ctx context.Context, id string) (association.Petition, error) {
	x, err := p.petitions.Get(ctx, auth.Actor{}, id)
	if err == nil && x.TextHidden() || err == nil && x.PublishedAt.IsZero() {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return association.Petition{}, err
	}
	out := association.Petition{ID: x.ID, Reference: x.Reference, Authority: x.Authority, Country: x.Country, Langs: x.Langs,
		Objects: map[string]string{}, Asks: map[string]string{}, Signable: x.Signable(p.clock.Now()), ClosesAt: x.ClosesAt}
	for _, lang := range x.Langs {
		out.Objects[lang], out.Asks[lang] = x.Text(lang).Object, x.Text(lang).Ask
	}
	return out, nil
}

func (p associationPetitions) Attributed(ctx context.Context, petitionID, campaignID string) (int64, error) {
	t, err := p.petitions.Tally(ctx, petitionID)
	return t.Campaigns[campaignID], err
}

// petitionCampaigns tells petitions of campaigns.
type petitionCampaigns struct{ *app }

func (p petitionCampaigns) Running(ctx context.Context, petitionID, code string) (string, error) {
	return p.associations.Attributes(ctx, petitionID, code)
}

func (p petitionCampaigns) Of(ctx context.Context, petitionID string) ([]string, error) {
	all, err := p.associations.CampaignsOf(ctx, petitionID)
	var ids []string
	for _, x := range all {
		ids = append(ids, x.ID)
	}
	return ids, err
}

// associationPanel shows on a petition's page what associations do for it.
type associationPanel struct {
	*app
	pages *association.Pages
}

func (p associationPanel) Stamp(ctx context.Context, petitionID string) (string, error) {
	return p.associations.Stamp(ctx, petitionID)
}

func (p associationPanel) Show(c *web.Ctx, s petition.Subject) (templ.Component, error) {
	return p.pages.Panel(c, s.ID, s.Signable)
}

// associationListener tells associations what happens to accounts.
type associationListener struct{ associations *association.Service }

func (l associationListener) OnJoined(ctx context.Context, kept, gone string) error {
	return l.associations.OnJoined(ctx, kept, gone)
}

func (associationListener) OnProfileChanged(context.Context, string) error { return nil }

// associationData gives people what associations keep about them.
type associationData struct{ associations *association.Service }

func (d associationData) Export(ctx context.Context, personID string) (any, error) {
	kept, err := d.associations.Export(ctx, personID)
	if kept == nil {
		return nil, err
	}
	return kept, err
}

func (d associationData) Erase(ctx context.Context, personID string) error {
	return d.associations.Erase(ctx, personID)
}

// Taking returns the places that take part, by name.
func (p associationPlaces) Taking(ctx context.Context, lang string) ([]ui.Option, error) {
	return petitionChoices(p).ActivePlaces(ctx, lang)
}
