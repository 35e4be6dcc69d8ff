package account

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestSalmaSignsInThroughTheDemoProvider(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	b.get(s.url + "/en/me").want(303)
	if got := b.next(); !strings.HasPrefix(got, s.url+"/en/sign-in?return=") {
		t.Fatalf("the space of somebody who is not signed in leads to %s", got)
	}
	if got := s.signIn(b, "salma", "/en/me/profile"); got != s.url+"/en/me/profile" {
		t.Fatalf("arrived at %s", got)
	}
	b.get(s.url+"/en/me").want(200, "سلمى بن عمر", "Account only")
	b.get(s.url + "/en/me/menu").want(200)
	if !strings.Contains(b.body, "سلمى بن عمر") {
		t.Error("the menu does not greet her")
	}
	page := must[storePage](t)(s.all.people.Find(s.ctx, byEmail("salma@example.org")))
	if len(page.Items) != 1 || page.Items[0].Lang != "en" || page.Items[0].Email != "salma@example.org" {
		t.Errorf("the account is %+v", page.Items)
	}
}

func TestSigningInAgainIsTheSamePersonInANewSession(t *testing.T) {
	s := serve(t)
	first, second := newBrowser(t), newBrowser(t)
	s.signIn(first, "salma", "/en/me")
	s.signIn(second, "salma", "/en/me")
	page := must[storePage](t)(s.all.people.Find(s.ctx, byEmail("salma@example.org")))
	if len(page.Items) != 1 {
		t.Fatalf("there are %d accounts", len(page.Items))
	}
	if list := must[sessionList](t)(s.sessions.List(s.ctx, page.Items[0].ID)); len(list) != 2 {
		t.Errorf("there are %d sessions", len(list))
	}
	first.get(s.url+"/en/me/sessions").want(200, "This device", "Sign out everywhere")
	other, _ := first.page().Find("input[name=session]").Attr("value")
	first.post(s.url+"/en/me/sessions/end", "session", other).want(303)
	second.get(s.url + "/en/me").want(303)
	first.get(s.url + "/en/me").want(200)
	first.post(s.url + "/en/me/sessions/end-all").want(303)
	first.get(s.url + "/en/me").want(303)
}

func TestASessionFromBeforeIsWorthlessAfterSigningIn(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	s.signIn(b, "salma", "/en/me")
	before := cookie(b, s.url, "session")
	b.post(s.url+"/en/sign-in/demo", "return", "/en/me")
	s.choose(b, "youssef")
	if after := cookie(b, s.url, "session"); after == before || after == "" {
		t.Error("the session was kept")
	}
	old := newBrowser(t)
	old.client.Jar.SetCookies(mustURL(s.url), []*http.Cookie{{Name: "session", Value: before}})
	old.get(s.url + "/en/me").want(303)
}

func TestANationalIdentityProvesLevelTwo(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	s.signIn(b, "youssef", "/en/me")
	b.get(s.url+"/en/me").want(200, "Youssef Amrani", "Identity checked")
	b.get(s.url+"/en/me/data").want(200, "it ends in 56", "Asserted by a national electronic identity.")
	if strings.Contains(b.body, "123456") {
		t.Error("the number itself is shown")
	}
}

func TestTheFirstAdministratorIsAppointedByAVerifiedAddressOnce(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	s.signIn(b, "first", "/en/me")
	b.get(s.url+"/en/admin/people").want(200, "There is no list of everybody")
	s.settings.FirstAdministrators = append(s.settings.FirstAdministrators, "salma@example.org")
	other := newBrowser(t)
	s.signIn(other, "salma", "/en/me")
	other.get(s.url + "/en/admin/people").want(403)
}

func TestSigningInComesBackToThisSiteOnly(t *testing.T) {
	s := serve(t)
	for _, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "/en/sign-in?return=/en/me"} {
		b := newBrowser(t)
		if got := s.signIn(b, "salma", to); got != s.url+"/en/me" {
			t.Errorf("%q leads to %s", to, got)
		}
	}
}

