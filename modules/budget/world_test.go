package budget

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
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

// world is a service with everything around it: a fresh store, a clock that
// stands still, and neighbours that know a town and anybody.
type world struct {
	*Service
	t     testing.TB
	ctx   context.Context
	clock *clock.Fake
	db    store.DB
	folk  *testPeople
	post  *testPost
	files *testFiles
}

// start is a Sunday morning in Tunis.
var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w := &world{t: t, ctx: context.Background(), clock: clock.NewFake(start), db: db, folk: &testPeople{changed: map[string]Person{}}, post: &testPost{}, files: &testFiles{}}
	ids := ident.NewFake(1)
	log, err := audit.Open(w.ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	queue, err := job.New(w.ctx, db, w.clock, ids, job.Config{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	words, err := ourWords()
	if err != nil {
		t.Fatal(err)
	}
	w.Service, err = New(w.ctx, Needs{
		DB: db, Audit: log, Queue: queue, Authorities: testPlaces{}, People: w.folk, Organisations: testOrganisations{}, Sittings: testSittings{}, Staff: testStaff{},
		Files: w.files, Post: w.post, Words: words, Clock: w.clock, Ident: ids, Log: slog.New(slog.DiscardHandler), PublicURL: "https://budgets.example",
		Numbers: hallNumbers{}, Ledger: testLedger(t, db, w.clock), BallotKey: testKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Service.Start(w.ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Service.Stop(w.ctx) })
	return w
}

// ourWords loads the catalogues that our mails and papers speak with.
var ourWords = sync.OnceValues(func() (*i18n.Catalogues, error) {
	files := fstest.MapFS{}
	for _, name := range []string{"budget", "ballot", "result", "common", "kit", "petition", "council", "place"} {
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

func must[T any](w *world) func(T, error) T {
	return func(v T, err error) T {
		w.t.Helper()
		w.must(err)
		return v
	}
}

func (w *world) refuses(err error, kind fault.Kind, what string) {
	w.t.Helper()
	if !fault.Is(err, kind) {
		w.t.Errorf("%s: %v, not %s", what, err, kind)
	}
}

// runJobs does what is due, counts included.
func (w *world) runJobs() {
	w.t.Helper()
	w.clock.Advance(recountWindow + recountMargin)
	_, err := w.Queue.RunDue(w.ctx)
	w.must(err)
}

const (
	town  = "tn-town"
	other = "ma-town"
)

// The people of the tests.
var (
	salma       = citizen("salma")
	karim       = citizen("karim")
	leila       = citizen("leila")
	officer     = holder("officer", town, auth.Officer)
	president   = holder("president", town, auth.President)
	agent       = holder("agent", town, auth.Department)
	facilitator = holder("facilitator", town, auth.Facilitator)
	desk        = holder("desk", town, auth.FrontDesk)
	stranger    = auth.Actor{PersonID: "stranger", Name: "Stranger", Memberships: []auth.Membership{
		{OrgID: other, Role: auth.Officer}, {OrgID: other, Role: auth.Department}, {OrgID: other, Role: auth.Facilitator}, {OrgID: other, Role: auth.President}, {OrgID: other, Role: auth.FrontDesk}}}
	admin = auth.Actor{PersonID: "admin", Name: "Admin", Memberships: []auth.Membership{{OrgID: auth.PlatformID, Role: auth.Administrator}}}
)

func citizen(id string) auth.Actor { return auth.Actor{PersonID: id, Name: id, Lang: "ar", Level: 1} }

func holder(id, org string, role auth.Role) auth.Actor {
	return auth.Actor{PersonID: id, Name: id, Lang: "ar", Memberships: []auth.Membership{{OrgID: org, Role: role}}}
}

type testPlaces struct{}

func (testPlaces) Authority(_ context.Context, id string) (Authority, error) {
	switch id {
	case town:
		return Authority{ID: id, Country: "TN", Names: map[string]string{"ar": "المدينة", "fr": "La Ville"}, Active: true, Population: 50_000, KeepMonths: 6}, nil
	case other:
		return Authority{ID: id, Country: "MA", Names: map[string]string{"ar": "البلدة", "fr": "Le Bourg"}, Active: true, Population: 20_000, KeepMonths: 6}, nil
	}
	return Authority{}, fault.New(fault.NotFound, "There is no such authority.")
}

// testPeople are grown-ups who live in the town, unless a test says otherwise.
type testPeople struct {
	mu      sync.Mutex
	changed map[string]Person
}

func (p *testPeople) Person(_ context.Context, id string) (Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if x, ok := p.changed[id]; ok {
		return x, nil
	}
	return Person{ID: id, Name: id, Lang: "ar", Email: id + "@mail.example", Residence: []string{town, "tn-gov"}, BirthYear: 1990, Level: 1}, nil
}

type testOrganisations struct{}

func (testOrganisations) OrganisationName(_ context.Context, id string) (string, error) {
	return "جمعية " + id, nil
}

// testSittings knows one session of the town, held before every test begins.
type testSittings struct{}

func (testSittings) Sittings(ctx context.Context, authority string) ([]Sitting, error) {
	s, err := testSittings{}.Sitting(ctx, authority, "october")
	return []Sitting{s}, err
}

func (testSittings) Sitting(_ context.Context, authority, id string) (Sitting, error) {
	if authority != town || id != "october" {
		return Sitting{}, fault.New(fault.NotFound, "")
	}
	return Sitting{ID: id, On: day(2026, 10, 29), Path: "/councils/" + town + "/sessions/october"}, nil
}

type testStaff struct{}

func (testStaff) HoldersOf(_ context.Context, org string, roles ...auth.Role) ([]string, error) {
	if org == town && slices.Contains(roles, auth.Officer) {
		return []string{officer.PersonID}, nil
	}
	return nil, nil
}

type testFiles struct {
	public    map[string]bool
	discarded []string
}

func (f *testFiles) Uploaded(_ context.Context, person string, ids []string) (bool, error) {
	return !slices.ContainsFunc(ids, func(id string) bool { return id[:len(person)] != person }), nil
}

func (f *testFiles) Publish(_ context.Context, ids []string, public bool) error {
	if f.public == nil {
		f.public = map[string]bool{}
	}
	for _, id := range ids {
		f.public[id] = public
	}
	return nil
}

func (f *testFiles) Discard(_ context.Context, ids []string) error {
	f.discarded = append(f.discarded, ids...)
	return nil
}

type testPost struct {
	mu   sync.Mutex
	sent map[string]mail.Message
}

func (p *testPost) Queue(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent == nil {
		p.sent = map[string]mail.Message{}
	}
	p.sent[m.Key] = m
	return nil
}

func (p *testPost) UnsubscribeURL(to, kind string) string {
	return "https://budgets.example/stop/" + kind
}

func (p *testPost) to(address string) (subjects []string) {
	for _, m := range p.sent {
		if m.To == address {
			subjects = append(subjects, m.Subject)
		}
	}
	slices.Sort(subjects)
	return subjects
}

// day is the first moment of a day in Tunis.
func day(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, clock.Zone("TN")).UTC()
}

// draft sets an edition up so that it can be announced: a million and two zones
// with a ballot, unless change says otherwise.
func (w *world) draft(t Template, change func(*Edition)) Edition {
	w.t.Helper()
	e := must[Edition](w)(w.Begin(w.ctx, officer, town, t, ""))
	set := func(step Setup, put func(*Edition)) {
		if _, err := w.SetUpStep(w.ctx, officer, e.ID, step, put); err != nil {
			var b *Broken
			if errors.As(err, &b) {
				w.t.Fatalf("%s: %+v", step, b.Problems)
			}
			w.t.Fatal(err)
		}
	}
	set(SetAbout, func(e *Edition) {
		e.Texts["ar"] = EditionText{Title: "ميزانيتنا", Intro: "اقترحوا وصوّتوا"}
	})
	set(SetMoney, func(e *Edition) { e.Rules.Envelope = 1_000_000_000 })
	set(SetAreas, func(e *Edition) {
		e.Rules.Areas = []Area{
			{Key: "north", Kind: Zone, Names: map[string]string{"ar": "الشمال", "fr": "Nord"}, Envelope: 600_000_000},
			{Key: "south", Kind: Zone, Names: map[string]string{"ar": "الجنوب", "fr": "Sud"}, Envelope: 400_000_000}}
	})
	if change != nil {
		set(SetCalendar, change)
	}
	return must[Edition](w)(w.Edition(w.ctx, officer, e.ID))
}

// running announces an edition and brings it to a phase by the clock.
func (w *world) running(t Template, p Phase) Edition {
	w.t.Helper()
	e := must[Edition](w)(w.Announce(w.ctx, officer, w.draft(t, nil).ID))
	return w.until(e, p)
}

// until sets the clock to an hour after the beginning of a phase.
func (w *world) until(e Edition, p Phase) Edition {
	w.t.Helper()
	s, ok := e.Calendar.Stage(p)
	if !ok {
		w.t.Fatalf("%s is not in the calendar", p)
	}
	w.clock.Set(s.From.Add(time.Hour))
	w.must(w.Tick(w.ctx))
	e = must[Edition](w)(w.Edition(w.ctx, officer, e.ID))
	if e.Phase != p {
		w.t.Fatalf("the edition is in %s, not in %s", e.Phase, p)
	}
	return e
}

// whole is a proposal without anything missing.
func whole(area string) Input {
	return Input{
		Langs: []string{"ar"}, Texts: map[string]Text{"ar": {Title: "إنارة الطريق الساحلية", Body: "الطريق الساحلية مظلمة ليلًا، ونقترح تركيب فوانيس تعمل بالطاقة الشمسية."}},
		Area: area, Spot: Spot{Words: "قرب الميناء"}, Heading: "lighting", Needs: []string{"women"}, Source: FromCitizen,
	}
}

// submitted writes and submits a proposal.
func (w *world) submitted(e Edition, who auth.Actor, area string) Proposal {
	w.t.Helper()
	p := must[Proposal](w)(w.StartDraft(w.ctx, who, e.ID, ""))
	for _, step := range Steps {
		must[Proposal](w)(w.SaveStep(w.ctx, who, p.ID, step, whole(area)))
	}
	return must[Proposal](w)(w.Submit(w.ctx, who, p.ID))
}

func (w *world) published(e Edition, who auth.Actor, area string) Proposal {
	w.t.Helper()
	return must[Proposal](w)(w.PublishProposal(w.ctx, officer, w.submitted(e, who, area).ID))
}

// allChecks answers every question of the checklist.
func allChecks() (all []Check) {
	for _, key := range Checks {
		all = append(all, Check{Key: key, Answer: "yes"})
	}
	return all
}

// found concludes that a published proposal is feasible at a cost.
func (w *world) found(p Proposal, cost int64) Proposal {
	w.t.Helper()
	must[Proposal](w)(w.Assign(w.ctx, officer, p.ID, "technical"))
	must[Proposal](w)(w.SaveStudy(w.ctx, agent, p.ID, StudyInput{Checks: allChecks(), Lines: []Line{{"أشغال", 1, cost}}}))
	return must[Proposal](w)(w.Conclude(w.ctx, agent, p.ID, IsFeasible))
}

func (w *world) get(id string) Proposal {
	w.t.Helper()
	return must[Proposal](w)(w.proposals.Get(w.ctx, id))
}

// sound fails when check finds something.
func (w *world) sound() {
	w.t.Helper()
	for _, f := range must[[]Finding](w)(w.Check(w.ctx, false)) {
		w.t.Errorf("%s: %s", f.Subject, f.Problem)
	}
}
