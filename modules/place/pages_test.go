package place

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	lawfiles "musharaka/config/law"
	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

type people map[string]auth.Actor

func (p people) Actor(_ context.Context, id string) (auth.Actor, error) {
	if a, ok := p[id]; ok {
		return a, nil
	}
	return auth.Actor{}, fault.New(fault.NotFound, "")
}

// shelf shows one petition to whatever authority is asked for.
type shelf struct{}

func (shelf) OfAuthority(c *web.Ctx, place string, limit int) ([]ui.CardSpec, error) {
	return []ui.CardSpec{{Title: "A lit street in " + place, Href: c.URL("/petitions/x")}}, nil
}

// town is a site with the pages of places.
type town struct {
	t        *testing.T
	site     *web.Site
	service  *Service
	sessions *auth.Sessions
	files    *file.Service
}

func newTown(t *testing.T) *town {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	words, err := i18n.Load(locales.FS)
	must(t, err)
	log, err := audit.Open(t.Context(), db)
	must(t, err)
	packs, err := law.Load(lawfiles.Files, "")
	must(t, err)
	now := clock.NewFake(monday)
	sessions, err := auth.OpenSessions(t.Context(), db, now, ident.NewFake(3))
	must(t, err)
	service, err := Open(t.Context(), Parts{DB: db, Table: load(t), Packs: packs, Log: log, Clock: now})
	must(t, err)
	site := web.New(web.Options{PublicURL: "http://localhost:3000"}, web.Parts{
		Words: words, Sessions: sessions, Clock: now, Ident: ident.NewFake(4), Log: slog.New(slog.DiscardHandler),
		People: people{"salma": salma, "hedi": officer, "ines": desk, "amal": citizen},
	})
	blobs, err := file.OpenDisk(t.TempDir())
	must(t, err)
	files, err := file.Open(t.Context(), db, blobs, now, ident.NewFake(5))
	must(t, err)
	NewPages(service, shelf{}, files).Routes(site)
	site.Finish()
	return &town{t, site, service, sessions, files}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *town) ask(person, method, path string, typed url.Values) (int, string, *goquery.Document) {
	w.t.Helper()
	var body io.Reader
	if typed != nil {
		body = strings.NewReader(typed.Encode())
	}
	r := httptest.NewRequest(method, path, body)
	r.Host = "localhost:3000"
	if typed != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if person != "" {
		token, err := w.sessions.Start(w.t.Context(), person, "demo", "test")
		must(w.t, err)
		r.Header.Set("Cookie", "session="+token)
	}
	res, err := w.site.App.Test(r, -1)
	must(w.t, err)
	defer res.Body.Close()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	must(w.t, err)
	return res.StatusCode, res.Header.Get("Location"), doc
}

func (w *town) see(path string) *goquery.Document {
	w.t.Helper()
	status, _, doc := w.ask("", "GET", path, nil)
	if status != http.StatusOK {
		w.t.Fatalf("%s answers %d", path, status)
	}
	return doc
}

func mainText(doc *goquery.Document) string {
	return strings.Join(strings.Fields(doc.Find("main").Text()), " ")
}

func expect(t *testing.T, what, text string, wanted ...string) {
	t.Helper()
	for _, s := range wanted {
		if !strings.Contains(text, s) {
			t.Errorf("%s does not say %q", what, s)
		}
	}
}

func TestEveryPublicPageIsWholeInThreeLanguages(t *testing.T) {
	w := newTown(t)
	for _, lang := range web.Langs {
		for _, path := range []string{"/places", "/places?q=tanger", "/places?q=zzzzzz", "/places/ma-1", "/places/ma-1331", "/places/ma-1511010", "/places/ma-13310103",
			"/places/tn-17", "/places/tn-1714", "/rules/ma_region", "/rules/ma_province", "/rules/ma_commune", "/rules/tn_municipality", "/rules/default"} {
			doc := w.see("/" + lang + path)
			if n := doc.Find("h1").Length(); n != 1 {
				t.Errorf("%s%s has %d h1", lang, path, n)
			}
			if got, _ := doc.Find("html").Attr("lang"); !strings.HasPrefix(got, lang) {
				t.Errorf("%s%s is in %q", lang, path, got)
			}
			if text := mainText(doc); strings.Contains(text, "{") || strings.Contains(text, "0001") {
				t.Errorf("%s%s shows a placeholder or the zero time", lang, path)
			}
			doc.Find("main a").Each(func(_ int, a *goquery.Selection) {
				if href, _ := a.Attr("href"); href == "" || strings.TrimSpace(a.Text()) == "" {
					t.Errorf("%s%s: a link without address or words: %q", lang, path, href)
				}
			})
		}
	}
}

