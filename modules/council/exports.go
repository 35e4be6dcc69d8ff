package council

import (
	"context"
	"io"
	"strconv"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/feed"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/table"
)

// ExportDecisions writes the register of decisions, the latest first, page by
// page: year by year if f says so.
func (s *Service) ExportDecisions(ctx context.Context, w io.Writer, a Authority, f DecisionFilter, l *i18n.Locale) error {
	l = l.Plain()
	out := table.NewWriter(w, l.T("Number"), l.T("Date"), l.T("Who decides"), l.T("Subject"), l.T("Reference"), l.T("Result"), l.T("For"), l.T("Against"), l.T("Abstained"), l.T("Decision"), l.T("Web address"))
	q := store.Query{Index: "lists", Equal: []any{f.list(a.ID)}, Desc: true, Limit: 500}
	err := s.decisions.Each(ctx, q, func(d Decision) error {
		out.Row(d.Label(), dayOf(d.On, d.Country), bodyName(l, d.Body), d.Title, d.Subject.Reference, l.T(resultLabel(d)), votes(d, d.For), votes(d, d.Against), votes(d, d.Abstain),
			d.Text, s.PublicURL+"/"+l.Lang()+decisionPath(d))
		return nil
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// resultLabel is what became of a decision.
func resultLabel(d Decision) string {
	if d.State == DecisionAnnulled {
		return i18n.Msg("Annulled")
	}
	return outcomeLabels[d.Outcome]
}

// votes is a count, "" where nobody voted.
func votes(d Decision, n int) string {
	if d.For+d.Against+d.Abstain == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func dayOf(t time.Time, country string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Zone(country)).Format(time.DateOnly)
}

// ExportQuestions writes the public register of opinions and questions.
func (s *Service) ExportQuestions(ctx context.Context, w io.Writer, a Authority, l *i18n.Locale) error {
	l = l.Plain()
	out := table.NewWriter(w, l.T("Reference"), l.T("Date"), l.T("Kind"), l.T("From"), l.T("Subject"), l.T("Text"), l.T("State"), l.T("Answer expected by"), l.T("Answered on"), l.T("Answer"))
	err := s.questions.Each(ctx, store.Query{Index: "lists", Equal: []any{a.ID}, Desc: true, Limit: 500}, func(q Question) error {
		out.Row(q.Reference, dayOf(q.AskedAt, q.Country), l.T(entryLabels[q.Kind]), publicName(l, q.Name, q.NamePublic), q.Title, q.Text, l.T(questionState(q)),
			dayOf(q.DueAt, q.Country), dayOf(q.AnsweredAt, q.Country), q.Answer)
		return nil
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// publicName is a name its owner made public, or that there is none.
func publicName(l *i18n.Locale, name string, public bool) string {
	if !public || name == "" {
		return l.T("An inhabitant")
	}
	return name
}

// feedEntries is how many decisions a feed holds.
const feedEntries = 30

// Feed is an authority's latest decisions as an Atom feed.
func (s *Service) Feed(ctx context.Context, a Authority, l *i18n.Locale) ([]byte, error) {
	l = l.Plain()
	page, err := s.Decisions(ctx, a.ID, DecisionFilter{Limit: feedEntries})
	if err != nil {
		return nil, err
	}
	base := s.PublicURL + "/" + l.Lang()
	list := base + "/councils/" + a.ID + "/decisions"
	news := feed.Feed{ID: list + ".atom", Title: l.T("Decisions: {place}", "place", a.Name(l.Lang())), Lang: l.Tag(), Self: list + ".atom", Page: list,
		Author: a.Name(l.Lang()), Updated: a.BodySince}
	latest := time.Time{}
	for _, d := range page.Items {
		if d.ChangedAt.After(latest) {
			latest = d.ChangedAt
		}
		news.Entries = append(news.Entries, feed.Entry{
			ID: base + decisionPath(d), Title: l.T("Decision no. {number}: {outcome}", "number", d.Label(), "outcome", l.T(resultLabel(d))) + " · " + d.Title,
			Page: base + decisionPath(d), Summary: d.Text, Published: d.CreatedAt, Updated: d.ChangedAt,
		})
	}
	if !latest.IsZero() {
		news.Updated = latest
	}
	return news.Atom()
}
