package queue

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// State is where a day, a counter or a ticket stands.
type State string

// The states of a hall, a day and a counter.
const (
	HallKept State = "kept"

	DayOpen   State = "open"
	DayClosed State = "closed"

	CounterOpen   State = "counter_open"
	CounterClosed State = "counter_closed"
)

// Limits of what a hall may have, and of what is written.
const (
	MaxGroups   = 12
	MaxCounters = 30
	MaxName     = 60
	MaxMinutes  = 120
	MaxTickets  = 999 // of one group and day: numbers have three digits
)

// KeepTickets is how long tickets stay after their day.
const KeepTickets = 35 * 24 * time.Hour

// Words is a name in the languages of the hall.
type Words struct {
	AR string `bson:"ar" json:"ar"`
	FR string `bson:"fr" json:"fr"`
}

// In returns the words for a reader of lang.
func (w Words) In(lang string) string {
	if lang == "ar" && w.AR != "" || w.FR == "" {
		return w.AR
	}
	return w.FR
}

// Group is a sort of matter that is served in a hall.
type Group struct {
	Letter  string `bson:"letter" json:"letter"` // A to Z: what its numbers begin with
	Names   Words  `bson:"names" json:"names"`
	Minutes int    `bson:"minutes" json:"minutes"` // what one person usually takes, before there are figures
	Off     bool   `bson:"off,omitempty" json:"off"`
}

// Counter is a place at which one agent receives people.
type Counter struct {
	Number int      `bson:"number" json:"number"`
	Groups []string `bson:"groups,omitempty" json:"groups"` // letters; none: all
	Off    bool     `bson:"off,omitempty" json:"off"`
}

// Serves reports whether people of a group are received there.
func (c Counter) Serves(letter string) bool {
	return len(c.Groups) == 0 || slices.Contains(c.Groups, letter)
}

// Hall is where an authority receives people. Its id is the authority's.
type Hall struct {
	store.Meta `bson:",inline"`
	State      State         `bson:"state"`
	Country    string        `bson:"country"`
	Groups     []Group       `bson:"groups"`
	Counters   []Counter     `bson:"counters"`
	Device     string        `bson:"device,omitempty"` // the secret part of the address of its ticket screen
	History    []audit.Entry `bson:"history"`
}

// Group returns a group by its letter.
func (h Hall) Group(letter string) (Group, bool) {
	i := slices.IndexFunc(h.Groups, func(g Group) bool { return g.Letter == letter })
	if i < 0 {
		return Group{}, false
	}
	return h.Groups[i], true
}

// Counter returns a counter by its number.
func (h Hall) Counter(number int) (Counter, bool) {
	i := slices.IndexFunc(h.Counters, func(c Counter) bool { return c.Number == number })
	if i < 0 {
		return Counter{}, false
	}
	return h.Counters[i], true
}

// Offered are the groups for which tickets are given.
func (h Hall) Offered() []Group {
	var on []Group
	for _, g := range h.Groups {
		if !g.Off {
			on = append(on, g)
		}
	}
	return on
}

// Used are the counters that may be opened.
func (h Hall) Used() []Counter {
	var on []Counter
	for _, c := range h.Counters {
		if !c.Off {
			on = append(on, c)
		}
	}
	return on
}

// check says what is wrong with a group.
func (g *Group) check() error {
	g.Letter = strings.ToUpper(strings.TrimSpace(g.Letter))
	switch {
	case len(g.Letter) != 1 || g.Letter < "A" || g.Letter > "Z":
		return wrong("letter", i18n.Msg("Give one letter from A to Z"))
	case g.Names.AR == "":
		return wrong("ar", i18n.Msg("Give the name in Arabic"))
	case g.Names.FR == "":
		return wrong("fr", i18n.Msg("Give the name in French"))
	case len([]rune(g.Names.AR)) > MaxName:
		return wrong("ar", i18n.Msg("Shorten this text"))
	case len([]rune(g.Names.FR)) > MaxName:
		return wrong("fr", i18n.Msg("Shorten this text"))
	case g.Minutes < 1 || g.Minutes > MaxMinutes:
		return wrong("minutes", i18n.Msg("Give a number of minutes from 1 to {limit}"), "limit", MaxMinutes)
	}
	return nil
}

// Day is the queue of a hall from its opening to midnight. Its id is DayID.
type Day struct {
	store.Meta `bson:",inline"`
	Authority  string           `bson:"authority"`
	Date       string           `bson:"date"` // 2026-11-22, where the authority lies
	State      State            `bson:"state"`
	Numbers    map[string]int64 `bson:"numbers"` // the last number given, by letter
	Settled    bool             `bson:"settled"` // the day is over and its figures are made
	Kept       bool             `bson:"kept"`    // its tickets are still there
	History    []audit.Entry    `bson:"history"`
}

// DayID is the id of a hall's day.
func DayID(authority, date string) string { return authority + "." + date }

// Post is a counter as it is used: who sits there. Its id is PostID.
type Post struct {
	store.Meta `bson:",inline"`
	Authority  string        `bson:"authority"`
	Number     int           `bson:"number"`
	State      State         `bson:"state"`
	Agent      string        `bson:"agent,omitempty"` // person id
	Day        string        `bson:"day,omitempty"`   // id of the day on which it was opened
	History    []audit.Entry `bson:"history"`
}

// PostID is the id of a counter of a hall.
func PostID(authority string, number int) string { return authority + "." + strconv.Itoa(number) }
