package account

import (
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

func TestInventedPeopleSignInToTheirAccounts(t *testing.T) {
	s := serve(t)
	invented := []Invented{
		{
			ID: "invented", Subject: demoPeople[0].Subject, Email: demoPeople[0].Email, Country: "TN", Number: "98000001",
			Profile: Profile{Name: "Somebody", Lang: "ar", Residence: "siliana", BirthYear: 1990},
		},
		{ID: "crowd", Country: "TN", Number: "98000002", CheckedAt: "siliana", Profile: Profile{Name: "Somebody else", Residence: "siliana", BirthYear: 1980}},
		{ID: "shy", Profile: Profile{Name: "No number", Residence: "marsa", BirthYear: 1970}},
	}
	for range 2 { // once is as good as twice
		if err := s.Invent(s.ctx, invented); err != nil {
			t.Fatal(err)
		}
	}
	for id, level := range map[string]int{"invented": LevelDeclared, "crowd": LevelChecked, "shy": LevelAccount} {
		if p := s.get(id); p.Level != level || p.Country != "TN" {
			t.Errorf("%s: level %d in %s", id, p.Level, p.Country)
		}
	}
	b := newBrowser(t)
	s.signIn(b, demoPeople[0].Subject, "/en/me")
	if p := s.get("invented"); len(p.Logins) != 1 || p.Logins[0].LastAt.Equal(p.Logins[0].Since) {
		t.Errorf("signing in did not find the account: %+v", p.Logins)
	}
	err := s.DeclareNumber(s.ctx, auth.Actor{PersonID: "shy"}, "TN", "98000001")
	wantKind(t, err, fault.Conflict)
	again := Invented{ID: "other", Country: "TN", Number: "98000002"}
	wantKind(t, s.Invent(s.ctx, []Invented{again}), fault.Conflict)
}

func TestNobodyIsInventedOutsideADemo(t *testing.T) {
	w := still(t)
	wantKind(t, w.Invent(w.ctx, []Invented{{ID: "x"}}), fault.Forbidden)
	_, err := w.Service.Get(w.ctx, "x")
	wantKind(t, err, fault.NotFound)
}
