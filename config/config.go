// Package config holds the settings: plain values read once from the
// environment, checked together, and handed to server/app.go.
//
// It is a leaf: nothing of ours is imported, and no other package reads the
// environment. Secrets may be given in a file by the variable's name with
// _FILE behind it. A wrong setting is one sentence that names it.
package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// The two ways to run.
const (
	Demo       = "demo"       // everything on this machine, invented people, mails kept in a page
	Production = "production" // real people: refuses demo secrets and half-made set-ups
)

// Settings are all settings. The tags are the one place where a variable's
// name, default and meaning stand; .env.example is held to them by a test.
type Settings struct {
	Env       string        `env:"MUSHARAKA_ENV" default:"demo" help:"demo or production"`
	Listen    string        `env:"MUSHARAKA_LISTEN" default:"localhost:3000" help:"address and port to listen on; :3000 for all addresses"`
	PublicURL string        `env:"MUSHARAKA_PUBLIC_URL" default:"http://localhost:3000" help:"the one address under which people reach the platform"`
	Data      string        `env:"MUSHARAKA_DATA" default:"./data" help:"folder of the embedded store and of uploads in the demo"`
	LawDir    string        `env:"MUSHARAKA_LAW_DIR" help:"folder with rule packs that replace the built-in ones of the same name"`
	Contact   string        `env:"MUSHARAKA_CONTACT" default:"contact@musharaka.example" help:"mail address shown on the contact page"`
	Admins    string        `env:"MUSHARAKA_ADMINISTRATORS" help:"mail addresses, comma between: who first signs in with one that the provider has verified becomes administrator"`
	LogLevel  string        `env:"MUSHARAKA_LOG" default:"info" help:"debug, info, warn or error"`
	Grace     time.Duration `env:"MUSHARAKA_GRACE" default:"20s" help:"how long a stop waits for requests and jobs under way"`

	MongoURI      string `env:"MONGODB_URI" secret:"yes" help:"MongoDB replica set or cluster; without it the embedded store is used"`
	MongoDatabase string `env:"MONGODB_DATABASE" default:"musharaka" help:"name of the database"`

	IdentityPeppers string `env:"MUSHARAKA_IDENTITY_PEPPERS" secret:"yes" help:"keys of the identity numbers, version:base64 of 32 bytes, comma between; the first is used for new ones"`
	LinkKey         string `env:"MUSHARAKA_LINK_KEY" secret:"yes" help:"key of the links in mails, base64 of 32 bytes"`
	LedgerKey       string `env:"MUSHARAKA_LEDGER_KEY" secret:"yes" help:"key that signs the public logs, base64 of 32 bytes"`
	BallotKey       string `env:"MUSHARAKA_BALLOT_KEY" secret:"yes" help:"key under which the secrets of running votes are kept, base64 of 32 bytes"`
	MetricsToken    string `env:"MUSHARAKA_METRICS_TOKEN" secret:"yes" help:"bearer token for /metrics; without it only this machine may read them"`

	GoogleID       string `env:"GOOGLE_CLIENT_ID" help:"sign-in with Google: client id"`
	GoogleSecret   string `env:"GOOGLE_CLIENT_SECRET" secret:"yes" help:"sign-in with Google: client secret"`
	FacebookID     string `env:"FACEBOOK_CLIENT_ID" help:"sign-in with Facebook: app id"`
	FacebookSecret string `env:"FACEBOOK_CLIENT_SECRET" secret:"yes" help:"sign-in with Facebook: app secret"`
	OIDCKeys       string `env:"OIDC_PROVIDERS" help:"keys of further OpenID Connect providers, comma between; each has OIDC_<KEY>_ISSUER, _CLIENT_ID, _CLIENT_SECRET, _NAME_AR, _NAME_FR, _NAME_EN, _SCOPES, and for a national e-ID _IDENTITY_CLAIM, _COUNTRY or _COUNTRY_CLAIM, _ASSURANCE_CLAIM, _ASSURANCE_VALUES, _FORM_ORIGINS"`

	SMTPHost     string `env:"SMTP_HOST" help:"mail server; without it, in the demo, mails are kept in a page"`
	SMTPPort     int    `env:"SMTP_PORT" default:"587" help:"its port: 587 with STARTTLS, 465 with TLS from the start"`
	SMTPUser     string `env:"SMTP_USER" help:"user name there"`
	SMTPPassword string `env:"SMTP_PASSWORD" secret:"yes" help:"password there"`
	MailFrom     string `env:"MAIL_FROM" default:"Musharaka <no-reply@musharaka.example>" help:"sender of the mails"`
	MailReplyTo  string `env:"MAIL_REPLY_TO" help:"where answers to mails go"`
	ReplyDomain  string `env:"MAIL_REPLY_DOMAIN" help:"domain of the addresses at which citizens answer mails about their requests; without it they answer on the page"`
	InboundKey   string `env:"MAIL_INBOUND_KEY" secret:"yes" help:"key with which the gateway of that domain signs the mails it hands over to /inbound/mail, at least 32 characters"`

	TilesURL         string `env:"MAP_TILES_URL" help:"map tiles, such as https://tiles.example/{z}/{x}/{y}.png; without it maps show as lists"`
	TilesAttribution string `env:"MAP_TILES_ATTRIBUTION" help:"the notice the tiles' owner asks for"`

	OIDC []OIDC `env:"-"`
}

