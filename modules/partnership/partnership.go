package partnership

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// State is where an agreement or a project stands.
type State string

// The states of an agreement, then those of a project.
const (
	Draft      State = "draft"
	InForce    State = "in_force"
	Ended      State = "ended"
	Terminated State = "terminated" // before its time, with a reason

	Planned  State = "planned"
	Running  State = "running"
	Finished State = "finished"
	Stopped  State = "stopped" // with a reason
)

// StateNames are the states in words.
var StateNames = map[State]string{
	Draft: i18n.Msg("Draft"), InForce: i18n.Msg("In force"), Ended: i18n.Msg("Ended"), Terminated: i18n.Msg("Terminated"),
	Planned: i18n.Msg("In preparation"), Running: i18n.Msg("Under way"), Finished: i18n.Msg("Finished"), Stopped: i18n.Msg("Stopped"),
}

// Party is one who signs an agreement beside the authority: an association of
// the register, or somebody else by name.
type Party struct {
	Association string `bson:"association,omitempty" json:"association,omitempty"` // id
	Name        string `bson:"name,omitempty" json:"name,omitempty"`               // of one that is no association of the register
}

// Agreement is a partnership agreement of an authority.
type Agreement struct {
	store.Meta `bson:",inline"`
	Authority  string        `bson:"authority" json:"authority"` // place id
	State      State         `bson:"state" json:"state"`
	Parties    []Party       `bson:"parties" json:"parties"`
	Object     string        `bson:"object" json:"object"`
	Details    string        `bson:"details,omitempty" json:"details"`
	SignedOn   time.Time     `bson:"signed" json:"signed_on"`
	EndsOn     time.Time     `bson:"ends,omitempty" json:"ends_on,omitzero"` // zero: no end is agreed
	File       string        `bson:"file,omitempty" json:"-"`
	SHA256     string        `bson:"sha256,omitempty" json:"sha256"` // of the document, hexadecimal
	Lists      []string      `bson:"lists,omitempty" json:"-"`
	History    []audit.Entry `bson:"history" json:"-"`
}

// Project is a joint project of associations with an authority.
type Project struct {
	store.Meta `bson:",inline"`
	Authority  string        `bson:"authority" json:"authority"`
	State      State         `bson:"state" json:"state"`
	Title      string        `bson:"title" json:"title"`
	Text       string        `bson:"text" json:"text"`
	Lead       string        `bson:"lead" json:"lead"` // association id
	Partners   []Party       `bson:"partners,omitempty" json:"partners"`
	Agreement  string        `bson:"agreement,omitempty" json:"agreement,omitempty"`
	BeginsOn   time.Time     `bson:"begins" json:"begins_on"`
	EndsOn     time.Time     `bson:"ends,omitempty" json:"ends_on,omitzero"`
	Log        []Coaching    `bson:"log,omitempty" json:"log"`
	Lists      []string      `bson:"lists,omitempty" json:"-"`
	History    []audit.Entry `bson:"history" json:"-"`
}

// Coaching is an entry of a project's log.
type Coaching struct {
	On   time.Time `bson:"on" json:"on"`
	Kind string    `bson:"kind" json:"kind"` // one of CoachingKinds
	Text string    `bson:"text" json:"text"`
	As   string    `bson:"as" json:"as"` // the role it was written in: "officer", "delegate"
	At   time.Time `bson:"at" json:"at"`
}

// CoachingKinds are the kinds of entries of a log, in the order offered.
var CoachingKinds = []string{"meeting", "training", "visit", "advice", "resources", "evaluation"}

// CoachingNames are the kinds in words.
var CoachingNames = map[string]string{
	"meeting": i18n.Msg("Meeting"), "training": i18n.Msg("Training"), "visit": i18n.Msg("Visit on site"), "advice": i18n.Msg("Advice"),
	"resources": i18n.Msg("Means provided"), "evaluation": i18n.Msg("Evaluation"),
}

// Limits of what is written, in letters and entries.
const (
	MaxObject  = 200
	MaxText    = 4000
	MaxEntry   = 1000
	MaxParties = 12
	MaxLog     = 500
)

// listed are the states everybody sees.
func (s State) listed() bool { return s != Draft }

const (
	listAll    = "all"    // public, and |authority
	listDrafts = "drafts" // |authority
)

func (a *Agreement) settle() {
	a.Lists = []string{listDrafts + "|" + a.Authority}
	if a.State.listed() {
		a.Lists = []string{listAll, listAll + "|" + a.Authority}
	}
}

func (p *Project) settle() { p.Lists = []string{listAll, listAll + "|" + p.Authority} }

func long(limit int, texts ...string) bool {
	return slices.ContainsFunc(texts, func(s string) bool { return utf8.RuneCountInString(s) > limit })
}

// parties keeps those that are somebody, each once.
func parties(all []Party) []Party {
	var kept []Party
	for _, p := range all {
		p.Name = strings.TrimSpace(p.Name)
		if p.Association != "" {
			p.Name = ""
		}
		if p != (Party{}) && !slices.Contains(kept, p) {
			kept = append(kept, p)
		}
	}
	return kept
}

func (a *Agreement) check(now time.Time) error {
	a.Object, a.Details, a.Parties = strings.TrimSpace(a.Object), strings.TrimSpace(a.Details), parties(a.Parties)
	switch {
	case a.Object == "":
		return &InputError{Field: "object", Message: i18n.Msg("Say in a line what the agreement is about")}
	case long(MaxObject, a.Object):
		return &InputError{Field: "object", Message: i18n.Msg("Shorten this text")}
	case long(MaxText, a.Details):
		return &InputError{Field: "details", Message: i18n.Msg("Shorten this text")}
	case len(a.Parties) == 0 || len(a.Parties) > MaxParties:
		return &InputError{Field: "party1", Message: i18n.Msg("Name at least one party beside the authority")}
	case a.SignedOn.IsZero() || a.SignedOn.After(now):
		return &InputError{Field: "signed", Message: i18n.Msg("Give the day of signing, which is not in the future")}
	case !a.EndsOn.IsZero() && !a.EndsOn.After(a.SignedOn):
		return &InputError{Field: "ends", Message: i18n.Msg("The end comes after the beginning")}
	}
	return nil
}

func (p *Project) check() error {
	p.Title, p.Text, p.Partners = strings.TrimSpace(p.Title), strings.TrimSpace(p.Text), parties(p.Partners)
	p.Partners = slices.DeleteFunc(p.Partners, func(x Party) bool { return x.Association == p.Lead })
	switch {
	case p.Title == "":
		return &InputError{Field: "title", Message: i18n.Msg("Give the project a name")}
	case long(MaxObject, p.Title):
		return &InputError{Field: "title", Message: i18n.Msg("Shorten this text")}
	case long(MaxText, p.Text):
		return &InputError{Field: "text", Message: i18n.Msg("Shorten this text")}
	case p.Lead == "":
		return &InputError{Field: "lead", Message: i18n.Msg("Choose the association that leads the project")}
	case len(p.Partners) > MaxParties:
		return &InputError{Field: "partner1", Message: i18n.Msg("Shorten this text")}
	case p.BeginsOn.IsZero():
		return &InputError{Field: "begins", Message: i18n.Msg("Give the day on which the project begins")}
	case !p.EndsOn.IsZero() && !p.EndsOn.After(p.BeginsOn):
		return &InputError{Field: "ends", Message: i18n.Msg("The end comes after the beginning")}
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
func (e *InputError) Error() string { return "partnership: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Args: e.Args}
}
