package main

import (
	"context"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/petition"
)

// rule plans the bureau's decision on admissibility: the conditions are
// checked, an officer drafts it, the head of the deciding body issues it.
func (t *story) rule(l demoLegal, session time.Time) {
	admit := l.Act == petition.ActAdmit
	t.as(t.then(l.Day+3, true), "checking the conditions", t.officer, func(ctx context.Context, who auth.Actor, id string) error {
		p, err := t.app.petitions.Get(ctx, who, id)
		if err != nil || !petition.RulingStates.Has(p.State) {
			return err
		}
		checks, err := t.app.petitions.Checklist(ctx, p)
		if err != nil {
			return err
		}
		found := map[string]petition.BureauFind{}
		for _, c := range checks {
			found[c.Code] = petition.BureauFind{Met: petition.IsMet}
			if !admit && c.Code == "within_powers" {
				found[c.Code] = petition.BureauFind{Met: petition.IsUnmet, Note: l.Reasons}
			}
		}
		_, err = t.app.petitions.Find(ctx, who, id, found)
		return err
	})
	t.as(t.then(l.Day+1, true), "drafting the decision", t.officer, func(ctx context.Context, who auth.Actor, id string) error {
		p, err := t.app.petitions.Get(ctx, who, id)
		if err != nil || p.Legal.Ruling != nil {
			return err
		}
		_, err = t.app.petitions.DraftRuling(ctx, who, id, petition.RulingInput{Admit: admit, Code: l.Code, Reasons: l.Reasons, SessionAt: session})
		return err
	})
	t.as(t.then(l.Day, true), "issuing the decision", t.head, func(ctx context.Context, who auth.Actor, id string) error {
		p, err := t.app.petitions.Get(ctx, who, id)
		if err != nil || p.Legal.Ruling == nil || p.Legal.Ruling.State != petition.RulingDrafted {
			return err
		}
		_, err = t.app.petitions.IssueRuling(ctx, who, id, p.Legal.Ruling.Stamp())
		return err
	})
	if l.Letter == "" {
		return
	}
	posted := t.then(l.Day-1, true)
	t.as(posted.Add(time.Hour), "writing down the letter", t.officer, func(ctx context.Context, who auth.Actor, id string) error {
		_, err := t.app.petitions.Notify(ctx, who, id, petition.NotifyInput{Means: petition.ByPost, On: clock.StartOfDay(posted, t.zone), Note: l.Letter})
		return err
	})
}

// makeFile plans the file for the deposit.
func (t *story) makeFile() {
	if t.p.File == 0 {
		return
	}
	t.as(t.at(t.p.File, false), "making the file", "", func(ctx context.Context, who auth.Actor, id string) error {
		p, err := t.app.petitions.Get(ctx, who, id)
		if err != nil || p.Legal.Files > 0 {
			return err
		}
		_, err = t.app.petitions.MakeFile(ctx, who, id, p.Langs[0])
		return err
	})
}

// followUp plans the steps after the answer or the decision, in their order.
func (t *story) followUp() {
	var before time.Time // steps have their number by the order in which they are planned
	for i, s := range t.p.Steps {
		number := i + 1
		planned := t.at(s.Plan, true)
		if !planned.After(before) {
			planned = before.Add(time.Minute)
		}
		before = planned
		in := petition.StepInput{Title: s.Title, Service: s.Service, Budget: s.Budget, NoBudget: s.Budget == "", Due: clock.StartOfDay(t.anchor.AddDate(0, 0, -s.Due), t.zone)}
		t.as(planned, "planning a step", t.officer, func(ctx context.Context, who auth.Actor, id string) error {
			p, err := t.app.petitions.Get(ctx, who, id)
			if err != nil || len(p.Steps) >= number {
				return err
			}
			_, err = t.app.petitions.PlanStep(ctx, who, id, 0, in)
			return err
		})
		for _, m := range []struct {
			day int
			act petition.Act
			in  petition.CloseInput
		}{{s.Begin, petition.ActStepBegin, petition.CloseInput{}}, {s.Done, petition.ActStepDone, petition.CloseInput{Evidence: s.Evidence}}, {s.Drop, petition.ActStepDrop, petition.CloseInput{Reason: s.Reason}}} {
			if m.day == 0 {
				continue
			}
			t.as(t.at(m.day, true), string(m.act), t.officer, func(ctx context.Context, who auth.Actor, id string) error {
				_, err := t.app.petitions.MoveStep(ctx, who, id, number, m.act, m.in)
				return err
			})
		}
	}
}

// rate plans what those who signed say of what came of it.
func (t *story) rate() {
	r := t.p.Rated
	if r == nil {
		return
	}
	t.add(t.at(r.Day, false), "saying whether they are satisfied", false, func(ctx context.Context) error {
		id, err := t.id(ctx)
		if err != nil {
			return err
		}
		said := map[string]int{"yes": r.Yes, "partly": r.Partly, "no": r.No}
		given := 0
		for _, f := range t.faces {
			who := auth.Actor{PersonID: f.ID}
			_, signed, err := t.app.petitions.SignatureOf(ctx, who, id)
			if err != nil {
				return err
			}
			if !signed {
				continue
			}
			answer, comment := "", ""
			for _, a := range petition.Ratings { // in turn, so that a smaller crowd says the same
				if said[a] > 0 && (answer == "" || said[a] > said[answer]) {
					answer = a
				}
			}
			if answer == "" {
				return nil
			}
			said[answer]--
			if given < len(r.Comments) {
				comment = r.Comments[given]
			}
			given++
			if err := t.app.petitions.Rate(ctx, who, id, answer, comment); err != nil {
				return err
			}
		}
		return nil
	})
}
