package storetest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// walk reads all pages and returns the ids, failing on a page of a wrong size.
func walk(t *testing.T, c *Docs, q store.Query) []string {
	t.Helper()
	var all []string
	for {
		page := find(t, c, q)
		all = append(all, ids(page.Items)...)
		if page.Next == "" {
			return all
		}
		if len(page.Items) != q.Limit {
			t.Fatalf("a page of %d that is not the last has %d", q.Limit, len(page.Items))
		}
		q.After = page.Next
	}
}

func paging(t *testing.T, db store.DB) {
	c := open(t, db)
	docs := some(60)
	for i := range docs {
		docs[i].At = minute(i / 7) // ties, in the order of ids
	}
	insert(t, c, docs...)
	slices.SortFunc(docs, func(a, b Doc) int {
		if n := a.At.Compare(b.At); n != 0 {
			return n
		}
		return compare(a.ID, b.ID)
	})
	up := ids(docs)
	down := slices.Clone(up)
	slices.Reverse(down)
	for _, limit := range []int{1, 7, 20, 59, 60, 61} {
		if limit == 1 && has(db, Slow) {
			continue
		}
		q := store.Query{Index: "by_place", Equal: []any{"a"}, Limit: limit}
		if got := walk(t, c, q); !slices.Equal(got, up) {
			t.Errorf("pages of %d gave %q, not %q", limit, got, up)
		}
		q.Desc = true
		if got := walk(t, c, q); !slices.Equal(got, down) {
			t.Errorf("pages of %d downwards gave %q, not %q", limit, got, down)
		}
	}
	if n := len(find(t, c, store.Query{Index: "by_place"}).Items); n != 20 {
		t.Errorf("a page without a limit has %d", n)
	}
	if first, err := c.First(t.Context(), store.Query{Index: "by_place", Equal: []any{"a"}, Desc: true}); err != nil || first.ID != down[0] {
		t.Errorf("the first is %q (%v)", first.ID, err)
	}
	// Without an equal value the walk runs over all values of the first field.
	if got := walk(t, c, store.Query{Index: "by_state", Limit: 9}); len(got) != 60 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 60 {
		t.Errorf("a walk along all states gave %d documents", len(got))
	}
}

func stablePaging(t *testing.T, db store.DB) {
	c := open(t, db)
	for _, desc := range []bool{false, true} {
		place := fmt.Sprint("desc ", desc)
		docs := some(40)
		for i := range docs {
			docs[i].ID, docs[i].Code, docs[i].Place = docs[i].ID+place, docs[i].Code+place, place
		}
		insert(t, c, docs...)
		q := store.Query{Index: "by_place", Equal: []any{place}, Desc: desc, Limit: 10}
		var seen []string
		for n := 0; ; n++ {
			page := find(t, c, q)
			seen = append(seen, ids(page.Items)...)
			if page.Next == "" {
				break
			}
			q.After = page.Next
			// The document the cursor stands on goes, one comes behind it.
			last := page.Items[len(page.Items)-1]
			if err := c.Delete(t.Context(), last.ID); err != nil {
				t.Fatal(err)
			}
			behind := doc(fmt.Sprint("behind", n, place))
			behind.Place, behind.At = place, minute(-1-n)
			if desc {
				behind.At = minute(1000 + n)
			}
			insert(t, c, behind)
		}
		if len(seen) != 40 || len(slices.Compact(slices.Sorted(slices.Values(seen)))) != 40 {
			t.Errorf("%s: the walk saw %d documents, not each of the 40 once: %q", place, len(seen), seen)
		}
	}
}

