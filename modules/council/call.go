package council

import (
	"time"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// The states of a call.
const (
	CallWaiting   State = "waiting"  // for an officer to read it
	CallOpen      State = "open"     // takes supports
	CallReached   State = "reached"  // enough people support it; the authority is told
	CallAccepted  State = "accepted" // a date is set
	CallDeclined  State = "declined" // with reasons
	CallHeld      State = "held"     // it took place
	CallRefused   State = "refused"  // not published, or taken off, with a reason
	CallWithdrawn State = "withdrawn"
	CallEnded     State = "ended" // the time ran out below the number
)

// CallStates are all states of a call.
var CallStates = []State{CallWaiting, CallOpen, CallReached, CallAccepted, CallDeclined, CallHeld, CallRefused, CallWithdrawn, CallEnded}

// CallKind is what is called for.
type CallKind string

// The kinds.
const (
	PublicMeeting CallKind = "meeting"
	Referendum    CallKind = "referendum"
)

// CallKinds are all kinds, in the order offered.
var CallKinds = []CallKind{PublicMeeting, Referendum}

var callFigures = map[CallKind]law.FigureName{PublicMeeting: law.PublicMeetingShare, Referendum: law.ReferendumShare}

var callLabels = map[CallKind]string{
	PublicMeeting: i18n.Msg("Request for a public meeting"), Referendum: i18n.Msg("Initiative for a local referendum"),
}

// Call asks for a public meeting or for a local referendum.
type Call struct {
	store.Meta `bson:",inline"`
	Base       `bson:",inline"`
	Country    string    `bson:"country" json:"country"`
	Kind       CallKind  `bson:"kind" json:"kind"`
	PersonID   string    `bson:"person,omitempty" json:"-"`
	Name       string    `bson:"name,omitempty" json:"name,omitempty"`
	NamePublic bool      `bson:"name_public" json:"name_public"`
	Title      string    `bson:"title" json:"title"`
	Text       string    `bson:"text" json:"text"`
	OpenedAt   time.Time `bson:"opened,omitempty" json:"opened_at,omitzero"`
	ClosesAt   time.Time `bson:"closes,omitempty" json:"closes_at,omitzero"`

	// Frozen when the call is published: the share that the rules ask for, and
	// the number of registered voters it is taken of.
	Share        Rule      `bson:"share" json:"share"`
	Voters       int       `bson:"voters" json:"voters"`
	VotersOn     time.Time `bson:"voters_on,omitempty" json:"voters_on,omitzero"`
	VotersSource string    `bson:"voters_source" json:"voters_source"`

	ReachedAt time.Time `bson:"reached,omitempty" json:"reached_at,omitzero"`
	MeetsAt   time.Time `bson:"meets,omitempty" json:"meets_at,omitzero"` // the meeting, or the session that treats the initiative
	Place     string    `bson:"place,omitempty" json:"place,omitempty"`
	Reasons   string    `bson:"reasons,omitempty" json:"reasons,omitempty"` // of the authority
	Report    string    `bson:"report,omitempty" json:"report,omitempty"`
	Refusal   string    `bson:"refusal,omitempty" json:"-"`
	Lists     []string  `bson:"lists" json:"-"`
}

func (c *Call) owner() string { return c.PersonID }

// Needed is how many people must support the call: the share of the registered
// voters, rounded up; 0 while the number of voters is not known.
func (c Call) Needed() int64 {
	return (int64(c.Voters)*int64(c.Share.Value) + 99) / 100
}

// Public reports whether everybody may see the call.
func (c Call) Public() bool {
	return c.State != CallWaiting && c.State != CallRefused && !c.OpenedAt.IsZero()
}

// Supportable reports whether supports are taken at a time.
func (c Call) Supportable(now time.Time) bool {
	return (c.State == CallOpen || c.State == CallReached) && !now.After(c.ClosesAt)
}

func (c *Call) derive() {
	c.AtDesk = c.State == CallWaiting || c.State == CallReached || c.State == CallAccepted
	c.Lists = nil
	switch {
	case c.Public():
		c.Lists = []string{c.Authority}
		if c.State == CallOpen {
			c.Lists = append(c.Lists, "running")
		}
		if c.State == CallReached || c.State == CallAccepted {
			c.Lists = append(c.Lists, "due|"+c.Authority)
		}
		if !c.MeetsAt.IsZero() {
			c.Lists = append(c.Lists, "meets|"+c.Authority)
		}
	case c.State == CallWaiting:
		c.Lists = []string{"desk|" + c.Authority}
	}
	if c.PersonID != "" {
		c.Lists = append(c.Lists, "person|"+c.PersonID)
	}
}

// Support is one person's support of a call. Its id follows from both.
type Support struct {
	store.Meta `bson:",inline"`
	Call       string    `bson:"call" json:"call"`
	PersonID   string    `bson:"person,omitempty" json:"-"` // "" once the account is deleted
	At         time.Time `bson:"at" json:"at"`
}

// Tally is how many support a call.
type Tally struct {
	store.Meta `bson:",inline"` // ID is the call
	Supporters int64            `bson:"supporters"`
}
