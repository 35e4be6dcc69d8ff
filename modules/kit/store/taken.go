package store

import (
	"errors"
	"fmt"

	"musharaka/modules/kit/fault"
)

// TakenError is the cause inside a Conflict when an id or the value of a unique
// index belongs to another document already.
type TakenError struct {
	Collection string
	Index      string // "_id" for the primary key
	ID         string // the refused document's id
}

// Error names the collection and the index, and not the id, which may be personal.
func (e *TakenError) Error() string {
	return fmt.Sprintf("store: %s: the value of %s is taken", e.Collection, e.Index)
}

// Fault returns the Conflict that adapters answer with.
func (e *TakenError) Fault() error { return fault.New(fault.Conflict, "").Because("store", e) }

// Taken tells by which index ("_id" for the primary key) a write was refused,
// when err is a Conflict of that sort.
func Taken(err error) (index string, ok bool) {
	var t *TakenError
	if errors.As(err, &t) {
		return t.Index, true
	}
	return "", false
}
