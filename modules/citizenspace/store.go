package citizenspace

import (
	"context"
	"time"

	"musharaka/modules/kit/store"
)

// Page is one page of a list.
type Page[T any] = store.Page[T]

// collections are the module's collections.
type collections struct {
	settings *store.Collection[Settings, *Settings]
	offers   *store.Collection[Offer, *Offer]
	versions *store.Collection[Version, *Version]
	requests *store.Collection[Request, *Request]
	cards    *store.Collection[Card, *Card]
	cells    *store.Collection[Cell, *Cell]
	supports *store.Collection[Support, *Support]
	counters *store.Collection[counterDoc, *counterDoc]
}

// Support is a "me too": somebody reports what is reported already, and hears
// how it goes on. Its id follows from the request and who it is.
type Support struct {
	store.Meta `bson:",inline"`
	Request    string    `bson:"request"`
	PersonID   string    `bson:"person,omitempty"`
	Email      string    `bson:"email,omitempty"`
	Lang       string    `bson:"lang,omitempty"`
	At         time.Time `bson:"at"`
}

// counterDoc counts the references given in one year.
type counterDoc struct {
	store.Meta `bson:",inline"` // "2026"
	Last       int64            `bson:"last"`
}

// Schemas are the declarations of all collections, for copies and checks.
var Schemas = []store.Schema{
	{Name: "space_settings", Indexes: []store.Index{{Name: "lists", Fields: []string{"lists"}, Multi: true}}},
	{Name: "space_offers", Indexes: []store.Index{{Name: "lists", Fields: []string{"lists", "order"}, Multi: true}}},
	{Name: "space_versions", Indexes: []store.Index{{Name: "offer", Fields: []string{"authority", "code", "number"}}}},
	{Name: "space_requests", Indexes: []store.Index{
		{Name: "reference", Fields: []string{"reference"}},
		{Name: "citizen", Fields: []string{"citizen.person", "created"}},
		{Name: "lists", Fields: []string{"lists", "list_at"}, Multi: true},
		{Name: "work", Fields: []string{"work", "due_key"}, Multi: true},
	}},
	{Name: "space_cards", Indexes: []store.Index{
		{Name: "reference", Fields: []string{"reference"}},
		{Name: "newest", Fields: []string{"facets", "requested"}, Multi: true},
		{Name: "cells", Fields: []string{"cells", "requested"}, Multi: true},
		{Name: "words", Fields: []string{"words", "requested"}, Multi: true},
		{Name: "pending", Fields: []string{"marks"}, Multi: true},
	}},
	{Name: "space_cells"},
	{Name: "space_supports", Indexes: []store.Index{
		{Name: "request", Fields: []string{"request", "at"}},
		{Name: "person", Fields: []string{"person", "at"}},
	}},
	{Name: "space_counters"},
}

func openCollections(ctx context.Context, db store.DB) (c collections, err error) {
	if c.settings, err = store.Open[Settings](ctx, db, Schemas[0]); err != nil {
		return c, err
	}
	if c.offers, err = store.Open[Offer](ctx, db, Schemas[1]); err != nil {
		return c, err
	}
	if c.versions, err = store.Open[Version](ctx, db, Schemas[2]); err != nil {
		return c, err
	}
	if c.requests, err = store.Open[Request](ctx, db, Schemas[3]); err != nil {
		return c, err
	}
	if c.cards, err = store.Open[Card](ctx, db, Schemas[4]); err != nil {
		return c, err
	}
	if c.cells, err = store.Open[Cell](ctx, db, Schemas[5]); err != nil {
		return c, err
	}
	if c.supports, err = store.Open[Support](ctx, db, Schemas[6]); err != nil {
		return c, err
	}
	c.counters, err = store.Open[counterDoc](ctx, db, Schemas[7])
	return c, err
}

// The lists of a request. Index "lists", by ListAt:
//
//	tasks                with tasks left behind
//	all|AUTHORITY        every request, for the authority's people
//	ended|AUTHORITY      those at an end
//	after                ended not long ago: to be asked whether it was solved, or settled
//	retain               ended, with personal data that will be deleted
//
// Index "work", by DueKey, so that what is overdue stands first:
//
//	open|AUTHORITY                 all that is open and not paused
//	open|AUTHORITY|d|DEPARTMENT    of a department
//	open|AUTHORITY|p|PERSON        of one person
//	open|AUTHORITY|s|STATE         by state, those that wait for the citizen too
//	open|AUTHORITY|o|OFFER         of a service
const (
	listTasks  = "tasks"
	listAll    = "all|"
	listEnded  = "ended|"
	listAfter  = "after"
	listRetain = "retain"
)

// WorkList names a list of open work; what is "" for all, "d" a department, "p"
// a person, "s" a state, "o" a service.
func WorkList(authority, what, key string) string {
	if what == "" {
		return "open|" + authority
	}
	return "open|" + authority + "|" + what + "|" + key
}

// whenever is the DueKey of a request to which nothing was promised: after all others.
var whenever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// settle derives the lists. Call it before each write.
func (r *Request) settle() {
	r.Lists, r.Worklists = []string{listAll + r.Authority}, nil
	if len(r.Tasks) > 0 {
		r.Lists = append(r.Lists, listTasks)
	}
	r.DueKey = r.Clock.DueAt
	if r.DueKey.IsZero() || !r.Clock.PausedAt.IsZero() { // what waits for the citizen is not overdue
		r.DueKey = whenever
	}
	r.Cell = ""
	if r.Spot.Point {
		r.Cell = quadkey(r.Spot.Lat, r.Spot.Lng, leafLevel)
	}
	r.ListAt = r.ChangedAt
	if !r.State.IsOpen() {
		r.Lists = append(r.Lists, listEnded+r.Authority)
		if r.toBeAsked() || r.State == Resolved {
			r.Lists = append(r.Lists, listAfter)
		}
		if !r.Forgotten {
			r.Lists = append(r.Lists, listRetain)
		}
		return
	}
	r.Worklists = []string{WorkList(r.Authority, "s", string(r.State)), WorkList(r.Authority, "o", r.Offer)}
	if r.State != Waiting {
		r.Worklists = append(r.Worklists, WorkList(r.Authority, "", ""))
	}
	if r.Department != "" {
		r.Worklists = append(r.Worklists, WorkList(r.Authority, "d", r.Department))
	}
	if r.Assignee != "" {
		r.Worklists = append(r.Worklists, WorkList(r.Authority, "p", r.Assignee))
	}
}
