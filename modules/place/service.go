package place

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// Service is what can be asked of authorities and done to them.
type Service struct {
	table *Table
	packs *law.Packs
	log   *audit.Log
	clock clock.Clock
	all   *authorities

	mu     sync.Mutex
	active []Authority // by id, as they were at checked
	asOf   time.Time
}

// Parts are what the service stands on.
type Parts struct {
	DB    store.DB
	Table *Table
	Packs *law.Packs
	Log   *audit.Log
	Clock clock.Clock
}

// Open returns the service with its collection ready.
func Open(ctx context.Context, p Parts) (*Service, error) {
	all, err := openStore(ctx, p.DB)
	if err != nil {
		return nil, fault.Wrap("place.Open", err)
	}
	return &Service{table: p.Table, packs: p.Packs, log: p.Log, clock: p.Clock, all: all}, nil
}

// Table returns the places.
func (s *Service) Table() *Table { return s.table }

// make returns an authority as it is when nobody has set it up: NotFound for an
// unknown place or one without a body of its own.
func (s *Service) make(id string) (Authority, error) {
	p, ok := s.table.Get(id)
	if !ok || !p.IsAuthority() {
		return Authority{}, fault.New(fault.NotFound, "There is no such authority.")
	}
	pack := s.packs.For(p.Country, string(p.Level))
	body := Body{Kind: pack.Bodies.Usual}
	if pack.Bodies.Citation != nil {
		body.Since = pack.Bodies.Citation.ValidFrom
	}
	return Authority{Meta: store.Meta{ID: id}, State: Inactive, Body: body, Place: p}, nil
}

// Get returns an authority; one that nobody has set up is made up from the
// table, inactive. NotFound for what is no authority.
func (s *Service) Get(ctx context.Context, id string) (Authority, error) {
	made, err := s.make(id)
	if err != nil {
		return Authority{}, err
	}
	a, err := s.all.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return made, nil
	}
	if err != nil {
		return Authority{}, fault.Wrap("place.Get", err)
	}
	a.Place = made.Place
	return a, nil
}

// Pack returns the rules that apply to an authority.
func (s *Service) Pack(a Authority) *law.Pack {
	return s.packs.For(a.Place.Country, string(a.Place.Level))
}

// Threshold returns how many valid signatures a petition to an authority
// needs, by the rules in force at a time.
func (s *Service) Threshold(a Authority, at time.Time) law.Figure {
	return s.Pack(a).Threshold(a.Place.Population, a.Place.Arrondissements, at)
}

// activeFor is how long the list of active authorities may be behind: it is
// asked for by every list of petitions and changes a few times a year.
const activeFor = time.Second

// Active returns the authorities that take part, by id. The list is at most a
// second old and must not be altered.
func (s *Service) Active(ctx context.Context) ([]Authority, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if s.active != nil && now.Sub(s.asOf) < activeFor && !now.Before(s.asOf) {
		return s.active, nil
	}
	list := []Authority{}
	err := s.all.Each(ctx, store.Query{Index: "by_state", Equal: []any{string(Active)}}, func(a Authority) error {
		var ok bool
		if a.Place, ok = s.table.Get(a.ID); ok {
			list = append(list, a)
		}
		return nil
	})
	if err != nil {
		return nil, fault.Wrap("place.Active", err)
	}
	s.active, s.asOf = list, now
	return list, nil
}

// forget makes the next Active ask the store.
func (s *Service) forget() {
	s.mu.Lock()
	s.active = nil
	s.mu.Unlock()
}

// Activate lets an authority take part. Administrators only; Conflict when it
// does already.
func (s *Service) Activate(ctx context.Context, actor auth.Actor, id string) (Authority, error) {
	return s.act(ctx, actor, id, actActivate, "", func(*Authority) error { return nil })
}

// Deactivate ends an authority's taking part, with a reason. What was published
// stays. Administrators only; Conflict when it does not take part.
func (s *Service) Deactivate(ctx context.Context, actor auth.Actor, id, reason string) (Authority, error) {
	return s.act(ctx, actor, id, actDeactivate, reason, func(*Authority) error { return nil })
}

