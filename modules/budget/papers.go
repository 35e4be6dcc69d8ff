package budget

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
)

// sendPDF writes a document as the answer.
func sendPDF(c *web.Ctx, doc *pdf.Document, name string) error {
	var out bytes.Buffer
	if _, err := doc.WriteTo(&out); err != nil {
		return err
	}
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", fmt.Sprintf(`inline; filename="%s-%s.pdf"`, name, c.Locale.Lang()))
	return c.Send(out.Bytes())
}

// paper begins a document about an edition, as things stood at a moment: the
// same things give the same bytes.
func (h *Pages) paper(c *web.Ctx, e Edition, at time.Time, title, under, address string) (*pdf.Document, error) {
	name, err := h.authorityName(c, e.Authority)
	if err != nil {
		return nil, err
	}
	footer := e.Title(c.Locale.Lang())
	if h.Service.Demo {
		footer = c.T("This is a demonstration. Nothing here is real.")
	}
	doc := pdf.New(pdf.Options{Lang: c.Locale.Lang(), Title: title, Author: name, Created: at.In(e.Zone()), Running: title, Footer: footer,
		PageLabel: func(page, pages int) string { return c.T("Page {n} of {total}", "n", page, "total", pages) }})
	doc.Letterhead(pdf.Letterhead{Over: name, Title: title, Under: under, Code: address})
	return doc, nil
}

// minutes are the minutes of a forum as PDF: what the public page says, and
// no more.
func (h *Pages) minutes(c *web.Ctx) error {
	f, e, err := h.meeting(c, auth.Actor{})
	if err != nil {
		return err
	}
	if f.State != ForumClosed {
		return errNoForum
	}
	address := c.AbsURL("/forums/" + f.ID)
	doc, err := h.paper(c, e, f.ClosedAt, c.T("Minutes: {forum}", "forum", forumTitle(c, e, f)), e.Title(c.Locale.Lang()), address)
	if err != nil {
		return err
	}
	doc.Facts(pdf.Fact{Label: c.T("Day"), Value: c.Locale.Date(f.On.In(e.Zone()))}, pdf.Fact{Label: c.T("Place"), Value: f.Venue},
		pdf.Fact{Label: c.T("Present"), Value: c.Locale.Number(int64(f.Attended()))}, pdf.Fact{Label: c.T("Minutes closed on"), Value: c.Locale.DateTime(f.ClosedAt.In(e.Zone()))})
	for _, s := range minutesSections(c, e, f) {
		doc.Heading(1, s.Title)
		if s.Text != "" {
			doc.Paragraph(s.Text)
		}
		if s.Table == nil {
			continue
		}
		table := pdf.Table{Summary: s.Table.Caption}
		for i, head := range s.Table.Head {
			column := pdf.Column{Title: head.Label, Share: 1}
			switch {
			case len(s.Table.Head) == 5: // place, project, points, cost, result
				column.Share = []float64{0.8, 3, 1, 1.9, 2.2}[i]
			case i == 0:
				column.Share = 3
			}
			table.Columns = append(table.Columns, column)
		}
		var rows [][]string
		for _, r := range s.Table.Rows {
			var row []string
			for _, cell := range r {
				row = append(row, cell.Text)
			}
			rows = append(rows, row)
		}
		table.Rows = pdf.Rows(rows)
		doc.Table(table)
	}
	doc.Space(20)
	doc.Sign(c.T("Facilitator"), c.T("In the name of the authority"))
	doc.Paragraph(c.T("These minutes on the web:"), pdf.Small(), pdf.Muted())
	doc.Link(typeset.LTR(address), address)
	c.Set("Cache-Control", "public, max-age=300")
	return sendPDF(c, doc, "minutes")
}

