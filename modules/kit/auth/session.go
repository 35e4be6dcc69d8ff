package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
)

// Session is one browser in which a person is signed in. The browser holds a
// token; the store only its hash, so that a copy of the data opens no session.
type Session struct {
	store.Meta `bson:",inline"` // ID is the token's SHA-256 in hexadecimal
	PersonID   string           `bson:"person"`
	Device     string           `bson:"device"` // a class such as "Chrome on Android", never an address
	Provider   string           `bson:"provider"`
	CreatedAt  time.Time        `bson:"created"`
	SeenAt     time.Time        `bson:"seen"` // to within seenStep
	ExpiresAt  time.Time        `bson:"expires"`
}

// How long a session lasts: IdleFor without a visit, LastsFor in any case.
const (
	IdleFor  = 14 * 24 * time.Hour
	LastsFor = 90 * 24 * time.Hour
	seenStep = 10 * time.Minute // writing SeenAt at each request would make every page a write
)

// Sessions keeps the sessions.
type Sessions struct {
	all   *store.Collection[Session, *Session]
	clock clock.Clock
	ident ident.Maker
}

// OpenSessions opens the collection of sessions.
func OpenSessions(ctx context.Context, db store.DB, c clock.Clock, id ident.Maker) (*Sessions, error) {
	all, err := store.Open[Session](ctx, db, store.Schema{Name: "sessions", Indexes: []store.Index{
		{Name: "person", Fields: []string{"person", "created"}},
		{Name: "expiry", Fields: []string{"expires"}},
	}})
	return &Sessions{all: all, clock: c, ident: id}, err
}

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Start signs a person in and returns the token for the browser's cookie. A
// new token is made at every sign-in, so that one planted before is worthless.
func (s *Sessions) Start(ctx context.Context, personID, provider, device string) (string, error) {
	token, now := s.ident.Token(), s.clock.Now()
	err := s.all.Insert(ctx, Session{
		Meta: store.Meta{ID: hash(token)}, PersonID: personID, Provider: provider, Device: device,
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(IdleFor),
	})
	return token, fault.Wrap("auth.Start", err)
}

// Resolve returns the session of a token; SignIn when there is none or it has
// expired.
func (s *Sessions) Resolve(ctx context.Context, token string) (Session, error) {
	if len(token) != 43 {
		return Session{}, fault.New(fault.SignIn, "")
	}
	session, err := s.all.Get(ctx, hash(token))
	if fault.Is(err, fault.NotFound) {
		return session, fault.New(fault.SignIn, "")
	}
	if err != nil {
		return session, err
	}
	now := s.clock.Now()
	if !now.Before(session.ExpiresAt) {
		return Session{}, fault.New(fault.SignIn, "")
	}
	if now.Sub(session.SeenAt) < seenStep {
		return session, nil
	}
	return s.touch(ctx, session, now)
}

// touch moves the idle limit on, never past the absolute one.
func (s *Sessions) touch(ctx context.Context, session Session, now time.Time) (Session, error) {
	touched, err := s.all.Update(ctx, session.ID, func(x *Session) error {
		x.SeenAt, x.ExpiresAt = now, now.Add(IdleFor)
		if last := x.CreatedAt.Add(LastsFor); x.ExpiresAt.After(last) {
			x.ExpiresAt = last
		}
		return nil
	})
	if fault.Is(err, fault.NotFound) { // signed out meanwhile
		return Session{}, fault.New(fault.SignIn, "")
	}
	return touched, err
}

// End signs one session of a person out. Ending one that is gone is no fault.
func (s *Sessions) End(ctx context.Context, personID, sessionID string) error {
	session, err := s.all.Get(ctx, sessionID)
	if fault.Is(err, fault.NotFound) || err == nil && session.PersonID != personID {
		return nil
	}
	if err == nil {
		err = s.all.Delete(ctx, sessionID)
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// EndAll signs a person out everywhere, but for the session `except` ("" for none).
func (s *Sessions) EndAll(ctx context.Context, personID, except string) error {
	list, err := s.List(ctx, personID)
	if err != nil {
		return err
	}
	for _, session := range list {
		if session.ID == except {
			continue
		}
		if err := s.End(ctx, personID, session.ID); err != nil {
			return err
		}
	}
	return nil
}

// List returns a person's sessions, newest first.
func (s *Sessions) List(ctx context.Context, personID string) ([]Session, error) {
	var list []Session
	err := s.all.Each(ctx, store.Query{Index: "person", Equal: []any{personID}, Desc: true}, func(x Session) error {
		if s.clock.Now().Before(x.ExpiresAt) {
			list = append(list, x)
		}
		return nil
	})
	return list, err
}

// Sweep deletes expired sessions and returns how many there were.
func (s *Sessions) Sweep(ctx context.Context) (int, error) {
	n := 0
	err := s.all.Each(ctx, store.Query{Index: "expiry", To: s.clock.Now()}, func(x Session) error {
		n++
		if err := s.all.Delete(ctx, x.ID); !fault.Is(err, fault.NotFound) {
			return err
		}
		return nil
	})
	return n, err
}