func ranges(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, some(12)...)
	at := func(from, to any, desc bool) store.Query {
		return store.Query{Index: "by_place", Equal: []any{"a"}, From: from, To: to, Desc: desc}
	}
	all := ids(find(t, c, at(nil, nil, false)).Items)
	found(t, c, at(minute(3), minute(6), false), all[3:6]...)
	found(t, c, at(minute(9), nil, false), all[9:]...)
	found(t, c, at(nil, minute(2), false), all[:2]...)
	found(t, c, at(minute(3), minute(5), true), all[4], all[3])
	found(t, c, at(minute(5), minute(5), false))
	found(t, c, at(minute(6), minute(5), false))
	found(t, c, at(minute(3).Add(time.Microsecond), minute(4), false), all[3]) // bounds are rounded as times are
	found(t, c, store.Query{Index: "by_place", Equal: []any{"a", minute(4)}}, all[4])
	found(t, c, store.Query{Index: "by_place", From: "a", To: "b", Limit: 2}, all[:2]...)
	found(t, c, store.Query{Index: "by_count", From: int32(3), To: 5}, all[3], all[4])
	q := at(minute(2), minute(10), true)
	q.Limit = 3
	want := slices.Clone(all[2:10])
	slices.Reverse(want)
	if got := walk(t, c, q); !slices.Equal(got, want) {
		t.Errorf("pages within bounds gave %q, not %q", got, want)
	}
	q.Desc = false
	if got := walk(t, c, q); !slices.Equal(got, all[2:10]) {
		t.Errorf("pages within bounds gave %q, not %q", got, all[2:10])
	}
	type named string
	found(t, c, store.Query{Index: "by_state", Equal: []any{named("open"), nil}, From: ptr(minute(7))}, all[7], all[10])
}

func primaryKey(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("p1:a"), doc("p1:b"), doc("p1:c"), doc("p10:a"), doc("p2:a"))
	found(t, c, store.Query{}, "p10:a", "p1:a", "p1:b", "p1:c", "p2:a")
	found(t, c, store.Query{Desc: true, Limit: 2}, "p2:a", "p1:c")
	found(t, c, store.Query{From: "p1:", To: "p1;"}, "p1:a", "p1:b", "p1:c")
	for _, desc := range []bool{false, true} {
		got := walk(t, c, store.Query{From: "p1:", To: "p1;", Limit: 1, Desc: desc})
		want := []string{"p1:a", "p1:b", "p1:c"}
		if desc {
			slices.Reverse(want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("walked %q", got)
		}
	}
}

func nils(t *testing.T, db store.DB) {
	c := open(t, db)
	one, two, three, four := doc("1"), doc("2"), doc("3"), doc("4")
	one.Maybe, one.Rank = "x", ptr(int64(-5))
	two.Maybe = "x"
	three.Rank = ptr(int64(7))
	insert(t, c, one, two, three, four)
	found(t, c, store.Query{Index: "by_maybe", Equal: []any{nil}}, "4", "3")
	found(t, c, store.Query{Index: "by_maybe", Equal: []any{nil, nil}}, "4")
	found(t, c, store.Query{Index: "by_maybe", Equal: []any{"x", (*int64)(nil)}}, "2")
	found(t, c, store.Query{Index: "by_maybe"}, "4", "3", "2", "1")
	found(t, c, store.Query{Index: "by_maybe", Desc: true}, "1", "2", "3", "4")
	found(t, c, store.Query{Index: "by_maybe", From: ""}, "2", "1") // a bound leaves out what has no value
	found(t, c, store.Query{Index: "by_maybe", To: "y"}, "2", "1")
	found(t, c, store.Query{Index: "by_maybe", Equal: []any{""}})
	for _, desc := range []bool{false, true} {
		want := []string{"4", "3", "2", "1"}
		if desc {
			slices.Reverse(want)
		}
		for limit := 1; limit <= 3; limit++ {
			if got := walk(t, c, store.Query{Index: "by_maybe", Desc: desc, Limit: limit}); !slices.Equal(got, want) {
				t.Errorf("pages of %d over missing values gave %q, not %q", limit, got, want)
			}
		}
	}
	nobody := openAs(t, db, store.Schema{Name: "absent", Indexes: []store.Index{{Name: "only", Fields: []string{"maybe"}, Unique: true}}})
	insert(t, nobody, doc("1"))
	err := nobody.Insert(t.Context(), doc("2"))
	if !exempt(t, db, AbsentIsNotUnique) {
		wantTaken(t, err, "only")
	}
}

