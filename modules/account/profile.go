package account

import (
	"context"
	"slices"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// Profile is what people say about themselves.
type Profile struct {
	Name      string
	Lang      string
	Residence string   // place id, or "" for nowhere we know
	WorksIn   []string // place ids
	BirthYear int      // 0 when not said
	Sex       Sex
}

// profile returns what a person has said so far.
func (p Person) profile() Profile {
	return Profile{Name: p.Name, Lang: p.Lang, Residence: p.Residence, WorksIn: slices.Clone(p.WorksIn), BirthYear: p.BirthYear, Sex: p.Sex}
}

// changed names the fields in which two profiles differ, for the audit: names
// of fields only, never what stands in them.
func (a Profile) changed(b Profile) string {
	var names []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"name", a.Name == b.Name}, {"language", a.Lang == b.Lang}, {"residence", a.Residence == b.Residence},
		{"works_in", slices.Equal(a.WorksIn, b.WorksIn)}, {"birth_year", a.BirthYear == b.BirthYear}, {"sex", a.Sex == b.Sex},
	} {
		if !f.same {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, ", ")
}

// BirthYears returns the first and the last birth year that is accepted in a year.
func BirthYears(year int) (first, last int) { return year - oldest, year - youngest }

var (
	errBirthYear = fault.New(fault.Invalid, "Enter the year in which you were born, with four digits.")
	errNoName    = fault.New(fault.Invalid, "Enter your first name and family name, with letters only.")
	errNoPlace   = fault.New(fault.Invalid, "Choose a municipality from the list.")
)

// SaveProfile keeps what a person says about themselves. Faults: Invalid for a
// municipality that does not exist or a birth year out of range.
func (s *Service) SaveProfile(ctx context.Context, by auth.Actor, personID string, in Profile) (Person, error) {
	now := s.clock.Now()
	first, last := BirthYears(now.Year())
	if in.BirthYear != 0 && (in.BirthYear < first || in.BirthYear > last) {
		return Person{}, errBirthYear
	}
	if in.Name = tidyName(in.Name); in.Name == "" {
		return Person{}, errNoName
	}
	if len(in.WorksIn) > MaxWorksIn {
		return Person{}, fault.New(fault.Invalid, "Choose at most {n} municipalities.", "n", MaxWorksIn)
	}
	country := ""
	for _, id := range append([]string{in.Residence}, in.WorksIn...) {
		if id == "" {
			continue
		}
		place, err := s.places.Place(ctx, id, "en")
		if fault.Is(err, fault.NotFound) {
			return Person{}, errNoPlace
		}
		if err != nil {
			return Person{}, err
		}
		country = firstOf(country, place.Country)
	}
	p, err := s.all.people.Update(ctx, personID, func(p *Person) error {
		if p.gone() {
			return errGone
		}
		fields := p.profile().changed(in)
		if fields == "" {
			return errUnchanged
		}
		p.Name, p.Lang, p.Residence, p.WorksIn, p.BirthYear, p.Sex, p.Country = in.Name, in.Lang, in.Residence, in.WorksIn, in.BirthYear, in.Sex, country
		p.settle(HowDeclared, "", "", now)
		p.Untold = true
		p.note(audit.Entry{Act: "account.change_profile", ActorID: by.PersonID, ActorRole: by.RoleIn(auth.PlatformID), At: now, Details: map[string]string{"fields": fields}})
		return nil
	})
	if err != nil {
		return p, err
	}
	if err := s.log.Record(ctx, p.History...); err != nil {
		return p, err
	}
	return p, s.tellChanged(ctx, p)
}

// DeclareNumber keeps an identity number that a person gives as theirs (level 1
// when the profile is complete). Faults: Invalid for one of no valid shape,
// Conflict when it is taken or the person's own has been checked, TooMany after
// triesADay tries.
func (s *Service) DeclareNumber(ctx context.Context, by auth.Actor, country, typed string) error {
	n, err := s.parseNumber(country, typed)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	allowed := false
	if _, err = s.all.people.Update(ctx, by.PersonID, func(p *Person) error {
		if p.gone() {
			return errGone
		}
		if p.Identity.Proven {
			return fault.New(fault.Conflict, "Your identity number has been checked. Only an agent at a counter can change it.")
		}
		allowed = p.Tries.take(now)
		return nil
	}); err != nil {
		return err
	}
	if !allowed {
		return fault.New(fault.TooMany, "You have entered identity numbers too often today. Try again tomorrow, or show your card at the counter of your municipality.")
	}
	_, err = s.claim(ctx, by.PersonID, n, proof{how: HowDeclared, actor: by})
	return err
}

// parseNumber checks the shape of an identity number and hashes it.
func (s *Service) parseNumber(country, typed string) (number, error) {
	normal, err := s.law.ParseIdentity(country, typed)
	if err != nil {
		return number{}, err
	}
	return s.settings.Peppers.number(country, normal), nil
}
