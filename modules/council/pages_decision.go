package council

import (
	"net/url"
	"slices"
	"strconv"

	"musharaka/modules/kit/feed"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func (h *Pages) decisionCard(c *web.Ctx, d Decision, level int) ui.CardSpec {
	card := ui.CardSpec{Title: d.Title, Href: c.URL(decisionPath(d)), TagText: c.T(resultLabel(d)), TagTone: outcomeTones[d.Outcome], Text: excerpt(d.Text), Level: level}
	if d.State == DecisionAnnulled {
		card.TagTone = ui.Danger
	}
	card.Meta = []string{c.T("Decision no. {number}", "number", d.Label()), c.Locale.Date(d.On)}
	if d.For+d.Against+d.Abstain > 0 {
		card.Meta = append(card.Meta, votesText(c.Locale, d.For, d.Against, d.Abstain))
	}
	if !d.Subject.None() {
		card.Meta = append(card.Meta, h.subjectName(c, d.Subject))
	}
	return card
}

// decisionFilter reads the filter of the request; what it does not know does
// not narrow.
func decisionFilter(c *web.Ctx) DecisionFilter {
	f := DecisionFilter{After: c.Query("after"), Limit: shown, Words: tidy(c.Query("q"), false)}
	if r := []rune(f.Words); len(r) > 100 {
		f.Words = string(r[:100])
	}
	if year, err := strconv.Atoi(c.Query("year")); err == nil && year > 1900 && year < 2200 {
		f.Year = year
	}
	if kind := law.BodyKind(c.Query("body")); slices.Contains(law.BodyKinds, kind) {
		f.Body = kind
	}
	if about := c.Query("about"); about == "petition" || about == "budget" || about == "none" {
		f.About = about
	}
	return f
}

// values writes the filter as it stands in an address, without the cursor.
func (f DecisionFilter) values() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"q": f.Words, "body": string(f.Body), "about": f.About} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Year > 0 {
		q.Set("year", strconv.Itoa(f.Year))
	}
	return q
}

// decisions is the public register of decisions.
func (h *Pages) decisions(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	f := decisionFilter(c)
	page, err := h.service.Decisions(c.Std(), a.ID, f)
	if err != nil {
		return err
	}
	v := councilview.ListPage{Page: h.page(c, a, c.T("Register of decisions")), Crumbs: crumbs(c, a, c.T("Register of decisions")), Tabs: h.tabs(c, a, "/decisions"), TabsOf: c.T("Pages of the council")}
	v.Description = c.T("What was decided in {place}: number, day, votes, text.", "place", a.Name(c.Locale.Lang()))
	v.Heading = ui.HeadingSpec{Title: v.Title, Caption: a.Name(c.Locale.Lang()), Lead: v.Description}
	v.EmptyTitle, v.EmptyText = c.T("No decision is in the register yet"), c.T("Decisions are published here with their votes.")
	if len(f.values()) > 0 {
		v.NoIndex = true
		v.EmptyTitle, v.EmptyText = c.T("No decision is found"), c.T("Take a word or a filter away.")
		if page.Next != "" {
			v.EmptyTitle, v.EmptyText = c.T("None so far"), c.T("The search has not reached the older decisions yet: go on to the next page.")
		}
	}
	if err := h.decisionFilters(c, a, f, &v); err != nil {
		return err
	}
	for _, d := range page.Items {
		v.Cards = append(v.Cards, h.decisionCard(c, d, 2))
	}
	v.Pages = more(c, base(a)+"/decisions", f.values(), page.Next)
	csv := f
	csv.Words = "" // the export has the whole choice
	v.Foot = []councilview.Link{
		{Label: c.T("As a table (CSV)"), Href: c.URL(base(a)+"/decisions.csv") + encoded(csv.values()), Kind: ui.Quiet},
		{Label: c.T("As a feed (Atom)"), Href: c.URL(base(a) + "/decisions.atom"), Kind: ui.Quiet},
	}
	kept(c)
	return c.Show(councilview.List(v))
}

