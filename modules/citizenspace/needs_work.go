package citizenspace

import (
	"context"

	"musharaka/modules/kit/auth"
	"musharaka/views/ui"
)

// Colleague is somebody who works on the requests of an authority now.
type Colleague struct{ ID, Name string }

// Colleagues knows who works where. The account module does.
type Colleagues interface {
	// Colleagues returns who works on the requests of an authority, by name.
	Colleagues(ctx context.Context, authority string) ([]Colleague, error)
	// PersonName is the name of somebody for their colleagues; "" after the account was deleted.
	PersonName(ctx context.Context, id string) string
}

// ReplyTemplates are an authority's prepared texts. The desk keeps them.
type ReplyTemplates interface {
	// Offered returns the texts of an authority to choose from.
	Offered(ctx context.Context, who auth.Actor, authority string) ([]ui.Option, error)
	// Text returns a text in a language, or in the other one, with the words in
	// brackets filled in; NotFound when the authority has no such text.
	Text(ctx context.Context, who auth.Actor, authority, id, lang string, values map[string]string) (string, error)
}

// WorkPhoto is a picture of a request, small and whole.
type WorkPhoto struct{ Small, Full string }

// Photos knows where the pictures of requests are fetched.
type Photos interface {
	// Of returns those of the files that are still there.
	Of(ctx context.Context, ids []string) ([]WorkPhoto, error)
}

// WorkPlaces names authorities.
type WorkPlaces interface {
	PlaceName(id, lang string) string
	Tenant(ctx context.Context, authority string, tr ui.Translator) *ui.Tenant
}

// WorkParts are what the pages of the authority's people are built from.
type WorkParts struct {
	Service         *Service
	Colleagues      Colleagues
	Templates       ReplyTemplates
	Photos          Photos
	Places          WorkPlaces
	InboundKey      []byte // with which the mail gateway signs; empty takes no mail in
	Tiles, TilesWho string // of the map: address and attribution; "" for none
}
