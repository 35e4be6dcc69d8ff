// Package storetest is the one conformance suite of kit/store: what the port
// promises, told as tests that every adapter passes.
//
// An adapter's test calls Run with a function that opens a fresh, empty store,
// and Kill with one that can open the same store again. A server that is known
// to break a promise is given Flaws by the adapter's test; each names what it
// exempts, and a store without flaws is exempt from nothing.
package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Flaw is a known fault of a test server, never of an adapter.
type Flaw string

// The flaws of FerretDB 1.24 on SQLite, as measured.
const (
	// A unique violation through an update is answered without its code, so the
	// suite accepts a fault of another kind; the document must still be unchanged.
	UniqueUpdateWithoutCode Flaw = "unique violation through an update has no code"
	// Two documents without the field are both accepted by a unique index.
	AbsentIsNotUnique Flaw = "absent fields are not unique"
	// Every query but by _id reads the whole collection: sizes are reduced.
	Slow Flaw = "queries do not use indexes"
)

// Flawed is implemented by a store whose server has flaws.
type Flawed interface{ Flaws() []Flaw }

func has(db store.DB, f Flaw) bool {
	flawed, ok := db.(Flawed)
	return ok && slices.Contains(flawed.Flaws(), f)
}

// exempt notes that a promise is not asked of this server.
func exempt(t *testing.T, db store.DB, f Flaw) bool {
	t.Helper()
	if has(db, f) {
		t.Logf("this server is exempt: %s", f)
		return true
	}
	return false
}

// Doc is the document of the suite.
type Doc struct {
	store.Meta `bson:",inline"`
	Place      string           `bson:"place"`
	State      string           `bson:"state"`
	Code       string           `bson:"code"`
	Maybe      string           `bson:"maybe,omitempty"` // missing when empty
	Rank       *int64           `bson:"rank"`            // null when nil
	Open       bool             `bson:"open"`
	At         time.Time        `bson:"at"`
	Tags       []string         `bson:"tags"`
	People     []Person         `bson:"people,omitempty"`
	Where      Where            `bson:"where"`
	Count      int64            `bson:"count"`
	Counts     map[string]int64 `bson:"counts,omitempty"`
	Share      float64          `bson:"share"`
	Small      int32            `bson:"small"`
	Bytes      []byte           `bson:"bytes"`
	Body       string           `bson:"body"`
}

// Person is an element of a list of documents.
type Person struct {
	Name string `bson:"name"`
	Role string `bson:"role"`
}

// Where is a document inside a document.
type Where struct {
	Name string `bson:"name"`
	Map  struct {
		Lat int64 `bson:"lat"`
	} `bson:"map"`
}

// Docs is the collection of the suite.
type Docs = store.Collection[Doc, *Doc]

var schema = store.Schema{Name: "suite_docs", Indexes: []store.Index{
	{Name: "by_place", Fields: []string{"place", "at"}},
	{Name: "by_state", Fields: []string{"state", "rank", "at"}},
	{Name: "by_code", Fields: []string{"code"}, Unique: true},
	{Name: "by_tag", Fields: []string{"tags", "at"}, Multi: true},
	{Name: "by_person", Fields: []string{"people.name"}, Multi: true},
	{Name: "by_lat", Fields: []string{"where.map.lat"}},
	{Name: "by_maybe", Fields: []string{"maybe", "rank"}},
	{Name: "by_count", Fields: []string{"count"}},
	{Name: "by_open", Fields: []string{"open", "count"}},
}}

