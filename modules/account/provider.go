package account

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/sync/singleflight"
)

// ProviderKind is how a provider is spoken to.
type ProviderKind string

// The kinds of providers. Google is OpenID Connect with its issuer known;
// Facebook is OAuth 2 without an ID token.
const (
	Google   ProviderKind = "google"
	Facebook ProviderKind = "facebook"
	OIDC     ProviderKind = "oidc"
	Demo     ProviderKind = "demo" // the provider inside this process; see DemoProvider
)

// ProviderSettings describe one way to sign in.
type ProviderSettings struct {
	Key                    string // in addresses: lower-case letters, digits, hyphens
	Kind                   ProviderKind
	NameAR, NameFR, NameEN string // as the button shows it
	Issuer                 string // of OIDC and Demo
	ClientID, ClientSecret string
	Scopes                 []string // of OIDC; "openid profile email" when empty

	// A national e-ID asserts an identity number: the claim it stands in, and
	// the country whose number it is (or the claim that says so). Having it
	// proves level 2, if the assurance claim (such as "acr") has one of the
	// values; no assurance claim means that every sign-in there is good enough.
	IdentityClaim   string
	Country         string
	CountryClaim    string
	AssuranceClaim  string
	AssuranceValues []string

	// FormOrigins are further origins that a sign-in passes through on its way,
	// such as a login page on another host. Browsers must be told of them.
	FormOrigins []string
	// Dial is the address to connect to instead of the issuer's host and port,
	// for a provider that is reached on another way from here; usually "".
	Dial string
}

const (
	googleIssuer   = "https://accounts.google.com"
	facebookIssuer = "https://www.facebook.com"
	// demoIssuer stands for the demo's provider in logins, whose own address
	// changes with the port it happens to run on.
	demoIssuer = "urn:musharaka:demo"

	metadataLasts   = 12 * time.Hour
	failureLasts    = 5 * time.Second // a provider that is down is not asked again by everybody at once
	answerLimit     = 1 << 20
	standardTimeout = 5 * time.Second
)

// signingAlgs are the signatures accepted on ID tokens: asymmetric ones only,
// so that neither "none" nor the client secret can sign.
var signingAlgs = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

var errProviderDown = fault.New(fault.Unavailable, "This way of signing in does not answer at the moment. Try again in a few minutes, or choose another one.")

// provider is one way to sign in, with what is known about it so far.
type provider struct {
	settings ProviderSettings
	client   *http.Client
	clock    clock.Clock
	flight   singleflight.Group

	mu       sync.Mutex
	metadata *metadata
	failedAt time.Time
}

// metadata is what a provider publishes about itself.
type metadata struct {
	op        *oidc.Provider
	endpoints endpoints
	readAt    time.Time
}

type endpoints struct {
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	UserInfo      string   `json:"userinfo_endpoint"`
	Algs          []string `json:"id_token_signing_alg_values_supported"`
}

// newProvider checks the settings and returns the provider. Nothing is fetched
// yet: a provider that is down must not keep the platform from starting.
func newProvider(s ProviderSettings, timeout time.Duration, c clock.Clock) (*provider, error) {
	if s.Key == "" || strings.Trim(s.Key, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return nil, fmt.Errorf("sign-in provider %q: the key may hold lower-case letters, digits and hyphens only", s.Key)
	}
	switch s.Kind {
	case Google:
		s.Issuer = googleIssuer
	case Facebook:
		s.Issuer = facebookIssuer
		s.FormOrigins = append([]string{facebookIssuer, "https://m.facebook.com"}, s.FormOrigins...)
	case OIDC, Demo:
	default:
		return nil, fmt.Errorf("sign-in provider %q: the kind %q is not known", s.Key, s.Kind)
	}
	if s.ClientID == "" {
		return nil, fmt.Errorf("sign-in provider %q: the client id is missing", s.Key)
	}
	u, err := url.Parse(s.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
		return nil, fmt.Errorf("sign-in provider %q: the issuer %q is not an https address", s.Key, s.Issuer)
	}
	if s.IdentityClaim != "" && s.Country == "" && s.CountryClaim == "" {
		return nil, fmt.Errorf("sign-in provider %q: it asserts an identity number, so it must say of which country", s.Key)
	}
	if len(s.Scopes) == 0 {
		s.Scopes = []string{"openid", "profile", "email"}
	}
	return &provider{settings: s, client: outgoing(s.Dial, timeout), clock: c}, nil
}

