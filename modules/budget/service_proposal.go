package budget

import (
	"context"

	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Step is one step of the writing of a proposal.
type Step string

// The steps, one page each.
const (
	StepWhat   Step = "what"   // title and description
	StepWhere  Step = "where"  // area, place in words, point
	StepWhy    Step = "why"    // heading, needs
	StepPhotos Step = "photos" //
	StepWho    Step = "who"    // in whose name, whether it is shown
)

// Steps are all steps, in their order.
var Steps = []Step{StepWhat, StepWhere, StepWhy, StepPhotos, StepWho}

// openProposals registers the jobs.
func (s *Service) openProposals(context.Context) error {
	job.Register(s.Queue, jobTell, s.tell, job.Options{})
	return nil
}

// searchedWords bounds what search finds a proposal by.
const searchedWords = 60

// searchWords are the stems of title and text, alone and with the edition.
func (p Proposal) searchWords() []string {
	var words []string
	for _, lang := range p.Langs {
		t := p.Texts[lang]
		for _, w := range fold.Words(t.Title + " " + t.Body) {
			if len(words) == searchedWords {
				break
			}
			words = addWord(words, p.Edition+"|"+w)
		}
	}
	return words
}

func addWord(words []string, w string) []string {
	for _, have := range words {
		if have == w {
			return words
		}
	}
	return append(words, w)
}

// ProposalFilter narrows the list of an edition's proposals.
type ProposalFilter struct {
	Edition string // required
	Area    string
	Need    string
	Group   ProposalGroup
	Order   ProposalOrder
	After   string
	Limit   int
}

// ProposalOrder is the order of a list of proposals.
type ProposalOrder string

// The orders.
const (
	MostSupported ProposalOrder = ""
	Newest        ProposalOrder = "newest"
	ByNumber      ProposalOrder = "number"
)

// Proposals lists the public proposals of an edition.
func (s *Service) Proposals(ctx context.Context, f ProposalFilter) (List[Proposal], error) {
	q := store.Query{Index: "supported", Equal: []any{facet(f.Edition, f.Area, f.Need, f.Group)}, Desc: true, After: f.After, Limit: f.Limit}
	switch f.Order {
	case Newest:
		q.Index = "newest"
	case ByNumber:
		q.Index, q.Desc = "numbered", false
	}
	page, err := s.proposals.Find(ctx, q)
	for i := range page.Items {
		page.Items[i] = page.Items[i].Public()
	}
	return page, err
}

// checkProposals looks at lists and histories.
func (s *Service) checkProposals(ctx context.Context, c *checker) error {
	return s.proposals.Each(ctx, store.Query{Limit: 200}, func(p Proposal) error {
		subject := "proposal:" + p.ID
		want := p
		want.settle()
		if !equalStrings(want.Lists, p.Lists) || !equalStrings(want.Facets, p.Facets) {
			mend := func() error {
				_, err := s.proposals.Update(ctx, p.ID, func(p *Proposal) error { p.settle(); return nil })
				return err
			}
			if err := c.report(subject, "it stands in the wrong lists", mend); err != nil {
				return err
			}
		}
		if _, err := s.editions.Get(ctx, p.Edition); isNotFound(err) {
			if err := c.report(subject, "its edition does not exist", nil); err != nil {
				return err
			}
		}
		differences, err := s.Audit.Compare(ctx, p.History...)
		if err != nil || len(differences.Missing) == 0 {
			return err
		}
		return c.report(subject, "its history is not in the audit", func() error { return s.Audit.Record(ctx, p.History...) })
	})
}

func equalStrings(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
