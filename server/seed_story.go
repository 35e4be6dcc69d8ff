package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/petition"
)

// story is the plan of one petition.
type story struct {
	*seeding
	p         demoPetition
	authority petition.Authority
	zone      *time.Location
	anchor    time.Time // days are counted back from here
	last      time.Time // the last ordinary session
	next      time.Time
	dice      *rand.Rand
	author    face   // who wrote it
	officer   string // keys
	head      string
	need      petition.Threshold
	periods   petition.Periods
	opened    time.Time // when it is published
	ends      time.Time // when signatures cease to be taken
	latest    time.Time // of what was planned of its life so far
	plan      []event
}

// tell makes the plan of a petition.
func (s *seeding) tell(p demoPetition) ([]event, error) {
	ctx := context.Background() // everything asked here is in memory or a file
	t := &story{seeding: s, p: p, dice: dice("petition", p.Key), anchor: s.mark.Now}
	var err error
	if t.authority, err = (petitionAuthorities{s.places}).Authority(ctx, p.To); err != nil {
		return nil, err
	}
	t.zone = clock.Zone(t.authority.Country)
	t.officer, t.head = s.staff(p.To)
	pack := s.packs.For(t.authority.Country, t.authority.Level)
	t.last, t.next = s.lastSession(pack), s.nextSession(pack)
	if p.Anchor == "session" {
		t.anchor = t.last
	}
	rules, kind := petition.PackLaw{Packs: s.packs}, petition.Citizens
	if p.Org != "" {
		kind = petition.Association
	}
	if t.need, err = rules.Threshold(ctx, t.authority, kind, s.mark.Now); err != nil {
		return nil, err
	}
	if t.periods, err = rules.Periods(ctx, t.authority, s.mark.Now); err != nil {
		return nil, err
	}
	if t.author, err = t.chooseAuthor(); err != nil {
		return nil, err
	}
	s.stories[p.Key] = t
	t.write()
	t.moderate()
	if err := t.sign(); err != nil {
		return nil, err
	}
	t.proceed()
	t.reply()
	t.makeFile()
	t.followUp()
	t.rate()
	t.onPaper()
	t.unusual()
	return t.plan, nil
}

// chooseAuthor is the person the data name, or one of the crowd who lives there.
func (t *story) chooseAuthor() (face, error) {
	if t.p.By != "" {
		f, ok := t.known(t.p.By)
		if !ok {
			return face{}, fmt.Errorf("nobody has the key %q", t.p.By)
		}
		return f, nil
	}
	faces := t.faces
	for from, i := t.dice.IntN(len(faces)), 0; i < len(faces); i++ {
		if f := faces[(from+i)%len(faces)]; f.counts(t.p.To, 24, t.mark.Now.Year()-1) && f.Lang == t.p.langs()[0] && (!t.p.Woman || f.Sex == account.Female) {
			return f, nil
		}
	}
	return face{}, errors.New("nobody of the crowd can write it")
}

// known is a person of the data as a face.
func (t *story) known(key string) (face, bool) {
	for _, p := range t.data.People {
		if p.Key == key {
			f := face{home: t.places.Table().Chain(p.Lives)}
			f.Invented = account.Invented{ID: p.id(), Subject: p.subject(), Number: p.Number, Profile: account.Profile{Name: p.Name, Lang: p.Lang, BirthYear: p.Born, Residence: p.Lives}}
			return f, true
		}
	}
	return face{}, false
}

// at is a moment n days before the anchor: in office hours, or when people are
// at home. Today's moments are a little while ago.
func (t *story) at(n int, office bool) time.Time {
	day := clock.StartOfDay(t.anchor.AddDate(0, 0, -n), t.zone)
	minute := 9*60 + t.dice.IntN(7*60)
	if !office {
		minute = 8*60 + t.dice.IntN(14*60)
	}
	at := day.Add(time.Duration(minute)*time.Minute + time.Duration(t.dice.IntN(60))*time.Second)
	if latest := t.mark.Now.Add(-15 * time.Minute); at.After(latest) {
		at = latest.Add(-time.Duration(t.dice.IntN(60)) * time.Minute)
	}
	return at
}

