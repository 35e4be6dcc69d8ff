package main

import (
	"context"
	"strings"

	"musharaka/modules/budget"
	"musharaka/modules/desk"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/petition"
)

// waitsOf brings one sort of documents to the desk that waits while it is open
// and leaves nothing behind: all that ever had a standing and matters are those
// that wait now.
type waitsOf struct {
	*app
	name     string
	waiting  func(ctx context.Context, org, after string) (ids []string, next string, err error)
	standing func(ctx context.Context, id string) (desk.Standing, error)
}

func (w waitsOf) Name() string { return w.name }

func (w waitsOf) Waiting(ctx context.Context, after string) ([]string, string, error) {
	ids, next, err := w.orgByOrg(ctx, after, func(org, after string) ([]string, string, error) { return w.waiting(ctx, org, after) })
	return subjects(w.name+":", ids), next, err
}

func (w waitsOf) All(ctx context.Context, after string) ([]string, string, error) {
	return w.Waiting(ctx, after)
}

func (w waitsOf) Standing(ctx context.Context, subject string) (desk.Standing, error) {
	st, err := w.standing(ctx, strings.TrimPrefix(subject, w.name+":"))
	if fault.Is(err, fault.NotFound) {
		return desk.Standing{Stamp: w.clock.Now().UnixMilli()}, nil // later than any version
	}
	return st, err
}

// joinPaper brings paper and what looks unusual to the desk.
func (a *app) joinPaper() {
	for _, name := range []string{"sheet", "burst", "batch"} {
		a.desk.Join(waitsOf{a, name, func(ctx context.Context, org, after string) ([]string, string, error) {
			return a.petitions.WorkWaiting(ctx, name, org, after, sourcePage)
		}, func(ctx context.Context, id string) (desk.Standing, error) { return a.workStanding(ctx, name+":"+id) }})
	}
}

// workPaths are where each sort of work is dealt with.
var workPaths = map[petition.WorkKind]string{
	petition.EnterTheSheet: "/desk/sheets/", petition.ConfirmTheSheet: "/desk/sheets/", petition.LookAtTheBurst: "/desk/bursts/", petition.DecideTheBatch: "/desk/invalidations/",
}

// workStanding says what waits of a sheet, a burst or a batch.
func (a *app) workStanding(ctx context.Context, subject string) (desk.Standing, error) {
	w, err := a.petitions.WorkOf(ctx, subject)
	st := desk.Standing{Stamp: w.Version}
	if err != nil || w.Waits == "" {
		return st, err
	}
	_, id, _ := strings.Cut(subject, ":")
	wait := desk.Wait{Slot: "wait", Kind: "petition." + string(w.Waits), Authority: w.Petition.Moderator(), Country: w.Petition.Country, Titles: map[string]string{},
		Reference: w.Petition.Reference, Path: workPaths[w.Waits] + id, Since: w.Since, Due: w.Due, For: w.By}
	for _, lang := range i18n.Languages {
		wait.Titles[lang] = w.Petition.Text(lang).Object
		if w.Number > 0 {
			wait.Titles[lang] = a.words.Locale(lang, w.Petition.Country).T("Sheet {n}: {title}", "n", w.Number, "title", w.Petition.Text(lang).Object)
		}
	}
	st.Waits = []desk.Wait{wait}
	return st, nil
}

