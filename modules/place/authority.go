package place

import (
	"regexp"
	"strconv"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// State says whether an authority takes part on the platform.
type State string

// The states. An authority nobody has set up is Inactive.
const (
	Inactive State = "inactive"
	Active   State = "active"
)

// Body is who decides for an authority at present.
type Body struct {
	Kind  law.BodyKind `bson:"kind" json:"kind"`
	Since time.Time    `bson:"since" json:"since"` // zero: not known
	Note  Text         `bson:"note" json:"note"`   // in people's words: the act that appointed it
}

// Contact is how people reach an authority about petitions. It names a
// function, not a person, and holds nothing private.
type Contact struct {
	Function Text   `bson:"function" json:"function"` // "Head of the civil-society office"
	Address  Text   `bson:"address" json:"address"`
	Phone    string `bson:"phone" json:"phone"`
	Mail     string `bson:"mail" json:"mail"`
	Hours    Text   `bson:"hours" json:"hours"`
}

// IsZero reports whether nothing is known.
func (c Contact) IsZero() bool { return c == Contact{} }

// Privacy is what the authority owes people as controller of their data.
type Privacy struct {
	Receipt   string `bson:"receipt" json:"receipt"`     // number given by the regulator
	Retention Text   `bson:"retention" json:"retention"` // what it adds to the pack's retention period
}

// Look is how an authority's pages look: data, never code.
type Look struct {
	LogoFile string `bson:"logo" json:"logo"`     // file id; "" for none
	Accent   string `bson:"accent" json:"accent"` // "#0b575a"; "" for the platform's own
}

// Authority is a place that can be petitioned, as it is on the platform.
// Its id is the place's.
type Authority struct {
	store.Meta `bson:",inline"`
	State      State         `bson:"state" json:"state"`
	Body       Body          `bson:"body" json:"body"`
	Contact    Contact       `bson:"contact" json:"contact"`
	Privacy    Privacy       `bson:"privacy" json:"privacy"`
	Look       Look          `bson:"look" json:"look"`
	Modules    []string      `bson:"modules" json:"modules"` // switched on: "petition", "budget" …
	Tags       []string      `bson:"tags" json:"tags"`       // "nucharik", "citizen_space"
	History    []audit.Entry `bson:"history" json:"history"`

	Place Place `bson:"-" json:"-"` // the facts, from the table; always set by the service
}

// IsActive reports whether the authority takes part on the platform.
func (a Authority) IsActive() bool { return a.State == Active }

// IsKnown reports whether somebody has set the authority up; otherwise it is
// made up from the table.
func (a Authority) IsKnown() bool { return a.Version > 0 }

// InactiveMeaning is what a petition to an authority that takes no part means,
// to be translated.
var InactiveMeaning = i18n.Msg("This authority does not take part on the platform yet. You can write a petition and collect signatures here, but nobody of the authority moderates, receives or answers it online: you deposit it yourself, on paper, against a receipt.")

// LevelName returns what a level is called, to be translated.
func LevelName(l Level) string {
	switch l {
	case Region:
		return i18n.Msg("Region")
	case Province:
		return i18n.Msg("Prefecture or province")
	case Governorate:
		return i18n.Msg("Governorate")
	case Commune:
		return i18n.Msg("Commune")
	case Municipality:
		return i18n.Msg("Municipality")
	case Arrondissement:
		return i18n.Msg("Arrondissement")
	}
	return string(l)
}

var hexColour = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// readable is the least contrast that text may have with what is behind it
// (WCAG 2.2, 1.4.3).
const readable = 4.5

// checkAccent refuses a colour on which white text cannot be read.
func checkAccent(colour string) error {
	if colour == "" {
		return nil
	}
	if !hexColour.MatchString(colour) {
		return fault.New(fault.Invalid, "Write the colour as # and six digits or letters from a to f, such as {example}.", "example", "#0b575a")
	}
	if 1.05/(luminance(colour)+0.05) < readable {
		return fault.New(fault.Invalid, "White text could not be read on this colour. Choose a darker one.")
	}
	return nil
}

// luminance is the relative luminance of a colour, as WCAG defines it.
func luminance(colour string) float64 {
	n, _ := strconv.ParseUint(colour[1:], 16, 32)
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8&255) + 0.0722*linear(n&255)
}
