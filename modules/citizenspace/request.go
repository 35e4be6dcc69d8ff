package citizenspace

import (
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/store"
)

// State is where a request stands.
type State string

// The states of a request.
const (
	Received    State = "received"        // nobody has looked at it yet
	Triaged     State = "triaged"         // acknowledged: somebody has read it
	Assigned    State = "assigned"        // with a department, perhaps with one of its people
	Transferred State = "transferred"     // handed to another department of the same authority
	InProgress  State = "in_progress"     // being worked on
	Scheduled   State = "scheduled"       // planned for a day
	Waiting     State = "waiting_citizen" // the citizen was asked for something; the clock is paused
	Reopened    State = "reopened"        // closed once, and it was not solved
	Resolved    State = "resolved"        // done; the citizen is asked whether it is
	Closed      State = "closed"          // done and over, or ended with a reason
	Outside     State = "outside_powers"  // another body decides it; says which
	Duplicate   State = "duplicate"       // merged into another request
	Rejected    State = "rejected"        // refused, with a reason
)

// States are all states, in the order of a request's life.
var States = []State{Received, Triaged, Assigned, Transferred, InProgress, Scheduled, Waiting, Reopened, Resolved, Closed, Outside, Duplicate, Rejected}

// StateSet is a named set of states.
type StateSet []State

// Has reports whether the set has s.
func (set StateSet) Has(s State) bool { return slices.Contains(set, s) }

// The named sets.
var (
	// OpenStates: somebody at the authority still has something to do, or waits
	// for the citizen. Open311 says "open".
	OpenStates = StateSet{Received, Triaged, Assigned, Transferred, InProgress, Scheduled, Waiting, Reopened}
	// EndStates: Open311 says "closed".
	EndStates = StateSet{Resolved, Closed, Outside, Duplicate, Rejected}
)

// IsOpen reports whether the state is one of OpenStates.
func (s State) IsOpen() bool { return OpenStates.Has(s) }

// Channel is how a request came in.
type Channel string

// The channels.
const (
	Online    Channel = "online"
	AtCounter Channel = "counter" // written down by an agent for somebody who came
	ByPhone   Channel = "phone"   // written down by an agent for somebody who called
	ByOpen311 Channel = "open311" // through another program
	BySplit   Channel = "split"   // cut off from another request
)

// Channels are all channels.
var Channels = []Channel{Online, AtCounter, ByPhone, ByOpen311, BySplit}

// Citizen is who asks. All of it is personal: shown to the authority's people and
// to the citizen alone.
type Citizen struct {
	PersonID string `bson:"person,omitempty"` // "" without an account, and after it was deleted
	Name     string `bson:"name,omitempty"`
	Email    string `bson:"email,omitempty"`
	Phone    string `bson:"phone,omitempty"`
	Lang     string `bson:"lang,omitempty"` // in which to write to them
	By       string `bson:"by,omitempty"`   // how to tell them: "mail", "sms", "" for not at all
}

// Spot is where a request is about.
type Spot struct {
	Words    string  `bson:"words,omitempty"`    // "behind the market"; an address
	Landmark string  `bson:"landmark,omitempty"` // key of a street or landmark of the settings; Open311's address_id
	Zip      string  `bson:"zip,omitempty"`
	Point    bool    `bson:"point,omitempty"` // Lat and Lng are given
	Lat      float64 `bson:"lat,omitempty"`   // degrees
	Lng      float64 `bson:"lng,omitempty"`
}

// IsZero reports whether nothing is known of the place.
func (s Spot) IsZero() bool { return s == Spot{} }

// Answer is what was answered to one question of the service.
type Answer struct {
	Code   string   `bson:"code"`
	Values []string `bson:"values"` // one, but for multivaluelist and files; see Question.Type for how each is written
}

// Message is one of the thread between the citizen and the authority's people.
type Message struct {
	ID       string    `bson:"id"`
	At       time.Time `bson:"at"`
	Staff    bool      `bson:"staff,omitempty"`  // the authority wrote it
	PersonID string    `bson:"person,omitempty"` // who wrote it, for the authority's people alone
	Body     string    `bson:"body"`
	Files    []string  `bson:"files,omitempty"`
	Way      string    `bson:"way,omitempty"` // "mail" for a reply by mail; "" for the page
}

