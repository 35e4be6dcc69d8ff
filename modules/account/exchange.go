package account

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/fault"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/facebook"
	"github.com/markbates/goth/providers/openidConnect"
	"golang.org/x/oauth2"
)

// assertion is what a provider has said about somebody, after verification.
type assertion struct {
	Provider      string `bson:"provider"`
	Issuer        string `bson:"issuer"`
	Subject       string `bson:"subject"`
	Name          string `bson:"name"`
	Email         string `bson:"email"`
	EmailVerified bool   `bson:"email_verified"`

	identity string // a proven identity number, never kept
	country  string
}

var (
	errAnswer    = fault.New(fault.Invalid, "The answer of the sign-in provider could not be verified, so nobody was signed in. Please start again.")
	errCancelled = fault.New(fault.Invalid, "You did not finish signing in. Nothing was changed.")
)

// clockSkew is how far the provider's clock may be ahead of ours.
const clockSkew = 2 * time.Minute

// authURL returns the address at the provider where the person signs in.
func (p *provider) authURL(ctx context.Context, redirect, state string, flow signin, lang string) (string, error) {
	g, err := p.goth(ctx, redirect, "")
	if err != nil {
		return "", err
	}
	session, err := g.BeginAuth(state)
	if err != nil {
		return "", fault.Wrap("account.authURL", err)
	}
	address, err := session.GetAuthURL()
	if err != nil {
		return "", fault.Wrap("account.authURL", err)
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fault.Wrap("account.authURL", err)
	}
	q := u.Query()
	q.Set("code_challenge", challenge(flow.Verifier))
	q.Set("code_challenge_method", "S256")
	if p.settings.Kind != Facebook {
		q.Set("nonce", flow.Nonce)
		q.Set("ui_locales", lang)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// goth returns goth's provider for one flow. It is made anew each time: it is
// cheap, and nothing of one flow can reach another.
func (p *provider) goth(ctx context.Context, redirect, verifier string) (goth.Provider, error) {
	s := p.settings
	if s.Kind == Facebook {
		f := facebook.New(s.ClientID, s.ClientSecret, redirect)
		f.HTTPClient = withVerifier(p.client, verifier)
		return f.SetCustomFields([]string{"id", "name", "email"}), nil
	}
	m, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	o, err := openidConnect.NewCustomisedURL(s.ClientID, s.ClientSecret, redirect,
		m.endpoints.Authorization, m.endpoints.Token, s.Issuer, m.endpoints.UserInfo, "", s.Scopes...)
	if err != nil {
		return nil, fault.Wrap("account.goth", err)
	}
	o.HTTPClient = p.client
	return o, nil
}

// params is what goth is given of a callback: these two values and no other, as
// it would also obey a redirect_uri found there.
type params struct{ code, verifier string }

func (p params) Get(name string) string {
	switch name {
	case "code":
		return p.code
	case "code_verifier":
		return p.verifier
	}
	return ""
}

// exchange trades the code for what the provider says about the person, and
// returns it only if it is proven to come from there, for us, for this flow.
func (p *provider) exchange(ctx context.Context, redirect, code string, flow signin) (a assertion, err error) {
	g, err := p.goth(ctx, redirect, flow.Verifier)
	if err != nil {
		return a, err
	}
	session, err := g.UnmarshalSession("{}")
	if err != nil {
		return a, fault.Wrap("account.exchange", err)
	}
	if err := guarded(func() error {
		_, err := session.Authorize(g, params{code, flow.Verifier})
		return err
	}); err != nil {
		return a, p.refused("the code was not accepted", err)
	}
	var verified map[string]any
	if s, ok := session.(*openidConnect.Session); ok {
		// Before goth looks at it: goth believes unsigned tokens and panics on odd ones.
		if verified, err = p.verify(ctx, s.IDToken, s.AccessToken, flow.Nonce); err != nil {
			return a, errAnswer.Because("account.verify "+p.settings.Key, err)
		}
	}
	var user goth.User
	if err := guarded(func() (err error) {
		user, err = g.FetchUser(session)
		return err
	}); err != nil {
		return a, p.refused("who it is was not told", err)
	}
	return p.assertion(user, verified)
}

// verify checks the ID token's signature, issuer, audience and times with
// go-oidc, and what go-oidc leaves to us: nonce, authorised party, issue time.
func (p *provider) verify(ctx context.Context, idToken, accessToken, nonce string) (map[string]any, error) {
	m, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	verifier := m.op.Verifier(&oidc.Config{
		ClientID: p.settings.ClientID, SupportedSigningAlgs: m.endpoints.algs(), Now: p.clock.Now,
	})
	token, err := verifier.Verify(ctx, idToken)
	if err != nil {
		return nil, errors.New("the ID token was refused") // go-oidc's own words quote claims
	}
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return nil, errors.New("the claims are unreadable")
	}
	party, named := claims["azp"]
	now := p.clock.Now()
	switch {
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return nil, errors.New("the nonce is another flow's")
	case named && party != p.settings.ClientID:
		return nil, errors.New("the authorised party is somebody else")
	case len(token.Audience) > 1 && !named:
		return nil, errors.New("several audiences and no authorised party")
	case token.Subject == "" || len(token.Subject) > 255:
		return nil, errors.New("there is no usable subject")
	case token.IssuedAt.Unix() <= 0 || token.IssuedAt.After(now.Add(clockSkew)):
		return nil, errors.New("it has no time of issue, or one that is still to come")
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(accessToken) != nil {
		return nil, errors.New("the access token is not the one it was issued with")
	}
	return claims, nil
}

// assertion reads what we use out of what the provider said. What stands in the
// verified token goes before what only its user-info endpoint says.
func (p *provider) assertion(user goth.User, verified map[string]any) (assertion, error) {
	s := p.settings
	claims := map[string]any{}
	for k, v := range user.RawData {
		claims[k] = v
	}
	for k, v := range verified {
		claims[k] = v
	}
	a := assertion{Provider: s.Key, Issuer: p.issuer(), Subject: user.UserID, Name: tidyName(user.Name), Email: strings.TrimSpace(user.Email)}
	if s.Kind != Facebook {
		a.Subject, a.Name = text(claims, "sub"), tidyName(text(claims, "name"))
		a.Email = strings.TrimSpace(text(claims, "email"))
		a.EmailVerified = a.Email != "" && yes(claims["email_verified"])
	}
	if a.Subject == "" {
		return a, errAnswer.Because("account.assertion "+s.Key, errors.New("there is no subject"))
	}
	if len(a.Email) > 254 || !strings.Contains(a.Email, "@") {
		a.Email, a.EmailVerified = "", false
	}
	if s.IdentityClaim != "" && (s.AssuranceClaim == "" || slices.Contains(s.AssuranceValues, text(claims, s.AssuranceClaim))) {
		a.identity, a.country = text(claims, s.IdentityClaim), firstOf(s.Country, text(claims, s.CountryClaim))
	}
	return a, nil
}

// text is a claim as text; numbers, as some providers send, included.
func text(claims map[string]any, name string) string {
	switch v := claims[name].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// yes is a claim that is true; some providers send it as text.
func yes(v any) bool { return v == true || v == "true" }

// guarded calls into goth, where an answer of an unexpected type panics.
func guarded(call func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the answer has an unexpected form")
		}
	}()
	return call()
}

// refused turns goth's errors into ours. Their text is dropped: it quotes
// answers, addresses and tokens, which belong in no log.
func (p *provider) refused(what string, err error) error {
	op := "account.exchange " + p.settings.Key
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) && answer.Response != nil && answer.Response.StatusCode < 500 {
		return errAnswer.Because(op, fmt.Errorf("%s: status %d", what, answer.Response.StatusCode))
	}
	var address *url.Error
	if errors.As(err, &address) || answer != nil {
		return errProviderDown.Because(op, errors.New(what+": it does not answer"))
	}
	return errAnswer.Because(op, errors.New(what))
}

// withVerifier gives a client that adds the PKCE verifier to the request for a
// token, which goth's Facebook provider leaves out.
func withVerifier(client *http.Client, verifier string) *http.Client {
	with := *client
	with.Transport = addVerifier{client.Transport, verifier}
	return &with
}

type addVerifier struct {
	next     http.RoundTripper
	verifier string
}

// RoundTrip adds code_verifier to a form that carries a code.
func (a addVerifier) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost || r.Body == nil || a.verifier == "" {
		return a.next.RoundTrip(r)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, answerLimit))
	if err != nil {
		return nil, err
	}
	if err := r.Body.Close(); err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	if form.Has("code") {
		form.Set("code_verifier", a.verifier)
	}
	body = []byte(form.Encode())
	with := r.Clone(r.Context())
	with.Body, with.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	with.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return a.next.RoundTrip(with)
}
