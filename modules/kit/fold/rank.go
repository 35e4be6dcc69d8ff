package fold

import (
	"cmp"
	"slices"
)

// longestStem, in bytes, is more than a stem of any word has; a longer one is
// not worth an entry of an index.
const longestStem = 100

// Stems returns the first n different stems of s, for looking them up.
func Stems(s string, n int) []string {
	var out []string
	for _, w := range Words(s) {
		if len(out) < n && len(w) < longestStem && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// Ranked is something that holds words that were asked for. Score is the share
// of them that it holds, above 0 and at most 1; a rare word weighs more.
type Ranked[T any] struct {
	Item  T
	Score float64
}

// Rank asks for each word what holds it (at most perWord things, the fullest
// answer there is), and returns everything found once, best first, and as then
// says where two hold as much. id tells one thing from another.
func Rank[T any](words []string, perWord int, holding func(word string) ([]T, error), id func(T) string, then func(a, b T) int) ([]Ranked[T], error) {
	at := map[string]int{}
	var all []Ranked[T]
	total := 0.0
	for _, w := range words {
		items, err := holding(w)
		if err != nil {
			return nil, err
		}
		weight := 1 / (1 + float64(len(items))/float64(perWord))
		total += weight
		for _, item := range items {
			i, seen := at[id(item)]
			if !seen {
				i = len(all)
				at[id(item)], all = i, append(all, Ranked[T]{Item: item})
			}
			all[i].Score += weight
		}
	}
	for i := range all {
		all[i].Score /= total
	}
	slices.SortFunc(all, func(a, b Ranked[T]) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), then(a.Item, b.Item), cmp.Compare(id(a.Item), id(b.Item)))
	})
	return all, nil
}
