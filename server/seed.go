package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"sync"
	"time"

	"musharaka/config"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// The demo is seeded by playing a plan: a list of acts, each with its moment in
// the past, done through the services in their order by the people who would do
// them, on a clock that is set to that moment. A mark in the store says how far
// the plan was played, so that an interrupted seed goes on where it stopped; an
// act that was under way is done again, which every act allows.

// seedWindow is how far back the plan reaches.
const seedWindow = 400 * 24 * time.Hour

// seedMark says how far the plan was played.
type seedMark struct {
	store.Meta `bson:",inline"`
	Now        time.Time `bson:"now"`  // what counts as the present of the plan
	Plan       string    `bson:"plan"` // which plan it is
	Done       int       `bson:"done"`
	Finished   bool      `bson:"finished"`
}

const (
	seedMarkID = "seed"
	markEvery  = 20 // acts: those after the last mark are done again after an interruption
)

// seedClock shows a moment of the past and goes on a little whenever it is
// read, so that no two things happen at once. It never passes the present of
// the plan.
type seedClock struct {
	mu          sync.Mutex
	now, latest time.Time
	held        bool
}

const seedTick = 90 * time.Millisecond

// Now returns the time shown.
func (c *seedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if next := c.now.Add(seedTick); !c.held && next.Before(c.latest) {
		c.now = next
	}
	return c.now
}

// hold lets the clock stand still, or go on. While due jobs are run it stands:
// periodic work would otherwise fall due again by being run, for ever.
func (c *seedClock) hold(still bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = still
}

// runDue runs the jobs that are due, at one moment.
func (s *seeding) runDue(ctx context.Context) error {
	s.clock.hold(true)
	defer s.clock.hold(false)
	_, err := s.queue.RunDue(ctx)
	return err
}

// set moves the clock forward to t; it is never turned back.
func (c *seedClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) && t.Before(c.latest) {
		c.now = t.UTC().Truncate(time.Millisecond)
	}
}

// event is one act of the plan.
type event struct {
	at   time.Time
	what string // for the operator when it fails
	do   func(context.Context) error
	tell bool // mails may follow from it
}

// seeding is the platform while its past is being played.
type seeding struct {
	*app
	data  demoData
	clock *seedClock
	marks *store.Collection[seedMark, *seedMark]
	mark  seedMark
	share float64 // of the crowd's signatures beyond what the states need; 1 but in tests
	out   io.Writer

	faces     []face            // the crowd
	petitions map[string]string // ids by key, once they are known
	stories   map[string]*story // by the key of their petition
}

// seedIfEmpty fills an empty demo, or goes on where an earlier seed was
// interrupted. Call it before start: jobs would otherwise run by today's clock.
func (a *app) seedIfEmpty(ctx context.Context, out io.Writer) error {
	return a.seedWith(ctx, out, 1)
}

func (a *app) seedWith(ctx context.Context, out io.Writer, share float64) error {
	if !a.settings.IsDemo() {
		return fault.New(fault.Forbidden, "").Because("seed", fmt.Errorf("MUSHARAKA_ENV is %s: invented people belong in a demo", a.settings.Env))
	}
	data, digest, err := loadDemo("*.yaml")
	if err != nil {
		return err
	}
	marks, err := store.Open[seedMark](ctx, a.db, store.Schema{Name: "demo"})
	if err != nil {
		return err
	}
	mark, err := marks.Get(ctx, seedMarkID)
	switch {
	case err == nil && mark.Finished:
		return nil
	case fault.Is(err, fault.NotFound):
		if active, err := a.places.Active(ctx); err != nil || len(active) > 0 {
			return err // somebody's own demo
		}
		mark = seedMark{Meta: store.Meta{ID: seedMarkID}, Now: a.clock.Now(), Plan: fmt.Sprintf("%s/%g", digest, share)}
		if err := marks.Insert(ctx, mark); err != nil {
			return err
		}
		fmt.Fprintln(out, "Filling the demo with a year of invented life; this takes some seconds…")
	case err != nil:
		return err
	case mark.Plan != fmt.Sprintf("%s/%g", digest, share):
		return fmt.Errorf("the demo was begun by another version of the program and not finished; delete it with: server seed --again")
	default:
		fmt.Fprintln(out, "Going on with the demo that was interrupted…")
	}
	return a.play(ctx, data, marks, mark, share, out)
}

