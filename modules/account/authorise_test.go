package account

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

func TestOnlyTheFrontDeskOfTheAuthorityChecksIdentities(t *testing.T) {
	w := still(t)
	salma := w.person("Salma")
	for _, role := range auth.Roles {
		for _, org := range []string{"siliana", "larache"} {
			agent := w.holding(string(role)+" of "+org, role, org)
			code, _, err := w.NewCode(w.ctx, salma.PersonID)
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.CheckAtCounter(w.ctx, agent, "siliana", code, "01234567")
			if may := role == auth.FrontDesk && org == "siliana"; may != (err == nil) || !may && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s of %s: %v", role, org, err)
			}
		}
	}
}

func TestOnlyWhoMayGiveARoleTakesItBackAndItsHolderLaysItDown(t *testing.T) {
	w := still(t)
	for _, held := range auth.Roles {
		for _, role := range rolesOf[auth.Authority] {
			actor := w.holding(string(held)+" against "+string(role), held, "siliana")
			if held == auth.Administrator {
				actor = auth.Actor{PersonID: actor.PersonID, Memberships: []auth.Membership{{Kind: auth.Platform, OrgID: auth.PlatformID, Role: held}}}
			}
			holder := w.holding(string(role)+" before "+string(held), role, "siliana")
			grant := w.get(holder.PersonID).Grants[0].ID
			err := w.RevokeRole(w.ctx, actor, holder.PersonID, grant)
			if may := slices.Contains(allowed[held], role) && kindOf(held) != auth.Association && kindOf(held) != auth.Federation; may != (err == nil) || !may && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s taking %s back: %v", held, role, err)
			}
			if err != nil {
				if err := w.RevokeRole(w.ctx, holder, holder.PersonID, grant); err != nil {
					t.Errorf("laying down %s: %v", role, err)
				}
			}
		}
	}
}

// opens is who may open which page: the roles written out, everybody else refused.
var opens = map[string][]auth.Role{
	"/desk/identity": {auth.FrontDesk},
	"/roles":         {auth.President, auth.Officer, auth.Delegate, auth.Coordinator, auth.Administrator},
	"/admin/people":  {auth.Administrator},
}

func TestEveryRoleOpensItsOwnPagesOnly(t *testing.T) {
	s := serve(t)
	for _, role := range auth.Roles {
		org := "siliana"
		if role == auth.Administrator {
			org = auth.PlatformID
		}
		actor := s.holding("the "+string(role), role, org)
		token := must[string](t)(s.sessions.Start(s.ctx, actor.PersonID, "test", ""))
		b := newBrowser(t)
		b.client.Jar.SetCookies(mustURL(s.url), []*http.Cookie{{Name: "session", Value: token}})
		for path, roles := range opens {
			want := 403
			if slices.Contains(roles, role) {
				want = 200
			}
			if b.get(s.url + "/en" + path); b.status != want {
				t.Errorf("%s opening %s: %d, want %d", role, path, b.status, want)
			}
			if b.get(s.url + "/en/me"); strings.Contains(b.body, `href="/en`+path+`"`) != (want == 200) {
				t.Errorf("the space of %s leads wrongly about %s", role, path)
			}
		}
	}
}

func TestCheckingFindsNothingAfterALifeAndSaysWhatIsWrong(t *testing.T) {
	w := still(t)
	salma, badr := w.holding("Salma", auth.Officer, "siliana"), w.person("Badr")
	w.complete(salma)
	if _, err := w.check(salma, "01234567"); err != nil {
		t.Fatal(err)
	}
	if err := w.DeclareNumber(w.ctx, badr, "MA", "LA123456"); err != nil {
		t.Fatal(err)
	}
	if words := must[[]string](t)(w.Check(w.ctx, false)); len(words) != 0 {
		t.Fatalf("found %q", words)
	}

	broken := map[string]func(){
		"a login": func() { _ = w.all.logins.Delete(w.ctx, w.get(badr.PersonID).Logins[0].Key) },
		"a number": func() {
			_ = w.all.identities.Insert(w.ctx, identityDoc{Meta: store.Meta{ID: "1:aa"}, PersonID: badr.PersonID})
		},
		"a number not kept": func() { _ = w.all.identities.Delete(w.ctx, w.get(badr.PersonID).Identity.Key) },
		"a level": func() {
			_, _ = w.all.people.Update(w.ctx, salma.PersonID, func(p *Person) error { p.Level = 0; return nil })
		},
		"an unfinished act": func() {
			_, _ = w.all.people.Update(w.ctx, salma.PersonID, func(p *Person) error { p.Untold = true; return nil })
		},
	}
	for name, spoil := range broken {
		spoil()
		if words := must[[]string](t)(w.Check(w.ctx, false)); len(words) == 0 {
			t.Errorf("%s: nothing was found", name)
		}
		must[[]string](t)(w.Check(w.ctx, true))
		if words := must[[]string](t)(w.Check(w.ctx, false)); len(words) != 0 {
			t.Errorf("%s: after the repair there is still %q", name, words)
		}
	}
	if p := w.get(salma.PersonID); p.Level != LevelChecked {
		t.Errorf("level %d after the repairs", p.Level)
	}
}

