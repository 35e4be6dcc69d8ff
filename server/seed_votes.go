package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"musharaka/modules/budget"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// demoVote is a vote of the demo. Days are counted back from now.
type demoVote struct {
	Key, Place   string
	Year         int
	Opened, Days int   // days ago it opened; for how many days
	Works        int   // days of the execution; 360 when not said
	Completed    int   // days ago it was completed; 0: it was not
	Envelope     int64 // units of the currency
	Ballot       struct {
		Kind             budget.BallotKind
		Max, Total, Each int
		Change           bool
	}
	Title, Intro map[string]string
	Source       map[string]string // where the proposals come from: said with each
	Areas        []struct {
		Key, AR, FR string
		Envelope    int64
	}
	Online      int // of a hundred of the crowd who live there
	Paper       int // batches of paperBatch ballots
	Unconfirmed []string
	Groups      []demoTaste
	Projects    []demoVoted
}

// demoTaste is a part of the voters, and how many in a hundred of them choose
// each project.
type demoTaste struct {
	Share int
	Area  string
	Likes []int
}

// demoVoted is a project that is voted for.
type demoVoted struct {
	Area, AR, FR, Heading string
	Needs                 []string
	Cost                  int64
	Why                   map[string]string
}

const (
	paperBatch  = 100 // ballots
	votesAtOnce = 32
)

// polls makes the plan of a vote: a year of preparation in a few acts, the days
// of the vote, and its end.
func (s *seeding) polls(v demoVote) []event {
	place, _ := s.places.Table().Get(v.Place)
	zone := clock.Zone(place.Country)
	at := func(days int) time.Time { return clock.StartOfDay(s.mark.Now.AddDate(0, 0, -days), zone) }
	p := &poll{seeding: s, v: v, zone: zone, opens: at(v.Opened), ends: at(v.Opened - v.Days), minor: 100}
	if place.Country == "TN" {
		p.minor = 1000
	}
	do := func(days int, hours time.Duration, what string, act func(context.Context) error) event {
		return event{at: at(days).Add(hours * time.Hour), what: what + " of " + v.Key, do: act}
	}
	all := []event{
		do(v.Opened+90, 9, "announcing the budget", p.announce),
		do(v.Opened+70, 10, "the proposals", p.propose),
		do(v.Opened+30, 10, "the studies", p.study),
		do(v.Opened, 0, "opening the vote", p.tick),
	}
	last := min(v.Days, v.Opened)
	for day := range last {
		all = append(all, do(v.Opened-day, 11, fmt.Sprintf("day %d", day+1), func(ctx context.Context) error { return p.day(ctx, day, last) }))
	}
	if v.Opened >= v.Days+1 {
		all = append(all, do(v.Opened-v.Days, 0, "the end", p.tick), do(v.Opened-v.Days, 1, "closing the urn", p.closeUrn))
	}
	if v.Completed > 0 {
		all = append(all, do(v.Completed, 10, "completing the budget", p.complete))
	}
	return all
}

// poll is one vote while it is played.
type poll struct {
	*seeding
	v           demoVote
	zone        *time.Location
	opens, ends time.Time
	minor       int64
}

// officer is who looks after the budget.
func (p *poll) officer(ctx context.Context) (auth.Actor, error) {
	key, _ := p.staff(p.v.Place)
	return p.actor(ctx, key)
}

// edition finds the budget, or begins it: the token makes it the same again.
func (p *poll) edition(ctx context.Context) (budget.Edition, auth.Actor, error) {
	officer, err := p.officer(ctx)
	if err != nil {
		return budget.Edition{}, officer, err
	}
	e, err := p.budgets.Begin(ctx, officer, p.v.Place, budget.SingleBallot, "demo "+p.v.Key)
	return e, officer, err
}