// then is at, and after all that was planned of the petition's life before.
func (t *story) then(n int, office bool) time.Time {
	at := t.at(n, office)
	if !at.After(t.latest) {
		at = t.latest.Add(time.Duration(15+t.dice.IntN(40)) * time.Minute)
	}
	t.latest = at
	return at
}

func (t *story) add(at time.Time, what string, tell bool, do func(context.Context) error) {
	t.plan = append(t.plan, event{at: at, what: "petition " + t.p.Key + ": " + what, do: do, tell: tell})
}

// as adds an act of a person named by key ("" for the author).
func (t *story) as(at time.Time, what, key string, do func(context.Context, auth.Actor, string) error) {
	t.add(at, what, true, func(ctx context.Context) error {
		person := t.author.ID
		if key != "" {
			person = inventedID(key)
		}
		who, err := t.accounts.Actor(ctx, person)
		if err != nil {
			return err
		}
		id, err := t.id(ctx)
		if err != nil {
			return err
		}
		return do(ctx, who, id)
	})
}

// id is the petition's id. Beginning a draft with the same token gives the same
// draft, so the id is found again after an interruption.
func (t *story) id(ctx context.Context) (string, error) {
	if id, ok := t.petitions[t.p.Key]; ok {
		return id, nil
	}
	who, err := t.accounts.Actor(ctx, t.author.ID)
	if err != nil {
		return "", err
	}
	p, err := t.app.petitions.StartDraft(ctx, who, t.p.To, t.p.Key)
	if err != nil {
		return "", err
	}
	t.petitions[t.p.Key] = p.ID
	return p.ID, nil
}

// write plans the writing: question after question, then the submission.
func (t *story) write() {
	p := &t.p
	if p.Submitted == 0 {
		p.Submitted = p.Published + 2
	}
	if p.Written == 0 {
		p.Written = p.Submitted + 1 + t.dice.IntN(3)
	}
	t.as(t.then(p.Written, false), "writing", "", t.writeSteps)
	if p.End == petition.Draft && p.Changes == nil {
		return
	}
	t.as(t.then(p.Submitted, false), "submitting", "", func(ctx context.Context, who auth.Actor, id string) error {
		_, err := t.app.petitions.Submit(ctx, who, id)
		return err
	})
}

func (t *story) writeSteps(ctx context.Context, who auth.Actor, id string) error {
	now, err := t.app.petitions.Get(ctx, who, id)
	if err != nil || now.State != petition.Draft {
		return err
	}
	in := petition.Input{
		Authority: t.p.To, Langs: t.p.langs(), Texts: t.p.texts(), Theme: t.p.Theme, Tags: t.p.Tags, Kind: petition.Citizens,
		AgentName: who.Name, AgentPublic: !t.p.Hide, Deputy: t.p.Deputy, Committee: t.p.Committee,
	}
	if t.p.Org != "" {
		org, err := t.association(ctx, t.p.Org)
		if err != nil {
			return err
		}
		in.Kind, in.OrgID = petition.Association, org.ID
	}
	if in.Attachments = now.Attachments; len(in.Attachments) == 0 {
		if in.Attachments, err = t.attach(ctx, who.PersonID, id); err != nil {
			return err
		}
	}
	for _, step := range petition.Steps {
		if _, err := t.app.petitions.SaveStep(ctx, who, id, step, in); err != nil {
			return fmt.Errorf("step %s: %w", step, err)
		}
		if t.p.Stop == string(step) {
			break
		}
	}
	return nil
}

// moderate plans what the officer decides before publication, and what becomes
// of the text later.
func (t *story) moderate() {
	p := t.p
	if c := p.Changes; c != nil {
		t.as(t.then(c.Day, true), "asking for changes", t.officer, func(ctx context.Context, who auth.Actor, id string) error {
			_, err := t.app.petitions.RequestChanges(ctx, who, id, c.Note)
			return err
		})
	}
	if p.Published > 0 {
		t.opened = t.then(p.Published, true)
		t.as(t.opened, "publishing", t.officer, func(ctx context.Context, who auth.Actor, id string) error {
			_, err := t.app.petitions.Publish(ctx, who, id)
			return err
		})
	}
	if r := p.Reject; r != nil {
		t.as(t.then(r.Day, true), "rejecting", t.officer, func(ctx context.Context, who auth.Actor, id string) error {
			_, err := t.app.petitions.Reject(ctx, who, id, r.Code, r.Reasons)
			return err
		})
	}
	if w := p.Withdraw; w != nil {
		t.as(t.then(w.Day, false), "withdrawing", "", func(ctx context.Context, who auth.Actor, id string) error {
			_, err := t.app.petitions.Withdraw(ctx, who, id, w.Reason)
			return err
		})
	}
	if x := p.Extend; x != nil {
		t.as(t.then(x.Day, true), "moving the closing day", t.officer, func(ctx context.Context, who auth.Actor, id string) error {
			_, err := t.app.petitions.ChangeClosing(ctx, who, id, t.mark.Now.AddDate(0, 0, x.To), x.Reason)
			return err
		})
	}
}