// forgetDemo deletes the embedded store and the uploads of a demo that nobody
// is serving.
func forgetDemo(ctx context.Context, s config.Settings) error {
	if s.MongoURI != "" {
		return errors.New("seed --again deletes the embedded store only: drop the MongoDB database yourself, then run seed")
	}
	db, err := openStore(ctx, s) // fails while another process has it open
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return err
	}
	for _, name := range []string{"musharaka.db", "musharaka.db-wal", "musharaka.db-shm", "files"} {
		if err := os.RemoveAll(filepath.Join(s.Data, name)); err != nil {
			return err
		}
	}
	return nil
}

// play builds a platform of its own for the past, over the same store, and
// plays the plan on it.
func (a *app) play(ctx context.Context, data demoData, marks *store.Collection[seedMark, *seedMark], mark seedMark, share float64, out io.Writer) (err error) {
	began := a.clock.Now()
	clk := &seedClock{now: mark.Now.Add(-seedWindow), latest: mark.Now}
	past, err := newApp(ctx, a.settings, a.db.DB, sources{clock: clk, ident: a.ident, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if err := past.petitions.Start(ctx); err != nil {
		return err
	}
	if err := past.budgets.Start(ctx); err != nil {
		return err
	}
	s := &seeding{app: past, data: data, clock: clk, marks: marks, mark: mark, share: share, out: out, petitions: map[string]string{}, stories: map[string]*story{}}
	err = s.run(ctx)
	if stopped := past.stop(context.WithoutCancel(ctx)); err == nil {
		err = stopped
	}
	if err == nil {
		_, err = marks.Update(ctx, seedMarkID, func(m *seedMark) error { m.Finished = true; return nil })
	}
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	fmt.Fprintf(out, "Done in %s.\n", a.clock.Now().Sub(began).Round(100*time.Millisecond))
	return nil
}

// run plays the events that were not played yet.
func (s *seeding) run(ctx context.Context) error {
	events, err := s.events()
	if err != nil {
		return err
	}
	tell, shown := false, 0
	for i := s.mark.Done; i < len(events); i++ {
		e := events[i]
		if err := ctx.Err(); err != nil {
			return err
		}
		if tell && !sameDay(e.at, events[i-1].at) { // the mails of a day are sent in its evening
			if err := s.runDue(ctx); err != nil {
				return err
			}
			tell = false
		}
		s.clock.set(e.at)
		if err := e.do(ctx); err != nil && !(i < s.mark.Done+markEvery && s.mark.Done > 0 && fault.Is(err, fault.Conflict)) {
			return fmt.Errorf("%s: %w", e.what, err) // else it was done before the interruption, and more after it
		}
		tell = tell || e.tell
		if (i+1)%markEvery == 0 {
			if _, err := s.marks.Update(ctx, seedMarkID, func(m *seedMark) error { m.Done = i + 1; return nil }); err != nil {
				return err
			}
		}
		if percent := 100 * (i + 1) / len(events); percent >= shown+20 {
			shown = percent - percent%20
			fmt.Fprintf(s.out, "  %d %%\n", shown)
		}
	}
	return s.runDue(ctx)
}

func sameDay(a, b time.Time) bool {
	return a.Truncate(24 * time.Hour).Equal(b.Truncate(24 * time.Hour))
}

// scaled is n signatures beyond what a state needs, reduced in tests.
func (s *seeding) scaled(n int) int { return int(math.Ceil(float64(n) * s.share)) }
