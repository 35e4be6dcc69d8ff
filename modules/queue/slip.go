package queue

import (
	"bytes"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
)

// slipSize is a slip of 80 mm, as ticket printers have it; a printer of sheets
// prints it on a corner.
var slipSize = pdf.Size{Width: 226.77, Height: 340.16}

// slip is a ticket on paper: its number, and a code with which its holder can
// follow the queue. It says nothing about its holder.
func (h *Pages) slip(c *web.Ctx) error {
	a, b, t, err := h.ticketOf(c)
	if err != nil {
		return err
	}
	lang := c.Locale.Lang()
	g, _ := b.Hall.Group(t.Group)
	at := t.TakenAt.In(clock.Zone(a.Country))
	doc := pdf.New(pdf.Options{Lang: lang, Title: c.T("Your ticket {number}", "number", t.Number), Author: a.Name(lang), Created: at, Size: slipSize, Scale: 0.4,
		PageLabel: func(int, int) string { return c.Locale.DateTime(at) }})
	doc.Paragraph(a.Name(lang), pdf.Centred(), pdf.Strong(), pdf.Sized(32))
	doc.Paragraph(t.Number, pdf.Centred(), pdf.Strong(), pdf.Sized(130), pdf.Reading(typeset.LeftToRight))
	doc.Paragraph(g.Names.In(lang), pdf.Centred(), pdf.Sized(26))
	doc.Space(10)
	doc.Centre(c.AbsURL(ticketPath(t)), 250)
	doc.Paragraph(c.T("Scan this to follow your turn on your telephone"), pdf.Centred(), pdf.Sized(26))
	doc.Paragraph(c.T("Watch the screen: only the call counts."), pdf.Centred(), pdf.Sized(22))
	var out bytes.Buffer
	if _, err := doc.WriteTo(&out); err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=60")
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", `inline; filename="`+t.Number+`.pdf"`)
	return c.Send(out.Bytes())
}