// OIDC is one further OpenID Connect provider, such as a national e-ID.
type OIDC struct {
	Key, Issuer, ClientID, ClientSecret string
	NameAR, NameFR, NameEN              string
	Scopes                              []string
	IdentityClaim                       string // claim with the identity number; having it proves level 2
	Country, CountryClaim               string // whose identity number that is, or the claim that says so
	AssuranceClaim                      string // such as "acr": only its AssuranceValues prove the number
	AssuranceValues                     []string
	FormOrigins                         []string // further origins that signing in passes through
}

// Secrets of the demo. They stand here for everybody to read, so production
// refuses them.
const (
	demoPepper  = "1:ZGVtby1wZXBwZXItZGVtby1wZXBwZXItZGVtby1wZXA="
	demoLinkKey = "ZGVtby1saW5rLWtleS1kZW1vLWxpbmsta2V5LWRlbW8="
	demoLedger  = "ZGVtby1sZWRnZXItZGVtby1sZWRnZXItZGVtby1sZWQ="
	demoBallots = "ZGVtby1iYWxsb3QtZGVtby1iYWxsb3QtZGVtby1iYWw="
)

// DemoPassphrase protects the private files that the demo hands to anybody. In
// production no key is made or confirmed with it.
const DemoPassphrase = "demo-passphrase"

// Load reads the settings through lookup (os.LookupEnv) and checks them.
func Load(lookup func(string) (string, bool)) (Settings, error) {
	var s Settings
	get := func(name string) (string, error) { return value(lookup, name) }
	v := reflect.ValueOf(&s).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		if tag.Get("env") == "-" {
			continue
		}
		text, err := get(tag.Get("env"))
		if err != nil {
			return s, err
		}
		if text == "" {
			text = tag.Get("default")
		}
		if err := set(v.Field(i), text); err != nil {
			return s, fmt.Errorf("%s: %w", tag.Get("env"), err)
		}
	}
	if err := s.loadOIDC(get); err != nil {
		return s, err
	}
	if s.Env == Demo {
		s.IdentityPeppers, s.LinkKey = or(s.IdentityPeppers, demoPepper), or(s.LinkKey, demoLinkKey)
		s.LedgerKey, s.BallotKey = or(s.LedgerKey, demoLedger), or(s.BallotKey, demoBallots)
	}
	return s, s.check()
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// value returns a variable, or the contents of the file that its _FILE twin names.
func value(lookup func(string) (string, bool), name string) (string, error) {
	if text, ok := lookup(name); ok && text != "" {
		return strings.TrimSpace(text), nil
	}
	file, ok := lookup(name + "_FILE")
	if !ok || file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: the file cannot be read: %w", name, err)
	}
	return strings.TrimSpace(string(text)), nil
}

func set(field reflect.Value, text string) error {
	switch field.Interface().(type) {
	case string:
		field.SetString(text)
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a duration such as 20s", text)
		}
		field.SetInt(int64(d))
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		field.SetInt(int64(n))
	}
	return nil
}

