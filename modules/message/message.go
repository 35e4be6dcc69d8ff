package message

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// State is where a message stands.
type State string

// The states.
const (
	Waiting   State = "waiting" // for an officer
	Sending   State = "sending"
	Sent      State = "sent"
	Refused   State = "refused"   // with a reason
	Retracted State = "retracted" // by its author
)

// States are all states, in the order of a message's life.
var States = []State{Waiting, Sending, Sent, Refused, Retracted}

// StateNames are the states in words.
var StateNames = map[State]string{
	Waiting: i18n.Msg("Waits to be read by an officer"), Sending: i18n.Msg("Being sent"), Sent: i18n.Msg("Sent"),
	Refused: i18n.Msg("Not sent: refused"), Retracted: i18n.Msg("Not sent: taken back"),
}

// Limits of a message, in letters, and of how often one is sent.
const (
	MaxSubject = 120
	MaxBody    = 3000
	PerMonth   = 2 // by the agent; and by all campaigns together
)

// Message is one message to the followers of one petition.
type Message struct {
	store.Meta  `bson:",inline"` // see slot
	Petition    string           `bson:"petition" json:"petition"`
	Authority   string           `bson:"authority" json:"authority"`
	Moderator   string           `bson:"moderator" json:"-"`                           // whose officers read it
	Campaign    string           `bson:"campaign,omitempty" json:"campaign,omitempty"` // "" from the agent
	Sender      string           `bson:"sender,omitempty" json:"sender,omitempty"`     // the association's name; "" the agent
	Author      string           `bson:"author,omitempty" json:"-"`
	Lang        string           `bson:"lang" json:"lang"` // of the words: "ar", "fr"
	Subject     string           `bson:"subject" json:"subject"`
	Body        string           `bson:"body" json:"body"`
	State       State            `bson:"state" json:"state"`
	SubmittedAt time.Time        `bson:"submitted" json:"submitted_at"`
	SentAt      time.Time        `bson:"sent,omitempty" json:"sent_at,omitzero"` // when sending began
	Part        int              `bson:"part" json:"-"`                          // pages of followers done
	Handed      int64            `bson:"handed" json:"handed"`                   // mails given to the post
	Lists       []string         `bson:"lists,omitempty" json:"-"`
	ListAt      time.Time        `bson:"list_at" json:"-"`
	History     []audit.Entry    `bson:"history" json:"-"`
}

// slot is the id of the n-th message that a kind of sender sends to the
// followers of a petition in the month of a time, as the authority's calendar
// has it.
func slot(petitionID string, campaign bool, at time.Time, country string, n int) string {
	kind := "agent"
	if campaign {
		kind = "campaigns"
	}
	return fmt.Sprintf("%s-%s-%s-%d", petitionID, kind, at.In(clock.Zone(country)).Format("200601"), n)
}

// Draft is what somebody writes.
type Draft struct {
	Campaign      string // "" as the agent
	Lang          string
	Subject, Body string
}

func (d *Draft) check() error {
	d.Subject, d.Body = strings.TrimSpace(d.Subject), strings.TrimSpace(d.Body)
	switch {
	case d.Lang != "ar" && d.Lang != "fr":
		return &InputError{Field: "lang", Message: i18n.Msg("Choose the language of the message")}
	case d.Subject == "":
		return &InputError{Field: "subject", Message: i18n.Msg("Give the message a subject")}
	case utf8.RuneCountInString(d.Subject) > MaxSubject:
		return &InputError{Field: "subject", Message: i18n.Msg("Shorten this text")}
	case d.Body == "":
		return &InputError{Field: "body", Message: i18n.Msg("Write the message")}
	case utf8.RuneCountInString(d.Body) > MaxBody:
		return &InputError{Field: "body", Message: i18n.Msg("Shorten this text")}
	}
	return nil
}

// InputError says what is wrong with one field of a form. It is a fault of kind
// Invalid.
type InputError struct {
	Field   string
	Message string // message id
	Args    []any
}

// Error says what is wrong, for the log.
func (e *InputError) Error() string { return "message: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Args: e.Args}
}

// The lists a message stands in (index "lists", ordered by ListAt).
const (
	listWaiting = "waiting" // |moderator: for its officers
	listSent    = "sent"    // |petition: public, also while it is being sent
	listAuthor  = "author"  // |person
	listSending = "sending"
)

// settle derives the lists. Call it before each write.
func (m *Message) settle() {
	m.Lists, m.ListAt = nil, m.SubmittedAt
	switch m.State {
	case Waiting:
		m.Lists = append(m.Lists, listWaiting+"|"+m.Moderator)
	case Sending, Sent:
		m.Lists, m.ListAt = append(m.Lists, listSent+"|"+m.Petition), m.SentAt
		if m.State == Sending {
			m.Lists = append(m.Lists, listSending)
		}
	}
	if m.Author != "" {
		m.Lists = append(m.Lists, listAuthor+"|"+m.Author)
	}
}

// LastReason is the reason of the last act that had one.
func (m Message) LastReason() string {
	for _, e := range slices.Backward(m.History) {
		if e.Reason != "" {
			return e.Reason
		}
	}
	return ""
}

// moderates reports whether an actor reads what is sent for a moderator: its
// officers, and for the platform its administrators.
func moderates(who auth.Actor, moderator string) bool {
	if moderator == auth.PlatformID {
		return who.Holds(auth.PlatformID, auth.Administrator)
	}
	return who.Holds(moderator, auth.Officer)
}
