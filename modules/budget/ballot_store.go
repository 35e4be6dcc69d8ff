package budget

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// voteStore are the collections and the group commits of the vote.
type voteStore struct {
	urns      *store.Collection[urnDoc, *urnDoc]
	roll      *store.Collection[Voter, *Voter]
	ballots   *store.Collection[Ballot, *Ballot]
	drafts    *store.Collection[draftDoc, *draftDoc]
	reminders *store.Collection[reminderDoc, *reminderDoc]
	batches   *store.Collection[Batch, *Batch]

	onRoll *store.Batcher[Voter, *Voter]
	inUrn  *store.Batcher[Ballot, *Ballot]
	votes  *urnCache
}

// urnDoc is the urn of one edition. Its id is the edition's.
type urnDoc struct {
	store.Meta `bson:",inline"`
	Authority  string           `bson:"authority"`
	Secret     []byte           `bson:"secret,omitempty"` // sealed under the platform's ballot key; gone for good when the urn is closed
	OpenedAt   time.Time        `bson:"opened"`
	ClosedAt   time.Time        `bson:"closed,omitempty"`
	Open       bool             `bson:"open"`
	LoggedTo   string           `bson:"logged_to"`       // all ballots of earlier days are known to be in the log
	Blank      int64            `bson:"blank,omitempty"` // blank ballots that stand, counted when the urn was closed
	Marks      map[string]int64 `bson:"marks,omitempty"` // people who vote on paper or at a counter, by channel and by group
	History    []audit.Entry    `bson:"history,omitempty"`
}

// Voter is one person on the roll of those who vote in an edition. Its id is a
// digest under the edition's secret, another one than that of the ballot.
type Voter struct {
	store.Meta `bson:",inline"` // edition|key
	Edition    string           `bson:"edition"`
	Channel    Channel          `bson:"channel"`
	Day        string           `bson:"day"`
	Area       string           `bson:"area,omitempty"`
	Voter      VoterGroup       `bson:"voter"`
}

// draftDoc is a ballot that was filled in and not confirmed. It is not counted.
// Its id is a third digest; it is deleted when the ballot is confirmed and when
// the vote ends.
type draftDoc struct {
	store.Meta `bson:",inline"` // edition|key
	Edition    string           `bson:"edition"`
	Choice     `bson:",inline"`
}

// reminderDoc says that a person began a ballot and did not confirm it, so that
// they can be told. It does not say what they filled in.
type reminderDoc struct {
	store.Meta `bson:",inline"` // edition|person
	Edition    string           `bson:"edition"`
	Person     string           `bson:"person"`
	At         time.Time        `bson:"at"`
	Due        time.Time        `bson:"due"`  // when the next mail is due
	Sent       int              `bson:"sent"` // mails so far
}

// BallotSchemas are the declarations of the collections of the vote.
var BallotSchemas = []store.Schema{
	{Name: "budget_urns", Indexes: []store.Index{{Name: "open", Fields: []string{"open"}}}},
	{Name: "budget_roll", Indexes: []store.Index{{Name: "edition", Fields: []string{"edition", "channel"}}}},
	{Name: "budget_ballots", Indexes: []store.Index{
		{Name: "area", Fields: []string{"edition", "area"}}, // then by id: an order without meaning
		{Name: "day", Fields: []string{"edition", "day"}},
	}},
	{Name: "budget_drafts", Indexes: []store.Index{{Name: "edition", Fields: []string{"edition"}}}},
	{Name: "budget_reminders", Indexes: []store.Index{
		{Name: "due", Fields: []string{"due"}},
		{Name: "edition", Fields: []string{"edition"}},
		{Name: "person", Fields: []string{"person"}},
	}},
	{Name: "budget_batches", Indexes: []store.Index{
		{Name: "edition", Fields: []string{"edition", "entered_at"}},
		{Name: "state", Fields: []string{"edition", "state", "poured"}},
	}},
}

func openVotes(ctx context.Context, db store.DB) (u voteStore, err error) {
	if u.urns, err = store.Open[urnDoc](ctx, db, BallotSchemas[0]); err != nil {
		return u, err
	}
	if u.roll, err = store.Open[Voter](ctx, db, BallotSchemas[1]); err != nil {
		return u, err
	}
	if u.ballots, err = store.Open[Ballot](ctx, db, BallotSchemas[2]); err != nil {
		return u, err
	}
	if u.drafts, err = store.Open[draftDoc](ctx, db, BallotSchemas[3]); err != nil {
		return u, err
	}
	if u.reminders, err = store.Open[reminderDoc](ctx, db, BallotSchemas[4]); err != nil {
		return u, err
	}
	if u.batches, err = store.Open[Batch](ctx, db, BallotSchemas[5]); err != nil {
		return u, err
	}
	u.onRoll = store.NewBatcher(u.roll, store.BatcherOptions[Voter]{})
	u.inUrn = store.NewBatcher(u.ballots, store.BatcherOptions[Ballot]{})
	return u, nil
}

// secret is what makes the keys of an edition's voters and ballots. It exists
// while the vote runs.
type secret []byte

// What a key is made for; the keys of one person for two of them have nothing
// in common without the secret.
const (
	keyOfVoter  = "voter"
	keyOfBallot = "ballot"
	keyOfDraft  = "draft"
	keyOfPaper  = "paper" // of a batch and a number in it, not of a person
)

var keyText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// key returns the id of what belongs to somebody in an edition.
func (k secret) key(edition, what, of string) string {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(what + "|" + of))
	return edition + "|" + keyText.EncodeToString(mac.Sum(nil)[:20])
}

// urnKey is what the secrets are sealed under, in the urns.
func urnCipher(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("the ballot key: %w", err)
	}
	return cipher.NewGCM(block)
}

// seal seals a secret for an edition.
func (s *Service) seal(edition string, k secret) ([]byte, error) {
	aead, err := urnCipher(s.BallotKey)
	if err != nil {
		return nil, err
	}
	nonce := s.Ident.Bytes(aead.NonceSize())
	return aead.Seal(nonce, nonce, k, []byte(edition)), nil
}

var errSealedOtherwise = errors.New("budget: the edition's secret was sealed under another ballot key")

// unseal opens it again.
func (s *Service) unseal(edition string, sealed []byte) (secret, error) {
	aead, err := urnCipher(s.BallotKey)
	if err != nil {
		return nil, err
	}
	if len(sealed) < aead.NonceSize() {
		return nil, errUrnClosed
	}
	k, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(edition))
	if err != nil {
		return nil, fault.New(fault.Internal, "").Because("budget.unseal", errSealedOtherwise)
	}
	return k, nil
}

// ballotLog names the log of an edition's ballots.
func ballotLog(edition string) string { return "ballots/" + strings.ToLower(edition) }
