package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/association"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/law"
	"musharaka/modules/network"
	"musharaka/modules/place"
)

// How long roles and mandates of the demo are granted for.
const (
	roleLasts    = 4 // years
	mandateLasts = 3 // from now; a mandate is given for five at most
)

// events is the whole plan, in the order of time.
func (s *seeding) events() ([]event, error) {
	s.gather()
	start := s.mark.Now.Add(-seedWindow + time.Hour)
	var all []event
	add := func(what string, do func(context.Context) error) {
		all = append(all, event{at: start, what: what, do: do})
		start = start.Add(7 * time.Minute)
	}
	add("inventing people with a story", s.inventPeople)
	add("inventing the crowd", s.invent)
	for _, n := range s.data.Networks { // before anybody is given a role in one
		add("founding "+n.ID, func(ctx context.Context) error {
			_, err := s.networks.Found(ctx, auth.System, n.ID, network.Words{Country: n.Country, Names: n.Names, Aims: n.Aims})
			return err
		})
	}
	grants := func(which func(demoRole) bool) {
		for _, p := range s.data.People {
			for _, r := range p.Roles {
				if which(r) {
					add("the role of "+p.Key, func(ctx context.Context) error { return s.grant(ctx, p, r) })
				}
			}
		}
	}
	grants(func(r demoRole) bool { return r.By == "" && r.Kind != auth.Association })
	grants(func(r demoRole) bool { return r.By != "" && r.Kind != auth.Association }) // by those who hold theirs now
	for _, a := range s.data.Authorities {
		add("setting up "+a.ID, func(ctx context.Context) error { return s.setUp(ctx, a) })
		if a.Seals {
			add("the key of "+a.ID, func(ctx context.Context) error { return s.makeKey(ctx, a) })
		}
	}
	for _, n := range s.data.Networks {
		add("the members of "+n.ID, func(ctx context.Context) error { return s.join(ctx, n) })
	}
	for _, x := range s.data.Associations {
		add("registering "+x.Key, func(ctx context.Context) error { return s.register(ctx, x) })
	}
	grants(func(r demoRole) bool { return r.Kind == auth.Association })
	for _, p := range s.data.Petitions {
		story, err := s.tell(p)
		if err != nil {
			return nil, fmt.Errorf("petition %s: %w", p.Key, err)
		}
		all = append(all, story...)
	}
	all = append(all, s.deskEvents()...)
	all = append(all, s.programEvents()...)
	all = append(all, s.supportEvents()...)
	all = append(all, s.federationEvents()...)
	for _, c := range s.data.Councils {
		all = append(all, s.sit(c)...)
	}
	for _, q := range s.data.Queues {
		all = append(all, s.receive(q)...)
	}
	for _, d := range s.data.Spaces {
		all = append(all, s.openSpace(d)...)
	}
	for _, v := range s.data.Votes {
		all = append(all, s.polls(v)...)
		if v.Opened > v.Days {
			all = append(all, s.worksEvents(v)...)
		}
	}
	for _, b := range s.data.Budgets {
		all = append(all, s.hold(b)...)
	}
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all, nil
}

func (s *seeding) inventPeople(ctx context.Context) error {
	var people []account.Invented
	for _, p := range s.data.People {
		country := "MA"
		if place, ok := s.places.Table().Get(p.Lives); ok {
			country = place.Country
		}
		people = append(people, account.Invented{
			ID: p.id(), Subject: p.subject(), Email: p.email(), Country: country, Number: p.Number, CheckedAt: p.CheckedAt,
			Profile: account.Profile{Name: p.Name, Lang: p.Lang, Residence: p.Lives, WorksIn: p.Works, BirthYear: p.Born, Sex: p.Sex},
		})
	}
	return s.accounts.Invent(ctx, people)
}

// actor is somebody of the demo with what they hold at this moment.
func (s *seeding) actor(ctx context.Context, key string) (auth.Actor, error) {
	return s.accounts.Actor(ctx, inventedID(key))
}

// grant gives somebody a role.
func (s *seeding) grant(ctx context.Context, p demoPerson, r demoRole) error {
	by, org := auth.System, r.Org
	if r.By != "" {
		var err error
		if by, err = s.actor(ctx, r.By); err != nil {
			return err
		}
	}
	if r.Kind == auth.Association {
		found, err := s.association(ctx, r.Org)
		if err != nil {
			return err
		}
		org = found.ID
	}
	until := s.mark.Now.AddDate(roleLasts, 0, 0)
	if r.Kind == auth.Association {
		return s.appoint(ctx, p, org, s.mark.Now.AddDate(mandateLasts, 0, 0))
	}
	m := auth.Membership{Kind: r.Kind, OrgID: org, Role: r.Role, Until: until}
	if _, err := s.accounts.GrantRole(ctx, by, p.id(), m); err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	return nil
}

