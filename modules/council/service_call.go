package council

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// CallRule returns the share of voters that a kind of call needs in an
// authority; the zero Rule where the rules know no such call.
func (s *Service) CallRule(a Authority, kind CallKind) Rule {
	name, ok := callFigures[kind]
	if !ok {
		return Rule{}
	}
	return ruleOf(s.pack(a), name, s.Clock.Now())
}

// CallID is the id of a call that a person starts with a form with this token.
func CallID(person, once string) string { return digest("call", person, once) }

// Propose starts a call. Only somebody who lives in the territory may; an
// officer reads it before it is public.
func (s *Service) Propose(ctx context.Context, who auth.Actor, authority, once string, in Call) (Call, error) {
	in.Title, in.Text = tidy(in.Title, false), tidy(in.Text, true)
	if err := first(required("title", in.Title, i18n.Msg("Say in a few words what it is about"), MaxTitle), required("text", in.Text, i18n.Msg("Give your reasons"), MaxText)); err != nil {
		return in, err
	}
	a, person, err := s.inhabitant(ctx, who, authority)
	if err != nil {
		return in, err
	}
	if !s.CallRule(a, in.Kind).Known() {
		return in, wrong("kind", i18n.Msg("The rules that apply here do not know this"))
	}
	if !slices.Contains(person.Lives, authority) {
		return in, errNotHere
	}
	id := CallID(who.PersonID, once)
	doc := Call{Meta: store.Meta{ID: id}, Base: Base{Authority: authority}, Country: a.Country, Kind: in.Kind, PersonID: who.PersonID,
		NamePublic: in.NamePublic, Title: in.Title, Text: in.Text}
	if in.NamePublic {
		doc.Name = person.Name
	}
	made, err := create(ctx, s, s.calls.Insert, s.calls.Update, id, who, done{act: ActCall, subject: "call"}, doc)
	if fault.Is(err, fault.Conflict) {
		return s.calls.Get(ctx, id)
	}
	return made, err
}

// PublishCall opens a call for supports. The share, its source and the number
// of voters are frozen; without a number of voters nothing can be reached.
func (s *Service) PublishCall(ctx context.Context, who auth.Actor, id string) (Call, error) {
	c, err := s.calls.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return c, errNone
	}
	if err != nil {
		return c, err
	}
	a, err := s.authority(ctx, c.Authority)
	if err != nil {
		return c, err
	}
	settings, err := s.SettingsOf(ctx, c.Authority)
	if err != nil {
		return c, err
	}
	if settings.Voters == 0 && May(who, c.Base, c.PersonID, ActOpenCall) {
		return c, fault.New(fault.Invalid, "Enter the number of registered voters first: the number of supporters needed is a share of it.")
	}
	now, rule := s.Clock.Now(), s.CallRule(a, c.Kind)
	months, _ := s.pack(a).Figure(law.CollectionPeriod, now)
	zone := clock.Zone(a.Country)
	return act(ctx, s, s.calls.Update, id, who, done{act: ActOpenCall, subject: "call", public: true}, func(c *Call) error {
		c.OpenedAt, c.ClosesAt = now, clock.EndOfDay(clock.AddMonths(now.In(zone), months.Value), zone)
		c.Share, c.Voters, c.VotersOn, c.VotersSource = rule, settings.Voters, settings.VotersOn, settings.VotersSource
		return nil
	})
}

// RefuseCall does not publish a call, or takes it off, with a reason.
func (s *Service) RefuseCall(ctx context.Context, who auth.Actor, id, reason string) (Call, error) {
	if err := short("reason", tidy(reason, true), MaxReason); err != nil {
		return Call{}, err
	}
	return act(ctx, s, s.calls.Update, id, who, done{act: ActRefuseCall, subject: "call", reason: reason}, func(c *Call) error {
		c.Refusal = tidy(reason, true)
		return nil
	})
}

// WithdrawCall gives a call up; who started it only.
func (s *Service) WithdrawCall(ctx context.Context, who auth.Actor, id string) (Call, error) {
	return act(ctx, s, s.calls.Update, id, who, done{act: ActWithdraw, subject: "call", public: true}, func(*Call) error { return nil })
}

// Accept sets the day of the meeting, or of the session that treats the
// initiative; doing it again moves the day.
func (s *Service) Accept(ctx context.Context, who auth.Actor, id string, at time.Time, place, text string) (Call, error) {
	place, text = tidy(place, false), tidy(text, true)
	if err := first(required("place", place, i18n.Msg("Say where it is held"), MaxTitle), short("text", text, MaxText)); err != nil {
		return Call{}, err
	}
	if !at.After(s.Clock.Now()) {
		return Call{}, wrong("day", i18n.Msg("The day must lie ahead"))
	}
	return act(ctx, s, s.calls.Update, id, who, done{act: ActAccept, subject: "call", public: true}, func(c *Call) error {
		c.MeetsAt, c.Place, c.Reasons = at.UTC(), place, text
		return nil
	})
}

// Decline says no to a call that enough people support, with reasons that
// everybody can read.
func (s *Service) Decline(ctx context.Context, who auth.Actor, id, reasons string) (Call, error) {
	reasons = tidy(reasons, true)
	if err := short("reason", reasons, MaxText); err != nil {
		return Call{}, err
	}
	return act(ctx, s, s.calls.Update, id, who, done{act: ActDecline, subject: "call", reason: reasons, public: true}, func(c *Call) error {
		c.Reasons = reasons
		return nil
	})
}

