package association

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Scope is what a mandate lets a delegate do.
type Scope string

// The scopes.
const (
	ScopeManage   Scope = "manage"   // name further delegates, keep the documents
	ScopeEndorse  Scope = "endorse"  // endorse petitions
	ScopeCampaign Scope = "campaign" // run campaigns and write to their followers
	ScopeProject  Scope = "project"  // keep the log of joint projects
)

// Scopes are all scopes, in the order offered.
var Scopes = []Scope{ScopeManage, ScopeEndorse, ScopeCampaign, ScopeProject}

// ScopeNames are the scopes in words.
var ScopeNames = map[Scope]string{
	ScopeManage: i18n.Msg("Name delegates and keep the documents"), ScopeEndorse: i18n.Msg("Endorse petitions"),
	ScopeCampaign: i18n.Msg("Run campaigns and write to their followers"), ScopeProject: i18n.Msg("Keep the log of joint projects"),
}

// MandateState is where a mandate stands.
type MandateState string

// The states of a mandate. Whether an active one holds is also a matter of time.
const (
	Invited MandateState = "invited"
	Active  MandateState = "active"
	Revoked MandateState = "revoked" // also an invitation that was declined or taken back
)

// Mandate lets one person act for one association, for some time and some purposes.
type Mandate struct {
	store.Meta  `bson:",inline"`
	Association string        `bson:"association" json:"association"`
	Person      string        `bson:"person,omitempty" json:"-"` // "" while invited, and once the account was deleted
	Scopes      []Scope       `bson:"scopes" json:"scopes"`
	State       MandateState  `bson:"state" json:"state"`
	From        time.Time     `bson:"from" json:"from"`
	Until       time.Time     `bson:"until" json:"until"`
	GrantedBy   string        `bson:"granted_by" json:"-"`
	GrantedAt   time.Time     `bson:"granted" json:"granted_at"`
	Grant       string        `bson:"grant,omitempty" json:"-"` // the role of modules/account that goes with it
	Token       string        `bson:"token,omitempty" json:"-"` // digest of what an invitation's link holds
	ExpiresAt   time.Time     `bson:"expires,omitempty" json:"-"`
	Warned      int           `bson:"warned,omitempty" json:"-"` // days before the end of the last warning; 0 for none
	History     []audit.Entry `bson:"history" json:"-"`
}

// HoldsAt reports whether a delegate may act under the mandate at a time.
func (m Mandate) HoldsAt(t time.Time) bool {
	return m.State == Active && !t.Before(m.From) && t.Before(m.Until)
}

// The acts on mandates.
const (
	actInvite  act = "association.mandate_invite"
	actAppoint act = "association.mandate_appoint"
	actTakeUp  act = "association.mandate_take_up"
	actDecline act = "association.mandate_decline"
	actRevoke  act = "association.mandate_revoke"
)

var mandateActNames = map[act]string{
	actInvite: i18n.Msg("Delegate of an association invited"), actAppoint: i18n.Msg("Mandate given to a delegate of an association"),
	actTakeUp: i18n.Msg("Mandate of an association taken up"), actDecline: i18n.Msg("Mandate of an association declined"),
	actRevoke: i18n.Msg("Mandate of an association taken back"),
}

// mandateMoves is what may be done to a mandate in which state. Who may: those
// who manage the association invite, appoint and revoke; the person invited
// takes up or declines; a delegate may lay down the own mandate.
var mandateMoves = []struct {
	from MandateState
	act  act
	to   MandateState
}{
	{"", actInvite, Invited}, {"", actAppoint, Active},
	{Invited, actTakeUp, Active}, {Invited, actDecline, Revoked}, {Invited, actRevoke, Revoked}, {Active, actRevoke, Revoked},
}

func moveMandate(from MandateState, what act) (MandateState, bool) {
	for _, m := range mandateMoves {
		if m.from == from && m.act == what {
			return m.to, true
		}
	}
	return "", false
}

const (
	invitationLasts = 14 * 24 * time.Hour
	maxMandate      = 5  // years
	maxMandates     = 60 // that hold or wait, in one association
)

