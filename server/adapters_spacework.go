package main

import (
	"context"
	"slices"
	"strings"

	"musharaka/modules/citizenspace"
	"musharaka/modules/council"
	"musharaka/modules/desk"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/views/ui"
)

// spaceStaff are the roles of those who work on requests.
var spaceStaff = []auth.Role{auth.Officer, auth.Department, auth.FrontDesk}

// spaceKinds are the sorts of waits that requests bring to the desk.
var spaceKinds = []desk.Kind{
	{Key: "space.new", Label: i18n.Msg("Request to read"), Task: i18n.Msg("Read the request of a citizen and say who deals with it."), Roles: []auth.Role{auth.FrontDesk, auth.Officer}},
	{Key: "space.work", Label: i18n.Msg("Request to settle"), Task: i18n.Msg("Settle the request of a citizen, or ask for what is missing."), Roles: []auth.Role{auth.Department, auth.FrontDesk, auth.Officer}},
}

// spaceSource names requests at the desk.
const spaceSource = "request"

// buildSpaceWork brings the requests of citizens to the desk, and tells their
// letters where answers go.
func (a *app) buildSpaceWork(context.Context) error {
	a.spaces.ReplyDomain = a.settings.ReplyDomain
	a.desk.Join(waitsOf{a, spaceSource, func(ctx context.Context, org, after string) ([]string, string, error) {
		page, err := a.spaces.Work(ctx, auth.System, org, "", "", after, sourcePage)
		ids := make([]string, len(page.Items))
		for i, r := range page.Items {
			ids[i] = r.ID
		}
		return ids, page.Next, err
	}, a.requestStanding})
	a.spaces.Watch(func(ctx context.Context, r citizenspace.Request) error {
		return a.desk.Refresh(ctx, spaceSource+":"+r.ID)
	})
	return nil
}

// requestStanding says what waits of a request: somebody has to read it, or to
// settle it. While the citizen was asked for something nothing waits here.
func (a *app) requestStanding(ctx context.Context, id string) (desk.Standing, error) {
	r, err := a.spaces.Request(ctx, citizenspace.By(auth.System), id)
	st := desk.Standing{Stamp: r.Version}
	if err != nil || !r.State.IsOpen() || r.State == citizenspace.Waiting {
		return st, err
	}
	v, err := a.spaces.Version(ctx, r.Authority, r.Offer, r.OfferNo)
	if err != nil {
		return st, err
	}
	wait := desk.Wait{Slot: "work", Kind: "space.work", Authority: r.Authority, Country: r.Country, Titles: map[string]string{}, Reference: r.Reference, Path: citizenspace.WorkPath(r), Since: r.CreatedAt, Due: r.Clock.DueAt, For: r.Assignee}
	if r.State == citizenspace.Received || r.State == citizenspace.Reopened {
		wait.Kind = "space.new"
	}
	for _, lang := range i18n.Languages {
		wait.Titles[lang] = v.Name.In(lang)
		if r.Spot.Words != "" {
			wait.Titles[lang] += " · " + r.Spot.Words
		}
	}
	st.Waits = []desk.Wait{wait}
	return st, nil
}

// spaceWork tells the pages of the work on requests of colleagues, prepared
// texts and places.
type spaceWork struct{ *app }

func (w spaceWork) Colleagues(ctx context.Context, authority string) ([]citizenspace.Colleague, error) {
	all, err := deskPeople(w).Colleagues(ctx, authority)
	var working []citizenspace.Colleague
	for _, c := range all {
		if slices.ContainsFunc(c.Roles, func(r auth.Role) bool { return slices.Contains(spaceStaff, r) }) {
			working = append(working, citizenspace.Colleague{ID: c.ID, Name: c.Name})
		}
	}
	slices.SortFunc(working, func(a, b citizenspace.Colleague) int { return strings.Compare(a.Name, b.Name) })
	return working, err
}

func (w spaceWork) PersonName(ctx context.Context, id string) string {
	if id == "" {
		return ""
	}
	p, err := deskPeople(w).Person(ctx, id)
	if err != nil {
		return "" // the account was deleted
	}
	return p.Name
}

func (w spaceWork) Offered(ctx context.Context, who auth.Actor, authority string) ([]ui.Option, error) {
	if !citizenspace.IsStaff(who, authority) {
		return nil, nil
	}
	all, err := w.desk.TemplatesOf(ctx, authority)
	options := make([]ui.Option, len(all))
	for i, x := range all {
		options[i] = ui.Option{Value: x.ID, Label: x.Name, AutoDir: true}
	}
	return options, err
}

func (w spaceWork) Text(ctx context.Context, who auth.Actor, authority, id, lang string, values map[string]string) (string, error) {
	none := fault.New(fault.NotFound, "There is no such template.")
	if !citizenspace.IsStaff(who, authority) {
		return "", none
	}
	all, err := w.desk.TemplatesOf(ctx, authority)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(t desk.Template) bool { return t.ID == id })
	if i < 0 {
		return "", none
	}
	for _, l := range []string{lang, "ar", "fr"} {
		if text := all[i].Texts[l].Body; text != "" {
			return desk.Fill(text, values), nil
		}
	}
	return "", none
}

func (w spaceWork) Of(ctx context.Context, ids []string) ([]citizenspace.WorkPhoto, error) {
	var all []citizenspace.WorkPhoto
	for _, id := range ids {
		kept, err := w.files.Get(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, citizenspace.WorkPhoto{Small: kept.Path(file.Thumb), Full: kept.Path(file.Full)})
	}
	return all, nil
}

func (w spaceWork) PlaceName(id, lang string) string { return associationPlaces(w).PlaceName(id, lang) }

func (w spaceWork) Tenant(ctx context.Context, authority string, tr ui.Translator) *ui.Tenant {
	a, err := councilAuthorities{w.places}.Authority(ctx, authority)
	if err != nil {
		return nil
	}
	return councilAuthorities{w.places}.Tenant(council.Authority{ID: a.ID, Names: a.Names, Active: a.Active, Accent: a.Accent}, tr)
}
