package message

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Needs is what the service is built from; all must be there.
type Needs struct {
	DB        store.DB
	Audit     *audit.Log
	Queue     *job.Queue // the service registers its kinds of job
	Petitions Petitions
	Campaigns Campaigns
	People    People
	Post      Post
	Words     *i18n.Catalogues
	Clock     clock.Clock
	Log       *slog.Logger
	PublicURL string // for links in mails, without a slash at the end
	Demo      bool
	Moved     func(ctx context.Context, id string) // told of a message that came into another state; nil for nobody
}

// Service keeps messages and sends them. Its methods are safe for concurrent
// use and each act is safe to repeat.
type Service struct {
	Needs
	all *store.Collection[Message, *Message]
}

// New opens the collection and registers the jobs.
func New(ctx context.Context, n Needs) (*Service, error) {
	all, err := store.Open[Message](ctx, n.DB, store.Schema{Name: "petition_messages", Indexes: []store.Index{
		{Name: "lists", Fields: []string{"lists", "list_at"}, Multi: true},
	}})
	if err != nil {
		return nil, fault.Wrap("message.New", err)
	}
	s := &Service{Needs: n, all: all}
	s.registerJobs()
	return s, nil
}

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }

var (
	errNone     = fault.New(fault.NotFound, "There is no such message.")
	errSignIn   = fault.New(fault.SignIn, "Sign in to go on.")
	errMayNot   = fault.New(fault.Forbidden, "Only the agent of the petition, or a delegate whose association campaigns for it, writes to its followers.")
	errReader   = fault.New(fault.Forbidden, "Only officers who moderate this petition decide about its messages, and nobody about their own.")
	errChanged  = fault.New(fault.Conflict, "This message has changed meanwhile. Open the page again.")
	errTooOften = fault.New(fault.TooMany, "The followers of this petition get at most {n} messages of this kind in a calendar month. Write again next month.", "n", PerMonth)
	errPetition = fault.New(fault.NotFound, "There is no such petition, or it is not public.")
)

// Senders returns as what an actor may write to the followers of a petition: as
// its agent, and for which campaigns.
func (s *Service) Senders(ctx context.Context, who auth.Actor, petitionID string) (Petition, bool, []Campaign, error) {
	if !who.SignedIn() {
		return Petition{}, false, nil, errSignIn
	}
	p, err := s.Petitions.Petition(ctx, petitionID)
	if isNotFound(err) {
		return p, false, nil, errPetition
	}
	if err != nil {
		return p, false, nil, fault.Wrap("message.Senders", err)
	}
	campaigns, err := s.Campaigns.For(ctx, who, petitionID)
	return p, p.Agent == who.PersonID, campaigns, fault.Wrap("message.Senders", err)
}

// Write submits a message. It takes one of the month's places of its kind of
// sender, that of a message refused or taken back before if there is one.
func (s *Service) Write(ctx context.Context, who auth.Actor, petitionID string, d Draft) (Message, error) {
	p, agent, campaigns, err := s.Senders(ctx, who, petitionID)
	if err != nil {
		return Message{}, err
	}
	i := slices.IndexFunc(campaigns, func(c Campaign) bool { return c.ID == d.Campaign })
	if d.Campaign == "" && !agent || d.Campaign != "" && i < 0 {
		return Message{}, errMayNot
	}
	if err := d.check(); err != nil {
		return Message{}, err
	}
	if !p.Tellable {
		return Message{}, fault.New(fault.Conflict, "This petition has ended: there is nothing more to tell its followers here.")
	}
	m := Message{Petition: p.ID, Authority: p.Authority, Moderator: p.Moderator, Campaign: d.Campaign, Author: who.PersonID, Lang: d.Lang, Subject: d.Subject, Body: d.Body}
	if i >= 0 {
		m.Sender = campaigns[i].Names[d.Lang]
	}
	return s.place(ctx, who, p, m)
}

// place puts a message into the first place of the month that is free.
func (s *Service) place(ctx context.Context, who auth.Actor, p Petition, m Message) (Message, error) {
	now := s.Clock.Now()
	for n := 1; n <= PerMonth; n++ {
		fresh := m
		fresh.Meta = store.Meta{ID: slot(p.ID, m.Campaign != "", now, p.Country, n)}
		fresh.SubmittedAt = now
		s.record(&fresh, who, actWrite, "", Waiting, "")
		err := s.all.Insert(ctx, fresh)
		if fault.Is(err, fault.Conflict) {
			fresh, err = s.all.Update(ctx, fresh.ID, func(old *Message) error {
				to, _, may, _ := permit(old.State, actWrite, []role{author})
				if !may {
					return errTooOften
				}
				from, history, meta := old.State, old.History, old.Meta
				*old = m
				old.Meta, old.History, old.SubmittedAt = meta, history, now
				s.record(old, who, actWrite, from, to, "")
				return nil
			})
		}
		if fault.Is(err, fault.TooMany) {
			continue
		}
		if err != nil {
			return fresh, fault.Wrap(string(actWrite), err)
		}
		s.moved(ctx, fresh.ID)
		return fresh, fault.Wrap(string(actWrite), s.Audit.Record(ctx, fresh.History...))
	}
	return Message{}, errTooOften
}

