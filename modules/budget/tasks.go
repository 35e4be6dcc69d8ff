package budget

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/job"
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
	taskMirror  = "mirror"  // history into the audit, cached pages dropped
	taskEntered = "entered" // Key: a Phase; what the areas of the module do when it begins
	taskTell    = "tell"    // Key: a notice; mails to whom it concerns
	taskAbsorb  = "absorb"  // Key: the proposal into which this one was merged
)

func addTask(tasks []Task, t Task) []Task {
	if slices.Contains(tasks, t) {
		return tasks
	}
	return append(tasks, t)
}

// errTask is a task that nobody knows: a program older than its data.
var errTask = errors.New("budget: no such task")

// followEdition does the tasks of an edition and returns it without those that
// are done. The act itself has succeeded: what fails here is logged and left to
// the sweep.
func (s *Service) followEdition(ctx context.Context, e Edition) Edition {
	ctx = context.WithoutCancel(ctx) // whoever asked for the act may be gone
	finished := s.doTasks(e.ID, e.Tasks, func(t Task) error { return s.doForEdition(ctx, e, t) })
	if len(finished) == 0 {
		return e
	}
	after, err := s.editions.Update(ctx, e.ID, func(now *Edition) error {
		now.Tasks = without(now.Tasks, finished, now.Version != e.Version)
		now.settle()
		return nil
	})
	if err != nil {
		s.Log.Error("the tasks of a budget could not be ticked off", "edition", e.ID, "err", err)
		return e
	}
	return after
}

func (s *Service) followProposal(ctx context.Context, p Proposal) Proposal {
	ctx = context.WithoutCancel(ctx)
	finished := s.doTasks(p.ID, p.Tasks, func(t Task) error { return s.doForProposal(ctx, p, t) })
	if len(finished) == 0 {
		return p
	}
	after, err := s.proposals.Update(ctx, p.ID, func(now *Proposal) error {
		now.Tasks = without(now.Tasks, finished, now.Version != p.Version)
		now.settle()
		return nil
	})
	switch {
	case isNotFound(err): // a draft, deleted meanwhile
		return p
	case err != nil:
		s.Log.Error("the tasks of a proposal could not be ticked off", "proposal", p.ID, "err", err)
		return p
	}
	return after
}

// doTasks does tasks and returns those that are done.
func (s *Service) doTasks(id string, tasks []Task, do func(Task) error) []Task {
	var finished []Task
	for _, t := range tasks {
		if err := do(t); err != nil {
			s.Log.Error("a task of a budget is left for later", "id", id, "task", t.Kind, "key", t.Key, "err", err)
			continue
		}
		finished = append(finished, t)
	}
	return finished
}

// without takes finished tasks away. When another act came between, it may have
// asked for the mirror again: that one is of its own state and stays.
func without(tasks, finished []Task, between bool) []Task {
	return slices.DeleteFunc(tasks, func(t Task) bool {
		return slices.Contains(finished, t) && !(between && t.Kind == taskMirror)
	})
}

func (s *Service) doForEdition(ctx context.Context, e Edition, t Task) error {
	switch t.Kind {
	case taskMirror:
		if err := s.Audit.Record(ctx, e.History...); err != nil {
			return err
		}
		s.changed(e.ID)
		return s.tellWatchers(ctx, WaitingEdition, e.ID)
	case taskEntered:
		for _, a := range s.areas {
			if a.entered == nil {
				continue
			}
			if err := a.entered(ctx, e, Phase(t.Key)); err != nil {
				return err
			}
		}
		return nil
	}
	return errTask
}

func (s *Service) doForProposal(ctx context.Context, p Proposal, t Task) error {
	switch t.Kind {
	case taskMirror:
		if err := s.Audit.Record(ctx, p.History...); err != nil {
			return err
		}
		s.changed(p.ID)
		return s.tellWatchers(ctx, WaitingProposal, p.ID)
	case taskAbsorb:
		return s.absorb(ctx, p, t.Key)
	case taskTell:
		return job.Enqueue(ctx, s.Queue, jobTell, p.ID+":"+t.Key+":"+strconv.FormatInt(p.ChangedAt.UnixMilli(), 36), notice{Proposal: p.ID, Notice: t.Key}, s.Clock.Now())
	}
	return errTask
}

func (s *Service) changed(id string) {
	if s.Events != nil {
		s.Events.BudgetChanged(id)
	}
}

// sweepTasks does what crashes left behind.
func (s *Service) sweepTasks(ctx context.Context) error {
	q := store.Query{Index: "lists", Equal: []any{listTasks}, Limit: 100}
	err := s.editions.Each(ctx, q, func(e Edition) error {
		s.followEdition(ctx, e)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	return s.proposals.Each(ctx, q, func(p Proposal) error {
		s.followProposal(ctx, p)
		return ctx.Err()
	})
}

// openEditions opens the collections, and lets the clock move the editions.
func (s *Service) openEditions(ctx context.Context) (err error) {
	if s.collections, err = openCollections(ctx, s.DB); err != nil {
		return err
	}
	s.Queue.Every("budget.clock", 30*time.Second, s.Tick)
	s.Queue.Every("budget.tasks", 30*time.Second, s.sweepTasks)
	s.Queue.Every("budget.retention", 24*time.Hour, s.sweepRetention)
	return nil
}
