package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
)

// Config of a queue. The zero value is good.
type Config struct {
	Workers  int           // attempts at once in this process; 0 means 8
	Lease    time.Duration // how long a silent instance keeps its jobs; 0 means a minute
	Poll     time.Duration // how often to look for what others enqueued or left; 0 means 2 s
	KeepDone time.Duration // how long a finished job stays, and with it its key; 0 means 30 days
	Log      *slog.Logger  // nil means slog.Default()
}

func (c Config) withDefaults() Config {
	orElse := func(d *time.Duration, standard time.Duration) {
		if *d <= 0 {
			*d = standard
		}
	}
	orElse(&c.Lease, time.Minute)
	orElse(&c.Poll, 2*time.Second)
	orElse(&c.KeepDone, 30*24*time.Hour)
	if c.Workers <= 0 {
		c.Workers = 8
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// Queue runs the jobs of one store. All methods are safe for concurrent use.
type Queue struct {
	jobs   *store.Collection[Job, *Job]
	clock  clock.Clock
	ids    ident.Maker
	config Config
	name   string        // this instance, in leases
	leases atomic.Uint64 // taken so far: no two leases bear one name

	wake     chan struct{}  // something may be due, or a worker is free
	halt     chan struct{}  // closed by Stop
	attempts sync.WaitGroup // running handlers and the loop
	work     context.Context
	cut      context.CancelFunc // ends the handlers that Stop will not wait for

	ticker func(time.Duration) (<-chan time.Time, func()) // heartbeats; tests give their own

	mu       sync.Mutex
	kinds    map[string]*kind
	order    []*kind
	turn     int // where the next pass begins, so that no kind is always last
	running  int
	started  bool
	stopped  bool
	periodic bool // the documents of periodic work exist
}

// New opens the queue of a store. It runs nothing before Start (or RunDue).
func New(ctx context.Context, db store.DB, clk clock.Clock, ids ident.Maker, c Config) (*Queue, error) {
	jobs, err := store.Open[Job](ctx, db, schema)
	if err != nil {
		return nil, err
	}
	work, cut := context.WithCancel(context.WithoutCancel(ctx))
	q := &Queue{
		jobs: jobs, clock: clk, ids: ids, config: c.withDefaults(), name: ids.ID(),
		wake: make(chan struct{}, 1), halt: make(chan struct{}), work: work, cut: cut,
		kinds: map[string]*kind{},
		ticker: func(d time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(d)
			return t.C, t.Stop
		},
	}
	q.Every("job.sweep", time.Hour, q.sweep)
	return q, nil
}

// Start begins to run jobs until Stop. Register every kind before.
func (q *Queue) Start(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.started || q.stopped {
		return fault.Wrap("job.Start", errors.New("the queue runs already, or was stopped"))
	}
	if err := q.ensurePeriodic(ctx); err != nil {
		return err
	}
	q.started = true
	q.attempts.Add(1)
	go q.loop()
	return nil
}

// cutGrace is how long Stop waits for handlers whose time it has ended, so
// that they can hand back their jobs.
const cutGrace = 2 * time.Second

// Stop takes no further job, waits for the running handlers, and returns nil
// when all have ended. When ctx ends first, the handlers' contexts are ended
// too; what they leave undone is run again, by another instance or after the
// next start, and Stop returns Unavailable.
func (q *Queue) Stop(ctx context.Context) error {
	q.mu.Lock()
	if !q.stopped {
		q.stopped = true
		close(q.halt)
	}
	q.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		q.attempts.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		q.cut()
		return nil
	case <-ctx.Done():
	}
	q.cut()
	grace := time.NewTimer(cutGrace)
	defer grace.Stop()
	select {
	case <-ended:
	case <-grace.C:
	}
	return fault.New(fault.Unavailable, "").Because("job.Stop", fmt.Errorf("handlers were cut off: %w", ctx.Err()))
}

// loop passes over the kinds whenever something may be due.
func (q *Queue) loop() {
	defer q.attempts.Done()
	poll := time.NewTicker(q.config.Poll)
	defer poll.Stop()
	for {
		if err := q.pass(q.work); err != nil {
			q.config.Log.Error("jobs: the queue could not be read; trying again soon", "error", err)
		}
		select {
		case <-q.halt:
			return
		case <-q.wake:
		case <-poll.C:
			q.lookAtAll()
		}
	}
}

// Wake makes the queue look for due jobs at once: for tests that moved the clock.
func (q *Queue) Wake() {
	q.lookAtAll()
	q.nudge()
}

func (q *Queue) hint(k *kind) {
	q.mu.Lock()
	k.look = true
	q.mu.Unlock()
	q.nudge()
}

func (q *Queue) lookAtAll() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, k := range q.order {
		k.look = true
	}
}

func (q *Queue) nudge() {
	select {
	case q.wake <- struct{}{}:
	default: // it is awake
	}
}

// pass takes what is due, kind by kind, while workers are free.
func (q *Queue) pass(ctx context.Context) error {
	q.mu.Lock()
	order := append(q.order[q.turn:len(q.order):len(q.order)], q.order[:q.turn]...)
	q.turn = (q.turn + 1) % len(q.order)
	q.mu.Unlock()
	for _, k := range order {
		free := q.reserve(k)
		if free == 0 {
			continue
		}
		taken, err := q.take(ctx, k, free)
		q.release(k, free-len(taken))
		for _, j := range taken { // also those leased before an error came
			q.attempts.Add(1)
			go func() {
				defer q.attempts.Done()
				q.attempt(k, j)
				q.release(k, 1)
				q.nudge()
			}()
		}
		if err != nil {
			return err // the next poll looks again
		}
	}
	return nil
}

// reserve sets workers aside for a kind that may have something due.
func (q *Queue) reserve(k *kind) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	free := min(q.config.Workers-q.running, k.options.Parallel-k.running)
	if q.stopped || !k.look || free <= 0 {
		return 0
	}
	k.look = false
	k.running += free
	q.running += free
	return free
}

func (q *Queue) release(k *kind, workers int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	k.running -= workers
	q.running -= workers
}

// RunDue runs, one after the other, whatever is due now, what falls due
// meanwhile included, and returns how many attempts it made. It is for tests
// and for commands that run without Start.
func (q *Queue) RunDue(ctx context.Context) (int, error) {
	q.mu.Lock()
	err := q.ensurePeriodic(ctx)
	kinds := q.order[:len(q.order):len(q.order)]
	q.mu.Unlock()
	if err != nil {
		return 0, err
	}
	ran := 0
	for again := true; again; {
		again = false
		for _, k := range kinds {
			taken, err := q.take(ctx, k, 1)
			if err != nil {
				return ran, err
			}
			for _, j := range taken {
				q.attempt(k, j)
				ran++
				again = true
			}
		}
	}
	return ran, nil
}