func TestAnAuthoritysPageShowsEachNumberWithItsSource(t *testing.T) {
	w := newTown(t)
	text := mainText(w.see("/en/places/ma-1"))
	expect(t, "the region's page", text, "Tangier-Tetouan-Al Hoceima", "طنجة-تطوان-الحسيمة", "500 signatures", "At least 25 from each of its 8 prefectures and provinces",
		"article 120–122, Organic law 111-14 on regions", "Official sources disagree:", "at least 600 voters", "2 months", "Regional council", "4 030 222 inhabitants", "census of 2024", "Larache")
	text = mainText(w.see("/en/places/ma-1511010"))
	expect(t, "the divided commune's page", text, "400 signatures", "Not yet checked against the official journal.", "3 months", "Communal council", "Arrondissements")
	text = mainText(w.see("/en/places/tn-1714"))
	expect(t, "the municipality's page", text, "100 signatures", "Rule of the platform, not of the law", "There is no legal number", "Officer in charge of the general secretariat",
		"estimate of 2019", "What a petition to this authority means", "A lit street in tn-1714")
	if strings.Contains(text, "ouncil decides") || strings.Contains(text, "Municipal council") {
		t.Error("a body is called a council that is none")
	}
}

func TestEveryNumberOnARulesPageHasASource(t *testing.T) {
	w := newTown(t)
	for _, name := range []string{"ma_region", "ma_province", "ma_commune", "tn_municipality", "default"} {
		doc := w.see("/en/rules/" + name)
		doc.Find("dl.summary > div").Each(func(_ int, row *goquery.Selection) {
			if row.Find(".source").Length() == 0 {
				t.Errorf("%s: %q has no source", name, strings.TrimSpace(row.Find("dt").Text()))
			}
		})
		if n := doc.Find("dl.summary > div").Length(); n < 6 {
			t.Errorf("%s shows %d numbers", name, n)
		}
	}
	expect(t, "the region's rules", mainText(w.see("/en/rules/ma_region")), "March, July and October", "Fewer than 1 000 000 inhabitants", "More than 3 000 000 inhabitants", "in force since 23 July 2015", "CNDP", "LM123456", "10 days", "5%")
	expect(t, "the municipality's rules", mainText(w.see("/en/rules/tn_municipality")), "No law sets these numbers", "INPDP", "Special delegation")
}

func TestFindingAMunicipality(t *testing.T) {
	w := newTown(t)
	doc := w.see("/ar/places?q=" + url.QueryEscape("منزل بورقيبه"))
	if href, _ := doc.Find("main table a").First().Attr("href"); href != "/ar/places/tn-1714" {
		t.Errorf("leads to %q", href)
	}
	if n := w.see("/fr/places").Find("ul.tiles li").Length(); n != 36 {
		t.Errorf("%d regions and governorates, want 36", n)
	}
	if n := w.see("/fr/places/tn-17").Find("main table tbody tr").Length(); n != 17 {
		t.Errorf("%d municipalities of the governorate, want 17", n)
	}
	status, to, _ := w.ask("", "GET", "/fr/places/ma-15110103", nil)
	if status != http.StatusSeeOther || to != "/fr/places/ma-1511010" {
		t.Errorf("an arrondissement answers %d and leads to %q", status, to)
	}
	for _, path := range []string{"/fr/places/ma-999999", "/fr/places/zz", "/fr/rules/none", "/places/tn-17/accent.css"} {
		if status, _, _ := w.ask("", "GET", path, nil); status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, status)
		}
	}
}

