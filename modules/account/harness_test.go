package account

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"musharaka/config/law"
	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	kitlaw "musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/kit/web"

	"github.com/PuerkitoBio/goquery"
)

// noon is when the tests take place.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// places are the municipalities of the tests.
type places struct{}

var known = map[string]Place{
	"larache": {ID: "larache", Name: "Larache", Country: "MA"},
	"siliana": {ID: "siliana", Name: "Siliana", Country: "TN"},
	"marsa":   {ID: "marsa", Name: "La Marsa", Country: "TN"},
}

func (places) FindPlaces(_ context.Context, query, _ string) ([]Place, error) {
	var found []Place
	for _, id := range []string{"larache", "marsa", "siliana"} {
		if strings.Contains(strings.ToLower(known[id].Name), strings.ToLower(query)) {
			found = append(found, known[id])
		}
	}
	return found, nil
}

func (places) Place(_ context.Context, id, _ string) (Place, error) {
	if p, ok := known[id]; ok {
		return p, nil
	}
	return Place{}, fault.New(fault.NotFound, "")
}

func (p places) FindOrganisations(ctx context.Context, query, lang string) ([]Organisation, error) {
	found, err := p.FindPlaces(ctx, query, lang)
	var list []Organisation
	for _, f := range found {
		list = append(list, Organisation{Kind: auth.Authority, ID: f.ID, Name: f.Name})
	}
	return list, err
}

func (p places) Organisation(ctx context.Context, id, lang string) (Organisation, error) {
	found, err := p.Place(ctx, id, lang)
	return Organisation{Kind: auth.Authority, ID: found.ID, Name: found.Name}, err
}

func (places) Controller(_ context.Context, placeID, _ string) (Controller, error) {
	return Controller{Name: "Commune of " + placeID, Regulator: "CNDP", Receipt: "D-123/2026", AsksNumber: true}, nil
}

// world is a platform with accounts and nothing else.
type world struct {
	*Service
	t        *testing.T
	ctx      context.Context
	clock    *clock.Fake
	db       store.DB
	sessions *auth.Sessions
	heard    *listener
}

var errCrash = errors.New("the machine stopped")

// listener hears what others would be told.
type listener struct {
	mu      sync.Mutex
	joined  [][2]string
	changed []string
	keep    time.Time
	erased  []string
	fail    error
}

func (l *listener) OnJoined(_ context.Context, kept, gone string) error {
	if l.fail != nil {
		return l.fail
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.joined = append(l.joined, [2]string{kept, gone})
	return nil
}

func (l *listener) OnProfileChanged(_ context.Context, id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed = append(l.changed, id)
	return nil
}

func (l *listener) Export(context.Context, string) (any, error) {
	return map[string]int{"signatures": 2}, nil
}

func (l *listener) Erase(_ context.Context, id string) error {
	if l.fail != nil {
		return l.fail
	}
	l.erased = append(l.erased, id)
	return nil
}

func (l *listener) RetainUntil(context.Context, string) (time.Time, error) { return l.keep, nil }

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func pepper(c byte) []byte { return []byte(strings.Repeat(string(c), 32)) }

// newWorld opens an empty platform that signs people in with these providers.
func newWorld(t *testing.T, c clock.Clock, url string, providers ...ProviderSettings) *world {
	t.Helper()
	db := must[*sqlitestore.DB](t)(sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db")))
	t.Cleanup(func() { _ = db.Close() })
	return openWorld(t, db, c, Settings{
		PublicURL: url, Providers: providers, ProviderTimeout: 2 * time.Second,
		Peppers: Peppers{Keys: map[string][]byte{"1": pepper('a')}, Current: "1"}, FirstAdministrators: []string{"First@Example.org"},
	})
}

// openWorld opens a platform over data that may be there already.
func openWorld(t *testing.T, db store.DB, c clock.Clock, settings Settings) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), db: db, heard: &listener{}}
	w.clock, _ = c.(*clock.Fake)
	log := must[*audit.Log](t)(audit.Open(w.ctx, db))
	w.sessions = must[*auth.Sessions](t)(auth.OpenSessions(w.ctx, db, c, ident.New()))
	packs := must[*kitlaw.Packs](t)(kitlaw.Load(law.Files, ""))
	w.Service = must[*Service](t)(Open(w.ctx, settings, Parts{
		DB: db, Sessions: w.sessions, Log: log, Clock: c, Ident: ident.New(), Slog: slog.New(slog.DiscardHandler),
		Places: places{}, Organisations: places{}, Controllers: places{}, Law: packs,
	}))
	w.Listen(w.heard)
	w.Contribute(Contribution{Key: "petitions", Title: "Petitions", Contributor: w.heard})
	return w
}

