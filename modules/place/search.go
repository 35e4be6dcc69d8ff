package place

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"musharaka/modules/kit/fold"
)

// searchable is a place's names as they are matched, worked out once.
type searchable struct {
	spellings []spelling
}

// spelling is one name of a place in the strengths it is compared by.
type spelling struct {
	bare    string   // words without articles
	whole   string   // bare without its spaces: "mdiq fnideq" is also typed in one
	full    string   // the same with the articles: "الدارالبيضاء" in one word hides its second one
	letters []rune   // of whole
	words   []string // of bare
	runes   [][]rune // of words
	sound   []rune   // of whole, as heard: only for Latin letters
}

func newSearchable(p Place, aliases []string) searchable {
	var s searchable
	for _, name := range append([]string{p.NameAR, p.NameFR, p.NameEN}, aliases...) {
		if f := newSpelling(name); f.whole != "" && !slices.ContainsFunc(s.spellings, func(o spelling) bool { return o.whole == f.whole }) {
			s.spellings = append(s.spellings, f)
		}
	}
	return s
}

func newSpelling(name string) spelling {
	bare := fold.Bare(name)
	f := spelling{bare: bare, whole: strings.ReplaceAll(bare, " ", ""), full: strings.ReplaceAll(fold.Key(name), " ", ""), words: strings.Fields(bare)}
	f.letters = []rune(f.whole)
	for _, w := range f.words {
		f.runes = append(f.runes, []rune(w))
	}
	f.sound = []rune(sound(f.whole))
	return f
}

// How well a name answers a query, best first.
const (
	exact = iota
	beginsWith
	wordBeginsWith
	almost
	wordAlmost
	no
)

// Search finds places by name in any of their spellings, in Arabic or Latin
// letters: hamza, ta marbuta, vowel marks, accents, articles, apostrophes and
// hyphens do not matter, and one mistyped letter is forgiven. The best answers
// come first: the name itself, names that begin so, names with such a word,
// names almost alike; within each, the most populous first. country is "MA",
// "TN" or "" for both; no more than limit are returned.
func (t *Table) Search(query, country string, limit int) []Place {
	return t.SearchLevels(query, country, limit)
}

// SearchLevels is Search among places of some levels only; all, if none is given.
func (t *Table) SearchLevels(query, country string, limit int, levels ...Level) []Place {
	q := newSpelling(query)
	if q.whole == "" || limit <= 0 {
		return nil
	}
	type hit struct{ rank, at int }
	var hits []hit
	for i := range t.places {
		p := &t.places[i]
		if country != "" && p.Country != country || len(levels) > 0 && !slices.Contains(levels, p.Level) {
			continue
		}
		best := no
		for j := range t.names[i].spellings {
			if best = min(best, q.rank(&t.names[i].spellings[j])); best == exact {
				break
			}
		}
		if best < no {
			hits = append(hits, hit{best, i})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(a.rank-b.rank, t.places[b.at].Population-t.places[a.at].Population, a.at-b.at)
	})
	out := make([]Place, 0, min(limit, len(hits)))
	for _, h := range hits[:min(limit, len(hits))] {
		out = append(out, t.places[h.at])
	}
	return out
}

// rank compares the query with one name.
func (q *spelling) rank(name *spelling) int {
	switch {
	case q.whole == name.whole || q.full == name.full:
		return exact
	case strings.HasPrefix(name.whole, q.whole) || strings.HasPrefix(name.full, q.full):
		return beginsWith
	case q.wordsBegin(name):
		return wordBeginsWith
	case len(q.letters) < forgiving:
		return no
	case oneApart(q.letters, name.letters) || len(q.sound) >= forgiving && oneApart(q.sound, name.sound):
		return almost
	case q.almostWord(name):
		return wordAlmost
	}
	return no
}

// wordsBegin reports whether each word of the query begins a word of the name.
func (q *spelling) wordsBegin(name *spelling) bool {
	if len(q.words) > len(name.words) {
		return false
	}
	for _, w := range q.words {
		if !slices.ContainsFunc(name.words, func(n string) bool { return strings.HasPrefix(n, w) }) {
			return false
		}
	}
	return true
}

// forgiving is the length from which a mistyped letter is forgiven: shorter
// names are one letter apart from too many others.
const forgiving = 4

// almostWord reports whether the query is one word, and one mistake away from
// a word of the name.
func (q *spelling) almostWord(name *spelling) bool {
	return len(q.words) == 1 && slices.ContainsFunc(name.runes, func(w []rune) bool {
		return len(w) >= forgiving && oneApart(q.letters, w)
	})
}

// oneApart reports whether a becomes b by at most one letter put in, left out,
// replaced, or swapped with its neighbour.
func oneApart(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(a) == 0 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case i == len(a):
		return true
	case len(a) < len(b):
		return slices.Equal(a[i:], b[i+1:])
	case slices.Equal(a[i+1:], b[i+1:]):
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
}

// sounds writes French and English transcriptions of one Arabic sound alike.
var sounds = strings.NewReplacer(
	"ou", "u", "oo", "u", "w", "u", "sch", "c", "ch", "c", "sh", "c", "dj", "j", "gu", "g", "qu", "k", "q", "k",
	"kh", "k", "gh", "g", "dh", "d", "th", "t", "ph", "f", "h", "", "y", "i", "ee", "i", "e", "a", "o", "u", "z", "s", "x", "ks")

// sound returns a Latin name as it is heard, "" for any other script.
func sound(whole string) string {
	if r, _ := utf8.DecodeRuneInString(whole); r >= 0x0600 {
		return ""
	}
	heard := []rune(sounds.Replace(whole))
	return string(slices.Compact(heard)) // a doubled letter is heard once
}

// Homes are the levels of place that people say they live or work in.
var Homes = []Level{Commune, Municipality, Arrondissement}
