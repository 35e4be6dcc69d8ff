package budget

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Begin creates the draft of an edition from a template. once is a token of the
// form ("" for none): a repeat of the post with the same token returns the
// edition of the first.
func (s *Service) Begin(ctx context.Context, who auth.Actor, authority string, t Template, once string) (Edition, error) {
	if !slices.Contains(Templates, t) {
		return Edition{}, wrong("template", i18n.Msg("Choose one"))
	}
	if !who.IsSystem() && !who.Holds(authority, auth.Officer) {
		return Edition{}, errNotYours
	}
	a, err := s.authority(ctx, authority)
	if err != nil {
		return Edition{}, err
	}
	now := s.Clock.Now()
	e := begin(t, a, now, s.Words)
	e.Meta, e.CreatedBy = store.Meta{ID: s.Ident.ID()}, actorID(who)
	if once != "" {
		e.ID = onceID("edition", who.PersonID, once)
	}
	e.History = audit.Append(nil, audit.Entry{Subject: "budget:" + e.ID, Authority: authority, Act: "budget." + string(ActBegin),
		To: string(Drafting), ActorID: actorID(who), ActorRole: string(AsOfficer), At: now, Details: map[string]string{"template": string(t)}})
	e.settle()
	if err := s.editions.Insert(ctx, e); err != nil && !isConflict(err) { // a conflict is the same post, a moment earlier
		return Edition{}, fault.Wrap("budget.begin", err)
	}
	return s.Edition(ctx, who, e.ID)
}

// SetUpStep saves one step of the set-up as it goes. What was written is kept
// even when something is wrong with it; the error is then a *Broken and the
// edition is returned with it. put writes the fields of the step and no others.
// Once the edition is announced, only what has no problems is saved, and the
// calendar is changed by Reschedule alone.
func (s *Service) SetUpStep(ctx context.Context, who auth.Actor, id string, step Setup, put func(*Edition)) (Edition, error) {
	if !slices.Contains(Setups, step) {
		return Edition{}, errNoEdition
	}
	d := done{details: map[string]string{"step": string(step)}}
	e, err := s.actOnEdition(ctx, who, id, ActSetUp, d, nil, func(e *Edition) error {
		if e.Phase != Drafting && step == SetCalendar {
			return errNotNow
		}
		put(e)
		if !slices.Contains(e.Saved, step) {
			e.Saved = append(e.Saved, step)
		}
		if e.Phase != Drafting {
			return broken(e.Problems(step))
		}
		return nil
	})
	if err != nil {
		return e, err
	}
	return e, broken(e.Problems(step))
}

// Announce makes a draft public: it enters the first phase of its calendar. A
// *Broken tells what is still wrong. Announcing twice is announcing once.
func (s *Service) Announce(ctx context.Context, who auth.Actor, id string) (Edition, error) {
	e, err := s.actOnEdition(ctx, who, id, ActAnnounce, done{}, func(e Edition) bool { return RunningPhases.Has(e.Phase) && seesEdition(who, e) }, func(e *Edition) error {
		for _, step := range Setups {
			if found := e.Problems(step); len(found) > 0 {
				return broken(found)
			}
		}
		if first := &e.Calendar[0]; first.From.After(s.Clock.Now()) {
			first.From = s.Clock.Now() // who announces it today begins today
		}
		return nil
	})
	if err != nil {
		return e, err
	}
	return e, s.catchUp(ctx, e.ID)
}

// catchUp lets the clock move an edition as far as it has got.
func (s *Service) catchUp(ctx context.Context, id string) error {
	for range CalendarPhases {
		e, err := s.editions.Get(ctx, id)
		if err != nil || !e.Clocked || e.ClockAt.After(s.Clock.Now()) {
			return err
		}
		if _, err := s.Enter(ctx, auth.System, id, e.Phase, ""); err != nil {
			return err
		}
	}
	return nil
}

// Tick moves every edition to the phase that the clock says it is. An edition
// that cannot go on (no feasible project to vote for) stays, and is logged.
func (s *Service) Tick(ctx context.Context) error {
	q := store.Query{Index: "clock", Equal: []any{true}, To: s.Clock.Now().Add(time.Millisecond), Limit: 100}
	return s.editions.Each(ctx, q, func(e Edition) error {
		if err := s.catchUp(ctx, e.ID); err != nil {
			s.Log.Warn("a budget does not go on", "edition", e.ID, "phase", e.Phase, "err", err)
		}
		return ctx.Err()
	})
}