// announce sets the budget up and makes it public.
func (p *poll) announce(ctx context.Context) error {
	e, officer, err := p.edition(ctx)
	if err != nil || e.Phase != budget.Drafting {
		return err
	}
	steps := map[budget.Setup]func(*budget.Edition){
		budget.SetAbout: func(e *budget.Edition) {
			e.Year = p.v.Year
			for _, lang := range []string{"ar", "fr"} {
				e.Texts[lang] = budget.EditionText{Title: p.v.Title[lang], Intro: p.v.Intro[lang]}
			}
		},
		budget.SetMoney:    func(e *budget.Edition) { e.Rules.Envelope = p.v.Envelope * p.minor },
		budget.SetAreas:    p.areas,
		budget.SetCalendar: p.calendar,
		budget.SetPeople: func(e *budget.Edition) {
			e.Rules.Voters = budget.Eligibility{MinAge: 16, AgeOn: p.opens, Ties: []budget.Tie{budget.Residence}}
		},
		budget.SetBallot: func(e *budget.Edition) {
			b := p.v.Ballot
			e.Rules.Ballot = budget.BallotRules{Kind: b.Kind, Min: 1, Max: b.Max, PointsTotal: b.Total, PointsEach: b.Each, PerArea: len(p.v.Areas) > 0, MayChange: b.Change, MayBlank: true}
		},
	}
	for _, step := range budget.Setups {
		if put := steps[step]; put != nil {
			if _, err := p.budgets.SetUpStep(ctx, officer, e.ID, step, put); err != nil {
				return fmt.Errorf("%s: %w", step, err)
			}
		}
	}
	_, err = p.budgets.Announce(ctx, officer, e.ID)
	return err
}

func (p *poll) areas(e *budget.Edition) {
	for _, a := range p.v.Areas {
		e.Rules.Areas = append(e.Rules.Areas, budget.Area{Key: a.Key, Kind: budget.Zone, Names: map[string]string{"ar": a.AR, "fr": a.FR}, Envelope: a.Envelope * p.minor})
	}
}

// calendar lays the phases around the days of the vote.
func (p *poll) calendar(e *budget.Edition) {
	day := func(d int) time.Time { return clock.StartOfDay(p.opens.In(p.zone).AddDate(0, 0, d), p.zone) }
	stage := func(phase budget.Phase, from, to int) budget.Stage {
		return budget.Stage{Phase: phase, From: day(from), To: day(to)}
	}
	n := p.v.Days
	built := n + 40 + cmp.Or(p.v.Works, 360)
	e.Calendar = budget.Calendar{
		stage(budget.Informing, -90, -75), stage(budget.Proposing, -75, -45), stage(budget.Assessing, -45, -14), stage(budget.Costing, -14, 0),
		{Phase: budget.Voting, From: p.opens, To: p.ends}, stage(budget.Counting, n, n+5), stage(budget.Deliberating, n+5, n+40), stage(budget.Executing, n+40, built),
		stage(budget.Accounting, built, built+30),
	}
}

// propose takes the proposals.
func (p *poll) propose(ctx context.Context) error {
	if err := p.tick(ctx); err != nil {
		return err
	}
	e, officer, err := p.edition(ctx)
	if err != nil || e.Phase != budget.Proposing {
		return err
	}
	for i, project := range p.v.Projects {
		area := project.Area
		if area == "" {
			area = budget.TownKey
		}
		made, err := p.budgets.Register(ctx, officer, e.ID, budget.Input{
			Langs: []string{"ar", "fr"}, Area: area, Heading: project.Heading, Needs: project.Needs, Source: budget.FromDesk, Name: p.profile(dice("proposer", p.v.Key, project.AR), e.Country).Name,
			Spot:  budget.Spot{Words: project.AR},
			Texts: map[string]budget.Text{"ar": {Title: project.AR, Body: project.Why["ar"] + "\n" + p.v.Source["ar"]}, "fr": {Title: project.FR, Body: project.Why["fr"] + "\n" + p.v.Source["fr"]}},
		}, "", fmt.Sprintf("demo %s %d", p.v.Key, i))
		if err != nil {
			return fmt.Errorf("%s: %w", project.FR, err)
		}
		if made.State != budget.Submitted {
			continue
		}
		if _, err := p.budgets.PublishProposal(ctx, officer, made.ID); err != nil {
			return err
		}
	}
	return nil
}

