package queue

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/views/ui"
)

// morning is a Monday at nine in Tunis.
var morning = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

type world struct {
	*Service
	t     testing.TB
	ctx   context.Context
	clock *clock.Fake
}

type places struct{}

func (places) Authority(_ context.Context, id string) (Authority, error) {
	if id != "town" && id != "other" {
		return Authority{}, fault.New(fault.NotFound, "")
	}
	return Authority{ID: id, Country: "TN", Active: true}, nil
}

func (places) Tenant(Authority, ui.Translator) *ui.Tenant { return nil }

func holder(id, org string, roles ...auth.Role) auth.Actor {
	a := auth.Actor{PersonID: id}
	for _, r := range roles {
		a.Memberships = append(a.Memberships, auth.Membership{Kind: auth.Authority, OrgID: org, Role: r})
	}
	return a
}

var (
	latifa  = holder("latifa", "town", auth.FrontDesk)
	walid   = holder("walid", "town", auth.FrontDesk)
	officer = holder("officer", "town", auth.Officer)
	head    = holder("head", "town", auth.President)
	foreign = holder("foreign", "other", auth.FrontDesk, auth.Officer)
	citizen = auth.Actor{PersonID: "citizen"}
	nobody  = auth.Actor{}
)

// newWorld is a hall with civil status (A) at both counters, permits (B) at the
// first alone.
func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{t: t, ctx: context.Background(), clock: clock.NewFake(morning)}
	log, err := audit.Open(w.ctx, db)
	w.must(err)
	ids, quiet := ident.NewFake(1), slog.New(slog.DiscardHandler)
	jobs, err := job.New(w.ctx, db, w.clock, ids, job.Config{Log: quiet})
	w.must(err)
	w.Service, err = New(w.ctx, Needs{DB: db, Audit: log, Queue: jobs, Authorities: places{}, Clock: w.clock, Ident: ids, Log: quiet})
	w.must(err)
	for _, g := range []Group{{Letter: "A", Names: Words{"الحالة المدنية", "État civil"}, Minutes: 6}, {Letter: "b", Names: Words{"الرخص", "Permis"}, Minutes: 10}} {
		_, err := w.SetGroup(w.ctx, officer, "town", g)
		w.must(err)
	}
	for _, c := range []Counter{{Number: 1}, {Number: 2, Groups: []string{"A"}}} {
		_, err := w.SetCounter(w.ctx, officer, "town", c)
		w.must(err)
	}
	_, err = w.OpenDay(w.ctx, latifa, "town")
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) take(letter string) Ticket {
	w.t.Helper()
	t, err := w.Take(w.ctx, latifa, "town", letter, w.Ident.ID(), false)
	w.must(err)
	w.clock.Advance(time.Second)
	return t
}

func (w *world) sits(who auth.Actor, counter int) {
	w.t.Helper()
	_, err := w.OpenCounter(w.ctx, who, "town", counter)
	w.must(err)
}

func (w *world) calls(who auth.Actor, counter int) Ticket {
	w.t.Helper()
	t, err := w.CallNext(w.ctx, who, "town", counter)
	w.must(err)
	return t
}

func (w *world) sound() {
	w.t.Helper()
	found, err := w.Check(w.ctx, false)
	w.must(err)
	if len(found) > 0 {
		w.t.Errorf("check finds: %v", found)
	}
}

