package petition

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"musharaka/modules/kit/card"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
)

// Papers are the public petition as a picture for link previews and as a PDF
// to print. They say what the public page says and no more.
type Papers struct {
	*Pages
	drawn *web.Drawings
}

// papersLimit bounds the memory of what is kept, in bytes.
const papersLimit = 32 << 20

// NewPapers returns the papers of petitions.
func NewPapers(h *Pages) *Papers { return &Papers{Pages: h, drawn: web.NewDrawings(papersLimit)} }

// Routes declares them. Both speak the reader's language, as the page does.
func (x *Papers) Routes(s *web.Site) {
	s.Get("/petitions/:id/card.png", web.Public, x.card)
	s.Get("/petitions/:id/petition.pdf", web.Public, x.pdf)
}

func (x *Papers) card(c *web.Ctx) error {
	return x.answer(c, "card", web.Drawing{Type: "image/png", Age: time.Minute, Cache: "public, max-age=60"}, x.drawCard)
}

func (x *Papers) pdf(c *web.Ctx) error {
	return x.answer(c, "pdf", web.Drawing{Type: "application/pdf", Age: 10 * time.Second, Cache: "public, no-cache"}, x.drawPDF)
}

// answer sends a paper of the petition of the request. The petition itself is
// read each time, so that a text taken out of sight is gone from its papers at
// once; only the count may be a little behind.
func (x *Papers) answer(c *web.Ctx, kind string, d web.Drawing, draw func(*web.Ctx, Petition, Authority, Tally) ([]byte, error)) error {
	p, a, err := x.open(c)
	if err != nil {
		return err
	}
	t, err := x.service.Tally(c.Std(), p.ID)
	if err != nil {
		return err
	}
	d.Key, d.Stamp, d.Count = kind+"/"+p.ID, strconv.FormatInt(p.Version, 10), fmt.Sprintf("%d.%d", t.Valid, t.Supporters)
	d.Draw = func() ([]byte, error) { return draw(c, p, a, t) }
	if kind == "pdf" {
		d.Name = p.Reference + "-" + c.Locale.Lang() + ".pdf"
	}
	return x.drawn.Send(c, d)
}

// drawCard is the picture beside a shared link.
func (x *Papers) drawCard(c *web.Ctx, p Petition, a Authority, t Tally) ([]byte, error) {
	said := card.Card{Lang: c.Locale.Lang(), Label: c.T("Petition"), Title: shownObject(c, p), Subtitle: a.Name(c.Locale.Lang())}
	if p.TextHidden() || p.PublishedAt.IsZero() {
		return card.Render(said)
	}
	said.Caption = c.N("{n} person supports it", "{n} people support it", int(t.Supporters))
	if p.Threshold.Signatures > 0 {
		said.Done, said.Of = int(t.Valid), int(p.Threshold.Signatures)
		said.Caption = c.T("{n} of {total} signatures needed", "n", c.Locale.Number(t.Valid), "total", c.Locale.Number(p.Threshold.Signatures))
	}
	if p.State == Answered {
		said.Caption = c.T("The authority has answered")
	}
	return card.Render(said)
}

// shownObject is the title of a petition as everybody may see it.
func shownObject(c *web.Ctx, p Petition) string {
	if p.TextHidden() {
		return c.T("The text of this petition is not shown")
	}
	return p.Text(c.Locale.Lang()).Object
}

// drawPDF is the public petition on paper.
func (x *Papers) drawPDF(c *web.Ctx, p Petition, a Authority, t Tally) ([]byte, error) {
	now, address := c.Now().In(clock.Zone(p.Country)), c.AbsURL("/petitions/"+p.ID)
	title := shownObject(c, p)
	doc := pdf.New(pdf.Options{
		Lang: c.Locale.Lang(), Title: title, Author: a.Name(c.Locale.Lang()), Created: now, Running: title,
		Footer:    c.T("Petition {reference}, as it stood on {date}", "reference", p.Reference, "date", c.Locale.DateTime(now)),
		PageLabel: func(page, pages int) string { return c.T("Page {n} of {total}", "n", page, "total", pages) },
	})
	doc.Letterhead(pdf.Letterhead{Over: c.T("Petition to: {name}", "name", a.Name(c.Locale.Lang())), Title: title, Under: c.T(StateLabel(p.State)), Code: address})
	doc.Facts(paperFacts(c, p, t)...)
	if err := x.paperText(c, doc, p, a); err != nil {
		return nil, err
	}
	x.paperTimeline(c, doc, p)
	doc.Paragraph(c.T("The petition on the web, with its present state:"), pdf.Small(), pdf.Muted())
	doc.Link(typeset.LTR(address), address)
	var out bytes.Buffer
	_, err := doc.WriteTo(&out)
	return out.Bytes(), err
}

