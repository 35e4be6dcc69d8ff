package job

import (
	"context"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Every registers periodic work: fn runs when the queue starts for the first
// time, then again interval after each success, in one instance at a time
// whatever their number. After a failure it is repeated with the usual
// back-off, but no later than interval; it never dies.
func (q *Queue) Every(name string, interval time.Duration, fn func(context.Context) error) {
	if interval <= 0 {
		panic("job: " + name + " needs an interval")
	}
	o := Options{MaxBackoff: interval, Timeout: 10 * time.Minute, Parallel: 1}.withDefaults(q.config.Workers)
	o.Backoff = min(o.Backoff, interval)
	q.add(&kind{
		name:    "every." + name,
		options: o,
		every:   interval,
		run:     func(ctx context.Context, _ Job) error { return fn(ctx) },
	})
}

// ensurePeriodic writes the documents of periodic work that are not there yet,
// and brings the next run forward where the interval has become shorter.
func (q *Queue) ensurePeriodic(ctx context.Context) error {
	if q.periodic {
		return nil
	}
	nothing, err := bson.Marshal(bson.D{})
	if err != nil {
		return fault.Wrap("job.Every", err)
	}
	for _, k := range q.order {
		if k.every == 0 {
			continue
		}
		now := q.clock.Now()
		fresh := q.newJob(k, "", nothing, now)
		if err := q.jobs.Insert(ctx, fresh); err == nil {
			continue
		} else if !fault.Is(err, fault.Conflict) {
			return err
		}
		_, err := q.jobs.Update(ctx, fresh.ID, func(j *Job) error {
			if latest := now.Add(k.every); j.LeasedBy == "" && j.NextAt.After(latest) {
				j.NextAt = latest
				return nil
			}
			return store.ErrUnchanged
		})
		if err != nil {
			return err
		}
	}
	q.periodic = true
	return nil
}

// sweepBatch bounds how many finished jobs one step of the sweep deletes.
const sweepBatch = 500

// sweep deletes finished jobs whose time of keeping has passed.
func (q *Queue) sweep(ctx context.Context) error {
	for {
		old, err := q.jobs.Find(ctx, store.Query{Index: "by_state", Equal: []any{string(Done)}, To: q.clock.Now(), Limit: sweepBatch})
		if err != nil || len(old.Items) == 0 {
			return err
		}
		for _, j := range old.Items {
			if err := q.jobs.Delete(ctx, j.ID); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
	}
}
