package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func roundTrip(t *testing.T, db store.DB) {
	c := open(t, db)
	full := Doc{
		Meta: store.Meta{ID: "full"}, Place: "القصر الكبير", State: "l'été \"œuvre\" \x01", Code: "", Maybe: "here",
		Rank: ptr(int64(math.MinInt64)), Open: true, At: time.Date(2026, 2, 28, 23, 59, 59, 999_999_999, time.FixedZone("", 3600)),
		Tags: []string{"b", "a", "b", ""}, People: []Person{{"Amina", "agent"}, {"Ḥāmid", ""}}, Count: math.MaxInt64,
		Counts: map[string]int64{"x": -1}, Share: 0.1, Small: math.MinInt32, Bytes: []byte{0, 255}, Body: strings.Repeat("نص ", 3000),
	}
	full.Where.Name, full.Where.Map.Lat = "here", -7
	insert(t, c, full)
	got, err := c.Get(t.Context(), "full")
	if err != nil {
		t.Fatal(err)
	}
	want := full
	want.Version = 1
	want.At = time.Date(2026, 2, 28, 22, 59, 59, 999_000_000, time.UTC)
	got.At = got.At.UTC()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("came back as\n%+v\nnot\n%+v", got, want)
	}
	empty := Doc{Meta: store.Meta{ID: "empty"}, Code: "another", Tags: []string{}}
	insert(t, c, empty)
	got, err = c.Get(t.Context(), "empty")
	if err != nil {
		t.Fatal(err)
	}
	if got.Tags == nil || len(got.Tags) != 0 || got.Rank != nil || !got.At.IsZero() || got.Maybe != "" || got.Bytes != nil {
		t.Errorf("empty values came back as %+v", got)
	}
}

func missing(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("there"))
	_, err := c.Get(t.Context(), "none")
	wantKind(t, err, fault.NotFound)
	_, err = c.First(t.Context(), store.Query{Index: "by_place", Equal: []any{"none"}})
	wantKind(t, err, fault.NotFound)
	_, err = c.Increment(t.Context(), "none", map[string]int64{"count": 1})
	wantKind(t, err, fault.NotFound)
	_, err = c.Update(t.Context(), "none", func(*Doc) error { return nil })
	wantKind(t, err, fault.NotFound)
	wantKind(t, c.Delete(t.Context(), "none"), fault.NotFound)
	raw := mustMarshal(t, Doc{Meta: store.Meta{ID: "none", Version: 2}})
	wantKind(t, db.Replace(t.Context(), schema.Name, "none", 1, raw), fault.NotFound)
	some, err := c.GetMany(t.Context(), []string{"there", "none", "there"})
	if err != nil || len(some) != 1 || some["there"].Code != "code of there" {
		t.Errorf("GetMany answered %v, %v", some, err)
	}
	if some, err := c.GetMany(t.Context(), nil); err != nil || len(some) != 0 {
		t.Errorf("GetMany of nothing answered %v, %v", some, err)
	}
}

