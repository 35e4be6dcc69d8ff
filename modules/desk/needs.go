package desk

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/mail"
)

// Kind is a sort of wait, as the server registers it.
type Kind struct {
	Key   string      // "petition.moderation"
	Label string      // message id: "Read before publication"
	Task  string      // message id, what is to be done: "Read it and decide whether it can be published."
	Roles []auth.Role // who works on it at the authority; at the platform administrators do
}

// Wait is something of a subject that waits for the people of an authority.
type Wait struct {
	Slot      string            // tells the waits of one subject apart; letters, digits, - and _
	Kind      string            // key of a registered Kind
	Authority string            // place id, or auth.PlatformID
	Country   string            // "TN", "MA": whose calendar counts the days
	Titles    map[string]string // what it is about, by language
	Reference string            // "PET-2026-0042", "" for none
	Path      string            // where it is dealt with, without the language
	Since     time.Time         // since when it waits
	Due       time.Time         // the last moment; zero for no deadline
	For       string            // the person whose turn it is, "" for anybody with the role
}

// Reply is a reply that an authority owes the public or has given.
type Reply struct {
	Kind      string // of figures: "petition"
	Authority string
	Country   string
	From      time.Time // when the period began
	Due       time.Time // its end; zero when nothing sets one
	RepliedAt time.Time // zero while there is none
	Silent    bool      // the end has passed without one
}

// Standing is all that waits of a subject now.
type Standing struct {
	Stamp int64 // grows with each change of the subject
	Waits []Wait
	Reply *Reply // nil when none is owed or was given
}

// Source is a module whose subjects wait at the desk.
type Source interface {
	// Name is what its subjects begin with, before the colon.
	Name() string
	// Waiting pages through the subjects of which something waits now.
	Waiting(ctx context.Context, after string) (subjects []string, next string, err error)
	// All pages through every subject that has, or had, a standing; for check alone.
	All(ctx context.Context, after string) (subjects []string, next string, err error)
	// Standing returns what waits of a subject now: nothing for one that is gone.
	Standing(ctx context.Context, subject string) (Standing, error)
}

// Person is what the desk needs to know of somebody.
type Person struct {
	ID, Name, Lang string
	Email          string // verified, "" when there is none; for mails alone
}

// Colleague is somebody who holds roles in an organisation now.
type Colleague struct {
	ID, Name string
	Roles    []auth.Role
}

// People knows persons and who works where. The account module does.
type People interface {
	// Person returns a person; NotFound when the account was deleted.
	Person(ctx context.Context, id string) (Person, error)
	// Colleagues returns who holds a role in an organisation now.
	Colleagues(ctx context.Context, org string) ([]Colleague, error)
}

// Authorities knows the places.
type Authorities interface {
	// Authority returns a place's country and names by language; NotFound when there is none.
	Authority(ctx context.Context, id string) (country string, names map[string]string, err error)
}

// Post sends mails: the outbox of kit/mail.
type Post interface {
	Queue(ctx context.Context, m mail.Message) error
	UnsubscribeURL(to, kind string) string
}

// Tile is another module's entry on the desk, given by the server.
type Tile struct {
	Roles       []auth.Role // who sees it
	Icon        string      // of ui.Icon
	Title, Text string      // message ids
	Path        string      // without the language
}

// Tab is another module's page of an authority's desk, given by the server.
type Tab struct {
	Path, Label string // without the language; message id
	In          func(who auth.Actor, org string) bool
}

// Events hears of changes: the server drops the cached pages.
type Events interface {
	FiguresChanged(authority string)
}
