package budget

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/mongostore"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// mongo opens a fresh database twice, as two instances would. The server of
// .ci/mongo loses updates that two connections make at once: there both
// instances share one connection.
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

// TestTwoInstancesOnOneMongoDBFillOneUrn lets the same crowd vote at two instances
// at once, each person at both, and with another ballot at each: one ballot of
// each stands, the log holds what was replaced, and the count is that of the roll.
func TestTwoInstancesOnOneMongoDBFillOneUrn(t *testing.T) {
	one, two := mongo(t)
	clk := clock.NewFake(voteDay)
	a, b := hallOn(t, one, 1, clk), hallOn(t, two, 2, clk)
	e := a.vote(nil)
	const people = 40
	var all sync.WaitGroup
	for i, h := range []*hall{a, b} {
		for n := range people {
			all.Go(func() {
				who := voter(fmt.Sprint("person", n))
				if _, wrong, err := h.FillIn(h.ctx, who, e.ID, picks(1+i, 3)); wrong != nil || err != nil {
					t.Error(wrong, err)
					return
				}
				if _, err := h.Confirm(h.ctx, who, e.ID); err != nil && !isNotFound(err) { // the other instance confirmed the draft
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	clk.Advance(time.Hour) // what instances keep for a moment is read anew
	for _, h := range []*hall{a, b} {
		if turnout, err := h.Turnout(h.ctx, e.ID); err != nil || turnout.People != people || turnout.Ballots != people {
			t.Errorf("%+v, %v", turnout, err)
		}
	}
	a.inOrder(e)
	if v := b.inOrder(e); v.Ballots != people || v.Leaves != v.Ballots+v.Replaced {
		t.Errorf("%d ballots and %d replaced in %d leaves", v.Ballots, v.Replaced, v.Leaves)
	}
	b.must(b.Service.Stop(b.ctx))
	a.close(e)
	v := a.inOrder(e)
	if !v.Sealed || len(v.Recount) != 1 || v.Recount[0].Ballots != people {
		t.Errorf("the recount: %+v", v.Recount)
	}
}
