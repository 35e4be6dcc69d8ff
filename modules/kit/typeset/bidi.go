package typeset

import (
	"github.com/go-text/typesetting/unicodedata"
	"golang.org/x/text/unicode/bidi"
)

// maxDepth is the deepest explicit level (UAX #9, BD2).
const maxDepth = 125

// resolver holds one paragraph while its levels are found. Rule names in the
// comments are those of UAX #9, https://www.unicode.org/reports/tr9/.
type resolver struct {
	text    []rune
	base    uint8
	class   []bidi.Class // as the rules have changed them
	levels  []uint8
	removed []bool // X9: explicit controls, which only leave their effect
	match   []int  // isolate initiator → its PDI and back; -1 when unmatched
}

// levelsOf returns the embedding level of every rune of one paragraph, whose
// own level is base: 0 for left to right, 1 for right to left. Trailing spaces
// keep the level of the text; a line sets them back itself (L1).
func levelsOf(text []rune, base uint8) []uint8 {
	r := resolver{text: text, base: base, class: make([]bidi.Class, len(text)), levels: make([]uint8, len(text))}
	plain := base == 0
	for i, c := range text {
		p, _ := bidi.LookupRune(c)
		r.class[i] = p.Class()
		switch r.class[i] {
		case bidi.L, bidi.EN, bidi.ES, bidi.ET, bidi.CS, bidi.WS, bidi.ON, bidi.NSM:
		default:
			plain = false
		}
	}
	if plain { // nothing in it turns: most French lines
		return r.levels
	}
	r.matchIsolates()
	r.explicit()
	for _, seq := range r.sequences() {
		r.weak(seq)
		r.brackets(seq)
		r.neutral(seq)
		r.implicit(seq)
	}
	for i := range text { // what X9 took out stands with its left neighbour
		if r.removed[i] {
			r.levels[i] = base
			if i > 0 {
				r.levels[i] = r.levels[i-1]
			}
		}
	}
	return r.levels
}

func isInitiator(c bidi.Class) bool { return c == bidi.LRI || c == bidi.RLI || c == bidi.FSI }

// matchIsolates pairs initiators and PDIs (BD9).
func (r *resolver) matchIsolates() {
	r.match = make([]int, len(r.text))
	r.removed = make([]bool, len(r.text))
	var open []int
	for i, c := range r.class {
		r.match[i] = -1
		switch {
		case isInitiator(c):
			open = append(open, i)
		case c == bidi.PDI && len(open) > 0:
			from := open[len(open)-1]
			open = open[:len(open)-1]
			r.match[from], r.match[i] = i, from
		}
	}
}

// firstStrong returns the level that the first strong character of
// text[from:to] asks for, skipping isolates (P2, P3): 0 when there is none.
func (r *resolver) firstStrong(from, to int) uint8 {
	for i := from; i < to; i++ {
		switch c := r.class[i]; {
		case c == bidi.L:
			return 0
		case c == bidi.R || c == bidi.AL:
			return 1
		case isInitiator(c):
			if r.match[i] < 0 {
				return 0
			}
			i = r.match[i]
		}
	}
	return 0
}

// status is an entry of the directional status stack (X1).
type status struct {
	level    uint8
	override bidi.Class // ON: none
	isolate  bool
}

// explicit applies X1 to X8: embeddings, overrides and isolates.
func (r *resolver) explicit() {
	stack := []status{{level: r.base, override: bidi.ON}}
	var overIsolates, overEmbeddings, validIsolates int
	for i, c := range r.class {
		top := stack[len(stack)-1]
		switch {
		case c == bidi.RLE || c == bidi.LRE || c == bidi.RLO || c == bidi.LRO: // X2 to X5
			r.levels[i], r.removed[i] = top.level, true
			rtl := c == bidi.RLE || c == bidi.RLO
			next := nextLevel(top.level, rtl)
			if next > maxDepth || overIsolates > 0 || overEmbeddings > 0 {
				if overIsolates == 0 {
					overEmbeddings++
				}
				continue
			}
			override := bidi.ON
			switch c {
			case bidi.RLO:
				override = bidi.R
			case bidi.LRO:
				override = bidi.L
			}
			stack = append(stack, status{next, override, false})
		case isInitiator(c): // X5a to X5c
			r.take(i, top)
			rtl := c == bidi.RLI
			if c == bidi.FSI {
				end := r.match[i]
				if end < 0 {
					end = len(r.text)
				}
				rtl = r.firstStrong(i+1, end) == 1
			}
			next := nextLevel(top.level, rtl)
			if next > maxDepth || overIsolates > 0 || overEmbeddings > 0 {
				overIsolates++
				continue
			}
			validIsolates++
			stack = append(stack, status{next, bidi.ON, true})
		case c == bidi.PDI: // X6a
			switch {
			case overIsolates > 0:
				overIsolates--
			case validIsolates > 0:
				overEmbeddings = 0
				for !stack[len(stack)-1].isolate {
					stack = stack[:len(stack)-1]
				}
				stack = stack[:len(stack)-1]
				validIsolates--
			}
			r.take(i, stack[len(stack)-1])
		case c == bidi.PDF: // X7
			r.levels[i], r.removed[i] = top.level, true
			switch {
			case overIsolates > 0:
			case overEmbeddings > 0:
				overEmbeddings--
			case !top.isolate && len(stack) > 1:
				stack = stack[:len(stack)-1]
			}
		case c == bidi.BN:
			r.levels[i], r.removed[i] = top.level, true
		case c == bidi.B: // X8
			r.levels[i] = r.base
		default: // X6
			r.take(i, top)
		}
	}
}

