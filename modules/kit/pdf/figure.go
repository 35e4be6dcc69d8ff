package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // decoded, and written anew
	"net/url"
	"slices"
	"strings"

	"golang.org/x/image/draw"
	"rsc.io/qr"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/typeset"
)

// Letterhead is the head of a document: who issues it, what it is, and where it
// can be checked.
type Letterhead struct {
	Over  string // above the title: country and authority
	Title string
	Under string // below it: reference, date
	Code  string // what the QR code at the end side says, an address; none when empty
	Logo  []byte // JPEG or PNG, at the start side
	Alt   string // whose logo it is
}

// Letterhead adds the head; the title is the document's first heading.
func (d *Document) Letterhead(h Letterhead) {
	const code, logo, gap = 86.0, 58.0, 14.0
	outer, top := d.frame, d.page.y
	height := 0.0
	if h.Logo != nil {
		if img := d.load(h.Logo, logo); img != nil {
			w, ht := img.within(logo, logo)
			d.place(img, d.left(frame{outer.start, w}), top+4, w, ht, h.Alt)
			d.frame = frame{outer.start + w + gap, outer.width - w - gap}
			height = ht + 4
		}
	}
	if h.Code != "" {
		d.code(h.Code, d.left(frame{outer.start + outer.width - code, code}), top, code)
		d.frame.width -= code + gap
		height = max(height, code)
	}
	d.page.y = top
	for _, part := range [...]struct {
		tag, text string
		st        style
	}{
		{"P", h.Over, style{size: 10, ink: typeset.Grey, align: alignDocument}},
		{"H1", h.Title, style{size: 19, weight: typeset.SemiBold, ink: d.accent, align: alignDocument, tight: true}},
		{"P", h.Under, style{size: 10, ink: typeset.Grey, align: alignDocument}},
	} {
		if part.text != "" {
			p := d.setIn(d.frame, part.text, part.st)
			if part.tag == "H1" {
				d.outline = append(d.outline, bookmark{1, part.text, d.page.ref, d.page.y})
			}
			d.tagged(part.tag, d.spoken(p), func() { d.flow(p, d.frame, part.st) })
		}
	}
	d.frame = outer
	d.page.y = max(d.page.y, top+height) + 8
	d.rule(d.frame, d.page.y, 1.2, d.accent)
	d.page.y += 14
}

// Code adds a QR code that says what, as a square of the given side at the
// start of the column, with a caption below.
func (d *Document) Code(what string, side float64, caption string) {
	d.need(side + 20)
	d.code(what, d.left(frame{d.frame.start, side}), d.page.y, side)
	d.page.y += side + 2
	if caption != "" {
		d.Paragraph(caption, Small(), Muted())
	}
}

// code draws a QR code, and links it where it is an address.
func (d *Document) code(what string, x, y, side float64) {
	c, err := qr.Encode(what, qr.M)
	if err != nil {
		d.fail(fault.New(fault.Invalid, "This text is too long for a QR code.").Because("pdf.Code", err))
		return
	}
	// The quiet zone of four modules around is the paper itself; two lie inside
	// the square, so that text beside it keeps its distance.
	module := side / float64(c.Size+4)
	d.begin("Figure", "/Alt"+text(what))
	d.mark()
	b := append(appendInk(d.page.front, 0), "rg\n"...)
	for row := range c.Size {
		for col := 0; col < c.Size; col++ {
			from := col
			for col < c.Size && c.Black(col, row) {
				col++
			}
			if col > from {
				for _, v := range [...]float64{x + float64(from+2)*module, d.size.Height - y - float64(row+3)*module, float64(col-from) * module, module + 0.02} {
					b = append(appendNumber(b, v), ' ')
				}
				b = append(b, "re "...)
			}
		}
	}
	d.page.front = append(b, "f\n"...)
	d.page.ink = 0
	d.unmark()
	d.annotate(what, what, x, y, side, side)
	d.end()
}

// Link adds a line of text that opens an address (https, http or mailto). An
// address of another kind is text only.
func (d *Document) Link(label, address string) {
	st := style{size: bodySize, ink: d.accent, after: 6}
	p := d.setIn(d.frame, label, st)
	d.begin("Link", d.spoken(p))
	d.mark()
	for _, l := range p.Lines {
		height := st.height()
		d.need(height)
		x := d.aligned(p, l, d.frame, alignOwn)
		base := d.page.y + st.baseline()
		d.line(l, x, base, st.size, st.ink)
		d.fill(x, base+2.2, l.Width, 0.6, st.ink)
		d.annotate(address, label, x, d.page.y, l.Width, height)
		d.page.y += height
	}
	d.unmark()
	d.end()
	d.gap(st.after)
}

// annotate makes a rectangle of the page a link, inside the open element.
func (d *Document) annotate(address, what string, x, y, w, h float64) {
	u, err := url.Parse(address)
	if err != nil || !slices.Contains([]string{"https", "http", "mailto"}, u.Scheme) {
		return
	}
	e := d.tags.open[len(d.tags.open)-1]
	r := d.file.reserve()
	var rect []byte
	for _, v := range [...]float64{x, d.size.Height - y - h, x + w, d.size.Height - y} {
		rect = append(appendNumber(rect, v*d.scale), ' ')
	}
	d.file.object(r, fmt.Sprintf("<</Type/Annot/Subtype/Link/F 4/Rect[%s]/Border[0 0 0]/StructParent %d/Contents%s/A<</S/URI/URI(%s)>>>>",
		rect, d.annotationParent(e.ref), text(what), escape(u.String())))
	d.page.annots = append(d.page.annots, r)
	fmt.Fprintf(&e.kids, "<</Type/OBJR/Pg %s/Obj %s>>", d.page.ref, r)
}

