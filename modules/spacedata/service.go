package spacedata

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Needs is what the service is built from.
type Needs struct {
	DB        store.DB
	Audit     *audit.Log
	Queue     *job.Queue
	Requests  Requests
	Networks  Networks
	Clock     clock.Clock
	Log       *slog.Logger
	PublicURL string // without a slash at the end
}

// Service counts what the Citizen Spaces do.
type Service struct {
	Needs
	facts    *store.Collection[Record, *Record]
	months   *store.Collection[Month, *Month]
	settings *store.Collection[Settings, *Settings]
}

// Settings are what an authority says about its figures, and how far they are counted.
type Settings struct {
	store.Meta `bson:",inline"` // place
	Compared   bool             `bson:"compared,omitempty"`
	History    []audit.Entry    `bson:"history,omitempty"`
	SeenTo     time.Time        `bson:"seen,omitempty"`    // changes before are counted
	Pending    []string         `bson:"pending,omitempty"` // months to be counted anew
	Tasks      []string         `bson:"tasks,omitempty"`
}

// Schemas are the declarations of the collections.
var Schemas = []store.Schema{
	{Name: "space_facts", Indexes: []store.Index{{Name: "came", Fields: []string{"place", "came"}}, {Name: "over", Fields: []string{"place", "over"}}}},
	{Name: "space_months", Indexes: []store.Index{{Name: "place", Fields: []string{"place", "month"}}}},
	{Name: "space_figures", Indexes: []store.Index{{Name: "tasks", Fields: []string{"tasks"}, Multi: true}}},
}

// countEvery is how far figures may be behind.
const countEvery = 15 * time.Minute

// overlap is how far back each counting looks once more: an act is written a
// moment after its time was taken.
const overlap = 10 * time.Minute

// New opens the collections and registers the jobs.
func New(ctx context.Context, n Needs) (*Service, error) {
	s := &Service{Needs: n}
	var err error
	if s.facts, err = store.Open[Record](ctx, n.DB, Schemas[0]); err != nil {
		return nil, fault.Wrap("spacedata.New", err)
	}
	if s.months, err = store.Open[Month](ctx, n.DB, Schemas[1]); err != nil {
		return nil, fault.Wrap("spacedata.New", err)
	}
	if s.settings, err = store.Open[Settings](ctx, n.DB, Schemas[2]); err != nil {
		return nil, fault.Wrap("spacedata.New", err)
	}
	n.Queue.Every("spacedata.count", countEvery, s.Count)
	n.Queue.Every("spacedata.tasks", time.Minute, s.sweepTasks)
	return s, nil
}

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }
func isConflict(err error) bool { return fault.Is(err, fault.Conflict) }

// Count brings the figures of every Citizen Space up to date.
func (s *Service) Count(ctx context.Context) error {
	all, err := s.Requests.Spaces(ctx)
	if err != nil {
		return fault.Wrap("spacedata.Count", err)
	}
	for _, space := range all {
		if err := s.count(ctx, space); err != nil {
			return fault.Wrap("spacedata.Count", err)
		}
	}
	return nil
}

// batch is how many changed requests are followed before the months they touch
// are counted: what was reached is then kept.
const batch = 10_000

var errEnough = errors.New("spacedata: enough for now")

// count follows the requests of one space that changed, and counts the months
// anew that they touch. Which these are is kept before a fact changes, so that
// what a crash leaves is done by the next counting.
func (s *Service) count(ctx context.Context, space Space) error {
	kept, err := s.Settings(ctx, space.ID)
	if err != nil {
		return err
	}
	from := kept.SeenTo
	if !from.IsZero() {
		from = from.Add(-overlap)
	}
	for {
		now, n, last := s.Clock.Now(), 0, time.Time{}
		marked := map[string]bool{}
		err := s.Requests.Changed(ctx, space.ID, from, time.Time{}, func(f Fact) error {
			if n >= batch && f.ChangedAt.After(last) {
				return errEnough
			}
			n, last = n+1, f.ChangedAt
			return s.put(ctx, recordOf(space, f), marked)
		})
		more := errors.Is(err, errEnough)
		if err != nil && !more {
			return err
		}
		if more {
			now = last
		}
		if err := s.settle(ctx, space.ID, now); err != nil || !more {
			return err
		}
		from = last
	}
}

