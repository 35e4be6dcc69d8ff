package council

import (
	"context"

	"musharaka/modules/kit/store"
)

// counter numbers things within a year.
type counter struct {
	store.Meta `bson:",inline"`
	Last       int64 `bson:"last"`
}

// collections are what the module stores.
type collections struct {
	settings  *store.Collection[Settings, *Settings]
	mandates  *store.Collection[Mandate, *Mandate]
	bodies    *store.Collection[AdvisoryBody, *AdvisoryBody]
	opinions  *store.Collection[Opinion, *Opinion]
	sessions  *store.Collection[Session, *Session]
	decisions *store.Collection[Decision, *Decision]
	questions *store.Collection[Question, *Question]
	follows   *store.Collection[Follow, *Follow]
	calls     *store.Collection[Call, *Call]
	supports  *store.Collection[Support, *Support]
	tallies   *store.Collection[Tally, *Tally]
	counters  *store.Collection[counter, *counter]
}

// atDesk finds what may wait for an authority, whichever it is.
var atDesk = store.Index{Name: "at_desk", Fields: []string{"at_desk"}}

// unsettled finds what a crash left half-done.
var unsettled = store.Index{Name: "unsettled", Fields: []string{"unsettled"}}

func openCollections(ctx context.Context, db store.DB) (c collections, err error) {
	open := func(do func() error) {
		if err == nil {
			err = do()
		}
	}
	open(func() error {
		c.settings, err = store.Open[Settings](ctx, db, store.Schema{Name: "council_settings", Indexes: []store.Index{unsettled}})
		return err
	})
	open(func() error {
		c.mandates, err = store.Open[Mandate](ctx, db, store.Schema{Name: "council_mandates", Indexes: []store.Index{
			unsettled, {Name: "body", Fields: []string{"authority", "body", "rank", "name"}}}})
		return err
	})
	open(func() error {
		c.bodies, err = store.Open[AdvisoryBody](ctx, db, store.Schema{Name: "council_bodies", Indexes: []store.Index{unsettled}})
		return err
	})
	open(func() error {
		c.opinions, err = store.Open[Opinion](ctx, db, store.Schema{Name: "council_opinions", Indexes: []store.Index{
			unsettled, {Name: "about", Fields: []string{"about", "given"}}, {Name: "body", Fields: []string{"authority", "body", "given"}}}})
		return err
	})
	open(func() error {
		c.sessions, err = store.Open[Session](ctx, db, store.Schema{Name: "council_sessions", Indexes: []store.Index{
			unsettled, atDesk, {Name: "lists", Fields: []string{"lists", "starts"}, Multi: true}, {Name: "state", Fields: []string{"authority", "state", "starts"}}}})
		return err
	})
	open(func() error {
		c.decisions, err = store.Open[Decision](ctx, db, store.Schema{Name: "council_decisions", Indexes: []store.Index{
			unsettled, {Name: "lists", Fields: []string{"lists", "on", "number"}, Multi: true}, {Name: "words", Fields: []string{"words", "on"}, Multi: true},
			{Name: "about", Fields: []string{"about", "on"}}, {Name: "session", Fields: []string{"session", "number"}}}})
		return err
	})
	open(func() error { return c.openRegisters(ctx, db) })
	return c, err
}

// openRegisters opens what inhabitants write into.
func (c *collections) openRegisters(ctx context.Context, db store.DB) (err error) {
	if c.questions, err = store.Open[Question](ctx, db, store.Schema{Name: "council_questions", Indexes: []store.Index{
		unsettled, atDesk, {Name: "lists", Fields: []string{"lists", "asked"}, Multi: true}, {Name: "reference", Fields: []string{"reference"}, Unique: true}}}); err != nil {
		return err
	}
	if c.follows, err = store.Open[Follow](ctx, db, store.Schema{Name: "council_follows", Indexes: []store.Index{
		{Name: "question", Fields: []string{"question"}}, {Name: "person", Fields: []string{"person"}}}}); err != nil {
		return err
	}
	if c.calls, err = store.Open[Call](ctx, db, store.Schema{Name: "council_calls", Indexes: []store.Index{
		unsettled, atDesk, {Name: "lists", Fields: []string{"lists", "created"}, Multi: true}, {Name: "closing", Fields: []string{"state", "closes"}}}}); err != nil {
		return err
	}
	if c.supports, err = store.Open[Support](ctx, db, store.Schema{Name: "council_supports", Indexes: []store.Index{
		{Name: "call", Fields: []string{"call"}}, {Name: "person", Fields: []string{"person"}}}}); err != nil {
		return err
	}
	if c.tallies, err = store.Open[Tally](ctx, db, store.Schema{Name: "council_tallies"}); err != nil {
		return err
	}
	c.counters, err = store.Open[counter](ctx, db, store.Schema{Name: "council_counters"})
	return err
}
