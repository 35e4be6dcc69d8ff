package mongostore

import (
	"testing"

	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/internal/key"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Each step must be an equality on a prefix of the index and at most one range
// behind it, sorted by what follows: that is what a server walks without
// sorting. This is held here, because the server of the tests walks nothing.
func TestAPageIsAskedInStepsAlongTheIndex(t *testing.T) {
	s := store.Schema{Name: "x", Indexes: []store.Index{
		{Name: "by", Fields: []string{"a", "b", "c"}},
		{Name: "only", Fields: []string{"a", "b"}, Unique: true},
	}}
	for name, c := range map[string]struct {
		q     store.Query
		last  []any
		sort  string
		steps []string
	}{
		"first": {store.Query{Index: "by", Equal: []any{"p"}, From: 3}, nil, `{"b":1,"c":1,"_id":1}`,
			[]string{`{"a":{"$eq":"p"},"b":{"$gte":3}}`}},
		"next": {store.Query{Index: "by", Equal: []any{"p"}}, []any{"p", int64(4), "z"}, `{"b":1,"c":1,"_id":1}`,
			[]string{
				`{"a":{"$eq":"p"},"b":{"$eq":4},"c":{"$eq":"z"},"_id":{"$gt":"id"}}`,
				`{"a":{"$eq":"p"},"b":{"$eq":4},"c":{"$gt":"z"}}`,
				`{"a":{"$eq":"p"},"b":{"$gt":4}}`,
			}},
		"down over missing values": {store.Query{Index: "by", Equal: []any{"p", 4}, Desc: true}, []any{"p", int64(4), "z"}, `{"c":-1,"_id":-1}`,
			[]string{
				`{"a":{"$eq":"p"},"b":{"$eq":4},"c":{"$eq":"z"},"_id":{"$lt":"id"}}`,
				`{"a":{"$eq":"p"},"b":{"$eq":4},"c":{"$lt":"z"}}`,
				`{"a":{"$eq":"p"},"b":{"$eq":4},"c":{"$eq":null}}`,
			}},
		"within bounds": {store.Query{Index: "by", Equal: []any{"p"}, From: 2, To: 9, Desc: true}, []any{"p", int64(4), nil}, `{"b":-1,"c":-1,"_id":-1}`,
			[]string{
				`{"a":{"$eq":"p"},"b":{"$eq":4},"c":{"$eq":null},"_id":{"$lt":"id"}}`,
				`{"a":{"$eq":"p"},"b":{"$lt":4,"$gte":2}}`,
			}},
		"unique": {store.Query{Index: "only"}, []any{nil, int64(4)}, `{"a":1,"b":1}`,
			[]string{
				`{"a":{"$eq":null},"b":{"$gt":4}}`,
				`{"a":{"$ne":null}}`,
			}},
	} {
		q := c.q
		if c.last != nil {
			doc := bson.D{{Key: "_id", Value: "id"}}
			for i, f := range []string{"a", "b", "c"}[:len(c.last)] {
				doc = append(doc, bson.E{Key: f, Value: c.last[i]})
			}
			raw, err := bson.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			p, err := key.NewPlan(s, q)
			if err != nil {
				t.Fatal(err)
			}
			if q.After, err = p.Next(raw); err != nil {
				t.Fatal(err)
			}
		}
		p, err := key.NewPlan(s, q)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := asJSON(t, order(p)); got != c.sort {
			t.Errorf("%s: sorted by %s, not %s", name, got, c.sort)
		}
		got := steps(p)
		if len(got) != len(c.steps) {
			t.Errorf("%s: %d steps, not %d", name, len(got), len(c.steps))
			continue
		}
		for i := range got {
			if j := asJSON(t, got[i]); j != c.steps[i] {
				t.Errorf("%s: step %d asks %s, not %s", name, i, j, c.steps[i])
			}
		}
	}
}

func asJSON(t *testing.T, d bson.D) string {
	t.Helper()
	j, err := bson.MarshalExtJSON(d, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(j)
}
