package budget

import (
	"context"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Support is one person's support of one proposal. Its id follows from both, so
// the store refuses a second one. It is never shown who supports.
type Support struct {
	store.Meta `bson:",inline"`
	Proposal   string    `bson:"proposal"`
	Person     string    `bson:"person"` // "" once the account was deleted: the support stays counted
	At         time.Time `bson:"at"`
}

// Follower is somebody who is told by mail of what happens to a proposal.
type Follower struct {
	store.Meta `bson:",inline"`
	Proposal   string    `bson:"proposal"`
	Person     string    `bson:"person"`
	At         time.Time `bson:"at"`
}

// CommentState says whether a comment is shown.
type CommentState string

// The states of a comment.
const (
	CommentWaiting CommentState = "waiting"
	CommentShown   CommentState = "shown"
	CommentRefused CommentState = "refused"
)

// Comment is what somebody wrote about a proposal. It is read before it is shown.
type Comment struct {
	store.Meta `bson:",inline"`
	Proposal   string       `bson:"proposal"`
	Authority  string       `bson:"authority"`
	Person     string       `bson:"person"`
	Name       string       `bson:"name"` // "" where the author did not want it shown
	Text       string       `bson:"text"`
	State      CommentState `bson:"state"`
	At         time.Time    `bson:"at"`
	DecidedBy  string       `bson:"decided_by,omitempty"`
	DecidedAt  time.Time    `bson:"decided_at,omitempty"`
}

// jobRecount counts what a proposal's supports and comments are now.
const jobRecount = "budget.recount"

type recount struct {
	Proposal string `bson:"proposal"`
}

// recountSoon counts again when the present second and a half are over: however
// many act in that time, it is one job, and none of them waits for another. It
// is called before the act, in case this process dies right after it, and once
// more afterwards, in case the act took longer than that.
func (s *Service) recountSoon(ctx context.Context, proposal string) error {
	now := s.Clock.Now()
	window := now.Truncate(recountWindow)
	key := proposal + ":" + strconv.FormatInt(window.UnixMilli(), 36)
	return job.Enqueue(ctx, s.Queue, jobRecount, key, recount{proposal}, window.Add(recountWindow+recountMargin))
}

// recountWindow is how long acts are waited for before they are counted, and
// recountMargin how far the clocks of two machines may differ.
const (
	recountWindow = 1500 * time.Millisecond
	recountMargin = 500 * time.Millisecond
)

// recount stores the counts on the proposal. It counts what is there, so it may
// run any number of times and at any moment.
func (s *Service) recount(ctx context.Context, r recount) error {
	supports, err := s.supports.Count(ctx, store.Query{Index: "proposal", Equal: []any{r.Proposal}})
	if err != nil {
		return err
	}
	comments, err := s.comments.Count(ctx, store.Query{Index: "proposal", Equal: []any{r.Proposal, string(CommentShown)}})
	if err != nil {
		return err
	}
	_, err = s.proposals.Update(ctx, r.Proposal, func(p *Proposal) error {
		if p.Supports == supports && p.Comments == comments {
			return store.ErrUnchanged
		}
		p.Supports, p.Comments = supports, comments
		p.settle()
		return nil
	})
	if isNotFound(err) {
		return nil
	}
	s.changed(r.Proposal)
	return err
}

// supportable returns a proposal that can be supported, or why it cannot.
func (s *Service) supportable(ctx context.Context, who auth.Actor, id string) (Proposal, error) {
	if !who.SignedIn() {
		return Proposal{}, errSignIn
	}
	p, err := s.Proposal(ctx, auth.Actor{}, id)
	if err != nil {
		return p, err
	}
	e, err := s.Edition(ctx, auth.Actor{}, p.Edition)
	if err != nil {
		return p, err
	}
	if !SupportableStates.Has(p.State) || !BeforeVotePhases.Has(e.Phase) {
		return p, errNotNow
	}
	return p, nil
}

// SupportProposal notes one person's support. A repeat changes nothing and is
// no fault.
func (s *Service) SupportProposal(ctx context.Context, who auth.Actor, id string) error {
	p, err := s.supportable(ctx, who, id)
	if err != nil {
		return err
	}
	if err := s.recountSoon(ctx, p.ID); err != nil {
		return fault.Wrap("proposal.support", err)
	}
	err = s.supports.Insert(ctx, Support{Meta: store.Meta{ID: pairID("support", id, who.PersonID)}, Proposal: id, Person: who.PersonID, At: s.Clock.Now()})
	if isConflict(err) {
		return nil
	}
	if err == nil {
		err = s.recountSoon(ctx, p.ID)
	}
	if err == nil {
		err = s.carryLate(ctx, p.ID, who.PersonID)
	}
	return fault.Wrap("proposal.support", err)
}

// carryLate takes a support along that came while the proposal was being merged:
// after the merge had looked for supports and before anybody could see it.
func (s *Service) carryLate(ctx context.Context, id, person string) error {
	p, err := s.proposals.Get(ctx, id)
	if err != nil || p.State != Merged || p.Merge == nil {
		return err
	}
	return s.carrySupport(ctx, p.Merge.Into, person, s.Clock.Now())
}

// Unsupport takes a support back; none is no fault.
func (s *Service) Unsupport(ctx context.Context, who auth.Actor, id string) error {
	if _, err := s.supportable(ctx, who, id); err != nil {
		return err
	}
	if err := s.recountSoon(ctx, id); err != nil {
		return fault.Wrap("proposal.unsupport", err)
	}
	err := s.supports.Delete(ctx, pairID("support", id, who.PersonID))
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return fault.Wrap("proposal.unsupport", err)
	}
	return fault.Wrap("proposal.unsupport", s.recountSoon(ctx, id))
}

