package council

import (
	"context"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// claim takes a number of the year for an item: the wanted one, the one it has,
// or the next. Invalid when the wanted one belongs to another decision.
func (s *Service) claim(ctx context.Context, x Session, item string, wanted, had int) (int, error) {
	year := x.Year()
	if wanted == 0 && had > 0 {
		return had, nil
	}
	doc := Decision{Base: Base{Authority: x.Authority, State: DecisionClaimed}, Country: x.Country, Session: x.ID, Item: item}
	return s.numbered(ctx, doc, year, wanted, func(*Decision) {})
}

// numbered inserts a decision under a number: the wanted one, or the next that
// is free; finish completes it once its id is known. The id refuses a second
// one, whoever asks at the same time.
func (s *Service) numbered(ctx context.Context, doc Decision, year, wanted int, finish func(*Decision)) (int, error) {
	doc.Year = year
	for {
		n := wanted
		if n == 0 {
			var err error
			if n, err = s.next(ctx, fmt.Sprintf("decision:%s:%d", doc.Authority, year)); err != nil {
				return 0, fault.Wrap("council.numbered", err)
			}
		}
		doc.Meta, doc.Number = store.Meta{ID: decisionID(doc.Authority, year, n)}, n
		finish(&doc)
		doc.derive()
		err := s.decisions.Insert(ctx, doc)
		if err == nil {
			return n, nil
		}
		if !fault.Is(err, fault.Conflict) {
			return 0, fault.Wrap("council.numbered", err)
		}
		other, err := s.decisions.Get(ctx, doc.ID)
		if err == nil && doc.Session != "" && other.Session == doc.Session && other.Item == doc.Item {
			return n, nil // our own, from an act that was interrupted
		}
		if wanted != 0 {
			return 0, wrong("number", i18n.Msg("Decision {number} of {year} exists already"), "number", n, "year", fmt.Sprint(year))
		}
	}
}

// release gives a number back that an item no longer has.
func (s *Service) release(ctx context.Context, x Session, item string, number int) error {
	id := decisionID(x.Authority, x.Year(), number)
	d, err := s.decisions.Get(ctx, id)
	if err == nil && d.State == DecisionClaimed && d.Session == x.ID && d.Item == item {
		err = s.decisions.Delete(ctx, id)
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return fault.Wrap("council.release", err)
}

// mirror writes the decisions of a closed session into the register. It can be
// repeated, and leaves alone what was annulled.
func (s *Service) mirror(ctx context.Context, x Session) error {
	if x.State != SessionClosed && x.State != SessionPublished {
		return nil
	}
	for _, i := range x.Agenda {
		if i.Number == 0 {
			continue
		}
		if err := s.mirrorItem(ctx, x, i); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) mirrorItem(ctx context.Context, x Session, i Item) error {
	id := decisionID(x.Authority, x.Year(), i.Number)
	put := func(d *Decision) error {
		if d.Session != x.ID || d.Item != i.ID {
			return store.ErrUnchanged // not ours: Check says so
		}
		if d.State == DecisionAnnulled || d.State == DecisionTaken {
			return store.ErrUnchanged
		}
		d.Body, d.On, d.Title, d.Text, d.Subject = x.Body, x.StartsAt, i.Title, i.Decision, i.Subject
		d.Outcome, d.For, d.Against, d.Abstain = i.Outcome, i.For, i.Against, i.Abstain
		d.State, d.CreatedAt, d.ChangedAt = DecisionTaken, x.ClosedAt, x.ClosedAt
		d.derive()
		return nil
	}
	_, err := s.decisions.Update(ctx, id, put)
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	doc := Decision{Meta: store.Meta{ID: id}, Base: Base{Authority: x.Authority, State: DecisionClaimed}, Country: x.Country, Year: x.Year(), Number: i.Number, Session: x.ID, Item: i.ID}
	if err := put(&doc); err != nil {
		return err
	}
	return s.decisions.Insert(ctx, doc)
}

// RecordDecision enters a decision of a body that does not sit, such as the
// officer in charge of the general secretariat.
func (s *Service) RecordDecision(ctx context.Context, who auth.Actor, authority, once, words string, in Decision) (Decision, error) {
	in.Title, in.Text = tidy(in.Title, false), tidy(in.Text, true)
	a, err := s.authority(ctx, authority)
	if err != nil {
		return in, err
	}
	if _, _, err := permit(notYet, ActRecordDecision, RolesOf(who, authority, "")); err != nil {
		return in, err
	}
	if Collegial(a.Body) {
		return in, fault.New(fault.Invalid, "The body that decides here decides in sessions. Record the result there.")
	}
	if in.Subject, err = s.subject(ctx, authority, words); err != nil {
		return in, err
	}
	if in.Title == "" {
		in.Title = in.Subject.Title
	}
	err = first(required("title", in.Title, i18n.Msg("Say what the decision is about"), MaxTitle), required("text", in.Text, i18n.Msg("Write what was decided"), MaxText))
	switch {
	case err != nil:
		return in, err
	case in.On.IsZero() || in.On.After(s.Clock.Now()):
		return in, wrong("on", i18n.Msg("Give the day of the decision"))
	case in.Outcome != Adopted && in.Outcome != Rejected:
		return in, wrong("outcome", i18n.Msg("Choose what was decided"))
	}
	return s.enter(ctx, who, a, once, in)
}

// enter gives the decision its number and writes it. The form's once is kept as
// the item, so that a form sent twice finds its own.
func (s *Service) enter(ctx context.Context, who auth.Actor, a Authority, once string, in Decision) (Decision, error) {
	year, wanted := yearOf(in.On, a.Country), in.Number
	mark := digest("decision", a.ID, once)
	if kept, err := s.decisions.First(ctx, store.Query{Index: "session", Equal: []any{"form:" + mark}}); err == nil || !fault.Is(err, fault.NotFound) {
		return kept, err
	}
	in.Base, in.Country, in.Body, in.Session, in.Item = Base{Authority: a.ID}, a.Country, a.Body, "form:"+mark, mark
	in.For, in.Against, in.Abstain = 0, 0, 0
	to, as, err := permit(notYet, ActRecordDecision, RolesOf(who, a.ID, ""))
	if err != nil {
		return in, err
	}
	n, err := s.numbered(ctx, in, year, wanted, func(d *Decision) {
		d.Base = Base{Authority: a.ID}
		s.record(&d.Base, d.ID, who, as, done{act: ActRecordDecision, subject: "decision", public: true}, to)
	})
	if err != nil {
		return in, err
	}
	kept, err := s.decisions.Get(ctx, decisionID(a.ID, year, n))
	if err == nil {
		settleNow(ctx, s, s.decisions.Update, kept.ID, &kept)
	}
	return kept, fault.Wrap("council.RecordDecision", err)
}

// Direct reports whether the decision was taken without a session.
func (d Decision) Direct() bool { return len(d.Session) > 5 && d.Session[:5] == "form:" }

// Annul marks a decision as annulled, with a reason; it stays in the register.
func (s *Service) Annul(ctx context.Context, who auth.Actor, id, reason string) (Decision, error) {
	return act(ctx, s, s.decisions.Update, id, who, done{act: ActAnnul, subject: "decision", reason: reason, public: true}, func(*Decision) error { return nil })
}

// Decision returns an entry of the register by its year and number.
func (s *Service) Decision(ctx context.Context, authority string, year, number int) (Decision, error) {
	d, err := s.decisions.Get(ctx, decisionID(authority, year, number))
	if fault.Is(err, fault.NotFound) || err == nil && d.State == DecisionClaimed {
		return d, errNone
	}
	return d, fault.Wrap("council.Decision", err)
}

// searched is how many decisions that share a word one page of a search looks
// at; the next page goes on behind them.
const searched = 300

// Decisions pages through the register, the latest first. With words it finds
// those that have them all, every one of them: a page may hold fewer than asked
// for, or none, and still have a next one.
func (s *Service) Decisions(ctx context.Context, authority string, f DecisionFilter) (store.Page[Decision], error) {
	words := fold.Words(f.Words)
	if len(words) == 0 {
		page, err := s.decisions.Find(ctx, store.Query{Index: "lists", Equal: []any{f.list(authority)}, Desc: true, After: f.After, Limit: f.Limit})
		return page, fault.Wrap("council.Decisions", err)
	}
	page := store.Page[Decision]{Next: f.After}
	step := min(max(f.Limit, 20), searched)
	for looked := 0; looked < searched && len(page.Items) < step; looked += step {
		some, err := s.decisions.Find(ctx, store.Query{Index: "words", Equal: []any{authority + "|" + words[0]}, Desc: true, After: page.Next, Limit: step})
		if err != nil {
			return page, fault.Wrap("council.Decisions", err)
		}
		for _, d := range some.Items {
			lacks := func(w string) bool { return !slices.Contains(d.Words, authority+"|"+w) }
			if slices.Contains(d.Lists, f.list(authority)) && !slices.ContainsFunc(words, lacks) {
				page.Items = append(page.Items, d)
			}
		}
		if page.Next = some.Next; page.Next == "" {
			break
		}
	}
	return page, nil
}

// DecisionsOn returns the decisions about a subject, the latest first.
func (s *Service) DecisionsOn(ctx context.Context, subject Subject, limit int) ([]Decision, error) {
	page, err := s.decisions.Find(ctx, store.Query{Index: "about", Equal: []any{subject.Key()}, Desc: true, Limit: limit})
	return slices.DeleteFunc(page.Items, func(d Decision) bool { return d.State == DecisionClaimed }), fault.Wrap("council.DecisionsOn", err)
}

// Years are the years in which an authority decided something, the latest first.
func (s *Service) Years(ctx context.Context, authority string) ([]int, error) {
	var years []int
	until := any(nil)
	for len(years) < 40 { // one look for each year
		page, err := s.decisions.Find(ctx, store.Query{Index: "lists", Equal: []any{authority}, To: until, Desc: true, Limit: 1})
		if err != nil || len(page.Items) == 0 {
			return years, fault.Wrap("council.Years", err)
		}
		d := page.Items[0]
		years = append(years, d.Year)
		until = startOfYear(d)
	}
	return years, nil
}

func startOfYear(d Decision) time.Time {
	on := d.On.In(zoneOf(d.Country))
	return time.Date(on.Year(), 1, 1, 0, 0, 0, 0, on.Location()).UTC()
}
