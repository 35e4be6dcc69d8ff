package citizenspace

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// PersonalData is what is kept about a person with an account.
type PersonalData struct {
	Requests []OwnRequest `json:"requests"`
	MeToo    []OwnSupport `json:"me_too"`
}

// OwnRequest is a request as its author gets it back.
type OwnRequest struct {
	Reference   string    `json:"reference"`
	Service     string    `json:"service"`
	State       State     `json:"state"`
	MadeAt      time.Time `json:"made_at"`
	Name        string    `json:"name,omitempty"`
	Email       string    `json:"email,omitempty"`
	Phone       string    `json:"phone,omitempty"`
	Description string    `json:"description,omitempty"`
	Answers     []Answer  `json:"answers,omitempty"`
	Place       Spot      `json:"place"`
	Messages    []string  `json:"messages,omitempty"` // those the person wrote
	Answered    After     `json:"was_it_solved"`
}

// OwnSupport is a "me too".
type OwnSupport struct {
	Request string    `json:"request"`
	At      time.Time `json:"at"`
}

// Export returns what is kept about a person.
func (s *Service) Export(ctx context.Context, personID string) (PersonalData, error) {
	var data PersonalData
	err := s.requests.Each(ctx, store.Query{Index: "citizen", Equal: []any{personID}}, func(r Request) error {
		own := OwnRequest{Reference: r.Reference, Service: r.Offer, State: r.State, MadeAt: r.CreatedAt, Name: r.Citizen.Name, Email: r.Citizen.Email, Phone: r.Citizen.Phone,
			Description: r.Description, Answers: r.Answers, Place: r.Spot, Answered: r.After}
		for _, m := range r.Messages {
			if !m.Staff {
				own.Messages = append(own.Messages, m.Body)
			}
		}
		data.Requests = append(data.Requests, own)
		return nil
	})
	if err == nil {
		err = s.supports.Each(ctx, store.Query{Index: "person", Equal: []any{personID}}, func(x Support) error {
			data.MeToo = append(data.MeToo, OwnSupport{x.Request, x.At})
			return nil
		})
	}
	return data, fault.Wrap("citizenspace.Export", err)
}

// RetainUntil returns until when something must be kept of a deleted account:
// nothing is.
func (s *Service) RetainUntil(context.Context, string) (time.Time, error) { return time.Time{}, nil }

// Erase forgets a deleted person: requests lose who asked and the messages they
// wrote, and go on without them; what was said "me too" to stays counted. Safe
// to repeat.
func (s *Service) Erase(ctx context.Context, personID string) error {
	err := s.requests.Each(ctx, store.Query{Index: "citizen", Equal: []any{personID}, Limit: 100}, func(r Request) error {
		return s.forget(ctx, r.ID)
	})
	if err == nil {
		err = s.supports.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Limit: 100}, func(x Support) error {
			_, err := s.supports.Update(ctx, x.ID, func(x *Support) error { x.PersonID, x.Email = "", ""; return nil })
			return err
		})
	}
	return fault.Wrap("citizenspace.Erase", err)
}

// forget takes everything personal off a request: who asked, what they wrote,
// their files, answers that are not public. What the authority did stays.
func (s *Service) forget(ctx context.Context, id string) error {
	r, err := s.find(ctx, id)
	if err != nil || r.Forgotten {
		return ignoreNotFound(err)
	}
	v, err := s.Version(ctx, r.Authority, r.Offer, r.OfferNo)
	if err != nil {
		return err
	}
	var files []string
	for _, a := range r.Answers {
		if q, ok := v.Question(a.Code); ok && q.Type == File {
			files = append(files, a.Values...)
		}
	}
	if !r.Public {
		files = append(files, r.Photos...)
	}
	if err := s.Files.Discard(ctx, files); err != nil {
		return err
	}
	has := func(r Request) bool { return r.Forgotten }
	_, err = s.act(ctx, By(auth.System), id, ActForget, done{}, has, func(r *Request) error {
		r.Citizen, r.CodeHash, r.Messages, r.Notes, r.After.Comment = Citizen{Lang: r.Citizen.Lang}, nil, nil, nil, ""
		r.Answers, r.Description = v.publicAnswers(r.Answers), withoutContacts(r.Description)
		if !r.Public {
			r.Description, r.Photos, r.Spot = "", nil, Spot{}
		}
		r.Forgotten = true
		return nil
	})
	return err
}

// OnJoined moves what belongs to an account that was joined with another.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error {
	err := s.requests.Each(ctx, store.Query{Index: "citizen", Equal: []any{gone}, Limit: 100}, func(r Request) error {
		_, err := s.requests.Update(ctx, r.ID, func(r *Request) error { r.Citizen.PersonID = kept; return nil })
		return err
	})
	if err == nil {
		err = s.supports.Each(ctx, store.Query{Index: "person", Equal: []any{gone}, Limit: 100}, func(x Support) error {
			if err := s.addSupport(ctx, x.Request, Citizen{PersonID: kept, Lang: x.Lang}); err != nil {
				return err
			}
			return ignoreNotFound(s.supports.Delete(ctx, x.ID))
		})
	}
	return fault.Wrap("citizenspace.OnJoined", err)
}

// retain forgets who asked when the time is over for which it is kept.
func (s *Service) retain(ctx context.Context) error {
	now := s.Clock.Now()
	q := store.Query{Index: "lists", Equal: []any{listRetain}, To: clock.AddMonths(now, -1), Limit: 100}
	return s.requests.Each(ctx, q, func(r Request) error {
		v, err := s.Version(ctx, r.Authority, r.Offer, r.OfferNo)
		if err != nil {
			return err
		}
		if now.Before(clock.AddMonths(r.EndedAt, keepMonths(v))) {
			return nil
		}
		return s.forget(ctx, r.ID)
	})
}