// settle counts the months that are marked, and then moves the point from which
// the next counting follows.
func (s *Service) settle(ctx context.Context, place string, seen time.Time) error {
	kept, err := s.Settings(ctx, place)
	if err != nil {
		return err
	}
	for _, m := range kept.Pending {
		if err := s.recount(ctx, place, m); err != nil {
			return err
		}
	}
	return s.setting(ctx, place, func(x *Settings) error {
		x.SeenTo, x.Pending = seen, nil
		return nil
	})
}

// put keeps a fact, after the months that it touches were marked.
func (s *Service) put(ctx context.Context, r Record, marked map[string]bool) error {
	old, err := s.facts.Get(ctx, r.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	is := err == nil
	r.Meta.Version = old.Version
	if is && old == r {
		return nil
	}
	if err := s.mark(ctx, r.Place, marked, old.Came, old.Over, r.Came, r.Over); err != nil {
		return err
	}
	if !is {
		return s.facts.Insert(ctx, r)
	}
	_, err = s.facts.Update(ctx, r.ID, func(x *Record) error {
		r.Meta = x.Meta
		*x = r
		return nil
	})
	return err
}

func (s *Service) mark(ctx context.Context, place string, marked map[string]bool, months ...string) error {
	months = slices.DeleteFunc(months, func(m string) bool { return m == "" || marked[m] })
	if len(months) == 0 {
		return nil
	}
	err := s.setting(ctx, place, func(x *Settings) error {
		for _, m := range months {
			if !slices.Contains(x.Pending, m) {
				x.Pending = append(x.Pending, m)
			}
		}
		return nil
	})
	for _, m := range months {
		marked[m] = err == nil
	}
	return err
}

// fresh makes a month from its facts.
func (s *Service) fresh(ctx context.Context, place, month string) (Month, error) {
	c := newCounting(place, month)
	err := s.facts.Each(ctx, store.Query{Index: "came", Equal: []any{place, month}, Limit: 1000}, func(r Record) error { c.came(r); return nil })
	if err != nil {
		return Month{}, err
	}
	err = s.facts.Each(ctx, store.Query{Index: "over", Equal: []any{place, month}, Limit: 1000}, func(r Record) error { c.ended(r); return nil })
	return c.month(s.Clock.Now()), err
}

func (s *Service) recount(ctx context.Context, place, month string) error {
	m, err := s.fresh(ctx, place, month)
	if err != nil {
		return err
	}
	_, err = s.months.Update(ctx, m.ID, func(x *Month) error {
		m.Meta = x.Meta
		*x = m
		return nil
	})
	if isNotFound(err) {
		err = s.months.Insert(ctx, m)
	}
	return err
}

// setting changes an authority's settings, which may not exist yet.
func (s *Service) setting(ctx context.Context, place string, change func(*Settings) error) error {
	_, err := s.settings.Update(ctx, place, change)
	if !isNotFound(err) {
		return err
	}
	x := Settings{Meta: store.Meta{ID: place}}
	if err := change(&x); err != nil {
		return err
	}
	if err = s.settings.Insert(ctx, x); isConflict(err) {
		_, err = s.settings.Update(ctx, place, change)
	}
	return err
}

// Months returns the counted months of an authority from one to another,
// inclusive, the oldest first; at most sixty.
func (s *Service) Months(ctx context.Context, place, from, to string) ([]Month, error) {
	page, err := s.months.Find(ctx, store.Query{Index: "place", Equal: []any{place}, From: from, To: to + "~", Limit: 60})
	return page.Items, fault.Wrap("spacedata.Months", err)
}

var errNotYours = fault.New(fault.Forbidden, "You may not decide this for this authority.")

// ActCompare is the one act of this package in the audit.
const ActCompare = "figures.compare"

// ActNames are the words of the acts (message ids).
func ActName(act string) string {
	if act != ActCompare {
		return ""
	}
	return msgCompare
}

// Keeps reports whether an actor decides about the figures of an authority.
func Keeps(who auth.Actor, org string) bool { return who.Holds(org, auth.Officer) }

// Settings returns what an authority says about its figures.
func (s *Service) Settings(ctx context.Context, place string) (Settings, error) {
	x, err := s.settings.Get(ctx, place)
	if isNotFound(err) || fault.Is(err, fault.Invalid) {
		return Settings{Meta: store.Meta{ID: place}}, nil
	}
	return x, fault.Wrap("spacedata.Settings", err)
}

// Compare lets an authority be compared with others, or ends that. Saying the
// same again changes nothing.
func (s *Service) Compare(ctx context.Context, who auth.Actor, place string, yes bool) error {
	if !Keeps(who, place) {
		return errNotYours
	}
	if _, err := s.Requests.Space(ctx, place); err != nil {
		return err
	}
	err := s.setting(ctx, place, func(x *Settings) error {
		if x.Compared == yes {
			return store.ErrUnchanged
		}
		state := map[bool]string{true: "compared", false: "alone"}
		x.History = audit.Append(x.History, audit.Entry{Subject: "figures:" + place, Authority: place, Act: ActCompare, From: state[x.Compared], To: state[yes], ActorID: who.PersonID, ActorRole: who.RoleIn(place), At: s.Clock.Now()})
		x.Compared, x.Tasks = yes, []string{taskMirror}
		return nil
	})
	if err != nil {
		return ignoreUnchanged(err)
	}
	return s.mirror(context.WithoutCancel(ctx), place)
}

// ignoreUnchanged: somebody who never said yes says no.
func ignoreUnchanged(err error) error {
	if err == store.ErrUnchanged {
		return nil
	}
	return err
}

const taskMirror = "mirror"

// mirror writes the history into the audit.
func (s *Service) mirror(ctx context.Context, place string) error {
	x, err := s.settings.Get(ctx, place)
	if err != nil || len(x.Tasks) == 0 {
		return err
	}
	if err := s.Audit.Record(ctx, x.History...); err != nil {
		return err
	}
	_, err = s.settings.Update(ctx, place, func(now *Settings) error {
		if len(now.History) != len(x.History) {
			return store.ErrUnchanged
		}
		now.Tasks = nil
		return nil
	})
	return err
}

func (s *Service) sweepTasks(ctx context.Context) error {
	return s.settings.Each(ctx, store.Query{Index: "tasks", Equal: []any{taskMirror}, Limit: 100}, func(x Settings) error { return s.mirror(ctx, x.ID) })
}

// Check compares every month with its facts, and the audit with the histories.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	err := s.months.Each(ctx, store.Query{Limit: 100}, func(m Month) error {
		fresh, err := s.fresh(ctx, m.Place, m.Month)
		if err != nil {
			return err
		}
		fresh.Meta, fresh.CountedAt = m.Meta, m.CountedAt
		if same(fresh, m) {
			return nil
		}
		found = append(found, "month "+m.ID+" is not what its requests add up to")
		if repair {
			return s.recount(ctx, m.Place, m.Month)
		}
		return nil
	})
	if err != nil {
		return found, fault.Wrap("spacedata.Check", err)
	}
	err = s.settings.Each(ctx, store.Query{Limit: 100}, func(x Settings) error {
		compare := s.Audit.Compare
		if repair {
			compare = s.Audit.Repair
		}
		d, err := compare(ctx, x.History...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the figures")
		}
		return err
	})
	return found, fault.Wrap("spacedata.Check", err)
}

// same compares what was counted; a list that is empty is one that is not there.
func same(a, b Month) bool {
	for _, m := range []*Month{&a, &b} {
		for _, list := range [][]Row{m.Services, m.Zones} {
			for i := range list {
				if len(list[i].Took) == 0 {
					list[i].Took = nil
				}
			}
		}
		if len(m.All.Took) == 0 {
			m.All.Took = nil
		}
	}
	return reflect.DeepEqual(a.All, b.All) && slices.EqualFunc(a.Services, b.Services, equalRows) && slices.EqualFunc(a.Zones, b.Zones, equalRows) && slices.Equal(a.Days, b.Days)
}

func equalRows(a, b Row) bool { return reflect.DeepEqual(a, b) }
