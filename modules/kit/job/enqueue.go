package job

import (
	"context"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Item is one job of EnqueueMany.
type Item[P any] struct {
	Key     string
	Payload P
	At      time.Time
}

// Enqueue adds a job that is due at the given time. Is there one of this kind
// and key already, nothing happens, unless the kind allows Again: then a
// finished or dead job is opened anew with this payload, a waiting one takes
// the payload and the earlier time, and a running one runs once more afterwards.
func Enqueue[P any](ctx context.Context, q *Queue, kind, key string, payload P, at time.Time) error {
	_, err := EnqueueMany(ctx, q, kind, []Item[P]{{Key: key, Payload: payload, At: at}})
	return err
}

// EnqueueMany adds many jobs of one kind in durable batches and returns how
// many are new. On an error some may have been added; a repeat is safe.
func EnqueueMany[P any](ctx context.Context, q *Queue, kind string, items []Item[P]) (int, error) {
	k, err := kindFor[P](q, kind)
	if err != nil {
		return 0, err
	}
	added := 0
	for len(items) > 0 {
		n := min(500, len(items))
		jobs := make([]Job, n)
		for i, item := range items[:n] {
			payload, err := bson.Marshal(item.Payload)
			if err != nil {
				return added, fault.Wrap("job.Enqueue "+kind, err)
			}
			jobs[i] = q.newJob(k, item.Key, payload, item.At)
		}
		items = items[n:]
		fresh, err := q.insert(ctx, k, jobs)
		added += fresh
		if err != nil {
			return added, err
		}
	}
	return added, nil
}

func (q *Queue) newJob(k *kind, key string, payload bson.Raw, at time.Time) Job {
	return Job{
		Meta: store.Meta{ID: k.name + ":" + key},
		Kind: k.name, Key: key, State: Open, Payload: payload,
		NextAt: at.UTC().Truncate(time.Millisecond), CreatedAt: q.clock.Now(),
	}
}

// insert writes new jobs, deals with those that exist, and wakes the queue if
// something is due.
func (q *Queue) insert(ctx context.Context, k *kind, jobs []Job) (int, error) {
	duplicates, err := q.jobs.InsertMany(ctx, jobs)
	if err != nil {
		return 0, err
	}
	if k.options.Again {
		for _, d := range duplicates {
			if err := q.reopen(ctx, jobs[d.Position]); err != nil {
				return len(jobs) - len(duplicates), err
			}
		}
	}
	now := q.clock.Now()
	for _, j := range jobs {
		if !j.NextAt.After(now) {
			q.hint(k)
			break
		}
	}
	return len(jobs) - len(duplicates), nil
}

// reopen lets a job that exists take up a new request for it.
func (q *Queue) reopen(ctx context.Context, fresh Job) error {
	_, err := q.jobs.Update(ctx, fresh.ID, func(j *Job) error {
		switch {
		case j.State != Open:
			meta := j.Meta
			*j = fresh
			j.Meta = meta
		case j.LeasedBy != "": // it may have read what is now out of date
			j.Again, j.Payload = true, fresh.Payload
		default:
			j.Payload = fresh.Payload
			if j.Attempts == 0 && fresh.NextAt.Before(j.NextAt) { // never jump a back-off
				j.NextAt = fresh.NextAt
			}
		}
		return nil
	})
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	err = q.jobs.Insert(ctx, fresh) // the old one was swept away this moment
	if fault.Is(err, fault.Conflict) {
		return nil // and somebody else was as quick: theirs will do
	}
	return err
}
