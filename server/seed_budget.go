package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"musharaka/modules/budget"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
)

// demoBudget is one participatory budget of the demo. Days is how long ago its
// calendar began; Spans are the days of its phases.
type demoBudget struct {
	Key, Authority                string
	Officer, Studier, Facilitator string // keys of people; without the last two the officer stands in
	Template                      string
	AR, FR                        string
	IntroAR                       string `yaml:"intro_ar"`
	IntroFR                       string `yaml:"intro_fr"`
	Envelope                      int64  // whole units of the currency
	Areas                         []demoArea
	Days                          int
	Spans                         map[string]int
	Proposals                     []demoProposal
	Online                        int    // ballots cast online
	Settled                       bool   // the delegates' forum was held and decided
	Cancelled                     string // why, "" when it was not
}

type demoArea struct {
	AR, FR   string
	Envelope int64
}

// demoProposal is one proposal; By is a person's key, or "…_citizen" for
// somebody of the crowd who lives there.
type demoProposal struct {
	By       string
	Area     int
	Heading  string
	Needs    []string
	AR, FR   string
	Body     string
	Lat, Lng float64 // a point on the map, where both are given
	Waits    bool    // nobody has read it yet
	Supports int
	Cost     int64  // 0: not examined yet, or not feasible
	Why      string // it is not feasible, for this reason
}

// budgetStory plays one edition.
type budgetStory struct {
	*seeding
	demoBudget
	id        string
	proposals []string
	unit      int64 // minor units of one unit of the currency
	crowd     []string
}

// hold are the acts of one participatory budget in their time.
func (s *seeding) hold(b demoBudget) []event {
	t := &budgetStory{seeding: s, demoBudget: b, proposals: make([]string, len(b.Proposals)), unit: 100}
	if strings.HasPrefix(b.Authority, "tn-") {
		t.unit = 1000
	}
	zone := clock.Zone(strings.ToUpper(b.Authority[:2]))
	begins := clock.StartOfDay(s.mark.Now.AddDate(0, 0, -b.Days), zone)
	var all []event
	add := func(at time.Time, what string, do func(context.Context) error) {
		if at.Before(s.mark.Now) {
			all = append(all, event{at: at, what: "budget " + b.Key + ": " + what, do: do})
		}
	}
	add(begins.Add(-72*time.Hour), "set-up", func(ctx context.Context) error { return t.setUpBudget(ctx, begins, zone) })
	add(begins.Add(time.Hour), "announcing", func(ctx context.Context) error {
		officer, err := t.officer(ctx)
		if err == nil {
			_, err = t.budgets.Announce(ctx, officer, t.id)
		}
		return err
	})
	at := begins
	for _, phase := range budget.CalendarPhases {
		n, ok := b.Spans[string(phase)]
		if !ok {
			continue
		}
		start := at
		add(start.Add(2*time.Hour), "clock", t.budgets.Tick)
		switch phase {
		case budget.Proposing:
			for i := range b.Proposals {
				add(start.Add(time.Duration(26+19*i)*time.Hour), "proposal", func(ctx context.Context) error { return t.propose(ctx, i) })
			}
			if t.Facilitator != "" || b.Settled {
				add(start.Add(5*24*time.Hour), "zone forum", t.zoneForum)
			}
		case budget.Assessing:
			for i := range b.Proposals {
				add(start.Add(time.Duration(50+31*i)*time.Hour), "study", func(ctx context.Context) error { return t.examine(ctx, i) })
			}
		case budget.Voting:
			switch {
			case b.Settled:
				add(start.Add(3*24*time.Hour), "delegates' forum", t.delegatesForum)
			case b.Online > 0:
				add(start.Add(2*24*time.Hour), "ballots", t.vote)
			}
		}
		if phase == budget.Moderating && b.Cancelled != "" {
			add(start.Add(20*24*time.Hour), "cancelling", t.cancelBudget)
		}
		local := at.In(zone)
		at = time.Date(local.Year(), local.Month(), local.Day()+n, 0, 0, 0, 0, zone).UTC()
	}
	return all
}

