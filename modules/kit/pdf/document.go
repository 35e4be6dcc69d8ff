package pdf

import (
	"fmt"
	"io"
	"strings"
	"time"

	"musharaka/modules/kit/typeset"
)

// Size is a sheet of paper.
type Size struct{ Width, Height float64 }

// The sheets there are. Landscape turns one.
var (
	A4 = Size{595.28, 841.89}
	A3 = Size{841.89, 1190.55}
)

// Landscape returns the sheet lying on its side.
func (s Size) Landscape() Size { return Size{s.Height, s.Width} }

// Options describe a document. Lang, Title and Created are needed.
type Options struct {
	Lang    string    // "ar", "fr" or "en": the language, and from it the reading direction
	Title   string    // shown by readers in their title bar
	Author  string    // who issues it: the authority, not a person
	Created time.Time // the date the file states

	Size    Size        // A4 when zero
	Scale   float64     // how much larger everything is than the flow's sizes, margins too: 2 for a poster; 1 when zero
	Accent  typeset.Ink // the issuer's colour; darkened until text in it is legible
	Running string      // at the top of every page but the first
	Footer  string      // at the bottom of every page, opposite the page number

	// PageLabel words the page number; "3 / 40" when nil.
	PageLabel func(page, pages int) string
}

// Margins, from the edge of the sheet.
const (
	marginSide   = 50.0
	marginTop    = 48.0
	marginBottom = 62.0
)

// defaultAccent is the colour of the platform.
const defaultAccent typeset.Ink = 0x0B5563

// Document is a paper being written. Its methods add blocks from top to bottom;
// it is for one goroutine.
type Document struct {
	opts   Options
	size   Size // in the units of the flow: the sheet divided by scale
	scale  float64
	rtl    bool
	accent typeset.Ink

	file   *file
	set    *typeset.Setter
	glyphs glyphs
	slots  slots
	images []ref          // by number, for the names I0, I1 …
	visual []typeset.Word // of the line being drawn, reused

	catalog, pageTree, resources ref

	pages []ref
	foot  []ref // the content stream of each page's footer
	page  *page // the open one

	frame   frame // where blocks go
	boxes   []*box
	tags    tags
	outline []bookmark

	done []byte // the finished file
	err  error  // the first thing that could not be done
}

// frame is the column that blocks fill: its distance from the start edge of the
// sheet, and its width.
type frame struct{ start, width float64 }

// page is the open page. back is painted before front.
type page struct {
	ref, content ref
	back, front  []byte
	y            float64 // how far down, from the top of the sheet
	gap          float64 // of that, the space after the last block
	annots       []ref
	ink, backInk typeset.Ink // that front and back have set
	level        int         // of the text layer's font that is set, with its size
	size         float64
}

// New starts a document.
func New(o Options) *Document {
	d := &Document{opts: o, size: o.Size, rtl: strings.HasPrefix(o.Lang, "ar"), accent: defaultAccent, file: newFile(), set: typeset.Borrow()}
	if d.size == (Size{}) {
		d.size = A4
	}
	if d.scale = o.Scale; d.scale <= 0 {
		d.scale = 1
	}
	d.size = Size{d.size.Width / d.scale, d.size.Height / d.scale}
	if o.Accent != 0 {
		d.accent = o.Accent.Legible()
	}
	if d.opts.PageLabel == nil {
		d.opts.PageLabel = func(page, pages int) string { return fmt.Sprintf("%d / %d", page, pages) }
	}
	d.glyphs.names = map[typeset.GlyphRef]string{}
	d.slots.codes = map[rune]uint16{}
	d.catalog, d.pageTree, d.resources = d.file.reserve(), d.file.reserve(), d.file.reserve()
	d.frame = frame{marginSide, d.size.Width - 2*marginSide}
	d.openTags()
	d.openPage()
	return d
}

