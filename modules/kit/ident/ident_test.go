package ident

import (
	"strings"
	"testing"
)

func TestIdentifiersHaveTheirShape(t *testing.T) {
	m := New()
	seen := map[string]bool{}
	for range 1000 {
		id, token, code := m.ID(), m.Token(), m.Code(8)
		if len(id) != 16 || strings.Trim(id, "0123456789abcdefghjkmnpqrstvwxyz") != "" {
			t.Fatalf("id %q", id)
		}
		if len(token) != 43 {
			t.Fatalf("token of %d characters", len(token))
		}
		if len(code) != 8 || strings.ContainsAny(code, "01ilou") {
			t.Fatalf("code %q is hard to read aloud", code)
		}
		for _, s := range []string{id, token} {
			if seen[s] {
				t.Fatalf("%q came twice", s)
			}
			seen[s] = true
		}
	}
}

func TestEveryLetterOfACodeIsAsLikely(t *testing.T) {
	counts := map[rune]int{}
	for _, r := range NewFake(7).Code(30_000) {
		counts[r]++
	}
	if len(counts) != 30 {
		t.Fatalf("%d letters are used, not 30", len(counts))
	}
	for r, n := range counts {
		if n < 850 || n > 1150 {
			t.Errorf("%q came %d times of 30000", r, n)
		}
	}
}

func TestAFakeMakesTheSameAgain(t *testing.T) {
	a, b, c := NewFake(1), NewFake(1), NewFake(2)
	if x := a.ID(); x != b.ID() || x == c.ID() {
		t.Error("the seed does not decide the sequence")
	}
	for range 100 {
		if n := a.Intn(7); n < 0 || n > 6 {
			t.Fatalf("Intn(7) gave %d", n)
		}
	}
}