// SetBody says who decides for the authority now. Invalid for a kind of body
// that the country's rules do not know for this level.
func (s *Service) SetBody(ctx context.Context, actor auth.Actor, id string, body Body) (Authority, error) {
	return s.act(ctx, actor, id, actBody, body.Note.In("ar"), func(a *Authority) error {
		p, _ := s.table.Get(id)
		if !slices.Contains(s.packs.For(p.Country, string(p.Level)).Bodies.Allowed, body.Kind) {
			return fault.New(fault.Invalid, "An authority of this kind has no such body.")
		}
		if body.Since.After(s.clock.Now()) {
			return fault.New(fault.Invalid, "This day is still to come.")
		}
		a.Body = body
		return nil
	})
}

// SetContact says how the authority is reached.
func (s *Service) SetContact(ctx context.Context, actor auth.Actor, id string, contact Contact) (Authority, error) {
	return s.act(ctx, actor, id, actContact, "", func(a *Authority) error {
		a.Contact = contact
		return nil
	})
}

// SetPrivacy says what the authority tells people as controller of their data.
func (s *Service) SetPrivacy(ctx context.Context, actor auth.Actor, id string, privacy Privacy) (Authority, error) {
	return s.act(ctx, actor, id, actPrivacy, "", func(a *Authority) error {
		a.Privacy = privacy
		return nil
	})
}

// SetLook gives the authority's pages its logo and colour. Invalid for a
// colour on which text could not be read.
func (s *Service) SetLook(ctx context.Context, actor auth.Actor, id string, look Look) (Authority, error) {
	look.Accent = strings.ToLower(look.Accent)
	if err := checkAccent(look.Accent); err != nil {
		return Authority{}, err
	}
	return s.act(ctx, actor, id, actLook, "", func(a *Authority) error {
		a.Look = look
		return nil
	})
}

// SetModules switches parts of the platform on for the authority and tags it.
// Administrators only.
func (s *Service) SetModules(ctx context.Context, actor auth.Actor, id string, modules, tags []string) (Authority, error) {
	return s.act(ctx, actor, id, actModules, "", func(a *Authority) error {
		a.Modules, a.Tags = slices.Clone(modules), slices.Clone(tags)
		return nil
	})
}

// act authorises, moves, changes and records one act.
func (s *Service) act(ctx context.Context, actor auth.Actor, id string, what act, reason string, change func(*Authority) error) (Authority, error) {
	if _, err := s.make(id); err != nil {
		return Authority{}, err
	}
	if err := authorise(actor, id, what); err != nil {
		return Authority{}, err
	}
	rule := transitions[what]
	if rule.reason && strings.TrimSpace(reason) == "" {
		return Authority{}, fault.New(fault.Invalid, "Give a reason.")
	}
	a, err := s.update(ctx, id, func(a *Authority) error {
		from := a.State
		to, err := rule.move(from)
		if err != nil {
			return err
		}
		if err := change(a); err != nil {
			return err
		}
		a.State = to
		a.History = audit.Append(a.History, audit.Entry{
			Subject: "authority:" + id, Authority: id, Act: string(what), From: string(from), To: string(to),
			ActorID: actor.PersonID, ActorRole: actor.RoleIn(id), At: s.clock.Now(), Reason: reason,
			Public: rule.to != "" || what == actBody,
		})
		return nil
	})
	if err != nil {
		return Authority{}, fault.Wrap("place."+string(what), err)
	}
	s.forget()
	if err := s.log.Record(ctx, a.History...); err != nil {
		return Authority{}, fault.Wrap("place."+string(what), err)
	}
	return a, nil
}

// Check compares every stored authority with the table, the rules and the
// audit, and reports each difference in a sentence; repair writes what the
// audit lacks.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	err := s.all.Each(ctx, store.Query{}, func(a Authority) error {
		p, ok := s.table.Get(a.ID)
		if !ok || !p.IsAuthority() {
			found = append(found, fmt.Sprintf("authority %s is not in the tables of places", a.ID))
			return nil
		}
		if !slices.Contains(s.packs.For(p.Country, string(p.Level)).Bodies.Allowed, a.Body.Kind) {
			found = append(found, fmt.Sprintf("authority %s has a body of kind %q, which its rule pack does not allow", a.ID, a.Body.Kind))
		}
		compare := s.log.Compare
		if repair {
			compare = s.log.Repair
		}
		d, err := compare(ctx, a.History...)
		for _, id := range d.Missing {
			found = append(found, fmt.Sprintf("audit entry %s is not in the log", id))
		}
		for _, id := range d.Altered {
			found = append(found, fmt.Sprintf("audit entry %s differs between the log and the authority", id))
		}
		return err
	})
	return found, fault.Wrap("place.Check", err)
}
