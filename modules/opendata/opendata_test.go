package opendata

import (
	"context"
	"encoding/xml"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/web"
)

// piece is a page of a shelf.
type piece struct {
	path string
	at   time.Time
}

type shelf []piece

func (s shelf) Since(context.Context) (time.Time, error) {
	if len(s) == 0 {
		return time.Time{}, nil
	}
	return s[0].at, nil
}

func (s shelf) Between(_ context.Context, from, to time.Time, visit func(string, time.Time) error) error {
	for _, p := range s {
		if !p.at.Before(from) && p.at.Before(to) {
			if err := visit(p.path, p.at); err != nil {
				return err
			}
		}
	}
	return nil
}

var files = fstest.MapFS{
	"base.yaml": {Data: []byte("openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {}\ncomponents: {schemas: {Day: {type: string}}}\n")},
	"a.yaml":    {Data: []byte("paths: {/b.json: {get: {tags: [b], summary: s}}, /a.json: {get: {tags: [a], summary: t}}}\ncomponents: {schemas: {A: {type: object}}}\n")},
}

// ask asks the pages for a path.
func ask(t *testing.T, path string) (int, string) {
	t.Helper()
	words, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewFake(time.Date(2026, 3, 31, 23, 59, 0, 0, time.UTC))
	site := web.New(web.Options{PublicURL: "https://x.example"}, web.Parts{Words: words, Clock: now, Ident: ident.NewFake(1), Log: slog.New(slog.DiscardHandler)})
	h, err := NewPages(Parts{PublicURL: "https://x.example", Files: files, Always: func(context.Context) ([]string, error) { return []string{"", "/places"}, nil },
		Shelves: map[string]Shelf{"empty": shelf{}, "petitions": shelf{
			{"/petitions/1", time.Date(2025, 12, 31, 23, 59, 59, 0, time.UTC)},
			{"/petitions/2", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
			{"/petitions/3", time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)},
		}}})
	if err != nil {
		t.Fatal(err)
	}
	h.Routes(site)
	site.Finish()
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "x.example"
	res, err := site.App.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestTheMapHasAPartForEveryMonthSinceTheFirstPage(t *testing.T) {
	_, body := ask(t, "/sitemap.xml")
	var index struct {
		Parts []struct {
			Loc string `xml:"loc"`
		} `xml:"sitemap"`
	}
	if err := xml.Unmarshal([]byte(body), &index); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range index.Parts {
		got = append(got, strings.TrimPrefix(p.Loc, "https://x.example/sitemap/"))
	}
	want := []string{"pages.xml", "petitions-2025-12.xml", "petitions-2026-01.xml", "petitions-2026-02.xml", "petitions-2026-03.xml"}
	if !slices.Equal(got, want) {
		t.Errorf("the parts are %v", got)
	}
}

func TestAPageIsInTheMonthItCameToBeAndNamesItsTranslations(t *testing.T) {
	for part, want := range map[string]string{"petitions-2025-12": "/petitions/1", "petitions-2026-01": "/petitions/2", "petitions-2026-02": "", "petitions-2026-03": "/petitions/3"} {
		status, body := ask(t, "/sitemap/"+part+".xml")
		for _, path := range []string{"/petitions/1", "/petitions/2", "/petitions/3"} {
			n := 0
			if path == want {
				n = 3
			}
			if got := strings.Count(body, "<loc>https://x.example/"); status != 200 || path == want && got != 3 || strings.Count(body, "<lastmod>") != 3*min(1, len(want)) {
				t.Errorf("%s: %d, %d addresses", part, status, got)
			}
			if got := strings.Count(body, path+"</loc>"); got != n {
				t.Errorf("%s has %s %d times", part, path, got)
			}
			if got := strings.Count(body, `hreflang="fr" href="https://x.example/fr`+path+`"`); got != n {
				t.Errorf("%s names %d translations of %s", part, got, path)
			}
		}
	}
	for _, part := range []string{"petitions", "petitions-2026-13", "others-2026-01", "petitions-2026-1", "-2026-01"} {
		if status, _ := ask(t, "/sitemap/"+part+".xml"); status != 404 {
			t.Errorf("%s answers %d", part, status)
		}
	}
}

func TestRobotsAreKeptOffWhatIsNotForThemAndShownTheMap(t *testing.T) {
	_, body := ask(t, "/robots.txt")
	for _, want := range []string{"Disallow: /ar/me\n", "Disallow: /fr/desk\n", "Sitemap: https://x.example/sitemap.xml\n"} {
		if !strings.Contains(body, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(body, "/petitions") {
		t.Error("petitions are kept from search engines")
	}
}

func TestDescriptionsArePutTogetherAndClashesFound(t *testing.T) {
	doc, err := Document(files, "https://x.example")
	if err != nil {
		t.Fatal(err)
	}
	all := Endpoints(doc)
	if len(all) != 2 || all[0].Path != "/a.json" || all[0].Method != "GET" || all[1].Summary != "s" {
		t.Errorf("endpoints %+v", all)
	}
	if schemas := doc["components"].(map[string]any)["schemas"].(map[string]any); schemas["A"] == nil || schemas["Day"] == nil {
		t.Errorf("schemas %v", schemas)
	}
	for name, clash := range map[string]string{
		"a path twice":   "paths: {/a.json: {get: {}}}",
		"a schema twice": "components: {schemas: {Day: {type: integer}}}",
		"a title":        "info: {title: y}",
	} {
		more := fstest.MapFS{"base.yaml": files["base.yaml"], "a.yaml": files["a.yaml"], "z.yaml": {Data: []byte(clash)}}
		if _, err := Document(more, ""); err == nil {
			t.Errorf("%s is not found", name)
		}
	}
}
