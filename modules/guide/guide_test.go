package guide

import (
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	lawfiles "musharaka/config/law"
	"musharaka/config/locales"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"

	"github.com/PuerkitoBio/goquery"
)

// shelf is a site with nothing but the guides.
type shelf struct {
	t     *testing.T
	site  *web.Site
	pages Pages
	words *i18n.Catalogues
}

func newShelf(t *testing.T, lawDir string) *shelf {
	t.Helper()
	words, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	packs, err := law.Load(lawfiles.Files, lawDir)
	if err != nil {
		t.Fatal(err)
	}
	site := web.New(web.Options{PublicURL: "https://participation.example", Production: true}, web.Parts{
		Words: words, Clock: clock.NewFake(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)), Ident: ident.NewFake(1), Log: slog.New(slog.DiscardHandler),
	})
	pages := Pages{Contact: "help@participation.example", Packs: packs, Refusals: []Refusal{
		{Label: "The matter is before a court"}, {Label: "The text is offensive", Hides: true},
	}}
	pages.Routes(site)
	site.Finish()
	return &shelf{t, site, pages, words}
}

// open returns a page as it is sent.
func (s *shelf) open(path string) (int, string) {
	s.t.Helper()
	res, err := s.site.App.Test(httptest.NewRequest("GET", path, nil), 10_000)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func (s *shelf) read(path string) *goquery.Document {
	s.t.Helper()
	status, body := s.open(path)
	if status != 200 {
		s.t.Fatalf("%s answers %d", path, status)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	return doc
}

// paths are all pages of the module, without the language.
func (s *shelf) paths() []string {
	list := []string{"/guides"}
	for _, g := range slices.Concat(guides, notices) {
		list = append(list, g.path)
	}
	for _, code := range s.pages.countries() {
		list = append(list, countryPath(code))
	}
	return list
}

var leftover = regexp.MustCompile(`\{[A-Za-z]\w*\}`)

func TestEveryGuideStandsInEveryLanguage(t *testing.T) {
	s := newShelf(t, "")
	for _, lang := range web.Langs {
		for _, path := range s.paths() {
			doc := s.read("/" + lang + path)
			if n := doc.Find("h1").Length(); n != 1 {
				t.Errorf("%s%s has %d h1", lang, path, n)
			}
			main := doc.Find("main").Text()
			if found := leftover.FindString(main); found != "" {
				t.Errorf("%s%s shows %s", lang, path, found)
			}
			if doc.Find("main h2").Length() == 0 {
				t.Errorf("%s%s has no sections", lang, path)
			}
			level := 1
			doc.Find("main h1, main h2, main h3").Each(func(_ int, h *goquery.Selection) {
				next := int(goquery.NodeName(h)[1] - '0')
				if next > level+1 {
					t.Errorf("%s%s skips a heading before %q", lang, path, h.Text())
				}
				level = next
			})
			doc.Find("main p, main li, main h2, main h3").Each(func(_ int, e *goquery.Selection) {
				if strings.TrimSpace(e.Text()) == "" {
					t.Errorf("%s%s has an empty %s", lang, path, goquery.NodeName(e))
				}
			})
		}
	}
}

// TestNoSentenceIsLeftInEnglish compares the pages sentence by sentence: what
// is the same in French and in English was not translated.
func TestNoSentenceIsLeftInEnglish(t *testing.T) {
	s := newShelf(t, "")
	sentences := func(path string) map[string]bool {
		set := map[string]bool{}
		s.read(path).Find("main p, main li, main h1, main h2, main h3, main dt").Each(func(_ int, e *goquery.Selection) {
			if text := strings.TrimSpace(e.Text()); e.Children().Length() == 0 && strings.Contains(text, " ") {
				set[text] = true
			}
		})
		return set
	}
	for _, path := range s.paths() {
		english := sentences("/en" + path)
		if len(english) == 0 {
			t.Errorf("%s has no sentence", path)
		}
		for _, lang := range []string{"ar", "fr"} {
			for text := range sentences("/" + lang + path) {
				if english[text] {
					t.Errorf("%s%s says in English %q", lang, path, text)
				}
			}
		}
	}
}

// TestLinksBetweenGuidesFindTheirSection follows every link that stays in the
// module, with its fragment. That the others lead to a page is held by
// server, which knows all routes.
func TestLinksBetweenGuidesFindTheirSection(t *testing.T) {
	s := newShelf(t, "")
	own := s.paths()
	for _, path := range own {
		doc := s.read("/fr" + path)
		ids := map[string]bool{}
		doc.Find("[id]").Each(func(_ int, e *goquery.Selection) {
			id := e.AttrOr("id", "")
			if ids[id] {
				t.Errorf("%s has two #%s", path, id)
			}
			ids[id] = true
		})
		doc.Find("main a").Each(func(_ int, a *goquery.Selection) {
			target, fragment, _ := strings.Cut(a.AttrOr("href", ""), "#")
			target = strings.TrimPrefix(target, "/fr")
			switch {
			case target == "" && !ids[fragment]:
				t.Errorf("%s leads to #%s, which is not there", path, fragment)
			case slices.Contains(own, target) && fragment != "" && s.read("/fr"+target).Find("#"+fragment).Length() != 1:
				t.Errorf("%s leads to %s#%s, which is not there", path, target, fragment)
			}
		})
	}
}

// TestNumbersComeFromThePacks changes a pack, and reads the changed numbers.
func TestNumbersComeFromThePacks(t *testing.T) {
	pack, err := lawfiles.Files.ReadFile("ma_commune.yaml")
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(pack), "signatures: 200,", "signatures: 237,", 1)
	changed = strings.Replace(changed, "{value: 3, unit: years,", "{value: 19, unit: years,", 1)
	changed = strings.Replace(changed, "value: 12\n      unit: months", "value: 29\n      unit: months", 1)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ma_commune.yaml"), []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	before, after := newShelf(t, ""), newShelf(t, dir)
	for path, number := range map[string]string{"/en/guides/law/ma": "237 signatures", "/en/guides/associations": "19 years", "/en/privacy": "29 months"} {
		if text := before.read(path).Find("main").Text(); strings.Contains(text, number) {
			t.Errorf("%s says %s whatever the pack says", path, number)
		}
		if text := after.read(path).Find("main").Text(); !strings.Contains(text, number) {
			t.Errorf("%s does not say %s", path, number)
		}
	}
}

// TestTheTextsQuoteNoNumber: a number in a sentence would stay when the law
// changes. The name of a standard is none of the law's.
func TestTheTextsQuoteNoNumber(t *testing.T) {
	digits := regexp.MustCompile(`\d`)
	for _, g := range slices.Concat(guides, notices) {
		for _, id := range append(g.messages(), g.title, g.short, g.lead) {
			if digits.MatchString(strings.NewReplacer("2.2", "", "Open311", "", "open311", "").Replace(id)) {
				t.Errorf("%s: %q", g.path, id)
			}
		}
	}
	for code, parts := range procedures {
		for _, id := range (guide{sections: []section{{parts: parts}}}).messages() {
			if digits.MatchString(id) {
				t.Errorf("%s: %q", code, id)
			}
		}
	}
}

// messages are all message ids of a guide's sections.
func (g guide) messages() []string {
	var ids []string
	for _, s := range g.sections {
		ids = append(ids, s.title)
		for _, p := range s.parts {
			ids = append(append(ids, p.text), p.points...)
			for _, x := range p.steps {
				ids = append(ids, x.title, x.text)
			}
			if p.note != nil {
				ids = append(ids, p.note.title, p.note.text)
			}
		}
	}
	return ids
}

func TestNumbersThatNobodyCheckedAreMarked(t *testing.T) {
	s := newShelf(t, "")
	for _, code := range s.pages.countries() {
		doc, marks, rules, platform := s.read("/en"+countryPath(code)), 0, 0, 0
		for _, pack := range s.pages.Packs.All() {
			if pack.Country != code {
				continue
			}
			for _, row := range pack.Thresholds(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)) {
				rules++
				switch {
				case row.Platform:
					platform++
				case !row.Verified:
					marks++
				}
			}
		}
		if got := doc.Find("main .summary .unverified").Length(); got < marks {
			t.Errorf("%s: %d marks, at least %d thresholds are unchecked", code, got, marks)
		}
		if got := doc.Find("main .summary .tag").Length(); got < platform {
			t.Errorf("%s: %d rules of the platform are named as such, there are at least %d", code, got, platform)
		}
		if rules == 0 {
			t.Errorf("%s shows no threshold", code)
		}
	}
}

