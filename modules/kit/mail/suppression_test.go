package mail

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"musharaka/modules/kit/fault"
)

func TestALinkUnsubscribesItsReaderFromItsKindAlone(t *testing.T) {
	p := openPost(t)
	s := p.suppressions
	url := p.UnsubscribeURL("Amal@example.org", "petition.news")
	token, ok := strings.CutPrefix(url, "https://musharaka.example/unsubscribe/")
	if !ok || strings.Contains(strings.ToLower(url), "amal") {
		t.Fatalf("the link %q must be ours and hold no address", url)
	}
	u, err := s.ParseUnsubscribe(token)
	must(t, err)
	for range 2 {
		must(t, s.Suppress(t.Context(), u))
	}
	check := func(address, kind string, want bool) {
		t.Helper()
		if got, err := s.Suppressed(t.Context(), address, kind); err != nil || got != want {
			t.Errorf("Suppressed(%s, %q) = %v, %v; want %v", address, kind, got, err, want)
		}
	}
	check("amal@example.org", "petition.news", true)
	check("amal@example.org", "budget.news", false)
	check("amal@example.org", "", false)
	check("driss@example.org", "petition.news", false)
	must(t, s.Suppress(t.Context(), s.For("driss@example.org", AllKinds)))
	check("driss@example.org", "budget.news", true)
	check("driss@example.org", "", false)
	for range 2 {
		must(t, s.Allow(t.Context(), u))
	}
	check("amal@example.org", "petition.news", false)
}

func TestATokenThatIsNotOursIsRefused(t *testing.T) {
	p := openPost(t)
	token := p.suppressions.UnsubscribeToken("amal@example.org", "petition.news")
	other, err := OpenSuppressions(t.Context(), p.db, bytes.Repeat([]byte{1}, 32), p.clock)
	must(t, err)
	bad := []string{"", "abc", "***", token[:len(token)-4], token + "AAAA", other.UnsubscribeToken("amal@example.org", "petition.news")}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	must(t, err)
	for i := range raw { // each byte counts
		forged := bytes.Clone(raw)
		forged[i] ^= 1
		bad = append(bad, base64.RawURLEncoding.EncodeToString(forged))
	}
	for _, b := range bad {
		if _, err := p.suppressions.ParseUnsubscribe(b); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v, want invalid", b, err)
		}
	}
	if _, err := OpenSuppressions(t.Context(), p.db, []byte("short"), p.clock); err == nil {
		t.Error("a short key must be refused")
	}
}
