package partnership

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store/sqlitestore"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

type world struct {
	*Service
	t     *testing.T
	ctx   context.Context
	files *testFiles
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{t: t, ctx: context.Background(), files: &testFiles{kept: map[string]File{}}}
	log, err := audit.Open(w.ctx, db)
	w.must(err)
	w.Service, err = New(w.ctx, Needs{DB: db, Audit: log, Places: places{}, Associations: register{}, Files: w.files, Clock: clock.NewFake(noon), Ident: ident.NewFake(1)})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

type places struct{}

func (places) Country(_ context.Context, id string) (string, error) {
	return map[string]string{"town": "TN", "city": "MA"}[id], nil
}
func (places) PlaceName(id, _ string) string { return id }

type register struct{}

func (register) Name(_ context.Context, id, _ string) (string, error) {
	if !strings.HasPrefix(id, "club") {
		return "", fault.New(fault.NotFound, "")
	}
	return "Name of " + id, nil
}

func (register) MayLog(_ context.Context, who auth.Actor, id string) bool {
	return who.PersonID == "delegate of "+id
}

type testFiles struct {
	kept map[string]File
	gone []string
}

func (f *testFiles) Take(_ context.Context, _, _, name string, body io.Reader) (File, error) {
	if name == "virus" {
		return File{}, fault.New(fault.Invalid, "Choose a file first")
	}
	sum, err := Hash(body, 1<<20)
	kept := File{ID: name, Name: name, Path: "/files/" + name, Type: "application/pdf", SHA256: sum, Size: 10}
	f.kept[name] = kept
	return kept, err
}

func (f *testFiles) Get(_ context.Context, id string) (File, error) {
	if kept, ok := f.kept[id]; ok {
		return kept, nil
	}
	return File{}, fault.New(fault.NotFound, "")
}

func (f *testFiles) Discard(_ context.Context, ids []string) error {
	f.gone = append(f.gone, ids...)
	return nil
}

var (
	officer  = auth.Actor{PersonID: "o", Memberships: []auth.Membership{{OrgID: "town", Role: auth.Officer}}}
	other    = auth.Actor{PersonID: "x", Memberships: []auth.Membership{{OrgID: "city", Role: auth.Officer}}}
	admin    = auth.Actor{PersonID: "a", Memberships: []auth.Membership{{OrgID: auth.PlatformID, Role: auth.Administrator}}}
	leader   = auth.Actor{PersonID: "delegate of club1", Memberships: []auth.Membership{{OrgID: "club1", Role: auth.Delegate}}}
	partner  = auth.Actor{PersonID: "delegate of club2", Memberships: []auth.Membership{{OrgID: "club2", Role: auth.Delegate}}}
	stranger = auth.Actor{PersonID: "delegate of club3", Memberships: []auth.Membership{{OrgID: "club3", Role: auth.Delegate}}}
)

func good() Agreement {
	return Agreement{Authority: "town", Object: "تسيير مكتبة الحي", Parties: []Party{{Association: "club1"}, {Name: "Fondation du livre"}}, SignedOn: noon.AddDate(0, -1, 0)}
}

func plan() Project {
	return Project{Authority: "town", Title: "Plages propres", Lead: "club1", Partners: []Party{{Association: "club2"}}, BeginsOn: noon}
}

// inForce enters an agreement with its document.
func (w *world) inForce() Agreement {
	w.t.Helper()
	a, err := w.DraftAgreement(w.ctx, officer, good())
	w.must(err)
	_, err = w.AttachDocument(w.ctx, officer, a.ID, "doc-"+a.ID, strings.NewReader("words"))
	w.must(err)
	a, err = w.Enact(w.ctx, officer, a.ID)
	w.must(err)
	return a
}

// TestWhoMayDoWhatToAnAgreement walks every act in every state for every role.
func TestWhoMayDoWhatToAnAgreement(t *testing.T) {
	w := newWorld(t)
	acts := map[act]func(auth.Actor, string) (Agreement, error){
		actChange:    func(who auth.Actor, id string) (Agreement, error) { return w.ChangeAgreement(w.ctx, who, id, good()) },
		actEnact:     func(who auth.Actor, id string) (Agreement, error) { return w.Enact(w.ctx, who, id) },
		actEnd:       func(who auth.Actor, id string) (Agreement, error) { return w.EndAgreement(w.ctx, who, id) },
		actTerminate: func(who auth.Actor, id string) (Agreement, error) { return w.Terminate(w.ctx, who, id, "nobody came") },
	}
	for _, state := range []State{Draft, InForce, Ended, Terminated} {
		for what, do := range acts {
			for name, who := range map[string]auth.Actor{"officer": officer, "other": other, "admin": admin, "delegate": leader, "nobody": {}} {
				a := w.inForce()
				_, err := w.agreements.Update(w.ctx, a.ID, func(a *Agreement) error { a.State = state; a.settle(); return nil })
				w.must(err)
				var as []role
				if Keeps(who, "town") {
					as = []role{keeper}
				}
				m, may, _ := find(state, what, as)
				after, err := do(who, a.ID)
				switch {
				case may && (err != nil || after.State != m.to):
					t.Errorf("%s %s in %s leads to %q: %v", name, what, state, after.State, err)
				case !may && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound):
					t.Errorf("%s %s in %s: %v", name, what, state, err)
				}
			}
		}
	}
	for _, m := range moves {
		if actNames[m.act] == "" || StateNames[m.to] == "" {
			t.Errorf("%+v", m)
		}
	}
}

