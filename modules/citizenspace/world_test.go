package citizenspace

import (
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
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
	"musharaka/modules/kit/store/sqlitestore"
)

// world is a service with everything around it: a fresh store, a clock that
// stands still, and neighbours that know two towns and anybody.
type world struct {
	*Service
	t     testing.TB
	ctx   context.Context
	clock *clock.Fake
	post  *testPost
}

const (
	town      = "tn-2411"
	otherTown = "tn-1312"
)

// start is a Monday morning in Tunis.
var start = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

var (
	officer  = staffOf("officer", auth.Officer)
	agent    = staffOf("agent", auth.FrontDesk)
	worker   = staffOf("worker", auth.Department)
	stranger = auth.Actor{PersonID: "stranger"}
	citizen  = auth.Actor{PersonID: "amal", Lang: "ar"}
)

func staffOf(id string, role auth.Role) auth.Actor {
	return auth.Actor{PersonID: id, Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: town, Role: role}}}
}

func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w := &world{t: t, ctx: context.Background(), clock: clock.NewFake(start), post: &testPost{}}
	log, err := audit.Open(w.ctx, db)
	w.must(err)
	ids := ident.NewFake(1)
	queue, err := job.New(w.ctx, db, w.clock, ids, job.Config{Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	words, err := ourWords()
	w.must(err)
	w.Service, err = New(w.ctx, Needs{
		DB: db, Audit: log, Queue: queue, Authorities: testPlaces{}, People: testPeople{}, Staff: testStaff{}, Files: testFiles{}, Post: w.post, Words: words,
		CodeKey: []byte("0123456789abcdef0123456789abcdef"), Clock: w.clock, Ident: ids, Log: slog.New(slog.DiscardHandler), PublicURL: "https://space.example",
	})
	w.must(err)
	for _, place := range []string{town, otherTown} {
		_, err = w.SetUp(w.ctx, auth.System, place, func(s *Settings) error {
			s.Open = true
			s.Departments = []Department{{Key: "works", Name: Words{"ar": "الأشغال", "fr": "Travaux"}}, {Key: "papers", Name: Words{"ar": "الحالة المدنية", "fr": "État civil"}}}
			s.Landmarks = []Landmark{{Key: "market", Name: Words{"ar": "السوق", "fr": "Le marché"}, Zip: "6100", Lat: 36.085, Lng: 9.37}}
			return nil
		})
		w.must(err)
		for _, v := range []Version{lighting(), permit()} {
			_, err = w.Adopt(w.ctx, auth.System, place, v, "")
			w.must(err)
			_, err = w.Publish(w.ctx, auth.System, place, v.Code)
			w.must(err)
		}
	}
	return w
}

// lighting is public and promised in working days, permit private and asks much.
func lighting() Version {
	return Version{
		Code: "lighting", Group: "streets", Name: Words{"ar": "الإنارة العمومية", "fr": "Éclairage public"}, Summary: Words{"ar": "عطب في عمود إنارة", "fr": "Un lampadaire en panne"},
		Promise: Promise{Amount: 5, Unit: WorkingDays}, Department: "works", Public: true, Place: Required, Photos: 3, Online: true, NearMeters: 100, NearDays: 30,
		Questions: []Question{
			{Code: "pole", Type: String, Label: Words{"ar": "رقم العمود", "fr": "Numéro"}, Public: true},
			{Code: "what", Type: OneOf, Required: true, Label: Words{"ar": "ما العطب؟", "fr": "Quelle panne ?"}, Public: true,
				Choices: []Choice{{"dark", Words{"ar": "لا يضيء", "fr": "Éteint"}}, {"day", Words{"ar": "يضيء نهارا", "fr": "Allumé le jour"}}}},
		},
	}
}

func permit() Version {
	return Version{
		Code: "permit", Group: "town_planning", Name: Words{"ar": "رخصة بناء", "fr": "Permis de bâtir"}, Summary: Words{"ar": "ملف رخصة بناء", "fr": "Dossier de permis"},
		Promise: Promise{Amount: 45, Unit: Days}, Department: "papers", Online: true, Citizen: Required, Contact: Required,
		Questions: []Question{{Code: "area", Type: Number, Required: true, Label: Words{"ar": "المساحة", "fr": "Surface"}}},
	}
}

// pole is a report of a lamp at a place.
func pole(once string, lat, lng float64) Input {
	return Input{
		Authority: town, Offer: "lighting", Channel: Online, Description: "عمود إنارة مطفأ أمام المدرسة", Once: once,
		Spot: Spot{Point: true, Lat: lat, Lng: lng, Words: "نهج المدرسة"}, Answers: []Answer{{Code: "what", Values: []string{"dark"}}},
	}
}

func (w *world) file(who auth.Actor, in Input) Filed {
	w.t.Helper()
	f, err := w.File(w.ctx, who, in)
	w.must(err)
	return f
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refuses(err error, kind fault.Kind, what string) {
	w.t.Helper()
	if !fault.Is(err, kind) {
		w.t.Errorf("%s: %v, not %s", what, err, kind)
	}
}

// whole fails when anything derived is not what it is derived from.
func (w *world) whole() {
	w.t.Helper()
	w.must(w.recount(w.ctx))
	found, err := w.Check(w.ctx, false)
	w.must(err)
	for _, f := range found {
		w.t.Errorf("%s: %s", f.Subject, f.Problem)
	}
}

var ourWords = sync.OnceValues(func() (*i18n.Catalogues, error) {
	files := fstest.MapFS{}
	for _, name := range []string{"citizenspace", "common", "kit"} {
		for _, lang := range []string{"ar", "fr", "ar_TN", "ar_MA"} {
			file := lang + "/" + name + ".po"
			if data, err := fs.ReadFile(locales.FS, file); err == nil {
				files[file] = &fstest.MapFile{Data: data}
			}
		}
	}
	return i18n.Load(files)
})

type testPlaces struct{}

func (testPlaces) Authority(_ context.Context, id string) (Authority, error) {
	return Authority{ID: id, Country: "TN", Active: true, Names: map[string]string{"ar": "سليانة", "fr": "Siliana"}, Lat: 36.0833, Lng: 9.3667}, nil
}

type testPeople struct{}

func (testPeople) Person(_ context.Context, id string) (Person, error) {
	return Person{ID: id, Name: "أمل " + id, Lang: "ar", Email: id + "@example.org"}, nil
}

type testStaff struct{}

func (testStaff) HoldersOf(context.Context, string, ...auth.Role) ([]string, error) {
	return []string{"officer", "agent", "worker"}, nil
}

type testFiles struct{}

func (testFiles) Publish(context.Context, []string, bool) error { return nil }
func (testFiles) Discard(context.Context, []string) error       { return nil }

type testPost struct {
	mu    sync.Mutex
	mails []mail.Message
}

func (p *testPost) Queue(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, m)
	return nil
}

func (p *testPost) UnsubscribeURL(to, kind string) string { return "https://space.example/stop" }
