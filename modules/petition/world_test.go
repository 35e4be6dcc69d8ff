package petition

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"

	"musharaka/config/locales"
)

// world is a service with everything around it: a fresh store, a clock that
// stands still, and neighbours that know a town, a region and anybody.
type world struct {
	*Service
	t     testing.TB
	ctx   context.Context
	clock *clock.Fake
	db    store.DB
	law   *testLaw
	folk  *testPeople
	post  *testPost
	heard *testEvents
	paper *testNumbers
}

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return worldOn(t, db, 1, clock.NewFake(start))
}

// worldOn makes a further service over a store; seed makes its ids its own.
func worldOn(t testing.TB, db store.DB, seed uint64, clk *clock.Fake) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{t: t, ctx: ctx, clock: clk, db: db, law: &testLaw{}, folk: &testPeople{gone: map[string]bool{}, changed: map[string]Person{}},
		post: &testPost{}, heard: &testEvents{}, paper: &testNumbers{behind: map[string]string{}, proven: map[string]bool{}}}
	ids := ident.NewFake(seed)
	log, err := audit.Open(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	queue, err := job.New(ctx, db, clk, ids, job.Config{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	words, err := ourWords()
	if err != nil {
		t.Fatal(err)
	}
	w.Service, err = New(ctx, Needs{
		DB: db, Audit: log, Queue: queue, Authorities: testPlaces{}, People: w.folk, Organisations: testOrganisations{}, Campaigns: testCampaigns{}, Staff: testStaff{}, Law: w.law,
		Files: testFiles{}, Post: w.post, Numbers: w.paper, Sealer: testSealer{}, Words: words, Events: w.heard, Clock: clk, Ident: ids,
		Log: slog.New(slog.DiscardHandler), PublicURL: "https://petitions.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Service.Stop(ctx) })
	return w
}

// ourWords loads the catalogues that a petition's mails speak with.
var ourWords = sync.OnceValues(func() (*i18n.Catalogues, error) {
	files := fstest.MapFS{}
	for _, name := range []string{"petition", "mail", "common", "kit"} {
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

// The people of the tests. The officer, the councillor and the president serve
// both the town and the region.
var (
	salma      = citizen("salma") // writes petitions
	karim      = citizen("karim")
	leila      = citizen("leila")
	officer    = holder("officer", auth.Officer)
	councillor = holder("councillor", auth.Councillor)
	president  = holder("president", auth.President)
	admin      = auth.Actor{PersonID: "admin", Name: "Admin", Memberships: []auth.Membership{{Kind: auth.Platform, OrgID: auth.PlatformID, Role: auth.Administrator}}}
)

func citizen(id string) auth.Actor {
	return auth.Actor{PersonID: id, Name: "Name of " + id, Lang: "fr"}
}

func holder(id string, role auth.Role) auth.Actor {
	a := citizen(id)
	for _, org := range []string{"town", "region"} {
		a.Memberships = append(a.Memberships, auth.Membership{Kind: auth.Authority, OrgID: org, Role: role})
	}
	return a
}

// testPlaces knows a town, a region of two provinces, and a town that takes no part.
type testPlaces struct{}

func (testPlaces) Authority(_ context.Context, id string) (Authority, error) {
	a := Authority{ID: id, Country: "MA", Active: true, Names: map[string]string{"fr": "Commune de test", "ar": "جماعة تجريبية"}}
	switch id {
	case "town":
		a.Level, a.Ancestors = "commune", []string{"north", "region"}
	case "region":
		a.Level, a.Subunits = "region", []string{"north", "south"}
	case "elsewhere":
		a.Level, a.Active, a.Country = "municipality", false, "TN"
	default:
		return Authority{}, fault.New(fault.NotFound, "")
	}
	return a, nil
}

// testPeople knows everybody: somebody whose id begins with "far" lives far
// away, "south" in the south of the region, all others in the town.
type testPeople struct {
	mu      sync.Mutex
	gone    map[string]bool
	changed map[string]Person
}

func (f *testPeople) Person(_ context.Context, id string) (Person, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone[id] {
		return Person{}, fault.New(fault.NotFound, "")
	}
	if p, ok := f.changed[id]; ok {
		return p, nil
	}
	p := Person{ID: id, Name: "Name of " + id, Lang: "fr", Email: id + "@example.org", BirthYear: 1990, Level: 1,
		Residence: []string{"town", "north", "region"}, Delegates: []string{"club"}}
	switch {
	case len(id) > 3 && id[:3] == "far":
		p.Residence = []string{"moon"}
	case len(id) > 5 && id[:5] == "south":
		p.Residence = []string{"village", "south", "region"}
	}
	return p, nil
}

// testStaff knows who serves the town.
type testStaff struct{}

func (testStaff) HoldersOf(_ context.Context, orgID string, roles ...auth.Role) ([]string, error) {
	var ids []string
	for _, a := range []auth.Actor{officer, councillor, president, admin} {
		if a.Holds(orgID, roles...) {
			ids = append(ids, a.PersonID)
		}
	}
	return ids, nil
}

type testOrganisations struct{}

func (testOrganisations) Organisation(_ context.Context, id string) (Organisation, error) {
	if id != "club" && id != "newclub" {
		return Organisation{}, fault.New(fault.NotFound, "")
	}
	return Organisation{ID: id, Name: "Association " + id, FoundedAt: start.AddDate(-5, 0, 0), Seats: []string{"town"}}, nil
}

// testLaw asks for `need` valid signatures (4 when 0), in the region 2 from
// each province; valid is who lives there.
type testLaw struct {
	need int64
}

func (l *testLaw) Threshold(_ context.Context, a Authority, kind Kind, _ time.Time) (Threshold, error) {
	t := Threshold{Signatures: l.need, Source: Source{Article: "1", Text: "Test code", Verified: true}}
	if t.Signatures == 0 {
		t.Signatures = 4
	}
	if kind == Association {
		t.Signatures = 0
	}
	if a.Level == "region" {
		t.PerSubunit, t.Subunits = 2, a.Subunits
	}
	return t, nil
}

func (l *testLaw) Periods(context.Context, Authority, time.Time) (Periods, error) {
	return Periods{CollectMonths: 3, MaxCollectMonths: 6, ReplyMonths: 2, KeepMonths: 12}, nil
}

func (l *testLaw) Counts(_ context.Context, a Authority, p Person, _ time.Time) (Verdict, error) {
	v := Verdict{Valid: slices.Contains(p.Residence, a.ID)}
	if !v.Valid {
		v.Reasons = []string{"not_from_here"}
	}
	for _, place := range p.Residence {
		if slices.Contains(a.Subunits, place) {
			v.Subunit = place
		}
	}
	return v, nil
}

func (l *testLaw) Unmet(_ context.Context, _ Authority, o Organisation, _ time.Time) ([]string, error) {
	return nil, nil
}

// Book asks for full numbers of a region alone.
func (l *testLaw) Book(_ context.Context, a Authority, _ time.Time) (Book, error) {
	b := Book{Right: true, Numbers: law.NoNumber, ReplyIn: 2, Reply: Source{Text: "Test code", Article: "2"}, AppealDays: 60,
		AppealTo: law.Text{AR: "المحكمة الإدارية", FR: "le tribunal administratif", EN: "the administrative court"}, Appeal: Source{Text: "Test code"},
		Conditions: []Condition{
			{Code: "residence_or_activity", Of: law.OfSignatory, Text: law.Text{AR: "السكن", FR: "habiter", EN: "to live here"}, Source: Source{Text: "Test code", Verified: true}},
			{Code: "within_powers", Of: law.OfObject, Text: law.Text{AR: "الصلاحيات", FR: "relever des attributions", EN: "to be within the powers"}, Source: Source{Text: "Test code"}},
			{Code: "seat_or_branch", Of: law.OfAssociation, Text: law.Text{AR: "المقر", FR: "avoir un siège", EN: "to have a seat"}, Source: Source{Text: "Test code"}},
		}}
	if a.Level == "region" {
		b.Numbers = law.FullNumber
	}
	return b, nil
}

type testFiles struct{}

func (testFiles) Uploaded(_ context.Context, personID string, ids []string) (bool, error) {
	return !slices.Contains(ids, "lost"), nil
}

func (testFiles) Discard(context.Context, []string) error { return nil }

// testPost keeps what would be sent.
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
	return "https://petitions.example/unsubscribe/" + kind
}

// keys returns the keys of what was sent, sorted.
func (p *testPost) keys() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var keys []string
	for _, m := range p.sent {
		keys = append(keys, m.Key)
	}
	slices.Sort(keys)
	return keys
}

type testEvents struct {
	mu  sync.Mutex
	ids map[string]int
}

func (e *testEvents) PetitionChanged(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ids == nil {
		e.ids = map[string]int{}
	}
	e.ids[id]++
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

var goodText = Text{
	Object: "Éclairer la rue de l'école primaire", Ask: "Nous demandons au conseil d'installer un éclairage public dans la rue de l'école.",
	Reasons: "Les élèves rentrent le soir dans le noir et les trottoirs sont abîmés.", Aims: "Un chemin sûr pour tous les enfants.",
}

// draft writes a complete draft to an authority.
func (w *world) draft(authority string) Petition {
	w.t.Helper()
	p, err := w.StartDraft(w.ctx, salma, authority, "")
	w.must(err)
	texts := map[string]Text{"fr": goodText}
	for _, step := range []struct {
		step Step
		in   Input
	}{
		{StepLanguages, Input{Langs: []string{"fr"}}}, {StepObject, Input{Texts: texts}}, {StepAsk, Input{Texts: texts}},
		{StepReasons, Input{Texts: texts}}, {StepAims, Input{Texts: texts}}, {StepTheme, Input{Theme: "lighting", Tags: []string{"children"}}},
		{StepPetitioners, Input{Kind: Citizens, AgentName: "Salma B.", AgentPublic: true, Deputy: "Karim C."}},
	} {
		p, err = w.SaveStep(w.ctx, salma, p.ID, step.step, step.in)
		w.must(err)
	}
	return p
}

// submitted brings a petition to moderation, opened to signatures.
func (w *world) submitted(authority string) Petition {
	w.t.Helper()
	p, err := w.Submit(w.ctx, salma, w.draft(authority).ID)
	w.must(err)
	return p
}

func (w *world) opened(authority string) Petition {
	w.t.Helper()
	p := w.submitted(authority)
	by := officer
	if p.Unserved {
		by = admin
	}
	p, err := w.Publish(w.ctx, by, p.ID)
	w.must(err)
	return p
}

// sign lets people sign, each once.
func (w *world) sign(p Petition, people ...string) {
	w.t.Helper()
	for _, id := range people {
		_, err := w.Sign(w.ctx, citizen(id), p.ID, SignInput{Consent: "1"})
		w.must(err)
	}
}

// many returns n people.
func many(prefix string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return ids
}

// now reads a petition as it is kept.
func (w *world) now(id string) Petition {
	w.t.Helper()
	p, err := w.petitions.Get(w.ctx, id)
	w.must(err)
	return p
}

func (w *world) wantState(id string, want State) {
	w.t.Helper()
	if p := w.now(id); p.State != want {
		w.t.Errorf("the petition is %s, want %s", p.State, want)
	}
}

// wantTally compares the tally in memory, the stored one and the signatures.
func (w *world) wantTally(id string, supporters, valid int64) {
	w.t.Helper()
	for from, read := range map[string]func() (Tally, error){
		"memory": func() (Tally, error) { return w.Tally(w.ctx, id) },
		"store":  func() (Tally, error) { return w.tallyNow(w.ctx, id) },
		"index":  func() (Tally, error) { return w.countSignatures(w.ctx, id) },
	} {
		t, err := read()
		w.must(err)
		if t.Supporters != supporters || t.Valid != valid {
			w.t.Errorf("by %s: %d supporters, %d valid; want %d and %d", from, t.Supporters, t.Valid, supporters, valid)
		}
	}
}

func wantFault(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("fault %v, want kind %s", err, kind)
	}
}

// testCampaigns has two campaigns for every petition, of which one runs.
type testCampaigns struct{}

func (testCampaigns) Running(_ context.Context, _, code string) (string, error) {
	if code == "spring" {
		return code, nil
	}
	return "", nil
}

func (testCampaigns) Of(context.Context, string) ([]string, error) {
	return []string{"spring", "winter"}, nil
}
