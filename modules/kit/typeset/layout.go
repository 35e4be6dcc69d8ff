package typeset

import (
	"math"
	"slices"
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Direction is the direction of a paragraph.
type Direction uint8

// The directions. Auto takes the one that most words of the text have.
const (
	Auto Direction = iota
	RightToLeft
	LeftToRight
)

// Style says how a text is set.
type Style struct {
	Weight    Weight
	Size      float64   // of the em, in the caller's unit
	Width     float64   // of the lines; 0: only the text's own line ends break
	MaxLines  int       // what is longer ends in "…"; 0: no limit
	Direction Direction // of the paragraph
	Else      Direction // what Auto falls back to when no word decides: "12/09/2026"
}

// Paragraph is a text that has been set.
type Paragraph struct {
	Lines []Line
	RTL   bool
	Cut   bool // MaxLines left something out
}

// Width returns the width of the widest line.
func (p Paragraph) Width() float64 {
	w := 0.0
	for _, l := range p.Lines {
		w = max(w, l.Width)
	}
	return w
}

// String returns the characters of the paragraph in reading order, with the line
// ends of the text and not those of the page.
func (p Paragraph) String() string {
	var b strings.Builder
	for i, l := range p.Lines {
		b.WriteString(l.String())
		if l.Hard && i < len(p.Lines)-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// Line is one line. Its words are in reading order; X says where each stands.
type Line struct {
	Words []Word
	Width float64 // without the space that ends it
	Hard  bool    // the text itself ends the line here
}

// Word is a word on its line: X is its left edge, from the left end of the line.
// The space at a line's end is a word beyond the line's edge.
type Word struct {
	*Shape
	X, Width float64
	Level    uint8 // of embedding: even reads to the right, odd to the left
	Space    bool
}

// Turns reports whether some of the paragraph reads from right to left.
func (p Paragraph) Turns() bool {
	for _, l := range p.Lines {
		for _, w := range l.Words {
			if w.RTL {
				return true
			}
		}
	}
	return false
}

// String returns the characters of the line in reading order.
func (l Line) String() string {
	var b strings.Builder
	for _, w := range l.Words {
		b.WriteString(string(w.Text))
	}
	return b.String()
}

// Measure returns the width of text on one line.
func (s *Setter) Measure(text string, w Weight, size float64) float64 {
	return s.Set(text, Style{Weight: w, Size: size}).Width()
}

// Set lays text out in lines. Any text can be set: what cannot be drawn is a
// box, what cannot be broken is broken between letters.
func (s *Setter) Set(text string, st Style) Paragraph {
	hard := clean(text)
	p := Paragraph{RTL: isRTL(hard, st)}
	base := uint8(0)
	if p.RTL {
		base = 1
	}
	limit := math.Inf(1)
	if st.Width > 0 {
		limit = st.Width/st.Size*Em + 0.001
	}
	for n, text := range hard {
		lines := s.fill(s.tokens(text, base, st.Weight), limit, st.Weight)
		if room := st.MaxLines - len(p.Lines); st.MaxLines > 0 && (len(lines) > room || len(lines) == room && n < len(hard)-1) {
			p.Cut = true
			lines = lines[:room]
			lines[room-1] = s.ellipsis(lines[room-1], limit, base, st.Weight)
		}
		for _, l := range lines {
			p.Lines = append(p.Lines, place(l, base, st.Size/Em))
		}
		p.Lines[len(p.Lines)-1].Hard = true
		if p.Cut {
			break
		}
	}
	return p
}

// isRTL decides a paragraph's direction. Words are counted, not letters: one
// long web address does not turn an Arabic sentence around.
func isRTL(hard [][]rune, st Style) bool {
	switch st.Direction {
	case RightToLeft:
		return true
	case LeftToRight:
		return false
	}
	balance := 0
	for _, text := range hard {
		decided := false // for the word at hand
		for _, r := range text {
			if isBreakingSpace(r) {
				decided = false
				continue
			}
			if decided {
				continue
			}
			p, _ := bidi.LookupRune(r)
			switch p.Class() {
			case bidi.R, bidi.AL:
				balance++
				decided = true
			case bidi.L:
				balance--
				decided = true
			}
		}
	}
	if balance == 0 {
		return st.Else == RightToLeft
	}
	return balance > 0
}

// fill distributes tokens over lines of at most limit font units; there is
// always one line.
func (s *Setter) fill(tokens []token, limit float64, w Weight) [][]token {
	var lines [][]token
	for len(tokens) > 0 {
		width, best, n := 0.0, 0, 0
		for ; n < len(tokens); n++ {
			t := tokens[n]
			if !t.space && width+t.Advance > limit {
				break
			}
			width += t.Advance
			if t.breakAfter {
				best = n + 1
			}
		}
		switch {
		case n == len(tokens) || best == 0 && n > 0: // all of it, or the pieces of a long word that fit
			best = n
		case best == 0:
			head, tail := s.split(tokens[0], limit, w)
			if tail.Shape != nil {
				lines = append(lines, []token{head})
				tokens[0] = tail
				continue
			}
			best = 1 // one letter, wider than the line: it sticks out
		}
		lines = append(lines, tokens[:best:best])
		tokens = tokens[best:]
	}
	if lines == nil {
		lines = [][]token{nil}
	}
	return lines
}

// split cuts t so that its head fits into limit font units, keeping marks with
// their letter. The tail has no shape when t is a single letter.
func (s *Setter) split(t token, limit float64, w Weight) (head, tail token) {
	n := int(float64(len(t.Text)) * limit / t.Advance)
	n = min(max(n, 1), len(t.Text))
	part := func(text []rune, breakAfter bool) token {
		p := t
		p.Shape = s.shape(text, t.script, t.font, w, t.RTL)
		p.breakAfter = breakAfter
		return p
	}
	for ; ; n-- {
		for n > 1 && n < len(t.Text) && !startsLetter(t.Text[n]) {
			n--
		}
		if n <= 1 {
			break
		}
		if head = part(t.Text[:n], true); head.Advance <= limit {
			break
		}
	}
	for n < len(t.Text) && (n < 1 || !startsLetter(t.Text[n])) {
		n++
	}
	if n >= len(t.Text) {
		return t, token{}
	}
	return part(t.Text[:n], true), part(t.Text[n:], t.breakAfter)
}

// startsLetter reports whether a line may be torn before r.
func startsLetter(r rune) bool {
	p, _ := bidi.LookupRune(r)
	c := p.Class()
	return c != bidi.NSM && c != bidi.BN
}

// ellipsis ends a line with "…" and makes room for it.
func (s *Setter) ellipsis(line []token, limit float64, base uint8, w Weight) []token {
	dots := s.tokens([]rune("…"), base, w)[0]
	line = append([]token(nil), line...)
	for len(line) > 0 {
		last := line[len(line)-1]
		width := dots.Advance
		for _, t := range line {
			width += t.Advance
		}
		if !last.space && width <= limit {
			break
		}
		line = line[:len(line)-1]
		if len(line) == 0 && !last.space {
			if head, tail := s.split(last, limit-dots.Advance, w); tail.Shape != nil {
				line = append(line, head)
			}
			break
		}
	}
	return append(line, dots)
}

// place puts the tokens of a line into visual order (L1, L2 of UAX #9) and says
// where each stands; scale is the size of a font unit.
func place(tokens []token, base uint8, scale float64) Line {
	line := Line{Words: make([]Word, len(tokens))}
	shown := len(tokens)
	for shown > 0 && tokens[shown-1].space {
		shown--
	}
	order := make([]int, shown)
	highest := uint8(0)
	for i := range order {
		order[i] = i
		highest = max(highest, tokens[i].level)
	}
	for level := highest; level > 0; level-- {
		for i := 0; i < shown; i++ {
			end := i
			for end < shown && tokens[end].level >= level {
				end++
			}
			slices.Reverse(order[i:end])
			i = end
		}
	}
	for _, i := range order {
		line.Words[i] = Word{Shape: tokens[i].Shape, X: line.Width, Width: tokens[i].Advance * scale, Level: tokens[i].level, Space: tokens[i].space}
		line.Width += line.Words[i].Width
	}
	edge := line.Width
	if base == 1 {
		edge = 0
	}
	for i := shown; i < len(tokens); i++ {
		w := Word{Shape: tokens[i].Shape, X: edge, Width: tokens[i].Advance * scale, Level: base, Space: true}
		if base == 1 {
			w.X -= w.Width
		}
		line.Words[i] = w
	}
	return line
}
