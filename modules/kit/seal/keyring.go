package seal

import (
	"context"
	"encoding/base64"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
)

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func decode(s string) ([]byte, bool) {
	b, err := base64.StdEncoding.DecodeString(s)
	return b, err == nil
}

// KeyState is where a key stands.
type KeyState string

// The states of a key.
const (
	Pending KeyState = "pending" // made; nobody has shown its private file yet
	Active  KeyState = "active"  // records are sealed to it
	Retired KeyState = "retired" // a newer one took its place; its records are still opened with it
	Dropped KeyState = "dropped" // given up before it was used
)

// keyMoves is the table of what becomes of a key.
var keyMoves = map[string]map[KeyState]KeyState{
	"confirm":   {Pending: Active},
	"supersede": {Pending: Dropped, Active: Retired},
}

// Key is one public key of an owner.
type Key struct {
	Version     int       `bson:"version"` // from 1
	Public      []byte    `bson:"public"`
	Fingerprint string    `bson:"fingerprint"`
	State       KeyState  `bson:"state"`
	MadeAt      time.Time `bson:"made"`
	MadeBy      string    `bson:"made_by"` // person id
	ActiveAt    time.Time `bson:"active_at,omitempty"`
	RetiredAt   time.Time `bson:"retired,omitempty"`
}

// move changes a key's state by the table; it reports whether it may.
func (k *Key) move(how string, at time.Time) bool {
	to, ok := keyMoves[how][k.State]
	if !ok {
		return false
	}
	k.State = to
	switch to {
	case Active:
		k.ActiveAt = at
	case Retired:
		k.RetiredAt = at
	}
	return true
}

// Ring is all keys of an owner, oldest first.
type Ring struct {
	store.Meta `bson:",inline"` // the owner
	Keys       []Key            `bson:"keys"`
	History    []audit.Entry    `bson:"history,omitempty"`
}

// Active returns the key that records are sealed to, if there is one.
func (r Ring) Active() (Key, bool) { return r.in(Active) }

// Pending returns the key whose private file has not been shown yet.
func (r Ring) Pending() (Key, bool) { return r.in(Pending) }

func (r Ring) in(s KeyState) (Key, bool) {
	i := slices.IndexFunc(r.Keys, func(k Key) bool { return k.State == s })
	if i < 0 {
		return Key{}, false
	}
	return r.Keys[i], true
}

// maxKeys is how many keys an owner has at most.
const maxKeys = 200

// Keyring keeps the public keys of owners.
type Keyring struct {
	rings *store.Collection[Ring, *Ring]
	log   *audit.Log
	clock clock.Clock
	ids   ident.Maker

	refused string // a passphrase that everybody knows
}

// Open opens the keyring.
func Open(ctx context.Context, db store.DB, log *audit.Log, clk clock.Clock, ids ident.Maker) (*Keyring, error) {
	rings, err := store.Open[Ring](ctx, db, store.Schema{Name: "seal_keys"})
	return &Keyring{rings: rings, log: log, clock: clk, ids: ids}, fault.Wrap("seal.Open", err)
}

// Refuse makes the keyring refuse files under a passphrase that everybody knows,
// such as the demo's. Call it before anything else.
func (k *Keyring) Refuse(passphrase string) { k.refused = passphrase }

var errKnown = fault.New(fault.Invalid, "Everybody can know this passphrase. Choose another.")

// known reports whether a passphrase is the one that is refused.
func (k *Keyring) known(passphrase string) bool { return k.refused != "" && passphrase == k.refused }

// mayMake reports whether somebody may make and confirm keys of an authority.
func mayMake(who auth.Actor, owner string) bool {
	return who.Holds(owner, auth.Officer, auth.President)
}

var errMay = fault.New(fault.Forbidden, "Only officers and the head of this authority may do this.")

// Of returns the keys of an owner; an empty ring when there are none.
func (k *Keyring) Of(ctx context.Context, owner string) (Ring, error) {
	r, err := k.rings.Get(ctx, owner)
	if fault.Is(err, fault.NotFound) {
		return Ring{Meta: store.Meta{ID: owner}}, nil
	}
	return r, fault.Wrap("seal.Of", err)
}

