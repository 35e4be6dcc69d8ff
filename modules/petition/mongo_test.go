package petition

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/mongostore"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// mongo opens a fresh database twice, as two instances would. The server of
// .ci/mongo loses updates that two connections make at once (its updates are an
// unlocked read and write): there both instances share one connection.
func mongo(t *testing.T) (one, two store.DB) {
	t.Helper()
	uri := os.Getenv("MONGODB_TEST_URI")
	if uri == "" {
		t.Skip("no MongoDB: set MONGODB_TEST_URI, or start one with `cd .ci/mongo && go run .` and set it to mongodb://127.0.0.1:27027/?maxPoolSize=1")
	}
	ctx, name := context.Background(), "musharaka_test_"+ident.New().ID()
	open := func() *mongostore.DB {
		db, err := mongostore.Open(ctx, uri, name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	first := open()
	t.Cleanup(func() {
		if err := first.Database().Drop(ctx); err != nil {
			t.Errorf("dropping %s: %v", name, err)
		}
	})
	info, err := first.Database().RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := info.LookupErr("ferretdbVersion"); err == nil {
		return first, first
	}
	return first, open()
}

// TestTwoInstancesOnOneMongoDBServeTogether lets the same crowd sign at two
// instances at once: each person counts once, the threshold is passed once, and
// one instance stopping leaves the other nothing to repair.
func TestTwoInstancesOnOneMongoDBServeTogether(t *testing.T) {
	one, two := mongo(t)
	clk := clock.NewFake(start)
	a, b := worldOn(t, one, 1, clk), worldOn(t, two, 2, clk)
	a.law.need, b.law.need = 60, 60
	a.must(a.Start(a.ctx))
	b.must(b.Start(b.ctx))
	p := a.opened("town")
	var fresh atomic.Int64
	var all sync.WaitGroup
	for _, w := range []*world{a, b} {
		for i := range 120 {
			all.Go(func() {
				out, err := w.Sign(w.ctx, citizen(fmt.Sprint("person", i)), p.ID, SignInput{Consent: "1", News: i < 3})
				if err != nil {
					t.Error(err)
				} else if !out.Already {
					fresh.Add(1)
				}
			})
		}
	}
	all.Wait()
	if fresh.Load() != 120 {
		t.Errorf("%d of 120 people signed for the first time", fresh.Load())
	}
	clk.Advance(recentAge)
	a.wantTally(p.ID, 120, 120)
	b.wantTally(p.ID, 120, 120)
	reached := 0
	for _, e := range b.now(p.ID).History {
		if e.Act == string("petition."+ActReach) {
			reached++
		}
	}
	if reached != 1 {
		t.Errorf("the threshold was passed %d times", reached)
	}
	a.must(a.Service.Stop(a.ctx))
	b.must(b.Unsign(b.ctx, citizen("person0"), p.ID))
	b.answered(p.ID)
	b.tend()
	b.wantTally(p.ID, 119, 119)
	b.wantClean()
}
