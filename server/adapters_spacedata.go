package main

import (
	"context"
	"time"

	"musharaka/modules/citizenspace"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/modules/network"
	"musharaka/modules/spacedata"
)

// buildSpaceData counts what the Citizen Spaces do.
func (a *app) buildSpaceData(ctx context.Context) (err error) {
	a.spaceData, err = spacedata.New(ctx, spacedata.Needs{DB: a.db, Audit: a.audit, Queue: a.queue, Requests: spaceRequests{a}, Networks: spaceNetworks{a}, Clock: a.clock, Log: a.log, PublicURL: a.settings.PublicURL})
	return err
}

// spaceDataPages declares figures and files.
func (a *app) spaceDataPages(s *web.Site) {
	spacedata.NewFiles(a.spaceData).Routes(s)
	spacedata.NewPages(a.spaceData, associationPlaces{a}).Routes(s)
}

// figuresTab is the page of public figures at an authority's desk.
var figuresTab = struct {
	Path, Label string
	In          func(who auth.Actor, org string) bool
}{"/desk/figures", i18n.Msg("Public figures"), spacedata.Keeps}

// spaceRequests gives away what the Citizen Spaces publish.
type spaceRequests struct{ *app }

func (r spaceRequests) Spaces(ctx context.Context) ([]spacedata.Space, error) {
	var all []spacedata.Space
	for after := ""; ; {
		page, err := r.spaces.Spaces(ctx, after, 500)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Items {
			x, err := r.named(ctx, s)
			if err != nil {
				return nil, err
			}
			all = append(all, x)
		}
		if after = page.Next; after == "" {
			return all, nil
		}
	}
}

func (r spaceRequests) named(ctx context.Context, s citizenspace.Settings) (spacedata.Space, error) {
	a, err := r.places.Get(ctx, s.ID)
	return spacedata.Space{ID: s.ID, Country: s.Country, Names: map[string]string{"ar": a.Place.Name("ar"), "fr": a.Place.Name("fr"), "en": a.Place.Name("en")}}, err
}

func (r spaceRequests) Space(ctx context.Context, id string) (spacedata.Space, error) {
	s, err := r.spaces.Settings(ctx, id)
	if err != nil {
		return spacedata.Space{}, err
	}
	return r.named(ctx, s)
}

func (r spaceRequests) Services(ctx context.Context, place string) ([]spacedata.Offered, error) {
	all, err := r.spaces.Offers(ctx, place)
	var out []spacedata.Offered
	for _, v := range all {
		o := spacedata.Offered{Code: v.Code, Group: spaceGroups[v.Group], Names: v.Name, Summary: v.Summary, Who: v.Who, Notice: v.Notice, Fee: v.Fee.Minor, FeeVaries: v.Fee.Varies,
			Promise: v.Promise.Amount, Unit: string(v.Promise.Unit), Legal: v.Promise.Legal, Public: v.Public, Online: v.Online, Version: v.Number, PublishedAt: v.PublishedAt}
		for _, p := range v.Papers {
			o.Papers = append(o.Papers, p.Name)
		}
		out = append(out, o)
	}
	return out, err
}

func (r spaceRequests) Cards(ctx context.Context, place, after string, limit int) ([]spacedata.Card, string, error) {
	page, err := r.spaces.List(ctx, citizenspace.Filter{Authority: place, After: after, Limit: limit})
	var out []spacedata.Card
	for _, c := range page.Items {
		out = append(out, spacedata.Card{ID: c.ID, Reference: c.Reference, Service: c.Offer, ServiceNames: c.OfferName, State: string(c.State), StateLabel: spaceStates[c.State], Open: c.State.IsOpen(),
			Notes: c.StatusNotes, Description: c.Description, Address: c.Address, Zip: c.Zip, Located: c.Point, Lat: c.Lat, Lng: c.Lng, RequestedAt: c.RequestedAt, UpdatedAt: c.UpdatedAt,
			ExpectedAt: c.ExpectedAt, EndedAt: c.EndedAt, Supports: c.Supports, Path: "/requests/" + c.Reference})
	}
	return out, page.Next, err
}

func (r spaceRequests) Changed(ctx context.Context, place string, from, to time.Time, visit func(spacedata.Fact) error) error {
	return r.spaces.EachChanged(ctx, place, from, to, func(q citizenspace.Request) error { return visit(factOf(q)) })
}

// solvedCodes are the ends at which what was asked for was done.
var solvedCodes = map[citizenspace.CloseCode]bool{citizenspace.Solved: true, citizenspace.Delivered: true, citizenspace.Informed: true, citizenspace.Confirmed: true, citizenspace.TimeRanOut: true}

// factOf is what is counted of a request.
func factOf(q citizenspace.Request) spacedata.Fact {
	f := spacedata.Fact{ID: q.ID, Service: q.Offer, Zone: q.Spot.Zip, Public: q.IsShown(), ReceivedAt: q.CreatedAt, EndedAt: q.EndedAt, ChangedAt: q.ChangedAt, Duplicate: q.State == citizenspace.Duplicate}
	f.Kept, f.Promised = q.Kept()
	if q.Ending != nil && (q.State == citizenspace.Resolved || q.State == citizenspace.Closed) {
		f.Solved = solvedCodes[q.Ending.Code]
	}
	return f
}

// spaceNetworks tells figures of networks.
type spaceNetworks struct{ *app }

func figuresNetwork(n network.Network) spacedata.Network {
	return spacedata.Network{ID: n.ID, Names: n.Names, Members: n.Current()}
}

func (n spaceNetworks) Network(ctx context.Context, id string) (spacedata.Network, error) {
	x, err := n.networks.Get(ctx, id)
	return figuresNetwork(x), err
}

func (n spaceNetworks) Networks(ctx context.Context) ([]spacedata.Network, error) {
	page, err := n.networks.List(ctx, "", 100)
	var out []spacedata.Network
	for _, x := range page.Items {
		out = append(out, figuresNetwork(x))
	}
	return out, err
}
