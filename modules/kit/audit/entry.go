package audit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Entry is one change of state. It is never altered once written.
type Entry struct {
	store.Meta `bson:",inline"`
	Subject    string            `bson:"subject" json:"subject"`                     // what changed: "petition:ID"
	Authority  string            `bson:"authority" json:"authority"`                 // place id; "" is the platform itself
	Act        string            `bson:"act" json:"act"`                             // "petition.publish"
	From       string            `bson:"from" json:"from"`                           // state before; "" at the beginning
	To         string            `bson:"to" json:"to"`                               // state after
	ActorID    string            `bson:"actor_id" json:"actorId"`                    // person id; "" is the program itself (a deadline passed)
	ActorRole  string            `bson:"actor_role" json:"actorRole"`                // the role acted in: "agent", "moderator", "council"
	At         time.Time         `bson:"at" json:"at"`                               // UTC
	Reason     string            `bson:"reason,omitempty" json:"reason,omitempty"`   // why, as the actor gave it
	Public     bool              `bson:"public" json:"public"`                       // part of the public timeline
	Details    map[string]string `bson:"details,omitempty" json:"details,omitempty"` // what else matters: "code", "session_date" …
}

// Append returns the history with e at its end; e's id follows from its
// subject and its place. Call it inside the update that makes the change.
func Append(history []Entry, e Entry) []Entry {
	n := 1
	if len(history) > 0 {
		n = sequence(history[len(history)-1].ID) + 1
	}
	e.Meta = store.Meta{ID: fmt.Sprintf("%s#%06d", e.Subject, n), Version: 1}
	return append(history, e)
}

// sequence reads the place in the history back from an entry's id.
func sequence(id string) int {
	n, _ := strconv.Atoi(id[strings.LastIndexByte(id, '#')+1:])
	return n
}

// Public returns the entries of the public timeline, oldest first.
func Public(history []Entry) []Entry {
	var shown []Entry
	for _, e := range history {
		if e.Public {
			shown = append(shown, e)
		}
	}
	return shown
}

// complete reports as Internal an entry that does not say what, when and of what.
func (e Entry) complete() error {
	if e.ID == "" || e.Subject == "" || e.Act == "" || e.At.IsZero() {
		return fault.Wrap("audit.Record", fmt.Errorf("the entry %q of %q lacks its id, subject, act or time", e.ID, e.Act))
	}
	return nil
}

// same reports whether two copies of an entry say the same.
func (e Entry) same(o Entry) bool {
	if len(e.Details) != len(o.Details) {
		return false
	}
	for k, v := range e.Details {
		if w, ok := o.Details[k]; !ok || w != v {
			return false
		}
	}
	return e.ID == o.ID && e.Subject == o.Subject && e.Authority == o.Authority && e.Act == o.Act &&
		e.From == o.From && e.To == o.To && e.ActorID == o.ActorID && e.ActorRole == o.ActorRole &&
		e.At.Truncate(time.Millisecond).Equal(o.At.Truncate(time.Millisecond)) && // the store keeps milliseconds
		e.Reason == o.Reason && e.Public == o.Public
}