// study finds every proposal feasible, at its cost.
func (p *poll) study(ctx context.Context) error {
	if err := p.tick(ctx); err != nil {
		return err
	}
	e, officer, err := p.edition(ctx)
	if err != nil || e.Phase != budget.Assessing {
		return err
	}
	all, err := p.budgets.Proposals(ctx, budget.ProposalFilter{Edition: e.ID, Group: budget.InDiscussion, Limit: 200})
	if err != nil {
		return err
	}
	for _, found := range all.Items {
		i := slices.IndexFunc(p.v.Projects, func(x demoVoted) bool { return x.AR == found.Text("ar").Title })
		if i < 0 {
			continue
		}
		study := budget.StudyInput{VisitOn: p.app.clock.Now().AddDate(0, 0, -2), VisitNote: "تمت معاينة الموقع مع المقترِح.", Lines: []budget.Line{{Label: "أشغال وتجهيزات", Quantity: 1, Unit: p.v.Projects[i].Cost * p.minor}}}
		for _, key := range budget.Checks {
			study.Checks = append(study.Checks, budget.Check{Key: key, Answer: "yes"})
		}
		for _, act := range []func() (budget.Proposal, error){
			func() (budget.Proposal, error) { return p.budgets.Assign(ctx, officer, found.ID, "technical") },
			func() (budget.Proposal, error) { return p.budgets.SaveStudy(ctx, officer, found.ID, study) },
			func() (budget.Proposal, error) { return p.budgets.Conclude(ctx, officer, found.ID, budget.IsFeasible) },
		} {
			if _, err := act(); err != nil {
				return fmt.Errorf("%s: %w", found.Text("fr").Title, err)
			}
		}
	}
	return nil
}

func (p *poll) tick(ctx context.Context) error { return p.budgets.Tick(ctx) }

// taste draws one of the groups, and what somebody of it chooses.
func (p *poll) taste(d *rand.Rand, e budget.Edition) budget.Choice {
	n := d.IntN(100)
	group := p.v.Groups[len(p.v.Groups)-1]
	for _, g := range p.v.Groups {
		if n -= g.Share; n < 0 {
			group = g
			break
		}
	}
	c := budget.Choice{Area: group.Area}
	if d.IntN(100) < 2 {
		c.Blank = true
		return c
	}
	for _, i := range d.Perm(len(group.Likes)) {
		if d.IntN(100) >= group.Likes[i] {
			continue
		}
		j := slices.IndexFunc(e.Frozen.Projects, func(x budget.Project) bool { return x.Titles["ar"] == p.v.Projects[i].AR })
		pick := budget.Pick{Project: e.Frozen.Projects[j].ID, N: 1}
		switch e.Rules.Ballot.Kind {
		case budget.Points:
			pick.N = int64(1 + d.IntN(e.Rules.Ballot.PointsEach))
		case budget.Ranking:
			pick.N = int64(len(c.Picks) + 1)
		}
		more := c
		more.Picks = append(slices.Clone(c.Picks), pick)
		if _, wrong := e.Settle(more); wrong == nil {
			c = more
		}
	}
	c.Blank = len(c.Picks) == 0
	return c
}