func (s *Settings) loadOIDC(get func(string) (string, error)) error {
	for key := range strings.SplitSeq(s.OIDCKeys, ",") {
		key = strings.TrimSpace(key)
		if key == "" {
			continue
		}
		p := OIDC{Key: strings.ToLower(key)}
		prefix := "OIDC_" + strings.ToUpper(key) + "_"
		scopes, values, origins := "", "", ""
		for name, to := range map[string]*string{
			"ISSUER": &p.Issuer, "CLIENT_ID": &p.ClientID, "CLIENT_SECRET": &p.ClientSecret,
			"NAME_AR": &p.NameAR, "NAME_FR": &p.NameFR, "NAME_EN": &p.NameEN,
			"SCOPES": &scopes, "IDENTITY_CLAIM": &p.IdentityClaim, "COUNTRY": &p.Country, "COUNTRY_CLAIM": &p.CountryClaim,
			"ASSURANCE_CLAIM": &p.AssuranceClaim, "ASSURANCE_VALUES": &values, "FORM_ORIGINS": &origins,
		} {
			text, err := get(prefix + name)
			if err != nil {
				return err
			}
			*to = text
		}
		if p.Issuer == "" || p.ClientID == "" {
			return fmt.Errorf("%sISSUER and %sCLIENT_ID are needed because OIDC_PROVIDERS names %q", prefix, prefix, key)
		}
		p.Scopes, p.AssuranceValues, p.FormOrigins = words(or(scopes, "openid profile email")), words(values), words(origins)
		p.NameEN = or(p.NameEN, key)
		p.NameAR, p.NameFR = or(p.NameAR, p.NameEN), or(p.NameFR, p.NameEN)
		s.OIDC = append(s.OIDC, p)
	}
	return nil
}

// words splits a list at commas and blanks.
func words(list string) []string { return strings.Fields(strings.ReplaceAll(list, ",", " ")) }

func (s *Settings) check() error {
	if s.Env != Demo && s.Env != Production {
		return fmt.Errorf("MUSHARAKA_ENV: %q is neither demo nor production", s.Env)
	}
	host, _, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return fmt.Errorf("MUSHARAKA_LISTEN: %q is not an address with a port, such as localhost:3000 or :3000", s.Listen)
	}
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.Path != "" && u.Path != "/") {
		return fmt.Errorf("MUSHARAKA_PUBLIC_URL: %q is not scheme and host alone, such as https://participation.example", s.PublicURL)
	}
	s.PublicURL = strings.TrimSuffix(s.PublicURL, "/")
	if _, _, err := s.Peppers(); s.IdentityPeppers != "" && err != nil {
		return err
	}
	if key, err := base64.StdEncoding.DecodeString(s.LinkKey); err != nil || len(key) < 32 {
		return errors.New("MUSHARAKA_LINK_KEY: not the base64 of at least 32 bytes (make one with: openssl rand -base64 32)")
	}
	for name, text := range map[string]string{"MUSHARAKA_LEDGER_KEY": s.LedgerKey, "MUSHARAKA_BALLOT_KEY": s.BallotKey} {
		if key, err := base64.StdEncoding.DecodeString(text); err != nil || len(key) != 32 {
			return errors.New(name + ": not the base64 of 32 bytes (make one with: openssl rand -base64 32)")
		}
	}
	if (s.ReplyDomain == "") != (s.InboundKey == "") || s.InboundKey != "" && len(s.InboundKey) < 32 {
		return errors.New("MAIL_REPLY_DOMAIN and MAIL_INBOUND_KEY go together, and the key has at least 32 characters (make one with: openssl rand -base64 32)")
	}
	if _, err := mail.ParseAddress(s.MailFrom); err != nil {
		return fmt.Errorf("MAIL_FROM: %q is not a mail address", s.MailFrom)
	}
	switch s.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		return fmt.Errorf("MUSHARAKA_LOG: %q is not one of debug, info, warn, error", s.LogLevel)
	}
	if s.TilesURL != "" && s.TileOrigin() == "" {
		return fmt.Errorf("MAP_TILES_URL: %q is not an address such as https://tiles.example/{z}/{x}/{y}.png", s.TilesURL)
	}
	if (s.GoogleID == "") != (s.GoogleSecret == "") {
		return errors.New("GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET go together: one of them is missing")
	}
	if (s.FacebookID == "") != (s.FacebookSecret == "") {
		return errors.New("FACEBOOK_CLIENT_ID and FACEBOOK_CLIENT_SECRET go together: one of them is missing")
	}
	if s.Env == Production {
		return s.checkProduction(u)
	}
	if !loopback(host) || !loopback(u.Hostname()) {
		return errors.New("MUSHARAKA_LISTEN and MUSHARAKA_PUBLIC_URL: the demo lets anybody sign in as anybody, so it runs on this machine only (localhost); set MUSHARAKA_ENV=production for a public address")
	}
	return nil
}

