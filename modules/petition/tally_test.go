package petition

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// prefilled makes signatures without signing: valid ones of the town.
func (w *world) prefilled(p Petition, from, to int) []Signature {
	docs := make([]Signature, 0, to-from)
	for i := from; i < to; i++ {
		id := fmt.Sprintf("stored%d", i)
		sig := Signature{Meta: store.Meta{ID: SignatureID(p.ID, id)}, Petition: p.ID, Moderator: p.Authority, Person: id, Name: "Name of " + id,
			State: SignatureActive, Valid: true, Place: "town", At: start, Consent: "1"}
		sig.settle()
		docs = append(docs, sig)
	}
	return docs
}

func TestDeltaIsTheDifferenceOfTwoCounts(t *testing.T) {
	none := Signature{}
	plain := Signature{Counted: true, State: SignatureActive}
	valid := Signature{Counted: true, Valid: true, Subunit: "north", State: SignatureActive}
	south := Signature{Counted: true, Valid: true, Subunit: "south", State: SignatureActive}
	spoken := Signature{Counted: true, State: SignatureActive, Comment: "x", CommentState: CommentApproved}
	gone := Signature{Valid: true, Subunit: "north", State: SignatureWithdrawn}
	for name, c := range map[string]struct {
		before, after Signature
		want          map[string]int64
	}{
		"a supporter":              {none, plain, map[string]int64{"supporters": 1}},
		"a valid one":              {none, valid, map[string]int64{"supporters": 1, "valid": 1, "subunits.north": 1}},
		"withdrawn":                {valid, gone, map[string]int64{"supporters": -1, "valid": -1, "subunits.north": -1}},
		"given again":              {gone, valid, map[string]int64{"supporters": 1, "valid": 1, "subunits.north": 1}},
		"moved house":              {valid, south, map[string]int64{"subunits.north": -1, "subunits.south": 1}},
		"no longer valid":          {valid, plain, map[string]int64{"valid": -1, "subunits.north": -1}},
		"a comment is approved":    {plain, spoken, map[string]int64{"comments": 1}},
		"nothing":                  {valid, valid, map[string]int64{}},
		"withdrawn to another one": {gone, south, map[string]int64{"supporters": 1, "valid": 1, "subunits.south": 1}},
	} {
		if got := delta(c.before, c.after); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestARestingPetitionBearsNoMark(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, "karim")
	d, err := w.tallies.Get(w.ctx, p.ID)
	w.must(err)
	if !slices.Equal(d.Marks, []string{w.counting.writer()}) {
		t.Errorf("marks while signing: %v", d.Marks)
	}
	w.counting.tend(w.ctx)
	if d, _ = w.tallies.Get(w.ctx, p.ID); len(d.Marks) != 1 {
		t.Error("the mark is taken away before the petition rests")
	}
	w.clock.Advance(restAfter)
	w.counting.tend(w.ctx)
	if d, _ = w.tallies.Get(w.ctx, p.ID); len(d.Marks) != 0 || len(w.counting.gates) != 0 {
		t.Errorf("marks at rest: %v, %d gates in memory", d.Marks, len(w.counting.gates))
	}
	if c, _ := w.cards.Get(w.ctx, p.ID); c.Supporters != 1 {
		t.Errorf("the card of a resting petition counts %d", c.Supporters)
	}
	w.sign(p, "leila")
	w.wantTally(p.ID, 2, 2)
}

func TestTheMarkOfADeadWriterMakesOthersRecount(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, "karim")
	// The writer dies between a durable batch and its count.
	_, err := w.signatures.InsertMany(w.ctx, w.prefilled(p, 0, 3))
	w.must(err)
	next := worldOn(t, w.db, 2, w.clock)
	w.must(next.recoverTallies(w.ctx))
	if d, _ := next.tallies.Get(w.ctx, p.ID); len(d.Marks) != 1 || d.Supporters != 1 {
		t.Errorf("a writer that may live was taken for dead: %+v", d)
	}
	w.clock.Advance(deadAfter + time.Second)
	w.must(next.recoverTallies(w.ctx))
	next.wantTally(p.ID, 4, 4)
	next.wantState(p.ID, Ready)
	if d, _ := next.tallies.Get(w.ctx, p.ID); len(d.Marks) != 0 || d.Recount != "" {
		t.Errorf("left in the tally: %+v", d)
	}
	if _, err := next.writers.Get(w.ctx, w.counting.writer()); !isNotFound(err) {
		t.Error("the dead writer is not buried")
	}
	// The dead one was only asleep: it takes a new name and goes on.
	was := w.counting.writer()
	w.sign(p, "leila")
	if w.counting.writer() == was {
		t.Error("a buried writer signs under its old name")
	}
	next.clock.Advance(recentAge)
	w.clock.Advance(recentAge)
	w.wantTally(p.ID, 5, 5)
	next.wantClean()
}

