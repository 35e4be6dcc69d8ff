package job

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/mongostore"
	"musharaka/modules/kit/store/sqlitestore"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// Recount is the payload of these tests.
type Recount struct {
	Petition string `bson:"petition"`
}

func openStore(t *testing.T) store.DB {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// eachStore runs a test on the embedded store and, where there is one, on MongoDB.
func eachStore(t *testing.T, test func(t *testing.T, db store.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, openStore(t)) })
	t.Run("mongo", func(t *testing.T) {
		uri := os.Getenv("MONGODB_TEST_URI")
		if uri == "" {
			t.Skip("no MongoDB: set MONGODB_TEST_URI, or start one with `cd .ci/mongo && go run .` and set it to mongodb://127.0.0.1:27027/?maxPoolSize=1")
		}
		db, err := mongostore.Open(t.Context(), uri, "musharaka_test_"+ident.New().ID())
		must(t, err)
		t.Cleanup(func() {
			if err := db.Database().Drop(context.Background()); err != nil {
				t.Error(err)
			}
			_ = db.Close()
		})
		test(t, db)
	})
}

func openQueue(t *testing.T, db store.DB, clk clock.Clock, seed uint64) *Queue {
	t.Helper()
	q, err := New(t.Context(), db, clk, ident.NewFake(seed), Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	must(t, err)
	return q
}

// newQueue returns a queue over a fresh store, and its clock.
func newQueue(t *testing.T) (*Queue, *clock.Fake) {
	clk := clock.NewFake(monday)
	return openQueue(t, openStore(t), clk, 1), clk
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// runDue runs what is due and checks how many attempts of the tests' own kinds were made.
func runDue(t *testing.T, q *Queue, ran *int, want int) {
	t.Helper()
	before := *ran
	_, err := q.RunDue(t.Context())
	must(t, err)
	if got := *ran - before; got != want {
		t.Fatalf("%d attempts at %v, want %d", got, q.clock.Now(), want)
	}
}

func find(t *testing.T, q *Queue, kind, key string) Job {
	t.Helper()
	j, err := q.Find(t.Context(), kind, key)
	must(t, err)
	return j
}

func TestEnqueueingTwiceRunsOnce(t *testing.T) {
	q, clk := newQueue(t)
	ran := 0
	var got Recount
	Register(q, "recount", func(_ context.Context, p Recount) error { ran++; got = p; return nil }, Options{})
	for range 3 {
		must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{"p1"}, monday))
	}
	runDue(t, q, &ran, 1)
	if got.Petition != "p1" {
		t.Errorf("the handler was given %+v", got)
	}
	must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{"p1"}, monday)) // finished: still a no-op
	clk.Advance(time.Minute)
	runDue(t, q, &ran, 0)
	if j := find(t, q, "recount", "p1"); j.State != Done || j.Attempts != 1 {
		t.Errorf("finished as %s after %d attempts", j.State, j.Attempts)
	}
}

func TestAJobWaitsForItsTime(t *testing.T) {
	q, clk := newQueue(t)
	ran := 0
	Register(q, "deadline", func(context.Context, Recount) error { ran++; return nil }, Options{})
	must(t, Enqueue(t.Context(), q, "deadline", "p1", Recount{}, monday.Add(time.Hour)))
	runDue(t, q, &ran, 0)
	clk.Advance(time.Hour - time.Millisecond)
	runDue(t, q, &ran, 0)
	clk.Advance(time.Millisecond)
	runDue(t, q, &ran, 1)
}

func TestFailuresAreRetriedEverMoreRarelyUntilTheJobIsDead(t *testing.T) {
	q, clk := newQueue(t)
	ran := 0
	Register(q, "mail", func(context.Context, Recount) error { ran++; return errors.New("no answer for amal@example.org") },
		Options{MaxAttempts: 5, Backoff: time.Minute, MaxBackoff: 4 * time.Minute})
	must(t, Enqueue(t.Context(), q, "mail", "m1", Recount{}, monday))
	runDue(t, q, &ran, 1)
	for _, wait := range []time.Duration{1, 2, 4, 4} {
		least := wait * time.Minute
		clk.Advance(least - time.Millisecond)
		runDue(t, q, &ran, 0)
		clk.Advance(least/4 + time.Millisecond) // the longest jitter
		runDue(t, q, &ran, 1)
	}
	clk.Advance(24 * time.Hour)
	runDue(t, q, &ran, 0)
	j := find(t, q, "mail", "m1")
	if j.State != Dead || j.Attempts != 5 {
		t.Errorf("%s after %d attempts, want dead after 5", j.State, j.Attempts)
	}
	if strings.Contains(j.LastError, "@") || !strings.Contains(j.LastError, "no answer") {
		t.Errorf("kept error %q must hold no address", j.LastError)
	}
}