// record moves a message and appends to its history.
func (s *Service) record(m *Message, who auth.Actor, what act, from, to State, reason string) {
	actor, as := who.PersonID, "agent"
	switch {
	case who.IsSystem():
		actor, as = "", "system"
	case what == actApprove || what == actRefuse:
		as = who.RoleIn(m.Moderator)
	case m.Campaign != "":
		as = string(auth.Delegate)
	}
	m.State = to
	m.settle()
	m.History = audit.Append(m.History, audit.Entry{
		Subject: "message:" + m.ID, Authority: m.Authority, Act: string(what), From: string(from), To: string(to), ActorID: actor, ActorRole: as,
		At: s.Clock.Now(), Reason: reason, Details: map[string]string{"petition": m.Petition},
	})
}

// act does one act to a message that exists.
func (s *Service) act(ctx context.Context, who auth.Actor, id string, what act, reason string, change func(*Message)) (Message, error) {
	reason = strings.TrimSpace(reason)
	m, err := s.all.Update(ctx, id, func(m *Message) error {
		as := rolesOf(who, *m)
		to, asks, may, ever := permit(m.State, what, as)
		switch {
		case len(as) == 0 && m.State != Sent && m.State != Sending:
			return errNone
		case !ever:
			return errReader
		case !may:
			return errChanged
		case asks && reason == "":
			return fault.New(fault.Invalid, "Give a reason.")
		}
		from := m.State
		if change != nil {
			change(m)
		}
		s.record(m, who, what, from, to, reason)
		return nil
	})
	if isNotFound(err) {
		return m, errNone
	}
	if err != nil {
		return m, fault.Wrap(string(what), err)
	}
	s.moved(ctx, m.ID)
	return m, fault.Wrap(string(what), s.Audit.Record(ctx, m.History...))
}

// moved tells whoever listens that a message came into another state.
func (s *Service) moved(ctx context.Context, id string) {
	if s.Moved != nil {
		s.Moved(ctx, id)
	}
}

// Retract takes a message back that nobody has decided about.
func (s *Service) Retract(ctx context.Context, who auth.Actor, id string) (Message, error) {
	return s.act(ctx, who, id, actRetract, "", nil)
}

// Approve lets a message leave. The sending is a job; a crash before it is
// enqueued is repaired by the sweep.
func (s *Service) Approve(ctx context.Context, who auth.Actor, id string) (Message, error) {
	m, err := s.act(ctx, who, id, actApprove, "", func(m *Message) { m.SentAt, m.Part, m.Handed = s.Clock.Now(), 0, 0 })
	if err != nil {
		return m, err
	}
	return m, s.enqueue(ctx, m.ID, 0, "")
}

// Refuse keeps a message from being sent, with a reason that its author reads.
func (s *Service) Refuse(ctx context.Context, who auth.Actor, id, reason string) (Message, error) {
	return s.act(ctx, who, id, actRefuse, reason, nil)
}

// Get returns a message to its author and to who decides about it; to everybody
// once it is sent.
func (s *Service) Get(ctx context.Context, who auth.Actor, id string) (Message, error) {
	m, err := s.all.Get(ctx, id)
	if isNotFound(err) || fault.Is(err, fault.Invalid) || err == nil && m.State != Sent && m.State != Sending && len(rolesOf(who, m)) == 0 {
		return Message{}, errNone
	}
	return m, fault.Wrap("message.Get", err)
}

// Waiting pages through what the officers of a moderator must read, oldest first.
func (s *Service) Waiting(ctx context.Context, moderator, after string, limit int) (store.Page[Message], error) {
	return s.all.Find(ctx, store.Query{Index: "lists", Equal: []any{listWaiting + "|" + moderator}, After: after, Limit: limit})
}

// SentOf pages through what was sent to the followers of a petition, newest first.
func (s *Service) SentOf(ctx context.Context, petitionID, after string, limit int) (store.Page[Message], error) {
	return s.all.Find(ctx, store.Query{Index: "lists", Equal: []any{listSent + "|" + petitionID}, Desc: true, After: after, Limit: limit})
}

// WrittenBy returns the newest messages somebody wrote.
func (s *Service) WrittenBy(ctx context.Context, personID string, limit int) ([]Message, error) {
	page, err := s.all.Find(ctx, store.Query{Index: "lists", Equal: []any{listAuthor + "|" + personID}, Desc: true, Limit: limit})
	return page.Items, fault.Wrap("message.WrittenBy", err)
}

// Stamp changes whenever what a petition's page shows of messages would; it
// costs one read.
func (s *Service) Stamp(ctx context.Context, petitionID string) (string, error) {
	page, err := s.SentOf(ctx, petitionID, "", 1)
	if err != nil || len(page.Items) == 0 {
		return "", err
	}
	return page.Items[0].ID, nil
}
