package desk

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// ExportedNote is an internal note as its author's data show it.
type ExportedNote struct {
	About string    `json:"about"` // the item
	At    time.Time `json:"at"`
	Text  string    `json:"text"`
}

// Exported is what the desk keeps about a person who works at it.
type Exported struct {
	Assigned []string       `json:"assignedToMe,omitempty"`
	Notes    []ExportedNote `json:"internalNotes,omitempty"`
}

// Export returns what the desk keeps about a person; nil when there is nothing.
func (s *Service) Export(ctx context.Context, personID string) (any, error) {
	var out Exported
	err := s.items.Each(ctx, store.Query{Index: "people", Equal: []any{personID}}, func(it Item) error {
		if it.Assignee == personID {
			out.Assigned = append(out.Assigned, it.ID)
		}
		for _, n := range it.Notes {
			if n.By == personID {
				out.Notes = append(out.Notes, ExportedNote{About: it.ID, At: n.At, Text: n.Text})
			}
		}
		return nil
	})
	if err != nil || out.Assigned == nil && out.Notes == nil {
		return nil, fault.Wrap("desk.Export", err)
	}
	return out, nil
}

// Erase takes a person out of the items. Their notes stay without their name:
// they are the authority's file, and go with the item.
func (s *Service) Erase(ctx context.Context, personID string) error {
	return s.replacePerson(ctx, personID, "")
}

// OnJoined puts what one account had into the hands of the account it was
// joined to.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error {
	return s.replacePerson(ctx, gone, kept)
}

func (s *Service) replacePerson(ctx context.Context, gone, kept string) error {
	err := s.items.Each(ctx, store.Query{Index: "people", Equal: []any{gone}, Limit: 100}, func(it Item) error {
		rules, err := s.SettingsOf(ctx, it.Authority)
		if err != nil {
			return err
		}
		_, err = s.items.Update(ctx, it.ID, func(it *Item) error {
			if !slices.Contains(it.People, gone) {
				return store.ErrUnchanged
			}
			swap := func(id *string) {
				if *id == gone {
					*id = kept
				}
			}
			swap(&it.Assignee)
			swap(&it.HandedTo)
			for i := range it.Notes {
				swap(&it.Notes[i].By)
			}
			if it.Escalated != nil && it.Escalated.By == gone {
				e := *it.Escalated
				if e.By = kept; kept == "" {
					e.By = erased
				}
				it.Escalated = &e
			}
			it.settle(rules)
			return nil
		})
		if isNotFound(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return fault.Wrap("desk.replacePerson", err)
	}
	return fault.Wrap("desk.replacePerson", s.batches.Each(ctx, store.Query{Index: "by", Equal: []any{gone}}, func(b Batch) error {
		if err := s.batches.Delete(ctx, b.ID); err != nil && !isNotFound(err) { // only its author could undo it
			return err
		}
		return nil
	}))
}

// erased stands for somebody whose account was deleted, where nobody would
// mean the platform itself.
const erased = "erased"
