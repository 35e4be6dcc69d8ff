package main

import (
	"strings"
	"testing"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/web"

	"github.com/PuerkitoBio/goquery"
)

// declares reports whether a page of this path is declared.
func declares(routes []web.Route, path string) bool {
	for _, r := range routes {
		if r.Method == "GET" && r.Localed && fits(strings.Split(r.Path, "/"), strings.Split(path, "/")) {
			return true
		}
	}
	return false
}

func fits(pattern, path []string) bool {
	if len(pattern) != len(path) {
		return false
	}
	for i, part := range pattern {
		if part != path[i] && !(strings.HasPrefix(part, ":") && path[i] != "") {
			return false
		}
	}
	return true
}

// TestLinksInTheGuidesLeadToPages reads the guides as everybody finds them and
// holds every link in them to the site map. Where one leads to a rule pack or
// to a country, the page is opened as well.
func TestLinksInTheGuidesLeadToPages(t *testing.T) {
	on := startPlatform(t, clock.System())
	visitor, checked := on.visitor(t), map[string]bool{}
	for _, lang := range web.Langs {
		todo := []string{"/guides", "/accessibility", "/privacy", "/contact", "/source"}
		for len(todo) > 0 {
			path := todo[0]
			todo = todo[1:]
			if checked[lang+path] {
				continue
			}
			checked[lang+path] = true
			page := visitor.get("/" + lang + path)
			if page.status != 200 {
				t.Errorf("/%s%s answers %d", lang, path, page.status)
				continue
			}
			page.Find("main a").Each(func(_ int, a *goquery.Selection) {
				target, _, _ := strings.Cut(a.AttrOr("href", ""), "#")
				target, ours := strings.CutPrefix(target, "/"+lang)
				switch {
				case !ours:
				case !declares(on.site.Routes(), target):
					t.Errorf("/%s%s leads to %s, where there is no page", lang, path, target)
				case strings.HasPrefix(target, "/guides"):
					todo = append(todo, target)
				case strings.HasPrefix(target, "/rules/"):
					if !checked[lang+target] && visitor.get("/"+lang+target).status != 200 {
						t.Errorf("/%s%s leads to %s, which does not open", lang, path, target)
					}
					checked[lang+target] = true
				}
			})
		}
	}
	if len(checked) < 3*12 {
		t.Errorf("only %d pages were read", len(checked))
	}
}
