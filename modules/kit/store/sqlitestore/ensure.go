package sqlitestore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/internal/key"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Ensure implements store.DB. What is declared as it was costs nothing; else
// the tables change in one transaction, all or none.
func (db *DB) Ensure(ctx context.Context, s store.Schema) error {
	if err := key.CheckSchema(s); err != nil {
		return asFault("Ensure", err)
	}
	old, err := db.collection(s.Name)
	if err == nil && sameSchema(old.schema, s) {
		return nil
	}
	made := newCollection(s.Clone())
	return asFault("Ensure", db.submit(ctx, &op{
		alone: true,
		run:   func(w *writer) error { return undo(w.migrate(ctx, made)) },
		after: func() { db.remember(made) },
	}))
}

func (db *DB) remember(c *collection) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.collections[c.schema.Name] = c
}

func sameSchema(a, b store.Schema) bool {
	return slices.EqualFunc(a.Indexes, b.Indexes, func(x, y store.Index) bool { return reflect.DeepEqual(x, y) })
}

// migrate changes the tables from what is declared to what made declares.
func (w *writer) migrate(ctx context.Context, made *collection) error {
	w.forget()
	name := made.schema.Name
	var have []index
	if old, err := w.db.collection(name); err == nil {
		have = old.indexes
	} else if err := w.run(`CREATE TABLE "` + name + `" (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, v INTEGER NOT NULL, doc BLOB NOT NULL)`); err != nil {
		return err
	}
	kept := func(list []index, ix index) bool {
		return slices.ContainsFunc(list, func(o index) bool { return reflect.DeepEqual(o.Index, ix.Index) })
	}
	for _, ix := range have {
		if kept(made.indexes, ix) {
			continue
		}
		slog.Info("store: dropping an index that is no longer declared so", "collection", name, "index", ix.Name)
		if err := w.run("DROP TABLE " + ix.table); err != nil {
			return err
		}
	}
	for _, ix := range made.indexes {
		if kept(have, ix) {
			continue
		}
		if err := w.build(ctx, name, ix); err != nil {
			return err
		}
	}
	declaration, err := json.Marshal(made.schema)
	if err != nil {
		return err
	}
	return w.run(`INSERT OR REPLACE INTO "musharaka/collections" (name, declaration) VALUES (?, ?)`, name, string(declaration))
}

// run executes a statement that is not worth keeping.
func (w *writer) run(query string, args ...any) error {
	_, err := w.conn.ExecContext(context.Background(), query, args...)
	return err
}

// build makes an index's table and fills it from the documents. The entries are
// sorted first, outside the file, so that the table is written from left to
// right, however many there are.
func (w *writer) build(ctx context.Context, collection string, ix index) error {
	if err := w.run("CREATE TABLE " + ix.table + " (k BLOB PRIMARY KEY, rid INTEGER NOT NULL) WITHOUT ROWID"); err != nil {
		return err
	}
	if err := w.run("CREATE TEMP TABLE building (k BLOB NOT NULL, rid INTEGER NOT NULL)"); err != nil {
		return err
	}
	if err := w.gather(ctx, collection, ix); err != nil {
		return err
	}
	err := w.run("INSERT INTO " + ix.table + " (k, rid) SELECT k, rid FROM temp.building ORDER BY k")
	var s *sqlite.Error
	if errors.As(err, &s) && s.Code()&0xff == sqlite3.SQLITE_CONSTRAINT {
		return w.refuseDuplicates(collection, ix)
	}
	if err != nil {
		return err
	}
	return w.run("DROP TABLE temp.building")
}

const (
	gatherPage  = 1000
	reportEvery = 100_000 // documents, or a twentieth of all
)

func (w *writer) gather(ctx context.Context, collection string, ix index) error {
	var total int64
	if _, err := w.row(`SELECT count(*) FROM "`+collection+`"`, nil, &total); err != nil {
		return err
	}
	if total > 0 {
		slog.Info("store: building an index", "collection", collection, "index", ix.Name, "documents", total)
	}
	defer w.forget() // the temporary table must not be held by a kept statement when it goes
	var done, last int64
	every := max(reportEvery, total/20)
	for {
		page, err := w.page(ctx, collection, last)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, r := range page {
			keys, err := ix.keys(r.raw, r.id)
			if err != nil {
				return fmt.Errorf("document %q of %s: %w", r.id, collection, err)
			}
			for _, k := range keys {
				if err := w.exec("INSERT INTO temp.building (k, rid) VALUES (?, ?)", k, r.rid); err != nil {
					return err
				}
			}
			if done++; done%every == 0 {
				slog.Info("store: building an index", "collection", collection, "index", ix.Name, "done", done, "documents", total)
			}
			last = r.rid
		}
	}
}

// page reads the next documents after a rid, in the order they came.
func (w *writer) page(ctx context.Context, collection string, after int64) ([]row, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := w.prepared(`SELECT rid, id, v, doc FROM "` + collection + `" WHERE rid > ? ORDER BY rid LIMIT ?`)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(context.Background(), after, gatherPage)
	if err != nil {
		return nil, err
	}
	return scanRows(rows)
}

// refuseDuplicates names two documents that a unique index cannot both hold.
func (w *writer) refuseDuplicates(collection string, ix index) error {
	var one, other string
	t := `"` + collection + `"`
	_, err := w.row("SELECT a.id, b.id FROM (SELECT min(rid) x, max(rid) y FROM temp.building GROUP BY k HAVING count(*) > 1 LIMIT 1) JOIN "+
		t+" a ON a.rid = x JOIN "+t+" b ON b.rid = y", nil, &one, &other)
	w.forget()
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "").Because("Ensure", fmt.Errorf(
		"the collection %s cannot have the unique index %s over %v: the documents %q and %q, for one, have the same values; change or delete one of each such pair, or declare the index without Unique",
		collection, ix.Name, ix.Fields, one, other))
}

// rebuild empties and refills one index.
func (w *writer) rebuild(ctx context.Context, collection string, ix index) error {
	w.forget()
	if err := w.run("DROP TABLE IF EXISTS " + ix.table); err != nil {
		return err
	}
	return w.build(ctx, collection, ix)
}
