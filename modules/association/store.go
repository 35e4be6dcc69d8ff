package association

import (
	"context"

	"musharaka/modules/kit/store"
)

// collections are the module's collections. No other file declares one.
type collections struct {
	all          *store.Collection[Association, *Association]
	mandates     *store.Collection[Mandate, *Mandate]
	endorsements *store.Collection[Endorsement, *Endorsement]
	campaigns    *store.Collection[Campaign, *Campaign]
	support      *store.Collection[supportDoc, *supportDoc]
}

// Schemas are the declarations of all collections, for copies and checks.
var Schemas = []store.Schema{
	{Name: "associations", Indexes: []store.Index{
		{Name: "words", Fields: []string{"words", "name_ar"}, Multi: true},
		{Name: "lists", Fields: []string{"lists", "name_ar"}, Multi: true},
	}},
	{Name: "association_mandates", Indexes: []store.Index{
		{Name: "association", Fields: []string{"association", "granted"}},
		{Name: "person", Fields: []string{"person", "granted"}},
		{Name: "token", Fields: []string{"token"}},
		{Name: "until", Fields: []string{"state", "until"}},
	}},
	{Name: "association_endorsements", Indexes: []store.Index{
		{Name: "petition", Fields: []string{"petition", "given", "at"}},
		{Name: "association", Fields: []string{"association", "given", "at"}},
	}},
	{Name: "association_campaigns", Indexes: []store.Index{
		{Name: "petition", Fields: []string{"petition", "begun"}},
		{Name: "association", Fields: []string{"association", "begun"}},
		{Name: "state", Fields: []string{"state", "begun"}},
	}},
	{Name: "association_support"},
}

func openCollections(ctx context.Context, db store.DB) (c collections, err error) {
	if c.all, err = store.Open[Association](ctx, db, Schemas[0]); err != nil {
		return c, err
	}
	if c.mandates, err = store.Open[Mandate](ctx, db, Schemas[1]); err != nil {
		return c, err
	}
	if c.endorsements, err = store.Open[Endorsement](ctx, db, Schemas[2]); err != nil {
		return c, err
	}
	if c.campaigns, err = store.Open[Campaign](ctx, db, Schemas[3]); err != nil {
		return c, err
	}
	c.support, err = store.Open[supportDoc](ctx, db, Schemas[4])
	return c, err
}