// day lets a share of the people vote: those whose turn it is.
func (p *poll) day(ctx context.Context, day, days int) error {
	e, _, err := p.edition(ctx)
	if err != nil || e.Phase != budget.Voting {
		return err
	}
	e, err = p.budgets.Edition(ctx, auth.System, e.ID)
	if err != nil {
		return err
	}
	var errs []error
	var mu sync.Mutex
	var wait sync.WaitGroup
	gate := make(chan struct{}, votesAtOnce)
	for _, f := range p.faces {
		d := dice("vote", p.v.Key, f.ID)
		turn := d.IntN(days)
		if turn != day || !slices.Contains(f.home, p.v.Place) || d.IntN(100) >= p.v.Online || d.Float64() >= p.share {
			continue
		}
		choice := p.taste(d, e)
		gate <- struct{}{}
		wait.Go(func() {
			defer func() { <-gate }()
			if err := p.cast(ctx, e, f.ID, choice); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if day == days-1 {
		if err := p.onPaper(ctx, e); err != nil {
			errs = append(errs, err)
		}
		for _, key := range p.v.Unconfirmed {
			_, _, err := p.budgets.FillIn(ctx, auth.Actor{PersonID: inventedID(key)}, e.ID, p.taste(dice("unconfirmed", key), e))
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// cast votes online. Who is too young is refused, and that is part of the story.
func (p *poll) cast(ctx context.Context, e budget.Edition, person string, c budget.Choice) error {
	who := auth.Actor{PersonID: person}
	_, wrong, err := p.budgets.FillIn(ctx, who, e.ID, c)
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.Conflict) || wrong != nil {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = p.budgets.Confirm(ctx, who, e.ID)
	return err
}

// onPaper ticks people off and puts their ballots into the urn, by four eyes.
func (p *poll) onPaper(ctx context.Context, e budget.Edition) error {
	officer, err := p.officer(ctx)
	if err != nil {
		return err
	}
	second := auth.Actor{PersonID: inventedID("second reader"), Memberships: officer.Memberships}
	size := p.scaled(paperBatch)
	for n := range p.scaled(p.v.Paper) {
		d := dice("paper", p.v.Key, fmt.Sprint(n))
		area := ""
		if len(p.v.Areas) > 0 {
			area = p.v.Areas[n%len(p.v.Areas)].Key
		}
		if err := p.tickOff(ctx, officer, e, area, n, size, d); err != nil {
			return err
		}
		b, err := p.budgets.EnterBatch(ctx, officer, e.ID, budget.Batch{Meta: store.Meta{ID: fmt.Sprintf("demo-%s-%d", p.v.Key, n)}, Channel: budget.Paper, Area: area,
			Place: fmt.Sprintf("مكتب التصويت %d", n%4+1), Typed: p.sheets(e, area, size, d)})
		if err == nil && !(n == 0 && p.ends.After(p.mark.Now)) { // of a running vote one batch waits for a second pair of eyes
			_, err = p.budgets.ConfirmBatch(ctx, second, b.ID)
		}
		if err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}

func (p *poll) tickOff(ctx context.Context, officer auth.Actor, e budget.Edition, area string, batch, size int, d *rand.Rand) error {
	var errs []error
	var mu sync.Mutex
	var wait sync.WaitGroup
	gate := make(chan struct{}, votesAtOnce)
	for i := range size {
		number := fmt.Sprintf("97%06d", batch*paperBatch+i)
		if e.Country == "MA" {
			number = fmt.Sprintf("ZX%06d", batch*paperBatch+i+1)
		}
		m := budget.Mark{Channel: budget.Paper, Number: number, Area: area, Birth: p.mark.Now.Year() - 20 - d.IntN(60), Sex: []string{"f", "m"}[d.IntN(2)]}
		gate <- struct{}{}
		wait.Go(func() {
			defer func() { <-gate }()
			if err := p.budgets.TickOff(ctx, officer, e.ID, m); err != nil && !fault.Is(err, fault.Conflict) {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// sheets are ballots as an agent types them.
func (p *poll) sheets(e budget.Edition, area string, size int, d *rand.Rand) string {
	var lines []string
	for len(lines) < size {
		c := p.taste(d, e)
		if c.Area != area {
			continue
		}
		line := "0"
		if !c.Blank {
			var words []string
			for _, pick := range c.Picks {
				i := slices.IndexFunc(e.Frozen.Projects, func(x budget.Project) bool { return x.ID == pick.Project })
				word := fmt.Sprint(e.Frozen.Projects[i].Number)
				if e.Rules.Ballot.Kind == budget.Points {
					word += fmt.Sprint("=", pick.N)
				}
				words = append(words, word)
			}
			line = strings.Join(words, " ")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// closeUrn ends the vote for good.
func (p *poll) closeUrn(ctx context.Context) error {
	e, _, err := p.edition(ctx)
	if err != nil {
		return err
	}
	return p.budgets.CloseUrn(ctx, e.ID)
}

// complete ends the whole budget after the accountability day.
func (p *poll) complete(ctx context.Context) error {
	if err := p.tick(ctx); err != nil {
		return err
	}
	e, officer, err := p.edition(ctx)
	if err == nil {
		_, err = p.budgets.Finish(ctx, officer, e.ID)
	}
	return err
}
