// Package clock is where time comes from, and where legal periods are computed.
//
// No other package calls time.Now: tests set the clock, and a deadline that a
// council is held to must not depend on which machine computed it.
package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // Casablanca leaves UTC+1 in Ramadan: the machine's own tables may be absent or old
)

// Clock tells the time.
type Clock interface {
	Now() time.Time
}

type system struct{}

func (system) Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// System is the machine's clock, in UTC and in whole milliseconds, which is
// what the store keeps: a time read back equals the time that was written.
func System() Clock { return system{} }

// Fake is a clock that stands still until it is told to move.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake returns a clock that shows t.
func NewFake(t time.Time) *Fake { return &Fake{now: t.UTC().Truncate(time.Millisecond)} }

// Now returns the time shown.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves the clock on by d.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

// Set makes the clock show t.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t.UTC().Truncate(time.Millisecond)
}

var zones = map[string]*time.Location{
	"TN": mustLoad("Africa/Tunis"),
	"MA": mustLoad("Africa/Casablanca"),
}

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the tables are embedded: only a misspelt name can fail
	}
	return l
}

// Zone returns the legal time zone of a country ("TN", "MA"); UTC for any other.
func Zone(country string) *time.Location {
	if l, ok := zones[country]; ok {
		return l
	}
	return time.UTC
}

// AddMonths returns the same day n calendar months later, at the same time of
// day in t's location; where that month is shorter, its last day
// (31 December + 2 months = 28 or 29 February). Legal periods counted in
// months end on such a day.
func AddMonths(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, t.Location())
	last := first.AddDate(0, 1, -1).Day()
	hh, mm, ss := t.Clock()
	return time.Date(first.Year(), first.Month(), min(d, last), hh, mm, ss, t.Nanosecond(), t.Location())
}

// EndOfDay returns the last millisecond of t's day in the given zone, in UTC:
// a period that ends on a day ends when that day does.
func EndOfDay(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone).Add(-time.Millisecond).UTC()
}

// StartOfDay returns the first moment of t's day in the given zone, in UTC.
func StartOfDay(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone).UTC()
}
