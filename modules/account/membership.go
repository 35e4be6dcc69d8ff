package account

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Grant is a role given to a person, with who gave it and who took it back.
type Grant struct {
	auth.Membership `bson:",inline"`
	GrantedBy       string    `bson:"granted_by"`
	GrantedAt       time.Time `bson:"granted_at"`
	RevokedBy       string    `bson:"revoked_by"`
	RevokedAt       time.Time `bson:"revoked_at"`
}

// RoleNames are the roles in words, for pages.
var RoleNames = map[auth.Role]string{
	auth.Officer:       i18n.Msg("Council officer"),
	auth.President:     i18n.Msg("Head of the deciding body"),
	auth.Councillor:    i18n.Msg("Councillor"),
	auth.FrontDesk:     i18n.Msg("Front-desk agent"),
	auth.Department:    i18n.Msg("Department agent"),
	auth.Facilitator:   i18n.Msg("Facilitator of forums"),
	auth.Delegate:      i18n.Msg("Delegate of an association"),
	auth.Coordinator:   i18n.Msg("Coordinator of a network"),
	auth.Observer:      i18n.Msg("Observer"),
	auth.Administrator: i18n.Msg("Administrator"),
}

// rolesOf says which roles there are in which kind of organisation.
var rolesOf = map[auth.OrgKind][]auth.Role{
	auth.Authority:   {auth.Officer, auth.President, auth.Councillor, auth.FrontDesk, auth.Department, auth.Facilitator, auth.Observer},
	auth.Association: {auth.Delegate},
	auth.Federation:  {auth.Coordinator, auth.Observer},
	auth.Platform:    {auth.Observer, auth.Administrator},
}

// mayGrant says which roles the holder of a role may give, and take back, in the
// organisation where it is held. Administrators of the platform may all.
var mayGrant = map[auth.Role][]auth.Role{
	auth.President:   {auth.Officer, auth.Councillor, auth.FrontDesk, auth.Department, auth.Facilitator},
	auth.Officer:     {auth.Officer, auth.FrontDesk, auth.Department, auth.Facilitator},
	auth.Delegate:    {auth.Delegate},
	auth.Coordinator: {auth.Coordinator, auth.Observer},
}

// managers are the roles that may grant something.
var managers = []auth.Role{auth.President, auth.Officer, auth.Delegate, auth.Coordinator, auth.Administrator}

// Grantable returns the roles that an actor may give in an organisation.
func Grantable(a auth.Actor, kind auth.OrgKind, orgID string) []auth.Role {
	return slices.DeleteFunc(slices.Clone(rolesOf[kind]), func(r auth.Role) bool {
		if a.IsSystem() || a.Holds(auth.PlatformID, auth.Administrator) {
			return false
		}
		for _, m := range a.Memberships {
			if m.OrgID == orgID && m.Kind == kind && slices.Contains(mayGrant[m.Role], r) {
				return false
			}
		}
		return true
	})
}

var (
	errMayNotGrant = fault.New(fault.Forbidden, "You may not give or take back this role here.")
	errOwnRole     = fault.New(fault.Forbidden, "Nobody gives a role to themselves: ask somebody else who may.")
	errLastAdmin   = fault.New(fault.Conflict, "This is the last administrator. Appoint another one first.")
	errNoGrant     = fault.New(fault.NotFound, "This role is no longer held.")
	errRoleThere   = fault.New(fault.Conflict, "This person holds this role already.")
)

// GrantRole gives a person a role in an organisation until a day in the future.
// Only the System may leave the end open. Faults: Forbidden; Invalid when the
// end is past, or further away than roles may last; Conflict when it is held
// already; NotFound when there is no such person.
func (s *Service) GrantRole(ctx context.Context, by auth.Actor, personID string, m auth.Membership) (Grant, error) {
	if !slices.Contains(Grantable(by, m.Kind, m.OrgID), m.Role) {
		return Grant{}, errMayNotGrant
	}
	if by.PersonID == personID {
		return Grant{}, errOwnRole
	}
	now := s.clock.Now()
	if m.From.IsZero() {
		m.From = now
	}
	if m.Until.IsZero() && !by.IsSystem() || !m.Until.IsZero() && (!m.Until.After(now) || m.Until.After(now.AddDate(maxMembership, 0, 1))) {
		return Grant{}, fault.New(fault.Invalid, "Give a day in the future, at most {n} years away, on which the role ends.", "n", maxMembership)
	}
	m.ID = s.ident.ID()
	g := Grant{Membership: m, GrantedBy: by.PersonID, GrantedAt: now}
	p, err := s.all.people.Update(ctx, personID, func(p *Person) error {
		if p.gone() {
			return fault.New(fault.NotFound, "This account no longer exists.")
		}
		for _, held := range p.Grants {
			if held.OrgID == m.OrgID && held.Role == m.Role && (held.Until.IsZero() || held.Until.After(m.From)) {
				return errRoleThere
			}
		}
		p.Grants = append(p.Grants, g)
		if !slices.Contains(p.Orgs, m.OrgID) {
			p.Orgs = append(p.Orgs, m.OrgID)
		}
		p.note(roleEntry("account.grant_role", by, g, "", string(m.Role), now))
		return nil
	})
	if err != nil {
		return Grant{}, err
	}
	return g, s.log.Record(ctx, p.History...)
}

