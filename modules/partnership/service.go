package partnership

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
)

// Places knows the places. Server adapts the place module.
type Places interface {
	// Country returns the country of an authority that takes part, "" for any
	// other place.
	Country(ctx context.Context, id string) (string, error)
	PlaceName(id, lang string) string
}

// Associations knows the register of associations.
type Associations interface {
	// Name returns the name of an association of the register; NotFound when
	// there is none or it never was entered.
	Name(ctx context.Context, id, lang string) (string, error)
	// MayLog reports whether an actor may keep the log of projects for it.
	MayLog(ctx context.Context, who auth.Actor, id string) bool
}

// File is an upload as pages show it.
type File struct {
	ID, Name, Path, Type, SHA256 string
	Size                         int64
}

// Files keeps the documents of agreements. Server adapts kit/file.
type Files interface {
	Take(ctx context.Context, personID, agreementID, name string, body io.Reader) (File, error)
	Get(ctx context.Context, id string) (File, error)
	Discard(ctx context.Context, ids []string) error
}

// Needs is what the service is built from; all must be there.
type Needs struct {
	DB           store.DB
	Audit        *audit.Log
	Places       Places
	Associations Associations
	Files        Files
	Clock        clock.Clock
	Ident        ident.Maker
}

// Service keeps both registers. Its methods are safe for concurrent use.
type Service struct {
	Needs
	agreements *store.Collection[Agreement, *Agreement]
	projects   *store.Collection[Project, *Project]
}

// New opens the collections.
func New(ctx context.Context, n Needs) (*Service, error) {
	s := &Service{Needs: n}
	var err error
	if s.agreements, err = store.Open[Agreement](ctx, n.DB, store.Schema{Name: "agreements", Indexes: []store.Index{{Name: "lists", Fields: []string{"lists", "signed"}, Multi: true}}}); err != nil {
		return nil, fault.Wrap("partnership.New", err)
	}
	s.projects, err = store.Open[Project](ctx, n.DB, store.Schema{Name: "joint_projects", Indexes: []store.Index{{Name: "lists", Fields: []string{"lists", "begins"}, Multi: true}}})
	return s, fault.Wrap("partnership.New", err)
}

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }

var (
	errNone    = fault.New(fault.NotFound, "There is no such agreement or project, or it is not public.")
	errMayNot  = fault.New(fault.Forbidden, "Only officers of the authority keep its agreements and projects.")
	errChanged = fault.New(fault.Conflict, "This has changed meanwhile. Open the page again.")
)

// Keeps reports whether an actor keeps the registers of an authority.
func Keeps(who auth.Actor, authority string) bool {
	return who.IsSystem() || who.Holds(authority, auth.Officer) || who.Holds(auth.PlatformID, auth.Administrator)
}

func entry(subject, authority string, who auth.Actor, what act, from, to State, reason string, at time.Time, public bool) audit.Entry {
	actor := who.PersonID
	if who.IsSystem() {
		actor = ""
	}
	as := who.RoleIn(authority)
	if as == "citizen" && who.HoldsAny(auth.Delegate) {
		as = string(auth.Delegate)
	}
	return audit.Entry{Subject: subject, Authority: authority, Act: string(what), From: string(from), To: string(to), ActorID: actor, ActorRole: as, At: at, Reason: reason, Public: public}
}

// known refuses authorities that do not take part and associations that are
// not in the register.
func (s *Service) known(ctx context.Context, authority string, all ...Party) error {
	country, err := s.Places.Country(ctx, authority)
	if err != nil {
		return err
	}
	if country == "" {
		return &InputError{Field: "authority", Message: i18n.Msg("Choose the authority")}
	}
	for _, p := range all {
		if p.Association == "" {
			continue
		}
		if _, err := s.Associations.Name(ctx, p.Association, "ar"); isNotFound(err) {
			return &InputError{Field: "party1", Message: i18n.Msg("This association is not in the register")}
		} else if err != nil {
			return err
		}
	}
	return nil
}

