package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// filled returns a store with 1,200 signatures and an empty collection.
func filled(t *testing.T) store.DB {
	db := openSQLite(t)
	c := openSignatures(t, db)
	var docs []signature
	for n := range 1200 {
		docs = append(docs, sign(n))
	}
	if dups, err := c.InsertMany(t.Context(), docs); err != nil || len(dups) > 0 {
		t.Fatal(dups, err)
	}
	if _, err := c.Increment(t.Context(), "p:7", map[string]int64{"n": 10_000}); err != nil {
		t.Fatal(err)
	}
	if err := db.Ensure(t.Context(), store.Schema{Name: "empty"}); err != nil {
		t.Fatal(err)
	}
	return db
}

func backup(t *testing.T, db store.DB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "backup")
	if _, err := store.Backup(t.Context(), db, dir, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

func all(t *testing.T, db store.DB, name string) []bson.Raw {
	t.Helper()
	var docs []bson.Raw
	q := store.Query{Limit: 1000}
	for {
		page, next, err := db.Find(t.Context(), store.Schema{Name: name}, q)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, page...)
		if next == "" {
			return docs
		}
		q.After = next
	}
}

func TestARestoredStoreIsTheOneThatWasBackedUp(t *testing.T) {
	from, to := filled(t), openSQLite(t)
	dir := filepath.Join(t.TempDir(), "backup")
	var told []string
	made, err := store.Backup(t.Context(), from, dir, func(name string, done int64) { told = append(told, fmt.Sprint(name, done)) })
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(told, " "); got != "empty0 signatures250 signatures500 signatures750 signatures1000 signatures1200" {
		t.Errorf("the progress was told as %s", got)
	}
	restored, err := store.Restore(t.Context(), to, dir, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	if len(restored.Collections) != 2 || restored.Collections[1] != made.Collections[1] || made.Collections[1].Documents != 1200 {
		t.Errorf("made %+v, restored %+v", made, restored)
	}
	before, after := all(t, from, "signatures"), all(t, to, "signatures")
	if len(before) != len(after) {
		t.Fatalf("%d became %d", len(before), len(after))
	}
	for i := range before {
		if !bytes.Equal(before[i], after[i]) {
			t.Fatalf("%v became %v", before[i], after[i])
		}
	}
	c := openSignatures(t, to) // builds the indexes
	d, err := c.First(t.Context(), store.Query{Index: "by_n", Equal: []any{10_007}})
	if err != nil || d.ID != "p:7" || d.Version != 2 {
		t.Errorf("found %+v (%v)", d, err)
	}
	if findings, err := to.Verify(t.Context(), signatures, false); err != nil || len(findings) > 0 {
		t.Errorf("verify found %q (%v)", findings, err)
	}
	if names, err := to.Collections(t.Context()); err != nil || len(names) != 2 {
		t.Errorf("the collections are %q (%v)", names, err)
	}
}

func TestAStoreThatIsNotEmptyIsRestoredOnlyWhenAsked(t *testing.T) {
	dir := backup(t, filled(t))
	to := openSQLite(t)
	c := openSignatures(t, to)
	mine, theirs := sign(3), sign(50_000)
	mine.Comment = "changed since"
	for _, s := range []signature{mine, theirs} {
		if err := c.Insert(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	_, err := store.Restore(t.Context(), to, dir, nil, false)
	if message, _ := fault.Shown(err); !fault.Is(err, fault.Conflict) || message == "" {
		t.Errorf("answered %v", err)
	}
	if n := len(all(t, to, "signatures")); n != 2 {
		t.Errorf("%d are there", n)
	}
	if _, err := store.Restore(t.Context(), to, dir, nil, true); err != nil {
		t.Fatal(err)
	}
	if d, err := c.Get(t.Context(), "p:3"); err != nil || d.Comment != "" {
		t.Errorf("came back as %+v (%v)", d, err)
	}
	if n := len(all(t, to, "signatures")); n != 1201 {
		t.Errorf("%d are there", n)
	}
}

func TestADamagedBackupIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	from := filled(t)
	edit := func(change func(*store.Manifest)) func(string) error {
		return func(dir string) error {
			path := filepath.Join(dir, "manifest.json")
			var m store.Manifest
			text, err := os.ReadFile(path)
			if err == nil {
				err = json.Unmarshal(text, &m)
			}
			if err != nil {
				return err
			}
			change(&m)
			if text, err = json.Marshal(m); err != nil {
				return err
			}
			return os.WriteFile(path, text, 0o600)
		}
	}
	file := func(dir string) string { return filepath.Join(dir, "signatures.bson") }
	flip := func(at int) func(string) error {
		return func(dir string) error {
			b, err := os.ReadFile(file(dir))
			if err != nil {
				return err
			}
			if at < 0 {
				at += len(b)
			}
			b[at] ^= 1
			return os.WriteFile(file(dir), b, 0o600)
		}
	}
	for name, damage := range map[string]func(dir string) error{
		"no manifest":       func(dir string) error { return os.Remove(filepath.Join(dir, "manifest.json")) },
		"no JSON":           func(dir string) error { return os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("{"), 0o600) },
		"no file":           func(dir string) error { return os.Remove(file(dir)) },
		"cut off":           func(dir string) error { return os.Truncate(file(dir), 5000) },
		"a whole one gone":  func(dir string) error { return os.Truncate(file(dir), 0) },
		"a bit of a value":  flip(30),
		"a bit of a length": flip(2),
		"the last bit":      flip(-2),
		"a newer format":    edit(func(m *store.Manifest) { m.Format = 2 }),
		"no format":         edit(func(m *store.Manifest) { m.Format = 0 }),
		"another count":     edit(func(m *store.Manifest) { m.Collections[1].Documents++ }),
		"another sum":       edit(func(m *store.Manifest) { m.Collections[1].SHA256 = strings.Repeat("0", 64) }),
		"a path":            edit(func(m *store.Manifest) { m.Collections[1].Name = "../backup/signatures" }),
		"the same twice":    edit(func(m *store.Manifest) { m.Collections = append(m.Collections, m.Collections[1]) }),
	} {
		dir := backup(t, from)
		if err := damage(dir); err != nil {
			t.Fatal(err)
		}
		to := openSQLite(t)
		_, err := store.Restore(t.Context(), to, dir, nil, false)
		if message, _ := fault.Shown(err); !fault.Is(err, fault.Invalid) || message == "" {
			t.Errorf("%s: answered %v", name, err)
		}
		if names, err := to.Collections(t.Context()); err != nil || len(names) != 0 {
			t.Errorf("%s: %q was written (%v)", name, names, err)
		}
	}
}

func TestABackupGoesIntoAnEmptyFolderOnly(t *testing.T) {
	db := filled(t)
	dir := backup(t, db)
	if _, err := store.Backup(t.Context(), db, dir, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("answered %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir = filepath.Join(t.TempDir(), "cut")
	if _, err := store.Backup(ctx, db, dir, nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("answered %v", err)
	}
	if _, err := store.Restore(t.Context(), openSQLite(t), dir, nil, false); !fault.Is(err, fault.Invalid) {
		t.Errorf("half a backup was taken for one: %v", err)
	}
}