func (s *Settings) checkProduction(public *url.URL) error {
	switch {
	case s.MongoURI == "":
		return errors.New("MONGODB_URI: production keeps its data in MongoDB; set the address of the replica set")
	case public.Scheme != "https":
		return errors.New("MUSHARAKA_PUBLIC_URL: production needs https, or sign-in cookies could be read on the way")
	case s.IdentityPeppers == "" || strings.Contains(s.IdentityPeppers, demoPepper[2:]):
		return errors.New("MUSHARAKA_IDENTITY_PEPPERS: production needs a key of its own (make one with: openssl rand -base64 32, written as 1:KEY)")
	case s.LinkKey == demoLinkKey:
		return errors.New("MUSHARAKA_LINK_KEY: production needs a key of its own (make one with: openssl rand -base64 32)")
	case s.LedgerKey == demoLedger:
		return errors.New("MUSHARAKA_LEDGER_KEY: production needs a key of its own (make one with: openssl rand -base64 32)")
	case s.BallotKey == demoBallots:
		return errors.New("MUSHARAKA_BALLOT_KEY: production needs a key of its own (make one with: openssl rand -base64 32)")
	case s.GoogleID == "" && s.FacebookID == "" && len(s.OIDC) == 0:
		return errors.New("OIDC_PROVIDERS, GOOGLE_CLIENT_ID or FACEBOOK_CLIENT_ID: production needs at least one real way to sign in")
	case s.SMTPHost == "":
		return errors.New("SMTP_HOST: production sends mails; set the mail server")
	case strings.HasSuffix(s.Contact, ".example"):
		return errors.New("MUSHARAKA_CONTACT: set the mail address at which people reach you")
	}
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Peppers returns the keys of the identity numbers by version, and which
// version is used for new ones.
func (s Settings) Peppers() (keys map[string][]byte, current string, err error) {
	keys = map[string][]byte{}
	for part := range strings.SplitSeq(s.IdentityPeppers, ",") {
		version, text, _ := strings.Cut(strings.TrimSpace(part), ":")
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) < 32 || version == "" {
			return nil, "", errors.New("MUSHARAKA_IDENTITY_PEPPERS: each part must be version:key, the key being the base64 of at least 32 bytes (make one with: openssl rand -base64 32)")
		}
		if _, twice := keys[version]; twice {
			return nil, "", fmt.Errorf("MUSHARAKA_IDENTITY_PEPPERS: version %q stands there twice", version)
		}
		keys[version] = key
		if current == "" {
			current = version
		}
	}
	return keys, current, nil
}

// MailKey returns the key of the links in mails.
func (s Settings) MailKey() []byte {
	key, _ := base64.StdEncoding.DecodeString(s.LinkKey) // checked by Load
	return key
}

// LedgerSeed returns the seed of the key that signs the public logs.
func (s Settings) LedgerSeed() []byte {
	key, _ := base64.StdEncoding.DecodeString(s.LedgerKey) // checked by Load
	return key
}

// UrnKey returns the key under which the secrets of running votes are kept.
func (s Settings) UrnKey() []byte {
	key, _ := base64.StdEncoding.DecodeString(s.BallotKey) // checked by Load
	return key
}

// Administrators returns the mail addresses of the first administrators.
func (s Settings) Administrators() []string {
	return words(s.Admins)
}

// TileOrigin returns the origin of the map tiles for the content policy, ""
// when there are none.
func (s Settings) TileOrigin() string {
	u, err := url.Parse(s.TilesURL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// IsDemo reports whether this is the demo.
func (s Settings) IsDemo() bool { return s.Env == Demo }

// Line is one setting as the command `config` prints it.
type Line struct {
	Name, Value, Help string
	Default           string
	Secret            bool
}

// Lines lists the effective settings, secrets masked.
func (s Settings) Lines() []Line {
	var lines []Line
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		if tag.Get("env") == "-" {
			continue
		}
		line := Line{Name: tag.Get("env"), Value: fmt.Sprint(v.Field(i).Interface()), Help: tag.Get("help"), Default: tag.Get("default"), Secret: tag.Get("secret") != ""}
		if line.Secret && line.Value != "" {
			line.Value = "(set, not shown)"
		}
		lines = append(lines, line)
	}
	for _, p := range s.OIDC {
		lines = append(lines, Line{Name: "OIDC_" + strings.ToUpper(p.Key) + "_ISSUER", Value: p.Issuer, Help: "client " + p.ClientID})
	}
	return lines
}
