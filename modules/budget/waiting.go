package budget

import (
	"context"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// The sorts of what can wait for an authority, as Watch names them.
const (
	WaitingProposal = "proposal"
	WaitingEdition  = "edition"
	WaitingBallots  = "ballots"  // a batch of paper ballots
	WaitingComments = "comments" // of an authority: the id is the authority's
)

// The kinds of what waits.
const (
	WaitsModeration   = "moderation"
	WaitsAssignment   = "assignment" // to a department
	WaitsStudy        = "study"
	WaitsSecond       = "second_opinion"
	WaitsPhaseEnd     = "phase_end"
	WaitsConfirmation = "ballots_to_confirm"
	WaitsCorrection   = "ballots_to_correct"
	WaitsComments     = "comments"
)

// Waiting is something that waits for the people of an authority. It waits for
// nobody when Kind is "".
type Waiting struct {
	Kind               string
	Authority, Country string
	Version            int64             // grows with each change of the document; 0 for comments
	Titles             map[string]string // people's words by language; nil for comments
	Number             int64             // of comments, or of ballots
	Next               Phase             // for WaitsPhaseEnd: what begins
	PhaseLabel         string            // its label, a message id
	Reference, Path    string            // the path is the desk's page for it, without the language
	Since, Due         time.Time         // Due is zero where nothing sets a day
	For                string            // the person whose turn it is, "" for anybody with the role
}

// phaseWarning is how long before its end a phase comes to the desk.
const phaseWarning = 7 * 24 * time.Hour

// Watch adds what is called after something that may wait changed, with its
// sort (Waiting…) and id. For proposals and editions it is called again until
// it returns no error; for all, ask WaitingIDs from time to time. Call it while
// the program is put together.
func (s *Service) Watch(told func(ctx context.Context, sort, id string) error) {
	s.watchers = append(s.watchers, told)
}

func (s *Service) tellWatchers(ctx context.Context, sort, id string) error {
	for _, told := range s.watchers {
		if err := told(ctx, sort, id); err != nil {
			return err
		}
	}
	return nil
}

// moved is tellWatchers for what has no tasks.
func (s *Service) moved(ctx context.Context, sort, id string) {
	if err := s.tellWatchers(context.WithoutCancel(ctx), sort, id); err != nil {
		s.Log.Error("what waits of a budget could not be told of", "sort", sort, "id", id, "err", err) // it is asked for again soon
	}
}

// WaitOf returns what waits of something now, by its sort and id. NotFound when
// it is gone.
func (s *Service) WaitOf(ctx context.Context, sort, id string) (w Waiting, err error) {
	switch sort {
	case WaitingProposal:
		w, err = s.proposalWaits(ctx, id)
	case WaitingEdition:
		var e Edition
		if e, err = s.editions.Get(ctx, id); err == nil {
			w = e.waits(s.Clock.Now())
		}
	case WaitingBallots:
		w, err = s.ballotsWait(ctx, id)
	case WaitingComments:
		w, err = s.commentsWait(ctx, id)
	default:
		err = fault.New(fault.NotFound, "")
	}
	return w, fault.Wrap("budget.WaitOf", err)
}

func (s *Service) proposalWaits(ctx context.Context, id string) (Waiting, error) {
	p, err := s.proposals.Get(ctx, id)
	if err != nil {
		return Waiting{}, err
	}
	e, err := s.editions.Get(ctx, p.Edition)
	if err != nil {
		return Waiting{}, err
	}
	w := Waiting{Authority: p.Authority, Country: p.Country, Version: p.Version, Titles: p.Titles(), Reference: p.Reference(), Path: "/desk/proposals/" + p.ID, Since: p.ChangedAt}
	until := func(phases ...Phase) {
		for _, phase := range phases {
			if stage, ok := e.Calendar.Stage(phase); ok {
				w.Due = stage.To
				return
			}
		}
	}
	switch {
	case p.State == Submitted && RunningPhases.Has(e.Phase):
		w.Kind, w.Since = WaitsModeration, p.SubmittedAt
		until(Moderating, Proposing)
	case p.State == Published && (e.Phase == Assessing || e.Phase == Costing):
		w.Kind, w.Since = WaitsAssignment, p.PublishedAt
		until(Assessing, Costing)
	case p.State == UnderStudy && studying.Has(e.Phase):
		w.Kind = WaitsStudy
		if p.Study.Second != "" {
			w.Kind = WaitsSecond
		}
		until(Assessing, Costing)
	}
	return w, nil
}

// waits says that the phase is about to end.
func (e Edition) waits(now time.Time) Waiting {
	w := Waiting{Authority: e.Authority, Country: e.Country, Version: e.Version, Titles: map[string]string{}, Path: "/desk/budgets/" + e.ID}
	next, ok := e.Calendar.Next(e.Phase)
	if !ok || !RunningPhases.Has(e.Phase) || now.Before(next.From.Add(-phaseWarning)) {
		return w
	}
	w.Kind, w.Since, w.Due, w.Next, w.PhaseLabel = WaitsPhaseEnd, next.From.Add(-phaseWarning), next.From, next.Phase, e.PhaseLabelIn(next.Phase)
	for lang, t := range e.Texts {
		if t.Title != "" {
			w.Titles[lang] = t.Title
		}
	}
	return w
}

func (s *Service) ballotsWait(ctx context.Context, id string) (Waiting, error) {
	b, err := s.batches.Get(ctx, id)
	if err != nil {
		return Waiting{}, err
	}
	e, err := s.editions.Get(ctx, b.Edition)
	if err != nil {
		return Waiting{}, err
	}
	w := Waiting{Authority: b.Authority, Country: e.Country, Version: b.Version, Titles: map[string]string{}, Number: int64(len(b.Ballots)),
		Path: deskPath(e.ID, "/batches/"+b.ID), Since: b.EnteredAt, Due: e.EndsAt()}
	for lang, t := range e.Texts {
		if t.Title != "" {
			w.Titles[lang] = t.Title
		}
	}
	switch {
	case e.Phase != Voting: // nothing goes into the urn any more
	case b.State == BatchEntered:
		w.Kind = WaitsConfirmation
	case b.State == BatchReturned:
		w.Kind, w.For = WaitsCorrection, b.EnteredBy
	}
	return w, nil
}

func (s *Service) commentsWait(ctx context.Context, authority string) (Waiting, error) {
	w := Waiting{Authority: authority, Path: "/desk/proposal-comments?authority=" + authority}
	q := store.Query{Index: "authority", Equal: []any{authority, string(CommentWaiting)}}
	n, err := s.comments.Count(ctx, q)
	if err != nil || n == 0 {
		return w, err
	}
	oldest, err := s.comments.First(ctx, q)
	if isNotFound(err) { // read this moment
		return w, nil
	}
	w.Kind, w.Number, w.Since = WaitsComments, n, oldest.At
	return w, err
}

// WaitingIDs pages through the ids of what may wait, of one sort, for an
// authority; WaitOf knows of each whether it does.
func (s *Service) WaitingIDs(ctx context.Context, sort, authority, after string, limit int) (ids []string, next string, err error) {
	switch sort {
	case WaitingComments:
		return []string{authority}, "", nil
	case WaitingProposal:
		ids, next, err = s.proposalsThatWait(ctx, authority, after, limit)
	case WaitingEdition, WaitingBallots:
		page, wrong := s.editions.Find(ctx, store.Query{Index: "authority", Equal: []any{authority}, After: after, Limit: limit})
		next, err = page.Next, wrong
		for _, e := range page.Items {
			if sort == WaitingEdition {
				ids = append(ids, e.ID)
				continue
			}
			found, wrong := s.ballotsThatWait(ctx, e)
			ids = append(ids, found...)
			if wrong != nil {
				err = wrong
			}
		}
	}
	return ids, next, fault.Wrap("budget.WaitingIDs", err)
}

// waitingLists are the work lists of proposals, in the order gone through.
var waitingLists = []string{listModeration, listStudy, listAssign}

func (s *Service) proposalsThatWait(ctx context.Context, authority, after string, limit int) (ids []string, next string, err error) {
	list, cursor, _ := strings.Cut(after, "|")
	i := 0
	for n, l := range waitingLists {
		if l == list {
			i = n
		}
	}
	page, err := s.proposals.Find(ctx, store.Query{Index: "lists", Equal: []any{waitingLists[i] + "|" + authority}, After: cursor, Limit: limit})
	for _, p := range page.Items {
		ids = append(ids, p.ID)
	}
	switch {
	case page.Next != "":
		next = waitingLists[i] + "|" + page.Next
	case i+1 < len(waitingLists):
		next = waitingLists[i+1] + "|"
	}
	return ids, next, err
}

func (s *Service) ballotsThatWait(ctx context.Context, e Edition) (ids []string, err error) {
	if e.Phase != Voting {
		return nil, nil
	}
	for _, state := range []BatchState{BatchEntered, BatchReturned} {
		err := s.batches.Each(ctx, store.Query{Index: "state", Equal: []any{e.ID, string(state)}, Limit: 100}, func(b Batch) error {
			ids = append(ids, b.ID)
			return nil
		})
		if err != nil {
			return ids, err
		}
	}
	return ids, nil
}
