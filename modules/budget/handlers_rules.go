package budget

import (
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"
)

// ballotText says how one votes.
func ballotText(c *web.Ctx, b BallotRules) string {
	lines := []string{c.T(BallotLabel(b.Kind))}
	switch {
	case b.Kind == Points:
		lines = append(lines, c.T("{total} points, at most {each} on one project", "total", b.PointsTotal, "each", b.PointsEach))
	case b.Max > 0 && b.Kind != Single:
		lines = append(lines, c.N("At most {n} project", "At most {n} projects", b.Max))
	}
	if b.Min > 1 && b.Kind != Single {
		lines = append(lines, c.N("At least {n} project", "At least {n} projects", b.Min))
	}
	if b.PerArea {
		lines = append(lines, c.T("In one area, which the voter chooses"))
	}
	if b.MayChange {
		lines = append(lines, c.T("The vote can be changed until closing"))
	} else {
		lines = append(lines, c.T("A vote that was cast is final"))
	}
	if b.MayBlank {
		lines = append(lines, c.T("A blank vote is possible"))
	}
	return strings.Join(lines, "\n")
}

// tallyText says how it is counted.
func tallyText(c *web.Ctx, e Edition) string {
	t := e.Rules.Tally
	lines := []string{c.T(RuleLabel(t.Rule)) + " (" + string(t.Rule) + ")", c.T("Among equals: {order}", "order", c.T(TieLabel(t.Tie)))}
	if t.Step > 0 {
		lines = append(lines, c.T("Shares grow by {amount} at a time", "amount", c.Locale.Money(t.Step, e.Rules.Currency)))
	}
	if t.Compare {
		lines = append(lines, c.T("If more voters prefer the result by most votes, that one stands"))
	}
	if t.Beside != "" {
		lines = append(lines, c.T("Shown beside it for comparison: {rule}", "rule", c.T(RuleLabel(t.Beside))))
	}
	return strings.Join(lines, "\n")
}

// rules is the page of the frozen rules in words.
func (h *Pages) rules(c *web.Ctx) error {
	e, err := h.edition(c, auth.Actor{})
	if err != nil {
		return err
	}
	if e.Frozen == nil {
		return errNoEdition
	}
	v := budgetview.RulesPage{Page: h.frame(c, c.T("The frozen rules")), Crumbs: crumbs(c, e, ui.Crumb{Label: c.T("The frozen rules")}),
		Hash: e.Frozen.Hash, At: c.Locale.DateTime(e.Frozen.At.In(e.Zone())), JSON: c.URL("/budgets/" + e.ID + "/rules.json"), Rows: e.peopleRows(c)}
	voting, _ := e.Calendar.Stage(Voting)
	v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T(e.PhaseLabelIn(Voting)), Value: days(c, e, voting)})
	v.Projects = ui.TableSpec{Caption: c.T("Projects on the ballot"), HideCaption: true, Head: []ui.Th{
		{Label: c.T("Number")}, {Label: c.T("Project")}, {Label: e.areaWord(c)}, {Label: c.T("Cost"), Number: true}, {Label: c.T("Lot"), Number: true}}}
	for _, p := range e.Frozen.Projects {
		v.Projects.Rows = append(v.Projects.Rows, []ui.Cell{
			{Text: c.Locale.Number(p.Number)}, {Text: inLang(p.Titles, c.Locale.Lang()), Href: c.URL("/proposals/" + p.ID)},
			{Text: e.areaName(c, p.Area)}, {Text: c.Locale.Money(p.Cost, e.Rules.Currency)}, {Text: c.Locale.Number(int64(p.Lot))}})
	}
	v.Wide = true
	c.Set("Cache-Control", "public, max-age=5")
	return c.Show(budgetview.Rules(v))
}

// rulesJSON is the document that was hashed, byte for byte.
func (h *Pages) rulesJSON(c *web.Ctx) error {
	e, err := h.Service.Edition(c.Std(), auth.Actor{}, c.Params("id"))
	if err != nil {
		return err
	}
	if e.Frozen == nil {
		return errNoEdition
	}
	c.Set("Content-Type", "application/json; charset=utf-8")
	c.Set("Content-Disposition", `attachment; filename="rules-`+e.ID+`.json"`)
	c.Set("Cache-Control", "public, max-age=300")
	return c.SendString(e.Frozen.Document)
}
