package desk

import (
	"context"

	"musharaka/modules/kit/store"
)

// collections are the module's collections. No other file declares one.
type collections struct {
	items     *store.Collection[Item, *Item]
	batches   *store.Collection[Batch, *Batch]
	settings  *store.Collection[Settings, *Settings]
	templates *store.Collection[Template, *Template]
	replies   *store.Collection[replyDoc, *replyDoc]
	months    *store.Collection[Month, *Month]
}

// Schemas are the declarations of all collections, for copies and checks.
var Schemas = []store.Schema{
	{Name: "desk_items", Indexes: []store.Index{
		{Name: "facets", Fields: []string{"facets", "order"}, Multi: true},
		{Name: "subject", Fields: []string{"subject"}},
		{Name: "clock", Fields: []string{"state", "wake"}},
		{Name: "people", Fields: []string{"people"}, Multi: true},
	}},
	{Name: "desk_batches", Indexes: []store.Index{
		{Name: "at", Fields: []string{"at"}},
		{Name: "by", Fields: []string{"by", "at"}},
	}},
	{Name: "desk_settings"},
	{Name: "desk_templates", Indexes: []store.Index{
		{Name: "authority", Fields: []string{"authority", "name"}},
	}},
	{Name: "desk_replies", Indexes: []store.Index{
		{Name: "settled", Fields: []string{"authority", "kind", "settled"}},
		{Name: "replied", Fields: []string{"authority", "kind", "replied"}},
	}},
	{Name: "desk_months", Indexes: []store.Index{
		{Name: "authority", Fields: []string{"authority", "month"}},
	}},
}

func openCollections(ctx context.Context, db store.DB) (c collections, err error) {
	if c.items, err = store.Open[Item](ctx, db, Schemas[0]); err != nil {
		return c, err
	}
	if c.batches, err = store.Open[Batch](ctx, db, Schemas[1]); err != nil {
		return c, err
	}
	if c.settings, err = store.Open[Settings](ctx, db, Schemas[2]); err != nil {
		return c, err
	}
	if c.templates, err = store.Open[Template](ctx, db, Schemas[3]); err != nil {
		return c, err
	}
	if c.replies, err = store.Open[replyDoc](ctx, db, Schemas[4]); err != nil {
		return c, err
	}
	c.months, err = store.Open[Month](ctx, db, Schemas[5])
	return c, err
}
