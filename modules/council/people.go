package council

import (
	"context"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// PersonalData is what the module keeps about a person. Members of bodies are
// kept as holders of a public office, not as accounts.
type PersonalData struct {
	Questions []Question  `json:"questions,omitempty"`
	Following []Following `json:"following,omitempty"`
	Calls     []Call      `json:"calls,omitempty"`
	Supports  []Supported `json:"supports,omitempty"`
}

// Following is a question somebody follows.
type Following struct {
	Question string    `json:"question"`
	At       time.Time `json:"at"`
}

// Supported is a call somebody supports.
type Supported struct {
	Call string    `json:"call"`
	At   time.Time `json:"at"`
}

// Export returns all that is kept about a person.
func (s *Service) Export(ctx context.Context, personID string) (PersonalData, error) {
	var data PersonalData
	err := s.questions.Each(ctx, store.Query{Index: "lists", Equal: []any{"person|" + personID}}, func(q Question) error {
		data.Questions = append(data.Questions, q)
		return nil
	})
	if err == nil {
		err = s.calls.Each(ctx, store.Query{Index: "lists", Equal: []any{"person|" + personID}}, func(c Call) error {
			data.Calls = append(data.Calls, c)
			return nil
		})
	}
	if err == nil {
		err = s.follows.Each(ctx, store.Query{Index: "person", Equal: []any{personID}}, func(f Follow) error {
			data.Following = append(data.Following, Following{f.Question, f.At})
			return nil
		})
	}
	if err == nil {
		err = s.supports.Each(ctx, store.Query{Index: "person", Equal: []any{personID}}, func(x Support) error {
			data.Supports = append(data.Supports, Supported{x.Call, x.At})
			return nil
		})
	}
	return data, fault.Wrap("council.Export", err)
}

// Erase forgets a deleted person: what waited to be read is deleted, entries of
// the registers stay without a name, supports stay counted without a person,
// follows are deleted. Safe to repeat.
func (s *Service) Erase(ctx context.Context, personID string) error {
	if personID == "" {
		return nil
	}
	err := s.questions.Each(ctx, store.Query{Index: "lists", Equal: []any{"person|" + personID}, Limit: 100}, func(q Question) error {
		if q.State == QuestionWaiting || q.State == QuestionRefused || q.State == QuestionWithdrawn {
			return gone(s.questions.Delete(ctx, q.ID))
		}
		_, err := s.questions.Update(ctx, q.ID, func(q *Question) error {
			q.PersonID, q.Name, q.NamePublic = "", "", false
			q.derive()
			return nil
		})
		return gone(err)
	})
	if err == nil {
		err = s.calls.Each(ctx, store.Query{Index: "lists", Equal: []any{"person|" + personID}, Limit: 100}, func(c Call) error {
			if !c.Public() {
				return gone(s.calls.Delete(ctx, c.ID))
			}
			_, err := s.calls.Update(ctx, c.ID, func(c *Call) error {
				c.PersonID, c.Name, c.NamePublic = "", "", false
				c.derive()
				return nil
			})
			return gone(err)
		})
	}
	if err == nil {
		err = s.eachFollow(ctx, personID, func(f Follow) error { return gone(s.follows.Delete(ctx, f.ID)) })
	}
	if err == nil {
		err = s.eachSupport(ctx, personID, func(x Support) error {
			_, err := s.supports.Update(ctx, x.ID, func(x *Support) error {
				x.PersonID = ""
				return nil
			})
			return gone(err)
		})
	}
	return fault.Wrap("council.Erase", err)
}

// RetainUntil is the latest day on which a call that a person supports can take
// supports: until then their number must not count a second time.
func (s *Service) RetainUntil(ctx context.Context, personID string) (time.Time, error) {
	var latest time.Time
	err := s.eachSupport(ctx, personID, func(x Support) error {
		c, err := s.calls.Get(ctx, x.Call)
		if err == nil && c.Supportable(s.Clock.Now()) && c.ClosesAt.After(latest) {
			latest = c.ClosesAt
		}
		return gone(err)
	})
	return latest, fault.Wrap("council.RetainUntil", err)
}

// OnJoined gives what belonged to an account to the one it was joined to. A
// support that both gave counts once from here on.
func (s *Service) OnJoined(ctx context.Context, kept, left string) error {
	if kept == left || kept == "" || left == "" {
		return nil
	}
	err := s.questions.Each(ctx, store.Query{Index: "lists", Equal: []any{"person|" + left}, Limit: 100}, func(q Question) error {
		_, err := s.questions.Update(ctx, q.ID, func(q *Question) error {
			q.PersonID = kept
			q.derive()
			return nil
		})
		return gone(err)
	})
	if err == nil {
		err = s.calls.Each(ctx, store.Query{Index: "lists", Equal: []any{"person|" + left}, Limit: 100}, func(c Call) error {
			_, err := s.calls.Update(ctx, c.ID, func(c *Call) error {
				c.PersonID = kept
				c.derive()
				return nil
			})
			return gone(err)
		})
	}
	if err == nil {
		err = s.eachFollow(ctx, left, func(f Follow) error {
			f.Meta, f.PersonID = store.Meta{ID: digest("follow", f.Question, kept)}, kept
			if err := s.follows.Insert(ctx, f); err != nil && !fault.Is(err, fault.Conflict) {
				return err
			}
			return gone(s.follows.Delete(ctx, digest("follow", f.Question, left)))
		})
	}
	if err == nil {
		err = s.eachSupport(ctx, left, func(x Support) error { return s.moveSupport(ctx, x, kept) })
	}
	return fault.Wrap("council.OnJoined", err)
}

func (s *Service) moveSupport(ctx context.Context, x Support, kept string) error {
	old := x.ID
	x.Meta, x.PersonID = store.Meta{ID: digest("support", x.Call, kept)}, kept
	err := s.supports.Insert(ctx, x)
	twice := fault.Is(err, fault.Conflict)
	if err != nil && !twice {
		return err
	}
	if err := s.supports.Delete(ctx, old); err != nil {
		return gone(err)
	}
	if twice {
		_, err = s.count(ctx, x.Call, -1)
		return err
	}
	return nil
}

func (s *Service) eachFollow(ctx context.Context, personID string, do func(Follow) error) error {
	return s.follows.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Limit: 100}, do)
}

func (s *Service) eachSupport(ctx context.Context, personID string, do func(Support) error) error {
	return s.supports.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Limit: 100}, do)
}

// gone takes "not there any more" for done.
func gone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
