package main

import (
	"context"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/association"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/modules/petition"
	"musharaka/modules/place"
	"musharaka/views/ui"
)

// retention says how long the data of a signature are kept: by the pack, and
// what the authority adds.
func retention(pack *law.Pack, a place.Authority, at time.Time, tr ui.Translator) string {
	text := ""
	if f, ok := pack.Figure(law.SignatureRetention, at); ok {
		text = tr.N("Kept for {n} month after the petition is closed, then deleted or made anonymous.", "Kept for {n} months after the petition is closed, then deleted or made anonymous.", f.Value)
	}
	if words := a.Privacy.Retention.In(tr.Lang()); words != "" {
		text += " " + words
	}
	return text
}

// placePetitions shows an authority's petitions on its page.
type placePetitions struct{ pages *petition.Pages }

func (p placePetitions) OfAuthority(c *web.Ctx, id string, limit int) ([]ui.CardSpec, error) {
	return p.pages.CardsOf(c, id, limit)
}

// organisations finds those in which roles are held: authorities, the platform.
type organisations struct{ *app }

var platformName = i18n.Msg("The platform")

func (o organisations) FindOrganisations(ctx context.Context, query, lang string) ([]account.Organisation, error) {
	var found []account.Organisation
	for _, x := range o.places.Table().Search(query, "", 12) {
		if x.IsAuthority() {
			found = append(found, account.Organisation{Kind: auth.Authority, ID: x.ID, Name: x.Name(lang)})
		}
	}
	networks, err := o.networks.Find(ctx, query, 12)
	if err != nil {
		return nil, err
	}
	for _, x := range networks {
		found = append(found, account.Organisation{Kind: auth.Federation, ID: x.ID, Name: x.Name(lang)})
	}
	registered, err := o.associations.Find(ctx, query, 12)
	for _, x := range registered {
		found = append(found, account.Organisation{Kind: auth.Association, ID: x.ID, Name: x.Name(lang)})
	}
	return found, err
}

func (o organisations) Organisation(ctx context.Context, id, lang string) (account.Organisation, error) {
	if id == auth.PlatformID {
		return account.Organisation{Kind: auth.Platform, ID: id, Name: o.words.Locale(lang, "").T(platformName)}, nil
	}
	if x, ok := o.places.Table().Get(id); ok && x.IsAuthority() {
		return account.Organisation{Kind: auth.Authority, ID: id, Name: x.Name(lang)}, nil
	}
	if n, err := o.networks.Get(ctx, id); err == nil {
		return account.Organisation{Kind: auth.Federation, ID: id, Name: n.Name(lang)}, nil
	} else if !fault.Is(err, fault.NotFound) {
		return account.Organisation{}, err
	}
	x, err := o.associations.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return account.Organisation{}, fault.New(fault.NotFound, "There is no such organisation.")
	}
	return account.Organisation{Kind: auth.Association, ID: id, Name: x.Name(lang)}, err
}

// petitionOrganisations tells petitions of associations.
type petitionOrganisations struct{ *app }

func (o petitionOrganisations) Organisation(ctx context.Context, id string) (petition.Organisation, error) {
	x, err := o.associations.Get(ctx, id)
	if err == nil && x.State != association.Registered { // asked for, refused or struck off: it does not act here
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return petition.Organisation{}, err
	}
	org := petition.Organisation{ID: x.ID, Name: x.Name("ar"), FoundedAt: x.FoundedAt}
	for _, seat := range x.Places() {
		org.Seats = append(org.Seats, o.places.Table().Chain(seat)...)
	}
	return org, nil
}

// Delegations returns the associations a person may act for.
func (c petitionChoices) Delegations(ctx context.Context, personID string) ([]ui.Option, error) {
	person, err := petitionPeople(c).Person(ctx, personID)
	if err != nil {
		return nil, err
	}
	var options []ui.Option
	for _, id := range person.Delegates {
		x, err := c.associations.Get(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		options = append(options, ui.Option{Value: id, Label: x.Name("ar"), AutoDir: true})
	}
	return options, nil
}

// networkPlaces tells networks of places.
type networkPlaces struct{ *app }

func (p networkPlaces) PlaceName(id, lang string) string {
	return associationPlaces(p).PlaceName(id, lang)
}

func (p networkPlaces) ActivePlaces(ctx context.Context, lang string) ([]ui.Option, error) {
	return petitionChoices(p).ActivePlaces(ctx, lang)
}

func (p networkPlaces) TakesPart(ctx context.Context, id string) (bool, error) {
	a, err := p.places.Get(ctx, id)
	return a.IsActive(), err
}

// associationPlaces tells the register of associations of places.
type associationPlaces struct{ *app }

func (p associationPlaces) PlaceName(id, lang string) string {
	x, _ := p.places.Table().Get(id)
	return x.Name(lang)
}

// SeatsFor returns the municipalities an officer works for; an administrator
// may choose any active one.
func (p associationPlaces) SeatsFor(ctx context.Context, who auth.Actor, lang string) ([]ui.Option, error) {
	if who.Holds(auth.PlatformID, auth.Administrator) {
		return petitionChoices(p).ActivePlaces(ctx, lang)
	}
	var options []ui.Option
	for _, id := range who.OrgsWith(auth.Officer) {
		if _, ok := p.places.Table().Get(id); ok {
			options = append(options, ui.Option{Value: id, Label: p.PlaceName(id, lang)})
		}
	}
	return options, nil
}
