package association

import (
	"errors"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
)

// Verdict is what an officer found about one condition.
type Verdict string

// The verdicts.
const (
	Met      Verdict = "met"
	Unmet    Verdict = "unmet"
	EachTime Verdict = "each_time" // depends on the petition: judged at each one
)

// Verdicts are the verdicts in the order offered.
var Verdicts = []Verdict{Met, Unmet, EachTime}

// VerdictNames are the verdicts in words.
var VerdictNames = map[Verdict]string{
	Met: i18n.Msg("Met"), Unmet: i18n.Msg("Not met"), EachTime: i18n.Msg("To be judged at each petition"),
}

// Finding is one condition with what was found.
type Finding struct {
	Code     string  `bson:"code" json:"code"`
	Verdict  Verdict `bson:"verdict" json:"verdict"`
	Evidence string  `bson:"evidence" json:"evidence"` // public: what the officer saw
}

// Examination is the last examination of an association against the rule pack
// of its seat.
type Examination struct {
	Pack     string    `bson:"pack" json:"pack"`
	At       time.Time `bson:"at" json:"at"`
	By       string    `bson:"by" json:"-"` // person
	Findings []Finding `bson:"findings" json:"findings"`
}

// MaxEvidence is the length of what an officer notes about one condition.
const MaxEvidence = 300

// Condition is one condition of a rule pack, with what the platform can tell by
// itself.
type Condition struct {
	Code     string
	Text     law.Text // of a condition in words; zero for the age
	Years    int      // of the age
	Citation law.Citation
	Proposed Verdict // "" where only a person can tell
}

// codeAge is the code of the least age, which packs keep as a figure.
const codeAge = "age"

// platformConditions are examined where no pack has conditions for
// associations: the register itself asks for them.
var platformConditions = []Condition{
	{Code: "declared", Text: law.Text{
		AR: "أن تكون الجمعية مؤسسة ومصرحا بها طبقا للتشريع الجاري به العمل",
		FR: "être constituée et déclarée conformément à la législation en vigueur",
		EN: "to be constituted and declared under the law in force",
	}, Citation: law.Citation{Platform: true}},
	{Code: "seat_or_branch", Text: law.Text{
		AR: "أن يكون مقرها أو أحد فروعها واقعا بتراب الجماعة المحلية",
		FR: "avoir son siège ou l’une de ses antennes sur le territoire de la collectivité",
		EN: "to have its seat or a branch in the territory",
	}, Citation: law.Citation{Platform: true}},
}

// Conditions returns what an association is examined against: the least age and
// the conditions of the rule pack of its seat, in their order.
func (s *Service) Conditions(a Association, on time.Time) (pack *law.Pack, all []Condition) {
	country, level := s.Places.Kind(a.Seat)
	pack = s.Packs.For(country, level)
	if f, asked := pack.Figure(law.AssociationAge, on); asked {
		c := Condition{Code: codeAge, Years: f.Value, Citation: f.Citation, Proposed: Met}
		if clock.AddMonths(a.FoundedAt.In(clock.Zone(country)), 12*f.Value).After(on) {
			c.Proposed = Unmet
		}
		all = append(all, c)
	}
	conditions := pack.ConditionsOf(law.OfAssociation)
	for _, c := range conditions {
		all = append(all, Condition{Code: c.Code, Text: c.Text, Citation: c.Citation, Proposed: proposed(c.Code)})
	}
	if len(conditions) == 0 {
		for _, c := range platformConditions {
			c.Proposed = proposed(c.Code)
			all = append(all, c)
		}
	}
	return pack, all
}

// proposed is what can be told of a condition without judging: the seat of the
// entry lies where it is examined, and a link with the object of a petition
// depends on the petition.
func proposed(code string) Verdict {
	switch code {
	case "seat_or_branch":
		return Met
	case "related_activity":
		return EachTime
	}
	return ""
}

// complete says whether the findings decide every condition, one by one, each
// verdict with its evidence.
func complete(conditions []Condition, findings []Finding) error {
	for _, c := range conditions {
		i := slices.IndexFunc(findings, func(f Finding) bool { return f.Code == c.Code })
		switch {
		case i < 0 || !slices.Contains(Verdicts, findings[i].Verdict):
			return &InputError{Field: "verdict-" + c.Code, Message: i18n.Msg("Decide this condition")}
		case findings[i].Verdict != EachTime && strings.TrimSpace(findings[i].Evidence) == "":
			return &InputError{Field: "evidence-" + c.Code, Message: i18n.Msg("Say what you saw: a document, a date, an office you asked")}
		case tooLong(MaxEvidence, findings[i].Evidence):
			return &InputError{Field: "evidence-" + c.Code, Message: i18n.Msg("Shorten this text")}
		}
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
func (e *InputError) Error() string { return "association: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Args: e.Args}
}

// asInput finds the field that a fault is about.
func asInput(err error) (*InputError, bool) {
	var input *InputError
	ok := errors.As(err, &input)
	return input, ok
}
