package main

import (
	"context"
	"time"

	openapifiles "musharaka/config/openapi"
	"musharaka/modules/opendata"
	"musharaka/modules/petition"
)

// openData leads programs to what is public.
func (a *app) openData() (*opendata.Pages, error) {
	return opendata.NewPages(opendata.Parts{
		PublicURL: a.settings.PublicURL, Files: openapifiles.Files,
		Shelves: map[string]opendata.Shelf{"petitions": petitionShelf{a.petitions}},
		Always:  a.lastingPages, Datasets: a.datasets(), Publishers: publishers{a},
	})
}

// lastingPages are the pages that are always there, and those of the
// authorities that take part.
func (a *app) lastingPages(ctx context.Context) ([]string, error) {
	paths := []string{"", "/petitions", "/places", "/associations", "/networks", "/guides", "/accessibility", "/privacy", "/contact", "/api", "/data", "/figures"}
	networks, err := a.networks.List(ctx, "", 100)
	if err != nil {
		return nil, err
	}
	for _, n := range networks.Items {
		for _, list := range []string{"", "/spaces", "/bodies", "/meetings", "/practices", "/outputs", "/members", "/archive"} {
			paths = append(paths, "/networks/"+n.ID+list)
		}
	}
	active, err := a.places.Active(ctx)
	for _, x := range active {
		paths = append(paths, "/places/"+x.ID)
	}
	return paths, err
}

// petitionShelf lists the public petitions by when they were published.
type petitionShelf struct{ petitions *petition.Service }

func (s petitionShelf) Since(ctx context.Context) (time.Time, error) {
	return s.petitions.FirstListed(ctx)
}

func (s petitionShelf) Between(ctx context.Context, from, to time.Time, visit func(string, time.Time) error) error {
	return s.petitions.EachListed(ctx, from, to, func(c petition.Card) error {
		changed := c.PublishedAt
		if c.AnsweredAt.After(changed) {
			changed = c.AnsweredAt
		}
		return visit("/petitions/"+c.ID, changed)
	})
}
