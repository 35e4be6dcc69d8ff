package council

import (
	"context"
	"fmt"

	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// panelShown is how many opinions and decisions a panel shows.
const panelShown = 10

// PanelStamp changes whenever Panel would.
func (h *Pages) PanelStamp(ctx context.Context, s Subject) (string, error) {
	opinions, decisions, err := h.about(ctx, s)
	stamp := ""
	for _, o := range opinions {
		stamp += fmt.Sprintf("%s.%d ", o.ID, o.Version)
	}
	for _, d := range decisions {
		stamp += fmt.Sprintf("%s.%d ", d.ID, d.Version)
	}
	return stamp, err
}

func (h *Pages) about(ctx context.Context, s Subject) ([]Opinion, []Decision, error) {
	opinions, err := h.service.OpinionsOn(ctx, s, panelShown)
	if err != nil {
		return nil, nil, err
	}
	decisions, err := h.service.DecisionsOn(ctx, s, panelShown)
	return opinions, decisions, err
}

// Panel is what councils and their advisory bodies said about a subject, for
// its own page; nil when they said nothing.
func (h *Pages) Panel(c *web.Ctx, s Subject) (templ.Component, error) {
	opinions, decisions, err := h.about(c.Std(), s)
	if err != nil || len(opinions)+len(decisions) == 0 {
		return nil, err
	}
	v := councilview.PanelSpec{ID: "council", Title: c.T("Before the council")}
	if len(decisions) > 0 {
		section := councilview.Section{Title: c.T("Decisions")}
		for _, d := range decisions {
			section.Cards = append(section.Cards, under(h.decisionCard(c, d, 3)))
		}
		v.Sections = append(v.Sections, section)
	}
	if len(opinions) > 0 {
		section := councilview.Section{Title: c.T("Advisory opinions")}
		for _, o := range opinions {
			card := h.opinionCard(c, o)
			card.Eyebrow = c.T(AdvisoryLabel(o.Body))
			section.Cards = append(section.Cards, under(card))
		}
		v.Sections = append(v.Sections, section)
	}
	return councilview.Panel(ui.Page{Tr: c.Locale}, v), nil
}

// under is a card below a heading h3: its own is one of them.
func under(card ui.CardSpec) ui.CardSpec {
	card.Level = 3
	return card
}
