package desk

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// View is which part of the queue is looked at.
type View string

// The views.
const (
	All        View = ""
	Late       View = "overdue"
	Soon       View = "week" // due within a week, today included
	Mine       View = "mine"
	Unassigned View = "unassigned"
	PutOff     View = "snoozed"
	Finished   View = "done"
)

// Views are all views, in the order in which they are offered.
var Views = []View{All, Late, Soon, Mine, Unassigned, PutOff, Finished}

// soonDays is how many days "soon" is.
const soonDays = 7

// Filter narrows the queue of one authority.
type Filter struct {
	View View
	Kind string // key of a kind, "" for all; not with PutOff and Finished
}

// query is the one look along an index that answers a filter for an actor.
func (f Filter) query(who auth.Actor, org, country string, now time.Time) (store.Query, error) {
	seat := seatOf(who, org)
	if seat == "" {
		return store.Query{}, errNotYours
	}
	kind := f.Kind
	if kind == "" {
		kind = anyKind
	}
	q := store.Query{Index: "facets"}
	list := facet(listOpen, org, seat, kind, "")
	switch f.View {
	case Late:
		q.To = now
	case Soon:
		q.From, q.To = now, clock.EndOfDay(now.In(clock.Zone(country)).AddDate(0, 0, soonDays), clock.Zone(country))
	case Mine:
		list = facet(listMine, org, who.PersonID, kind)
	case Unassigned:
		list = facet(listOpen, org, seat, kind, "-")
	case PutOff:
		list = facet(listSnoozed, org, seat)
	case Finished:
		list, q.Desc = facet(listDone, org, seat), true
	}
	q.Equal = []any{list}
	return q, nil
}

// List pages through what waits at an authority for an actor, by deadline,
// the overdue first. Forbidden for somebody with no part in it.
func (s *Service) List(ctx context.Context, who auth.Actor, org string, f Filter, after string, limit int) (store.Page[Item], error) {
	country, err := s.country(ctx, org)
	if err != nil {
		return store.Page[Item]{}, err
	}
	q, err := f.query(who, org, country, s.Clock.Now())
	if err != nil {
		return store.Page[Item]{}, err
	}
	q.After, q.Limit = after, limit
	page, err := s.items.Find(ctx, q)
	return page, fault.Wrap("desk.List", err)
}

// Counts returns how many items each view has for an actor at an authority;
// Finished is not counted. It walks what is not done yet, which does not grow
// with the years.
func (s *Service) Counts(ctx context.Context, who auth.Actor, org, kind string) (map[View]int64, error) {
	country, err := s.country(ctx, org)
	if err != nil {
		return nil, err
	}
	counts := map[View]int64{}
	for _, v := range Views {
		if v == Finished {
			continue
		}
		q, err := Filter{View: v, Kind: kind}.query(who, org, country, s.Clock.Now())
		if err != nil {
			return nil, err
		}
		if counts[v], err = s.items.Count(ctx, q); err != nil {
			return nil, fault.Wrap("desk.Counts", err)
		}
	}
	return counts, nil
}

// CountsByKind returns how many open items of each kind an actor sees.
func (s *Service) CountsByKind(ctx context.Context, who auth.Actor, org string) (map[string]int64, error) {
	seat := seatOf(who, org)
	if seat == "" {
		return nil, errNotYours
	}
	counts := map[string]int64{}
	for _, k := range s.Kinds {
		n, err := s.items.Count(ctx, store.Query{Index: "facets", Equal: []any{facet(listOpen, org, seat, k.Key, "")}})
		if err != nil {
			return nil, fault.Wrap("desk.CountsByKind", err)
		}
		if n > 0 {
			counts[k.Key] = n
		}
	}
	return counts, nil
}

// country is whose calendar an authority goes by; "" for the platform.
func (s *Service) country(ctx context.Context, org string) (string, error) {
	if org == auth.PlatformID {
		return "", nil
	}
	country, _, err := s.Authorities.Authority(ctx, org)
	if isNotFound(err) { // a membership outlived its place
		return "", nil
	}
	return country, fault.Wrap("desk.country", err)
}
