package citizenspace

import (
	"errors"
	"regexp"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
)

// Problem is one thing that is wrong with what was sent, for the page to show
// beside its field. The field of an answer is "q_" and the question's code.
type Problem struct {
	Field   string
	Message string // message id
	Args    []any
}

// Broken is what an act answers to something that cannot be accepted as it is.
// It is a fault of kind Invalid; pages show the problems beside their fields,
// Open311 names them.
type Broken struct{ Problems []Problem }

// Error names the fields, for the log.
func (b *Broken) Error() string {
	var fields []string
	for _, p := range b.Problems {
		fields = append(fields, p.Field)
	}
	return "not acceptable: " + strings.Join(fields, ", ")
}

// broken makes the fault of problems; nil when there are none.
func broken(op string, problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "Some answers have to be corrected.").Because(op, &Broken{Problems: problems})
}

// ProblemsOf returns the problems inside a fault, nil when it has none.
func ProblemsOf(err error) []Problem {
	var b *Broken
	if errors.As(err, &b) {
		return b.Problems
	}
	return nil
}

// The bounds of a request.
const (
	MaxDescription = 4000 // Open311's own
	MaxLine        = 300
	MaxText        = 2000
	MaxSpotWords   = 300
	MaxName        = 120
	MaxMessage     = 4000
	MaxReasons     = 2000
	MaxMessages    = 400 // of one request
	MaxNotes       = 200
	MaxQuestions   = 40
)

var tooLong = i18n.Msg("This is longer than {limit} letters")

func tidy(s string, lines bool) string { return strings.TrimSpace(form.Clean(s, lines)) }

func letters(s string) int { return len([]rune(s)) }

func atMost(field, text string, most int) []Problem {
	if letters(text) > most {
		return []Problem{{field, tooLong, []any{"limit", most}}}
	}
	return nil
}

func required(field, text, message string, most int) []Problem {
	if text == "" {
		return []Problem{{Field: field, Message: message}}
	}
	return atMost(field, text, most)
}

// contacts finds what reaches or names a person: addresses of mail, and numbers
// of seven digits and more however they are grouped. Places and amounts have
// fewer.
var contacts = regexp.MustCompile(`[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}.\-]+|[A-Za-z]{0,2}\+?\d(?:[\s.\-/]?\d){6,}`)

// withoutContacts takes out of a public text what looks like a person's address
// or number: people write them although the form asks them not to.
func withoutContacts(s string) string { return contacts.ReplaceAllString(form.Digits(s), "…") }

// inTheCountries reports whether a point can lie where the platform works.
func inTheCountries(lat, lng float64) bool {
	return lat >= 20 && lat <= 38 && lng >= -18 && lng <= 13
}