func TestAStateIsUsedOnce(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	b.post(s.url+"/en/sign-in/demo", "return", "/en/me")
	b.get(b.next())
	b.get(b.next())
	action, _ := b.page().Find("main form").First().Attr("action")
	callback := b.post(s.url+action, "person", "salma").next()
	token := cookie(b, s.url, "signin")
	b.get(callback).want(303)
	b.client.Jar.SetCookies(mustURL(s.url), []*http.Cookie{{Name: "signin", Value: token}})
	b.get(callback).want(422, "used already")
}

func TestAnotherBrowserCannotFinishASignIn(t *testing.T) {
	s := serve(t)
	attacker, victim := newBrowser(t), newBrowser(t)
	attacker.post(s.url+"/en/sign-in/demo", "return", "/en/me")
	attacker.get(attacker.next())
	attacker.get(attacker.next())
	action, _ := attacker.page().Find("main form").First().Attr("action")
	callback := attacker.post(s.url+action, "person", "salma").next()

	victim.get(callback).want(422, "another browser") // without any cookie
	victim.post(s.url+"/en/sign-in/demo", "return", "/en/me")
	victim.get(callback).want(422, "another browser") // with one of its own
	victim.get(s.url + "/en/me").want(303)
	if got := attacker.get(callback).next(); got != s.url+"/en/me" { // and its own browser can still
		t.Errorf("arrived at %s", got)
	}
}

func TestTurningBackAtTheProviderChangesNothing(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	b.post(s.url+"/en/sign-in/demo", "return", "/en/me")
	b.get(b.next())
	b.get(b.next())
	action, _ := b.page().Find("main form").First().Attr("action")
	b.post(s.url+action, "cancel", "yes")
	b.get(b.next()).want(422, "You did not finish signing in.")
	b.get(s.url + "/en/me").want(303)
}

func TestASignInIsNotBegunFromAnotherSite(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	r, err := http.NewRequest(http.MethodPost, s.url+"/en/sign-in/demo", strings.NewReader("return=/en/me"))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://evil.example")
	}
	b.do(r, err).want(403)
}

func TestOnlyTheSignInPageLetsFormsLeadToTheProvider(t *testing.T) {
	op := newOP(t)
	s := serve(t, op.settings())
	b := newBrowser(t)
	b.get(s.url + "/en/sign-in").want(200)
	if policy := b.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' "+op.server.URL) {
		t.Errorf("the sign-in page's policy is %s", policy)
	}
	s.signIn(b, "salma", "/en/me")
	b.get(s.url + "/en/me/profile").want(200)
	if policy := b.header.Get("Content-Security-Policy"); strings.Contains(policy, op.server.URL) || !strings.Contains(policy, "form-action 'self'") {
		t.Errorf("another page's policy is %s", policy)
	}
}

func TestAProviderThatIsDownIsSaidClearlyAndTheOthersWork(t *testing.T) {
	op := newOP(t)
	op.server.Close()
	s := serve(t, op.settings())
	b := newBrowser(t)
	b.get(s.url+"/en/sign-in").want(200, "Test OP", "Demo identity")
	b.post(s.url+"/en/sign-in/test", "return", "/en/me").want(503, "does not answer at the moment")
	if got := s.signIn(b, "salma", "/en/me"); got != s.url+"/en/me" {
		t.Errorf("arrived at %s", got)
	}
}

func TestTheWholeSignInSpeaksArabicAndFrench(t *testing.T) {
	s := serve(t)
	for lang, words := range map[string]string{"ar": "تسجيل الدخول", "fr": "Se connecter"} {
		b := newBrowser(t)
		b.get(s.url+"/"+lang+"/sign-in").want(200, words)
		b.post(s.url+"/"+lang+"/sign-in/demo", "return", "/"+lang+"/me")
		b.get(b.next())
		if got := b.next(); !strings.HasPrefix(got, s.url+"/"+lang+"/demo-sign-in?flow=") {
			t.Errorf("the page of demo people is %s", got)
		}
	}
}

func cookie(b *browser, address, name string) string {
	for _, c := range b.client.Jar.Cookies(mustURL(address)) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func mustURL(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u
}
