package petition

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/store"
)

// Card is a listed petition as lists and search show it: small, derived from
// the petition and its tally, written anew after each act and at most once a
// minute while people sign.
type Card struct {
	store.Meta  `bson:",inline"`  // the petition's id
	Reference   string            `bson:"reference"`
	State       State             `bson:"state"`
	Authority   string            `bson:"authority"`
	Country     string            `bson:"country"`
	Ancestors   []string          `bson:"ancestors,omitempty"`
	Kind        Kind              `bson:"kind"`
	OrgName     string            `bson:"org_name,omitempty"`
	Langs       []string          `bson:"langs"`
	Objects     map[string]string `bson:"objects"` // by language
	Asks        map[string]string `bson:"asks"`    // by language, its first letters
	Theme       string            `bson:"theme"`
	Tags        []string          `bson:"tags,omitempty"`
	PublishedAt time.Time         `bson:"published"`
	ClosesAt    time.Time         `bson:"closes,omitempty"`
	AnsweredAt  time.Time         `bson:"answered,omitempty"`
	Supporters  int64             `bson:"supporters"`
	Valid       int64             `bson:"valid"`
	Threshold   int64             `bson:"threshold"`
	Facets      []string          `bson:"facets,omitempty"` // every filter it is found by
	Words       []string          `bson:"words,omitempty"`  // stems, plain and by authority
}

// Lang returns the language in which to show the card to a reader of want.
func (c Card) Lang(want string) string {
	return Petition{Langs: c.Langs}.Lang(want)
}

// Object returns the object for a reader of lang; see Lang.
func (c Card) Object(lang string) string { return c.Objects[c.Lang(lang)] }

// Order is the order of a list.
type Order string

// The orders. ClosingSoon lists what still collects, whatever the group.
const (
	Newest      Order = "newest"
	MostSigned  Order = "most_signed"
	ClosingSoon Order = "closing_soon"
)

// Orders are the orders as they are offered.
var Orders = []Order{Newest, MostSigned, ClosingSoon}

// Filter says which petitions are listed. Zero fields do not narrow.
type Filter struct {
	Place string // an authority, or a place that authorities lie in, or a country
	Theme string // one of Themes, or one of Tags after "#"
	Group Group
	Order Order  // Newest when ""
	After string // a page's Next
	Limit int    // 20 when 0
}

const (
	cardAsk        = 160  // letters of the ask on a card
	cardWords      = 60   // distinct stems a card is found by
	searchedWords  = 8    // words of a search that are looked up
	perWord        = 300  // newest cards looked at for each word
	similarLimit   = 5    // petitions offered as similar
	similarOverlap = 0.34 // share of the words that must be in common
)

// facet names one combination of filters.
func facet(place, theme string, group Group) string {
	return place + "|" + theme + "|" + string(group)
}

// card makes the card of a petition.
func (p Petition) card(t Tally) Card {
	c := Card{
		Meta: store.Meta{ID: p.ID}, Reference: p.Reference, State: p.State, Authority: p.Authority, Country: p.Country,
		Ancestors: p.Ancestors, Kind: p.Kind, OrgName: p.OrgName, Langs: p.Langs, Objects: map[string]string{}, Asks: map[string]string{},
		Theme: p.Theme, Tags: p.Tags, PublishedAt: p.PublishedAt, ClosesAt: p.ClosesAt, AnsweredAt: p.AnsweredAt,
		Supporters: t.Supporters, Valid: t.Valid, Threshold: p.Threshold.Signatures,
	}
	if c.PublishedAt.IsZero() { // rejected before it was published
		c.PublishedAt = p.EndedAt
	}
	for lang, text := range p.Texts {
		c.Objects[lang], c.Asks[lang] = text.Object, shorten(text.Ask, cardAsk)
	}
	c.Facets, c.Words = p.facets(), p.words()
	return c
}

