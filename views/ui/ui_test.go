package ui_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"

	"musharaka/config/locales"
	"musharaka/modules/kit/i18n"
	"musharaka/static"
	"musharaka/views/ui"
)

// voices are the three languages, speaking through the real catalogues of the
// frame; those of the modules are no business of these tests.
func voices(t *testing.T) []ui.Translator {
	t.Helper()
	ours := fstest.MapFS{}
	for _, pattern := range []string{"*/common.po", "*/kit.po"} {
		files, err := fs.Glob(locales.FS, pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: found %v, %v", pattern, files, err)
		}
		for _, name := range files {
			data, err := fs.ReadFile(locales.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			ours[name] = &fstest.MapFile{Data: data}
		}
	}
	c, err := i18n.Load(ours)
	if err != nil {
		t.Fatal(err)
	}
	return []ui.Translator{c.Locale("ar", "TN"), c.Locale("fr", "TN"), c.Locale("en", "")}
}

// everyStory renders each story in each language and hands it on.
func everyStory(t *testing.T, check func(t *testing.T, html string, doc *goquery.Document)) {
	t.Helper()
	for _, tr := range voices(t) {
		for _, s := range stories {
			t.Run(s.name+"-"+tr.Lang(), func(t *testing.T) {
				var b bytes.Buffer
				if err := s.page(tr).Render(context.Background(), &b); err != nil {
					t.Fatal(err)
				}
				doc, err := goquery.NewDocumentFromReader(bytes.NewReader(b.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				check(t, b.String(), doc)
			})
		}
	}
}

// With MUSHARAKA_STORIES set to a folder, the stories are written there as
// pages, with the static files beside them, to be looked at in a browser:
//
//	MUSHARAKA_STORIES=/tmp/stories go test ./views/ui -run TestStoriesCanBeLookedAt
//	cd /tmp/stories && python3 -m http.server
func TestStoriesCanBeLookedAt(t *testing.T) {
	dir := os.Getenv("MUSHARAKA_STORIES")
	if dir == "" {
		t.Skip("set MUSHARAKA_STORIES to a folder to get the stories as pages")
	}
	write := func(name string, body []byte) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range static.Names() {
		f, _ := static.Open(static.Asset(name))
		write(strings.TrimPrefix(static.Asset(name), "/"), f.Plain)
	}
	for _, tr := range voices(t) {
		for _, s := range stories {
			var b bytes.Buffer
			if err := s.page(tr).Render(context.Background(), &b); err != nil {
				t.Fatal(err)
			}
			write(s.name+"-"+tr.Lang()+".html", b.Bytes())
		}
	}
}
