package queue

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// codeOf is the code of the ticket that a form takes: it follows from what makes
// the form one, which is drawn by us and known to whoever was shown the form, so
// that a form sent twice takes one ticket.
func codeOf(day, once string) string {
	sum := sha256.Sum256([]byte("ticket\x00" + day + "\x00" + once))
	return base32.NewEncoding("23456789abcdefghjkmnpqrstvwxyz-_").WithPadding(base32.NoPadding).EncodeToString(sum[:8])[:12]
}

var errFull = fault.New(fault.Conflict, "No more tickets are given for this service today.")

// Take gives a ticket for a group. once makes a form sent twice the same ticket;
// first lets somebody go before the others (who cannot stand long, for example):
// only people of the hall may say so. NotFound for a group that is not offered,
// Conflict when the hall is closed.
func (s *Service) Take(ctx context.Context, who auth.Actor, authority, letter, once string, first bool) (Ticket, error) {
	return s.take(ctx, who, rolesOf(who, authority, ""), authority, letter, once, first)
}

// TakeAtScreen gives a ticket at the ticket screen of a hall, whose address
// holds device. NotFound for any other device.
func (s *Service) TakeAtScreen(ctx context.Context, authority, device, letter, once string) (Ticket, error) {
	if _, err := s.AtScreen(ctx, authority, device); err != nil {
		return Ticket{}, err
	}
	return s.take(ctx, auth.Actor{}, []Role{AsDevice}, authority, letter, once, false)
}

// AtScreen returns the hall whose ticket screen has this address.
func (s *Service) AtScreen(ctx context.Context, authority, device string) (Hall, error) {
	h, err := s.Hall(ctx, authority)
	if err == nil && (device == "" || h.Device != device) {
		err = errNone
	}
	return h, err
}

func (s *Service) take(ctx context.Context, who auth.Actor, roles []Role, authority, letter, once string, first bool) (Ticket, error) {
	h, err := s.Hall(ctx, authority)
	if err != nil {
		return Ticket{}, err
	}
	if g, ok := h.Group(letter); !ok || g.Off {
		return Ticket{}, wrong("group", i18n.Msg("Choose a service"))
	}
	to, as, err := permit(notYet, ActTake, roles)
	if err != nil {
		return Ticket{}, err
	}
	day := s.today(h)
	code := codeOf(day, once)
	if t, err := s.ByCode(ctx, code); err == nil || !fault.Is(err, fault.NotFound) {
		return t, err
	}
	d, err := s.days.Increment(ctx, day, map[string]int64{"numbers." + letter: 1})
	if fault.Is(err, fault.NotFound) || err == nil && d.State != DayOpen {
		return Ticket{}, errShut
	}
	if err != nil {
		return Ticket{}, fault.Wrap("queue.Take", err)
	}
	if d.Numbers[letter] > MaxTickets {
		return Ticket{}, errFull
	}
	now, n := s.Clock.Now(), number(letter, d.Numbers[letter])
	t := Ticket{Meta: store.Meta{ID: TicketID(day, n)}, Authority: authority, Day: day, Number: n, Code: code, State: to, First: first, TakenAt: now, Order: place(first, now, n)}
	t.begin(letter, now)
	t.History = audit.Append(nil, s.entry("ticket:"+t.ID, authority, who, as, ActTake, notYet, to, nil))
	t.derive()
	if err := s.tickets.Insert(ctx, t); err != nil {
		if index, ok := store.Taken(err); ok && index == indexCode { // sent twice at once: the other one stands
			return s.ByCode(ctx, code)
		}
		return Ticket{}, fault.Wrap("queue.Take", err)
	}
	s.changed(authority)
	return t, nil
}

// ByCode returns a ticket by the code that its holder has.
func (s *Service) ByCode(ctx context.Context, code string) (Ticket, error) {
	t, err := s.tickets.First(ctx, store.Query{Index: indexCode, Equal: []any{code}})
	if fault.Is(err, fault.NotFound) {
		err = errNone.Because("queue.ByCode", err)
	}
	return t, err
}

