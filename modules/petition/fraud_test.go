package petition

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
)

// TestEveryBatchActInEveryStateByEveryRole enumerates the table.
func TestEveryBatchActInEveryStateByEveryRole(t *testing.T) {
	allowed := map[string]BatchState{
		"counting counted system": BatchProposed, "counting drop officer": BatchDropped, "proposed drop officer": BatchDropped, "proposed run officer": BatchRunning,
		"running finish system": BatchDone, "done restore officer": BatchRestoring, "restoring returned system": BatchRestored,
	}
	met := 0
	for _, from := range BatchStates {
		for _, act := range BatchActs {
			for _, role := range PetitionRoles {
				to, as, err := NextOfBatch(from, act, role)
				want := allowed[fmt.Sprintf("%s %s %s", from, act, role)]
				if to != want || (err == nil) != (want != "") || err == nil && as != role {
					t.Errorf("%s %s by %s leads to %q (%v), want %q", from, act, role, to, err, want)
				}
				if want != "" {
					met++
				}
			}
		}
	}
	if met != len(allowed) {
		t.Errorf("%d of %d moves were met", met, len(allowed))
	}
}

func TestABucketIsOneRangeForOneDayAndTellsNothing(t *testing.T) {
	r := ranges{ids: ident.NewFake(3)}
	day := start
	a, b := r.bucket("41.226.1.0/24", day), r.bucket("41.226.2.0/24", day)
	if a == b || a != r.bucket("41.226.1.0/24", day.Add(time.Hour)) || r.bucket("", day) != "" || strings.Contains(a, "226") {
		t.Errorf("buckets %q and %q", a, b)
	}
	key := string(r.key)
	if r.bucket("41.226.1.0/24", day.AddDate(0, 0, 1)) == a || string(r.key) == key {
		t.Error("the next day has the same key")
	}
}

