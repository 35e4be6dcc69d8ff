package message

import (
	"context"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/mail"
)

// Petition is what messages need to know of a petition that everybody may read.
type Petition struct {
	ID, Reference string
	Authority     string // place id
	Country       string
	Moderator     string // the organisation whose officers read messages; auth.PlatformID for the platform's
	Agent         string // person; "" when there is none any more
	Objects       map[string]string
	Tellable      bool // it goes on: there is something to tell of
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

// Petitions knows the petitions and who follows them. The petition module does.
type Petitions interface {
	// Petition returns a petition whose text everybody may read, NotFound otherwise.
	Petition(ctx context.Context, id string) (Petition, error)
	// Followers pages through the people who want to hear of it; somebody may come twice.
	Followers(ctx context.Context, id, after string, limit int) (people []string, next string, err error)
	// Hears reports whether somebody still wants to.
	Hears(ctx context.Context, id, personID string) (bool, error)
}

// Campaign is a campaign for which somebody may write.
type Campaign struct {
	ID, Petition string
	Titles       map[string]string // by language
	Association  string            // id
	Names        map[string]string // of the association, by language
}

// Campaigns knows the campaigns of associations. The association module does.
type Campaigns interface {
	// For returns the running campaigns of a petition for which an actor may write.
	For(ctx context.Context, who auth.Actor, petitionID string) ([]Campaign, error)
}

// Person is what messages need to know of a reader.
type Person struct {
	ID, Lang, Email string // Email is verified, or ""
}

// People knows the persons. The account module does.
type People interface {
	// Person returns a person; NotFound when the account was deleted.
	Person(ctx context.Context, id string) (Person, error)
}

// Names says what authorities are called.
type Names interface {
	PlaceName(id, lang string) string
}

// Post sends mails: the outbox of kit/mail.
type Post interface {
	Queue(ctx context.Context, m mail.Message) error
	UnsubscribeURL(to, kind string) string
}
