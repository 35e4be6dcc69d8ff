package council

import (
	"context"
	"slices"
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
	for kind, list := range map[string]string{WaitsToBeRead: "desk|", WaitsForAnswer: "due|"} {
		page, err := s.questions.Find(ctx, store.Query{Index: "lists", Equal: []any{list + authority}, Limit: limit})
		if err != nil {
			return nil, err
		}
		for _, q := range page.Items {
			all = append(all, Waiting{Kind: kind, Label: waitingLabels[kind], ID: q.ID, Reference: q.Reference, Title: q.Title,
				Path: deskPath(authority) + "/questions/" + q.ID, Since: q.AskedAt, DueAt: q.DueAt, Due: q.Due})
		}
	}
	return all, nil
}

func (s *Service) callsThatWait(ctx context.Context, authority string, limit int) ([]Waiting, error) {
	var all []Waiting
	for _, list := range []string{"desk|", "due|"} {
		calls, err := s.callsIn(ctx, list+authority, limit)
		if err != nil {
			return nil, err
		}
		for _, c := range calls {
			w := Waiting{Kind: WaitsCallToRead, ID: c.ID, Title: c.Title, Path: deskPath(authority) + "/calls/" + c.ID, Since: c.CreatedAt}
			switch {
			case c.State == CallReached:
				w.Kind, w.Since = WaitsCallReached, c.ReachedAt
			case c.State == CallAccepted && c.MeetsAt.After(s.Clock.Now()):
				continue
			case c.State == CallAccepted:
				w.Kind, w.Since = WaitsForItsReport, c.MeetsAt
			}
			w.Label = waitingLabels[w.Kind]
			all = append(all, w)
		}
	}
	return all, nil
}

func (s *Service) sessionsThatWait(ctx context.Context, authority string, limit int) ([]Waiting, error) {
	var all []Waiting
	now := s.Clock.Now()
	for _, state := range []State{SessionConvened, SessionOpen, SessionClosed} {
		page, err := s.sessions.Find(ctx, store.Query{Index: "state", Equal: []any{authority, string(state)}, Limit: limit})
		if err != nil {
			return nil, err
		}
		for _, x := range page.Items {
			w := Waiting{ID: x.ID, Path: deskPath(authority) + "/sessions/" + x.ID, Since: x.StartsAt}
			switch {
			case state == SessionClosed:
				w.Kind, w.Since = WaitsForMinutes, x.ClosedAt
			case state == SessionConvened && !x.StartsAt.After(now):
				w.Kind = WaitsToBeOpened
			case state == SessionConvened && x.WasLate():
				w.Kind, w.Since = WaitsLateNotice, x.NoticeAt
			default:
				continue
			}
			w.Label = waitingLabels[w.Kind]
			all = append(all, w)
		}
	}
	return all, nil
}
