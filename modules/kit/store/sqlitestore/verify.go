package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/internal/key"
)

// maxFindings bounds the sentences of one Verify; the rest is counted.
const maxFindings = 100

// findings collects sentences.
type findings struct {
	sentences []string
	more      int
}

func (f *findings) add(format string, args ...any) {
	if len(f.sentences) == maxFindings {
		f.more++
		return
	}
	f.sentences = append(f.sentences, fmt.Sprintf(format, args...))
}

func (f *findings) all() []string {
	if f.more > 0 {
		return append(f.sentences, fmt.Sprintf("and %d more", f.more))
	}
	return f.sentences
}

// Verify implements store.DB. It reads one state of the store while writing
// goes on. Repair rebuilds each index that differs, from the documents.
func (db *DB) Verify(ctx context.Context, s store.Schema, repair bool) ([]string, error) {
	c, err := db.collection(s.Name)
	if err != nil {
		return nil, asFault("Verify", err)
	}
	var f findings
	if !sameSchema(c.schema, s) {
		f.add("%s: the store holds another declaration of its indexes; opening the collection migrates it", s.Name)
	}
	wrong, err := db.compare(ctx, c, &f)
	if err != nil {
		return nil, asFault("Verify", err)
	}
	if repair && len(wrong) > 0 {
		err = db.submit(ctx, &op{alone: true, run: func(w *writer) error {
			for _, ix := range wrong {
				if err := w.rebuild(ctx, s.Name, ix); err != nil {
					return undo(err)
				}
			}
			return nil
		}})
	}
	return f.all(), asFault("Verify", err)
}

// compare returns the indexes whose table is not what the documents say.
func (db *DB) compare(ctx context.Context, c *collection, f *findings) ([]index, error) {
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	v := &verifier{c: c, f: f, expected: make([]int64, len(c.indexes)), wrong: make([]bool, len(c.indexes))}
	if err := v.prepare(ctx, tx); err != nil {
		return nil, err
	}
	for last, more := int64(0), true; more; {
		rows, err := v.pages.QueryContext(ctx, last, gatherPage)
		if err != nil {
			return nil, err
		}
		page, err := scanRows(rows)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			if err := v.document(ctx, r); err != nil {
				return nil, err
			}
			last = r.rid
		}
		more = len(page) > 0
	}
	var wrong []index
	for i, ix := range c.indexes {
		var n int64
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM "+ix.table).Scan(&n); err != nil {
			return nil, err
		}
		if n != v.expected[i] {
			f.add("%s: the index %s has %d entries and should have %d", c.schema.Name, ix.Name, n, v.expected[i])
			v.wrong[i] = true
		}
		if v.wrong[i] {
			wrong = append(wrong, ix)
		}
	}
	return wrong, nil
}

type verifier struct {
	c        *collection
	f        *findings
	pages    *sql.Stmt
	holders  []*sql.Stmt
	expected []int64
	wrong    []bool
}

func (v *verifier) prepare(ctx context.Context, tx *sql.Tx) (err error) {
	v.pages, err = tx.PrepareContext(ctx, `SELECT rid, id, v, doc FROM "`+v.c.schema.Name+`" WHERE rid > ? ORDER BY rid LIMIT ?`)
	if err != nil {
		return err
	}
	for _, ix := range v.c.indexes {
		s, err := tx.PrepareContext(ctx, ix.sqlHolder)
		if err != nil {
			return err
		}
		v.holders = append(v.holders, s)
	}
	return nil
}

// document checks one row and looks up each entry it should have.
func (v *verifier) document(ctx context.Context, r row) error {
	name := v.c.schema.Name
	id, version, err := key.Head(r.raw)
	if err != nil {
		v.f.add("%s: the document %q cannot be read: %v", name, r.id, err)
		return nil
	}
	if id != r.id || version != r.v {
		v.f.add("%s: the document %q says that it is %q at version %d, the table says version %d", name, r.id, id, version, r.v)
	}
	for i := range v.c.indexes {
		ix := &v.c.indexes[i]
		keys, err := ix.keys(r.raw, r.id)
		if err != nil {
			v.f.add("%s: the document %q does not fit: %v", name, r.id, err)
			continue
		}
		for _, k := range keys {
			v.expected[i]++
			var holder int64
			err := v.holders[i].QueryRowContext(ctx, k).Scan(&holder)
			if errors.Is(err, sql.ErrNoRows) {
				v.f.add("%s: the index %s does not find the document %q", name, ix.Name, r.id)
				v.wrong[i] = true
			} else if err != nil {
				return err
			} else if holder != r.rid {
				v.f.add("%s: the index %s leads from the document %q to another", name, ix.Name, r.id)
				v.wrong[i] = true
			}
		}
	}
	return nil
}

// scanRows reads and closes the rows of rid, id, v, doc.
func scanRows(rows *sql.Rows) ([]row, error) {
	defer rows.Close()
	var page []row
	for rows.Next() {
		var r row
		var raw []byte
		if err := rows.Scan(&r.rid, &r.id, &r.v, &raw); err != nil {
			return nil, err
		}
		r.raw = raw
		page = append(page, r)
	}
	return page, rows.Err()
}
