package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"musharaka/modules/budget"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/web"
)

// voting are the votes of the world: one for the whole town by approval, one by
// points in an area.
type voting struct {
	town, areas string // editions
	project     string // the first one of the town's
	batch       string // of paper ballots, copied by the officer, waiting for the front desk
	receipt     string // code
}

// votes lets two votes begin, and some people vote: "citizen" has voted, "neighbour"
// has filled in a ballot and not confirmed it.
func (w *world) votes() {
	w.vote.town = w.opensVote(town, func(e *budget.Edition) { e.Rules.Ballot.MayChange = true })
	w.vote.areas = w.opensVote(tunisian, func(e *budget.Edition) {
		e.Rules.Ballot.Kind, e.Rules.Ballot.PerArea, e.Rules.Ballot.MayChange = budget.Points, true, false
		e.Rules.Areas = []budget.Area{
			{Key: "north", Kind: budget.Zone, Names: map[string]string{"ar": "الشمال", "fr": "Nord"}, Envelope: 300_000_000},
			{Key: "south", Kind: budget.Zone, Names: map[string]string{"ar": "الجنوب", "fr": "Sud"}, Envelope: 200_000_000}}
	})
	e := w.ballotsOf(w.vote.town)
	w.vote.project = e.Frozen.Projects[0].ID
	for _, role := range []string{"neighbour", "citizen"} {
		_, mistake, err := w.budgets.FillIn(w.t.Context(), w.actor(role), e.ID, budget.Choice{Picks: []budget.Pick{{Project: w.vote.project, N: 1}}})
		w.must(err)
		if mistake != nil {
			w.t.Fatalf("making the world: the ballot: %s", mistake.Message)
		}
	}
	r, err := w.budgets.Confirm(w.t.Context(), w.actor("citizen"), e.ID)
	w.must(err)
	w.vote.receipt = r.Code
	w.must(w.budgets.TickOff(w.t.Context(), w.actor("officer"), e.ID, budget.Mark{Channel: budget.Paper, Number: "ZZ999001", Birth: 1980, Sex: "f"}))
	w.vote.batch = w.copied()
}

// copied is a batch of one paper ballot, copied by the officer.
func (w *world) copied() string {
	e := w.ballotsOf(w.vote.town)
	b, err := w.budgets.EnterBatch(w.t.Context(), w.actor("officer"), e.ID, budget.Batch{
		Meta: store.Meta{ID: w.app.ident.ID()}, Channel: budget.Paper, Place: "المكتب المركزي", Typed: fmt.Sprint(e.Frozen.Projects[0].Number)})
	w.must(err)
	return b.ID
}

// batchFor gives acts a batch of their own, so that pages keep theirs.
func (w *world) batchFor(r web.Route) string {
	if r.Method == http.MethodPost && strings.Contains(r.Path, ":batch") {
		return w.copied()
	}
	return w.vote.batch
}

func (w *world) ballotsOf(id string) budget.Edition {
	w.t.Helper()
	e, err := w.budgets.Edition(w.t.Context(), auth.System, id)
	w.must(err)
	return e
}

// opensVote brings an edition of a place to its vote by an officer's hand.
func (w *world) opensVote(place string, change func(*budget.Edition)) string {
	ctx, officer := w.t.Context(), w.actor("officer")
	e, err := w.budgets.Begin(ctx, officer, place, budget.SingleBallot, "")
	w.must(err)
	now := w.app.clock.Now()
	set := func(step budget.Setup, put func(*budget.Edition)) {
		_, err := w.budgets.SetUpStep(ctx, officer, e.ID, step, put)
		w.must(err)
	}
	set(budget.SetAbout, func(e *budget.Edition) {
		e.Texts["ar"] = budget.EditionText{Title: "ميزانية المدينة بالتصويت", Intro: "اختاروا ما يُنجز في مدينتكم."}
		e.Texts["fr"] = budget.EditionText{Title: "Le budget de la ville au vote", Intro: "Choisissez ce qui se fera dans votre ville."}
	})
	set(budget.SetMoney, func(e *budget.Edition) { e.Rules.Envelope = 500_000_000 })
	set(budget.SetAreas, change)
	set(budget.SetPeople, func(e *budget.Edition) { e.Rules.Voters.Level, e.Rules.Voters.Ties = 0, nil })
	set(budget.SetCalendar, func(e *budget.Edition) {
		for i := range e.Calendar {
			from := now.AddDate(0, 0, 10*i)
			e.Calendar[i].From, e.Calendar[i].To = from, from.AddDate(0, 0, 10)
		}
	})
	_, err = w.budgets.Announce(ctx, officer, e.ID)
	w.must(err)
	w.enters(e.ID, budget.Assessing)
	e = w.ballotsOf(e.ID)
	for i, area := range append(e.AllAreas(), e.AllAreas()...) {
		w.found(e, area.Key, i)
	}
	w.enters(e.ID, budget.Voting)
	if !eventually(w.t, func() bool {
		_, err := w.budgets.PublicLog(ctx, e.ID, "")
		return err == nil
	}) {
		w.t.Fatal("the urn does not open")
	}
	return e.ID
}