func TestWaitsGrowToTheirBoundAndJitterStaysWithinAQuarter(t *testing.T) {
	o := Options{}.withDefaults(8)
	ids := ident.NewFake(7)
	seen := map[time.Duration]bool{}
	for failures, base := range map[int]time.Duration{1: 30 * time.Second, 2: time.Minute, 5: 8 * time.Minute, 40: 6 * time.Hour} {
		for range 50 {
			w := o.wait(failures, ids)
			if w < base || w > base+base/4 {
				t.Fatalf("after %d failures it waits %v, want %v to %v", failures, w, base, base+base/4)
			}
			seen[w] = true
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d different waits in 200", len(seen))
	}
}

func TestAPanicIsAFailure(t *testing.T) {
	q, clk := newQueue(t)
	ran := 0
	Register(q, "recount", func(context.Context, Recount) error {
		if ran++; ran == 1 {
			panic("index out of range for amal@example.org")
		}
		return nil
	}, Options{})
	must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{}, monday))
	runDue(t, q, &ran, 1)
	if j := find(t, q, "recount", "p1"); j.LastError != "panic: index out of range for (address)" || j.LeasedBy != "" {
		t.Errorf("after the panic: %+v", j)
	}
	clk.Advance(time.Hour)
	runDue(t, q, &ran, 1)
	if j := find(t, q, "recount", "p1"); j.State != Done || j.LastError != "" {
		t.Errorf("after the repeat: %s, %q", j.State, j.LastError)
	}
}

func TestDeadLettersAreListedRetriedAndDiscarded(t *testing.T) {
	eachStore(t, func(t *testing.T, db store.DB) {
		clk := clock.NewFake(monday)
		q := openQueue(t, db, clk, 1)
		ran, mended := 0, false
		Register(q, "mail", func(_ context.Context, p Recount) error {
			if ran++; mended {
				return nil
			}
			return Permanent(errors.New("refused for good"))
		}, Options{})
		for _, key := range []string{"m1", "m2", "m3"} {
			must(t, Enqueue(t.Context(), q, "mail", key, Recount{key}, monday))
			runDue(t, q, &ran, 1)
			clk.Advance(time.Second)
		}
		dead, err := q.Dead(t.Context(), "", 2)
		must(t, err)
		if len(dead.Items) != 2 || dead.Items[0].Key != "m3" || dead.Next == "" {
			t.Fatalf("first page of dead letters: %d, next %q", len(dead.Items), dead.Next)
		}
		must(t, q.Discard(t.Context(), "mail:m1"))
		mended = true
		must(t, q.Retry(t.Context(), "mail:m3"))
		runDue(t, q, &ran, 1)
		if err := q.Retry(t.Context(), "mail:m3"); !fault.Is(err, fault.Conflict) {
			t.Errorf("retrying a finished job: %v, want a conflict", err)
		}
		if err := q.Discard(t.Context(), "mail:nobody"); !fault.Is(err, fault.NotFound) {
			t.Errorf("discarding what is not there: %v, want not found", err)
		}
		dead, err = q.Dead(t.Context(), "", 0)
		must(t, err)
		if len(dead.Items) != 1 || dead.Items[0].Key != "m2" {
			t.Errorf("still dead: %+v, want m2 alone", dead.Items)
		}
		must(t, Enqueue(t.Context(), q, "mail", "m1", Recount{}, monday)) // discarded is finished
		runDue(t, q, &ran, 0)
	})
}

func TestARecountAskedForWhileOneRunsIsRunOnceMore(t *testing.T) {
	eachStore(t, func(t *testing.T, db store.DB) {
		q := openQueue(t, db, clock.NewFake(monday), 1)
		var got []string
		ran := 0
		Register(q, "recount", func(ctx context.Context, p Recount) error {
			got = append(got, p.Petition)
			if ran++; ran == 1 {
				must(t, Enqueue(ctx, q, "recount", "p1", Recount{"during"}, monday))
				must(t, Enqueue(ctx, q, "recount", "p1", Recount{"during, later"}, monday))
			}
			return nil
		}, Options{Again: true})
		must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{"first"}, monday))
		runDue(t, q, &ran, 2)
		must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{"afterwards"}, monday))
		runDue(t, q, &ran, 1)
		if want := "first|during, later|afterwards"; strings.Join(got, "|") != want {
			t.Errorf("payloads %q, want %q", strings.Join(got, "|"), want)
		}
	})
}

func TestAWaitingRecountTakesTheEarlierTimeButNeverJumpsABackOff(t *testing.T) {
	q, clk := newQueue(t)
	ran := 0
	Register(q, "recount", func(context.Context, Recount) error { ran++; return errors.New("not yet") }, Options{Again: true, Backoff: time.Hour})
	must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{}, monday.Add(24*time.Hour)))
	must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{}, monday.Add(time.Hour)))
	must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{}, monday.Add(48*time.Hour)))
	clk.Advance(time.Hour)
	runDue(t, q, &ran, 1)
	must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{}, monday))
	runDue(t, q, &ran, 0)
}

func TestManyAreEnqueuedInBatchesAndRepeatsAddNothing(t *testing.T) {
	q, _ := newQueue(t)
	ran := 0
	Register(q, "mail", func(context.Context, Recount) error { ran++; return nil }, Options{})
	items := make([]Item[Recount], 1203)
	for i := range items {
		key := ident.NewFake(uint64(i)).ID()
		items[i] = Item[Recount]{Key: key, Payload: Recount{key}, At: monday}
	}
	for _, want := range []int{1200, 3, 0} {
		batch := items
		if want == 1200 {
			batch = items[:1200]
		}
		if added, err := EnqueueMany(t.Context(), q, "mail", batch); err != nil || added != want {
			t.Fatalf("added %d, %v; want %d", added, err, want)
		}
	}
	runDue(t, q, &ran, 1203)
}

