package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/static"
	"musharaka/views/ui"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

type people map[string]auth.Actor

func (p people) Actor(_ context.Context, id string) (auth.Actor, error) {
	if a, ok := p[id]; ok {
		return a, nil
	}
	return auth.Actor{}, fault.New(fault.NotFound, "")
}

func newSite(t testing.TB, o Options) (*Site, *clock.Fake) {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	words, err := i18n.Load(locales.FS)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewFake(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	sessions, err := auth.OpenSessions(t.Context(), db, c, ident.NewFake(3))
	if err != nil {
		t.Fatal(err)
	}
	o.PublicURL = "http://localhost:3000"
	s := New(o, Parts{
		Words: words, Sessions: sessions, Clock: c, Ident: ident.NewFake(4), Log: slog.New(slog.DiscardHandler),
		People: people{
			"amal":    {PersonID: "amal", Name: "أمل"},
			"officer": {PersonID: "officer", Memberships: []auth.Membership{{OrgID: "tn-1714", Role: auth.Officer}}},
		},
	})
	return s, c
}

func ask(t testing.TB, s *Site, method, path string, header ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	r.Host = "localhost:3000"
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := s.App.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func cookieOf(t *testing.T, s *Site, person string) string {
	t.Helper()
	token, err := s.sessions.Start(t.Context(), person, "demo", "test")
	if err != nil {
		t.Fatal(err)
	}
	return "session=" + token
}

func text(words string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, words)
		return err
	})
}

func TestFaultsBecomePagesInTheLanguageOfThePath(t *testing.T) {
	s, _ := newSite(t, Options{})
	faults := map[string]error{
		"invalid": fault.New(fault.Invalid, ""), "forbidden": fault.New(fault.Forbidden, ""), "gone": fault.New(fault.Gone, ""),
		"conflict": fault.New(fault.Conflict, ""), "large": fault.New(fault.TooLarge, ""), "many": fault.New(fault.TooMany, ""),
		"busy": fault.Wrap("op", context.DeadlineExceeded), "internal": errors.New("secret detail"),
		"fiber": fiber.NewError(418, "theirs"), "missing": fault.Wrap("a", fault.New(fault.NotFound, "")),
	}
	for name, err := range faults {
		s.Get("/"+name, Public, func(*Ctx) error { return err })
	}
	s.Get("/panic", Public, func(*Ctx) error { panic("secret detail") })
	s.Finish()
	want := map[string]int{"invalid": 422, "forbidden": 403, "gone": 410, "conflict": 409, "large": 413, "many": 429,
		"busy": 503, "internal": 500, "fiber": 422, "missing": 404, "panic": 500, "nowhere": 404}
	for name, status := range want {
		res, body := ask(t, s, "GET", "/ar/"+name, "Accept", "text/html")
		if res.StatusCode != status {
			t.Errorf("%s answers %d, not %d", name, res.StatusCode, status)
		}
		if !strings.Contains(body, `lang="ar"`) || strings.Count(body, "<h1") != 1 {
			t.Errorf("%s is no Arabic page with one heading", name)
		}
		if strings.Contains(body, "secret detail") || strings.Contains(body, "theirs") {
			t.Errorf("%s shows what is not for showing", name)
		}
		res, body = ask(t, s, "GET", "/fr/"+name, "Accept", "application/json")
		if res.StatusCode != status || res.Header.Get("Content-Type") != "application/problem+json; charset=utf-8" || !strings.Contains(body, `"status":`) {
			t.Errorf("%s: no problem document for a program: %d %s", name, res.StatusCode, body)
		}
	}
	if res, _ := ask(t, s, "GET", "/ar/many"); res.Header.Get("Retry-After") == "" {
		t.Error("too many requests, and no word about when to come back")
	}
}

