package pdf

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"musharaka/modules/kit/typeset"
)

// hairline is the colour of thin rules; noInk is none that can be set.
const (
	hairline typeset.Ink = 0xC9D1D6
	noInk    typeset.Ink = 0xFFFFFFFF
)

// glyphs holds the forms that outlines were written as, by glyph.
type glyphs struct {
	names map[typeset.GlyphRef]string // "" for a glyph without an outline
	forms []ref                       // in the order of their names
}

// name returns the resource name of the glyph's form, writing it at first use.
func (d *Document) glyph(g typeset.GlyphRef) string {
	if name, ok := d.glyphs.names[g]; ok {
		return name
	}
	var o outline
	d.set.Draw(g, &o)
	name := ""
	if o.drawn {
		o.ops = append(o.ops, "h f"...)
		name = shortName(len(d.glyphs.forms))
		r := d.file.reserve()
		d.glyphs.forms = append(d.glyphs.forms, r)
		d.file.stream(r, fmt.Sprintf("/Subtype/Form/BBox[%d %d %d %d]",
			int(math.Floor(o.minX)), int(math.Floor(o.minY)), int(math.Ceil(o.maxX)), int(math.Ceil(o.maxY))), o.ops)
	}
	d.glyphs.names[g] = name
	return name
}

// dict returns the entries of the resource dictionary.
func (g *glyphs) dict() string {
	var b strings.Builder
	for i, r := range g.forms {
		fmt.Fprintf(&b, "/%s %s", shortName(i), r)
	}
	return b.String()
}

// shortName returns the n-th of the names a, b … z, A … Z, aa, ab …
func shortName(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	name := string(letters[n%len(letters)])
	for n = n / len(letters); n > 0; n = (n - 1) / len(letters) {
		name = string(letters[(n-1)%len(letters)]) + name
	}
	return name
}

// outline is a typeset.Pen that writes path operators in whole font units.
type outline struct {
	ops                    []byte
	x, y                   float64
	minX, minY, maxX, maxY float64
	drawn                  bool
}

func (o *outline) op(code byte, points ...float32) {
	for i := 0; i < len(points); i += 2 {
		x, y := math.Round(float64(points[i])), math.Round(float64(points[i+1]))
		if !o.drawn {
			o.minX, o.maxX, o.minY, o.maxY, o.drawn = x, x, y, y, true
		}
		o.minX, o.maxX = min(o.minX, x), max(o.maxX, x)
		o.minY, o.maxY = min(o.minY, y), max(o.maxY, y)
		o.ops = append(appendNumber(o.ops, x), ' ')
		o.ops = append(appendNumber(o.ops, y), ' ')
	}
	o.ops = append(o.ops, code, '\n')
	o.x, o.y = float64(points[len(points)-2]), float64(points[len(points)-1])
}

func (o *outline) MoveTo(x, y float32) { o.op('m', x, y) }
func (o *outline) LineTo(x, y float32) { o.op('l', x, y) }

// QuadTo raises the curve to the cubic that PDF knows.
func (o *outline) QuadTo(cx, cy, x, y float32) {
	px, py := float32(o.x), float32(o.y)
	o.op('c', px+(cx-px)*2/3, py+(cy-py)*2/3, x+(cx-x)*2/3, y+(cy-y)*2/3, x, y)
}

func (o *outline) CubeTo(cx, cy, dx, dy, x, y float32) { o.op('c', cx, cy, dx, dy, x, y) }

// line draws a set line with its left end at x and its baseline at y, both from
// the top left of the sheet: the glyphs, and over them the characters.
func (d *Document) line(l typeset.Line, x, y, size float64, ink typeset.Ink) {
	if len(l.Words) == 0 {
		return
	}
	p := d.page
	y = d.size.Height - y
	b := p.front
	if p.ink != ink {
		b = append(appendInk(b, ink), "rg\n"...)
		p.ink = ink
	}
	b = d.appendGlyphs(b, l, x, y, size)
	p.front = d.appendText(b, x, y, size)
}

// appendText appends the text layer of the line in d.visual, from left to right,
// as readers expect to find Arabic too. A space is given with the word at its
// left, narrower than it is: readers want to see the gap as well.
func (d *Document) appendText(b []byte, x, y, size float64) []byte {
	p := d.page
	b = append(b, "BT"...)
	with := false // the space at hand has been given
	var fromX, fromY float64
	for i, w := range d.visual {
		if w.Width <= 0 || w.Space && with {
			with = false
			continue
		}
		if p.level != int(w.Level) || p.size != size {
			b = append(strconv.AppendUint(append(b, "/F"...), uint64(w.Level), 10), ' ')
			b = append(appendNumber(b, size), " Tf"...)
			p.level, p.size = int(w.Level), size
			d.slots.levels = max(d.slots.levels, int(w.Level)+1)
		}
		b = append(b, '\n')
		b = append(appendNumber(b, w.Width/float64(slotsOf(w.Text))/size*100), " Tz "...)
		at := tenth(x + w.X)
		b = append(appendNumber(b, at-fromX), ' ')
		b = append(appendNumber(b, tenth(y)-fromY), " Td"...)
		fromX, fromY = at, tenth(y)
		with = !w.Space && i+1 < len(d.visual) && d.visual[i+1].Space && d.visual[i+1].Level == w.Level
		b = d.slots.appendString(b, w.Text, w.RTL, with)
		b = append(b, "Tj"...)
	}
	return append(b, "\nET\n"...)
}

