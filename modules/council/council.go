package council

import (
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/law"
)

// State is where a document stands. Each kind of document has its own.
type State string

// Base is what all documents of this module share.
type Base struct {
	Authority string        `bson:"authority" json:"authority"` // place id
	State     State         `bson:"state" json:"state"`
	History   []audit.Entry `bson:"history" json:"history"`
	Unsettled bool          `bson:"unsettled" json:"-"` // what follows from the last act may not be done yet
	AtDesk    bool          `bson:"at_desk" json:"-"`   // something of it may wait for the authority
	CreatedAt time.Time     `bson:"created" json:"created_at"`
	ChangedAt time.Time     `bson:"changed" json:"changed_at"`
}

func (b *Base) base() *Base { return b }

// owner is the person whom a document belongs to; none for most.
func (b *Base) owner() string { return "" }

// derive computes what is stored beside and follows from the rest.
func (b *Base) derive() {}

// Subject is what an item of an agenda, a decision or an opinion is about.
type Subject struct {
	Kind      string `bson:"kind" json:"kind"` // "petition", "budget"
	ID        string `bson:"id" json:"id"`
	Title     string `bson:"title" json:"title"`
	Reference string `bson:"reference,omitempty" json:"reference,omitempty"`
}

// None reports whether there is no subject.
func (s Subject) None() bool { return s.ID == "" }

// Key names the subject in an index; "" for none.
func (s Subject) Key() string {
	if s.None() {
		return ""
	}
	return s.Kind + ":" + s.ID
}

// Rule is a number of the law as it was applied, with where it comes from.
type Rule struct {
	Value     int       `bson:"value" json:"value"`
	Unit      law.Unit  `bson:"unit" json:"unit"`
	Law       law.Text  `bson:"law" json:"law"`
	Article   string    `bson:"article,omitempty" json:"article,omitempty"`
	Source    law.Text  `bson:"source" json:"source"`
	Note      law.Text  `bson:"note" json:"note"`
	URL       string    `bson:"url,omitempty" json:"url,omitempty"`
	Verified  bool      `bson:"verified" json:"verified"`
	Platform  bool      `bson:"platform,omitempty" json:"platform,omitempty"` // no law sets it
	ValidFrom time.Time `bson:"valid_from" json:"valid_from"`
}

// Known reports whether the rule packs had such a number.
func (r Rule) Known() bool { return r.Value > 0 }

// figure is the rule in the words of kit/law.
func (r Rule) figure() law.Figure { return law.Figure{Value: r.Value, Unit: r.Unit} }

// ruleOf freezes a figure of a rule pack; the zero Rule where the pack has none.
func ruleOf(pack *law.Pack, name law.FigureName, at time.Time) Rule {
	f, ok := pack.Figure(name, at)
	if !ok {
		return Rule{}
	}
	return Rule{Value: f.Value, Unit: f.Unit, Law: f.Law, Article: f.Article, Source: f.Source, Note: f.Note, URL: f.URL,
		Verified: f.Verified, Platform: f.Platform, ValidFrom: f.ValidFrom}
}

// Limits of what is written, in letters, and of lists.
const (
	MaxTitle      = 200
	MaxText       = 6000
	MaxReason     = 1000
	MaxName       = 120
	MaxItems      = 60  // of one agenda
	MaxMembers    = 300 // of one body, present at once
	MaxCategories = 12
)

// Collegial reports whether a body decides by vote in sessions.
func Collegial(kind law.BodyKind) bool { return kind != law.ActingSecretaryGeneral }

// lists are the names under which a document is found, from parts that may be
// asked for or not: every choice of some of them is one name, so that any
// filter rides the index and pages by cursor.
func lists(authority string, parts ...string) []string {
	names := []string{authority}
	for _, part := range parts {
		for _, name := range slices.Clone(names) {
			if part != "" {
				names = append(names, name+"|"+part)
			}
		}
	}
	return names
}

// listName is the name of one choice; parts that are "" are not asked for.
func listName(authority string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(append([]string{authority}, parts...), func(s string) bool { return s == "" }), "|")
}
