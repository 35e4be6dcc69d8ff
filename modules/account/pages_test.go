package account

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"musharaka/modules/kit/auth"

	"github.com/PuerkitoBio/goquery"
)

// as signs a browser in as a demo person and returns it with the account's id.
func (s *served) as(subject string) (*browser, string) {
	s.t.Helper()
	b := newBrowser(s.t)
	s.signIn(b, subject, "/en/me")
	for _, p := range demoPeople {
		if p.Subject == subject {
			page := must[storePage](s.t)(s.all.people.Find(s.ctx, byEmail(p.Email)))
			return b, page.Items[0].ID
		}
	}
	s.t.Fatalf("there is no demo person %s", subject)
	return nil, ""
}

// filled returns the fields of the page's form as a browser would send them.
func (b *browser) filled(selector string) []string {
	var pairs []string
	b.page().Find(selector).Find("input, textarea").Each(func(_ int, f *goquery.Selection) {
		name, _ := f.Attr("name")
		kind, _ := f.Attr("type")
		value, _ := f.Attr("value")
		_, checked := f.Attr("checked")
		if name != "" && (kind != "radio" && kind != "checkbox" || checked) {
			pairs = append(pairs, name, value)
		}
	})
	return pairs
}

// value is what stands in a field.
func (b *browser) value(name string) string {
	v, _ := b.page().Find(`input[name="` + name + `"]`).Attr("value")
	return v
}

func (b *browser) checked(name string) string {
	v, _ := b.page().Find(`input[name="` + name + `"][checked]`).Attr("value")
	return v
}

func TestSalmaCompletesHerProfileWithoutAScript(t *testing.T) {
	s := serve(t)
	b, id := s.as("salma")
	profile := s.url + "/en/me/profile"
	b.get(profile).want(200, "what it is for")

	typed := []string{"name", "سلمى بن عمر", "lang", "ar", "residence_name", "silia", "birth_year", "١٩٩٠", "sex", "unsaid", "number_country", "TN", "number", "0123 4567"}
	b.post(profile, typed...).want(200, "Siliana") // the button beside the search
	if b.value("name") != "سلمى بن عمر" || b.value("birth_year") != "1990" || b.value("number") != "0123 4567" || b.checked("sex") != "unsaid" {
		t.Errorf("what was typed is lost: %v", b.filled("form"))
	}
	b.post(profile, append(typed, "works_name", "larache")...).want(200, "Siliana", "Larache")

	b.post(profile, append(typed, "residence", "siliana", "works_in", "larache", "act", "save")...)
	b.get(b.next()).want(200, "Your profile has been saved.", "Declared by the person")
	p := s.world.get(id)
	if p.Level != LevelDeclared || p.Residence != "siliana" || p.WorksIn[0] != "larache" || p.BirthYear != 1990 || p.Sex != Unsaid || p.Identity.Last2 != "67" {
		t.Errorf("%+v", p)
	}
	b.get(profile).want(200, "a number that ends in")
	if b.checked("residence") != "siliana" || b.checked("works_in") != "larache" || b.value("number") != "" {
		t.Errorf("the form shows %v", b.filled("form"))
	}
	if strings.Contains(b.body, "0123") {
		t.Error("the number is shown")
	}
}

func TestWrongAnswersAreSaidBesideTheirFieldsAndNothingIsLost(t *testing.T) {
	s := serve(t)
	b, id := s.as("salma")
	for name, c := range map[string]struct {
		pairs []string
		field string
		words string
	}{
		"no name":             {[]string{"lang", "ar"}, "name", "Enter your first name and family name"},
		"a web address":       {[]string{"name", "http://spam.example", "lang", "ar"}, "name", "with letters only"},
		"a year of letters":   {[]string{"name", "Salma", "lang", "ar", "birth_year", "abcd"}, "birth_year", "four digits"},
		"a year to come":      {[]string{"name", "Salma", "lang", "ar", "birth_year", "2090"}, "birth_year", "four digits"},
		"a place of nowhere":  {[]string{"name", "Salma", "lang", "ar", "residence", "atlantis"}, "residence_name", "Choose a municipality"},
		"a number too short":  {[]string{"name", "Salma", "lang", "ar", "number_country", "TN", "number", "123"}, "number", ""},
		"a number of nowhere": {[]string{"name", "Salma", "lang", "ar", "number", "01234567"}, "number_country", "Say which country"},
		"a sex not offered":   {[]string{"name", "Salma", "lang", "ar", "sex", "x"}, "sex", "Choose one of the answers"},
		"no language":         {[]string{"name", "Salma"}, "lang", "Choose the language"},
	} {
		b.post(s.url+"/en/me/profile", append(c.pairs, "act", "save")...)
		if b.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, b.status)
			continue
		}
		link := b.page().Find(`.errors a[href="#f-` + c.field + `"]`)
		if link.Length() != 1 || !strings.Contains(link.Text(), c.words) {
			t.Errorf("%s: the summary says %q", name, b.page().Find(".errors").Text())
		}
		for i := 0; i < len(c.pairs); i += 2 {
			if c.pairs[i] == "birth_year" && b.value("birth_year") != c.pairs[i+1] {
				t.Errorf("%s: the field shows %q", name, b.value("birth_year"))
			}
		}
	}
	if p := s.world.get(id); p.BirthYear != 0 || p.Residence != "" {
		t.Errorf("something was kept: %+v", p)
	}
}

