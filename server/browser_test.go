package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// tab is the window of a real browser. There is one for all tests, one after
// the other, each beginning without cookies.
type tab struct {
	t   testing.TB
	w   *world
	ctx context.Context
}

var chromium struct {
	once sync.Once
	ctx  context.Context
	err  error
}

// listen gathers in each page what the browser complains about.
const listen = `window.complaints = [];
	addEventListener("securitypolicyviolation", (e) => complaints.push(e.violatedDirective + " " + e.blockedURI));
	addEventListener("error", (e) => complaints.push(e.message || "not loaded: " + (e.target.src || e.target.href)), true);
	addEventListener("unhandledrejection", (e) => complaints.push(String(e.reason)))`

// complains fails when the browser complained about the page: something that
// the security policy forbids, a script that failed, a file that is not there.
func (b *tab) complains(name string) {
	b.t.Helper()
	complaints, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`window.complaints || ["nobody listens"]`))
	if err != nil || len(complaints) > 0 {
		b.t.Errorf("%s: the browser complains: %v %v", name, complaints, err)
	}
}

// browserNames are what Chromium is called.
var browserNames = []string{"chromium", "chromium-browser", "google-chrome", "chrome"}

// browserPath is where Chromium is; without one the test is skipped.
func browserPath(t testing.TB) string {
	t.Helper()
	for _, name := range browserNames {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	required(t, "E2E", "there is no Chromium here; install it (Debian: apt-get install chromium) to walk through the pages as people do")
	return ""
}

// tab gives a test the window that all share, with nobody signed in.
func (w *world) tab(t testing.TB) *tab {
	t.Helper()
	path := browserPath(t)
	chromium.once.Do(func() {
		var stop func()
		chromium.ctx, stop, chromium.err = startBrowser(path)
		shared.life.Cleanup(stop)
	})
	if chromium.err != nil {
		t.Fatalf("starting the browser: %v", chromium.err)
	}
	return w.tabOf(t, chromium.ctx)
}

// ownTab gives a test a browser of its own, so that it may run beside others.
func (w *world) ownTab(t testing.TB) *tab {
	t.Helper()
	ctx, stop, err := startBrowser(browserPath(t))
	t.Cleanup(stop)
	if err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	return w.tabOf(t, ctx)
}

// startBrowser opens a browser whose pages say what goes wrong in them.
func startBrowser(path string) (context.Context, func(), error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	first, end := chromedp.NewContext(allocator)
	err := chromedp.Do(first, chromedp.Navigate("about:blank"), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: listen})
		return err
	}))
	return first, func() { end(); stop() }, err
}

func (w *world) tabOf(t testing.TB, browser context.Context) *tab {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser, 20*time.Minute)
	t.Cleanup(cancel)
	b := &tab{t, w, ctx}
	b.forget()
	b.script(true)
	b.width(1280)
	return b
}

// forget signs whoever is signed in out of the window.
func (b *tab) forget() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		b.t.Fatal(err)
	}
}

// as signs the window in as somebody.
func (b *tab) as(personID string) *tab {
	b.t.Helper()
	token, err := b.w.sessions.Start(b.ctx, personID, "demo", "test")
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: "session", Value: token, URL: b.w.url + "/", HTTPOnly: new(true)}); err != nil {
		b.t.Fatal(err)
	}
	return b
}

// is signs the window in as somebody of the world.
func (b *tab) is(role string) *tab {
	if role == "nobody" {
		return b
	}
	return b.as(b.w.people[role])
}

func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v; the page is %s: %s", what, err, b.path(), b.text())
	}
}

// goes does something that leads to another page and waits for it.
func (b *tab) goes(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.t.Fatalf("%s: %v; the page is %s: %s", what, err, b.path(), b.text())
	}
	if res.Status >= 400 && res.Status != 422 && res.Status != 401 {
		b.t.Fatalf("%s: answers %d: %s", what, res.Status, b.text())
	}
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do("opening "+path, chromedp.Navigate(b.w.url+path))
}

// click clicks what a person sees, and waits for the page it leads to.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.goes("clicking "+selector, chromedp.WaitVisible(selector), chromedp.Click(selector))
}

// width makes the window as wide as a phone or a desk's screen.
func (b *tab) width(px int64) {
	b.t.Helper()
	if px < 600 {
		b.do("a phone", chromedp.EmulateViewport(px, 780, chromedp.EmulateMobile))
		return
	}
	b.do("a screen", chromedp.EmulateViewport(px, 900))
}

// script turns JavaScript on or off in the pages opened from here on.
func (b *tab) script(on bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) path() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	path, _ := chromedp.Run(ctx, chromedp.Location())
	return strings.TrimPrefix(path, b.w.url)
}

func (b *tab) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText.replace(/\s+/g, " ").slice(0, 700) : ""`))
	return text
}

// shows fails when the page does not say something.
func (b *tab) shows(texts ...string) {
	b.t.Helper()
	all, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.documentElement.textContent`))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, text := range texts {
		if !strings.Contains(all, text) {
			b.t.Fatalf("%s does not show %q: %s", b.path(), text, b.text())
		}
	}
}

// reach presses the tab key until what the selector names has the focus: what
// cannot be reached so cannot be used by keyboard.
func (b *tab) reach(selector string) {
	b.t.Helper()
	test := `document.activeElement && document.activeElement.matches(` + quoted(selector) + `) && document.activeElement.matches(":focus-visible")`
	for range 120 {
		if there, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](test)); err == nil && there {
			return
		}
		b.do("the tab key", chromedp.KeyEvent("\t"))
	}
	b.t.Fatalf("%s: the keyboard does not reach %s: %s", b.path(), selector, b.text())
}

// types reaches a field and writes into it.
func (b *tab) types(selector, text string) {
	b.t.Helper()
	b.reach(selector)
	b.do("typing", chromedp.KeyEvent(text))
}

// enter reaches a button or link and presses the enter key.
func (b *tab) enter(selector string) {
	b.t.Helper()
	b.reach(selector)
	b.goes("the enter key on "+selector, chromedp.KeyEvent("\r"))
}

// send posts a form with nothing filled in, as a page of the site would.
func (b *tab) send(path, form string) {
	b.t.Helper()
	b.open("/ar/contact")
	b.goes("sending a form to "+path, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(() => {
			const form = document.createElement("form");
			form.method = "post"; form.action = `+quoted(path)+`;
			for (const [name, value] of new URLSearchParams(`+quoted(form)+`)) {
				const field = document.createElement("input");
				field.type = "hidden"; field.name = name; field.value = value; form.append(field);
			}
			document.body.append(form); form.submit(); return true;
		})()`))
		return err
	}))
}

func quoted(s string) string {
	out, _ := json.Marshal(s)
	return string(out)
}

// picture keeps what the window shows, when MUSHARAKA_PICTURES names a folder
// for it.
func (b *tab) picture(name string) {
	folder := os.Getenv("MUSHARAKA_PICTURES")
	if folder == "" {
		return
	}
	image, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, strings.NewReplacer("/", "_", "?", "_").Replace(name)+".png"), image, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "no picture:", err)
	}
}