// TestWhoMayDoWhatToAProject does the same for projects.
func TestWhoMayDoWhatToAProject(t *testing.T) {
	w := newWorld(t)
	acts := map[act]func(auth.Actor, string) (Project, error){
		actRevise: func(who auth.Actor, id string) (Project, error) { return w.Revise(w.ctx, who, id, plan()) },
		actStart:  func(who auth.Actor, id string) (Project, error) { return w.Move(w.ctx, who, id, Running, "") },
		actFinish: func(who auth.Actor, id string) (Project, error) { return w.Move(w.ctx, who, id, Finished, "") },
		actStop:   func(who auth.Actor, id string) (Project, error) { return w.Move(w.ctx, who, id, Stopped, "no money") },
		actLog: func(who auth.Actor, id string) (Project, error) {
			return w.AddEntry(w.ctx, who, id, noon, "visit", "We saw the beach.")
		},
	}
	for _, state := range []State{Planned, Running, Finished, Stopped} {
		for what, do := range acts {
			for name, who := range map[string]auth.Actor{"officer": officer, "other": other, "admin": admin, "lead": leader, "partner": partner, "stranger": stranger, "nobody": {}} {
				p, err := w.Plan(w.ctx, officer, plan())
				w.must(err)
				p, err = w.projects.Update(w.ctx, p.ID, func(p *Project) error { p.State = state; return nil })
				w.must(err)
				m, may, _ := find(state, what, w.rolesOn(w.ctx, who, p))
				after, err := do(who, p.ID)
				switch {
				case may && (err != nil || after.State != m.to):
					t.Errorf("%s %s in %s leads to %q: %v", name, what, state, after.State, err)
				case !may && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Conflict):
					t.Errorf("%s %s in %s: %v", name, what, state, err)
				}
			}
		}
	}
}

