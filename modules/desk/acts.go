package desk

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// errTaken is what meets who takes an item that somebody else has.
var errTaken = fault.New(fault.Conflict, "A colleague has taken this meanwhile.")

// Take hands an item to the actor. Conflict when somebody else has it: of two
// who take it at once, one does.
func (s *Service) Take(ctx context.Context, who auth.Actor, id string) (Item, error) {
	mine := func(it Item) bool { return it.State != Done && it.Assignee == who.PersonID }
	return s.act(ctx, who, id, done{act: ActTake}, mine, func(it *Item) error {
		if it.Assignee != "" {
			return errTaken
		}
		it.Assignee = who.PersonID
		return nil
	})
}

// Release gives an item back to everybody. Whoever has it may, and an officer
// or the president for others.
func (s *Service) Release(ctx context.Context, who auth.Actor, id string) (Item, error) {
	nobodys := func(it Item) bool { return it.State != Done && it.Assignee == "" }
	return s.act(ctx, who, id, done{act: ActRelease}, nobodys, func(it *Item) error {
		if it.Assignee != who.PersonID && !slices.Contains(RolesOf(who, *it), AsLead) {
			return errNotYours
		}
		it.Assignee = ""
		return nil
	})
}

// Assign hands an item to a colleague who holds a role with which they see it.
func (s *Service) Assign(ctx context.Context, who auth.Actor, id, colleague string) (Item, error) {
	if colleague == who.PersonID {
		it, err := s.Get(ctx, who, id)
		if err == nil && it.Assignee == "" {
			return s.Take(ctx, who, id)
		}
	}
	it, err := s.Get(ctx, who, id)
	if err != nil {
		return it, err
	}
	able, err := s.able(ctx, it.Authority, it.Roles)
	if err != nil {
		return it, fault.Wrap("desk.Assign", err)
	}
	if !slices.ContainsFunc(able, func(c Colleague) bool { return c.ID == colleague }) {
		return it, &InputError{Field: "colleague", Message: i18n.Msg("Choose a colleague who works on such things here")}
	}
	already := func(it Item) bool { return it.State != Done && it.Assignee == colleague }
	return s.act(ctx, who, id, done{act: ActAssign}, already, func(it *Item) error {
		it.Assignee = colleague
		return nil
	})
}

// able returns who holds one of the roles at an authority now.
func (s *Service) able(ctx context.Context, org string, roles []auth.Role) ([]Colleague, error) {
	all, err := s.People.Colleagues(ctx, org)
	return slices.DeleteFunc(all, func(c Colleague) bool {
		return !slices.ContainsFunc(c.Roles, func(r auth.Role) bool { return slices.Contains(roles, r) })
	}), err
}

// Note writes an internal note. key makes a repeated post the same.
func (s *Service) Note(ctx context.Context, who auth.Actor, id, key, text string) (Item, error) {
	text = tidy(text)
	if err := written("text", text, i18n.Msg("Write the note"), MaxNote); err != nil {
		return Item{}, err
	}
	there := func(it Item) bool { return slices.ContainsFunc(it.Notes, func(n Note) bool { return n.ID == key }) }
	return s.act(ctx, who, id, done{act: ActNote}, there, func(it *Item) error {
		if len(it.Notes) >= MaxNotes {
			return &InputError{Field: "text", Message: i18n.Msg("There are {limit} notes already: delete one first"), Args: []any{"limit", MaxNotes}}
		}
		it.Notes = append(it.Notes, Note{ID: key, By: who.PersonID, At: s.Clock.Now(), Text: text})
		return nil
	})
}

// DropNote deletes one's own note.
func (s *Service) DropNote(ctx context.Context, who auth.Actor, id, key string) (Item, error) {
	gone := func(it Item) bool { return !slices.ContainsFunc(it.Notes, func(n Note) bool { return n.ID == key }) }
	return s.act(ctx, who, id, done{act: ActDropNote}, gone, func(it *Item) error {
		i := slices.IndexFunc(it.Notes, func(n Note) bool { return n.ID == key })
		if i < 0 {
			return store.ErrUnchanged
		}
		if it.Notes[i].By != who.PersonID {
			return errNotYours
		}
		it.Notes = slices.Delete(it.Notes, i, i+1)
		return nil
	})
}

// SnoozeDays are the days for which an item can be put off.
var SnoozeDays = []int{1, 3, 7, 14}

// snoozeEnd is when an item that is put off for some days comes back: in the
// morning, and not after the day before its deadline. False when there is no
// time to put it off.
func snoozeEnd(it Item, days int, now time.Time) (time.Time, bool) {
	end := morningOf(now, days, it.Zone())
	if !it.Due.IsZero() {
		if last := morningOf(it.Due, -1, it.Zone()); end.After(last) {
			end = last
		}
	}
	return end, end.After(now)
}

// Snooze puts an item out of sight for some days of SnoozeDays, never past the
// day before its deadline. Invalid when the deadline is too near or has passed.
func (s *Service) Snooze(ctx context.Context, who auth.Actor, id string, days int) (Item, error) {
	if !slices.Contains(SnoozeDays, days) {
		return Item{}, &InputError{Field: "days", Message: i18n.Msg("Choose for how many days")}
	}
	now := s.Clock.Now()
	already := func(it Item) bool {
		end, ok := snoozeEnd(it, days, now)
		return ok && it.State == Snoozed && it.SnoozedUntil.Equal(end)
	}
	return s.act(ctx, who, id, done{act: ActSnooze}, already, func(it *Item) error {
		end, ok := snoozeEnd(*it, days, now)
		if !ok {
			return &InputError{Field: "days", Message: i18n.Msg("The deadline is too near to put this off")}
		}
		it.SnoozedUntil = end
		return nil
	})
}

// Unsnooze brings an item back at once.
func (s *Service) Unsnooze(ctx context.Context, who auth.Actor, id string) (Item, error) {
	return s.act(ctx, who, id, done{act: ActWake}, func(it Item) bool { return it.State == Open }, func(it *Item) error {
		it.SnoozedUntil = time.Time{}
		return nil
	})
}

// Escalate brings an item before the president, who sees it from then on and
// is told by mail. The System gives no reason of its own.
func (s *Service) Escalate(ctx context.Context, who auth.Actor, id, reason string) (Item, error) {
	reason = tidy(reason)
	if !who.IsSystem() {
		if err := written("reason", reason, i18n.Msg("Say why the president should look at it"), MaxReason); err != nil {
			return Item{}, err
		}
	}
	now, by := s.Clock.Now(), who.PersonID
	if who.IsSystem() {
		by = ""
	}
	stamp := clock.StartOfDay(now, time.UTC).Format(time.DateOnly)
	d := done{act: ActEscalate, reason: reason, task: &Task{taskMail, noticeEscalated + ":" + stamp}}
	already := func(it Item) bool { return it.Escalated != nil }
	return s.act(ctx, who, id, d, already, func(it *Item) error {
		if it.Authority == auth.PlatformID {
			return errNotYours // administrators have nobody above them here
		}
		it.Escalated, it.SnoozedUntil = &Escalation{At: now, By: by, Reason: reason}, time.Time{}
		if !slices.Contains(it.Roles, auth.President) {
			it.Roles = append(it.Roles, auth.President)
		}
		return nil
	})
}