// Run runs the whole suite; open returns a fresh, empty store each time, which
// it closes and removes when that test ends.
func Run(t *testing.T, open func(t *testing.T) store.DB) {
	for _, part := range []struct {
		name string
		test func(*testing.T, store.DB)
	}{
		{"a document comes back as it was written", roundTrip},
		{"a missing document is NotFound", missing},
		{"an id may hold any text that can be kept", oddIDs},
		{"an id that cannot be kept is Invalid", badIDs},
		{"a taken id or unique value is a Conflict that names the index", taken},
		{"an update may not take a unique value", takenByUpdate},
		{"a batch names its duplicates and writes the rest", batch},
		{"an update happens once, or not at all", update},
		{"a replace of another version is a Conflict", replaceVersion},
		{"an increment adds, creates and moves in the indexes", increment},
		{"an increment of what is no number is refused", incrementRefused},
		{"a delete asks for the version it is given", deletes},
		{"64 writers on one counter lose nothing", counters},
		{"64 inserts of one id succeed once", oneWins},
		{"a big document is kept and a too big one refused", bigDocuments},
		{"a context that has ended writes nothing", contexts},
		{"pages follow one another both ways", paging},
		{"pages are stable while documents come and go", stablePaging},
		{"a range keeps to its bounds", ranges},
		{"ids can be walked and ranged over", primaryKey},
		{"nil finds missing and null, which sort first", nils},
		{"texts compare by their bytes", byteOrder},
		{"false sorts before true, and times as they pass", boolsAndTimes},
		{"a document is found under each element of its list", multi},
		{"a number beneath two levels is found", dotted},
		{"a query that rides no index cannot be asked", badQueries},
		{"an operator in place of a value is only a value", smuggling},
		{"a cursor from elsewhere is Invalid", badCursors},
		{"a changed declaration is migrated", migration},
		{"a unique index over duplicates is refused by name", refusal},
		{"a bad declaration is refused", badSchemas},
		{"restored documents stay as they are", restore},
		{"verify finds nothing wrong with what was written", verify},
		{"random acts agree with a model", model},
		{"a closed store answers Unavailable", closed},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, open(t)) })
	}
}

func open(t *testing.T, db store.DB) *Docs {
	t.Helper()
	return openAs(t, db, schema)
}

func openAs(t *testing.T, db store.DB, s store.Schema) *Docs {
	t.Helper()
	docs, err := store.Open[Doc](t.Context(), db, s)
	if err != nil {
		t.Fatalf("opening %s: %v", s.Name, err)
	}
	return docs
}

// minute is the n-th minute after an arbitrary start.
func minute(n int) time.Time {
	return time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Minute)
}

// doc returns a document that fits all indexes.
func doc(id string) Doc {
	return Doc{Meta: store.Meta{ID: id}, Code: "code of " + id, At: minute(0)}
}

// some returns n documents of the place "a", one a minute, in three states.
func some(n int) []Doc {
	docs := make([]Doc, n)
	for i := range docs {
		docs[i] = doc(fmt.Sprintf("d%04d", (i*37)%n)) // ids in another order than times
		docs[i].Code = fmt.Sprint("c", i)
		docs[i].Place, docs[i].At, docs[i].Count = "a", minute(i), int64(i)
		docs[i].State = []string{"draft", "open", "closed"}[i%3]
	}
	return docs
}

func insert(t *testing.T, c *Docs, docs ...Doc) {
	t.Helper()
	dups, err := c.InsertMany(t.Context(), docs)
	if err != nil || len(dups) > 0 {
		t.Fatalf("inserting %d documents: %v %v", len(docs), dups, err)
	}
}

func find(t *testing.T, c *Docs, q store.Query) store.Page[Doc] {
	t.Helper()
	page, err := c.Find(t.Context(), q)
	if err != nil {
		t.Fatalf("finding %+v: %v", q, err)
	}
	return page
}

func ids(docs []Doc) []string {
	out := []string{}
	for _, d := range docs {
		out = append(out, d.ID)
	}
	return out
}

// found asks for one page and compares its ids.
func found(t *testing.T, c *Docs, q store.Query, want ...string) {
	t.Helper()
	if got := ids(find(t, c, q).Items); !slices.Equal(got, want) {
		t.Errorf("%+v found %q, not %q", q, got, want)
	}
	if q.After != "" || q.Limit != 0 {
		return
	}
	n, err := c.Count(t.Context(), q)
	if err != nil || n != int64(len(want)) {
		t.Errorf("%+v counted %d (%v), not %d", q, n, err, len(want))
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("answered %v, not a fault of kind %s", err, kind)
	}
}

func wantTaken(t *testing.T, err error, index string) {
	t.Helper()
	wantKind(t, err, fault.Conflict)
	if got, ok := store.Taken(err); !ok || got != index {
		t.Errorf("%v names the index %q, not %q", err, got, index)
	}
}

func ptr[T any](v T) *T { return &v }
