package budget

import (
	"slices"
	"time"
)

// Tie is what connects a person with the territory.
type Tie string

// The ties.
const (
	Residence Tie = "residence"
	Activity  Tie = "activity" // work, studies or trade in the territory
)

// Eligibility says who may propose, or vote.
type Eligibility struct {
	MinAge int       `bson:"min_age" json:"min_age"` // years, 0: any
	AgeOn  time.Time `bson:"age_on" json:"age_on"`   // the reference date of the age
	Ties   []Tie     `bson:"ties" json:"ties"`       // any of these; empty: none is asked for
	Level  int       `bson:"level" json:"level"`     // verification 0, 1, 2
}

// Ineligible is why somebody may not take part.
type Ineligible string

// The reasons.
const (
	TooYoung     Ineligible = "too_young"
	AgeUnknown   Ineligible = "age_unknown"
	NoTie        Ineligible = "no_tie"
	TieUnknown   Ineligible = "tie_unknown"
	NotVerified  Ineligible = "not_verified"
	NotADelegate Ineligible = "not_a_delegate"
)

// Judge returns why a person may not take part in what an authority asks for,
// nothing when the person may. Accounts know the year of birth alone, so whoever
// reaches the age in the year of the reference date is old enough.
func (r Eligibility) Judge(authority string, p Person) []Ineligible {
	var why []Ineligible
	if r.MinAge > 0 {
		switch {
		case p.BirthYear == 0:
			why = append(why, AgeUnknown)
		case r.AgeOn.Year()-p.BirthYear < r.MinAge:
			why = append(why, TooYoung)
		}
	}
	if len(r.Ties) > 0 && !r.tied(authority, p) {
		if len(p.Residence) == 0 && len(p.Works) == 0 {
			why = append(why, TieUnknown)
		} else {
			why = append(why, NoTie)
		}
	}
	if p.Level < r.Level {
		why = append(why, NotVerified)
	}
	return why
}

func (r Eligibility) tied(authority string, p Person) bool {
	if slices.Contains(r.Ties, Residence) && slices.Contains(p.Residence, authority) {
		return true
	}
	return slices.Contains(r.Ties, Activity) && slices.ContainsFunc(p.Works, func(w []string) bool { return slices.Contains(w, authority) })
}
