package account

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
)

// independent signs in with a provider that others wrote: npm oidc-provider, as
// .ci/oidc starts it.
func independent(t *testing.T) *world {
	issuer := os.Getenv("OIDC_TEST_ISSUER")
	if issuer == "" {
		t.Skip("no independent provider: start one with `cd .ci/oidc && npm ci && npm start`, then set OIDC_TEST_ISSUER=http://127.0.0.1:4010")
	}
	return newWorld(t, today(), "http://127.0.0.1:3999", ProviderSettings{
		Key: "independent", Kind: OIDC, NameEN: "Independent", Issuer: issuer, ClientID: "musharaka", ClientSecret: "a secret for tests alone",
	})
}

// walk signs in at the provider's own pages and returns what it sends back.
func walk(t *testing.T, address, login string) Callback {
	t.Helper()
	b := newBrowser(t)
	b.get(address)
	for range 20 {
		switch {
		case b.status >= 300 && b.status < 400:
			to := mustURL(b.next())
			if strings.HasPrefix(to.String(), "http://127.0.0.1:3999/") {
				q := to.Query()
				return Callback{Provider: "independent", State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Refused: q.Has("error"), Browser: browserToken}
			}
			b.get(to.String())
		case b.status == http.StatusOK:
			form := b.page().Find("form").First()
			action, _ := form.Attr("action")
			prompt, _ := form.Find("input[name=prompt]").Attr("value")
			to, err := b.at.Parse(action)
			if err != nil {
				t.Fatal(err)
			}
			b.post(to.String(), "prompt", prompt, "login", login, "password", "any")
		default:
			t.Fatalf("%s answered %d: %s", b.at, b.status, b.body)
		}
	}
	t.Fatal("the provider leads round in circles")
	return Callback{}
}

func TestSigningInWithAnIndependentProvider(t *testing.T) {
	w := independent(t)
	begin := Begin{Provider: "independent", Return: "/fr/me", Lang: "fr", Browser: browserToken}
	callback := walk(t, must[string](t)(w.BeginSignIn(w.ctx, begin)), "amina")
	if callback.Issuer == "" || callback.Refused {
		t.Fatalf("it sent %+v", callback)
	}
	out := must[Outcome](t)(w.FinishSignIn(w.ctx, callback))
	p := w.get(out.PersonID)
	if p.Name != "amina of elsewhere" || p.EmailKey != "amina@elsewhere.example" || p.Logins[0].Subject != "amina" || out.Return != "/fr/me" {
		t.Errorf("%+v", p)
	}
	again := must[Outcome](t)(w.FinishSignIn(w.ctx, walk(t, must[string](t)(w.BeginSignIn(w.ctx, begin)), "amina")))
	if again.PersonID != out.PersonID {
		t.Error("the second sign-in is somebody else")
	}
	other := must[Outcome](t)(w.FinishSignIn(w.ctx, walk(t, must[string](t)(w.BeginSignIn(w.ctx, begin)), "badr")))
	if other.PersonID == out.PersonID {
		t.Error("two people are one")
	}
}

func TestAnIndependentProvidersAnswerIsBoundToItsFlow(t *testing.T) {
	w := independent(t)
	begin := Begin{Provider: "independent", Return: "/fr/me", Lang: "fr", Browser: browserToken}
	stolen := walk(t, must[string](t)(w.BeginSignIn(w.ctx, begin)), "amina")
	own := walk(t, must[string](t)(w.BeginSignIn(w.ctx, begin)), "badr")

	mixed := own
	mixed.Code = stolen.Code // somebody else's code in one's own flow: the verifier does not fit
	_, err := w.FinishSignIn(w.ctx, mixed)
	wantKind(t, err, fault.Invalid)

	foreign := stolen
	foreign.Browser = strings.Repeat("z", 43)
	_, err = w.FinishSignIn(w.ctx, foreign)
	wantKind(t, err, fault.Invalid)

	other := stolen
	other.Issuer = "https://evil.example"
	_, err = w.FinishSignIn(w.ctx, other)
	wantKind(t, err, fault.Invalid)
}
