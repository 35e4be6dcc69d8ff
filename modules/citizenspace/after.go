package citizenspace

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/store"
)

// When who asked is asked whether it was solved, counted from the end, and when a
// request that nobody objected to is closed.
const (
	askAfter    = 24 * time.Hour
	askAgain    = 14 * 24 * time.Hour
	settleAfter = 21 * 24 * time.Hour
)

// afterEnds asks those whose requests have ended whether it was solved, once and
// once more, and closes what was resolved and not objected to.
func (s *Service) afterEnds(ctx context.Context) error {
	now := s.Clock.Now()
	q := store.Query{Index: "lists", Equal: []any{listAfter}, Limit: 200}
	return s.requests.Each(ctx, q, func(r Request) error {
		since := now.Sub(r.EndedAt)
		switch {
		case r.State == Resolved && since >= settleAfter:
			return s.settleOne(ctx, r.ID)
		case !r.toBeAsked() || since < askAfter:
			return nil
		case r.After.AskedAt.IsZero(), since >= askAgain:
			return s.inquire(ctx, r.ID, since >= askAgain)
		}
		return nil
	})
}

// toBeAsked reports whether who asked can be reached and has not said yet
// whether it was solved.
func (r Request) toBeAsked() bool {
	return afterwards.Has(r.State) && r.Citizen.By != "" && r.After.Solved == "" && r.After.AgainAt.IsZero() &&
		(r.Ending == nil || r.Ending.Code != WithdrawnBy)
}

func (s *Service) inquire(ctx context.Context, id string, again bool) error {
	asked := func(r Request) bool { return !r.toBeAsked() || !again && !r.After.AskedAt.IsZero() }
	_, err := s.act(ctx, By(auth.System), id, ActInquire, done{}, asked, func(r *Request) error {
		if r.After.AskedAt.IsZero() {
			r.After.AskedAt = s.Clock.Now()
		}
		if again {
			r.After.AgainAt = s.Clock.Now()
		}
		return nil
	})
	return err
}

func (s *Service) settleOne(ctx context.Context, id string) error {
	d := done{details: map[string]string{"code": string(TimeRanOut)}}
	_, err := s.act(ctx, By(auth.System), id, ActSettle, d, func(r Request) bool { return r.State != Resolved }, nil)
	return err
}