func TestRoutesAdmitTheirAudience(t *testing.T) {
	s, _ := newSite(t, Options{})
	ok := func(c *Ctx) error { return c.SendString("in " + c.Actor.PersonID) }
	s.Get("/public", Public, ok)
	s.Get("/anyone", Anyone, ok)
	s.Get("/mine", SignedIn, ok)
	s.Get("/desk", Roles(auth.Officer), ok)
	s.Post("/act", SignedIn, ok)
	cases := []struct {
		method, path, person string
		status               int
	}{
		{"GET", "/ar/public", "", 200}, {"GET", "/ar/public", "amal", 200},
		{"GET", "/ar/anyone", "", 200}, {"GET", "/ar/anyone", "amal", 200},
		{"GET", "/ar/mine", "", 303}, {"GET", "/ar/mine", "amal", 200}, {"GET", "/ar/mine", "deleted", 303},
		{"GET", "/ar/desk", "", 303}, {"GET", "/ar/desk", "amal", 403}, {"GET", "/ar/desk", "officer", 200},
		{"POST", "/ar/act", "", 401}, {"POST", "/ar/act", "amal", 200},
	}
	for _, c := range cases {
		var header []string
		if c.person != "" {
			header = []string{"Cookie", cookieOf(t, s, c.person)}
		}
		res, body := ask(t, s, c.method, c.path, header...)
		if res.StatusCode != c.status {
			t.Errorf("%s %s as %q: %d, not %d", c.method, c.path, c.person, res.StatusCode, c.status)
		}
		public := c.path == "/ar/public"
		if public && body != "in " {
			t.Errorf("a public page knows who is looking: %q", body)
		}
		if private := strings.Contains(res.Header.Get("Cache-Control"), "no-store"); private == public {
			t.Errorf("%s: Cache-Control %q", c.path, res.Header.Get("Cache-Control"))
		}
	}
	res, _ := ask(t, s, "GET", "/ar/mine?x=1")
	if got := res.Header.Get("Location"); got != "/ar/sign-in?return=%2Far%2Fmine%3Fx%3D1" {
		t.Errorf("sent to %q", got)
	}
}