// TestTwoAgentsWhoCallAtOnceCallTwoPeople lets twelve counters call out thirty
// people at the same moment.
func TestTwoAgentsWhoCallAtOnceCallTwoPeople(t *testing.T) {
	w := newWorld(t)
	const counters, people = 12, 30
	for n := 1; n <= counters; n++ {
		_, err := w.SetCounter(w.ctx, officer, "town", Counter{Number: n})
		w.must(err)
		w.sits(holder(fmt.Sprint("agent", n), "town", auth.FrontDesk), n)
	}
	for range people {
		w.take("A")
	}
	var mu sync.Mutex
	called := map[string]int{}
	var all sync.WaitGroup
	for n := 1; n <= counters; n++ {
		all.Go(func() {
			who := holder(fmt.Sprint("agent", n), "town", auth.FrontDesk)
			for {
				got, err := w.CallNext(w.ctx, who, "town", n)
				if fault.Is(err, fault.Conflict) {
					return // nobody waits any more
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				called[got.Number]++
				mu.Unlock()
				if _, err := w.Finish(w.ctx, who, got.ID); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if len(called) != people {
		t.Errorf("%d of %d people were called", len(called), people)
	}
	for number, times := range called {
		if times != 1 {
			t.Errorf("%s was called %d times", number, times)
		}
	}
	w.sound()
}

// TestOneAgentWhoClicksTwiceCallsOnePerson holds the seat of a counter.
func TestOneAgentWhoClicksTwiceCallsOnePerson(t *testing.T) {
	w := newWorld(t)
	w.sits(latifa, 1)
	for range 5 {
		w.take("A")
	}
	got := make([]string, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			ticket, err := w.CallNext(w.ctx, latifa, "town", 1)
			if err != nil {
				t.Error(err)
			}
			got[i] = ticket.Number
		})
	}
	all.Wait()
	if slices.Sort(got); got[0] != "A001" || got[len(got)-1] != "A001" {
		t.Errorf("one counter called %v", got)
	}
}

// TestNoNumberIsGivenTwice takes tickets at once, some of them by a form that
// was sent twice.
func TestNoNumberIsGivenTwice(t *testing.T) {
	w := newWorld(t)
	var mu sync.Mutex
	byForm, byNumber := map[string]string{}, map[string]string{}
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			once := fmt.Sprint("form", i/2)
			got, err := w.Take(w.ctx, walid, "town", "A", once, false)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if before := byForm[once]; before != "" && before != got.Number {
				t.Errorf("one form took %s and %s", before, got.Number)
			}
			if before := byNumber[got.Number]; before != "" && before != once {
				t.Errorf("%s was given to %s and %s", got.Number, before, once)
			}
			byForm[once], byNumber[got.Number] = got.Number, once
		})
	}
	all.Wait()
	if len(byForm) != 20 || len(byNumber) != 20 {
		t.Errorf("%d forms, %d numbers", len(byForm), len(byNumber))
	}
	w.sound()
}

func TestNumbersBeginAnewEachDay(t *testing.T) {
	w := newWorld(t)
	if got := w.take("A").Number + w.take("A").Number + w.take("B").Number; got != "A001A002B001" {
		t.Errorf("numbers are %s", got)
	}
	w.clock.Advance(24 * time.Hour)
	if _, err := w.Take(w.ctx, latifa, "town", "A", "x", false); !fault.Is(err, fault.Conflict) {
		t.Errorf("a ticket before the hall was opened: %v", err)
	}
	_, err := w.OpenDay(w.ctx, walid, "town")
	w.must(err)
	if got := w.take("A").Number; got != "A001" {
		t.Errorf("the next day begins with %s", got)
	}
}

// TestTheDayEndsWhereTheHallLies ends a day at midnight in Tunis, which is
// eleven in the evening in Greenwich.
func TestTheDayEndsWhereTheHallLies(t *testing.T) {
	w := newWorld(t)
	w.sits(latifa, 1)
	waiting, seated := w.take("B"), w.take("A")
	w.clock.Advance(time.Minute)
	if got := w.calls(latifa, 1); got.ID != waiting.ID {
		t.Fatalf("%s is called first", got.Number)
	}
	waiting, seated = seated, waiting
	w.clock.Set(time.Date(2026, 11, 23, 22, 50, 0, 0, time.UTC))
	w.must(w.EndDays(w.ctx))
	if now, _ := w.ByCode(w.ctx, waiting.Code); now.State != Waiting {
		t.Fatalf("ten minutes before midnight the ticket is %s", now.State)
	}
	w.clock.Set(time.Date(2026, 11, 23, 23, 10, 0, 0, time.UTC))
	w.must(w.EndDays(w.ctx))
	w.must(w.EndDays(w.ctx)) // repeating changes nothing
	for ticket, want := range map[string]State{waiting.Code: Abandoned, seated.Code: Ended} {
		if now, _ := w.ByCode(w.ctx, ticket); now.State != want {
			t.Errorf("%s is %s, not %s", now.Number, now.State, want)
		}
	}
	if p, _ := w.Post(w.ctx, "town", 1); p.State != CounterClosed || p.Agent != "" {
		t.Errorf("the counter is %s", p.State)
	}
	hall, _ := w.Hall(w.ctx, "town")
	days, err := w.Days(w.ctx, officer, hall, "", 5)
	w.must(err)
	if r, _ := days.Items[0].Row(ofAll); len(days.Items) != 1 || r.Came != 2 || r.Left != 1 || r.Served != 0 || r.MedianServed != 0 {
		t.Errorf("figures %+v", days.Items)
	}
	w.sound()
	w.clock.Advance(KeepTickets + 48*time.Hour)
	w.must(w.EndDays(w.ctx))
	if _, err := w.ByCode(w.ctx, waiting.Code); !fault.Is(err, fault.NotFound) {
		t.Errorf("the ticket is still kept: %v", err)
	}
	w.sound()
}