func TestARecountWaitsForOthersWhoSign(t *testing.T) {
	w := newWorld(t)
	w.law.need = 1_000_000
	p := w.opened("town")
	other := worldOn(t, w.db, 2, w.clock)
	other.law.need = w.law.need
	var all sync.WaitGroup
	for i, from := range []*world{w, other} {
		for _, id := range many([]string{"left", "right"}[i], 300) {
			all.Go(func() {
				if _, err := from.Sign(from.ctx, citizen(id), p.ID, SignInput{Consent: "1"}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	var counted atomic.Int64
	for _, by := range []*world{w, other, w, other} {
		all.Go(func() {
			if by.recount(by.ctx, p.ID) == nil {
				counted.Add(1)
			}
		})
	}
	signing := make(chan struct{})
	go func() { all.Wait(); close(signing) }()
	for idle := false; !idle; { // what stands idle rests at once: the clock does not move here
		select {
		case <-signing:
			idle = true
		default:
			for _, by := range []*world{w, other} {
				for _, id := range by.counting.resting(0) {
					by.counting.rest(by.ctx, id)
				}
			}
			runtime.Gosched()
		}
	}
	if counted.Load() == 0 {
		t.Error("no recount came through")
	}
	w.clock.Advance(recentAge)
	w.wantTally(p.ID, 600, 600)
	w.must(w.Service.Stop(w.ctx))
	w.must(other.Service.Stop(w.ctx))
	if d, _ := w.tallies.Get(w.ctx, p.ID); len(d.Marks) != 0 || d.Recount != "" {
		t.Errorf("left in the tally: %+v", d)
	}
}

func TestAnIncrementThatFailsIsMadeGoodByARecount(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, "karim")
	w.must(w.counting.enter(w.ctx, p))
	_, err := w.signatures.InsertMany(w.ctx, w.prefilled(p, 0, 2))
	w.must(err)
	w.counting.leave(p.ID, true)
	w.counting.tend(w.ctx)
	w.clock.Advance(recentAge)
	w.wantTally(p.ID, 3, 3)
}

func TestCheckFindsAndRepairsWhatDiffers(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, "karim", "leila")
	w.must(w.Follow(w.ctx, karim, p.ID))
	w.tend()
	w.wantClean()
	_, err := w.tallies.Increment(w.ctx, p.ID, map[string]int64{"supporters": 7})
	w.must(err)
	w.must(w.cards.Delete(w.ctx, p.ID))
	_, err = w.petitions.Update(w.ctx, p.ID, func(p *Petition) error { p.Lists = nil; return nil })
	w.must(err)
	w.must(w.followers.Insert(w.ctx, Follower{Meta: store.Meta{ID: "x:y"}, Petition: "x", Person: "y"}))
	_, err = w.signatures.Update(w.ctx, SignatureID(p.ID, "karim"), func(s *Signature) error { s.Lists = nil; return nil })
	w.must(err)
	found, err := w.Check(w.ctx, false)
	w.must(err)
	if len(found) != 5 {
		t.Errorf("%d findings, want 5: %v", len(found), found)
	}
	repaired, err := w.Check(w.ctx, true)
	w.must(err)
	for _, f := range repaired {
		if !f.Repaired {
			t.Errorf("not repaired: %s", f)
		}
	}
	w.clock.Advance(recentAge)
	w.wantTally(p.ID, 2, 2)
	w.wantClean()
}

func TestCheckReportsWhatOnlyAPersonCanJudge(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	_, err := w.petitions.Update(w.ctx, p.ID, func(p *Petition) error {
		p.State = Answered
		p.settle()
		return nil
	})
	w.must(err)
	found, err := w.Check(w.ctx, true)
	w.must(err)
	unrepaired := 0
	for _, f := range found {
		if !f.Repaired {
			unrepaired++
		}
	}
	if unrepaired != 3 { // no time, no answer, a history that ends elsewhere
		t.Errorf("findings: %v", found)
	}
}

// meddler is a store in which something happens at a chosen moment.
type meddler struct {
	store.DB
	counting  func()       // when signatures are counted
	inserting func() error // after a batch of signatures is durable; its error is what the asker hears
}

func (m *meddler) Count(ctx context.Context, s store.Schema, q store.Query) (int64, error) {
	n, err := m.DB.Count(ctx, s, q)
	if m.counting != nil && s.Name == "signatures" {
		m.counting()
	}
	return n, err
}

func (m *meddler) InsertMany(ctx context.Context, collection string, docs []bson.Raw) ([]store.Duplicate, error) {
	dups, err := m.DB.InsertMany(ctx, collection, docs)
	if m.inserting != nil && collection == "signatures" && err == nil {
		err = m.inserting()
	}
	return dups, err
}

func TestARecountDoesNotOverwriteWhatCameMeanwhile(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	m := &meddler{DB: w.db}
	counter := worldOn(t, m, 2, w.clock)
	w.must(counter.counting.beat(w.ctx))
	m.counting = func() { // somebody who did not heed the request to rest
		m.counting = nil
		w.sign(p, "karim")
	}
	w.sign(p, "leila")
	w.counting.rest(w.ctx, p.ID)
	_, err := w.tallies.Update(w.ctx, p.ID, func(d *tallyDoc) error {
		d.Recount, d.RecountAt = counter.counting.writer(), w.clock.Now().Add(-askFor)
		return nil
	})
	w.must(err)
	w.must(counter.counting.enter(w.ctx, p))
	counter.counting.leave(p.ID, false)
	if _, err := counter.recountPaused(w.ctx, p.ID, counter.counting.writer()); !errors.Is(err, errNotQuiet) {
		t.Errorf("the recount ended with %v", err)
	}
	w.clock.Advance(recentAge)
	w.wantTally(p.ID, 2, 2)
}

func TestASleeperWhoseSignatureWasCountedByOthersDoesNotCountItAgain(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	next := worldOn(t, w.db, 2, w.clock)
	w.must(w.counting.enter(w.ctx, p))
	batch := w.prefilled(p, 0, 1)
	_, err := w.signatures.InsertMany(w.ctx, batch)
	w.must(err)
	w.clock.Advance(deadAfter + time.Second) // and here it sleeps
	w.must(next.recoverTallies(w.ctx))
	next.wantTally(p.ID, 1, 1)
	w.counting.count(w.ctx, batch)
	w.counting.leave(p.ID, false)
	if stored, _ := w.tallyNow(w.ctx, p.ID); stored.Supporters != 2 {
		t.Fatalf("the sleeper did not count: %d", stored.Supporters)
	}
	w.counting.tend(w.ctx)
	w.clock.Advance(recentAge)
	w.wantTally(p.ID, 1, 1)
}

func TestABatchOfUnknownFateIsCountedByARecount(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	m := &meddler{DB: w.db, inserting: func() error { return fault.New(fault.Unavailable, "") }}
	unlucky := worldOn(t, m, 2, w.clock)
	_, err := unlucky.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1"})
	wantFault(t, err, fault.Unavailable)
	m.inserting = nil
	if stored, _ := unlucky.tallyNow(w.ctx, p.ID); stored.Supporters != 0 || len(stored.Subunits) != 0 {
		t.Fatalf("it is counted already: %+v", stored)
	}
	unlucky.counting.tend(w.ctx)
	w.clock.Advance(recentAge)
	w.wantTally(p.ID, 1, 1)
	out, err := unlucky.Sign(w.ctx, karim, p.ID, SignInput{Consent: "1"})
	w.must(err)
	if !out.Already {
		t.Error("the repeat does not find the signature")
	}
}

func TestHalfIsPassedByExactlyOneCaller(t *testing.T) {
	w := newWorld(t)
	w.law.need = 10
	p := w.opened("town")
	_, err := w.tallies.Increment(w.ctx, p.ID, map[string]int64{"valid": 5, "supporters": 5})
	w.must(err)
	var passed atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if yes, err := w.passHalf(w.ctx, p.ID); err != nil {
				t.Error(err)
			} else if yes {
				passed.Add(1)
			}
		})
	}
	all.Wait()
	if passed.Load() != 1 {
		t.Errorf("half was passed %d times", passed.Load())
	}
}

