package citizenspace

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"musharaka/modules/kit/form"
)

// The secret code (قن سري) lets somebody without an account follow a request. It
// is made from the token of the form that made the request, so that sending the
// form twice gives the same code; what is kept is its keyed hash alone. Twelve
// letters of thirty are 58 bits: with a bounded number of tries nobody guesses
// one, and the key, which is not in the database, keeps a stolen copy from
// being searched.
const (
	codeLetters  = 12
	codeAlphabet = "23456789abcdefghjkmnpqrstvwxyz"
)

// codeFrom makes the code that goes with a secret.
func (s *Service) codeFrom(requestID, secret string) string {
	var out []byte
	for block := byte(0); len(out) < codeLetters; block++ {
		sum := s.mac("code", requestID, secret, string(block))
		for _, b := range sum {
			if b < 240 && len(out) < codeLetters { // 240 = 8 × 30: no letter is likelier than another
				out = append(out, codeAlphabet[b%30])
			}
		}
	}
	return string(out)
}

// hashCode is what is kept of a code.
func (s *Service) hashCode(requestID, code string) []byte { return s.mac("hash", requestID, code) }

// fits reports whether a code, as it was typed, is the request's. The time it
// takes tells nothing.
func (s *Service) fits(r Request, typed string) bool {
	code := NormalCode(typed)
	return code != "" && len(r.CodeHash) > 0 && hmac.Equal(r.CodeHash, s.hashCode(r.ID, code))
}

func (s *Service) mac(parts ...string) []byte {
	m := hmac.New(sha256.New, s.CodeKey)
	m.Write([]byte("citizenspace\x00" + strings.Join(parts, "\x00")))
	return m.Sum(nil)
}

// NormalCode returns a code as it is hashed however it was typed; "" for what
// cannot be one.
func NormalCode(typed string) string {
	code := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '‑' || r == '–' {
			return -1
		}
		return r
	}, strings.ToLower(form.Digits(tidy(typed, false))))
	if len(code) != codeLetters || strings.Trim(code, codeAlphabet) != "" {
		return ""
	}
	return code
}

// ShownCode is a code as it is printed: in three groups.
func ShownCode(code string) string {
	if len(code) != codeLetters {
		return code
	}
	return code[:4] + "-" + code[4:8] + "-" + code[8:]
}

// onceID makes the id of something from the token of the form that began it, so
// that sending the form twice makes one.
func onceID(kind, by, once string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + by + "\x00" + once))
	return hex.EncodeToString(sum[:10])
}