// facets returns every combination of filters by which the petition is found.
func (p Petition) facets() []string {
	places := append([]string{"", p.Authority}, p.Ancestors...)
	if !slices.Contains(places, p.Country) {
		places = append(places, p.Country)
	}
	themes := []string{"", p.Theme}
	for _, tag := range p.Tags {
		themes = append(themes, "#"+tag)
	}
	var all []string
	for _, place := range places {
		for _, theme := range themes {
			// A petition that moderation refused is found when one looks for such.
			if p.State != Rejected {
				all = append(all, facet(place, theme, All))
			}
			all = append(all, facet(place, theme, GroupOf(p.State)))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// words returns the stems by which the petition is found: of its objects
// first, then of what it asks, each alone and together with the authority.
func (p Petition) words() []string {
	var stems []string
	for _, field := range []string{"object", "ask"} {
		for _, lang := range TextLangs {
			for _, w := range fold.Words(p.Texts[lang].field(field)) {
				if len(stems) < cardWords && !slices.Contains(stems, w) {
					stems = append(stems, w)
				}
			}
		}
	}
	all := slices.Clone(stems)
	for _, w := range stems {
		all = append(all, p.Authority+"|"+w)
	}
	return all
}

// shorten cuts a text to at most n letters at a space and says so.
func shorten(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	cut := string(r[:n])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// putCard brings the card of a petition up to date, or removes it when the
// petition is not listed. Written at once by two, the later state wins.
func (s *Service) putCard(ctx context.Context, id string) error {
	for range 3 {
		p, err := s.petitions.Get(ctx, id)
		if err != nil && !isNotFound(err) {
			return err
		}
		if err != nil || !ListedStates.Has(p.State) || !p.IsPublic() {
			err := s.cards.Delete(ctx, id)
			if isNotFound(err) {
				return nil
			}
			return err
		}
		t, err := s.tallyNow(ctx, id)
		if err != nil {
			return err
		}
		if err := s.writeCard(ctx, p.card(t)); err != nil {
			return err
		}
		again, err := s.petitions.Get(ctx, id)
		if err != nil || again.State == p.State { // nobody moved it meanwhile
			return err
		}
	}
	return nil
}

func (s *Service) writeCard(ctx context.Context, c Card) error {
	_, err := s.cards.Update(ctx, c.ID, func(old *Card) error {
		if sameCard(*old, c) {
			return store.ErrUnchanged
		}
		*old = c
		return nil
	})
	if !isNotFound(err) {
		return err
	}
	if err := s.cards.Insert(ctx, c); !isConflict(err) {
		return err
	}
	return nil
}

// sameCard reports whether two cards show the same.
func sameCard(a, b Card) bool {
	return a.State == b.State && a.Supporters == b.Supporters && a.Valid == b.Valid && a.Threshold == b.Threshold &&
		a.ClosesAt.Equal(b.ClosesAt) && a.AnsweredAt.Equal(b.AnsweredAt) && a.PublishedAt.Equal(b.PublishedAt) && a.Reference == b.Reference &&
		a.Authority == b.Authority && a.Theme == b.Theme && a.OrgName == b.OrgName && maps.Equal(a.Objects, b.Objects) &&
		maps.Equal(a.Asks, b.Asks) && slices.Equal(a.Facets, b.Facets) && slices.Equal(a.Words, b.Words)
}

// tallyNow reads the stored tally.
func (s *Service) tallyNow(ctx context.Context, id string) (Tally, error) {
	doc, err := s.tallies.Get(ctx, id)
	if isNotFound(err) {
		return Tally{}, nil
	}
	return doc.tally(), err
}

// List returns a page of the public petitions.
func (s *Service) List(ctx context.Context, f Filter) (Page[Card], error) {
	q := store.Query{Index: "newest", Equal: []any{facet(f.Place, f.Theme, f.Group)}, Desc: true, After: f.After, Limit: f.Limit}
	switch f.Order {
	case MostSigned:
		q.Index = "signed"
	case ClosingSoon:
		q.Index, q.Desc = "closing", false
		q.Equal = []any{facet(f.Place, f.Theme, Collecting)}
		q.From = s.Clock.Now()
	}
	page, err := s.cards.Find(ctx, q)
	return page, fault.Wrap("petition.List", err)
}

// CountListed returns how many public petitions a filter finds. It walks an
// index over petitions, not signatures; pages that show it are cached.
func (s *Service) CountListed(ctx context.Context, f Filter) (int64, error) {
	n, err := s.cards.Count(ctx, store.Query{Index: "newest", Equal: []any{facet(f.Place, f.Theme, f.Group)}})
	return n, fault.Wrap("petition.CountListed", err)
}

// FirstListed returns when the first listed petition was published; zero when
// there is none.
func (s *Service) FirstListed(ctx context.Context) (time.Time, error) {
	page, err := s.cards.Find(ctx, store.Query{Index: "newest", Equal: []any{facet("", "", All)}, Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return time.Time{}, fault.Wrap("petition.FirstListed", err)
	}
	return page.Items[0].PublishedAt, nil
}

// EachListed visits the listed petitions that were published from a time,
// inclusive, to another, exclusive.
func (s *Service) EachListed(ctx context.Context, from, to time.Time, visit func(Card) error) error {
	q := store.Query{Index: "newest", Equal: []any{facet("", "", All)}, From: from, To: to, Limit: 500}
	return fault.Wrap("petition.EachListed", s.cards.Each(ctx, q, visit))
}

// Mine pages through the petitions a person wrote, newest first, drafts included.
func (s *Service) Mine(ctx context.Context, who auth.Actor, after string, limit int) (Page[Petition], error) {
	if !who.SignedIn() {
		return Page[Petition]{}, errSignIn
	}
	page, err := s.petitions.Find(ctx, store.Query{Index: "author", Equal: []any{who.PersonID}, Desc: true, After: after, Limit: limit})
	return page, fault.Wrap("petition.Mine", err)
}

// SignedCard is a petition the person signed.
type SignedCard struct {
	Signature Signature
	Card      Card // its zero value when the petition is no longer listed
}

// SignedBy pages through the actor's own signatures, newest first, with the
// cards. Withdrawn signatures are left out, so that a page can be shorter than
// its limit.
func (s *Service) SignedBy(ctx context.Context, who auth.Actor, after string, limit int) (Page[SignedCard], error) {
	if !who.SignedIn() {
		return Page[SignedCard]{}, errSignIn
	}
	page, err := s.signatures.Find(ctx, store.Query{Index: "lists", Equal: []any{listPerson + "|" + who.PersonID}, Desc: true, After: after, Limit: limit})
	if err != nil {
		return Page[SignedCard]{}, fault.Wrap("petition.SignedBy", err)
	}
	var ids []string
	for _, sig := range page.Items {
		ids = append(ids, sig.Petition)
	}
	own, err := s.ownsPaper(ctx, who.PersonID)
	if err != nil {
		return Page[SignedCard]{}, fault.Wrap("petition.SignedBy", err)
	}
	cards, err := s.cards.GetMany(ctx, ids)
	out := Page[SignedCard]{Next: page.Next}
	for _, sig := range page.Items {
		if sig.State == SignatureActive && (own || sig.Channel != ByPaper) {
			out.Items = append(out.Items, SignedCard{Signature: sig, Card: cards[sig.Petition]})
		}
	}
	return out, fault.Wrap("petition.SignedBy", err)
}

// FollowedBy pages through the petitions the actor follows, newest first.
func (s *Service) FollowedBy(ctx context.Context, who auth.Actor, after string, limit int) (Page[Card], error) {
	if !who.SignedIn() {
		return Page[Card]{}, errSignIn
	}
	page, err := s.followers.Find(ctx, store.Query{Index: "person", Equal: []any{who.PersonID}, Desc: true, After: after, Limit: limit})
	if err != nil {
		return Page[Card]{}, fault.Wrap("petition.FollowedBy", err)
	}
	var ids []string
	for _, f := range page.Items {
		ids = append(ids, f.Petition)
	}
	cards, err := s.cards.GetMany(ctx, ids)
	out := Page[Card]{Next: page.Next}
	for _, id := range ids {
		if c, ok := cards[id]; ok {
			out.Items = append(out.Items, c)
		}
	}
	return out, fault.Wrap("petition.FollowedBy", err)
}