func mustMarshal(t *testing.T, d Doc) bson.Raw {
	t.Helper()
	raw, err := bson.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func oddIDs(t *testing.T, db store.DB) {
	c := open(t, db)
	odd := []string{
		"عريضة:١٢", `it's "quoted"`, "back\\slash", "$where", "a.b.c", "a/b?c#d", "100%", "tab\tnew\nline", "' OR 1=1 --",
		"🌳", "é", "e\u0301", "A", "a", " ", "null", "0", strings.Repeat("x", 512), "\u200f", "%00",
	}
	for _, id := range odd {
		if err := c.Insert(t.Context(), doc(id)); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
	many, err := c.GetMany(t.Context(), odd)
	if err != nil || len(many) != len(odd) {
		t.Errorf("GetMany found %d of %d (%v)", len(many), len(odd), err)
	}
	for _, id := range odd {
		if d, err := c.Increment(t.Context(), id, map[string]int64{"count": 1}); err != nil || d.ID != id {
			t.Errorf("%q came back as %q: %v", id, d.ID, err)
		}
		found(t, c, store.Query{Index: "by_code", Equal: []any{"code of " + id}}, id)
	}
	var walked []string
	err = c.Each(t.Context(), store.Query{Limit: 3}, func(d Doc) error { walked = append(walked, d.ID); return nil })
	want := slices.Sorted(slices.Values(odd))
	if err != nil || !slices.Equal(walked, want) {
		t.Errorf("the walk gave %q (%v)", walked, err)
	}
	for _, id := range odd {
		if err := c.Delete(t.Context(), id); err != nil {
			t.Errorf("deleting %q: %v", id, err)
		}
	}
}

func badIDs(t *testing.T, db store.DB) {
	c := open(t, db)
	for _, id := range []string{"a\x00b", "\x00", strings.Repeat("x", 513), "\xff\xfe"} {
		wantKind(t, c.Insert(t.Context(), doc(id)), fault.Invalid)
		_, err := c.Get(t.Context(), id)
		wantKind(t, err, fault.NotFound)
	}
	if err := c.Insert(t.Context(), doc("")); err == nil {
		t.Error("an empty id was accepted")
	}
	if n, err := c.Count(t.Context(), store.Query{}); n != 0 || err != nil {
		t.Errorf("%d documents are there (%v)", n, err)
	}
}

func taken(t *testing.T, db store.DB) {
	c := open(t, db)
	first := doc("one")
	first.Body = "first"
	insert(t, c, first)
	again := doc("one")
	again.Code = "free"
	wantTaken(t, c.Insert(t.Context(), again), "_id")
	wantTaken(t, c.Insert(t.Context(), doc("one")), "_id") // both are taken
	other := doc("two")
	other.Code = first.Code
	wantTaken(t, c.Insert(t.Context(), other), "by_code")
	if got, err := c.Get(t.Context(), "one"); err != nil || got.Body != "first" || got.Version != 1 {
		t.Errorf("the first is now %+v (%v)", got, err)
	}
	_, err := c.Get(t.Context(), "two")
	wantKind(t, err, fault.NotFound)
	if err := c.Delete(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	if err := c.Insert(t.Context(), other); err != nil {
		t.Errorf("a value that was freed is still taken: %v", err)
	}
}

func takenByUpdate(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("one"), doc("two"))
	_, err := c.Update(t.Context(), "two", func(d *Doc) error { d.Code = "code of one"; return nil })
	if err == nil {
		t.Fatal("a taken value was accepted")
	}
	if !exempt(t, db, UniqueUpdateWithoutCode) {
		wantTaken(t, err, "by_code")
	}
	if d, err := c.Get(t.Context(), "two"); err != nil || d.Code != "code of two" || d.Version != 1 {
		t.Errorf("it is now %+v (%v)", d, err)
	}
	if _, err := c.Update(t.Context(), "two", func(d *Doc) error { d.Body = "same code"; return nil }); err != nil {
		t.Errorf("keeping one's own value: %v", err)
	}
}

func batch(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("old"))
	stolen, twin, lateTwin := doc("stolen"), doc("twin"), doc("twin")
	stolen.Code, lateTwin.Code = "code of old", "late"
	sameCode := doc("same code")
	sameCode.Code = "code of new1"
	dups, err := c.InsertMany(t.Context(), []Doc{doc("new1"), doc("old"), twin, stolen, lateTwin, sameCode, doc("new2")})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(dups, func(a, b store.Duplicate) int { return a.Position - b.Position })
	want := []store.Duplicate{
		{Position: 1, ID: "old", Index: "_id"}, {Position: 3, ID: "stolen", Index: "by_code"},
		{Position: 4, ID: "twin", Index: "_id"}, {Position: 5, ID: "same code", Index: "by_code"},
	}
	if !slices.Equal(dups, want) {
		t.Errorf("named %+v, not %+v", dups, want)
	}
	found(t, c, store.Query{}, "new1", "new2", "old", "twin")
	if dups, err := c.InsertMany(t.Context(), nil); err != nil || dups != nil {
		t.Errorf("an empty batch answered %v, %v", dups, err)
	}
	many := some(1500)
	for i := range many {
		many[i].ID, many[i].Code = "m"+many[i].ID, "m"+many[i].Code
	}
	if has(db, Slow) {
		many = many[:120]
	}
	insert(t, c, many...)
	dups, err = c.InsertMany(t.Context(), many)
	if err != nil || len(dups) != len(many) {
		t.Errorf("a repeat named %d of %d duplicates (%v)", len(dups), len(many), err)
	}
}

func update(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("it"))
	d, err := c.Update(t.Context(), "it", func(d *Doc) error {
		d.Meta = store.Meta{ID: "another", Version: 99} // is not the update's to change
		d.Place = "moved"
		return nil
	})
	if err != nil || d.ID != "it" || d.Version != 2 || d.Place != "moved" {
		t.Fatalf("answered %+v, %v", d, err)
	}
	found(t, c, store.Query{Index: "by_place", Equal: []any{"moved"}}, "it")
	found(t, c, store.Query{Index: "by_place", Equal: []any{""}})
	mine := errors.New("mine")
	if _, err := c.Update(t.Context(), "it", func(d *Doc) error { d.Place = "no"; return mine }); err != mine {
		t.Errorf("the change's own error came back as %v", err)
	}
	same, err := c.Update(t.Context(), "it", func(d *Doc) error { d.Place = "no"; return store.ErrUnchanged })
	if err != nil || same.Place != "moved" {
		t.Errorf("answered %+v, %v", same, err)
	}
	if d, err := c.Get(t.Context(), "it"); err != nil || d.Version != 2 || d.Place != "moved" {
		t.Errorf("it is now %+v (%v)", d, err)
	}
	runs := 0
	d, err = c.Update(t.Context(), "it", func(d *Doc) error {
		if runs++; runs == 1 { // somebody else is faster
			if _, err := c.Increment(context.Background(), "it", map[string]int64{"count": 10}); err != nil {
				t.Fatal(err)
			}
		}
		d.Count++
		return nil
	})
	if err != nil || runs != 2 || d.Count != 11 || d.Version != 4 {
		t.Errorf("after %d runs it is %+v (%v)", runs, d, err)
	}
}