func TestAnOfficerKeepsTheEntry(t *testing.T) {
	w := newTown(t)
	desk := "/fr/desk/places/tn-1714"
	for person, want := range map[string]int{"": http.StatusSeeOther, "amal": http.StatusForbidden, "hedi": http.StatusOK, "ines": http.StatusOK, "salma": http.StatusOK} {
		if status, _, _ := w.ask(person, "GET", desk, nil); status != want && !(person == "" && (status == http.StatusFound || status == http.StatusUnauthorized)) {
			t.Errorf("%q is answered %d, want %d", person, status, want)
		}
	}
	if status, _, _ := w.ask("hedi", "GET", "/fr/desk/places/tn-1117", nil); status != http.StatusForbidden {
		t.Errorf("an officer opens another authority's desk: %d", status)
	}
	status, to, _ := w.ask("hedi", "POST", desk+"/contact", url.Values{"function_ar": {"مكتب العرائض"}, "function_fr": {"Bureau des pétitions"}, "phone": {"+٢١٦ 72 123 456"}, "mail": {"petitions@example.tn"}, "address_ar": {"نهج 1\nمنزل بورقيبة"}})
	if status != http.StatusSeeOther || to != desk {
		t.Errorf("saved with %d, to %q", status, to)
	}
	expect(t, "the public page", mainText(w.see("/fr/places/tn-1714")), "Bureau des pétitions", "نهج 1", "+216 72 123 456", "petitions@example.tn")
	expect(t, "the public page in Arabic", mainText(w.see("/ar/places/tn-1714")), "مكتب العرائض")

	if status, _, _ := w.ask("hedi", "POST", desk+"/privacy", url.Values{"receipt": {"18-0042"}, "retention_ar": {"خمس سنوات"}}); status != http.StatusSeeOther {
		t.Errorf("saved with %d", status)
	}
	expect(t, "the public page", mainText(w.see("/fr/places/tn-1714")), "18-0042", "خمس سنوات")

	status, _, doc := w.ask("hedi", "POST", desk+"/contact", url.Values{"function_fr": {"x"}, "mail": {"no mail"}, "phone": {"12"}})
	if status != http.StatusUnprocessableEntity || doc.Find("[role=alert] a").Length() != 2 {
		t.Errorf("wrong contact: %d, %d mistakes linked", status, doc.Find("[role=alert] a").Length())
	}
	if v, _ := doc.Find("input[name=mail]").Attr("value"); v != "no mail" {
		t.Errorf("what was typed is lost: %q", v)
	}
}

