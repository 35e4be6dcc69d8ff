package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func migration(t *testing.T, db store.DB) {
	before := store.Schema{Name: "moving", Indexes: []store.Index{
		{Name: "by_place", Fields: []string{"place"}},
		{Name: "by_state", Fields: []string{"state", "at"}},
		{Name: "gone", Fields: []string{"count"}},
	}}
	c := openAs(t, db, before)
	docs := some(30)
	insert(t, c, docs...)
	after := store.Schema{Name: "moving", Indexes: []store.Index{
		{Name: "by_place", Fields: []string{"place", "at"}}, // changed
		{Name: "by_state", Fields: []string{"state", "at"}}, // as it was
		{Name: "by_code", Fields: []string{"code"}, Unique: true},
		{Name: "by_tag", Fields: []string{"tags"}, Multi: true},
	}}
	openAs(t, db, after)
	c = openAs(t, db, after) // once more: nothing is left to do
	found(t, c, store.Query{Index: "by_place", Equal: []any{"a"}, From: minute(28)}, docs[28].ID, docs[29].ID)
	found(t, c, store.Query{Index: "by_state", Equal: []any{"open"}, To: minute(5)}, docs[1].ID, docs[4].ID)
	found(t, c, store.Query{Index: "by_code", Equal: []any{"c7"}}, docs[7].ID)
	if _, err := c.Find(t.Context(), store.Query{Index: "gone"}); err == nil {
		t.Error("an index that is no longer declared can be asked")
	}
	wantTaken(t, c.Insert(t.Context(), Doc{Meta: store.Meta{ID: "new"}, Code: "c7"}), "by_code")
	after.Indexes[2].Unique = false
	c = openAs(t, db, after)
	if err := c.Insert(t.Context(), Doc{Meta: store.Meta{ID: "new"}, Code: "c7"}); err != nil {
		t.Errorf("the index is no longer unique, and yet: %v", err)
	}
	if findings, err := db.Verify(t.Context(), after, false); err != nil || len(findings) > 0 {
		t.Errorf("verify found %q (%v)", findings, err)
	}
}

func refusal(t *testing.T, db store.DB) {
	plain := store.Schema{Name: "twins", Indexes: []store.Index{{Name: "by_state", Fields: []string{"state"}}}}
	c := openAs(t, db, plain)
	docs := some(9)
	docs[4].Code = "c2"
	insert(t, c, docs...)
	unique := store.Schema{Name: "twins", Indexes: []store.Index{{Name: "only_code", Fields: []string{"code"}, Unique: true}}}
	_, err := store.Open[Doc](t.Context(), db, unique)
	if err == nil {
		t.Fatal("a unique index over duplicates was accepted")
	}
	for _, part := range []string{"twins", "only_code"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the refusal does not name %q: %v", part, err)
		}
	}
	if !strings.Contains(err.Error(), docs[4].ID) && !strings.Contains(err.Error(), "c2") {
		t.Errorf("the refusal gives no example: %v", err)
	}
	found(t, c, store.Query{Index: "by_state", Equal: []any{"draft"}, Limit: 1}, docs[0].ID)
	if err := c.Delete(t.Context(), docs[4].ID); err != nil {
		t.Fatal(err)
	}
	c = openAs(t, db, unique)
	found(t, c, store.Query{Index: "only_code", Equal: []any{"c2"}}, docs[2].ID)
}

func badSchemas(t *testing.T, db store.DB) {
	for _, s := range []store.Schema{
		{}, {Name: "With Space"}, {Name: `x"; DROP TABLE y`}, {Name: "system.users"},
		{Name: "a", Indexes: []store.Index{{Name: "x"}}},
		{Name: "a", Indexes: []store.Index{{Name: "", Fields: []string{"f"}}}},
		{Name: "a", Indexes: []store.Index{{Name: "x", Fields: []string{"$f"}}}},
		{Name: "a", Indexes: []store.Index{{Name: "x", Fields: []string{"f", "f"}}}},
		{Name: "a", Indexes: []store.Index{{Name: "x", Fields: []string{"f"}}, {Name: "x", Fields: []string{"g"}}}},
	} {
		if err := db.Ensure(t.Context(), s); err == nil {
			t.Errorf("%+v was accepted", s)
		}
	}
}

func restore(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("old"))
	changed, added := doc("old"), doc("added")
	changed.Version, changed.Place = 7, "restored"
	added.Version = 3
	if err := db.Restore(t.Context(), schema.Name, []bson.Raw{mustMarshal(t, changed), mustMarshal(t, added)}); err != nil {
		t.Fatal(err)
	}
	for id, version := range map[string]int64{"old": 7, "added": 3} {
		if d, err := c.Get(t.Context(), id); err != nil || d.Version != version {
			t.Errorf("%s came back as %+v (%v)", id, d, err)
		}
	}
	found(t, c, store.Query{Index: "by_place", Equal: []any{"restored"}}, "old")
	var raws []bson.Raw
	for i := range 130 {
		d := doc(fmt.Sprint("many", i))
		d.Version = 1
		raws = append(raws, mustMarshal(t, d))
	}
	for _, name := range []string{"restored_first", schema.Name} {
		if err := db.Restore(t.Context(), name, raws); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Restore(t.Context(), schema.Name, nil); err != nil {
		t.Error(err)
	}
	names, err := db.Collections(t.Context())
	if err != nil || !slices.Equal(names, []string{"restored_first", schema.Name}) {
		t.Errorf("the collections are %q (%v)", names, err)
	}
	first := openAs(t, db, store.Schema{Name: "restored_first", Indexes: []store.Index{{Name: "by_code", Fields: []string{"code"}, Unique: true}}})
	found(t, first, store.Query{Index: "by_code", Equal: []any{"code of many99"}}, "many99")
	if n, err := first.Count(t.Context(), store.Query{}); err != nil || n != 130 {
		t.Errorf("%d documents are there (%v)", n, err)
	}
	thief := doc("thief")
	thief.Code, thief.Version = "code of old", 1
	if !exempt(t, db, UniqueUpdateWithoutCode) {
		wantKind(t, db.Restore(t.Context(), schema.Name, []bson.Raw{mustMarshal(t, thief)}), fault.Conflict)
	}
}

func verify(t *testing.T, db store.DB) {
	c := open(t, db)
	docs := some(30)
	for i := range docs {
		docs[i].Tags = []string{"x", docs[i].State}
	}
	insert(t, c, docs...)
	for i := range 10 {
		if _, err := c.Increment(t.Context(), docs[i].ID, map[string]int64{"count": 100}); err != nil {
			t.Fatal(err)
		}
		if err := c.Delete(t.Context(), docs[29-i].ID); err != nil {
			t.Fatal(err)
		}
	}
	for _, repair := range []bool{false, true} {
		if findings, err := db.Verify(t.Context(), schema, repair); err != nil || len(findings) > 0 {
			t.Errorf("verify found %q (%v)", findings, err)
		}
	}
	found(t, c, store.Query{Index: "by_count", From: 100, Limit: 3}, docs[0].ID, docs[1].ID, docs[2].ID)
}
