package card

import (
	"image"
	"image/png"
	"math"
	"sync"

	"golang.org/x/image/vector"

	"musharaka/modules/kit/typeset"
)

// painter draws on the picture of one card.
type painter struct {
	card   Card
	img    *image.RGBA
	set    *typeset.Setter
	raster vector.Rasterizer
	rtl    bool
	accent typeset.Ink
	ground typeset.Ink
}

func (p *painter) direction() typeset.Direction {
	if p.rtl {
		return typeset.RightToLeft
	}
	return typeset.LeftToRight
}

// at mirrors a horizontal place, given from the side where reading begins.
func (p *painter) at(x float32) float32 {
	if p.rtl {
		return Width - x
	}
	return x
}

// start returns the left end of a line that begins at the margin.
func (p *painter) start(width float64) float64 { return p.from(margin, width) }

// from returns the left end of something that begins at x from the start side.
func (p *painter) from(x, width float64) float64 {
	if p.rtl {
		return Width - x - width
	}
	return x
}

// textStyle says where and how one line of text stands.
type textStyle struct {
	x        float64 // from the start side
	baseline float64
	size     float64
	weight   typeset.Weight
	ink      typeset.Ink
	room     float64 // what is longer ends in "…"; 0: no limit
}

// text draws one line and returns where it ends, from the start side.
func (p *painter) text(s string, st textStyle) float64 {
	set := p.set.Set(s, typeset.Style{Weight: st.weight, Size: st.size, Width: st.room, MaxLines: 1, Else: p.direction()})
	l := set.Lines[0]
	p.line(l, p.from(st.x, l.Width), st.baseline, st.size, st.ink)
	return st.x + l.Width
}

// line draws a set line with its left end at x and its baseline at y.
func (p *painter) line(l typeset.Line, x, y, size float64, ink typeset.Ink) {
	box := image.Rect(int(x-size), int(y-1.4*size), int(x+l.Width+size), int(y+size)).Intersect(p.img.Bounds())
	p.fill(box, ink, func(pen *pen) {
		pen.scale = float32(size / typeset.Em)
		for _, w := range l.Words {
			at := float32(x + w.X)
			for _, g := range w.Glyphs {
				pen.x, pen.y = at+g.X*pen.scale, float32(y)-g.Y*pen.scale
				p.set.Draw(g.GlyphRef, pen)
				pen.close()
				at += g.Advance * pen.scale
			}
		}
	})
}

// star draws the mark's figure, a khatim: two squares, one turned by an eighth.
func (p *painter) star(x, y, radius float32, ink typeset.Ink) {
	// Where the sides of the two squares cross, at half an eighth turn.
	inner := radius * float32(math.Cos(math.Pi/4)/math.Cos(math.Pi/8))
	r := int(radius) + 1
	box := image.Rect(int(x)-r, int(y)-r, int(x)+r+1, int(y)+r+1).Intersect(p.img.Bounds())
	p.fill(box, ink, func(pen *pen) {
		pen.x, pen.y, pen.scale = x, y, 1
		for i := range 16 {
			reach := radius
			if i%2 == 1 {
				reach = inner
			}
			sin, cos := math.Sincos(float64(i) * math.Pi / 8)
			to := pen.LineTo
			if i == 0 {
				to = pen.MoveTo
			}
			to(reach*float32(cos), reach*float32(sin))
		}
		pen.close()
	})
}

// bar draws a bar with round ends that begins at x from the start side.
func (p *painter) bar(x, width float64, ink typeset.Ink) {
	left, right := float32(p.from(x, width)), float32(p.from(x, width)+width)
	const r = barHeight / 2
	const k = r * 0.5523 // a circle's quarter as a cubic
	box := image.Rect(int(left)-1, barY, int(right)+2, barY+barHeight)
	p.fill(box, ink, func(pen *pen) {
		pen.y, pen.scale = barY+r, 1
		pen.MoveTo(left+r, r)
		pen.LineTo(right-r, r)
		pen.CubeTo(right-r+k, r, right, k, right, 0)
		pen.CubeTo(right, -k, right-r+k, -r, right-r, -r)
		pen.LineTo(left+r, -r)
		pen.CubeTo(left+r-k, -r, left, -k, left, 0)
		pen.CubeTo(left, k, left+r-k, r, left+r, r)
		pen.close()
	})
}

func (p *painter) rect(x, y, w, h int, ink typeset.Ink) {
	c := rgba(ink)
	for row := y; row < y+h; row++ {
		for i := p.img.PixOffset(x, row); i < p.img.PixOffset(x+w, row); i += 4 {
			p.img.Pix[i], p.img.Pix[i+1], p.img.Pix[i+2], p.img.Pix[i+3] = c.R, c.G, c.B, 255
		}
	}
}

// fill paints what draw outlines, smoothly, inside box.
func (p *painter) fill(box image.Rectangle, ink typeset.Ink, draw func(*pen)) {
	if box.Empty() {
		return
	}
	p.raster.Reset(box.Dx(), box.Dy())
	draw(&pen{raster: &p.raster, left: float32(box.Min.X), top: float32(box.Min.Y)})
	p.raster.Draw(p.img, box, image.NewUniform(rgba(ink)), image.Point{})
}

// pen is a typeset.Pen that moves in the units of a glyph, y upwards, and draws
// in the pixels of a box, y downwards.
type pen struct {
	raster      *vector.Rasterizer
	x, y, scale float32 // where the origin of the units is, and their size
	left, top   float32 // of the box
	open        bool
}

func (p *pen) to(x, y float32) (float32, float32) {
	return p.x + x*p.scale - p.left, p.y - y*p.scale - p.top
}

func (p *pen) close() {
	if p.open {
		p.raster.ClosePath()
		p.open = false
	}
}

func (p *pen) MoveTo(x, y float32) {
	p.close()
	p.open = true
	p.raster.MoveTo(p.to(x, y))
}

func (p *pen) LineTo(x, y float32) { p.raster.LineTo(p.to(x, y)) }

func (p *pen) QuadTo(cx, cy, x, y float32) {
	cx, cy = p.to(cx, cy)
	x, y = p.to(x, y)
	p.raster.QuadTo(cx, cy, x, y)
}

func (p *pen) CubeTo(cx, cy, dx, dy, x, y float32) {
	cx, cy = p.to(cx, cy)
	dx, dy = p.to(dx, dy)
	x, y = p.to(x, y)
	p.raster.CubeTo(cx, cy, dx, dy, x, y)
}

// pngBuffers keeps the encoder's working memory from one card to the next.
type pngBuffers struct{ pool sync.Pool }

var buffers pngBuffers

// Get and Put implement png.EncoderBufferPool.
func (b *pngBuffers) Get() *png.EncoderBuffer {
	e, _ := b.pool.Get().(*png.EncoderBuffer)
	return e
}

func (b *pngBuffers) Put(e *png.EncoderBuffer) { b.pool.Put(e) }
