package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// A code that a person shows at a counter, or to whoever gives them a role: long
// enough not to be guessed in its short life, and easy to read aloud.
const (
	codeLength = 8
	codeLasts  = 15 * time.Minute
)

var errCode = fault.New(fault.Invalid, "There is no such code, or it has run out. Ask the person to show a new one: it is under “My code” in their space.")

// NewCode returns a new code for a person, as two groups of four, and when it
// runs out. Codes shown before are no longer good.
func (s *Service) NewCode(ctx context.Context, personID string) (string, time.Time, error) {
	if err := s.dropCodes(ctx, personID); err != nil {
		return "", time.Time{}, err
	}
	code, until := s.ident.Code(codeLength), s.clock.Now().Add(codeLasts)
	err := s.all.codes.Insert(ctx, codeDoc{Meta: store.Meta{ID: codeID(code)}, PersonID: personID, ExpiresAt: until})
	return strings.ToUpper(code[:4] + " " + code[4:]), until, err
}

func (s *Service) dropCodes(ctx context.Context, personID string) error {
	return s.all.codes.Each(ctx, store.Query{Index: "person", Equal: []any{personID}}, func(c codeDoc) error {
		return ignoreGone(s.all.codes.Delete(ctx, c.ID))
	})
}

// codeID is a code's id in the store: a copy of the data shows no code.
func codeID(code string) string {
	sum := sha256.Sum256([]byte("code:" + code))
	return hex.EncodeToString(sum[:])
}

// ByCode returns who shows this code, or Invalid. Spaces, hyphens and letter
// case do not matter.
func (s *Service) ByCode(ctx context.Context, typed string) (Person, error) {
	code := strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(typed))
	doc, err := s.all.codes.Get(ctx, codeID(code))
	if fault.Is(err, fault.NotFound) || err == nil && !s.clock.Now().Before(doc.ExpiresAt) {
		return Person{}, errCode
	}
	if err != nil {
		return Person{}, err
	}
	p, err := s.Get(ctx, doc.PersonID)
	if fault.Is(err, fault.NotFound) {
		return Person{}, errCode
	}
	return p, err
}

// CheckAtCounter notes that an agent of an authority saw the card of the person
// who shows the code, with this number on it. The person is at level 2
// afterwards; an account that had proven the same number before is joined with
// theirs, and whoever only declared it loses it. It returns the account as it
// then is. Faults: Forbidden, Invalid (code, number).
func (s *Service) CheckAtCounter(ctx context.Context, agent auth.Actor, authorityID, code, typed string) (Person, error) {
	if !agent.Holds(authorityID, auth.FrontDesk) {
		return Person{}, fault.New(fault.Forbidden, "Only the front desk of this authority may check identities here.")
	}
	p, err := s.ByCode(ctx, code)
	if err != nil {
		return Person{}, err
	}
	if p.ID == agent.PersonID {
		return Person{}, fault.New(fault.Forbidden, "Nobody checks their own identity: ask a colleague.")
	}
	place, err := s.places.Place(ctx, authorityID, "en")
	if err != nil {
		return Person{}, err
	}
	n, err := s.parseNumber(place.Country, typed)
	if err != nil {
		return Person{}, err
	}
	kept, err := s.claim(ctx, p.ID, n, proof{how: HowCounter, by: agent.PersonID, place: authorityID, actor: agent})
	if err != nil {
		return Person{}, err
	}
	if err := s.dropCodes(ctx, p.ID); err != nil {
		return Person{}, err
	}
	return s.Get(ctx, kept)
}