func TestPostsFromOtherSitesAreRefused(t *testing.T) {
	s, _ := newSite(t, Options{})
	s.Post("/act", Public, func(c *Ctx) error { return c.SendString("done") })
	cases := []struct {
		header []string
		status int
	}{
		{[]string{"Sec-Fetch-Site", "same-origin"}, 200},
		{[]string{"Sec-Fetch-Site", "none"}, 200},
		{nil, 200}, // no browser: a program with the person's own cookie
		{[]string{"Origin", "http://localhost:3000"}, 200},
		{[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		{[]string{"Sec-Fetch-Site", "same-site"}, 403},
		{[]string{"Origin", "https://evil.example"}, 403},
		{[]string{"Origin", "null"}, 403},
	}
	for _, c := range cases {
		if res, _ := ask(t, s, "POST", "/fr/act", c.header...); res.StatusCode != c.status {
			t.Errorf("%v: %d, not %d", c.header, res.StatusCode, c.status)
		}
	}
}

func TestEveryAnswerCarriesTheSafeHeaders(t *testing.T) {
	s, _ := newSite(t, Options{Production: true, TileOrigin: "https://tiles.example"})
	s.Get("/page", Public, func(c *Ctx) error { return c.SendString("") })
	s.Get("/form", Public, func(c *Ctx) error { c.AllowFormTo("https://id.example"); return c.SendString("") })
	for _, path := range []string{"/ar/page", "/ar/nowhere"} {
		res, _ := ask(t, s, "GET", path)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		policy := res.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'self'", "https://tiles.example", "frame-ancestors 'none'", "form-action 'self';", "base-uri 'none'"} {
			if !strings.Contains(policy+";", part) {
				t.Errorf("%s: the policy lacks %q: %s", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy allows what is unsafe: %s", path, policy)
		}
	}
	if res, _ := ask(t, s, "GET", "/ar/form"); !strings.Contains(res.Header.Get("Content-Security-Policy"), "form-action 'self' https://id.example") {
		t.Error("the sign-in page cannot lead to its provider")
	}
}

func TestOneCachedPageServesTheCrowdAndFollowsChanges(t *testing.T) {
	s, c := newSite(t, Options{})
	var renders, stamps atomic.Int64
	var stamp atomic.Value
	stamp.Store("1")
	s.Get("/p/:id", Public, func(c *Ctx) error {
		return c.Cached(Source{
			Key:   "p/" + c.Params("id"),
			Stamp: func(context.Context) (string, error) { stamps.Add(1); return stamp.Load().(string), nil },
			Render: func(c *Ctx) (templ.Component, error) {
				renders.Add(1)
				return text(strings.Repeat("version "+stamp.Load().(string)+" ", 100)), nil
			},
		})
	})
	first, body := ask(t, s, "GET", "/ar/p/1")
	if !strings.HasPrefix(body, "version 1") || first.Header.Get("ETag") == "" {
		t.Fatalf("%q", body)
	}
	for range 50 {
		ask(t, s, "GET", "/ar/p/1")
	}
	if renders.Load() != 1 || stamps.Load() != 1 {
		t.Errorf("within a second: %d renderings, %d stamps", renders.Load(), stamps.Load())
	}
	if res, body := ask(t, s, "GET", "/ar/p/1", "If-None-Match", first.Header.Get("ETag")); res.StatusCode != 304 || body != "" {
		t.Errorf("revalidation answers %d with %d bytes", res.StatusCode, len(body))
	}
	for encoding, size := range map[string]int{"br": 100, "gzip": 150} {
		res, body := ask(t, s, "GET", "/ar/p/1", "Accept-Encoding", encoding)
		if res.Header.Get("Content-Encoding") != encoding || len(body) > size {
			t.Errorf("%s: %q with %d bytes", encoding, res.Header.Get("Content-Encoding"), len(body))
		}
	}
	c.Advance(2 * time.Second)
	ask(t, s, "GET", "/ar/p/1")
	if renders.Load() != 1 || stamps.Load() != 2 {
		t.Errorf("unchanged after two seconds: %d renderings, %d stamps", renders.Load(), stamps.Load())
	}
	stamp.Store("2")
	if _, body := ask(t, s, "GET", "/ar/p/1"); !strings.HasPrefix(body, "version 1") {
		t.Error("checked again within the second")
	}
	s.Pages.Drop("p/1")
	if _, body := ask(t, s, "GET", "/ar/p/1"); !strings.HasPrefix(body, "version 2") {
		t.Error("a dropped page is still shown")
	}
	ask(t, s, "GET", "/fr/p/1")
	if renders.Load() != 3 {
		t.Errorf("each language is rendered for itself: %d", renders.Load())
	}
}

func TestTheCacheStaysWithinItsSize(t *testing.T) {
	s, _ := newSite(t, Options{})
	s.Pages.limit = 200_000
	s.Get("/p/:id", Public, func(c *Ctx) error {
		id := c.Params("id")
		return c.Cached(Source{Key: id,
			Stamp:  func(context.Context) (string, error) { return "", nil },
			Render: func(*Ctx) (templ.Component, error) { return text(strings.Repeat(id, 10_000)), nil }})
	})
	for i := range 30 {
		ask(t, s, "GET", "/ar/p/"+string(rune('A'+i)))
	}
	if s.Pages.bytes > s.Pages.limit || s.Pages.recent.Len() != len(s.Pages.entries) || len(s.Pages.entries) < 2 {
		t.Errorf("%d bytes in %d pages", s.Pages.bytes, len(s.Pages.entries))
	}
}

func TestOnlyPathsOfThisSiteAreComeBackTo(t *testing.T) {
	for path, ok := range map[string]bool{
		"/ar/me": true, "/ar/petitions/x?a=b#c": true, "": false, "me": false, "//evil.example": false, "https://evil.example": false,
		"/\\evil.example": false, "/a\r\nSet-Cookie: x": false, "javascript:alert(1)": false, "/%2F/evil": true, "/\x00": false,
	} {
		want := path
		if !ok {
			want = "/fallback"
		}
		if got := SafePath(path, "/fallback"); got != want {
			t.Errorf("%q leads to %q", path, got)
		}
	}
}

func TestAPathWithoutALanguageFindsOne(t *testing.T) {
	s, _ := newSite(t, Options{})
	s.Get("/", Public, func(c *Ctx) error { return c.SendString(c.Locale.Lang()) })
	s.Finish()
	cases := []struct{ path, accept, want string }{
		{"/", "", "/ar"}, {"/", "fr-FR,fr;q=0.9", "/fr"}, {"/", "de, en;q=0.5", "/en"},
		{"/petitions/x?y=z", "de", "/ar/petitions/x?y=z"},
	}
	for _, c := range cases {
		res, _ := ask(t, s, "GET", c.path, "Accept-Language", c.accept)
		if res.StatusCode != 302 || res.Header.Get("Location") != c.want {
			t.Errorf("%+v: %d %q", c, res.StatusCode, res.Header.Get("Location"))
		}
	}
	if res, _ := ask(t, s, "GET", "/wp-login.php"); res.StatusCode != 404 {
		t.Errorf("a file that is not ours: %d", res.StatusCode)
	}
}

func TestASentenceIsLeftForTheNextPrivatePage(t *testing.T) {
	s, _ := newSite(t, Options{})
	s.Post("/act", SignedIn, func(c *Ctx) error { c.Flash("Sign out"); return c.SeeOther("/next") })
	s.Get("/next", SignedIn, func(c *Ctx) error { return c.Show(ui.Layout(c.Page("x"))) })
	cookie := cookieOf(t, s, "amal")
	res, _ := ask(t, s, "POST", "/ar/act", "Cookie", cookie)
	if res.StatusCode != 303 || res.Header.Get("Location") != "/ar/next" {
		t.Fatalf("%d %q", res.StatusCode, res.Header.Get("Location"))
	}
	flash := res.Cookies()[0]
	said := s.words.Locale("ar", "").T("Sign out")
	res, body := ask(t, s, "GET", "/ar/next", "Cookie", cookie+"; flash="+flash.Value)
	if !strings.Contains(body, said) {
		t.Error("the sentence is not shown")
	}
	if len(res.Cookies()) == 0 || res.Cookies()[0].MaxAge > 0 {
		t.Error("the sentence would be shown again")
	}
	planted := "flash=U2VuZCBtb25leSB0byBldmls" // "Send money to evil"
	if _, body := ask(t, s, "GET", "/ar/next", "Cookie", cookie+"; "+planted); strings.Contains(body, "evil") {
		t.Error("a planted sentence is shown")
	}
}

func TestAFormSentWithoutASessionOffersToSignInAndComeBack(t *testing.T) {
	s, _ := newSite(t, Options{})
	s.Post("/begin", SignedIn, func(c *Ctx) error { return c.SeeOther("/") })
	for from, back := range map[string]string{
		"http://localhost:3000/fr/begin?place=7": "%2Ffr%2Fbegin%3Fplace%3D7",
		"http://evil.example/fr/trap":            "%2Ffr%2Fbegin",
		"":                                       "%2Ffr%2Fbegin",
	} {
		res, body := ask(t, s, "POST", "/fr/begin", "Referer", from)
		if res.StatusCode != 401 || !strings.Contains(body, `href="/fr/sign-in?return=`+back+`"`) {
			t.Errorf("from %q: %d without a link back to %s", from, res.StatusCode, back)
		}
	}
}

func TestAskingForWhatOnlyTakesFormsLeadsToThePageAbove(t *testing.T) {
	s, _ := newSite(t, Options{})
	here := func(c *Ctx) error { return c.SendString("here") }
	s.Get("/things/:id", Public, here)
	s.Post("/things/:id/rename", Public, here)
	s.Finish()
	res, _ := ask(t, s, "GET", "/fr/things/7/rename")
	if res.StatusCode != 303 || res.Header.Get("Location") != "/fr/things/7" {
		t.Errorf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if res, _ := ask(t, s, "GET", "/fr/things/7/other"); res.StatusCode != 404 {
		t.Errorf("what is not there answers %d", res.StatusCode)
	}
}

func TestAnotherMethodThanThoseDeclaredIsNamed(t *testing.T) {
	s, _ := newSite(t, Options{})
	here := func(c *Ctx) error { return c.SendString("here") }
	s.Get("/things/:id", Public, here)
	s.Post("/things/:id/rename", Public, here)
	s.Get("/both", Public, here)
	s.Post("/both", Public, here)
	s.Plain("GET", "/things/:id.json", Public, here)
	s.Finish()
	for ask1, want := range map[string]struct {
		status int
		allow  string
	}{
		"POST /fr/things/7":          {405, "GET, HEAD"},
		"DELETE /ar/things/7":        {405, "GET, HEAD"},
		"PUT /fr/things/7/rename":    {405, "POST"},
		"PUT /fr/both":               {405, "GET, HEAD, POST"},
		"POST /static/app.css":       {405, "GET, HEAD"},
		"POST /fr/things/7/nowhere":  {404, ""},
		"POST /nowhere":              {404, ""},
		"GET /fr/things/7":           {200, ""},
		"POST /things/7.json":        {405, "GET, HEAD"},
		"POST /things/7":             {404, ""},
		"POST /xx/things/7":          {404, ""},
		"DELETE /fr/things/7/rename": {405, "POST"},
	} {
		method, path, _ := strings.Cut(ask1, " ")
		if res, _ := ask(t, s, method, path); res.StatusCode != want.status || res.Header.Get("Allow") != want.allow {
			t.Errorf("%s: %d, Allow %q", ask1, res.StatusCode, res.Header.Get("Allow"))
		}
	}
}

func TestStaticFilesAreKeptForEver(t *testing.T) {
	s, _ := newSite(t, Options{})
	res, body := ask(t, s, "GET", static.Asset("app.css"), "Accept-Encoding", "br")
	if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "br" || len(body) == 0 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the stylesheet: %d %v", res.StatusCode, res.Header)
	}
	if res, _ := ask(t, s, "GET", "/static/nothing.css"); res.StatusCode != 404 {
		t.Errorf("a file that is not there: %d", res.StatusCode)
	}
}

func TestDevicesAreClassesNotFingerprints(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36": "Chrome · Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604.1":         "Safari · iPhone",
		"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0":                                          "Firefox · Linux",
		"curl/8": "", "": "",
	} {
		if got := DeviceClass(agent); got != want {
			t.Errorf("%q is %q, not %q", agent, got, want)
		}
	}
}

func BenchmarkCachedPage(b *testing.B) {
	s, _ := newSite(b, Options{})
	s.Get("/p", Public, func(c *Ctx) error {
		return c.Cached(Source{Key: "p",
			Stamp:  func(context.Context) (string, error) { return "", nil },
			Render: func(*Ctx) (templ.Component, error) { return text(strings.Repeat("words ", 3500)), nil }})
	})
	handler := s.App.Handler()
	var request fasthttp.RequestCtx
	request.Request.SetRequestURI("/ar/p")
	request.Request.Header.Set("Accept-Encoding", "br")
	b.ReportAllocs()
	for b.Loop() {
		request.Response.Reset()
		handler(&request)
	}
	if request.Response.StatusCode() != 200 {
		b.Fatal(request.Response.StatusCode())
	}
}