// proceed plans the legal stages and what the clock brings.
func (t *story) proceed() {
	for _, l := range t.p.Legal {
		step := petition.LegalStep{Receipt: l.Receipt, Reasons: l.Reasons, Committee: l.Committee, Decision: l.Choice}
		switch l.Session {
		case "last":
			step.SessionAt = t.last
		case "next":
			step.SessionAt = t.next
		}
		if l.Act == petition.ActAdmit || l.Act == petition.ActRefuse {
			t.rule(l, step.SessionAt)
			continue
		}
		by := t.officer
		if l.Act == petition.ActDeposit {
			by = ""
		}
		t.as(t.then(l.Day, true), string(l.Act), by, func(ctx context.Context, who auth.Actor, id string) error {
			_, err := t.app.petitions.Advance(ctx, who, id, l.Act, step)
			return err
		})
	}
	switch t.p.End {
	case petition.Expired:
		t.elapse(t.ends)
	case petition.Lapsed:
		t.elapse(t.lapses())
	}
}

// lapses is when the period to reply ends.
func (t *story) lapses() time.Time {
	from := t.reached()
	for _, l := range t.p.Legal {
		if l.Act == petition.ActDeposit {
			from = t.anchor.AddDate(0, 0, -l.Day)
		}
	}
	return clock.EndOfDay(clock.AddMonths(from.In(t.zone), t.periods.ReplyMonths), t.zone)
}

// elapse lets the platform notice that a moment has passed.
func (t *story) elapse(at time.Time) {
	t.add(at.Add(3*time.Minute), "the clock", false, func(ctx context.Context) error {
		return t.runDue(ctx)
	})
}

// reply plans the answer: drafted by one, approved by another, published.
func (t *story) reply() {
	a := t.p.Answer
	if a == nil {
		return
	}
	drafter := a.By
	if drafter == "" {
		drafter = t.officer
	}
	in := petition.AnswerInput{Decision: a.Decision, Texts: map[string]petition.AnswerText{}}
	if a.AR != nil {
		in.Texts["ar"] = *a.AR
	}
	if a.FR != nil {
		in.Texts["fr"] = *a.FR
	}
	t.as(t.then(a.Drafted, true), "drafting the answer", drafter, func(ctx context.Context, who auth.Actor, id string) error {
		p, err := t.app.petitions.Get(ctx, who, id)
		if err != nil || len(p.Answer.Versions) > 0 {
			return err
		}
		_, err = t.app.petitions.DraftAnswer(ctx, who, id, in)
		return err
	})
	decide := func(day int, what, key string, from petition.AnswerState, do func(context.Context, auth.Actor, string, string) (petition.Petition, error)) {
		t.as(t.then(day, true), what, key, func(ctx context.Context, who auth.Actor, id string) error {
			p, err := t.app.petitions.Get(ctx, who, id)
			if err != nil {
				return err
			}
			v, ok := p.Answer.Working()
			if !ok || v.State != from { // done before an interruption
				return nil
			}
			_, err = do(ctx, who, id, v.Stamp())
			return err
		})
	}
	if a.Approved > 0 {
		decide(a.Approved, "approving the answer", t.head, petition.AnswerDrafted, t.app.petitions.ApproveAnswer)
	}
	if a.Published > 0 {
		decide(a.Published, "publishing the answer", t.officer, petition.AnswerApproved, t.app.petitions.PublishAnswer)
	}
}

// earliest is the earliest of the moments that are set.
func earliest(times ...time.Time) time.Time {
	times = slices.DeleteFunc(times, time.Time.IsZero)
	return slices.MinFunc(times, time.Time.Compare)
}
