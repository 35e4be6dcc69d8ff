package petition

import (
	"cmp"
	"context"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/store"
)

// found is a card with how well it matches.
type found struct {
	card  Card
	score float64
}

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
	matches, err := s.match(ctx, distinct(fold.Words(text), searchedWords), "")
	if err != nil {
		return nil, fault.Wrap("petition.Search", err)
	}
	want := facet(f.Place, f.Theme, f.Group)
	var cards []Card
	for _, m := range matches {
		if slices.Contains(m.card.Facets, want) && len(cards) < limit {
			cards = append(cards, m.card)
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
	words := distinct(fold.Words(text), 2*searchedWords)
	if len(words) == 0 || authority == "" {
		return nil, nil
	}
	matches, err := s.match(ctx, words, authority+"|")
	if err != nil {
		return nil, fault.Wrap("petition.Similar", err)
	}
	var cards []Card
	for _, m := range matches {
		if SignableStates.Has(m.card.State) && m.score >= similarOverlap && len(cards) < similarLimit {
			cards = append(cards, m.card)
		}
	}
	return cards, nil
}

// match scores cards by the share of the words they hold; a word that few
// cards hold weighs more, and the words of the object are all among them.
func (s *Service) match(ctx context.Context, words []string, scope string) ([]found, error) {
	seen := map[string]*found{}
	var total float64
	for _, w := range words {
		page, err := s.cards.Find(ctx, store.Query{Index: "words", Equal: []any{scope + w}, Desc: true, Limit: perWord})
		if err != nil {
			return nil, err
		}
		weight := 1 / (1 + float64(len(page.Items))/perWord)
		total += weight
		for _, c := range page.Items {
			if seen[c.ID] == nil {
				seen[c.ID] = &found{card: c}
			}
			seen[c.ID].score += weight
		}
	}
	all := make([]found, 0, len(seen))
	for _, f := range seen {
		f.score /= total
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.score, a.score), b.card.PublishedAt.Compare(a.card.PublishedAt), cmp.Compare(a.card.ID, b.card.ID))
	})
	return all, nil
}

// distinct returns the first n different words.
func distinct(words []string, n int) []string {
	var out []string
	for _, w := range words {
		if len(out) < n && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
