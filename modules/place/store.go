package place

import (
	"context"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// authorities is the collection of those that somebody has set up.
type authorities = store.Collection[Authority, *Authority]

func openStore(ctx context.Context, db store.DB) (*authorities, error) {
	return store.Open[Authority](ctx, db, store.Schema{Name: "authorities", Indexes: []store.Index{
		{Name: "by_state", Fields: []string{"state"}}, // then by id
	}})
}

// update changes an authority's document, which is written first if nobody has
// set the authority up before. Two who begin at once both find it there.
func (s *Service) update(ctx context.Context, id string, change func(*Authority) error) (Authority, error) {
	made, err := s.make(id)
	if err != nil {
		return Authority{}, err
	}
	a, err := s.all.Update(ctx, id, change)
	if fault.Is(err, fault.NotFound) {
		if err := s.all.Insert(ctx, made); err != nil && !fault.Is(err, fault.Conflict) {
			return Authority{}, fault.Wrap("place.update", err)
		}
		a, err = s.all.Update(ctx, id, change)
	}
	if err != nil {
		return Authority{}, fault.Wrap("place.update", err)
	}
	a.Place = made.Place
	return a, nil
}
