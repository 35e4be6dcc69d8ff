package account

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Invented is somebody made up for a demo.
type Invented struct {
	ID      string // the account's id; the same person is invented once
	Subject string // their login at the demo's provider; "" for one whom nobody can sign in as
	Email   string // as the demo's provider would have verified it; "" for none
	Profile
	Country, Number string // an identity number as they declared it; "" for none
	CheckedAt       string // the authority at whose counter the card was shown; "" for nowhere
}

// Invent opens accounts for made-up people, thousands at once, as if each had
// signed in with the demo's provider, written a profile, declared a number and
// shown a card. Inventing somebody twice changes nothing. Faults: Forbidden
// where the demo's provider is not one of the ways to sign in, that is outside
// a demo; Invalid for a number of no valid shape; Conflict for a number or a
// login that is somebody else's.
func (s *Service) Invent(ctx context.Context, invented []Invented) error {
	if !slices.ContainsFunc(s.providers, func(p *provider) bool { return p.settings.Kind == Demo }) {
		return fault.New(fault.Forbidden, "").Because("account.Invent", errors.New("people are invented in a demo only"))
	}
	var people []Person
	var logins []loginDoc
	var identities []identityDoc
	var entries []audit.Entry
	for _, in := range invented {
		p, n, err := s.invent(ctx, in)
		if err != nil {
			return fault.Wrap("account.Invent", err)
		}
		people, entries = append(people, p), append(entries, p.History...)
		if n != nil {
			identities = append(identities, identityDoc{Meta: store.Meta{ID: n.Keys[0]}, PersonID: p.ID, Proven: p.Identity.Proven})
		}
		for _, l := range p.Logins {
			logins = append(logins, loginDoc{Meta: store.Meta{ID: l.Key}, PersonID: p.ID})
		}
	}
	// What says whose a login and a number are is written first, as at a sign-in.
	taken, err := s.all.logins.InsertMany(ctx, logins)
	for _, d := range taken {
		there, err := s.all.logins.Get(ctx, d.ID)
		if err != nil || there.PersonID != logins[d.Position].PersonID {
			return errInvented.Because("account.Invent", err)
		}
	}
	if err != nil {
		return fault.Wrap("account.Invent", err)
	}
	taken, err = s.all.identities.InsertMany(ctx, identities)
	for _, d := range taken {
		there, err := s.all.identities.Get(ctx, d.ID)
		if err != nil || there.PersonID != identities[d.Position].PersonID {
			return errInvented.Because("account.Invent", err)
		}
	}
	if err != nil {
		return fault.Wrap("account.Invent", err)
	}
	if _, err := s.all.people.InsertMany(ctx, people); err != nil {
		return fault.Wrap("account.Invent", err)
	}
	return fault.Wrap("account.Invent", s.log.Record(ctx, entries...))
}

// errInvented is what an invention meets whose login or number is taken.
var errInvented = fault.New(fault.Conflict, "")

// invent makes one person's document, with the hash of their number if there is one.
func (s *Service) invent(ctx context.Context, in Invented) (Person, *number, error) {
	now := s.clock.Now()
	p := Person{
		Meta: store.Meta{ID: in.ID}, Name: tidyName(in.Name), Lang: in.Lang, Residence: in.Residence, WorksIn: in.WorksIn,
		Country: in.Profile.country(ctx, s.places), BirthYear: in.BirthYear, Sex: in.Sex, CreatedAt: now,
	}
	p.note(audit.Entry{Act: "account.open", ActorID: p.ID, ActorRole: "citizen", At: now, Details: map[string]string{"provider": string(Demo)}})
	p.takeEmail(in.Email, true)
	if in.Subject != "" {
		a := assertion{Provider: demoKey, Issuer: demoIssuer, Subject: in.Subject, Email: in.Email}
		p.arrive(a.login(now), true)
	}
	if in.Number == "" {
		return p, nil, nil
	}
	n, err := s.parseNumber(in.Country, in.Number)
	if err != nil {
		return p, nil, err
	}
	how := HowDeclared
	if in.CheckedAt != "" {
		how = HowCounter
	}
	p.Identity = Identity{Country: n.Country, Key: n.Keys[0], Last2: n.Last2, Proven: in.CheckedAt != "", At: now}
	p.settle(how, "", in.CheckedAt, now)
	p.note(audit.Entry{Authority: in.CheckedAt, Act: "account.number_" + how, To: "level " + strconv.Itoa(p.Level), At: now})
	return p, &n, nil
}

// country is that of the residence, or of the first place of work.
func (in Profile) country(ctx context.Context, places Places) string {
	for _, id := range append([]string{in.Residence}, in.WorksIn...) {
		if place, err := places.Place(ctx, id, "en"); id != "" && err == nil {
			return place.Country
		}
	}
	return ""
}
