package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Settings are what an authority chooses about its desk. Its id is the authority.
type Settings struct {
	store.Meta    `bson:",inline"`
	RemindDays    []int         `bson:"remind"`   // days before a deadline, largest first; empty: no reminders
	EscalateAfter int           `bson:"escalate"` // days overdue; 0: never by itself
	History       []audit.Entry `bson:"history,omitempty"`
	Unmirrored    bool          `bson:"unmirrored,omitempty"` // the last change is not in the audit yet
}

// What holds where an authority has chosen nothing.
var standard = Settings{RemindDays: []int{14, 7, 1}, EscalateAfter: 7}

// The bounds of settings.
const (
	maxRemindDays = 90
	maxReminders  = 5
	maxEscalate   = 90
)

// SettingsOf returns the settings of an authority.
func (s *Service) SettingsOf(ctx context.Context, authority string) (Settings, error) {
	x, err := s.settings.Get(ctx, authority)
	if isNotFound(err) {
		x = standard
		x.ID = authority
		return x, nil
	}
	return x, fault.Wrap("desk.SettingsOf", err)
}

// leads reports whether an actor arranges how an authority's desk works.
func leads(who auth.Actor, org string) bool {
	if org == auth.PlatformID {
		return who.Holds(org, auth.Administrator)
	}
	return who.Holds(org, auth.Officer, auth.President)
}

// SaveSettings changes the settings of an authority; what waits takes the new
// reminders at once.
func (s *Service) SaveSettings(ctx context.Context, who auth.Actor, authority string, remind []int, escalate int) (Settings, error) {
	if !leads(who, authority) {
		return Settings{}, errNotYours
	}
	remind = slices.Clone(remind)
	slices.SortFunc(remind, func(a, b int) int { return b - a })
	remind = slices.Compact(remind)
	if len(remind) > maxReminders || slices.ContainsFunc(remind, func(d int) bool { return d < 0 || d > maxRemindDays }) {
		return Settings{}, &InputError{Field: "remind", Message: i18n.Msg("Give up to {n} numbers from 0 to {most}, with commas between them"), Args: []any{"n", maxReminders, "most", maxRemindDays}}
	}
	if escalate < 0 || escalate > maxEscalate {
		return Settings{}, &InputError{Field: "escalate", Message: i18n.Msg("Give a number from 0 to {most}"), Args: []any{"most", maxEscalate}}
	}
	change := func(x *Settings) error {
		if slices.Equal(x.RemindDays, remind) && x.EscalateAfter == escalate {
			return store.ErrUnchanged
		}
		x.RemindDays, x.EscalateAfter, x.Unmirrored = remind, escalate, true
		x.History = audit.Append(x.History, audit.Entry{
			Subject: "desk:settings:" + authority, Authority: authority, Act: "desk.settings", ActorID: who.PersonID, ActorRole: who.RoleIn(authority), At: s.Clock.Now(),
			Details: map[string]string{"remind": joinDays(remind), "escalate": strconv.Itoa(escalate)},
		})
		return nil
	}
	x, err := s.settings.Update(ctx, authority, change)
	if isNotFound(err) {
		fresh := standard
		fresh.Meta = store.Meta{ID: authority}
		if err := s.settings.Insert(ctx, fresh); err != nil && !isConflict(err) {
			return x, fault.Wrap("desk.SaveSettings", err)
		}
		x, err = s.settings.Update(ctx, authority, change)
	}
	if err != nil {
		return x, fault.Wrap("desk.SaveSettings", err)
	}
	return x, fault.Wrap("desk.SaveSettings", s.settingsFollow(ctx, x))
}

// settingsFollow does what follows from a change of settings; safe to repeat.
func (s *Service) settingsFollow(ctx context.Context, x Settings) error {
	if !x.Unmirrored {
		return nil
	}
	if err := s.Audit.Record(ctx, x.History...); err != nil {
		return err
	}
	if err := job.Enqueue(ctx, s.Queue, jobRewake, x.ID, orgJob{Org: x.ID}, s.Clock.Now()); err != nil {
		return err
	}
	_, err := s.settings.Update(ctx, x.ID, func(now *Settings) error {
		if len(now.History) != len(x.History) {
			return store.ErrUnchanged
		}
		now.Unmirrored = false
		return nil
	})
	return err
}

// rewake recounts when the clock has something to do with each item of an
// authority. What the new reminders would have said before now is not said.
func (s *Service) rewake(ctx context.Context, j orgJob) error {
	rules, err := s.SettingsOf(ctx, j.Org)
	if err != nil {
		return err
	}
	return s.items.Each(ctx, store.Query{Index: "facets", Equal: []any{facet(listEvery, j.Org)}, Limit: 100}, func(it Item) error {
		_, err := s.items.Update(ctx, it.ID, func(it *Item) error {
			it.skipPast(s.Clock.Now(), rules)
			it.settle(rules)
			return nil
		})
		if isNotFound(err) {
			return nil
		}
		return err
	})
}

func joinDays(days []int) string {
	parts := make([]string, len(days))
	for i, d := range days {
		parts[i] = strconv.Itoa(d)
	}
	return strings.Join(parts, ", ")
}

// parseDays reads numbers with commas between them, in either script's comma.
func parseDays(text string) ([]int, bool) {
	var days []int
	for part := range strings.SplitSeq(strings.NewReplacer("،", ",", ";", ",").Replace(text), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, false
		}
		days = append(days, n)
	}
	return days, true
}