// budgetKinds are the sorts of waits that participatory budgets bring to the desk.
var budgetKinds = []desk.Kind{
	{Key: "budget." + budget.WaitsModeration, Label: i18n.Msg("Proposal to read"), Task: i18n.Msg("Read the proposal for the budget and decide whether it can be published."), Roles: []auth.Role{auth.Officer}},
	{Key: "budget." + budget.WaitsComments, Label: i18n.Msg("Comments on proposals"), Task: i18n.Msg("Read the comments on proposals and decide which are shown."), Roles: []auth.Role{auth.Officer}},
	{Key: "budget." + budget.WaitsAssignment, Label: i18n.Msg("Proposal to assign"), Task: i18n.Msg("Choose the department that examines whether the proposal can be carried out, or offer to merge it with a similar one."), Roles: []auth.Role{auth.Officer}},
	{Key: "budget." + budget.WaitsStudy, Label: i18n.Msg("Feasibility to examine"), Task: i18n.Msg("Examine whether the proposal can be carried out and what it costs."), Roles: []auth.Role{auth.Department, auth.Officer}},
	{Key: "budget." + budget.WaitsSecond, Label: i18n.Msg("Second opinion asked for"), Task: i18n.Msg("Somebody contests what was found. Examine the proposal again."), Roles: []auth.Role{auth.Department, auth.Officer}},
	{Key: "budget." + budget.WaitsConfirmation, Label: i18n.Msg("Paper ballots to confirm"), Task: i18n.Msg("Somebody other than who typed the ballots compares them with the paper."), Roles: []auth.Role{auth.FrontDesk, auth.Officer}},
	{Key: "budget." + budget.WaitsCorrection, Label: i18n.Msg("Paper ballots to correct"), Task: i18n.Msg("The ballots came back with a note. Correct them."), Roles: []auth.Role{auth.FrontDesk, auth.Officer}},
	{Key: "budget." + budget.WaitsPhaseEnd, Label: i18n.Msg("Phase about to end"), Task: i18n.Msg("The budget moves on to its next phase by itself. See that nothing of this one is left over."), Roles: []auth.Role{auth.Officer, auth.President}},
}

// joinBudgets brings participatory budgets to the desk.
func (a *app) joinBudgets() {
	for _, sort := range []string{budget.WaitingProposal, budget.WaitingEdition, budget.WaitingBallots, budget.WaitingComments} {
		a.desk.Join(waitsOf{a, budgetSource(sort), func(ctx context.Context, org, after string) ([]string, string, error) {
			return a.budgets.WaitingIDs(ctx, sort, org, after, sourcePage)
		}, func(ctx context.Context, id string) (desk.Standing, error) { return a.budgetStanding(ctx, sort, id) }})
	}
	a.budgets.Watch(func(ctx context.Context, sort, id string) error {
		return a.desk.Refresh(ctx, budgetSource(sort)+":"+id)
	})
}

// budgetSource names a sort at the desk, where petitions have comments too.
func budgetSource(sort string) string { return "budget_" + sort }

// budgetStanding says what waits of a proposal, an edition, a batch of ballots,
// or of the comments of an authority.
func (a *app) budgetStanding(ctx context.Context, sort, id string) (desk.Standing, error) {
	w, err := a.budgets.WaitOf(ctx, sort, id)
	st := desk.Standing{Stamp: w.Version}
	if sort == budget.WaitingComments {
		st.Stamp = a.clock.Now().UnixMilli()
	}
	if err != nil || w.Kind == "" {
		return st, err
	}
	if w.Country == "" {
		if w.Country, _, err = (deskAuthorities{a}).Authority(ctx, w.Authority); err != nil {
			return st, err
		}
	}
	wait := desk.Wait{Slot: "wait", Kind: "budget." + w.Kind, Authority: w.Authority, Country: w.Country, Titles: map[string]string{}, Reference: w.Reference, Path: w.Path, Since: w.Since, Due: w.Due, For: w.For}
	for _, lang := range i18n.Languages {
		tr := a.words.Locale(lang, w.Country)
		title := desk.Item{Titles: w.Titles}.Title(lang)
		switch w.Kind {
		case budget.WaitsComments:
			title = tr.N("{n} comment to read", "{n} comments to read", int(w.Number))
		case budget.WaitsPhaseEnd:
			title = tr.T("{budget} – next: {phase}", "budget", title, "phase", tr.T(w.PhaseLabel))
		case budget.WaitsConfirmation, budget.WaitsCorrection:
			title = tr.N("{title} – {n} ballot", "{title} – {n} ballots", int(w.Number), "title", title)
		}
		wait.Titles[lang] = title
	}
	st.Waits = []desk.Wait{wait}
	return st, nil
}
