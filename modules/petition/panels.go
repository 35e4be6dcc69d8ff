package petition

import (
	"context"
	"strings"

	"musharaka/modules/kit/web"

	"github.com/a-h/templ"
)

// Subject is the petition a panel stands beside.
type Subject struct {
	ID        string
	Reference string
	Authority string // place id
	Country   string // "TN", "MA"
	State     State
	Signable  bool // signatures are taken now
}

// Panel is a part of a petition's public page that another module keeps: who
// endorses it, which session treats it, what an advisory body said. Server
// adapts the modules and says in which order their panels stand.
//
// The page is one for everybody and kept in memory, so a panel shows nothing
// about its reader. Panels stand only on a petition whose text is shown.
type Panel interface {
	// Stamp is different whenever what Show returns would be. It is asked at
	// most once a second, and costs the same however much data there is.
	Stamp(ctx context.Context, petitionID string) (string, error)
	// Show returns the panel, a section with its own heading, or nil when there
	// is nothing to show. It is called once per stamp and language.
	Show(c *web.Ctx, s Subject) (templ.Component, error)
}

// stamp joins the stamps of the petition and of all panels on its page.
func (h *Pages) stamp(ctx context.Context, id string) (string, error) {
	own, err := h.service.Stamp(ctx, id)
	if err != nil {
		return "", err
	}
	all := []string{own}
	for _, panel := range h.panels {
		stamp, err := panel.Stamp(ctx, id)
		if err != nil {
			return "", err
		}
		all = append(all, stamp)
	}
	return strings.Join(all, "|"), nil
}

// panelsOf are the panels of a petition's page, in their order.
func (h *Pages) panelsOf(c *web.Ctx, p Petition) ([]templ.Component, error) {
	if p.TextHidden() || p.PublishedAt.IsZero() {
		return nil, nil
	}
	subject := Subject{ID: p.ID, Reference: p.Reference, Authority: p.Authority, Country: p.Country, State: p.State, Signable: p.Signable(c.Now())}
	var shown []templ.Component
	for _, panel := range h.panels {
		component, err := panel.Show(c, subject)
		if err != nil {
			return nil, err
		}
		if component != nil {
			shown = append(shown, component)
		}
	}
	return shown, nil
}
