package petition

import (
	"context"
	"slices"
	"strings"

	"musharaka/modules/kit/store"
)

// collections are the module's collections. No other file declares one.
type collections struct {
	petitions  *store.Collection[Petition, *Petition]
	cards      *store.Collection[Card, *Card]
	signatures *store.Collection[Signature, *Signature]
	followers  *store.Collection[Follower, *Follower]
	tallies    *store.Collection[tallyDoc, *tallyDoc]
	writers    *store.Collection[writerDoc, *writerDoc]
	counters   *store.Collection[counterDoc, *counterDoc]
	figures    *store.Collection[Figures, *Figures]
	sheets     *store.Collection[Sheet, *Sheet]
	watches    *store.Collection[watchDoc, *watchDoc]
	bursts     *store.Collection[Burst, *Burst]
	batches    *store.Collection[Batch, *Batch]
	files      *store.Collection[DepositFile, *DepositFile]
	ratings    *store.Collection[Rating, *Rating]
	opinions   *store.Collection[opinionDoc, *opinionDoc]
}

// counterDoc counts the references given in one year.
type counterDoc struct {
	store.Meta `bson:",inline"` // "2026"
	Last       int64            `bson:"last"`
}

// Schemas are the declarations of all collections, for copies and checks.
var Schemas = []store.Schema{
	{Name: "petitions", Indexes: []store.Index{
		{Name: "author", Fields: []string{"agent.person", "created"}},
		{Name: "reference", Fields: []string{"reference"}},
		{Name: "lists", Fields: []string{"lists", "list_at"}, Multi: true},
	}},
	{Name: "petition_cards", Indexes: []store.Index{
		{Name: "newest", Fields: []string{"facets", "published"}, Multi: true},
		{Name: "signed", Fields: []string{"facets", "supporters"}, Multi: true},
		{Name: "closing", Fields: []string{"facets", "closes"}, Multi: true},
		{Name: "words", Fields: []string{"words", "published"}, Multi: true},
	}},
	{Name: "signatures", Indexes: []store.Index{
		{Name: "count", Fields: []string{"petition", "counted", "valid", "subunit", "at"}}, // at keeps new entries side by side
		{Name: "lists", Fields: []string{"lists", "at"}, Multi: true},
		{Name: "time", Fields: []string{"petition", "at"}},
	}},
	{Name: "followers", Indexes: []store.Index{
		{Name: "petition", Fields: []string{"petition", "at"}},
		{Name: "person", Fields: []string{"person", "at"}},
	}},
	{Name: "petition_tallies", Indexes: []store.Index{
		{Name: "marks", Fields: []string{"marks"}, Multi: true},
	}},
	{Name: "petition_writers", Indexes: []store.Index{
		{Name: "seen", Fields: []string{"seen"}},
	}},
	{Name: "petition_counters"},
	{Name: "petition_figures"},
	{Name: "petition_sheets", Indexes: []store.Index{
		{Name: "petition", Fields: []string{"petition", "number"}},
		{Name: "lists", Fields: []string{"lists", "list_at"}, Multi: true},
	}},
	{Name: "petition_watches"},
	{Name: "petition_bursts", Indexes: []store.Index{
		{Name: "lists", Fields: []string{"lists", "from"}, Multi: true},
	}},
	{Name: "petition_batches", Indexes: []store.Index{
		{Name: "petition", Fields: []string{"petition", "at"}},
		{Name: "lists", Fields: []string{"lists", "at"}, Multi: true},
	}},
	{Name: "petition_files", Indexes: []store.Index{
		{Name: "petition", Fields: []string{"petition", "number"}},
	}},
	{Name: "petition_ratings", Indexes: []store.Index{
		{Name: "petition", Fields: []string{"petition", "said", "at"}},
		{Name: "person", Fields: []string{"person", "at"}},
	}},
	{Name: "petition_opinions"},
}