// Enter moves an edition from a phase to the next of its calendar: by the clock
// when that is due, by an officer at any time with a reason, which changes the
// calendar. Entering Voting freezes the rules. An edition that has left the
// phase already is returned as it is.
func (s *Service) Enter(ctx context.Context, who auth.Actor, id string, from Phase, reason string) (Edition, error) {
	reason = tidy(reason, true)
	if !who.IsSystem() {
		if err := broken(required("reason", reason, needReason, MaxReason)); err != nil {
			return Edition{}, err
		}
	}
	e, err := s.Edition(ctx, who, id)
	if err != nil {
		return e, err
	}
	act, next := ActEnter, Stage{}
	if n, ok := e.Calendar.Next(e.Phase); ok {
		next = n
	}
	switch {
	case e.Phase == Voting:
		act = ActEndVote
	case next.Phase == Voting:
		act = ActFreeze
	}
	d := done{reason: reason}
	var projects []Project
	if act == ActFreeze {
		if projects, err = s.toVoteFor(ctx, e); err != nil {
			return e, err
		}
	}
	return s.actOnEdition(ctx, who, id, act, d, func(e Edition) bool { return e.Phase != from }, func(e *Edition) error {
		now := s.Clock.Now()
		if err := e.begin(next.Phase, now, who.IsSystem()); err != nil {
			return err
		}
		if act != ActFreeze {
			return nil
		}
		frozen, err := Freeze(*e, projects, now)
		e.Frozen = &frozen
		return err
	})
}

// begin lets a stage of the calendar begin now. The clock begins only what is
// due; by hand the stage before ends now.
func (e *Edition) begin(p Phase, now time.Time, clock bool) error {
	i := e.Calendar.index(p)
	if i < 0 {
		return errNotNow
	}
	e.Calendar = slices.Clone(e.Calendar)
	next := &e.Calendar[i]
	if !next.From.After(now) {
		return nil
	}
	if clock {
		return errNotNow
	}
	next.From = now
	if before := e.Calendar.index(e.Phase); before >= 0 && e.Calendar[before].To.After(now) {
		e.Calendar[before].To = now
	}
	return nil
}

