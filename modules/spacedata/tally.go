package spacedata

import (
	"cmp"
	"slices"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/store"
)

// Small is the number below which a count could tell of a person.
const Small = 5

// longDays is the last day of the histogram that stands for itself; what took
// longer is counted with it.
const longDays = 120

// Tally is facts counted.
type Tally struct {
	Received int64   `bson:"received"`
	Ended    int64   `bson:"ended"`
	Solved   int64   `bson:"solved"`
	Promised int64   `bson:"promised"` // of those that ended
	Kept     int64   `bson:"kept"`
	Took     []int64 `bson:"took,omitempty"` // how many were solved within 0, 1, 2 … days
}

func (t *Tally) came() { t.Received++ }

func (t *Tally) ended(f Record) {
	t.Ended++
	if f.Promised {
		t.Promised++
	}
	if f.Kept {
		t.Kept++
	}
	if !f.Solved {
		return
	}
	t.Solved++
	for len(t.Took) <= f.Days {
		t.Took = append(t.Took, 0)
	}
	t.Took[f.Days]++
}

// Add adds another tally.
func (t *Tally) Add(u Tally) {
	t.Received, t.Ended, t.Solved, t.Promised, t.Kept = t.Received+u.Received, t.Ended+u.Ended, t.Solved+u.Solved, t.Promised+u.Promised, t.Kept+u.Kept
	for len(t.Took) < len(u.Took) {
		t.Took = append(t.Took, 0)
	}
	t.Took = slices.Clone(t.Took)
	for i, n := range u.Took {
		t.Took[i] += n
	}
}

// Median is the number of days within which half of the solved were solved; ok
// is false when they are too few to be told.
func (t Tally) Median() (days int, ok bool) {
	if t.Solved < Small {
		return 0, false
	}
	half, seen := (t.Solved+1)/2, int64(0)
	for d, n := range t.Took {
		if seen += n; seen >= half {
			return d, true
		}
	}
	return 0, false
}

// Share is the part of the promises that was kept, in ten-thousandths; ok is
// false when there are too few to be told.
func (t Tally) Share() (share int64, ok bool) {
	if t.Promised < Small {
		return 0, false
	}
	return 10_000 * t.Kept / t.Promised, true
}

// Row is a tally with its name: a service or a zone.
type Row struct {
	Key     string `bson:"key"`
	Private bool   `bson:"private,omitempty"`
	Tally   `bson:",inline"`
	Hidden  bool `bson:"-"` // too small to be told
}

// rows collects tallies by name.
type rows map[string]*Row

func (r rows) of(key string, private bool) *Row {
	if r[key] == nil {
		r[key] = &Row{Key: key}
	}
	r[key].Private = r[key].Private || private
	return r[key]
}

func (r rows) list() []Row {
	var all []Row
	for _, row := range r {
		all = append(all, *row)
	}
	slices.SortFunc(all, func(a, b Row) int { return cmp.Or(cmp.Compare(b.Received, a.Received), cmp.Compare(a.Key, b.Key)) })
	return all
}

// small reports whether a number could tell of a person. Nothing is told by none.
func small(n int64) bool { return n > 0 && n < Small }

// Guard hides the rows of private services that are too small, and one more
// when a single one could be computed from the sum.
func Guard(all []Row) []Row {
	all = slices.Clone(all)
	hidden, next := 0, -1
	for i := range all {
		if !all[i].Private {
			continue
		}
		if small(all[i].Received) || small(all[i].Ended) {
			all[i].Hidden = true
			hidden++
		} else if all[i].Received+all[i].Ended > 0 && (next < 0 || all[i].Received < all[next].Received) {
			next = i
		}
	}
	if hidden == 1 && next >= 0 {
		all[next].Hidden = true
	}
	return all
}

