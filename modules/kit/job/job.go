package job

import (
	"errors"
	"regexp"
	"time"

	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// State is where a job stands.
type State string

// The states. A job that is running is open and leased.
const (
	Open State = "open"
	Done State = "done"
	Dead State = "dead"
)

// Job is one piece of work. Its id is kind:key.
type Job struct {
	store.Meta `bson:",inline"`
	Kind       string    `bson:"kind"`
	Key        string    `bson:"key"`
	State      State     `bson:"state"`
	NextAt     time.Time `bson:"next_at"` // open: when to look at it; done: when to delete it; dead: when it died
	Payload    bson.Raw  `bson:"payload"`
	Attempts   int       `bson:"attempts"`            // begun so far
	LeasedBy   string    `bson:"leased_by,omitempty"` // the queue that runs it, "" when none does
	Again      bool      `bson:"again,omitempty"`     // enqueued anew while running: run once more
	LastError  string    `bson:"last_error,omitempty"`
	CreatedAt  time.Time `bson:"created_at"`
}

// LeaseUntil returns the end of the lease of a running job, the zero time for any other.
func (j Job) LeaseUntil() time.Time {
	if j.State == Open && j.LeasedBy != "" {
		return j.NextAt
	}
	return time.Time{}
}

var schema = store.Schema{Name: "jobs", Indexes: []store.Index{
	{Name: "by_kind", Fields: []string{"kind", "state", "next_at"}},
	{Name: "by_state", Fields: []string{"state", "next_at"}},
}}

// permanent marks an error that no repeat will mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent says that a job failed for good: it is dead at once. It returns nil for nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

func isPermanent(err error) bool {
	var p permanent
	return errors.As(err, &p)
}

var address = regexp.MustCompile(`[^\s<>:,;"'()]+@[^\s<>:,;"'()]+`)

// remark is what a job keeps of an error: short, without addresses.
func remark(err error) string {
	text := []rune(address.ReplaceAllString(err.Error(), "(address)"))
	if len(text) > 400 {
		text = append(text[:400], '…')
	}
	return string(text)
}