// still opens a platform whose clock stands at noon.
func still(t *testing.T) *world {
	return newWorld(t, clock.NewFake(noon), "https://musharaka.example")
}

// person makes somebody with an account, as a first sign-in does.
func (w *world) person(name string) auth.Actor {
	w.t.Helper()
	id := must[string](w.t)(w.enter(w.ctx, assertion{Provider: "test", Issuer: "test", Subject: name, Name: name}, w.ident.ID(), "ar", nil))
	return w.actor(id)
}

func (w *world) actor(id string) auth.Actor {
	w.t.Helper()
	return must[auth.Actor](w.t)(w.Actor(w.ctx, id))
}

// holding makes somebody with a role.
func (w *world) holding(name string, role auth.Role, org string) auth.Actor {
	w.t.Helper()
	a := w.person(name)
	must[Grant](w.t)(w.GrantRole(w.ctx, auth.System, a.PersonID, auth.Membership{Kind: kindOf(role), OrgID: org, Role: role}))
	return w.actor(a.PersonID)
}

func kindOf(role auth.Role) auth.OrgKind {
	switch role {
	case auth.Delegate:
		return auth.Association
	case auth.Coordinator:
		return auth.Federation
	case auth.Administrator:
		return auth.Platform
	}
	return auth.Authority
}

func (w *world) get(id string) Person {
	w.t.Helper()
	return must[Person](w.t)(w.Service.Get(w.ctx, id))
}

// complete fills in the profile but for the number.
func (w *world) complete(a auth.Actor) {
	w.t.Helper()
	must[Person](w.t)(w.SaveProfile(w.ctx, a, a.PersonID, Profile{Name: a.Name, Lang: "ar", Residence: "siliana", BirthYear: 1990}))
}

// check has an agent of Siliana see the person's card with this number.
func (w *world) check(a auth.Actor, number string) (Person, error) {
	w.t.Helper()
	agent, err := w.Actor(w.ctx, w.agentID())
	if err != nil {
		w.t.Fatal(err)
	}
	code, _, err := w.NewCode(w.ctx, a.PersonID)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.CheckAtCounter(w.ctx, agent, "siliana", code, number)
}

func (w *world) agentID() string {
	ids := must[[]string](w.t)(w.HoldersOf(w.ctx, "siliana", auth.FrontDesk))
	if len(ids) > 0 {
		return ids[0]
	}
	return w.holding("the agent", auth.FrontDesk, "siliana").PersonID
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v, want a fault of kind %v", err, kind)
	}
}

// browser is somebody's browser: it keeps cookies and follows no redirect.
type browser struct {
	t      *testing.T
	client *http.Client
	at     *url.URL
	body   string
	status int
	header http.Header
}

func newBrowser(t *testing.T) *browser {
	jar := must[*cookiejar.Jar](t)(cookiejar.New(nil))
	return &browser{t: t, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b *browser) do(r *http.Request, err error) *browser {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "en")
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.at, b.body, b.status, b.header = answer.Request.URL, string(body), answer.StatusCode, answer.Header
	return b
}

func (b *browser) get(address string) *browser {
	b.t.Helper()
	return b.do(http.NewRequest(http.MethodGet, address, nil))
}

func (b *browser) post(address string, pairs ...string) *browser {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return b.do(r, err)
}

// next is where a redirect leads.
func (b *browser) next() string {
	b.t.Helper()
	if b.status < 300 || b.status > 399 {
		b.t.Fatalf("%s answered %d, not a redirect: %s", b.at, b.status, b.text())
	}
	to, err := b.at.Parse(b.header.Get("Location"))
	if err != nil {
		b.t.Fatal(err)
	}
	return to.String()
}

