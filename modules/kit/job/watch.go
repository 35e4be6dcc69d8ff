package job

import (
	"context"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Dead returns the dead letters, the latest first: jobs that failed for good
// and wait for a person. after is the Next of the page before.
func (q *Queue) Dead(ctx context.Context, after string, limit int) (store.Page[Job], error) {
	return q.jobs.Find(ctx, store.Query{Index: "by_state", Equal: []any{string(Dead)}, Desc: true, After: after, Limit: limit})
}

// Retry gives a dead job all its attempts again, at once. NotFound when there
// is no such job, Conflict when it is not dead.
func (q *Queue) Retry(ctx context.Context, id string) error {
	j, err := q.decide(ctx, id, func(j *Job) {
		j.State, j.Attempts, j.NextAt = Open, 0, q.clock.Now()
	})
	if err == nil {
		q.mu.Lock()
		k := q.kinds[j.Kind]
		q.mu.Unlock()
		if k != nil {
			q.hint(k)
		}
	}
	return err
}

// Discard gives a dead job up. It counts as finished, so that the act it
// belonged to does not enqueue it anew. NotFound and Conflict as with Retry.
func (q *Queue) Discard(ctx context.Context, id string) error {
	_, err := q.decide(ctx, id, func(j *Job) {
		j.State, j.NextAt = Done, q.clock.Now().Add(q.config.KeepDone)
	})
	return err
}

// decide changes a dead job.
func (q *Queue) decide(ctx context.Context, id string, change func(*Job)) (Job, error) {
	return q.jobs.Update(ctx, id, func(j *Job) error {
		if j.State != Dead {
			return fault.New(fault.Conflict, "This job has not failed, or somebody has dealt with it already.")
		}
		change(j)
		return nil
	})
}

// Find returns the job of a kind and key, or NotFound.
func (q *Queue) Find(ctx context.Context, kind, key string) (Job, error) {
	return q.jobs.Get(ctx, kind+":"+key)
}

// Tally counts the outcomes of one kind in this process since it started.
type Tally struct {
	Succeeded, Failed, Died uint64 // a job that died has failed as well
}

// Stat describes one kind of job, for metrics.
type Stat struct {
	Kind    string
	Open    int64         // in the store: waiting and running, in all instances
	Dead    int64         // in the store
	Running int           // in this process
	Lag     time.Duration // how long the longest waiting due job has been due
	Tally   Tally
}

// Stats describes every registered kind, in the order of registration. It
// counts along an index what is open or dead, which is little unless something
// is wrong.
func (q *Queue) Stats(ctx context.Context) ([]Stat, error) {
	q.mu.Lock()
	stats := make([]Stat, len(q.order))
	for i, k := range q.order {
		stats[i] = Stat{Kind: k.name, Running: k.running, Tally: k.tally}
	}
	q.mu.Unlock()
	now := q.clock.Now()
	for i := range stats {
		s := &stats[i]
		open := store.Query{Index: "by_kind", Equal: []any{s.Kind, string(Open)}}
		var err error
		if s.Open, err = q.jobs.Count(ctx, open); err != nil {
			return nil, err
		}
		dead := store.Query{Index: "by_kind", Equal: []any{s.Kind, string(Dead)}}
		if s.Dead, err = q.jobs.Count(ctx, dead); err != nil {
			return nil, err
		}
		first, err := q.jobs.First(ctx, open)
		if fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return nil, err
		}
		s.Lag = max(0, now.Sub(first.NextAt))
	}
	return stats, nil
}
