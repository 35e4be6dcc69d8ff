package federation

import (
	"bytes"
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/pdf"
)

// guideSheets is how many practice sheets a guide holds: the latest.
const guideSheets = 200

// Guide draws the guide of a network: its published practice sheets in the
// language of l, one after the other, each with its office and who adopted it. A
// sheet that is not written in that language stands in its own, and says so. The
// same sheets give the same bytes. NotFound while none is published.
func (s *Service) Guide(ctx context.Context, n Network, l *i18n.Locale) ([]byte, error) {
	page, err := s.Public(ctx, n.ID, Practice, "", guideSheets)
	if err != nil {
		return nil, err
	}
	if len(page.Items) == 0 {
		return nil, fault.New(fault.NotFound, "The guide appears with the first published practice sheet.")
	}
	slices.SortStableFunc(page.Items, func(a, b Record) int { return a.At.Compare(b.At) })
	g := guide{Locale: l.Plain(), service: s, network: n}
	return g.draw(page.Items)
}

// guide draws one guide.
type guide struct {
	*i18n.Locale
	doc     *pdf.Document
	service *Service
	network Network
}

func (g guide) place(id string) string { return g.service.Networks.PlaceName(id, g.Lang()) }

func (g guide) draw(all []Record) ([]byte, error) {
	name, latest := g.network.Name(g.Lang()), time.Time{}
	for _, r := range all {
		if r.ChangedAt.After(latest) {
			latest = r.ChangedAt
		}
	}
	title := g.T("Guide of practices")
	g.doc = pdf.New(pdf.Options{
		Lang: g.Lang(), Title: title, Author: name, Created: latest.In(clock.Zone(g.network.Country)), Running: title, Footer: name,
		PageLabel: func(page, pages int) string { return g.T("Page {n} of {total}", "n", page, "total", pages) },
	})
	g.doc.Letterhead(pdf.Letterhead{Over: name, Title: title, Under: g.T("As it stands on {date}", "date", latest.In(clock.Zone(g.network.Country))), Code: g.service.PublicURL + "/" + g.Lang() + path(g.network, Practice)})
	g.doc.Paragraph(g.N("{n} practice that a member of the network tried, told so that others can do it too.", "{n} practices that members of the network tried, told so that others can do them too.", len(all)))
	g.doc.Heading(1, g.T("Contents"))
	var contents []string
	for _, r := range all {
		contents = append(contents, r.Title(g.Lang())+" · "+g.place(r.Authority))
	}
	g.doc.Numbered(contents...)
	for i, r := range all {
		g.doc.PageBreak()
		g.sheet(i+1, r)
	}
	var out bytes.Buffer
	_, err := g.doc.WriteTo(&out)
	return out.Bytes(), err
}

// sheet draws one practice.
func (g guide) sheet(n int, r Record) {
	w, lang := r.In(g.Lang())
	g.doc.Heading(1, g.T("{n}. {title}", "n", n, "title", w.Title))
	switch {
	case lang == g.Lang():
	case lang == "ar":
		g.doc.Paragraph(g.T("This text is written in Arabic."), pdf.Small(), pdf.Muted())
	default:
		g.doc.Paragraph(g.T("This text is written in French."), pdf.Small(), pdf.Muted())
	}
	code, _ := currency(g.network.Country)
	cost := g.T("Nothing beyond working time")
	switch {
	case r.Cost > 0 && code != "":
		cost = g.Money(r.Cost, code)
	case r.Cost > 0:
		cost = g.Number(r.Cost)
	}
	g.doc.Facts(pdf.Fact{Label: g.T("Member"), Value: g.place(r.Authority)}, pdf.Fact{Label: g.T("Cost"), Value: cost}, pdf.Fact{Label: g.T("Who can be asked"), Value: r.Contact})
	for _, x := range []struct{ title, text string }{{g.T("The problem"), w.Text}, {g.T("What was done"), w.Done}, {g.T("The result"), w.Result}} {
		g.doc.Heading(2, x.title)
		g.doc.Paragraph(x.text)
	}
	if len(r.Adopted) == 0 {
		return
	}
	g.doc.Heading(2, g.T("Adopted by"))
	var items []string
	for _, a := range r.Adopted {
		line := g.place(a.Authority)
		if a.Note != "" {
			line += " · " + a.Note
		}
		items = append(items, line)
	}
	g.doc.List(items...)
}
