package citizenspace

import (
	"context"
	"errors"
	"slices"

	"musharaka/modules/kit/store"
)

// Task is something that must follow from an act. It is written in the same
// compare-and-set as the act and taken away when it is done, so that a crash in
// between leaves it to the sweep. Every task is safe to repeat.
type Task struct {
	Kind string `bson:"kind"`
	Key  string `bson:"key,omitempty"`
}

// The kinds of tasks.
const (
	taskMirror = "mirror" // history into the audit, the card, watchers told, cached pages dropped
	taskTell   = "tell"   // Key: an act and its turn; mails to whom it concerns
	taskAbsorb = "absorb" // Key: the request into which this one was merged
	taskPart   = "part"   // Key: the request from which this one was cut off
)

func addTask(tasks []Task, t Task) []Task {
	if slices.Contains(tasks, t) {
		return tasks
	}
	return append(tasks, t)
}

// errTask is a task that nobody knows: a program older than its data.
var errTask = errors.New("citizenspace: no such task")

// follow does the tasks of a request and returns it without those that are done.
// The act itself has succeeded: what fails here is logged and left to the sweep.
func (s *Service) follow(ctx context.Context, r Request) Request {
	ctx = context.WithoutCancel(ctx) // whoever asked for the act may be gone
	var finished []Task
	for _, t := range r.Tasks {
		if err := s.doTask(ctx, r, t); err != nil {
			s.Log.Error("a task of a request is left for later", "request", r.ID, "task", t.Kind, "key", t.Key, "err", err)
			continue
		}
		finished = append(finished, t)
	}
	if len(finished) == 0 {
		return r
	}
	after, err := s.requests.Update(ctx, r.ID, func(now *Request) error {
		now.Tasks = withoutTasks(now.Tasks, finished, now.Version != r.Version)
		now.settle()
		return nil
	})
	if err != nil {
		s.Log.Error("the tasks of a request could not be ticked off", "request", r.ID, "err", err)
		return r
	}
	return after
}

// withoutTasks takes finished tasks away. When another act came between, it may
// have asked for the mirror again: that one is of its own state and stays.
func withoutTasks(tasks, finished []Task, between bool) []Task {
	return slices.DeleteFunc(slices.Clone(tasks), func(t Task) bool {
		return slices.Contains(finished, t) && !(between && t.Kind == taskMirror)
	})
}

func (s *Service) doTask(ctx context.Context, r Request, t Task) error {
	switch t.Kind {
	case taskMirror:
		return s.mirror(ctx, r)
	case taskTell:
		return s.tell(ctx, r, t.Key)
	case taskAbsorb:
		return s.absorb(ctx, r, t.Key)
	case taskPart:
		return s.tellOrigin(ctx, r, t.Key)
	}
	return errTask
}

// mirror copies what others read of a request.
func (s *Service) mirror(ctx context.Context, r Request) error {
	if err := s.Audit.Record(ctx, r.History...); err != nil {
		return err
	}
	if err := s.putCard(ctx, r.ID); err != nil {
		return err
	}
	if err := s.recountSoon(ctx); err != nil {
		return err
	}
	for _, told := range s.watchers {
		if err := told(ctx, r); err != nil {
			return err
		}
	}
	s.changed(r.Authority)
	return nil
}

func (s *Service) changed(authority string) {
	if s.Events != nil {
		s.Events.SpaceChanged(authority)
	}
}

// sweepTasks does what crashes left behind.
func (s *Service) sweepTasks(ctx context.Context) error {
	q := store.Query{Index: "lists", Equal: []any{listTasks}, Limit: 100}
	err := s.requests.Each(ctx, q, func(r Request) error {
		s.follow(ctx, r)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	return s.offers.Each(ctx, q, func(o Offer) error {
		s.followOffer(ctx, o)
		return ctx.Err()
	})
}
