package desk

import (
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
)

// world is a desk with everything around it: a fresh store, a clock that stands
// still, a source whose standings the test sets.
type world struct {
	*Service
	t      testing.TB
	ctx    context.Context
	clock  *clock.Fake
	db     store.DB
	source *testSource
	post   *testPost
	people *testPeople
}

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return worldOn(t, db, 1, clock.NewFake(start), &testSource{all: map[string]Standing{}}, &testPost{})
}

// worldOn makes a further instance over a store.
func worldOn(t testing.TB, db store.DB, seed uint64, clk *clock.Fake, source *testSource, post *testPost) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{t: t, ctx: ctx, clock: clk, db: db, source: source, post: post, people: &testPeople{gone: map[string]bool{}}}
	log, err := audit.Open(ctx, db)
	w.must(err)
	ids := ident.NewFake(seed)
	queue, err := job.New(ctx, db, clk, ids, job.Config{Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	words, err := ourWords()
	w.must(err)
	w.Service, err = New(ctx, Needs{
		DB: db, Audit: log, Queue: queue, People: w.people, Authorities: testPlaces{}, Post: post, Words: words, Clock: clk, Ident: ids,
		Log: slog.New(slog.DiscardHandler), PublicURL: "https://desk.example", Kinds: []Kind{
			{Key: "test.read", Label: "Everything", Task: "What is to be done", Roles: []auth.Role{auth.Officer}},
			{Key: "test.answer", Label: "Deadline", Task: "What is to be done", Roles: []auth.Role{auth.Officer, auth.Councillor, auth.President}},
			{Key: "test.counter", Label: "Colleague", Task: "What is to be done", Roles: []auth.Role{auth.FrontDesk}},
		},
	})
	w.must(err)
	w.Join(source)
	return w
}

// ourWords loads the catalogues that the desk speaks with.
var ourWords = sync.OnceValues(func() (*i18n.Catalogues, error) {
	files := fstest.MapFS{}
	for _, name := range []string{"desk", "mail", "common", "kit", "petition", "account"} {
		for _, lang := range []string{"ar", "fr", "ar_TN", "ar_MA"} {
			file := lang + "/" + name + ".po"
			if data, err := fs.ReadFile(locales.FS, file); err == nil {
				files[file] = &fstest.MapFile{Data: data}
			}
		}
	}
	return i18n.Load(files)
})

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// jobs runs all jobs that are due until there are none.
func (w *world) jobs() {
	w.t.Helper()
	for range 20 {
		n, err := w.Queue.RunDue(w.ctx)
		w.must(err)
		if n == 0 {
			return
		}
	}
	w.t.Fatal("the jobs do not come to an end")
}

// The people of the tests.
var (
	officer    = holder("officer", "town", auth.Officer)
	second     = holder("second", "town", auth.Officer)
	councillor = holder("councillor", "town", auth.Councillor)
	president  = holder("president", "town", auth.President)
	counter    = holder("counter", "town", auth.FrontDesk)
	stranger   = holder("stranger", "elsewhere", auth.Officer)
	citizen    = auth.Actor{PersonID: "citizen"}
	admin      = holder("admin", auth.PlatformID, auth.Administrator)
	everybody  = []auth.Actor{officer, second, councillor, president, counter, stranger, admin}
)

func holder(id, org string, role auth.Role) auth.Actor {
	return auth.Actor{PersonID: id, Lang: "fr", Memberships: []auth.Membership{{OrgID: org, Role: role}}}
}

type testPeople struct{ gone map[string]bool }

func (p *testPeople) Person(_ context.Context, id string) (Person, error) {
	if p.gone[id] {
		return Person{}, fault.New(fault.NotFound, "")
	}
	return Person{ID: id, Name: "Name of " + id, Lang: map[bool]string{true: "ar", false: "fr"}[id == "president"], Email: id + "@example.org"}, nil
}

func (p *testPeople) Colleagues(_ context.Context, org string) ([]Colleague, error) {
	var all []Colleague
	for _, a := range everybody {
		for _, m := range a.Memberships {
			if m.OrgID == org && !p.gone[a.PersonID] {
				all = append(all, Colleague{ID: a.PersonID, Name: "Name of " + a.PersonID, Roles: []auth.Role{m.Role}})
			}
		}
	}
	return all, nil
}

type testPlaces struct{}

func (testPlaces) Authority(_ context.Context, id string) (string, map[string]string, error) {
	if id != "town" && id != "elsewhere" {
		return "", nil, fault.New(fault.NotFound, "")
	}
	return "MA", map[string]string{"fr": "Commune de test", "ar": "جماعة تجريبية"}, nil
}

// testSource says what waits as the test set it.
type testSource struct {
	mu  sync.Mutex
	all map[string]Standing
}

func (s *testSource) Name() string { return "test" }

func (s *testSource) Waiting(_ context.Context, after string) ([]string, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string // one a page, so that the cursor is used
	for id, st := range s.all {
		if len(st.Waits) > 0 && id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if len(ids) <= 1 {
		return ids, "", nil
	}
	return ids[:1], ids[0], nil
}

func (s *testSource) All(ctx context.Context, after string) ([]string, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for id := range s.all {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids, "", nil
}

func (s *testSource) Standing(_ context.Context, subject string) (Standing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[subject], nil
}

// testPost keeps what would be sent, each key once, as the outbox does.
type testPost struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (p *testPost) Queue(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.ContainsFunc(p.sent, func(o mail.Message) bool { return o.Key == m.Key }) {
		p.sent = append(p.sent, m)
	}
	return m.Check()
}

func (p *testPost) UnsubscribeURL(to, kind string) string {
	return "https://desk.example/unsubscribe/" + kind
}

// to says who got mails, sorted.
func (p *testPost) to() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, m := range p.sent {
		name, _, _ := strings.Cut(m.To, "@")
		all = append(all, name)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// answer is a wait with a deadline.
func answer(due time.Time) Wait {
	return Wait{Slot: "reply", Kind: "test.answer", Authority: "town", Country: "MA", Titles: map[string]string{"ar": "إنارة الشارع", "fr": "=Éclairage"}, Reference: "PET-2026-0001",
		Path: "/desk/answers", Since: start, Due: due}
}

// read is a wait without a deadline, for officers.
func read(slot string) Wait {
	return Wait{Slot: slot, Kind: "test.read", Authority: "town", Country: "MA", Titles: map[string]string{"fr": "À lire " + slot}, Path: "/desk/petitions", Since: start}
}

// tell sets what waits of a subject, at the source and at the desk.
func (w *world) tell(subject string, stamp int64, waits ...Wait) {
	w.t.Helper()
	w.set(subject, stamp, waits...)
	w.must(w.Tell(w.ctx, "test:"+subject, Standing{Stamp: stamp, Waits: waits}))
}

// set sets it at the source alone, as if the desk had not been told.
func (w *world) set(subject string, stamp int64, waits ...Wait) {
	w.source.mu.Lock()
	defer w.source.mu.Unlock()
	w.source.all["test:"+subject] = Standing{Stamp: stamp, Waits: waits}
}

// item is an item as it is kept.
func (w *world) item(id string) Item {
	w.t.Helper()
	it, err := w.items.Get(w.ctx, "test:"+id)
	w.must(err)
	return it
}

// ids are the items of a list, in its order.
func (w *world) ids(who auth.Actor, f Filter) string {
	w.t.Helper()
	page, err := w.List(w.ctx, who, "town", f, "", 100)
	if err != nil {
		return fault.KindOf(err).String()
	}
	var all []string
	for _, it := range page.Items {
		all = append(all, strings.TrimPrefix(it.ID, "test:"))
	}
	return strings.Join(all, " ")
}

// sound fails when check finds anything.
func (w *world) sound() {
	w.t.Helper()
	found, err := w.Check(w.ctx, false)
	w.must(err)
	for _, f := range found {
		w.t.Errorf("check: %s: %s", f.Subject, f.Problem)
	}
}

func wantFault(t testing.TB, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: fault %v, want kind %s", what, err, kind)
	}
}
