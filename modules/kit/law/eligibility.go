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

// Reason is why a signature does not count towards the threshold. A module
// that keeps reasons keeps the codes, and asks Explain for the sentence.
type Reason string

// The reasons.
const (
	PlaceUnknown      Reason = "place_unknown"
	NotFromHere       Reason = "not_from_here"
	NotResident       Reason = "not_resident"
	BirthYearUnknown  Reason = "birth_year_unknown"
	TooYoung          Reason = "too_young"
	AgeThisYear       Reason = "age_this_year"
	IdentityMissing   Reason = "identity_missing"
	IdentityUnchecked Reason = "identity_unchecked"
)

// Reasons lists all reasons.
var Reasons = []Reason{PlaceUnknown, NotFromHere, NotResident, BirthYearUnknown, TooYoung, AgeThisYear, IdentityMissing, IdentityUnchecked}

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
	for _, reason := range []Reason{p.judgeTie(s, authority), p.judgeAge(s, at), p.judgeIdentity(s, at)} {
		if reason != "" {
			v.Reasons = append(v.Reasons, reason)
		}
	}
	v.Counts = len(v.Reasons) == 0
	return v
}

func (p *Pack) judgeTie(s Signer, authority string) Reason {
	lives := slices.Contains(s.Residence, authority)
	works := slices.ContainsFunc(s.Works, func(chain []string) bool { return slices.Contains(chain, authority) })
	byWork := slices.Contains(p.ties, TieActivity)
	switch {
	case lives && slices.Contains(p.ties, TieResidence), works && byWork:
		return ""
	case len(s.Residence) == 0 && len(s.Works) == 0:
		return PlaceUnknown
	case byWork:
		return NotFromHere
	}
	return NotResident
}

func (p *Pack) judgeAge(s Signer, at time.Time) Reason {
	age, _ := p.Figure(MinimumAge, at)
	years := at.In(clock.Zone(p.Country)).Year() - s.BirthYear
	switch {
	case s.BirthYear == 0:
		return BirthYearUnknown
	case years < age.Value:
		return TooYoung
	case years == age.Value:
		return AgeThisYear
	}
	return ""
}

func (p *Pack) judgeIdentity(s Signer, at time.Time) Reason {
	level, _ := p.Figure(VerificationLevel, at)
	switch {
	case s.Level >= level.Value:
		return ""
	case s.Level == 0:
		return IdentityMissing
	}
	return IdentityUnchecked
}

// Explain says in a sentence, to be translated, what a reason means to the
// person who signs; args are name-value pairs for its placeholders.
func (p *Pack) Explain(reason Reason, at time.Time) (message string, args []any) {
	age, _ := p.Figure(MinimumAge, at)
	switch reason {
	case PlaceUnknown:
		return i18n.Msg("You have not said where you live or work."), nil
	case NotFromHere:
		return i18n.Msg("You neither live nor work in the territory of this authority."), nil
	case NotResident:
		return i18n.Msg("You do not live in the territory of this authority."), nil
	case BirthYearUnknown:
		return i18n.Msg("You have not given your year of birth."), nil
	case TooYoung:
		return i18n.Msg("Signatures count from the age of {age}."), []any{"age", age.Value}
	case AgeThisYear:
		return i18n.Msg("Signatures count from the age of {age}. As only your year of birth is known, yours counts from the next calendar year."), []any{"age", age.Value}
	case IdentityMissing:
		return i18n.Msg("You have not given your identity card number yet."), nil
	case IdentityUnchecked:
		return i18n.Msg("Your identity has not been checked yet, at a counter or by a national digital identity."), nil
	}
	return string(reason), nil
}
