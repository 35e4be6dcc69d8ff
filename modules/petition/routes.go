package petition

import (
	"time"

	"musharaka/modules/kit/web"
)

// How often one person may do what leaves something behind.
var (
	oftenBegun    = web.Limit{Burst: 20, Every: time.Minute}
	oftenUploaded = web.Limit{Burst: 30, Every: time.Minute}
	oftenSaved    = web.Limit{Burst: 120, Every: 2 * time.Second}
	oftenSigned   = web.Limit{Burst: 60, Every: 5 * time.Second}
)

// Routes declares the pages of petitions, from public to officer.
func (h *Pages) Routes(s *web.Site) {
	// For machines and for everybody.
	h.dataRoutes(s)
	s.Get("/", web.Public, h.home)
	s.Get("/petitions", web.Public, h.list)
	s.Get("/petitions/new", web.Anyone, h.showBegin)
	s.Get("/petitions/:id", web.Public, h.show)
	s.Get("/petitions/:id/comments", web.Public, h.comments)
	s.Get("/petitions/:id/names", web.Public, h.names)
	s.Get("/petitions/:id/figures", web.Public, h.showFigures)

	// For people who are signed in: writing.
	s.Get("/me/petitions", web.SignedIn, h.mine)
	s.Post("/petitions/new", web.SignedIn, web.Limited(oftenBegun, h.begin))
	s.Get("/petitions/:id/write/check", web.SignedIn, h.showCheck)
	s.Get("/petitions/:id/write/:step", web.SignedIn, h.showStep)
	s.Post("/petitions/:id/write/attachments", web.SignedIn, web.Limited(oftenUploaded, h.saveFiles))
	s.Post("/petitions/:id/write/:step", web.SignedIn, web.Limited(oftenSaved, h.saveStep))
	s.Post("/petitions/:id/submit", web.SignedIn, web.Limited(oftenBegun, h.submit))
	s.Get("/petitions/:id/submitted", web.SignedIn, h.submitted)
	s.Get("/petitions/:id/delete", web.SignedIn, h.showDelete)
	s.Post("/petitions/:id/delete", web.SignedIn, h.deleteDraft)

	// Signing and following.
	s.Get("/petitions/:id/sign", web.SignedIn, h.showSign)
	s.Post("/petitions/:id/sign", web.SignedIn, h.limited(h.sign))
	s.Get("/petitions/:id/signed", web.SignedIn, h.signed)
	s.Get("/petitions/:id/unsign", web.SignedIn, h.showUnsign)
	s.Post("/petitions/:id/unsign", web.SignedIn, web.Limited(oftenSigned, h.unsign))
	s.Get("/petitions/:id/follow", web.SignedIn, h.showFollow)
	s.Post("/petitions/:id/follow", web.SignedIn, web.Limited(oftenSigned, h.follow))
	s.Post("/petitions/:id/unfollow", web.SignedIn, web.Limited(oftenSigned, h.unfollow))
}
