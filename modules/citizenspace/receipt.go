package citizenspace

import (
	"bytes"
	"strings"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
)

// receipt draws the receipt of a request for who asked; the secret code stands on
// it where this browser knows it.
func (h *Pages) receipt(c *web.Ctx) error {
	r, s, err := h.own(c)
	if err != nil {
		return err
	}
	v, err := h.Service.Version(c.Std(), r.Authority, r.Offer, r.OfferNo)
	if err != nil {
		return err
	}
	body, err := h.Service.DrawReceipt(c.Locale.Plain(), r, s, v, remembered(c, r.Reference))
	if err != nil {
		return err
	}
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", `inline; filename="`+strings.ToLower(r.Reference)+`.pdf"`)
	c.Set("Cache-Control", "private, no-store")
	return c.Send(body)
}

// DrawReceipt draws what somebody takes home: the number, the secret code when
// it is given, what was asked for and by when, and a QR code that leads to the
// request. The same gives the same bytes.
func (s *Service) DrawReceipt(l *i18n.Locale, r Request, settings Settings, v Version, code string) ([]byte, error) {
	lang := l.Lang()
	name, zone := settings.Name.In(lang), clock.Zone(settings.Country)
	address := s.PublicURL + "/" + lang + "/follow/" + r.Reference
	if code != "" {
		address += "?code=" + ShownCode(code)
	}
	title := l.T("Receipt of a request")
	doc := pdf.New(pdf.Options{Lang: lang, Title: title, Author: name, Created: r.CreatedAt.In(zone), Footer: name,
		PageLabel: func(page, pages int) string { return l.T("Page {n} of {total}", "n", page, "total", pages) }})
	doc.Letterhead(pdf.Letterhead{Over: name, Title: title, Under: typeset.LTR(r.Reference), Code: address})
	if s.Demo {
		doc.Paragraph(l.T("Demonstration: nothing on this paper is real."), pdf.Strong())
	}
	facts := []pdf.Fact{
		{Label: l.T("Number of the request"), Value: typeset.LTR(r.Reference)},
		{Label: l.T("Service asked for"), Value: v.Name.In(lang)},
		{Label: l.T("Asked on"), Value: l.DateTime(r.CreatedAt.In(zone))},
	}
	if code != "" {
		facts = append(facts[:1:1], append([]pdf.Fact{{Label: l.T("Secret code"), Value: typeset.LTR(ShownCode(code))}}, facts[1:]...)...)
	}
	if r.Citizen.Name != "" {
		facts = append(facts, pdf.Fact{Label: l.T("Asked by"), Value: r.Citizen.Name})
	}
	if r.Spot.Words != "" {
		facts = append(facts, pdf.Fact{Label: l.T("Where"), Value: r.Spot.Words})
	}
	if !r.Clock.DueAt.IsZero() {
		due := l.Date(r.Clock.DueAt.In(zone))
		if !v.Promise.Verified {
			due += unverified
		}
		facts = append(facts, pdf.Fact{Label: l.T("Expected"), Value: due})
	}
	if d, ok := settings.Department(r.Department); ok {
		facts = append(facts, pdf.Fact{Label: l.T("Department"), Value: d.Name.In(lang)})
	}
	doc.Facts(facts...)
	doc.Box(func() {
		doc.Paragraph(l.T("Follow the request with its number and its secret code at {address}, or with the camera of a phone. Whoever has both sees your request and can answer for you.", "address", typeset.LTR(s.PublicURL+"/"+lang+"/follow")))
		if code == "" {
			doc.Paragraph(l.T("The secret code was given when the request was made. Who lost it gets a new one at the counter."))
		}
	})
	if !r.Clock.DueAt.IsZero() && !v.Promise.Verified {
		doc.Paragraph(strings.TrimSpace(unverified)+" "+l.T("Not verified yet: the municipality confirms it at the counter."), pdf.Small())
	}
	if notice := v.Notice.In(lang); notice != "" {
		doc.Heading(1, l.T("What happens next"))
		doc.Paragraph(notice)
	}
	contact := present(settings.Address.In(lang), settings.Hours.In(lang))
	if settings.Phone != "" {
		contact = append(contact, typeset.LTR(settings.Phone))
	}
	if len(contact) > 0 {
		doc.Heading(1, l.T("The Citizen Space"))
		for _, line := range contact {
			doc.Paragraph(line)
		}
	}
	var out bytes.Buffer
	_, err := doc.WriteTo(&out)
	return out.Bytes(), err
}
