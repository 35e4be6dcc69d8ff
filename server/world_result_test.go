package main

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"time"

	"musharaka/modules/budget"
)

// votedLongAgo brings an edition of the world's town to the vote, long ago: three
// feasible projects of which two are funded later.
func (w *world) votedLongAgo() {
	ctx, officer := w.t.Context(), w.actor("officer")
	e, err := w.budgets.Begin(ctx, officer, town, budget.SingleBallot, "")
	w.must(err)
	day := func(n int) time.Time { return w.clock.Now().AddDate(0, 0, n).Truncate(24 * time.Hour) }
	for step, put := range map[budget.Setup]func(*budget.Edition){
		budget.SetAbout: func(e *budget.Edition) {
			e.Texts["ar"] = budget.EditionText{Title: "ميزانية حيّنا", Intro: "اقترحوا مشاريع لأحيائكم."}
			e.Texts["fr"] = budget.EditionText{Title: "Le budget de nos quartiers", Intro: "Proposez des projets pour vos quartiers."}
		},
		budget.SetMoney: func(e *budget.Edition) { e.Rules.Envelope = 90_000_000 },
		budget.SetCalendar: func(e *budget.Edition) {
			e.Calendar = nil
			for _, s := range []struct {
				p        budget.Phase
				from, to int
			}{{budget.Informing, 1, 5}, {budget.Proposing, 5, 15}, {budget.Assessing, 15, 25}, {budget.Costing, 25, 35}, {budget.Voting, 35, 45}, {budget.Counting, 45, 50},
				{budget.Deliberating, 50, 70}, {budget.Executing, 70, 900}, {budget.Accounting, 900, 930}} {
				e.Calendar = append(e.Calendar, budget.Stage{Phase: s.p, From: day(s.from), To: day(s.to)})
			}
			e.Rules.Voters.AgeOn, e.Rules.Proposers.AgeOn = day(35), day(5)
		},
	} {
		_, err = w.budgets.SetUpStep(ctx, officer, e.ID, step, put)
		w.must(err)
	}
	_, err = w.budgets.Announce(ctx, officer, e.ID)
	w.must(err)
	enter := func(from budget.Phase) {
		_, err := w.budgets.Enter(ctx, officer, e.ID, from, "كل شيء جاهز.")
		w.must(err)
	}
	enter(budget.Informing)
	var all []budget.Proposal
	for _, title := range []string{"إنارة الطريق الساحلية", "ملعب للقرب بحي السلام", "تهيئة الحديقة العمومية"} {
		p, err := w.budgets.Register(ctx, officer, e.ID, budget.Input{Langs: []string{"ar"}, Texts: map[string]budget.Text{"ar": {Title: title, Body: "نقترح إنجاز هذا المشروع لفائدة سكان الحي وأطفاله."}},
			Spot: budget.Spot{Words: "وسط المدينة"}, Heading: "lighting", Needs: []string{"youth"}, Source: budget.FromDesk, Area: budget.TownKey, Name: "سلمى البقالي"}, "", "")
		w.must(err)
		all = append(all, p)
	}
	enter(budget.Proposing)
	for _, p := range all {
		w.concluded(p)
	}
	enter(budget.Assessing)
	enter(budget.Costing)
	w.voted = e.ID
	for _, p := range all {
		w.projects = append(w.projects, p.ID)
	}
	for i, person := range w.signers[:16] {
		choice := budget.Choice{Picks: []budget.Pick{{Project: w.projects[0], N: 1}, {Project: w.projects[1], N: 1}}}
		if i > 11 {
			choice.Picks = []budget.Pick{{Project: w.projects[2], N: 1}}
		}
		if i == 15 {
			choice = budget.Choice{Blank: true}
		}
		_, wrong, err := w.budgets.FillIn(ctx, w.actorOf(person), e.ID, choice)
		w.must(err)
		if wrong != nil {
			w.t.Fatal(wrong.Message)
		}
		_, err = w.budgets.Confirm(ctx, w.actorOf(person), e.ID)
		w.must(err)
	}
}

// concluded finds a proposal feasible.
func (w *world) concluded(p budget.Proposal) {
	ctx, officer := w.t.Context(), w.actor("officer")
	if p.State == budget.Submitted {
		_, err := w.budgets.PublishProposal(ctx, officer, p.ID)
		w.must(err)
	}
	_, err := w.budgets.Assign(ctx, officer, p.ID, "technical")
	w.must(err)
	var checks []budget.Check
	for _, key := range budget.Checks {
		checks = append(checks, budget.Check{Key: key, Answer: "yes"})
	}
	_, err = w.budgets.SaveStudy(ctx, officer, p.ID, budget.StudyInput{Checks: checks, Lines: []budget.Line{{Label: "أشغال", Quantity: 1, Unit: 40_000_000}}})
	w.must(err)
	_, err = w.budgets.Conclude(ctx, officer, p.ID, budget.IsFeasible)
	w.must(err)
}

