package budget

import (
	"context"
	"slices"

	"musharaka/modules/kit/store"
)

// collections are those of editions and proposals. Ballots, results and forums
// declare theirs in their own files.
type collections struct {
	editions  *store.Collection[Edition, *Edition]
	proposals *store.Collection[Proposal, *Proposal]
	supports  *store.Collection[Support, *Support]
	followers *store.Collection[Follower, *Follower]
	comments  *store.Collection[Comment, *Comment]
}

// Schemas are the declarations of these collections.
var Schemas = []store.Schema{
	{Name: "budget_editions", Indexes: []store.Index{
		{Name: "lists", Fields: []string{"lists", "list_at"}, Multi: true},
		{Name: "authority", Fields: []string{"authority", "created"}},
		{Name: "clock", Fields: []string{"clocked", "clock_at"}},
	}},
	{Name: "budget_proposals", Indexes: []store.Index{
		{Name: "edition", Fields: []string{"edition", "state", "number"}},
		{Name: "author", Fields: []string{"author.person", "created"}},
		{Name: "lists", Fields: []string{"lists", "list_at"}, Multi: true},
		{Name: "newest", Fields: []string{"facets", "published"}, Multi: true},
		{Name: "supported", Fields: []string{"facets", "supports"}, Multi: true},
		{Name: "numbered", Fields: []string{"facets", "number"}, Multi: true},
		{Name: "words", Fields: []string{"words", "published"}, Multi: true},
	}},
	{Name: "budget_supports", Indexes: []store.Index{
		{Name: "proposal", Fields: []string{"proposal"}},
		{Name: "person", Fields: []string{"person"}},
	}},
	{Name: "budget_followers", Indexes: []store.Index{
		{Name: "proposal", Fields: []string{"proposal"}},
		{Name: "person", Fields: []string{"person"}},
	}},
	{Name: "budget_comments", Indexes: []store.Index{
		{Name: "proposal", Fields: []string{"proposal", "state", "at"}},
		{Name: "authority", Fields: []string{"authority", "state", "at"}},
		{Name: "person", Fields: []string{"person", "at"}},
	}},
}

func openCollections(ctx context.Context, db store.DB) (c collections, err error) {
	if c.editions, err = store.Open[Edition](ctx, db, Schemas[0]); err != nil {
		return c, err
	}
	if c.proposals, err = store.Open[Proposal](ctx, db, Schemas[1]); err != nil {
		return c, err
	}
	if c.supports, err = store.Open[Support](ctx, db, Schemas[2]); err != nil {
		return c, err
	}
	if c.followers, err = store.Open[Follower](ctx, db, Schemas[3]); err != nil {
		return c, err
	}
	c.comments, err = store.Open[Comment](ctx, db, Schemas[4])
	return c, err
}

// The lists of an edition (index "lists", ordered by ListAt).
const (
	listPublic = "public" // all that may be known of, newest announcement last; also |authority, |group, and both
	listTasks  = "tasks"  // with tasks left behind
)

// Group is what a list of editions is filtered by.
type Group string

// The groups of editions.
const (
	AllEditions Group = ""
	Running     Group = "running"
	Over        Group = "over" // closed or cancelled
)

// Groups are the groups in the order offered.
var Groups = []Group{AllEditions, Running, Over}

func groupOf(p Phase) Group {
	if RunningPhases.Has(p) {
		return Running
	}
	return Over
}

// settle derives the lists. Call it before each write.
func (e *Edition) settle() {
	e.Lists = nil
	if e.IsPublic() {
		for _, g := range []Group{AllEditions, groupOf(e.Phase)} {
			e.Lists = append(e.Lists, publicList("", g), publicList(e.Authority, g))
		}
	}
	if len(e.Tasks) > 0 {
		e.Lists = append(e.Lists, listTasks)
	}
	e.ListAt = e.AnnouncedAt
	if e.ListAt.IsZero() {
		e.ListAt = e.CreatedAt
	}
	next, ok := e.Calendar.Next(e.Phase)
	e.Clocked, e.ClockAt = ok && RunningPhases.Has(e.Phase), next.From
}

func publicList(authority string, g Group) string {
	return listPublic + "|" + authority + "|" + string(g)
}

// The lists of a proposal.
const (
	listModeration = "moderation" // |authority: by time of submission
	listStudy      = "study"      // |authority: by time of the assignment
	listAssign     = "assign"     // |authority: by time of publication, not with a department yet
	listPassing    = "passing"    // with something that is kept for a time only, by time of the last change
)

// settle derives lists, facets and search words. Call it before each write.
func (p *Proposal) settle() {
	p.Lists, p.ListAt, p.Facets = nil, p.ChangedAt, nil
	switch p.State {
	case Submitted:
		p.Lists, p.ListAt = []string{listModeration + "|" + p.Authority}, p.SubmittedAt
	case Published:
		p.Lists, p.ListAt = []string{listAssign + "|" + p.Authority}, p.PublishedAt
	case UnderStudy:
		p.Lists = []string{listStudy + "|" + p.Authority}
	}
	if len(p.Tasks) > 0 {
		p.Lists = append(p.Lists, listTasks)
	}
	if p.passing() {
		p.Lists = append(p.Lists, listPassing)
	}
	p.Words = nil
	if !ListedStates.Has(p.State) {
		return
	}
	p.Words = p.searchWords()
	for _, area := range []string{"", p.Area} {
		for _, need := range append([]string{""}, p.Needs...) {
			for _, of := range []ProposalGroup{AnyProposal, proposalGroup(p.State)} {
				if f := facet(p.Edition, area, need, of); !slices.Contains(p.Facets, f) {
					p.Facets = append(p.Facets, f)
				}
			}
		}
	}
}

// ProposalGroup is what a list of proposals is filtered by: states that mean the
// same to a reader.
type ProposalGroup string

// The groups of proposals.
const (
	AnyProposal  ProposalGroup = ""
	InDiscussion ProposalGroup = "discussed" // published, being examined
	CanBeDone    ProposalGroup = "feasible"
	CannotBeDone ProposalGroup = "unfeasible"
	Winning      ProposalGroup = "funded" // and what became of it
	Losing       ProposalGroup = "not_funded"
	Gone         ProposalGroup = "merged"
)

// ProposalGroups are the groups in the order offered.
var ProposalGroups = []ProposalGroup{AnyProposal, InDiscussion, CanBeDone, CannotBeDone, Winning, Losing, Gone}

func proposalGroup(s State) ProposalGroup {
	switch {
	case s == Published || s == UnderStudy:
		return InDiscussion
	case s == Feasible || s == OnBallot:
		return CanBeDone
	case s == Unfeasible:
		return CannotBeDone
	case ExecutionStates.Has(s):
		return Winning
	case s == NotFunded:
		return Losing
	}
	return Gone
}

func facet(edition, area, need string, of ProposalGroup) string {
	return edition + "|" + area + "|" + need + "|" + string(of)
}
