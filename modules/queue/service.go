package queue

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Needs is what the service is built from. All must be there.
type Needs struct {
	DB          store.DB
	Audit       *audit.Log
	Queue       *job.Queue // the service registers its periodic work
	Authorities Authorities
	Words       *i18n.Catalogues // the hall's screen speaks two languages at once
	Clock       clock.Clock
	Ident       ident.Maker
	Log         *slog.Logger
}

// Service does all acts of this module. Its methods are safe for concurrent
// use, and each act is safe to repeat.
type Service struct {
	collections
	Needs

	mu     sync.Mutex
	boards map[string]*Board // by authority; see board.go
}

// New opens the collections.
func New(ctx context.Context, n Needs) (*Service, error) {
	c, err := openCollections(ctx, n.DB)
	if err != nil {
		return nil, fault.Wrap("queue.New", err)
	}
	return &Service{collections: c, Needs: n, boards: map[string]*Board{}}, nil
}

// Hall returns the hall of an authority; NotFound when it has none.
func (s *Service) Hall(ctx context.Context, authority string) (Hall, error) {
	h, err := s.halls.Get(ctx, authority)
	if fault.Is(err, fault.NotFound) {
		err = errNone.Because("queue.Hall", err)
	}
	return h, err
}

// today is the day of a hall now, where it lies.
func (s *Service) today(h Hall) string {
	return DayID(h.ID, s.Clock.Now().In(clock.Zone(h.Country)).Format(time.DateOnly))
}

// entry is an act as the history of a document keeps it.
func (s *Service) entry(subject, authority string, who auth.Actor, as Role, act Act, from, to State, details map[string]string) audit.Entry {
	actor := who.PersonID
	if who.IsSystem() {
		actor = ""
	}
	return audit.Entry{Subject: subject, Authority: authority, Act: actPrefix + string(act), From: string(from), To: string(to),
		ActorID: actor, ActorRole: string(as), At: s.Clock.Now(), Details: details}
}

// hallAct changes the set-up of a hall.
func (s *Service) hallAct(ctx context.Context, who auth.Actor, authority string, act Act, change func(*Hall) error) (Hall, error) {
	h, err := s.halls.Update(ctx, authority, func(h *Hall) error {
		to, as, err := permit(h.State, act, rolesOf(who, authority, ""))
		if err != nil {
			return err
		}
		if err := change(h); err != nil {
			return err
		}
		h.History = audit.Append(h.History, s.entry("hall:"+h.ID, authority, who, as, act, h.State, to, nil))
		h.State = to
		return nil
	})
	if err != nil {
		return h, fault.Wrap("queue."+string(act), err)
	}
	s.changed(authority)
	return h, fault.Wrap("queue."+string(act), s.Audit.Record(ctx, h.History...))
}

// ensureHall makes the hall of an authority that has none.
func (s *Service) ensureHall(ctx context.Context, who auth.Actor, authority string) error {
	if _, _, err := permit(HallKept, ActSettings, rolesOf(who, authority, "")); err != nil {
		return err
	}
	if _, err := s.halls.Get(ctx, authority); !fault.Is(err, fault.NotFound) {
		return err
	}
	a, err := s.Authorities.Authority(ctx, authority)
	if err != nil {
		return err
	}
	h := Hall{Meta: store.Meta{ID: authority}, State: HallKept, Country: a.Country, Device: s.Ident.Token()}
	h.History = audit.Append(nil, s.entry("hall:"+authority, authority, who, AsSupervisor, ActSettings, notYet, HallKept, nil))
	if err := s.halls.Insert(ctx, h); err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	return nil
}

// SetGroup adds a group to a hall, or changes the one with its letter. The first
// one makes the hall.
func (s *Service) SetGroup(ctx context.Context, who auth.Actor, authority string, g Group) (Hall, error) {
	g.Names = Words{AR: form.Clean(g.Names.AR, false), FR: form.Clean(g.Names.FR, false)}
	if err := s.ensureHall(ctx, who, authority); err != nil {
		return Hall{}, fault.Wrap("queue.SetGroup", err)
	}
	if err := g.check(); err != nil {
		return Hall{}, err
	}
	return s.hallAct(ctx, who, authority, ActSettings, func(h *Hall) error {
		if i := slices.IndexFunc(h.Groups, func(x Group) bool { return x.Letter == g.Letter }); i >= 0 {
			h.Groups[i] = g
			return nil
		}
		if len(h.Groups) == MaxGroups {
			return wrong("letter", i18n.Msg("A hall has at most {limit} services."), "limit", MaxGroups)
		}
		h.Groups = append(h.Groups, g)
		slices.SortFunc(h.Groups, func(a, b Group) int { return int(a.Letter[0]) - int(b.Letter[0]) })
		return nil
	})
}