func TestEnqueueingAMistakeOfTheProgramIsRefused(t *testing.T) {
	q, _ := newQueue(t)
	Register(q, "recount", func(context.Context, Recount) error { return nil }, Options{})
	for name, err := range map[string]error{
		"unknown kind":  Enqueue(t.Context(), q, "recuont", "p1", Recount{}, monday),
		"other payload": Enqueue(t.Context(), q, "recount", "p1", struct{ X int }{}, monday),
	} {
		if !fault.Is(err, fault.Internal) || err == nil {
			t.Errorf("%s: %v, want an internal fault", name, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("registering a kind twice must panic")
		}
	}()
	Register(q, "recount", func(context.Context, Recount) error { return nil }, Options{})
}

func TestFinishedJobsAreSweptWhenTheirTimeOfKeepingHasPassed(t *testing.T) {
	q, clk := newQueue(t)
	ran := 0
	Register(q, "mail", func(context.Context, Recount) error { ran++; return nil }, Options{})
	must(t, Enqueue(t.Context(), q, "mail", "m1", Recount{}, monday))
	runDue(t, q, &ran, 1)
	clk.Advance(30*24*time.Hour - time.Hour)
	runDue(t, q, &ran, 0)
	find(t, q, "mail", "m1")
	clk.Advance(2 * time.Hour)
	runDue(t, q, &ran, 0)
	if _, err := q.Find(t.Context(), "mail", "m1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("after the sweep: %v, want not found", err)
	}
}

func TestStatsTellWhatWaitsAndHowLong(t *testing.T) {
	eachStore(t, func(t *testing.T, db store.DB) {
		clk := clock.NewFake(monday)
		q := openQueue(t, db, clk, 1)
		Register(q, "mail", func(_ context.Context, p Recount) error {
			if p.Petition == "bad" {
				return Permanent(errors.New("refused"))
			}
			return nil
		}, Options{})
		must(t, Enqueue(t.Context(), q, "mail", "m1", Recount{"good"}, monday))
		must(t, Enqueue(t.Context(), q, "mail", "m2", Recount{"bad"}, monday))
		_, err := q.RunDue(t.Context())
		must(t, err)
		must(t, Enqueue(t.Context(), q, "mail", "m3", Recount{"good"}, monday.Add(time.Minute)))
		must(t, Enqueue(t.Context(), q, "mail", "m4", Recount{"good"}, monday.Add(time.Hour)))
		clk.Advance(3 * time.Minute)
		stats, err := q.Stats(t.Context())
		must(t, err)
		want := Stat{Kind: "mail", Open: 2, Dead: 1, Lag: 2 * time.Minute, Tally: Tally{Succeeded: 1, Failed: 1, Died: 1}}
		if got := stats[len(stats)-1]; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestPeriodicWorkRunsOncePerIntervalInOneInstance(t *testing.T) {
	eachStore(t, func(t *testing.T, db store.DB) {
		clk := clock.NewFake(monday)
		ran := 0
		var failing error
		queues := []*Queue{openQueue(t, db, clk, 1), openQueue(t, db, clk, 2)}
		for _, q := range queues {
			q.Every("deadlines", time.Hour, func(context.Context) error { ran++; return failing })
		}
		for range 3 {
			runDue(t, queues[0], &ran, 1)
			runDue(t, queues[1], &ran, 0)
			clk.Advance(59 * time.Minute)
			runDue(t, queues[1], &ran, 0)
			clk.Advance(time.Minute)
		}
		failing = errors.New("the store was away")
		for range 20 { // it never dies
			runDue(t, queues[1], &ran, 1)
			clk.Advance(75 * time.Minute)
		}
		failing = nil
		runDue(t, queues[0], &ran, 1)
	})
}

func TestAShorterIntervalTakesEffectAtTheNextStart(t *testing.T) {
	db, clk := openStore(t), clock.NewFake(monday)
	ran := 0
	work := func(context.Context) error { ran++; return nil }
	before := openQueue(t, db, clk, 1)
	before.Every("report", 30*24*time.Hour, work)
	runDue(t, before, &ran, 1)
	after := openQueue(t, db, clk, 2)
	after.Every("report", time.Hour, work)
	runDue(t, after, &ran, 0)
	clk.Advance(time.Hour)
	runDue(t, after, &ran, 1)
}

// gate lets a test hold handlers inside and learn that they are there.
type gate struct {
	entered chan struct{}
	open    chan struct{}
	once    sync.Once
}

func newGate() *gate { return &gate{entered: make(chan struct{}, 100), open: make(chan struct{})} }

func (g *gate) pass()    { g.entered <- struct{}{}; <-g.open }
func (g *gate) release() { g.once.Do(func() { close(g.open) }) }