// Note is an internal note. Never shown outside the authority.
type Note struct {
	ID       string    `bson:"id"`
	At       time.Time `bson:"at"`
	PersonID string    `bson:"person"`
	Body     string    `bson:"body"`
}

// CloseCode says why a request ended.
type CloseCode string

// The codes. Those of RejectCodes belong to Rejected, the others to Resolved and Closed.
const (
	Solved        CloseCode = "solved"
	Delivered     CloseCode = "delivered"      // a paper was issued, a permit decided
	Informed      CloseCode = "informed"       // the question was answered
	NothingToDo   CloseCode = "nothing_to_do"  // what was reported is not there (any more)
	NoAnswer      CloseCode = "no_answer"      // the citizen did not answer in time
	WithdrawnBy   CloseCode = "withdrawn"      // by the citizen
	Confirmed     CloseCode = "confirmed"      // the citizen says that it is solved
	TimeRanOut    CloseCode = "time_ran_out"   // resolved, and nobody objected in time
	NotAllowed    CloseCode = "not_allowed"    // the rules do not allow what was asked for
	Incomplete    CloseCode = "incomplete"     // documents are missing and did not come
	NotActionable CloseCode = "not_actionable" // too vague to act on
	Abusive       CloseCode = "abusive"
	NotPossible   CloseCode = "not_possible" // no means for it now
)

// EndCodes and RejectCodes are the codes in the order offered.
var (
	EndCodes    = []CloseCode{Solved, Delivered, Informed, NothingToDo, NoAnswer, NotPossible}
	RejectCodes = []CloseCode{NotAllowed, Incomplete, NotActionable, Abusive}
)

// Ending says how a request ended last.
type Ending struct {
	Code    CloseCode `bson:"code"`
	Reasons string    `bson:"reasons,omitempty"` // in words that everybody who may see the request reads
	At      time.Time `bson:"at"`
	Body    string    `bson:"body,omitempty"`    // Outside: who decides it
	SentTo  string    `bson:"sent_to,omitempty"` // Outside: to whom it was sent: an office, an address; "" when the citizen has to
	Sent    time.Time `bson:"sent,omitempty"`    // Outside: when it was sent
}

// After is what the citizen answered after the end.
type After struct {
	AskedAt    time.Time `bson:"asked,omitempty"`  // first question
	AgainAt    time.Time `bson:"again,omitempty"`  // asked once more
	Solved     string    `bson:"solved,omitempty"` // "yes", "no", "" not answered
	AnsweredAt time.Time `bson:"answered,omitempty"`
	Stars      int       `bson:"stars,omitempty"` // 1 to 5, 0 not given
	Comment    string    `bson:"comment,omitempty"`
	Times      int       `bson:"times,omitempty"` // how often an answer was given
}

// External is a request's twin in another back office, reached by Open311.
type External struct {
	Endpoint string    `bson:"endpoint"`        // key of the endpoint in the open311 module
	ID       string    `bson:"id,omitempty"`    // service_request_id there
	Token    string    `bson:"token,omitempty"` // until there is an id
	SentAt   time.Time `bson:"sent,omitempty"`
	PulledAt time.Time `bson:"pulled,omitempty"`
	Status   string    `bson:"status,omitempty"` // "open", "closed" as read there
	Updated  time.Time `bson:"updated,omitempty"`
}

