package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestEveryFileIsFoundUnderItsHashedAddress(t *testing.T) {
	for _, name := range Names() {
		f, ok := Open(Asset(name))
		if !ok || !f.Immutable || len(f.Plain) == 0 {
			t.Errorf("%s: found %v, immutable %v, %d bytes", name, ok, f.Immutable, len(f.Plain))
		}
		if f.Type == "" {
			t.Errorf("%s has no content type", name)
		}
		if !strings.Contains(f.CacheControl(), "immutable") {
			t.Errorf("%s: Cache-Control %q", name, f.CacheControl())
		}
	}
}

func TestAnOlderReleasesAddressGivesThePresentFileWithoutKeepingIt(t *testing.T) {
	for _, address := range []string{"/static/app.0123456789.css", "/static/app.css"} {
		f, ok := Open(address)
		if !ok || f.Immutable || f.CacheControl() != "no-cache" {
			t.Errorf("%s: found %v, immutable %v, Cache-Control %q", address, ok, f.Immutable, f.CacheControl())
		}
	}
}

func TestUnknownAddressesAreNotFound(t *testing.T) {
	for _, address := range []string{"/static/", "/static/none.css", "/app.css", "/static/../static.go", "/static/app.0123456789.css.map", ""} {
		if _, ok := Open(address); ok {
			t.Errorf("%q was found", address)
		}
	}
}

func TestCompressedFormsGiveBackThePlainOne(t *testing.T) {
	f, _ := Open(Asset("app.css"))
	z, err := gzip.NewReader(bytes.NewReader(f.Gzip))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, f.Plain) {
		t.Errorf("gzip gives back %d bytes of %d, %v", len(got), len(f.Plain), err)
	}
	if got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(f.Brotli))); err != nil || !bytes.Equal(got, f.Plain) {
		t.Errorf("brotli gives back %d bytes of %d, %v", len(got), len(f.Plain), err)
	}
}

func TestStylesheetsMentionOnlyHashedAddresses(t *testing.T) {
	for _, name := range []string{"app.css", "fonts.css"} {
		f, _ := Open(Asset(name))
		rest := string(f.Plain)
		for {
			_, after, ok := strings.Cut(rest, "url(")
			if !ok {
				break
			}
			address, tail, _ := strings.Cut(after, ")")
			if g, ok := Open(address); !ok || !g.Immutable {
				t.Errorf("%s mentions %s", name, address)
			}
			rest = tail
		}
	}
}

// A petition's page is promised in 14 KB, stylesheet included, and the font in
// about 13 KB a weight.
func TestFilesStayWithinTheirBudgets(t *testing.T) {
	budgets := map[string]int{
		"app.css":                    6 << 10,
		"app.js":                     2 << 10,
		"fonts.css":                  512,
		"fonts/arabic-regular.woff2": 14 << 10,
		"fonts/arabic-bold.woff2":    14 << 10,
	}
	for name, budget := range budgets {
		f, ok := Open(Asset(name))
		if !ok {
			t.Fatalf("%s is missing", name)
		}
		size := len(f.Brotli)
		if f.Brotli == nil {
			size = len(f.Plain)
		}
		t.Logf("%s: %d bytes", name, size)
		if size > budget {
			t.Errorf("%s is %d bytes, its budget is %d", name, size, budget)
		}
	}
}

// The stylesheet serves Chrome 88 and both directions.
func TestTheStylesheetKeepsToItsFloor(t *testing.T) {
	f, _ := Open(Asset("app.css"))
	css := string(f.Plain)
	for _, word := range []string{"@layer", ":dir(", ":has(", "letter-spacing", "margin-left", "margin-right", "padding-left", "padding-right", "text-align:left", "text-align: left", "text-align: right", "float:", "border-start-start", "!ie", "data:"} {
		if strings.Contains(css, word) {
			t.Errorf("app.css uses %s", word)
		}
	}
}
