package budget

import (
	"slices"
	"strings"

	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
)

// Problem is something wrong with one field of a form.
type Problem struct {
	Field   string
	Message string // message id
	Args    []any
}

// Broken is what an act answers to something that cannot be accepted as it is.
// It is a fault of kind Invalid; pages show the problems beside their fields.
type Broken struct{ Problems []Problem }

// Error names the fields, for the log.
func (b *Broken) Error() string {
	var fields []string
	for _, p := range b.Problems {
		fields = append(fields, p.Field)
	}
	return "budget: wrong: " + strings.Join(fields, ", ")
}

// Unwrap makes it an Invalid fault that may be shown.
func (b *Broken) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: b.Problems[0].Message, Args: b.Problems[0].Args}
}

// broken is nil when there are no problems.
func broken(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &Broken{Problems: problems}
}

// wrong is one problem as an error.
func wrong(field, message string, args ...any) error {
	return &Broken{Problems: []Problem{{field, message, args}}}
}

// Setup is one step of the setting-up of an edition.
type Setup string

// The steps, one page each.
const (
	SetAbout    Setup = "about"    // year, texts
	SetMoney    Setup = "money"    // envelope, headings, earmarks
	SetAreas    Setup = "areas"    // zones or themes
	SetCalendar Setup = "calendar" // phases
	SetPeople   Setup = "people"   // who may propose and vote, channels
	SetBallot   Setup = "ballot"   // how one votes
	SetTally    Setup = "tally"    // who wins
	SetServices Setup = "services" // departments; criteria of the delegates' forum
)

// Setups are all steps, in their order.
var Setups = []Setup{SetAbout, SetMoney, SetAreas, SetCalendar, SetPeople, SetBallot, SetTally, SetServices}

// The bounds of what is written.
const (
	MaxTitle     = 120
	MaxIntro     = 4000
	MaxName      = 80
	MaxReason    = 2000
	MaxAreas     = 60
	MaxServices  = 20
	MaxCriteria  = 12
	MaxEnvelope  = int64(1e15) // minor units
	mostChoices  = 100
	mostPoints   = 1000
	oldestAge    = 30
	leastAge     = 12
	furthestYear = 3 // years from now
)

// The sentences that several rules use.
var (
	tooLong    = i18n.Msg("Write {limit} letters or fewer")
	needTitle  = i18n.Msg("Write a title in Arabic or in French")
	needReason = i18n.Msg("Say why. The reason is public")
)

// tidy cleans what somebody wrote and cuts nothing.
func tidy(s string, lines bool) string { return strings.TrimSpace(form.Clean(s, lines)) }

func letters(s string) int { return len([]rune(s)) }

// required returns the problem of a text that is missing or too long.
func required(field, text, message string, most int) []Problem {
	if text == "" {
		return []Problem{{Field: field, Message: message}}
	}
	return atMost(field, text, most)
}

func atMost(field, text string, most int) []Problem {
	if letters(text) > most {
		return []Problem{{field, tooLong, []any{"limit", most}}}
	}
	return nil
}

// Problems returns what is wrong with a step of the set-up, as the edition
// stands.
func (e Edition) Problems(step Setup) []Problem {
	switch step {
	case SetAbout:
		return e.aboutProblems()
	case SetMoney:
		return e.moneyProblems()
	case SetAreas:
		return e.areaProblems()
	case SetCalendar:
		return e.calendarProblems()
	case SetPeople:
		return e.peopleProblems()
	case SetBallot:
		return e.ballotProblems()
	case SetTally:
		return e.tallyProblems()
	case SetServices:
		return e.serviceProblems()
	}
	return nil
}

// AllProblems returns the problems of every step.
func (e Edition) AllProblems() map[Setup][]Problem {
	all := map[Setup][]Problem{}
	for _, step := range Setups {
		if found := e.Problems(step); len(found) > 0 {
			all[step] = found
		}
	}
	return all
}

