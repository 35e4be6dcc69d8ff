package place

import (
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
)

// keepers are the roles that have business at the desk of an authority's entry.
var keepers = web.Roles(auth.Officer, auth.President, auth.FrontDesk, auth.Administrator)

// Routes declares the pages of places, from public to officer.
func (h *Pages) Routes(s *web.Site) {
	// For everybody.
	s.Get("/places", web.Public, h.find)
	s.Get("/places/:id", web.Public, h.show)
	s.Plain("GET", "/places/:id/accent.css", web.Public, h.accent)
	s.Get("/rules", web.Public, h.rulesIndex)
	s.Get("/rules/:pack", web.Public, h.rules)

	// For those who keep an authority's entry.
	s.Get("/desk/places", keepers, h.deskList)
	s.Get("/desk/places/:id", keepers, h.desk)
	s.Post("/desk/places/:id/contact", keepers, h.saveContact)
	s.Post("/desk/places/:id/body", keepers, h.saveBody)
	s.Post("/desk/places/:id/privacy", keepers, h.savePrivacy)
	s.Post("/desk/places/:id/look", keepers, h.saveLook)
	s.Post("/desk/places/:id/logo", keepers, h.saveLogo)
	s.Post("/desk/places/:id/activate", keepers, h.activate)
	s.Post("/desk/places/:id/deactivate", keepers, h.deactivate)
}
