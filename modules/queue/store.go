package queue

import (
	"context"

	"musharaka/modules/kit/store"
)

// collections are what the module stores.
type collections struct {
	halls   *store.Collection[Hall, *Hall]
	days    *store.Collection[Day, *Day]
	posts   *store.Collection[Post, *Post]
	tickets *store.Collection[Ticket, *Ticket]
	figures *store.Collection[Figures, *Figures]
}

// The indexes over tickets whose refusal says something.
const (
	indexSeat = "seat"
	indexCode = "code"
)

func openCollections(ctx context.Context, db store.DB) (c collections, err error) {
	if c.halls, err = store.Open[Hall](ctx, db, store.Schema{Name: "queue_halls"}); err != nil {
		return c, err
	}
	if c.days, err = store.Open[Day](ctx, db, store.Schema{Name: "queue_days", Indexes: []store.Index{
		{Name: "settled", Fields: []string{"settled", "date"}}, {Name: "kept", Fields: []string{"kept", "date"}}}}); err != nil {
		return c, err
	}
	if c.posts, err = store.Open[Post](ctx, db, store.Schema{Name: "queue_posts", Indexes: []store.Index{{Name: "state", Fields: []string{"authority", "state", "number"}}}}); err != nil {
		return c, err
	}
	if c.tickets, err = store.Open[Ticket](ctx, db, store.Schema{Name: "queue_tickets", Indexes: []store.Index{
		{Name: "lists", Fields: []string{"lists", "order"}, Multi: true},
		{Name: indexCode, Fields: []string{"code"}, Unique: true}, {Name: indexSeat, Fields: []string{"seat"}, Unique: true}}}); err != nil {
		return c, err
	}
	c.figures, err = store.Open[Figures](ctx, db, store.Schema{Name: "queue_figures", Indexes: []store.Index{{Name: "day", Fields: []string{"authority", "date"}}}})
	return c, err
}
