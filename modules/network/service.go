package network

import (
	"context"
	"maps"
	"slices"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
)

// Places knows which places can be members.
type Places interface {
	// IsAuthority reports whether a place is an authority.
	IsAuthority(id string) bool
}

// Service keeps the networks.
type Service struct {
	all    *store.Collection[Network, *Network]
	places Places
	log    *audit.Log
	clock  clock.Clock
	ident  ident.Maker
}

// Open returns the service with its collection ready.
func Open(ctx context.Context, db store.DB, p Places, l *audit.Log, c clock.Clock, id ident.Maker) (*Service, error) {
	all, err := store.Open[Network](ctx, db, store.Schema{Name: "networks", Indexes: []store.Index{
		{Name: "state", Fields: []string{"state", "founded"}},
	}})
	return &Service{all: all, places: p, log: l, clock: c, ident: id}, fault.Wrap("network.Open", err)
}

// Get returns a network, dissolved ones too; NotFound when there is none.
func (s *Service) Get(ctx context.Context, id string) (Network, error) { return s.all.Get(ctx, id) }

// List pages through the active networks, oldest first.
func (s *Service) List(ctx context.Context, after string, limit int) (store.Page[Network], error) {
	return s.all.Find(ctx, store.Query{Index: "state", Equal: []any{string(Active)}, After: after, Limit: limit})
}

// Find returns the active networks with a name that has all the words, at most
// limit. There are few networks: it reads the first hundred.
func (s *Service) Find(ctx context.Context, words string, limit int) ([]Network, error) {
	wanted := fold.Words(words)
	if len(wanted) == 0 {
		return nil, nil
	}
	page, err := s.List(ctx, "", 100)
	var found []Network
	for _, n := range page.Items {
		has := fold.Words(strings.Join(slices.Collect(maps.Values(n.Names)), " "))
		missing := func(w string) bool { return !slices.Contains(has, w) }
		if len(found) < limit && !slices.ContainsFunc(wanted, missing) {
			found = append(found, n)
		}
	}
	return found, fault.Wrap("network.Find", err)
}

// Found founds a network under an id, or under a new one for "". Doing it again
// changes nothing. Administrators only.
func (s *Service) Found(ctx context.Context, who auth.Actor, id string, in Words) (Network, error) {
	to, err := permit(who, id, "", actFound)
	if err != nil {
		return Network{}, err
	}
	if err := in.check(); err != nil {
		return Network{}, err
	}
	if id == "" {
		id = s.ident.ID()
	}
	n := Network{Meta: store.Meta{ID: id}, State: to, FoundedAt: s.clock.Now()}
	n.put(in)
	s.record(&n, who, actFound, "", "")
	if err := s.all.Insert(ctx, n); fault.Is(err, fault.Conflict) {
		return s.all.Get(ctx, id)
	} else if err != nil {
		return n, fault.Wrap("network.Found", err)
	}
	return n, fault.Wrap("network.Found", s.log.Record(ctx, n.History...))
}

func (n *Network) put(in Words) {
	n.Country, n.Names, n.Aims = in.Country, maps.Clone(in.Names), maps.Clone(in.Aims)
}

// Describe changes what a network says of itself.
func (s *Service) Describe(ctx context.Context, who auth.Actor, id string, in Words) (Network, error) {
	if err := in.check(); err != nil {
		return Network{}, err
	}
	return s.act(ctx, who, id, actDescribe, "", func(n *Network) error {
		if n.Country == in.Country && maps.Equal(n.Names, in.Names) && maps.Equal(n.Aims, in.Aims) {
			return store.ErrUnchanged
		}
		n.put(in)
		return nil
	})
}

// Admit takes an authority in. One that is a member already stays it.
func (s *Service) Admit(ctx context.Context, who auth.Actor, id, place string) (Network, error) {
	if !s.places.IsAuthority(place) {
		return Network{}, fault.New(fault.Invalid, "Choose an authority from the list")
	}
	return s.act(ctx, who, id, actAdmit, "", func(n *Network) error {
		switch {
		case n.Has(place):
			return store.ErrUnchanged
		case len(n.Members) >= MaxMembers:
			return fault.New(fault.TooLarge, "")
		}
		n.Members = append(n.Members, Member{Place: place, JoinedAt: s.clock.Now()})
		return nil
	}, "place", place)
}

// Release records that an authority left, with a reason.
func (s *Service) Release(ctx context.Context, who auth.Actor, id, place, reason string) (Network, error) {
	return s.act(ctx, who, id, actRelease, reason, func(n *Network) error {
		for i := range n.Members {
			if m := &n.Members[i]; m.Place == place && m.LeftAt.IsZero() {
				m.LeftAt = s.clock.Now()
				return nil
			}
		}
		return store.ErrUnchanged
	}, "place", place)
}

// Dissolve ends a network, with a reason. Its page stays.
func (s *Service) Dissolve(ctx context.Context, who auth.Actor, id, reason string) (Network, error) {
	return s.act(ctx, who, id, actDissolve, reason, func(*Network) error { return nil })
}

// act authorises, moves, changes and records one act. details are pairs for
// the audit.
func (s *Service) act(ctx context.Context, who auth.Actor, id string, what act, reason string, change func(*Network) error, details ...string) (Network, error) {
	reason = strings.TrimSpace(reason)
	n, err := s.all.Update(ctx, id, func(n *Network) error {
		to, err := permit(who, n.ID, n.State, what)
		if err != nil {
			return err
		}
		if moves[what].reason && reason == "" {
			return fault.New(fault.Invalid, "Give a reason.")
		}
		if err := change(n); err != nil {
			return err
		}
		from := n.State
		n.State = to
		s.record(n, who, what, from, reason, details...)
		return nil
	})
	if err != nil {
		return n, fault.Wrap(string(what), err)
	}
	return n, fault.Wrap(string(what), s.log.Record(ctx, n.History...))
}

func (s *Service) record(n *Network, who auth.Actor, what act, from State, reason string, details ...string) {
	e := audit.Entry{
		Subject: "network:" + n.ID, Act: string(what), From: string(from), To: string(n.State),
		ActorID: who.PersonID, ActorRole: who.RoleIn(n.ID), At: s.clock.Now(), Reason: reason, Public: true,
	}
	for i := 0; i+1 < len(details); i += 2 {
		e.Details = map[string]string{details[i]: details[i+1]}
	}
	n.History = audit.Append(n.History, e)
}

// Check reports members that are no authorities, and entries that the audit
// lacks or has otherwise; repair writes those.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	err := s.all.Each(ctx, store.Query{}, func(n Network) error {
		for _, m := range n.Members {
			if !s.places.IsAuthority(m.Place) {
				found = append(found, "network "+n.ID+" has the member "+m.Place+", which is no authority")
			}
		}
		compare := s.log.Compare
		if repair {
			compare = s.log.Repair
		}
		d, err := compare(ctx, n.History...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the network")
		}
		return err
	})
	return found, fault.Wrap("network.Check", err)
}
