package sqlitestore_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
)

type note struct {
	store.Meta `bson:",inline"`
	Place      string   `bson:"place"`
	Code       string   `bson:"code"`
	Tags       []string `bson:"tags"`
}

var notes = store.Schema{Name: "notes", Indexes: []store.Index{
	{Name: "by_place", Fields: []string{"place"}},
	{Name: "by_code", Fields: []string{"code"}, Unique: true},
	{Name: "by_tag", Fields: []string{"tags"}, Multi: true},
}}

func openFile(t *testing.T, path string) *sqlitestore.DB {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openNotes(t *testing.T, db store.DB) *store.Collection[note, *note] {
	t.Helper()
	c, err := store.Open[note](t.Context(), db, notes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tamper runs statements on the file as a foreign program would.
func tamper(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestVerifyNamesWhatDiffersAndRepairsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db := openFile(t, path)
	c := openNotes(t, db)
	for _, id := range []string{"a", "b", "c"} {
		if err := c.Insert(t.Context(), note{Meta: store.Meta{ID: id}, Place: "here", Code: id, Tags: []string{"x", id}}); err != nil {
			t.Fatal(err)
		}
	}
	tamper(t, path,
		`DELETE FROM "notes/by_place" WHERE rid = 1`,
		`UPDATE "notes/by_code" SET rid = 3 WHERE rid = 2`,
		`INSERT INTO "notes/by_tag" (k, rid) VALUES (x'2050', 9)`,
	)
	for _, repair := range []bool{false, true} {
		found, err := db.Verify(t.Context(), notes, repair)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(found, "\n")
		for _, part := range []string{`by_place does not find the document "a"`, `by_code leads from the document "b"`, "by_tag has 7 entries and should have 6"} {
			if !strings.Contains(text, part) {
				t.Errorf("nothing says %q in:\n%s", part, text)
			}
		}
	}
	if found, err := db.Verify(t.Context(), notes, false); err != nil || len(found) > 0 {
		t.Errorf("after the repair: %q (%v)", found, err)
	}
	page, err := c.Find(t.Context(), store.Query{Index: "by_place", Equal: []any{"here"}})
	if err != nil || len(page.Items) != 3 {
		t.Errorf("found %d (%v)", len(page.Items), err)
	}
	tamper(t, path, `UPDATE notes SET v = 5 WHERE id = 'b'`, `UPDATE notes SET doc = x'00' WHERE id = 'c'`)
	found, err := db.Verify(t.Context(), notes, false)
	if text := strings.Join(found, "\n"); err != nil || !strings.Contains(text, `"b" at version 1`) || !strings.Contains(text, `"c" cannot be read`) {
		t.Errorf("found %q (%v)", found, err)
	}
}

func TestWhatIsDeclaredIsKnownAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db := openFile(t, path)
	if err := openNotes(t, db).Insert(t.Context(), note{Meta: store.Meta{ID: "a"}, Code: "x"}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openFile(t, path) // nothing is declared anew
	if names, err := db.Collections(t.Context()); err != nil || !slices.Equal(names, []string{"notes"}) {
		t.Errorf("the collections are %q (%v)", names, err)
	}
	docs, _, err := db.Find(t.Context(), notes, store.Query{Index: "by_code", Equal: []any{"x"}})
	if err != nil || len(docs) != 1 {
		t.Errorf("found %d (%v)", len(docs), err)
	}
	err = db.Insert(t.Context(), "notes", docs[0])
	if index, taken := store.Taken(err); !taken || index != "_id" {
		t.Errorf("answered %v", err)
	}
}

func TestAForeignOrNewerFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	foreign, newer, text := filepath.Join(dir, "foreign.db"), filepath.Join(dir, "newer.db"), filepath.Join(dir, "text.db")
	tamper(t, foreign, "CREATE TABLE theirs (x)")
	if err := openFile(t, newer).Close(); err != nil {
		t.Fatal(err)
	}
	tamper(t, newer, "PRAGMA user_version = 2")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, part := range map[string]string{foreign: "something else", newer: "newer program", text: "not a database"} {
		_, err := sqlitestore.Open(t.Context(), path)
		if !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), part) {
			t.Errorf("%s was answered %v", filepath.Base(path), err)
		}
	}
	if err := openFile(t, filepath.Join(dir, "with space & %20?#é.db")).Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "with space & %20?#é.db")); err != nil {
		t.Errorf("the file has another name: %v", err)
	}
}

func TestABrokenWriteDoesNotDisturbItsNeighbours(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db := openFile(t, path)
	c := openNotes(t, db)
	// A trigger stands for an error of SQLite in the middle of a transaction.
	tamper(t, path, `CREATE TRIGGER broken BEFORE INSERT ON "notes" WHEN NEW.id = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'broken'); END`)
	errs := make(chan error, 60)
	for i := range 60 {
		go func() {
			id := "bad"
			if i != 30 {
				id = "good" + string(rune('A'+i))
			}
			err := c.Insert(t.Context(), note{Meta: store.Meta{ID: id}, Code: id})
			if id == "bad" && err != nil {
				err = nil
			} else if id == "bad" {
				t.Error("the broken write was acknowledged")
			}
			errs <- err
		}()
	}
	for range 60 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n, err := c.Count(t.Context(), store.Query{}); err != nil || n != 59 {
		t.Errorf("%d are there (%v)", n, err)
	}
	if found, err := db.Verify(t.Context(), notes, false); err != nil || len(found) > 0 {
		t.Errorf("found %q (%v)", found, err)
	}
}
