package budget

import "musharaka/modules/kit/web"

// publicRoutes are the pages for everybody.
func (h *Pages) publicRoutes(s *web.Site) {
	s.Get("/budgets", web.Public, h.list)
}