// Ticket returns a ticket to somebody of its hall.
func (s *Service) Ticket(ctx context.Context, who auth.Actor, id string) (Ticket, error) {
	t, err := s.tickets.Get(ctx, id)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) || err == nil && !Works(who, t.Authority) {
		return Ticket{}, errNone
	}
	return t, err
}

// AtCounter returns the ticket before a counter; NotFound when nobody is there.
func (s *Service) AtCounter(ctx context.Context, authority string, counter int) (Ticket, error) {
	return s.tickets.First(ctx, store.Query{Index: indexSeat, Equal: []any{PostID(authority, counter)}})
}

var (
	errNobody   = fault.New(fault.Conflict, "Nobody is waiting for this counter.")
	errNoPost   = fault.New(fault.Conflict, "This counter is not open, or somebody else has it.")
	errTakenNow = errors.New("queue: called by another counter meanwhile")
)

// CallNext calls whoever is next in the groups that a counter serves. While
// somebody is before the counter it calls nobody and returns that ticket, so a
// click that came twice calls once. Conflict when nobody waits, or when the
// actor does not have the counter.
func (s *Service) CallNext(ctx context.Context, who auth.Actor, authority string, counter int) (Ticket, error) {
	h, err := s.Hall(ctx, authority)
	if err != nil {
		return Ticket{}, err
	}
	post, err := s.Post(ctx, authority, counter)
	if err != nil {
		return Ticket{}, fault.Wrap("queue.CallNext", err)
	}
	roles := rolesOf(who, authority, post.Agent)
	if _, _, err := permit(notYet, ActOpenCounter, roles); err != nil {
		return Ticket{}, err
	}
	if post.State != CounterOpen || post.Agent != who.PersonID {
		return Ticket{}, errNoPost
	}
	c, _ := h.Counter(counter)
	for {
		if t, err := s.AtCounter(ctx, authority, counter); !fault.Is(err, fault.NotFound) {
			return t, err
		}
		next, err := s.next(ctx, h, c)
		if err != nil {
			return Ticket{}, err
		}
		t, err := s.call(ctx, who, next.ID, counter, roles)
		if errors.Is(err, errTakenNow) {
			continue
		}
		if index, ok := store.Taken(err); ok && index == indexSeat {
			continue // the same agent was faster: the loop returns that ticket
		}
		if err != nil {
			return Ticket{}, fault.Wrap("queue.CallNext", err)
		}
		s.changed(authority)
		return t, nil
	}
}

// next is who has waited longest in the groups that a counter serves.
func (s *Service) next(ctx context.Context, h Hall, c Counter) (Ticket, error) {
	letters := c.Groups
	if len(letters) == 0 {
		letters = []string{""} // all of the day
	}
	var best Ticket
	for _, letter := range letters {
		t, err := s.tickets.First(ctx, store.Query{Index: "lists", Equal: []any{listOf(listWaiting, s.today(h), letter)}})
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return t, fault.Wrap("queue.next", err)
		}
		if best.ID == "" || t.Order < best.Order {
			best = t
		}
	}
	if best.ID == "" {
		return best, errNobody
	}
	return best, nil
}

func (s *Service) call(ctx context.Context, who auth.Actor, id string, counter int, roles []Role) (Ticket, error) {
	return s.tickets.Update(ctx, id, func(t *Ticket) error {
		to, as, err := permit(t.State, ActCall, roles)
		if fault.Is(err, fault.Conflict) {
			return errTakenNow
		}
		if err != nil {
			return err
		}
		s.move(t, who, as, ActCall, to, nil)
		t.CalledAt, t.Counter, t.Agent, t.Calls = s.Clock.Now(), counter, who.PersonID, 1
		t.derive()
		return nil
	})
}

func (s *Service) move(t *Ticket, who auth.Actor, as Role, act Act, to State, details map[string]string) {
	t.History = audit.Append(t.History, s.entry("ticket:"+t.ID, t.Authority, who, as, act, t.State, to, details))
	t.State = to
}

