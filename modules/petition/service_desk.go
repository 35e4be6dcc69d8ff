package petition

import (
	"context"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Overdue reports whether the authority owes a reply whose day has passed.
func (p Petition) Overdue(t time.Time) bool {
	return p.State == Lapsed || DeadlineStates.Has(p.State) && !p.AnswerDueAt.IsZero() && t.After(p.AnswerDueAt)
}

// ReplyRuns reports whether a period runs, or has run out, within which the
// authority must reply. From admission on it is the session that counts.
func (p Petition) ReplyRuns() bool {
	return (p.State == Lapsed || DeadlineStates.Has(p.State)) && !p.AnswerDueAt.IsZero()
}

// Terms are what publication on this day would freeze.
type Terms struct {
	Threshold Threshold
	Months    int // of the collection
	ClosesAt  time.Time
}

// TermsOf returns the terms of a petition if it were published now.
func (s *Service) TermsOf(ctx context.Context, p Petition) (Terms, error) {
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return Terms{}, err
	}
	now := s.Clock.Now()
	threshold, err := s.Law.Threshold(ctx, a, p.Kind, now)
	if err != nil {
		return Terms{}, fault.Wrap("petition.TermsOf", err)
	}
	periods, err := s.Law.Periods(ctx, a, now)
	return Terms{Threshold: threshold, Months: periods.CollectMonths, ClosesAt: monthsOn(now, periods.CollectMonths, p.Country)}, fault.Wrap("petition.TermsOf", err)
}

// LastClosing returns the last day to which the collection of a published
// petition may be moved.
func (s *Service) LastClosing(ctx context.Context, p Petition) (time.Time, error) {
	a, err := s.authority(ctx, p.Authority)
	if err != nil {
		return time.Time{}, err
	}
	periods, err := s.Law.Periods(ctx, a, p.PublishedAt)
	return monthsOn(p.PublishedAt, max(periods.CollectMonths, periods.MaxCollectMonths), p.Country), fault.Wrap("petition.LastClosing", err)
}

// Hearers returns how many people are told of the answer at most: who follows,
// and who signed and wants to know. Somebody who does both counts twice here
// and is told once. For the authority's own people.
func (s *Service) Hearers(ctx context.Context, who auth.Actor, p Petition) (int64, error) {
	if !seesAll(who, p) {
		return 0, errNotYours
	}
	followers, err := s.followers.Count(ctx, store.Query{Index: "petition", Equal: []any{p.ID}})
	if err != nil {
		return 0, fault.Wrap("petition.Hearers", err)
	}
	signers, err := s.signatures.Count(ctx, store.Query{Index: "lists", Equal: []any{listNews + "|" + p.ID}})
	return followers + signers, fault.Wrap("petition.Hearers", err)
}

// Named is what a reader of the audit is told of a petition.
type Named struct {
	ID, Reference string
	Title         map[string]string // by language; nil where the reader may not know it
	Langs         []string
	Serves        bool // the reader has a part in how it is dealt with
	Public        bool
}

// Known returns those subjects of the audit ("petition:ID") that are petitions,
// by subject, with as much of each as the actor may know.
func (s *Service) Known(ctx context.Context, who auth.Actor, subjects []string) (map[string]Named, error) {
	var ids []string
	for _, x := range subjects {
		if id, ok := strings.CutPrefix(x, "petition:"); ok {
			ids = append(ids, id)
		}
	}
	petitions, err := s.petitions.GetMany(ctx, ids)
	known := make(map[string]Named, len(petitions))
	for id, p := range petitions {
		n := Named{ID: id, Reference: p.Reference, Serves: serves(who, p), Public: p.IsPublic()}
		if n.Serves || n.Public && !p.TextHidden() {
			n.Title, n.Langs = map[string]string{}, p.Langs
			for lang, t := range p.Texts {
				n.Title[lang] = t.Object
			}
		}
		known[subject(id)] = n
	}
	return known, fault.Wrap("petition.Known", err)
}
