package main

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
)

var update = flag.Bool("update", false, "write the golden files anew")

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// golden compares what was found with a file that people read in reviews.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	before, now := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for _, line := range before {
		if !slices.Contains(now, line) {
			t.Errorf("- %s", line)
		}
	}
	for _, line := range now {
		if !slices.Contains(before, line) {
			t.Errorf("+ %s", line)
		}
	}
	t.Errorf("%s is not what the platform does. If the change is meant: go test ./server -run %s -update", file, t.Name())
}

// TestEveryRouteIsDeclaredWithAnAudience holds what Fiber serves to what the
// modules declared, and shows it in a table.
func TestEveryRouteIsDeclaredWithAnAudience(t *testing.T) {
	w := theWorld(t)
	declared := map[string]bool{}
	var table strings.Builder
	for _, r := range w.site.Routes() {
		if r.Audience.Name == "" {
			t.Errorf("%s %s has no audience", r.Method, r.Path)
		}
		fmt.Fprintf(&table, "%-5s %-44s %s\n", r.Method, r.Path, r.Audience.Name)
		if !r.Localed {
			declared[r.Method+" "+r.Path] = true
			continue
		}
		for _, lang := range web.Langs {
			declared[r.Method+" /"+lang+strings.TrimSuffix(r.Path, "/")] = true
		}
	}
	served := map[string]bool{}
	for _, r := range w.site.App.GetRoutes(true) {
		served[r.Method+" "+r.Path] = true
		if method := strings.Replace(r.Method, "HEAD", "GET", 1); !declared[method+" "+r.Path] { // HEAD comes with GET
			t.Errorf("%s %s is served and was never declared", r.Method, r.Path)
		}
	}
	for _, route := range sortedKeys(declared) {
		if !served[route] {
			t.Errorf("%s is declared and not served", route)
		}
	}
	golden(t, "audiences.txt", table.String())
}

