package citizenspace

import (
	"context"
	"log/slog"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
)

// Needs is what the service is built from. SMS and Events may be nil, all else
// must be there.
type Needs struct {
	DB          store.DB
	Audit       *audit.Log
	Queue       *job.Queue // the service registers its kinds of job
	Authorities Authorities
	People      People
	Staff       Staff
	Files       Files
	Post        Post
	SMS         SMS
	Events      Events
	Words       *i18n.Catalogues // for mails and papers
	CodeKey     []byte           // 32 bytes: secret codes are hashed under it
	Clock       clock.Clock
	Ident       ident.Maker
	Log         *slog.Logger
	PublicURL   string // for links in mails, without a slash at the end
	ReplyDomain string // of the addresses at which mails are answered; "" for none
	Demo        bool   // mails and papers say that nothing is real
}

// Authority is what a Citizen Space needs to know of a place.
type Authority struct {
	ID      string
	Country string            // "TN", "MA"
	Names   map[string]string // by language
	Active  bool              // takes part in the platform
	Lat     float64           // its middle, 0 when not known
	Lng     float64
}

// Name returns the authority's name for a reader of lang.
func (a Authority) Name(lang string) string {
	if n := Words(a.Names).In(lang); n != "" {
		return n
	}
	return a.ID
}

// Authorities knows the places. The place module does.
type Authorities interface {
	// Authority returns a place, active or not; NotFound when there is none.
	Authority(ctx context.Context, id string) (Authority, error)
}

// Person is what a Citizen Space needs to know of somebody with an account.
type Person struct {
	ID    string
	Name  string
	Lang  string
	Email string // verified, "" when there is none
}

// People knows the persons. The account module does.
type People interface {
	// Person returns a person; NotFound when the account was deleted.
	Person(ctx context.Context, id string) (Person, error)
}

// Staff knows who serves an authority. The account module does.
type Staff interface {
	// HoldersOf returns the ids of the people who hold one of the roles in an
	// organisation now.
	HoldersOf(ctx context.Context, orgID string, roles ...auth.Role) ([]string, error)
}

// Files knows what was uploaded.
type Files interface {
	// Publish shows files to everybody, or hides them again.
	Publish(ctx context.Context, ids []string, public bool) error
	// Discard deletes files that go with nothing any more. No fault for one that
	// is gone already.
	Discard(ctx context.Context, ids []string) error
}

// Post sends mails: the outbox of kit/mail.
type Post interface {
	Queue(ctx context.Context, m mail.Message) error
	UnsubscribeURL(to, kind string) string
}

// SMS sends short messages: nil where no provider is configured.
type SMS interface {
	// Send hands a text over to the provider; key makes a repeat harmless.
	Send(ctx context.Context, key, phone, text string) error
}

// Events hears of changes: the server drops the cached pages.
type Events interface {
	// SpaceChanged hears of the id of an authority whose catalogue or requests changed.
	SpaceChanged(authority string)
}