func (e Edition) aboutProblems() (found []Problem) {
	if y := e.CreatedAt.Year(); e.Year < y || e.Year > y+furthestYear {
		found = append(found, Problem{"year", i18n.Msg("Give the budget year, {from} to {to}"), []any{"from", int64(y), "to", int64(y + furthestYear)}})
	}
	if e.Text("ar").Title == "" {
		found = append(found, Problem{Field: "title_ar", Message: needTitle})
	}
	for _, lang := range []string{"ar", "fr"} {
		found = append(found, atMost("title_"+lang, e.Texts[lang].Title, MaxTitle)...)
		found = append(found, atMost("intro_"+lang, e.Texts[lang].Intro, MaxIntro)...)
	}
	return found
}

func (e Edition) moneyProblems() (found []Problem) {
	if e.Rules.Envelope <= 0 || e.Rules.Envelope > MaxEnvelope {
		found = append(found, Problem{Field: "envelope", Message: i18n.Msg("Give the envelope as an amount above zero")})
	}
	sum := 0
	for _, m := range e.Rules.Earmarks {
		if m.Share < 1 || m.Share > 100 {
			found = append(found, Problem{Field: "earmark_" + m.Need, Message: i18n.Msg("A share is a whole number from 1 to 100")})
		}
		sum += m.Share
	}
	if sum > 100 {
		found = append(found, Problem{Field: "earmark_" + e.Rules.Earmarks[0].Need, Message: i18n.Msg("The shares come to more than the whole envelope")})
	}
	return found
}

func (e Edition) areaProblems() (found []Problem) {
	var sum int64
	seen := map[string]bool{}
	for _, a := range e.Rules.Areas {
		switch {
		case inLang(a.Names, "ar") == "":
			found = append(found, Problem{Field: "areas", Message: i18n.Msg("Give every area a name")})
		case a.Envelope <= 0:
			found = append(found, Problem{"areas", i18n.Msg("Give “{area}” an amount above zero"), []any{"area", a.Name("ar")}})
		case seen[a.Key]:
			found = append(found, Problem{"areas", i18n.Msg("There are two areas called “{area}”"), []any{"area", a.Name("ar")}})
		}
		seen[a.Key] = true
		sum += a.Envelope
	}
	if len(e.Rules.Areas) > MaxAreas {
		found = append(found, Problem{"areas", i18n.Msg("There can be {limit} areas at most"), []any{"limit", MaxAreas}})
	}
	if len(found) == 0 && len(e.Rules.Areas) > 0 && sum != e.Rules.Envelope {
		found = append(found, Problem{Field: "areas", Message: i18n.Msg("The areas' amounts do not add up to the envelope")})
	}
	return found
}

func (e Edition) calendarProblems() (found []Problem) {
	needed := []Phase{Proposing, Assessing, Voting, Deliberating, Executing}
	if e.Ballots() {
		needed = append(needed, Counting)
	}
	for _, p := range needed {
		if _, ok := e.Calendar.Stage(p); !ok {
			found = append(found, Problem{Field: "from_" + string(p), Message: i18n.Msg("This phase cannot be left out")})
		}
	}
	for i, s := range e.Calendar {
		switch {
		case !s.From.Before(s.To):
			found = append(found, Problem{Field: "to_" + string(s.Phase), Message: i18n.Msg("The last day comes before the first")})
		case i > 0 && s.From.Before(e.Calendar[i-1].To):
			found = append(found, Problem{Field: "from_" + string(s.Phase), Message: i18n.Msg("This phase begins before the one above it has ended")})
		}
	}
	if len(found) == 0 && !e.Calendar.InOrder() {
		found = append(found, Problem{Field: "from_" + string(e.Calendar[0].Phase), Message: i18n.Msg("The phases are not in their order")})
	}
	return found
}