func replaceVersion(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("it"))
	next := doc("it")
	next.Version = 3
	err := db.Replace(t.Context(), schema.Name, "it", 2, mustMarshal(t, next))
	wantKind(t, err, fault.Conflict)
	if !errors.Is(err, store.ErrVersion) {
		t.Errorf("%v does not say that the version is another", err)
	}
	if err := db.Replace(t.Context(), schema.Name, "it", 1, mustMarshal(t, next)); err == nil {
		t.Error("a version was left out")
	}
	if err := db.Replace(t.Context(), schema.Name, "other", 2, mustMarshal(t, next)); err == nil {
		t.Error("a document was written under another's id")
	}
	next.Version = 2
	if err := db.Replace(t.Context(), schema.Name, "it", 1, mustMarshal(t, next)); err != nil {
		t.Error(err)
	}
}

func increment(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("it"), doc("still"))
	for _, by := range []map[string]int64{{"count": 5}, {"count": -2, "counts.new": 4, "where.map.lat": 7}, {"small": 1}} {
		if _, err := c.Increment(t.Context(), "it", by); err != nil {
			t.Fatal(err)
		}
	}
	d, err := c.Increment(t.Context(), "it", map[string]int64{"counts.new": 1, "counts.0x-1": 1})
	if err != nil || d.Version != 5 || d.Count != 3 || d.Where.Map.Lat != 7 || d.Small != 1 || d.Counts["new"] != 5 || d.Counts["0x-1"] != 1 {
		t.Fatalf("answered %+v, %v", d, err)
	}
	if d.Code != "code of it" || !d.At.Equal(minute(0)) {
		t.Errorf("other fields changed: %+v", d)
	}
	found(t, c, store.Query{Index: "by_count", Equal: []any{3}}, "it")
	found(t, c, store.Query{Index: "by_count", Equal: []any{0}}, "still")
	found(t, c, store.Query{Index: "by_lat", From: 1}, "it")
}

func incrementRefused(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("it"))
	for _, path := range []string{"code", "rank", "tags", "code.x", "_id", "v", "", "a..b", "$inc", "tags.0"} {
		if _, err := c.Increment(t.Context(), "it", map[string]int64{"count": 1, path: 1}); err == nil {
			t.Errorf("%q was incremented", path)
		}
	}
	if d, err := c.Get(t.Context(), "it"); err != nil || d.Version != 1 || d.Count != 0 {
		t.Errorf("it is now %+v (%v)", d, err)
	}
}

func deletes(t *testing.T, db store.DB) {
	c := open(t, db)
	tagged := doc("it")
	tagged.Tags = []string{"a", "b"}
	insert(t, c, tagged)
	err := db.Delete(t.Context(), schema.Name, "it", 2)
	wantKind(t, err, fault.Conflict)
	if !errors.Is(err, store.ErrVersion) {
		t.Errorf("%v does not say that the version is another", err)
	}
	if err := db.Delete(t.Context(), schema.Name, "it", 1); err != nil {
		t.Fatal(err)
	}
	found(t, c, store.Query{})
	found(t, c, store.Query{Index: "by_tag", Equal: []any{"a"}})
	found(t, c, store.Query{Index: "by_place"})
}