// Request is one request with all that happened to it.
type Request struct {
	store.Meta `bson:",inline"`
	Reference  string  `bson:"reference"`
	Authority  string  `bson:"authority"`
	Country    string  `bson:"country"`
	Offer      string  `bson:"offer"`         // code of the service; Open311's service_code
	OfferNo    int     `bson:"offer_version"` // the version it was asked under
	Group      string  `bson:"group"`         // of the service
	Department string  `bson:"department"`    // key; where it is now
	Assignee   string  `bson:"assignee,omitempty"`
	State      State   `bson:"state"`
	Before     State   `bson:"before,omitempty"` // where it stood when the citizen was asked
	Channel    Channel `bson:"channel"`
	Urgent     bool    `bson:"urgent,omitempty"`
	Public     bool    `bson:"public"`           // everybody may know of it, without who asked
	Hidden     bool    `bson:"hidden,omitempty"` // taken off the public pages by an agent
	CodeHash   []byte  `bson:"code"`             // of the secret tracking code
	EnteredBy  string  `bson:"entered_by,omitempty"`

	Citizen     Citizen  `bson:"citizen"`
	Description string   `bson:"description,omitempty"`
	Answers     []Answer `bson:"answers,omitempty"`
	Spot        Spot     `bson:"spot"`
	Photos      []string `bson:"photos,omitempty"`    // file ids
	MediaURL    string   `bson:"media_url,omitempty"` // a picture elsewhere, as Open311 gave it

	Clock       Clock     `bson:"clock"`
	PlannedFor  time.Time `bson:"planned,omitempty"` // Scheduled
	StatusNotes string    `bson:"status_notes,omitempty"`
	Messages    []Message `bson:"messages,omitempty"`
	Notes       []Note    `bson:"notes,omitempty"`
	Ending      *Ending   `bson:"ending,omitempty"`
	After       After     `bson:"after"`
	DuplicateOf string    `bson:"duplicate_of,omitempty"` // request id
	Absorbed    []string  `bson:"absorbed,omitempty"`     // requests merged into this one
	SplitFrom   string    `bson:"split_from,omitempty"`
	Parts       []string  `bson:"parts,omitempty"` // requests cut off from this one
	External    *External `bson:"external,omitempty"`

	CreatedAt    time.Time     `bson:"created"`
	ChangedAt    time.Time     `bson:"changed"`
	RespondedAt  time.Time     `bson:"responded,omitempty"` // first act of the authority's people
	EndedAt      time.Time     `bson:"ended,omitempty"`     // last end; zero while open
	Reopenings   int           `bson:"reopenings,omitempty"`
	FirstContact bool          `bson:"first_contact,omitempty"` // settled by whoever received it, on the same day
	Acts         int64         `bson:"acts"`                    // grows with each act: what somebody has seen
	Forgotten    bool          `bson:"forgotten,omitempty"`     // retention took its personal data
	History      []audit.Entry `bson:"history,omitempty"`
	Tasks        []Task        `bson:"tasks,omitempty"`
	Lists        []string      `bson:"lists,omitempty"` // see settle
	ListAt       time.Time     `bson:"list_at"`         // when it last changed hands or came in
	Worklists    []string      `bson:"work,omitempty"`  // open work, by DueKey; see settle
	DueKey       time.Time     `bson:"due_key"`         // DueAt, or far away when nothing was promised
	Cell         string        `bson:"cell,omitempty"`  // its leaf cell
}

// IsCitizen reports whether an account is the one that asked.
func (r Request) IsCitizen(personID string) bool {
	return personID != "" && r.Citizen.PersonID == personID
}

// IsShown reports whether everybody may know of the request.
func (r Request) IsShown() bool {
	return r.Public && !r.Hidden && !(r.State == Rejected && r.Ending != nil && r.Ending.Code == Abusive)
}

// Status is Open311's word for the state.
func (r Request) Status() string { return statusOf(r.State) }

func statusOf(s State) string {
	if s.IsOpen() {
		return "open"
	}
	return "closed"
}

// Overdue reports whether the promise is broken at a moment.
func (r Request) Overdue(now time.Time) bool {
	return r.State.IsOpen() && r.Clock.PausedAt.IsZero() && !r.Clock.DueAt.IsZero() && now.After(r.Clock.DueAt)
}

// Kept reports whether an ended request ended within the promise. promised is
// false when nothing was promised or it has not ended.
func (r Request) Kept() (kept, promised bool) {
	if r.EndedAt.IsZero() || r.Clock.DueAt.IsZero() {
		return false, false
	}
	return !r.EndedAt.After(r.Clock.DueAt), true
}

// PublicView returns the request as everybody may see it: nothing of who asked, no
// thread, no notes, no answers that are not public, and the description without
// what looks like an address or a number of a person.
func (r Request) PublicView(v Version) Request {
	r.Citizen, r.EnteredBy, r.Assignee, r.CodeHash = Citizen{}, "", "", nil
	r.Messages, r.Notes, r.Tasks, r.Lists, r.Worklists, r.External = nil, nil, nil, nil, nil, nil
	r.Answers = v.publicAnswers(r.Answers)
	r.Description = withoutContacts(r.Description)
	r.Spot.Words = withoutContacts(r.Spot.Words)
	r.History = audit.Public(r.History)
	r.After.Comment = ""
	return r
}

// Answer returns the values given to a question.
func (r Request) Answer(code string) []string {
	for _, a := range r.Answers {
		if a.Code == code {
			return a.Values
		}
	}
	return nil
}
