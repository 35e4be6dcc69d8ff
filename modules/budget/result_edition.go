package budget

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/budget/outcome"
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// resultsEntered asks for the count when a vote is over.
func (s *Service) resultsEntered(ctx context.Context, e Edition, p Phase) error {
	if !e.Ballots() || !DecidedPhases.Has(p) {
		return nil
	}
	return job.Enqueue(ctx, s.Queue, jobCount, e.ID, counted{e.ID}, s.Clock.Now().Add(closeAfter+time.Second))
}

// countJob counts an edition once its urn is closed; until then it fails and is
// tried again.
func (s *Service) countJob(ctx context.Context, what counted) error {
	_, err := s.CountVotes(ctx, what.ID)
	return err
}

// CountVotes counts the ballots of an edition whose vote is over, keeps the
// result with its hash and the files to recount it from, and settles which
// projects are funded. A result that is there is not counted again: what follows
// from it is.
func (s *Service) CountVotes(ctx context.Context, id string) (Result, error) {
	e, err := s.editions.Get(ctx, id)
	if err != nil {
		return Result{}, fault.Wrap("budget.CountVotes", err)
	}
	if !DecidedPhases.Has(e.Phase) || e.Frozen == nil {
		return Result{}, errNotNow
	}
	r, err := s.counts.Get(ctx, id)
	if isNotFound(err) {
		r = Result{Meta: store.Meta{ID: id}, State: ResultWaiting, AskedAt: s.Clock.Now()}
		if err = s.counts.Insert(ctx, r); isConflict(err) {
			err = nil
		}
	}
	if err != nil {
		return Result{}, fault.Wrap("budget.CountVotes", err)
	}
	if r.State == ResultWaiting {
		if r, err = s.countNow(ctx, e); err != nil {
			return Result{}, err
		}
	}
	doc, err := r.Parsed()
	if err != nil {
		return r, err
	}
	if err := s.Settle(ctx, id, e.winners(doc)); err != nil {
		return r, err
	}
	s.changed(id)
	return r, nil
}

// countNow counts, and keeps the files before the result that names them.
func (s *Service) countNow(ctx context.Context, e Edition) (Result, error) {
	a, err := s.authority(ctx, e.Authority)
	if err != nil {
		return Result{}, err
	}
	counts, err := s.elections(ctx, e)
	if err != nil {
		return Result{}, err
	}
	doc := ResultDocument{Edition: e.ID, RulesHash: e.Frozen.Hash, Rules: e.countRules(), Parts: []outcome.Part{}}
	if doc.Turnout, err = s.voted(ctx, e, a, counts); err != nil {
		return Result{}, err
	}
	for _, election := range counts {
		parts, files, err := e.countArea(election, doc.Rules, func() bool { return ctx.Err() != nil })
		if err != nil {
			return Result{}, err
		}
		for i, part := range parts {
			data, err := e.pabulib(a, files[i], part, doc.Rules).Write()
			if err != nil {
				return Result{}, fault.Wrap("budget.countNow", err)
			}
			if err := s.keep(ctx, resultFile(e.ID, part), data, time.Time{}); err != nil {
				return Result{}, err
			}
			doc.Parts = append(doc.Parts, part)
		}
		if e.votesInAreas() {
			doc.Areas = append(doc.Areas, gladIn(election, parts))
		}
	}
	doc.Areas = outcome.KeepBack(doc.Areas)
	return s.finish(ctx, e.ID, doc)
}

// resultFile is the name of a part's file.
func resultFile(edition string, p outcome.Part) string { return edition + "/" + partFile(p) }

// partFile is the name of a part's file, without the edition.
func partFile(p outcome.Part) string {
	name := p.Key
	if p.Need != "" {
		name += "-" + p.Need
	}
	return name + ".pb"
}

// countRules are the edition's frozen rules as outcome takes them. A project
// that nobody supports is never funded.
func (e Edition) countRules() outcome.Rules {
	t := e.Rules.Tally
	return outcome.Rules{Rule: t.Rule, Tie: t.Tie, Step: t.Step, Compare: t.Compare, Beside: t.Beside}
}

