package main

import (
	"context"
	"fmt"
	"time"

	"musharaka/modules/citizenspace"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// demoSpace is a Citizen Space of the demo with the requests made of it.
type demoSpace struct {
	Authority, Officer string
	Landmarks          []demoLandmark
	Requests           []demoAsked
}

type demoLandmark struct {
	Key, AR, FR, Zip string
	Lat, Lng         float64
}

// demoAsked is one request. To is the state it has come to; By is a person's
// key, "" for somebody without an account.
type demoAsked struct {
	By, Offer, Landmark string
	Days                int
	To                  string
	Answers             map[string]string
	Text, Note          string
	Name, Mail          string
	Body, Office        string // outside powers
	Department          string // transferred to
	Of                  int    // duplicate of this request of the list
	Stars               int
	MeToo               []string `yaml:"me_too"`
}

// spaceStory plays one Citizen Space.
type spaceStory struct {
	*seeding
	demoSpace
	officer auth.Actor
	ids     []string
}

// open are the acts of one Citizen Space in their time.
func (s *seeding) openSpace(d demoSpace) []event {
	t := &spaceStory{seeding: s, demoSpace: d, ids: make([]string, len(d.Requests))}
	all := []event{{at: s.mark.Now.AddDate(0, 0, -90), what: "Citizen Space " + d.Authority, do: t.setUpSpace}}
	for i, r := range d.Requests {
		at := s.mark.Now.AddDate(0, 0, -r.Days)
		what := fmt.Sprintf("request %d to %s", i, d.Authority)
		all = append(all, event{at: at, what: what, do: func(ctx context.Context) error { return t.ask(ctx, i) }})
		later := at.Add(time.Duration(r.Days) * 6 * time.Hour)
		all = append(all, event{at: later, what: what + ": work", do: func(ctx context.Context) error { return t.work(ctx, i) }},
			event{at: later.Add(5 * time.Hour), what: what + ": after", do: func(ctx context.Context) error { return t.afterwards(ctx, i) }})
	}
	return all
}

// setUpSpace opens the Citizen Space, with a service of each template.
func (t *spaceStory) setUpSpace(ctx context.Context) error {
	who, err := t.accounts.Actor(ctx, inventedID(t.Officer))
	if err != nil {
		return err
	}
	t.officer = who
	place, err := t.places.Get(ctx, t.Authority)
	if err != nil {
		return err
	}
	_, err = t.spaces.SetUp(ctx, who, t.Authority, func(x *citizenspace.Settings) error {
		x.Open, x.Landmarks = true, nil
		x.Name = citizenspace.Words{"ar": "فضاء المواطن · " + place.Place.Name("ar"), "fr": "Espace Citoyen · " + place.Place.Name("fr")}
		x.Address, x.Hours = citizenspace.Words{"ar": place.Contact.Address.AR, "fr": place.Contact.Address.FR}, citizenspace.Words{"ar": place.Contact.Hours.AR, "fr": place.Contact.Hours.FR}
		x.Phone, x.Email = place.Contact.Phone, place.Contact.Mail
		for _, l := range t.Landmarks {
			x.Landmarks = append(x.Landmarks, citizenspace.Landmark{Key: l.Key, Name: citizenspace.Words{"ar": l.AR, "fr": l.FR}, Zip: l.Zip, Lat: l.Lat, Lng: l.Lng})
			x.Lat, x.Lng = t.Landmarks[0].Lat, t.Landmarks[0].Lng
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range t.spaces.Templates() {
		if _, err := t.spaces.Adopt(ctx, who, t.Authority, v, v.Code); err != nil {
			return err
		}
		if _, err := t.spaces.Publish(ctx, who, t.Authority, v.Code); err != nil && !fault.Is(err, fault.Conflict) { // published before an interruption
			return err
		}
	}
	return nil
}

// ask makes a request, and lets others say "me too".
func (t *spaceStory) ask(ctx context.Context, i int) error {
	r := t.Requests[i]
	who := auth.Actor{}
	if r.By != "" {
		var err error
		if who, err = t.accounts.Actor(ctx, inventedID(r.By)); err != nil {
			return err
		}
	}
	in := citizenspace.Input{Authority: t.Authority, Offer: r.Offer, Channel: citizenspace.Online, Description: r.Text, Spot: citizenspace.Spot{Landmark: r.Landmark},
		Citizen: citizenspace.Citizen{Name: r.Name, Email: r.Mail, Lang: "ar"}, Once: fmt.Sprintf("demo %s %d", t.Authority, i)}
	if r.Mail != "" {
		in.Citizen.By = "mail"
	}
	v, err := t.spaces.Offer(ctx, t.Authority, r.Offer)
	if err != nil {
		return err
	}
	for _, q := range v.Current.Questions { // in the order of the service: a map has none
		if a := r.Answers[q.Code]; a != "" {
			in.Answers = append(in.Answers, citizenspace.Answer{Code: q.Code, Values: []string{a}})
		}
	}
	f, err := t.spaces.File(ctx, who, in)
	if err != nil {
		return err
	}
	t.ids[i] = f.Request.ID
	for _, key := range r.MeToo {
		other, err := t.accounts.Actor(ctx, inventedID(key))
		if err != nil {
			return err
		}
		if _, err := t.spaces.MeToo(ctx, citizenspace.By(other), f.Request.ID, "", "ar"); err != nil {
			return err
		}
	}
	return nil
}

// work brings a request as far as it has come.
func (t *spaceStory) work(ctx context.Context, i int) error {
	r, id := t.Requests[i], t.ids[i]
	if id == "" || t.officer.PersonID == "" { // a seed that goes on: the acts before are not played again
		return t.again(ctx, i)
	}
	switch s := citizenspace.State(r.To); s {
	case citizenspace.Received:
		return nil
	case citizenspace.Triaged:
		return done(t.spaces.Acknowledge(ctx, t.officer, id, 0))
	case citizenspace.Transferred:
		return done(t.spaces.Transfer(ctx, t.officer, id, r.Department, r.Note, 0))
	case citizenspace.Rejected:
		return done(t.spaces.Reject(ctx, t.officer, id, citizenspace.NotActionable, r.Note, 0))
	case citizenspace.Duplicate:
		return done(t.spaces.Merge(ctx, t.officer, id, t.ids[r.Of], 0))
	case citizenspace.Outside:
		return done(t.spaces.SendOn(ctx, t.officer, id, r.Body, r.Office, r.Note, 0))
	}
	if err := done(t.spaces.Assign(ctx, t.officer, id, "", "", 0)); err != nil {
		return err
	}
	switch citizenspace.State(r.To) {
	case citizenspace.InProgress:
		return done(t.spaces.Begin(ctx, t.officer, id, r.Note, 0))
	case citizenspace.Scheduled:
		return done(t.spaces.Schedule(ctx, t.officer, id, t.mark.Now.AddDate(0, 0, 3), r.Note, 0))
	case citizenspace.Waiting:
		return done(t.spaces.Ask(ctx, t.officer, id, r.Note, 0))
	case citizenspace.Resolved, citizenspace.Closed, citizenspace.Reopened:
		return done(t.spaces.Resolve(ctx, t.officer, id, citizenspace.Solved, r.Note, 0))
	}
	return nil
}

// afterwards is what who asked says of it.
func (t *spaceStory) afterwards(ctx context.Context, i int) error {
	r, id := t.Requests[i], t.ids[i]
	if id == "" || r.To != string(citizenspace.Closed) && r.To != string(citizenspace.Reopened) {
		return nil
	}
	f, err := t.spaces.NewCode(ctx, t.officer, id) // whoever asked without an account lost the code, and came by
	if err != nil {
		return err
	}
	who := citizenspace.Caller{Code: f.Code}
	if err := done(t.spaces.Judge(ctx, who, id, citizenspace.Judgement{Solved: r.To == string(citizenspace.Closed), Stars: r.Stars})); err != nil {
		return err
	}
	if r.To == string(citizenspace.Reopened) {
		return done(t.spaces.Reopen(ctx, who, id, "", 0))
	}
	return nil
}

// again finds what an earlier seed, that was interrupted, has made, and goes on.
func (t *spaceStory) again(ctx context.Context, i int) error {
	if err := t.setUpSpace(ctx); err != nil {
		return err
	}
	for n := range i + 1 {
		if err := t.ask(ctx, n); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	if t.ids[i] == "" {
		return nil
	}
	r, err := t.spaces.Request(ctx, citizenspace.By(t.officer), t.ids[i])
	if err != nil || r.State != citizenspace.Received {
		return err // it was worked on before the interruption
	}
	return t.work(ctx, i)
}

// done drops what an act returns.
func done(_ citizenspace.Request, err error) error { return err }
