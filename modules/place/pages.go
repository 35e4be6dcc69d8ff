package place

import (
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

// Petitions shows the petitions to an authority; the server passes the
// petition module in.
type Petitions interface {
	// OfAuthority returns the cards of the newest public petitions to an
	// authority, at most limit, for the reader of c.
	OfAuthority(c *web.Ctx, place string, limit int) ([]ui.CardSpec, error)
}

// Pages are the pages of places and of the rules.
type Pages struct {
	service   *Service
	table     *Table
	packs     *law.Packs
	petitions Petitions
	files     *file.Service // where logos are kept
}

// NewPages returns the pages over a service. Without petitions (nil) the page
// of an authority shows none.
func NewPages(s *Service, petitions Petitions, files *file.Service) *Pages {
	return &Pages{service: s, table: s.table, packs: s.packs, petitions: petitions, files: files}
}
