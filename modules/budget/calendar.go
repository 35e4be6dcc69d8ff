package budget

import (
	"slices"
	"time"
)

// Stage is one phase of a calendar: From is its first moment, To the first
// moment after it, both the beginning of a day in the authority's zone unless
// an officer moved the edition by hand.
type Stage struct {
	Phase Phase     `bson:"phase" json:"phase"`
	From  time.Time `bson:"from" json:"from"`
	To    time.Time `bson:"to" json:"to"`
}

// same reports whether two stages are one.
func (s Stage) same(o Stage) bool {
	return s.Phase == o.Phase && s.From.Equal(o.From) && s.To.Equal(o.To)
}

// Calendar is the stages of an edition in their order. A stage may begin after
// the one before it has ended, never earlier.
type Calendar []Stage

// Stage returns the stage of a phase.
func (c Calendar) Stage(p Phase) (Stage, bool) {
	i := c.index(p)
	if i < 0 {
		return Stage{}, false
	}
	return c[i], true
}

func (c Calendar) index(p Phase) int {
	return slices.IndexFunc(c, func(s Stage) bool { return s.Phase == p })
}

// Next returns the stage that follows a phase: the first of the calendar after
// Drafting, none after the last.
func (c Calendar) Next(p Phase) (Stage, bool) {
	i := c.index(p) + 1
	if p != Drafting && i == 0 || i >= len(c) {
		return Stage{}, false
	}
	return c[i], true
}

// Due returns the phase that the clock says it is: the last that has begun, and
// Drafting before the first.
func (c Calendar) Due(now time.Time) Phase {
	due := Drafting
	for _, s := range c {
		if !s.From.After(now) {
			due = s.Phase
		}
	}
	return due
}

// InOrder reports whether the phases stand in their order, each once, with an
// end after its beginning, none beginning before the one before it has ended.
func (c Calendar) InOrder() bool {
	for i, s := range c {
		if !slices.Contains(CalendarPhases, s.Phase) || !s.From.Before(s.To) {
			return false
		}
		if i == 0 {
			continue
		}
		before := c[i-1]
		if slices.Index(CalendarPhases, s.Phase) <= slices.Index(CalendarPhases, before.Phase) || s.From.Before(before.To) {
			return false
		}
	}
	return len(c) > 0
}

// Open reports whether the edition is in a phase and that phase's days are not
// over: what people do in it may be done now.
func (e Edition) Open(p Phase, now time.Time) bool {
	s, ok := e.Calendar.Stage(p)
	return ok && e.Phase == p && !now.Before(s.From) && now.Before(s.To)
}

// EndsAt returns when the present phase ends; zero when it does not.
func (e Edition) EndsAt() time.Time {
	s, _ := e.Calendar.Stage(e.Phase)
	return s.To
}
