package petition

import (
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

// CardsOf returns the cards of the newest public petitions to a place, or to
// authorities that lie in it, for the reader of c.
func (h *Pages) CardsOf(c *web.Ctx, place string, limit int) ([]ui.CardSpec, error) {
	page, err := h.service.List(c.Std(), Filter{Place: place, Limit: limit})
	if err != nil {
		return nil, err
	}
	return h.cards(c, page.Items)
}