// slotsOf returns the number of slots that a word is divided into: one for each
// character but its marks, which stand in the slot of their letter.
func slotsOf(text []rune) int {
	n := 0
	for _, r := range text {
		if !unicode.Is(unicode.Mn, r) {
			n++
		}
	}
	return max(n, 1)
}

// appendGlyphs appends the drawing of a line, from left to right. Inside it the
// unit is the font's and the pen moves from glyph to glyph, so the same letters
// give the same bytes wherever they stand, and compress to next to nothing.
func (d *Document) appendGlyphs(b []byte, l typeset.Line, x, y, size float64) []byte {
	d.visual = append(d.visual[:0], l.Words...)
	slices.SortStableFunc(d.visual, func(a, b typeset.Word) int { return cmp.Compare(a.X, b.X) })
	b = append(appendScale(append(b, "q "...), size), " 0 0 "...)
	b = append(appendScale(b, size), ' ')
	b = append(appendNumber(b, x+d.visual[0].X), ' ')
	b = append(appendNumber(b, y), " cm"...)
	var dx, dy float64
	for _, w := range d.visual {
		for _, g := range w.Glyphs {
			dx += float64(g.X)
			dy += float64(g.Y)
			if name := d.glyph(g.GlyphRef); name != "" {
				if dx != 0 || dy != 0 {
					b = append(b, " 1 0 0 1 "...)
					b = append(appendNumber(b, math.Round(dx)), ' ')
					b = append(appendNumber(b, math.Round(dy)), " cm"...)
					dx, dy = dx-math.Round(dx), dy-math.Round(dy)
				}
				b = append(b, '/')
				b = append(b, name...)
				b = append(b, " Do"...)
			}
			dx += float64(g.Advance - g.X)
			dy -= float64(g.Y)
		}
	}
	return append(b, " Q\n"...)
}

// tenth rounds to what the text layer needs.
func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// appendScale appends size/Em exactly to the hundredth of a point.
func appendScale(b []byte, size float64) []byte {
	return append(b, strings.TrimLeft(strconv.FormatFloat(math.Round(size*100)/100/typeset.Em, 'f', -1, 64), "0")...)
}

func appendInk(b []byte, c typeset.Ink) []byte {
	r, g, bl := c.RGB()
	for _, v := range [...]uint8{r, g, bl} {
		b = append(strconv.AppendFloat(b, math.Round(float64(v)/255*1000)/1000, 'f', -1, 64), ' ')
	}
	return b
}

// fill paints a rectangle behind the text; x and y are its top left corner.
func (d *Document) fill(x, y, w, h float64, ink typeset.Ink) {
	d.page.back = appendRect(d.page.back, &d.page.backInk, x, d.size.Height-y-h, w, h, ink)
}

func appendRect(b []byte, set *typeset.Ink, x, y, w, h float64, ink typeset.Ink) []byte {
	if *set != ink {
		b = append(appendInk(b, ink), "rg "...)
		*set = ink
	}
	for _, v := range [...]float64{x, y, w, h} {
		b = append(appendNumber(b, v), ' ')
	}
	return append(b, "re f\n"...)
}

// rule draws a line across a frame at y.
func (d *Document) rule(f frame, y, thickness float64, ink typeset.Ink) {
	d.fill(d.left(f), y-thickness/2, f.width, thickness, ink)
}

// Align is where text stands in its column.
type Align uint8

// The alignments. Start is the side where reading begins.
const (
	Start Align = iota
	Centre
	End
)

// alignment adds to Align the one that follows each paragraph's own direction:
// a French paragraph in an Arabic paper begins at the left.
type alignment uint8

const (
	alignOwn alignment = iota
	alignDocument
	alignCentre
	alignEnd
)

func (a Align) inDocument() alignment {
	return [...]alignment{Start: alignDocument, Centre: alignCentre, End: alignEnd}[a]
}

// aligned returns where a line of p begins, from the left of the sheet.
func (d *Document) aligned(p typeset.Paragraph, l typeset.Line, f frame, a alignment) float64 {
	left, rest := d.left(f), f.width-l.Width
	toRight := d.rtl
	switch a {
	case alignCentre:
		return left + rest/2
	case alignOwn:
		toRight = p.RTL
	case alignEnd:
		toRight = !d.rtl
	}
	if toRight {
		return left + rest
	}
	return left
}