// Supports reports whether a person supports a proposal, and follows it.
func (s *Service) Supports(ctx context.Context, who auth.Actor, id string) (supports, follows bool, err error) {
	if !who.SignedIn() {
		return false, false, nil
	}
	if _, err = s.supports.Get(ctx, pairID("support", id, who.PersonID)); err == nil {
		supports = true
	} else if !isNotFound(err) {
		return false, false, err
	}
	_, err = s.followers.Get(ctx, pairID("follow", id, who.PersonID))
	if isNotFound(err) {
		return supports, false, nil
	}
	return supports, err == nil, err
}

// FollowProposal lets a person be told of what happens to a proposal, or no
// longer. A repeat changes nothing.
func (s *Service) FollowProposal(ctx context.Context, who auth.Actor, id string, follow bool) error {
	if !who.SignedIn() {
		return errSignIn
	}
	if _, err := s.Proposal(ctx, auth.Actor{}, id); err != nil {
		return err
	}
	key := pairID("follow", id, who.PersonID)
	if !follow {
		if err := s.followers.Delete(ctx, key); err != nil && !isNotFound(err) {
			return fault.Wrap("proposal.unfollow", err)
		}
		return nil
	}
	err := s.followers.Insert(ctx, Follower{Meta: store.Meta{ID: key}, Proposal: id, Person: who.PersonID, At: s.Clock.Now()})
	if isConflict(err) {
		return nil
	}
	return fault.Wrap("proposal.follow", err)
}

// bringAlong lets the author and the followers of a merged proposal follow the
// other one, and its supporters support it: whoever supports or follows both
// counts once. The supports of deleted accounts stay where they are, since
// nobody can tell any more whether they are on the other one too. What is there
// stays with the merged proposal as well: it shows what it was when it ended.
func (s *Service) bringAlong(ctx context.Context, p Proposal, to string) error {
	if p.Author.PersonID != "" {
		if err := s.carryFollower(ctx, to, p.Author.PersonID); err != nil {
			return err
		}
	}
	err := s.followers.Each(ctx, store.Query{Index: "proposal", Equal: []any{p.ID}, Limit: 200}, func(f Follower) error {
		return s.carryFollower(ctx, to, f.Person)
	})
	if err != nil {
		return err
	}
	err = s.supports.Each(ctx, store.Query{Index: "proposal", Equal: []any{p.ID}, Limit: 200}, func(x Support) error {
		if x.Person == "" {
			return nil
		}
		return s.carrySupport(ctx, to, x.Person, x.At)
	})
	if err != nil {
		return err
	}
	return s.recountSoon(ctx, to)
}

func (s *Service) carryFollower(ctx context.Context, to, person string) error {
	err := s.followers.Insert(ctx, Follower{Meta: store.Meta{ID: pairID("follow", to, person)}, Proposal: to, Person: person, At: s.Clock.Now()})
	if isConflict(err) {
		return nil
	}
	return err
}

func (s *Service) carrySupport(ctx context.Context, to, person string, at time.Time) error {
	err := s.supports.Insert(ctx, Support{Meta: store.Meta{ID: pairID("support", to, person)}, Proposal: to, Person: person, At: at})
	if isConflict(err) {
		return nil
	}
	return err
}

