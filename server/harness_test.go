package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"musharaka/config"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"

	"github.com/PuerkitoBio/goquery"
)

// running is the whole platform, listening on a port of this machine: what a
// test asks is answered as production would.
type running struct {
	*app
	url  string
	data string
}

// demoSettings are the demo's, on a free port and a folder of the test's own.
func demoSettings(t testing.TB, data string) config.Settings {
	t.Helper()
	probe, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	address := probe.Addr().(*net.TCPAddr)
	if err := probe.Close(); err != nil {
		t.Fatal(err)
	}
	listen := net.JoinHostPort("localhost", portOf(address))
	s, err := config.Load(func(name string) (string, bool) {
		v, ok := map[string]string{
			"MUSHARAKA_LISTEN": listen, "MUSHARAKA_PUBLIC_URL": "http://" + listen, "MUSHARAKA_DATA": data,
		}[name]
		return v, ok
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func portOf(a *net.TCPAddr) string {
	_, port, _ := net.SplitHostPort(a.String())
	return port
}

// startPlatform starts the platform over a fresh embedded store and stops it with the test.
func startPlatform(t testing.TB, at clock.Clock) *running {
	t.Helper()
	s := demoSettings(t, t.TempDir())
	db, err := sqlitestore.Open(t.Context(), filepath.Join(s.Data, "musharaka.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return startOn(t, at, s, db)
}

// startOn starts the platform over an open store, which it leaves open.
func startOn(t testing.TB, at clock.Clock, s config.Settings, db store.DB) *running {
	t.Helper()
	a, err := newApp(t.Context(), s, db, sources{clock: at, ident: ident.New(), log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.site.App.Listener(listener) }()
	t.Cleanup(func() {
		if err := a.shutDown(10 * time.Second); err != nil {
			t.Errorf("stopping: %v", err)
		}
		if err := <-ended; err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("serving: %v", err)
		}
	})
	return &running{app: a, url: s.PublicURL, data: s.Data}
}

// visitor is a browser without script: it keeps cookies and follows redirects.
type visitor struct {
	t    testing.TB
	on   *running
	http *http.Client
}

func (r *running) visitor(t testing.TB) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, on: r, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// seen is a page as the visitor sees it.
type seen struct {
	status int
	path   string // where redirects led
	header http.Header
	body   string
	*goquery.Document
}

func (v *visitor) do(r *http.Request) seen {
	v.t.Helper()
	res, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		v.t.Fatal(err)
	}
	return seen{res.StatusCode, res.Request.URL.RequestURI(), res.Header, string(body), doc}
}

func (v *visitor) get(path string) seen {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.on.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	return v.do(r)
}

func (v *visitor) post(path string, fields ...string) seen {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.on.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

// as signs the visitor in as somebody, without the provider's detour.
func (v *visitor) as(personID string) *visitor {
	v.t.Helper()
	token, err := v.on.sessions.Start(v.t.Context(), personID, "demo", "test")
	if err != nil {
		v.t.Fatal(err)
	}
	u, err := url.Parse(v.on.url)
	if err != nil {
		v.t.Fatal(err)
	}
	v.http.Jar.SetCookies(u, []*http.Cookie{{Name: "session", Value: token, Path: "/"}})
	return v
}

// eventually asks again until it is true, as work that goes on beside the
// requests is done when it is done. It gives up after half a minute.
func eventually(t testing.TB, is func() bool) bool {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is() {
			return true
		}
	}
	return is()
}

// required reports whether a thing that a test needs must be there: CI sets
// the variable to "require".
func required(t testing.TB, variable, lacking string) {
	t.Helper()
	if os.Getenv(variable) == "require" {
		t.Fatal(lacking)
	}
	t.Skip(lacking)
}