// ask sends one request as somebody with a fresh session and follows nothing.
func (w *world) ask(t testing.TB, role, method, path string, change ...func(*http.Request)) seen {
	t.Helper()
	v := w.is(t, role)
	v.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r, err := http.NewRequestWithContext(t.Context(), method, w.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, c := range change {
		c(r)
	}
	return v.do(r)
}

// answer sums an answer up in a word for the table.
func answer(s seen) string {
	if to := s.header.Get("Location"); strings.Contains(to, "/sign-in?return=") {
		return "sign-in"
	}
	return fmt.Sprint(s.status)
}

// TestWhoMayDoWhat walks every route as everybody, with ids of things that
// exist, and shows the answers in a table. Forms are sent empty: 422 says that
// the person may do this and has said nothing yet.
func TestWhoMayDoWhat(t *testing.T) {
	w := theWorld(t)
	var table strings.Builder
	fmt.Fprintf(&table, "%-5s %-40s", "", "")
	for _, who := range actors {
		fmt.Fprintf(&table, " %-8s", strings.ReplaceAll(who, "officer elsewhere", "elsewh."))
	}
	table.WriteString("\n")
	for _, r := range w.site.Routes() {
		if strings.Contains(r.Path, "*") { // the demo's provider: another program's protocol
			continue
		}
		fmt.Fprintf(&table, "%-5s %-40s", r.Method, r.Path)
		for _, who := range actors {
			s := w.ask(t, who, r.Method, w.path(t, r, who))
			judgeAnswer(t, r, who, w.actorOrNobody(who), s)
			fmt.Fprintf(&table, " %-8s", answer(s))
		}
		table.WriteString("\n")
	}
	lines := strings.Split(table.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	golden(t, "answers.txt", strings.Join(lines, "\n"))
}

func (w *world) actorOrNobody(role string) auth.Actor {
	if role == "nobody" {
		return auth.Actor{}
	}
	return w.actor(role)
}

// publishedFile alone may be stored although its route knows who asks: it is
// tried with a file that was published with its petition.
const publishedFile = "/files/:id/:tag/:name"

// judgeAnswer holds what is true of every route whatever the table says.
func judgeAnswer(t *testing.T, r web.Route, who string, a auth.Actor, s seen) {
	t.Helper()
	name := fmt.Sprintf("%s %s as %s: %s", r.Method, r.Path, who, answer(s))
	refused := answer(s) == "sign-in" || s.status == 401 || s.status == 403
	roles, forRoles := strings.CutPrefix(r.Audience.Name, "roles: ")
	holds := a.HoldsAny(roleList(roles)...)
	cache := s.header.Get("Cache-Control")
	if r.Path == publishedFile {
		cache = "private, no-store"
	}
	switch {
	case s.status >= 500:
		t.Errorf("%s: %s", name, strings.TrimSpace(s.Find("main").Text()))
	case r.Audience.Name == "public" && (refused || cache == "private, no-store"):
		t.Errorf("%s although it is for everybody (%s)", name, cache)
	case r.Audience.Name == "public" && s.header.Get("Set-Cookie") != "":
		t.Errorf("%s sets a cookie although it is the same for everybody", name)
	case !a.SignedIn() && (r.Audience.Name == "signed in" || forRoles) && answer(s) != "sign-in" && s.status != 401:
		t.Errorf("%s although nobody is signed in", name)
	case a.SignedIn() && (answer(s) == "sign-in" || s.status == 401) && !strings.HasPrefix(r.Path, "/sign-"):
		t.Errorf("%s although somebody is signed in", name)
	case forRoles && a.SignedIn() && !holds && s.status != 403:
		t.Errorf("%s without one of the roles", name)
	case r.Audience.Name != "public" && cache != "private, no-store" && cache != "no-store":
		t.Errorf("%s may be stored: Cache-Control %q", name, cache)
	case r.Audience.Name != "public" && s.status < 300 && cache != "private, no-store":
		t.Errorf("%s is private and says %q", name, cache)
	}
}

func roleList(names string) []auth.Role {
	var roles []auth.Role
	for name := range strings.FieldsSeq(names) {
		roles = append(roles, auth.Role(name))
	}
	return roles
}

// TestPublicPagesAreTheSameForEverybody is what lets anybody cache them.
func TestPublicPagesAreTheSameForEverybody(t *testing.T) {
	w := theWorld(t)
	for _, r := range w.site.Routes() {
		if r.Method != http.MethodGet || r.Audience.Name != "public" || strings.Contains(r.Path, "*") || r.Path == "/metrics" {
			continue
		}
		path := w.path(t, r, "nobody")
		if w.ask(t, "nobody", r.Method, path).body != w.ask(t, "administrator", r.Method, path).body {
			t.Errorf("%s shows an administrator something else", path)
		}
	}
}

// TestNoPostIsTakenFromAnotherSite sends every form from a foreign page, as
// the person who may do most.
func TestNoPostIsTakenFromAnotherSite(t *testing.T) {
	w := theWorld(t)
	seen := 0
	for _, r := range w.site.Routes() {
		if r.Method != http.MethodPost {
			continue
		}
		seen++
		path := strings.ReplaceAll(w.path(t, r, "officer"), "*", "authorize")
		for name, foreign := range map[string]func(*http.Request){
			"its browser says so":     func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
			"a sister site":           func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
			"its origin is another":   func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "https://evil.example") },
			"its origin is not given": func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "null") },
		} {
			if s := w.ask(t, "officer", http.MethodPost, path, foreign); s.status != http.StatusForbidden {
				t.Errorf("%s from another site (%s): %d", path, name, s.status)
			}
		}
	}
	if seen < 20 {
		t.Fatalf("only %d forms were tried", seen)
	}
}