func byteOrder(t *testing.T, db store.DB) {
	c := open(t, db)
	words := []string{"", "\x00", "\x00\x01", "\x01", " ", "A", "Z", "a", "a\x00", "a\x00\x00", "a\x00\xc3\xa9", "a\x01", "aa", "b", "z", "é", "ي", "ﻱ", "𝒂"}
	for i, w := range words {
		d := doc(fmt.Sprintf("w%02d", len(words)-i))
		d.Code = w
		insert(t, c, d)
	}
	var got []string
	for _, d := range find(t, c, store.Query{Index: "by_code", Limit: 100}).Items {
		got = append(got, d.Code)
	}
	if !slices.Equal(got, words) {
		t.Errorf("came in the order %q, not %q", got, words)
	}
	if n := len(walk(t, c, store.Query{Index: "by_code", Limit: 4, Desc: true})); n != len(words) {
		t.Errorf("pages held %d of %d", n, len(words))
	}
	for i, w := range words {
		found(t, c, store.Query{Index: "by_code", Equal: []any{w}}, fmt.Sprintf("w%02d", len(words)-i))
	}
}

func boolsAndTimes(t *testing.T, db store.DB) {
	c := open(t, db)
	no, yes, early := doc("no"), doc("yes"), doc("early")
	yes.Open = true
	yes.At = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	early.At, early.Count = time.Date(1912, 3, 30, 12, 0, 0, 1_500_000, time.UTC), -1
	insert(t, c, no, yes, early)
	found(t, c, store.Query{Index: "by_open"}, "early", "no", "yes")
	found(t, c, store.Query{Index: "by_open", To: true}, "early", "no")
	found(t, c, store.Query{Index: "by_open", Equal: []any{true}}, "yes")
	found(t, c, store.Query{Index: "by_place", Equal: []any{""}}, "yes", "early", "no")
	found(t, c, store.Query{Index: "by_place", Equal: []any{"", early.At}}, "early")
}

func multi(t *testing.T, db store.DB) {
	c := open(t, db)
	one, two, none, null := doc("one"), doc("two"), doc("none"), doc("null")
	one.Tags, one.At = []string{"youth", "women", "youth"}, minute(2)
	one.People = []Person{{"Amina", ""}, {"Hamid", ""}}
	two.Tags, two.At = []string{"women"}, minute(1)
	two.People = []Person{{"Amina", "deputy"}, {"Amina", ""}}
	none.Tags = []string{}
	insert(t, c, one, two, none, null)
	tagged := func(tag any) store.Query { return store.Query{Index: "by_tag", Equal: []any{tag}} }
	found(t, c, tagged("women"), "two", "one")
	found(t, c, tagged("youth"), "one")
	found(t, c, tagged("none"))
	found(t, c, tagged(nil), "null")
	found(t, c, store.Query{Index: "by_tag", Equal: []any{"women"}, From: minute(2)}, "one")
	if got := walk(t, c, store.Query{Index: "by_tag", Equal: []any{"women"}, Desc: true, Limit: 1}); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("pages gave %q", got)
	}
	found(t, c, store.Query{Index: "by_person", Equal: []any{"Amina"}}, "one", "two")
	found(t, c, store.Query{Index: "by_person", Equal: []any{"Hamid"}}, "one")
	if _, err := c.Update(t.Context(), "one", func(d *Doc) error { d.Tags = []string{"youth", "trees"}; return nil }); err != nil {
		t.Fatal(err)
	}
	found(t, c, tagged("women"), "two")
	found(t, c, tagged("trees"), "one")
	if _, err := c.Find(t.Context(), store.Query{Index: "by_tag"}); err == nil {
		t.Error("a list's index was walked without an element")
	}
	lists := openAs(t, db, store.Schema{Name: "lists", Indexes: []store.Index{{Name: "by_tag", Fields: []string{"tags"}}}})
	if err := lists.Insert(t.Context(), one); err == nil {
		t.Error("a list was accepted by an index that is not Multi")
	}
}

