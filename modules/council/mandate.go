package council

import (
	"time"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// The states of a mandate and of an advisory body.
const (
	InOffice     State = "in_office"
	MandateEnded State = "ended"
	Standing     State = "standing"
	Dissolved    State = "dissolved"
)

// Deciding is the Body of a mandate in the deciding body; the others are kinds
// of advisory bodies.
const Deciding = "deciding"

// Sex of a member, for the balance of a body alone.
type Sex string

// The sexes; "" where it was not given.
const (
	Woman Sex = "woman"
	Man   Sex = "man"
)

// Functions are what a member may be in a body, in the order of protocol.
var Functions = []string{"president", "vice_president", "rapporteur", "deputy_rapporteur", "committee_chair", "member"}

var functionLabels = map[string]string{
	"president": i18n.Msg("President"), "vice_president": i18n.Msg("Vice-president"), "rapporteur": i18n.Msg("Rapporteur"),
	"deputy_rapporteur": i18n.Msg("Deputy rapporteur"), "committee_chair": i18n.Msg("Chair of a standing committee"), "member": i18n.Msg("Member"),
}

// Mandate is the time for which somebody is a member of a body. It holds what
// is public of the office, and no party.
type Mandate struct {
	store.Meta `bson:",inline"`
	Base       `bson:",inline"`
	Body       string    `bson:"body" json:"body"` // Deciding, or the kind of an advisory body
	Name       string    `bson:"name" json:"name"`
	Function   string    `bson:"function" json:"function"` // Functions
	Rank       int       `bson:"rank" json:"-"`            // place of Function in Functions
	Category   string    `bson:"category,omitempty" json:"category,omitempty"`
	Sex        Sex       `bson:"sex,omitempty" json:"-"` // shown only as a count of the body
	From       time.Time `bson:"from" json:"from"`
	Until      time.Time `bson:"until,omitempty" json:"until,omitzero"` // the first moment after it; zero: no end
}

// HoldsAt reports whether the mandate holds at a time.
func (m Mandate) HoldsAt(t time.Time) bool {
	return !t.Before(m.From) && (m.Until.IsZero() || t.Before(m.Until))
}

// Advisory bodies by kind, in the order in which pages show them (Moroccan
// organic laws 113-14, article 120, and 111-14, article 117).
var AdvisoryKinds = []string{"equality", "youth", "economic"}

var advisoryLabels = map[string]string{
	"equality": i18n.Msg("Body for equity, equal opportunities and the gender approach"),
	"youth":    i18n.Msg("Advisory body for the interests of young people"),
	"economic": i18n.Msg("Advisory body for economic affairs"),
}

// AdvisoryLabel says what a kind of advisory body is called, to be translated.
func AdvisoryLabel(kind string) string { return advisoryLabels[kind] }

// AdvisoryBody is one of an authority's advisory bodies. Its id is made of
// authority and kind: there is one of each.
type AdvisoryBody struct {
	store.Meta `bson:",inline"`
	Base       `bson:",inline"`
	Kind       string    `bson:"kind" json:"kind"`
	FoundedOn  time.Time `bson:"founded,omitempty" json:"founded_on,omitzero"`
	Act        string    `bson:"act" json:"act"`               // what set it up, in people's words
	Categories []string  `bson:"categories" json:"categories"` // composition
	Seats      int       `bson:"seats" json:"seats"`           // 0 where not set
}

func advisoryID(authority, kind string) string { return authority + ":" + kind }

// Balance is how many women and men a body has, among those whose sex is known.
type Balance struct{ Women, Men int }

func balanceOf(members []Mandate) Balance {
	var b Balance
	for _, m := range members {
		switch m.Sex {
		case Woman:
			b.Women++
		case Man:
			b.Men++
		}
	}
	return b
}

// Opinion states.
const (
	OpinionPublished State = "published"
	OpinionRecalled  State = "recalled"
)

// Opinion is what an advisory body says about a subject.
type Opinion struct {
	store.Meta `bson:",inline"`
	Base       `bson:",inline"`
	Body       string    `bson:"body" json:"body"` // kind of the advisory body
	Subject    Subject   `bson:"subject" json:"subject"`
	About      string    `bson:"about" json:"-"` // Subject.Key
	Title      string    `bson:"title" json:"title"`
	Stance     string    `bson:"stance" json:"stance"` // Stances
	Text       string    `bson:"text" json:"text"`
	File       string    `bson:"file,omitempty" json:"file,omitempty"`
	GivenOn    time.Time `bson:"given" json:"given_on"`
	FollowUp   string    `bson:"follow_up,omitempty" json:"follow_up,omitempty"` // what the deciding body did with it
	FollowedAt time.Time `bson:"followed,omitempty" json:"followed_at,omitzero"`
}

func (o *Opinion) derive() {
	o.About = o.Subject.Key()
	if o.State == OpinionRecalled {
		o.About = "recalled|" + o.About
	}
}

// Stances say in a word what an opinion says.
var Stances = []string{"favourable", "with_reservations", "unfavourable", "recommendations"}

var stanceLabels = map[string]string{
	"favourable": i18n.Msg("Favourable"), "with_reservations": i18n.Msg("Favourable with reservations"),
	"unfavourable": i18n.Msg("Unfavourable"), "recommendations": i18n.Msg("Recommendations"),
}

// Settings are what an authority says about its council life.
type Settings struct {
	store.Meta   `bson:",inline"` // ID is the authority
	Base         `bson:",inline"`
	Voters       int       `bson:"voters" json:"voters"` // registered voters; 0 where not entered
	VotersOn     time.Time `bson:"voters_on,omitempty" json:"voters_on,omitzero"`
	VotersSource string    `bson:"voters_source" json:"voters_source"`
	Lang         string    `bson:"lang" json:"lang"` // of the minutes: "ar" or "fr"
}

// SettingsKept is the only state of settings.
const SettingsKept State = "kept"
