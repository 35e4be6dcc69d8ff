package council

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// Plan is what an officer says about a session that is being prepared.
type Plan struct {
	Kind     SessionKind
	StartsAt time.Time
	Place    string
	Video    string
	Call     int
}

func (p *Plan) check(now time.Time) error {
	p.Place, p.Video = tidy(p.Place, false), tidy(p.Video, false)
	p.Call = max(p.Call, 1)
	switch {
	case p.Kind != Ordinary && p.Kind != Extraordinary:
		return wrong("kind", i18n.Msg("Choose the kind of session"))
	case p.StartsAt.IsZero():
		return wrong("day", i18n.Msg("Give the day and the hour of the session"))
	case !p.StartsAt.After(now):
		return wrong("day", i18n.Msg("The session must lie ahead"))
	case p.Call > 3:
		return wrong("call", i18n.Msg("Choose one of the answers offered."))
	}
	return first(required("place", p.Place, i18n.Msg("Say where the session takes place"), MaxTitle), checkVideo(p.Video))
}

// checkVideo refuses what is no web address; "" is none.
func checkVideo(address string) error {
	u, err := url.Parse(address)
	if address != "" && (err != nil || u.Scheme != "https" || u.Host == "" || len(address) > 500) {
		return wrong("video", i18n.Msg("Enter a web address that begins with https://."))
	}
	return nil
}

func (p Plan) put(s *Session) {
	s.Kind, s.StartsAt, s.Place, s.Video, s.Call = p.Kind, p.StartsAt.UTC(), p.Place, p.Video, p.Call
}

// SessionID is the id of a session that a form with this token prepares.
func SessionID(authority, once string) string { return digest("session", authority, once) }

// Prepare begins a session; nobody is told yet. Invalid where the body that
// decides does not sit.
func (s *Service) Prepare(ctx context.Context, who auth.Actor, authority, once string, in Plan) (Session, error) {
	if err := in.check(s.Clock.Now()); err != nil {
		return Session{}, err
	}
	a, err := s.authority(ctx, authority)
	if err != nil {
		return Session{}, err
	}
	if !Collegial(a.Body) {
		return Session{}, fault.New(fault.Invalid, "The body that decides here does not sit. Record its decisions without a session.")
	}
	id := SessionID(authority, once)
	doc := Session{Meta: store.Meta{ID: id}, Base: Base{Authority: authority}, Country: a.Country, Body: a.Body}
	in.put(&doc)
	made, err := create(ctx, s, s.sessions.Insert, s.sessions.Update, id, who, done{act: ActPrepare, subject: "session"}, doc)
	if fault.Is(err, fault.Conflict) {
		return s.sessions.Get(ctx, id)
	}
	return made, err
}

// Edit changes a session that is being prepared.
func (s *Service) Edit(ctx context.Context, who auth.Actor, id string, in Plan) (Session, error) {
	if err := in.check(s.Clock.Now()); err != nil {
		return Session{}, err
	}
	return act(ctx, s, s.sessions.Update, id, who, done{act: ActEdit, subject: "session"}, func(x *Session) error {
		in.put(x)
		return nil
	})
}

// AddItem puts an item on the agenda of a session that is being prepared; words
// name its subject, "" for none. once makes a form sent twice the same.
func (s *Service) AddItem(ctx context.Context, who auth.Actor, id, once, words string, in Item) (Session, error) {
	x, err := s.sessionFor(ctx, who, id, ActAgenda)
	if err != nil {
		return x, err
	}
	subject, err := s.subject(ctx, x.Authority, words)
	if err != nil {
		return x, err
	}
	in.Title, in.Text = tidy(in.Title, false), tidy(in.Text, true)
	if in.Title == "" {
		in.Title = subject.Title
	}
	err = first(required("title", in.Title, i18n.Msg("Say what the item is about"), MaxTitle), short("text", in.Text, MaxText))
	if err != nil {
		return x, err
	}
	item := Item{ID: digest("item", id, once)[:12], Title: in.Title, Text: in.Text, Subject: subject}
	return act(ctx, s, s.sessions.Update, id, who, done{act: ActAgenda, subject: "session"}, func(x *Session) error {
		if _, there := x.Item(item.ID); there {
			return store.ErrUnchanged
		}
		if len(x.Agenda) >= MaxItems {
			return fault.New(fault.Invalid, "The agenda is full.")
		}
		x.Agenda = append(x.Agenda, item)
		return nil
	})
}