func TestANumberThatIsTakenDoesNotCostTheRestOfTheProfile(t *testing.T) {
	s := serve(t)
	first, _ := s.as("salma")
	second, id := s.as("first")
	pairs := []string{"name", "Somebody", "lang", "fr", "residence", "siliana", "birth_year", "1980", "number_country", "TN", "number", "01234567", "act", "save"}
	first.post(s.url+"/en/me/profile", pairs...).want(303)
	second.post(s.url+"/en/me/profile", pairs...).want(422, "already belongs to another account")
	if p := s.world.get(id); p.Residence != "siliana" || p.Level != LevelAccount {
		t.Errorf("%+v", p)
	}
}

func TestTheCounterWorksByItsPages(t *testing.T) {
	s := serve(t)
	salma, salmaID := s.as("salma")
	agent, agentID := s.as("first")
	agent.get(s.url + "/en/me").want(200)
	if strings.Contains(agent.body, "/desk/identity") {
		t.Error("the space of somebody who is no agent leads to the counter")
	}
	salma.get(s.url + "/en/desk/identity").want(403)
	must[Grant](t)(s.GrantRole(s.ctx, auth.System, agentID, auth.Membership{Kind: auth.Authority, OrgID: "siliana", Role: auth.FrontDesk}))

	salma.get(s.url+"/en/me/code").want(200, "Show a code")
	salma.post(s.url+"/en/me/code").want(200, "Good until")
	code := salma.page().Find(".figure b").Text()

	agent.get(s.url+"/en/desk/identity").want(200, "Code shown by the person")
	agent.post(s.url+"/en/desk/identity", "code", "nope nope").want(422, "There is no such code")
	agent.post(s.url+"/en/desk/identity", "code", strings.ToLower(code)).want(200, "سلمى بن عمر", "Number on the card")
	agent.post(s.url+"/en/desk/identity/check", "code", code, "authority", "siliana", "number", "01234567").want(422, "Confirm that you have seen", "سلمى")
	agent.post(s.url+"/en/desk/identity/check", "code", code, "authority", "siliana", "number", "12", "seen", "on").want(422, "سلمى")
	if agent.value("number") != "12" {
		t.Error("the number typed is lost")
	}
	agent.post(s.url+"/en/desk/identity/check", "code", code, "authority", "larache", "number", "01234567", "seen", "on").want(403)
	agent.post(s.url+"/en/desk/identity/check", "code", code, "authority", "siliana", "number", "01234567", "seen", "on")
	agent.get(agent.next()).want(200, "The identity has been checked.")
	if p := s.world.get(salmaID); p.Level != LevelChecked {
		t.Errorf("level %d", p.Level)
	}
	salma.get(s.url+"/en/me/profile").want(200, "Only an agent at a counter can change it.")
}

