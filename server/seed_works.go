package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"musharaka/modules/budget"
	"musharaka/modules/kit/clock"
)

// demoWorks is what becomes of a vote of the demo that is over.
type demoWorks struct {
	Vote     string // key of the vote
	Decision struct {
		Day                   int
		Session, Number, Note string
	}
	Projects []struct {
		Title string // in Arabic, as it was voted for
		Steps []demoWorkStep
	}
}

// demoWorkStep is one act on a funded project. Days are counted back from now.
type demoWorkStep struct {
	Day    int
	Do     string // an act of budget.Carry, or a kind of report
	Text   string // of "reached": the milestone's title
	Ref    string
	Amount int64 // units of the currency
	On     int
}

// workActs are the acts that move a project on.
var workActs = map[string]budget.Act{"procure": budget.ActProcure, "build": budget.ActBuild, "deliver": budget.ActDeliver, "drop": budget.ActDrop}

// worksEvents plans the count of a vote that is over and what followed from it.
func (s *seeding) worksEvents(v demoVote) []event {
	place, _ := s.places.Table().Get(v.Place)
	p := &poll{seeding: s, v: v, zone: clock.Zone(place.Country), minor: 100}
	if place.Country == "TN" {
		p.minor = 1000
	}
	at := func(days int) time.Time { return clock.StartOfDay(s.mark.Now.AddDate(0, 0, -days), p.zone) }
	count := event{at: at(v.Opened - v.Days).Add(3 * time.Hour), what: "the count of " + v.Key, tell: true, do: func(ctx context.Context) error {
		e, _, err := p.edition(ctx)
		if err != nil {
			return err
		}
		_, err = p.budgets.CountVotes(ctx, e.ID)
		return err
	}}
	all := []event{count}
	for _, w := range s.data.Works {
		if w.Vote != v.Key {
			continue
		}
		all = append(all, event{at: at(w.Decision.Day).Add(15 * time.Hour), what: "the council's decision on " + v.Key, do: func(ctx context.Context) error { return p.decide(ctx, w, at(w.Decision.Day)) }})
		n := 0
		for _, project := range w.Projects {
			for i, step := range project.Steps {
				n++
				all = append(all, event{at: at(step.Day).Add(9*time.Hour + time.Duration(n)*time.Minute), what: fmt.Sprintf("%s of %s", step.Do, project.Title), tell: true,
					do: func(ctx context.Context) error {
						return p.carry(ctx, project.Title, step, at(step.On), fmt.Sprint("demo ", v.Key, project.Title, i))
					}})
			}
		}
	}
	return all
}

func (p *poll) decide(ctx context.Context, w demoWorks, on time.Time) error {
	if err := p.tick(ctx); err != nil {
		return err
	}
	e, officer, err := p.edition(ctx)
	if err != nil {
		return err
	}
	_, err = p.budgets.Decide(ctx, officer, e.ID, budget.Decision{Session: w.Decision.Session, Number: w.Decision.Number, Note: w.Decision.Note, On: on})
	return err
}

// carry does one step of a project, unless the count did not fund it.
func (p *poll) carry(ctx context.Context, title string, step demoWorkStep, on time.Time, once string) error {
	if err := p.tick(ctx); err != nil {
		return err
	}
	e, officer, err := p.edition(ctx)
	if err != nil {
		return err
	}
	funded, err := p.budgets.Funded(ctx, e.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(funded, func(x budget.Proposal) bool { return x.Text("ar").Title == title })
	if i < 0 {
		return nil
	}
	if act, ok := workActs[step.Do]; ok {
		_, err = p.budgets.Carry(ctx, officer, funded[i].ID, act, step.Text)
		return err
	}
	r := budget.Report{Kind: budget.ReportKind(step.Do), Text: step.Text, Ref: step.Ref, Amount: step.Amount * p.minor, On: on, Once: once}
	if r.Kind == budget.ReportReached {
		for _, m := range funded[i].Work.Milestones {
			if m.Title == step.Text {
				r.Of = m.ID
			}
		}
		if funded[i].Work.Reached(r.Of) { // done before an interruption
			return nil
		}
	}
	_, err = p.budgets.Tell(ctx, officer, funded[i].ID, r)
	return err
}
