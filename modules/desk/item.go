package desk

import (
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/store"
)

// State is where an item stands.
type State string

// The states.
const (
	Open    State = "open"
	Snoozed State = "snoozed" // out of sight until SnoozedUntil
	Done    State = "done"
)

// States are all states.
var States = []State{Open, Snoozed, Done}

// Limits of what is written, in letters.
const (
	MaxNote   = 2000
	MaxReason = 500
	MaxNotes  = 100 // on one item
)

// Note is an internal note.
type Note struct {
	ID   string    `bson:"id" json:"id"`
	By   string    `bson:"by" json:"-"` // person id, "" after the account was deleted
	At   time.Time `bson:"at" json:"at"`
	Text string    `bson:"text" json:"text"`
}

// Escalation says that an item was brought before the president.
type Escalation struct {
	At     time.Time `bson:"at"`
	By     string    `bson:"by"` // person id, "" for the platform itself: too long overdue
	Reason string    `bson:"reason"`
}

// Item is one thing that waits for the people of an authority.
type Item struct {
	store.Meta `bson:",inline"` // subject.slot
	Subject    string           `bson:"subject"`
	Kind       string           `bson:"kind"`
	Roles      []auth.Role      `bson:"roles"` // who sees it
	Authority  string           `bson:"authority"`
	Country    string           `bson:"country"`

	Titles    map[string]string `bson:"titles"`
	Reference string            `bson:"reference,omitempty"`
	Path      string            `bson:"path"`
	Since     time.Time         `bson:"since"`
	Due       time.Time         `bson:"due,omitempty"`
	Stamp     int64             `bson:"stamp"` // of the standing it was last told by

	State        State       `bson:"state"`
	Assignee     string      `bson:"assignee,omitempty"` // person id
	HandedTo     string      `bson:"handed,omitempty"`   // whose turn the module said it was
	SnoozedUntil time.Time   `bson:"snoozed,omitempty"`
	Escalated    *Escalation `bson:"escalated,omitempty"`
	Reminded     []int       `bson:"reminded,omitempty"` // days before Due whose reminder was sent or is no longer due
	Notes        []Note      `bson:"notes,omitempty"`
	DoneAt       time.Time   `bson:"done,omitempty"`

	History []audit.Entry `bson:"history,omitempty"`
	Tasks   []Task        `bson:"tasks,omitempty"`

	Facets []string  `bson:"facets,omitempty"` // the lists it stands in
	Order  time.Time `bson:"order"`            // its place in them
	People []string  `bson:"people,omitempty"` // who stands in it, for their data rights
	Wake   time.Time `bson:"wake,omitempty"`   // when the clock has something to do with it; absent for never
}

// Title returns what the item is about, for a reader of lang.
func (it Item) Title(lang string) string {
	for _, l := range []string{lang, "fr", "ar", "en"} {
		if t := it.Titles[l]; t != "" {
			return t
		}
	}
	return it.Reference
}

// Overdue reports whether its deadline has passed.
func (it Item) Overdue(now time.Time) bool {
	return it.State != Done && !it.Due.IsZero() && now.After(it.Due)
}

// Zone is whose calendar counts the item's days.
func (it Item) Zone() *time.Location { return clock.Zone(it.Country) }

// DaysLeft counts the days of the calendar of a zone from now to a deadline:
// 0 on its day, below 0 afterwards. Clocks that are put forward or back, as in
// Morocco before and after Ramadan, change nothing.
func DaysLeft(now, due time.Time, zone *time.Location) int {
	return int(civil(due, zone).Sub(civil(now, zone)) / (24 * time.Hour))
}

