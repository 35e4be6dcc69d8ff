package budget

import (
	"context"
	"slices"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// forumSchema declares the forums.
var forumSchema = store.Schema{Name: "budget_forums", Indexes: []store.Index{
	{Name: "edition", Fields: []string{"edition", "on"}},
	{Name: "kind", Fields: []string{"edition", "kind", "on"}},
	{Name: "names", Fields: []string{"names", "changed"}},
}}

func (s *Service) openForums(ctx context.Context) (err error) {
	s.forums, err = store.Open[Forum](ctx, s.DB, forumSchema)
	return err
}

// errNoForum hides a forum.
var errNoForum = fault.New(fault.NotFound, "There is no such forum.")

// Plan puts a forum into the calendar of an edition.
func (s *Service) Plan(ctx context.Context, who auth.Actor, edition string, f Forum, once string) (Forum, error) {
	e, err := s.Edition(ctx, who, edition)
	if err != nil {
		return f, err
	}
	roles := RolesIn(who, e.Authority)
	as := roleIn([]Role{AsFacilitator, AsOfficer}, roles)
	if as == "" {
		return f, errNotYours
	}
	if !RunningPhases.Has(e.Phase) {
		return f, errNotNow
	}
	f.Venue = tidy(f.Venue, false)
	found := required("venue", f.Venue, i18n.Msg("Say where it takes place"), MaxTitle)
	if !slices.Contains(ForumKinds, f.Kind) {
		found = append(found, Problem{Field: "kind", Message: i18n.Msg("Choose one")})
	}
	if f.On.IsZero() {
		found = append(found, Problem{Field: "on", Message: i18n.Msg("Give the day")})
	}
	if _, ok := e.Area(f.Area); !ok && (f.Area != "" || f.Kind == ZoneForum && len(e.Rules.Areas) > 0) {
		found = append(found, Problem{Field: "area", Message: i18n.Msg("Choose the area")})
	}
	if err := broken(found); err != nil {
		return f, err
	}
	now := s.Clock.Now()
	planned := Forum{Meta: store.Meta{ID: s.Ident.ID()}, Edition: e.ID, Authority: e.Authority, Country: e.Country, Kind: f.Kind, Area: f.Area,
		On: f.On, Venue: f.Venue, State: ForumPlanned, CreatedAt: now, ChangedAt: now}
	if once != "" {
		planned.ID = onceID("forum", who.PersonID, once)
	}
	planned.History = audit.Append(nil, s.forumEntry(planned, who, as, ActPlan, "", ForumPlanned))
	if err := s.forums.Insert(ctx, planned); err != nil && !isConflict(err) {
		return planned, fault.Wrap("forum.plan", err)
	}
	s.changed(e.ID)
	return planned, fault.Wrap("forum.plan", s.Audit.Record(ctx, planned.History...))
}

func (s *Service) forumEntry(f Forum, who auth.Actor, as Role, act ForumAct, from, to ForumState) audit.Entry {
	return audit.Entry{Subject: "forum:" + f.ID, Authority: f.Authority, Act: "forum." + string(act), From: string(from), To: string(to),
		ActorID: actorID(who), ActorRole: string(as), At: s.Clock.Now(), Public: true}
}

// Forum returns a forum as this actor may see it.
func (s *Service) Forum(ctx context.Context, who auth.Actor, id string) (Forum, error) {
	f, err := s.forums.Get(ctx, id)
	switch {
	case isNotFound(err):
		return f, errNoForum
	case err != nil:
		return f, fault.Wrap("budget.Forum", err)
	case who.IsSystem() || who.Holds(f.Authority, staff...):
		return f, nil
	}
	if _, err := s.Edition(ctx, who, f.Edition); err != nil {
		return Forum{}, errNoForum
	}
	return f.Public(), nil
}

// Forums lists the forums of an edition by their day.
func (s *Service) Forums(ctx context.Context, edition, after string) (List[Forum], error) {
	page, err := s.forums.Find(ctx, store.Query{Index: "edition", Equal: []any{edition}, After: after, Limit: 50})
	for i := range page.Items {
		page.Items[i] = page.Items[i].Public()
	}
	return page, fault.Wrap("budget.Forums", err)
}

// RecordForum writes down what happened: put changes the record and nothing
// else. What is wrong with it is not kept, and said in a *Broken.
func (s *Service) RecordForum(ctx context.Context, who auth.Actor, id string, put func(*Forum, Edition)) (Forum, error) {
	return s.actOnForum(ctx, who, id, ActRecord, nil, func(f *Forum, e Edition) error {
		put(f, e)
		for i := range f.Ideas {
			f.Ideas[i].Title = tidy(f.Ideas[i].Title, false)
			if f.Ideas[i].ID == "" {
				f.Ideas[i].ID = s.Ident.ID()
			}
		}
		for i := range f.Candidates {
			f.Candidates[i].Name = tidy(f.Candidates[i].Name, false)
		}
		f.Notes = tidy(f.Notes, true)
		elect(f.Candidates, 1)
		return broken(f.problems(e))
	})
}

// actOnForum does one act to a forum in one compare-and-set.
func (s *Service) actOnForum(ctx context.Context, who auth.Actor, id string, act ForumAct, already func(Forum) bool, change func(*Forum, Edition) error) (Forum, error) {
	before, err := s.Forum(ctx, who, id)
	if err != nil {
		return before, err
	}
	e, err := s.editions.Get(ctx, before.Edition)
	if err != nil {
		return before, fault.Wrap("forum."+string(act), err)
	}
	f, err := s.forums.Update(ctx, id, func(f *Forum) error {
		to, as, err := NextForum(f.State, act, RolesIn(who, f.Authority)...)
		if already != nil && already(*f) && err != errNotYours {
			return store.ErrUnchanged
		}
		if err != nil {
			return err
		}
		if change != nil {
			if err := change(f, e); err != nil {
				return err
			}
		}
		if act != ActRecord || f.State != to { // saving the record again leaves no further trace
			f.History = audit.Append(f.History, s.forumEntry(*f, who, as, act, f.State, to))
		}
		f.State, f.ChangedAt, f.Names = to, s.Clock.Now(), f.unpublished()
		return nil
	})
	if err != nil {
		return before, fault.Wrap("forum."+string(act), err)
	}
	s.changed(f.Edition)
	return f, fault.Wrap("forum."+string(act), s.Audit.Record(ctx, f.History...))
}

// CallOff cancels a forum that was only planned.
func (s *Service) CallOff(ctx context.Context, who auth.Actor, id string) (Forum, error) {
	return s.actOnForum(ctx, who, id, ActCallOff, func(f Forum) bool { return f.State == ForumCalledOff }, nil)
}

// CloseForum makes the minutes final and public. A zone forum has counted who
// came; a delegates' forum has scored every project on every criterion, and its
// ranking decides what is funded.
func (s *Service) CloseForum(ctx context.Context, who auth.Actor, id string) (Forum, error) {
	f, err := s.actOnForum(ctx, who, id, ActClose, func(f Forum) bool { return f.State == ForumClosed }, func(f *Forum, e Edition) error {
		if f.Attended() == 0 {
			return wrong("heads_f_16-24", i18n.Msg("Count who came before closing the minutes"))
		}
		if f.Kind == DelegatesForum {
			if e.Frozen == nil {
				return errNotNow
			}
			if len(f.Scores) < len(e.Frozen.Projects)*len(e.Rules.Criteria) {
				return wrong("scores", i18n.Msg("Every project needs a score on every criterion"))
			}
		}
		f.ClosedAt = s.Clock.Now()
		return nil
	})
	if err != nil || f.Kind != DelegatesForum {
		return f, err
	}
	e, err := s.editions.Get(ctx, f.Edition)
	if err != nil {
		return f, err
	}
	return f, s.settleRanking(ctx, e, e.Phase)
}

// settleRanking funds what the delegates' forum ranked within the envelope,
// once its minutes are final and the time of the vote is over.
func (s *Service) settleRanking(ctx context.Context, e Edition, p Phase) error {
	if e.Rules.Selection != ByDelegates || e.Frozen == nil || p != Deliberating && p != Counting {
		return nil
	}
	var last *Forum
	err := s.forums.Each(ctx, store.Query{Index: "kind", Equal: []any{e.ID, string(DelegatesForum)}}, func(f Forum) error {
		if f.State == ForumClosed {
			last = &f
		}
		return nil
	})
	if err != nil || last == nil {
		return err
	}
	var funded []string
	for _, r := range Rank(e, e.Frozen.Projects, last.Scores) {
		if r.Fits {
			funded = append(funded, r.Project.ID)
		}
	}
	return s.Settle(ctx, e.ID, funded)
}

// SendOn makes a proposal of an idea of a forum. Sending it on twice makes one.
func (s *Service) SendOn(ctx context.Context, who auth.Actor, forum, idea string, in Input) (Proposal, error) {
	f, err := s.Forum(ctx, who, forum)
	if err != nil {
		return Proposal{}, err
	}
	i := slices.IndexFunc(f.Ideas, func(x Idea) bool { return x.ID == idea })
	if i < 0 {
		return Proposal{}, errNoForum
	}
	in.Source, in.Name, in.Public = FromForum, "", false
	p, err := s.Register(ctx, who, f.Edition, in, forum, "idea:"+forum+":"+idea)
	if err != nil {
		return p, err
	}
	_, err = s.forums.Update(ctx, forum, func(f *Forum) error {
		for i := range f.Ideas {
			if f.Ideas[i].ID == idea {
				f.Ideas[i].Proposal = p.ID
			}
		}
		return nil
	})
	return p, fault.Wrap("forum.send_on", err)
}

// checkForums looks at what forums point to, and at their histories.
func (s *Service) checkForums(ctx context.Context, c *checker) error {
	return s.forums.Each(ctx, store.Query{Limit: 200}, func(f Forum) error {
		if f.Names != f.unpublished() {
			mend := func() error {
				_, err := s.forums.Update(ctx, f.ID, func(f *Forum) error { f.Names = f.unpublished(); return nil })
				return err
			}
			if err := c.report("forum:"+f.ID, "it is not noted that it has names to delete", mend); err != nil {
				return err
			}
		}
		if _, err := s.editions.Get(ctx, f.Edition); isNotFound(err) {
			if err := c.report("forum:"+f.ID, "its edition does not exist", nil); err != nil {
				return err
			}
		}
		differences, err := s.Audit.Compare(ctx, f.History...)
		if err != nil || len(differences.Missing) == 0 {
			return err
		}
		return c.report("forum:"+f.ID, "its history is not in the audit", func() error { return s.Audit.Record(ctx, f.History...) })
	})
}