// WriteTo finishes the document and writes it to w. Nothing can be added
// afterwards; writing it again writes the same bytes. An image that could not
// be read is reported here.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	if d.err != nil {
		return 0, d.err
	}
	if d.done == nil {
		d.finish()
	}
	n, err := w.Write(d.done)
	return int64(n), err
}

// Pages returns the number of pages so far.
func (d *Document) Pages() int {
	if d.page != nil {
		return len(d.pages) + 1
	}
	return len(d.pages)
}

func (d *Document) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// openPage begins a page, with its running head from the second on.
func (d *Document) openPage() {
	d.page = &page{ref: d.file.reserve(), content: d.file.reserve(), y: marginTop, ink: noInk, backInk: noInk, level: -1}
	if len(d.pages) > 0 && d.opts.Running != "" {
		d.pagination("Header", func() {
			p := d.set.Set(d.opts.Running, typeset.Style{Size: 8.5, Width: d.size.Width - 2*marginSide, MaxLines: 1, Else: d.direction()})
			d.line(p.Lines[0], d.aligned(p, p.Lines[0], d.sheetFrame(), alignDocument), 36, 8.5, typeset.Grey)
			d.rule(d.sheetFrame(), 44, 0.5, hairline)
			d.page.y = 58
		})
	}
	for _, b := range d.boxes {
		b.open(d)
	}
}

// closePage writes the open page. Its footer follows at the end, when the
// number of pages is known.
func (d *Document) closePage() {
	for i := len(d.boxes) - 1; i >= 0; i-- {
		d.boxes[i].close(d)
	}
	p := d.page
	var content []byte
	if d.scale != 1 { // for this stream and the footer's after it
		content = append(content, fmt.Sprintf("%s 0 0 %s 0 0 cm\n", appendNumber(nil, d.scale), appendNumber(nil, d.scale))...)
	}
	if len(p.back) > 0 {
		content = append(content, "/Artifact BMC\n"...)
		content = append(content, p.back...)
		content = append(content, "EMC\n"...)
	}
	content = append(content, "3 Tr\n"...)
	content = append(content, p.front...)
	d.file.stream(p.content, "", content)
	foot := d.file.reserve()
	var annots strings.Builder
	if len(p.annots) > 0 {
		annots.WriteString("/Annots[")
		for _, a := range p.annots {
			annots.WriteString(a.String() + " ")
		}
		annots.WriteString("]/Tabs/S")
	}
	d.file.object(p.ref, fmt.Sprintf("<</Type/Page/Parent %s/Contents[%s %s]/StructParents %d%s>>",
		d.pageTree, p.content, foot, d.closePageTags(), annots.String()))
	d.pages = append(d.pages, p.ref)
	d.foot = append(d.foot, foot)
	d.page = nil
}

// breakPage goes on at the top of a new page.
func (d *Document) breakPage() {
	open := d.tags.marked
	if open {
		d.unmark()
	}
	d.closePage()
	d.openPage()
	if open {
		d.mark()
	}
}

// PageBreak goes on at the top of a new page, unless nothing stands on this one.
func (d *Document) PageBreak() {
	if d.page.y > d.top() {
		d.breakPage()
	}
}

// top is where blocks begin on the open page.
func (d *Document) top() float64 {
	if len(d.pages) > 0 && d.opts.Running != "" {
		return 58
	}
	return marginTop
}

func (d *Document) bottom() float64 { return d.size.Height - marginBottom }

// need breaks the page when less than height is left on it.
func (d *Document) need(height float64) {
	if d.page.y+height > d.bottom() && d.page.y > d.top() {
		d.breakPage()
	}
}

func (d *Document) sheetFrame() frame { return frame{marginSide, d.size.Width - 2*marginSide} }

func (d *Document) direction() typeset.Direction {
	if d.rtl {
		return typeset.RightToLeft
	}
	return typeset.LeftToRight
}

// left returns the left edge of a frame on the sheet.
func (d *Document) left(f frame) float64 {
	if d.rtl {
		return d.size.Width - f.start - f.width
	}
	return f.start
}

