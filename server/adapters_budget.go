package main

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"musharaka/modules/budget"
	"musharaka/modules/council"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/modules/place"
	"musharaka/views/ui"
)

// budgetAuthorities tells budgets of places.
type budgetAuthorities struct {
	places *place.Service
	clock  clock.Clock
}

func (p budgetAuthorities) Authority(ctx context.Context, id string) (budget.Authority, error) {
	a, err := p.places.Get(ctx, id)
	if err != nil {
		return budget.Authority{}, err
	}
	keep, _ := p.places.Pack(a).Figure(law.BudgetRetention, p.clock.Now())
	return budget.Authority{
		ID: id, KeepMonths: keep.Value, Country: a.Place.Country, Active: a.IsActive(), Population: a.Place.Population, Men: a.Place.MalePercent,
		Names: map[string]string{"ar": a.Place.Name("ar"), "fr": a.Place.Name("fr"), "en": a.Place.Name("en")},
	}, nil
}

// budgetSittings tells budgets of the sessions of councils.
type budgetSittings struct{ *app }

// sittingsOffered is how many sessions one can choose from.
const sittingsOffered = 20

func (b budgetSittings) Sittings(ctx context.Context, authority string) ([]budget.Sitting, error) {
	page, err := b.councils.Sessions(ctx, authority, false, "", sittingsOffered)
	var all []budget.Sitting
	for _, x := range page.Items {
		if !x.OpenedAt.IsZero() {
			all = append(all, sittingOf(x))
		}
	}
	return all, err
}

func (b budgetSittings) Sitting(ctx context.Context, authority, id string) (budget.Sitting, error) {
	x, err := b.councils.Session(ctx, auth.Actor{}, id)
	if err == nil && (x.Authority != authority || x.OpenedAt.IsZero()) {
		err = fault.New(fault.NotFound, "")
	}
	return sittingOf(x), err
}

func sittingOf(x council.Session) budget.Sitting {
	return budget.Sitting{ID: x.ID, Extraordinary: x.Kind == council.Extraordinary, On: x.StartsAt, Path: "/councils/" + x.Authority + "/sessions/" + x.ID}
}

// budgetPeople tells budgets of persons: what petitions are told, and no more.
type budgetPeople struct{ *app }

func (p budgetPeople) Person(ctx context.Context, id string) (budget.Person, error) {
	known, err := petitionPeople(p).Person(ctx, id)
	return budget.Person{
		ID: known.ID, Name: known.Name, Lang: known.Lang, Email: known.Email, Residence: known.Residence, Works: known.Works,
		BirthYear: known.BirthYear, Level: known.Level, Delegates: known.Delegates,
		Sex: map[string]string{"female": "f", "male": "m"}[known.Sex],
	}, err
}

// budgetFiles keeps the files of budgets.
type budgetFiles struct{ *app }

func (f budgetFiles) Uploaded(ctx context.Context, personID string, ids []string) (bool, error) {
	for _, id := range ids {
		kept, err := f.files.Get(ctx, id)
		if fault.Is(err, fault.NotFound) || err == nil && (!strings.HasPrefix(kept.Subject, "proposal:") || !strings.HasSuffix(kept.Subject, ":"+personID)) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

func (f budgetFiles) Publish(ctx context.Context, ids []string, public bool) error {
	for _, id := range ids {
		if err := f.files.Publish(ctx, id, public); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

// TakePhoto keeps a photo of a proposal. Its subject is "proposal:PROPOSAL:PERSON":
// what it goes with, and whose upload it was.
func (f budgetFiles) TakePhoto(ctx context.Context, personID, proposalID, name string, body io.Reader) (string, error) {
	kept, err := f.files.Accept(ctx, file.Upload{Subject: "proposal:" + proposalID + ":" + personID, Name: name, Body: body, Limits: file.Pictures})
	return kept.ID, err
}

func (f budgetFiles) Pictures(ctx context.Context, ids []string) ([]budget.Picture, error) {
	var all []budget.Picture
	for _, id := range ids {
		kept, err := f.files.Get(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, budget.Picture{ID: id, Name: kept.Name, Full: kept.Path(file.Full), Thumb: kept.Path(file.Thumb)})
	}
	return all, nil
}

// proposalFileRule: everybody may see the photos that the public page of a
// proposal shows. Before that its author and the officers see the proposal's own,
// and those who serve the authority the ones of the visit to the site.
func proposalFileRule(a *app, c *web.Ctx, f file.File, about []string) (public bool, err error) {
	if len(about) != 2 {
		return false, errNoFile
	}
	p, err := a.budgets.Proposal(c.Std(), auth.Actor{}, about[0])
	if err == nil && !p.TextHidden() && slices.Contains(p.Pictures(), f.ID) {
		return true, nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return false, err
	}
	p, err = a.budgets.Proposal(c.Std(), c.Actor, about[0])
	if err != nil {
		return false, err
	}
	own := slices.Contains(p.Photos, f.ID)
	switch {
	case own && (p.IsAuthor(c.Actor.PersonID) || c.Actor.Holds(p.Authority, auth.Officer)):
	case !own && slices.Contains(p.Pictures(), f.ID) && c.Actor.Holds(p.Authority, auth.Officer, auth.Department):
	default:
		return false, errNoFile
	}
	return false, nil
}

func (f budgetFiles) Discard(ctx context.Context, ids []string) error {
	return petitionFiles(f).Discard(ctx, ids)
}

// budgetOrganisations tells budgets of associations.
type budgetOrganisations struct{ *app }

func (o budgetOrganisations) OrganisationName(ctx context.Context, id string) (string, error) {
	a, err := o.associations.Get(ctx, id)
	return a.Name("ar"), err
}

// budgetChoices offers places and associations to choose from.
type budgetChoices struct{ *app }

func (c budgetChoices) Places(ctx context.Context, lang string) ([]ui.Option, error) {
	return petitionChoices(c).ActivePlaces(ctx, lang)
}

func (c budgetChoices) Delegations(ctx context.Context, personID string) ([]ui.Option, error) {
	return petitionChoices(c).Delegations(ctx, personID)
}

func (e pageEvents) BudgetChanged(id string) {
	if e.site != nil {
		e.site.Pages.Drop("budget/" + id)
	}
}

var titleBudgets = i18n.Msg("Participatory budgets")

// budgetListener tells budgets what happens to accounts.
type budgetListener struct{ budgets *budget.Service }

func (l budgetListener) OnJoined(ctx context.Context, kept, gone string) error {
	return l.budgets.OnJoined(ctx, kept, gone)
}

// OnProfileChanged asks nothing of budgets: who may take part is judged at each act.
func (l budgetListener) OnProfileChanged(context.Context, string) error { return nil }

// budgetData gives people what budgets keep about them.
type budgetData struct{ budgets *budget.Service }

func (d budgetData) Export(ctx context.Context, personID string) (any, error) {
	return d.budgets.Export(ctx, personID)
}

func (d budgetData) RetainUntil(ctx context.Context, personID string) (time.Time, error) {
	return d.budgets.RetainUntil(ctx, personID)
}

func (d budgetData) Erase(ctx context.Context, personID string) error {
	return d.budgets.Erase(ctx, personID)
}
