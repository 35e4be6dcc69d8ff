package job

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

func TestTwoQueuesOnOneStoreNeverRunOneJobAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, db store.DB) {
		const jobs = 200
		clk := clock.NewFake(monday)
		var mu sync.Mutex
		inside, times := map[string]int{}, map[string]int{}
		var both []string
		all := make(chan struct{})
		handle := func(_ context.Context, p Recount) error {
			mu.Lock()
			if inside[p.Petition]++; inside[p.Petition] > 1 {
				both = append(both, p.Petition)
			}
			mu.Unlock()
			mu.Lock()
			defer mu.Unlock()
			inside[p.Petition]--
			if times[p.Petition]++; len(times) == jobs && times[p.Petition] == 1 {
				close(all)
			}
			return nil
		}
		queues := []*Queue{openQueue(t, db, clk, 1), openQueue(t, db, clk, 2)}
		for _, q := range queues {
			Register(q, "recount", handle, Options{Parallel: 8})
		}
		for i := range jobs {
			key := fmt.Sprint(i)
			must(t, Enqueue(t.Context(), queues[i%2], "recount", key, Recount{key}, monday))
		}
		for _, q := range queues {
			must(t, q.Start(t.Context()))
		}
		<-all
		for _, q := range queues {
			must(t, q.Stop(t.Context()))
		}
		for key, n := range times {
			if n != 1 {
				t.Errorf("job %s ran %d times", key, n)
			}
		}
		if len(both) > 0 {
			t.Errorf("jobs %v ran twice at once", both)
		}
	})
}

func TestAJobWhoseHolderDiedIsRepeatedWhenItsLeaseHasRunOut(t *testing.T) {
	eachStore(t, func(t *testing.T, db store.DB) {
		clk := clock.NewFake(monday)
		ran := 0
		queues := []*Queue{openQueue(t, db, clk, 1), openQueue(t, db, clk, 2)}
		for _, q := range queues {
			Register(q, "recount", func(context.Context, Recount) error { ran++; return nil }, Options{})
		}
		must(t, Enqueue(t.Context(), queues[0], "recount", "p1", Recount{}, monday))
		crashed, err := queues[0].take(t.Context(), queues[0].kinds["recount"], 1) // and is never heard of again
		if err != nil || len(crashed) != 1 || !crashed[0].LeaseUntil().Equal(monday.Add(time.Minute)) {
			t.Fatalf("taken: %+v, %v", crashed, err)
		}
		clk.Advance(time.Minute - time.Millisecond)
		runDue(t, queues[1], &ran, 0)
		clk.Advance(time.Millisecond)
		runDue(t, queues[1], &ran, 1)
		if j := find(t, queues[1], "recount", "p1"); j.State != Done || j.Attempts != 2 {
			t.Errorf("%s after %d attempts, want done after 2", j.State, j.Attempts)
		}
		// The dead come back: what they write now is discarded.
		must(t, queues[0].settle(queues[0].kinds["recount"], crashed[0], errors.New("late")))
		if j := find(t, queues[1], "recount", "p1"); j.State != Done || j.LastError != "" {
			t.Errorf("the former holder changed the outcome: %+v", j)
		}
	})
}

func TestAJobThatKillsItsProcessEveryTimeIsDeadAfterItsAttempts(t *testing.T) {
	q, clk := newQueue(t)
	ran := 0
	Register(q, "recount", func(context.Context, Recount) error { ran++; return nil }, Options{MaxAttempts: 3})
	must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{}, monday))
	for range 3 {
		taken, err := q.take(t.Context(), q.kinds["recount"], 1)
		if err != nil || len(taken) != 1 {
			t.Fatalf("taken %d, %v", len(taken), err)
		}
		clk.Advance(time.Minute)
	}
	runDue(t, q, &ran, 0)
	if j := find(t, q, "recount", "p1"); j.State != Dead || j.LastError == "" {
		t.Errorf("%s, %q; want dead and why", j.State, j.LastError)
	}
}

// beats gives a queue heartbeats by hand.
func beats(q *Queue) chan time.Time {
	beat := make(chan time.Time)
	q.ticker = func(time.Duration) (<-chan time.Time, func()) { return beat, func() {} }
	return beat
}

func TestAHeartbeatKeepsTheLeaseOfALongAttempt(t *testing.T) {
	db, clk := openStore(t), clock.NewFake(monday)
	holder, other := openQueue(t, db, clk, 1), openQueue(t, db, clk, 2)
	beat, g, ran := beats(holder), newGate(), 0
	Register(holder, "recount", func(context.Context, Recount) error { g.pass(); return nil }, Options{})
	Register(other, "recount", func(context.Context, Recount) error { ran++; return nil }, Options{})
	must(t, Enqueue(t.Context(), holder, "recount", "p1", Recount{}, monday))
	taken, err := holder.take(t.Context(), holder.kinds["recount"], 1)
	must(t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		holder.attempt(holder.kinds["recount"], taken[0])
	}()
	<-g.entered
	for range 5 {
		clk.Advance(40 * time.Second) // five times: far beyond one lease
		beat <- clk.Now()
		beat <- clk.Now() // received only when the one before has been written
		runDue(t, other, &ran, 0)
	}
	g.release()
	<-ended
	if j := find(t, holder, "recount", "p1"); j.State != Done || j.Attempts != 1 {
		t.Errorf("%s after %d attempts, want done after 1", j.State, j.Attempts)
	}
}