func TestWhereNobodyElseCanBeTheDeadAreKnownAtOnce(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, "karim")
	_, err := w.signatures.InsertMany(w.ctx, w.prefilled(p, 0, 2))
	w.must(err)
	next := worldOn(t, w.db, 2, w.clock) // the store was locked by the process that died
	next.Service.Alone = true
	w.must(next.Start(w.ctx))
	next.wantTally(p.ID, 3, 3)
	next.wantClean()
}

func TestAfterStoppingNobodySigns(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, "karim")
	w.must(w.Service.Stop(w.ctx))
	w.must(w.Service.Stop(w.ctx))
	_, err := w.Sign(w.ctx, leila, p.ID, SignInput{Consent: "1"})
	wantFault(t, err, fault.Unavailable)
	if d, _ := w.tallies.Get(w.ctx, p.ID); len(d.Marks) != 0 || d.Supporters != 1 {
		t.Errorf("left behind: %+v", d)
	}
	if _, err := w.writers.Get(w.ctx, w.counting.writer()); !isNotFound(err) {
		t.Error("the lease is left behind")
	}
	if c, _ := w.cards.Get(w.ctx, p.ID); c.Supporters != 1 {
		t.Errorf("the card says %d", c.Supporters)
	}
	next := worldOn(t, w.db, 2, w.clock)
	next.sign(p, "leila")
	next.wantTally(p.ID, 2, 2)
}