func (h *Pages) decisionFilters(c *web.Ctx, a Authority, f DecisionFilter, v *councilview.ListPage) error {
	years, err := h.service.Years(c.Std(), a.ID)
	if err != nil {
		return err
	}
	year := ui.SelectField{Name: "year", Label: c.T("Year"), Empty: c.T("All years"), Optional: false}
	if f.Year > 0 {
		year.Value = strconv.Itoa(f.Year)
	}
	for _, y := range years {
		year.Options = append(year.Options, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	body := ui.SelectField{Name: "body", Label: c.T("Who decides"), Value: string(f.Body), Empty: c.T("Whoever")}
	for _, kind := range h.service.pack(a).Bodies.Allowed {
		body.Options = append(body.Options, ui.Option{Value: string(kind), Label: bodyName(c.Locale, kind)})
	}
	about := ui.SelectField{Name: "about", Label: c.T("About"), Value: f.About, Empty: c.T("Whatever"), Options: []ui.Option{
		{Value: "petition", Label: c.T("Petitions")}, {Value: "budget", Label: c.T("Participatory budgets")}, {Value: "none", Label: c.T("Other matters")}}}
	words := ui.SearchField{Name: "q", Label: c.T("Words in the decision"), Value: f.Words, Button: c.T("Search")}
	v.Filters = &ui.FiltersSpec{Action: c.URL(base(a) + "/decisions"), Active: len(f.values()), Clear: c.URL(base(a) + "/decisions")}
	v.Fields = []templ.Component{
		ui.Text(v.Page, ui.TextField{Name: words.Name, Label: words.Label, Value: words.Value, AutoDir: true}),
		ui.Select(v.Page, year), ui.Select(v.Page, body), ui.Select(v.Page, about),
	}
	return nil
}

// decision is the page of one decision.
func (h *Pages) decision(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	year, number, ok := parseSlug(c.Params("decision"))
	if !ok {
		return errNone
	}
	d, err := h.service.Decision(c.Std(), a.ID, year, number)
	if err != nil {
		return err
	}
	v := councilview.SheetPage{Page: h.page(c, a, d.Title), Crumbs: crumbs(c, a, c.T("Decision no. {number}", "number", d.Label()), ui.Crumb{Label: c.T("Register of decisions"), Href: c.URL(base(a) + "/decisions")})}
	v.Heading = ui.HeadingSpec{Title: d.Title, Caption: c.T("Decision no. {number}", "number", d.Label()), TagText: c.T(resultLabel(d)), TagTone: outcomeTones[d.Outcome]}
	v.Description = excerpt(d.Text)
	if d.State == DecisionAnnulled {
		v.Heading.TagTone = ui.Danger
		v.Notices = []councilview.Notice{{Tone: ui.Warning, Title: c.T("This decision was annulled"), People: lastReason(d.Base)}}
	}
	v.Main = []councilview.Section{{Title: c.T("What was decided"), Text: d.Text, EmptyTitle: c.T("The text is in the minutes"), EmptyText: c.T("Only the result was entered here.")}}
	if d.For+d.Against+d.Abstain > 0 {
		v.Main = append(v.Main, councilview.Section{Title: c.T("The vote"), Body: ui.Chart(v.Page, ui.ChartSpec{
			Title: c.T("Votes"), Label: c.T("Vote"), Series: []string{c.T("Members")}, Points: []ui.ChartPoint{
				{Label: c.T("For"), Value: int64(d.For)}, {Label: c.T("Against"), Value: int64(d.Against)}, {Label: c.T("Abstained"), Value: int64(d.Abstain)}}})})
	}
	facts := councilview.Section{Title: c.T("About this decision"), Rows: []ui.SummaryRow{
		{Key: c.T("Who decided"), Value: bodyName(c.Locale, d.Body)}, {Key: c.T("Date"), Value: c.Locale.Date(d.On)}}}
	facts.Rows = append(facts.Rows, h.aboutRow(c, d.Subject)...)
	if !d.Direct() {
		facts.Links = []councilview.Link{{Label: c.T("The session"), Href: c.URL("/councils/" + a.ID + "/sessions/" + d.Session), Kind: ui.Quiet}}
	}
	v.Aside = []councilview.Section{facts}
	v.Share = &ui.ShareSpec{URL: c.AbsURL(decisionPath(d)), Text: d.Title}
	kept(c)
	return c.Show(councilview.Sheet(v))
}

func (h *Pages) decisionsCSV(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	f := decisionFilter(c)
	f.Words = ""
	c.Set("Cache-Control", "public, max-age=60")
	c.Set("Content-Type", "text/csv; charset=utf-8")
	c.Set("Content-Disposition", `attachment; filename="decisions-`+a.ID+`.csv"`)
	return h.service.ExportDecisions(c.Std(), c.Response().BodyWriter(), a, f, c.Locale)
}

func (h *Pages) decisionsAtom(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	news, err := h.service.Feed(c.Std(), a, c.Locale)
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=60")
	c.Set("Content-Type", feed.Type)
	return c.Send(news)
}