var (
	errManage   = fault.New(fault.Forbidden, "Only those who may name delegates of this association may do this.")
	errMandate  = fault.New(fault.NotFound, "There is no such mandate.")
	errInvited  = fault.New(fault.NotFound, "This invitation is not known, was used, or has run out. Ask for a new one.")
	errMandated = fault.New(fault.Conflict, "This person has a mandate of this association already. Take it back first.")
)

// MayManage reports whether an actor may name delegates: a delegate with that
// scope, officers where the association has a place, administrators.
func (s *Service) MayManage(ctx context.Context, who auth.Actor, a Association) bool {
	return MayKeep(who, a.Places()) || s.MayAct(ctx, who, a.ID, ScopeManage)
}

// MayAct reports whether an actor may do something for an association now: the
// role of a delegate, a mandate that holds with the scope, and the association
// in the register.
func (s *Service) MayAct(ctx context.Context, who auth.Actor, associationID string, scope Scope) bool {
	if !who.SignedIn() || !holdsRole(who, associationID) {
		return false
	}
	held, err := s.mandateOf(ctx, associationID, who.PersonID)
	if err != nil || !slices.Contains(held.Scopes, scope) {
		return false
	}
	a, err := s.all.Get(ctx, associationID)
	return err == nil && a.State == Registered
}

// mandateOf returns the mandate under which somebody acts now; NotFound if none.
func (s *Service) mandateOf(ctx context.Context, associationID, personID string) (Mandate, error) {
	now := s.Clock.Now()
	all, err := s.MandatesOf(ctx, personID)
	for _, m := range all {
		if m.Association == associationID && m.HoldsAt(now) {
			return m, err
		}
	}
	if err == nil {
		err = errMandate
	}
	return Mandate{}, err
}

// ActsFor returns the registered associations for which an actor may do
// something now.
func (s *Service) ActsFor(ctx context.Context, who auth.Actor, scope Scope) ([]Association, error) {
	if !who.SignedIn() {
		return nil, nil
	}
	held, err := s.MandatesOf(ctx, who.PersonID)
	if err != nil {
		return nil, fault.Wrap("association.ActsFor", err)
	}
	var all []Association
	now := s.Clock.Now()
	for _, m := range held {
		if !m.HoldsAt(now) || !slices.Contains(m.Scopes, scope) || !holdsRole(who, m.Association) {
			continue
		}
		a, err := s.all.Get(ctx, m.Association)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		if err == nil && a.State == Registered && !slices.ContainsFunc(all, func(x Association) bool { return x.ID == a.ID }) {
			all = append(all, a)
		}
	}
	return all, nil
}

// MandatesOf returns a person's mandates, newest first, at most a hundred.
func (s *Service) MandatesOf(ctx context.Context, personID string) ([]Mandate, error) {
	page, err := s.mandates.Find(ctx, store.Query{Index: "person", Equal: []any{personID}, Desc: true, Limit: 100})
	return page.Items, err
}

// Mandates pages through the mandates of an association, newest first, for those
// who manage it.
func (s *Service) Mandates(ctx context.Context, who auth.Actor, a Association, after string) (store.Page[Mandate], error) {
	if !s.MayManage(ctx, who, a) {
		return store.Page[Mandate]{}, errManage
	}
	return s.mandates.Find(ctx, store.Query{Index: "association", Equal: []any{a.ID}, Desc: true, After: after, Limit: 50})
}

// Terms are what a mandate says.
type Terms struct {
	Scopes []Scope
	From   time.Time // zero: now
	Until  time.Time
}

func (t *Terms) check(now time.Time) error {
	if t.From.IsZero() || t.From.Before(now) {
		t.From = now
	}
	t.Scopes = slices.DeleteFunc(slices.Clone(Scopes), func(x Scope) bool { return !slices.Contains(t.Scopes, x) })
	switch {
	case len(t.Scopes) == 0:
		return &InputError{Field: "scopes", Message: i18n.Msg("Choose at least one thing the delegate may do")}
	case !t.Until.After(t.From) || t.Until.After(now.AddDate(maxMandate, 0, 1)):
		return &InputError{Field: "until", Message: i18n.Msg("Give a last day after the first, at most {n} years away"), Args: []any{"n", maxMandate}}
	}
	return nil
}

