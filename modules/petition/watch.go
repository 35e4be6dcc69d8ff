package petition

import (
	"context"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Watcher is another module that has to know of everything that happens to
// petitions: the desk, the webhooks.
type Watcher interface {
	// PetitionMoved is told after a petition changed, at least once, and again
	// until it returns no error. It may come late: read the petition as it is.
	PetitionMoved(ctx context.Context, id string) error
	// CommentsMoved is told after comments were written, taken back or moderated
	// for an organisation, once for many that come together.
	CommentsMoved(ctx context.Context, org string) error
	// WorkMoved is told after a sheet of paper, a burst or a batch changed:
	// "sheet:ID", "burst:ID", "batch:ID". What cannot be told is not told again:
	// ask WorkWaiting from time to time.
	WorkMoved(ctx context.Context, subject string) error
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

// tellOfComments tells all of them that other comments wait at an organisation.
func (s *Service) tellOfComments(ctx context.Context, j commentsJob) error {
	for _, w := range s.watchers {
		if err := w.CommentsMoved(ctx, j.Org); err != nil {
			return err
		}
	}
	return nil
}

// commentsMoved has the watchers told by a job, so that a crowd that comments
// at once does not wait for them.
func (s *Service) commentsMoved(ctx context.Context, org string) {
	if err := job.Enqueue(context.WithoutCancel(ctx), s.Queue, jobComments, org, commentsJob{Org: org}, s.Clock.Now()); err != nil {
		s.Log.Error("the comments that wait could not be told of", "org", org, "err", err) // they are asked for again soon
	}
}

// commentsJob tells of the comments of an organisation.
type commentsJob struct {
	Org string `bson:"org"`
}

// workMoved tells all watchers of a sheet, a burst or a batch.
func (s *Service) workMoved(ctx context.Context, subject string) {
	for _, w := range s.watchers {
		if err := w.WorkMoved(context.WithoutCancel(ctx), subject); err != nil {
			s.Log.Error("work that waits could not be told of", "subject", subject, "err", err) // it is asked for again soon
		}
	}
}

// WorkWaiting pages through the ids of the sheets, bursts or batches (sort:
// "sheet", "burst", "batch") that wait for somebody at an organisation.
func (s *Service) WorkWaiting(ctx context.Context, sort, org, after string, limit int) (ids []string, next string, err error) {
	part, cursor, _ := strings.Cut(after, "|")
	switch sort {
	case "sheet": // first those to be entered, then those to be confirmed
		ids, next, err = idsOf(s.SheetsWaiting(ctx, org, part == listSheetsToConfirm, cursor, limit))
		switch {
		case next != "" && part == "":
			next = listSheetsToEnter + "|" + next
		case next != "":
			next = part + "|" + next
		case part != listSheetsToConfirm:
			next = listSheetsToConfirm + "|"
		}
	case "burst":
		ids, next, err = idsOf(s.BurstsAt(ctx, org, after, limit))
	case "batch":
		ids, next, err = idsOf(s.batches.Find(ctx, store.Query{Index: "lists", Equal: []any{listProposed + "|" + org}, After: after, Limit: limit}))
	}
	return ids, next, fault.Wrap("petition.WorkWaiting", err)
}

// worked is a document that stands in the work lists of a desk.
type worked interface{ subject() string }

func (s Sheet) subject() string { return "sheet:" + s.ID }
func (b Burst) subject() string { return "burst:" + b.ID }
func (b Batch) subject() string { return "batch:" + b.ID }

func idsOf[T worked](page Page[T], err error) (ids []string, next string, _ error) {
	for _, x := range page.Items {
		_, id, _ := strings.Cut(x.subject(), ":")
		ids = append(ids, id)
	}
	return ids, page.Next, err
}

// Work is a sheet, a burst or a batch that waits, or waited, for the people of
// its authority, for other modules that act for the platform itself.
type Work struct {
	Petition Petition
	Version  int64    // grows with each change
	Waits    WorkKind // "" when nothing is to be done
	Number   int      // of a sheet
	By       string   // the person whose turn it is: who entered a sheet that came back
	Since    time.Time
	Due      time.Time // the end of the collection, as long as that ends the sheet; zero for none
}

// WorkKind is what is to be done.
type WorkKind string

// The kinds of work.
const (
	EnterTheSheet   WorkKind = "sheet_enter"
	ConfirmTheSheet WorkKind = "sheet_confirm"
	LookAtTheBurst  WorkKind = "burst"
	DecideTheBatch  WorkKind = "batch"
)

// WorkOf returns what waits of a subject that WorkMoved named. NotFound when
// there is none.
func (s *Service) WorkOf(ctx context.Context, subject string) (w Work, err error) {
	kind, id, _ := strings.Cut(subject, ":")
	about := ""
	switch kind {
	case "sheet":
		about, err = s.sheetWork(ctx, id, &w)
	case "burst":
		var b Burst
		if b, err = s.bursts.Get(ctx, id); err == nil && b.State == BurstOpen {
			w.Waits = LookAtTheBurst
		}
		about, w.Version, w.Since = b.Petition, b.Version, b.To
	case "batch":
		var b Batch
		if b, err = s.batches.Get(ctx, id); err == nil && b.State == BatchProposed {
			w.Waits = DecideTheBatch
		}
		about, w.Version, w.Since = b.Petition, b.Version, b.At
	default:
		return w, errNone
	}
	if err == nil {
		w.Petition, err = s.petitions.Get(ctx, about)
	}
	if isNotFound(err) {
		return w, errNone
	}
	if kind == "sheet" && !SignableStates.Has(w.Petition.State) {
		w.Waits = "" // it can count no more
	}
	if w.Petition.State == Open && kind == "sheet" {
		w.Due = w.Petition.ClosesAt
	}
	return w, fault.Wrap("petition.WorkOf", err)
}

func (s *Service) sheetWork(ctx context.Context, id string, w *Work) (about string, err error) {
	x, err := s.sheets.Get(ctx, id)
	if err != nil {
		return "", err
	}
	w.Version, w.Number, w.Since = x.Version, x.Number, x.ReturnedAt
	switch x.State {
	case SheetReturned:
		w.Waits = EnterTheSheet
		if n := len(x.EnteredBy); n > 0 {
			w.By = x.EnteredBy[n-1]
		}
	case SheetEntered:
		w.Waits = ConfirmTheSheet
	}
	return x.Petition, nil
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
