package open311

import (
	"context"
	"net/http"
	"time"

	"musharaka/modules/kit/outbound"
)

// Jurisdiction is an authority that takes requests.
type Jurisdiction struct {
	ID, Country string
	Names       map[string]string // by language
}

// Name is what the jurisdiction is called in a language.
func (j Jurisdiction) Name(lang string) string {
	if n := j.Names[lang]; n != "" {
		return n
	}
	return j.Names["ar"]
}

// Jurisdictions knows the authorities that take requests here.
type Jurisdictions interface {
	// Jurisdiction returns one of them; NotFound when there is none of this id,
	// or it takes no requests.
	Jurisdiction(ctx context.Context, id string) (Jurisdiction, error)
	// Only returns the one there is; NotFound when there are several or none.
	Only(ctx context.Context) (Jurisdiction, error)
}

// Desk keeps the requests: the Citizen Space. It gives away what everybody may
// know, and nothing else.
type Desk interface {
	// Services are the kinds of request a jurisdiction takes from programs.
	Services(ctx context.Context, jurisdiction, lang string) ([]Offer, error)
	// Definition is one of them with its questions; NotFound when there is none.
	Definition(ctx context.Context, jurisdiction, code, lang string) (Definition, error)
	// Open opens a request and returns its id. It may be repeated: one key opens
	// one request. Invalid, with a sentence, when it can never be opened as it is.
	Open(ctx context.Context, key string, r Input) (Opened, error)
	// Request is one public request; NotFound for any other.
	Request(ctx context.Context, jurisdiction, id, lang string) (Request, error)
	// Find returns the public requests that a query describes, the newest first,
	// at most q.Size of them after leaving out q.Skip.
	Find(ctx context.Context, q Query) ([]Request, error)
}

// Opened is a request that was opened from a report.
type Opened struct {
	ID     string
	Notice string // what happens next, for the person who asked
}

// Caller asks servers whose addresses people typed in: the client of kit/outbound.
type Caller interface {
	Get(ctx context.Context, address string, header http.Header, limit int64) (outbound.Answer, error)
	Post(ctx context.Context, address string, header http.Header, body []byte) (outbound.Answer, error)
}

// Checker judges an address as it is typed in: the guard of kit/outbound.
type Checker interface {
	Check(address string) error
}

// Places says what authorities are called.
type Places interface {
	PlaceName(id, lang string) string
}

// Outgoing gives the requests that go to a back office, and takes what becomes
// of them there.
type Outgoing interface {
	// Report is one of our requests as a back office gets it; NotFound when it
	// does not exist or must not leave.
	Report(ctx context.Context, jurisdiction, id string) (Input, error)
	// Apply notes what the back office says about a request. It may be repeated:
	// the same news changes nothing.
	Apply(ctx context.Context, jurisdiction, id string, n News) error
}

// Arrival is a request that came to be.
type Arrival struct {
	Jurisdiction, ID, Service string
	At                        time.Time
}

// News is what a back office says about one request.
type News struct {
	RemoteID string
	Closed   bool
	Notes    string // status_notes
	At       time.Time
	Expected time.Time
}