// Hold records that it took place, and what came out of it.
func (s *Service) Hold(ctx context.Context, who auth.Actor, id, report string) (Call, error) {
	report = tidy(report, true)
	if err := required("report", report, i18n.Msg("Say what came out of it"), MaxText); err != nil {
		return Call{}, err
	}
	return act(ctx, s, s.calls.Update, id, who, done{act: ActHeld, subject: "call", public: true}, func(c *Call) error {
		if c.MeetsAt.After(s.Clock.Now()) {
			return fault.New(fault.Invalid, "The day has not come yet.")
		}
		c.Report = report
		return nil
	})
}

var errNoSupports = fault.New(fault.Conflict, "This does not take supports at present.")

// SupportCall counts somebody's support, once.
func (s *Service) SupportCall(ctx context.Context, who auth.Actor, id string) error {
	c, err := s.Call(ctx, who, id)
	if err != nil {
		return err
	}
	_, person, err := s.inhabitant(ctx, who, c.Authority)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	switch {
	case !c.Supportable(now):
		return errNoSupports
	case !slices.Contains(person.Lives, c.Authority):
		return errNotHere
	}
	err = s.supports.Insert(ctx, Support{Meta: store.Meta{ID: digest("support", id, who.PersonID)}, Call: id, PersonID: who.PersonID, At: now})
	if fault.Is(err, fault.Conflict) {
		return nil // counted already
	}
	if err != nil {
		return fault.Wrap("council.SupportCall", err)
	}
	n, err := s.count(ctx, id, 1)
	if err == nil && c.State == CallOpen && c.Needed() > 0 && n >= c.Needed() {
		err = s.reach(ctx, id)
	}
	return fault.Wrap("council.SupportCall", err)
}

// TakeSupportBack takes a support back while supports are taken.
func (s *Service) TakeSupportBack(ctx context.Context, who auth.Actor, id string) error {
	c, err := s.Call(ctx, who, id)
	if err != nil {
		return err
	}
	if !c.Supportable(s.Clock.Now()) {
		return errNoSupports
	}
	err = s.supports.Delete(ctx, digest("support", id, who.PersonID))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err == nil {
		_, err = s.count(ctx, id, -1)
	}
	return fault.Wrap("council.TakeSupportBack", err)
}

// count moves the tally of a call and returns it.
func (s *Service) count(ctx context.Context, call string, by int64) (int64, error) {
	if err := s.tallies.Insert(ctx, Tally{Meta: store.Meta{ID: call}}); err != nil && !fault.Is(err, fault.Conflict) {
		return 0, err
	}
	t, err := s.tallies.Increment(ctx, call, map[string]int64{"supporters": by})
	return t.Supporters, err
}

// reach moves a call on that enough people support; exactly one caller does.
func (s *Service) reach(ctx context.Context, id string) error {
	_, err := act(ctx, s, s.calls.Update, id, auth.System, done{act: ActReach, subject: "call", public: true}, func(c *Call) error {
		c.ReachedAt = s.Clock.Now()
		return nil
	})
	if fault.Is(err, fault.Conflict) { // somebody was faster
		return nil
	}
	return err
}

// Supporters returns how many support a call.
func (s *Service) Supporters(ctx context.Context, call string) (int64, error) {
	t, err := s.tallies.Get(ctx, call)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	return t.Supporters, fault.Wrap("council.Supporters", err)
}

// Supports reports whether somebody supports a call.
func (s *Service) Supports(ctx context.Context, personID, call string) (bool, error) {
	_, err := s.supports.Get(ctx, digest("support", call, personID))
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, fault.Wrap("council.Supports", err)
}

// Call returns a call as an actor may see it.
func (s *Service) Call(ctx context.Context, who auth.Actor, id string) (Call, error) {
	c, err := s.calls.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return c, errNone.Because("council.Call", err)
	}
	own := who.SignedIn() && c.PersonID == who.PersonID
	if err == nil && !c.Public() && !own && !who.IsSystem() && !Serves(who, c.Authority) {
		return Call{}, errNone
	}
	return c, fault.Wrap("council.Call", err)
}

// Calls pages through the public calls of an authority, the newest first.
func (s *Service) Calls(ctx context.Context, authority, after string, limit int) (store.Page[Call], error) {
	return s.calls.Find(ctx, store.Query{Index: "lists", Equal: []any{authority}, Desc: true, After: after, Limit: limit})
}

// callsIn are the calls under a name of a list, the oldest first.
func (s *Service) callsIn(ctx context.Context, list string, limit int) ([]Call, error) {
	page, err := s.calls.Find(ctx, store.Query{Index: "lists", Equal: []any{list}, Limit: limit})
	return page.Items, err
}

// EndCalls ends calls whose time is over, and moves on those whose number was
// reached by a process that died before it said so. It is periodic work.
func (s *Service) EndCalls(ctx context.Context) error {
	now := s.Clock.Now()
	return s.calls.Each(ctx, store.Query{Index: "closing", Equal: []any{string(CallOpen)}, Limit: 100}, func(c Call) error {
		n, err := s.Supporters(ctx, c.ID)
		if err != nil {
			return err
		}
		if c.Needed() > 0 && n >= c.Needed() {
			return s.reach(ctx, c.ID)
		}
		if !now.After(c.ClosesAt) {
			return nil
		}
		_, err = act(ctx, s, s.calls.Update, c.ID, auth.System, done{act: ActEndCall, subject: "call", public: true}, func(*Call) error { return nil })
		if fault.Is(err, fault.Conflict) {
			return nil
		}
		return err
	})
}
