package council

import (
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// The kinds of what waits at an authority.
const (
	WaitsToBeRead     = "question_to_read"
	WaitsForAnswer    = "question_to_answer"
	WaitsCallToRead   = "call_to_read"
	WaitsCallReached  = "call_reached"
	WaitsForMinutes   = "session_without_minutes"
	WaitsToBeOpened   = "session_to_open" // its hour has passed
	WaitsLateNotice   = "session_late_notice"
	WaitsForItsReport = "meeting_to_report"
)

var waitingLabels = map[string]string{
	WaitsToBeRead: i18n.Msg("To read before it enters the register"), WaitsForAnswer: i18n.Msg("Question without an answer"),
	WaitsCallToRead: i18n.Msg("Request to read before it is published"), WaitsCallReached: i18n.Msg("Enough people support it: set a date or give reasons"),
	WaitsForMinutes: i18n.Msg("Session without minutes"), WaitsToBeOpened: i18n.Msg("The hour of the session has passed"),
	WaitsLateNotice: i18n.Msg("Convened later than the rules say"), WaitsForItsReport: i18n.Msg("The day has passed: say what came out of it"),
}

// Waiting is one thing that waits for an authority.
type Waiting struct {
	Kind      string // Waits…
	Label     string // message id
	ID        string
	Reference string // "" where it has none
	Title     string // people's words; "" for sessions
	SessionAt time.Time
	Path      string // of the desk's page for it, without the language
	Since     time.Time
	DueAt     time.Time // zero where no rule sets a day
	Due       Rule
}

// Waits returns what waits for an authority, at most limit of each kind, what is
// due first in front. It costs the same however much lies behind.
func (s *Service) Waits(ctx context.Context, authority string, limit int) ([]Waiting, error) {
	var all []Waiting
	for _, gather := range []func(context.Context, string, int) ([]Waiting, error){s.questionsThatWait, s.callsThatWait, s.sessionsThatWait} {
		found, err := gather(ctx, authority, limit)
		if err != nil {
			return nil, fault.Wrap("council.Waits", err)
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b Waiting) int {
		if a.DueAt.IsZero() != b.DueAt.IsZero() {
			if a.DueAt.IsZero() {
				return 1
			}
			return -1
		}
		if !a.DueAt.Equal(b.DueAt) {
			return a.DueAt.Compare(b.DueAt)
		}
		return a.Since.Compare(b.Since)
	})
	return all, nil
}

func deskPath(authority string) string { return "/desk/councils/" + authority }

func (s *Service) questionsThatWait(ctx context.Context, authority string, limit int) ([]Waiting, error) {
	var all []Waiting
	for _, list := range []string{"desk|", "due|"} {
		page, err := s.questions.Find(ctx, store.Query{Index: "lists", Equal: []any{list + authority}, Limit: limit})
		if err != nil {
			return nil, err
		}
		for _, q := range page.Items {
			all = append(all, q.waits()...)
		}
	}
	return all, nil
}

func (q Question) waits() []Waiting {
	kind := WaitsForAnswer
	switch {
	case q.State == QuestionWaiting:
		kind = WaitsToBeRead
	case q.State != QuestionRegistered || q.Kind != AskedQuestion:
		return nil
	}
	return []Waiting{{Kind: kind, Label: waitingLabels[kind], ID: q.ID, Reference: q.Reference, Title: q.Title,
		Path: deskQuestionPath(q), Since: q.AskedAt, DueAt: q.DueAt, Due: q.Due}}
}

func (s *Service) callsThatWait(ctx context.Context, authority string, limit int) ([]Waiting, error) {
	var all []Waiting
	for _, list := range []string{"desk|", "due|"} {
		calls, err := s.callsIn(ctx, list+authority, limit)
		if err != nil {
			return nil, err
		}
		for _, c := range calls {
			all = append(all, c.waits(s.Clock.Now())...)
		}
	}
	return all, nil
}

func (c Call) waits(now time.Time) []Waiting {
	w := Waiting{ID: c.ID, Title: c.Title, Path: deskCallPath(c)}
	switch {
	case c.State == CallWaiting:
		w.Kind, w.Since = WaitsCallToRead, c.CreatedAt
	case c.State == CallReached:
		w.Kind, w.Since = WaitsCallReached, c.ReachedAt
	case c.State == CallAccepted && !c.MeetsAt.After(now):
		w.Kind, w.Since = WaitsForItsReport, c.MeetsAt
	default:
		return nil
	}
	w.Label = waitingLabels[w.Kind]
	return []Waiting{w}
}

func (s *Service) sessionsThatWait(ctx context.Context, authority string, limit int) ([]Waiting, error) {
	var all []Waiting
	for _, state := range []State{SessionConvened, SessionOpen, SessionClosed} {
		page, err := s.sessions.Find(ctx, store.Query{Index: "state", Equal: []any{authority, string(state)}, Limit: limit})
		if err != nil {
			return nil, err
		}
		for _, x := range page.Items {
			all = append(all, x.waits(s.Clock.Now())...)
		}
	}
	return all, nil
}

func (s Session) waits(now time.Time) []Waiting {
	w := Waiting{ID: s.ID, Path: deskSessionPath(s), SessionAt: s.StartsAt}
	switch {
	case s.State == SessionClosed:
		w.Kind, w.Since = WaitsForMinutes, s.ClosedAt
	case s.State == SessionConvened && !s.StartsAt.After(now):
		w.Kind, w.Since = WaitsToBeOpened, s.StartsAt
	case s.State == SessionConvened && s.WasLate():
		w.Kind, w.Since = WaitsLateNotice, s.NoticeAt
	default:
		return nil
	}
	w.Label = waitingLabels[w.Kind]
	return []Waiting{w}
}

// The sorts of documents of which something can wait.
const (
	sortQuestion = "question"
	sortCall     = "call"
	sortSession  = "session"
)

var sorts = []string{sortQuestion, sortCall, sortSession}

// Owed is what waits of one document.
type Owed struct {
	Authority, Country string
	Stamp              int64 // grows with each change
	Waits              []Waiting
}

// Owed returns what waits of the document that ref names ("question-ID",
// "call-ID", "session-ID"); NotFound for none.
func (s *Service) Owed(ctx context.Context, ref string) (Owed, error) {
	sort, id, _ := strings.Cut(ref, "-")
	switch sort {
	case sortQuestion:
		q, err := s.questions.Get(ctx, id)
		return Owed{q.Authority, q.Country, int64(len(q.History)), q.waits()}, err
	case sortCall:
		c, err := s.calls.Get(ctx, id)
		return Owed{c.Authority, c.Country, int64(len(c.History)), c.waits(s.Clock.Now())}, err
	case sortSession:
		x, err := s.sessions.Get(ctx, id)
		return Owed{x.Authority, x.Country, int64(len(x.History)), x.waits(s.Clock.Now())}, err
	}
	return Owed{}, errNone
}

// Refs pages through the documents of which something may wait, of all
// authorities, or with all through every one there is. The cursor names the
// sort and the place in its list.
func (s *Service) Refs(ctx context.Context, all bool, after string, limit int) (refs []string, next string, err error) {
	sort, cursor, _ := strings.Cut(after, "|")
	i := max(slices.Index(sorts, sort), 0)
	q := store.Query{After: cursor, Limit: limit}
	if !all {
		q.Index, q.Equal = atDesk.Name, []any{true}
	}
	add := func(id string) { refs = append(refs, sorts[i]+"-"+id) }
	switch sorts[i] {
	case sortQuestion:
		page, wrong := s.questions.Find(ctx, q)
		for _, d := range page.Items {
			add(d.ID)
		}
		next, err = page.Next, wrong
	case sortCall:
		page, wrong := s.calls.Find(ctx, q)
		for _, d := range page.Items {
			add(d.ID)
		}
		next, err = page.Next, wrong
	case sortSession:
		page, wrong := s.sessions.Find(ctx, q)
		for _, d := range page.Items {
			add(d.ID)
		}
		next, err = page.Next, wrong
	}
	switch {
	case next != "":
		next = sorts[i] + "|" + next
	case i+1 < len(sorts):
		next = sorts[i+1] + "|"
	}
	return refs, next, fault.Wrap("council.Refs", err)
}

// Watcher hears that something about a document changed; ref is as in Owed.
type Watcher interface {
	CouncilMoved(ctx context.Context, ref string) error
}

// Watch has a watcher told of every change. Call it while the program is put
// together.
func (s *Service) Watch(w Watcher) { s.watchers = append(s.watchers, w) }

func (s *Service) moved(ctx context.Context, sort, id string) error {
	for _, w := range s.watchers {
		if err := w.CouncilMoved(ctx, sort+"-"+id); err != nil {
			return err
		}
	}
	return nil
}
