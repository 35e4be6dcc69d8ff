package mail

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// AllKinds stands for every kind of announcement.
const AllKinds = "*"

// Suppressions knows who does not want which mails. It keeps keyed hashes, no
// addresses.
type Suppressions struct {
	kept    *store.Collection[suppression, *suppression]
	clock   clock.Clock
	hashKey []byte
	signKey []byte
}

// suppression's id is hash:kind.
type suppression struct {
	store.Meta `bson:",inline"`
	At         time.Time `bson:"at"`
}

// Unsubscription is what a link in a mail asks for.
type Unsubscription struct {
	Address string // keyed hash of the address
	Kind    string
}

func (u Unsubscription) id() string { return u.Address + ":" + u.Kind }

// OpenSuppressions opens the list. The key, of at least 32 bytes, must stay the
// same for as long as links in sent mails are to work and refusals to be
// remembered.
func OpenSuppressions(ctx context.Context, db store.DB, key []byte, clk clock.Clock) (*Suppressions, error) {
	if len(key) < 32 {
		return nil, fault.Wrap("mail.OpenSuppressions", errors.New("the key must have at least 32 bytes"))
	}
	kept, err := store.Open[suppression](ctx, db, store.Schema{Name: "mail_suppressions"})
	if err != nil {
		return nil, err
	}
	return &Suppressions{
		kept: kept, clock: clk,
		hashKey: sum(key, "mail: hash of an address"), signKey: sum(key, "mail: signature of a link"),
	}, nil
}

func sum(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(strings.Join(parts, "\x00")))
	return h.Sum(nil)
}

// hashSize is the bytes kept of a hash and of a signature.
const hashSize = 16

// For returns the unsubscription of an address, written in whatever case, from
// one kind of mail.
func (s *Suppressions) For(address, kind string) Unsubscription {
	address = strings.ToLower(strings.TrimSpace(address))
	return Unsubscription{Address: base64.RawURLEncoding.EncodeToString(sum(s.hashKey, address)[:hashSize]), Kind: kind}
}

// UnsubscribeToken returns what a link in a mail carries: safe in a URL, valid
// without end (old mails must still be stoppable), and without the address.
func (s *Suppressions) UnsubscribeToken(address, kind string) string {
	u := s.For(address, kind)
	raw, _ := base64.RawURLEncoding.DecodeString(u.Address)
	raw = append(raw, sum(s.signKey, u.Address, u.Kind)[:hashSize]...)
	return base64.RawURLEncoding.EncodeToString(append(raw, kind...))
}

// ParseUnsubscribe reads a token back. Invalid when it is not one of ours.
func (s *Suppressions) ParseUnsubscribe(token string) (Unsubscription, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err == nil && len(raw) > 2*hashSize {
		u := Unsubscription{Address: base64.RawURLEncoding.EncodeToString(raw[:hashSize]), Kind: string(raw[2*hashSize:])}
		if hmac.Equal(raw[hashSize:2*hashSize], sum(s.signKey, u.Address, u.Kind)[:hashSize]) {
			return u, nil
		}
	}
	return Unsubscription{}, fault.New(fault.Invalid, "This link is not complete. Please open it again from the mail.")
}

// Suppress stops a kind of mail to an address. Doing it twice changes nothing.
func (s *Suppressions) Suppress(ctx context.Context, u Unsubscription) error {
	err := s.kept.Insert(ctx, suppression{Meta: store.Meta{ID: u.id()}, At: s.clock.Now()})
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// Allow takes a suppression back: the person subscribed again.
func (s *Suppressions) Allow(ctx context.Context, u Unsubscription) error {
	err := s.kept.Delete(ctx, u.id())
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// Suppressed reports whether an address must not get mails of this kind.
// Kind "" is never suppressed.
func (s *Suppressions) Suppressed(ctx context.Context, address, kind string) (bool, error) {
	if kind == "" {
		return false, nil
	}
	found, err := s.kept.GetMany(ctx, []string{s.For(address, kind).id(), s.For(address, AllKinds).id()})
	return len(found) > 0, err
}
