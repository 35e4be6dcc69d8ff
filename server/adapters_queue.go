package main

import (
	"context"

	"musharaka/modules/council"
	"musharaka/modules/queue"
	"musharaka/views/ui"
)

// buildQueues opens the walk-in counters.
func (a *app) buildQueues(ctx context.Context) (err error) {
	a.queues, err = queue.New(ctx, queue.Needs{DB: a.db, Audit: a.audit, Queue: a.queue, Authorities: queueAuthorities{a}, Words: a.words, Clock: a.clock, Ident: a.ident, Log: a.log})
	return err
}

// queueAuthorities tells walk-in counters of places.
type queueAuthorities struct{ *app }

func (q queueAuthorities) Authority(ctx context.Context, id string) (queue.Authority, error) {
	a, err := councilAuthorities{q.places}.Authority(ctx, id)
	return queue.Authority{ID: a.ID, Country: a.Country, Names: a.Names, Active: a.Active, Accent: a.Accent}, err
}

func (q queueAuthorities) Tenant(a queue.Authority, tr ui.Translator) *ui.Tenant {
	return councilAuthorities{q.places}.Tenant(council.Authority{ID: a.ID, Names: a.Names, Active: a.Active, Accent: a.Accent}, tr)
}

func (q queueAuthorities) PlaceName(id, lang string) string {
	return associationPlaces(q).PlaceName(id, lang)
}
