package job

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// errLost ends an attempt whose lease another queue holds now.
var errLost = errors.New("job: the lease was lost")

// take leases up to n due jobs of a kind.
func (q *Queue) take(ctx context.Context, k *kind, n int) ([]Job, error) {
	now := q.clock.Now()
	due, err := q.jobs.Find(ctx, store.Query{
		Index: "by_kind", Equal: []any{k.name, string(Open)}, To: now.Add(time.Millisecond), Limit: n,
	})
	if err != nil {
		return nil, err
	}
	if len(due.Items) == n { // there may be more
		q.hint(k)
	}
	taken := make([]Job, 0, len(due.Items))
	for _, found := range due.Items {
		j, ok, err := q.lease(ctx, k, found.ID)
		if err != nil {
			return taken, err
		}
		if ok {
			taken = append(taken, j)
		}
	}
	return taken, nil
}

// lease takes one job, unless another queue was faster or it has had its last
// attempt: a job that kills its process is dead after MaxAttempts, too.
func (q *Queue) lease(ctx context.Context, k *kind, id string) (Job, bool, error) {
	now := q.clock.Now()
	holder := fmt.Sprintf("%s/%d", q.name, q.leases.Add(1))
	var mine, died bool
	j, err := q.jobs.Update(ctx, id, func(j *Job) error {
		due := j.State == Open && !j.NextAt.After(now)
		died = due && k.every == 0 && j.Attempts >= k.options.MaxAttempts
		mine = due && !died
		switch {
		case died:
			j.State, j.NextAt, j.LeasedBy = Dead, now, ""
			j.LastError = "the last attempt did not end: its process died, or it hung"
		case mine:
			j.Attempts++
			j.LeasedBy, j.NextAt = holder, now.Add(q.config.Lease)
		default:
			return store.ErrUnchanged
		}
		return nil
	})
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) { // swept away, or much sought after
		return Job{}, false, nil
	}
	if err != nil {
		return Job{}, false, err
	}
	if died {
		q.count(k, func(t *Tally) { t.Died++ })
	}
	return j, mine, nil
}

// attempt runs a leased job and writes down how it went.
func (q *Queue) attempt(k *kind, j Job) {
	ctx, cancel := context.WithTimeout(q.work, k.options.Timeout)
	defer cancel()
	beating, rest := context.WithCancel(context.WithoutCancel(ctx))
	lost := make(chan bool, 1)
	go func() {
		gone := q.heartbeat(beating, ctx, j)
		if gone {
			cancel() // somebody else runs it now
		}
		lost <- gone
	}()
	err := q.guarded(ctx, k, j)
	rest()
	if <-lost {
		q.config.Log.Warn("jobs: a lease ran out while its handler was running", "kind", k.name)
		return
	}
	if err := q.settle(k, j, err); err != nil {
		q.config.Log.Error("jobs: an outcome could not be written; the job will be repeated", "kind", k.name, "error", err)
	}
}

// guarded runs the handler; a panic becomes its error.
func (q *Queue) guarded(ctx context.Context, k *kind, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			q.config.Log.Error("jobs: a handler panicked", "kind", k.name, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return k.run(ctx, j)
}

// heartbeat moves the lease on for as long as the handler runs, even past its
// time, so that no second one starts beside it; true means that the lease is
// somebody else's now.
func (q *Queue) heartbeat(ctx, handler context.Context, j Job) (lost bool) {
	beat, stop := q.ticker(q.config.Lease / 3)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-beat:
		}
		if handler.Err() != nil {
			q.config.Log.Error("jobs: a handler goes on although its time is over", "kind", j.Kind)
		}
		err := q.held(ctx, j, func(j *Job) { j.NextAt = q.clock.Now().Add(q.config.Lease) })
		if errors.Is(err, errLost) {
			return true
		}
		if err != nil && ctx.Err() == nil { // the store may come back before the lease has run out
			q.config.Log.Warn("jobs: a lease could not be extended", "kind", j.Kind, "error", err)
		}
	}
}

// held changes a job if this very attempt still holds it, and says errLost if not.
func (q *Queue) held(ctx context.Context, mine Job, change func(*Job)) error {
	_, err := q.jobs.Update(ctx, mine.ID, func(j *Job) error {
		if j.State != Open || j.LeasedBy != mine.LeasedBy {
			return errLost
		}
		change(j)
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return errLost
	}
	return err
}

// settleTime bounds the writing of an outcome, also while the queue stops.
const settleTime = 10 * time.Second

// settle writes the outcome of an attempt.
func (q *Queue) settle(k *kind, j Job, failure error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(q.work), settleTime)
	defer cancel()
	now := q.clock.Now()
	if failure != nil && q.work.Err() != nil { // Stop cut it off: that is not the job's fault
		return q.held(ctx, j, func(j *Job) {
			j.Attempts--
			j.LeasedBy, j.NextAt = "", now
		})
	}
	died := failure != nil && k.every == 0 && (isPermanent(failure) || j.Attempts >= k.options.MaxAttempts)
	err := q.held(ctx, j, func(j *Job) {
		j.LeasedBy, j.LastError = "", ""
		if failure != nil {
			j.LastError = remark(failure)
		}
		switch {
		case died:
			j.State, j.NextAt = Dead, now
		case failure != nil:
			j.NextAt = now.Add(k.options.wait(j.Attempts, q.ids))
		case k.every > 0:
			j.Attempts, j.NextAt = 0, now.Add(k.every)
		case j.Again:
			j.Again, j.Attempts, j.NextAt = false, 0, now
		default:
			j.State, j.NextAt = Done, now.Add(q.config.KeepDone)
		}
	})
	if errors.Is(err, errLost) {
		q.config.Log.Warn("jobs: a lease ran out before the outcome was written", "kind", k.name)
		return nil
	}
	q.record(k, failure, died)
	if failure == nil && k.options.Again {
		q.hint(k) // enqueued anew meanwhile, it is due at once
	}
	return err
}

// record counts an outcome and logs a failure.
func (q *Queue) record(k *kind, failure error, died bool) {
	q.count(k, func(t *Tally) {
		switch {
		case failure == nil:
			t.Succeeded++
		case died:
			t.Failed++
			t.Died++
		default:
			t.Failed++
		}
	})
	switch {
	case died:
		q.config.Log.Error("jobs: a job is dead and waits for a person", "kind", k.name, "error", remark(failure))
	case failure != nil:
		q.config.Log.Warn("jobs: an attempt failed", "kind", k.name, "error", remark(failure))
	}
}

func (q *Queue) count(k *kind, add func(*Tally)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	add(&k.tally)
}
