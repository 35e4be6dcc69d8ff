package association

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store/sqlitestore"
)

type chains map[string][]string

func (c chains) Chain(id string) []string { return c[id] }

func open(t *testing.T) *Service {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	log, err := audit.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewFake(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	s, err := Open(t.Context(), db, chains{"tn-1": {"tn-1", "tn-g"}, "tn-2": {"tn-2", "tn-g"}}, log, c, ident.NewFake(1))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var (
	officer = auth.Actor{PersonID: "o", Memberships: []auth.Membership{{OrgID: "tn-1", Role: auth.Officer}}}
	other   = auth.Actor{PersonID: "x", Memberships: []auth.Membership{{OrgID: "tn-2", Role: auth.Officer}}}
	admin   = auth.Actor{PersonID: "a", Memberships: []auth.Membership{{OrgID: auth.PlatformID, Role: auth.Administrator}}}
	citizen = auth.Actor{PersonID: "c"}
	good    = Association{NameAR: "جمعية أصدقاء البيئة", NameFR: "Les amis de l'environnement", Seat: "tn-1", FoundedAt: time.Date(2015, 3, 1, 0, 0, 0, 0, time.UTC), Representative: "سلمى"}
)

// TestWhoMayDoWhatToAnEntry walks every act in every state for every role.
func TestWhoMayDoWhatToAnEntry(t *testing.T) {
	s := open(t)
	acts := map[act]func(context.Context, auth.Actor, string) (Association, error){
		actCorrect: func(ctx context.Context, who auth.Actor, id string) (Association, error) {
			return s.Correct(ctx, who, id, good)
		},
		actStrike: func(ctx context.Context, who auth.Actor, id string) (Association, error) {
			return s.Strike(ctx, who, id, "dissolved")
		},
		actRestore: func(ctx context.Context, who auth.Actor, id string) (Association, error) {
			return s.Restore(ctx, who, id, "an error")
		},
	}
	for name, who := range map[string]auth.Actor{"officer": officer, "other": other, "admin": admin, "citizen": citizen, "nobody": {}} {
		may := name == "officer" || name == "admin"
		if _, err := s.Register(t.Context(), who, good); (err == nil) != may {
			t.Errorf("%s registers: %v", name, err)
		}
		for what, do := range acts {
			for _, state := range []State{Registered, Struck} {
				a, err := s.Register(t.Context(), admin, good)
				if err != nil {
					t.Fatal(err)
				}
				if state == Struck {
					if _, err := s.Strike(t.Context(), admin, a.ID, "x"); err != nil {
						t.Fatal(err)
					}
				}
				after, err := do(t.Context(), who, a.ID)
				switch {
				case !may && !fault.Is(err, fault.Forbidden):
					t.Errorf("%s %s in %s: %v", name, what, state, err)
				case may && transitions[what].from != state && !fault.Is(err, fault.Conflict):
					t.Errorf("%s %s in %s: %v", name, what, state, err)
				case may && transitions[what].from == state && (err != nil || after.State != transitions[what].to):
					t.Errorf("%s %s in %s leads to %q: %v", name, what, state, after.State, err)
				}
			}
		}
	}
}

func TestAnEntryMustSayWhoAndWhere(t *testing.T) {
	s := open(t)
	for name, spoil := range map[string]func(*Association){
		"no name":      func(a *Association) { a.NameAR, a.NameFR = "", " " },
		"no seat":      func(a *Association) { a.Seat = "" },
		"unknown seat": func(a *Association) { a.Seat = "tn-9" },
		"no day":       func(a *Association) { a.FoundedAt = time.Time{} },
		"tomorrow":     func(a *Association) { a.FoundedAt = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) },
	} {
		a := good
		spoil(&a)
		if _, err := s.Register(t.Context(), admin, a); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Strike(t.Context(), admin, "x", "  "); !fault.Is(err, fault.Invalid) {
		t.Errorf("struck without a reason: %v", err)
	}
}

func TestTheRegisterIsFoundInBothScripts(t *testing.T) {
	s := open(t)
	a, err := s.Register(t.Context(), officer, good)
	if err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]int{"اصدقاء البيئه": 1, "amis environnement": 1, "ENVIRONNEMENT": 1, "رياضة": 0, "amis sport": 0, "": 0} {
		found, err := s.Find(t.Context(), words, 10)
		if err != nil || len(found) != want {
			t.Errorf("%q finds %d: %v", words, len(found), err)
		}
	}
	if _, err := s.Strike(t.Context(), officer, a.ID, "dissolved"); err != nil {
		t.Fatal(err)
	}
	if found, _ := s.Find(t.Context(), "environnement", 10); len(found) != 0 {
		t.Error("a struck association is still found")
	}
	if page, _ := s.List(t.Context(), "", 10); len(page.Items) != 0 {
		t.Error("a struck association is still listed")
	}
	if wrong, err := s.Check(t.Context(), false); err != nil || len(wrong) != 0 {
		t.Errorf("check finds %v, %v", wrong, err)
	}
}
