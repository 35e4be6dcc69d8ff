package account

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Enrolment is somebody whom the platform itself makes known: a demo person.
type Enrolment struct {
	Provider string // key of the provider that knows the subject
	Subject  string
	Email    string // taken as verified
	Profile  Profile
	Country  string // of the number
	Number   string // "" for none
	Checked  string // place id of the counter that saw the card; "" leaves the number declared
	Roles    []auth.Membership
}

// Enrol makes a person and what is to be known of them, through the same acts
// as everybody's. Done again, it changes nothing that is there already. It is
// for the seed; a person's own pages never come here.
func (s *Service) Enrol(ctx context.Context, e Enrolment) (Person, error) {
	a := assertion{Provider: e.Provider, Subject: e.Subject, Name: e.Profile.Name, Email: e.Email, EmailVerified: e.Email != ""}
	switch p := s.provider(e.Provider); {
	case p != nil:
		a.Issuer = p.issuer()
	case e.Provider == demoKey:
		a.Issuer = demoIssuer
	default:
		return Person{}, fault.Wrap("account.Enrol", fmt.Errorf("there is no provider %q", e.Provider))
	}
	id, err := s.enter(ctx, a, s.ident.ID(), e.Profile.Lang, nil)
	if err != nil {
		return Person{}, fault.Wrap("account.Enrol", err)
	}
	if _, err := s.SaveProfile(ctx, auth.System, id, e.Profile); err != nil {
		return Person{}, fault.Wrap("account.Enrol", err)
	}
	if e.Number != "" {
		if id, err = s.enrolNumber(ctx, id, e); err != nil {
			return Person{}, fault.Wrap("account.Enrol", err)
		}
	}
	for _, m := range e.Roles {
		if _, err := s.GrantRole(ctx, auth.System, id, m); err != nil && !errors.Is(err, errRoleThere) {
			return Person{}, fault.Wrap("account.Enrol", err)
		}
	}
	return s.Get(ctx, id)
}

func (s *Service) enrolNumber(ctx context.Context, personID string, e Enrolment) (string, error) {
	n, err := s.parseNumber(e.Country, e.Number)
	if err != nil {
		return "", err
	}
	p, err := s.Get(ctx, personID)
	if err != nil || slices.Contains(n.Keys, p.Identity.Key) && p.Identity.Proven == (e.Checked != "") {
		return personID, err
	}
	by := proof{how: HowDeclared, actor: auth.System}
	if e.Checked != "" {
		by = proof{how: HowCounter, by: auth.System.PersonID, place: e.Checked, actor: auth.System}
	}
	return s.claim(ctx, personID, n, by)
}

// Check compares what this module keeps in several places, and says each
// difference in a sentence; repair puts right what can be. `server check` runs it.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	if repair {
		if err := s.FinishInterrupted(ctx); err != nil {
			return nil, err
		}
	}
	var found []string
	err := s.all.people.Each(ctx, store.Query{}, func(p Person) error {
		words, err := s.checkPerson(ctx, p, repair)
		found = append(found, words...)
		return err
	})
	if err == nil {
		err = s.all.identities.Each(ctx, store.Query{}, func(d identityDoc) error {
			words, err := s.checkNumber(ctx, d, repair)
			found = append(found, words...)
			return err
		})
	}
	return found, fault.Wrap("account.Check", err)
}

// checkPerson holds a person's document against the logins, the number and the
// audit.
func (s *Service) checkPerson(ctx context.Context, p Person, repair bool) ([]string, error) {
	var found []string
	if p.Unfinished != "" || p.Untold {
		found = append(found, fmt.Sprintf("person %s: what followed from a change was not completed", p.ID))
	}
	for _, l := range p.Logins {
		doc, err := s.all.logins.Get(ctx, l.Key)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return found, err
		}
		if err == nil && doc.PersonID == p.ID || p.gone() {
			continue
		}
		found = append(found, fmt.Sprintf("person %s lists a login with %s that is not theirs", p.ID, l.Provider))
		if repair {
			if _, err := s.all.people.Update(ctx, p.ID, func(now *Person) error {
				now.Logins = slices.DeleteFunc(now.Logins, func(x Login) bool { return x.Key == l.Key })
				return nil
			}); err != nil {
				return found, err
			}
		}
	}
	if level := p.level(); level != p.Level && !p.gone() {
		found = append(found, fmt.Sprintf("person %s is kept at level %d, and the profile amounts to %d", p.ID, p.Level, level))
		if repair {
			if _, err := s.all.people.Update(ctx, p.ID, func(now *Person) error {
				now.settle(HowDeclared, "", "", s.clock.Now())
				return nil
			}); err != nil {
				return found, err
			}
		}
	}
	words, err := s.checkOwner(ctx, p, repair)
	return slices.Concat(found, words, s.checkHistory(ctx, p, repair)), err
}

// checkOwner sees that the number a person has is kept as theirs, so that
// nobody else can have it too.
func (s *Service) checkOwner(ctx context.Context, p Person, repair bool) ([]string, error) {
	if p.Identity.Key == "" || p.gone() {
		return nil, nil
	}
	doc, err := s.all.identities.Get(ctx, p.Identity.Key)
	if err == nil && doc.PersonID == p.ID {
		return nil, nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	found := []string{fmt.Sprintf("person %s has an identity number that is not kept as theirs", p.ID)}
	if !repair {
		return found, nil
	}
	if err != nil {
		return found, s.all.identities.Insert(ctx, identityDoc{Meta: store.Meta{ID: p.Identity.Key}, PersonID: p.ID, Proven: p.Identity.Proven})
	}
	_, err = s.all.people.Update(ctx, p.ID, func(now *Person) error {
		now.Identity = Identity{}
		now.settle(HowDeclared, "", "", s.clock.Now())
		return nil
	})
	return found, err
}

// checkHistory holds the person's history against the audit.
func (s *Service) checkHistory(ctx context.Context, p Person, repair bool) []string {
	compare := s.log.Compare
	if repair {
		compare = s.log.Repair
	}
	d, err := compare(ctx, p.History...)
	if err != nil {
		return []string{fmt.Sprintf("person %s: the audit cannot be read: %v", p.ID, err)}
	}
	if len(d.Missing)+len(d.Altered) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("person %s: the audit lacks %d entries and tells %d otherwise", p.ID, len(d.Missing), len(d.Altered))}
}

// checkNumber holds a number's entry against the account it belongs to.
func (s *Service) checkNumber(ctx context.Context, d identityDoc, repair bool) ([]string, error) {
	if d.Left {
		return nil, nil
	}
	p, err := s.all.people.Get(ctx, d.PersonID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	if err == nil && p.Identity.Key == d.ID && p.Identity.Proven == d.Proven {
		return nil, nil
	}
	found := []string{fmt.Sprintf("an identity number is kept for person %s, whose account does not say the same", d.PersonID)}
	if !repair {
		return found, nil
	}
	if err == nil && p.Identity.Key == d.ID {
		_, err = s.all.people.Update(ctx, p.ID, func(now *Person) error {
			now.Identity.Proven = d.Proven
			now.settle(HowDeclared, "", "", s.clock.Now())
			return nil
		})
		return found, err
	}
	return found, ignoreGone(s.all.identities.Delete(ctx, d.ID))
}