// Make makes a key pair for an owner and returns its private file, which is
// kept nowhere. The key is pending until Confirm; one that was pending before
// is dropped. Faults: Forbidden, Invalid (passphrase), Conflict (too many).
func (k *Keyring) Make(ctx context.Context, who auth.Actor, owner, passphrase, about string) ([]byte, Key, error) {
	if !mayMake(who, owner) {
		return nil, Key{}, errMay
	}
	if k.known(passphrase) {
		return nil, Key{}, errKnown
	}
	pair, err := Generate(k.ids)
	if err != nil {
		return nil, Key{}, err
	}
	file, err := pair.Write(passphrase, about, k.ids)
	if err != nil {
		return nil, Key{}, err
	}
	if err := k.rings.Insert(ctx, Ring{Meta: store.Meta{ID: owner}}); err != nil && !fault.Is(err, fault.Conflict) {
		return nil, Key{}, fault.Wrap("seal.Make", err)
	}
	now := k.clock.Now()
	made := Key{Public: pair.public.Bytes(), Fingerprint: pair.public.Fingerprint(), State: Pending, MadeAt: now, MadeBy: who.PersonID}
	_, err = k.change(ctx, who, owner, "seal.make_key", &made.Fingerprint, func(r *Ring) error {
		if len(r.Keys) >= maxKeys {
			return fault.New(fault.Conflict, "There are too many keys already.")
		}
		for i := range r.Keys {
			if r.Keys[i].State == Pending {
				r.Keys[i].move("supersede", now)
			}
		}
		made.Version = len(r.Keys) + 1
		r.Keys = append(r.Keys, made)
		return nil
	})
	return file, made, err
}

// Confirm makes the pending key active for whoever shows its private file; the
// key before is retired. Faults: Forbidden, Invalid (file, passphrase, or the
// file of another key). Twice is once.
func (k *Keyring) Confirm(ctx context.Context, who auth.Actor, owner string, file []byte, passphrase string) (Key, error) {
	if !mayMake(who, owner) {
		return Key{}, errMay
	}
	if k.known(passphrase) {
		return Key{}, errKnown
	}
	pair, err := Read(file, passphrase)
	if err != nil {
		return Key{}, err
	}
	now, print := k.clock.Now(), pair.public.Fingerprint()
	r, err := k.change(ctx, who, owner, "seal.confirm_key", &print, func(r *Ring) error {
		if active, ok := r.Active(); ok && active.Fingerprint == print {
			return store.ErrUnchanged
		}
		pending, ok := r.Pending()
		if !ok || pending.Fingerprint != print {
			return errOther
		}
		for i := range r.Keys {
			switch r.Keys[i].State {
			case Active:
				r.Keys[i].move("supersede", now)
			case Pending:
				r.Keys[i].move("confirm", now)
			}
		}
		return nil
	})
	active, _ := r.Active()
	return active, err
}

// change does one act on an owner's ring with its audit entry.
func (k *Keyring) change(ctx context.Context, who auth.Actor, owner, act string, print *string, do func(*Ring) error) (Ring, error) {
	r, err := k.rings.Update(ctx, owner, func(r *Ring) error {
		if err := do(r); err != nil {
			return err
		}
		r.History = audit.Append(r.History, audit.Entry{
			Subject: "key:" + owner, Authority: owner, Act: act, ActorID: who.PersonID, ActorRole: who.RoleIn(owner),
			At: k.clock.Now(), Details: map[string]string{"fingerprint": *print},
		})
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return r, errOther
	}
	if err != nil {
		return r, err
	}
	return r, fault.Wrap(act, k.log.Record(ctx, r.History...))
}

// Active returns the public key that records of an owner are sealed to; false
// when there is none.
func (k *Keyring) Active(ctx context.Context, owner string) (Public, bool, error) {
	r, err := k.Of(ctx, owner)
	if err != nil {
		return Public{}, false, err
	}
	active, ok := r.Active()
	if !ok {
		return Public{}, false, nil
	}
	p, err := ParsePublic(active.Public)
	return p, err == nil, err
}

// Check says what of the keyring is not as it must be: more than one active or
// pending key, a fingerprint that is not its key's, an audit that tells less.
func (k *Keyring) Check(ctx context.Context) ([]string, error) {
	var found []string
	err := k.rings.Each(ctx, store.Query{Limit: 100}, func(r Ring) error {
		count := map[KeyState]int{}
		for i, key := range r.Keys {
			count[key.State]++
			p, err := ParsePublic(key.Public)
			if err != nil || p.Fingerprint() != key.Fingerprint || key.Version != i+1 {
				found = append(found, "key of "+r.ID+": its fingerprint or version is not its own")
			}
		}
		if count[Active] > 1 || count[Pending] > 1 {
			found = append(found, "key of "+r.ID+": more than one is active or pending")
		}
		return ctx.Err()
	})
	return found, fault.Wrap("seal.Check", err)
}

// ActName says in words (a message id) what was done to a key, "" for another act.
func ActName(act string) string { return actNames[act] }
