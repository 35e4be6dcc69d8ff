package budget

import (
	"context"
	"io"
	"slices"

	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"
)

// PagesParts are what the pages are built from.
type PagesParts struct {
	Service *Service
	Places  Authorities
	Choices Choices
	People  People
	Shelf   Shelf
	Tiles   Tiles
}

// Tiles is where map tiles come from; the zero value means that there is no map.
type Tiles struct{ URL, Attribution string }

// Picture is an uploaded photo as pages show it.
type Picture struct{ ID, Name, Full, Thumb string }

// Shelf keeps the photos of proposals. Server adapts kit/file.
type Shelf interface {
	// TakePhoto keeps an upload of a person for a proposal and returns its id.
	TakePhoto(ctx context.Context, personID, proposalID, name string, body io.Reader) (string, error)
	// Pictures returns those of the files that exist, in the order given.
	Pictures(ctx context.Context, ids []string) ([]Picture, error)
}

// Pages are the pages of participatory budgets.
type Pages struct {
	PagesParts
}

// NewPages returns the pages over a service and what they need to know besides.
func NewPages(p PagesParts) *Pages { return &Pages{PagesParts: p} }

// Routes declares the pages of all areas of the module.
func (h *Pages) Routes(s *web.Site) {
	h.trialRoutes(s) // before the pages of an edition, whose address "try" could be
	h.publicRoutes(s)
	h.writingRoutes(s)
	h.deskRoutes(s)
	h.forumRoutes(s)
	h.ballotRoutes(s)
	h.resultRoutes(s)
	h.worksRoutes(s)
	h.worksDeskRoutes(s)
	h.exchangeRoutes(s)
}

// frame is a page of the module.
func (h *Pages) frame(c *web.Ctx, title string) ui.Page {
	c.SetCurrent("budgets")
	p := c.Page(title)
	p.Sheets = append(p.Sheets, "budget.css")
	return p
}

// phaseTones colours the phases; the words say the same.
func phaseTone(p Phase) ui.Tone {
	switch p {
	case Proposing, Voting:
		return ui.Success
	case Executing, Accounting:
		return ui.Accent
	case Cancelled:
		return ui.Danger
	case Closed, Drafting:
		return ui.Neutral
	}
	return ui.Info
}

// editionFilterOf reads a filter from the query; what it does not know does not narrow.
func editionFilterOf(c *web.Ctx) EditionFilter {
	f := EditionFilter{Authority: c.Query("place"), Group: Group(c.Query("group")), After: c.Query("after"), Limit: 20}
	if !slices.Contains(Groups, f.Group) {
		f.Group = AllEditions
	}
	return f
}

// list is the list of editions.
func (h *Pages) list(c *web.Ctx) error {
	f := editionFilterOf(c)
	page, err := h.Service.Editions(c.Std(), f)
	if err != nil {
		return err
	}
	v := budgetview.EditionsPage{Page: h.frame(c, c.T("Participatory budgets"))}
	v.Description = c.T("What inhabitants propose, what is feasible, what they choose and what is built.")
	v.Canonical, v.Wide, v.NoIndex = "/budgets", true, f.Authority != "" || f.Group != AllEditions || f.After != ""
	for _, e := range page.Items {
		card, err := h.editionCard(c, e)
		if err != nil {
			return err
		}
		v.Cards = append(v.Cards, card)
	}
	places, err := h.Choices.Places(c.Std(), c.Locale.Lang())
	if err != nil {
		return err
	}
	v.Place = ui.SelectField{Name: "place", Label: c.T("Place"), Value: f.Authority, Empty: c.T("All places"), Options: places}
	v.Group = ui.SelectField{Name: "group", Label: c.T("State"), Value: string(f.Group)}
	for _, g := range Groups {
		v.Group.Options = append(v.Group.Options, ui.Option{Value: string(g), Label: c.T(GroupLabel(g))})
	}
	q := pairs("place", f.Authority, "group", string(f.Group))
	v.Active, v.Pages = len(q), c.Pager("/budgets", q, f.After, page.Next)
	c.Set("Cache-Control", "public, max-age=5")
	return c.Show(budgetview.Editions(v))
}

// editionCard is an edition as lists show it.
func (h *Pages) editionCard(c *web.Ctx, e Edition) (ui.CardSpec, error) {
	a, err := h.Places.Authority(c.Std(), e.Authority)
	if err != nil {
		return ui.CardSpec{}, err
	}
	spec := ui.CardSpec{
		Title: e.Title(c.Locale.Lang()), Href: c.URL("/budgets/" + e.ID), Text: shorten(e.Text(c.Locale.Lang()).Intro, 200),
		TagText: c.T(e.PhaseLabelIn(e.Phase)), TagTone: phaseTone(e.Phase), Eyebrow: a.Name(c.Locale.Lang()),
		Meta: []string{c.T("Envelope: {amount}", "amount", c.Locale.Money(e.Rules.Envelope, e.Rules.Currency)), c.T("Budget of {year}", "year", yearWord(e.Year))},
	}
	return spec, nil
}
