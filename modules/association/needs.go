package association

import (
	"context"
	"io"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/mail"
)

// Places says where a place lies and what it is. Server adapts the place module.
type Places interface {
	// Chain returns a place's id and the ids of all it lies in; nil for an unknown one.
	Chain(id string) []string
	// Kind returns the country and the rule pack's level of a place.
	Kind(id string) (country, level string)
}

// Person is what associations need to know of somebody.
type Person struct {
	ID    string
	Name  string // as the person wrote it
	Lang  string
	Email string // verified, "" when there is none; for mails alone
}

// People knows the persons. The account module does.
type People interface {
	// Person returns a person; NotFound when the account was deleted.
	Person(ctx context.Context, id string) (Person, error)
	// ByCode returns the id of who shows this code, or Invalid.
	ByCode(ctx context.Context, code string) (string, error)
}

// Roles gives and takes back the role "delegate", without which nobody signs in
// for an association. The account module does.
type Roles interface {
	// Grant gives the role for a time and returns its id; one that is held
	// already is no fault and returns the id of that one.
	Grant(ctx context.Context, personID, associationID string, from, until time.Time) (string, error)
	// Revoke takes a role back; no fault when it is no longer held.
	Revoke(ctx context.Context, personID, grantID string) error
}

// Files keeps papers. Server adapts kit/file.
type Files interface {
	// Take keeps an upload that goes with an association.
	Take(ctx context.Context, personID, associationID, name string, body io.Reader) (string, error)
	// Documents returns those of the files that exist, in the order given.
	Documents(ctx context.Context, ids []string) ([]File, error)
	// Discard deletes files; no fault for one that is gone.
	Discard(ctx context.Context, ids []string) error
}

// File is an upload as pages show it.
type File struct {
	ID, Name, Path, Type, SHA256 string
	Size                         int64
}

// Post sends mails: the outbox of kit/mail.
type Post interface {
	Queue(ctx context.Context, m mail.Message) error
}

// Petition is what associations need to know of a petition that everybody may read.
type Petition struct {
	ID, Reference string
	Authority     string // place id
	Country       string
	Langs         []string          // of its text
	Objects       map[string]string // by language
	Asks          map[string]string
	Signable      bool // signatures are taken now
	ClosesAt      time.Time
}

// Object returns the petition's title for a reader of lang.
func (p Petition) Object(lang string) string {
	for _, l := range []string{lang, "ar", "fr"} {
		if p.Objects[l] != "" {
			return p.Objects[l]
		}
	}
	return p.Reference
}

// Petitions knows the petitions. The petition module does.
type Petitions interface {
	// Petition returns a petition whose text everybody may read, NotFound otherwise.
	Petition(ctx context.Context, id string) (Petition, error)
	// Attributed returns how many counted signatures came by a campaign's link.
	Attributed(ctx context.Context, petitionID, campaignID string) (int64, error)
}

// holds reports whether an actor has the role of a delegate of an association.
func holdsRole(who auth.Actor, associationID string) bool {
	return who.Holds(associationID, auth.Delegate)
}