// RemoveItem takes an item off the agenda again.
func (s *Service) RemoveItem(ctx context.Context, who auth.Actor, id, item string) (Session, error) {
	return act(ctx, s, s.sessions.Update, id, who, done{act: ActAgenda, subject: "session"}, func(x *Session) error {
		before := len(x.Agenda)
		x.Agenda = slices.DeleteFunc(x.Agenda, func(i Item) bool { return i.ID == item })
		if len(x.Agenda) == before {
			return store.ErrUnchanged
		}
		return nil
	})
}

// Convene tells members and the public. notice is the day on which the members
// were told, today or before. An ordinary session refuses a notice that is too
// short by the rule pack; an extraordinary one takes it with a reason that
// everybody can read. A session called again after one without quorum is bound
// by periods of its own, which the platform does not check.
func (s *Service) Convene(ctx context.Context, who auth.Actor, id string, notice time.Time, reason string) (Session, error) {
	x, err := s.sessionFor(ctx, who, id, ActConvene)
	if err != nil {
		return x, err
	}
	a, err := s.authority(ctx, x.Authority)
	if err != nil {
		return x, err
	}
	rule, reason := ruleOf(s.pack(a), law.SessionNotice, x.StartsAt), tidy(reason, true)
	d := done{act: ActConvene, subject: "session", public: true}
	return act(ctx, s, s.sessions.Update, id, who, d, func(x *Session) error {
		if x.Notice = rule; x.Call > 1 {
			x.Notice = Rule{}
		}
		if err := x.checkNotice(notice, reason, s.Clock.Now()); err != nil {
			return err
		}
		x.NoticeAt, x.LateReason = notice.UTC(), ""
		if x.Late(notice) {
			x.LateReason = reason
		}
		return nil
	})
}

func (x *Session) checkNotice(notice time.Time, reason string, now time.Time) error {
	switch {
	case len(x.Agenda) == 0:
		return fault.New(fault.Invalid, "Put something on the agenda first.")
	case !x.StartsAt.After(now):
		return fault.New(fault.Invalid, "The session must lie ahead")
	case notice.IsZero() || notice.After(now):
		return wrong("notice", i18n.Msg("Give the day on which the members were told"))
	case !x.Late(notice):
		return nil
	case x.Kind == Ordinary:
		return wrong("notice", i18n.Msg("The members must be told {days} days before; this is {given}. Choose a later day for the session."), "days", x.Notice.Value, "given", max(x.NoticeDays(notice), 0))
	}
	return required("reason", reason, i18n.Msg("The notice is shorter than the rules say. Give the reason; everybody can read it."), MaxReason)
}

// LinkVideo says where the session can be watched; "" takes the address away.
func (s *Service) LinkVideo(ctx context.Context, who auth.Actor, id, address string) (Session, error) {
	address = tidy(address, false)
	if err := checkVideo(address); err != nil {
		return Session{}, err
	}
	return act(ctx, s, s.sessions.Update, id, who, done{act: ActVideo, subject: "session"}, func(x *Session) error {
		x.Video = address
		return nil
	})
}

// Open opens a session with those present, and freezes how many members the
// body has and how many must be there. Without a quorum it can be opened and
// closed again, but nothing is put to the vote.
func (s *Service) Open(ctx context.Context, who auth.Actor, id, chair string, present []string) (Session, error) {
	x, err := s.sessionFor(ctx, who, id, ActOpen)
	if err != nil {
		return x, err
	}
	a, err := s.authority(ctx, x.Authority)
	if err != nil {
		return x, err
	}
	rule := ruleOf(s.pack(a), law.SessionQuorum, x.StartsAt)
	now := s.Clock.Now()
	if clock.StartOfDay(x.StartsAt, clock.Zone(x.Country)).After(now) {
		return x, fault.New(fault.Invalid, "The day of the session has not come yet.")
	}
	return s.attend(ctx, who, x, chair, present, done{act: ActOpen, subject: "session", public: true}, func(x *Session, members int) {
		x.Members, x.Quorum, x.OpenedAt = members, rule, now
	})
}

