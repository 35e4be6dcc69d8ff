package network

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
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

type authorities []string

func (a authorities) IsAuthority(id string) bool { return slices.Contains(a, id) }

var (
	admin       = auth.Actor{PersonID: "a", Memberships: []auth.Membership{{OrgID: auth.PlatformID, Role: auth.Administrator}}}
	coordinator = auth.Actor{PersonID: "k", Memberships: []auth.Membership{{OrgID: "spaces", Role: auth.Coordinator}}}
	foreign     = auth.Actor{PersonID: "f", Memberships: []auth.Membership{{OrgID: "others", Role: auth.Coordinator}}}
	officer     = auth.Actor{PersonID: "o", Memberships: []auth.Membership{{OrgID: "tn-1", Role: auth.Officer}}}
	citizen     = auth.Actor{PersonID: "c"}
)

func good() Words {
	return Words{Country: "TN", Names: map[string]string{"ar": "شبكة فضاءات المواطن", "fr": "Réseau des espaces citoyens"}, Aims: map[string]string{"fr": "Apprendre ensemble"}}
}

func open(t *testing.T) (*Service, *clock.Fake) {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	log, err := audit.Open(t.Context(), db)
	must(t, err)
	c := clock.NewFake(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	s, err := Open(t.Context(), db, authorities{"tn-1", "tn-2"}, log, c, ident.NewFake(1))
	must(t, err)
	return s, c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhoMayDoWhatToANetwork walks every act in every state for every role.
func TestWhoMayDoWhatToANetwork(t *testing.T) {
	acts := map[act]func(s *Service, ctx context.Context, who auth.Actor) (Network, error){
		actDescribe: func(s *Service, ctx context.Context, who auth.Actor) (Network, error) {
			w := good()
			w.Names["en"] = "Citizen Spaces"
			return s.Describe(ctx, who, "spaces", w)
		},
		actAdmit: func(s *Service, ctx context.Context, who auth.Actor) (Network, error) {
			return s.Admit(ctx, who, "spaces", "tn-2")
		},
		actRelease: func(s *Service, ctx context.Context, who auth.Actor) (Network, error) {
			return s.Release(ctx, who, "spaces", "tn-1", "closed")
		},
		actDissolve: func(s *Service, ctx context.Context, who auth.Actor) (Network, error) {
			return s.Dissolve(ctx, who, "spaces", "merged")
		},
	}
	if len(acts) != len(moves)-1 { // founding has a test of its own
		t.Fatalf("%d acts are tried, there are %d", len(acts), len(moves))
	}
	people := map[string]auth.Actor{"administrator": admin, "coordinator": coordinator, "another coordinator": foreign, "officer": officer, "citizen": citizen, "nobody": {}}
	for a, do := range acts {
		for _, state := range []State{Active, Dissolved} {
			for name, who := range people {
				s, _ := open(t)
				_, err := s.Found(t.Context(), auth.System, "spaces", good())
				must(t, err)
				_, err = s.Admit(t.Context(), auth.System, "spaces", "tn-1")
				must(t, err)
				if state == Dissolved {
					_, err = s.Dissolve(t.Context(), auth.System, "spaces", "merged")
					must(t, err)
				}
				after, err := do(s, t.Context(), who)
				allowed := name == "administrator" || name == "coordinator" && a != actDissolve
				switch {
				case !allowed && !fault.Is(err, fault.Forbidden):
					t.Errorf("%s by %s: %v", a, name, err)
				case allowed && state == Dissolved && !fault.Is(err, fault.Conflict):
					t.Errorf("%s when dissolved by %s: %v", a, name, err)
				case allowed && state == Active && err != nil:
					t.Errorf("%s by %s: %v", a, name, err)
				case err == nil && (after.History[len(after.History)-1].Act != string(a) || after.History[len(after.History)-1].ActorID != who.PersonID):
					t.Errorf("%s by %s is recorded as %v", a, name, after.History[len(after.History)-1])
				}
			}
		}
	}
}

func TestOnlyAnAdministratorFoundsANetworkAndOnce(t *testing.T) {
	s, _ := open(t)
	for name, who := range map[string]auth.Actor{"coordinator": coordinator, "officer": officer, "citizen": citizen, "nobody": {}} {
		if _, err := s.Found(t.Context(), who, "spaces", good()); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s founds a network: %v", name, err)
		}
	}
	first, err := s.Found(t.Context(), admin, "spaces", good())
	must(t, err)
	again, err := s.Found(t.Context(), admin, "spaces", Words{Names: map[string]string{"ar": "أخرى", "fr": "Autre"}})
	if err != nil || again.Name("fr") != first.Name("fr") {
		t.Errorf("founding again changes it to %q (%v)", again.Name("fr"), err)
	}
}

func TestWordsMustBeThereInBothLanguages(t *testing.T) {
	s, _ := open(t)
	long := make([]rune, MaxName+1)
	for i := range long {
		long[i] = 'ش'
	}
	for name, w := range map[string]Words{
		"no Arabic":     {Names: map[string]string{"fr": "Réseau"}},
		"spaces":        {Names: map[string]string{"fr": "Réseau", "ar": "  "}},
		"too long":      {Names: map[string]string{"fr": "Réseau", "ar": string(long)}},
		"other country": {Country: "XX", Names: map[string]string{"fr": "Réseau", "ar": "شبكة"}},
	} {
		if _, err := s.Found(t.Context(), admin, "", w); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMemberCanComeBack(t *testing.T) {
	s, c := open(t)
	_, err := s.Found(t.Context(), admin, "spaces", good())
	must(t, err)
	for range 2 {
		_, err = s.Admit(t.Context(), coordinator, "spaces", "tn-1")
		must(t, err)
	}
	if _, err := s.Admit(t.Context(), coordinator, "spaces", "nowhere"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a place that is none joins: %v", err)
	}
	if _, err := s.Release(t.Context(), coordinator, "spaces", "tn-1", "  "); !fault.Is(err, fault.Invalid) {
		t.Errorf("it leaves without a reason: %v", err)
	}
	c.Advance(24 * time.Hour)
	n, err := s.Release(t.Context(), coordinator, "spaces", "tn-1", "The space was closed")
	must(t, err)
	if n.Has("tn-1") || len(n.Members) != 1 {
		t.Errorf("after leaving: %v", n.Members)
	}
	n, err = s.Admit(t.Context(), coordinator, "spaces", "tn-1")
	must(t, err)
	if !n.Has("tn-1") || len(n.Members) != 2 || n.Members[0].LeftAt.IsZero() {
		t.Errorf("after coming back: %v", n.Members)
	}
	if found, err := s.Check(t.Context(), false); err != nil || len(found) > 0 {
		t.Errorf("check: %v %v", found, err)
	}
}

func TestManyAdmittingAtOnceTakeAMemberInOnce(t *testing.T) {
	s, _ := open(t)
	_, err := s.Found(t.Context(), admin, "spaces", good())
	must(t, err)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			if _, err := s.Admit(t.Context(), coordinator, "spaces", "tn-2"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	n, err := s.Get(t.Context(), "spaces")
	if err != nil || fmt.Sprint(n.Current()) != "[tn-2]" || len(n.History) != 2 {
		t.Errorf("members %v, %d acts (%v)", n.Current(), len(n.History), err)
	}
}

func TestNetworksAreFoundByTheirNamesInBothScripts(t *testing.T) {
	s, _ := open(t)
	_, err := s.Found(t.Context(), admin, "spaces", good())
	must(t, err)
	for _, words := range []string{"فضاءات", "reseau citoyens", "شبكه المواطن"} {
		if found, err := s.Find(t.Context(), words, 5); err != nil || len(found) != 1 {
			t.Errorf("%q finds %d (%v)", words, len(found), err)
		}
	}
	for _, words := range []string{"", "jardin"} {
		if found, _ := s.Find(t.Context(), words, 5); len(found) != 0 {
			t.Errorf("%q finds %d", words, len(found))
		}
	}
	_, err = s.Dissolve(t.Context(), admin, "spaces", "merged")
	must(t, err)
	if found, _ := s.Find(t.Context(), "فضاءات", 5); len(found) != 0 {
		t.Error("a dissolved network is still offered")
	}
}
