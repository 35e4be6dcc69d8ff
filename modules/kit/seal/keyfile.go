package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/pem"
	"strconv"
	"strings"
	"unicode/utf8"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
)

// MinPassphrase is how many letters a passphrase has at least.
const MinPassphrase = 12

// The private file: a PEM block whose headers say what it is.
const (
	blockType  = "MUSHARAKA PRIVATE KEY"
	fileFormat = "1"
	saltLen    = 16
	// rounds of PBKDF2-HMAC-SHA256, as OWASP advises since 2023. A file may ask
	// for no more than maxRounds, so that it cannot keep the machine busy.
	rounds    = 600_000
	maxRounds = 5_000_000
)

var (
	errShort = fault.New(fault.Invalid, "Choose a passphrase of {least} letters or more.", "least", MinPassphrase)
	errFile  = fault.New(fault.Invalid, "This is not a private key file of this platform.")
	errPass  = fault.New(fault.Invalid, "The passphrase does not open this file.")
)

// Write returns the private file, protected by a passphrase; about says for
// people whose key it is. Invalid when the passphrase is too short.
func (p Private) Write(passphrase, about string, ids ident.Maker) ([]byte, error) {
	if utf8.RuneCountInString(passphrase) < MinPassphrase {
		return nil, errShort
	}
	secret, err := p.key.Bytes()
	if err != nil {
		return nil, fault.Wrap("seal.Write", err)
	}
	salt := ids.Bytes(saltLen)
	box, err := passphraseBox(passphrase, salt, rounds)
	if err != nil {
		return nil, fault.Wrap("seal.Write", err)
	}
	nonce := ids.Bytes(box.NonceSize())
	body := append(append(salt, nonce...), box.Seal(nil, nonce, secret, p.public.Bytes())...)
	about = strings.Map(func(r rune) rune {
		if r < ' ' || r == ':' {
			return ' '
		}
		return r
	}, about)
	return pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: body, Headers: map[string]string{
		"Format": fileFormat, "Rounds": strconv.Itoa(rounds), "Fingerprint": p.public.Fingerprint(), "About": about,
		"Public": encode(p.public.Bytes()),
	}}), nil
}

// FingerprintOf returns the fingerprint that a private file says of itself, "" for
// what is none. Only Read shows that it is true.
func FingerprintOf(file []byte) string {
	block, _ := pem.Decode(file)
	if block == nil || block.Type != blockType {
		return ""
	}
	return block.Headers["Fingerprint"]
}

// Read opens a private file. Invalid when it is none or the passphrase is not
// its own.
func Read(file []byte, passphrase string) (Private, error) {
	block, _ := pem.Decode(file)
	if block == nil || block.Type != blockType || block.Headers["Format"] != fileFormat {
		return Private{}, errFile
	}
	n, err := strconv.Atoi(block.Headers["Rounds"])
	raw, ok := decode(block.Headers["Public"])
	if err != nil || !ok || n < 1 || n > maxRounds || len(block.Bytes) < saltLen {
		return Private{}, errFile
	}
	box, err := passphraseBox(passphrase, block.Bytes[:saltLen], n)
	if err != nil {
		return Private{}, fault.Wrap("seal.Read", err)
	}
	rest := block.Bytes[saltLen:]
	if len(rest) < box.NonceSize() {
		return Private{}, errFile
	}
	secret, err := box.Open(nil, rest[:box.NonceSize()], rest[box.NonceSize():], raw)
	if err != nil {
		return Private{}, errPass
	}
	k, err := kem().NewPrivateKey(secret)
	if err != nil {
		return Private{}, errFile
	}
	return private(k), nil
}

func passphraseBox(passphrase string, salt []byte, n int) (cipher.AEAD, error) {
	key, err := pbkdf2.Key(sha256.New, passphrase, salt, n, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
