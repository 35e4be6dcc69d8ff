package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"

	"go.mongodb.org/mongo-driver/v2/bson"
)

type signature struct {
	store.Meta `bson:",inline"`
	Petition   string `bson:"petition"`
	N          int64  `bson:"n"`
	Comment    string `bson:"comment"`
}

var signatures = store.Schema{Name: "signatures", Indexes: []store.Index{
	{Name: "by_petition", Fields: []string{"petition", "n"}},
	{Name: "by_n", Fields: []string{"n"}, Unique: true},
}}

type signatureStore = store.Collection[signature, *signature]

func openSQLite(t testing.TB) *sqlitestore.DB {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openSignatures(t testing.TB, db store.DB) *signatureStore {
	t.Helper()
	c, err := store.Open[signature](t.Context(), db, signatures)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sign(n int) signature {
	return signature{Meta: store.Meta{ID: fmt.Sprint("p:", n)}, Petition: "p", N: int64(n)}
}

// held is a store whose batches wait until they are let go.
type held struct {
	store.DB
	entered chan int // the size of each batch
	let     chan error
}

func (h *held) InsertMany(ctx context.Context, name string, docs []bson.Raw) ([]store.Duplicate, error) {
	h.entered <- len(docs)
	if err := <-h.let; err != nil {
		return nil, err
	}
	return h.DB.InsertMany(ctx, name, docs)
}

func hold(t *testing.T) *held {
	return &held{DB: openSQLite(t), entered: make(chan int, 100), let: make(chan error, 100)}
}

func TestWhileABatchIsCommittedTheNextCollects(t *testing.T) {
	db := hold(t)
	b := store.NewBatcher(openSignatures(t, db), store.BatcherOptions[signature]{MaxBatch: 8})
	answers := make(chan error, 20)
	enter := func(n int) { go func() { answers <- b.Insert(t.Context(), sign(n)) }() }
	enter(0)
	if n := <-db.entered; n != 1 {
		t.Fatalf("the first batch has %d", n)
	}
	for n := 1; n <= 12; n++ {
		enter(n)
	}
	for b.Waiting() < 12 {
		runtime.Gosched() // they queue while the first is held
	}
	for range 3 {
		db.let <- nil
	}
	if a, z := <-db.entered, <-db.entered; a != 8 || z != 4 {
		t.Errorf("the next batches have %d and %d, not 8 and 4", a, z)
	}
	for range 13 {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAFullQueueAnswersBusyAndLosesNothing(t *testing.T) {
	db := hold(t)
	c := openSignatures(t, db)
	b := store.NewBatcher(c, store.BatcherOptions[signature]{MaxQueue: 3})
	answers := make(chan error, 20)
	enter := func(n int) { go func() { answers <- b.Insert(t.Context(), sign(n)) }() }
	enter(0)
	<-db.entered
	for n := 1; n <= 3; n++ {
		enter(n)
	}
	for b.Waiting() < 3 {
		runtime.Gosched()
	}
	err := b.Insert(t.Context(), sign(4))
	if message, _ := fault.Shown(err); !fault.Is(err, fault.Unavailable) || message == "" {
		t.Errorf("a full queue answered %v", err)
	}
	closing := make(chan error)
	go func() { closing <- b.Close(t.Context()) }()
	db.let <- nil
	db.let <- nil
	for range 4 {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	if err := <-closing; err != nil {
		t.Error(err)
	}
	if n, err := c.Count(t.Context(), store.Query{}); n != 4 || err != nil {
		t.Errorf("%d are there (%v)", n, err)
	}
	if err := b.Insert(t.Context(), sign(5)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a closed batcher answered %v", err)
	}
}

func TestEachAskerHearsOfTheirOwnDocument(t *testing.T) {
	c := openSignatures(t, openSQLite(t))
	var counted atomic.Int64
	b := store.NewBatcher(c, store.BatcherOptions[signature]{AfterBatch: func(_ context.Context, inserted []signature) {
		counted.Add(int64(len(inserted)))
	}})
	var won, conflicts, others atomic.Int64
	var wg sync.WaitGroup
	for i := range 1000 {
		wg.Go(func() {
			s := sign(i % 100)
			if i%100 == 7 {
				s.ID = fmt.Sprint("other id ", i) // the unique index decides
			}
			err := b.Insert(t.Context(), s)
			index, taken := store.Taken(err)
			switch {
			case err == nil:
				won.Add(1)
				if counted.Load() == 0 {
					t.Error("answered before the counters heard of it")
				}
			case taken && fault.Is(err, fault.Conflict) && (index == "_id") == (i%100 != 7):
				conflicts.Add(1)
			default:
				others.Add(1)
				t.Errorf("%d was answered %v", i, err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 100 || conflicts.Load() != 900 || counted.Load() != 100 {
		t.Errorf("%d were inserted, %d refused, %d counted", won.Load(), conflicts.Load(), counted.Load())
	}
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestASpoiltDocumentDoesNotSpoilItsBatch(t *testing.T) {
	db := hold(t)
	c := openSignatures(t, db)
	b := store.NewBatcher(c, store.BatcherOptions[signature]{})
	answers := map[string]chan error{}
	enter := func(s signature) {
		a := make(chan error, 1)
		answers[s.ID] = a
		go func() { a <- b.Insert(t.Context(), s) }()
	}
	enter(sign(0))
	<-db.entered
	bad, big := sign(2), sign(3)
	bad.ID = "a\x00b"
	big.Comment = strings.Repeat("x", 17<<20)
	enter(sign(1))
	enter(bad)
	enter(big)
	enter(sign(4))
	for b.Waiting() < 4 {
		runtime.Gosched()
	}
	db.let <- nil
	db.let <- nil
	for id, a := range answers {
		want := map[string]fault.Kind{"a\x00b": fault.Invalid, "p:3": fault.TooLarge}
		err := <-a
		if kind, spoilt := want[id]; spoilt && !fault.Is(err, kind) || !spoilt && err != nil {
			t.Errorf("%q was answered %v", id, err)
		}
	}
}

func TestAStoreThatDoesNotAnswerIsToldToAll(t *testing.T) {
	db := hold(t)
	called := false
	b := store.NewBatcher(openSignatures(t, db), store.BatcherOptions[signature]{AfterBatch: func(context.Context, []signature) { called = true }})
	db.let <- fault.New(fault.Unavailable, "").Because("test", errors.New("no answer"))
	if err := b.Insert(t.Context(), sign(1)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("answered %v", err)
	}
	if err := b.Close(t.Context()); err != nil || called {
		t.Errorf("closed with %v, counters told: %v", err, called)
	}
}

func TestAnAskerWhoLeavesTheQueueWritesNothing(t *testing.T) {
	db := hold(t)
	c := openSignatures(t, db)
	b := store.NewBatcher(c, store.BatcherOptions[signature]{})
	go func() { _ = b.Insert(t.Context(), sign(0)) }()
	<-db.entered
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { left <- b.Insert(ctx, sign(1)) }()
	for b.Waiting() < 1 {
		runtime.Gosched()
	}
	leave()
	if err := <-left; !fault.Is(err, fault.Unavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("answered %v", err)
	}
	db.let <- nil
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), "p:1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("it was written: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := b.Insert(ctx, sign(2)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("answered %v", err)
	}
}
