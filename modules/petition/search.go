package petition

import (
	"context"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/store"
)

// Search returns the public petitions that match words best, at most limit
// (20 when 0), narrowed by the filter; its order and cursor are not used. A
// reference finds its petition. For each word the newest cards are looked at,
// a bounded number, so the cost does not grow with the number of petitions.
func (s *Service) Search(ctx context.Context, text string, f Filter, limit int) ([]Card, error) {
	if limit <= 0 || limit > 100 {
		limit = 20
	}
	if ref := normalReference(text); len(ref) > 4 && ref[:4] == "PET-" {
		return s.cardByReference(ctx, ref)
	}
	matches, err := s.match(ctx, fold.Stems(text, searchedWords), "")
	if err != nil {
		return nil, fault.Wrap("petition.Search", err)
	}
	want := facet(f.Place, f.Theme, f.Group)
	var cards []Card
	for _, m := range matches {
		if slices.Contains(m.Item.Facets, want) && len(cards) < limit {
			cards = append(cards, m.Item)
		}
	}
	return cards, nil
}

func (s *Service) cardByReference(ctx context.Context, ref string) ([]Card, error) {
	p, err := s.petitions.First(ctx, store.Query{Index: "reference", Equal: []any{ref}})
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap("petition.Search", err)
	}
	c, err := s.cards.Get(ctx, p.ID)
	if isNotFound(err) {
		return nil, nil
	}
	return []Card{c}, fault.Wrap("petition.Search", err)
}

// Similar returns petitions to an authority that collect signatures for much
// the same, best first, at most five.
func (s *Service) Similar(ctx context.Context, text, authority string) ([]Card, error) {
	words := fold.Stems(text, 2*searchedWords)
	if len(words) == 0 || authority == "" {
		return nil, nil
	}
	matches, err := s.match(ctx, words, authority+"|")
	if err != nil {
		return nil, fault.Wrap("petition.Similar", err)
	}
	var cards []Card
	for _, m := range matches {
		if SignableStates.Has(m.Item.State) && m.Score >= similarOverlap && len(cards) < similarLimit {
			cards = append(cards, m.Item)
		}
	}
	return cards, nil
}

// match scores cards by the words of their object and text, the newest first
// among equals.
func (s *Service) match(ctx context.Context, words []string, scope string) ([]fold.Ranked[Card], error) {
	holding := func(w string) ([]Card, error) {
		page, err := s.cards.Find(ctx, store.Query{Index: "words", Equal: []any{scope + w}, Desc: true, Limit: perWord})
		return page.Items, err
	}
	return fold.Rank(words, perWord, holding, func(c Card) string { return c.ID }, func(a, b Card) int { return b.PublishedAt.Compare(a.PublishedAt) })
}