func openCollections(ctx context.Context, db store.DB) (c collections, err error) {
	if c.petitions, err = store.Open[Petition](ctx, db, Schemas[0]); err != nil {
		return c, err
	}
	if c.cards, err = store.Open[Card](ctx, db, Schemas[1]); err != nil {
		return c, err
	}
	if c.signatures, err = store.Open[Signature](ctx, db, Schemas[2]); err != nil {
		return c, err
	}
	if c.followers, err = store.Open[Follower](ctx, db, Schemas[3]); err != nil {
		return c, err
	}
	if c.tallies, err = store.Open[tallyDoc](ctx, db, Schemas[4]); err != nil {
		return c, err
	}
	if c.writers, err = store.Open[writerDoc](ctx, db, Schemas[5]); err != nil {
		return c, err
	}
	if c.counters, err = store.Open[counterDoc](ctx, db, Schemas[6]); err != nil {
		return c, err
	}
	if err := c.openPaper(ctx, db); err != nil {
		return c, err
	}
	return c, c.openDeposit(ctx, db)
}

// openDeposit opens what belongs to files for the deposit and to satisfaction.
func (c *collections) openDeposit(ctx context.Context, db store.DB) (err error) {
	if c.files, err = store.Open[DepositFile](ctx, db, schemaNamed("petition_files")); err != nil {
		return err
	}
	if c.ratings, err = store.Open[Rating](ctx, db, schemaNamed("petition_ratings")); err != nil {
		return err
	}
	c.opinions, err = store.Open[opinionDoc](ctx, db, schemaNamed("petition_opinions"))
	return err
}

// openPaper opens what belongs to sheets, figures and invalidation.
func (c *collections) openPaper(ctx context.Context, db store.DB) (err error) {
	if c.figures, err = store.Open[Figures](ctx, db, schemaNamed("petition_figures")); err != nil {
		return err
	}
	if c.sheets, err = store.Open[Sheet](ctx, db, schemaNamed("petition_sheets")); err != nil {
		return err
	}
	if c.watches, err = store.Open[watchDoc](ctx, db, schemaNamed("petition_watches")); err != nil {
		return err
	}
	if c.bursts, err = store.Open[Burst](ctx, db, schemaNamed("petition_bursts")); err != nil {
		return err
	}
	c.batches, err = store.Open[Batch](ctx, db, schemaNamed("petition_batches"))
	return err
}

// schemaNamed finds one of Schemas.
func schemaNamed(name string) store.Schema {
	return Schemas[slices.IndexFunc(Schemas, func(s store.Schema) bool { return s.Name == name })]
}

// The work lists of a petition (index "lists", ordered by ListAt).
const (
	listModeration = "moderation" // |moderator: by time of submission
	listAnswer     = "answer"     // |authority: by deadline
	listClock      = "clock"      // what the clock will move: by the time it does
	listEnded      = "ended"      // whose signatories are to be forgotten one day: by the time they ended
	listTasks      = "tasks"      // with tasks left behind
)

// settle derives the work lists. Call it before each write.
func (p *Petition) settle() {
	p.Lists, p.ListAt = nil, p.ChangedAt
	switch {
	case p.State == Moderation:
		p.Lists, p.ListAt = []string{listModeration + "|" + p.Moderator()}, p.SubmittedAt
	case p.State == Open:
		p.Lists, p.ListAt = []string{listClock}, p.ClosesAt
	case WaitingStates.Has(p.State):
		p.Lists, p.ListAt = []string{listAnswer + "|" + p.Authority}, p.AnswerDueAt
		if DeadlineStates.Has(p.State) {
			p.Lists = append(p.Lists, listClock)
		}
	case EndedStates.Has(p.State) && !p.PublishedAt.IsZero() && p.ForgottenAt.IsZero():
		p.Lists = []string{listEnded}
	}
	if len(p.Tasks) > 0 {
		p.Lists = append(p.Lists, listTasks)
	}
}

// number draws the next reference of a year. A reference that was drawn and
// not used, because the program died in between, stays unused.
func (s *Service) number(ctx context.Context, year string) (string, error) {
	doc, err := s.counters.Increment(ctx, year, map[string]int64{"last": 1})
	if isNotFound(err) {
		err = s.counters.Insert(ctx, counterDoc{Meta: store.Meta{ID: year}})
		if err != nil && !isConflict(err) { // somebody else began the year this moment
			return "", err
		}
		doc, err = s.counters.Increment(ctx, year, map[string]int64{"last": 1})
	}
	if err != nil {
		return "", err
	}
	return reference(year, doc.Last), nil
}

func normalReference(r string) string { return strings.ToUpper(strings.TrimSpace(r)) }