func dotted(t *testing.T, db store.DB) {
	c := open(t, db)
	for i := range 5 {
		d := doc(fmt.Sprint(i))
		d.Where.Map.Lat = int64(10 - i*3)
		insert(t, c, d)
	}
	found(t, c, store.Query{Index: "by_lat"}, "4", "3", "2", "1", "0")
	found(t, c, store.Query{Index: "by_lat", From: -2, To: 5}, "4", "3", "2")
}

func badQueries(t *testing.T, db store.DB) {
	c := open(t, db)
	for _, q := range []store.Query{
		{Index: "none"}, {Equal: []any{"x"}}, {Index: "by_place", Equal: []any{1, 2, 3}}, {Index: "by_code", Equal: []any{"x"}, From: "y"},
		{Limit: 1001}, {Limit: -1}, {Index: "by_place", From: 1, To: "x"}, {From: 3}, {Index: "by_place", Equal: []any{1.5}},
	} {
		_, err := c.Find(t.Context(), q)
		wantKind(t, err, fault.Internal)
	}
	other := store.Schema{Name: "never_opened"}
	if _, _, err := db.Find(t.Context(), other, store.Query{}); err != nil {
		wantKind(t, err, fault.Internal) // an adapter may also answer that it is empty
	}
}

func smuggling(t *testing.T, db store.DB) {
	c := open(t, db)
	secret := doc("secret")
	secret.Place = "hidden"
	dollar := doc("dollar")
	dollar.Place = "$ne"
	insert(t, c, secret, dollar)
	for _, v := range []any{
		bson.M{"$ne": ""}, bson.D{{Key: "$gt", Value: ""}}, map[string]any{"$exists": true}, bson.Regex{Pattern: ".*"},
		[]string{"hidden"}, bson.A{"hidden"}, bson.MinKey{}, struct{}{}, []byte("hidden"),
	} {
		if page, err := c.Find(t.Context(), store.Query{Index: "by_place", Equal: []any{v}}); err == nil {
			t.Errorf("%T was taken for a value and found %q", v, ids(page.Items))
		}
		if page, err := c.Find(t.Context(), store.Query{Index: "by_place", From: v}); err == nil {
			t.Errorf("%T was taken for a bound and found %q", v, ids(page.Items))
		}
	}
	found(t, c, store.Query{Index: "by_place", Equal: []any{`{"$ne": ""}`}})
	found(t, c, store.Query{Index: "by_place", Equal: []any{"$ne"}}, "dollar")
	_, err := c.Get(t.Context(), `{"$ne": ""}`)
	wantKind(t, err, fault.NotFound)
	if d, err := c.Update(t.Context(), "secret", func(d *Doc) error { d.Body = "$code"; d.Tags = []string{"$set"}; return nil }); err != nil || d.Body != "$code" {
		t.Errorf("a text with a dollar became %q (%v)", d.Body, err)
	}
	found(t, c, store.Query{Index: "by_tag", Equal: []any{"$set"}}, "secret")
}

func badCursors(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, some(9)...)
	q := store.Query{Index: "by_place", Equal: []any{"a"}, Limit: 3}
	good := find(t, c, q).Next
	bytes, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatalf("a cursor cannot stand in an address: %v", err)
	}
	for _, bad := range []string{"?", "AAAA", good + "=", good[:5], base64.RawURLEncoding.EncodeToString(bytes[:12]), "null", "' OR 1=1"} {
		q.After = bad
		_, err := c.Find(t.Context(), q)
		wantKind(t, err, fault.Invalid)
	}
	q.After = good
	q.Equal = []any{"b"}
	_, err = c.Find(t.Context(), q)
	wantKind(t, err, fault.Invalid)
	_, err = c.Find(t.Context(), store.Query{Index: "by_state", Equal: []any{"a"}, After: good})
	wantKind(t, err, fault.Invalid)
}