// SetCounter adds a counter to a hall, or changes the one with its number.
func (s *Service) SetCounter(ctx context.Context, who auth.Actor, authority string, c Counter) (Hall, error) {
	if c.Number < 1 || c.Number > 99 {
		return Hall{}, wrong("number", i18n.Msg("Give a number from 1 to 99"))
	}
	return s.hallAct(ctx, who, authority, ActSettings, func(h *Hall) error {
		c.Groups = slices.DeleteFunc(slices.Clone(c.Groups), func(letter string) bool { _, known := h.Group(letter); return !known })
		if i := slices.IndexFunc(h.Counters, func(x Counter) bool { return x.Number == c.Number }); i >= 0 {
			h.Counters[i] = c
			return nil
		}
		if len(h.Counters) == MaxCounters {
			return wrong("number", i18n.Msg("A hall has at most {limit} counters."), "limit", MaxCounters)
		}
		h.Counters = append(h.Counters, c)
		slices.SortFunc(h.Counters, func(a, b Counter) int { return a.Number - b.Number })
		return nil
	})
}

// RenewDevice gives the ticket screen of a hall a new address; the one before
// leads nowhere any more.
func (s *Service) RenewDevice(ctx context.Context, who auth.Actor, authority string) (Hall, error) {
	return s.hallAct(ctx, who, authority, ActDevice, func(h *Hall) error {
		h.Device = s.Ident.Token()
		return nil
	})
}

// dayAct opens or closes the day of a hall. Repeating it changes nothing.
func (s *Service) dayAct(ctx context.Context, who auth.Actor, h Hall, id string, act Act) (Day, error) {
	d, err := s.days.Update(ctx, id, func(d *Day) error {
		to, as, err := permit(d.State, act, rolesOf(who, h.ID, ""))
		if fault.Is(err, fault.Conflict) {
			return store.ErrUnchanged // it is so already
		}
		if err != nil {
			return err
		}
		d.History = audit.Append(d.History, s.entry("day:"+d.ID, h.ID, who, as, act, d.State, to, nil))
		d.State = to
		return nil
	})
	if err != nil {
		return d, fault.Wrap("queue."+string(act), err)
	}
	s.changed(h.ID)
	return d, fault.Wrap("queue."+string(act), s.Audit.Record(ctx, d.History...))
}

// OpenDay opens the hall for today: tickets can be taken, numbers begin at 1.
// One that was closed is opened again and goes on with its numbers.
func (s *Service) OpenDay(ctx context.Context, who auth.Actor, authority string) (Day, error) {
	h, err := s.Hall(ctx, authority)
	if err != nil {
		return Day{}, err
	}
	_, as, err := permit(notYet, ActOpenDay, rolesOf(who, authority, ""))
	if err != nil {
		return Day{}, err
	}
	id := s.today(h)
	d := Day{Meta: store.Meta{ID: id}, Authority: authority, Date: id[len(authority)+1:], State: DayOpen, Numbers: map[string]int64{}, Kept: true}
	d.History = audit.Append(nil, s.entry("day:"+id, authority, who, as, ActOpenDay, notYet, DayOpen, nil))
	err = s.days.Insert(ctx, d)
	if fault.Is(err, fault.Conflict) {
		return s.dayAct(ctx, who, h, id, ActOpenDay)
	}
	if err != nil {
		return d, fault.Wrap("queue.OpenDay", err)
	}
	s.changed(authority)
	return d, fault.Wrap("queue.OpenDay", s.Audit.Record(ctx, d.History...))
}

// CloseDay takes no more tickets today. Who waits is still called.
func (s *Service) CloseDay(ctx context.Context, who auth.Actor, authority string) (Day, error) {
	h, err := s.Hall(ctx, authority)
	if err != nil {
		return Day{}, err
	}
	d, err := s.dayAct(ctx, who, h, s.today(h), ActCloseDay)
	if fault.Is(err, fault.NotFound) {
		err = errNone.Because("queue.CloseDay", err)
	}
	return d, err
}