// maxPixels is the largest picture that is decoded: 40 megapixels.
const maxPixels = 40_000_000

// picture is an image that has been written to the file.
type picture struct {
	name          string
	width, height float64 // pixels, of the original
}

// within returns the size of the picture that fills a space and keeps its shape.
func (p *picture) within(w, h float64) (width, height float64) {
	scale := min(w/p.width, h/p.height)
	return p.width * scale, p.height * scale
}

// Image adds a JPEG or PNG picture, centred, at most as wide and high as given
// and as the column allows. It is written anew: nothing but its pixels, and no
// more of them than print at 300 to the inch. alt says what it shows. WriteTo
// reports a picture that cannot be read, as fault.Invalid.
func (d *Document) Image(data []byte, alt string, maxWidth, maxHeight float64) {
	maxWidth = min(maxWidth, d.frame.width)
	maxHeight = min(maxHeight, d.bottom()-marginTop-40)
	p := d.load(data, max(maxWidth, maxHeight))
	if p == nil {
		return
	}
	w, h := p.within(maxWidth, maxHeight)
	d.need(h + 8)
	d.place(p, d.left(d.frame)+(d.frame.width-w)/2, d.page.y+2, w, h, alt)
	d.page.y += h + 8
}

// place draws a picture.
func (d *Document) place(p *picture, x, y, w, h float64, alt string) {
	d.tagged("Figure", "/Alt"+text(alt), func() {
		b := append(d.page.front, "q "...)
		b = append(appendNumber(b, w), " 0 0 "...)
		for _, v := range [...]float64{h, x, d.size.Height - y - h} {
			b = append(appendNumber(b, v), ' ')
		}
		d.page.front = append(b, " cm/"+p.name+" Do Q\n"...)
	})
}

// load decodes a picture, makes it no larger than it will be printed, and
// writes it: photographs as JPEG, what is transparent without loss.
func (d *Document) load(data []byte, side float64) *picture {
	bad := fault.New(fault.Invalid, "This picture cannot be read.")
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || c.Width*c.Height > maxPixels || c.Width*c.Height == 0 {
		d.fail(bad.Because("pdf.Image", err))
		return nil
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		d.fail(bad.Because("pdf.Image", err))
		return nil
	}
	p := &picture{name: fmt.Sprintf("I%d", len(d.images)), width: float64(c.Width), height: float64(c.Height)}
	most := side / 72 * 300
	if scale := most / max(p.width, p.height); scale < 1 {
		small := image.NewRGBA(image.Rect(0, 0, max(int(p.width*scale), 1), max(int(p.height*scale), 1)))
		draw.CatmullRom.Scale(small, small.Bounds(), img, img.Bounds(), draw.Src, nil)
		img = small
	}
	d.images = append(d.images, d.writeImage(img, format == "jpeg"))
	return p
}

func (d *Document) writeImage(img image.Image, photo bool) ref {
	r := d.file.reserve()
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	head := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8", w, h)
	if photo {
		var b bytes.Buffer
		rgba := image.NewRGBA(image.Rect(0, 0, w, h)) // one colour model, whatever the file had
		draw.Draw(rgba, rgba.Bounds(), img, img.Bounds().Min, draw.Src)
		if err := jpeg.Encode(&b, rgba, &jpeg.Options{Quality: 85}); err != nil {
			d.fail(fault.Wrap("pdf.Image", err))
		}
		d.file.raw(r, head+"/ColorSpace/DeviceRGB/Filter/DCTDecode", b.Bytes())
		return r
	}
	rgb, alpha := make([]byte, 0, 3*w*h), make([]byte, 0, w*h)
	opaque := true
	for y := range h {
		for x := range w {
			c := color.NRGBAModel.Convert(img.At(img.Bounds().Min.X+x, img.Bounds().Min.Y+y)).(color.NRGBA)
			rgb = append(rgb, c.R, c.G, c.B)
			alpha = append(alpha, c.A)
			opaque = opaque && c.A == 255
		}
	}
	if !opaque {
		mask := d.file.reserve()
		d.file.stream(mask, head+"/ColorSpace/DeviceGray", alpha)
		head += "/SMask " + mask.String()
	}
	d.file.stream(r, head+"/ColorSpace/DeviceRGB", rgb)
	return r
}

// imageDict returns the pictures' entries of the resource dictionary. Glyphs
// have names of letters only, so the two never meet.
func (d *Document) imageDict() string {
	var b strings.Builder
	for i, r := range d.images {
		fmt.Fprintf(&b, "/I%d %s", i, r)
	}
	return b.String()
}

// Centre adds a QR code that says what, as a square of the given side in the
// middle of the column, as on a poster.
func (d *Document) Centre(what string, side float64) {
	d.need(side + 10)
	d.code(what, d.left(frame{d.frame.start + (d.frame.width-side)/2, side}), d.page.y, side)
	d.page.y += side + 10
}
