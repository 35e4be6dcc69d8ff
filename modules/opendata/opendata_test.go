package opendata

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
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
	day := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	h, err := NewPages(Parts{Publishers: towns{{ID: "town", Names: map[string]string{"ar": "بلدية <x>", "fr": "Ville"}}}, Datasets: []Dataset{
		{Key: "all", Title: "Petitions", Text: "Nothing is published here yet", Frequency: Daily, Files: []File{{Format: "CSV", Path: "/{lang}/all.csv", Standard: "https://standard.example"}, {Format: "JSON", Path: "/one/{id}.json", One: true}},
			Span: func(context.Context, string) (Span, error) { return Span{day, day.AddDate(0, 1, 0)}, nil }},
		{Key: "of-town", Title: "Petitions", Text: "Nothing is published here yet", Frequency: Continuous, Local: true, Files: []File{{Format: "JSON", Path: "/{place}.json"}}},
	}, PublicURL: "https://x.example", Files: files, Always: func(context.Context) ([]string, error) { return []string{"", "/places"}, nil },
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

// towns are the publishers of the tests.
type towns []Publisher

func (t towns) Publishers(context.Context) ([]Publisher, error) { return t, nil }

func TestTheCatalogueSaysInDCATWhatThereIs(t *testing.T) {
	var whole, local map[string]any
	for path, into := range map[string]*map[string]any{"/data.jsonld": &whole, "/data/town.jsonld": &local} {
		status, body := ask(t, path)
		if err := json.Unmarshal([]byte(body), into); err != nil || status != 200 {
			t.Fatalf("%s: %d %v", path, status, err)
		}
	}
	sets := whole["dcat:dataset"].([]any)
	if len(sets) != 1 || len(local["dcat:dataset"].([]any)) != 1 || local["dcat:catalog"] != nil || len(whole["dcat:catalog"].([]any)) != 1 {
		t.Fatalf("%v\n%v", whole, local)
	}
	set := sets[0].(map[string]any)
	for field, want := range map[string]string{"dct:issued": "2026-02-01T00:00:00Z", "dct:modified": "2026-03-01T00:00:00Z", "dct:accrualPeriodicity": "frequency/DAILY", "dct:license": "opendatacommons.org", "dct:temporal": "2026-02-01"} {
		if got, err := json.Marshal(set[field]); err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%s is %s", field, got)
		}
	}
	files := set["dcat:distribution"].([]any)
	if len(files) != 3 { // one for each language; nothing for what has many
		t.Errorf("%d files", len(files))
	}
	if f := files[1].(map[string]any); f["@id"] != "https://x.example/fr/all.csv" || !strings.Contains(fmt.Sprint(f), "language/FRA") || !strings.Contains(fmt.Sprint(f), "https://standard.example") || !strings.Contains(fmt.Sprint(f), "text/csv") {
		t.Errorf("%v", f)
	}
	if status, _ := ask(t, "/data/elsewhere.jsonld"); status != 404 {
		t.Errorf("elsewhere answers %d", status)
	}
	status, page := ask(t, "/fr/data?place=town")
	if status != 200 || strings.Contains(page, "<x>") || !strings.Contains(page, `application/ld+json`) || !strings.Contains(page, `href="/town.json"`) || !strings.Contains(page, `/fr/data?place=town`) {
		t.Errorf("%d %s", status, page)
	}
	if status, _ := ask(t, "/ar/data?place=%3Cscript%3E"); status != 404 {
		t.Errorf("a place that is none answers %d", status)
	}
}

func TestADataSetThatIsNotWholeIsFoundAtTheStart(t *testing.T) {
	whole := Dataset{Key: "a", Title: "t", Text: "t", Frequency: Daily, Files: []File{{Format: "CSV", Path: "/a.csv"}}}
	if err := checkDatasets([]Dataset{whole}); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Dataset){
		"no key": func(d *Dataset) { d.Key = "A b" }, "no words": func(d *Dataset) { d.Text = "" }, "no frequency": func(d *Dataset) { d.Frequency = "NOW" }, "no file": func(d *Dataset) { d.Files = nil },
		"an unknown form": func(d *Dataset) { d.Files = []File{{Format: "X", Path: "/a.exe"}} }, "a file of no place": func(d *Dataset) { d.Local = true },
	} {
		d := whole
		if spoil(&d); checkDatasets([]Dataset{d}) == nil {
			t.Errorf("%s is not found", name)
		}
	}
	if checkDatasets([]Dataset{whole, whole}) == nil {
		t.Error("a data set that is there twice is not found")
	}
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
