package sqlitestore_test

import (
	"context"
	"path/filepath"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/kit/store/storetest"
)

func TestASecondProcessGetsAClearFault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "er", "data.db")
	db, err := sqlitestore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqlitestore.Open(t.Context(), path); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("a second opening answered %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db, err = sqlitestore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

func TestSQLiteKeepsThePromisesOfThePort(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.DB {
		db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	})
}

func TestNoAcknowledgedWriteIsLostByAKill(t *testing.T) {
	storetest.Kill(t,
		func(t *testing.T) string { return filepath.Join(t.TempDir(), "test.db") },
		func(ctx context.Context, path string) (store.DB, error) { return sqlitestore.Open(ctx, path) })
}
