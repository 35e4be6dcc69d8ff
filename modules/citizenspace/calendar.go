package citizenspace

import (
	"slices"
	"time"

	"musharaka/modules/kit/clock"
)

// Span is part of a working day, in minutes after midnight.
type Span struct {
	From int `bson:"from" yaml:"from"`
	To   int `bson:"to" yaml:"to"`
}

// Calendar says when the people of an authority work. Its zero value never
// works; Week[time.Sunday] is Sunday.
type Calendar struct {
	Zone     *time.Location
	Week     [7][]Span       // in the order of the day, not touching
	Holidays map[string]bool // days off, as "2006-01-02" in Zone
}

// NewCalendar makes the calendar of a country with the hours of a week and the
// days off.
func NewCalendar(country string, week [7][]Span, holidays ...string) Calendar {
	c := Calendar{Zone: clock.Zone(country), Week: week, Holidays: map[string]bool{}}
	for _, h := range holidays {
		c.Holidays[h] = true
	}
	return c
}

// farthest bounds every walk through a calendar: in two years without one
// working day there is none.
const farthest = 2 * 366

// WorksOn reports whether people work on t's day.
func (c Calendar) WorksOn(t time.Time) bool {
	if c.Zone == nil {
		return false
	}
	t = t.In(c.Zone)
	return len(c.Week[t.Weekday()]) > 0 && !c.Holidays[t.Format(time.DateOnly)]
}

// day returns midnight of the nth day after t's day in the calendar's zone.
func (c Calendar) day(t time.Time, n int) time.Time {
	y, m, d := t.In(c.Zone).Date()
	return time.Date(y, m, d+n, 0, 0, 0, 0, c.Zone)
}

// at is a minute of a day by the clock on the wall: in the night in which
// Casablanca changes its time, hours are counted from midnight all the same.
func (c Calendar) at(day time.Time, minute int) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, minute/60, minute%60, 0, 0, c.Zone)
}

// endOfDay is the last millisecond of a day.
func (c Calendar) endOfDay(day time.Time) time.Time { return clock.EndOfDay(day, c.Zone) }

// nextWorking returns day, or the first working day after it.
func (c Calendar) nextWorking(day time.Time) time.Time {
	for i := range farthest {
		if d := c.day(day, i); c.WorksOn(d) {
			return d
		}
	}
	return day
}

// addWorkingDays returns the nth working day after t's day; t's own day is not counted.
func (c Calendar) addWorkingDays(t time.Time, n int) time.Time {
	day, left := c.day(t, 0), n
	for i := 1; left > 0 && i < farthest; i++ {
		if day = c.day(t, i); c.WorksOn(day) {
			left--
		}
	}
	return day
}

// workingDaysBetween counts the working days after t's day up to u's day.
func (c Calendar) workingDaysBetween(t, u time.Time) (n int) {
	end := c.day(u, 0)
	for i := 1; i < farthest; i++ {
		day := c.day(t, i)
		if day.After(end) {
			break
		}
		if c.WorksOn(day) {
			n++
		}
	}
	return n
}

// addMinutes returns the moment after which n minutes of work have passed since t.
func (c Calendar) addMinutes(t time.Time, n int) time.Time {
	left := time.Duration(n) * time.Minute
	for i := range farthest {
		day := c.day(t, i)
		if !c.WorksOn(day) {
			continue
		}
		for _, s := range c.Week[day.Weekday()] {
			from, to := c.at(day, s.From), c.at(day, s.To)
			if from.Before(t) {
				from = t
			}
			if !from.Before(to) {
				continue
			}
			if span := to.Sub(from); span < left {
				left -= span
				continue
			}
			return from.Add(left).UTC()
		}
	}
	return t
}

// MinutesBetween counts the minutes of work from t to u; 0 when u is not later.
func (c Calendar) MinutesBetween(t, u time.Time) int {
	var sum time.Duration
	for i := range farthest {
		day := c.day(t, i)
		if day.After(u) {
			break
		}
		if !c.WorksOn(day) {
			continue
		}
		for _, s := range c.Week[day.Weekday()] {
			from, to := c.at(day, s.From), c.at(day, s.To)
			if from.Before(t) {
				from = t
			}
			if to.After(u) {
				to = u
			}
			if from.Before(to) {
				sum += to.Sub(from)
			}
		}
	}
	return int(sum / time.Minute)
}

// Due returns when a promise given at t has to be kept: hours end at a minute
// of work, all else at the end of a working day. Zero when nothing is promised
// or nobody ever works.
func (c Calendar) Due(t time.Time, p Promise) time.Time {
	if p.Amount <= 0 || c.Zone == nil || !slices.ContainsFunc(c.Week[:], func(s []Span) bool { return len(s) > 0 }) {
		return time.Time{}
	}
	switch p.Unit {
	case Hours:
		return c.addMinutes(t, p.Amount*60)
	case WorkingDays:
		return c.endOfDay(c.addWorkingDays(t, p.Amount))
	case Days:
		return c.endOfDay(c.nextWorking(c.day(t, p.Amount)))
	case Months:
		return c.endOfDay(c.nextWorking(c.day(clock.AddMonths(t.In(c.Zone), p.Amount), 0)))
	}
	return time.Time{}
}

// Pause is a time in which the citizen was waited for.
type Pause struct {
	From time.Time `bson:"from"`
	To   time.Time `bson:"to"`
}

// Clock is how a request stands to its promise.
type Clock struct {
	Promise   Promise   `bson:"promise"`
	StartedAt time.Time `bson:"started"`
	DueAt     time.Time `bson:"due,omitempty"`    // zero: nothing was promised; while paused, what it was
	PausedAt  time.Time `bson:"paused,omitempty"` // zero: it runs
	Pauses    []Pause   `bson:"pauses,omitempty"` // those that are over
}

// Start begins the clock of a promise at t.
func (c Calendar) Start(t time.Time, p Promise) Clock {
	return Clock{Promise: p, StartedAt: t, DueAt: c.Due(t, p)}
}

// Pause stops the clock at t. Nothing happens to one that is paused.
func (k Clock) Pause(t time.Time) Clock {
	if k.PausedAt.IsZero() {
		k.PausedAt = t
	}
	return k
}

// Resume lets the clock go on at t: what was left of the promise when it was
// paused is left now, counted by the calendar. A promise that was broken before
// the pause stays broken.
func (k Clock) Resume(c Calendar, t time.Time) Clock {
	if k.PausedAt.IsZero() {
		return k
	}
	from := k.PausedAt
	k.Pauses = append(slices.Clone(k.Pauses), Pause{From: from, To: t})
	k.PausedAt = time.Time{}
	if k.DueAt.IsZero() || k.DueAt.Before(from) || c.Zone == nil {
		return k
	}
	switch k.Promise.Unit {
	case Hours:
		k.DueAt = c.addMinutes(t, c.MinutesBetween(from, k.DueAt))
	case WorkingDays:
		left := c.workingDaysBetween(from, k.DueAt)
		k.DueAt = c.endOfDay(c.nextWorking(c.addWorkingDays(t, left)))
	default:
		days := int(c.day(k.DueAt, 0).Sub(c.day(from, 0)).Round(24*time.Hour) / (24 * time.Hour))
		k.DueAt = c.endOfDay(c.nextWorking(c.day(t, days)))
	}
	return k
}
