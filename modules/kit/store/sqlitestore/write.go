package sqlitestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/internal/key"

	"go.mongodb.org/mongo-driver/v2/bson"
)

var errNone = fault.New(fault.NotFound, "")

// Insert implements store.DB.
func (db *DB) Insert(ctx context.Context, collection string, doc bson.Raw) error {
	c, err := db.collection(collection)
	if err != nil {
		return asFault("Insert", err)
	}
	d, err := c.document(doc)
	if err != nil {
		return asFault("Insert", err)
	}
	return asFault("Insert", db.submit(ctx, &op{run: func(w *writer) error {
		d, err := w.fresh(d)
		if err != nil {
			return err
		}
		return w.insert(d)
	}}))
}

// InsertMany implements store.DB: all in one transaction.
func (db *DB) InsertMany(ctx context.Context, collection string, raws []bson.Raw) ([]store.Duplicate, error) {
	c, err := db.collection(collection)
	if err != nil {
		return nil, asFault("InsertMany", err)
	}
	docs, err := c.documents(raws)
	if err != nil {
		return nil, asFault("InsertMany", err)
	}
	var refused []store.Duplicate
	err = db.submit(ctx, &op{run: func(w *writer) error {
		refused = nil
		for i, d := range docs {
			d, err := w.fresh(d)
			if err != nil {
				return err
			}
			err = w.insert(d)
			var taken *store.TakenError
			if errors.As(err, &taken) {
				refused = append(refused, store.Duplicate{Position: i, ID: d.id, Index: taken.Index})
			} else if err != nil {
				return undo(err)
			}
		}
		return nil
	}})
	if err != nil {
		return nil, asFault("InsertMany", err)
	}
	return refused, nil
}

// Replace implements store.DB.
func (db *DB) Replace(ctx context.Context, collection, id string, version int64, doc bson.Raw) error {
	c, err := db.collection(collection)
	if err != nil {
		return asFault("Replace", err)
	}
	d, err := c.document(doc)
	if err != nil {
		return asFault("Replace", err)
	}
	if d.id != id || d.v != version+1 {
		return asFault("Replace", errors.New("the new document must have the same id and the next version"))
	}
	return asFault("Replace", db.submit(ctx, &op{run: func(w *writer) error {
		d, err := w.fresh(d)
		if err != nil {
			return err
		}
		old, err := w.stored(d.of, id)
		if err != nil {
			return err
		}
		if old.v != version {
			return errVersion(version, old.v)
		}
		return w.replace(old, d)
	}}))
}

func errVersion(want, have int64) error {
	return fault.New(fault.Conflict, "").Because("sqlitestore", fmt.Errorf("version %d, not %d: %w", have, want, store.ErrVersion))
}

// Increment implements store.DB.
func (db *DB) Increment(ctx context.Context, collection, id string, by map[string]int64) (bson.Raw, error) {
	for path := range by {
		if err := key.CheckCounter(path); err != nil {
			return nil, asFault("Increment", err)
		}
	}
	var after bson.Raw
	err := db.submit(ctx, &op{run: func(w *writer) error {
		c, err := db.collection(collection)
		if err != nil {
			return err
		}
		old, err := w.stored(c, id)
		if err != nil {
			return err
		}
		raw, err := incremented(old.raw, by)
		if err != nil {
			return fault.Wrap("Increment", err)
		}
		d, err := c.document(raw)
		if err != nil {
			return fault.Wrap("Increment", err)
		}
		after = raw
		return w.replace(old, d)
	}})
	if err != nil {
		return nil, asFault("Increment", err)
	}
	return after, nil
}

// Delete implements store.DB.
func (db *DB) Delete(ctx context.Context, collection, id string, version int64) error {
	return asFault("Delete", db.submit(ctx, &op{run: func(w *writer) error {
		c, err := db.collection(collection)
		if err != nil {
			return err
		}
		old, err := w.stored(c, id)
		if err != nil {
			return err
		}
		if version != 0 && old.v != version {
			return errVersion(version, old.v)
		}
		if err := w.exec(c.sqlDelete, old.rid); err != nil {
			return err
		}
		for i := range c.indexes {
			for _, k := range old.keys[i] {
				if err := w.exec(c.indexes[i].sqlDelete, k); err != nil {
					return err
				}
			}
		}
		return nil
	}}))
}

