package ui_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"musharaka/static"
	"musharaka/views/ui"
)

// site serves the stories as the platform serves pages, security policy
// included, and remembers what was asked for.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func (s *site) wasAsked(part string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(strings.Join(s.asked, "\n"), part)
}

func newSite(t *testing.T) *site {
	s := &site{}
	all := voices(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/static/", func(w http.ResponseWriter, r *http.Request) {
		f, ok := static.Open(r.URL.Path)
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", f.Type)
		_, _ = w.Write(f.Plain)
	})
	mux.HandleFunc("/story/", func(w http.ResponseWriter, r *http.Request) {
		name, lang, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/story/"), "-")
		for _, tr := range all {
			for _, st := range stories {
				if st.name == name && tr.Lang() == lang {
					w.Header().Set("Content-Security-Policy", "default-src 'self'")
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
					_ = st.page(tr).Render(r.Context(), w)
				}
			}
		}
	})
	mux.HandleFunc("/fr/me/menu", func(w http.ResponseWriter, r *http.Request) {
		_ = ui.PersonMenu(framed(all[1], "", "/"), ui.Person{Name: "Sonia"}).Render(r.Context(), w)
	})
	mux.HandleFunc("/petitions/42/count", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"count":12345,"supporters":23456}`)
	})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.Path)
		s.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// browser opens a browser in which the script's own pauses are short, and gathers what it complains about.
func browser(t *testing.T) (context.Context, func() []string) {
	t.Helper()
	found := false
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			found = true
		}
	}
	if !found && os.Getenv("E2E") != "require" {
		t.Skip("there is no Chromium here; install it (Debian: apt-get install chromium) to run the script in a browser")
	}
	alloc, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU)...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(alloc)
	t.Cleanup(end)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `const wait = setTimeout; window.setTimeout = (f, ms) => wait(f, ms === 15000 || ms === 1000 ? 30 : ms);
				window.complaints = []; addEventListener("securitypolicyviolation", (e) => complaints.push(e.violatedDirective + " " + e.blockedURI));
				addEventListener("error", (e) => complaints.push(String(e.message)))`,
		})
		return err
	}))
	if err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	return ctx, func() []string {
		complaints, err := chromedp.Run(ctx, chromedp.Evaluate[[]string]("complaints"))
		if err != nil {
			t.Fatal(err)
		}
		return complaints
	}
}

// becomes waits until an expression is true in the page.
func becomes(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(10*time.Second)))
	if err != nil && strings.Contains(err.Error(), "Cannot find context") { // the page was still being replaced
		_, err = chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(10*time.Second)))
	}
	if err != nil {
		now, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText.slice(0, 2000)"))
		t.Fatalf("never true: %s: %v\n%s", expression, err, now)
	}
}

func TestTheScriptSavesSteps(t *testing.T) {
	s := newSite(t)
	ctx, complaints := browser(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL+"/story/petition-fr")); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, `document.querySelector(".head .menu bdi")?.textContent === "Sonia" && !document.querySelector("a[data-menu]")`)
	becomes(t, ctx, `document.querySelector("[data-count]").textContent === "12\u202f345" && document.querySelector("[data-supporters]").textContent === "23\u202f456" && document.querySelector(".progress progress").value === 1000`)
	if err := chromedp.Do(ctx, chromedp.Click("[data-copy]")); err != nil {
		t.Fatal(err)
	}
	if s.wasAsked("woff2") {
		t.Error("a page in French fetched the Arabic font")
	}
	if got := complaints(); len(got) > 0 {
		t.Errorf("the browser complains: %v", got)
	}

	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL+"/story/form-fr")); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, `document.activeElement.classList.contains("errors")`)
	if err := chromedp.Do(ctx, chromedp.SendKeys("#f-why", " 🌳é")); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, `document.getElementById("f-why-limit").textContent.endsWith(" 266") && document.querySelector("#f-why-limit + .vh").textContent.endsWith(" 266")`)
	if got := complaints(); len(got) > 0 {
		t.Errorf("the browser complains: %v", got)
	}
}

func TestAnArabicPageIsSetInItsOwnFont(t *testing.T) {
	s := newSite(t)
	ctx, complaints := browser(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL+"/story/words-ar")); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, `document.fonts.check("700 1em 'Musharaka Arabic'", "عريضة") && document.fonts.check("1em 'Musharaka Arabic'", "منزل بورڨيبة")`)
	if got := complaints(); len(got) > 0 {
		t.Errorf("the browser complains: %v", got)
	}
	if !s.wasAsked("arabic-bold") || !s.wasAsked("arabic-regular") {
		t.Error("the fonts were not fetched")
	}
}

func TestNoStoryIsWiderThanASmallPhone(t *testing.T) {
	s := newSite(t)
	ctx, _ := browser(t)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 800, chromedp.EmulateMobile)); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"ar", "fr", "en"} {
		for _, st := range stories {
			if err := chromedp.Do(ctx, chromedp.Navigate(s.URL+"/story/"+st.name+"-"+lang)); err != nil {
				t.Fatal(err)
			}
			width, err := chromedp.Run(ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth"))
			if err != nil {
				t.Fatal(err)
			}
			if width > 360 {
				t.Errorf("%s in %s is %d px wide", st.name, lang, width)
			}
		}
	}
}
