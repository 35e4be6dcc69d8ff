package council

import (
	"math"
	"slices"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// The states of a session.
const (
	SessionDraft     State = "draft"     // being prepared; seen at the desk alone
	SessionConvened  State = "convened"  // members and public are told
	SessionOpen      State = "open"      // the body sits
	SessionClosed    State = "closed"    // it has decided; the minutes are being written
	SessionPublished State = "published" // the minutes are public
	SessionCancelled State = "cancelled"
)

// SessionStates are all states of a session.
var SessionStates = []State{SessionDraft, SessionConvened, SessionOpen, SessionClosed, SessionPublished, SessionCancelled}

// Public reports whether everybody may see the session: those that were only
// prepared, or given up before anybody was told, are not.
func (s Session) Public() bool { return !s.NoticeAt.IsZero() }

// SessionKind is ordinary or extraordinary.
type SessionKind string

// The kinds.
const (
	Ordinary      SessionKind = "ordinary"
	Extraordinary SessionKind = "extraordinary"
)

// Outcome is what became of an item of the agenda.
type Outcome string

// The outcomes; "" while nothing is recorded.
const (
	Adopted   Outcome = "adopted"
	Rejected  Outcome = "rejected"
	Postponed Outcome = "postponed"
	Noted     Outcome = "noted" // taken note of, without a vote
)

// Outcomes are all outcomes, in the order offered.
var Outcomes = []Outcome{Adopted, Rejected, Postponed, Noted}

// Voted reports whether an outcome comes from a vote and bears a number.
func (o Outcome) Voted() bool { return o == Adopted || o == Rejected }

// Item is a point of the agenda with what became of it.
type Item struct {
	ID       string  `bson:"id" json:"id"`
	Title    string  `bson:"title" json:"title"`
	Text     string  `bson:"text,omitempty" json:"text,omitempty"`
	Subject  Subject `bson:"subject" json:"subject"`
	Outcome  Outcome `bson:"outcome,omitempty" json:"outcome,omitempty"`
	For      int     `bson:"for" json:"for"`
	Against  int     `bson:"against" json:"against"`
	Abstain  int     `bson:"abstain" json:"abstain"`
	Number   int     `bson:"number,omitempty" json:"number,omitempty"` // of the decision, within the year
	Decision string  `bson:"decision,omitempty" json:"decision,omitempty"`
}

// Session is one meeting of the deciding body.
type Session struct {
	store.Meta `bson:",inline"`
	Base       `bson:",inline"`
	Country    string       `bson:"country" json:"country"`
	Kind       SessionKind  `bson:"kind" json:"kind"`
	Body       law.BodyKind `bson:"body" json:"body"` // who meets
	StartsAt   time.Time    `bson:"starts" json:"starts_at"`
	Place      string       `bson:"place" json:"place"`
	Video      string       `bson:"video,omitempty" json:"video,omitempty"`
	Call       int          `bson:"call" json:"call"` // 1; 2 and 3 after a session without quorum
	NoticeAt   time.Time    `bson:"notice,omitempty" json:"notice_at,omitzero"`
	Notice     Rule         `bson:"notice_rule" json:"notice_rule"`
	LateReason string       `bson:"late_reason,omitempty" json:"late_reason,omitempty"`
	Agenda     []Item       `bson:"agenda" json:"agenda"`
	Members    int          `bson:"members" json:"members"` // in office when it opened
	Present    []string     `bson:"present" json:"-"`       // mandates
	Quorum     Rule         `bson:"quorum_rule" json:"quorum_rule"`
	Chair      string       `bson:"chair,omitempty" json:"chair,omitempty"`
	Remarks    string       `bson:"remarks,omitempty" json:"remarks,omitempty"` // what else the minutes say
	OpenedAt   time.Time    `bson:"opened,omitempty" json:"opened_at,omitzero"`
	ClosedAt   time.Time    `bson:"closed,omitempty" json:"closed_at,omitzero"`
	Minutes    string       `bson:"minutes,omitempty" json:"-"` // file
	MinutesSum string       `bson:"minutes_sum,omitempty" json:"minutes_sha256,omitempty"`
	Lists      []string     `bson:"lists" json:"-"`
}

// The lists of sessions: all, and those that everybody may see.
const (
	allSessions    = "all"
	publicSessions = "public"
)

func (s *Session) derive() {
	s.AtDesk = s.State == SessionConvened || s.State == SessionOpen || s.State == SessionClosed
	s.Lists = []string{s.Authority + "|" + allSessions}
	if s.Public() {
		s.Lists = append(s.Lists, s.Authority+"|"+publicSessions)
	}
}

// Item returns a point of the agenda.
func (s *Session) Item(id string) (*Item, bool) {
	i := slices.IndexFunc(s.Agenda, func(x Item) bool { return x.ID == id })
	if i < 0 {
		return nil, false
	}
	return &s.Agenda[i], true
}

// Year is the year of the session where the authority lies, in which its
// decisions are numbered.
func (s Session) Year() int { return s.StartsAt.In(clock.Zone(s.Country)).Year() }

// NoticeDays is how many days of the calendar lie between the day of a notice
// and that of the session, where the authority lies.
func (s Session) NoticeDays(notice time.Time) int { return daysBetween(notice, s.StartsAt, s.Country) }

// Late reports whether the notice given at a time comes after the last day
// that the rule allows.
func (s Session) Late(notice time.Time) bool {
	return s.Notice.Known() && s.NoticeDays(notice) < s.Notice.Value
}

// WasLate reports whether the session was convened late.
func (s Session) WasLate() bool { return s.Public() && s.Late(s.NoticeAt) }

// daysBetween counts the days of a country's calendar from one time to another.
// A day on which the clock is changed has an hour more or less.
func daysBetween(from, to time.Time, country string) int {
	zone := clock.Zone(country)
	return int(math.Round(clock.StartOfDay(to, zone).Sub(clock.StartOfDay(from, zone)).Hours() / 24))
}

// Needed is how many members must be present for the body to deliberate; 0
// where no rule is known, and when it was called for the third time.
func (s Session) Needed() int {
	if !s.Quorum.Known() || s.Call >= 3 {
		return 0
	}
	return s.Members*s.Quorum.Value/100 + 1
}

// QuorumMet reports whether enough members are present.
func (s Session) QuorumMet() bool { return len(s.Present) >= s.Needed() }

// Vote is what is recorded about an item.
type Vote struct {
	Outcome               Outcome
	For, Against, Abstain int
	Number                int // of the decision; 0 takes the next
	Decision              string
}

var (
	errNoQuorum = fault.New(fault.Conflict, "Without a quorum nothing is put to the vote. Close the session, and call it again.")
	errNoItem   = fault.New(fault.NotFound, "There is no such item on the agenda.")
)

// check says what is wrong with a vote in a session.
func (v Vote) check(s Session) error {
	if !slices.Contains(Outcomes, v.Outcome) {
		return wrong("outcome", i18n.Msg("Choose what became of the item"))
	}
	if !v.Outcome.Voted() {
		if v.For+v.Against+v.Abstain != 0 {
			return wrong("for", i18n.Msg("An item that was postponed or noted has no votes"))
		}
		return nil
	}
	if !s.QuorumMet() {
		return errNoQuorum
	}
	cast := v.For + v.Against + v.Abstain
	switch {
	case v.For < 0 || v.Against < 0 || v.Abstain < 0:
		return wrong("for", i18n.Msg("Enter the votes as whole numbers"))
	case cast == 0:
		return wrong("for", i18n.Msg("Enter how many voted for, against, and abstained"))
	case cast > len(s.Present):
		return wrong("for", i18n.Msg("{cast} votes were cast and {present} members were present. Correct the one or the other."), "cast", cast, "present", len(s.Present))
	case v.Outcome == Adopted && v.For < max(v.Against, 1):
		return wrong("outcome", i18n.Msg("More voted against than for: this was not adopted"))
	case v.Outcome == Rejected && v.Against < v.For:
		return wrong("outcome", i18n.Msg("More voted for than against: this was not rejected"))
	case v.Number < 0:
		return wrong("number", i18n.Msg("Enter the number of the decision, or leave it empty"))
	}
	return nil
}

// InputError says what is wrong with one field of a form. It is a fault of
// kind Invalid.
type InputError struct {
	Field   string
	Message string // message id
	Args    []any
}

// Error says what is wrong, for the log.
func (e *InputError) Error() string { return "council: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Args: e.Args}
}

func wrong(field, message string, args ...any) error {
	return &InputError{Field: field, Message: message, Args: args}
}
