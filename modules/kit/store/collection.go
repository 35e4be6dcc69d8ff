package store

import (
	"context"
	"errors"
	"fmt"

	"musharaka/modules/kit/fault"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// ErrUnchanged is returned by the function given to Update to say that the
// document is to stay as it is; Update then returns the document and no error.
var ErrUnchanged = errors.New("store: unchanged")

// document is a pointer to a struct that embeds Meta.
type document[T any] interface {
	*T
	meta() *Meta
}

// Collection is a typed view of one collection. All methods are safe for
// concurrent use; none keeps a reference to what it was given.
type Collection[T any, P document[T]] struct {
	db     DB
	schema Schema
}

// Open declares a collection and returns it ready for use:
//
//	petitions, err := store.Open[Petition](ctx, db, store.Schema{…})
func Open[T any, P document[T]](ctx context.Context, db DB, s Schema) (*Collection[T, P], error) {
	s = s.Clone()
	if err := db.Ensure(ctx, s); err != nil {
		return nil, fault.Wrap("store.Open "+s.Name, err)
	}
	return &Collection[T, P]{db: db, schema: s}, nil
}

// Schema returns the collection's declaration.
func (c *Collection[T, P]) Schema() Schema { return c.schema }

// DB returns the adapter underneath, for checks and copies of whole collections.
func (c *Collection[T, P]) DB() DB { return c.db }

// Get returns the document with this id, or NotFound.
func (c *Collection[T, P]) Get(ctx context.Context, id string) (T, error) {
	raw, err := c.db.Get(ctx, c.schema.Name, id)
	if err != nil {
		var none T
		return none, c.wrap("Get", err)
	}
	return c.decode(raw)
}

// GetMany returns those of the ids that exist, by id.
func (c *Collection[T, P]) GetMany(ctx context.Context, ids []string) (map[string]T, error) {
	if len(ids) == 0 {
		return map[string]T{}, nil
	}
	raws, err := c.db.GetMany(ctx, c.schema.Name, ids)
	if err != nil {
		return nil, c.wrap("GetMany", err)
	}
	found := make(map[string]T, len(raws))
	for _, raw := range raws {
		doc, err := c.decode(raw)
		if err != nil {
			return nil, err
		}
		found[P(&doc).meta().ID] = doc
	}
	return found, nil
}

// Insert writes a new document, whose version becomes 1. Conflict when its id
// or a unique index is taken.
func (c *Collection[T, P]) Insert(ctx context.Context, doc T) error {
	raw, err := c.encodeNew(doc)
	if err != nil {
		return err
	}
	return c.wrap("Insert", c.db.Insert(ctx, c.schema.Name, raw))
}

// InsertMany writes the documents in one durable batch. Those refused by the
// id or a unique index are named; all others are written. On an error it is
// not known which were written; a repeat is safe, as the ids decide.
func (c *Collection[T, P]) InsertMany(ctx context.Context, docs []T) ([]Duplicate, error) {
	if len(docs) == 0 {
		return nil, nil
	}
	raws := make([]bson.Raw, len(docs))
	for i, doc := range docs {
		raw, err := c.encodeNew(doc)
		if err != nil {
			return nil, err
		}
		raws[i] = raw
	}
	dups, err := c.db.InsertMany(ctx, c.schema.Name, raws)
	return dups, c.wrap("InsertMany", err)
}

// updateTries bounds the compare-and-set loop. Each lost race means another
// writer got through, so this many losses in a row is a hot document that
// should be counted with Increment instead.
const updateTries = 64

// Update reads the document, lets change alter it, and writes it if nobody
// else did meanwhile; otherwise it begins anew. change may therefore run
// several times and must only alter what it is given. An error of change ends
// the update and is returned as it is; ErrUnchanged ends it without an error.
// Update returns the document as it now stands.
func (c *Collection[T, P]) Update(ctx context.Context, id string, change func(*T) error) (T, error) {
	var none T
	for range updateTries {
		stored, err := c.db.Get(ctx, c.schema.Name, id)
		if err != nil {
			return none, c.wrap("Update", err)
		}
		doc, err := c.decode(stored)
		if err != nil {
			return none, err
		}
		m := *P(&doc).meta()
		if err := change(&doc); errors.Is(err, ErrUnchanged) {
			return c.decode(stored) // change may have altered doc before it thought better of it
		} else if err != nil {
			return none, err
		}
		*P(&doc).meta() = Meta{ID: m.ID, Version: m.Version + 1}
		raw, err := bson.Marshal(doc)
		if err != nil {
			return none, c.wrap("Update", err)
		}
		err = c.db.Replace(ctx, c.schema.Name, id, m.Version, raw)
		if err == nil {
			return c.decode(raw)
		}
		if !errors.Is(err, ErrVersion) {
			return none, c.wrap("Update", err)
		}
		if err := ctx.Err(); err != nil {
			return none, c.wrap("Update", err)
		}
	}
	return none, c.wrap("Update", fault.New(fault.Conflict, "Somebody else is changing this at the same moment. Please try again.").Because("store.Update", ErrVersion))
}

// ErrVersion is the cause an adapter's Replace gives (inside a Conflict) when
// the document exists at another version.
var ErrVersion = errors.New("store: changed meanwhile")

// Increment adds to whole-number fields atomically and returns the document as
// it stands after. No increment is lost, however many writers there are.
func (c *Collection[T, P]) Increment(ctx context.Context, id string, by map[string]int64) (T, error) {
	raw, err := c.db.Increment(ctx, c.schema.Name, id, by)
	if err != nil {
		var none T
		return none, c.wrap("Increment", err)
	}
	return c.decode(raw)
}

// Delete removes the document; NotFound when there is none.
func (c *Collection[T, P]) Delete(ctx context.Context, id string) error {
	return c.wrap("Delete", c.db.Delete(ctx, c.schema.Name, id, 0))
}

// Find returns one page of the documents that q describes.
func (c *Collection[T, P]) Find(ctx context.Context, q Query) (Page[T], error) {
	raws, next, err := c.db.Find(ctx, c.schema, q)
	if err != nil {
		return Page[T]{}, c.wrap("Find", err)
	}
	page := Page[T]{Items: make([]T, 0, len(raws)), Next: next}
	for _, raw := range raws {
		doc, err := c.decode(raw)
		if err != nil {
			return Page[T]{}, err
		}
		page.Items = append(page.Items, doc)
	}
	return page, nil
}

// First returns the first document that q describes, or NotFound.
func (c *Collection[T, P]) First(ctx context.Context, q Query) (T, error) {
	var none T
	q.Limit = 1
	page, err := c.Find(ctx, q)
	if err != nil {
		return none, err
	}
	if len(page.Items) == 0 {
		return none, c.wrap("First", fault.New(fault.NotFound, ""))
	}
	return page.Items[0], nil
}

// Each calls visit with every document that q describes, page by page
// (q.Limit is the page's size). An error of visit ends the walk.
func (c *Collection[T, P]) Each(ctx context.Context, q Query, visit func(T) error) error {
	if q.Limit == 0 {
		q.Limit = 500
	}
	for {
		page, err := c.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, doc := range page.Items {
			if err := visit(doc); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// Count returns how many documents q describes. It walks the index: use it for
// checks and small sets, never per request on a set that grows.
func (c *Collection[T, P]) Count(ctx context.Context, q Query) (int64, error) {
	n, err := c.db.Count(ctx, c.schema, q)
	return n, c.wrap("Count", err)
}

func (c *Collection[T, P]) encodeNew(doc T) (bson.Raw, error) {
	m := P(&doc).meta() // doc is a copy: the caller's stays as it was
	if m.ID == "" {
		return nil, c.wrap("Insert", fmt.Errorf("a document of %T has no id", doc))
	}
	m.Version = 1
	raw, err := bson.Marshal(doc)
	return raw, c.wrap("Insert", err)
}

func (c *Collection[T, P]) decode(raw bson.Raw) (T, error) {
	var doc T
	if err := bson.Unmarshal(raw, &doc); err != nil {
		return doc, c.wrap("decode", err)
	}
	return doc, nil
}

func (c *Collection[T, P]) wrap(op string, err error) error {
	return fault.Wrap("store."+op+" "+c.schema.Name, err)
}
