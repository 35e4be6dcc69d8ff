package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
	"musharaka/modules/petition"
)

// paperWorld is what came on paper, and what was looked at as unusual, in the
// open petition of the town.
type paperWorld struct {
	sheets  map[petition.SheetState]petition.Sheet
	again   petition.Sheet                         // was sent back with a note
	burst   string                                 // flagged and open
	calm    string                                 // flagged and dismissed
	batches map[petition.BatchState]petition.Batch // proposed, done
}

// lineNumbers are numbers that nobody else in the world has.
func lineNumber(n int) string { return fmt.Sprintf("ZT%06d", 700000+n) }

// onPaper brings sheets into every state, flags two bursts, proposes a batch
// and carries one out.
func (w *world) onPaper() {
	ctx, id := w.t.Context(), w.petitions["MA open"]
	w.paper = paperWorld{sheets: map[petition.SheetState]petition.Sheet{}, batches: map[petition.BatchState]petition.Batch{}}
	author, desk, officer := w.actor("author"), w.actor("front desk"), w.actor("officer")
	made, err := w.app.petitions.PrintSheets(ctx, author, id, 6, "ar", consentVersion)
	w.must(err)
	entered := func(x petition.Sheet, first int) petition.Sheet {
		_, err := w.app.petitions.ReturnSheet(ctx, desk, x.ID)
		w.must(err)
		lines := []petition.LineInput{
			{N: 1, Name: "عبد السلام الريفي", Number: lineNumber(first), Place: town, Born: "1961"},
			{N: 2, Name: "Rachida \u202etxt\u202c <b>", Number: lineNumber(first + 1), Place: "elsewhere"},
			{N: 4, Name: "فاطمة الزهراء", Number: lineNumber(1), Place: town, Born: "1990"},
		}
		x, err = w.app.petitions.EnterSheet(ctx, desk, x.ID, lines, true)
		w.must(err)
		return x
	}
	confirmed := entered(made[0], 10)
	w.paper.sheets[petition.SheetConfirmed], err = w.app.petitions.ConfirmSheet(ctx, officer, confirmed.ID, []petition.LineDecision{
		{N: 1, Accept: true}, {N: 2, Reason: "unreadable"}, {N: 4, Accept: true, Fix: petition.LineInput{Name: "فاطمة الزهراء البقالي"}},
	})
	w.must(err)
	w.paper.sheets[petition.SheetEntered] = entered(made[1], 20) // its line 4 stands on the first sheet
	w.paper.again = entered(made[2], 30)
	w.paper.again, err = w.app.petitions.ReopenSheet(ctx, officer, w.paper.again.ID, "السطر 2 غير واضح.")
	w.must(err)
	w.paper.sheets[petition.SheetReturned], err = w.app.petitions.ReturnSheet(ctx, desk, made[3].ID)
	w.must(err)
	w.paper.sheets[petition.SheetVoid], err = w.app.petitions.CancelSheet(ctx, author, made[4].ID, "ضاعت.")
	w.must(err)
	w.paper.sheets[petition.SheetPrinted] = made[5]
	w.unusual(id, officer)
}

// unusual lets many sign within the hour of the world's clock, and has the
// platform look at it.
func (w *world) unusual(id string, officer auth.Actor) {
	ctx := w.t.Context()
	p, err := w.app.petitions.Get(ctx, auth.System, id)
	w.must(err)
	hour := w.clock.Now().Truncate(time.Hour)
	for n, state := range []petition.BurstState{petition.BurstOpen, petition.BurstDismissed} {
		b := petition.NewBurst(p, hour.Add(-time.Duration(n+2)*time.Hour), petition.Evidence{Count: 64, Usual: 150, Fresh: 40, Range: "20261122-ab12cd34ef", RangeN: 58, Device: "Chrome · Android", DeviceN: 60})
		w.must(w.app.petitions.KeepBurst(ctx, b))
		if state == petition.BurstOpen {
			w.paper.burst = b.ID
			continue
		}
		w.paper.calm = b.ID
		_, err := w.app.petitions.DismissBurst(ctx, officer, b.ID, "يوم السوق الأسبوعي.")
		w.must(err)
	}
	for _, state := range []petition.BatchState{petition.BatchProposed, petition.BatchDone} {
		b := w.proposed(id)
		if state == petition.BatchDone {
			_, err := w.app.petitions.RunBatch(ctx, officer, b.ID)
			w.must(err)
			b = w.batchIn(b.ID, petition.BatchDone)
		}
		w.paper.batches[state] = b
	}
}

// proposed is a batch about the people of sheet 1 that was counted.
func (w *world) proposed(id string) petition.Batch {
	b, err := w.app.petitions.ProposeBatch(w.t.Context(), w.actor("officer"), id, petition.Rule{
		From: w.clock.Now().Add(-time.Hour), To: w.clock.Now().Add(time.Minute), Only: petition.OnlyPaper, Sheet: 1,
	}, "كُتبت جميع الأسطر بيد واحدة.", "")
	w.must(err)
	return w.batchIn(b.ID, petition.BatchProposed)
}

