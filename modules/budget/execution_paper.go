package budget

import (
	"bytes"
	"cmp"
	"time"

	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
)

// lastChange is when the figures of an edition were changed last: the moment
// that the report states, so that the same figures give the same bytes whenever
// somebody asks for them.
func lastChange(e Edition, projects []Proposal) time.Time {
	at := e.ChangedAt
	for _, p := range projects {
		if p.ChangedAt.After(at) {
			at = p.ChangedAt
		}
	}
	return at
}

// accountability is the report for the accountability day: the dashboard as a
// paper, from the same figures.
func (h *Pages) accountability(c *web.Ctx) error {
	e, projects, err := h.funded(c, c.Params("id"))
	if err != nil {
		return err
	}
	a, err := h.Places.Authority(c.Std(), e.Authority)
	if err != nil {
		return err
	}
	data, err := h.drawAccount(c, e, a, projects)
	if err != nil {
		return err
	}
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", `inline; filename="`+e.ID+"-"+c.Locale.Lang()+`.pdf"`)
	return c.Send(data)
}

func (h *Pages) drawAccount(c *web.Ctx, e Edition, a Authority, projects []Proposal) ([]byte, error) {
	lang, at := c.Locale.Lang(), lastChange(e, projects).In(e.Zone())
	title := c.T("Report for the accountability day")
	address := c.AbsURL("/budgets/" + e.ID + "/works")
	footer := c.T("As it stood on {date}", "date", c.Locale.DateTime(at))
	if h.Service.Demo {
		footer = c.T("This is a demonstration. Nothing here is real.")
	}
	doc := pdf.New(pdf.Options{Lang: lang, Size: pdf.A4.Landscape(), Title: title, Author: a.Name(lang), Created: at, Running: title,
		Footer:    footer,
		PageLabel: func(page, pages int) string { return c.T("Page {n} of {total}", "n", page, "total", pages) }})
	doc.Letterhead(pdf.Letterhead{Over: a.Name(lang), Title: title, Under: e.Title(lang), Code: address})
	cash := func(n int64) string { return c.Locale.Money(n, e.Rules.Currency) }
	t := sumOf(projects)
	doc.Heading(1, c.T("The money"))
	doc.Facts(pdf.Fact{Label: c.T("Envelope"), Value: cash(e.Rules.Envelope)}, pdf.Fact{Label: c.T("Estimates of the funded projects"), Value: cash(t.estimated)},
		pdf.Fact{Label: c.T("Contracts"), Value: cash(t.committed)}, pdf.Fact{Label: c.T("Paid"), Value: cash(t.paid)})
	if d := e.Decision; d != nil {
		doc.Heading(1, c.T("Decision of the council"))
		for _, row := range decisionRows(c, *d) {
			doc.Facts(pdf.Fact{Label: row.Key, Value: row.Value})
		}
	}
	doc.Heading(1, c.T("Every project with its figures"))
	if len(projects) == 0 {
		doc.Paragraph(c.T("No project is funded yet"))
	} else {
		doc.Table(accountTable(c, e, projects, t))
	}
	accountReasons(c, doc, projects)
	doc.Paragraph(c.T("The same figures on the web, as they stand now:"), pdf.Small(), pdf.Muted())
	doc.Link(typeset.LTR(address), address)
	var out bytes.Buffer
	_, err := doc.WriteTo(&out)
	return out.Bytes(), err
}

func accountTable(c *web.Ctx, e Edition, projects []Proposal, t sums) pdf.Table {
	lang := c.Locale.Lang()
	cash := func(n int64) string { return c.Locale.Money(n, e.Rules.Currency) }
	var rows [][]string
	for _, p := range projects {
		due := "–"
		if !p.Work.DueAt.IsZero() {
			due = c.Locale.Date(p.Work.DueAt)
		}
		rows = append(rows, []string{p.Text(lang).Title, cmp.Or(e.departmentName(p.Work.Department, lang), "–"), c.T(StateLabel(p.State)), due, cash(p.Cost), cash(p.Work.Committed()), cash(p.Work.Paid())})
	}
	return pdf.Table{Size: 8.5, Summary: c.T("Every project with its figures"), Rows: pdf.Rows(rows),
		Columns: []pdf.Column{{Title: c.T("Project"), Share: 2.4}, {Title: c.T("Service"), Share: 1.4}, {Title: c.T("State"), Share: 1.1}, {Title: c.T("Planned end"), Share: 1.2},
			{Title: c.T("Estimate"), Share: 1.3}, {Title: c.T("Contracts"), Share: 1.3}, {Title: c.T("Paid"), Share: 1.3}},
		Foot: []string{c.T("In all"), "", "", "", cash(t.estimated), cash(t.committed), cash(t.paid)}}
}

// accountReasons says why something is late or was given up, and what was reached.
func accountReasons(c *web.Ctx, doc *pdf.Document, projects []Proposal) {
	var late, reached []string
	for _, p := range projects {
		title := p.Text(c.Locale.Lang()).Title
		for _, d := range p.Work.Delays {
			late = append(late, c.T("{title}: new planned end {date}. {reason}", "title", title, "date", d.Until, "reason", d.Reason))
		}
		if p.Work.Dropped != "" {
			late = append(late, c.T("{title}: given up. {reason}", "title", title, "reason", p.Work.Dropped))
		}
		for _, m := range p.Work.Milestones {
			if !m.DoneAt.IsZero() {
				reached = append(reached, c.T("{title}: {milestone}, on {date}", "title", title, "milestone", m.Title, "date", m.DoneAt))
			}
		}
	}
	if len(late) > 0 {
		doc.Heading(1, c.T("What is late, and why"))
		doc.List(late...)
	}
	if len(reached) > 0 {
		doc.Heading(1, c.T("What was reached"))
		doc.List(reached...)
	}
}
