package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

func compare[T cmp.Ordered](a, b T) int { return cmp.Compare(a, b) }

// twin is what the store should hold, kept as simply as possible.
type twin struct {
	r    *rand.Rand
	docs map[string]Doc
}

// model makes random acts on the store and on the twin and compares the answers.
func model(t *testing.T, db store.DB) {
	steps := 4000
	if has(db, Slow) {
		steps = 250
	}
	c := open(t, db)
	for seed := range uint64(2) {
		m := &twin{r: rand.New(rand.NewPCG(seed, 11)), docs: map[string]Doc{}}
		for step := range steps {
			if m.act(t, c); t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
		for id := range m.docs {
			if err := c.Delete(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		if findings, err := db.Verify(t.Context(), schema, false); err != nil || len(findings) > 0 {
			t.Fatalf("seed %d: verify found %q (%v)", seed, findings, err)
		}
	}
}

func (m *twin) act(t *testing.T, c *Docs) {
	switch m.r.IntN(10) {
	case 0, 1:
		d := m.random()
		index, refused := store.Taken(c.Insert(t.Context(), d))
		m.insert(t, d, index, refused)
	case 2:
		m.insertMany(t, c)
	case 3:
		m.increment(t, c)
	case 4, 5:
		m.update(t, c)
	case 6:
		id := m.id()
		_, there := m.docs[id]
		if err := c.Delete(t.Context(), id); (err == nil) != there {
			t.Errorf("deleting %s, there: %v, answered %v", id, there, err)
		}
		delete(m.docs, id)
	default:
		m.find(t, c)
	}
}

func (m *twin) id() string { return fmt.Sprint("id", m.r.IntN(40)) }

func (m *twin) word() string { return []string{"", "a", "aa", "ب", "b\x00"}[m.r.IntN(5)] }

// random returns a document that collides with others now and then.
func (m *twin) random() Doc {
	d := doc(m.id())
	d.Code = fmt.Sprint("code", m.r.IntN(200))
	m.shake(&d)
	return d
}

func (m *twin) shake(d *Doc) {
	d.Place, d.State, d.Maybe = m.word(), m.word(), m.word()
	d.At, d.Open, d.Count = minute(m.r.IntN(6)), m.r.IntN(2) == 0, int64(m.r.IntN(5))
	d.Rank, d.Tags = nil, nil
	if m.r.IntN(3) > 0 {
		d.Rank = ptr(int64(m.r.IntN(4) - 2))
	}
	if m.r.IntN(4) > 0 {
		d.Tags = []string{}
		for range m.r.IntN(4) {
			d.Tags = append(d.Tags, m.word())
		}
	}
}

// insert tells the twin of an insert and compares who was refused, and why.
func (m *twin) insert(t *testing.T, d Doc, index string, refused bool) {
	t.Helper()
	want := m.holder(d)
	if _, there := m.docs[d.ID]; there {
		want = "_id"
	}
	if index != want || refused != (want != "") {
		t.Errorf("inserting %s with %s was refused by %q (%v), not by %q", d.ID, d.Code, index, refused, want)
	}
	if !refused {
		d.Version = 1
		m.docs[d.ID] = d
	}
}

// holder returns the index by which another document has d's code.
func (m *twin) holder(d Doc) string {
	for _, other := range m.docs {
		if other.Code == d.Code && other.ID != d.ID {
			return "by_code"
		}
	}
	return ""
}

func (m *twin) insertMany(t *testing.T, c *Docs) {
	docs := make([]Doc, 1+m.r.IntN(6))
	for i := range docs {
		docs[i] = m.random()
	}
	dups, err := c.InsertMany(t.Context(), docs)
	if err != nil {
		t.Errorf("a batch: %v", err)
		return
	}
	by := map[int]string{}
	for _, d := range dups {
		by[d.Position] = d.Index
	}
	for i, d := range docs {
		index, refused := by[i]
		m.insert(t, d, index, refused)
	}
}

func (m *twin) increment(t *testing.T, c *Docs) {
	id := m.id()
	d, there := m.docs[id]
	got, err := c.Increment(t.Context(), id, map[string]int64{"count": 1, "where.map.lat": -1})
	if (err == nil) != there {
		t.Errorf("incrementing %s, there: %v, answered %v", id, there, err)
	}
	if !there || err != nil {
		return
	}
	d.Count, d.Where.Map.Lat, d.Version = d.Count+1, d.Where.Map.Lat-1, d.Version+1
	m.docs[id] = d
	same(t, got, d)
}

func (m *twin) update(t *testing.T, c *Docs) {
	id := m.id()
	next, there := m.docs[id]
	if there {
		m.shake(&next)
		if m.r.IntN(4) == 0 {
			next.Code = fmt.Sprint("code", m.r.IntN(200))
		}
	}
	holder := m.holder(next)
	got, err := c.Update(t.Context(), id, func(d *Doc) error { *d = next; return nil })
	switch {
	case !there:
		wantKind(t, err, fault.NotFound)
	case holder != "":
		if err == nil {
			t.Errorf("updating %s to a code that is taken was accepted", id)
		}
	case err != nil:
		t.Errorf("updating %s: %v", id, err)
	default:
		next.Version++
		m.docs[id] = next
		same(t, got, next)
	}
}

func same(t *testing.T, got, want Doc) {
	t.Helper()
	got.At = got.At.UTC()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("is\n%+v\nnot\n%+v", got, want)
	}
}

// shapes are the queries the model asks, with the values they walk along.
var shapes = []struct {
	index  string
	equal  int
	values func(Doc) []any
}{
	{"", 0, func(d Doc) []any { return nil }},
	{"by_place", 0, func(d Doc) []any { return []any{d.Place, d.At} }},
	{"by_place", 1, func(d Doc) []any { return []any{d.Place, d.At} }},
	{"by_place", 2, func(d Doc) []any { return []any{d.Place, d.At} }},
	{"by_state", 1, func(d Doc) []any { return []any{d.State, plain(d.Rank), d.At} }},
	{"by_state", 2, func(d Doc) []any { return []any{d.State, plain(d.Rank), d.At} }},
	{"by_maybe", 0, func(d Doc) []any { return []any{orNil(d.Maybe), plain(d.Rank)} }},
	{"by_maybe", 1, func(d Doc) []any { return []any{orNil(d.Maybe), plain(d.Rank)} }},
	{"by_open", 1, func(d Doc) []any { return []any{d.Open, d.Count} }},
	{"by_code", 0, func(d Doc) []any { return []any{d.Code} }},
	{"by_tag", 1, nil}, // answered by tagged
}

func plain(p *int64) any {
	if p == nil {
		return nil
	}
	return *p
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// find asks a random query, all its pages, and its count.
func (m *twin) find(t *testing.T, c *Docs) {
	shape := shapes[m.r.IntN(len(shapes))]
	example := m.random()
	q := store.Query{Index: shape.index, Desc: m.r.IntN(2) == 0, Limit: 1 + m.r.IntN(8)}
	values := shape.values
	if values == nil {
		tag := any(m.word())
		if m.r.IntN(4) == 0 {
			tag = nil
		}
		q.Equal = []any{tag}
		values = tagged(tag)
	} else {
		q.Equal = values(example)[:shape.equal]
	}
	m.bound(&q, values)
	want := m.expect(q, values)
	if got := walk(t, c, q); !slices.Equal(got, want) {
		t.Errorf("%+v gave %q, not %q", q, got, want)
	}
	if n, err := c.Count(t.Context(), q); err != nil || n != int64(len(want)) {
		t.Errorf("%+v counted %d (%v), not %d", q, n, err, len(want))
	}
}

// tagged gives the values of by_tag for documents that have the tag, else none.
func tagged(tag any) func(Doc) []any {
	return func(d Doc) []any {
		s, _ := tag.(string)
		if tag == nil && d.Tags == nil || tag != nil && slices.Contains(d.Tags, s) {
			return []any{tag, d.At}
		}
		return []any{errors.New("another"), d.At}
	}
}

// bound gives some queries a range on the field after the equal ones.
func (m *twin) bound(q *store.Query, values func(Doc) []any) {
	low, high := values(m.random()), values(m.random())
	if len(q.Equal) >= len(low) {
		return
	}
	from, to := low[len(q.Equal)], high[len(q.Equal)]
	if m.r.IntN(3) == 0 {
		q.From = from
	}
	if m.r.IntN(3) == 0 {
		q.To = to
	}
}

// expect answers a query as it is defined, by looking at every document.
func (m *twin) expect(q store.Query, values func(Doc) []any) []string {
	docs := slices.DeleteFunc(slices.Collect(maps.Values(m.docs)), func(d Doc) bool {
		v := values(d)
		for i, want := range q.Equal {
			if order(v[i], want) != 0 {
				return true
			}
		}
		if q.From == nil && q.To == nil {
			return false
		}
		x := v[len(q.Equal)]
		return x == nil || q.From != nil && order(x, q.From) < 0 || q.To != nil && order(x, q.To) >= 0
	})
	slices.SortFunc(docs, func(a, b Doc) int {
		va, vb := values(a), values(b)
		for i := range va {
			if n := order(va[i], vb[i]); n != 0 {
				return n
			}
		}
		return compare(a.ID, b.ID)
	})
	if q.Desc {
		slices.Reverse(docs)
	}
	return ids(docs)
}

// order compares two values of one field, of one type or nil.
func order(a, b any) int {
	if a == nil || b == nil {
		return compare(btoi(a != nil), btoi(b != nil))
	}
	switch x := a.(type) {
	case string:
		return compare(x, b.(string))
	case int64:
		return compare(x, b.(int64))
	case bool:
		return compare(btoi(x), btoi(b.(bool)))
	case time.Time:
		return x.Compare(b.(time.Time))
	}
	return -1
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
