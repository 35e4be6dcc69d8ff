package pdf

import (
	"strconv"

	"musharaka/modules/kit/typeset"
)

// leading is the height of a line, in ems: Arabic needs more air than Latin.
const (
	leading      = 1.65
	tightLeading = 1.45
)

// bodySize is the size of running text.
const bodySize = 11.0

// style says how a block of text looks.
type style struct {
	size     float64
	weight   typeset.Weight
	ink      typeset.Ink
	align    alignment
	dir      typeset.Direction
	maxLines int
	tight    bool    // lines close together: large letters need less air
	after    float64 // space below
}

// TextOption changes how a paragraph looks.
type TextOption func(*style)

// Small sets a paragraph in the size of notes.
func Small() TextOption { return func(s *style) { s.size = 9 } }

// Sized sets a paragraph in a size of its own, in points before the document's
// scale: the number on a ticket.
func Sized(points float64) TextOption {
	return func(s *style) { s.size, s.tight = points, true }
}

// Muted sets it in grey.
func Muted() TextOption { return func(s *style) { s.ink = typeset.Grey } }

// Strong sets it in heavier letters.
func Strong() TextOption { return func(s *style) { s.weight = typeset.SemiBold } }

// Centred sets it in the middle.
func Centred() TextOption { return func(s *style) { s.align = alignCentre } }

// Reading gives it a direction; without it, most of its words decide.
func Reading(dir typeset.Direction) TextOption { return func(s *style) { s.dir = dir } }

// Paragraph adds text; each line of it is a paragraph. A page break leaves at
// least two lines on either side.
func (d *Document) Paragraph(text string, options ...TextOption) {
	st := style{size: bodySize, ink: typeset.Black, after: 6}
	for _, o := range options {
		o(&st)
	}
	p := d.setIn(d.frame, text, st)
	d.tagged("P", d.spoken(p), func() { d.flow(p, d.frame, st) })
	d.gap(st.after)
}

// gap adds the space after a block. It is the column's, not the block's: a box
// that ends here takes it back.
func (d *Document) gap(height float64) {
	d.page.y += height
	d.page.gap = height
}

// headings are the looks of the levels, 1 to 3.
var headings = [...]struct{ size, before, after float64 }{{15, 16, 5}, {12.5, 12, 4}, {11, 9, 3}}

// Heading adds a heading of level 1, 2 or 3 and a bookmark to it. It stays with
// what follows: no page ends in a heading.
func (d *Document) Heading(level int, text string) {
	level = min(max(level, 1), len(headings))
	h := headings[level-1]
	st := style{size: h.size, weight: typeset.SemiBold, ink: d.accent, tight: true}
	if level == 3 {
		st.ink = typeset.Black
	}
	p := d.setIn(d.frame, text, st)
	d.need(h.before + float64(len(p.Lines))*st.height() + h.after + 3*bodySize*leading)
	if d.page.y > d.top() {
		d.page.y += h.before
	}
	d.outline = append(d.outline, bookmark{level, text, d.page.ref, d.page.y})
	d.tagged("H"+strconv.Itoa(level), d.spoken(p), func() { d.flow(p, d.frame, st) })
	d.page.y += h.after
}

// List adds items with bullets.
func (d *Document) List(items ...string) {
	d.list(items, func(int) string { return "•" })
}

// Numbered adds items that are numbered from 1.
func (d *Document) Numbered(items ...string) {
	d.list(items, func(i int) string { return strconv.Itoa(i+1) + "." })
}

func (d *Document) list(items []string, label func(int) string) {
	const indent = 20
	st := style{size: bodySize, ink: typeset.Black, align: alignDocument}
	d.begin("L", "")
	for i, item := range items {
		body := frame{d.frame.start + indent, d.frame.width - indent}
		p := d.setIn(body, item, st)
		d.need(min(float64(len(p.Lines)), 2) * st.height())
		d.begin("LI", "")
		d.tagged("Lbl", "", func() {
			mark := d.set.Set(label(i), typeset.Style{Size: st.size, Direction: d.direction(), Weight: typeset.SemiBold})
			f := frame{d.frame.start, indent - 6}
			d.line(mark.Lines[0], d.aligned(mark, mark.Lines[0], f, alignDocument), d.page.y+st.baseline(), st.size, d.accent)
		})
		d.tagged("LBody", d.spoken(p), func() { d.flow(p, body, st) })
		d.end()
		d.page.y += 2
	}
	d.end()
	d.gap(5)
}

// Fact is a line of a register: what it says and of what.
type Fact struct {
	Label, Value string
}

// Facts adds labelled values, one below the other, the labels in a column of
// their own.
func (d *Document) Facts(facts ...Fact) {
	const size, pad = 10.0, 3.0
	label := style{size: size, ink: typeset.Grey, align: alignDocument}
	value := style{size: size, ink: typeset.Black, align: alignDocument}
	width := 0.0
	for _, f := range facts {
		width = max(width, d.set.Measure(f.Label, typeset.Regular, size))
	}
	width = min(width+14, d.frame.width*0.4)
	d.begin("L", "")
	for _, f := range facts {
		left := frame{d.frame.start, width}
		right := frame{d.frame.start + width, d.frame.width - width}
		l := d.setIn(frame{left.start, width - 10}, f.Label, label)
		v := d.setIn(right, f.Value, value)
		d.need(float64(min(max(len(l.Lines), len(v.Lines)), 4))*size*leading + 2*pad)
		d.begin("LI", "")
		d.page.y += pad
		top, on := d.page.y, d.page
		d.tagged("Lbl", d.spoken(l), func() { d.flow(l, left, label) })
		below := d.page.y
		if d.page == on {
			d.page.y = top
		}
		d.tagged("LBody", d.spoken(v), func() { d.flow(v, right, value) })
		if d.page == on {
			d.page.y = max(d.page.y, below)
		}
		d.end()
		d.page.y += pad
		d.rule(d.frame, d.page.y, 0.5, hairline)
	}
	d.end()
	d.gap(8)
}