// crowd runs act in n goroutines at once and returns their errors.
func crowd(n int, act func(i int) error) []error {
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			errs[i] = act(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}

func counters(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("hot"), doc("cold"))
	const writers = 64
	each := 25
	if has(db, Slow) {
		each = 3
	}
	errs := crowd(writers, func(i int) error {
		for range each {
			if _, err := c.Increment(t.Context(), "hot", map[string]int64{"count": 1, fmt.Sprintf("counts.w%d", i): 1}); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	d, err := c.Get(t.Context(), "hot")
	if err != nil || d.Count != int64(writers*each) || len(d.Counts) != writers || d.Version != int64(writers*each+1) {
		t.Errorf("counted %d of %d, %d writers, version %d (%v)", d.Count, writers*each, len(d.Counts), d.Version, err)
	}
	var lost int
	for _, err := range crowd(writers, func(int) error {
		_, err := c.Update(t.Context(), "cold", func(d *Doc) error { d.Count++; return nil })
		return err
	}) {
		if fault.Is(err, fault.Conflict) {
			lost++ // gave up, and said so
		} else if err != nil {
			t.Error(err)
		}
	}
	d, err = c.Get(t.Context(), "cold")
	if err != nil || d.Count != int64(writers-lost) || d.Version != d.Count+1 {
		t.Errorf("%d updates of %d arrived, %d gave up, version %d (%v)", d.Count, writers, lost, d.Version, err)
	}
}

func oneWins(t *testing.T, db store.DB) {
	c := open(t, db)
	won := 0
	for _, err := range crowd(64, func(i int) error {
		d := doc("only")
		d.Code = fmt.Sprint(i)
		return c.Insert(t.Context(), d)
	}) {
		if err == nil {
			won++
		} else {
			wantTaken(t, err, "_id")
		}
	}
	if won != 1 {
		t.Errorf("%d succeeded", won)
	}
	won = 0
	for _, err := range crowd(64, func(i int) error {
		d := doc(fmt.Sprint(i))
		d.Code = "only one code"
		return c.Insert(t.Context(), d)
	}) {
		if err == nil {
			won++
		} else {
			wantTaken(t, err, "by_code")
		}
	}
	if won != 1 {
		t.Errorf("%d succeeded with one code", won)
	}
}

func bigDocuments(t *testing.T, db store.DB) {
	c := open(t, db)
	big := doc("big")
	big.Body = strings.Repeat("مشاركة ", 700_000) // about 9 MB
	if err := c.Insert(t.Context(), big); err != nil {
		t.Fatal(err)
	}
	got, err := c.Get(t.Context(), "big")
	if err != nil || got.Body != big.Body {
		t.Errorf("came back with %d bytes, not %d (%v)", len(got.Body), len(big.Body), err)
	}
	big.ID, big.Body = "bigger", strings.Repeat("x", 16<<20)
	wantKind(t, c.Insert(t.Context(), big), fault.TooLarge)
	_, err = c.Update(t.Context(), "big", func(d *Doc) error { d.Body = big.Body; return nil })
	wantKind(t, err, fault.TooLarge)
	found(t, c, store.Query{}, "big")
}

func contexts(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("it"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantKind(t, c.Insert(ctx, doc("late")), fault.Unavailable)
	_, err := c.InsertMany(ctx, []Doc{doc("late")})
	wantKind(t, err, fault.Unavailable)
	_, err = c.Increment(ctx, "it", map[string]int64{"count": 1})
	wantKind(t, err, fault.Unavailable)
	_, err = c.Update(ctx, "it", func(d *Doc) error { d.Count++; return nil })
	wantKind(t, err, fault.Unavailable)
	wantKind(t, c.Delete(ctx, "it"), fault.Unavailable)
	_, err = c.Get(ctx, "it")
	wantKind(t, err, fault.Unavailable)
	_, err = c.Find(ctx, store.Query{})
	wantKind(t, err, fault.Unavailable)
	if err := db.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	found(t, c, store.Query{}, "it")
	if d, err := c.Get(t.Context(), "it"); err != nil || d.Version != 1 {
		t.Errorf("it is now %+v (%v)", d, err)
	}
}

func closed(t *testing.T, db store.DB) {
	c := open(t, db)
	insert(t, c, doc("it"))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	wantKind(t, c.Insert(t.Context(), doc("late")), fault.Unavailable)
	_, err := c.Get(t.Context(), "it")
	wantKind(t, err, fault.Unavailable)
	wantKind(t, db.Ping(t.Context()), fault.Unavailable)
	if err := db.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}
