package council

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// Needs is what the service is built from. All must be there.
type Needs struct {
	DB          store.DB
	Audit       *audit.Log
	Queue       *job.Queue // the service registers its kinds of job
	Authorities Authorities
	People      People
	Staff       Staff
	Subjects    Subjects
	Packs       *law.Packs
	Files       *file.Service
	Post        Post
	Words       *i18n.Catalogues
	Clock       clock.Clock
	Ident       ident.Maker
	Log         *slog.Logger
	PublicURL   string // without a slash at the end
	Demo        bool
}

// Service does all acts of this module. Its methods are safe for concurrent
// use, and each act is safe to repeat.
type Service struct {
	collections
	Needs
	watchers []Watcher
}

// New opens the collections and registers the jobs.
func New(ctx context.Context, n Needs) (*Service, error) {
	c, err := openCollections(ctx, n.DB)
	if err != nil {
		return nil, fault.Wrap("council.New", err)
	}
	s := &Service{collections: c, Needs: n}
	s.registerJobs()
	return s, nil
}

var errNone = fault.New(fault.NotFound, "There is no such page, or it is not public.")

// authority returns the place of a request; NotFound when it has no body of
// its own that decides.
func (s *Service) authority(ctx context.Context, id string) (Authority, error) {
	a, err := s.Authorities.Authority(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return a, errNone.Because("council.authority", err)
	}
	return a, fault.Wrap("council.authority", err)
}

func (s *Service) pack(a Authority) *law.Pack { return s.Packs.For(a.Country, a.Level) }

// done is an act that was asked for and is to be recorded.
type done struct {
	act     Act
	subject string // kind of document, for the audit: "session"
	reason  string
	public  bool
	details map[string]string // no personal data
}

// record moves a document and appends to its history.
func (s *Service) record(b *Base, id string, who auth.Actor, as Role, d done, to State) {
	now := s.Clock.Now()
	actor := who.PersonID
	if who.IsSystem() {
		actor = ""
	}
	b.History = audit.Append(b.History, audit.Entry{
		Subject: "council_" + d.subject + ":" + id, Authority: b.Authority, Act: actPrefix + string(d.act),
		From: string(b.State), To: string(to), ActorID: actor, ActorRole: string(as), At: now,
		Reason: d.reason, Public: d.public, Details: d.details,
	})
	b.State, b.ChangedAt, b.Unsettled = to, now, true
	if b.CreatedAt.IsZero() {
		b.CreatedAt = now
	}
}

// repeated reports whether this act by this actor was the last thing that
// happened to a document: a form sent twice changes nothing the second time.
func (b *Base) repeated(who auth.Actor, act Act) bool {
	if len(b.History) == 0 {
		return false
	}
	last := b.History[len(b.History)-1]
	return last.Act == actPrefix+string(act) && last.ActorID == who.PersonID
}

// document is a pointer to one of this module's documents.
type document[T any] interface {
	*T
	base() *Base
	owner() string
	derive()
}

// update is Collection.Update of the documents' collection.
type update[T any] func(ctx context.Context, id string, change func(*T) error) (T, error)

// act does one act to a document: it decides by the table who may, lets change
// alter it, moves it and writes its history, all in one compare-and-set; then
// it does what follows.
func act[T any, P document[T]](ctx context.Context, s *Service, write update[T], id string, who auth.Actor, d done, change func(P) error) (T, error) {
	d.reason = tidy(d.reason, true)
	if needsReason(d.act) && d.reason == "" {
		var none T
		return none, errReason
	}
	doc, err := write(ctx, id, func(t *T) error {
		p := P(t)
		b := p.base()
		to, as, err := permit(b.State, d.act, RolesOf(who, b.Authority, p.owner()))
		if fault.Is(err, fault.Conflict) && b.repeated(who, d.act) {
			return store.ErrUnchanged
		}
		if err != nil {
			return err
		}
		if err := change(p); err != nil {
			return err
		}
		s.record(b, id, who, as, d, to)
		p.derive()
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return doc, errNone.Because("council."+string(d.act), err)
	}
	if err != nil {
		return doc, fault.Wrap("council."+string(d.act), err)
	}
	settleNow[T, P](ctx, s, write, id, &doc)
	return doc, nil
}

// create makes a document by an act. Conflict when its id is taken.
func create[T any, P document[T]](ctx context.Context, s *Service, insert func(context.Context, T) error, write update[T], id string, who auth.Actor, d done, doc T) (T, error) {
	p := P(&doc)
	b := p.base()
	to, as, err := permit(notYet, d.act, RolesOf(who, b.Authority, p.owner()))
	if err != nil {
		return doc, err
	}
	s.record(b, id, who, as, d, to)
	p.derive()
	if err := insert(ctx, doc); err != nil {
		return doc, fault.Wrap("council."+string(d.act), err)
	}
	settleNow[T, P](ctx, s, write, id, &doc)
	return doc, nil
}

// next numbers something within a year: 1, 2, 3 … Numbers that an interrupted
// act took are left out.
func (s *Service) next(ctx context.Context, name string) (int, error) {
	if err := s.counters.Insert(ctx, counter{Meta: store.Meta{ID: name}}); err != nil && !fault.Is(err, fault.Conflict) {
		return 0, err
	}
	c, err := s.counters.Increment(ctx, name, map[string]int64{"last": 1})
	return int(c.Last), err
}

// digest is the id that follows from several: it tells nothing about them.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// tidy cleans what was typed.
func tidy(text string, lines bool) string { return form.Clean(text, lines) }

// required reports what is wrong with a text that must be there.
func required(field, text, message string, most int) error {
	if text == "" {
		return wrong(field, message)
	}
	if len([]rune(text)) > most {
		return wrong(field, i18n.Msg("Enter at most {limit} characters."), "limit", most)
	}
	return nil
}

// short refuses a text that is too long.
func short(field, text string, most int) error {
	if len([]rune(text)) > most {
		return wrong(field, i18n.Msg("Enter at most {limit} characters."), "limit", most)
	}
	return nil
}

// first returns the first error there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func reference(prefix string, year int, n int) string {
	return fmt.Sprintf("%s-%d-%04d", prefix, year, n)
}

func yearOf(t time.Time, country string) int { return t.In(clock.Zone(country)).Year() }