// roleEntry is the audit of a role. The authority's own officers find it there.
func roleEntry(act string, by auth.Actor, g Grant, from, to string, now time.Time) audit.Entry {
	authority := ""
	if g.Kind == auth.Authority {
		authority = g.OrgID
	}
	return audit.Entry{
		Authority: authority, Act: act, From: from, To: to, ActorID: by.PersonID, ActorRole: by.RoleIn(g.OrgID), At: now,
		Details: map[string]string{"organisation": g.OrgID, "role": string(g.Role)},
	}
}

// RevokeRole takes a role back from now on. People may also lay down their own.
// Faults: Forbidden, NotFound when it is not held any more, Conflict for the
// last administrator.
func (s *Service) RevokeRole(ctx context.Context, by auth.Actor, personID, grantID string) error {
	p, err := s.all.people.Get(ctx, personID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Grants, func(g Grant) bool { return g.ID == grantID })
	if i < 0 {
		return errNoGrant
	}
	g := p.Grants[i]
	if by.PersonID != personID && !slices.Contains(Grantable(by, g.Kind, g.OrgID), g.Role) {
		return errMayNotGrant
	}
	if g.Role == auth.Administrator {
		if err := s.anotherAdministrator(ctx, personID); err != nil {
			return err
		}
	}
	now := s.clock.Now()
	p, err = s.all.people.Update(ctx, personID, func(p *Person) error {
		i := slices.IndexFunc(p.Grants, func(g Grant) bool { return g.ID == grantID })
		if i < 0 || !p.Grants[i].Until.IsZero() && !p.Grants[i].Until.After(now) {
			return errNoGrant
		}
		p.Grants[i].Until, p.Grants[i].RevokedBy, p.Grants[i].RevokedAt = now, by.PersonID, now
		p.note(roleEntry("account.revoke_role", by, p.Grants[i], string(g.Role), "", now))
		return nil
	})
	if err != nil {
		return err
	}
	return s.log.Record(ctx, p.History...)
}

// anotherAdministrator is errLastAdmin when nobody but this person is one.
func (s *Service) anotherAdministrator(ctx context.Context, personID string) error {
	holders, err := s.Holders(ctx, auth.PlatformID)
	if err != nil {
		return err
	}
	for _, h := range holders {
		if h.PersonID != personID && h.Role == auth.Administrator && h.ActiveAt(s.clock.Now()) {
			return nil
		}
	}
	return errLastAdmin
}

// Holder is somebody who holds, or held, a role in an organisation.
type Holder struct {
	Grant
	PersonID string
	Name     string
}

// Holders returns who holds and who held what in an organisation, the roles
// that hold now first, then by their order and the time they were given.
func (s *Service) Holders(ctx context.Context, orgID string) ([]Holder, error) {
	var list []Holder
	err := s.all.people.Each(ctx, store.Query{Index: "org", Equal: []any{orgID}}, func(p Person) error {
		if p.gone() {
			return nil
		}
		for _, g := range p.Grants {
			if g.OrgID == orgID {
				list = append(list, Holder{Grant: g, PersonID: p.ID, Name: p.Name})
			}
		}
		return nil
	})
	now := s.clock.Now()
	slices.SortStableFunc(list, func(a, b Holder) int {
		if x, y := a.ActiveAt(now), b.ActiveAt(now); x != y {
			if x {
				return -1
			}
			return 1
		}
		if x, y := slices.Index(auth.Roles, a.Role), slices.Index(auth.Roles, b.Role); x != y {
			return x - y
		}
		return a.GrantedAt.Compare(b.GrantedAt)
	})
	return list, err
}

// HoldersOf returns the ids of the people who hold one of the roles in an
// organisation now; other modules write to them.
func (s *Service) HoldersOf(ctx context.Context, orgID string, roles ...auth.Role) ([]string, error) {
	list, err := s.Holders(ctx, orgID)
	var ids []string
	for _, h := range list {
		if h.ActiveAt(s.clock.Now()) && slices.Contains(roles, h.Role) && !slices.Contains(ids, h.PersonID) {
			ids = append(ids, h.PersonID)
		}
	}
	return ids, err
}

// appointFirst makes an administrator of somebody whose verified address is in
// the settings, while the platform has none.
func (s *Service) appointFirst(ctx context.Context, p Person) error {
	if p.EmailKey == "" || !slices.ContainsFunc(s.settings.FirstAdministrators, func(e string) bool { return emailKey(e) == p.EmailKey }) {
		return nil
	}
	if err := s.anotherAdministrator(ctx, ""); err == nil || !fault.Is(err, fault.Conflict) {
		return err
	}
	_, err := s.GrantRole(ctx, auth.System, p.ID, auth.Membership{Kind: auth.Platform, OrgID: auth.PlatformID, Role: auth.Administrator})
	return err
}
