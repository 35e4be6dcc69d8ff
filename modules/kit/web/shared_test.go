package web

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"
)

// keepsAddress declares a kept page that shows its own address.
func keepsAddress(s *Site, rendered *int) {
	s.Get("/kept", Public, func(c *Ctx) error {
		return c.Cached(Source{
			Key: "kept", Stamp: func(context.Context) (string, error) { return "1", nil },
			Render: func(c *Ctx) (templ.Component, error) {
				*rendered++
				p := c.Page("")
				return text(p.Path + "?" + p.Query), nil
			},
		})
	})
	s.Finish()
}

func TestAKeptPageHoldsNothingOfWhoAskedFirst(t *testing.T) {
	for _, first := range []string{"/ar/kept?planted=words", "/AR/kept", "/ar/KEPT", "/ar/kept/"} {
		rendered := 0
		s, _ := newSite(t, Options{})
		keepsAddress(s, &rendered)
		ask(t, s, "GET", first)
		if _, body := ask(t, s, "GET", "/ar/kept"); body != "/kept?" {
			t.Errorf("after %s was asked for, everybody is shown %q", first, body)
		}
	}
}

func TestAnInventedHeaderFillsNoCache(t *testing.T) {
	rendered := 0
	s, _ := newSite(t, Options{})
	keepsAddress(s, &rendered)
	for _, value := range []string{"", "on", "a", "b", "c", "on"} {
		ask(t, s, "GET", "/ar/kept", "Save-Data", value)
	}
	if rendered != 2 {
		t.Errorf("the page was rendered %d times; there are two kinds of it", rendered)
	}
}

func TestEveryPageHasOneAddress(t *testing.T) {
	rendered := 0
	s, _ := newSite(t, Options{})
	keepsAddress(s, &rendered)
	for path, to := range map[string]string{"/ar/kept/": "/ar/kept", "/ar/kept//?a=b": "/ar/kept?a=b", "/ar/": "/ar"} {
		if res, _ := ask(t, s, "GET", path); res.StatusCode != 301 || res.Header.Get("Location") != to {
			t.Errorf("%s answers %d to %q, not 301 to %q", path, res.StatusCode, res.Header.Get("Location"), to)
		}
	}
}

func TestHeadAnswersAsGetWithoutTheBody(t *testing.T) {
	rendered := 0
	s, _ := newSite(t, Options{})
	s.Plain("GET", "/plain", Public, func(c *Ctx) error { return c.SendString("words") })
	s.Get("/mine", SignedIn, func(*Ctx) error { return nil })
	keepsAddress(s, &rendered)
	for path, status := range map[string]int{"/ar/kept": 200, "/plain": 200, "/": 302, "/ar/mine": 303, "/ar/nothing": 404} {
		get, _ := ask(t, s, "GET", path)
		head, body := ask(t, s, "HEAD", path)
		if head.StatusCode != status || get.StatusCode != status || body != "" || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
			t.Errorf("HEAD %s answers %d, GET %d; %d expected", path, head.StatusCode, get.StatusCode, status)
		}
	}
}

func TestWhatIsRefusedBeforeAnyRouteCarriesTheSafeHeaders(t *testing.T) {
	s, _ := newSite(t, Options{BodyLimit: 10})
	s.Post("/act", Public, func(*Ctx) error { return nil })
	s.Finish()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.App.Listener(listener) }()
	t.Cleanup(func() { _ = s.App.Shutdown() })
	res, err := http.Post("http://"+listener.Addr().String()+"/ar/act", "text/plain", strings.NewReader(strings.Repeat("a", 100)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != 413 || res.Header.Get("Content-Security-Policy") == "" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("answers %d with %v", res.StatusCode, res.Header)
	}
}

func TestAFormWithFilesHasTimeToArrive(t *testing.T) {
	for kind, longer := range map[string]bool{"multipart/form-data; boundary=x": true, "application/x-www-form-urlencoded": false, "": false} {
		var h fasthttp.RequestHeader
		h.SetContentType(kind)
		if got := patience(&h).ReadTimeout > 0; got != longer {
			t.Errorf("%q has more time: %t", kind, got)
		}
	}
}

func TestPagesMadeForOneReaderArePackedToo(t *testing.T) {
	s, _ := newSite(t, Options{})
	long := strings.Repeat("كلمات كثيرة ", 500)
	s.Get("/long", Public, func(c *Ctx) error { return c.Show(text(long)) })
	s.Get("/short", Public, func(c *Ctx) error { return c.Show(text("short")) })
	s.Finish()
	for _, x := range []struct{ path, accepts, packed, page string }{
		{"/ar/long", "gzip, br", "gzip", long}, {"/ar/long", "", "", long}, {"/ar/short", "gzip", "", "short"},
	} {
		res, body := ask(t, s, "GET", x.path, "Accept-Encoding", x.accepts)
		if x.packed != "" {
			r, err := gzip.NewReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := io.ReadAll(r)
			if err != nil || len(body) > len(plain)/2 {
				t.Errorf("%s: %d bytes of %d, %v", x.path, len(body), len(plain), err)
			}
			body = string(plain)
		}
		if body != x.page || res.Header.Get("Content-Encoding") != x.packed || !strings.Contains(res.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s for %q: %d bytes as %q, Vary %q", x.path, x.accepts, len(body), res.Header.Get("Content-Encoding"), res.Header.Get("Vary"))
		}
	}
}
