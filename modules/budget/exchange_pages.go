package budget

import (
	"io"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"
)

// exchangeRoutes are the pages where an officer takes files over.
func (h *Pages) exchangeRoutes(s *web.Site) {
	s.Get("/desk/budgets/:id/import", web.Roles(auth.Officer), h.showImport)
	s.Post("/desk/budgets/:id/import", web.Roles(auth.Officer), web.Limited(oftenTried, h.importFile))
}

func (h *Pages) showImport(c *web.Ctx) error {
	e, err := h.worksEdition(c)
	if err != nil {
		return err
	}
	return c.Show(budgetview.Import(h.importPage(c, e)))
}

func (h *Pages) importPage(c *web.Ctx, e Edition) budgetview.ImportPage {
	lang := c.Locale.Lang()
	v := budgetview.ImportPage{Page: h.frame(c, c.T("Take over a file")), Back: c.URL("/desk/budgets/" + e.ID + "/works"), Action: c.URL("/desk/budgets/" + e.ID + "/import"),
		Heading: ui.HeadingSpec{Title: c.T("Take over a file"), Caption: e.Title(lang), Lead: c.T("Projects or ballots that were written down elsewhere, in the Pabulib format (.pb).")},
		File:    ui.FileField{Name: "file", Label: c.T("The file"), Accept: ".pb,text/plain,text/csv", Limit: c.T("{n} MB", "n", TrialBytes>>20)}}
	switch {
	case takingPhases.Has(e.Phase):
		v.What = c.T("Its projects become proposals that wait to be read, as those from the counter do. A department examines each; the file's costs are noted in the text. The same file again adds nothing.")
		v.Button = c.T("Take over the projects")
	case e.Phase == Voting && e.Takes(Paper):
		v.What = c.T("Its ballots become batches of paper ballots. Another agent compares each batch with the paper and confirms it; only then does it count, and never more ballots than people were ticked off. The file's project ids are the numbers on the ballot.")
		v.Button = c.T("Take over the ballots")
		if e.Rules.Ballot.PerArea {
			v.Area = &ui.SelectField{Name: "area", Label: c.T("Area of these ballots"), Value: c.FormValue("area")}
			for _, a := range e.AllAreas() {
				v.Area.Options = append(v.Area.Options, ui.Option{Value: a.Key, Label: a.Name(lang)})
			}
		}
	default:
		v.Closed = c.T("Projects are taken over while proposals are made, and ballots while people vote on paper.")
	}
	return v
}

// importFile takes a file over.
func (h *Pages) importFile(c *web.Ctx) error {
	e, err := h.worksEdition(c)
	if err != nil {
		return err
	}
	if h.importPage(c, e).Closed != "" {
		return errNotNow
	}
	data, err := sentFile(c)
	if err == nil && e.Phase == Voting {
		_, err = h.Service.ImportBallots(c.Std(), c.Actor, e.ID, c.FormValue("area"), data)
	} else if err == nil {
		_, err = h.Service.ImportProposals(c.Std(), c.Actor, e.ID, data)
	}
	if wrong, broken := shown(c, err); broken {
		c.Wrong(wrong)
		return c.Invalid(budgetview.Import(h.importPage(c, e)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashTaken)
	return c.SeeOther("/desk/budgets/" + e.ID + "/import")
}

// sentFile reads the file of a form, up to TrialBytes.
func sentFile(c *web.Ctx) ([]byte, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return nil, wrong("file", needFile)
	}
	if header.Size > TrialBytes {
		return nil, wrong("file", tooLarge, "limit", TrialBytes>>20)
	}
	body, err := header.Open()
	if err != nil {
		return nil, fault.Wrap("budget.sentFile", err)
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, TrialBytes+1))
	return data, fault.Wrap("budget.sentFile", err)
}
