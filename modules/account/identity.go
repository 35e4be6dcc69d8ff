package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Peppers are the keys under which identity numbers are hashed, by version.
// They are kept outside the database and its backups: with a copy of both, the
// numbers can be guessed in minutes, as there are few of them.
type Peppers struct {
	Keys    map[string][]byte // 32 bytes or more each
	Current string            // the version that new hashes are made under
}

func (p Peppers) check() error {
	if len(p.Keys[p.Current]) < 32 {
		return errors.New("peppers: the current version has no key of 32 bytes or more")
	}
	for version, key := range p.Keys {
		if len(key) < 32 || version == "" || strings.Contains(version, ":") {
			return fmt.Errorf("peppers: version %q must have a name without a colon and a key of 32 bytes or more", version)
		}
	}
	return nil
}

// number is an identity number of which only the hashes are left.
type number struct {
	Country string   `bson:"country"`
	Last2   string   `bson:"last2"`
	Keys    []string `bson:"keys"` // ids in "identities", the current version's first
}

// number hashes an identity number in its normal form under every version.
func (p Peppers) number(country, normal string) number {
	n := number{Country: country, Last2: normal[max(0, len(normal)-2):]}
	for version, key := range p.Keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(country + ":" + normal)) // a hash's Write does not fail
		id := version + ":" + hex.EncodeToString(mac.Sum(nil))
		if version == p.Current {
			n.Keys = slices.Insert(n.Keys, 0, id)
		} else {
			n.Keys = append(n.Keys, id)
		}
	}
	return n
}

// errTaken is what somebody is told who declares a number that is taken. It says
// no more than that: whose it is stays unsaid.
var errTaken = fault.New(fault.Conflict, "This identity number already belongs to another account. If that account is yours too, sign in there, or join the two under “Ways of signing in”. If somebody else used your number, show your card at the counter of your municipality: it is then given to you.")

// proof is how it came that a number is somebody's.
type proof struct {
	how   string // HowDeclared, HowCounter, HowEID
	by    string // the agent's id, or the provider's key
	place string // whose counter
	actor auth.Actor
}

func (p proof) proven() bool { return p.how != HowDeclared }

// claim makes a number the person's own, by the rules of the package comment,
// and returns the id of the account that has it afterwards: another one when
// the two proved to be one person and were joined.
func (s *Service) claim(ctx context.Context, personID string, n number, by proof) (string, error) {
	for range 16 { // each round lost means that somebody else changed whose it is
		p, err := s.canonical(ctx, personID)
		if err != nil {
			return "", err
		}
		kept, done, err := s.claimOnce(ctx, p.ID, n, by)
		if errors.Is(err, errGone) {
			continue // joined with another account at this moment: that one has it now
		}
		if done || err != nil {
			return kept, err
		}
	}
	return "", fault.New(fault.Conflict, "Somebody else is changing this at the same moment. Please try again.")
}