// civil is the day of a moment in a zone, as midnight in UTC.
func civil(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// morning is the hour of the authority's day at which reminders go out.
const morning = 7

// morningOf is that hour on the day some days after another day.
func morningOf(day time.Time, days int, zone *time.Location) time.Time {
	y, m, d := day.In(zone).Date()
	return time.Date(y, m, d+days, morning, 0, 0, 0, zone).UTC()
}

// staff are the roles that can have a part in an authority's items, in the
// order of their letters in facets.
var staff = []struct {
	role   auth.Role
	letter byte
}{{auth.Administrator, 'a'}, {auth.Councillor, 'c'}, {auth.Department, 'd'}, {auth.FrontDesk, 'f'}, {auth.Officer, 'o'}, {auth.President, 'p'}}

// seatOf is what somebody is at an authority, as the letters of their roles;
// "" for somebody with no part in its items. At the platform only
// administrators have one, and at an authority they have none.
func seatOf(who auth.Actor, org string) string {
	var seat []byte
	for _, s := range staff {
		if (s.role == auth.Administrator) == (org == auth.PlatformID) && who.Holds(org, s.role) {
			seat = append(seat, s.letter)
		}
	}
	return string(seat)
}

// seats are all seats that see an item with these roles.
func seats(roles []auth.Role, org string) []string {
	if org == auth.PlatformID {
		return []string{"a"}
	}
	var out []string
	letters := staff[1:]
	for set := 1; set < 1<<len(letters); set++ {
		var seat []byte
		sees := false
		for i, s := range letters {
			if set&(1<<i) != 0 {
				seat = append(seat, s.letter)
				sees = sees || slices.Contains(roles, s.role)
			}
		}
		if sees {
			out = append(out, string(seat))
		}
	}
	return out
}

// The lists that facets name.
const (
	listOpen    = "open"    // |org|seat|kind or *|"" for everybody's, "-" for nobody's
	listMine    = "mine"    // |org|person|kind or *
	listSnoozed = "snoozed" // |org|seat
	listDone    = "done"    // |org|seat
	listEvery   = "every"   // |org: not done, for the recount of Wake
	listTasks   = "tasks"   // with tasks left behind
)

func facet(parts ...string) string { return strings.Join(parts, "|") }

// anyKind stands for all kinds in a facet.
const anyKind = "*"

// afterAll is where items without a deadline stand: after all others, those
// that have waited longest first.
func afterAll(since time.Time) time.Time {
	return time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC).Add(since.Sub(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)))
}

// settle derives what the indexes ride on. Call it before each write.
func (it *Item) settle(rules Settings) {
	it.Order = it.Due
	if it.Due.IsZero() {
		it.Order = afterAll(it.Since)
	}
	it.Facets = nil
	switch it.State {
	case Open:
		it.openFacets()
	case Snoozed:
		for _, seat := range seats(it.Roles, it.Authority) {
			it.Facets = append(it.Facets, facet(listSnoozed, it.Authority, seat))
		}
	case Done:
		it.Order = it.DoneAt
		for _, seat := range seats(it.Roles, it.Authority) {
			it.Facets = append(it.Facets, facet(listDone, it.Authority, seat))
		}
	}
	if it.State != Done {
		it.Facets = append(it.Facets, facet(listEvery, it.Authority))
	}
	if len(it.Tasks) > 0 {
		it.Facets = append(it.Facets, listTasks)
	}
	it.People = it.people()
	it.Wake = it.wake(rules)
}

func (it *Item) openFacets() {
	for _, seat := range seats(it.Roles, it.Authority) {
		for _, kind := range []string{anyKind, it.Kind} {
			it.Facets = append(it.Facets, facet(listOpen, it.Authority, seat, kind, ""))
			if it.Assignee == "" {
				it.Facets = append(it.Facets, facet(listOpen, it.Authority, seat, kind, "-"))
			}
		}
	}
	if it.Assignee != "" {
		it.Facets = append(it.Facets, facet(listMine, it.Authority, it.Assignee, anyKind), facet(listMine, it.Authority, it.Assignee, it.Kind))
	}
}

// people are the persons that stand in the item.
func (it Item) people() []string {
	var ids []string
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	add(it.Assignee)
	add(it.HandedTo)
	if it.Escalated != nil && it.Escalated.By != erased {
		add(it.Escalated.By)
	}
	for _, n := range it.Notes {
		add(n.By)
	}
	return ids
}

// sees reports whether an actor may see the item.
func (it Item) sees(who auth.Actor) bool {
	if it.Authority == auth.PlatformID {
		return who.Holds(auth.PlatformID, auth.Administrator)
	}
	return who.Holds(it.Authority, it.Roles...)
}