// Restore implements store.DB: all in one transaction. The collection need not
// be declared yet; its indexes are then built when it is.
func (db *DB) Restore(ctx context.Context, collection string, raws []bson.Raw) error {
	c, err := db.collection(collection)
	if err != nil {
		if err := db.Ensure(ctx, store.Schema{Name: collection}); err != nil {
			return err
		}
		if c, err = db.collection(collection); err != nil {
			return asFault("Restore", err)
		}
	}
	docs, err := c.documents(raws)
	if err != nil {
		return asFault("Restore", err)
	}
	return asFault("Restore", db.submit(ctx, &op{run: func(w *writer) error {
		for _, d := range docs {
			d, err := w.fresh(d)
			if err != nil {
				return err
			}
			if err := w.restore(d); err != nil {
				return undo(err)
			}
		}
		return nil
	}}))
}

func (w *writer) restore(d *document) error {
	old, err := w.stored(d.of, d.id)
	if fault.Is(err, fault.NotFound) {
		return w.insert(d)
	}
	if err != nil {
		return err
	}
	return w.replace(old, d)
}

// row is a document as it is stored.
type row struct {
	rid int64
	document
}

// stored reads the document with this id, or NotFound.
func (w *writer) stored(c *collection, id string) (*row, error) {
	r := &row{document: document{of: c, id: id}}
	var raw []byte
	found, err := w.row(c.sqlByID, []any{id}, &r.rid, &r.v, &raw)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errNone
	}
	r.raw = raw
	if r.keys, err = c.keys(r.raw, id); err != nil {
		return nil, fault.Wrap("stored document", err)
	}
	return r, nil
}

// insert writes a new document, or refuses it with a Conflict.
func (w *writer) insert(d *document) error {
	c := d.of
	for i := range c.indexes {
		taken, err := w.taken(&c.indexes[i], d.keys[i], 0)
		if err != nil {
			return err
		}
		if !taken {
			continue
		}
		name := c.indexes[i].Name
		if _, err := w.stored(c, d.id); err == nil {
			name = "_id" // both are taken; the id says more
		}
		return (&store.TakenError{Collection: c.schema.Name, Index: name, ID: d.id}).Fault()
	}
	res, err := w.result(c.sqlInsert, d.id, d.v, []byte(d.raw))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return (&store.TakenError{Collection: c.schema.Name, Index: "_id", ID: d.id}).Fault()
	}
	rid, err := res.LastInsertId()
	if err != nil {
		return err
	}
	for i := range c.indexes {
		for _, k := range d.keys[i] {
			if err := w.exec(c.indexes[i].sqlInsert, k, rid); err != nil {
				return err
			}
		}
	}
	return nil
}

// replace writes d in the place of old and moves those index entries that differ.
func (w *writer) replace(old *row, d *document) error {
	c := d.of
	for i := range c.indexes {
		taken, err := w.taken(&c.indexes[i], d.keys[i], old.rid)
		if err != nil {
			return err
		}
		if taken {
			return (&store.TakenError{Collection: c.schema.Name, Index: c.indexes[i].Name, ID: d.id}).Fault()
		}
	}
	if err := w.exec(c.sqlUpdate, d.v, []byte(d.raw), old.rid); err != nil {
		return err
	}
	for i := range c.indexes {
		for _, k := range without(old.keys[i], d.keys[i]) {
			if err := w.exec(c.indexes[i].sqlDelete, k); err != nil {
				return err
			}
		}
		for _, k := range without(d.keys[i], old.keys[i]) {
			if err := w.exec(c.indexes[i].sqlInsert, k, old.rid); err != nil {
				return err
			}
		}
	}
	return nil
}

// taken reports whether a unique index holds one of the keys for another document.
func (w *writer) taken(ix *index, keys [][]byte, rid int64) (bool, error) {
	if !ix.Unique {
		return false, nil
	}
	for _, k := range keys {
		var holder int64
		found, err := w.row(ix.sqlHolder, []any{k}, &holder)
		if err != nil {
			return false, err
		}
		if found && holder != rid {
			return true, nil
		}
	}
	return false, nil
}

// without returns the keys of a that b has not; both are sorted.
func without(a, b [][]byte) [][]byte {
	var out [][]byte
	for _, k := range a {
		if _, found := slices.BinarySearchFunc(b, k, bytes.Compare); !found {
			out = append(out, k)
		}
	}
	return out
}
