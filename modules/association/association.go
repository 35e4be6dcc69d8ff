package association

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// State is where an entry of the register stands.
type State string

// The states.
const (
	Draft      State = "draft"     // being written by the person who asks
	Submitted  State = "submitted" // waits for an officer
	Returned   State = "returned"  // goes back to the person who asks, with what is missing
	Registered State = "registered"
	Refused    State = "refused" // with a reason
	Struck     State = "struck"  // no longer acts here
)

// States are all states, in the order of an entry's life.
var States = []State{Draft, Submitted, Returned, Registered, Refused, Struck}

// StateNames are the states in words.
var StateNames = map[State]string{
	Draft: i18n.Msg("Being written"), Submitted: i18n.Msg("Waits for an officer"), Returned: i18n.Msg("To be completed"),
	Registered: i18n.Msg("In the register"), Refused: i18n.Msg("Not entered"), Struck: i18n.Msg("Struck off"),
}

// IsPublic reports whether everybody may read an entry in this state.
func (s State) IsPublic() bool { return s == Registered || s == Struck }

// DocumentKind says what an uploaded paper is.
type DocumentKind string

// The kinds of papers.
const (
	Statutes   DocumentKind = "statutes"
	Receipt    DocumentKind = "receipt" // that it was declared, or published in the journal
	PowerToAct DocumentKind = "power"   // who represents it by law
	OtherPaper DocumentKind = "other"
)

// DocumentKinds are the kinds in the order offered, with their words.
var DocumentKinds = []DocumentKind{Statutes, Receipt, PowerToAct, OtherPaper}

// DocumentNames are the kinds of papers in words.
var DocumentNames = map[DocumentKind]string{
	Statutes: i18n.Msg("Statutes"), Receipt: i18n.Msg("Receipt of the declaration, or extract of the official journal"),
	PowerToAct: i18n.Msg("Proof of who represents the association"), OtherPaper: i18n.Msg("Other document"),
}

// Document is a paper of an association.
type Document struct {
	File   string       `bson:"file" json:"file"`
	Kind   DocumentKind `bson:"kind" json:"kind"`
	Public bool         `bson:"public" json:"public"` // the association lets everybody read it
}

// Association is an entry of the register.
type Association struct {
	store.Meta     `bson:",inline"`
	State          State         `bson:"state" json:"state"`
	NameAR         string        `bson:"name_ar" json:"name_ar"`
	NameFR         string        `bson:"name_fr" json:"name_fr"` // "" where it has none
	FoundedAt      time.Time     `bson:"founded" json:"founded_at"`
	Seat           string        `bson:"seat" json:"seat"` // place id
	Branches       []string      `bson:"branches,omitempty" json:"branches,omitempty"`
	Function       string        `bson:"function,omitempty" json:"function"`         // of the legal representative, public: "president"
	Representative string        `bson:"representative" json:"representative"`       // the name; see RepresentativeShown
	NameConsent    bool          `bson:"name_consent,omitempty" json:"name_consent"` // the representative agreed that the name is shown
	Activity       string        `bson:"activity" json:"activity"`
	Mail           string        `bson:"mail,omitempty" json:"mail,omitempty"`
	Documents      []Document    `bson:"documents,omitempty" json:"documents,omitempty"`
	AskedBy        string        `bson:"asked_by,omitempty" json:"-"` // person; "" when an officer entered it
	SubmittedAt    time.Time     `bson:"submitted,omitempty" json:"submitted_at,omitzero"`
	Examination    *Examination  `bson:"examination,omitempty" json:"examination,omitempty"`
	Correction     *Correction   `bson:"correction,omitempty" json:"correction,omitempty"` // what its delegates ask to be corrected, until an officer decides
	Words          []string      `bson:"words" json:"-"`                                   // folded words of its names, for the search
	Lists          []string      `bson:"lists,omitempty" json:"-"`
	History        []audit.Entry `bson:"history" json:"-"`
}

// Limits of what is written, in letters.
const (
	MaxName      = 160
	MaxActivity  = 1000
	MaxBranches  = 30
	MaxDocuments = 12
)

// Name returns its name for a reader of lang.
func (a Association) Name(lang string) string {
	if lang != "ar" && a.NameFR != "" || a.NameAR == "" {
		return a.NameFR
	}
	return a.NameAR
}

// Places returns its seat and its branches.
func (a Association) Places() []string {
	all := []string{a.Seat}
	for _, id := range a.Branches {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// RepresentativeShown is what everybody may know of the legal representative:
// the function, and the name if that person agreed.
func (a Association) RepresentativeShown() string {
	if a.NameConsent && a.Representative != "" {
		return strings.Trim(a.Representative+" · "+a.Function, " ·")
	}
	return a.Function
}

// LastReason is the reason of the last act that had one.
func (a Association) LastReason() string {
	for _, e := range slices.Backward(a.History) {
		if e.Reason != "" {
			return e.Reason
		}
	}
	return ""
}

// The lists an entry stands in (index "lists", ordered by name or time).
const (
	listRegistered = "registered" // all, and |place: those with a seat or branch there
	listWaiting    = "waiting"    // |place: requests, of entries and of corrections, its officers may decide
	listAsked      = "asked"      // |person: requests somebody wrote
)

// settle derives words and lists. Call it before each write.
func (a *Association) settle() {
	a.Words = fold.Words(a.NameAR + " " + a.NameFR)
	a.Lists = nil
	switch a.State {
	case Registered:
		a.Lists = append(a.Lists, listRegistered)
		for _, id := range a.Places() {
			a.Lists = append(a.Lists, listRegistered+"|"+id)
		}
		if a.Correction != nil {
			a.wait()
		}
	case Submitted:
		a.wait()
	}
	if a.AskedBy != "" {
		a.Lists = append(a.Lists, listAsked+"|"+a.AskedBy)
	}
}

// wait puts an entry into the lists of what officers have to decide.
func (a *Association) wait() {
	a.Lists = append(a.Lists, listWaiting)
	for _, id := range a.Places() {
		a.Lists = append(a.Lists, listWaiting+"|"+id)
	}
}

// check says what is wrong with an entry.
func (a *Association) check(now time.Time) error {
	for _, text := range []*string{&a.NameAR, &a.NameFR, &a.Function, &a.Representative, &a.Activity, &a.Mail} {
		*text = strings.TrimSpace(*text)
	}
	switch {
	case a.NameAR == "" && a.NameFR == "":
		return fault.New(fault.Invalid, "Give the association's name")
	case tooLong(MaxName, a.NameAR, a.NameFR, a.Representative, a.Function):
		return fault.New(fault.Invalid, "This name is too long")
	case a.Seat == "":
		return fault.New(fault.Invalid, "Choose the municipality of its seat")
	case a.FoundedAt.IsZero() || a.FoundedAt.After(now):
		return fault.New(fault.Invalid, "Give the day on which the association was founded")
	case tooLong(MaxActivity, a.Activity) || len(a.Branches) > MaxBranches:
		return fault.New(fault.TooLarge, "")
	}
	return nil
}

func tooLong(limit int, texts ...string) bool {
	return slices.ContainsFunc(texts, func(s string) bool { return utf8.RuneCountInString(s) > limit })
}

// MayKeep reports whether an actor may keep entries of associations with a
// place in one of these.
func MayKeep(who auth.Actor, places []string) bool {
	return who.IsSystem() || who.Holds(auth.PlatformID, auth.Administrator) ||
		slices.ContainsFunc(places, func(id string) bool { return who.Holds(id, auth.Officer) })
}