// Attend corrects who is present, and who takes the chair, while the body sits.
func (s *Service) Attend(ctx context.Context, who auth.Actor, id, chair string, present []string) (Session, error) {
	x, err := s.sessionFor(ctx, who, id, ActAttend)
	if err != nil {
		return x, err
	}
	return s.attend(ctx, who, x, chair, present, done{act: ActAttend, subject: "session"}, func(*Session, int) {})
}

func (s *Service) attend(ctx context.Context, who auth.Actor, x Session, chair string, present []string, d done, freeze func(*Session, int)) (Session, error) {
	members, err := s.MembersAt(ctx, x.Authority, Deciding, x.StartsAt)
	if err != nil {
		return x, err
	}
	if len(members) == 0 {
		return x, fault.New(fault.Invalid, "Enter the members of the body first.")
	}
	var there []string
	for _, m := range members { // in the order of protocol, each once, nobody else
		if slices.Contains(present, m.ID) {
			there = append(there, m.ID)
		}
	}
	chair = tidy(chair, false)
	if err := short("chair", chair, MaxName); err != nil {
		return x, err
	}
	return act(ctx, s, s.sessions.Update, x.ID, who, d, func(x *Session) error {
		x.Present, x.Chair = there, chair
		freeze(x, len(members))
		for _, i := range x.Agenda {
			if i.For+i.Against+i.Abstain > len(there) {
				return wrong("present", i18n.Msg("More votes were counted than members are present. Correct the votes first."))
			}
		}
		return nil
	})
}

// Record writes down what became of an item. A vote gets a number, which the
// store gives once in a year; 0 takes the next.
func (s *Service) Record(ctx context.Context, who auth.Actor, id, item string, v Vote) (Session, error) {
	x, err := s.sessionFor(ctx, who, id, ActVote)
	if err != nil {
		return x, err
	}
	v.Decision = tidy(v.Decision, true)
	point, ok := x.Item(item)
	if !ok {
		return x, errNoItem
	}
	if err := first(v.check(x), short("decision", v.Decision, MaxText)); err != nil {
		return x, err
	}
	given, had := 0, point.Number
	if v.Outcome.Voted() {
		if given, err = s.claim(ctx, x, item, v.Number, had); err != nil {
			return x, err
		}
	}
	x, err = act(ctx, s, s.sessions.Update, id, who, done{act: ActVote, subject: "session"}, func(x *Session) error {
		point, ok := x.Item(item)
		if !ok {
			return errNoItem
		}
		if err := v.check(*x); err != nil {
			return err
		}
		point.Outcome, point.For, point.Against, point.Abstain, point.Decision, point.Number = v.Outcome, v.For, v.Against, v.Abstain, v.Decision, given
		return nil
	})
	if err == nil && had > 0 && had != given {
		err = s.release(ctx, x, item, had)
	}
	return x, err
}

// Close ends the sitting: everything on the agenda must have an outcome, unless
// there was no quorum. Its decisions enter the public register.
func (s *Service) Close(ctx context.Context, who auth.Actor, id, remarks string) (Session, error) {
	remarks = tidy(remarks, true)
	if err := short("remarks", remarks, MaxText); err != nil {
		return Session{}, err
	}
	return act(ctx, s, s.sessions.Update, id, who, done{act: ActCloseSit, subject: "session", public: true}, func(x *Session) error {
		if x.QuorumMet() && slices.ContainsFunc(x.Agenda, func(i Item) bool { return i.Outcome == "" }) {
			return fault.New(fault.Invalid, "Say of every item what became of it.")
		}
		x.Remarks, x.ClosedAt = remarks, s.Clock.Now()
		return nil
	})
}

// PublishMinutes draws the minutes, keeps them as they are, and shows them.
func (s *Service) PublishMinutes(ctx context.Context, who auth.Actor, id string) (Session, error) {
	x, err := s.sessionFor(ctx, who, id, ActMinutes)
	if err != nil {
		return x, err
	}
	kept, sum, err := s.keepMinutes(ctx, x)
	if err != nil {
		return x, err
	}
	x, err = act(ctx, s, s.sessions.Update, id, who, done{act: ActMinutes, subject: "session", public: true}, func(x *Session) error {
		x.Minutes, x.MinutesSum = kept, sum
		return nil
	})
	if err != nil || x.Minutes != kept { // somebody was faster: these are nobody's
		_ = s.Files.Delete(context.WithoutCancel(ctx), kept)
	}
	return x, err
}