// ticketAct does one act to a ticket. A repeat of the last act by the same
// person changes nothing.
func (s *Service) ticketAct(ctx context.Context, who auth.Actor, id string, act Act, extra []Role, change func(*Ticket, time.Time) error) (Ticket, error) {
	t, err := s.tickets.Update(ctx, id, func(t *Ticket) error {
		roles := append(rolesOf(who, t.Authority, t.Agent), extra...)
		to, as, err := permit(t.State, act, roles)
		if fault.Is(err, fault.Conflict) && t.repeated(who, act) {
			return store.ErrUnchanged
		}
		if err != nil {
			return err
		}
		now := s.Clock.Now()
		s.move(t, who, as, act, to, nil)
		if err := change(t, now); err != nil {
			return err
		}
		t.derive()
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return t, errNone.Because("queue."+string(act), err)
	}
	if err != nil {
		return t, fault.Wrap("queue."+string(act), err)
	}
	s.changed(t.Authority)
	return t, nil
}

// repeated reports whether this act by this actor was the last thing that
// happened to a ticket.
func (t *Ticket) repeated(who auth.Actor, act Act) bool {
	if len(t.History) == 0 {
		return false
	}
	last := t.History[len(t.History)-1]
	return last.Act == actPrefix+string(act) && last.ActorID == who.PersonID
}

// Recall shows a number again on the hall's screen.
func (s *Service) Recall(ctx context.Context, who auth.Actor, id string) (Ticket, error) {
	return s.ticketAct(ctx, who, id, ActRecall, nil, func(t *Ticket, now time.Time) error {
		t.Calls++
		t.CalledAt = now
		return nil
	})
}

// Serve says that the person has come to the counter.
func (s *Service) Serve(ctx context.Context, who auth.Actor, id string) (Ticket, error) {
	return s.ticketAct(ctx, who, id, ActServe, nil, func(t *Ticket, now time.Time) error {
		t.ServingAt = now
		return nil
	})
}

// NoShow says that nobody came to the counter.
func (s *Service) NoShow(ctx context.Context, who auth.Actor, id string) (Ticket, error) {
	return s.ticketAct(ctx, who, id, ActNoShow, nil, func(t *Ticket, now time.Time) error {
		t.end(Absent, now)
		return nil
	})
}

// Return lets somebody who missed the call wait again, in their old place.
func (s *Service) Return(ctx context.Context, who auth.Actor, id string) (Ticket, error) {
	return s.ticketAct(ctx, who, id, ActReturn, nil, func(t *Ticket, now time.Time) error {
		t.begin(t.Group, now)
		return nil
	})
}

// Transfer sends somebody on to another group, where their old place in the
// order of coming is theirs.
func (s *Service) Transfer(ctx context.Context, who auth.Actor, id, letter string) (Ticket, error) {
	before, err := s.Ticket(ctx, who, id)
	if err != nil {
		return before, err
	}
	h, err := s.Hall(ctx, before.Authority)
	if err != nil {
		return before, err
	}
	if g, ok := h.Group(letter); !ok || g.Off || before.AtCounter() && letter == before.Group {
		return before, wrong("group", i18n.Msg("Choose another service"))
	}
	return s.ticketAct(ctx, who, id, ActTransfer, nil, func(t *Ticket, now time.Time) error {
		t.end(Waiting, now)
		t.begin(letter, now)
		return nil
	})
}

// Finish says that the matter is dealt with.
func (s *Service) Finish(ctx context.Context, who auth.Actor, id string) (Ticket, error) {
	return s.ticketAct(ctx, who, id, ActFinish, nil, func(t *Ticket, now time.Time) error {
		t.end(Done, now)
		return nil
	})
}

// Leave gives a ticket up. Whoever has its code may, signed in or not.
func (s *Service) Leave(ctx context.Context, who auth.Actor, code string) (Ticket, error) {
	t, err := s.ByCode(ctx, code)
	if err != nil {
		return t, err
	}
	return s.ticketAct(ctx, who, t.ID, ActLeave, []Role{AsHolder}, func(t *Ticket, now time.Time) error {
		t.end(Left, now)
		return nil
	})
}
