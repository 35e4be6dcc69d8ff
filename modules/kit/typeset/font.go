package typeset

import (
	"bytes"
	"embed"
	"sync"

	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
	"golang.org/x/text/unicode/norm"
)

// Em is the number of font units to the em, the same in every font here.
const Em = 1000

// What the fonts say of themselves, in font units above and below the baseline.
const (
	Ascent    = 780 // of Arabic and Latin letters without rare marks
	Descent   = 220
	CapHeight = 698
)

//go:embed fonts/*.ttf
var fontFiles embed.FS

// Weight is the thickness of the letters.
type Weight uint8

// The weights there are.
const (
	Regular Weight = iota
	SemiBold
)

// fontNames are the fonts by FontID; chains says in which order they are asked
// for a character. Tifinagh, Morocco's other official script, has one weight.
var (
	fontNames = [...]string{"text-regular", "text-semibold", "extended-regular", "extended-semibold", "tifinagh-regular"}
	chains    = [...][]FontID{Regular: {0, 2, 4}, SemiBold: {1, 3, 4}}
)

// FontID names one of the embedded fonts.
type FontID uint8

// loaded parses the embedded fonts once. They are part of the program: one that
// does not parse is a broken build, found by the first test.
var loaded = sync.OnceValue(func() []*font.Font {
	fonts := make([]*font.Font, len(fontNames))
	for i, name := range fontNames {
		data, err := fontFiles.ReadFile("fonts/" + name + ".ttf")
		if err != nil {
			panic("typeset: " + err.Error())
		}
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			panic("typeset: " + name + ": " + err.Error())
		}
		fonts[i] = face.Font
	}
	return fonts
})

// Pen receives the outline of a glyph, in font units with y upwards. A contour
// ends where the next MoveTo begins, and at the end of the glyph.
type Pen interface {
	MoveTo(x, y float32)
	LineTo(x, y float32)
	QuadTo(cx, cy, x, y float32)
	CubeTo(cx, cy, dx, dy, x, y float32)
}

// Draw sends the outline of a glyph to pen.
func (s *Setter) Draw(g GlyphRef, pen Pen) {
	outline, ok := s.faces[g.Font].GlyphData(font.GID(g.ID)).(font.GlyphOutline)
	if !ok {
		return
	}
	for _, seg := range outline.Segments {
		a := seg.Args
		switch seg.Op {
		case ot.SegmentOpMoveTo:
			pen.MoveTo(a[0].X, a[0].Y)
		case ot.SegmentOpLineTo:
			pen.LineTo(a[0].X, a[0].Y)
		case ot.SegmentOpQuadTo:
			pen.QuadTo(a[0].X, a[0].Y, a[1].X, a[1].Y)
		case ot.SegmentOpCubeTo:
			pen.CubeTo(a[0].X, a[0].Y, a[1].X, a[1].Y, a[2].X, a[2].Y)
		}
	}
}

// Covers reports whether a font here can draw r; what none can draw becomes a box.
func (s *Setter) Covers(r rune) bool {
	_, ok := s.fontFor(Regular, drawnAs(r))
	return ok
}

// fontFor returns the first font of the weight's chain that can draw r, and the
// chain's first with false when none can.
func (s *Setter) fontFor(w Weight, r rune) (FontID, bool) {
	if id, ok := s.fontOf[w][r]; ok {
		return id &^ boxed, id&boxed == 0
	}
	id, ok := chains[w][0]|boxed, false
	for _, candidate := range chains[w] {
		if s.canDraw(candidate, r) {
			id, ok = candidate, true
			break
		}
	}
	if len(s.fontOf[w]) > maxKept {
		clear(s.fontOf[w])
	}
	s.fontOf[w][r] = id
	return id &^ boxed, ok
}

// boxed marks, in fontOf, a character that no font can draw.
const boxed FontID = 0x80

// canDraw reports whether the font has r, or the letter and the marks that r is
// made of, which the shaper puts together.
func (s *Setter) canDraw(id FontID, r rune) bool {
	if _, ok := s.faces[id].NominalGlyph(r); ok {
		return true
	}
	parts := []rune(norm.NFD.String(string(r)))
	if len(parts) < 2 {
		return false
	}
	for _, p := range parts {
		if _, ok := s.faces[id].NominalGlyph(p); !ok {
			return false
		}
	}
	return true
}