// sheets are the sheets a facilitator takes to the hall, to be filled in by hand.
func (h *Pages) sheets(c *web.Ctx) error {
	f, e, err := h.running(c)
	if err != nil {
		return err
	}
	title := forumTitle(c, e, f)
	doc, err := h.paper(c, e, f.ChangedAt, title, c.T("{day}, {place}", "day", c.Locale.Date(f.On.In(e.Zone())), "place", f.Venue), "")
	if err != nil {
		return err
	}
	doc.Heading(1, c.T("Who came"))
	doc.Paragraph(c.T("Make a stroke for each person at the door. Write nobody’s name."))
	attendance := pdf.Table{RowHeight: 44, Grid: true, Summary: c.T("Who came"), Columns: []pdf.Column{{Title: c.T("Age"), Share: 1}, {Title: c.T(SexLabel("f")), Share: 3}, {Title: c.T(SexLabel("m")), Share: 3}}}
	var bands [][]string
	for _, band := range Bands {
		bands = append(bands, []string{bandName(c, band), "", ""})
	}
	attendance.Rows = pdf.Rows(bands)
	doc.Table(attendance)
	if f.Kind == DelegatesForum {
		rankingSheet(c, doc, e)
	} else {
		blank(c, doc, c.T("Ideas"), c.T("One line for each idea. Count the hands twice, by two people."), []string{c.T("Idea"), c.T("Hands, first count"), c.T("Hands, second count")}, 12)
		blank(c, doc, c.T("Election of the delegate"), c.T("Ask each candidate whether the name may be published."), []string{c.T("Name"), c.T("Sex and age"), c.T("Hands"), c.T("May be published")}, 8)
	}
	doc.Space(16)
	doc.Sign(c.T("Facilitator"), c.T("First counter"), c.T("Second counter"))
	c.Set("Cache-Control", "private, no-store")
	return sendPDF(c, doc, "sheets")
}

// blank is a table to fill in by hand, on a page of its own.
func blank(c *web.Ctx, doc *pdf.Document, title, hint string, heads []string, lines int) {
	doc.PageBreak()
	doc.Heading(1, title)
	doc.Paragraph(hint)
	t := pdf.Table{RowHeight: 34, Grid: true, Summary: title}
	for i, head := range heads {
		column := pdf.Column{Title: head, Share: 1}
		if i == 0 {
			column.Share = 3
		}
		t.Columns = append(t.Columns, column)
	}
	var rows [][]string
	for n := range lines {
		row := make([]string, len(heads))
		row[0] = c.Locale.Number(int64(n + 1))
		rows = append(rows, row)
	}
	t.Rows = pdf.Rows(rows)
	doc.Table(t)
}

// rankingSheet has a line for each project and a column for each criterion.
func rankingSheet(c *web.Ctx, doc *pdf.Document, e Edition) {
	doc.PageBreak()
	doc.Heading(1, c.T("Scores from 0 to {n}", "n", MaxScore))
	var legend []string
	t := pdf.Table{RowHeight: 34, Grid: true, Summary: c.T("Scores from 0 to {n}", "n", MaxScore), Columns: []pdf.Column{{Title: c.T("Project"), Share: 4}, {Title: c.T("Cost"), Share: 2}}}
	for i, x := range e.Rules.Criteria {
		letter := string(rune('A' + i))
		legend = append(legend, c.T("{letter}: {criterion} (weight {n})", "letter", letter, "criterion", inLang(x.Names, c.Locale.Lang()), "n", x.Weight))
		t.Columns = append(t.Columns, pdf.Column{Title: letter, Share: 1})
	}
	doc.Paragraph(strings.Join(legend, "\n"))
	if e.Frozen == nil {
		doc.Paragraph(c.T("The projects stand here when the time of the delegates’ forum has come."))
		return
	}
	var rows [][]string
	for _, p := range e.Frozen.Projects {
		row := make([]string, len(t.Columns))
		row[0], row[1] = inLang(p.Titles, c.Locale.Lang()), c.Locale.Money(p.Cost, e.Rules.Currency)
		rows = append(rows, row)
	}
	t.Rows = pdf.Rows(rows)
	doc.Table(t)
}
