package seal

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
)

// MaxText is how long a text may be that is sealed, in bytes.
const MaxText = 31

// format is the first byte of a record: the suite and the layout.
const format = 1

const (
	tagLen  = 8 // bytes of the key's fingerprint in a record
	padding = MaxText + 1
)

var (
	errDamaged = fault.New(fault.Invalid, "This record was damaged or belongs elsewhere.")
	errOther   = fault.New(fault.Invalid, "This private key is not the one that the records were sealed for.")
)

func kem() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

// Public is the public half of a pair.
type Public struct {
	key   hpke.PublicKey
	print [sha256.Size]byte
}

// Private is a pair whose private half is in memory.
type Private struct {
	key    hpke.PrivateKey
	public Public
}

// Generate makes a new pair.
func Generate(ids ident.Maker) (Private, error) {
	k, err := kem().DeriveKeyPair(ids.Bytes(32))
	if err != nil {
		return Private{}, fault.Wrap("seal.Generate", err)
	}
	return private(k), nil
}

func private(k hpke.PrivateKey) Private { return Private{k, public(k.PublicKey())} }

func public(k hpke.PublicKey) Public { return Public{k, sha256.Sum256(k.Bytes())} }

// ParsePublic reads a public key as Public.Bytes gave it.
func ParsePublic(b []byte) (Public, error) {
	k, err := kem().NewPublicKey(b)
	if err != nil {
		return Public{}, fault.New(fault.Invalid, "").Because("seal.ParsePublic", err)
	}
	return public(k), nil
}

// Public returns the public half.
func (p Private) Public() Public { return p.public }

// Bytes returns the key for keeping it.
func (p Public) Bytes() []byte { return p.key.Bytes() }

// Fingerprint is what people compare, in groups: "3F2A 91C0 …", 16 bytes of the
// key's SHA-256.
func (p Public) Fingerprint() string {
	text := strings.ToUpper(hex.EncodeToString(p.print[:16]))
	var groups []string
	for ; text != ""; text = text[4:] {
		groups = append(groups, text[:4])
	}
	return strings.Join(groups, " ")
}

// binding joins the parts a record belongs to, so that no two lists of parts
// give the same bytes.
func binding(parts []string) []byte {
	out := []byte("musharaka sealed record\x00")
	for _, part := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part)))
		out = append(out, part...)
	}
	return out
}

// Seal seals a text of at most MaxText bytes, bound to the parts it belongs to.
// Each call gives another record. Invalid when the text is longer.
func (p Public) Seal(text string, parts ...string) ([]byte, error) {
	if len(text) > MaxText || p.key == nil {
		return nil, fault.New(fault.Invalid, "")
	}
	plain := make([]byte, padding)
	plain[0] = byte(len(text))
	copy(plain[1:], text)
	sealed, err := hpke.Seal(p.key, hpke.HKDFSHA256(), hpke.AES256GCM(), binding(parts), plain)
	if err != nil {
		return nil, fault.Wrap("seal.Seal", err)
	}
	record := append([]byte{format}, p.print[:tagLen]...)
	return append(record, sealed...), nil
}

// IsFor reports whether a record was sealed to this key.
func (p Public) IsFor(record []byte) bool {
	return len(record) > 1+tagLen && string(record[1:1+tagLen]) == string(p.print[:tagLen])
}

// Open returns the text of a record that was sealed to this pair and bound to
// these parts. Invalid in all other cases; the fault never repeats the text.
func (p Private) Open(record []byte, parts ...string) (string, error) {
	if len(record) <= 1+tagLen || record[0] != format {
		return "", errDamaged
	}
	if !p.public.IsFor(record) {
		return "", errOther
	}
	plain, err := hpke.Open(p.key, hpke.HKDFSHA256(), hpke.AES256GCM(), binding(parts), record[1+tagLen:])
	if err != nil || len(plain) != padding || int(plain[0]) > MaxText {
		return "", errDamaged
	}
	return string(plain[1 : 1+plain[0]]), nil
}
