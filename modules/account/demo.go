package account

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"

	"github.com/luikyv/go-oidc/pkg/goidc"
	goop "github.com/luikyv/go-oidc/pkg/provider"
)

// Words are the same words in the three languages of the site.
type Words struct{ AR, FR, EN string }

// In returns the words in a language.
func (w Words) In(lang string) string {
	switch lang {
	case "ar":
		return firstOf(w.AR, w.EN)
	case "fr":
		return firstOf(w.FR, w.EN)
	}
	return w.EN
}

// DemoPerson is somebody invented whom anybody may sign in as.
type DemoPerson struct {
	Subject string // what the provider calls them; stays the same between starts
	Name    string
	About   Words // who that is and what can be tried as them
	Group   Words // heading under which they stand; people of a group follow one another
	Email   string
	Lang    string // the language of their name
	// Country and Number make the demo's provider assert an identity number, as
	// a national e-ID does; usually empty.
	Country, Number string
	Card            string // the number of their invented identity card, for whoever tries the forms that ask for it
}

// DemoSettings are what the demo's provider needs to know.
type DemoSettings struct {
	PublicURL string
	Listen    string // where the platform listens: the provider is reached there
	People    []DemoPerson
}

const (
	demoKey       = "demo"
	demoPath      = "/demo-idp"
	demoPage      = "/demo-sign-in"
	demoWellKnown = "/.well-known/openid-configuration"
	demoClient    = "musharaka"
	demoNumber    = "demo_identity_number"
	demoCountry   = "demo_identity_country"
)

// DemoProvider is an OpenID Connect provider inside this process, where nobody
// needs a password. It is spoken to through the real protocol, over a real
// connection, so that the demo tries what production uses. Its keys and its
// client's secret are made at every start and kept nowhere.
type DemoProvider struct {
	settings DemoSettings
	secret   string
	op       http.Handler
}

// DemoAllowed explains why the demo's provider may not run with these
// addresses; nil when it may. Whoever reaches it can sign in as anybody, so
// both the address it listens on and the one it is known by must be this
// machine's own.
func DemoAllowed(listen, publicURL string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil || !isLoopback(host) {
		return errors.New("the demo's sign-in lets anybody be anybody, so it starts only where nobody else can reach it: it listens on \"" + listen + "\", which is not this machine's own address (use localhost:3000)")
	}
	u, err := url.Parse(publicURL)
	if err != nil || !isLoopback(u.Hostname()) {
		return errors.New("the demo's sign-in lets anybody be anybody, so it starts only where nobody else can reach it: the public address \"" + publicURL + "\" is not this machine's own (use http://localhost:3000)")
	}
	return nil
}

// NewDemoProvider makes the demo's provider, or explains why it may not run.
func NewDemoProvider(s DemoSettings, id ident.Maker) (*DemoProvider, error) {
	if err := DemoAllowed(s.Listen, s.PublicURL); err != nil {
		return nil, fault.Wrap("account.NewDemoProvider", err)
	}
	s.PublicURL = strings.TrimSuffix(s.PublicURL, "/")
	d := &DemoProvider{settings: s, secret: id.Token()}
	key, err := newKey(id)
	if err != nil {
		return nil, fault.Wrap("account.NewDemoProvider", err)
	}
	keys := goidc.JSONWebKeySet{Keys: []goidc.JSONWebKey{{KeyID: id.ID(), Algorithm: string(goidc.SigAlgES256), Use: "sig", Key: key}}}
	made, err := goop.New(
		goop.Config{
			Issuer:      d.issuer(),
			JWKS:        func(context.Context) (goidc.JSONWebKeySet, error) { return keys, nil },
			IDTokenAlgs: []goidc.SignatureAlgorithm{goidc.SigAlgES256},
		},
		goop.WithScopes(goidc.ScopeOpenID, goidc.ScopeProfile, goidc.ScopeEmail),
		goop.WithSecretBasicAuthn(),
		goop.WithSecretPostAuthn(),
		goop.WithAuthCodeGrant(
			goop.AuthCodeGrantConfig{ResponseTypes: []goidc.ResponseType{goidc.ResponseTypeCode}},
			goop.WithIssuerResponseParameter(),
			goop.WithPKCE([]goidc.CodeChallengeMethod{goidc.CodeChallengeMethodSHA256}, goop.WithPKCERequired()),
			goop.WithAuthPolicies(goidc.NewPolicy("choose", func(*http.Request, *goidc.AuthnSession, *goidc.Client) bool { return true }, d.choose)),
		),
		goop.WithIDTokenClaims(d.claims),
		goop.WithUserInfoClaims(d.claims),
		goop.WithErrorHandler(func(context.Context, error) {}), // what went wrong is told to the client, which reports it
		goop.WithJTIConsumer(func(context.Context, string) error { return nil }),
		goop.WithStaticClients(d.client()),
	)
	if err != nil {
		return nil, fault.Wrap("account.NewDemoProvider", err)
	}
	d.op = made.Handler()
	return d, nil
}

