package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// subjectItems is the most items a subject has; a module with more has
// mistaken what a subject is.
const subjectItems = 100

// Tell says what waits of a subject now; the package comment has the rules. A
// standing with a lower stamp than an item was told by leaves that item alone.
func (s *Service) Tell(ctx context.Context, subject string, st Standing) error {
	page, err := s.items.Find(ctx, store.Query{Index: "subject", Equal: []any{subject}, Limit: subjectItems})
	if err != nil {
		return fault.Wrap("desk.Tell", err)
	}
	named := map[string]bool{}
	for _, w := range st.Waits {
		id := subject + "." + w.Slot
		named[id] = true
		if err := s.put(ctx, id, subject, st.Stamp, w); err != nil {
			return fault.Wrap("desk.Tell", err)
		}
	}
	for _, it := range page.Items {
		if !named[it.ID] && it.State != Done {
			if err := s.settleItem(ctx, it, st.Stamp); err != nil {
				return fault.Wrap("desk.Tell", err)
			}
		}
	}
	return fault.Wrap("desk.Tell", s.tellReply(ctx, subject, st))
}

// put begins an item, or changes the one that is there.
func (s *Service) put(ctx context.Context, id, subject string, stamp int64, w Wait) error {
	kind, known := s.kind(w.Kind)
	if !known {
		return fmt.Errorf("desk: the kind %q of %s is not registered", w.Kind, id)
	}
	rules, err := s.SettingsOf(ctx, w.Authority)
	if err != nil {
		return err
	}
	for range 3 {
		it, err := s.items.Update(ctx, id, func(it *Item) error { return s.change(it, kind, stamp, w, rules) })
		if err == nil {
			s.follow(ctx, it)
			return nil
		}
		if !isNotFound(err) {
			return err
		}
		fresh := Item{Meta: store.Meta{ID: id}, Subject: subject}
		s.begin(&fresh, kind, stamp, w, rules)
		err = s.items.Insert(ctx, fresh)
		if !isConflict(err) { // else somebody else began it this moment
			return err
		}
	}
	return fault.New(fault.Conflict, "").Because("desk.put", errors.New(id+" comes and goes"))
}

// begin fills a new item.
func (s *Service) begin(it *Item, kind Kind, stamp int64, w Wait, rules Settings) {
	it.take(kind, stamp, w)
	it.Assignee, it.HandedTo = w.For, w.For
	it.skipPast(s.Clock.Now(), rules)
	s.record(it, auth.System, done{act: ActBegin, details: s.dueDetails(*it)}, Open, rules)
}

// take puts what the module says into the item.
func (it *Item) take(kind Kind, stamp int64, w Wait) {
	it.Kind, it.Stamp, it.Authority, it.Country = kind.Key, stamp, w.Authority, w.Country
	it.Titles, it.Reference, it.Path = maps.Clone(w.Titles), w.Reference, w.Path
	it.Since, it.Due = moment(w.Since), moment(w.Due)
	it.Roles = slices.Clone(kind.Roles)
	if w.Authority == auth.PlatformID {
		it.Roles = []auth.Role{auth.Administrator}
	}
	if it.Escalated != nil && !slices.Contains(it.Roles, auth.President) {
		it.Roles = append(it.Roles, auth.President)
	}
}

