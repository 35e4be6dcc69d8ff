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
	Registered State = "registered"
	Struck     State = "struck" // no longer acts here
)

// Association is an entry of the register.
type Association struct {
	store.Meta     `bson:",inline"`
	State          State         `bson:"state" json:"state"`
	NameAR         string        `bson:"name_ar" json:"name_ar"`
	NameFR         string        `bson:"name_fr" json:"name_fr"` // "" where it has none
	FoundedAt      time.Time     `bson:"founded" json:"founded_at"`
	Seat           string        `bson:"seat" json:"seat"` // place id
	Branches       []string      `bson:"branches,omitempty" json:"branches,omitempty"`
	Representative string        `bson:"representative" json:"representative"` // its legal representative, a public function
	Activity       string        `bson:"activity" json:"activity"`
	Mail           string        `bson:"mail,omitempty" json:"mail,omitempty"`
	Words          []string      `bson:"words" json:"-"` // folded words of its names, for the search
	History        []audit.Entry `bson:"history" json:"-"`
}

// Limits of what is written, in letters.
const (
	MaxName     = 160
	MaxActivity = 1000
	MaxBranches = 30
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
	return slices.Compact(append([]string{a.Seat}, a.Branches...))
}

// check says what is wrong with an entry, and derives its words.
func (a *Association) check(now time.Time) error {
	for _, text := range []*string{&a.NameAR, &a.NameFR, &a.Representative, &a.Activity, &a.Mail} {
		*text = strings.TrimSpace(*text)
	}
	switch {
	case a.NameAR == "" && a.NameFR == "":
		return fault.New(fault.Invalid, "Give the association's name")
	case utf8.RuneCountInString(a.NameAR) > MaxName || utf8.RuneCountInString(a.NameFR) > MaxName || utf8.RuneCountInString(a.Representative) > MaxName:
		return fault.New(fault.Invalid, "This name is too long")
	case a.Seat == "":
		return fault.New(fault.Invalid, "Choose the municipality of its seat")
	case a.FoundedAt.IsZero() || a.FoundedAt.After(now):
		return fault.New(fault.Invalid, "Give the day on which the association was founded")
	case utf8.RuneCountInString(a.Activity) > MaxActivity || len(a.Branches) > MaxBranches:
		return fault.New(fault.TooLarge, "")
	}
	a.Words = fold.Words(a.NameAR + " " + a.NameFR)
	return nil
}

// act is something done to an entry, as it stands in the audit.
type act string

const (
	actRegister act = "association.register"
	actCorrect  act = "association.correct"
	actStrike   act = "association.strike"
	actRestore  act = "association.restore"
)

// actNames are the acts in words.
var actNames = map[act]string{
	actRegister: i18n.Msg("Association entered in the register"), actCorrect: i18n.Msg("Entry of an association corrected"),
	actStrike: i18n.Msg("Association struck off the register"), actRestore: i18n.Msg("Association entered again"),
}

// ActName returns the words (a message id) for an act of the register in the
// audit, "" for an unknown one.
func ActName(a string) string { return actNames[act(a)] }

// rule says from which state an act is possible and where it leads.
type rule struct {
	from, to State
	reason   bool // a reason must be given
}

// transitions is what may be done to an entry; who may is the same for all:
// officers where the association has a place, and administrators.
var transitions = map[act]rule{
	actRegister: {"", Registered, false},
	actCorrect:  {Registered, Registered, false},
	actStrike:   {Registered, Struck, true},
	actRestore:  {Struck, Registered, true},
}

// MayKeep reports whether an actor may keep entries of associations with a
// place in one of these.
func MayKeep(who auth.Actor, places []string) bool {
	return who.IsSystem() || who.Holds(auth.PlatformID, auth.Administrator) ||
		slices.ContainsFunc(places, func(id string) bool { return who.Holds(id, auth.Officer) })
}
