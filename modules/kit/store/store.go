// Package store is the one door to the data: a small port that two adapters
// implement, mongostore (production) and sqlitestore (a fresh machine).
//
// A collection is opened with its Schema; every read names a declared index, so
// no query can become a scan of everything as the data grows. A document is one
// struct with an embedded Meta, kept as BSON by both adapters. An act changes
// one document: there are no transactions over several. What must follow from
// an act (counters, mails, log entries) is written so that it can be repeated,
// and is repaired by `server check`.
//
// Faults: NotFound (no such id), Conflict (a unique index, named in the cause,
// or a version race that did not end), Unavailable (the store does not answer),
// Internal (anything else), Invalid (an id or a cursor that cannot be), TooLarge
// (a document of more than 16 MiB). An error of the caller's context comes back
// as Unavailable with the context's error as its cause.
package store

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Meta is embedded in every document as `store.Meta `bson:",inline"“.
// Version starts at 1 and grows by one with every change, whoever makes it.
// An ID is UTF-8 of 1 to 512 bytes without a zero byte.
type Meta struct {
	ID      string `bson:"_id" json:"id"`
	Version int64  `bson:"v" json:"-"`
}

// meta lets the typed collection reach the embedded Meta.
func (m *Meta) meta() *Meta { return m }

// Schema declares a collection. Indexes are created and verified when it is
// opened; a declaration that changed is migrated (index rebuilt), or refused
// with a fault that says what to do when the data forbids it (a unique index
// over duplicates).
type Schema struct {
	Name    string // plural, snake_case: "petitions"
	Indexes []Index
}

// Index is an ordered list of fields (dotted BSON paths), followed silently by
// _id so that paging is stable.
//
// Values may be strings, bools, int64/int32/int, times, and a missing or null
// value, which sorts before all others and can be asked for with nil. Strings
// compare by bytes. One field holds values of one type (or none): between types
// the order is MongoDB's, but a page's cursor need not cross from one to another.
//
// The list of a Multi index may also be a list of documents ("people.name"). An
// empty list is found nowhere, a missing or null one under nil. A query along
// such an index gives an equal value for the list.
type Index struct {
	Name   string // unique in the collection; kept in the store
	Fields []string
	Unique bool // a missing value counts as a value: declare only on fields every document has
	Multi  bool // the FIRST field is a list; a document is found under each distinct element of it
}

// Clone returns a copy that shares nothing with s.
func (s Schema) Clone() Schema {
	s.Indexes = slices.Clone(s.Indexes)
	for i := range s.Indexes {
		s.Indexes[i].Fields = slices.Clone(s.Indexes[i].Fields)
	}
	return s
}

// Query reads along one declared index: equality on a prefix of its fields,
// then optionally a range on the next field, in whose order the documents come
// (ties in the order of _id). A range leaves out documents without a value.
//
// Next holds, readable by whoever decodes it, the index's values and the id of
// the last document seen. Where these are not public, neither is the cursor.
type Query struct {
	Index string // "" is the primary key: order by _id, Equal empty, From and To are ids
	Equal []any  // values for the first len(Equal) fields; all fields is allowed
	From  any    // next field >= From; nil: no lower bound
	To    any    // next field < To; nil: no upper bound
	Desc  bool   // newest, largest first
	After string // a Page's Next; "" begins at the start
	Limit int    // 1..1000; 0 means 20
}

// Page is one page of a query's answer.
type Page[T any] struct {
	Items []T
	Next  string // cursor for Query.After; "" when this is the last page
}

// Duplicate says which document of a batch was refused, and by which index
// ("_id" for the primary key).
type Duplicate struct {
	Position int    // in the slice given to InsertMany
	ID       string // the refused document's id
	Index    string
}

// DB is what an adapter implements. Features use Collection, not DB.
// Documents are raw BSON with "_id" (string) and "v" (int64).
type DB interface {
	// Ensure creates or verifies the collection and its indexes.
	Ensure(ctx context.Context, s Schema) error
	Get(ctx context.Context, collection, id string) (bson.Raw, error)
	// GetMany returns those that exist, in any order.
	GetMany(ctx context.Context, collection string, ids []string) ([]bson.Raw, error)
	Insert(ctx context.Context, collection string, doc bson.Raw) error
	// InsertMany writes all it can, in one durable batch, and names the rest.
	// When a document is Invalid or TooLarge, none has been written.
	InsertMany(ctx context.Context, collection string, docs []bson.Raw) ([]Duplicate, error)
	// Replace writes doc (whose v is version+1) if the stored version is version; Conflict otherwise.
	Replace(ctx context.Context, collection, id string, version int64, doc bson.Raw) error
	// Increment adds to int64 fields (dotted paths, created at 0), and 1 to v, atomically; it returns the new document.
	Increment(ctx context.Context, collection, id string, by map[string]int64) (bson.Raw, error)
	// Delete removes the document; NotFound when there is none. version 0 means whatever version.
	Delete(ctx context.Context, collection, id string, version int64) error
	Find(ctx context.Context, s Schema, q Query) ([]bson.Raw, string, error)
	Count(ctx context.Context, s Schema, q Query) (int64, error)

	// Collections lists all that exist, with declared names, sorted.
	Collections(ctx context.Context) ([]string, error)
	// Restore writes documents as they are, replacing those with the same id.
	Restore(ctx context.Context, collection string, docs []bson.Raw) error
	// Verify compares stored index entries with the documents and reports each
	// difference in a sentence; repair rebuilds what differs.
	Verify(ctx context.Context, s Schema, repair bool) ([]string, error)
	Ping(ctx context.Context) error
	Close() error
}