// DraftAgreement begins an agreement that only officers see.
func (s *Service) DraftAgreement(ctx context.Context, who auth.Actor, in Agreement) (Agreement, error) {
	if !Keeps(who, in.Authority) {
		return in, errMayNot
	}
	if err := in.check(s.Clock.Now()); err != nil {
		return in, err
	}
	if err := s.known(ctx, in.Authority, in.Parties...); err != nil {
		return in, err
	}
	in.Meta, in.State, in.File, in.SHA256, in.History = store.Meta{ID: s.Ident.ID()}, Draft, "", "", nil
	in.History = audit.Append(nil, entry("agreement:"+in.ID, in.Authority, who, actDraft, "", Draft, "", s.Clock.Now(), false))
	in.settle()
	if err := s.agreements.Insert(ctx, in); err != nil {
		return in, fault.Wrap(string(actDraft), err)
	}
	return in, fault.Wrap(string(actDraft), s.Audit.Record(ctx, in.History...))
}

// actOnAgreement does one act to an agreement.
func (s *Service) actOnAgreement(ctx context.Context, who auth.Actor, id string, what act, reason string, change func(*Agreement) error) (Agreement, error) {
	reason = strings.TrimSpace(reason)
	a, err := s.agreements.Update(ctx, id, func(a *Agreement) error {
		var as []role
		if Keeps(who, a.Authority) {
			as = []role{keeper}
		} else if !a.State.listed() {
			return errNone
		}
		m, may, ever := find(a.State, what, as)
		switch {
		case !ever:
			return errMayNot
		case !may:
			return errChanged
		case m.reason && reason == "":
			return fault.New(fault.Invalid, "Give a reason.")
		}
		if change != nil {
			if err := change(a); err != nil {
				return err
			}
		}
		from := a.State
		a.State = m.to
		a.settle()
		a.History = audit.Append(a.History, entry("agreement:"+a.ID, a.Authority, who, what, from, m.to, reason, s.Clock.Now(), m.to.listed()))
		return nil
	})
	if isNotFound(err) {
		return a, errNone
	}
	if err != nil {
		return a, fault.Wrap(string(what), err)
	}
	return a, fault.Wrap(string(what), s.Audit.Record(ctx, a.History...))
}

// ChangeAgreement replaces what a draft says.
func (s *Service) ChangeAgreement(ctx context.Context, who auth.Actor, id string, in Agreement) (Agreement, error) {
	if err := in.check(s.Clock.Now()); err != nil {
		return in, err
	}
	return s.actOnAgreement(ctx, who, id, actChange, "", func(a *Agreement) error {
		if err := s.known(ctx, a.Authority, in.Parties...); err != nil {
			return err
		}
		a.Parties, a.Object, a.Details, a.SignedOn, a.EndsOn = in.Parties, in.Object, in.Details, in.SignedOn, in.EndsOn
		return nil
	})
}

// AttachDocument gives a draft its document; one that was there before is deleted.
func (s *Service) AttachDocument(ctx context.Context, who auth.Actor, id, name string, body io.Reader) (Agreement, error) {
	a, err := s.Agreement(ctx, who, id)
	if err != nil {
		return a, err
	}
	if _, may, _ := find(a.State, actChange, []role{keeper}); !may || !Keeps(who, a.Authority) {
		return a, errChanged
	}
	f, err := s.Files.Take(ctx, who.PersonID, id, name, body)
	if err != nil {
		return a, err
	}
	before := ""
	a, err = s.actOnAgreement(ctx, who, id, actChange, "", func(a *Agreement) error {
		before = a.File
		a.File, a.SHA256 = f.ID, f.SHA256
		return nil
	})
	gone := before
	if err != nil {
		gone = f.ID
	}
	if gone != "" {
		if bad := s.Files.Discard(context.WithoutCancel(ctx), []string{gone}); bad != nil && err == nil {
			err = bad
		}
	}
	return a, err
}

