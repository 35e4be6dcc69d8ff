package auth

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store/sqlitestore"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestAMembershipHoldsFromItsBeginningUntilItsEnd(t *testing.T) {
	m := Membership{From: noon, Until: noon.Add(time.Hour)}
	for at, want := range map[time.Duration]bool{-1: false, 0: true, time.Hour - 1: true, time.Hour: false} {
		if got := m.ActiveAt(noon.Add(at)); got != want {
			t.Errorf("after %v: %v", at, got)
		}
	}
	if !(Membership{From: noon}).ActiveAt(noon.AddDate(50, 0, 0)) {
		t.Error("a membership without an end has ended")
	}
}

func TestRolesHoldInTheirOrganisationOnly(t *testing.T) {
	a := Actor{PersonID: "p", Memberships: []Membership{{OrgID: "tn-1714", Role: Officer}, {OrgID: PlatformID, Role: Administrator}}}
	if !a.Holds("tn-1714", President, Officer) || a.Holds("tn-2411", Officer) || a.Holds("tn-1714", President) {
		t.Error("a role leaked to another organisation or role")
	}
	if !a.HoldsAny(Officer) || a.HoldsAny(Delegate) {
		t.Error("HoldsAny is wrong")
	}
	if got := a.OrgsWith(Officer, Administrator); len(got) != 2 {
		t.Errorf("organisations %v", got)
	}
	if a.RoleIn("tn-1714") != "officer" || a.RoleIn("tn-2411") != "administrator" || (Actor{PersonID: "x"}).RoleIn("tn-1714") != "citizen" || System.RoleIn("") != "system" {
		t.Error("the audit would name a wrong role")
	}
	if (Actor{}).SignedIn() || System.SignedIn() {
		t.Error("nobody and the system are not signed-in people")
	}
}

func openSessions(t *testing.T) (*Sessions, *clock.Fake) {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := clock.NewFake(noon)
	s, err := OpenSessions(t.Context(), db, c, ident.NewFake(1))
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func start(t *testing.T, s *Sessions, person string) string {
	t.Helper()
	token, err := s.Start(t.Context(), person, "demo", "Chrome · Android")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestASessionIsFoundByItsTokenAlone(t *testing.T) {
	s, _ := openSessions(t)
	token := start(t, s, "amal")
	session, err := s.Resolve(t.Context(), token)
	if err != nil || session.PersonID != "amal" {
		t.Fatalf("%+v %v", session, err)
	}
	if session.ID == token {
		t.Error("the store holds the token itself")
	}
	for _, wrong := range []string{"", session.ID, token[:42], token + "x", start(t, s, "b")[:42] + "_"} {
		if _, err := s.Resolve(t.Context(), wrong); !fault.Is(err, fault.SignIn) {
			t.Errorf("%q opened a session: %v", wrong, err)
		}
	}
}

func TestASessionEndsIdleAndAbsolutely(t *testing.T) {
	s, c := openSessions(t)
	idle := start(t, s, "amal")
	c.Advance(IdleFor - time.Minute)
	if _, err := s.Resolve(t.Context(), idle); err != nil {
		t.Fatalf("ended before its time: %v", err)
	}
	c.Advance(IdleFor + time.Minute)
	if _, err := s.Resolve(t.Context(), idle); !fault.Is(err, fault.SignIn) {
		t.Errorf("an idle session lives on: %v", err)
	}
	busy, began := start(t, s, "amal"), c.Now()
	for c.Now().Sub(began) < LastsFor-IdleFor/2 {
		c.Advance(IdleFor / 2)
		if _, err := s.Resolve(t.Context(), busy); err != nil {
			t.Fatalf("ended after %v: %v", c.Now().Sub(began), err)
		}
	}
	c.Advance(IdleFor / 2)
	if _, err := s.Resolve(t.Context(), busy); !fault.Is(err, fault.SignIn) {
		t.Errorf("a session outlived its absolute end: %v", err)
	}
	if n, err := s.Sweep(t.Context()); err != nil || n != 2 {
		t.Errorf("%d sessions swept, %v", n, err)
	}
}

func TestSigningOutEverywhereKeepsOnlyThisBrowser(t *testing.T) {
	s, c := openSessions(t)
	var tokens []string
	for range 3 {
		c.Advance(time.Second)
		tokens = append(tokens, start(t, s, "amal"))
	}
	other := start(t, s, "yassine")
	mine, err := s.Resolve(t.Context(), tokens[2])
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EndAll(t.Context(), "amal", mine.ID); err != nil {
		t.Fatal(err)
	}
	for i, token := range append(tokens, other) {
		_, err := s.Resolve(t.Context(), token)
		if lives := err == nil; lives != (i >= 2) {
			t.Errorf("session %d: %v", i, err)
		}
	}
	if err := s.End(t.Context(), "yassine", mine.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Resolve(t.Context(), tokens[2]); err != nil {
		t.Error("somebody else ended a session")
	}
}

func TestTheActorTravelsInTheContext(t *testing.T) {
	if From(context.Background()).SignedIn() {
		t.Error("an empty context has an actor")
	}
	if got := From(With(t.Context(), Actor{PersonID: "p"})); got.PersonID != "p" {
		t.Errorf("got %+v", got)
	}
}