// enters lets an officer move an edition on until it is in a phase.
func (w *world) enters(id string, until budget.Phase) {
	for range budget.Phases {
		e := w.ballotsOf(id)
		if e.Phase == until {
			return
		}
		if e.Phase == budget.Proposing && until != budget.Proposing { // nothing can be proposed later
			for i, area := range append(e.AllAreas(), e.AllAreas()...) {
				w.proposedProject(e, area.Key, i)
			}
		}
		_, err := w.budgets.Enter(w.t.Context(), w.actor("officer"), id, e.Phase, "للاختبار")
		w.must(err)
	}
	w.t.Fatalf("the edition does not reach %s", until)
}

// proposedProject registers and publishes a proposal.
func (w *world) proposedProject(e budget.Edition, area string, n int) {
	ctx, officer := w.t.Context(), w.actor("officer")
	p, err := w.budgets.Register(ctx, officer, e.ID, budget.Input{
		Langs: []string{"ar", "fr"}, Area: area, Heading: "lighting", Needs: []string{"youth"}, Source: budget.FromDesk, Name: "أمينة", Spot: budget.Spot{Words: "قرب السوق"},
		Texts: map[string]budget.Text{
			"ar": {Title: fmt.Sprintf("إنارة الشارع رقم %d", n+1), Body: "الشارع مظلم ليلا، ونقترح تركيب فوانيس."},
			"fr": {Title: fmt.Sprintf("Éclairage de la rue %d", n+1), Body: "La rue est sombre la nuit ; nous proposons des lampadaires."}},
	}, "", fmt.Sprint(area, n))
	w.must(err)
	_, err = w.budgets.PublishProposal(ctx, officer, p.ID)
	w.must(err)
}

// found lets a service find a proposal feasible.
func (w *world) found(e budget.Edition, area string, n int) {
	ctx, officer := w.t.Context(), w.actor("officer")
	all, err := w.budgets.Proposals(ctx, budget.ProposalFilter{Edition: e.ID, Group: budget.InDiscussion, Limit: 50})
	w.must(err)
	if len(all.Items) == 0 {
		w.t.Fatal("there is nothing to examine")
	}
	p := all.Items[0]
	_, err = w.budgets.Assign(ctx, officer, p.ID, "technical")
	w.must(err)
	study := budget.StudyInput{VisitOn: w.app.clock.Now().Add(-time.Hour), Lines: []budget.Line{{Label: "أشغال", Quantity: 1, Unit: int64(n+1) * 40_000_000}}}
	for _, key := range budget.Checks {
		study.Checks = append(study.Checks, budget.Check{Key: key, Answer: "yes"})
	}
	_, err = w.budgets.SaveStudy(ctx, officer, p.ID, study)
	w.must(err)
	if _, err = w.budgets.Conclude(ctx, officer, p.ID, budget.IsFeasible); fault.KindOf(err) == fault.Invalid {
		w.t.Fatalf("the study of %s: %v", area, err)
	}
	w.must(err)
}

// votesAt reports whether a route is one of the vote's.
func votesAt(path string) bool {
	for _, part := range []string{"/vote", "/poll", "/turnout", "/receipt", "/log", "/ballot.pdf"} {
		if rest, ours := strings.CutPrefix(strings.TrimPrefix(path, "/desk"), "/budgets/:id"+part); ours && (rest == "" || rest[0] == '/' || rest[0] == '.') {
			return true
		}
	}
	return false
}

// proofQuery asks for a proof of the world's log, "" for paths that need no query.
func (w *world) proofQuery(path string) string {
	switch {
	case strings.HasSuffix(path, "/log/proof.json"):
		return "leaf=" + w.vote.receipt
	case strings.HasSuffix(path, "/log/consistency.json"):
		return "from=1"
	case strings.HasPrefix(path, "/open311/v2/"):
		return "jurisdiction_id=" + town
	}
	return ""
}
