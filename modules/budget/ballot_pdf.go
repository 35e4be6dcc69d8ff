package budget

import (
	"bytes"
	"fmt"
	"strconv"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/pdf"
	"musharaka/modules/kit/typeset"
	"musharaka/modules/kit/web"
)

// ballotPDF is the ballot to print: a sheet for each area, or one for the whole
// town. Its projects stand by number, the same on every sheet, so that people who
// copy it find them; nothing on it tells one sheet from another.
func (h *Pages) ballotPDF(c *web.Ctx) error {
	e, err := h.Service.seesVote(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	c.UseCountry(e.Country)
	a, err := h.Places.Authority(c.Std(), e.Authority)
	if err != nil {
		return err
	}
	title := e.Title(c.Locale.Lang())
	doc := pdf.New(pdf.Options{Lang: c.Locale.Lang(), Title: title, Author: a.Name(c.Locale.Lang()), Created: e.Frozen.At.In(e.Zone()), Running: title,
		Footer:    c.T("Fold the ballot and put it in the urn. Do not sign it."),
		PageLabel: func(page, pages int) string { return c.T("Page {n} of {total}", "n", page, "total", pages) }})
	for i, area := range ballotAreas(e) {
		if i > 0 {
			doc.PageBreak()
		}
		over := a.Name(c.Locale.Lang())
		if area.Key != "" {
			over += " · " + area.Name(c.Locale.Lang())
		}
		doc.Letterhead(pdf.Letterhead{Over: over, Title: c.T("Ballot"), Under: title, Code: h.Service.PublicURL + c.URL("/budgets/"+e.ID)})
		for _, s := range how(c, e, area.Key)[:howOnPaper(e)] {
			doc.Paragraph(s)
		}
		doc.Paragraph(c.T(marking(e.Rules.Ballot.Kind)), pdf.Strong())
		doc.Table(paperRows(c, e, area.Key))
	}
	var out bytes.Buffer
	if _, err := doc.WriteTo(&out); err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=60")
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", fmt.Sprintf(`inline; filename="ballot-%s-%s.pdf"`, e.ID, c.Locale.Lang()))
	return c.Send(out.Bytes())
}

// ballotAreas are the areas with a ballot of their own.
func ballotAreas(e Edition) []Area {
	if e.Rules.Ballot.PerArea {
		return e.AllAreas()
	}
	return []Area{{}}
}

// howOnPaper leaves out the last sentence of how: on paper nothing is changed.
func howOnPaper(e Edition) int {
	n := 1
	if e.Rules.Ballot.Kind == Points {
		n = 2
	}
	if e.Rules.Ballot.Min > 1 {
		n++
	}
	return n
}

// marking says (message id) what to write into the boxes.
func marking(k BallotKind) string {
	switch k {
	case Points:
		return i18nPoints
	case Ranking:
		return i18nPlaces
	}
	return i18nCross
}

func paperRows(c *web.Ctx, e Edition, area string) pdf.Table {
	var rows [][]string
	for _, p := range e.OnBallot(area) {
		row := []string{"", strconv.FormatInt(p.Number, 10), inLang(p.Titles, c.Locale.Lang()), c.Locale.Money(p.Cost, e.Rules.Currency)}
		if area == "" && len(e.Rules.Areas) > 0 {
			if of, ok := e.Area(p.Area); ok {
				row[2] += " (" + of.Name(c.Locale.Lang()) + ")"
			}
		}
		rows = append(rows, row)
	}
	if e.Rules.Ballot.MayBlank {
		rows = append(rows, []string{"", "0", c.T("I hand in a blank ballot"), ""}) // 0 is what the agent types who copies it
	}
	// Boxes, large enough for a cross or a number by an unsteady hand.
	return pdf.Table{Summary: c.T("The projects"), Rows: pdf.Rows(rows), RowHeight: 32, Grid: true, Columns: []pdf.Column{
		{Title: "", Share: 0.8}, {Title: c.T("Number"), Share: 0.8, Reading: typeset.LeftToRight}, {Title: c.T("Project"), Share: 5}, {Title: c.T("Cost"), Share: 1.7}}}
}

var (
	i18nCross  = i18n.Msg("Put a cross into the box of each project that you choose.")
	i18nPoints = i18n.Msg("Write your points into the box of each project that you choose.")
	i18nPlaces = i18n.Msg("Write 1 into the box of the project that you want most, 2 into the next, and so on.")
)
