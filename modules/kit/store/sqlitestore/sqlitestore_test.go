package sqlitestore_test

import (
	"path/filepath"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store/sqlitestore"
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
