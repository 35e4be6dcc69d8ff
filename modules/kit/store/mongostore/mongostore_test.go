package mongostore_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/mongostore"
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