// moment is a time as the store gives it back.
func moment(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// change brings an item to what the module says.
func (s *Service) change(it *Item, kind Kind, stamp int64, w Wait, rules Settings) error {
	if stamp < it.Stamp {
		return store.ErrUnchanged
	}
	before := *it
	it.take(kind, stamp, w)
	if w.For != "" && w.For != it.HandedTo {
		it.Assignee, it.HandedTo = w.For, w.For
	}
	switch {
	case before.State == Done:
		it.DoneAt, it.SnoozedUntil, it.Escalated, it.Reminded = time.Time{}, time.Time{}, nil, nil
		it.take(kind, stamp, w) // without the president, if only the escalation brought them in
		it.skipPast(s.Clock.Now(), rules)
		s.record(it, auth.System, done{act: ActReopen, details: s.dueDetails(*it)}, Open, rules)
	case !before.Due.Equal(it.Due) || before.Kind != it.Kind:
		it.Reminded, it.SnoozedUntil = nil, time.Time{} // another deadline is news
		if before.Escalated != nil && !it.Overdue(s.Clock.Now()) && before.Escalated.By == "" {
			it.Escalated = nil
			it.take(kind, stamp, w)
		}
		it.skipPast(s.Clock.Now(), rules)
		s.record(it, auth.System, done{act: ActChange, details: s.dueDetails(*it)}, Open, rules)
	case same(before, *it):
		return store.ErrUnchanged
	default:
		it.settle(rules)
	}
	return nil
}

// same reports whether two versions of an item say the same, whatever their stamp.
func same(a, b Item) bool {
	return maps.Equal(a.Titles, b.Titles) && a.Reference == b.Reference && a.Path == b.Path && a.Since.Equal(b.Since) &&
		a.Assignee == b.Assignee && a.Authority == b.Authority && a.Country == b.Country && slices.Equal(a.Roles, b.Roles)
}

func (s *Service) dueDetails(it Item) map[string]string {
	if it.Due.IsZero() {
		return nil
	}
	return map[string]string{"due": day(it.Due, it.Zone())}
}

// settleItem ends what the module does not name any more.
func (s *Service) settleItem(ctx context.Context, it Item, stamp int64) error {
	rules, err := s.SettingsOf(ctx, it.Authority)
	if err != nil {
		return err
	}
	after, err := s.items.Update(ctx, it.ID, func(it *Item) error {
		if it.State == Done || stamp < it.Stamp {
			return store.ErrUnchanged
		}
		it.Stamp, it.DoneAt, it.SnoozedUntil = stamp, s.Clock.Now(), time.Time{}
		s.record(it, auth.System, done{act: ActSettle}, Done, rules)
		return nil
	})
	if err == nil {
		s.follow(ctx, after)
	}
	return err
}

// Task is something that must follow from an act, written with it and taken
// away when it is done.
type Task struct {
	Kind string `bson:"kind"`
	Key  string `bson:"key,omitempty"`
}

const (
	taskMirror = "mirror" // what people did, into the audit
	taskMail   = "mail"   // Key: a notice
)

func (it *Item) addTask(t Task) {
	if !slices.Contains(it.Tasks, t) {
		it.Tasks = append(it.Tasks, t)
	}
}

// follow does the tasks of an item. The act itself has succeeded: what fails
// is logged and left to the sweep.
func (s *Service) follow(ctx context.Context, it Item) Item {
	if len(it.Tasks) == 0 {
		return it
	}
	ctx = context.WithoutCancel(ctx) // whoever asked may be gone
	var finished []Task
	for _, t := range it.Tasks {
		if err := s.do(ctx, it, t); err != nil {
			s.Log.Error("a task of the desk is left for later", "item", it.ID, "task", t.Kind, "key", t.Key, "err", err)
			continue
		}
		finished = append(finished, t)
	}
	rules, err := s.SettingsOf(ctx, it.Authority)
	if err != nil {
		s.Log.Error("the tasks of the desk could not be ticked off", "item", it.ID, "err", err)
		return it
	}
	after, err := s.items.Update(ctx, it.ID, func(now *Item) error {
		ticked := finished
		if now.Version != it.Version { // another act may have asked for the mirror again
			ticked = slices.DeleteFunc(slices.Clone(finished), func(t Task) bool { return t.Kind == taskMirror })
		}
		before := len(now.Tasks)
		now.Tasks = slices.DeleteFunc(now.Tasks, func(t Task) bool { return slices.Contains(ticked, t) })
		if len(now.Tasks) == before {
			return store.ErrUnchanged
		}
		now.settle(rules)
		return nil
	})
	if err != nil {
		s.Log.Error("the tasks of the desk could not be ticked off", "item", it.ID, "err", err)
		return it
	}
	return after
}

func (s *Service) do(ctx context.Context, it Item, t Task) error {
	switch t.Kind {
	case taskMirror:
		return s.Audit.Record(ctx, mirrored(it.History)...)
	case taskMail:
		return job.Enqueue(ctx, s.Queue, jobMail, it.ID+":"+t.Key, notice{Item: it.ID, Notice: t.Key}, s.Clock.Now())
	}
	return errors.New("desk: no such task: " + t.Kind)
}

// sweepTasks does what crashes left behind.
func (s *Service) sweepTasks(ctx context.Context) error {
	return s.items.Each(ctx, store.Query{Index: "facets", Equal: []any{listTasks}, Limit: 100}, func(it Item) error {
		s.follow(ctx, it)
		return ctx.Err()
	})
}

// source returns the source that a subject belongs to.
func (s *Service) source(subject string) (Source, bool) {
	name, _, _ := strings.Cut(subject, ":")
	i := slices.IndexFunc(s.sources, func(x Source) bool { return x.Name() == name })
	if i < 0 {
		return nil, false
	}
	return s.sources[i], true
}

// Refresh asks the source of a subject what waits of it, and tells it. A
// module that has nothing at hand calls this instead of Tell.
func (s *Service) Refresh(ctx context.Context, subject string) error {
	source, ok := s.source(subject)
	if !ok {
		return fault.Wrap("desk.Refresh", errors.New("no source for "+subject))
	}
	st, err := source.Standing(ctx, subject)
	if err != nil {
		return fault.Wrap("desk.Refresh", err)
	}
	return s.Tell(ctx, subject, st)
}
