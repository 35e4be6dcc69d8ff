package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// The kinds of job of this module.
const (
	jobMail      = "desk.mail"
	jobRewake    = "desk.rewake"
	jobFigures   = "desk.figures"
	jobReconcile = "desk.reconcile"
)

type orgJob struct {
	Org string `bson:"org"`
}

// reconcileEvery is how often the desk asks its sources what waits. What comes
// without an act, such as comments in a crowd, is at the desk this much later.
const reconcileEvery = 5 * time.Minute

// keepDone is how long what was done stays, with its notes.
const keepDone = 2 // years

func (s *Service) registerJobs() {
	job.Register(s.Queue, jobMail, s.mail, job.Options{})
	job.Register(s.Queue, jobRewake, s.rewake, job.Options{Again: true, Timeout: 5 * time.Minute})
	job.Register(s.Queue, jobFigures, s.recount, job.Options{Again: true})
	job.Register(s.Queue, jobReconcile, s.reconcilePart, job.Options{Again: true, Timeout: 5 * time.Minute})
	s.Queue.Every("desk.clock", time.Minute, s.tick)
	s.Queue.Every("desk.tasks", 30*time.Second, s.sweepTasks)
	s.Queue.Every("desk.reconcile", reconcileEvery, s.reconcile)
	s.Queue.Every("desk.batches", 6*time.Hour, s.sweepBatches)
}

// reminders are the moments of an item's reminders, by the days before its deadline.
func (it Item) reminders(rules Settings) map[int]time.Time {
	moments := map[int]time.Time{}
	if it.Due.IsZero() {
		return moments
	}
	for _, days := range rules.RemindDays {
		moments[days] = morningOf(it.Due, -days, it.Zone())
	}
	return moments
}

// skipPast marks the reminders whose moment had passed before the item had this
// deadline: a mail about what was just begun would say nothing new.
func (it *Item) skipPast(now time.Time, rules Settings) {
	for days, at := range it.reminders(rules) {
		if !at.After(now) && !slices.Contains(it.Reminded, days) {
			it.Reminded = append(it.Reminded, days)
		}
	}
	slices.Sort(it.Reminded)
}

// escalates is when an item that nobody deals with goes to the president by
// itself; false for never.
func (it Item) escalates(rules Settings) (time.Time, bool) {
	if it.Due.IsZero() || rules.EscalateAfter == 0 || it.Escalated != nil || it.Authority == auth.PlatformID {
		return time.Time{}, false
	}
	return morningOf(it.Due, rules.EscalateAfter, it.Zone()), true
}

// wake is when the clock has something to do with the item next.
func (it Item) wake(rules Settings) time.Time {
	if it.State == Done {
		return it.DoneAt.AddDate(keepDone, 0, 0)
	}
	var next time.Time
	consider := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	if it.State == Snoozed {
		consider(it.SnoozedUntil)
	}
	for days, at := range it.reminders(rules) {
		if !slices.Contains(it.Reminded, days) {
			consider(at)
		}
	}
	if at, ok := it.escalates(rules); ok {
		consider(at)
	}
	return next
}

// tick does what time brings: items come back, are reminded of, go to the
// president, are deleted.
func (s *Service) tick(ctx context.Context) error {
	until := s.Clock.Now().Add(time.Millisecond) // up to and with now
	for _, state := range States {
		err := s.items.Each(ctx, store.Query{Index: "clock", Equal: []any{string(state)}, To: until, Limit: 100}, func(it Item) error {
			if err := s.comeDue(ctx, it); err != nil && !isNotFound(err) && !isConflict(err) {
				s.Log.Error("the clock could not move an item of the desk", "item", it.ID, "err", err)
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) comeDue(ctx context.Context, it Item) error {
	now := s.Clock.Now()
	if it.State == Done {
		if it.Wake.After(now) {
			return nil
		}
		return s.items.Delete(ctx, it.ID)
	}
	rules, err := s.SettingsOf(ctx, it.Authority)
	if err != nil {
		return err
	}
	if it.State == Snoozed && !it.SnoozedUntil.After(now) {
		if _, err := s.Unsnooze(ctx, auth.System, it.ID); err != nil {
			return err
		}
	}
	if err := s.remind(ctx, it, rules, now); err != nil {
		return err
	}
	if at, ok := it.escalates(rules); ok && !at.After(now) {
		_, err = s.Escalate(ctx, auth.System, it.ID, "")
	}
	return err
}

// remind marks the reminders that are due and asks for one mail, the nearest
// to the deadline: after a standstill nobody needs three at once.
func (s *Service) remind(ctx context.Context, it Item, rules Settings, now time.Time) error {
	var due []int
	for days, at := range it.reminders(rules) {
		if !at.After(now) && !slices.Contains(it.Reminded, days) {
			due = append(due, days)
		}
	}
	if len(due) == 0 {
		return nil
	}
	nearest := slices.Min(due)
	key := fmt.Sprintf("%s:%d:%s", noticeReminder, nearest, day(it.Due, it.Zone()))
	already := func(now Item) bool {
		return !now.Due.Equal(it.Due) || slices.Contains(now.Reminded, nearest)
	}
	d := done{act: ActRemind, details: map[string]string{"days": fmt.Sprint(nearest)}, task: &Task{taskMail, key}}
	_, err := s.act(ctx, auth.System, it.ID, d, already, func(it *Item) error {
		for _, days := range due {
			if !slices.Contains(it.Reminded, days) {
				it.Reminded = append(it.Reminded, days)
			}
		}
		slices.Sort(it.Reminded)
		return nil
	})
	return err
}