// Appoint gives a mandate to the person who shows this code.
func (s *Service) Appoint(ctx context.Context, who auth.Actor, associationID, code string, t Terms) (Mandate, error) {
	a, err := s.managed(ctx, who, associationID, &t)
	if err != nil {
		return Mandate{}, err
	}
	person, err := s.People.ByCode(ctx, code)
	if err != nil {
		message, args := fault.Shown(err)
		if fault.Is(err, fault.Invalid) && message != "" {
			return Mandate{}, &InputError{Field: "code", Message: message, Args: args}
		}
		return Mandate{}, err
	}
	if person == who.PersonID {
		return Mandate{}, &InputError{Field: "code", Message: i18n.Msg("Nobody gives a mandate to themselves: ask somebody else who may.")}
	}
	return s.appoint(ctx, who, a, person, t.Scopes, t.From, t.Until)
}

// managed returns the association to somebody who may name its delegates, and
// checks the terms.
func (s *Service) managed(ctx context.Context, who auth.Actor, id string, t *Terms) (Association, error) {
	a, err := s.all.Get(ctx, id)
	switch {
	case isNotFound(err):
		return a, errNone
	case err != nil:
		return a, fault.Wrap("association.managed", err)
	case !s.MayManage(ctx, who, a):
		return a, errManage
	case a.State != Registered:
		return a, errChanged
	}
	return a, t.check(s.Clock.Now())
}

// appoint gives the role and then writes the mandate: a role without a mandate
// lets nobody act, so a crash in between harms nothing.
func (s *Service) appoint(ctx context.Context, who auth.Actor, a Association, person string, scopes []Scope, from, until time.Time) (Mandate, error) {
	if _, err := s.mandateOf(ctx, a.ID, person); err == nil {
		return Mandate{}, errMandated
	} else if !isNotFound(err) {
		return Mandate{}, err
	}
	grant, err := s.Roles.Grant(ctx, person, a.ID, from, until)
	if err != nil {
		return Mandate{}, fault.Wrap("association.appoint", err)
	}
	m := Mandate{Meta: store.Meta{ID: s.Ident.ID()}, Association: a.ID, Person: person, Scopes: slices.Clone(scopes), State: Active,
		From: from, Until: until, GrantedBy: who.PersonID, GrantedAt: s.Clock.Now(), Grant: grant}
	return m, s.insertMandate(ctx, who, a, &m, actAppoint)
}

func (s *Service) insertMandate(ctx context.Context, who auth.Actor, a Association, m *Mandate, what act) error {
	waiting, err := s.mandates.Count(ctx, store.Query{Index: "association", Equal: []any{a.ID}, From: s.Clock.Now().AddDate(-maxMandate, 0, 0)})
	if err != nil {
		return err
	}
	if waiting >= maxMandates {
		return fault.New(fault.Conflict, "This association has given very many mandates already. Write to the platform.")
	}
	s.noteMandate(m, who, a.Seat, what, "")
	if err := s.mandates.Insert(ctx, *m); err != nil {
		return fault.Wrap(string(what), err)
	}
	return fault.Wrap(string(what), s.Audit.Record(ctx, m.History...))
}

func (s *Service) noteMandate(m *Mandate, who auth.Actor, place string, what act, from MandateState) {
	role := who.RoleIn(place)
	if role == "citizen" && holdsRole(who, m.Association) {
		role = string(auth.Delegate)
	}
	m.History = audit.Append(m.History, audit.Entry{
		Subject: "association_mandate:" + m.ID, Authority: place, Act: string(what), From: string(from), To: string(m.State),
		ActorID: actorID(who), ActorRole: role, At: s.Clock.Now(), Details: map[string]string{"association": m.Association},
	})
}

// Invite writes to a mail address with a link by which its owner takes the
// mandate up. Of the address nothing is kept but in the mail itself.
func (s *Service) Invite(ctx context.Context, who auth.Actor, associationID, address, lang string, t Terms) (Mandate, error) {
	a, err := s.managed(ctx, who, associationID, &t)
	if err != nil {
		return Mandate{}, err
	}
	token := s.Ident.Token()
	m := Mandate{Meta: store.Meta{ID: s.Ident.ID()}, Association: a.ID, Scopes: t.Scopes, State: Invited, From: t.From, Until: t.Until,
		GrantedBy: who.PersonID, GrantedAt: s.Clock.Now(), Token: digest(token), ExpiresAt: s.Clock.Now().Add(invitationLasts)}
	if err := s.insertMandate(ctx, who, a, &m, actInvite); err != nil {
		return m, err
	}
	return m, s.sendInvitation(ctx, a, m, address, lang, token)
}