func TestWaitingAndServiceTimesAreThoseOfEachStage(t *testing.T) {
	w := newWorld(t)
	w.sits(latifa, 1)
	w.sits(walid, 2)
	first := w.take("A")
	w.clock.Advance(4*time.Minute - time.Second)
	w.calls(latifa, 1)
	w.clock.Advance(time.Minute)
	_, err := w.Serve(w.ctx, latifa, first.ID)
	w.must(err)
	w.clock.Advance(10 * time.Minute)
	_, err = w.Transfer(w.ctx, latifa, first.ID, "B")
	w.must(err)
	w.clock.Advance(2 * time.Minute)
	w.calls(latifa, 1)
	w.clock.Advance(3 * time.Minute)
	done, err := w.Finish(w.ctx, latifa, first.ID)
	w.must(err)
	want := []Stage{{"A", 1, 240, 600, Waiting}, {"B", 1, 120, 180, Done}}
	if !slices.Equal(done.Stages, want) {
		t.Errorf("stages %+v", done.Stages)
	}
	rows := Reckon([]Ticket{done})
	if r := rows[0]; r.Key != ofAll || r.Came != 1 || r.Served != 2 || r.MedianWaited != 180 || r.MaxWaited != 240 || r.MedianServed != 390 {
		t.Errorf("all: %+v", r)
	}
}

func TestMedians(t *testing.T) {
	for _, x := range []struct {
		all  []int64
		want int64
	}{{nil, 0}, {[]int64{7}, 7}, {[]int64{9, 1, 5}, 5}, {[]int64{4, 1, 3, 2}, 2}} {
		if got := Median(x.all); got != x.want {
			t.Errorf("the median of %v is %d", x.all, got)
		}
	}
}

func TestWhoMissesACallWaitsInTheOldPlace(t *testing.T) {
	w := newWorld(t)
	w.sits(walid, 2)
	late, next := w.take("A"), w.take("A")
	w.clock.Advance(time.Minute)
	w.calls(walid, 2)
	_, err := w.Recall(w.ctx, walid, late.ID)
	w.must(err)
	_, err = w.NoShow(w.ctx, walid, late.ID)
	w.must(err)
	if got := w.calls(walid, 2); got.ID != next.ID || got.Calls != 1 {
		t.Errorf("%s is called next", got.Number)
	}
	_, err = w.Finish(w.ctx, walid, next.ID)
	w.must(err)
	w.take("A")
	_, err = w.Return(w.ctx, latifa, late.ID)
	w.must(err)
	if got := w.calls(walid, 2); got.ID != late.ID {
		t.Errorf("%s is called before who came back", got.Number)
	}
	w.sound()
}

func TestCountersCallWhomTheyServe(t *testing.T) {
	w := newWorld(t)
	w.sits(walid, 2)
	w.take("B")
	if _, err := w.CallNext(w.ctx, walid, "town", 2); !fault.Is(err, fault.Conflict) {
		t.Errorf("counter 2 calls for B: %v", err)
	}
	w.take("A")
	carried, err := w.Take(w.ctx, latifa, "town", "A", "infant", true)
	w.must(err)
	if got := w.calls(walid, 2); got.ID != carried.ID {
		t.Errorf("%s is called before who goes first", got.Number)
	}
}

func TestHowLongOneWaits(t *testing.T) {
	w := newWorld(t)
	board := func() *Board {
		b, err := w.Board(w.ctx, "town")
		w.must(err)
		return b
	}
	w.take("A")
	w.take("B")
	mine := w.take("A")
	if _, known := board().Wait("A", mine.Order); known {
		t.Error("a wait is known while no counter is open")
	}
	w.sits(walid, 2)
	if d, _ := board().Wait("A", mine.Order); d != 6*time.Minute || board().Ahead(mine) != 1 {
		t.Errorf("one counter for A: %s, %d before", d, board().Ahead(mine))
	}
	w.sits(latifa, 1) // serves B as well: both are before
	if d, _ := board().Wait("A", mine.Order); d != 8*time.Minute {
		t.Errorf("two counters: %s", d)
	}
	w.calls(latifa, 1)
	if d, _ := board().Wait("B", last); d != 21*time.Minute { // both who wait are before counter 1, and half of what is done there
		t.Errorf("B: %s", d)
	}
}