// elections returns what is counted: one election for each area with an
// envelope of its own. Where one ballot is for the whole town, it counts in each
// area of which it names a project.
func (s *Service) elections(ctx context.Context, e Edition) ([]outcome.Election, error) {
	areas := e.AllAreas()
	out := make([]outcome.Election, len(areas))
	type place struct{ area, project int }
	at := map[string]place{}
	for i, a := range areas {
		out[i] = outcome.Election{Key: a.Key, Currency: e.Rules.Currency, Decimals: decimalsOf(e.Rules.Currency), Budget: a.Envelope}
		if len(e.Rules.Areas) > 0 {
			out[i].Names = a.Names
		}
		for _, p := range e.Frozen.Projects {
			if p.Area != a.Key {
				continue
			}
			at[p.ID] = place{i, len(out[i].Projects)}
			out[i].Projects = append(out[i].Projects, outcome.Project{ID: strconv.FormatInt(p.Number, 10), Number: p.Number, Names: p.Titles, Cost: p.Cost, Lot: p.Lot})
		}
	}
	err := s.EachCastBallot(ctx, e.ID, "", func(b CastBallot) error {
		if b.Blank {
			for i, a := range areas {
				if b.Area == "" || b.Area == a.Key {
					out[i].Blank++
				}
			}
			return nil
		}
		votes := make([][]tally.Vote, len(areas))
		for _, p := range b.Picks {
			if in, ok := at[p.Project]; ok {
				votes[in.area] = append(votes[in.area], tally.Vote{Project: in.project, Points: e.Rules.Ballot.Weight(p, len(b.Picks), len(e.OnBallot(b.Area)))})
			}
		}
		for i, v := range votes {
			if len(v) > 0 {
				out[i].Ballots = append(out[i].Ballots, outcome.Ballot{Votes: v, Age: b.Voter.Age, Sex: b.Voter.Sex, Channel: string(b.Channel)})
			}
		}
		return nil
	})
	return out, fault.Wrap("budget.elections", err)
}

func decimalsOf(currency string) int {
	if currency == "TND" {
		return 3
	}
	return 2
}

// countArea counts one area: first each earmark among the projects that answer
// its need, with the share that is kept for it, then all that is left with the
// rest of the envelope. It returns the parts with what each was counted from.
func (e Edition) countArea(all outcome.Election, r outcome.Rules, stop func() bool) (parts []outcome.Part, from []outcome.Election, err error) {
	needs := map[string][]string{}
	for _, p := range e.Frozen.Projects {
		needs[strconv.FormatInt(p.Number, 10)] = p.Needs
	}
	left, won := all.Budget, map[string]bool{}
	count := func(need string, budget int64) error {
		election := all.Only(func(p outcome.Project) bool { return !won[p.ID] && (need == "" || slices.Contains(needs[p.ID], need)) })
		election.Need, election.Budget = need, budget
		if len(election.Projects) == 0 && need != "" {
			return nil
		}
		part, err := outcome.Count(election, r, stop)
		if err != nil {
			return err
		}
		for _, i := range part.Winners {
			won[part.Projects[i].ID] = true
		}
		left -= part.Cost
		parts, from = append(parts, *part), append(from, election)
		return nil
	}
	for _, mark := range e.Rules.Earmarks {
		if err := count(mark.Need, all.Budget*int64(mark.Share)/100); err != nil {
			return nil, nil, err
		}
	}
	return parts, from, count("", left)
}

// winners are the proposals that a result funds.
func (e Edition) winners(d ResultDocument) []string {
	byNumber := map[int64]string{}
	for _, p := range e.Frozen.Projects {
		byNumber[p.Number] = p.ID
	}
	var ids []string
	for _, part := range d.Parts {
		for _, i := range part.Winners {
			ids = append(ids, byNumber[part.Projects[i].Number])
		}
	}
	return ids
}

// Result returns the result of an edition that is public; NotFound while there
// is none.
func (s *Service) Result(ctx context.Context, edition string) (Result, error) {
	r, err := s.counts.Get(ctx, edition)
	if isNotFound(err) || err == nil && (r.State != ResultDone || r.Trial) {
		return Result{}, errNoResult
	}
	return r, fault.Wrap("budget.Result", err)
}

// ResultFile returns one of the files from which a part can be recounted.
func (s *Service) ResultFile(ctx context.Context, edition, name string) ([]byte, error) {
	if _, err := s.Result(ctx, edition); err != nil {
		return nil, err
	}
	return s.kept(ctx, edition+"/"+name)
}

// resultStamp changes whenever the page of a result would.
func (s *Service) resultStamp(ctx context.Context, edition string) (string, error) {
	e, err := s.editions.Get(ctx, edition)
	if isNotFound(err) {
		return "", errNoEdition
	}
	if err != nil {
		return "", err
	}
	r, err := s.counts.Get(ctx, edition)
	if err != nil && !isNotFound(err) {
		return "", err
	}
	return fmt.Sprintf("%d|%d", e.Version, r.Version), nil
}
