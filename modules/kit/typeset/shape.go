package typeset

import (
	"strings"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// maxKept is how many words a Setter remembers; then it forgets all and starts
// again, which bounds its memory to a few megabytes.
const maxKept = 4096

// maxWord is the longest word that is shaped in one piece, in runes. Longer
// ones are no words, and cutting them keeps the work linear.
const maxWord = 96

// Setter sets text. It remembers the words it has shaped and is for one
// goroutine at a time; Borrow one and give it back.
type Setter struct {
	shaper shaping.HarfbuzzShaper
	lines  segmenter.Segmenter
	faces  []*font.Face
	fontOf [len(chains)]map[rune]FontID
	shapes map[shapeKey]*Shape
}

type shapeKey struct {
	text   string
	script language.Script
	weight Weight
	rtl    bool
}

var setters = sync.Pool{New: func() any { return newSetter() }}

// Borrow returns a Setter for this goroutine, perhaps one that knows many words.
func Borrow() *Setter { return setters.Get().(*Setter) }

// GiveBack returns a borrowed Setter, which must not be used afterwards.
func GiveBack(s *Setter) { setters.Put(s) }

func newSetter() *Setter {
	s := &Setter{shapes: map[shapeKey]*Shape{}}
	for _, f := range loaded() {
		s.faces = append(s.faces, font.NewFace(f))
	}
	for w := range s.fontOf {
		s.fontOf[w] = map[rune]FontID{}
	}
	return s
}

// GlyphRef names a glyph of an embedded font.
type GlyphRef struct {
	Font FontID
	ID   uint16
}

// Glyph is a glyph of a word, in font units: it is drawn at X, Y from the pen,
// which then moves by Advance.
type Glyph struct {
	GlyphRef
	X, Y, Advance float32
}

// Shape is a word with its glyphs in visual order, left to right. It is shared:
// do not change it.
type Shape struct {
	Text    []rune // in reading order
	RTL     bool
	Advance float64 // font units
	Glyphs  []Glyph
}

// divineName turns on the font's discretionary ligatures for the one word that
// custom writes with them; elsewhere they would change people's names.
var divineName = []shaping.FontFeature{{Tag: ot.MustNewTag("dlig"), Value: 1}}

// shape returns the glyphs of text, which is of one level, script and font.
func (s *Setter) shape(text []rune, script language.Script, id FontID, w Weight, rtl bool) *Shape {
	key := shapeKey{string(text), script, w, rtl}
	if kept, ok := s.shapes[key]; ok {
		return kept
	}
	drawn := make([]rune, len(text))
	for i, r := range text {
		drawn[i] = drawnAs(r)
	}
	in := shaping.Input{
		Text: drawn, RunEnd: len(drawn), Direction: di.DirectionLTR,
		Face: s.faces[id], Size: fixed.I(Em), Script: script, Language: languageOf(script),
	}
	if rtl {
		in.Direction = di.DirectionRTL
	}
	if strings.Contains(key.text, "الله") {
		in.FontFeatures = divineName
	}
	out := s.shaper.Shape(in)
	shape := &Shape{Text: append([]rune(nil), text...), RTL: rtl, Glyphs: make([]Glyph, len(out.Glyphs))}
	for i, g := range out.Glyphs {
		shape.Glyphs[i] = Glyph{
			GlyphRef: GlyphRef{id, uint16(g.GlyphID)},
			X:        units(g.XOffset), Y: units(g.YOffset), Advance: units(g.XAdvance),
		}
		shape.Advance += float64(shape.Glyphs[i].Advance)
	}
	if len(s.shapes) >= maxKept {
		clear(s.shapes)
	}
	s.shapes[key] = shape
	return shape
}

func units(v fixed.Int26_6) float32 { return float32(v) / 64 }

func languageOf(script language.Script) language.Language {
	if script == language.Arabic {
		return "ar"
	}
	return "fr"
}

// token is a word or a part of one while lines are filled.
type token struct {
	*Shape
	script     language.Script
	font       FontID
	level      uint8
	space      bool
	breakAfter bool
}

// tokens cuts one line of clean text into shaped words: at the places where a
// line may break, where level, script or font change, and around spaces.
func (s *Setter) tokens(text []rune, base uint8, w Weight) []token {
	if len(text) == 0 {
		return nil
	}
	levels := levelsOf(text, base)
	breaks := s.breaks(text)
	var out []token
	script, id := firstScript(text), chains[w][0]
	start, curScript, curFont := 0, script, id
	cut := func(end int, breakAfter bool) {
		if end > start {
			out = append(out, token{
				Shape:  s.shape(text[start:end], curScript, curFont, w, levels[start]&1 == 1),
				script: curScript, font: curFont, level: levels[start],
				space: isBreakingSpace(text[start]), breakAfter: breakAfter,
			})
		} else if breakAfter && len(out) > 0 {
			out[len(out)-1].breakAfter = true
		}
		start = end
	}
	for i, r := range text {
		if isBidiControl(r) {
			cut(i, breaks[i])
			start = i + 1
			continue
		}
		script, id = s.itemise(r, script, id, w)
		switch {
		case i == start:
		case breaks[i]:
			cut(i, true)
		case levels[i] != levels[i-1], script != curScript, id != curFont,
			isBreakingSpace(r) != isBreakingSpace(text[i-1]),
			i-start >= maxWord && !unicode.Is(unicode.Mn, r):
			cut(i, false)
		}
		if i == start {
			if breaks[i] && len(out) > 0 {
				out[len(out)-1].breakAfter = true
			}
			curScript, curFont = script, id
		}
	}
	cut(len(text), true)
	return out
}

// itemise returns the script and the font that r is set in, given those of the
// character before it, which signs and marks take over where they can.
func (s *Setter) itemise(r rune, script language.Script, id FontID, w Weight) (language.Script, FontID) {
	if own := language.LookupScript(r); own.Strong() {
		script = own
	}
	if isBreakingSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) {
		return script, id
	}
	if unicode.Is(unicode.Mn, r) && s.canDraw(id, r) {
		return script, id
	}
	id, _ = s.fontFor(w, drawnAs(r))
	return script, id
}

// firstScript returns the script of the first letter, for the signs before it.
func firstScript(text []rune) language.Script {
	for _, r := range text {
		if sc := language.LookupScript(r); sc.Strong() {
			return sc
		}
	}
	return language.Latin
}

// breaks says before which runes a line may end (UAX #14).
func (s *Setter) breaks(text []rune) []bool {
	out := make([]bool, len(text)+1)
	s.lines.Init(text)
	for it := s.lines.LineIterator(); it.Next(); {
		l := it.Line()
		out[l.Offset+len(l.Text)] = true
	}
	return out
}