// Cancel gives a session up, with a reason; members and public see that it does
// not take place.
func (s *Service) Cancel(ctx context.Context, who auth.Actor, id, reason string) (Session, error) {
	x, err := s.sessions.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return x, errNone
	}
	if err != nil {
		return x, err
	}
	d := done{act: ActCancel, subject: "session", reason: reason, public: x.Public()}
	return act(ctx, s, s.sessions.Update, id, who, d, func(x *Session) error {
		if slices.ContainsFunc(x.Agenda, func(i Item) bool { return i.Number > 0 }) {
			return fault.New(fault.Conflict, "The body has decided something in this session. Close it instead.")
		}
		return nil
	})
}

// sessionFor returns a session to somebody who may do an act to it.
func (s *Service) sessionFor(ctx context.Context, who auth.Actor, id string, act Act) (Session, error) {
	x, err := s.sessions.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return x, errNone.Because("council.session", err)
	}
	if err != nil {
		return x, fault.Wrap("council.session", err)
	}
	_, _, err = permit(x.State, act, RolesOf(who, x.Authority, ""))
	if fault.Is(err, fault.Conflict) && x.repeated(who, act) {
		err = nil // the act itself answers a repeat
	}
	return x, err
}

// Session returns a session as an actor may see it: everybody those that were
// convened. NotFound otherwise.
func (s *Service) Session(ctx context.Context, who auth.Actor, id string) (Session, error) {
	x, err := s.sessions.Get(ctx, id)
	if err == nil && !x.Public() && !who.IsSystem() && !Serves(who, x.Authority) {
		return Session{}, errNone
	}
	if fault.Is(err, fault.NotFound) {
		return x, errNone.Because("council.Session", err)
	}
	return x, fault.Wrap("council.Session", err)
}

// Sessions pages through the sessions of an authority that everybody may see,
// or with all those being prepared too, the latest first.
func (s *Service) Sessions(ctx context.Context, authority string, all bool, after string, limit int) (store.Page[Session], error) {
	which := publicSessions
	if all {
		which = allSessions
	}
	return s.sessions.Find(ctx, store.Query{Index: "lists", Equal: []any{authority + "|" + which}, Desc: true, After: after, Limit: limit})
}

// NextSession returns the next session that was convened; NotFound when none is.
func (s *Service) NextSession(ctx context.Context, authority string) (Session, error) {
	page, err := s.sessions.Find(ctx, store.Query{Index: "lists", Equal: []any{authority + "|" + publicSessions}, From: clock.StartOfDay(s.Clock.Now(), time.UTC), Limit: 20})
	for _, x := range page.Items {
		if x.State == SessionConvened || x.State == SessionOpen {
			return x, nil
		}
	}
	if err != nil {
		return Session{}, fault.Wrap("council.NextSession", err)
	}
	return Session{}, errNone
}

// EarliestDay is the first day on which an ordinary session can be held whose
// members are told now; false where no notice is known.
func (s *Service) EarliestDay(ctx context.Context, authority string) (time.Time, Rule, bool) {
	a, err := s.authority(ctx, authority)
	if err != nil {
		return time.Time{}, Rule{}, false
	}
	now := s.Clock.Now()
	rule := ruleOf(s.pack(a), law.SessionNotice, now)
	zone := clock.Zone(a.Country)
	return clock.StartOfDay(now.In(zone).AddDate(0, 0, rule.Value), zone), rule, rule.Known()
}

// present names those who are present, in the order of protocol.
func (s *Service) present(ctx context.Context, x Session) ([]Mandate, error) {
	found, err := s.mandates.GetMany(ctx, x.Present)
	var all []Mandate
	for _, id := range x.Present {
		if m, ok := found[id]; ok {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b Mandate) int {
		if a.Rank != b.Rank {
			return a.Rank - b.Rank
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all, err
}