func (w *world) batchIn(id string, state petition.BatchState) (b petition.Batch) {
	w.queue.Wake()
	if !eventually(w.t, func() bool {
		var err error
		b, _, err = w.app.petitions.BatchFor(w.t.Context(), w.actor("officer"), id)
		w.must(err)
		return b.State == state
	}) {
		w.t.Fatalf("a batch is %s and does not become %s", b.State, state)
	}
	return b
}

// paperPath fills in the sheets, bursts and batches of a route, each in the
// state in which the route's act may be done.
func (w *world) paperPath(t testing.TB, r web.Route, who, path string) string {
	t.Helper()
	sheet := w.paper.sheets[petition.SheetConfirmed]
	for part, state := range map[string]petition.SheetState{
		"/enter": petition.SheetReturned, "/confirm": petition.SheetEntered, "/reopen": petition.SheetEntered, "/void": petition.SheetReturned, "/return": petition.SheetPrinted,
	} {
		if strings.HasSuffix(r.Path, part) {
			sheet = w.paper.sheets[state]
		}
	}
	if strings.HasSuffix(r.Path, "/return") && (who == "front desk" || who == "officer") {
		made, err := w.app.petitions.PrintSheets(t.Context(), w.actor("author"), w.petitions["MA open"], 1, "fr", consentVersion)
		w.must(err)
		sheet = made[0]
	}
	batch := w.paper.batches[petition.BatchProposed].ID
	switch {
	case strings.HasSuffix(r.Path, "/restore"):
		batch = w.paper.batches[petition.BatchDone].ID
	case who == "officer" && (strings.HasSuffix(r.Path, "/run") || strings.HasSuffix(r.Path, "/drop")):
		batch = w.proposed(w.petitions["MA open"]).ID
	}
	burst := w.paper.burst
	if strings.HasSuffix(r.Path, "/bursts/:burst/reopen") {
		burst = w.paper.calm
	}
	return strings.NewReplacer(":sheet", sheet.ID, ":check", sheet.Check, ":number", fmt.Sprint(w.paper.sheets[petition.SheetPrinted].Number),
		":burst", burst, ":lot", batch).Replace(path)
}

// paperViews are the pages of paper, figures and bursts.
func (w *world) paperViews(see, wrong func(as string, paths ...string)) {
	open, x := w.petitions["MA open"], w.paper
	base := func(state petition.SheetState) string { return "/desk/sheets/" + x.sheets[state].ID }
	see("nobody", "/petitions/"+open+"/figures", "/petitions/"+w.petitions["TN open"]+"/figures", "/petitions/"+w.petitions["MA answered"]+"/figures",
		"/sheets/"+x.sheets[petition.SheetPrinted].ID+"/"+x.sheets[petition.SheetPrinted].Check, "/sheets/"+x.sheets[petition.SheetPrinted].ID+"/WRONG")
	see("front desk", "/sheets/"+x.sheets[petition.SheetReturned].ID+"/"+x.sheets[petition.SheetReturned].Check)
	number := fmt.Sprint(x.sheets[petition.SheetPrinted].Number)
	see("author", "/petitions/"+open+"/sheets", "/petitions/"+open+"/sheets?from=6&to=6", "/petitions/"+w.petitions["TN open"]+"/sheets", "/petitions/"+open+"/sheets/"+number+"/void")
	wrong("author", "/petitions/"+open+"/sheets", "/petitions/"+open+"/sheets/"+number+"/void")
	see("front desk", "/desk/sheets", "/desk/sheets?q=PET-2020-0001-0001", base(petition.SheetReturned)+"/enter", "/desk/sheets/"+x.again.ID+"/enter")
	wrong("front desk", base(petition.SheetReturned)+"/enter?name1=A&number2=123&born3=85&place1="+town)
	for _, state := range petition.SheetStates {
		see("front desk", base(state))
		see("officer", base(state))
	}
	see("officer", "/desk/sheets?authority="+town, base(petition.SheetEntered)+"/confirm", base(petition.SheetEntered)+"/reopen", base(petition.SheetReturned)+"/void")
	wrong("officer", base(petition.SheetEntered)+"/confirm", base(petition.SheetEntered)+"/confirm?decision1=accept&decision2=strike&name4=B&number4=1&decision4=accept",
		base(petition.SheetEntered)+"/reopen", base(petition.SheetReturned)+"/void")
	see("officer", "/desk/bursts?authority="+town, "/desk/bursts/"+x.burst, "/desk/bursts/"+x.calm, "/desk/bursts/"+x.burst+"/dismiss",
		"/desk/petitions/"+open+"/batches", "/desk/petitions/"+open+"/batches/new", "/desk/petitions/"+open+"/batches/new?burst="+x.burst,
		"/desk/invalidations/"+x.batches[petition.BatchProposed].ID, "/desk/invalidations/"+x.batches[petition.BatchDone].ID, "/desk/invalidations/"+x.batches[petition.BatchDone].ID+"/restore")
	wrong("officer", "/desk/bursts/"+x.burst+"/dismiss", "/desk/petitions/"+open+"/batches/new", "/desk/invalidations/"+x.batches[petition.BatchDone].ID+"/restore")
}
