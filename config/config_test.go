package config

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func from(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
}

const key32 = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="

var goodProduction = map[string]string{
	"MUSHARAKA_ENV": "production", "MUSHARAKA_PUBLIC_URL": "https://p.example", "MONGODB_URI": "mongodb://db",
	"MUSHARAKA_IDENTITY_PEPPERS": "2:" + key32, "MUSHARAKA_LINK_KEY": key32, "MUSHARAKA_LEDGER_KEY": key32, "MUSHARAKA_BALLOT_KEY": key32, "SMTP_HOST": "mail.example",
	"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "secret", "MUSHARAKA_CONTACT": "a@commune.tn", "MUSHARAKA_LISTEN": ":3000",
}

func TestNothingConfiguredIsTheDemo(t *testing.T) {
	s, err := Load(from(nil))
	if err != nil {
		t.Fatal(err)
	}
	if !s.IsDemo() || s.Listen != "localhost:3000" || s.Data != "./data" {
		t.Errorf("unexpected defaults: %+v", s)
	}
	if keys, current, err := s.Peppers(); err != nil || len(keys[current]) != 32 {
		t.Errorf("the demo has no usable pepper: %v", err)
	}
}

func TestAWrongSettingIsNamed(t *testing.T) {
	cases := []struct {
		name, value string
		demo        bool
	}{
		{"MUSHARAKA_ENV", "staging", true},
		{"MUSHARAKA_LISTEN", "3000", true},
		{"MUSHARAKA_LISTEN", "0.0.0.0:3000", true},
		{"MUSHARAKA_PUBLIC_URL", "localhost:3000", true},
		{"MUSHARAKA_PUBLIC_URL", "https://participation.tn/app", true},
		{"MUSHARAKA_GRACE", "soon", true},
		{"SMTP_PORT", "many", true},
		{"MAIL_FROM", "nobody", true},
		{"MUSHARAKA_LOG", "loud", true},
		{"MUSHARAKA_IDENTITY_PEPPERS", "1:short", true},
		{"MUSHARAKA_IDENTITY_PEPPERS", "1:" + key32 + ",1:" + key32, true},
		{"MUSHARAKA_LINK_KEY", "short", true},
		{"MAP_TILES_URL", "tiles", true},
		{"MAIL_REPLY_DOMAIN", "reply.example", true},
		{"MAIL_INBOUND_KEY", "short", true},
		{"GOOGLE_CLIENT_ID", "alone", true},
		{"MONGODB_URI", "", false},
		{"MUSHARAKA_PUBLIC_URL", "http://p.example", false},
		{"MUSHARAKA_IDENTITY_PEPPERS", "", false},
		{"MUSHARAKA_IDENTITY_PEPPERS", "7:" + demoPepper[2:], false},
		{"MUSHARAKA_LINK_KEY", demoLinkKey, false},
		{"MUSHARAKA_LEDGER_KEY", "short", true},
		{"MUSHARAKA_BALLOT_KEY", "short", true},
		{"MUSHARAKA_LEDGER_KEY", demoLedger, false},
		{"MUSHARAKA_BALLOT_KEY", demoBallots, false},
		{"MUSHARAKA_LEDGER_KEY", "", false},
		{"SMTP_HOST", "", false},
		{"MUSHARAKA_CONTACT", "", false},
	}
	for _, c := range cases {
		vars := map[string]string{}
		if !c.demo {
			maps.Copy(vars, goodProduction)
		}
		vars[c.name] = c.value
		_, err := Load(from(vars))
		if err == nil || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s=%q: the error does not name it: %v", c.name, c.value, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one sentence: %v", c.name, err)
		}
	}
}

func TestProductionNeedsAWayToSignIn(t *testing.T) {
	vars := maps.Clone(goodProduction)
	if _, err := Load(from(vars)); err != nil {
		t.Fatalf("a good set-up is refused: %v", err)
	}
	delete(vars, "GOOGLE_CLIENT_ID")
	delete(vars, "GOOGLE_CLIENT_SECRET")
	if _, err := Load(from(vars)); err == nil || !strings.Contains(err.Error(), "OIDC_PROVIDERS") {
		t.Errorf("no way to sign in, and yet: %v", err)
	}
	vars["OIDC_PROVIDERS"] = "ehouwiya"
	if _, err := Load(from(vars)); err == nil || !strings.Contains(err.Error(), "OIDC_EHOUWIYA_ISSUER") {
		t.Errorf("a provider without issuer, and yet: %v", err)
	}
	vars["OIDC_EHOUWIYA_ISSUER"], vars["OIDC_EHOUWIYA_CLIENT_ID"] = "https://id.example", "x"
	s, err := Load(from(vars))
	if err != nil || len(s.OIDC) != 1 || s.OIDC[0].NameAR != "ehouwiya" {
		t.Errorf("the provider is not there: %+v %v", s.OIDC, err)
	}
}

func TestASecretMayStandInAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(key32+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load(from(map[string]string{"MUSHARAKA_LINK_KEY_FILE": file}))
	if err != nil || s.LinkKey != key32 {
		t.Errorf("got %q, %v", s.LinkKey, err)
	}
	if _, err := Load(from(map[string]string{"MUSHARAKA_LINK_KEY_FILE": file + "x"})); err == nil || !strings.Contains(err.Error(), "MUSHARAKA_LINK_KEY_FILE") {
		t.Errorf("a missing file is not named: %v", err)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	s, err := Load(from(goodProduction))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range s.Lines() {
		if strings.Contains(line.Value, key32) || line.Value == "secret" || strings.Contains(line.Value, "mongodb://") {
			t.Errorf("%s shows its secret", line.Name)
		}
	}
}

func TestEnvExampleHoldsEverySetting(t *testing.T) {
	text, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^#?([A-Z][A-Z_]+)=(.*)$`).FindAllStringSubmatch(string(text), -1) {
		said[m[1]] = m[2]
	}
	for _, line := range (Settings{}).Lines() {
		def, ok := said[line.Name]
		if !ok {
			t.Errorf("%s is missing", line.Name)
		} else if def != line.Default {
			t.Errorf("%s says %q; the default is %q", line.Name, def, line.Default)
		}
		if !strings.Contains(string(text), "# "+line.Help) {
			t.Errorf("%s is not explained as in the struct", line.Name)
		}
		delete(said, line.Name)
	}
	for name := range said {
		t.Errorf("%s is no setting", name)
	}
}
