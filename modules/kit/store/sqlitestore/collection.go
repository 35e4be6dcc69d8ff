package sqlitestore

import (
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/internal/key"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// collection is a declared collection with the text of its statements.
type collection struct {
	schema  store.Schema
	indexes []index

	sqlInsert, sqlUpdate, sqlDelete, sqlByID string
}

// index is a declared index and its table.
type index struct {
	store.Index
	table                           string
	sqlInsert, sqlDelete, sqlHolder string
}

func newCollection(s store.Schema) *collection {
	t := `"` + s.Name + `"`
	c := &collection{
		schema:    s,
		sqlInsert: "INSERT INTO " + t + " (id, v, doc) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
		sqlUpdate: "UPDATE " + t + " SET v = ?, doc = ? WHERE rid = ?",
		sqlDelete: "DELETE FROM " + t + " WHERE rid = ?",
		sqlByID:   "SELECT rid, v, doc FROM " + t + " WHERE id = ?",
	}
	for _, ix := range s.Indexes {
		c.indexes = append(c.indexes, newIndex(s.Name, ix))
	}
	return c
}

func newIndex(collection string, ix store.Index) index {
	t := indexTable(collection, ix.Name)
	return index{
		Index: ix, table: t,
		sqlInsert: "INSERT INTO " + t + " (k, rid) VALUES (?, ?)",
		sqlDelete: "DELETE FROM " + t + " WHERE k = ?",
		sqlHolder: "SELECT rid FROM " + t + " WHERE k = ?",
	}
}

// indexTable has a slash in its name, which no collection's name has.
func indexTable(collection, name string) string { return `"` + collection + "/" + name + `"` }

// document is a document made ready to be written: checked, and its index keys
// computed, in the asker's goroutine and not in the one that writes for all.
type document struct {
	of   *collection
	id   string
	v    int64
	raw  bson.Raw
	keys [][][]byte // as stored, per index
}

func (c *collection) document(raw bson.Raw) (*document, error) {
	id, v, err := key.Head(raw)
	if err != nil {
		return nil, err
	}
	d := &document{of: c, id: id, v: v, raw: raw}
	d.keys, err = c.keys(raw, id)
	return d, err
}

func (c *collection) documents(raws []bson.Raw) ([]*document, error) {
	docs := make([]*document, len(raws))
	for i, raw := range raws {
		d, err := c.document(raw)
		if err != nil {
			return nil, err
		}
		docs[i] = d
	}
	return docs, nil
}

func (c *collection) keys(raw bson.Raw, id string) ([][][]byte, error) {
	all := make([][][]byte, len(c.indexes))
	for i, ix := range c.indexes {
		keys, err := ix.keys(raw, id)
		if err != nil {
			return nil, fault.Wrap(c.schema.Name, err)
		}
		all[i] = keys
	}
	return all, nil
}

func (ix *index) keys(raw bson.Raw, id string) ([][]byte, error) {
	keys, err := key.Entries(raw, ix.Index)
	if err != nil {
		return nil, err
	}
	if !ix.Unique {
		for i := range keys {
			keys[i] = append(keys[i], id...)
		}
	}
	return keys, nil
}

// fresh returns the document as the collection is declared now: its indexes may
// have changed while it waited in the queue.
func (w *writer) fresh(d *document) (*document, error) {
	now, err := w.db.collection(d.of.schema.Name)
	if err != nil || now == d.of {
		return d, err
	}
	return now.document(d.raw)
}
