package key

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"math"
	"slices"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// ordered lists values as MongoDB sorts them.
var ordered = []any{
	nil,
	int64(math.MinInt64), int64(-1), int64(0), int64(1), int64(255), int64(256), int64(math.MaxInt64),
	"", "\x00", "\x00\x00", "\x00\x01", "\x00\xfe", "\x01", "a", "a\x00", "a\x00b", "a\x01", "aa", "b", "é", "ي", "\xff", "\xff\xff",
	false, true,
	time.UnixMilli(math.MinInt64).UTC(), time.UnixMilli(-1).UTC(), time.UnixMilli(0).UTC(), time.UnixMilli(1).UTC(),
}

func TestBytesSortAsValuesDo(t *testing.T) {
	for i, a := range ordered {
		for j, b := range ordered {
			x, y := Append(nil, a), Append(nil, b)
			if got, want := bytes.Compare(x, y), cmp.Compare(i, j); got != want {
				t.Errorf("%#v and %#v compare as %d, not %d", a, b, got, want)
			}
			if i != j && bytes.HasPrefix(x, y) {
				t.Errorf("the bytes of %#v begin those of %#v", b, a)
			}
			if x[0] == above {
				t.Errorf("%#v begins with the byte above all", a)
			}
		}
	}
}

func TestValuesComeBackFromTheirBytes(t *testing.T) {
	all := Concat(ordered)
	for _, want := range ordered {
		got, rest, err := Decode(all)
		if err != nil || got != want {
			t.Fatalf("%#v came back as %#v (%v)", want, got, err)
		}
		all = rest
	}
	if len(all) > 0 {
		t.Errorf("%x is left over", all)
	}
}

func FuzzDecodingForeignBytesNeverPanics(f *testing.F) {
	for _, v := range ordered {
		f.Add(Append(nil, v))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, rest, err := Decode(b)
		if err != nil {
			return
		}
		if again := append(Append(nil, v), rest...); !bytes.Equal(again, b) {
			t.Errorf("%x was read as %#v, whose bytes are %x", b, v, again)
		}
	})
}

func FuzzStringsKeepTheirOrder(f *testing.F) {
	f.Add("a", "a\x00")
	f.Add("\x00\xff", "\x00")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got, want := bytes.Compare(Append(nil, a), Append(nil, b)), cmp.Compare(a, b); got != want {
			t.Errorf("%q and %q compare as %d, not %d", a, b, got, want)
		}
	})
}

func TestAnIndexTakesPlainValuesOnly(t *testing.T) {
	type state string
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_999_999, time.FixedZone("", 3600))
	for _, c := range []struct{ in, want any }{
		{state("open"), "open"}, {int(3), int64(3)}, {int32(-3), int64(-3)}, {uint16(3), int64(3)}, {true, true}, {(*string)(nil), nil},
		{at, time.Date(2026, 1, 2, 2, 4, 5, 6_000_000, time.UTC)}, {&at, time.Date(2026, 1, 2, 2, 4, 5, 6_000_000, time.UTC)}, {bson.DateTime(1), time.UnixMilli(1).UTC()},
	} {
		if got, err := Normalize(c.in); err != nil || got != c.want {
			t.Errorf("%#v became %#v (%v)", c.in, got, err)
		}
	}
	for _, v := range []any{1.5, uint64(1), []string{"a"}, bson.M{}, bson.D{}, map[string]any{}, struct{}{}, bson.ObjectID{}} {
		if got, err := Normalize(v); err == nil {
			t.Errorf("%#v became %#v", v, got)
		}
	}
}

func TestACursorFromOutsideItsQueryIsRefused(t *testing.T) {
	s := store.Schema{Name: "x", Indexes: []store.Index{{Name: "by", Fields: []string{"a", "b"}}}}
	cursor := func(values []any, id string) string {
		return base64.RawURLEncoding.EncodeToString(append(Concat(values), id...))
	}
	q := store.Query{Index: "by", Equal: []any{"p"}, From: 3, To: 6}
	for after, good := range map[string]bool{
		cursor([]any{"p", int64(3)}, "id"): true,
		cursor([]any{"p", int64(5)}, "id"): true,
		cursor([]any{"p", int64(6)}, "id"): false,
		cursor([]any{"p", int64(2)}, "id"): false,
		cursor([]any{"p", nil}, "id"):      false,
		cursor([]any{"p", "4"}, "id"):      false,
		cursor([]any{"q", int64(4)}, "id"): false,
		cursor([]any{"p", int64(4)}, ""):   false,
		cursor([]any{"p"}, ""):             false,
		"":                                 true,
	} {
		q.After = after
		_, err := NewPlan(s, q)
		if good && err != nil || !good && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q was answered %v", after, err)
		}
	}
}

func TestEntriesOfAList(t *testing.T) {
	entries := func(ix store.Index, doc bson.M) []string {
		raw, err := bson.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := Entries(raw, ix)
		if err != nil {
			return []string{"refused"}
		}
		var out []string
		for _, k := range keys {
			v, rest, err := Decode(k)
			if err != nil {
				t.Fatal(err)
			}
			s, ok := v.(string)
			if !ok {
				s = "nil"
			}
			if len(rest) > 0 {
				s += "+"
			}
			out = append(out, s)
		}
		return out
	}
	tags := store.Index{Name: "t", Fields: []string{"a.tags", "n"}, Multi: true}
	people := store.Index{Name: "p", Fields: []string{"people.name"}, Multi: true}
	for _, c := range []struct {
		ix   store.Index
		doc  bson.M
		want []string
	}{
		{tags, bson.M{"a": bson.M{"tags": bson.A{"y", "x", "y"}}}, []string{"x+", "y+"}},
		{tags, bson.M{"a": bson.M{"tags": bson.A{}}}, nil},
		{tags, bson.M{"a": bson.M{"tags": nil}}, []string{"nil+"}},
		{tags, bson.M{"a": 1}, []string{"nil+"}},
		{tags, bson.M{}, []string{"nil+"}},
		{tags, bson.M{"a": bson.M{"tags": "x"}}, []string{"x+"}},
		{tags, bson.M{"a": bson.M{"tags": bson.A{1.5}}}, []string{"refused"}},
		{tags, bson.M{"a": bson.M{"tags": bson.A{"x"}}, "n": bson.A{1}}, []string{"refused"}},
		{people, bson.M{"people": bson.A{bson.M{"name": "A"}, bson.M{"role": "r"}, bson.M{"name": "A"}}}, []string{"nil", "A"}},
		{people, bson.M{"people": bson.M{"name": "A"}}, []string{"A"}},
	} {
		if got := entries(c.ix, c.doc); !slices.Equal(got, c.want) {
			t.Errorf("%v of %v gave %q, not %q", c.ix.Fields, c.doc, got, c.want)
		}
	}
}