// Enact publishes an agreement; its document must be there, and never changes
// afterwards.
func (s *Service) Enact(ctx context.Context, who auth.Actor, id string) (Agreement, error) {
	return s.actOnAgreement(ctx, who, id, actEnact, "", func(a *Agreement) error {
		if a.File == "" {
			return &InputError{Field: "file", Message: i18n.Msg("Attach the signed document first")}
		}
		return nil
	})
}

// EndAgreement says that an agreement has run its time.
func (s *Service) EndAgreement(ctx context.Context, who auth.Actor, id string) (Agreement, error) {
	return s.actOnAgreement(ctx, who, id, actEnd, "", nil)
}

// Terminate says that an agreement ended before its time, and why.
func (s *Service) Terminate(ctx context.Context, who auth.Actor, id, reason string) (Agreement, error) {
	return s.actOnAgreement(ctx, who, id, actTerminate, reason, nil)
}

// Agreement returns an agreement; a draft to the authority's officers alone.
func (s *Service) Agreement(ctx context.Context, who auth.Actor, id string) (Agreement, error) {
	a, err := s.agreements.Get(ctx, id)
	if isNotFound(err) || err == nil && !a.State.listed() && !Keeps(who, a.Authority) {
		return Agreement{}, errNone
	}
	return a, fault.Wrap("partnership.Agreement", err)
}

// Agreements pages through the public agreements, newest first; place "" is all.
func (s *Service) Agreements(ctx context.Context, place, after string, limit int) (store.Page[Agreement], error) {
	return s.agreements.Find(ctx, store.Query{Index: "lists", Equal: []any{public(place)}, Desc: true, After: after, Limit: limit})
}

// Drafts returns the newest drafts of an authority, for its officers.
func (s *Service) Drafts(ctx context.Context, who auth.Actor, place string) ([]Agreement, error) {
	if !Keeps(who, place) {
		return nil, nil
	}
	page, err := s.agreements.Find(ctx, store.Query{Index: "lists", Equal: []any{listDrafts + "|" + place}, Desc: true, Limit: 50})
	return page.Items, err
}

// EachAgreement visits the public agreements of a place, or all.
func (s *Service) EachAgreement(ctx context.Context, place string, visit func(Agreement) error) error {
	return s.agreements.Each(ctx, store.Query{Index: "lists", Equal: []any{public(place)}, Limit: 200}, visit)
}

func public(place string) string {
	if place == "" {
		return listAll
	}
	return listAll + "|" + place
}

// Hash returns the SHA-256 of what body holds, up to limit bytes; TooLarge
// beyond. Nothing is kept.
func Hash(body io.Reader, limit int64) (string, error) {
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(body, limit+1))
	if err != nil {
		return "", fault.Wrap("partnership.Hash", err)
	}
	if n > limit {
		return "", fault.New(fault.TooLarge, "This file is too large. The largest size is {n} MB.", "n", limit>>20)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Check reports what stands in the wrong lists, whose document differs from its
// hash, or whose history the audit lacks.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	history := func(of string, entries []audit.Entry) error {
		compare := s.Audit.Compare
		if repair {
			compare = s.Audit.Repair
		}
		d, err := compare(ctx, entries...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the "+of)
		}
		return err
	}
	err := s.agreements.Each(ctx, store.Query{Limit: 200}, func(a Agreement) error {
		settled := a
		if settled.settle(); !slices.Equal(settled.Lists, a.Lists) {
			found = append(found, "agreement "+a.ID+" stands in the wrong lists")
			if repair {
				if _, err := s.agreements.Update(ctx, a.ID, func(a *Agreement) error { a.settle(); return nil }); err != nil {
					return err
				}
			}
		}
		if a.File != "" {
			f, err := s.Files.Get(ctx, a.File)
			if err != nil && !isNotFound(err) {
				return err
			}
			if f.SHA256 != a.SHA256 {
				found = append(found, fmt.Sprintf("agreement %s: its document is not the one that was entered", a.ID))
			}
		}
		return history("agreement", a.History)
	})
	if err == nil {
		err = s.projects.Each(ctx, store.Query{Limit: 200}, func(p Project) error { return history("project", p.History) })
	}
	return found, fault.Wrap("partnership.Check", err)
}
