package budget

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// worksRoutes are the pages of what becomes of the money.
func (h *Pages) worksRoutes(s *web.Site) {
	s.Get("/budgets/:id/works", web.Public, h.works)
	s.Get("/budgets/:id/works.csv", web.Public, h.worksCSV)
	s.Get("/budgets/:id/accountability.pdf", web.Public, h.accountability)
}

// reportStates are the states of what is carried out, as one reads them.
var reportStates = []State{Funded, Procurement, Works, Delivered, Dropped}

// worksEvery is for how long the dashboard may be behind: it is made of many
// projects, and nobody waits at it for a second.
const worksEvery = 10 * time.Second

// works is the public dashboard, rendered at most once in worksEvery.
func (h *Pages) works(c *web.Ctx) error {
	id := c.Params("id")
	return c.Cached(web.Source{
		Key:   "budget/" + id + "/works",
		Stamp: func(context.Context) (string, error) { return c.Now().Truncate(worksEvery).String(), nil },
		Render: func(c *web.Ctx) (templ.Component, error) {
			v, err := h.worksPage(c, id)
			return budgetview.WorksDashboard(v), err
		},
	})
}

func (h *Pages) worksPage(c *web.Ctx, id string) (v budgetview.WorksPage, err error) {
	e, projects, err := h.funded(c, id)
	if err != nil {
		return v, err
	}
	lang := c.Locale.Lang()
	v = budgetview.WorksPage{
		Page: h.frame(c, c.T("Works and money")), Tabs: editionTabs(c, e, "works"),
		Heading: ui.HeadingSpec{Title: c.T("Works and money"), Caption: e.Title(lang), Lead: c.T("What was decided, signed, paid and built, and what is late. Every figure is written down by the service that answers for it.")},
		Crumbs:  []ui.Crumb{{Label: c.T("Participatory budgets"), Href: c.URL("/budgets")}, {Label: e.Title(lang), Href: editionHref(c, e)}, {Label: c.T("Works and money")}},
		Files: []budgetview.ResultFile{
			{Label: c.T("The figures as a table"), Hint: "CSV", Href: c.URL("/budgets/" + e.ID + "/works.csv")},
			{Label: c.T("Report for the accountability day"), Hint: "PDF", Href: c.URL("/budgets/" + e.ID + "/accountability.pdf")},
		},
	}
	v.Wide, v.Sheets = true, append(v.Sheets, "chart.css")
	v.Description = v.Heading.Lead
	if d := e.Decision; d != nil {
		v.Decision = decisionRows(c, *d)
	}
	h.worksMoney(c, e, projects, &v)
	h.worksTable(c, e, projects, &v)
	return v, nil
}

// funded returns a public edition with its projects.
func (h *Pages) funded(c *web.Ctx, id string) (Edition, []Proposal, error) {
	e, err := h.Service.Edition(c.Std(), auth.Actor{}, id)
	if err != nil {
		return e, nil, err
	}
	c.UseCountry(e.Country)
	projects, err := h.Service.Funded(c.Std(), e.ID)
	return e, projects, err
}

func decisionRows(c *web.Ctx, d Decision) []ui.SummaryRow {
	session := ui.SummaryRow{Key: c.T("Session"), Value: d.Session}
	if d.Sitting != "" {
		session.Value = sittingWords(c, Sitting{Extraordinary: d.Extraordinary, On: d.On})
		session.Body = budgetview.Link(c.URL(d.Path), session.Value)
	}
	rows := []ui.SummaryRow{session, {Key: c.T("Deliberation number"), Value: d.Number}, {Key: c.T("Date"), Value: c.Locale.Date(d.On)}}
	if d.Note != "" {
		rows = append(rows, ui.SummaryRow{Key: c.T("What was decided"), Value: d.Note})
	}
	return rows
}

// sittingWords name a session.
func sittingWords(c *web.Ctx, s Sitting) string {
	if s.Extraordinary {
		return c.T("Extraordinary session of {date}", "date", s.On)
	}
	return c.T("Ordinary session of {date}", "date", s.On)
}

// sums are the totals of an edition's projects; what was given up is estimated
// no more, but what was paid for it was paid.
type sums struct{ estimated, committed, paid int64 }

func sumOf(projects []Proposal) (t sums) {
	for _, p := range projects {
		if p.State != Dropped {
			t.estimated += p.Cost
		}
		t.committed += p.Work.Committed()
		t.paid += p.Work.Paid()
	}
	return t
}

func (h *Pages) worksMoney(c *web.Ctx, e Edition, projects []Proposal, v *budgetview.WorksPage) {
	lang, currency := c.Locale.Lang(), e.Rules.Currency
	t := sumOf(projects)
	cash := func(n int64) string { return c.Locale.Money(n, currency) }
	v.Sums = []ui.SummaryRow{{Key: c.T("Envelope"), Value: cash(e.Rules.Envelope)}, {Key: c.T("Estimates of the funded projects"), Value: cash(t.estimated)},
		{Key: c.T("Contracts"), Value: cash(t.committed)}, {Key: c.T("Paid"), Value: cash(t.paid)}}
	v.Money = ui.ChartSpec{Title: c.T("Contracts and payments of each project"), Label: c.T("Project"), Series: []string{c.T("Contracts"), c.T("Paid")}, Format: ui.ChartMoney, Currency: currency}
	v.States = ui.ChartSpec{Title: c.T("Projects by state"), Label: c.T("State"), Series: []string{c.T("Projects")}}
	for _, p := range projects {
		v.Money.Points = append(v.Money.Points, ui.ChartPoint{Label: p.Text(lang).Title, Href: projectHref(c, p.ID), Value: p.Work.Committed(), Second: p.Work.Paid()})
	}
	for _, s := range reportStates {
		n := int64(0)
		for _, p := range projects {
			if p.State == s {
				n++
			}
		}
		v.States.Points = append(v.States.Points, ui.ChartPoint{Label: c.T(StateLabel(s)), Value: n})
	}
}