func paperFacts(c *web.Ctx, p Petition, t Tally) []pdf.Fact {
	facts := []pdf.Fact{{Label: c.T("Reference"), Value: typeset.LTR(p.Reference)}}
	if p.TextHidden() {
		return facts
	}
	facts = append(facts, pdf.Fact{Label: c.T("Petitioners"), Value: startedBy(c, p)}, pdf.Fact{Label: c.T("Theme"), Value: c.T(ThemeLabel(p.Theme))})
	if p.PublishedAt.IsZero() {
		return facts
	}
	if of := p.Threshold.Signatures; of > 0 {
		facts = append(facts, pdf.Fact{Label: c.T("Valid signatures"), Value: countText(c, t.Valid, of)},
			pdf.Fact{Label: c.T("Source of the threshold"), Value: citedSource(c, p.Threshold.Source)})
	}
	return append(facts, pdf.Fact{Label: c.T("Supporters"), Value: c.Locale.Number(t.Supporters)}, pdf.Fact{Label: c.T("Last day to sign"), Value: c.Locale.Date(p.ClosesAt)})
}

// citedSource names a source, and says so where nobody has checked it yet.
func citedSource(c *web.Ctx, s Source) string {
	cited := citation(c, s)
	if !s.Verified && !s.Platform {
		cited += "\n✎ " + c.T("Not yet checked against the official journal.")
	}
	return cited
}

// paperText is the answer, the decision of moderation and the text itself.
func (x *Papers) paperText(c *web.Ctx, doc *pdf.Document, p Petition, a Authority) error {
	if r := rejection(c, p); r != nil {
		doc.Box(func() {
			doc.Paragraph(r.Title, pdf.Strong())
			doc.Paragraph(r.Reason)
			doc.Paragraph(r.Text)
		})
	}
	answer, err := x.Pages.answer(c, p, a)
	if err != nil {
		return err
	}
	if answer != nil {
		doc.Heading(1, answer.Title)
		doc.Box(func() {
			doc.Paragraph(answer.Decision, pdf.Strong())
			doc.Paragraph(answer.Summary)
			doc.Paragraph(answer.Body)
			doc.Paragraph(answer.By+" · "+c.Locale.Date(answer.At), pdf.Small(), pdf.Muted())
		})
	}
	if p.TextHidden() {
		return nil
	}
	for _, s := range sections(c, p.Text(c.Locale.Lang())) {
		doc.Heading(1, s.Title)
		doc.Paragraph(s.Text)
	}
	files, err := x.documents(c, p.Attachments)
	if len(files) > 0 {
		doc.Heading(1, c.T("Documents"))
		var names []string
		for _, f := range files {
			names = append(names, f.Name)
		}
		doc.List(names...)
	}
	return err
}

func (x *Papers) paperTimeline(c *web.Ctx, doc *pdf.Document, p Petition) {
	var rows [][]string
	for _, e := range p.Timeline() {
		rows = append(rows, []string{c.Locale.Date(e.At), eventTitle(c, e)})
	}
	if len(rows) == 0 {
		return
	}
	doc.Heading(1, c.T("What has happened so far"))
	doc.Table(pdf.Table{Columns: []pdf.Column{{Title: c.T("Date"), Share: 1}, {Title: c.T("What"), Share: 3}}, Rows: pdf.Rows(rows), Summary: c.T("What has happened so far")})
	doc.Space(10)
}