func (b *browser) page() *goquery.Document {
	b.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.body))
	if err != nil {
		b.t.Fatal(err)
	}
	return doc
}

func (b *browser) text() string {
	return strings.Join(strings.Fields(b.page().Find("main").Text()), " ")
}

func (b *browser) want(status int, words ...string) *browser {
	b.t.Helper()
	if b.status != status {
		b.t.Fatalf("%s answered %d, want %d: %s", b.at, b.status, status, b.text())
	}
	for _, word := range words {
		if !strings.Contains(b.text(), word) {
			b.t.Errorf("%s does not say %q: %s", b.at, word, b.text())
		}
	}
	return b
}

// demoPeople are those of the tests' demo.
var demoPeople = []DemoPerson{
	{Subject: "salma", Name: "سلمى بن عمر", Email: "salma@example.org", Group: Words{AR: "مواطنون", FR: "Citoyens", EN: "Citizens"}, About: Words{EN: "A citizen of Siliana."}},
	{Subject: "youssef", Name: "Youssef Amrani", Email: "youssef@example.org", Group: Words{AR: "مواطنون", FR: "Citoyens", EN: "Citizens"}, About: Words{EN: "A citizen of Larache."}, Country: "MA", Number: "LA 123456"},
	{Subject: "first", Name: "First Admin", Email: "first@example.org", Group: Words{EN: "The platform"}},
}

// served is a world behind a real server on this machine.
type served struct {
	*world
	url string
}

// ownWords are the catalogues of this module and of the frame, so that another
// module's slip does not break these tests.
func ownWords(t *testing.T) fs.FS {
	own := fstest.MapFS{}
	for _, pattern := range []string{"*/account.po", "*/common.po", "*/kit.po"} {
		for _, name := range must[[]string](t)(fs.Glob(locales.FS, pattern)) {
			own[name] = &fstest.MapFile{Data: must[[]byte](t)(fs.ReadFile(locales.FS, name))}
		}
	}
	return own
}

// serve starts a server with the demo's provider and these others.
func serve(t *testing.T, others ...ProviderSettings) *served {
	t.Helper()
	ln := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	address := "http://" + ln.Addr().String()
	demo := must[*DemoProvider](t)(NewDemoProvider(DemoSettings{PublicURL: address, Listen: ln.Addr().String(), People: demoPeople}, ident.New()))
	w := newWorld(t, clock.System(), address, append([]ProviderSettings{demo.Provider()}, others...)...)
	words := must[*i18n.Catalogues](t)(i18n.Load(ownWords(t)))
	site := web.New(web.Options{PublicURL: address, Demo: true}, web.Parts{
		Words: words, Sessions: w.sessions, People: w.Service, Clock: clock.System(), Ident: ident.New(), Log: slog.New(slog.DiscardHandler),
	})
	NewHandlers(w.Service, true).Routes(site)
	demo.Routes(site)
	site.Finish()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := site.App.Listener(ln); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		_ = site.App.ShutdownWithTimeout(time.Second)
		<-ended
	})
	return &served{world: w, url: address}
}

// signIn signs the browser in as a demo person, by the pages alone, and returns
// where it arrives.
func (s *served) signIn(b *browser, subject, to string) string {
	b.t.Helper()
	b.get(s.url+"/en/sign-in?return="+url.QueryEscape(to)).want(200, "Sign in")
	form := b.page().Find(`form[action$="/sign-in/demo"]`)
	back, _ := form.Find(`input[name=return]`).Attr("value")
	return s.choose(b.post(s.url+"/en/sign-in/demo", "return", back), subject)
}

// choose goes on from the redirect to the demo's provider to where it ends.
func (s *served) choose(b *browser, subject string) string {
	b.t.Helper()
	b.get(b.next()) // the provider's own address
	b.get(b.next()).want(200, "Whom do you want to be?")
	action, _ := b.page().Find("main form").First().Attr("action")
	b.post(s.url+action, "person", subject)
	return b.get(b.next()).next()
}