func (r *resolver) take(i int, s status) {
	r.levels[i] = s.level
	if s.override != bidi.ON {
		r.class[i] = s.override
	}
}

// nextLevel returns the least odd (rtl) or even level above level.
func nextLevel(level uint8, rtl bool) uint8 {
	if rtl {
		return (level + 1) | 1
	}
	return (level + 2) &^ 1
}

// sequence is an isolating run sequence (BD13): the indices of its characters
// and the directions at its two ends.
type sequence struct {
	at       []int
	level    uint8
	sos, eos bidi.Class
}

// sequences cuts the paragraph into isolating run sequences (X10).
func (r *resolver) sequences() []sequence {
	var runs [][]int
	runOf := make([]int, len(r.text))
	last := -1
	for i := range r.text {
		if r.removed[i] {
			continue
		}
		if last < 0 || r.levels[i] != r.levels[last] {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], i)
		runOf[i] = len(runs) - 1
		last = i
	}
	var out []sequence
	for _, run := range runs {
		if first := run[0]; r.isPDI(first) && r.match[first] >= 0 {
			continue // it continues the sequence of its initiator
		}
		seq := run[:len(run):len(run)] // the run itself stays as it is
		for {
			end := seq[len(seq)-1]
			if !r.isIsolateStart(end) || r.match[end] < 0 {
				break
			}
			next := runs[runOf[r.match[end]]]
			seq = append(seq, next...)
		}
		out = append(out, r.withEnds(seq))
	}
	return out
}

// isPDI and isIsolateStart look at the character, because an override may have
// changed its class.
func (r *resolver) isPDI(i int) bool { return r.text[i] == 0x2069 }

func (r *resolver) isIsolateStart(i int) bool { return r.text[i] >= 0x2066 && r.text[i] <= 0x2068 }

// withEnds finds sos and eos: the direction of the higher level at each border.
func (r *resolver) withEnds(at []int) sequence {
	s := sequence{at: at, level: r.levels[at[0]]}
	before, after := r.base, r.base
	for i := at[0] - 1; i >= 0; i-- {
		if !r.removed[i] {
			before = r.levels[i]
			break
		}
	}
	if end := at[len(at)-1]; !r.isIsolateStart(end) || r.match[end] >= 0 {
		for i := end + 1; i < len(r.text); i++ {
			if !r.removed[i] {
				after = r.levels[i]
				break
			}
		}
	}
	s.sos, s.eos = directionOf(max(before, s.level)), directionOf(max(after, s.level))
	return s
}

func directionOf(level uint8) bidi.Class {
	if level&1 == 1 {
		return bidi.R
	}
	return bidi.L
}

// weak applies W1 to W7.
func (r *resolver) weak(s sequence) {
	r.marksAndArabicNumbers(s)
	// W4: one separator between two numbers of a kind joins them.
	for n := 1; n+1 < len(s.at); n++ {
		i, before, after := s.at[n], r.class[s.at[n-1]], r.class[s.at[n+1]]
		switch r.class[i] {
		case bidi.ES:
			if before == bidi.EN && after == bidi.EN {
				r.class[i] = bidi.EN
			}
		case bidi.CS:
			if before == after && (before == bidi.EN || before == bidi.AN) {
				r.class[i] = before
			}
		}
	}
	// W5: terminators beside a European number belong to it; W6: other
	// separators and terminators are neutral.
	for n := 0; n < len(s.at); n++ {
		switch r.class[s.at[n]] {
		case bidi.ES, bidi.CS:
			r.class[s.at[n]] = bidi.ON
		case bidi.ET:
			end := n
			for end < len(s.at) && r.class[s.at[end]] == bidi.ET {
				end++
			}
			to := bidi.ON
			if n > 0 && r.class[s.at[n-1]] == bidi.EN || end < len(s.at) && r.class[s.at[end]] == bidi.EN {
				to = bidi.EN
			}
			for ; n < end; n++ {
				r.class[s.at[n]] = to
			}
			n--
		}
	}
	// W7: a European number after Latin letters is part of them.
	strong := s.sos
	for _, i := range s.at {
		switch r.class[i] {
		case bidi.L, bidi.R:
			strong = r.class[i]
		case bidi.EN:
			if strong == bidi.L {
				r.class[i] = bidi.L
			}
		}
	}
}

