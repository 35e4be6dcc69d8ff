package citizenspace

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/store"
)

// Card is a public request as lists, the map, search and Open311 show it:
// derived from the request, without anything about who asked.
type Card struct {
	store.Meta  `bson:",inline"` // the request's id
	Reference   string           `bson:"reference"`
	Authority   string           `bson:"authority"`
	Offer       string           `bson:"offer"`
	OfferNo     int              `bson:"offer_version"`
	OfferName   Words            `bson:"offer_name"`
	Notice      Words            `bson:"notice,omitempty"`
	Department  string           `bson:"department"`
	State       State            `bson:"state"`
	StatusNotes string           `bson:"status_notes,omitempty"`
	EndCode     CloseCode        `bson:"end_code,omitempty"`
	Description string           `bson:"description,omitempty"` // contacts taken out
	Answers     []Answer         `bson:"answers,omitempty"`     // those that are public
	Address     string           `bson:"address,omitempty"`
	AddressID   string           `bson:"address_id,omitempty"` // landmark key
	Zip         string           `bson:"zip,omitempty"`
	Point       bool             `bson:"point,omitempty"`
	Lat         float64          `bson:"lat,omitempty"`
	Lng         float64          `bson:"lng,omitempty"`
	Photos      []string         `bson:"photos,omitempty"`
	MediaURL    string           `bson:"media_url,omitempty"`
	Channel     Channel          `bson:"channel"`
	RequestedAt time.Time        `bson:"requested"`
	UpdatedAt   time.Time        `bson:"updated"`
	ExpectedAt  time.Time        `bson:"expected,omitempty"` // zero: nothing promised, or it waits for the citizen
	EndedAt     time.Time        `bson:"ended,omitempty"`
	Kept        bool             `bson:"kept,omitempty"`     // ended within the promise
	Promised    bool             `bson:"promised,omitempty"` // something was promised
	Solved      string           `bson:"solved,omitempty"`   // the citizen's answer
	Supports    int64            `bson:"supports"`           // "me too"
	DuplicateOf string           `bson:"duplicate_of,omitempty"`

	Facets  []string `bson:"facets,omitempty"`
	Cell    string   `bson:"cell,omitempty"`
	Cells   []string `bson:"cells,omitempty"`
	Words   []string `bson:"words,omitempty"`
	Pending []string `bson:"pending,omitempty"` // counts of cells to be made anew; see recount
	Marks   []string `bson:"marks,omitempty"`   // pendingMark while Pending is not empty
	Gone    bool     `bson:"gone,omitempty"`    // not public any more: goes away when its cells were counted
}

const pendingMark = "pending"

// Group is what lists and the map are filtered by.
type Group string

// The groups.
const (
	AllRequests   Group = ""
	OpenRequests  Group = "open"
	EndedRequests Group = "closed"
)

// RequestGroups are the groups in the order offered.
var RequestGroups = []Group{AllRequests, OpenRequests, EndedRequests}

// GroupOf is the group of a state.
func GroupOf(s State) Group {
	if s.IsOpen() {
		return OpenRequests
	}
	return EndedRequests
}

// Filter says which public requests are listed. An authority is always named:
// a list of all requests of a country is of use to nobody.
type Filter struct {
	Authority string
	Offer     string // "" for all services
	Group     Group
	From, To  time.Time // requested from, inclusive, to, exclusive; zero does not narrow
	After     string    // a page's Next
	Limit     int       // 20 when 0
}

const (
	cardStems     = 24 // distinct stems a card is found by
	searchedWords = 8
	perWord       = 300
	nearest       = 5
)

func facet(authority, offer string, g Group) string { return authority + "|" + offer + "|" + string(g) }

// card makes the card of a request.
func (r Request) card(v Version, s Settings, supports int64) Card {
	kept, promised := r.Kept()
	c := Card{
		Meta: store.Meta{ID: r.ID}, Reference: r.Reference, Authority: r.Authority, Offer: r.Offer, OfferNo: r.OfferNo, OfferName: v.Name, Notice: v.Notice,
		Department: r.Department, State: r.State, StatusNotes: r.StatusNotes, Description: withoutContacts(r.Description), Answers: v.publicAnswers(r.Answers),
		Address: withoutContacts(r.Spot.Words), AddressID: r.Spot.Landmark, Zip: r.Spot.Zip, Point: r.Spot.Point, Lat: r.Spot.Lat, Lng: r.Spot.Lng,
		Photos: r.Photos, MediaURL: r.MediaURL, Channel: r.Channel, RequestedAt: r.CreatedAt, UpdatedAt: r.ChangedAt, EndedAt: r.EndedAt,
		Kept: kept, Promised: promised || r.Clock.Promise.Amount > 0, Solved: r.After.Solved, Supports: supports, DuplicateOf: r.DuplicateOf,
	}
	if l, ok := s.Landmark(r.Spot.Landmark); ok && c.Address == "" {
		c.Address = l.Name.In("ar")
	}
	if r.Ending != nil {
		c.EndCode = r.Ending.Code
	}
	if r.Clock.PausedAt.IsZero() {
		c.ExpectedAt = r.Clock.DueAt
	}
	c.settle()
	return c
}