// Rule adds a thin line across the column.
func (d *Document) Rule() {
	d.need(12)
	d.rule(d.frame, d.page.y+5, 0.5, hairline)
	d.page.y += 12
}

// Space adds empty height.
func (d *Document) Space(height float64) {
	d.need(height)
	d.page.y += height
}

// box is a tinted block with a bar of the accent colour along its start side.
// It goes on across pages.
type box struct {
	frame frame
	from  float64 // where it begins on the open page
}

const boxPad = 10

func (b *box) open(d *Document) {
	b.from = d.page.y
	d.page.y += boxPad
}

func (b *box) close(d *Document) {
	d.page.y += boxPad
	height := min(d.page.y, d.bottom()+boxPad) - b.from
	var back []byte
	ink := noInk
	x, y := d.left(b.frame), d.size.Height-b.from-height
	back = appendRect(back, &ink, x, y, b.frame.width, height, d.accent.Mix(typeset.White, 0.93))
	bar := frame{b.frame.start, 3}
	back = appendRect(back, &ink, d.left(bar), y, bar.width, height, d.accent)
	d.page.back = append(back, d.page.back...) // below what the box holds
	if d.page.backInk == noInk {
		d.page.backInk = ink
	}
}

// Box adds what content adds, on a tinted ground: an answer, a warning, what a
// reader must not miss.
func (d *Document) Box(content func()) {
	d.need(2*boxPad + 3*bodySize*leading)
	outer := d.frame
	b := &box{frame: outer}
	b.open(d)
	d.boxes = append(d.boxes, b)
	d.frame = frame{outer.start + boxPad + 4, outer.width - 2*boxPad - 4}
	d.begin("Sect", "")
	d.page.gap = 0
	content()
	d.page.y -= d.page.gap
	d.end()
	d.frame = outer
	d.boxes = d.boxes[:len(d.boxes)-1]
	b.close(d)
	d.gap(12)
}

// Sign adds empty fields side by side for a date, a signature and a stamp, each
// under its label.
func (d *Document) Sign(labels ...string) {
	if len(labels) == 0 {
		return
	}
	const gap, height = 14.0, 74.0
	st := style{size: 9, ink: typeset.Grey, align: alignDocument, maxLines: 2}
	width := (d.frame.width - gap*float64(len(labels)-1)) / float64(len(labels))
	frames, set := make([]frame, len(labels)), make([]typeset.Paragraph, len(labels))
	for i, text := range labels {
		frames[i] = frame{d.frame.start + float64(i)*(width+gap), width}
		set[i] = d.setIn(frames[i], text, st)
	}
	label := float64(highest(set))*st.height() + 3
	d.need(6 + label + height)
	d.page.y += 6
	top := d.page.y
	for i, f := range frames {
		d.page.y = top
		d.tagged("P", d.spoken(set[i]), func() { d.flow(set[i], f, st) })
		d.field(f, top+label, height)
	}
	d.page.y = top + label + height
	d.gap(12)
}

// field draws the four sides of an empty field.
func (d *Document) field(f frame, y, height float64) {
	const line = 0.6
	x := d.left(f)
	d.fill(x, y, f.width, line, typeset.Grey)
	d.fill(x, y+height-line, f.width, line, typeset.Grey)
	d.fill(x, y, line, height, typeset.Grey)
	d.fill(x+f.width-line, y, line, height, typeset.Grey)
}

// setIn sets text in the width of a frame.
func (d *Document) setIn(f frame, text string, st style) typeset.Paragraph {
	return d.set.Set(text, typeset.Style{
		Weight: st.weight, Size: st.size, Width: f.width, MaxLines: st.maxLines, Direction: st.dir, Else: d.direction(),
	})
}

// height returns the height of a line.
func (s style) height() float64 {
	if s.tight {
		return s.size * tightLeading
	}
	return s.size * leading
}

// baseline returns how far below the top of its line the letters stand.
func (s style) baseline() float64 {
	return (s.height()-s.size)/2 + s.size*typeset.Ascent/typeset.Em
}

// flow draws the lines of a paragraph from here downwards, over as many pages as
// they need, and leaves no line of it alone at the top or bottom of one.
func (d *Document) flow(p typeset.Paragraph, f frame, st style) {
	height := st.height()
	d.page.gap = 0
	for i, l := range p.Lines {
		together := 1.0
		if n := len(p.Lines); n > 1 && (i == 0 || i == n-2) {
			together = 2
		}
		d.need(together * height)
		d.line(l, d.aligned(p, l, f, st.align), d.page.y+st.baseline(), st.size, st.ink)
		d.page.y += height
	}
}
