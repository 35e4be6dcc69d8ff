package federation

import (
	"context"
	"io"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

// Network is a network as its records need it.
type Network struct {
	ID, Country string            // "TN", "MA", "" for both
	Names       map[string]string // by language
	Active      bool
	Members     []string // authorities that belong to it now
}

// Name returns the network's name for a reader of lang.
func (n Network) Name(lang string) string {
	for _, l := range append([]string{lang, "fr"}, Langs...) {
		if n.Names[l] != "" {
			return n.Names[l]
		}
	}
	return n.ID
}

// Networks knows who belongs to which network. Server adapts the network module.
type Networks interface {
	// Network returns a network, dissolved ones too; NotFound when there is none.
	Network(ctx context.Context, id string) (Network, error)
	PlaceName(id, lang string) string
	// PublicPages are the ways to what is public of a place elsewhere on the platform.
	PublicPages(c *web.Ctx, place string) ([]ui.NavItem, error)
}

// File is an upload as pages show it.
type File struct {
	ID, Name, Path, Thumb, Type string
	Size                        int64
}

// Files keeps photos and delivered documents. Server adapts kit/file.
type Files interface {
	// Take takes a file in: a picture, written anew, or with documents also a PDF.
	Take(ctx context.Context, personID, recordID, name string, documents bool, body io.Reader) (File, error)
	Get(ctx context.Context, id string) (File, error)
	Discard(ctx context.Context, ids []string) error
}

// Needs is what the service is built from; all but Moved must be there.
type Needs struct {
	DB        store.DB
	Audit     *audit.Log
	Networks  Networks
	Files     Files
	Words     *i18n.Catalogues
	Clock     clock.Clock
	Ident     ident.Maker
	PublicURL string
	// Moved hears of every change of a record, for the desk; nil is nobody.
	Moved func(ctx context.Context, record string)
}
