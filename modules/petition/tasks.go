package petition

import (
	"context"
	"errors"
	"slices"

	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Task is something that must follow from an act. It is written in the same
// compare-and-set as the act and taken away when it is done, so that a crash
// in between leaves it to the sweep. Every task is safe to repeat.
type Task struct {
	Kind string `bson:"kind"`
	Key  string `bson:"key,omitempty"`
}

// The kinds of tasks.
const (
	taskMirror   = "mirror"   // history into the audit, card into the lists, cached page dropped
	taskAnnounce = "announce" // Key: a Milestone; mails to agent, followers and signers
	taskTell     = "tell"     // Key: a notice; a mail to the agent alone
	taskStaff    = "staff"    // Key: a notice; mails to those who serve the authority
	taskReach    = "reach"    // the threshold may be reached already: none is asked for
	taskProof    = "proof"    // Key: of a mail; how it fared is kept with the petition
	taskFile     = "file"     // Key: the number of a file for the deposit that is to be made
)

func (p *Petition) addTask(t Task) {
	if !slices.Contains(p.Tasks, t) {
		p.Tasks = append(p.Tasks, t)
	}
}

// follow does the tasks of a petition and returns it without those that are
// done. The act itself has succeeded: what fails here is logged and left to
// the sweep.
func (s *Service) follow(ctx context.Context, p Petition) Petition {
	if len(p.Tasks) == 0 {
		return p
	}
	ctx = context.WithoutCancel(ctx) // whoever asked for the act may be gone
	var finished []Task
	for _, t := range p.Tasks {
		if err := s.do(ctx, p, t); err != nil {
			s.Log.Error("a task of a petition is left for later", "petition", p.ID, "task", t.Kind, "key", t.Key, "err", err)
			continue
		}
		finished = append(finished, t)
	}
	after, err := s.petitions.Update(ctx, p.ID, func(now *Petition) error {
		if now.Version != p.Version {
			// Another act came between and may have asked for the mirror again:
			// that one is of its own state and does it itself.
			finished = slices.DeleteFunc(finished, func(t Task) bool { return t.Kind == taskMirror })
		}
		before := len(now.Tasks)
		now.Tasks = slices.DeleteFunc(now.Tasks, func(t Task) bool { return slices.Contains(finished, t) })
		if len(now.Tasks) == before {
			return store.ErrUnchanged
		}
		now.settle()
		return nil
	})
	switch {
	case isNotFound(err): // a draft, deleted meanwhile
		return p
	case err != nil:
		s.Log.Error("the tasks of a petition could not be ticked off", "petition", p.ID, "err", err)
		return p
	}
	return after
}

// do does one task.
func (s *Service) do(ctx context.Context, p Petition, t Task) error {
	switch t.Kind {
	case taskMirror:
		if err := s.Audit.Record(ctx, p.History...); err != nil {
			return err
		}
		if err := s.putCard(ctx, p.ID); err != nil {
			return err
		}
		s.changed(p.ID)
		return s.tellWatchers(ctx, p)
	case taskAnnounce:
		return job.Enqueue(ctx, s.Queue, jobAnnounce, p.ID+":"+t.Key, announcement{Petition: p.ID, Milestone: Milestone(t.Key)}, s.Clock.Now())
	case taskTell:
		return job.Enqueue(ctx, s.Queue, jobTell, p.ID+":"+t.Key, notice{Petition: p.ID, Notice: t.Key}, s.Clock.Now())
	case taskStaff:
		return job.Enqueue(ctx, s.Queue, jobStaff, p.ID+":"+t.Key, notice{Petition: p.ID, Notice: t.Key}, s.Clock.Now())
	case taskProof:
		return job.Enqueue(ctx, s.Queue, jobProof, t.Key, proofJob{Petition: p.ID, Key: t.Key}, s.Clock.Now().Add(proofAfter))
	case taskFile:
		return s.beginFile(ctx, p, t.Key)
	case taskReach:
		_, err := s.checkMilestones(ctx, p.ID)
		return err
	}
	return errors.New("petition: no such task: " + t.Kind)
}

// changed drops what is remembered of a petition and tells the server.
func (s *Service) changed(id string) {
	s.recent.drop(id)
	if s.Events != nil {
		s.Events.PetitionChanged(id)
	}
}

// sweepTasks does what crashes left behind.
func (s *Service) sweepTasks(ctx context.Context) error {
	return s.petitions.Each(ctx, store.Query{Index: "lists", Equal: []any{listTasks}, Limit: 100}, func(p Petition) error {
		s.follow(ctx, p)
		return ctx.Err()
	})
}