// finish closes the last page and writes everything that had to wait.
func (d *Document) finish() {
	d.closePage()
	for i, foot := range d.foot {
		d.file.stream(foot, "", d.footer(i+1, len(d.foot)))
	}
	var kids strings.Builder
	for _, p := range d.pages {
		kids.WriteString(p.String() + " ")
	}
	d.file.object(d.pageTree, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 %s %s]/Resources %s>>",
		len(d.pages), kids.String(), appendNumber(nil, d.size.Width*d.scale), appendNumber(nil, d.size.Height*d.scale), d.resources))
	font := d.slots.dict(d.slots.write(d.file))
	d.file.object(d.resources, fmt.Sprintf("<</Font<<%s>>/XObject<<%s%s>>>>", font, d.glyphs.dict(), d.imageDict()))

	outline := d.writeOutline()
	// No /Direction/R2L for Arabic: PDFium, the reader in most browsers, takes it
	// to turn the Latin words of the text around when they are copied.
	d.file.object(d.catalog, fmt.Sprintf("<</Type/Catalog/Pages %s/Lang(%s)/MarkInfo<</Marked true>>/StructTreeRoot %s/Metadata %s%s/ViewerPreferences<</DisplayDocTitle true>>>>",
		d.pageTree, escape(d.opts.Lang), d.closeTags(), d.metadata(), outline))
	created := d.opts.Created.UTC().Format("D:20060102150405Z")
	info := d.file.add(fmt.Sprintf("<</Title%s/Author%s/Producer(Musharaka)/CreationDate(%s)/ModDate(%s)>>",
		text(d.opts.Title), text(d.opts.Author), created, created))
	d.done = d.file.finish(d.catalog, info)
	typeset.GiveBack(d.set)
	d.set = nil
}

// footer draws the foot of a page: a hairline, what the document says of
// itself, and the page's number on the other side.
func (d *Document) footer(n, pages int) []byte {
	d.page = &page{ink: noInk, backInk: noInk, level: -1}
	const size = 8.5
	f, y := d.sheetFrame(), d.size.Height-34
	d.pagination("Footer", func() {
		d.rule(f, y-14, 0.5, hairline)
		label := d.set.Set(d.opts.PageLabel(n, pages), typeset.Style{Size: size, MaxLines: 1, Direction: d.direction()})
		room := f.width - label.Width() - 12
		if d.opts.Footer != "" && room > 0 {
			p := d.set.Set(d.opts.Footer, typeset.Style{Size: size, Width: room, MaxLines: 1, Else: d.direction()})
			d.line(p.Lines[0], d.aligned(p, p.Lines[0], frame{f.start, room}, alignDocument), y, size, typeset.Grey)
		}
		d.line(label.Lines[0], d.aligned(label, label.Lines[0], f, alignEnd), y, size, typeset.Grey)
	})
	content := append([]byte("/Artifact BMC\n"), d.page.back...)
	content = append(append(content, "EMC\n3 Tr\n"...), d.page.front...)
	d.page = nil
	return content
}

// metadata writes what the file says of itself a second time, in XMP, where
// archives and reading aids look.
func (d *Document) metadata() ref {
	date := d.opts.Created.UTC().Format(time.RFC3339)
	xml := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	clean := func(s string) string {
		return xml.Replace(strings.Map(func(r rune) rune {
			if r < 0x20 || r == 0xFFFE || r == 0xFFFF {
				return -1
			}
			return r
		}, strings.ToValidUTF8(s, "\uFFFD")))
	}
	data := fmt.Sprintf("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"+
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">`+
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">`+
		`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>`+
		`<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>`+
		`<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>`+
		`<xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate>`+
		"</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>",
		clean(d.opts.Title), clean(d.opts.Author), clean(d.opts.Lang), date, date)
	r := d.file.reserve()
	d.file.raw(r, "/Type/Metadata/Subtype/XML", []byte(data)) // plain, so that any program finds it
	return r
}