func TestAHandlerWhoseLeaseWasLostIsToldToEnd(t *testing.T) {
	db, clk := openStore(t), clock.NewFake(monday)
	holder, other := openQueue(t, db, clk, 1), openQueue(t, db, clk, 2)
	beat, ran := beats(holder), 0
	entered := make(chan struct{})
	Register(holder, "recount", func(ctx context.Context, _ Recount) error {
		close(entered)
		<-ctx.Done()
		return ctx.Err()
	}, Options{Timeout: time.Hour})
	Register(other, "recount", func(context.Context, Recount) error { ran++; return nil }, Options{})
	must(t, Enqueue(t.Context(), holder, "recount", "p1", Recount{}, monday))
	taken, err := holder.take(t.Context(), holder.kinds["recount"], 1)
	must(t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		holder.attempt(holder.kinds["recount"], taken[0])
	}()
	<-entered
	clk.Advance(2 * time.Minute) // no heartbeat came through
	runDue(t, other, &ran, 1)
	beat <- clk.Now()
	<-ended
	if j := find(t, other, "recount", "p1"); j.State != Done || j.Attempts != 2 {
		t.Errorf("%s after %d attempts, want done by the second holder", j.State, j.Attempts)
	}
}

func TestStopWaitsForRunningHandlersAndTakesNoMore(t *testing.T) {
	q, _ := newQueue(t)
	g := newGate()
	Register(q, "recount", func(context.Context, Recount) error { g.pass(); return nil }, Options{Parallel: 1})
	for _, key := range []string{"p1", "p2"} {
		must(t, Enqueue(t.Context(), q, "recount", key, Recount{}, monday))
	}
	must(t, q.Start(t.Context()))
	<-g.entered
	stopped := make(chan error)
	go func() { stopped <- q.Stop(t.Context()) }()
	<-q.halt
	select {
	case err := <-stopped:
		t.Fatalf("Stop returned %v while a handler was running", err)
	default:
	}
	g.release()
	must(t, <-stopped)
	states := []State{find(t, q, "recount", "p1").State, find(t, q, "recount", "p2").State}
	if states[0]+states[1] != Done+Open && states[0]+states[1] != Open+Done {
		t.Errorf("after Stop the jobs are %v, want one done and one still open", states)
	}
	if err := q.Start(t.Context()); err == nil {
		t.Error("a stopped queue must not start again")
	}
}

func TestAHandlerCutOffByStopHandsItsJobBackUnharmed(t *testing.T) {
	eachStore(t, func(t *testing.T, db store.DB) {
		clk := clock.NewFake(monday)
		q, next := openQueue(t, db, clk, 1), openQueue(t, db, clk, 2)
		entered, ran := make(chan struct{}), 0
		Register(q, "recount", func(ctx context.Context, _ Recount) error {
			close(entered)
			<-ctx.Done()
			return ctx.Err()
		}, Options{MaxAttempts: 1, Timeout: time.Hour})
		Register(next, "recount", func(context.Context, Recount) error { ran++; return nil }, Options{MaxAttempts: 1})
		must(t, Enqueue(t.Context(), q, "recount", "p1", Recount{}, monday))
		must(t, q.Start(t.Context()))
		<-entered
		hurry, cancel := context.WithCancel(t.Context())
		cancel()
		if err := q.Stop(hurry); !fault.Is(err, fault.Unavailable) {
			t.Errorf("Stop: %v, want unavailable", err)
		}
		runDue(t, next, &ran, 1) // at once, and the cut attempt does not count
	})
}

func TestWhatIsEnqueuedHereAndDueWakesTheQueue(t *testing.T) {
	db, clk := openStore(t), clock.NewFake(monday)
	q, err := New(t.Context(), db, clk, openQueue(t, db, clk, 9).ids, Config{Poll: 24 * time.Hour})
	must(t, err)
	done := make(chan string)
	Register(q, "recount", func(_ context.Context, p Recount) error { done <- p.Petition; return nil }, Options{})
	must(t, q.Start(t.Context()))
	for _, key := range []string{"p1", "p2", "p3"} { // the next poll is a day away
		must(t, Enqueue(t.Context(), q, "recount", key, Recount{key}, monday))
		if got := <-done; got != key {
			t.Errorf("ran %s, want %s", got, key)
		}
	}
	must(t, Enqueue(t.Context(), q, "recount", "later", Recount{"later"}, monday.Add(time.Hour)))
	clk.Advance(time.Hour)
	q.Wake()
	if got := <-done; got != "later" {
		t.Errorf("ran %s", got)
	}
	must(t, q.Stop(t.Context()))
}