// Say writes a comment, which an officer reads before it is shown. once is a
// token of the form: a repeat is the same comment.
func (s *Service) Say(ctx context.Context, who auth.Actor, id, text string, showName bool, once string) (Comment, error) {
	if !who.SignedIn() {
		return Comment{}, errSignIn
	}
	text = tidy(text, true)
	if err := broken(required("text", text, i18n.Msg("Write your comment"), MaxComment)); err != nil {
		return Comment{}, err
	}
	p, err := s.Proposal(ctx, auth.Actor{}, id)
	if err != nil {
		return Comment{}, err
	}
	if !SpokenOfStates.Has(p.State) {
		return Comment{}, errNotNow
	}
	c := Comment{Meta: store.Meta{ID: s.Ident.ID()}, Proposal: id, Authority: p.Authority, Person: who.PersonID, Text: text, State: CommentWaiting, At: s.Clock.Now()}
	if once != "" {
		c.ID = onceID("comment", who.PersonID, once)
	}
	if showName {
		c.Name = tidy(who.Name, false)
	}
	if err := s.comments.Insert(ctx, c); err != nil && !isConflict(err) {
		return c, fault.Wrap("proposal.comment", err)
	}
	s.moved(ctx, WaitingComments, c.Authority)
	return c, nil
}

// Comments lists what is shown about a proposal, oldest first.
func (s *Service) Comments(ctx context.Context, id, after string, limit int) (List[Comment], error) {
	page, err := s.comments.Find(ctx, store.Query{Index: "proposal", Equal: []any{id, string(CommentShown)}, After: after, Limit: limit})
	return page, fault.Wrap("budget.Comments", err)
}

// CommentsWaiting lists what an officer of the authority has to read.
func (s *Service) CommentsWaiting(ctx context.Context, who auth.Actor, authority, after string) (List[Comment], error) {
	if !who.Holds(authority, auth.Officer) {
		return List[Comment]{}, errNotYours
	}
	page, err := s.comments.Find(ctx, store.Query{Index: "authority", Equal: []any{authority, string(CommentWaiting)}, After: after, Limit: 30})
	return page, fault.Wrap("budget.CommentsWaiting", err)
}

// DecideComment shows a comment or refuses it. A comment that is shown may still
// be refused.
func (s *Service) DecideComment(ctx context.Context, who auth.Actor, id string, show bool) error {
	c, err := s.comments.Update(ctx, id, func(c *Comment) error {
		if !who.Holds(c.Authority, auth.Officer) {
			return errNotYours
		}
		to := CommentRefused
		if show {
			to = CommentShown
		}
		if c.State == to {
			return store.ErrUnchanged
		}
		c.State, c.DecidedBy, c.DecidedAt = to, who.PersonID, s.Clock.Now()
		return nil
	})
	if err != nil {
		return fault.Wrap("comment.decide", err)
	}
	s.moved(ctx, WaitingComments, c.Authority)
	return s.recountSoon(ctx, c.Proposal)
}

// openProposals registers the jobs.
func (s *Service) openProposals(context.Context) error {
	job.Register(s.Queue, jobRecount, s.recount, job.Options{})
	job.Register(s.Queue, jobTell, s.tell, job.Options{Timeout: 5 * time.Minute})
	job.Register(s.Queue, jobMail, s.mailPerson, job.Options{})
	return nil
}

// checkProposals looks at lists, counts, histories and what they point to.
func (s *Service) checkProposals(ctx context.Context, c *checker) error {
	err := s.proposals.Each(ctx, store.Query{Limit: 200}, func(p Proposal) error { return s.checkProposal(ctx, c, p) })
	if err != nil {
		return err
	}
	return s.supports.Each(ctx, store.Query{Limit: 500}, func(x Support) error {
		if _, err := s.proposals.Get(ctx, x.Proposal); isNotFound(err) {
			return c.report("support:"+x.ID, "its proposal does not exist", nil)
		} else if err != nil {
			return err
		}
		return nil
	})
}

func (s *Service) checkProposal(ctx context.Context, c *checker, p Proposal) error {
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
	supports, err := s.supports.Count(ctx, store.Query{Index: "proposal", Equal: []any{p.ID}})
	if err != nil {
		return err
	}
	comments, err := s.comments.Count(ctx, store.Query{Index: "proposal", Equal: []any{p.ID, string(CommentShown)}})
	if err != nil {
		return err
	}
	if supports != p.Supports || comments != p.Comments {
		if err := c.report(subject, "its counts are not those of its supports and comments", func() error { return s.recount(ctx, recount{p.ID}) }); err != nil {
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
