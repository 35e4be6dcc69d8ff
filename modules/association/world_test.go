package association

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	lawfiles "musharaka/config/law"
	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store/sqlitestore"
)

// world is a register with everything around it: a fresh store, a clock that
// stands still, two communes in Morocco and one municipality in Tunisia.
type world struct {
	*Service
	t         *testing.T
	ctx       context.Context
	clock     *clock.Fake
	roles     *testRoles
	files     *testFiles
	post      *testPost
	petitions *testPetitions
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{t: t, ctx: context.Background(), clock: clock.NewFake(noon), roles: &testRoles{held: map[string]bool{}}, files: &testFiles{}, post: &testPost{},
		petitions: &testPetitions{signable: true, counts: map[string]int64{}}}
	log, err := audit.Open(t.Context(), db)
	w.must(err)
	queue, err := job.New(t.Context(), db, w.clock, ident.NewFake(2), job.Config{Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	packs, err := law.Load(lawfiles.Files, "")
	w.must(err)
	words, err := i18n.Load(locales.FS)
	w.must(err)
	w.Service, err = New(t.Context(), Needs{
		DB: db, Audit: log, Queue: queue, Places: territories{}, Packs: packs, People: folk{}, Roles: w.roles, Files: w.files, Petitions: w.petitions,
		Post: w.post, Words: words, Clock: w.clock, Ident: ident.NewFake(1), Log: slog.New(slog.DiscardHandler), PublicURL: "https://petitions.example",
	})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) wantClean() {
	w.t.Helper()
	if found, err := w.Check(w.ctx, false); err != nil || len(found) != 0 {
		w.t.Errorf("check finds %v, %v", found, err)
	}
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, want kind %s", what, err, kind)
	}
}

type territories struct{}

func (territories) Chain(id string) []string {
	return map[string][]string{"ma-1": {"ma-1", "ma-r"}, "ma-2": {"ma-2", "ma-r"}, "tn-1": {"tn-1", "tn-g"}}[id]
}

func (territories) Kind(id string) (country, level string) {
	if id == "tn-1" {
		return "TN", "municipality"
	}
	return "MA", "commune"
}

type folk struct{}

func (folk) Person(_ context.Context, id string) (Person, error) {
	if id == "" || id == "gone" {
		return Person{}, fault.New(fault.NotFound, "")
	}
	return Person{ID: id, Name: "Name of " + id, Lang: "fr", Email: id + "@example.org"}, nil
}

func (folk) ByCode(_ context.Context, code string) (string, error) {
	if code == "none" {
		return "", fault.New(fault.Invalid, "Choose a file first")
	}
	return code, nil
}

type testRoles struct{ held map[string]bool }

func (r *testRoles) Grant(_ context.Context, person, association string, _, _ time.Time) (string, error) {
	r.held[person+"|"+association] = true
	return person + "|" + association, nil
}

func (r *testRoles) Revoke(_ context.Context, _, grant string) error {
	delete(r.held, grant)
	return nil
}

// delegateOf is somebody with the role the mandate gave.
func (w *world) delegateOf(person, association string) auth.Actor {
	who := auth.Actor{PersonID: person}
	if w.roles.held[person+"|"+association] {
		who.Memberships = []auth.Membership{{Kind: auth.Association, OrgID: association, Role: auth.Delegate}}
	}
	return who
}

type testFiles struct{ kept, gone []string }

func (f *testFiles) Take(_ context.Context, _, _, name string, body io.Reader) (string, error) {
	if name == "virus" {
		return "", fault.New(fault.Invalid, "Choose a file first")
	}
	_, err := io.Copy(io.Discard, body)
	f.kept = append(f.kept, "file-"+name)
	return "file-" + name, err
}

func (f *testFiles) Documents(_ context.Context, ids []string) ([]File, error) {
	var all []File
	for _, id := range ids {
		all = append(all, File{ID: id, Name: id + ".pdf", Path: "/files/" + id, Type: "application/pdf", Size: 2048, SHA256: "aa"})
	}
	return all, nil
}

func (f *testFiles) Discard(_ context.Context, ids []string) error {
	f.gone = append(f.gone, ids...)
	return nil
}

type testPost struct{ sent []mail.Message }

func (p *testPost) Queue(_ context.Context, m mail.Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	for _, x := range p.sent {
		if x.Key == m.Key {
			return nil
		}
	}
	p.sent = append(p.sent, m)
	return nil
}

type testPetitions struct {
	signable bool
	counts   map[string]int64
}

func (p *testPetitions) Petition(_ context.Context, id string) (Petition, error) {
	if id == "hidden" {
		return Petition{}, fault.New(fault.NotFound, "")
	}
	return Petition{ID: id, Reference: "PET-2026-0001", Authority: "ma-1", Country: "MA", Langs: []string{"ar"}, Objects: map[string]string{"ar": "إنارة الشارع"},
		Asks: map[string]string{"ar": "نطلب الإنارة"}, Signable: p.signable, ClosesAt: noon.AddDate(0, 3, 0)}, nil
}

func (p *testPetitions) Attributed(_ context.Context, _, campaign string) (int64, error) {
	return p.counts[campaign], nil
}

var (
	officer = auth.Actor{PersonID: "o", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "ma-1", Role: auth.Officer}}}
	other   = auth.Actor{PersonID: "x", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "ma-2", Role: auth.Officer}}}
	admin   = auth.Actor{PersonID: "a", Memberships: []auth.Membership{{Kind: auth.Platform, OrgID: auth.PlatformID, Role: auth.Administrator}}}
	salma   = auth.Actor{PersonID: "salma"} // asks for her association
	karim   = auth.Actor{PersonID: "karim"}
	good    = Association{NameAR: "جمعية أصدقاء البيئة", NameFR: "Les amis de l'environnement", Seat: "ma-1", FoundedAt: time.Date(2015, 3, 1, 0, 0, 0, 0, time.UTC),
		Function: "رئيسة", Representative: "سلمى بنعلي", Mail: "amis@example.org"}
)

// findings decide every condition of an association.
func (w *world) findings(a Association) []Finding {
	_, conditions := w.Conditions(a, w.clock.Now())
	var all []Finding
	for _, c := range conditions {
		v := c.Proposed
		if v == "" {
			v = Met
		}
		all = append(all, Finding{Code: c.Code, Verdict: v, Evidence: "seen"})
	}
	return all
}

// registered brings an association into the register, with salma as its first
// delegate.
func (w *world) registered() (Association, auth.Actor) {
	w.t.Helper()
	a := w.submitted()
	a, err := w.Accept(w.ctx, officer, a.ID, Decision{Findings: w.findings(a), DelegateUntil: w.clock.Now().AddDate(1, 0, 0)})
	w.must(err)
	return a, w.delegateOf("salma", a.ID)
}

func (w *world) draft() Association {
	w.t.Helper()
	a, err := w.Begin(w.ctx, salma, good)
	w.must(err)
	return a
}

func (w *world) submitted() Association {
	w.t.Helper()
	a := w.draft()
	_, err := w.Attach(w.ctx, salma, a.ID, Statutes, false, "statutes", bodyOf("x"))
	w.must(err)
	a, err = w.Submit(w.ctx, salma, a.ID)
	w.must(err)
	return a
}