func TestWhichErrorsLeaveDoubt(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"none":                 {nil, false},
		"signed before":        {fault.Wrap("x", fault.New(fault.Conflict, "")), false},
		"too large":            {fault.New(fault.TooLarge, ""), false},
		"too many wait":        {fault.Wrap("x", fault.New(fault.Unavailable, "Come again later.")), false},
		"no answer":            {fault.Wrap("x", fault.New(fault.Unavailable, "")), true},
		"something unheard of": {errors.New("x"), true},
	} {
		if got := doubtful(c.err); got != c.want {
			t.Errorf("%s: doubtful %t", name, got)
		}
	}
}

func TestOwnAcknowledgedSignaturesAreInTheCountAtOnce(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	other := worldOn(t, w.db, 2, w.clock)
	for n := range int64(3) {
		for _, reader := range []*world{w, other} {
			if got := must(reader.Tally(w.ctx, p.ID)); reader == w && got.Supporters != n || got.Supporters > n {
				t.Errorf("after %d signatures %d are counted", n, got.Supporters)
			}
		}
		w.sign(p, many("person", 3)[n])
	}
	w.clock.Advance(recentAge)
	if got := must(other.Tally(w.ctx, p.ID)); got.Supporters != 3 {
		t.Errorf("a second later another instance counts %d", got.Supporters)
	}
}