// toVoteFor returns the feasible projects of an edition by area and number, with
// a lot drawn for each.
func (s *Service) toVoteFor(ctx context.Context, e Edition) ([]Project, error) {
	var projects []Project
	err := s.proposals.Each(ctx, store.Query{Index: "edition", Equal: []any{e.ID, string(Feasible)}, Limit: 200}, func(p Proposal) error {
		if len(projects) == MaxProjects {
			return fault.New(fault.Invalid, "There are more than {limit} feasible projects: too many for one vote.", "limit", MaxProjects)
		}
		projects = append(projects, p.Project())
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(projects) == 0 {
		return nil, fault.New(fault.Invalid, "There is no feasible project yet: the vote cannot open.")
	}
	order := map[string]int{}
	for i, a := range e.AllAreas() {
		order[a.Key] = i
	}
	slices.SortStableFunc(projects, func(a, b Project) int {
		if d := order[a.Area] - order[b.Area]; d != 0 {
			return d
		}
		return int(a.Number - b.Number)
	})
	lots := s.draw(len(projects))
	for i := range projects {
		projects[i].Lot = lots[i]
	}
	return projects, nil
}

// draw returns the numbers 1 to n in a drawn order.
func (s *Service) draw(n int) []int {
	lots := make([]int, n)
	for i := range lots {
		lots[i] = i + 1
	}
	for i := n - 1; i > 0; i-- {
		j := s.Ident.Intn(i + 1)
		lots[i], lots[j] = lots[j], lots[i]
	}
	return lots
}

// listProjects puts the projects of the frozen list on the ballot, when voting
// has opened. What is feasible and came too late for the list is not in it.
func (s *Service) listProjects(ctx context.Context, e Edition, p Phase) error {
	if p != Voting || e.Frozen == nil {
		return nil
	}
	for _, project := range e.Frozen.Projects {
		_, err := s.actOnProposal(ctx, auth.System, project.ID, ActList, done{tasks: []Task{{taskTell, NoticeListed}}}, func(p Proposal) bool { return p.State != Feasible }, func(p *Proposal, _ Edition) error {
			p.Cost, p.Lot = project.Cost, project.Lot
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Reschedule changes the dates of stages that have not ended, with a reason that
// is public. The calendar must stay in order, and what has begun keeps its
// beginning. Once voting has opened its dates are frozen.
func (s *Service) Reschedule(ctx context.Context, who auth.Actor, id string, calendar Calendar, reason string) (Edition, error) {
	reason = tidy(reason, true)
	if err := broken(required("reason", reason, needReason, MaxReason)); err != nil {
		return Edition{}, err
	}
	return s.actOnEdition(ctx, who, id, ActCalendar, done{reason: reason}, nil, func(e *Edition) error {
		now := s.Clock.Now()
		old := e.Calendar
		e.Calendar = slices.Clone(calendar)
		found := e.calendarProblems()
		for _, s := range old {
			changed, ok := calendar.Stage(s.Phase)
			switch {
			case (!s.To.After(now) || e.Frozen != nil && s.Phase == Voting) && !changed.same(s):
				found = append(found, Problem{Field: "to_" + string(s.Phase), Message: i18n.Msg("This phase is over; its dates stay")})
			case !s.From.After(now) && (!ok || !changed.From.Equal(s.From)):
				found = append(found, Problem{Field: "from_" + string(s.Phase), Message: i18n.Msg("This phase has begun; its first day stays")})
			case ok && changed.To.Before(now) && !changed.To.Equal(s.To):
				found = append(found, Problem{Field: "to_" + string(s.Phase), Message: i18n.Msg("Give a day that is not over")})
			}
		}
		return broken(found)
	})
}

// Finish closes an edition after the last phase of its calendar.
func (s *Service) Finish(ctx context.Context, who auth.Actor, id string) (Edition, error) {
	return s.actOnEdition(ctx, who, id, ActFinish, done{}, func(e Edition) bool { return e.Phase == Closed }, nil)
}

// Cancel ends an edition for good, in public and with its reason. What was
// voted is not counted.
func (s *Service) Cancel(ctx context.Context, who auth.Actor, id, reason string) (Edition, error) {
	reason = tidy(reason, true)
	if err := broken(required("reason", reason, needReason, MaxReason)); err != nil {
		return Edition{}, err
	}
	return s.actOnEdition(ctx, who, id, ActCancel, done{reason: reason}, func(e Edition) bool { return e.Phase == Cancelled }, func(e *Edition) error {
		e.Cancelled = reason
		return nil
	})
}

// Discard deletes a draft.
func (s *Service) Discard(ctx context.Context, who auth.Actor, id string) error {
	e, err := s.Edition(ctx, who, id)
	if err != nil {
		return err
	}
	if _, _, err := e.Next(ActDiscard, RolesIn(who, e.Authority)...); err != nil {
		return err
	}
	return fault.Wrap("budget.discard", s.editions.Delete(ctx, id))
}

// Settle says which projects of the frozen list are funded: all others are not.
// Ballots and delegates' forums end in it. The funded ones of an area must not
// cost more than its envelope. It may be repeated.
func (s *Service) Settle(ctx context.Context, id string, funded []string) error {
	e, err := s.editions.Get(ctx, id)
	if err != nil {
		return fault.Wrap("budget.Settle", err)
	}
	if e.Frozen == nil {
		return errNotNow
	}
	spent := map[string]int64{}
	for _, p := range e.Frozen.Projects {
		if slices.Contains(funded, p.ID) {
			spent[p.Area] += p.Cost
		}
	}
	for _, a := range e.AllAreas() {
		if spent[a.Key] > a.Envelope {
			return fault.New(fault.Invalid, "The projects of “{area}” cost more than its envelope.", "area", a.Name("ar"))
		}
	}
	for _, p := range e.Frozen.Projects {
		act, notice := ActPassOver, NoticeNotFunded
		if slices.Contains(funded, p.ID) {
			act, notice = ActFund, NoticeFunded
		}
		d := done{tasks: []Task{{taskTell, notice}}}
		if _, err := s.actOnProposal(ctx, auth.System, p.ID, act, d, func(p Proposal) bool { return p.State != OnBallot }, nil); err != nil {
			return err
		}
	}
	return nil
}
