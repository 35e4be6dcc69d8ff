package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Batch is one act done to several items at once, with what it takes to undo it.
type Batch struct {
	store.Meta `bson:",inline"`
	By         string    `bson:"by"`
	Authority  string    `bson:"authority"`
	Act        Act       `bson:"act"` // ActAssign, ActSnooze
	Colleague  string    `bson:"colleague,omitempty"`
	Days       int       `bson:"days,omitempty"`
	At         time.Time `bson:"at"`
	Changes    []Changed `bson:"changes"`
	UndoneAt   time.Time `bson:"undone,omitempty"`
}

// Changed is what a batch did to one item. What came of it is written after
// the item was changed; without it the item counts as left alone.
type Changed struct {
	Item     string    `bson:"item"`
	Assignee string    `bson:"assignee,omitempty"` // before
	Until    time.Time `bson:"until,omitempty"`    // put off until, before
	Put      time.Time `bson:"put,omitempty"`      // put off until, by the batch
	Done     bool      `bson:"done"`
	Undone   bool      `bson:"undone,omitempty"`
	Why      string    `bson:"why,omitempty"` // message id: why it was left alone
}

const (
	// MaxBatch is how many items one batch has at most.
	MaxBatch = 100
	// undoFor is how long a batch can be undone.
	undoFor = 24 * time.Hour
)

// Undoable reports whether a batch can still be undone.
func (b Batch) Undoable(now time.Time) bool {
	return b.UndoneAt.IsZero() && now.Before(b.At.Add(undoFor)) && slices.ContainsFunc(b.Changes, func(c Changed) bool { return c.Done })
}

// DoneCount is how many items the batch changed.
func (b Batch) DoneCount() int {
	n := 0
	for _, c := range b.Changes {
		if c.Done {
			n++
		}
	}
	return n
}

// Many does one safe act to several items: ActAssign to a colleague, or
// ActSnooze for days. Only these two: nothing that decides about a subject is
// done in bulk. key makes a repeated post the same. Items that cannot be changed
// are left alone and said.
func (s *Service) Many(ctx context.Context, who auth.Actor, org, key string, act Act, ids []string, colleague string, days int) (Batch, error) {
	if seatOf(who, org) == "" || act != ActAssign && act != ActSnooze {
		return Batch{}, errNotYours
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	switch {
	case len(ids) == 0:
		return Batch{}, &InputError{Field: "item", Message: i18n.Msg("Tick at least one line")}
	case len(ids) > MaxBatch:
		return Batch{}, &InputError{Field: "item", Message: i18n.Msg("Tick at most {limit} lines"), Args: []any{"limit", MaxBatch}}
	case act == ActSnooze && !slices.Contains(SnoozeDays, days):
		return Batch{}, &InputError{Field: "days", Message: i18n.Msg("Choose for how many days")}
	case act == ActAssign && colleague == "":
		return Batch{}, &InputError{Field: "colleague", Message: i18n.Msg("Choose a colleague who works on such things here")}
	}
	b := Batch{Meta: store.Meta{ID: key}, By: who.PersonID, Authority: org, Act: act, Colleague: colleague, Days: days, At: s.Clock.Now()}
	for _, id := range ids {
		it, err := s.Get(ctx, who, id)
		if err != nil && !isNotFound(err) {
			return b, err
		}
		if err == nil && it.Authority == org {
			b.Changes = append(b.Changes, Changed{Item: id, Assignee: it.Assignee, Until: it.SnoozedUntil})
		}
	}
	if err := s.batches.Insert(ctx, b); isConflict(err) {
		return s.batchOf(ctx, who, key)
	} else if err != nil {
		return b, fault.Wrap("desk.Many", err)
	}
	for i := range b.Changes {
		if err := s.changeOne(ctx, who, b, &b.Changes[i]); err != nil {
			return b, err
		}
	}
	return s.batches.Update(ctx, key, func(x *Batch) error { x.Changes = b.Changes; return nil })
}

// changeOne does the batch's act to one item.
func (s *Service) changeOne(ctx context.Context, who auth.Actor, b Batch, c *Changed) error {
	var it Item
	var err error
	if b.Act == ActAssign {
		it, err = s.Assign(ctx, who, c.Item, b.Colleague)
	} else {
		it, err = s.Snooze(ctx, who, c.Item, b.Days)
	}
	var wrong *InputError
	switch {
	case errors.As(err, &wrong):
		c.Why = wrong.Message
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.Forbidden), fault.Is(err, fault.NotFound):
		c.Why, _ = fault.Shown(err)
	case err != nil:
		return err
	case b.Act == ActAssign && c.Assignee == b.Colleague:
		c.Why = i18n.Msg("It was theirs already.")
	default:
		c.Done, c.Put = true, it.SnoozedUntil
	}
	return nil
}

// batchOf returns one's own batch.
func (s *Service) batchOf(ctx context.Context, who auth.Actor, id string) (Batch, error) {
	b, err := s.batches.Get(ctx, id)
	if isNotFound(err) || err == nil && b.By != who.PersonID {
		return Batch{}, errNone
	}
	return b, fault.Wrap("desk.batchOf", err)
}

// Undo takes a batch back: items that still are as it left them become what
// they were before.
func (s *Service) Undo(ctx context.Context, who auth.Actor, id string) (Batch, error) {
	b, err := s.batchOf(ctx, who, id)
	if err != nil || !b.UndoneAt.IsZero() {
		return b, err
	}
	if !b.Undoable(s.Clock.Now()) {
		return b, fault.New(fault.Conflict, "This can no longer be undone.")
	}
	for i := range b.Changes {
		c := &b.Changes[i]
		if !c.Done {
			continue
		}
		switch err := s.undoOne(ctx, who, b, *c); {
		case err == nil:
			c.Undone = true
		case !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Invalid):
			return b, err
		}
	}
	return s.batches.Update(ctx, id, func(x *Batch) error {
		x.Changes, x.UndoneAt = b.Changes, s.Clock.Now()
		return nil
	})
}

// errMovedOn is what the undoing of a change meets that somebody built upon.
var errMovedOn = fault.New(fault.Conflict, "Somebody changed this afterwards.")

func (s *Service) undoOne(ctx context.Context, who auth.Actor, b Batch, c Changed) error {
	if b.Act == ActSnooze {
		_, err := s.act(ctx, who, c.Item, done{act: ActWake}, nil, func(it *Item) error {
			if !it.SnoozedUntil.Equal(c.Put) {
				return errMovedOn
			}
			it.SnoozedUntil = time.Time{}
			return nil
		})
		return err
	}
	act := ActAssign
	if c.Assignee == "" {
		act = ActRelease
	}
	_, err := s.act(ctx, who, c.Item, done{act: act}, nil, func(it *Item) error {
		if it.Assignee != b.Colleague {
			return errMovedOn
		}
		it.Assignee = c.Assignee
		return nil
	})
	return err
}

// keepBatches is how long batches are kept: longer than they can be undone.
const keepBatches = 7 * 24 * time.Hour

func (s *Service) sweepBatches(ctx context.Context) error {
	return s.batches.Each(ctx, store.Query{Index: "at", To: s.Clock.Now().Add(-keepBatches), Limit: 100}, func(b Batch) error {
		if err := s.batches.Delete(ctx, b.ID); err != nil && !isNotFound(err) {
			return err
		}
		return ctx.Err()
	})
}