// outgoing is the client for everything we ask a provider: bounded in time and
// size, and following no redirect, since none of these answers is one.
func outgoing(dial string, timeout time.Duration) *http.Client {
	if timeout == 0 {
		timeout = standardTimeout
	}
	dialer := &net.Dialer{Timeout: timeout}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout,
		MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if dial != "" {
				address = dial
			}
			return dialer.DialContext(ctx, network, address)
		},
	}
	return &http.Client{
		Timeout:       timeout,
		Transport:     limited{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// limited cuts off answers that are larger than any honest one.
type limited struct{ next http.RoundTripper }

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := l.next.RoundTrip(r)
	if err == nil {
		answer.Body = cutOff{io.LimitReader(answer.Body, answerLimit), answer.Body}
	}
	return answer, err
}

type cutOff struct {
	io.Reader
	io.Closer
}

// issuer is the issuer under which logins of this provider are kept.
func (p *provider) issuer() string {
	if p.settings.Kind == Demo {
		return demoIssuer
	}
	return p.settings.Issuer
}

// name is the provider's name in a language.
func (p *provider) name(lang string) string {
	switch lang {
	case "ar":
		return firstOf(p.settings.NameAR, p.settings.NameEN, p.settings.Key)
	case "fr":
		return firstOf(p.settings.NameFR, p.settings.NameEN, p.settings.Key)
	}
	return firstOf(p.settings.NameEN, p.settings.Key)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// discover returns what the provider publishes about itself, fetching it when
// it is not known yet or old. While it is being fetched others wait for the
// same answer; an old answer is better than none.
func (p *provider) discover(ctx context.Context) (*metadata, error) {
	p.mu.Lock()
	known, failedAt := p.metadata, p.failedAt
	p.mu.Unlock()
	now := p.clock.Now()
	if known != nil && now.Sub(known.readAt) < metadataLasts {
		return known, nil
	}
	if now.Sub(failedAt) < failureLasts {
		if known != nil {
			return known, nil
		}
		return nil, errProviderDown.Because("account.discover "+p.settings.Key, fmt.Errorf("it did not answer a moment ago"))
	}
	result := p.flight.DoChan("", func() (any, error) { return p.fetchMetadata() })
	select {
	case r := <-result:
		if r.Err == nil {
			return r.Val.(*metadata), nil
		}
		if known != nil {
			return known, nil
		}
		return nil, errProviderDown.Because("account.discover "+p.settings.Key, r.Err)
	case <-ctx.Done():
		return nil, errProviderDown.Because("account.discover "+p.settings.Key, ctx.Err())
	}
}

// fetchMetadata is not bound to one request's context, as others wait for it
// too; the client's own time-out bounds it.
func (p *provider) fetchMetadata() (*metadata, error) {
	ctx := oidc.ClientContext(context.Background(), p.client)
	op, err := oidc.NewProvider(ctx, p.settings.Issuer)
	m := &metadata{op: op, readAt: p.clock.Now()}
	if err == nil {
		err = op.Claims(&m.endpoints)
	}
	if err == nil {
		err = m.endpoints.check(p.settings.Issuer)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.failedAt = p.clock.Now()
		return nil, err
	}
	p.metadata = m
	return m, nil
}

// check refuses endpoints that would send people or secrets over a plain wire.
func (e endpoints) check(issuer string) error {
	for _, address := range []string{e.Authorization, e.Token} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
			return fmt.Errorf("%s publishes the address %q, which is not https", issuer, address)
		}
	}
	return nil
}

// algs are the signatures that the provider uses and we accept.
func (e endpoints) algs() []string {
	if len(e.Algs) == 0 {
		return []string{oidc.RS256} // what the specification has every provider support
	}
	return slices.DeleteFunc(slices.Clone(signingAlgs), func(alg string) bool { return !slices.Contains(e.Algs, alg) })
}

// formOrigins are the origins a browser passes through when it starts here.
func (p *provider) formOrigins(ctx context.Context) []string {
	origins := slices.Clone(p.settings.FormOrigins)
	if p.settings.Kind == Facebook {
		return origins
	}
	origins = append(origins, origin(p.settings.Issuer))
	if m, err := p.discover(ctx); err == nil {
		origins = append(origins, origin(m.endpoints.Authorization))
	}
	slices.Sort(origins)
	return slices.Compact(origins)
}

func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// isLoopback reports whether a host is this machine itself.
func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