func TestEnrollingTwiceMakesOnePerson(t *testing.T) {
	w := still(t)
	e := Enrolment{
		Provider: demoKey, Subject: "hanan", Email: "hanan@example.org", Profile: Profile{Name: "Hanan", Lang: "ar", Residence: "larache", BirthYear: 1990},
		Country: "MA", Number: "LA123456", Checked: "larache", Roles: []auth.Membership{{Kind: auth.Authority, OrgID: "larache", Role: auth.President}},
	}
	first := must[Person](t)(w.Enrol(w.ctx, e))
	second := must[Person](t)(w.Enrol(w.ctx, e))
	if first.ID != second.ID || second.Level != LevelChecked || len(second.Grants) != 1 || len(second.Checks) != 1 || second.EmailKey == "" {
		t.Errorf("%+v", second)
	}
	if words := must[[]string](t)(w.Check(w.ctx, false)); len(words) != 0 {
		t.Errorf("found %q", words)
	}
	e.Provider = "elsewhere"
	if _, err := w.Enrol(w.ctx, e); err == nil {
		t.Error("a provider that does not exist was believed")
	}
}

func TestInventingTwiceMakesTheSamePeople(t *testing.T) {
	s := serve(t)
	list := []Invented{
		{ID: "p1", Subject: "salma", Email: "salma@example.org", Profile: Profile{Name: "Salma", Lang: "ar", Residence: "siliana", BirthYear: 1990}, Country: "TN", Number: "01234567", CheckedAt: "siliana"},
		{ID: "p2", Profile: Profile{Name: "Badr", Lang: "fr", WorksIn: []string{"larache"}, BirthYear: 2000}, Country: "MA", Number: "LA123456"},
		{ID: "p3", Profile: Profile{Name: "Nobody in particular", Lang: "ar"}},
	}
	for range 2 {
		if err := s.Invent(s.ctx, list); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []int{LevelChecked, LevelDeclared, LevelAccount} {
		if p := s.world.get(list[i].ID); p.Level != want || p.Name != list[i].Name {
			t.Errorf("%+v", p)
		}
	}
	if words := must[[]string](t)(s.Check(s.ctx, false)); len(words) != 0 {
		t.Errorf("found %q", words)
	}
	b := newBrowser(t)
	s.signIn(b, "salma", "/en/me")
	b.get(s.url+"/en/me/data").want(200, "p1")
	taken := []Invented{{ID: "p4", Profile: Profile{Name: "Thief", Lang: "ar"}, Country: "TN", Number: "01234567"}}
	if err := s.Invent(s.ctx, taken); !fault.Is(err, fault.Conflict) {
		t.Errorf("a number that is taken: %v", err)
	}
	if err := still(t).Invent(t.Context(), list); !fault.Is(err, fault.Forbidden) {
		t.Errorf("outside a demo: %v", err)
	}
}

func TestTheAddressFollowsTheProvider(t *testing.T) {
	w := still(t)
	out := w.arrives(asserted("google", "1", "old@example.org", true), toSignIn, auth.Actor{})
	w.arrives(asserted("google", "1", "new@example.org", true), toSignIn, auth.Actor{})
	if p := w.get(out.PersonID); p.Email != "new@example.org" || p.EmailKey != "new@example.org" || p.Logins[0].Email != "new@example.org" {
		t.Errorf("%+v", p)
	}
	w.arrives(asserted("google", "1", "unproven@example.org", false), toSignIn, auth.Actor{})
	if p := w.get(out.PersonID); p.Email != "new@example.org" {
		t.Errorf("an address that is not verified replaced %s", p.Email)
	}
	if list := must[[]Contact](t)(w.Contacts(w.ctx, []string{out.PersonID, "nobody"})); len(list) != 1 || list[0].Email != "new@example.org" {
		t.Errorf("%+v", list)
	}
}

func TestJoiningADeletedAccountDeletesBoth(t *testing.T) {
	w := still(t)
	one, two := w.person("One"), w.person("Two")
	w.heard.fail = errCrash
	kept, err := w.join(w.ctx, one.PersonID, two.PersonID, one)
	if err == nil || kept == "" {
		t.Fatal("the crash did not happen")
	}
	w.heard.fail = nil
	if err := w.Delete(w.ctx, auth.Actor{PersonID: kept}, kept); err != nil {
		t.Fatal(err)
	}
	if err := w.FinishInterrupted(w.ctx); err != nil {
		t.Fatal(err)
	}
	if n := must[int64](t)(w.all.people.Count(w.ctx, store.Query{})); n != 0 {
		t.Errorf("%d people are left", n)
	}
}
