package budget

import (
	"time"

	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"
)

// oftenTried bounds how many files one person, or one address, may have counted.
var oftenTried = web.Limit{Burst: 12, Every: time.Minute}

// triedRules are offered to count a file with, beside the file's own.
var triedRules = []tally.Rule{tally.Greedy, tally.GreedyNoSkip, tally.MESCostAdd1U, tally.MESCostAdd1, tally.MESCostAdd1Overspend, tally.MESCost,
	tally.MESCardAdd1U, tally.MESPointsAdd1U, tally.MESPointsAdd1, tally.Phragmen}

// trialRoutes are the pages for a file of a past election.
func (h *Pages) trialRoutes(s *web.Site) {
	s.Get("/budgets/try", web.Anyone, h.showTry)
	s.Post("/budgets/try", web.Anyone, web.Limited(oftenTried, h.try))
	s.Get("/budgets/try/:id", web.Anyone, h.showTrial)
	s.Get("/budgets/try/:id/file.pb", web.Anyone, h.trialFile)
}

func (h *Pages) showTry(c *web.Ctx) error { return c.Show(budgetview.Try(h.tryPage(c, "", ""))) }

func (h *Pages) tryPage(c *web.Ctx, rule, beside string) budgetview.TryPage {
	v := budgetview.TryPage{Page: h.frame(c, c.T("Count a past election")),
		File:   ui.FileField{Name: "file", Label: c.T("The election's file"), Hint: c.T("A file that ends in .pb, with at most 200,000 ballots and 1,000 projects"), Accept: ".pb,text/plain,text/csv", Limit: c.T("{n} MB", "n", TrialBytes>>20)},
		Rule:   ui.SelectField{Name: "rule", Label: c.T("Counted by the rule"), Value: rule, Empty: c.T("The rule that the file names")},
		Beside: ui.SelectField{Name: "beside", Label: c.T("Beside it"), Value: beside, Empty: c.T("The other great rule: most votes first, or equal shares")},
		Kept:   c.T("The file and its result are kept for a week, then deleted. Whoever has the address of the result can see both."),
	}
	v.Description = c.T("See what your town would have built under another rule: who wins, why each project won or lost, and how many voters got something.")
	for _, r := range triedRules {
		o := ui.Option{Value: string(r), Label: c.T(TallyLabel(r))}
		v.Rule.Options, v.Beside.Options = append(v.Rule.Options, o), append(v.Beside.Options, o)
	}
	return v
}

// try takes a file to be counted.
func (h *Pages) try(c *web.Ctx) error {
	rule, beside := c.FormValue("rule"), c.FormValue("beside")
	data, err := sentFile(c)
	id := ""
	if err == nil {
		id, err = h.Service.Try(c.Std(), data, tally.Rule(rule), tally.Rule(beside))
	}
	if wrong, broken := shown(c, err); broken {
		c.Wrong(wrong)
		return c.Invalid(budgetview.Try(h.tryPage(c, rule, beside)))
	}
	if err != nil {
		return err
	}
	return c.SeeOther("/budgets/try/" + id)
}

// showTrial shows how far the count is, or its result.
func (h *Pages) showTrial(c *web.Ctx) error {
	r, err := h.Service.Trial(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	switch r.State {
	case ResultWaiting:
		page := h.frame(c, c.T("The ballots are being counted"))
		page.NoIndex = true
		return c.Show(ui.WaitPage(page, ui.WaitSpec{Title: page.Title, Text: c.T("This takes from a second to a few minutes. Keep the address of this page: the result appears here."), Seconds: 3}))
	case ResultFailed:
		v := h.tryPage(c, string(r.Rules.Rule), string(r.Rules.Beside))
		c.Wrong([]ui.FieldError{{Field: "file", Message: c.T(r.Problem)}})
		v.Page = h.frame(c, v.Title)
		return c.Show(budgetview.Try(v))
	}
	doc, err := r.Parsed()
	if err != nil {
		return err
	}
	w := resultWriter{c: c, doc: doc, path: func(string) string { return "" }, zone: func(key string) string { return key }}
	v := budgetview.ResultPage{Page: h.frame(c, c.T("Result")), Hash: r.Hash, Parts: w.parts(), TryHref: c.URL("/budgets/try"),
		Heading: ui.HeadingSpec{Title: r.Title, Caption: c.T("A past election, counted again")},
		Crumbs:  []ui.Crumb{{Label: c.T("Participatory budgets"), Href: c.URL("/budgets")}, {Label: c.T("Count a past election"), Href: c.URL("/budgets/try")}, {Label: c.T("Result")}},
		Notice:  c.T("This was counted from a file that somebody sent. It says nothing about any vote on this platform, and is deleted on {date}.", "date", r.ExpiresAt),
		Files:   []budgetview.ResultFile{{Label: c.T("The election's file"), Hint: ".pb", Href: c.URL("/budgets/try/" + r.ID + "/file.pb")}}, Command: []string{w.command("file.pb")},
	}
	if v.Heading.Title == "" {
		v.Heading.Title = c.T("Result")
	}
	v.NoIndex, v.Wide = true, true
	v.Sheets = append(v.Sheets, "chart.css")
	return c.Show(budgetview.Result(v))
}

// trialFile gives a tried file back.
func (h *Pages) trialFile(c *web.Ctx) error {
	data, err := h.Service.TrialFile(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	return sendFile(c, "text/plain; charset=utf-8", "election.pb", data)
}

// sendFile sends something to keep, never to be shown as a page.
func sendFile(c *web.Ctx, kind, name string, data []byte) error {
	c.Set("Content-Type", kind)
	c.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Set("X-Content-Type-Options", "nosniff")
	return c.Send(data)
}
