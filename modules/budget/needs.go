package budget

import (
	"context"
	"log/slog"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/ledger"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/views/ui"
)

// Needs is what the service is built from. Staff, Organisations and Sittings may be nil,
// all else must be there.
type Needs struct {
	DB            store.DB
	Audit         *audit.Log
	Queue         *job.Queue // the service registers its kinds of job
	Authorities   Authorities
	People        People
	Organisations Organisations
	Staff         Staff
	Sittings      Sittings
	Numbers       Numbers
	Ledger        *ledger.Ledger // the public logs
	BallotKey     []byte         // 32 bytes: what the secrets of running votes are sealed under
	Files         Files
	Post          Post
	Words         *i18n.Catalogues // for mails and papers
	Events        Events
	Clock         clock.Clock
	Ident         ident.Maker
	Log           *slog.Logger
	PublicURL     string // for links in mails, without a slash at the end
	Demo          bool   // mails and papers say that nothing is real
}

// Authority is what budgets need to know of a place.
type Authority struct {
	ID         string
	Country    string            // "TN", "MA"
	Names      map[string]string // by language
	Active     bool              // takes part in the platform
	Population int
	Men        float64  // percent of the population, as the census has it; 0 when not known
	BodyKind   string   // who decides: the place module's kind of body, "" when not known
	Subunits   []string // place ids of its arrondissements or districts
	KeepMonths int      // how long drafts, photos of what was refused and unpublished names are kept; 0: no end is set
}

// Name returns the authority's name for a reader of lang.
func (a Authority) Name(lang string) string {
	if n := inLang(a.Names, lang); n != "" {
		return n
	}
	return a.ID
}

// Authorities knows the places. The place module does.
type Authorities interface {
	// Authority returns a place, active or not; NotFound when there is none.
	Authority(ctx context.Context, id string) (Authority, error)
}

// Person is what budgets need to know of somebody, as it is now.
type Person struct {
	ID        string
	Name      string
	Lang      string
	Email     string     // verified, "" when there is none; for mails alone
	Residence []string   // where the person lives: the place's id, then what it lies in; empty when not given
	Works     [][]string // where the person works, each as Residence
	BirthYear int        // 0 when not given
	Sex       string     // "f", "m", "" when not given
	Level     int        // verification 0, 1, 2
	Delegates []string   // associations for which the person may act
}

// People knows the persons. The account module does.
type People interface {
	// Person returns a person; NotFound when the account was deleted.
	Person(ctx context.Context, id string) (Person, error)
}

// Numbers knows who stands behind an identity number. The account module does.
type Numbers interface {
	// Elector returns who somebody with this number is: the id of the account
	// that has it, or one that stands for the number; the same whenever it is
	// asked for until then. Invalid for a number of no valid shape.
	Elector(ctx context.Context, country, number string, until time.Time) (string, error)
}

// Organisations knows the associations.
type Organisations interface {
	// OrganisationName returns an association's name; NotFound when there is none.
	OrganisationName(ctx context.Context, id string) (string, error)
}

// Staff knows who serves an authority. The account module does.
type Staff interface {
	// HoldersOf returns the ids of the people who hold one of the roles in an
	// organisation now.
	HoldersOf(ctx context.Context, orgID string, roles ...auth.Role) ([]string, error)
}

// Sitting is a session of the deciding body that has been opened.
type Sitting struct {
	ID            string
	Extraordinary bool
	On            time.Time
	Path          string // of its public page, without the language
}

// Sittings knows the sessions of the deciding bodies. The council module does.
type Sittings interface {
	// Sittings returns the latest sessions of an authority that were opened.
	Sittings(ctx context.Context, authority string) ([]Sitting, error)
	// Sitting returns one of them; NotFound when there is none.
	Sitting(ctx context.Context, authority, id string) (Sitting, error)
}

// Files knows what was uploaded.
type Files interface {
	// Uploaded reports whether all these files exist and are the person's own.
	Uploaded(ctx context.Context, personID string, ids []string) (bool, error)
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

// Events hears of changes: the server drops the cached pages.
type Events interface {
	// BudgetChanged hears of the id of an edition or of a proposal.
	BudgetChanged(id string)
}

// Choices offers what a person can choose from and other modules know.
type Choices interface {
	// Places returns the authorities that take part, by name.
	Places(ctx context.Context, lang string) ([]ui.Option, error)
	// Delegations returns the associations a person may act for.
	Delegations(ctx context.Context, personID string) ([]ui.Option, error)
}