// settle derives facets, cells and search words.
func (c *Card) settle() {
	c.Facets, c.Cells, c.Words, c.Marks, c.Cell = nil, nil, nil, nil, ""
	if len(c.Pending) > 0 {
		c.Marks = []string{pendingMark}
	}
	if c.Gone {
		return
	}
	if c.Point {
		c.Cell = quadkey(c.Lat, c.Lng, leafLevel)
	}
	for _, offer := range []string{"", c.Offer} {
		for _, g := range []Group{AllRequests, GroupOf(c.State)} {
			c.Facets = append(c.Facets, facet(c.Authority, offer, g))
			if c.Point {
				c.Cells = append(c.Cells, c.Authority+"|"+c.Cell+"|"+offer+"|"+string(g))
			}
		}
	}
	c.Words = c.searchWords()
}

// searchWords returns the stems the card is found by, with its authority:
// of its description first, then of the place and the service's names.
func (c Card) searchWords() []string {
	var stems []string
	texts := []string{c.Description, c.Address}
	for _, lang := range []string{"ar", "fr"} {
		texts = append(texts, c.OfferName[lang])
	}
	for _, t := range texts {
		for _, w := range fold.Words(t) {
			if w = c.Authority + "|" + w; len(stems) < cardStems && !slices.Contains(stems, w) {
				stems = append(stems, w)
			}
		}
	}
	return stems
}

// mark is the count of cells in which the card stands; "" for one without a point.
func (c Card) mark() string {
	if c.Cell == "" || c.Gone {
		return ""
	}
	return c.Authority + "|" + c.Cell + "|" + c.Offer + "|" + string(GroupOf(c.State))
}

// putCard brings the card of a request up to date, or makes it go away when the
// request is not public. What changed in the counts of the map is marked in the
// same write.
func (s *Service) putCard(ctx context.Context, id string) error {
	r, err := s.requests.Get(ctx, id)
	if err != nil {
		return ignoreNotFound(err)
	}
	fresh := Card{Meta: store.Meta{ID: id}, Authority: r.Authority, Gone: true}
	if r.IsShown() {
		v, err := s.versions.Get(ctx, VersionID(r.Authority, r.Offer, r.OfferNo))
		if err != nil {
			return err
		}
		settings, err := s.Settings(ctx, r.Authority)
		if err != nil {
			return err
		}
		n, err := s.supports.Count(ctx, store.Query{Index: "request", Equal: []any{id}})
		if err != nil {
			return err
		}
		fresh = r.card(v, settings, n)
	}
	return s.writeCard(ctx, fresh)
}

func (s *Service) writeCard(ctx context.Context, fresh Card) error {
	_, err := s.cards.Update(ctx, fresh.ID, func(old *Card) error {
		next := fresh
		next.Meta, next.Pending = old.Meta, old.Pending
		if was, is := old.mark(), next.mark(); was != is {
			next.Pending = addMarks(next.Pending, was, is)
		}
		next.settle()
		*old = next
		return nil
	})
	if !isNotFound(err) {
		return err
	}
	if fresh.Gone {
		return nil
	}
	fresh.Pending = addMarks(nil, fresh.mark())
	fresh.settle()
	err = s.cards.Insert(ctx, fresh)
	if isConflict(err) { // another instance was faster: the mirror runs again
		return fault.Wrap("citizenspace.writeCard", err)
	}
	return err
}

func addMarks(marks []string, more ...string) []string {
	marks = slices.Clone(marks)
	for _, m := range more {
		if m != "" && !slices.Contains(marks, m) {
			marks = append(marks, m)
		}
	}
	return marks
}

// List returns a page of an authority's public requests, newest first.
func (s *Service) List(ctx context.Context, f Filter) (Page[Card], error) {
	q := store.Query{Index: "newest", Equal: []any{facet(f.Authority, f.Offer, f.Group)}, Desc: true, After: f.After, Limit: f.Limit}
	if !f.From.IsZero() {
		q.From = f.From
	}
	if !f.To.IsZero() {
		q.To = f.To
	}
	page, err := s.cards.Find(ctx, q)
	return page, fault.Wrap("citizenspace.List", err)
}

// EachPublic visits the public requests that a filter finds, newest first.
func (s *Service) EachPublic(ctx context.Context, f Filter, visit func(Card) error) error {
	f.Limit = 500
	for {
		page, err := s.List(ctx, f)
		if err != nil {
			return err
		}
		for _, c := range page.Items {
			if err := visit(c); err != nil {
				return err
			}
		}
		if f.After = page.Next; f.After == "" {
			return nil
		}
	}
}

