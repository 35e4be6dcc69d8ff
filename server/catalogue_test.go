package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// notCatalogued are described addresses that are no data: what leads to data,
// what a map asks for as it is moved, and pictures and papers of one thing.
var notCatalogued = []string{"/openapi.json", "/robots.txt", "/sitemap", "/data", "/card.png", "/map.json", "/petition.pdf", "/open311/"}

// TestEveryDescribedFileStandsInTheCatalogueAndTheOtherWayRound holds the
// catalogue and config/openapi together.
func TestEveryDescribedFileStandsInTheCatalogueAndTheOtherWayRound(t *testing.T) {
	w, d := theWorld(t), described(t)
	named := map[string]bool{}
	unnamed := regexp.MustCompile(`\{(place|id|code)\}`)
	for _, set := range w.datasets() {
		for _, f := range set.Files {
			named[unnamed.ReplaceAllString(f.Path, "{}")] = true
		}
	}
	for path := range d.Paths.Map() {
		skip := false
		for _, part := range notCatalogued {
			skip = skip || strings.Contains(path, part)
		}
		plain := unnamed.ReplaceAllString(path, "{}")
		if !skip && !named[plain] {
			t.Errorf("%s is described and stands in no data set", path)
		}
		delete(named, plain)
	}
	for path := range named {
		t.Errorf("%s stands in a data set and is not described", path)
	}
}

// TestEveryFileOfTheCatalogueIsThere follows the links of the catalogue as a
// harvester does.
func TestEveryFileOfTheCatalogueIsThere(t *testing.T) {
	w := theWorld(t)
	type catalogue struct {
		Title []struct {
			Lang string `json:"@language"`
		} `json:"dct:title"`
		Parts []struct {
			ID string `json:"@id"`
		} `json:"dcat:catalog"`
		Sets []struct {
			ID       string         `json:"@id"`
			Licence  map[string]any `json:"dct:license"`
			Modified any            `json:"dct:modified"`
			Files    []struct {
				URL struct {
					ID string `json:"@id"`
				} `json:"dcat:downloadURL"`
				Type struct {
					ID string `json:"@id"`
				} `json:"dcat:mediaType"`
			} `json:"dcat:distribution"`
		} `json:"dcat:dataset"`
	}
	read := func(path string) (c catalogue) {
		t.Helper()
		s := w.askFor(t, asked{path: path})
		if err := json.Unmarshal([]byte(s.body), &c); err != nil || s.status != 200 || s.header.Get("Content-Type") != "application/ld+json; charset=utf-8" {
			t.Fatalf("%s: %d %v", path, s.status, err)
		}
		return c
	}
	whole := read("/data.jsonld")
	if len(whole.Title) != 3 || len(whole.Parts) == 0 || len(whole.Sets) < 5 || whole.Sets[0].Modified == nil {
		t.Errorf("%+v", whole)
	}
	files := 0
	for _, c := range []catalogue{whole, read("/data/" + town + ".jsonld")} {
		for _, set := range c.Sets {
			if set.Licence["@id"] == nil || !strings.Contains(set.ID, "#") {
				t.Errorf("%+v", set)
			}
			for _, f := range set.Files {
				files++
				s := w.askFor(t, asked{path: strings.TrimPrefix(f.URL.ID, w.settings.PublicURL)})
				kind, _, _ := strings.Cut(s.header.Get("Content-Type"), ";")
				if s.status != 200 || !strings.HasSuffix(f.Type.ID, "/"+kind) {
					t.Errorf("%s answers %d with %s, the catalogue says %s", f.URL.ID, s.status, kind, f.Type.ID)
				}
			}
		}
	}
	if files < 20 {
		t.Errorf("%d files", files)
	}
	if s := w.askFor(t, asked{path: "/data/nowhere.jsonld"}); s.status != 404 {
		t.Errorf("a catalogue of nowhere answers %d", s.status)
	}
}
