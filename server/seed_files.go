package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"musharaka/modules/kit/pdf"
)

// attach uploads the files of a petition, as its author would.
func (t *story) attach(ctx context.Context, personID, petitionID string) ([]string, error) {
	var ids []string
	for _, kind := range t.p.Attach {
		name, body, err := t.draw(kind)
		if err != nil {
			return nil, err
		}
		id, err := (petitionFiles{t.app}).Take(ctx, personID, petitionID, name, body)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// draw makes a file: a sketch of the place, or a note of one page.
func (t *story) draw(kind string) (name string, body io.Reader, err error) {
	var out bytes.Buffer
	arabic := t.p.AR != nil
	if kind == "note" {
		err := t.note(&out, arabic)
		if arabic {
			return "مذكرة-تفصيلية.pdf", &out, err
		}
		return "note-detaillee.pdf", &out, err
	}
	name = "plan.png"
	if arabic {
		name = "رسم-تقريبي.png"
	}
	return name, &out, png.Encode(&out, t.sketch())
}

// note sets the petition's reasons as a paper of one page.
func (t *story) note(out io.Writer, arabic bool) error {
	lang, text := "fr", t.p.FR
	words := [3]string{"Note jointe à la pétition", "Constat", "Ce que nous proposons"}
	if arabic {
		lang, text = "ar", t.p.AR
		words = [3]string{"مذكرة مرفقة بالعريضة", "معاينة", "ما نقترحه"}
	}
	doc := pdf.New(pdf.Options{Lang: lang, Title: text.Object, Created: t.mark.Now})
	doc.Letterhead(pdf.Letterhead{Over: words[0], Title: text.Object, Under: t.authority.Name(lang)})
	doc.Heading(1, words[1])
	doc.Paragraph(text.Reasons)
	doc.Heading(1, words[2])
	doc.Paragraph(text.Ask)
	if text.Aims != "" {
		doc.Paragraph(text.Aims)
	}
	_, err := doc.WriteTo(out)
	return err
}

var (
	paperInk = color.RGBA{0xf4, 0xf1, 0xe8, 0xff}
	roadInk  = color.RGBA{0xd5, 0xd2, 0xca, 0xff}
	houseInk = color.RGBA{0xc9, 0xb9, 0xa3, 0xff}
	greenInk = color.RGBA{0x9c, 0xbf, 0x8b, 0xff}
	spotInk  = color.RGBA{0xb4, 0x3e, 0x2b, 0xff}
)

// sketch draws a small map: streets, houses, a green, and the spot in question.
func (t *story) sketch() image.Image {
	const w, h = 1200, 800
	d := dice("sketch", t.p.Key)
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	fill := func(r image.Rectangle, c color.Color) {
		draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(img.Bounds(), paperInk)
	xs, ys := []int{0}, []int{0}
	for x := 120 + d.IntN(120); x < w-80; x += 170 + d.IntN(150) {
		xs = append(xs, x)
	}
	for y := 100 + d.IntN(100); y < h-80; y += 150 + d.IntN(120) {
		ys = append(ys, y)
	}
	green := d.IntN((len(xs) - 1) * (len(ys) - 1))
	for i := range len(xs) - 1 {
		for j := range len(ys) - 1 {
			block := image.Rect(xs[i]+18, ys[j]+18, xs[i+1]-18, ys[j+1]-18)
			if i*(len(ys)-1)+j == green {
				fill(block, greenInk)
				continue
			}
			for x := block.Min.X; x < block.Max.X-30; x += 46 + d.IntN(24) {
				for y := block.Min.Y; y < block.Max.Y-30; y += 44 + d.IntN(20) {
					fill(image.Rect(x, y, min(x+38, block.Max.X), min(y+36, block.Max.Y)), houseInk)
				}
			}
		}
	}
	for _, x := range xs[1:] {
		fill(image.Rect(x-13, 0, x+13, h), roadInk)
	}
	for _, y := range ys[1:] {
		fill(image.Rect(0, y-13, w, y+13), roadInk)
	}
	mark(img, xs[1+d.IntN(len(xs)-1)], ys[1+d.IntN(len(ys)-1)])
	return img
}

// mark draws a ring with a dot in it.
func mark(img *image.RGBA, cx, cy int) {
	for y := cy - 60; y <= cy+60; y++ {
		for x := cx - 60; x <= cx+60; x++ {
			r := math.Hypot(float64(x-cx), float64(y-cy))
			if r < 14 || r > 46 && r < 58 {
				img.SetRGBA(x, y, spotInk)
			}
		}
	}
}