// Record is a fact as it is kept. Its id is the request's.
type Record struct {
	store.Meta `bson:",inline"`
	Place      string `bson:"place"`
	Service    string `bson:"service"`
	Zone       string `bson:"zone,omitempty"` // of public requests
	Private    bool   `bson:"private,omitempty"`
	Came       string `bson:"came"`           // month
	CameOn     int    `bson:"came_on"`        // day of the month
	Over       string `bson:"over,omitempty"` // month in which it ended
	OverOn     int    `bson:"over_on,omitempty"`
	Solved     bool   `bson:"solved,omitempty"`
	Days       int    `bson:"days,omitempty"` // from when it came to when it ended
	Promised   bool   `bson:"promised,omitempty"`
	Kept       bool   `bson:"kept,omitempty"`
}

const monthFormat = "2006-01"

// recordOf is a fact as it is kept, in the days of its country. A duplicate is
// counted with the one it repeats: it is none of its own.
func recordOf(s Space, f Fact) Record {
	zone := clock.Zone(s.Country)
	came := f.ReceivedAt.In(zone)
	r := Record{Meta: store.Meta{ID: f.ID}, Place: s.ID, Service: f.Service, Private: !f.Public, Came: came.Format(monthFormat), CameOn: came.Day()}
	if f.Public {
		r.Zone = f.Zone
	}
	if f.Duplicate {
		r.Came, r.CameOn = "", 0
		return r
	}
	if !f.EndedAt.IsZero() {
		over := f.EndedAt.In(zone)
		r.Over, r.OverOn, r.Solved, r.Promised, r.Kept = over.Format(monthFormat), over.Day(), f.Solved, f.Promised, f.Kept
		r.Days = min(max(int(f.EndedAt.Sub(f.ReceivedAt)/(24*time.Hour)), 0), longDays)
	}
	return r
}

// DayCount is what came and ended on one day.
type DayCount struct {
	Received int64 `bson:"r"`
	Ended    int64 `bson:"e"`
}

// Month is the tallies of one authority and one month.
type Month struct {
	store.Meta `bson:",inline"` // place|month
	Place      string           `bson:"place"`
	Month      string           `bson:"month"`
	All        Tally            `bson:"all"`
	Services   []Row            `bson:"services,omitempty"`
	Zones      []Row            `bson:"zones,omitempty"`
	Days       []DayCount       `bson:"days,omitempty"`
	CountedAt  time.Time        `bson:"counted"`
}

func monthID(place, month string) string { return place + "|" + month }

// counting makes a month from its facts.
type counting struct {
	m               Month
	services, zones rows
}

func newCounting(place, month string) *counting {
	c := &counting{m: Month{Meta: store.Meta{ID: monthID(place, month)}, Place: place, Month: month}, services: rows{}, zones: rows{}}
	if first, err := time.Parse(monthFormat, month); err == nil {
		c.m.Days = make([]DayCount, first.AddDate(0, 1, -1).Day())
	}
	return c
}

// came counts a request that came in this month.
func (c *counting) came(r Record) {
	c.m.All.came()
	c.services.of(r.Service, r.Private).came()
	if r.Zone != "" {
		c.zones.of(r.Zone, false).came()
	}
	if r.CameOn >= 1 && r.CameOn <= len(c.m.Days) {
		c.m.Days[r.CameOn-1].Received++
	}
}

// ended counts a request that ended in this month.
func (c *counting) ended(r Record) {
	c.m.All.ended(r)
	c.services.of(r.Service, r.Private).ended(r)
	if r.Zone != "" {
		c.zones.of(r.Zone, false).ended(r)
	}
	if r.OverOn >= 1 && r.OverOn <= len(c.m.Days) {
		c.m.Days[r.OverOn-1].Ended++
	}
}

func (c *counting) month(at time.Time) Month {
	c.m.Services, c.m.Zones, c.m.CountedAt = c.services.list(), c.zones.list(), at
	return c.m
}

// sum adds the rows of several months up by name.
func sum(months []Month, of func(Month) []Row) []Row {
	all := rows{}
	for _, m := range months {
		for _, r := range of(m) {
			all.of(r.Key, r.Private).Add(r.Tally)
		}
	}
	return all.list()
}
