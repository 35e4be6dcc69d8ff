package main

import (
	"context"
	"strings"

	"musharaka/modules/desk"
	"musharaka/modules/kit/fault"
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
	petition.EnterTheSheet: "/desk/sheets/", petition.ConfirmTheSheet: "/desk/sheets/", petition.LookAtTheBurst: "/desk/bursts/", petition.DecideTheBatch: "/desk/batches/",
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
	for lang := range w.Petition.Texts {
		wait.Titles[lang] = w.Petition.Text(lang).Object
		if w.Number > 0 {
			wait.Titles[lang] = a.words.Locale(lang, w.Petition.Country).Plain().T("Sheet {n}: {title}", "n", w.Number, "title", w.Petition.Text(lang).Object)
		}
	}
	st.Waits = []desk.Wait{wait}
	return st, nil
}
