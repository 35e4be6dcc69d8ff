package law

import (
	"slices"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
)

// Ties of a person to a territory that a pack may admit.
const (
	TieResidence = "residence"
	TieActivity  = "activity"
)

// Signer is what the rules ask of a person who signs. Places are given as
// chains: the place's id and the ids of all it lies in (place.Table.Chain).
type Signer struct {
	Residence []string   // where the person lives; empty: not said
	Works     [][]string // where the person works or carries on an activity
	BirthYear int        // 0: not said
	Level     int        // verification level: 0 account, 1 identity number declared, 2 checked
}

// Reason is why a signature does not count towards the threshold.
type Reason struct {
	Code    string // "too_young"
	Message string // to be translated, with Args
	Args    []any
}

// Verdict is whether a signature counts towards the legal threshold. One that
// does not is kept all the same, as that of a supporter.
type Verdict struct {
	Counts  bool
	Reasons []Reason // empty when it counts
}

// CountsTowards decides whether a person's signature counts towards the
// threshold of a petition to an authority, by the rules in force at a time.
// It judges what the platform can know; the conditions it cannot (the electoral
// roll, a common interest) are for the authority to check at the deposit.
//
// Only the year of birth is known, so that a person counts once they are
// certainly old enough: from the year after they reach the age.
func (p *Pack) CountsTowards(s Signer, authority string, at time.Time) Verdict {
	var v Verdict
	deny := func(code, message string, args ...any) {
		v.Reasons = append(v.Reasons, Reason{code, message, args})
	}
	p.judgeTie(s, authority, deny)
	p.judgeAge(s, at, deny)
	if level, _ := p.Figure(VerificationLevel, at); s.Level < level.Value {
		if s.Level == 0 {
			deny("identity_missing", i18n.Msg("You have not given your identity card number yet."))
		} else {
			deny("identity_unchecked", i18n.Msg("Your identity has not been checked yet, at a counter or by a national digital identity."))
		}
	}
	v.Counts = len(v.Reasons) == 0
	return v
}

type denial func(code, message string, args ...any)

func (p *Pack) judgeTie(s Signer, authority string, deny denial) {
	lives := slices.Contains(s.Residence, authority)
	works := slices.ContainsFunc(s.Works, func(chain []string) bool { return slices.Contains(chain, authority) })
	byWork := slices.Contains(p.ties, TieActivity)
	switch {
	case lives && slices.Contains(p.ties, TieResidence), works && byWork:
	case len(s.Residence) == 0 && len(s.Works) == 0:
		deny("place_unknown", i18n.Msg("You have not said where you live or work."))
	case byWork:
		deny("not_from_here", i18n.Msg("You neither live nor work in the territory of this authority."))
	default:
		deny("not_resident", i18n.Msg("You do not live in the territory of this authority."))
	}
}

func (p *Pack) judgeAge(s Signer, at time.Time, deny denial) {
	age, _ := p.Figure(MinimumAge, at)
	year := at.In(clock.Zone(p.Country)).Year()
	switch {
	case s.BirthYear == 0:
		deny("birth_year_unknown", i18n.Msg("You have not given your year of birth."))
	case year-s.BirthYear < age.Value:
		deny("too_young", i18n.Msg("Signatures count from the age of {age}."), "age", age.Value)
	case year-s.BirthYear == age.Value:
		deny("age_this_year", i18n.Msg("Signatures count from the age of {age}. As only your year of birth is known, yours counts from the next calendar year."), "age", age.Value)
	}
}
