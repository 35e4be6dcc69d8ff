package account

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

type (
	storePage   = store.Page[Person]
	sessionList = []auth.Session
)

func byEmail(address string) store.Query {
	return store.Query{Index: "email", Equal: []any{emailKey(address)}}
}

// op is a provider that can be made to lie in every way.
type op struct {
	server *httptest.Server
	key    *rsa.PrivateKey

	mu       sync.Mutex
	codes    map[string]issue
	token    func(http.ResponseWriter) bool // answers instead of the token endpoint when it returns true
	userinfo map[string]any
	wait     chan struct{} // not nil: the metadata waits for it
}

// issue is what a code is worth.
type issue struct {
	challenge, nonce string
	change           func(header, claims map[string]any)
	sign             func(o *op, signed string) string
}

var opKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newOP(t *testing.T) *op {
	t.Helper()
	o := &op{key: opKey(), codes: map[string]issue{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		if o.wait != nil {
			select {
			case <-o.wait:
			case <-r.Context().Done():
			}
		}
		at := o.server.URL
		answer(w, map[string]any{
			"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token", "userinfo_endpoint": at + "/me", "jwks_uri": at + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256", "n": b64(o.key.N.Bytes()), "e": b64(big.NewInt(int64(o.key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", o.serveToken)
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, _ *http.Request) {
		o.mu.Lock()
		defer o.mu.Unlock()
		answer(w, o.userinfo)
	})
	o.server = httptest.NewServer(mux)
	t.Cleanup(o.server.Close)
	o.userinfo = map[string]any{"sub": "42"}
	return o
}

func (o *op) settings() ProviderSettings {
	return ProviderSettings{Key: "test", Kind: OIDC, NameEN: "Test OP", Issuer: o.server.URL, ClientID: "client", ClientSecret: "secret"}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// serveToken gives out what a code is worth, once, to who knows its verifier.
func (o *op) serveToken(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.token != nil && o.token(w) {
		return
	}
	id, secret, _ := r.BasicAuth()
	i, ok := o.codes[r.PostFormValue("code")]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if id != "client" || secret != "secret" || !ok || b64(sum[:]) != i.challenge {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]string{"error": "invalid_grant"})
		return
	}
	delete(o.codes, r.PostFormValue("code"))
	answer(w, map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": o.idToken(i)})
}

// idToken is an honest token, changed as the test wants it.
func (o *op) idToken(i issue) string {
	now := today().Now()
	header := map[string]any{"alg": "RS256", "kid": "1"}
	claims := map[string]any{
		"iss": o.server.URL, "sub": "42", "aud": "client", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(), "nonce": i.nonce, "name": "Amina",
	}
	if i.change != nil {
		i.change(header, claims)
	}
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	signed := b64(h) + "." + b64(c)
	if i.sign != nil {
		return i.sign(o, signed)
	}
	return signed + "." + o.sign(signed)
}

func (o *op) sign(signed string) string {
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, o.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return b64(signature)
}

// flow is a sign-in as far as the provider's own page.
type flow struct {
	w     *world
	o     *op
	query url.Values
}

var browserToken = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"

func (o *op) begin(w *world) flow {
	w.t.Helper()
	address := must[string](w.t)(w.BeginSignIn(w.ctx, Begin{Provider: "test", Return: "/ar/me", Lang: "ar", Browser: browserToken}))
	return flow{w: w, o: o, query: mustURL(address).Query()}
}

// code has the provider sign the person in, and tells what it will say.
func (f flow) code(i issue) string {
	f.o.mu.Lock()
	defer f.o.mu.Unlock()
	i.challenge, i.nonce = f.query.Get("code_challenge"), f.query.Get("nonce")
	f.o.codes["code-"+f.query.Get("state")] = i
	return "code-" + f.query.Get("state")
}

func (f flow) finish(code string) (Outcome, error) {
	return f.w.FinishSignIn(f.w.ctx, Callback{Provider: "test", State: f.query.Get("state"), Code: code, Browser: browserToken})
}

func isInvalid(err error) bool { return fault.Is(err, fault.Invalid) }

var storeAll = store.Query{}
