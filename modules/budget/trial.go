package budget

import (
	"context"
	"slices"
	"strings"
	"time"

	"musharaka/modules/budget/outcome"
	"musharaka/modules/budget/pabulib"
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// What may be tried: files that a city's own election fits in with room to
// spare, and counts that end.
const (
	TrialBytes    = 8 << 20
	trialVoters   = 200_000
	trialProjects = 1_000
	trialKept     = 7 * 24 * time.Hour
	trialTime     = 3 * time.Minute
)

// Try takes a Pabulib file to be counted in the background and returns the id
// under which its result can be seen for a week. A *Broken tells what is wrong
// with the file, with the line; an empty rule means the file's own.
func (s *Service) Try(ctx context.Context, data []byte, rule, beside tally.Rule) (string, error) {
	f, err := readForeign(data)
	if err != nil {
		return "", err
	}
	if len(f.Election.Ballots) > trialVoters || len(f.Election.Projects) > trialProjects {
		return "", wrong("file", i18n.Msg("The file has more than {voters} ballots or {projects} projects"), "voters", trialVoters, "projects", trialProjects)
	}
	rules := outcome.RulesFor(f)
	if slices.Contains(tally.Rules(), rule) {
		rules.Rule, rules.Compare = rule, false
	}
	if slices.Contains(tally.Rules(), beside) {
		rules.Beside = beside
	}
	now := s.Clock.Now()
	id := s.Ident.ID()
	if err := s.keep(ctx, trialFile(id), data, now.Add(trialKept)); err != nil {
		return "", err
	}
	r := Result{Meta: store.Meta{ID: id}, State: ResultWaiting, Trial: true, Title: trialTitle(f), Rules: &rules, AskedAt: now, ExpiresAt: now.Add(trialKept)}
	if err := s.counts.Insert(ctx, r); err != nil {
		return "", fault.Wrap("budget.Try", err)
	}
	return id, job.Enqueue(ctx, s.Queue, jobTry, id, counted{id}, now)
}

func trialFile(id string) string { return "trial/" + id + ".pb" }

// trialTitle is what a file says of itself.
func trialTitle(f *pabulib.File) string {
	var parts []string
	for _, key := range []string{"unit", "district", "subunit", "instance"} {
		if v := f.Value(key); v != "" {
			parts = append(parts, v)
		}
	}
	if len(parts) == 0 {
		parts = append(parts, f.Value("description"))
	}
	return shorten(strings.Join(parts, " · "), 120)
}

// Trial returns a count of a file that was tried, with the file; NotFound when
// there is none or its week is over.
func (s *Service) Trial(ctx context.Context, id string) (Result, error) {
	r, err := s.counts.Get(ctx, id)
	if isNotFound(err) || err == nil && (!r.Trial || !r.ExpiresAt.After(s.Clock.Now())) {
		return Result{}, fault.New(fault.NotFound, "There is no such count. Files that are tried are kept for a week.")
	}
	return r, fault.Wrap("budget.Trial", err)
}

// TrialFile returns the file of a trial as it was sent.
func (s *Service) TrialFile(ctx context.Context, id string) ([]byte, error) {
	if _, err := s.Trial(ctx, id); err != nil {
		return nil, err
	}
	return s.kept(ctx, trialFile(id))
}

// countTrial counts a file, for at most trialTime.
func (s *Service) countTrial(ctx context.Context, what counted) error {
	r, err := s.Trial(ctx, what.ID)
	if isNotFound(err) || err == nil && r.State != ResultWaiting {
		return nil
	}
	if err != nil {
		return err
	}
	data, err := s.kept(ctx, trialFile(what.ID))
	if err != nil {
		return err
	}
	f, err := pabulib.Read(data)
	if err != nil {
		return err
	}
	until := s.Clock.Now().Add(trialTime)
	part, err := outcome.Count(outcome.FromFile(f), *r.Rules, func() bool { return ctx.Err() != nil || s.Clock.Now().After(until) })
	if err != nil {
		return s.giveUp(ctx, what.ID, err)
	}
	_, err = s.finish(ctx, what.ID, ResultDocument{Rules: *r.Rules, Parts: []outcome.Part{*part}})
	return err
}

// giveUp notes why a file cannot be counted; anything that may pass is left to
// the next attempt.
func (s *Service) giveUp(ctx context.Context, id string, why error) error {
	if ctx.Err() != nil || !fault.Is(why, fault.Invalid) && !fault.Is(why, fault.Unavailable) {
		return why
	}
	message, _ := fault.Shown(why)
	_, err := s.counts.Update(ctx, id, func(r *Result) error {
		r.State, r.Problem, r.DoneAt = ResultFailed, message, s.Clock.Now()
		return nil
	})
	return err
}

// forgetTrials deletes what was tried more than a week ago.
func (s *Service) forgetTrials(ctx context.Context) error {
	q := store.Query{Index: "trial", Equal: []any{true}, To: s.Clock.Now(), Limit: 100}
	return s.counts.Each(ctx, q, func(r Result) error {
		if err := s.papers.Delete(ctx, trialFile(r.ID)); err != nil && !isNotFound(err) {
			return err
		}
		return s.counts.Delete(ctx, r.ID)
	})
}
