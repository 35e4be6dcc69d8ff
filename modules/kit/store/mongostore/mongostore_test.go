package mongostore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/mongostore"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/kit/store/storetest"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// server returns the address of the server to test with.
func server(t *testing.T) string {
	t.Helper()
	uri := os.Getenv("MONGODB_TEST_URI")
	if uri == "" {
		t.Skip("no MongoDB: set MONGODB_TEST_URI, or start one with `cd .ci/mongo && go run .` and set it to mongodb://127.0.0.1:27027/?maxPoolSize=1")
	}
	return uri
}

// fresh returns the name of a database that is dropped when the test ends.
func fresh(t *testing.T, uri string) string {
	t.Helper()
	name := "musharaka_test_" + ident.New().ID()
	t.Cleanup(func() {
		ctx := context.Background()
		db, err := mongostore.Open(ctx, uri, name)
		if err != nil {
			t.Errorf("dropping %s: %v", name, err)
			return
		}
		if err := db.Database().Drop(ctx); err != nil {
			t.Errorf("dropping %s: %v", name, err)
		}
		db.Close()
	})
	return name
}

// flawed is the server of .ci/mongo, whose faults the suite exempts by name.
type flawed struct{ *mongostore.DB }

func (flawed) Flaws() []storetest.Flaw {
	return []storetest.Flaw{storetest.UniqueUpdateWithoutCode, storetest.AbsentIsNotUnique, storetest.Slow}
}

// recognise asks the server what it is: a real MongoDB is exempt from nothing.
func recognise(t *testing.T, db *mongostore.DB) store.DB {
	t.Helper()
	info, err := db.Database().RunCommand(t.Context(), bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := info.LookupErr("ferretdbVersion"); err == nil {
		return flawed{db}
	}
	return db
}

func TestMongoDBKeepsThePromisesOfThePort(t *testing.T) {
	uri := server(t)
	storetest.Run(t, func(t *testing.T) store.DB {
		db, err := mongostore.Open(t.Context(), uri, fresh(t, uri))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return recognise(t, db)
	})
}

func TestNoAcknowledgedWriteIsLostByAKill(t *testing.T) {
	uri := server(t)
	storetest.Kill(t,
		func(t *testing.T) string { return fresh(t, uri) },
		func(ctx context.Context, name string) (store.DB, error) { return mongostore.Open(ctx, uri, name) })
}

func TestAServerThatIsNotThereIsUnavailable(t *testing.T) {
	_, err := mongostore.Open(t.Context(), "mongodb://someone:secret@127.0.0.1:1/?serverSelectionTimeoutMS=50", "x")
	if !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "secret") {
		t.Errorf("answered %v", err)
	}
	_, err = mongostore.Open(t.Context(), "mongodb://someone:secret@%zz", "x")
	if !fault.Is(err, fault.Internal) || strings.Contains(err.Error(), "secret") {
		t.Errorf("answered %v", err)
	}
}

type ballot struct {
	store.Meta `bson:",inline"`
	Round      string    `bson:"round"`
	At         time.Time `bson:"at"`
}

var ballots = store.Schema{Name: "ballots", Indexes: []store.Index{{Name: "by_round", Fields: []string{"round", "at"}}}}

func TestABackupMovesBetweenTheEmbeddedStoreAndMongoDB(t *testing.T) {
	uri := server(t)
	ctx := t.Context()
	first, err := sqlitestore.Open(ctx, filepath.Join(t.TempDir(), "first.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	c, err := store.Open[ballot](ctx, first, ballots)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 120 {
		if err := c.Insert(ctx, ballot{Meta: store.Meta{ID: fmt.Sprint("ballot:", n)}, Round: fmt.Sprint(n % 3), At: time.UnixMilli(int64(n))}); err != nil {
			t.Fatal(err)
		}
	}
	mongo, err := mongostore.Open(ctx, uri, fresh(t, uri))
	if err != nil {
		t.Fatal(err)
	}
	defer mongo.Close()
	last, err := sqlitestore.Open(ctx, filepath.Join(t.TempDir(), "last.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer last.Close()
	sums := []string{}
	for _, move := range []struct{ from, to store.DB }{{first, mongo}, {mongo, last}} {
		dir := filepath.Join(t.TempDir(), "backup")
		if _, err := store.Backup(ctx, move.from, dir, nil); err != nil {
			t.Fatal(err)
		}
		m, err := store.Restore(ctx, move.to, dir, nil, false)
		if err != nil || len(m.Collections) != 1 || m.Collections[0].Documents != 120 {
			t.Fatalf("restored %+v (%v)", m, err)
		}
		sums = append(sums, m.Collections[0].SHA256)
		moved, err := store.Open[ballot](ctx, move.to, ballots)
		if err != nil {
			t.Fatal(err)
		}
		page, err := moved.Find(ctx, store.Query{Index: "by_round", Equal: []any{"1"}, Desc: true, Limit: 2})
		if err != nil || len(page.Items) != 2 || page.Items[0].ID != "ballot:118" {
			t.Errorf("found %+v (%v)", page, err)
		}
	}
	if sums[0] != sums[1] {
		t.Errorf("the documents changed on the way: %q", sums)
	}
}