func (h *Pages) worksTable(c *web.Ctx, e Edition, projects []Proposal, v *budgetview.WorksPage) {
	lang := c.Locale.Lang()
	cash := func(n int64) string { return c.Locale.Money(n, e.Rules.Currency) }
	v.Table = ui.TableSpec{Caption: c.T("Every project with its figures"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Project")}, {Label: c.T("State")}, {Label: c.T("Service")},
		{Label: c.T("Planned end")}, {Label: c.T("Estimate"), Number: true}, {Label: c.T("Contracts"), Number: true}, {Label: c.T("Paid"), Number: true}}}
	for _, p := range projects {
		due := c.T("not set")
		if !p.Work.DueAt.IsZero() {
			due = c.Locale.Date(p.Work.DueAt)
		}
		tone := workTone(p.State)
		if p.Work.Late(p.State, c.Now()) {
			due, tone = c.T("{date}: late", "date", due), ui.Warning
		}
		v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Text: p.Text(lang).Title, Href: projectHref(c, p.ID)}, {Body: ui.Tag(c.T(StateLabel(p.State)), tone)},
			{Text: cmp.Or(e.departmentName(p.Work.Department, lang), "–")}, {Text: due}, {Text: cash(p.Cost)}, {Text: cash(p.Work.Committed())}, {Text: cash(p.Work.Paid())}})
		if n := len(p.Work.Delays); n > 0 && !EndedStates.Has(p.State) {
			d := p.Work.Delays[n-1]
			v.Late = append(v.Late, ui.Event{At: d.Until, Title: p.Text(lang).Title, Text: d.Reason, State: ui.Future})
		}
		if len(p.Work.Delays) == 0 && p.Work.Late(p.State, c.Now()) {
			v.Late = append(v.Late, ui.Event{At: p.Work.DueAt, Title: p.Text(lang).Title, Text: c.T("It is not finished, and the service has given no reason yet."), State: ui.Present})
		}
		if p.State == Dropped {
			v.Late = append(v.Late, ui.Event{At: p.EndedAt, Title: p.Text(lang).Title, Text: p.Work.Dropped, State: ui.Past})
		}
	}
}

func workTone(s State) ui.Tone {
	switch s {
	case Delivered:
		return ui.Success
	case Dropped:
		return ui.Danger
	case Works:
		return ui.Accent
	}
	return ui.Info
}

// departmentName is the name of a service of the edition, "" for none.
func (e Edition) departmentName(key, lang string) string {
	for _, d := range e.Departments {
		if d.Key == key {
			return inLang(d.Names, lang)
		}
	}
	return ""
}

// worksCSV is the transparency table.
func (h *Pages) worksCSV(c *web.Ctx) error {
	e, projects, err := h.funded(c, c.Params("id"))
	if err != nil {
		return err
	}
	c.Set("Content-Type", "text/csv; charset=utf-8")
	c.Set("Content-Disposition", `attachment; filename="`+e.ID+`-works.csv"`)
	lang := c.Locale.Lang()
	amount := func(n int64) string { return plainMoney(n, e.Rules.Currency) }
	t := table.NewWriter(c.Response().BodyWriter(), "number", "project", "area", "state", "service", "planned_end", "finished", "currency", "area_envelope", "estimate", "contracts", "paid", "last_delay_reason")
	for _, p := range projects {
		area, _ := e.Area(p.Area)
		reason := p.Work.Dropped
		if n := len(p.Work.Delays); n > 0 && reason == "" {
			reason = p.Work.Delays[n-1].Reason
		}
		t.Row(strconv.FormatInt(p.Number, 10), p.Text(lang).Title, cmp.Or(area.Name(lang), c.T("The whole town")), string(p.State), e.departmentName(p.Work.Department, lang),
			isoDay(p.Work.DueAt, e), isoDay(p.Work.Finished, e), e.Rules.Currency, amount(area.Envelope), amount(p.Cost), amount(p.Work.Committed()), amount(p.Work.Paid()), reason)
	}
	return t.Close()
}

// isoDay writes a day as tables keep it, "" for none.
func isoDay(t time.Time, e Edition) string {
	if t.IsZero() {
		return ""
	}
	return t.In(e.Zone()).Format(time.DateOnly)
}

// plainMoney writes an amount as a decimal number for spreadsheets.
func plainMoney(minor int64, currency string) string {
	decimals := 2
	if currency == "TND" {
		decimals = 3
	}
	unit := int64(1)
	for range decimals {
		unit *= 10
	}
	part := strconv.FormatInt(minor%unit+unit, 10)[1:]
	return strconv.FormatInt(minor/unit, 10) + "." + part
}

// editionHref is where the page of an edition is.
func editionHref(c *web.Ctx, e Edition) string { return c.URL("/budgets/" + e.ID) }

// projectHref is where the page of a project is.
func projectHref(c *web.Ctx, id string) string { return c.URL("/proposals/" + id) }

// editionTabs leads from one public page of an edition to the others.
func editionTabs(c *web.Ctx, e Edition, current string) []ui.Tab {
	var tabs []ui.Tab
	add := func(key, label, path string) {
		tabs = append(tabs, ui.Tab{Label: label, Href: c.URL("/budgets/" + e.ID + path), Current: key == current})
	}
	add("overview", c.T("Overview"), "")
	if DecidedPhases.Has(e.Phase) {
		if e.Ballots() {
			add("result", c.T("Result"), "/result")
		}
		add("works", c.T("Works and money"), "/works")
	}
	return tabs
}

var flashReported = i18n.Msg("It is written down and public.")
