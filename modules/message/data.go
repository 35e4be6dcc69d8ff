package message

import (
	"context"
	"fmt"
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Export returns the messages somebody wrote.
func (s *Service) Export(ctx context.Context, personID string) ([]Message, error) {
	var mine []Message
	err := s.eachOf(ctx, personID, func(m Message) error {
		mine = append(mine, m)
		return nil
	})
	return mine, fault.Wrap("message.Export", err)
}

func (s *Service) eachOf(ctx context.Context, personID string, visit func(Message) error) error {
	return s.all.Each(ctx, store.Query{Index: "lists", Equal: []any{listAuthor + "|" + personID}, Limit: 50}, visit)
}

// Erase forgets a deleted author: what waits is taken back, and all messages
// lose who wrote them. What was sent stays, as its readers have it. Safe to repeat.
func (s *Service) Erase(ctx context.Context, personID string) error {
	return fault.Wrap("message.Erase", s.eachOf(ctx, personID, func(m Message) error {
		if m.State == Waiting {
			if _, err := s.act(ctx, auth.System, m.ID, actRetract, "", nil); err != nil && !fault.Is(err, fault.Conflict) {
				return err
			}
		}
		return s.rename(ctx, m.ID, personID, "")
	}))
}

// OnJoined gives what the account gone wrote to the account kept.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error {
	if kept == gone || kept == "" || gone == "" {
		return nil
	}
	return fault.Wrap("message.OnJoined", s.eachOf(ctx, gone, func(m Message) error { return s.rename(ctx, m.ID, gone, kept) }))
}

func (s *Service) rename(ctx context.Context, id, from, to string) error {
	_, err := s.all.Update(ctx, id, func(m *Message) error {
		if m.Author != from {
			return store.ErrUnchanged
		}
		m.Author = to
		m.settle()
		return nil
	})
	return err
}

// Check reports messages that stand in the wrong lists or whose history the
// audit lacks; repair mends both.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	err := s.all.Each(ctx, store.Query{Limit: 200}, func(m Message) error {
		settled := m
		settled.settle()
		if !slices.Equal(settled.Lists, m.Lists) || !settled.ListAt.Equal(m.ListAt) {
			found = append(found, fmt.Sprintf("message %s stands in the wrong lists", m.ID))
			if repair {
				if _, err := s.all.Update(ctx, m.ID, func(m *Message) error { m.settle(); return nil }); err != nil {
					return err
				}
			}
		}
		compare := s.Audit.Compare
		if repair {
			compare = s.Audit.Repair
		}
		d, err := compare(ctx, m.History...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the message")
		}
		return err
	})
	return found, fault.Wrap("message.Check", err)
}
