package council

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	lawfiles "musharaka/config/law"
	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/views/ui"
)

// The places of the tests: a Moroccan commune, another one, and a Tunisian
// municipality without a council.
const (
	town      = "town"
	otherTown = "other"
	tunisian  = "tn"
)

var start = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

type world struct {
	*Service
	t     testing.TB
	ctx   context.Context
	clock *clock.Fake
	db    store.DB
	post  *testPost
}

var ourWords = sync.OnceValues(func() (*i18n.Catalogues, error) { return i18n.Load(locales.FS) })
var ourPacks = sync.OnceValues(func() (*law.Packs, error) { return law.Load(lawfiles.Files, "") })

func newWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{t: t, ctx: context.Background(), clock: clock.NewFake(start), db: db, post: &testPost{}}
	ids, quiet := ident.NewFake(1), slog.New(slog.DiscardHandler)
	log, err := audit.Open(w.ctx, db)
	w.must(err)
	queue, err := job.New(w.ctx, db, w.clock, ids, job.Config{Log: quiet})
	w.must(err)
	blobs, err := file.OpenDisk(filepath.Join(dir, "files"))
	w.must(err)
	files, err := file.Open(w.ctx, db, blobs, w.clock, ids)
	w.must(err)
	words, err := ourWords()
	w.must(err)
	packs, err := ourPacks()
	w.must(err)
	w.Service, err = New(w.ctx, Needs{DB: db, Audit: log, Queue: queue, Authorities: testPlaces{}, People: testPeople{}, Staff: testStaff{}, Subjects: testSubjects{},
		Packs: packs, Files: files, Post: w.post, Words: words, Clock: w.clock, Ident: ids, Log: quiet, PublicURL: "https://petitions.example"})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

var (
	officer    = holder("officer", auth.Officer)
	councillor = holder("councillor", auth.Councillor)
	president  = holder("president", auth.President)
	stranger   = auth.Actor{PersonID: "stranger", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: otherTown, Role: auth.Officer}}}
	salma      = auth.Actor{PersonID: "salma", Lang: "fr"}
	karim      = auth.Actor{PersonID: "karim", Lang: "ar"}
	nobody     = auth.Actor{}
)

func holder(id string, role auth.Role) auth.Actor {
	a := auth.Actor{PersonID: id, Lang: "fr"}
	for _, org := range []string{town, tunisian} {
		a.Memberships = append(a.Memberships, auth.Membership{Kind: auth.Authority, OrgID: org, Role: role})
	}
	return a
}

type testPlaces struct{}

func (testPlaces) Authority(_ context.Context, id string) (Authority, error) {
	a := Authority{ID: id, Country: "MA", Level: "commune", Active: true, Body: law.Council, Names: map[string]string{"fr": "Commune d’essai", "ar": "جماعة تجريبية", "en": "Trial commune"}}
	switch id {
	case town, otherTown:
	case tunisian:
		a.Country, a.Level, a.Body = "TN", "municipality", law.ActingSecretaryGeneral
		a.Names = map[string]string{"fr": "Municipalité d’essai", "ar": "بلدية تجريبية", "en": "Trial municipality"}
	case "asleep":
		a.Active = false
	default:
		return Authority{}, fault.New(fault.NotFound, "")
	}
	return a, nil
}

func (testPlaces) Tenant(Authority, ui.Translator) *ui.Tenant { return nil }

// testPeople: everybody lives in the town and in the municipality, but for
// those whose id begins with "far".
type testPeople struct{}

func (testPeople) Person(_ context.Context, id string) (Person, error) {
	p := Person{ID: id, Name: "Name of " + id, Lang: "fr", Email: id + "@example.org", Lives: []string{town, tunisian, "region"}}
	if strings.HasPrefix(id, "far") {
		p.Lives = []string{"moon"}
	}
	return p, nil
}

type testStaff struct{}