// newKey makes a signing key. About one in four thousand million random numbers
// is no key of this curve.
func newKey(id ident.Maker) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), id.Bytes(32))
	if err != nil {
		return ecdsa.ParseRawPrivateKey(elliptic.P256(), id.Bytes(32))
	}
	return key, nil
}

func (d *DemoProvider) issuer() string { return d.settings.PublicURL + demoPath }

// client is this platform as the demo's provider knows it.
func (d *DemoProvider) client() *goidc.Client {
	return &goidc.Client{
		ID: demoClient, Secret: d.secret,
		ClientMeta: goidc.ClientMeta{
			Name:             "Musharaka",
			RedirectURIs:     []string{d.settings.PublicURL + "/auth/" + demoKey + "/callback"},
			GrantTypes:       []goidc.GrantType{goidc.GrantAuthorizationCode},
			ResponseTypes:    []goidc.ResponseType{goidc.ResponseTypeCode},
			ScopeIDs:         "openid profile email",
			TokenAuthnMethod: goidc.AuthnMethodSecretBasic,
		},
	}
}

// Provider returns how the platform signs in with the demo's provider.
func (d *DemoProvider) Provider() ProviderSettings {
	return ProviderSettings{
		Key: demoKey, Kind: Demo, NameAR: "هوية تجريبية", NameFR: "l’identité de démonstration", NameEN: "Demo identity",
		Issuer: d.issuer(), ClientID: demoClient, ClientSecret: d.secret,
		IdentityClaim: demoNumber, CountryClaim: demoCountry, Dial: d.settings.Listen,
	}
}

// People returns the people of the demo in their order.
func (d *DemoProvider) People() []DemoPerson { return slices.Clone(d.settings.People) }

// choose is the provider's sign-in: it sends the browser to the page of demo
// people, and signs in whoever was chosen there.
func (d *DemoProvider) choose(w http.ResponseWriter, r *http.Request, flow *goidc.AuthnSession, _ *goidc.Client) (goidc.Status, error) {
	if r.Method == http.MethodPost && r.PostFormValue("cancel") != "" {
		return goidc.StatusFailure, goidc.NewError(goidc.ErrorCodeAccessDenied, "nobody was chosen")
	}
	if r.Method == http.MethodPost {
		subject := r.PostFormValue("person")
		if slices.ContainsFunc(d.settings.People, func(p DemoPerson) bool { return p.Subject == subject }) {
			flow.Subject, flow.GrantedScopes = subject, flow.Scopes
			return goidc.StatusSuccess, nil
		}
	}
	lang := r.URL.Query().Get("ui_locales")
	if lang != "ar" && lang != "fr" {
		lang = "en"
	}
	w.Header().Set("Location", "/"+lang+demoPage+"?flow="+url.QueryEscape(flow.ID))
	w.WriteHeader(http.StatusSeeOther)
	return goidc.StatusPending, nil
}

// claims are what the provider says about somebody.
func (d *DemoProvider) claims(_ context.Context, grant *goidc.Grant) map[string]any {
	i := slices.IndexFunc(d.settings.People, func(p DemoPerson) bool { return p.Subject == grant.Subject })
	if i < 0 {
		return nil
	}
	p := d.settings.People[i]
	claims := map[string]any{"name": p.Name}
	if p.Email != "" {
		claims["email"], claims["email_verified"] = p.Email, true
	}
	if p.Number != "" {
		claims[demoNumber], claims[demoCountry] = p.Number, p.Country
	}
	return claims
}