// carriedOutLately settles the vote, whose days are over, and carries projects out.
func (w *world) carriedOutLately() {
	ctx, officer := w.t.Context(), w.actor("officer")
	w.must(w.budgets.Tick(ctx))
	w.must(w.budgets.CloseUrn(ctx, w.voted)) // its job would wait a minute
	_, err := w.budgets.CountVotes(ctx, w.voted)
	w.must(err)
	_, err = w.budgets.Decide(ctx, officer, w.voted, budget.Decision{Session: "دورة فبراير", Number: "2026/14", On: w.clock.Now().AddDate(0, 0, -30)})
	w.must(err)
	_, err = w.budgets.Carry(ctx, officer, w.projects[0], budget.ActBuild, "")
	w.must(err)
	past := w.clock.Now().AddDate(0, 0, -20)
	for _, r := range []budget.Report{
		{Kind: budget.ReportPlan, Ref: "technical", On: past.AddDate(0, 0, 1)},
		{Kind: budget.ReportContract, Text: "شركة الأشغال العامة", Ref: "12/2026", Amount: 38_500_000, On: past},
		{Kind: budget.ReportPayment, Amount: 12_000_000, On: past},
		{Kind: budget.ReportMilestone, Text: "وصول الأعمدة", On: past},
		{Kind: budget.ReportDelay, Text: "تأخر المزوّد في تسليم الأعمدة.", On: past.AddDate(0, 0, 9)},
	} {
		_, err = w.budgets.Tell(ctx, officer, w.projects[0], r)
		w.must(err)
	}
	var picture bytes.Buffer
	w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 48))))
	photo, err := budgetFiles{w.app}.TakePhoto(ctx, officer.PersonID, w.projects[0], "قبل.png", &picture)
	w.must(err)
	_, err = w.budgets.Tell(ctx, officer, w.projects[0], budget.Report{Kind: budget.ReportBefore, Of: photo})
	w.must(err)
}

// tryElection has a file counted.
func (w *world) tryElection() {
	ctx := w.t.Context()
	var err error
	w.trial, err = w.budgets.Try(ctx, []byte(pastElection), "", "")
	w.must(err)
	if !eventually(w.t, func() bool {
		r, err := w.budgets.Trial(ctx, w.trial)
		return err == nil && r.State == budget.ResultDone
	}) {
		w.t.Fatal("a file that is tried is never counted")
	}
}

// pastElection is a small election in the format of Pabulib.
const pastElection = `META
key;value
description;Vote of 2019
country;Tunisia
unit;Sfax
instance;2019
num_projects;3
num_votes;6
budget;100000
vote_type;approval
rule;greedy
date_begin;2019
date_end;2019
currency;TND
PROJECTS
project_id;cost;name;neighborhood
1;60000;تهيئة الحديقة العمومية;المدينة
2;50000;Éclairage de la corniche;الشاطئ
3;40000;<b>=cmd()</b>;الشاطئ
VOTES
voter_id;vote;age;sex;neighborhood
1;1,3;17;F;المدينة
2;1;44;F;المدينة
3;2;;M;الشاطئ
4;2,3;70;F;الشاطئ
5;2;33;F;الشاطئ
6;2;33;F;الشاطئ
`

// resultViews are the pages of participatory budgets.
func (w *world) resultViews(see, wrong func(as string, paths ...string)) {
	see("nobody", "/budgets/try", "/budgets/try/"+w.trial, "/budgets/"+w.voted+"/works", "/budgets/"+w.voted+"/result")
	wrong("nobody", "/budgets/try")
	see("officer", "/desk/budgets/"+w.voted+"/import")
	desk := "/desk/budgets/" + w.voted + "/works"
	see("officer", desk, desk+"/"+w.projects[0], desk+"/"+w.projects[1])
	for _, kind := range append(budget.ReportKinds, "drop") {
		see("officer", desk+"/"+w.projects[0]+"?do="+string(kind))
		wrong("officer", desk+"/"+w.projects[0]+"?do="+string(kind))
	}
	wrong("officer", "/desk/budgets/"+w.voted+"/decision")
}

// resultPath fills in what the routes of counts and works are tried with.
func (w *world) resultPath(path string) string {
	if strings.HasPrefix(path, "/budgets/try/") {
		return strings.ReplaceAll(path, ":id", w.trial)
	}
	for _, part := range []string{"/result", "/works", "/accountability.pdf", "/decision", "/import"} {
		if strings.HasPrefix(path, "/budgets/:id"+part) || strings.HasPrefix(path, "/desk/budgets/:id"+part) {
			return strings.NewReplacer(":id", w.voted, ":project", w.projects[1], ":file", "town.pb").Replace(path)
		}
	}
	return path
}
