// Package ident is where identifiers, tokens and all other randomness come from.
package ident

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"io"
	mrand "math/rand/v2"
	"sync"
)

// Maker makes identifiers. Its zero value is not usable: take New or NewFake.
type Maker struct {
	mu     *sync.Mutex // nil for the system's source, which needs none
	source io.Reader
}

// New returns a maker that draws from the operating system.
func New() Maker { return Maker{source: rand.Reader} }

// NewFake returns a maker that always makes the same sequence, for tests.
func NewFake(seed uint64) Maker {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	return Maker{mu: &sync.Mutex{}, source: mrand.NewChaCha8(key)}
}

// Bytes returns n random bytes.
func (m Maker) Bytes(n int) []byte {
	if m.mu != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(m.source, b); err != nil {
		panic("ident: no randomness: " + err.Error()) // going on would make guessable secrets
	}
	return b
}

var lower = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// ID returns an identifier of 16 lower-case letters and digits (80 random bits).
// It tells nothing about when or where it was made.
func (m Maker) ID() string { return lower.EncodeToString(m.Bytes(10)) }

// Token returns a secret of 43 characters (256 random bits), safe in a URL.
func (m Maker) Token() string { return base64.RawURLEncoding.EncodeToString(m.Bytes(32)) }

// Code returns n characters that are easy to read aloud and to type: no 0, 1, i, l, o or u.
func (m Maker) Code(n int) string {
	const alphabet = "23456789abcdefghjkmnpqrstvwxyz" // 30 letters
	out := make([]byte, 0, n)
	for len(out) < n {
		for _, b := range m.Bytes(n) {
			if b < 240 && len(out) < n { // 240 = 8 × 30: no letter is likelier than another
				out = append(out, alphabet[b%30])
			}
		}
	}
	return string(out)
}

// Intn returns a number from 0 to n-1, for jitter and for draws that are not secret.
func (m Maker) Intn(n int) int {
	b := m.Bytes(8)
	var v uint64
	for _, x := range b {
		v = v<<8 | uint64(x)
	}
	return int(v % uint64(n))
}