func TestRolesAreGivenAndTakenBackByThePages(t *testing.T) {
	s := serve(t)
	admin, _ := s.as("first")
	salma, salmaID := s.as("salma")
	salma.get(s.url + "/en/roles").want(403)
	admin.get(s.url+"/en/roles?q=sili").want(200, "Siliana")
	roles := s.url + "/en/roles/siliana"
	admin.get(roles).want(200, "Nobody holds a role here.")
	admin.get(s.url + "/en/roles/atlantis").want(404)

	code, _, err := s.NewCode(s.ctx, salmaID)
	if err != nil {
		t.Fatal(err)
	}
	admin.post(roles+"/grant", "code", code, "role", "officer", "until-day", "1", "until-month", "2", "until-year", "2003").want(422, "Give a day in the future")
	admin.post(roles+"/grant", "code", code, "role", "administrator", "until-day", "1", "until-month", "2", "until-year", "2030").want(422, "You may not give")
	admin.post(roles+"/grant", "code", code, "until-day", "31").want(422, "Choose the role.")
	admin.post(roles+"/grant", "code", code, "role", "officer", "until-day", "1", "until-month", "2", "until-year", "2030")
	admin.get(admin.next()).want(200, "The role has been given.", "سلمى بن عمر", "Council officer", "1 February 2030")
	grant := admin.value("grant")

	salma.get(roles).want(200, "Council officer")
	salma.get(s.url + "/en/roles/larache").want(404)
	salma.post(s.url+"/en/roles/larache/grant", "code", code, "role", "front_desk").want(404)
	salma.get(s.url + "/en/admin/people").want(403)

	admin.post(s.url+"/en/admin/people", "q", "Salma@example.org").want(200, "سلمى بن عمر")
	admin.get(s.url+"/en/admin/people/"+salmaID).want(200, "Council officer", "Role given", "Siliana")
	admin.post(s.url+"/en/admin/people", "q", "nobody@example.org").want(200, "Nobody was found.")

	admin.post(roles+"/revoke", "person", salmaID, "grant", grant)
	admin.get(admin.next()).want(200, "The role has been taken back.", "Nobody holds a role here.", "Before")
	salma.get(roles).want(403)
}

func TestTheDataPageShowsAndGivesEverything(t *testing.T) {
	s := serve(t)
	b, id := s.as("salma")
	b.get(s.url+"/en/me/data").want(200, "سلمى بن عمر", "salma@example.org", "Not given", id, "D-123/2026", "Petitions")
	b.get(s.url + "/me/data.json").want(200)
	var e Export
	if err := json.Unmarshal([]byte(b.body), &e); err != nil || e.Profile.ID != id || !strings.HasPrefix(b.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%v: %s", err, b.body)
	}
	newBrowser(t).get(s.url + "/me/data.json").want(401)
}

func TestDeletingTheAccountIsSaidClearlyAndNeedsATick(t *testing.T) {
	s := serve(t)
	b, id := s.as("salma")
	b.get(s.url+"/en/me/delete").want(200, "Signatures you gave stay counted, anonymously", "This cannot be undone")
	b.post(s.url+"/en/me/delete").want(422, "Tick the box")
	b.post(s.url+"/en/me/delete", "sure", "on")
	b.get(b.next()).want(200, "Your account has been deleted")
	b.get(s.url + "/en/me").want(303)
	if _, err := s.all.people.Get(s.ctx, id); err == nil {
		t.Error("the account is still there")
	}
}

func TestNobodyLearnsAnythingWithoutSigningIn(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	for _, path := range []string{"/me", "/me/profile", "/me/sessions", "/me/code", "/me/data", "/me/delete", "/desk/identity", "/roles", "/roles/siliana", "/admin/people", "/admin/people/x"} {
		if b.get(s.url + "/ar" + path); b.status != 303 || !strings.HasPrefix(b.next(), s.url+"/ar/sign-in?return="+url.QueryEscape("/ar"+path)) {
			t.Errorf("%s answers %d", path, b.status)
		}
	}
	if b.get(s.url + "/ar/me/menu"); b.status != 204 || b.body != "" {
		t.Errorf("the menu answers %d %q", b.status, b.body)
	}
	for _, path := range []string{"/me/profile", "/me/sessions/end", "/me/sessions/end-all", "/me/logins/remove", "/me/code", "/me/delete", "/desk/identity", "/roles/siliana/grant", "/admin/people"} {
		if b.post(s.url + "/ar" + path); b.status != 401 {
			t.Errorf("posting to %s answers %d", path, b.status)
		}
	}
}

func TestTheDemoRunsOnThisMachineOnly(t *testing.T) {
	for _, c := range []struct {
		listen, public string
		want           bool
	}{
		{"localhost:3000", "http://localhost:3000", true},
		{"127.0.0.1:3000", "http://127.0.0.1:3000", true},
		{"[::1]:3000", "http://[::1]:3000", true},
		{":3000", "http://localhost:3000", false},
		{"0.0.0.0:3000", "http://localhost:3000", false},
		{"192.168.1.4:3000", "http://localhost:3000", false},
		{"localhost:3000", "https://musharaka.example", false},
		{"localhost:3000", "http://localhost.evil.example", false},
		{"localhost", "http://localhost:3000", false},
		{"", "", false},
	} {
		err := DemoAllowed(c.listen, c.public)
		if (err == nil) != c.want {
			t.Errorf("listening on %q as %q: %v", c.listen, c.public, err)
		}
		if err != nil && !strings.Contains(err.Error(), "nobody else can reach it") {
			t.Errorf("the refusal does not explain itself: %v", err)
		}
	}
}
