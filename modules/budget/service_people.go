package budget

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// PersonalData is what proposals keep about a person, as it is given out.
type PersonalData struct {
	Proposals []Proposal  `json:"proposals"`
	Supports  []Supported `json:"supported_proposals"`
	Following []Supported `json:"followed_proposals"`
	Comments  []Written   `json:"comments"`
}

// Supported is a proposal somebody supports or follows.
type Supported struct {
	Proposal string    `json:"proposal"`
	At       time.Time `json:"at"`
}

// Written is a comment with where it stands.
type Written struct {
	Proposal string       `json:"proposal"`
	Text     string       `json:"text"`
	Name     string       `json:"shown_name,omitempty"`
	State    CommentState `json:"state"`
	At       time.Time    `json:"at"`
}

// Export returns what is kept about a person.
func (s *Service) Export(ctx context.Context, personID string) (PersonalData, error) {
	var data PersonalData
	err := s.proposals.Each(ctx, store.Query{Index: "author", Equal: []any{personID}}, func(p Proposal) error {
		data.Proposals = append(data.Proposals, p)
		return nil
	})
	if err == nil {
		err = s.supports.Each(ctx, store.Query{Index: "person", Equal: []any{personID}}, func(x Support) error {
			data.Supports = append(data.Supports, Supported{x.Proposal, x.At})
			return nil
		})
	}
	if err == nil {
		err = s.followers.Each(ctx, store.Query{Index: "person", Equal: []any{personID}}, func(x Follower) error {
			data.Following = append(data.Following, Supported{x.Proposal, x.At})
			return nil
		})
	}
	if err == nil {
		err = s.comments.Each(ctx, store.Query{Index: "person", Equal: []any{personID}}, func(c Comment) error {
			data.Comments = append(data.Comments, Written{c.Proposal, c.Text, c.Name, c.State, c.At})
			return nil
		})
	}
	return data, fault.Wrap("budget.Export", err)
}

// RetainUntil returns until when something must be kept of a deleted account:
// nothing is.
func (s *Service) RetainUntil(context.Context, string) (time.Time, error) { return time.Time{}, nil }

// Erase forgets a deleted person: supports lose the person and stay counted,
// follows and drafts are deleted, comments lose name and person, proposals stay
// without their author's name. Safe to repeat.
func (s *Service) Erase(ctx context.Context, personID string) error {
	err := s.supports.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Limit: 200}, func(x Support) error {
		_, err := s.supports.Update(ctx, x.ID, func(x *Support) error { x.Person = ""; return nil })
		return err
	})
	if err == nil {
		err = s.followers.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Limit: 200}, func(x Follower) error {
			return ignoreGone(s.followers.Delete(ctx, x.ID))
		})
	}
	if err == nil {
		err = s.comments.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Limit: 200}, func(c Comment) error {
			if c.State == CommentWaiting {
				return ignoreGone(s.comments.Delete(ctx, c.ID))
			}
			_, err := s.comments.Update(ctx, c.ID, func(c *Comment) error { c.Person, c.Name = "", ""; return nil })
			return err
		})
	}
	if err == nil {
		err = s.proposals.Each(ctx, store.Query{Index: "author", Equal: []any{personID}, Limit: 50}, func(p Proposal) error {
			return s.eraseAuthor(ctx, p)
		})
	}
	return fault.Wrap("budget.Erase", err)
}

func ignoreGone(err error) error {
	if isNotFound(err) {
		return nil
	}
	return err
}

// eraseAuthor deletes what nobody has seen and takes the name off the rest.
func (s *Service) eraseAuthor(ctx context.Context, p Proposal) error {
	if p.State == Draft {
		if err := s.Files.Discard(ctx, p.Photos); err != nil {
			return err
		}
		return ignoreGone(s.proposals.Delete(ctx, p.ID))
	}
	_, err := s.actOnProposal(ctx, auth.System, p.ID, ActForgetOne, done{private: true}, nil, func(p *Proposal, _ Edition) error {
		p.Author = Author{}
		return nil
	})
	return err
}

// OnJoined moves what one account has to another that is the same person's. A
// proposal that both supported is supported once.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error {
	if kept == gone || kept == "" || gone == "" {
		return nil
	}
	err := s.supports.Each(ctx, store.Query{Index: "person", Equal: []any{gone}, Limit: 200}, func(x Support) error {
		return s.moveSupport(ctx, x, kept)
	})
	if err == nil {
		err = s.followers.Each(ctx, store.Query{Index: "person", Equal: []any{gone}, Limit: 200}, func(x Follower) error {
			moved := Follower{Meta: store.Meta{ID: pairID("follow", x.Proposal, kept)}, Proposal: x.Proposal, Person: kept, At: x.At}
			if err := s.followers.Insert(ctx, moved); err != nil && !isConflict(err) {
				return err
			}
			return ignoreGone(s.followers.Delete(ctx, x.ID))
		})
	}
	if err == nil {
		err = s.comments.Each(ctx, store.Query{Index: "person", Equal: []any{gone}, Limit: 200}, func(c Comment) error {
			_, err := s.comments.Update(ctx, c.ID, func(c *Comment) error { c.Person = kept; return nil })
			return err
		})
	}
	if err == nil {
		err = s.proposals.Each(ctx, store.Query{Index: "author", Equal: []any{gone}, Limit: 50}, func(p Proposal) error {
			_, err := s.proposals.Update(ctx, p.ID, func(p *Proposal) error { p.Author.PersonID = kept; return nil })
			return err
		})
	}
	return fault.Wrap("budget.OnJoined", err)
}

func (s *Service) moveSupport(ctx context.Context, x Support, kept string) error {
	if err := s.recountSoon(ctx, x.Proposal); err != nil {
		return err
	}
	moved := Support{Meta: store.Meta{ID: pairID("support", x.Proposal, kept)}, Proposal: x.Proposal, Person: kept, At: x.At}
	if err := s.supports.Insert(ctx, moved); err != nil && !isConflict(err) {
		return err
	}
	if err := ignoreGone(s.supports.Delete(ctx, x.ID)); err != nil {
		return err
	}
	return s.recountSoon(ctx, x.Proposal)
}