// CardOf returns the public card of a request by its reference or id; NotFound
// when there is none that everybody may see.
func (s *Service) CardOf(ctx context.Context, ref string) (Card, error) {
	c, err := s.cards.Get(ctx, ref)
	if isNotFound(err) {
		c, err = s.cards.First(ctx, store.Query{Index: "reference", Equal: []any{NormalReference(ref)}})
	}
	if isNotFound(err) || err == nil && c.Gone {
		return Card{}, errNoRequest
	}
	return c, fault.Wrap("citizenspace.CardOf", err)
}

// Search returns the public requests of an authority that match words best. A
// reference finds its request. For each word a bounded number of the newest
// cards is looked at.
func (s *Service) Search(ctx context.Context, text string, f Filter) ([]Card, error) {
	if ref := NormalReference(text); ref != "" {
		c, err := s.CardOf(ctx, ref)
		if isNotFound(err) || err == nil && c.Authority != f.Authority {
			return nil, nil
		}
		return []Card{c}, err
	}
	score, seen := map[string]float64{}, map[string]Card{}
	for _, w := range distinct(fold.Words(text), searchedWords) {
		page, err := s.cards.Find(ctx, store.Query{Index: "words", Equal: []any{f.Authority + "|" + w}, Desc: true, Limit: perWord})
		if err != nil {
			return nil, fault.Wrap("citizenspace.Search", err)
		}
		weight := 1 / (1 + float64(len(page.Items))/perWord) // a word that few have weighs more
		for _, c := range page.Items {
			seen[c.ID], score[c.ID] = c, score[c.ID]+weight
		}
	}
	want := facet(f.Authority, f.Offer, f.Group)
	var cards []Card
	for _, c := range seen {
		if slices.Contains(c.Facets, want) {
			cards = append(cards, c)
		}
	}
	slices.SortFunc(cards, func(a, b Card) int {
		return cmp.Or(cmp.Compare(score[b.ID], score[a.ID]), b.RequestedAt.Compare(a.RequestedAt), cmp.Compare(a.ID, b.ID))
	})
	limit := f.Limit
	if limit <= 0 || limit > 100 {
		limit = 20
	}
	return cards[:min(limit, len(cards))], nil
}

func distinct(words []string, n int) (out []string) {
	for _, w := range words {
		if len(out) < n && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// NearOne is a request that may be about the same, and how far away it is.
type NearOne struct {
	Card   Card
	Metres int
}

// Near returns open public requests for the same service that were made near a
// place and not long ago, as the service says what near and long mean: nearest
// first, at most five.
func (s *Service) Near(ctx context.Context, v Version, spot Spot) ([]NearOne, error) {
	if !spot.Point || v.NearMeters <= 0 || !v.Public {
		return nil, nil
	}
	days := cmp.Or(v.NearDays, 90)
	since := s.Clock.Now().AddDate(0, 0, -days)
	var found []NearOne
	for _, t := range around(spot.Lat, spot.Lng, float64(v.NearMeters)).tiles(leafLevel, 25) {
		q := store.Query{Index: "cells", Equal: []any{v.Authority + "|" + t + "|" + v.Code + "|" + string(OpenRequests)}, From: since, Desc: true, Limit: 200}
		page, err := s.cards.Find(ctx, q)
		if err != nil {
			return nil, fault.Wrap("citizenspace.Near", err)
		}
		for _, c := range page.Items {
			if m := int(math.Round(metres(spot.Lat, spot.Lng, c.Lat, c.Lng))); m <= v.NearMeters {
				found = append(found, NearOne{c, m})
			}
		}
	}
	slices.SortFunc(found, func(a, b NearOne) int {
		return cmp.Or(cmp.Compare(a.Metres, b.Metres), cmp.Compare(a.Card.ID, b.Card.ID))
	})
	return found[:min(nearest, len(found))], nil
}

// NormalReference returns a reference as it is kept ("EC-2026-17") however it
// was typed, "" for what cannot be one.
func NormalReference(s string) string {
	s = strings.ToUpper(form.Digits(tidy(s, false)))
	s = strings.NewReplacer(" ", "", "-", "", "‐", "", "–", "", "_", "").Replace(s)
	rest, ok := strings.CutPrefix(s, "EC")
	if !ok || len(rest) < 5 || len(rest) > 13 || strings.Trim(rest, "0123456789") != "" {
		return ""
	}
	number := strings.TrimLeft(rest[4:], "0")
	if number == "" {
		return ""
	}
	return referencePrefix + rest[:4] + "-" + number
}

const referencePrefix = "EC-"