func TestAnAgreementSaysWhoAndWhen(t *testing.T) {
	w := newWorld(t)
	for name, spoil := range map[string]func(*Agreement){
		"no object": func(a *Agreement) { a.Object = " " }, "nobody": func(a *Agreement) { a.Parties = []Party{{}, {Name: "  "}} },
		"tomorrow": func(a *Agreement) { a.SignedOn = noon.AddDate(0, 0, 1) }, "never": func(a *Agreement) { a.SignedOn = time.Time{} },
		"over before it began": func(a *Agreement) { a.EndsOn = a.SignedOn }, "no such association": func(a *Agreement) { a.Parties = []Party{{Association: "ghost"}} },
	} {
		a := good()
		spoil(&a)
		if _, err := w.DraftAgreement(w.ctx, officer, a); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a := good()
	a.Authority = "city"
	if _, err := w.DraftAgreement(w.ctx, officer, a); !fault.Is(err, fault.Forbidden) {
		t.Errorf("in another authority: %v", err)
	}
	a.Authority, a.Parties = "town", []Party{{Association: "club1"}, {Association: "club1", Name: "twice"}, {Name: " x "}, {Name: "x"}}
	kept, err := w.DraftAgreement(w.ctx, officer, a)
	if err != nil || len(kept.Parties) != 2 {
		t.Errorf("parties %+v, %v", kept.Parties, err)
	}
}

// TestTheDocumentOfTheRegisterNeverChanges: its hash is of its bytes, a draft is
// seen by nobody else, and what was replaced is deleted.
func TestTheDocumentOfTheRegisterNeverChanges(t *testing.T) {
	w := newWorld(t)
	a, err := w.DraftAgreement(w.ctx, officer, good())
	w.must(err)
	if _, err := w.Enact(w.ctx, officer, a.ID); !fault.Is(err, fault.Invalid) {
		t.Errorf("entered without a document: %v", err)
	}
	if _, err := w.Agreement(w.ctx, other, a.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else reads a draft: %v", err)
	}
	for _, name := range []string{"first", "second"} {
		_, err = w.AttachDocument(w.ctx, officer, a.ID, name, strings.NewReader(name))
		w.must(err)
	}
	if !slices.Equal(w.files.gone, []string{"first"}) {
		t.Errorf("deleted are %v", w.files.gone)
	}
	if _, err = w.AttachDocument(w.ctx, officer, a.ID, "virus", strings.NewReader("x")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a refused file: %v", err)
	}
	a, err = w.Enact(w.ctx, officer, a.ID)
	w.must(err)
	if want, _ := Hash(strings.NewReader("second"), 100); a.SHA256 != want || len(want) != 64 {
		t.Errorf("the hash is %s, want %s", a.SHA256, want)
	}
	if _, err := w.AttachDocument(w.ctx, officer, a.ID, "third", strings.NewReader("x")); !fault.Is(err, fault.Conflict) {
		t.Errorf("the document of an agreement in force was replaced: %v", err)
	}
	if found, err := w.Check(w.ctx, false); err != nil || len(found) != 0 {
		t.Errorf("check finds %v, %v", found, err)
	}
	w.files.kept["second"] = File{ID: "second", SHA256: "tampered"}
	if found, _ := w.Check(w.ctx, false); len(found) != 1 {
		t.Errorf("a document that was exchanged is found as %v", found)
	}
	if _, err := Hash(strings.NewReader(strings.Repeat("x", 11)), 10); !fault.Is(err, fault.TooLarge) {
		t.Errorf("a file that is too large: %v", err)
	}
}

func TestRegistersAreKeptPerAuthority(t *testing.T) {
	w := newWorld(t)
	w.inForce()
	_, err := w.DraftAgreement(w.ctx, officer, good())
	w.must(err)
	_, err = w.Plan(w.ctx, officer, plan())
	w.must(err)
	for place, want := range map[string]int{"": 1, "town": 1, "city": 0} {
		a, err := w.Agreements(w.ctx, place, "", 10)
		w.must(err)
		p, err := w.Projects(w.ctx, place, "", 10)
		w.must(err)
		if len(a.Items) != want || len(p.Items) != want {
			t.Errorf("%q has %d agreements and %d projects", place, len(a.Items), len(p.Items))
		}
	}
	if mine, _ := w.Drafts(w.ctx, officer, "town"); len(mine) != 1 {
		t.Error("the officer does not find the draft")
	}
	if foreign, _ := w.Drafts(w.ctx, other, "town"); len(foreign) != 0 {
		t.Error("an officer elsewhere finds it")
	}
}

// TestTheLogOnlyGrows however many write at once, and names roles, not people.
func TestTheLogOnlyGrows(t *testing.T) {
	w := newWorld(t)
	p, err := w.Plan(w.ctx, officer, plan())
	w.must(err)
	for name, c := range map[string]struct {
		on         time.Time
		kind, text string
	}{
		"tomorrow": {noon.AddDate(0, 0, 1), "visit", "x"}, "no day": {time.Time{}, "visit", "x"}, "no kind": {noon, "party", "x"}, "no words": {noon, "visit", "  "},
		"too long": {noon, "visit", strings.Repeat("é", MaxEntry+1)},
	} {
		if _, err := w.AddEntry(w.ctx, officer, p.ID, c.on, c.kind, c.text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var crowd sync.WaitGroup
	for i := range 10 {
		crowd.Go(func() {
			who := []auth.Actor{officer, leader}[i%2]
			if _, err := w.AddEntry(w.ctx, who, p.ID, noon, "advice", "\u202e<script>"); err != nil {
				t.Error(err)
			}
		})
	}
	crowd.Wait()
	p, err = w.Project(w.ctx, p.ID)
	w.must(err)
	by := map[string]int{}
	for _, e := range p.Log {
		by[e.As]++
	}
	if by["officer"] != 5 || by["delegate"] != 5 {
		t.Errorf("the log has %v", by)
	}
	p, err = w.Revise(w.ctx, officer, p.ID, plan())
	if err != nil || len(p.Log) != 10 {
		t.Errorf("after a change the log has %d entries: %v", len(p.Log), err)
	}
}

func TestFormsKeepWhatAnAgreementSays(t *testing.T) {
	a := good()
	a.SignedOn = time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)
	back := agreementFormOf(a).agreement()
	if back.Object != a.Object || !back.SignedOn.Equal(a.SignedOn) || !slices.Equal(parties(back.Parties), a.Parties) {
		t.Errorf("%+v comes back as %+v", a, back)
	}
	p := plan()
	p.BeginsOn = a.SignedOn
	if again := projectFormOf(p).project(); again.Lead != p.Lead || !again.BeginsOn.Equal(p.BeginsOn) || !slices.Equal(parties(again.Partners), p.Partners) {
		t.Errorf("%+v comes back as %+v", p, again)
	}
}
