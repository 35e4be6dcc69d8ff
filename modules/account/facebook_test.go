package account

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
)

// facebookNet answers for Facebook, and keeps what it was asked.
type facebookNet struct {
	token, profile string
	asked          []*http.Request
	form           url.Values
}

func (f *facebookNet) RoundTrip(r *http.Request) (*http.Response, error) {
	f.asked = append(f.asked, r)
	body := f.profile
	if strings.HasSuffix(r.URL.Path, "/oauth/access_token") {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if f.form, err = url.ParseQuery(string(sent)); err != nil {
			return nil, err
		}
		body = f.token
	}
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// facebookWorld signs in with Facebook.
func facebookWorld(t *testing.T) (*world, *facebookNet, url.Values) {
	w := newWorld(t, today(), "https://musharaka.example", ProviderSettings{Key: "facebook", Kind: Facebook, ClientID: "app", ClientSecret: "secret"})
	net := &facebookNet{
		token:   `{"access_token":"T0KEN","token_type":"bearer","expires_in":3600}`,
		profile: `{"id":"1234","name":"Amina B.","email":"amina@example.org"}`,
	}
	w.providers[0].client = &http.Client{Transport: net}
	address := must[string](t)(w.BeginSignIn(w.ctx, Begin{Provider: "facebook", Return: "/fr/me", Lang: "fr", Browser: browserToken}))
	if !strings.HasPrefix(address, "https://www.facebook.com/") {
		t.Fatalf("the browser is sent to %s", address)
	}
	return w, net, mustURL(address).Query()
}

func TestFacebookIsGivenTheVerifierOfItsChallenge(t *testing.T) {
	w, net, query := facebookWorld(t)
	if query.Get("code_challenge_method") != "S256" || query.Get("redirect_uri") != "https://musharaka.example/auth/facebook/callback" {
		t.Errorf("the flow begins with %v", query)
	}
	out := must[Outcome](t)(w.FinishSignIn(w.ctx, Callback{Provider: "facebook", State: query.Get("state"), Code: "c0de", Browser: browserToken}))
	if challenge(net.form.Get("code_verifier")) != query.Get("code_challenge") || net.form.Get("code") != "c0de" {
		t.Errorf("the token was asked for with %v", net.form)
	}
	p := w.get(out.PersonID)
	if p.Name != "Amina B." || p.Email != "amina@example.org" || p.EmailKey != "" || p.Logins[0].Issuer != facebookIssuer || p.Logins[0].Subject != "1234" {
		t.Errorf("%+v", p)
	}
}

func TestFacebookAnswersThatSayNothingSignNobodyIn(t *testing.T) {
	for name, change := range map[string]func(*facebookNet){
		"no id":        func(n *facebookNet) { n.profile = `{"name":"Amina"}` },
		"no profile":   func(n *facebookNet) { n.profile = `oops` },
		"no token":     func(n *facebookNet) { n.token = `{}` },
		"an odd token": func(n *facebookNet) { n.token = `[1]` },
	} {
		w, net, query := facebookWorld(t)
		change(net)
		_, err := w.FinishSignIn(w.ctx, Callback{Provider: "facebook", State: query.Get("state"), Code: "c0de", Browser: browserToken})
		if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "T0KEN") {
			t.Errorf("%s: the log would have the token: %v", name, err)
		}
	}
}

func TestProvidersThatAreSetUpWronglyAreNamedAtTheStart(t *testing.T) {
	good := ProviderSettings{Key: "eid", Kind: OIDC, Issuer: "https://eid.example", ClientID: "x"}
	for name, change := range map[string]func(*ProviderSettings){
		"no key":                 func(s *ProviderSettings) { s.Key = "" },
		"a key with a slash":     func(s *ProviderSettings) { s.Key = "a/b" },
		"an unknown kind":        func(s *ProviderSettings) { s.Kind = "saml" },
		"no client":              func(s *ProviderSettings) { s.ClientID = "" },
		"a plain address":        func(s *ProviderSettings) { s.Issuer = "http://eid.example" },
		"no address":             func(s *ProviderSettings) { s.Issuer = "" },
		"a number of no country": func(s *ProviderSettings) { s.IdentityClaim = "cin" },
	} {
		s := good
		change(&s)
		if _, err := newProvider(s, 0, today()); err == nil {
			t.Error(name)
		}
	}
	if _, err := newProvider(good, 0, today()); err != nil {
		t.Error(err)
	}
}