// digest is what is kept of an invitation's secret.
func digest(token string) string {
	sum := sha256.Sum256([]byte("association invitation\x00" + token))
	return hex.EncodeToString(sum[:])
}

// Invitation returns what the link of an invitation offers, to a signed-in person.
func (s *Service) Invitation(ctx context.Context, who auth.Actor, token string) (Mandate, Association, error) {
	if !who.SignedIn() {
		return Mandate{}, Association{}, errSignIn
	}
	m, err := s.mandates.First(ctx, store.Query{Index: "token", Equal: []any{digest(token)}})
	if isNotFound(err) || err == nil && (m.State != Invited || !s.Clock.Now().Before(m.ExpiresAt)) {
		return m, Association{}, errInvited
	}
	if err != nil {
		return m, Association{}, fault.Wrap("association.Invitation", err)
	}
	a, err := s.all.Get(ctx, m.Association)
	if err == nil && a.State != Registered {
		err = errInvited
	}
	return m, a, err
}

// TakeUp makes the actor the delegate whom an invitation names.
func (s *Service) TakeUp(ctx context.Context, who auth.Actor, token string) (Mandate, error) {
	m, a, err := s.Invitation(ctx, who, token)
	if err != nil {
		return m, err
	}
	if _, err := s.mandateOf(ctx, a.ID, who.PersonID); err == nil {
		return m, errMandated
	} else if !isNotFound(err) {
		return m, err
	}
	from := m.From
	if now := s.Clock.Now(); from.Before(now) {
		from = now
	}
	if !m.Until.After(from) {
		return m, errInvited
	}
	grant, err := s.Roles.Grant(ctx, who.PersonID, a.ID, from, m.Until)
	if err != nil {
		return m, fault.Wrap(string(actTakeUp), err)
	}
	return s.moveMandate(ctx, who, m.ID, a.Seat, actTakeUp, func(m *Mandate) { m.Person, m.Grant, m.From, m.Token = who.PersonID, grant, from, "" })
}

// Decline ends an invitation.
func (s *Service) Decline(ctx context.Context, who auth.Actor, token string) error {
	m, a, err := s.Invitation(ctx, who, token)
	if err == nil {
		_, err = s.moveMandate(ctx, who, m.ID, a.Seat, actDecline, func(m *Mandate) { m.Token = "" })
	}
	return err
}

// RevokeMandate takes a mandate back from now on, with the role that goes with
// it. Delegates may lay down their own.
func (s *Service) RevokeMandate(ctx context.Context, who auth.Actor, associationID, id string) error {
	m, err := s.mandates.Get(ctx, id)
	if isNotFound(err) || err == nil && m.Association != associationID {
		return errMandate
	}
	if err != nil {
		return fault.Wrap(string(actRevoke), err)
	}
	a, err := s.all.Get(ctx, associationID)
	if err != nil {
		return fault.Wrap(string(actRevoke), err)
	}
	if m.Person != who.PersonID && !s.MayManage(ctx, who, a) {
		return errManage
	}
	person, grant := m.Person, m.Grant
	m, err = s.moveMandate(ctx, who, id, a.Seat, actRevoke, func(m *Mandate) { m.Token = "" })
	if err == nil && grant != "" {
		err = s.Roles.Revoke(ctx, person, grant)
	}
	return err
}

// moveMandate does one act to a mandate that exists.
func (s *Service) moveMandate(ctx context.Context, who auth.Actor, id, place string, what act, change func(*Mandate)) (Mandate, error) {
	m, err := s.mandates.Update(ctx, id, func(m *Mandate) error {
		to, ok := moveMandate(m.State, what)
		if !ok {
			return fault.New(fault.Conflict, "This mandate has changed meanwhile. Open the page again.")
		}
		from := m.State
		m.State = to
		change(m)
		s.noteMandate(m, who, place, what, from)
		return nil
	})
	if err != nil {
		return m, fault.Wrap(string(what), err)
	}
	return m, fault.Wrap(string(what), s.Audit.Record(ctx, m.History...))
}
