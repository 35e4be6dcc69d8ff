package main

import (
	"context"
	"io"
	"strings"

	"musharaka/modules/account"
	"musharaka/modules/desk"
	"musharaka/modules/federation"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

// buildFederations opens what networks do together.
func (a *app) buildFederations(ctx context.Context) (err error) {
	a.federations, err = federation.New(ctx, federation.Needs{
		DB: a.db, Audit: a.audit, Networks: federationNetworks{a}, Files: federationFiles{a}, Words: a.words, Clock: a.clock, Ident: a.ident, PublicURL: a.settings.PublicURL,
		Moved: a.tellDesk("network:"),
	})
	if err != nil {
		return err
	}
	a.accounts.Listen(federationListener{a.federations})
	a.accounts.Contribute(account.Contribution{Key: "networks", Title: i18n.Msg("Records of networks that I entered"), Contributor: federationData{a.federations}})
	return nil
}

// federationNetworks tells the work of networks who belongs to them.
type federationNetworks struct{ *app }

func (f federationNetworks) Network(ctx context.Context, id string) (federation.Network, error) {
	n, err := f.networks.Get(ctx, id)
	if err != nil {
		return federation.Network{}, err
	}
	return federation.Network{ID: n.ID, Country: n.Country, Names: n.Names, Active: n.State == "active", Members: n.Current()}, nil
}

func (f federationNetworks) PlaceName(id, lang string) string {
	return associationPlaces(f).PlaceName(id, lang)
}

// PublicPages are the pages of an authority that everybody reads; one that does
// not take part has its entry alone.
func (f federationNetworks) PublicPages(c *web.Ctx, id string) ([]ui.NavItem, error) {
	pages := []ui.NavItem{{Key: "place", Label: c.T("Its own page"), Href: c.URL("/places/" + id)}}
	a, err := f.places.Get(c.Std(), id)
	if fault.Is(err, fault.NotFound) || err == nil && !a.IsActive() {
		return pages, nil
	}
	return append(pages,
		ui.NavItem{Key: "petitions", Label: c.T("Its petitions"), Href: c.URL("/petitions") + "?place=" + id},
		ui.NavItem{Key: "answering", Label: c.T("How long it takes to answer"), Href: c.URL("/places/" + id + "/answering")},
		ui.NavItem{Key: "council", Label: c.T("Its council: sessions, decisions, questions"), Href: c.URL("/councils/" + id)},
		ui.NavItem{Key: "agreements", Label: c.T("Its partnership agreements"), Href: c.URL("/agreements") + "?place=" + id},
		ui.NavItem{Key: "projects", Label: c.T("Its joint projects"), Href: c.URL("/joint-projects") + "?place=" + id}), err
}

// federationFiles keeps photos of spaces and what was delivered. A file's subject
// is "network:RECORD:PERSON".
type federationFiles struct{ *app }

func (f federationFiles) Take(ctx context.Context, personID, recordID, name string, documents bool, body io.Reader) (federation.File, error) {
	limits := file.Pictures
	if documents {
		limits = file.Attachments
	}
	kept, err := f.files.Accept(ctx, file.Upload{Subject: "network:" + recordID + ":" + personID, Name: name, Body: body, Limits: limits})
	return federationFile(kept), err
}

func federationFile(f file.File) federation.File {
	return federation.File{ID: f.ID, Name: f.Name, Path: f.Path(file.Full), Thumb: f.Path(file.Thumb), Type: f.Type, Size: f.Size}
}

func (f federationFiles) Get(ctx context.Context, id string) (federation.File, error) {
	kept, err := f.files.Get(ctx, id)
	return federationFile(kept), err
}

func (f federationFiles) Discard(ctx context.Context, ids []string) error {
	return petitionFiles(f).Discard(ctx, ids)
}

// federationFileRule: whoever may read a record may read the files it shows.
func federationFileRule(a *app, c *web.Ctx, f file.File, about []string) (public bool, err error) {
	if len(about) != 2 {
		return false, errNoFile
	}
	r, err := a.federations.Get(c.Std(), c.Actor, about[0])
	if err == nil && !r.Shows(f.ID) {
		err = errNoFile
	}
	return err == nil && r.IsPublic(), err
}

// federationData is what the network's records hold of a person.
type federationData struct{ federations *federation.Service }

func (d federationData) Export(ctx context.Context, personID string) (any, error) {
	mine, err := d.federations.Export(ctx, personID)
	if len(mine) == 0 {
		return nil, err
	}
	return mine, err
}

func (d federationData) Erase(ctx context.Context, personID string) error {
	return d.federations.Erase(ctx, personID)
}

// federationListener hears of accounts that become one.
type federationListener struct{ federations *federation.Service }

func (l federationListener) OnJoined(ctx context.Context, kept, gone string) error {
	return l.federations.OnJoined(ctx, kept, gone)
}

func (federationListener) OnProfileChanged(context.Context, string) error { return nil }

// federationKinds are the waits that networks bring to an authority's desk.
var federationKinds = []desk.Kind{
	{Key: "network.output", Label: i18n.Msg("Output owed to a network"), Task: i18n.Msg("Deliver what the network and your authority agreed on, by its day."), Roles: []auth.Role{auth.Officer, auth.President}},
	{Key: "network.obstacle", Label: i18n.Msg("Obstacle being followed"), Task: i18n.Msg("An obstacle of your authority is to be removed by this day. Say how it stands."), Roles: []auth.Role{auth.Officer, auth.President}},
	{Key: "network.request", Label: i18n.Msg("Resources granted by a network"), Task: i18n.Msg("Resources were granted to your authority until this day. Say whether they came."), Roles: []auth.Role{auth.Officer, auth.President}},
}

// deskFederations brings what is due in networks to the desks of their members.
type deskFederations struct{ *app }

func (f deskFederations) Name() string { return "network" }

func (f deskFederations) Waiting(ctx context.Context, after string) ([]string, string, error) {
	ids, next, err := f.federations.Waiting(ctx, after, sourcePage)
	return subjects("network:", ids), next, err
}

func (f deskFederations) All(ctx context.Context, after string) ([]string, string, error) {
	ids, next, err := f.federations.All(ctx, after, sourcePage)
	return subjects("network:", ids), next, err
}

func (f deskFederations) Standing(ctx context.Context, subject string) (desk.Standing, error) {
	r, err := f.federations.Get(ctx, auth.System, strings.TrimPrefix(subject, "network:"))
	if fault.Is(err, fault.NotFound) {
		return desk.Standing{Stamp: f.clock.Now().UnixMilli()}, nil
	}
	if err != nil {
		return desk.Standing{}, err
	}
	st := desk.Standing{Stamp: r.Version}
	n, err := f.networks.Get(ctx, r.Network)
	if err != nil || r.Open == "" || r.Authority == "" || n.State != "active" || !n.Has(r.Authority) {
		return st, err
	}
	active, err := f.places.Get(ctx, r.Authority)
	if err != nil || !active.IsActive() {
		return st, err
	}
	titles := map[string]string{}
	for lang, w := range r.Texts {
		titles[lang] = w.Title
	}
	st.Waits = append(st.Waits, desk.Wait{Slot: "due", Kind: "network." + string(r.Kind), Authority: r.Authority, Country: active.Place.Country, Titles: titles,
		Path: "/networks/" + r.Network + "/records/" + r.ID, Since: r.CreatedAt, Due: clock.EndOfDay(r.Due, clock.Zone(active.Place.Country))})
	return st, nil
}
