package council

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/mail"
	"musharaka/views/ui"
)

// Authority is what this module needs to know of a place.
type Authority struct {
	ID        string
	Country   string            // "TN", "MA"
	Level     string            // of the rule pack
	Names     map[string]string // by language
	Active    bool
	Body      law.BodyKind // who decides now
	BodySince time.Time
	BodyNotes map[string]string // the act that appointed it, in people’s words, by language
	Accent    string            // "#rrggbb" or ""
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

// Person is what this module needs to know of somebody, as it is now.
type Person struct {
	ID    string
	Name  string
	Lang  string
	Email string   // verified, "" when there is none
	Lives []string // the place where they live and what it lies in
	Works []string // the places where they work, with what these lie in
}

// People knows the persons. The account module does.
type People interface {
	// Person returns a person; NotFound when the account was deleted.
	Person(ctx context.Context, id string) (Person, error)
}

// Staff knows who serves an authority. The account module does.
type Staff interface {
	HoldersOf(ctx context.Context, orgID string, roles ...auth.Role) ([]string, error)
}

// Step is something that a decision of the body lets a subject do next.
type Step struct {
	Key   string // "schedule", "deliberate"
	Label string // message id
}

// Progress is what is known when a subject moves on.
type Progress struct {
	SessionAt time.Time
	Decision  string
}

// Subjects knows what items of an agenda can be about. Server answers it with
// the petitions, and later with what else councils decide.
type Subjects interface {
	// Find returns a public subject by what an officer typed: a reference, an
	// address, an id. NotFound when there is none for this authority.
	Find(ctx context.Context, authority, words string) (Subject, error)
	// Path is where the public reads a subject, without the language; "" for none.
	Path(s Subject) string
	// Label says what a kind of subject is called, a message id.
	Label(kind string) string
	// Steps returns what the actor may do now with a subject that is on an
	// agenda, or was decided on.
	Steps(ctx context.Context, who auth.Actor, s Subject, decided bool) ([]Step, error)
	// Advance does one of the steps.
	Advance(ctx context.Context, who auth.Actor, s Subject, step string, in Progress) error
}

// Post sends mails.
type Post interface {
	Queue(ctx context.Context, m mail.Message) error
	UnsubscribeURL(to, kind string) string
}
