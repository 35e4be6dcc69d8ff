package queue

import (
	"fmt"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/store"
)

// The states of a ticket.
const (
	Waiting   State = "waiting"
	Called    State = "called"
	Serving   State = "serving"
	Done      State = "done"
	Absent    State = "absent"    // did not come when called
	Left      State = "left"      // its holder gave it up
	Abandoned State = "abandoned" // still waited when the day was over
	Ended     State = "ended"     // was at a counter when the day was over
)

// TicketStates are all states of a ticket.
var TicketStates = []State{Waiting, Called, Serving, Done, Absent, Left, Abandoned, Ended}

// Stage is what a ticket went through in one group, once it is over.
type Stage struct {
	Group   string `bson:"group"`
	Counter int    `bson:"counter"` // 0: it never came to one
	Waited  int64  `bson:"waited"`  // seconds, from the ticket or the transfer to the call that was answered
	Served  int64  `bson:"served"`  // seconds at the counter; 0 where nobody came
	End     State  `bson:"end"`     // Done, Waiting (transferred), Absent, Left, Abandoned, Ended
}

// Ticket is somebody's place in the queue of a day. Its id is made of the day
// and its number.
type Ticket struct {
	store.Meta `bson:",inline"`
	Authority  string        `bson:"authority"`
	Day        string        `bson:"day"`
	Number     string        `bson:"number"` // "A012"
	Code       string        `bson:"code"`   // unique: known to its holder
	Group      string        `bson:"group"`  // letter of the group it waits for now
	State      State         `bson:"state"`
	First      bool          `bson:"first,omitempty"` // goes before others
	Order      string        `bson:"order"`           // its place among those who wait
	TakenAt    time.Time     `bson:"taken"`
	Since      time.Time     `bson:"since"`            // of this stage
	CalledAt   time.Time     `bson:"called,omitempty"` // last
	ServingAt  time.Time     `bson:"serving,omitempty"`
	Counter    int           `bson:"counter,omitempty"`
	Agent      string        `bson:"agent,omitempty"` // who called it
	Calls      int           `bson:"calls,omitempty"`
	Stages     []Stage       `bson:"stages,omitempty"`
	Seat       string        `bson:"seat"` // unique: the counter while it is before one, its own id otherwise
	Lists      []string      `bson:"lists"`
	History    []audit.Entry `bson:"history"`
}

// TicketID is the id of a ticket.
func TicketID(day, number string) string { return day + "." + number }

// number writes a number as people read it.
func number(letter string, n int64) string { return fmt.Sprintf("%s%03d", letter, n) }

// place is the key by which those who wait are ordered: who goes first, then
// whoever came first. A transfer and a call that was missed cost nobody their
// place.
func place(first bool, taken time.Time, number string) string {
	rank := "1"
	if first {
		rank = "0"
	}
	return rank + taken.UTC().Format("2006-01-02T15:04:05.000") + number
}

// AtCounter reports whether the ticket is before a counter.
func (t Ticket) AtCounter() bool { return t.State == Called || t.State == Serving }

// Over reports whether nothing more happens to it by itself.
func (t Ticket) Over() bool { return t.State != Waiting && !t.AtCounter() }

func listOf(name, day, letter string) string {
	if letter == "" {
		return name + "|" + day
	}
	return name + "|" + day + "|" + letter
}

const (
	listDay     = "day"     // all tickets of a day
	listWaiting = "waiting" // of a day, and of each group in it
	listSeated  = "seated"  // before a counter
	listAbsent  = "absent"  // called in vain
)

// derive brings what is found by an index in line with the state.
func (t *Ticket) derive() {
	t.Lists, t.Seat = []string{listOf(listDay, t.Day, "")}, t.ID
	switch t.State {
	case Waiting:
		t.Lists = append(t.Lists, listOf(listWaiting, t.Day, ""), listOf(listWaiting, t.Day, t.Group))
	case Called, Serving:
		t.Seat = PostID(t.Authority, t.Counter)
		t.Lists = append(t.Lists, listOf(listSeated, t.Day, ""))
	case Absent:
		t.Lists = append(t.Lists, listOf(listAbsent, t.Day, ""))
	}
}

// end closes the stage that the ticket is in.
func (t *Ticket) end(how State, now time.Time) {
	stage := Stage{Group: t.Group, Counter: t.Counter, End: how}
	reached := now
	if !t.CalledAt.IsZero() {
		reached = t.CalledAt
	}
	stage.Waited = int64(max(0, reached.Sub(t.Since)) / time.Second)
	if how == Done || how == Waiting {
		begun := t.ServingAt
		if begun.IsZero() {
			begun = t.CalledAt
		}
		stage.Served = int64(max(0, now.Sub(begun)) / time.Second)
	}
	t.Stages = append(t.Stages, stage)
}

// begin starts a stage of waiting.
func (t *Ticket) begin(letter string, now time.Time) {
	t.Group, t.Since = letter, now
	t.CalledAt, t.ServingAt, t.Counter, t.Agent, t.Calls = time.Time{}, time.Time{}, 0, "", 0
}