func TestReasonsForRefusalAreThoseOfTheDesk(t *testing.T) {
	s := newShelf(t, "")
	lists := s.read("/fr/guides/councils").Find("section[aria-labelledby=refuse] ul")
	fr := s.words.Locale("fr", "")
	for i, label := range []string{"The matter is before a court", "The text is offensive"} {
		if got := strings.TrimSpace(lists.Eq(i).Text()); got != fr.T(label) {
			t.Errorf("list %d says %q, not %q alone", i+1, got, fr.T(label))
		}
	}
}

func TestTheOperatorCanBeReached(t *testing.T) {
	s := newShelf(t, "")
	for _, path := range []string{"/contact", "/source", "/accessibility", "/privacy"} {
		if s.read("/ar"+path).Find(`main a[href="mailto:help@participation.example"]`).Length() != 1 {
			t.Errorf("%s does not say how to write to the operator", path)
		}
	}
}

func TestGuidesAreKeptAndAreTheSameForEverybody(t *testing.T) {
	for odd, path := range map[string]string{
		"/ar/guides/citizens?from=somebody": "/ar/guides/citizens", "/fr/guides/law/MA": "/fr/guides/law/ma",
	} {
		s, fresh := newShelf(t, ""), newShelf(t, "")
		_, first := s.open(odd)
		_, second := s.open(path)
		_, alone := fresh.open(path)
		if first != alone || second != alone {
			t.Errorf("%s: the page depends on how somebody asked for it first", path)
		}
		if hits, misses := s.site.Pages.Counts(); hits != 1 || misses != 1 {
			t.Errorf("%s: %d from memory, %d rendered", path, hits, misses)
		}
	}
}

func TestACountryWithoutRulesHasNoPage(t *testing.T) {
	s := newShelf(t, "")
	for _, path := range []string{"/fr/guides/law/xx", "/fr/guides/law/TNx", "/fr/guides/nothing"} {
		if status, _ := s.open(path); status != 404 {
			t.Errorf("%s answers %d", path, status)
		}
	}
}
