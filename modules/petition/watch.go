package petition

import (
	"context"
	"strings"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Watcher is another module that has to know of everything that happens to
// petitions: the desk, the webhooks.
type Watcher interface {
	// PetitionMoved is told after a petition changed, at least once, and again
	// until it returns no error. It may come late: read the petition as it is.
	PetitionMoved(ctx context.Context, id string) error
	// CommentsMoved is told after comments were moderated for an organisation;
	// that a new one waits is found by asking CommentsWaiting from time to time.
	CommentsMoved(ctx context.Context, org string) error
}

// Watch adds a watcher. Call it while the program is put together.
func (s *Service) Watch(w Watcher) { s.watchers = append(s.watchers, w) }

// tellWatchers tells all of them. A draft that was never submitted is its
// author's own affair.
func (s *Service) tellWatchers(ctx context.Context, p Petition) error {
	if p.SubmittedAt.IsZero() {
		return nil
	}
	for _, w := range s.watchers {
		if err := w.PetitionMoved(ctx, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// Whole returns a petition with all there is to know of it, for other modules
// that act for the platform itself; they show nothing of it that Petition.Public
// takes away. NotFound when there is none.
func (s *Service) Whole(ctx context.Context, id string) (Petition, error) {
	p, err := s.petitions.Get(ctx, id)
	if isNotFound(err) {
		return p, errNone
	}
	return p, fault.Wrap("petition.Whole", err)
}

// WaitingAt pages through the ids of the petitions that wait for somebody at
// an organisation: for moderation, then for a reply.
func (s *Service) WaitingAt(ctx context.Context, org, after string, limit int) (ids []string, next string, err error) {
	list, cursor, _ := strings.Cut(after, "|")
	if list == "" {
		list = listModeration
	}
	page, err := s.petitions.Find(ctx, store.Query{Index: "lists", Equal: []any{list + "|" + org}, After: cursor, Limit: limit})
	if err != nil {
		return nil, "", fault.Wrap("petition.WaitingAt", err)
	}
	for _, p := range page.Items {
		ids = append(ids, p.ID)
	}
	switch {
	case page.Next != "":
		next = list + "|" + page.Next
	case list == listModeration && org != auth.PlatformID:
		next = listAnswer + "|"
	}
	return ids, next, nil
}

// EachSubmitted pages through the ids of all petitions; for check alone, as it
// walks everything there is.
func (s *Service) EachSubmitted(ctx context.Context, after string, limit int) (ids []string, next string, err error) {
	page, err := s.petitions.Find(ctx, store.Query{After: after, Limit: limit})
	for _, p := range page.Items {
		if !p.SubmittedAt.IsZero() {
			ids = append(ids, p.ID)
		}
	}
	return ids, page.Next, fault.Wrap("petition.EachSubmitted", err)
}

// CommentsWaiting returns how many comments an organisation's officers have to
// read, and the one that waits longest; none when the number is 0.
func (s *Service) CommentsWaiting(ctx context.Context, org string) (n int64, oldest Comment, err error) {
	q := store.Query{Index: "lists", Equal: []any{listPending + "|" + org}}
	if n, err = s.signatures.Count(ctx, q); err != nil || n == 0 {
		return n, oldest, fault.Wrap("petition.CommentsWaiting", err)
	}
	q.Limit = 1
	page, err := s.signatures.Find(ctx, q)
	if err != nil || len(page.Items) == 0 {
		return 0, oldest, fault.Wrap("petition.CommentsWaiting", err)
	}
	return n, comments(page).Items[0], nil
}