// appoint gives somebody a mandate of an association, with the role.
func (s *seeding) appoint(ctx context.Context, p demoPerson, org string, until time.Time) error {
	code, _, err := s.accounts.NewCode(ctx, p.id())
	if err != nil {
		return err
	}
	_, err = s.associations.Appoint(ctx, auth.System, org, code, association.Terms{Scopes: association.Scopes, Until: until})
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// administrator is who sets up authorities in the demo.
const administrator = "hiyem"

// setUp lets an authority take part. Doing it again writes the same.
func (s *seeding) setUp(ctx context.Context, a demoAuthority) error {
	admin, err := s.actor(ctx, administrator)
	if err != nil {
		return err
	}
	body := place.Body{Kind: law.BodyKind(a.Body.Kind), Note: a.Body.Note}
	if body.Since, err = time.Parse(time.DateOnly, a.Body.Since); err != nil {
		return err
	}
	steps := []func() (place.Authority, error){
		func() (place.Authority, error) { return s.places.SetBody(ctx, admin, a.ID, body) },
		func() (place.Authority, error) {
			return s.places.SetContact(ctx, admin, a.ID, a.Contact)
		},
		func() (place.Authority, error) {
			return s.places.SetPrivacy(ctx, admin, a.ID, place.Privacy{Receipt: a.Receipt, Retention: a.Retention})
		},
		func() (place.Authority, error) {
			return s.places.SetLook(ctx, admin, a.ID, place.Look{Accent: a.Accent})
		},
		func() (place.Authority, error) {
			return s.places.SetModules(ctx, admin, a.ID, []string{"petition"}, a.Tags)
		},
		func() (place.Authority, error) { return s.places.Activate(ctx, admin, a.ID) },
	}
	for _, step := range steps {
		if _, err := step(); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}

// join takes the members of a network in.
func (s *seeding) join(ctx context.Context, n demoNetwork) error {
	by, err := s.actor(ctx, n.By)
	if err != nil {
		return err
	}
	for _, place := range n.Members {
		if _, err := s.networks.Admit(ctx, by, n.ID, place); err != nil {
			return err
		}
	}
	return nil
}

// register enters an association, once.
func (s *seeding) register(ctx context.Context, x demoAssociation) error {
	if _, err := s.association(ctx, x.Key); err == nil || !fault.Is(err, fault.NotFound) {
		return err
	}
	by, err := s.actor(ctx, x.By)
	if err != nil {
		return err
	}
	founded, err := time.Parse(time.DateOnly, x.Founded)
	if err != nil {
		return err
	}
	_, err = s.associations.Register(ctx, by, association.Association{
		NameAR: x.AR, NameFR: x.FR, FoundedAt: founded, Seat: x.Seat, Branches: x.Branches,
		Function: x.Representative, Activity: x.Activity, Mail: x.Mail,
	})
	return err
}

// association finds an association of the demo in the register by its name.
func (s *seeding) association(ctx context.Context, key string) (association.Association, error) {
	i := slices.IndexFunc(s.data.Associations, func(x demoAssociation) bool { return x.Key == key })
	if i < 0 {
		return association.Association{}, fmt.Errorf("no association %q in the files of the demo", key)
	}
	found, err := s.associations.Find(ctx, s.data.Associations[i].AR, 5)
	for _, x := range found {
		if x.NameAR == s.data.Associations[i].AR {
			return x, err
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "")
	}
	return association.Association{}, err
}

// staff are the keys of who answers for an authority.
func (s *seeding) staff(id string) (officer, head string) {
	for _, a := range s.data.Authorities {
		if a.ID == id {
			return a.Officer, a.Head
		}
	}
	return administrator, administrator
}

// lastSession is the first Thursday of the last month of ordinary sessions that
// began long enough ago for something to have followed from it.
func (s *seeding) lastSession(pack *law.Pack) time.Time {
	const since = 40 * 24 * time.Hour
	at := s.mark.Now.Add(-since)
	for m := time.Date(at.Year(), at.Month(), 1, 10, 0, 0, 0, time.UTC); ; m = m.AddDate(0, -1, 0) {
		if day := thursday(m); day.Before(at) && (len(pack.Sessions.Months) == 0 || slices.Contains(pack.Sessions.Months, m.Month())) {
			return day
		}
	}
}

// nextSession is the first Thursday of the next month of ordinary sessions.
func (s *seeding) nextSession(pack *law.Pack) time.Time {
	first, ok := pack.NextSession(s.mark.Now)
	if !ok {
		first = s.mark.Now.AddDate(0, 2, 0)
	}
	return thursday(time.Date(first.Year(), first.Month(), 1, 10, 0, 0, 0, time.UTC).AddDate(0, b2i(first.Day() > 15), 0))
}

// b2i is 1 for true: the first day of a month by a zone ahead of UTC is still
// the month before in UTC.
func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func thursday(first time.Time) time.Time {
	return first.AddDate(0, 0, (int(time.Thursday)-int(first.Weekday())+7)%7)
}
