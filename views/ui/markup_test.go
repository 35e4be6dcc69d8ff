package ui_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"musharaka/views/ui"
)

func TestEveryPageHasOneHeadingAndNoLevelIsSkipped(t *testing.T) {
	everyStory(t, func(t *testing.T, _ string, doc *goquery.Document) {
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("there are %d h1", n)
		}
		if doc.Find("main h1").Length() != 1 {
			t.Error("the h1 is not in main")
		}
		last := 1
		doc.Find("main h1, main h2, main h3, main h4").Each(func(_ int, h *goquery.Selection) {
			level := int(goquery.NodeName(h)[1] - '0')
			if level > last+1 && h.Closest(".messages").Length() == 0 {
				t.Errorf("h%d %q follows h%d", level, h.Text(), last)
			}
			last = level
		})
	})
}

func TestEveryFieldHasItsLabelAndWhatDescribesItIsThere(t *testing.T) {
	everyStory(t, func(t *testing.T, _ string, doc *goquery.Document) {
		doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, f *goquery.Selection) {
			id, _ := f.Attr("id")
			label := doc.Find(`label[for="` + id + `"]`)
			if id == "" || label.Length() != 1 || strings.TrimSpace(label.Text()) == "" {
				t.Errorf("the field %q has %d labels", f.AttrOr("name", "?"), label.Length())
			}
		})
		ids := map[string]bool{}
		doc.Find("[id]").Each(func(_ int, e *goquery.Selection) {
			if id := e.AttrOr("id", ""); id == "" || ids[id] {
				t.Errorf("the id %q is empty or used twice", id)
			} else {
				ids[id] = true
			}
		})
		for _, attr := range []string{"aria-describedby", "aria-labelledby", "for", "list"} {
			doc.Find("[" + attr + "]").Each(func(_ int, e *goquery.Selection) {
				for _, id := range strings.Fields(e.AttrOr(attr, "")) {
					if !ids[id] {
						t.Errorf("%s names %q, which is not there", attr, id)
					}
				}
			})
		}
		doc.Find(`a[href^="#"]`).Each(func(_ int, a *goquery.Selection) {
			if id := strings.TrimPrefix(a.AttrOr("href", ""), "#"); id != "" && !ids[id] {
				t.Errorf("the link %q leads to #%s, which is not there", a.Text(), id)
			}
		})
		doc.Find("fieldset").Each(func(_ int, f *goquery.Selection) {
			if strings.TrimSpace(f.ChildrenFiltered("legend").Text()) == "" {
				t.Error("a fieldset has no legend")
			}
		})
	})
}

func TestEverythingOneCanPressSaysWhatItDoes(t *testing.T) {
	everyStory(t, func(t *testing.T, _ string, doc *goquery.Document) {
		doc.Find("a, button, summary").Each(func(_ int, e *goquery.Selection) {
			if strings.TrimSpace(e.Text()+e.AttrOr("aria-label", "")) == "" {
				t.Errorf("a %s to %q has no words", goquery.NodeName(e), e.AttrOr("href", ""))
			}
		})
		doc.Find("img:not([alt]), nav:not([aria-label]), table:not(:has(caption)), html:not([lang]), html:not([dir])").Each(func(_ int, e *goquery.Selection) {
			t.Errorf("a %s has no name", goquery.NodeName(e))
		})
		doc.Find("svg:not([aria-hidden])").Each(func(_ int, e *goquery.Selection) {
			if e.AttrOr("role", "") != "img" || e.AttrOr("aria-label", "") == "" {
				t.Error("a drawing is read out")
			}
		})
	})
}

// The content security policy forbids all of these.
func TestNothingIsInline(t *testing.T) {
	everyStory(t, func(t *testing.T, _ string, doc *goquery.Document) {
		doc.Find("[style], style, script:not([src])").Each(func(_ int, e *goquery.Selection) {
			t.Errorf("a %s is inline or has inline style", goquery.NodeName(e))
		})
		doc.Find("*").Each(func(_ int, e *goquery.Selection) {
			for _, a := range e.Nodes[0].Attr {
				if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") || strings.HasPrefix(a.Val, "about:") {
					t.Errorf("a %s has %s=%q", e.Nodes[0].Data, a.Key, a.Val)
				}
			}
		})
	})
}

var (
	void  = []string{"meta", "link", "input", "br", "img", "rect", "path", "hr"}
	block = []string{"p", "div", "ul", "ol", "dl", "table", "form", "fieldset", "h1", "h2", "h3", "section", "nav", "aside", "header", "footer", "main", "details"}
	// within says which elements may stand directly in one that has rules of its own.
	within = map[string][]string{
		"ul": {"li"}, "ol": {"li"}, "dl": {"div", "dt", "dd"}, "table": {"caption", "thead", "tbody"},
		"thead": {"tr"}, "tbody": {"tr"}, "tr": {"th", "td"}, "select": {"option", "optgroup"}, "optgroup": {"option"},
	}
	phrasing = []string{"p", "h1", "h2", "h3", "span", "a", "label", "button", "b", "strong", "small", "bdi", "cite", "dt", "caption"}
)

// The browser repairs wrong nesting in silence and then styles what it made of
// it; so the tags are read here as they are written.
func TestElementsNestAsTheStandardSays(t *testing.T) {
	everyStory(t, func(t *testing.T, page string, _ *goquery.Document) {
		var open []string
		z := html.NewTokenizer(strings.NewReader(page))
		for {
			kind := z.Next()
			if kind == html.ErrorToken {
				if !errors.Is(z.Err(), io.EOF) {
					t.Fatal(z.Err())
				}
				break
			}
			token := z.Token()
			switch kind {
			case html.StartTagToken:
				nests(t, open, token.Data)
				if !slices.Contains(void, token.Data) {
					open = append(open, token.Data)
				}
			case html.EndTagToken:
				if slices.Contains(void, token.Data) && (len(open) == 0 || open[len(open)-1] != token.Data) {
					continue // </rect> closes what was never opened here
				}
				if len(open) == 0 || open[len(open)-1] != token.Data {
					t.Fatalf("</%s> closes %v", token.Data, open)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Errorf("left open: %v", open)
		}
	})
}

// nests checks one element against those around it.
func nests(t *testing.T, open []string, name string) {
	t.Helper()
	if len(open) == 0 {
		return
	}
	parent := open[len(open)-1]
	if allowed, has := within[parent]; has && !slices.Contains(allowed, name) {
		t.Errorf("<%s> stands in <%s>", name, parent)
	}
	if slices.Contains(block, name) {
		for _, around := range open {
			if slices.Contains(phrasing, around) && !(parent == "legend") {
				t.Errorf("<%s> stands in %v", name, open)
				break
			}
		}
	}
	if name == "a" || name == "button" || name == "input" {
		for _, around := range []string{"a", "button"} {
			if slices.Contains(open, around) {
				t.Errorf("<%s> stands in <%s>", name, around)
			}
		}
	}
	if name == "form" && slices.Contains(open, "form") {
		t.Error("a form stands in a form")
	}
}

func TestAPageLoadsTheSheetsAndScriptsItNames(t *testing.T) {
	page := framed(english{}, "Page", "/page")
	page.Asset = func(name string) string { return "/static/" + name }
	page.Sheets, page.Scripts = []string{"desk.css"}, []string{"map.js"}
	var b strings.Builder
	if err := ui.Layout(page).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<link rel="stylesheet" href="/static/desk.css">`, `<script type="module" src="/static/map.js">`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is not in the head", want)
		}
	}
}