func (testStaff) HoldersOf(context.Context, string, ...auth.Role) ([]string, error) {
	return []string{"officer"}, nil
}

type testSubjects struct{}

func (testSubjects) Find(_ context.Context, authority, words string) (Subject, error) {
	if words != "PET-2026-0001" || authority == otherTown {
		return Subject{}, fault.New(fault.NotFound, "")
	}
	return Subject{Kind: "petition", ID: "p1", Title: "إصلاح الإنارة", Reference: words}, nil
}
func (testSubjects) Path(s Subject) string { return "/petitions/" + s.ID }
func (testSubjects) Label(string) string   { return "Petition" }
func (testSubjects) Steps(context.Context, auth.Actor, Subject, bool) ([]Step, error) {
	return nil, nil
}
func (testSubjects) Advance(context.Context, auth.Actor, Subject, string, Progress) error { return nil }

type testPost struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (p *testPost) Queue(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, x := range p.sent {
		if x.Key == m.Key {
			return nil
		}
	}
	p.sent = append(p.sent, m)
	return m.Check()
}

func (p *testPost) UnsubscribeURL(string, string) string {
	return "https://petitions.example/unsubscribe/x"
}

// members enters n members in office since long ago.
func (w *world) members(n int) []Mandate {
	w.t.Helper()
	var all []Mandate
	for i := range n {
		m := Mandate{Body: Deciding, Name: "عضو " + string(rune('ا'+i)), Function: "member", From: start.AddDate(-1, 0, 0)}
		if i == 0 {
			m.Function = "president"
		}
		made, err := w.AddMember(w.ctx, officer, town, "member"+string(rune('a'+i)), m)
		w.must(err)
		all = append(all, made)
	}
	return all
}

// prepared makes a session in 20 days with one item about a petition.
func (w *world) prepared(kind SessionKind) Session {
	w.t.Helper()
	x, err := w.Prepare(w.ctx, officer, town, w.Ident.ID(), Plan{Kind: kind, StartsAt: w.clock.Now().AddDate(0, 0, 20), Place: "القاعة الكبرى"})
	w.must(err)
	x, err = w.AddItem(w.ctx, officer, x.ID, "one", "PET-2026-0001", Item{Text: "دراسة العريضة"})
	w.must(err)
	return x
}

// opened convenes and opens a session with some of the members present.
func (w *world) opened(present []Mandate) Session {
	w.t.Helper()
	x := w.prepared(Ordinary)
	x, err := w.Convene(w.ctx, officer, x.ID, w.clock.Now(), "")
	w.must(err)
	w.clock.Set(x.StartsAt.Add(time.Minute))
	var ids []string
	for _, m := range present {
		ids = append(ids, m.ID)
	}
	x, err = w.Open(w.ctx, president, x.ID, "عضو ا", ids)
	w.must(err)
	return x
}

// sat lets a session adopt its item and end.
func (w *world) sat(n int) Session {
	w.t.Helper()
	members := w.members(n)
	x := w.opened(members)
	x, err := w.Record(w.ctx, officer, x.ID, x.Agenda[0].ID, Vote{Outcome: Adopted, For: n - 1, Against: 1, Decision: "صودق على إصلاح الإنارة قبل نهاية السنة."})
	w.must(err)
	x, err = w.Close(w.ctx, officer, x.ID, "حضر أشغال الدورة ممثلون عن المجتمع المدني.")
	w.must(err)
	return x
}

// sound fails when Check finds something.
func (w *world) sound() {
	w.t.Helper()
	found, err := w.Check(w.ctx, false)
	if err != nil || len(found) > 0 {
		w.t.Errorf("check finds %v, %v", found, err)
	}
}

func input(t *testing.T, err error, field string) {
	t.Helper()
	x, ok := asInput(err)
	if !ok || x.Field != field || !fault.Is(err, fault.Invalid) {
		t.Errorf("%v is no mistake of the field %q", err, field)
	}
}
