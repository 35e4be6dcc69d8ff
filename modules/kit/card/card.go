// Package card draws the pictures that stand beside a shared link (Open Graph):
// a petition's title in its own script, to whom it goes, and how far it has come.
//
// A card is 1200 by 630 pixels, a PNG of a few dozen kilobytes, drawn in pure Go
// with the letters of kit/typeset. It mirrors itself for Arabic: the mark, the
// text and the progress begin where reading begins. The same card gives the same
// bytes, so it can be kept under a hash of its content.
package card

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"unicode"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/typeset"
)

// Width and Height are the size of a card in pixels.
const (
	Width  = 1200
	Height = 630
)

// Card is what a picture says. Texts are shown as given: numbers, plurals and
// translations are the caller's.
type Card struct {
	Lang     string      // "ar", "fr" or "en": the direction of the card
	Label    string      // what this is, above the title: "عريضة"
	Title    string      // up to three lines; what is longer ends in "…"
	Subtitle string      // to whom it goes: the authority's name
	Done, Of int         // the progress; no bar when Of is 0
	Caption  string      // the progress in words
	Accent   typeset.Ink // the authority's colour; the platform's when zero
}

// Where things stand, in pixels.
const (
	margin    = 76
	markSize  = 30 // radius of the mark
	barHeight = 20
	barY      = 500
)

const platformAccent typeset.Ink = 0x0B5563

// Render draws the card and returns it as a PNG file.
func Render(c Card) ([]byte, error) {
	p := newPainter(c)
	defer typeset.GiveBack(p.set)
	p.ornament()
	p.heading()
	p.body()
	p.progress()
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.DefaultCompression, BufferPool: &buffers}
	if err := enc.Encode(&b, p.paletted()); err != nil {
		return nil, fault.Wrap("card.Render", err)
	}
	return b.Bytes(), nil
}

func newPainter(c Card) *painter {
	p := &painter{card: c, set: typeset.Borrow(), rtl: strings.HasPrefix(c.Lang, "ar"), accent: platformAccent}
	if c.Accent != 0 {
		p.accent = c.Accent.Legible()
	}
	p.ground = p.accent.Mix(typeset.White, 0.95)
	p.img = image.NewRGBA(image.Rect(0, 0, Width, Height))
	p.rect(0, 0, Width, Height, p.ground)
	return p
}

// ornament draws the band at the foot and the faint stars in the corner.
func (p *painter) ornament() {
	p.rect(0, Height-16, Width, 16, p.accent)
	faint := p.accent.Mix(p.ground, 0.9)
	for _, s := range [...]struct{ x, y, r float32 }{{1130, 30, 146}, {1130, 30, 104}, {1130, 30, 62}} {
		p.star(p.at(s.x), s.y, s.r, faint)
		p.star(p.at(s.x), s.y, s.r-16, p.ground)
	}
}

// heading draws the mark, the platform's name and what the card is about.
func (p *painter) heading() {
	const x, y = margin + markSize, 104
	p.star(p.at(x), y, markSize, p.accent)
	p.star(p.at(x), y, markSize*0.56, p.ground)
	p.star(p.at(x), y, markSize*0.32, p.accent)
	name := "Musharaka"
	if p.rtl {
		name = "مشاركة"
	}
	next := p.text(name, textStyle{x: margin + 2*markSize + 18, baseline: y + 12, size: 34, weight: typeset.SemiBold, ink: p.accent})
	if p.card.Label != "" {
		p.text(p.card.Label, textStyle{x: next + 22, baseline: y + 12, size: 30, ink: typeset.Grey, room: 560})
	}
}

// body draws the title, in the largest letters in which it fits, and below it
// the authority.
func (p *painter) body() {
	const width, height, leading = Width - 2*margin, 258.0, 1.32
	var title typeset.Paragraph
	var size float64
	for _, size = range [...]float64{68, 60, 52, 46} {
		title = p.set.Set(p.withoutPictures(p.card.Title), typeset.Style{Weight: typeset.SemiBold, Size: size, Width: width, MaxLines: 3, Else: p.direction()})
		if !title.Cut && float64(len(title.Lines))*size*leading <= height {
			break
		}
	}
	y := 236.0
	if len(title.Lines) < 3 {
		y += float64(3-len(title.Lines)) * 16
	}
	for _, l := range title.Lines {
		p.line(l, p.start(l.Width), y, size, typeset.Black)
		y += size * leading
	}
	if p.card.Subtitle != "" {
		p.text(p.card.Subtitle, textStyle{x: margin, baseline: min(y-size*leading+size*0.42+44, barY-32), size: 32, ink: typeset.Grey, room: width})
	}
}

// withoutPictures leaves out the emoji of a title: no font here has them, and a
// picture of boxes invites nobody.
func (p *painter) withoutPictures(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.So, unicode.Sk, unicode.Variation_Selector) && !p.set.Covers(r) {
			return -1
		}
		return r
	}, title)
}

// progress draws the bar, filled from where reading begins, and its caption.
func (p *painter) progress() {
	const width = Width - 2*margin
	if p.card.Of > 0 {
		share := min(max(float64(p.card.Done)/float64(p.card.Of), 0), 1)
		p.bar(margin, width, p.accent.Mix(p.ground, 0.82))
		if share > 0 {
			p.bar(margin, max(width*share, barHeight), p.accent)
		}
	}
	if p.card.Caption != "" {
		p.text(p.card.Caption, textStyle{x: margin, baseline: barY + barHeight + 50, size: 34, weight: typeset.SemiBold, ink: p.accent, room: width})
	}
}

// paletted returns the picture in at most 256 colours: every ink in steps of its
// blend with what it lies on, which is all that smooth edges need.
func (p *painter) paletted() *image.Paletted {
	const steps = 28
	palette := color.Palette{rgba(p.ground)}
	ramp := func(ink, on typeset.Ink) {
		for i := 1; i <= steps; i++ {
			palette = append(palette, rgba(on.Mix(ink, float64(i)/steps)))
		}
	}
	faint, track := p.accent.Mix(p.ground, 0.9), p.accent.Mix(p.ground, 0.82)
	ramp(p.accent, p.ground)
	ramp(typeset.Black, p.ground)
	ramp(typeset.Grey, p.ground)
	ramp(p.accent, track)
	ramp(faint, p.ground)
	ramp(track, p.ground)
	ramp(typeset.Black, faint)
	ramp(typeset.Grey, faint)
	out := image.NewPaletted(p.img.Bounds(), palette)
	index := map[[3]uint8]uint8{}
	var last [3]uint8
	lastIndex := uint8(palette.Index(color.RGBA{A: 255}))
	for i := range out.Pix {
		c := [3]uint8(p.img.Pix[4*i : 4*i+3])
		if c != last {
			n, ok := index[c]
			if !ok {
				n = uint8(palette.Index(color.RGBA{c[0], c[1], c[2], 255}))
				index[c] = n
			}
			last, lastIndex = c, n
		}
		out.Pix[i] = lastIndex
	}
	return out
}

func rgba(c typeset.Ink) color.RGBA {
	r, g, b := c.RGB()
	return color.RGBA{r, g, b, 255}
}
