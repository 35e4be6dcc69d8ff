package budget

import (
	"context"
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Queue is a work list of an authority.
type Queue string

// The queues.
const (
	QueueModeration Queue = listModeration // proposals to be read
	QueueStudy      Queue = listStudy      // proposals to be examined
)

// queuePage is how much of a queue is shown at once.
const queuePage = 30

// Waiting lists what waits in a queue of an authority, longest first.
func (s *Service) Waiting(ctx context.Context, who auth.Actor, authority string, q Queue, after string) (List[Proposal], error) {
	if !who.Holds(authority, auth.Officer, auth.Department) {
		return List[Proposal]{}, errNotYours
	}
	page, err := s.proposals.Find(ctx, store.Query{Index: "lists", Equal: []any{string(q) + "|" + authority}, After: after, Limit: queuePage})
	return page, fault.Wrap("budget.Waiting", err)
}

// ReturnProposal sends a proposal back to its author with a note that only the
// two see.
func (s *Service) ReturnProposal(ctx context.Context, who auth.Actor, id, note string) (Proposal, error) {
	note = tidy(note, true)
	if err := broken(required("note", note, i18n.Msg("Write what should be changed"), MaxReason)); err != nil {
		return Proposal{}, err
	}
	d := done{private: true, tasks: []Task{{taskTell, NoticeReturned}}}
	return s.actOnProposal(ctx, who, id, ActReturn, d, nil, func(p *Proposal, _ Edition) error {
		if p.Author.PersonID == "" {
			return errNoWayBack
		}
		p.Changes = note
		return nil
	})
}

// errNoWayBack is what sending back answers where nobody could receive it.
var errNoWayBack = fault.New(fault.Conflict, "This proposal was written down on paper: nobody can change it here. Accept it or refuse it.")

// PublishProposal shows a proposal to everybody.
func (s *Service) PublishProposal(ctx context.Context, who auth.Actor, id string) (Proposal, error) {
	d := done{tasks: []Task{{taskTell, NoticePublished}}}
	p, err := s.actOnProposal(ctx, who, id, ActPublish, d, func(p Proposal) bool { return p.State == Published && !p.PublishedAt.IsZero() }, func(p *Proposal, _ Edition) error {
		p.PublishedAt = s.Clock.Now()
		return nil
	})
	if err != nil {
		return p, err
	}
	return p, s.Files.Publish(ctx, p.Photos, true)
}

// RejectProposal refuses a proposal with a code and reasons. Where the code says
// so its text is hidden. What is published can only be hidden.
func (s *Service) RejectProposal(ctx context.Context, who auth.Actor, id string, code RejectionCode, reasons string) (Proposal, error) {
	reasons = tidy(reasons, true)
	var found []Problem
	if !slices.Contains(RejectionCodes, code) {
		found = append(found, Problem{Field: "code", Message: i18n.Msg("Choose a reason")})
	}
	found = append(found, required("reasons", reasons, i18n.Msg("Say why, so that the author understands it"), MaxReason)...)
	if err := broken(found); err != nil {
		return Proposal{}, err
	}
	act := ActReject
	if code.Hides() {
		act = ActHide
	}
	d := done{details: map[string]string{"code": string(code)}, tasks: []Task{{taskTell, NoticeRejected}}}
	p, err := s.actOnProposal(ctx, who, id, act, d, func(p Proposal) bool { return p.State == Rejected && !code.Hides() || p.State == Hidden }, func(p *Proposal, _ Edition) error {
		p.Refusal = &Rejection{Code: code, Reasons: reasons, At: s.Clock.Now()}
		return nil
	})
	if err != nil || p.State != Hidden {
		return p, err
	}
	return p, s.Files.Publish(ctx, p.Pictures(), false)
}

// OfferMerge offers the author of a proposal to merge it into another. A
// proposal without an author (from a forum or the counter) is not merged
// without one: nobody could agree.
func (s *Service) OfferMerge(ctx context.Context, who auth.Actor, id, into, note string) (Proposal, error) {
	note = tidy(note, true)
	if err := broken(atMost("note", note, MaxReason)); err != nil {
		return Proposal{}, err
	}
	other, err := s.Proposal(ctx, auth.Actor{}, into)
	if err != nil || other.ID == id {
		return Proposal{}, wrong("number", i18n.Msg("Choose another proposal of this budget"))
	}
	d := done{private: true, tasks: []Task{{taskTell, NoticeMergeOffered}}}
	return s.actOnProposal(ctx, who, id, ActOffer, d, nil, func(p *Proposal, _ Edition) error {
		if other.Edition != p.Edition || !mergeable.Has(other.State) {
			return wrong("number", i18n.Msg("Choose another proposal of this budget"))
		}
		if p.Author.PersonID == "" {
			return fault.New(fault.Conflict, "This proposal has no author here who could agree.")
		}
		p.Merge = &Merge{Into: into, Note: note, At: s.Clock.Now()}
		return nil
	})
}

// mergeable are the states of a proposal into which others may be merged.
var mergeable = StateSet{Published, UnderStudy, Feasible}

// DecideMerge is the author's answer to an offer. After a yes the proposal is
// merged for good; who supports or follows it supports and follows the other one.
func (s *Service) DecideMerge(ctx context.Context, who auth.Actor, id string, agrees bool) (Proposal, error) {
	p, err := s.Proposal(ctx, who, id)
	if err != nil {
		return p, err
	}
	if agrees && p.State == Merged && p.IsAuthor(who.PersonID) {
		return p, nil
	}
	if p.Merge == nil || p.Merge.Refused {
		return p, errNotNow
	}
	if !agrees {
		return s.actOnProposal(ctx, who, id, ActDecline, done{private: true}, nil, func(p *Proposal, _ Edition) error {
			if p.Merge != nil {
				p.Merge = &Merge{Into: p.Merge.Into, Note: p.Merge.Note, At: p.Merge.At, Refused: true}
			}
			return nil
		})
	}
	other, err := s.Proposal(ctx, auth.Actor{}, p.Merge.Into)
	if err != nil || !mergeable.Has(other.State) {
		return p, errNotNow
	}
	d := done{details: map[string]string{"into": other.ID}, tasks: []Task{{taskTell, NoticeMerged}, {taskAbsorb, other.ID}}}
	return s.actOnProposal(ctx, who, id, ActMerge, d, nil, nil)
}

// absorb is the other side of a merge.
func (s *Service) absorb(ctx context.Context, p Proposal, into string) error {
	_, err := s.actOnProposal(ctx, auth.System, into, ActAbsorb, done{details: map[string]string{"merged": p.ID}}, func(o Proposal) bool {
		return slices.Contains(o.Absorbed, p.ID)
	}, func(o *Proposal, _ Edition) error {
		o.Absorbed = append(o.Absorbed, p.ID)
		return nil
	})
	if err != nil {
		return err
	}
	return s.bringAlong(ctx, p, into)
}

// Assign gives a proposal to a department to examine.
func (s *Service) Assign(ctx context.Context, who auth.Actor, id, department string) (Proposal, error) {
	d := done{details: map[string]string{"department": department}, tasks: []Task{{taskTell, NoticeAssigned}}}
	return s.actOnProposal(ctx, who, id, ActAssign, d, func(p Proposal) bool { return p.State == UnderStudy && p.Study.Department == department }, func(p *Proposal, e Edition) error {
		if !e.hasDepartment(department) {
			return wrong("department", i18n.Msg("Choose the service"))
		}
		if p.Study.Opinion.Verdict != NoVerdict {
			return errNotNow // a second opinion is asked for with a reason
		}
		p.Study.Department = department
		return nil
	})
}

func (e Edition) hasDepartment(key string) bool {
	return slices.ContainsFunc(e.Departments, func(d Department) bool { return d.Key == key })
}

// DepartmentName returns the name of a service for a reader of lang.
func (e Edition) DepartmentName(key, lang string) string {
	for _, d := range e.Departments {
		if d.Key == key {
			return inLang(d.Names, lang)
		}
	}
	return key
}
