package web

import (
	"fmt"
	"testing"
	"time"
)

func TestAFileIsDrawnOnceForEachChange(t *testing.T) {
	s, at := newSite(t, Options{})
	shelf, drawn, stamp, count := NewDrawings(1<<20), 0, "1", "5"
	s.Get("/poster", Public, func(c *Ctx) error {
		return shelf.Send(c, Drawing{Key: "poster", Stamp: stamp, Count: count, Age: time.Minute, Type: "text/plain", Cache: "no-cache", Name: "a.txt", Draw: func() ([]byte, error) {
			drawn++
			return []byte(fmt.Sprint(c.Locale.Lang(), stamp, count)), nil
		}})
	})
	want := func(lang, body string, times int) {
		t.Helper()
		if res, got := ask(t, s, "GET", "/"+lang+"/poster"); got != body || drawn != times || res.Header.Get("Content-Disposition") != `inline; filename="a.txt"` {
			t.Errorf("%q was answered after %d drawings: %v", got, drawn, res.Header)
		}
	}
	want("fr", "fr15", 1)
	want("fr", "fr15", 1)
	want("ar", "ar15", 2)
	count = "6"
	want("fr", "fr15", 2) // the count may be behind
	at.Advance(time.Minute)
	want("fr", "fr16", 3)
	stamp = "2"
	want("fr", "fr26", 4) // a change may not
	res, _ := ask(t, s, "GET", "/fr/poster")
	if res, body := ask(t, s, "GET", "/fr/poster", "If-None-Match", res.Header.Get("ETag")); res.StatusCode != 304 || body != "" {
		t.Errorf("known already, and yet %d %q", res.StatusCode, body)
	}
}

func TestTheMemoryOfDrawingsIsBounded(t *testing.T) {
	x := NewDrawings(32 << 20)
	for i := range 100 {
		x.keep(&drawn{key: fmt.Sprint(i), body: make([]byte, 1<<20)})
	}
	if x.bytes > x.limit || len(x.kept) != x.recent.Len() || len(x.kept) != 32 || x.kept["99"] == nil || x.kept["0"] != nil {
		t.Errorf("%d files of %d bytes are kept", len(x.kept), x.bytes)
	}
	x.keep(&drawn{key: "99"})
	if x.bytes != (len(x.kept)-1)<<20 {
		t.Errorf("%d bytes are counted for %d files", x.bytes, len(x.kept))
	}
	if x.Clear(); x.bytes != 0 || len(x.kept) != 0 || x.recent.Len() != 0 {
		t.Error("something is left")
	}
}