// marksAndArabicNumbers applies W1 to W3.
func (r *resolver) marksAndArabicNumbers(s sequence) {
	prev := s.sos
	for _, i := range s.at { // W1
		if r.class[i] == bidi.NSM {
			r.class[i] = prev
			if isInitiator(prev) || prev == bidi.PDI {
				r.class[i] = bidi.ON
			}
		}
		prev = r.class[i]
	}
	strong := s.sos
	for _, i := range s.at { // W2
		switch r.class[i] {
		case bidi.L, bidi.R, bidi.AL:
			strong = r.class[i]
		case bidi.EN:
			if strong == bidi.AL {
				r.class[i] = bidi.AN
			}
		}
	}
	for _, i := range s.at { // W3
		if r.class[i] == bidi.AL {
			r.class[i] = bidi.R
		}
	}
}

// strongOf maps a resolved class to the direction that neutrals see: numbers
// count as right to left.
func strongOf(c bidi.Class) (bidi.Class, bool) {
	switch c {
	case bidi.L:
		return bidi.L, true
	case bidi.R, bidi.EN, bidi.AN:
		return bidi.R, true
	}
	return bidi.ON, false
}

// brackets applies N0: both brackets of a pair take one direction.
func (r *resolver) brackets(s sequence) {
	for _, pair := range r.bracketPairs(s) {
		embedding := directionOf(s.level)
		found, opposite := false, false
		for n := pair[0] + 1; n < pair[1]; n++ {
			if d, ok := strongOf(r.class[s.at[n]]); ok {
				if d == embedding {
					found = true
					break
				}
				opposite = true
			}
		}
		to := embedding
		switch {
		case found:
		case !opposite:
			continue
		default: // N0 c: what stands before the pair decides
			before := s.sos
			for n := pair[0] - 1; n >= 0; n-- {
				if d, ok := strongOf(r.class[s.at[n]]); ok {
					before = d
					break
				}
			}
			if before != embedding {
				to = before
			}
		}
		for _, n := range pair {
			r.class[s.at[n]] = to
			// Marks that stood on the bracket follow it.
			for m := n + 1; m < len(s.at); m++ {
				p, _ := bidi.LookupRune(r.text[s.at[m]])
				if p.Class() != bidi.NSM {
					break
				}
				r.class[s.at[m]] = to
			}
		}
	}
}

// bracketPairs finds the pairs of a sequence (BD16), in the order of their
// opening brackets, as positions in s.at.
func (r *resolver) bracketPairs(s sequence) [][2]int {
	type opening struct {
		closer rune
		at     int
	}
	var open []opening
	closes := map[int]int{}
	for n, i := range s.at {
		if r.class[i] != bidi.ON {
			continue
		}
		p, _ := bidi.LookupRune(r.text[i])
		if !p.IsBracket() {
			continue
		}
		if p.IsOpeningBracket() {
			if len(open) == 63 {
				break
			}
			closer, _ := unicodedata.LookupMirrorChar(r.text[i])
			open = append(open, opening{sameBracket(closer), n})
			continue
		}
		for k := len(open) - 1; k >= 0; k-- {
			if open[k].closer == sameBracket(r.text[i]) {
				closes[open[k].at] = n
				open = open[:k]
				break
			}
		}
	}
	var pairs [][2]int
	for n := range s.at {
		if end, ok := closes[n]; ok {
			pairs = append(pairs, [2]int{n, end})
		}
	}
	return pairs
}

// sameBracket maps the two angle brackets that Unicode holds for equal to one.
func sameBracket(c rune) rune {
	switch c {
	case 0x2329:
		return 0x3008
	case 0x232A:
		return 0x3009
	}
	return c
}

// neutral applies N1 and N2.
func (r *resolver) neutral(s sequence) {
	before := s.sos
	for n := 0; n < len(s.at); {
		if d, ok := strongOf(r.class[s.at[n]]); ok {
			before = d
			n++
			continue
		}
		end, after := n, s.eos
		for ; end < len(s.at); end++ {
			if d, ok := strongOf(r.class[s.at[end]]); ok {
				after = d
				break
			}
		}
		to := directionOf(s.level)
		if before == after {
			to = before
		}
		for ; n < end; n++ {
			r.class[s.at[n]] = to
		}
	}
}

// implicit applies I1 and I2.
func (r *resolver) implicit(s sequence) {
	for _, i := range s.at {
		switch c := r.class[i]; {
		case s.level&1 == 0 && c == bidi.R:
			r.levels[i]++
		case s.level&1 == 0 && (c == bidi.AN || c == bidi.EN):
			r.levels[i] += 2
		case s.level&1 == 1 && c != bidi.R:
			r.levels[i]++
		}
	}
}
