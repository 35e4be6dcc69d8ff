package queue

import (
	"context"

	"musharaka/views/ui"
)

// Authority is what this module needs to know of a place.
type Authority struct {
	ID      string
	Country string            // "TN", "MA"
	Names   map[string]string // by language
	Active  bool
	Accent  string // "#rrggbb" or ""
}

// Name returns the authority's name for a reader of lang.
func (a Authority) Name(lang string) string {
	for _, l := range []string{lang, "fr", "ar"} {
		if a.Names[l] != "" {
			return a.Names[l]
		}
	}
	return a.ID
}

// Authorities knows the places. The place module does.
type Authorities interface {
	// Authority returns a place, active or not; NotFound when there is none.
	Authority(ctx context.Context, id string) (Authority, error)
	// Tenant is in whose name a page speaks; nil for one that takes no part.
	Tenant(a Authority, tr ui.Translator) *ui.Tenant
}