// OpenCounter puts an agent at a counter. Conflict when somebody else has it.
func (s *Service) OpenCounter(ctx context.Context, who auth.Actor, authority string, number int) (Post, error) {
	h, err := s.Hall(ctx, authority)
	if err != nil {
		return Post{}, err
	}
	if c, ok := h.Counter(number); !ok || c.Off {
		return Post{}, errNone
	}
	if _, _, err := permit(notYet, ActOpenCounter, rolesOf(who, authority, "")); err != nil {
		return Post{}, err
	}
	d, err := s.days.Get(ctx, s.today(h))
	if fault.Is(err, fault.NotFound) || err == nil && d.State != DayOpen {
		return Post{}, errShut
	}
	if err != nil {
		return Post{}, fault.Wrap("queue.OpenCounter", err)
	}
	id := PostID(authority, number)
	if err := s.posts.Insert(ctx, Post{Meta: store.Meta{ID: id}, Authority: authority, Number: number, State: CounterClosed}); err != nil && !fault.Is(err, fault.Conflict) {
		return Post{}, fault.Wrap("queue.OpenCounter", err)
	}
	return s.postAct(ctx, who, id, ActOpenCounter, func(p *Post) { p.Agent, p.Day = who.PersonID, d.ID })
}

// postAct opens or closes a counter.
func (s *Service) postAct(ctx context.Context, who auth.Actor, id string, act Act, change func(*Post)) (Post, error) {
	p, err := s.posts.Update(ctx, id, func(p *Post) error {
		if act == ActOpenCounter && p.State == CounterOpen && p.Agent == who.PersonID {
			return store.ErrUnchanged
		}
		to, as, err := permit(p.State, act, rolesOf(who, p.Authority, p.Agent))
		if err != nil {
			return err
		}
		p.History = audit.Append(p.History, s.entry("counter:"+p.ID, p.Authority, who, as, act, p.State, to, nil))
		p.History = p.History[max(0, len(p.History)-keepEntries):]
		p.State = to
		change(p)
		return nil
	})
	if err != nil {
		return p, fault.Wrap("queue."+string(act), err)
	}
	s.changed(p.Authority)
	return p, fault.Wrap("queue."+string(act), s.Audit.Record(ctx, p.History...))
}

// keepEntries is how much of a counter's history stays in its document: it is
// opened every day, and the audit has all of it.
const keepEntries = 20

var errBusy = fault.New(fault.Conflict, "Somebody is still at this counter. Finish with them first.")

// CloseCounter takes the agent from a counter. Conflict while somebody is
// before it.
func (s *Service) CloseCounter(ctx context.Context, who auth.Actor, authority string, number int) (Post, error) {
	id := PostID(authority, number)
	if _, err := s.tickets.First(ctx, store.Query{Index: indexSeat, Equal: []any{id}}); err == nil {
		return Post{}, errBusy
	} else if !fault.Is(err, fault.NotFound) {
		return Post{}, fault.Wrap("queue.CloseCounter", err)
	}
	p, err := s.postAct(ctx, who, id, ActCloseCounter, func(p *Post) { p.Agent = "" })
	if fault.Is(err, fault.NotFound) {
		err = errNone.Because("queue.CloseCounter", err)
	}
	return p, err
}

// Post returns a counter as it is used; a closed one when nobody ever opened it.
func (s *Service) Post(ctx context.Context, authority string, number int) (Post, error) {
	p, err := s.posts.Get(ctx, PostID(authority, number))
	if fault.Is(err, fault.NotFound) {
		return Post{Meta: store.Meta{ID: PostID(authority, number)}, Authority: authority, Number: number, State: CounterClosed}, nil
	}
	return p, err
}

// InputError says what is wrong with one field of a form. It is a fault of kind
// Invalid.
type InputError struct {
	Field   string
	Message string // message id
	Args    []any
}

func wrong(field, message string, args ...any) *InputError {
	return &InputError{Field: field, Message: message, Args: args}
}

// Error says what is wrong, for the log.
func (e *InputError) Error() string { return "queue: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Args: e.Args}
}