// TestTheTableSaysWhoMayDoWhat enumerates every act, state and role.
func TestTheTableSaysWhoMayDoWhat(t *testing.T) {
	want := map[Act]string{
		ActSettings: "/kept by supervisor", ActDevice: "kept by supervisor",
		ActOpenDay: "/closed by front_desk supervisor", ActCloseDay: "open by front_desk supervisor system",
		ActOpenCounter: "/counter_closed by front_desk", ActCloseCounter: "counter_open by agent supervisor system",
		ActTake: " by front_desk supervisor device", ActCall: "waiting by agent", ActRecall: "called by agent supervisor", ActServe: "called by agent supervisor",
		ActNoShow: "called by agent supervisor", ActReturn: "absent by front_desk supervisor", ActTransfer: "called/serving by agent supervisor",
		ActFinish: "called/serving by agent supervisor", ActLeave: "waiting by front_desk supervisor holder", ActAbandon: "waiting by system", ActEnd: "called/serving by system",
	}
	states := append([]State{notYet, HallKept, DayOpen, DayClosed, CounterOpen, CounterClosed}, TicketStates...)
	for _, m := range moves {
		var from []string
		by := map[Role]bool{}
		for _, s := range states {
			some := false
			for _, r := range Roles {
				if _, _, err := permit(s, m.Act, []Role{r}); err == nil {
					by[r], some = true, true
				}
			}
			if some {
				from = append(from, string(s))
			}
		}
		got := strings.Join(from, "/") + " by"
		for _, r := range []Role{AsAgent, AsDesk, AsSupervisor, AsDevice, AsHolder, AsSystem, AsReader, AsNobody} {
			if by[r] {
				got += " " + string(r)
			}
		}
		if got != want[m.Act] {
			t.Errorf("%s: %q, not %q", m.Act, got, want[m.Act])
		}
		if ActName(actPrefix+string(m.Act)) == "" {
			t.Errorf("%s has no name", m.Act)
		}
	}
	if len(moves) != len(want) {
		t.Errorf("%d acts in the table, %d here", len(moves), len(want))
	}
}

// TestStrangersMoveNothing tries every act as somebody of another authority, a
// citizen and nobody.
func TestStrangersMoveNothing(t *testing.T) {
	w := newWorld(t)
	w.sits(latifa, 1)
	w.take("A")
	seated := w.calls(latifa, 1)
	for _, who := range []auth.Actor{foreign, citizen, nobody} {
		for name, do := range map[string]func() error{
			"take":    func() error { _, err := w.Take(w.ctx, who, "town", "A", "y", false); return err },
			"call":    func() error { _, err := w.CallNext(w.ctx, who, "town", 1); return err },
			"finish":  func() error { _, err := w.Finish(w.ctx, who, seated.ID); return err },
			"absent":  func() error { _, err := w.NoShow(w.ctx, who, seated.ID); return err },
			"sit":     func() error { _, err := w.OpenCounter(w.ctx, who, "town", 2); return err },
			"open":    func() error { _, err := w.OpenDay(w.ctx, who, "town"); return err },
			"close":   func() error { _, err := w.CloseDay(w.ctx, who, "town"); return err },
			"set":     func() error { _, err := w.SetCounter(w.ctx, who, "town", Counter{Number: 9}); return err },
			"figures": func() error { _, err := w.Today(w.ctx, who, Hall{Meta: mustHall(w).Meta}); return err },
		} {
			if err := do(); !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.SignIn) {
				t.Errorf("%s as %q: %v", name, who.PersonID, err)
			}
		}
	}
	if _, err := w.Finish(w.ctx, walid, seated.ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a colleague finishes at another counter: %v", err)
	}
	if _, err := w.OpenCounter(w.ctx, walid, "town", 1); !fault.Is(err, fault.Conflict) {
		t.Errorf("two agents at one counter: %v", err)
	}
	if _, err := w.OpenCounter(w.ctx, head, "town", 2); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the president sits at a counter: %v", err)
	}
	if _, err := w.CloseCounter(w.ctx, latifa, "town", 1); !fault.Is(err, fault.Conflict) {
		t.Errorf("a counter closes on somebody: %v", err)
	}
	if _, err := w.TakeAtScreen(w.ctx, "town", "guess", "A", "z"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a ticket at another screen: %v", err)
	}
}

func mustHall(w *world) Hall {
	h, err := w.Hall(w.ctx, "town")
	w.must(err)
	return h
}