func (e Edition) peopleProblems() (found []Problem) {
	for _, who := range []struct {
		field string
		rule  Eligibility
	}{{"proposers", e.Rules.Proposers}, {"voters", e.Rules.Voters}} {
		if a := who.rule.MinAge; a != 0 && (a < leastAge || a > oldestAge) {
			found = append(found, Problem{who.field + "_age", i18n.Msg("Give an age from {from} to {to}, or 0 for everybody"), []any{"from", leastAge, "to", oldestAge}})
		}
		if who.rule.MinAge != 0 && who.rule.AgeOn.IsZero() {
			found = append(found, Problem{Field: who.field + "_on", Message: i18n.Msg("Give the day on which the age is counted")})
		}
		if who.rule.Level < 0 || who.rule.Level > 2 {
			found = append(found, Problem{Field: who.field + "_level", Message: i18n.Msg("Choose one")})
		}
	}
	if e.Ballots() && len(e.Rules.Channels) == 0 {
		found = append(found, Problem{Field: "channels", Message: i18n.Msg("Choose at least one way to vote")})
	}
	return found
}

func (e Edition) ballotProblems() (found []Problem) {
	b := e.Rules.Ballot
	if !e.Ballots() {
		return nil
	}
	if !slices.Contains(BallotKinds, b.Kind) {
		return []Problem{{Field: "kind", Message: i18n.Msg("Choose one")}}
	}
	if b.Max < 0 || b.Max > mostChoices || b.Max == 0 && (b.Kind == Ranking || b.Kind == Approval) {
		found = append(found, Problem{"max", i18n.Msg("Give a number from 1 to {limit}"), []any{"limit", mostChoices}})
	}
	if b.Min < 0 || b.Max > 0 && b.Min > b.Max {
		found = append(found, Problem{Field: "min", Message: i18n.Msg("The least number is higher than the most")})
	}
	if b.Kind == Points {
		if b.PointsTotal < 1 || b.PointsTotal > mostPoints {
			found = append(found, Problem{"points_total", i18n.Msg("Give a number from 1 to {limit}"), []any{"limit", mostPoints}})
		}
		if b.PointsEach < 1 || b.PointsEach > b.PointsTotal {
			found = append(found, Problem{"points_each", i18n.Msg("Give a number from 1 to {limit}"), []any{"limit", max(1, b.PointsTotal)}})
		}
	}
	return found
}

func (e Edition) tallyProblems() (found []Problem) {
	t := e.Rules.Tally
	if !e.Ballots() {
		return nil
	}
	if !slices.Contains(tally.Rules(), t.Rule) {
		found = append(found, Problem{Field: "rule", Message: i18n.Msg("Choose one")})
	}
	if t.Beside != "" && !slices.Contains(tally.Rules(), t.Beside) {
		found = append(found, Problem{Field: "beside", Message: i18n.Msg("Choose one")})
	}
	if _, err := tally.ParseTieOrder(t.Tie); err != nil {
		found = append(found, Problem{Field: "tie", Message: i18n.Msg("Choose one")})
	}
	if t.Step < 0 {
		found = append(found, Problem{Field: "step", Message: i18n.Msg("Give an amount above zero, or nothing for one unit of the currency")})
	}
	return found
}

func (e Edition) serviceProblems() (found []Problem) {
	if len(e.Departments) == 0 {
		found = append(found, Problem{Field: "services", Message: i18n.Msg("Name at least one service that examines proposals")})
	}
	if len(e.Departments) > MaxServices {
		found = append(found, Problem{"services", i18n.Msg("There can be {limit} services at most"), []any{"limit", MaxServices}})
	}
	if e.Rules.Selection == ByDelegates && len(e.Rules.Criteria) == 0 {
		found = append(found, Problem{Field: "criteria", Message: i18n.Msg("Name at least one criterion for the delegates' forum")})
	}
	if len(e.Rules.Criteria) > MaxCriteria {
		found = append(found, Problem{"criteria", i18n.Msg("There can be {limit} criteria at most"), []any{"limit", MaxCriteria}})
	}
	for _, c := range e.Rules.Criteria {
		if c.Weight < 1 || c.Weight > 100 || inLang(c.Names, "ar") == "" {
			found = append(found, Problem{Field: "criteria", Message: i18n.Msg("A criterion has a name and a weight from 1 to 100")})
			break
		}
	}
	return found
}