func TestAnOfficerSaysWhoDecides(t *testing.T) {
	w := newTown(t)
	desk := "/fr/desk/places/tn-1714"
	status, _, _ := w.ask("hedi", "POST", desk+"/body", url.Values{"kind": {"special_delegation"}, "since-day": {"1"}, "since-month": {"9"}, "since-year": {"2026"}, "note_ar": {"قرار عدد 12"}})
	if status != http.StatusSeeOther {
		t.Errorf("saved with %d", status)
	}
	expect(t, "the public page", mainText(w.see("/fr/places/tn-1714")), "Délégation spéciale", "قرار عدد 12", "1er septembre 2026")
	for name, typed := range map[string]url.Values{
		"a kind that is none":       {"kind": {"king"}},
		"no kind":                   {},
		"a body of another level":   {"kind": {"regional_council"}},
		"a day that does not exist": {"kind": {"council"}, "since-day": {"31"}, "since-month": {"2"}, "since-year": {"2026"}},
		"a day to come":             {"kind": {"council"}, "since-day": {"31"}, "since-month": {"12"}, "since-year": {"2026"}},
	} {
		status, _, doc := w.ask("hedi", "POST", desk+"/body", typed)
		if status != http.StatusUnprocessableEntity || doc.Find("[role=alert]").Length() != 1 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status, _, _ := w.ask("ines", "POST", desk+"/body", url.Values{}); status != http.StatusForbidden {
		t.Errorf("the front desk changes who decides: %d", status)
	}
}

func TestAnAdministratorLetsAnAuthorityTakePart(t *testing.T) {
	w := newTown(t)
	desk := "/en/desk/places/tn-1714"
	if status, _, _ := w.ask("hedi", "POST", desk+"/activate", url.Values{}); status != http.StatusForbidden {
		t.Errorf("an officer does: %d", status)
	}
	if status, _, _ := w.ask("salma", "POST", desk+"/activate", url.Values{}); status != http.StatusSeeOther {
		t.Errorf("answered %d", status)
	}
	text := mainText(w.see("/en/places/tn-1714"))
	expect(t, "the public page", text, "Takes part here")
	if strings.Contains(text, "What a petition to this authority means") {
		t.Error("an active authority is shown as inactive")
	}
	if status, _, _ := w.ask("salma", "POST", desk+"/deactivate", url.Values{"reason": {""}}); status != http.StatusUnprocessableEntity {
		t.Errorf("ended without a reason: %d", status)
	}
	if status, _, _ := w.ask("salma", "POST", desk+"/deactivate", url.Values{"reason": {"The agreement ended."}}); status != http.StatusSeeOther {
		t.Errorf("answered %d", status)
	}
	_, _, doc := w.ask("salma", "GET", desk, nil)
	expect(t, "the desk", mainText(doc), "The authority ceased to take part", "The agreement ended.")
}

func TestAnAuthoritysColourIsAStylesheet(t *testing.T) {
	w := newTown(t)
	desk := "/en/desk/places/tn-1714"
	if status, _, _ := w.ask("hedi", "POST", desk+"/look", url.Values{"accent": {"#ffffff"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("white on white: %d", status)
	}
	if status, _, _ := w.ask("hedi", "POST", desk+"/look", url.Values{"accent": {"#7A1F5C"}}); status != http.StatusSeeOther {
		t.Errorf("answered %d", status)
	}
	if _, err := w.service.Activate(t.Context(), auth.System, "tn-1714"); err != nil {
		t.Fatal(err)
	}
	if n := w.see("/en/places/tn-1714").Find(`head link[href^="/places/tn-1714/accent.css"]`).Length(); n != 1 {
		t.Error("the page does not carry its colour")
	}
	expect(t, "the stylesheet", w.see("/places/tn-1714/accent.css").Text(), "--accent:#7a1f5c")
}

// send sends a file in a form.
func (w *town) send(person, path, field, name string, data []byte) int {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, name)
	must(w.t, err)
	_, err = part.Write(data)
	must(w.t, err)
	must(w.t, form.Close())
	r := httptest.NewRequest("POST", path, &body)
	r.Host = "localhost:3000"
	r.Header.Set("Content-Type", form.FormDataContentType())
	token, err := w.sessions.Start(w.t.Context(), person, "demo", "test")
	must(w.t, err)
	r.Header.Set("Cookie", "session="+token)
	answer, err := w.site.App.Test(r, -1)
	must(w.t, err)
	return answer.StatusCode
}

func TestAnAuthoritysLogoStandsOnItsPage(t *testing.T) {
	w := newTown(t)
	_, err := w.service.Activate(t.Context(), auth.System, "tn-1714")
	must(t, err)
	var picture bytes.Buffer
	must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 96, 96))))
	logo := func() string {
		src, _ := w.see("/fr/places/tn-1714").Find("a.brand img").Attr("src")
		return src
	}
	if status := w.send("ines", "/fr/desk/places/tn-1714/logo", "logo", "logo.png", picture.Bytes()); status != http.StatusForbidden {
		t.Errorf("the front desk changes the logo: %d", status)
	}
	if status := w.send("hedi", "/fr/desk/places/tn-1714/logo", "logo", "logo.svg", []byte("<svg onload=alert(1)>")); status != http.StatusUnprocessableEntity || logo() != "" {
		t.Errorf("a drawing that can carry a script is answered %d", status)
	}
	if status := w.send("hedi", "/fr/desk/places/tn-1714/logo", "logo", "شعار.png", picture.Bytes()); status != http.StatusSeeOther {
		t.Fatalf("the logo is answered %d", status)
	}
	first := logo()
	if !strings.HasPrefix(first, "/files/") {
		t.Fatalf("the page shows %q", first)
	}
	if status, _, _ := w.ask("hedi", "POST", "/fr/desk/places/tn-1714/logo", url.Values{"remove": {"logo"}}); status != http.StatusSeeOther || logo() != "" {
		t.Errorf("taken off with %d, the page shows %q", status, logo())
	}
	if left, err := w.files.Of(t.Context(), logoSubject("tn-1714"), 10); err != nil || len(left) != 0 {
		t.Errorf("%d files are left (%v)", len(left), err)
	}
}

func TestADeskListShowsWhatOneKeeps(t *testing.T) {
	w := newTown(t)
	_, _, doc := w.ask("hedi", "GET", "/fr/desk/places", nil)
	if href, _ := doc.Find("main table a").Attr("href"); href != "/fr/desk/places/tn-1714" || doc.Find("main table tbody tr").Length() != 1 {
		t.Errorf("an officer sees %q", href)
	}
	_, _, doc = w.ask("salma", "GET", "/fr/desk/places?q=marsa", nil)
	if href, _ := doc.Find("main table a").First().Attr("href"); href != "/fr/desk/places/tn-1117" {
		t.Errorf("an administrator finds %q", href)
	}
}