func (t *budgetStory) officer(ctx context.Context) (auth.Actor, error) {
	who, err := t.actor(ctx, t.Officer)
	if err == nil && t.id == "" { // after an interruption
		var e budget.Edition
		e, err = t.budgets.Begin(ctx, who, t.Authority, budget.Template(t.Template), "demo "+t.Key)
		t.id = e.ID
	}
	return who, err
}

// stand returns somebody who works on the edition, else its officer.
func (t *budgetStory) stand(ctx context.Context, key string) (auth.Actor, error) {
	officer, err := t.officer(ctx)
	if err != nil || key == "" {
		return officer, err
	}
	return t.actor(ctx, key)
}

func (t *budgetStory) setUpBudget(ctx context.Context, begins time.Time, zone *time.Location) error {
	officer, err := t.officer(ctx)
	if err != nil {
		return err
	}
	steps := map[budget.Setup]func(*budget.Edition){
		budget.SetAbout: func(e *budget.Edition) {
			e.Year = e.CreatedAt.Year() + 1
			e.Texts = map[string]budget.EditionText{"ar": {Title: t.AR, Intro: t.IntroAR}, "fr": {Title: t.FR, Intro: t.IntroFR}}
		},
		budget.SetMoney: func(e *budget.Edition) {
			e.Rules.Envelope, e.Rules.Earmarks = t.Envelope*t.unit, []budget.Earmark{{Need: "women", Share: 10}, {Need: "youth", Share: 10}}
		},
		budget.SetAreas: func(e *budget.Edition) {
			e.Rules.Areas = nil
			for i, a := range t.Areas {
				e.Rules.Areas = append(e.Rules.Areas, budget.Area{Key: fmt.Sprintf("a%d", i+1), Kind: budget.Zone, Names: map[string]string{"ar": a.AR, "fr": a.FR}, Envelope: a.Envelope * t.unit})
			}
		},
		budget.SetCalendar: func(e *budget.Edition) { e.Calendar = t.calendar(begins, zone) },
		budget.SetPeople:   func(e *budget.Edition) { e.Rules.Voters.Level = 0 },
	}
	for _, step := range []budget.Setup{budget.SetAbout, budget.SetMoney, budget.SetAreas, budget.SetCalendar, budget.SetPeople} {
		if _, err := t.budgets.SetUpStep(ctx, officer, t.id, step, steps[step]); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	return nil
}

func (t *budgetStory) calendar(begins time.Time, zone *time.Location) (all budget.Calendar) {
	at := begins
	for _, phase := range budget.CalendarPhases {
		n, ok := t.Spans[string(phase)]
		if !ok {
			continue
		}
		local := at.In(zone)
		to := time.Date(local.Year(), local.Month(), local.Day()+n, 0, 0, 0, 0, zone).UTC()
		all = append(all, budget.Stage{Phase: phase, From: at, To: to})
		at = to
	}
	return all
}

// people are the crowd who live in the authority.
func (t *budgetStory) people() []string {
	if t.crowd == nil {
		for _, f := range t.faces {
			for _, place := range f.home {
				if place == t.Authority && f.BirthYear != 0 && f.BirthYear < 2005 {
					t.crowd = append(t.crowd, f.ID)
				}
			}
		}
	}
	return t.crowd
}

// author is who proposes the i-th proposal.
func (t *budgetStory) author(ctx context.Context, i int) (auth.Actor, error) {
	if by := t.Proposals[i].By; !strings.HasSuffix(by, "_citizen") {
		return t.actor(ctx, by)
	}
	crowd := t.people()
	if len(crowd) == 0 {
		return auth.Actor{}, fault.New(fault.NotFound, "").Because("seed", fmt.Errorf("nobody lives in %s", t.Authority))
	}
	return t.accounts.Actor(ctx, crowd[i%len(crowd)])
}

// propose writes, submits, publishes and supports one proposal.
func (t *budgetStory) propose(ctx context.Context, i int) error {
	x := t.Proposals[i]
	officer, err := t.officer(ctx)
	if err != nil {
		return err
	}
	who, err := t.author(ctx, i)
	if err != nil {
		return err
	}
	p, err := t.budgets.StartDraft(ctx, who, t.id, "demo "+t.Key+fmt.Sprint(i))
	if err != nil {
		return err
	}
	t.proposals[i] = p.ID
	e, err := t.budgets.Edition(ctx, officer, t.id)
	if err != nil {
		return err
	}
	in := budget.Input{Langs: []string{"ar", "fr"}, Texts: map[string]budget.Text{"ar": {Title: x.AR, Body: x.Body}, "fr": {Title: x.FR, Body: x.FR + ". " + "Le texte complet est en arabe."}},
		Area: e.AllAreas()[x.Area].Key, Heading: x.Heading, Needs: x.Needs, Source: budget.FromCitizen, Name: who.Name, Public: i%2 == 0,
		Spot: budget.Spot{Point: x.Lat != 0, Lat: x.Lat, Lng: x.Lng}}
	for _, step := range budget.Steps {
		if _, err := t.budgets.SaveStep(ctx, who, p.ID, step, in); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	if _, err := t.budgets.Submit(ctx, who, p.ID); err != nil || x.Waits {
		return err
	}
	if _, err := t.budgets.PublishProposal(ctx, officer, p.ID); err != nil {
		return err
	}
	for n, person := range t.people() {
		if n >= t.scaled(x.Supports) {
			break
		}
		if err := t.budgets.SupportProposal(ctx, auth.Actor{PersonID: person}, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// proposal returns the id of the i-th proposal, also after an interruption.
func (t *budgetStory) proposal(ctx context.Context, i int) (string, error) {
	if t.proposals[i] != "" {
		return t.proposals[i], nil
	}
	if _, err := t.officer(ctx); err != nil {
		return "", err
	}
	page, err := t.budgets.Proposals(ctx, budget.ProposalFilter{Edition: t.id, Order: budget.ByNumber, Limit: 100})
	for _, p := range page.Items {
		if p.Texts["ar"].Title == t.Proposals[i].AR {
			t.proposals[i] = p.ID
		}
	}
	return t.proposals[i], err
}

// examine gives a proposal to a service and, if the data say so, concludes.
func (t *budgetStory) examine(ctx context.Context, i int) error {
	x := t.Proposals[i]
	id, err := t.proposal(ctx, i)
	if err != nil {
		return err
	}
	officer, err := t.officer(ctx)
	if err != nil {
		return err
	}
	agent, err := t.stand(ctx, t.Studier)
	if err != nil {
		return err
	}
	if _, err := t.budgets.Assign(ctx, officer, id, "technical"); err != nil {
		return err
	}
	if x.Cost == 0 && x.Why == "" {
		return nil
	}
	in := budget.StudyInput{VisitOn: t.budgets.Clock.Now().Add(-24 * time.Hour), VisitNote: "عاين الفريق التقني المكان والتقى بعض السكان.", Explanations: map[string]string{}}
	for _, key := range budget.Checks {
		in.Checks = append(in.Checks, budget.Check{Key: key, Answer: "yes"})
	}
	if x.Why != "" {
		in.Checks[0].Answer, in.Explanations["ar"] = "no", x.Why
	} else {
		in.Running = x.Cost * t.unit / 50
		in.Lines = []budget.Line{{Label: "دراسات", Quantity: 1, Unit: x.Cost * t.unit / 10}, {Label: "أشغال", Quantity: 1, Unit: x.Cost * t.unit * 9 / 10}}
	}
	if _, err := t.budgets.SaveStudy(ctx, agent, id, in); err != nil {
		return err
	}
	verdict := budget.IsFeasible
	if x.Why != "" {
		verdict = budget.NotFeasible
	}
	_, err = t.budgets.Conclude(ctx, agent, id, verdict)
	return err
}

// zoneForum is the forum of the first area, with minutes.
func (t *budgetStory) zoneForum(ctx context.Context) error {
	who, err := t.stand(ctx, t.Facilitator)
	if err != nil {
		return err
	}
	e, err := t.budgets.Edition(ctx, who, t.id)
	if err != nil {
		return err
	}
	planned := budget.Forum{Kind: budget.ZoneForum, On: t.budgets.Clock.Now(), Venue: "دار الشباب، الأحد على الساعة العاشرة"}
	if len(e.Rules.Areas) > 0 {
		planned.Area = e.Rules.Areas[0].Key
	}
	f, err := t.budgets.Plan(ctx, who, t.id, planned, "demo zone "+t.Key)
	if err != nil {
		return err
	}
	_, err = t.budgets.RecordForum(ctx, who, f.ID, func(f *budget.Forum, _ budget.Edition) {
		f.Attendance = []budget.Heads{{Sex: "f", Band: "16-24", Count: 9}, {Sex: "f", Band: "35-49", Count: 14}, {Sex: "m", Band: "25-34", Count: 12}, {Sex: "m", Band: "65+", Count: 6}}
		f.Ideas = []budget.Idea{{Title: "تبليط الأرصفة", Hands: 21}, {Title: "سوق مغطاة", Hands: 11}, {Title: "حافلة للحي", Hands: 7}}
		f.Candidates = []budget.Candidate{{Name: "منية الورتاني", Sex: "f", Band: "35-49", Hands: 23, Public: true}, {Name: "رضا بوعزيز", Sex: "m", Band: "25-34", Hands: 15}}
		f.Notes = "افتُتح المنتدى بعرض القواعد، ثم قُدمت الأفكار ونوقشت، وجرى التصويت برفع الأيدي وعُدّت مرتين."
	})
	if err == nil {
		_, err = t.budgets.CloseForum(ctx, who, f.ID)
	}
	return err
}

// delegatesForum scores every project on every criterion and closes.
func (t *budgetStory) delegatesForum(ctx context.Context) error {
	who, err := t.stand(ctx, t.Facilitator)
	if err != nil {
		return err
	}
	f, err := t.budgets.Plan(ctx, who, t.id, budget.Forum{Kind: budget.DelegatesForum, On: t.budgets.Clock.Now(), Venue: "قصر البلدية"}, "demo delegates "+t.Key)
	if err != nil {
		return err
	}
	_, err = t.budgets.RecordForum(ctx, who, f.ID, func(f *budget.Forum, e budget.Edition) {
		f.Attendance, f.Scores = []budget.Heads{{Sex: "f", Band: "35-49", Count: 4}, {Sex: "m", Band: "25-34", Count: 5}}, nil
		for i, p := range e.Frozen.Projects {
			for j, x := range e.Rules.Criteria {
				f.Scores = append(f.Scores, budget.Score{Proposal: p.ID, Criterion: x.Key, Points: 9 - (2*i+j)%6})
			}
		}
	})
	if err == nil {
		_, err = t.budgets.CloseForum(ctx, who, f.ID)
	}
	return err
}

func (t *budgetStory) cancelBudget(ctx context.Context) error {
	officer, err := t.officer(ctx)
	if err == nil {
		_, err = t.budgets.Cancel(ctx, officer, t.id, t.Cancelled)
	}
	return err
}

// vote lets some of the inhabitants approve projects: the more people supported
// one, the likelier. Who may not vote is passed over.
func (t *budgetStory) vote(ctx context.Context) error {
	e, err := t.budgets.Edition(ctx, auth.System, t.id)
	if err != nil || e.Phase != budget.Voting {
		return err
	}
	for n, person := range t.people() {
		if n >= t.scaled(t.Online) {
			break
		}
		d, choice := dice("approval", t.Key, person), budget.Choice{}
		for _, p := range e.Frozen.Projects {
			i := slices.IndexFunc(t.Proposals, func(x demoProposal) bool { return x.AR == p.Titles["ar"] })
			if i >= 0 && d.IntN(110) < t.Proposals[i].Supports && len(choice.Picks) < e.Rules.Ballot.Max {
				choice.Picks = append(choice.Picks, budget.Pick{Project: p.ID, N: 1})
			}
		}
		choice.Blank = len(choice.Picks) == 0
		who := auth.Actor{PersonID: person}
		_, wrong, err := t.budgets.FillIn(ctx, who, t.id, choice)
		if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.Conflict) || wrong != nil {
			continue
		}
		if err == nil {
			_, err = t.budgets.Confirm(ctx, who, t.id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
