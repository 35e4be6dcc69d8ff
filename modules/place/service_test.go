package place

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	lawfiles "musharaka/config/law"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store/sqlitestore"
)

var (
	monday  = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	salma   = auth.Actor{PersonID: "salma", Memberships: []auth.Membership{{OrgID: auth.PlatformID, Kind: auth.Platform, Role: auth.Administrator}}}
	officer = auth.Actor{PersonID: "hedi", Memberships: []auth.Membership{{OrgID: "tn-1714", Kind: auth.Authority, Role: auth.Officer}}}
	desk    = auth.Actor{PersonID: "ines", Memberships: []auth.Membership{{OrgID: "tn-1714", Kind: auth.Authority, Role: auth.FrontDesk}}}
	citizen = auth.Actor{PersonID: "amal"}
	nobody  = auth.Actor{}
)

func open(t testing.TB) (*Service, *audit.Log, *clock.Fake) {
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
	packs, err := law.Load(lawfiles.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewFake(monday)
	s, err := Open(t.Context(), Parts{DB: db, Table: load(t), Packs: packs, Log: log, Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	return s, log, now
}

func TestAnAuthorityNobodySetUpIsMadeFromTheTable(t *testing.T) {
	s, _, _ := open(t)
	a, err := s.Get(t.Context(), "tn-1714")
	if err != nil || a.IsActive() || a.IsKnown() || a.Body.Kind != law.ActingSecretaryGeneral || a.Place.NameFR != "Menzel Bourguiba" {
		t.Errorf("%+v, %v", a, err)
	}
	if a.Body.Since.Format(time.DateOnly) != "2023-03-08" {
		t.Errorf("since %s", a.Body.Since)
	}
	a, _ = s.Get(t.Context(), "ma-1511010")
	if a.Body.Kind != law.Council || s.Threshold(a, monday).Value != 400 {
		t.Errorf("a divided commune: %s, %d", a.Body.Kind, s.Threshold(a, monday).Value)
	}
	a, _ = s.Get(t.Context(), "ma-1")
	if a.Body.Kind != law.RegionalCouncil || s.Threshold(a, monday).Value != 500 {
		t.Errorf("a region: %s, %d", a.Body.Kind, s.Threshold(a, monday).Value)
	}
	for _, id := range []string{"tn-17", "ma-15110103", "xx-1", ""} {
		if _, err := s.Get(t.Context(), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v, want NotFound", id, err)
		}
	}
}

func TestWhoMayDoWhatToAnAuthority(t *testing.T) {
	acts := map[act]func(s *Service, who auth.Actor, id string) error{
		actActivate: func(s *Service, who auth.Actor, id string) error {
			_, err := s.Activate(t.Context(), who, id)
			return err
		},
		actDeactivate: func(s *Service, who auth.Actor, id string) error {
			_, err := s.Deactivate(t.Context(), who, id, "merged")
			return err
		},
		actBody: func(s *Service, who auth.Actor, id string) error {
			_, err := s.SetBody(t.Context(), who, id, Body{Kind: law.SpecialDelegation})
			return err
		},
		actContact: func(s *Service, who auth.Actor, id string) error {
			_, err := s.SetContact(t.Context(), who, id, Contact{Phone: "+216 72 000 000"})
			return err
		},
		actPrivacy: func(s *Service, who auth.Actor, id string) error {
			_, err := s.SetPrivacy(t.Context(), who, id, Privacy{Receipt: "18-1"})
			return err
		},
		actLook: func(s *Service, who auth.Actor, id string) error {
			_, err := s.SetLook(t.Context(), who, id, Look{Accent: "#0B575A"})
			return err
		},
		actModules: func(s *Service, who auth.Actor, id string) error {
			_, err := s.SetModules(t.Context(), who, id, nil, nil)
			return err
		},
	}
	if len(acts) != len(transitions) {
		t.Fatalf("%d acts tried, %d in the table", len(acts), len(transitions))
	}
	const ok = fault.Kind(255)
	for what, want := range map[act][5]fault.Kind{ // administrator, officer, front desk, citizen, nobody
		actActivate:   {ok, fault.Forbidden, fault.Forbidden, fault.Forbidden, fault.SignIn},
		actDeactivate: {ok, fault.Forbidden, fault.Forbidden, fault.Forbidden, fault.SignIn},
		actBody:       {ok, ok, fault.Forbidden, fault.Forbidden, fault.SignIn},
		actContact:    {ok, ok, ok, fault.Forbidden, fault.SignIn},
		actPrivacy:    {ok, ok, fault.Forbidden, fault.Forbidden, fault.SignIn},
		actLook:       {ok, ok, fault.Forbidden, fault.Forbidden, fault.SignIn},
		actModules:    {ok, fault.Forbidden, fault.Forbidden, fault.Forbidden, fault.SignIn},
	} {
		s, _, _ := open(t)
		for i, who := range []auth.Actor{salma, officer, desk, citizen, nobody} {
			if what == actDeactivate && i == 0 {
				if _, err := s.Activate(t.Context(), auth.System, "tn-1714"); err != nil {
					t.Fatal(err)
				}
			}
			err := acts[what](s, who, "tn-1714")
			if want[i] == ok && err != nil || want[i] != ok && !fault.Is(err, want[i]) {
				t.Errorf("%s by %q: %v", what, who.PersonID, err)
			}
			if err := acts[what](s, who, "tn-1117"); what != actActivate && what != actDeactivate && i > 0 && err == nil {
				t.Errorf("%s by %q to another authority was allowed", what, who.PersonID)
			}
		}
	}
}

func TestTakingPartBeginsAndEndsOnce(t *testing.T) {
	s, log, now := open(t)
	if _, err := s.Deactivate(t.Context(), salma, "tn-1714", "never began"); !fault.Is(err, fault.Conflict) {
		t.Errorf("ended before it began: %v", err)
	}
	if a, err := s.Activate(t.Context(), salma, "tn-1714"); err != nil || !a.IsActive() || !a.IsKnown() {
		t.Fatalf("%+v, %v", a, err)
	}
	if _, err := s.Activate(t.Context(), salma, "tn-1714"); !fault.Is(err, fault.Conflict) {
		t.Errorf("began twice: %v", err)
	}
	if _, err := s.Deactivate(t.Context(), salma, "tn-1714", "  "); !fault.Is(err, fault.Invalid) {
		t.Errorf("ended without a reason: %v", err)
	}
	now.Advance(time.Hour)
	a, err := s.Deactivate(t.Context(), salma, "tn-1714", "The agreement ended.")
	if err != nil || a.IsActive() || len(a.History) != 2 {
		t.Fatalf("%+v, %v", a, err)
	}
	last := a.History[1]
	if last.From != "active" || last.To != "inactive" || last.ActorID != "salma" || last.ActorRole != "administrator" ||
		last.Reason == "" || !last.Public || !last.At.Equal(monday.Add(time.Hour)) {
		t.Errorf("history %+v", last)
	}
	page, err := log.Of(t.Context(), "authority:tn-1714", audit.Paging{})
	if err != nil || len(page.Items) != 2 {
		t.Errorf("the audit has %d entries, %v", len(page.Items), err)
	}
}

func TestTheListOfActiveAuthoritiesFollowsTheActs(t *testing.T) {
	s, _, now := open(t)
	for _, id := range []string{"tn-1714", "ma-1511010", "ma-1"} {
		if _, err := s.Activate(t.Context(), auth.System, id); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Active(t.Context())
	if err != nil || len(list) != 3 || list[0].ID != "ma-1" || list[0].Place.NameFR == "" {
		t.Fatalf("%v, %v", list, err)
	}
	if _, err := s.Deactivate(t.Context(), salma, "ma-1", "x"); err != nil {
		t.Fatal(err)
	}
	if list, _ := s.Active(t.Context()); len(list) != 2 {
		t.Errorf("%d active after one left", len(list))
	}
	now.Advance(2 * time.Second)
	if list, _ := s.Active(t.Context()); len(list) != 2 {
		t.Errorf("%d active later", len(list))
	}
}

func TestABodyMustBeOneTheRulesKnow(t *testing.T) {
	s, _, _ := open(t)
	for _, c := range []struct {
		id   string
		body Body
		want bool
	}{
		{"tn-1714", Body{Kind: law.SpecialDelegation, Since: monday.AddDate(-1, 0, 0), Note: Text{AR: "قرار"}}, true},
		{"tn-1714", Body{Kind: law.RegionalCouncil}, false},
		{"tn-1714", Body{Kind: "king"}, false},
		{"tn-1714", Body{Kind: law.Council, Since: monday.AddDate(0, 0, 1)}, false},
		{"ma-1", Body{Kind: law.RegionalCouncil}, true},
	} {
		a, err := s.SetBody(t.Context(), auth.System, c.id, c.body)
		if (err == nil) != c.want || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s %s: %v", c.id, c.body.Kind, err)
		}
		if c.want && a.Body.Kind != c.body.Kind {
			t.Errorf("%s: %s", c.id, a.Body.Kind)
		}
	}
}

func TestAnAccentMustBeReadable(t *testing.T) {
	for colour, ok := range map[string]bool{"": true, "#0b575a": true, "#000000": true, "#ffffff": false, "#e6b450": false, "red": false, "#0b575": false, "#767676": true, "#777777": false} {
		if err := checkAccent(colour); (err == nil) != ok {
			t.Errorf("%q: %v", colour, err)
		}
		if css := AccentCSS(colour); (css != "") != (ok && colour != "") {
			t.Errorf("AccentCSS(%q) = %q", colour, css)
		}
	}
}

func TestTwoWhoBeginAtOnceLoseNothing(t *testing.T) {
	s, _, _ := open(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, err := s.SetContact(t.Context(), auth.System, "tn-1117", Contact{Address: Text{FR: "x"}}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if a, err := s.Get(t.Context(), "tn-1117"); err != nil || len(a.History) != 16 {
		t.Errorf("%d entries, %v", len(a.History), err)
	}
}

func TestNoBodyIsCalledCouncilThatIsNone(t *testing.T) {
	for _, country := range []string{"TN", "MA", "XX"} {
		seen := map[string]bool{}
		for _, kind := range law.BodyKinds {
			name := kind.Name(country)
			isCouncil := kind == law.Council || kind == law.RegionalCouncil || kind == law.ProvincialCouncil || kind == law.LocalCouncil || kind == law.Bureau
			if strings.Contains(strings.ToLower(name), "council") != isCouncil || seen[name] {
				t.Errorf("%s in %s is called %q", kind, country, name)
			}
			seen[name] = true
		}
	}
}

func TestCheckFindsWhatDoesNotBelong(t *testing.T) {
	s, _, _ := open(t)
	if _, err := s.Activate(t.Context(), auth.System, "tn-1714"); err != nil {
		t.Fatal(err)
	}
	if found, err := s.Check(t.Context(), false); err != nil || len(found) != 0 {
		t.Errorf("%v, %v", found, err)
	}
	lost := Authority{State: Active, Body: Body{Kind: law.Council}}
	lost.ID = "tn-9999"
	odd := Authority{State: Active, Body: Body{Kind: law.RegionalCouncil}, History: audit.Append(nil, audit.Entry{Subject: "authority:tn-1117", Act: "authority.activate", At: monday})}
	odd.ID = "tn-1117"
	for _, a := range []Authority{lost, odd} {
		if err := s.all.Insert(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := s.Check(t.Context(), true); err != nil || len(found) != 3 {
		t.Errorf("%v, %v", found, err)
	}
	if found, err := s.Check(t.Context(), false); err != nil || len(found) != 2 {
		t.Errorf("after the repair: %v, %v", found, err)
	}
}
