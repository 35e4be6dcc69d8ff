package job

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Options of a kind of job. The zero value is good for most.
type Options struct {
	MaxAttempts int           // then the job is dead; 0 means 10
	Timeout     time.Duration // of one attempt; 0 means a minute
	Backoff     time.Duration // wait after the first failure, doubled after each further one; 0 means 30 s
	MaxBackoff  time.Duration // longest wait; 0 means 6 h
	Parallel    int           // attempts at once in this process; 0 means half the queue's workers
	Again       bool          // a finished job may be enqueued anew (recounts); otherwise once is for ever
}

func (o Options) withDefaults(workers int) Options {
	orElse := func(d *time.Duration, standard time.Duration) {
		if *d <= 0 {
			*d = standard
		}
	}
	orElse(&o.Timeout, time.Minute)
	orElse(&o.Backoff, 30*time.Second)
	orElse(&o.MaxBackoff, 6*time.Hour)
	if o.MaxAttempts <= 0 {
		o.MaxAttempts = 10
	}
	if o.Parallel <= 0 {
		o.Parallel = max(1, workers/2)
	}
	return o
}

// wait returns how long to wait after the given number of failures: doubled
// each time, bounded, and up to a quarter longer by chance, so that a thousand
// mails refused together do not come back together.
func (o Options) wait(failures int, ids ident.Maker) time.Duration {
	d := o.Backoff
	for i := 1; i < failures && d < o.MaxBackoff; i++ {
		d *= 2
	}
	d = min(d, o.MaxBackoff)
	return d + time.Duration(ids.Intn(int(d/4)+1)).Truncate(time.Millisecond)
}

// kind is a registered kind of job.
type kind struct {
	name    string
	payload reflect.Type // nil for periodic work
	run     func(context.Context, Job) error
	options Options
	every   time.Duration // periodic work: the time from one success to the next run

	// Kept under the queue's lock.
	running int
	look    bool // something of this kind may be due
	tally   Tally
}

// Register adds a kind of job. Payload P is a struct of ids, kept as BSON. Call
// it while the program is put together, before Start; a kind registered twice
// is a mistake of the program and panics.
func Register[P any](q *Queue, name string, handle func(context.Context, P) error, o Options) {
	q.add(&kind{
		name:    name,
		payload: reflect.TypeFor[P](),
		options: o.withDefaults(q.config.Workers),
		run: func(ctx context.Context, j Job) error {
			var payload P
			if err := bson.Unmarshal(j.Payload, &payload); err != nil {
				return Permanent(fmt.Errorf("job: payload of %s: %w", j.ID, err))
			}
			return handle(ctx, payload)
		},
	})
}

func (q *Queue) add(k *kind) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.kinds[k.name] != nil {
		panic("job: " + k.name + " is registered twice")
	}
	k.look, q.periodic = true, false
	q.kinds[k.name] = k
	q.order = append(q.order, k)
}

// kindFor returns the kind to enqueue P as, or Internal when it is not
// registered or was registered for another payload.
func kindFor[P any](q *Queue, name string) (*kind, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	k := q.kinds[name]
	if k == nil {
		return nil, fault.Wrap("job.Enqueue", fmt.Errorf("no kind %q is registered", name))
	}
	if want, got := k.payload, reflect.TypeFor[P](); want != got {
		return nil, fault.Wrap("job.Enqueue", fmt.Errorf("%s takes %v, not %v", name, want, got))
	}
	return k, nil
}
