package budget

import (
	"context"
	"strconv"
	"strings"

	"musharaka/modules/budget/pabulib"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// resultRoutes are the pages of a counted vote.
func (h *Pages) resultRoutes(s *web.Site) {
	s.Get("/budgets/:id/result", web.Public, h.result)
	s.Get("/budgets/:id/result.json", web.Public, h.resultJSON)
	s.Get("/budgets/:id/result.csv", web.Public, h.resultCSV)
	s.Get("/budgets/:id/result/:file", web.Public, h.resultFile)
}

// result is the public page: rendered once per change and language.
func (h *Pages) result(c *web.Ctx) error {
	id := c.Params("id")
	return c.Cached(web.Source{
		Key:   "budget/" + id + "/result",
		Stamp: func(ctx context.Context) (string, error) { return h.Service.resultStamp(ctx, id) },
		Render: func(c *web.Ctx) (templ.Component, error) {
			v, err := h.resultPage(c, id)
			return budgetview.Result(v), err
		},
	})
}

func (h *Pages) resultPage(c *web.Ctx, id string) (v budgetview.ResultPage, err error) {
	e, err := h.Service.Edition(c.Std(), auth.Actor{}, id)
	if err != nil {
		return v, err
	}
	c.UseCountry(e.Country)
	lang, path := c.Locale.Lang(), "/budgets/"+e.ID
	v = budgetview.ResultPage{Page: h.frame(c, c.T("Result")), Tabs: editionTabs(c, e, "result"), Heading: ui.HeadingSpec{Title: c.T("Result"), Caption: e.Title(lang)},
		Crumbs: []ui.Crumb{{Label: c.T("Participatory budgets"), Href: c.URL("/budgets")}, {Label: e.Title(lang), Href: editionHref(c, e)}, {Label: c.T("Result")}}}
	v.Wide, v.Sheets = true, append(v.Sheets, "chart.css")
	r, err := h.Service.Result(c.Std(), id)
	if isNotFound(err) {
		return h.noResultYet(c, e, v)
	}
	if err != nil {
		return v, err
	}
	doc, err := r.Parsed()
	if err != nil {
		return v, err
	}
	byNumber := map[string]string{}
	for _, p := range e.Frozen.Projects {
		byNumber[strconv.FormatInt(p.Number, 10)] = p.ID
	}
	zone := func(key string) string {
		if a, ok := e.Area(key); ok {
			return a.Name(lang)
		}
		return key
	}
	w := resultWriter{c: c, doc: doc, zone: zone,
		path: func(number string) string { return projectHref(c, byNumber[number]) }}
	v.Parts, v.Hash, v.RulesHash, v.TryHref = w.parts(), r.Hash, doc.RulesHash, c.URL("/budgets/try")
	v.Heading.Lead = c.T("Counted on {date}. The rules were published before the first ballot, and nobody could change them since.", "date", r.DoneAt)
	v.Description = v.Heading.Lead
	w.turnout(&v)
	w.areas(&v, e.votesInAreas())
	v.Files = []budgetview.ResultFile{{Label: c.T("The result for programs"), Hint: "JSON", Href: c.URL(path + "/result.json")}, {Label: c.T("The projects as a table"), Hint: "CSV", Href: c.URL(path + "/result.csv")}}
	for _, p := range doc.Parts {
		name := partFile(p)
		v.Files = append(v.Files, budgetview.ResultFile{Label: strings.TrimSpace(c.T("The ballots") + " " + w.partTitle(p)), Hint: "Pabulib (.pb)", Href: c.URL(path + "/result/" + name)})
		v.Command = append(v.Command, w.command(name))
	}
	return v, nil
}

// noResultYet is the page between the end of the vote and the count.
func (h *Pages) noResultYet(c *web.Ctx, e Edition, v budgetview.ResultPage) (budgetview.ResultPage, error) {
	if !DecidedPhases.Has(e.Phase) || !e.Ballots() {
		return v, errNoResult
	}
	v.Notice = c.T("The vote is over and the ballots are being counted. The result appears here as soon as it is there.")
	v.NoIndex = true
	return v, nil
}

// resultJSON is the document that is hashed, byte by byte.
func (h *Pages) resultJSON(c *web.Ctx) error {
	r, err := h.Service.Result(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	c.Set("Content-Type", "application/json; charset=utf-8")
	c.Set("ETag", `"`+r.Hash[:16]+`"`)
	return c.SendString(r.Document)
}

// resultCSV is a row for each project.
func (h *Pages) resultCSV(c *web.Ctx) error {
	r, err := h.Service.Result(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	doc, err := r.Parsed()
	if err != nil {
		return err
	}
	c.Set("Content-Type", "text/csv; charset=utf-8")
	c.Set("Content-Disposition", `attachment; filename="`+r.ID+`-result.csv"`)
	lang := c.Locale.Lang()
	t := table.NewWriter(c.Response().BodyWriter(), "area", "earmark", "number", "project", "currency", "cost", "votes", "points", "funded", "place", "reason", "could_pay", "missing", "funded_by_other_rule")
	for _, p := range doc.Parts {
		for _, l := range p.Projects {
			t.Row(p.Key, p.Need, l.ID, inLang(l.Names, lang), p.Currency, pabulib.FormatMoney(l.Cost, p.Decimals), strconv.FormatInt(l.Votes, 10), strconv.FormatInt(l.Score, 10),
				yesNo(l.Won()), strconv.Itoa(l.Place), string(l.Outcome), pabulib.FormatMoney(l.Could, p.Decimals), pabulib.FormatMoney(l.Missing, p.Decimals), yesNo(l.Beside))
		}
	}
	return t.Close()
}

func yesNo(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// resultFile is one part's ballots.
func (h *Pages) resultFile(c *web.Ctx) error {
	name := c.Params("file")
	data, err := h.Service.ResultFile(c.Std(), c.Params("id"), name)
	if err != nil {
		return err
	}
	return sendFile(c, "text/plain; charset=utf-8", c.Params("id")+"-"+name, data)
}