// claimOnce is one round of claim; done is false when it has to begin anew.
func (s *Service) claimOnce(ctx context.Context, personID string, n number, by proof) (kept string, done bool, err error) {
	doc, err := s.holder(ctx, n)
	if !fault.Is(err, fault.NotFound) {
		if err != nil {
			return "", false, err
		}
		return s.claimTaken(ctx, personID, n, by, doc)
	}
	err = s.all.identities.Insert(ctx, identityDoc{Meta: store.Meta{ID: n.Keys[0]}, PersonID: personID, Proven: by.proven()})
	if _, taken := store.Taken(err); taken {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	return personID, true, s.keepNumber(ctx, personID, n, by)
}

// holder returns whose the number is, under whichever version it is found.
func (s *Service) holder(ctx context.Context, n number) (identityDoc, error) {
	found, err := s.all.identities.GetMany(ctx, n.Keys)
	if err != nil {
		return identityDoc{}, err
	}
	for _, key := range n.Keys {
		if doc, ok := found[key]; ok {
			return doc, nil
		}
	}
	return identityDoc{}, fault.New(fault.NotFound, "")
}

// claimTaken claims a number that is kept as doc. done is false when doc
// changed meanwhile and the claim has to begin anew.
func (s *Service) claimTaken(ctx context.Context, personID string, n number, by proof, doc identityDoc) (kept string, done bool, err error) {
	holder, err := s.canonical(ctx, doc.PersonID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", false, err
	}
	alive := err == nil
	switch {
	case alive && holder.ID == personID:
		if err := s.refresh(ctx, doc, personID, n, by); err != nil {
			return "", false, err
		}
		return personID, true, s.keepNumber(ctx, personID, n, by)
	case alive && !by.proven():
		return "", true, errTaken
	case alive && doc.Proven:
		kept, err := s.join(ctx, personID, holder.ID, by.actor)
		if err != nil {
			return "", true, err
		}
		return kept, true, s.keepNumber(ctx, kept, n, by)
	}
	_, err = s.all.identities.Update(ctx, doc.ID, func(d *identityDoc) error {
		if d.PersonID != doc.PersonID || d.Proven != doc.Proven {
			return errMoved
		}
		d.From, d.PersonID, d.Proven, d.Left = doc.PersonID, personID, by.proven(), false
		return nil
	})
	if errors.Is(err, errMoved) || fault.Is(err, fault.NotFound) {
		return "", false, nil
	}
	if err == nil {
		err = s.finishMove(ctx, doc.ID)
	}
	if err == nil {
		err = s.keepNumber(ctx, personID, n, by)
	}
	return personID, true, err
}

var errMoved = errors.New("account: the number is somebody else's now")

// finishMove does what follows when a number went from one account to another:
// a living account loses it, a deleted one is told to those who keep its
// signatures. It may be repeated.
func (s *Service) finishMove(ctx context.Context, key string) error {
	doc, err := s.all.identities.Get(ctx, key)
	if err != nil || doc.From == "" {
		return err
	}
	loser, err := s.all.people.Update(ctx, doc.From, func(p *Person) error {
		if p.Identity.Key != key {
			return errUnchanged
		}
		p.Identity = Identity{}
		now := s.clock.Now()
		p.settle(HowCounter, "", "", now)
		p.Untold = true
		p.note(audit.Entry{Act: "account.lose_number", At: now})
		return nil
	})
	switch {
	case fault.Is(err, fault.NotFound):
		err = s.tellJoined(ctx, doc.PersonID, doc.From)
	case err == nil:
		if err = s.tellNumber(ctx, doc.PersonID, doc.From, doc.Shadow); err == nil {
			err = s.tellChanged(ctx, loser)
		}
	}
	if err != nil {
		return err
	}
	_, err = s.all.identities.Update(ctx, key, func(d *identityDoc) error {
		if d.From != doc.From {
			return errUnchanged
		}
		d.From = ""
		return nil
	})
	return err
}

// refresh notes that a number which is the person's already is now proven, and
// writes it under the current pepper. The new entry is there before the old one
// goes, so that at no moment nobody has the number.
func (s *Service) refresh(ctx context.Context, doc identityDoc, personID string, n number, by proof) error {
	proven := doc.Proven || by.proven()
	if doc.ID != n.Keys[0] {
		err := s.all.identities.Insert(ctx, identityDoc{Meta: store.Meta{ID: n.Keys[0]}, PersonID: personID, Proven: proven, Shadow: doc.Shadow, KeepUntil: doc.KeepUntil})
		if _, taken := store.Taken(err); err != nil && !taken {
			return err
		}
		if err := s.all.identities.Delete(ctx, doc.ID); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	_, err := s.all.identities.Update(ctx, n.Keys[0], func(d *identityDoc) error {
		if d.PersonID == personID && d.Proven == proven {
			return errUnchanged
		}
		d.PersonID, d.Proven = personID, proven
		return nil
	})
	return err
}

// keepNumber notes in the person's document that the number is theirs, and lets
// go of one that was theirs before.
func (s *Service) keepNumber(ctx context.Context, personID string, n number, by proof) error {
	var before string
	now := s.clock.Now()
	p, err := s.all.people.Update(ctx, personID, func(p *Person) error {
		if p.gone() {
			return errGone
		}
		before = p.Identity.Key
		proven := by.proven() || p.Identity.Proven && slices.Contains(n.Keys, before)
		p.Identity = Identity{Country: n.Country, Key: n.Keys[0], Last2: n.Last2, Proven: proven, At: now}
		p.settle(by.how, by.by, by.place, now)
		p.Untold = true
		p.note(audit.Entry{
			Authority: by.place, Act: "account.number_" + by.how, To: "level " + strconv.Itoa(p.Level),
			ActorID: by.actor.PersonID, ActorRole: by.actor.RoleIn(by.place), At: now,
		})
		return nil
	})
	if err != nil {
		return err
	}
	if before != "" && !slices.Contains(n.Keys, before) {
		if err := s.letGo(ctx, personID, before); err != nil {
			return err
		}
	}
	if err := s.log.Record(ctx, p.History...); err != nil {
		return err
	}
	return s.tellChanged(ctx, p)
}

// letGo deletes a number's entry if it is this person's; one that is written on
// paper goes back to its shadow.
func (s *Service) letGo(ctx context.Context, personID, key string) error {
	if returned, err := s.returnToShadow(ctx, personID, key); returned || err != nil {
		return err
	}
	doc, err := s.all.identities.Get(ctx, key)
	if err == nil && doc.PersonID == personID {
		err = s.all.identities.Delete(ctx, key)
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