// burstOf lets n people sign in the hour of the clock from one range.
func (w *world) burstOf(p Petition, prefix string, n int, network string) {
	w.t.Helper()
	var wait sync.WaitGroup
	for _, id := range many(prefix, n) {
		wait.Go(func() {
			if _, err := w.Sign(w.ctx, citizen(id), p.ID, SignInput{Consent: "1", Origin: w.OriginOf(network, "Chrome · Android")}); err != nil {
				w.t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestAnUnusualHourIsFlaggedOnceWithItsEvidence(t *testing.T) {
	w := newWorld(t)
	w.law.need = 1000
	p := w.opened("town")
	for i := range 10 { // a quiet time: one signature an hour
		w.burstOf(p, fmt.Sprint("quiet", i, "-"), 1, fmt.Sprintf("10.0.%d.0/24", i))
		w.clock.Advance(time.Hour)
	}
	w.must(w.SeekBursts(w.ctx))
	w.burstOf(p, "machine", 40, "203.0.113.0/24")
	w.burstOf(p, "honest", 5, "198.51.100.0/24")
	w.must(w.SeekBursts(w.ctx)) // the hour is not over
	w.clock.Advance(time.Hour)
	w.must(w.SeekBursts(w.ctx))
	w.must(w.SeekBursts(w.ctx))
	page, err := w.BurstsAt(w.ctx, "town", "", 10)
	w.must(err)
	if len(page.Items) != 1 {
		t.Fatalf("%d bursts are flagged", len(page.Items))
	}
	b := page.Items[0]
	if b.Count != 45 || b.RangeN != 40 || b.DeviceN != 45 || b.Usual != 100 || b.Range == "" || strings.Contains(b.Range, "203") {
		t.Errorf("the evidence is %+v", b)
	}
	if _, _, err := w.BurstFor(w.ctx, karim, b.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("a stranger sees the burst: %v", err)
	}
	_, err = w.DismissBurst(w.ctx, officer, b.ID, "")
	wantFault(t, err, fault.Invalid)
	_, err = w.DismissBurst(w.ctx, officer, b.ID, "A stall on the market.")
	w.must(err)
	if page, _ = w.BurstsAt(w.ctx, "town", "", 10); len(page.Items) != 0 {
		t.Error("a dismissed burst is still on the list")
	}
	_, err = w.ReopenBurst(w.ctx, officer, b.ID)
	w.must(err)
	w.wantSound()
}

func TestAnOrdinaryHourIsNotFlagged(t *testing.T) {
	for name, b := range map[string]Burst{
		"few":               {Evidence: Evidence{Count: 29, Fresh: 29, RangeN: 29}},
		"a lively petition": {Evidence: Evidence{Count: 100, Usual: 100 * 20, Fresh: 90, RangeN: 90}},
		"from everywhere":   {Evidence: Evidence{Count: 500, Usual: 100, Fresh: 200, RangeN: 200, DeviceN: 500}},
	} {
		if b.unusual() {
			t.Errorf("%s is flagged", name)
		}
	}
	if b := (Burst{Evidence: Evidence{Count: 30, Fresh: 15}}); !b.unusual() {
		t.Error("thirty in an hour, half of them new, is not flagged")
	}
}

func TestABatchIsPreviewedCarriedOutAndUndone(t *testing.T) {
	w := newWorld(t)
	w.law.need = 1000
	p := w.opened("town")
	w.sign(p, many("before", 3)...)
	w.clock.Advance(time.Hour)
	from := w.clock.Now()
	w.burstOf(p, "machine", 450, "203.0.113.0/24") // more than one page of the job
	w.burstOf(p, "other", 7, "198.51.100.0/24")
	w.level("machine7", 2) // has shown a card since
	w.must(w.Reevaluate(w.ctx, "machine7"))
	w.clock.Advance(time.Minute)
	rule := Rule{From: from, To: w.clock.Now().Add(time.Hour), Only: OnlyOnline, Range: w.OriginOf("203.0.113.0/24", "").Range}

	_, err := w.ProposeBatch(w.ctx, president, p.ID, rule, "A machine.", "")
	wantFault(t, err, fault.Forbidden)
	_, err = w.ProposeBatch(w.ctx, officer, p.ID, rule, " ", "")
	wantFault(t, err, fault.Invalid)
	_, err = w.ProposeBatch(w.ctx, officer, p.ID, Rule{From: from, To: from}, "A machine.", "")
	wantFault(t, err, fault.Invalid)

	b, err := w.ProposeBatch(w.ctx, officer, p.ID, rule, "A machine signed 450 times within a minute.", "")
	w.must(err)
	w.jobs()
	b, _, err = w.BatchFor(w.ctx, officer, b.ID)
	w.must(err)
	if b.State != BatchProposed || b.Fits != 449 || b.Seen != 457 {
		t.Fatalf("the preview says %d of %d in state %s", b.Fits, b.Seen, b.State)
	}
	w.wantTally(p.ID, 460, 460)
	_, err = w.RunBatch(w.ctx, karim, b.ID)
	wantFault(t, err, fault.NotFound)
	_, err = w.RunBatch(w.ctx, officer, b.ID)
	w.must(err)
	w.jobs()
	w.wantTally(p.ID, 11, 11)
	w.wantPaper(p.ID, 0, 449)
	b, _, _ = w.BatchFor(w.ctx, officer, b.ID)
	if b.State != BatchDone || b.Changed != 449 {
		t.Errorf("%d were invalidated in state %s", b.Changed, b.State)
	}

	// Whoever is concerned sees it, cannot slip out of it by signing anew, and
	// counts again once the identity is checked.
	w.must(w.Unsign(w.ctx, citizen("machine1"), p.ID))
	w.sign(p, "machine1")
	sig, signed, err := w.SignatureOf(w.ctx, citizen("machine1"), p.ID)
	if err != nil || !signed || sig.Void != b.ID {
		t.Errorf("after signing anew: %+v (%v)", sig, err)
	}
	if by, void, err := w.InvalidatedBy(w.ctx, sig); err != nil || !void || by.Reason != b.Reason {
		t.Errorf("machine1 is told %q (%v)", by.Reason, err)
	}
	w.level("machine2", 2)
	w.must(w.Reevaluate(w.ctx, "machine2"))
	w.wantTally(p.ID, 12, 12)
	w.wantPaper(p.ID, 0, 448)

	_, err = w.RestoreBatch(w.ctx, officer, b.ID, "")
	wantFault(t, err, fault.Invalid)
	_, err = w.RestoreBatch(w.ctx, officer, b.ID, "They showed their cards.")
	w.must(err)
	w.jobs()
	w.wantTally(p.ID, 460, 460)
	w.wantPaper(p.ID, 0, 0)
	if public, err := w.PublicBatches(w.ctx, p.ID); err != nil || len(public) != 1 || public[0].State != BatchRestored || public[0].Undone == "" {
		t.Errorf("the public is told %+v (%v)", public, err)
	}
}

func TestAJobThatDiesInTheMiddleOfABatchGoesOnWhereItWas(t *testing.T) {
	w := newWorld(t)
	w.law.need = 10_000
	p := w.opened("town")
	w.burstOf(p, "machine", 2*batchPage+50, "")
	w.clock.Advance(time.Minute)
	b, err := w.ProposeBatch(w.ctx, officer, p.ID, Rule{From: start, To: w.clock.Now()}, "A machine.", "")
	w.must(err)
	w.jobs()
	b, err = w.RunBatch(w.ctx, officer, b.ID)
	w.must(err)
	// The first page is done twice: the job died before it could say so.
	_, _, fits, err := w.workPage(w.ctx, b)
	w.must(err)
	if fits != batchPage {
		t.Fatalf("%d on the first page", fits)
	}
	w.wantPaper(p.ID, 0, batchPage)
	w.must(w.sweepBatches(w.ctx))
	w.jobs()
	w.must(w.workBatch(w.ctx, batchJob{Batch: b.ID}))
	w.wantTally(p.ID, 0, 0)
	w.wantPaper(p.ID, 0, 2*batchPage+50)
	if b, _, _ = w.BatchFor(w.ctx, officer, b.ID); b.State != BatchDone || b.Changed != 2*batchPage+50 {
		t.Errorf("%d were invalidated in state %s", b.Changed, b.State)
	}
}

func TestASheetCanBeInvalidated(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.onPaper(p, "AB111111", "AB222222")
	w.onPaper(p, "CD111111")
	w.sign(p, "karim")
	w.clock.Advance(time.Minute)
	b, err := w.ProposeBatch(w.ctx, officer, p.ID, Rule{From: start, To: w.clock.Now(), Only: OnlyPaper, Sheet: 1}, "One hand wrote all lines.", "")
	w.must(err)
	w.jobs()
	_, err = w.RunBatch(w.ctx, officer, b.ID)
	w.must(err)
	w.jobs()
	w.wantTally(p.ID, 2, 2)
	w.wantPaper(p.ID, 1, 2)
	// Somebody whose line was invalidated shows the card.
	w.give("AB111111", "leila", true)
	w.must(w.Reevaluate(w.ctx, "leila"))
	w.wantTally(p.ID, 3, 3)
	w.wantPaper(p.ID, 2, 1)
}

func TestWhatARuleIsAbout(t *testing.T) {
	sig := Signature{Petition: "p", State: SignatureActive, At: start, Level: 0, Fresh: true, Range: "r", Device: "d"}
	window := Rule{From: start, To: start.Add(time.Hour)}
	for name, x := range map[string]struct {
		rule   func(*Rule)
		change func(*Signature)
		want   bool
	}{
		"the window":        {want: true},
		"its end":           {change: func(s *Signature) { s.At = start.Add(time.Hour) }},
		"withdrawn":         {change: func(s *Signature) { s.State = SignatureWithdrawn }},
		"anonymous":         {change: func(s *Signature) { s.State = SignatureAnonymous }, want: true},
		"a checked person":  {change: func(s *Signature) { s.Level = 2 }},
		"paper, online":     {rule: func(r *Rule) { r.Only = OnlyOnline }, change: func(s *Signature) { s.Channel = ByPaper }},
		"online, paper":     {rule: func(r *Rule) { r.Only = OnlyPaper }},
		"another range":     {rule: func(r *Rule) { r.Range = "x" }},
		"another device":    {rule: func(r *Rule) { r.Device = "x" }},
		"an old account":    {rule: func(r *Rule) { r.Fresh = true }, change: func(s *Signature) { s.Fresh = false }},
		"a declared number": {rule: func(r *Rule) { r.NoNum = true }, change: func(s *Signature) { s.Level = 1 }},
		"all of it":         {rule: func(r *Rule) { r.Range, r.Device, r.Fresh, r.NoNum, r.Only = "r", "d", true, true, OnlyOnline }, want: true},
	} {
		r, s := window, sig
		if x.rule != nil {
			x.rule(&r)
		}
		if x.change != nil {
			x.change(&s)
		}
		if r.fits(s) != x.want {
			t.Errorf("%s: %v", name, !x.want)
		}
	}
}
