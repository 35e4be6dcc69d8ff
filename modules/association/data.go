package association

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// PersonalData is all that associations keep of one person.
type PersonalData struct {
	Requests []Association `json:"requests"`
	Mandates []Mandate     `json:"mandates"`
}

// Export returns it; nil when there is nothing.
func (s *Service) Export(ctx context.Context, personID string) (*PersonalData, error) {
	var d PersonalData
	err := s.all.Each(ctx, store.Query{Index: "lists", Equal: []any{listAsked + "|" + personID}}, func(a Association) error {
		d.Requests = append(d.Requests, a)
		return nil
	})
	if err == nil {
		err = s.mandates.Each(ctx, store.Query{Index: "person", Equal: []any{personID}}, func(m Mandate) error {
			d.Mandates = append(d.Mandates, m)
			return nil
		})
	}
	if err != nil || len(d.Requests)+len(d.Mandates) == 0 {
		return nil, fault.Wrap("association.Export", err)
	}
	return &d, nil
}

// Erase forgets a deleted person: drafts are deleted, other requests lose who
// asked, mandates end and lose the person. What was done under them stays the
// association's. Safe to repeat.
func (s *Service) Erase(ctx context.Context, personID string) error {
	err := s.all.Each(ctx, store.Query{Index: "lists", Equal: []any{listAsked + "|" + personID}, Limit: 50}, func(a Association) error {
		if a.State == Draft {
			return s.dropRequest(ctx, a)
		}
		return s.renameAsker(ctx, a.ID, personID, "")
	})
	if err == nil {
		err = s.mandates.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Limit: 50}, func(m Mandate) error {
			if err := s.endMandate(ctx, m); err != nil {
				return err
			}
			return s.renameDelegate(ctx, m.ID, personID, "")
		})
	}
	return fault.Wrap("association.Erase", err)
}

// endMandate revokes a mandate of an account that is deleted; the role goes with
// the account.
func (s *Service) endMandate(ctx context.Context, m Mandate) error {
	if m.State != Active || !m.Until.After(s.Clock.Now()) {
		return nil
	}
	a, err := s.all.Get(ctx, m.Association)
	if err != nil && !isNotFound(err) {
		return err
	}
	_, err = s.moveMandate(ctx, auth.System, m.ID, a.Seat, actRevoke, func(m *Mandate) { m.Until = minTime(m.Until, s.Clock.Now()) })
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// OnJoined gives what the account gone's to the account kept.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error {
	if kept == gone || kept == "" || gone == "" {
		return nil
	}
	err := s.all.Each(ctx, store.Query{Index: "lists", Equal: []any{listAsked + "|" + gone}, Limit: 50}, func(a Association) error {
		return s.renameAsker(ctx, a.ID, gone, kept)
	})
	if err == nil {
		err = s.mandates.Each(ctx, store.Query{Index: "person", Equal: []any{gone}, Limit: 50}, func(m Mandate) error {
			return s.renameDelegate(ctx, m.ID, gone, kept)
		})
	}
	return fault.Wrap("association.OnJoined", err)
}

func (s *Service) renameAsker(ctx context.Context, id, from, to string) error {
	_, err := s.all.Update(ctx, id, func(a *Association) error {
		if a.AskedBy != from {
			return store.ErrUnchanged
		}
		a.AskedBy = to
		a.settle()
		return nil
	})
	return err
}

func (s *Service) renameDelegate(ctx context.Context, id, from, to string) error {
	_, err := s.mandates.Update(ctx, id, func(m *Mandate) error {
		if m.Person != from {
			return store.ErrUnchanged
		}
		m.Person = to
		return nil
	})
	return err
}
