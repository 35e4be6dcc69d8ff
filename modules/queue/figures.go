package queue

import (
	"context"
	"slices"
	"strconv"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Row is what happened on a day in all, in one group or at one counter. Times
// are in seconds. A ticket that was transferred counts in each group it came to.
type Row struct {
	Key          string `bson:"key"`    // ofAll, ofGroup+letter, ofCounter+number
	Came         int    `bson:"came"`   // tickets in all; stages in a group; calls at a counter
	Served       int    `bson:"served"` // finished or transferred
	Absent       int    `bson:"absent"`
	Left         int    `bson:"left"` // gave up, or were never called
	MedianWaited int64  `bson:"median_waited"`
	MaxWaited    int64  `bson:"max_waited"`
	MedianServed int64  `bson:"median_served"`
}

// What a row is of.
const (
	ofAll     = "all"
	ofGroup   = "group:"
	ofCounter = "counter:"
)

// Figures are what happened on a day that is over. Their id is the day's.
type Figures struct {
	store.Meta `bson:",inline"`
	Authority  string `bson:"authority"`
	Date       string `bson:"date"`
	Rows       []Row  `bson:"rows"`
}

// Row returns one of the rows.
func (f Figures) Row(key string) (Row, bool) {
	i := slices.IndexFunc(f.Rows, func(r Row) bool { return r.Key == key })
	if i < 0 {
		return Row{Key: key}, false
	}
	return f.Rows[i], true
}

// times gathers what a row is made of.
type times struct {
	row            Row
	waited, served []int64
}

// Reckon makes the rows of a day from its tickets. Their order does not matter.
func Reckon(tickets []Ticket) []Row {
	found := map[string]*times{}
	of := func(key string) *times {
		if found[key] == nil {
			found[key] = &times{row: Row{Key: key}}
		}
		return found[key]
	}
	for _, t := range tickets {
		all := of(ofAll)
		all.row.Came++
		for _, g := range t.Stages {
			of(ofGroup+g.Group).add(g, true)
			if g.Counter > 0 {
				of(ofCounter+strconv.Itoa(g.Counter)).add(g, true)
			}
			all.add(g, false)
		}
		if !t.Over() {
			of(ofGroup+t.Group).row.Came++
		}
	}
	var rows []Row
	for _, key := range sortedKeys(found) {
		rows = append(rows, found[key].done())
	}
	return rows
}

func (x *times) add(g Stage, count bool) {
	if count {
		x.row.Came++
	}
	switch g.End {
	case Done, Waiting:
		x.row.Served++
		x.waited, x.served = append(x.waited, g.Waited), append(x.served, g.Served)
	case Absent:
		x.row.Absent++
	case Left, Abandoned:
		x.row.Left++
	}
}

func (x *times) done() Row {
	x.row.MedianWaited, x.row.MedianServed = Median(x.waited), Median(x.served)
	if len(x.waited) > 0 {
		x.row.MaxWaited = slices.Max(x.waited)
	}
	return x.row
}

// Median is the middle of numbers, the mean of both middles of an even count;
// 0 of none.
func Median(all []int64) int64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// reckonDay makes the figures of a day, from its tickets as they are now.
func (s *Service) reckonDay(ctx context.Context, d Day) (Figures, error) {
	var all []Ticket
	err := s.tickets.Each(ctx, store.Query{Index: "lists", Equal: []any{listOf(listDay, d.ID, "")}, Limit: 500}, func(t Ticket) error {
		all = append(all, t)
		return nil
	})
	return Figures{Meta: store.Meta{ID: d.ID}, Authority: d.Authority, Date: d.Date, Rows: Reckon(all)}, fault.Wrap("queue.reckonDay", err)
}

// Today returns the figures of the day so far, to those who supervise a hall.
// They are made from at most a day's tickets.
func (s *Service) Today(ctx context.Context, who auth.Actor, h Hall) (Figures, error) {
	if !Supervises(who, h.ID) {
		return Figures{}, errNotYour
	}
	d, err := s.days.Get(ctx, s.today(h))
	if fault.Is(err, fault.NotFound) {
		return Figures{}, nil
	}
	if err != nil {
		return Figures{}, fault.Wrap("queue.Today", err)
	}
	return s.reckonDay(ctx, d)
}

// Days pages through the days that are over, the last first.
func (s *Service) Days(ctx context.Context, who auth.Actor, h Hall, after string, limit int) (store.Page[Figures], error) {
	if !Supervises(who, h.ID) {
		return store.Page[Figures]{}, errNotYour
	}
	return s.figures.Find(ctx, store.Query{Index: "day", Equal: []any{h.ID}, Desc: true, After: after, Limit: limit})
}

// EachDay visits the days that are over, the last first.
func (s *Service) EachDay(ctx context.Context, who auth.Actor, h Hall, visit func(Figures) error) error {
	if !Supervises(who, h.ID) {
		return errNotYour
	}
	return s.figures.Each(ctx, store.Query{Index: "day", Equal: []any{h.ID}, Desc: true, Limit: 200}, visit)
}