// path fills a route with ids of things that exist. The acts of an author get
// a petition of their own, in the state in which they may be done.
func (w *world) path(t testing.TB, r web.Route, who string) string {
	t.Helper()
	path := w.budgetPath(r.Method, w.resultPath(w.associationPath(r.Method, w.spaceWorkPath(w.queuePath(r, w.federationPath(r, w.councilPath(r, who)))))))
	for _, fill := range []struct{ in, name, value string }{
		{"/petitions/", ":id", w.petitionFor(r, who)},
		{"", ":batch", w.batchFor(r)},
		{"/places/", ":id", town}, {"/associations/", ":id", w.association}, {"/networks/", ":id", "spaces"}, {"/rules/", ":pack", "ma_commune"},
		{"/desk/items/", ":id", w.itemFor(r)}, {"/desk/batches/", ":id", w.batch}, {"/desk/templates/", ":id", w.templateFor(r)}, {"/desk/webhooks/", ":id", w.hookFor(r)}, {"/desk/webhooks/", ":delivery", "hook1.test-t1"},
		{"/spaces/", ":id", town}, {"/spaces/", ":code", "lighting"}, {"", ":ref", w.requestFor(r, who)},
		{"/sitemap/", ":part", "pages"}, {"/data/", ":place", town},
		{"/steps/", ":step", "1"}, {"/steps/", ":act", "begin"}, {"/procedure/", ":act", "review"}, {"/files/", ":number", "1"}, {"", ":volume", "1"},
		{"", ":step", "object"}, {"/guides/law/", ":country", "ma"}, {"/guides/", ":guide", "citizens"}, {"", ":provider", "demo"}, {"/roles/", ":org", town}, {"/admin/people/", ":person", w.people["citizen"]},
		{"/unsubscribe/", ":token", w.unsubscribeToken()}, {"/demo/mails/", ":key", w.mailKey(t)},
	} {
		if strings.Contains(path, fill.in) {
			path = strings.ReplaceAll(path, fill.name, fill.value)
		}
	}
	path = w.programPath(r, w.paperPath(t, r, who, path))
	if strings.HasPrefix(path, "/files/") {
		path = w.attachment
	}
	if strings.Contains(path, "/:") {
		t.Fatalf("%s: the test does not know what to put into %s", r.Path, path)
	}
	if r.Path == "/demo-sign-in" {
		path += "?flow=abc"
	}
	if slices.Contains([]string{"/desk/print", "/desk/queue.csv", "/desk/templates", "/desk/templates/new", "/desk/settings", "/desk/bulk", "/desk/webhooks", "/desk/webhooks/new"}, r.Path) {
		path += "?authority=" + town + "&act=assign&item=petition:" + w.petitions["MA moderation"] + ".moderation"
	}
	if strings.HasPrefix(r.Path, "/desk/petitions") && !strings.Contains(r.Path, ":id") || r.Path == "/desk/answers" || r.Path == "/desk/comments" || strings.HasPrefix(r.Path, "/desk/audit") {
		path += "?authority=" + town
	}
	if r.Localed {
		path = "/ar" + strings.TrimSuffix(path, "/")
	}
	return path
}

// petitionFor chooses the petition on which a route is tried.
func (w *world) petitionFor(r web.Route, who string) string {
	if !strings.HasPrefix(r.Path, "/petitions/:id") && !strings.HasPrefix(r.Path, "/desk/petitions/:id") {
		return ""
	}
	for _, choice := range []struct {
		part  string
		state string
		fresh func(string) string
	}{
		{"/sheets", "MA open", nil}, {"/figures", "MA open", nil}, {"/batches", "MA open", nil},
		{"/files/", "MA ready", nil}, {"/checklist", "MA review", nil}, {"/ruling", "MA review", nil}, {"/notice", "MA refused", nil}, {"/letter.pdf", "MA refused", nil},
		{"/receipt.pdf", "MA deposited", nil}, {"/receipt", "MA review", nil}, {"/steps/", "MA follow_up", nil}, {"/satisfaction", "MA answered", nil},
		{"/deposit", "MA ready", nil}, {"/number", "MA numbered", nil},
		{"/write/", "MA draft", w.drafted}, {"/submitted", "MA moderation", nil}, {"/submit", "MA draft", w.drafted}, {"/delete", "MA draft", w.drafted},
		{"/answer/draft", "MA ready", nil}, {"/answer/approve", "MA answer drafted", nil}, {"/answer/return", "MA answer drafted", nil}, {"/answer", "MA answer approved", nil},
		{"/closing", "MA open", nil}, {"/withdraw", "MA open", w.opened},
		{"/publish", "MA moderation", nil}, {"/changes", "MA moderation", nil}, {"/reject", "MA moderation", nil}, {"/hide", "MA moderation", nil},
	} {
		if strings.Contains(r.Path, choice.part) {
			if r.Method == http.MethodPost && choice.fresh != nil && who == "author" {
				return choice.fresh(town)
			}
			return w.petitions[choice.state]
		}
	}
	return w.petitions["MA open"]
}

func (w *world) unsubscribeToken() string {
	u, err := url.Parse(w.outbox.UnsubscribeURL("person801@demo.example", sortedKeys(mailKinds)[0]))
	w.must(err)
	return u.Path[strings.LastIndex(u.Path, "/")+1:]
}

// mailKey names a mail of the demo's inbox.
func (w *world) mailKey(t testing.TB) string {
	key := ""
	if !eventually(t, func() bool {
		mails, err := w.inbox.To(t.Context(), "person802@demo.example", "", 1)
		w.must(err)
		if len(mails.Items) > 0 {
			key = url.PathEscape(mails.Items[0].ID)
		}
		return key != ""
	}) {
		t.Fatal("the author got no mail")
	}
	return key
}
