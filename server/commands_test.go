package main

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"maps"
	"strings"
	"testing"
)

// told runs a command with settings of its own.
func told(t *testing.T, settings map[string]string, args ...string) (code int, out, errs string) {
	t.Helper()
	before := slog.Default()
	defer slog.SetDefault(before)
	var o, e bytes.Buffer
	code = run(t.Context(), args, func(name string) (string, bool) { v, ok := settings[name]; return v, ok }, &o, &e)
	return code, o.String(), e.String()
}

func TestEveryCommandExplainsItself(t *testing.T) {
	code, list, _ := told(t, nil, "--help")
	if code != exitOK {
		t.Errorf("--help ends with %d", code)
	}
	for _, c := range commands() {
		if !strings.Contains(list, c.name) || !strings.Contains(list, c.does) {
			t.Errorf("the list of commands lacks %s", c.name)
		}
		code, out, errs := told(t, nil, c.name, "--help")
		if text := out + errs; code != exitOK || !strings.Contains(text, "Usage: server "+c.name) || !strings.Contains(text, c.help) {
			t.Errorf("%s --help ends with %d and says %q", c.name, code, text)
		}
		if code, _, errs := told(t, nil, c.name, "--nonsense"); code != exitUnusable || !strings.Contains(errs, "nonsense") {
			t.Errorf("%s with a wrong flag ends with %d and says %q", c.name, code, errs)
		}
	}
	if code, _, errs := told(t, nil, "dance"); code != exitUnusable || !strings.Contains(errs, `"dance"`) {
		t.Errorf("an unknown command ends with %d and says %q", code, errs)
	}
}

func TestProgressIsALinePerCollectionAndOneForEveryHundredThousand(t *testing.T) {
	var out strings.Builder
	shown := progress{out: &out}
	for _, s := range []struct {
		of   string
		done int64
	}{{"a", 250}, {"a", 300}, {"b", 0}, {"c", 60_000}, {"c", 120_000}, {"c", 180_000}, {"c", 230_000}} {
		shown.step(s.of, s.done)
	}
	shown.end()
	if got := strings.Join(strings.Fields(out.String()), " "); got != "a 300 b 0 c 120000 c 230000" {
		t.Errorf("printed: %s", got)
	}
}

func TestExitCodesTellWhatHappened(t *testing.T) {
	fresh := func() map[string]string { return map[string]string{"MUSHARAKA_DATA": t.TempDir()} }
	for _, c := range []struct {
		name     string
		settings map[string]string
		args     []string
		code     int
		says     string
	}{
		{"backup to nowhere", fresh(), []string{"backup"}, exitUnusable, "Usage"},
		{"restore from nowhere", fresh(), []string{"restore", "/nowhere/at/all"}, exitFailed, "/nowhere/at/all"},
		{"health of nothing", map[string]string{"MUSHARAKA_LISTEN": "localhost:1"}, []string{"health"}, exitFailed, "localhost:1"},
		{"a wrong address", map[string]string{"MUSHARAKA_LISTEN": "here"}, []string{"config"}, exitUnusable, "MUSHARAKA_LISTEN"},
		{"a demo for everybody", map[string]string{"MUSHARAKA_LISTEN": ":3000"}, []string{"config"}, exitUnusable, "MUSHARAKA_LISTEN"},
		{"a mode that is none", map[string]string{"MUSHARAKA_ENV": "staging"}, []string{"serve"}, exitUnusable, "MUSHARAKA_ENV"},
		{"a secret in a file that is not there", map[string]string{"MUSHARAKA_LINK_KEY_FILE": "/nowhere"}, []string{"config"}, exitUnusable, "MUSHARAKA_LINK_KEY_FILE"},
	} {
		code, out, errs := told(t, c.settings, c.args...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%s ends with %d and says %q %q", c.name, code, out, errs)
		}
	}
}

// TestProductionRefusesHalfASetup takes one thing after the other away from
// settings that would do.
func TestProductionRefusesHalfASetup(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), 32))
	whole := map[string]string{
		"MUSHARAKA_ENV": "production", "MUSHARAKA_LISTEN": ":3000", "MUSHARAKA_PUBLIC_URL": "https://participation.tangier.test", "MONGODB_URI": "mongodb://db.test/?replicaSet=rs",
		"MUSHARAKA_IDENTITY_PEPPERS": "1:" + key, "MUSHARAKA_LINK_KEY": key, "MUSHARAKA_LEDGER_KEY": key, "MUSHARAKA_BALLOT_KEY": key, "GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "not-to-be-shown",
		"SMTP_HOST": "mail.test", "MUSHARAKA_CONTACT": "contact@tangier.test", "MAIL_FROM": "Tangier <no-reply@tangier.test>",
	}
	code, out, errs := told(t, whole, "config")
	if code != exitOK {
		t.Fatalf("the whole set-up is refused: %s", errs)
	}
	if strings.Contains(out, "not-to-be-shown") || strings.Contains(out, key) {
		t.Error("config shows a secret")
	}
	for name, value := range map[string]string{
		"MONGODB_URI": "", "MUSHARAKA_PUBLIC_URL": "http://participation.tangier.test", "SMTP_HOST": "", "MUSHARAKA_CONTACT": "",
		"GOOGLE_CLIENT_ID": "", "MUSHARAKA_IDENTITY_PEPPERS": "1:ZGVtby1wZXBwZXItZGVtby1wZXBwZXItZGVtby1wZXA=", "MUSHARAKA_LINK_KEY": "ZGVtby1saW5rLWtleS1kZW1vLWxpbmsta2V5LWRlbW8=",
	} {
		settings := maps.Clone(whole)
		settings[name] = value
		code, _, errs := told(t, settings, "serve")
		if code != exitUnusable || !strings.Contains(errs, name) || strings.Count(strings.TrimSpace(errs), "\n") != 0 {
			t.Errorf("with %s=%q serve ends with %d and says %q", name, value, code, errs)
		}
	}
	if code, _, errs := told(t, whole, "seed"); code != exitFailed || !strings.Contains(errs, "production") {
		t.Errorf("seeding in production ends with %d and says %q", code, errs)
	}
}
