// Package auth says who is asking and what they hold: the actor of a request,
// roles as memberships of organisations, and sessions.
//
// It decides nothing about petitions or places: each module's acts authorise
// themselves with Actor's questions, and kit/web refuses a request whose actor
// is not in its route's audience.
package auth

import (
	"context"
	"slices"
	"time"
)

// Role is what a membership lets a person do for an organisation.
type Role string

// The roles. What each may do stands in the transition table of each module.
const (
	Officer       Role = "officer"       // moderates petitions and keeps the deadlines of an authority
	President     Role = "president"     // heads the deciding body: approves and publishes its answers
	Councillor    Role = "councillor"    // member of the deciding body: drafts answers
	FrontDesk     Role = "front_desk"    // receives people at the counter, checks identities
	Department    Role = "department"    // works on requests in one department
	Facilitator   Role = "facilitator"   // runs the forums of a participatory budget
	Delegate      Role = "delegate"      // acts for an association
	Coordinator   Role = "coordinator"   // looks after a network of authorities
	Observer      Role = "observer"      // reads all that is public, and the audit
	Administrator Role = "administrator" // looks after the platform and grants roles
)

// Roles lists all roles, in the order in which they are offered.
var Roles = []Role{Officer, President, Councillor, FrontDesk, Department, Facilitator, Delegate, Coordinator, Observer, Administrator}

// OrgKind is the kind of organisation a membership belongs to.
type OrgKind string

// The kinds of organisation.
const (
	Authority   OrgKind = "authority"   // a municipality, province or region; OrgID is the place's id
	Association OrgKind = "association" // OrgID is the association's id
	Federation  OrgKind = "federation"  // a network of authorities
	Platform    OrgKind = "platform"    // Musharaka itself; OrgID is "platform"
)

// PlatformID is the OrgID of the platform's own memberships.
const PlatformID = "platform"

// Membership is a role held in an organisation for a time.
type Membership struct {
	ID    string    `bson:"id" json:"id"`
	Kind  OrgKind   `bson:"kind" json:"organisation_kind"`
	OrgID string    `bson:"org" json:"organisation"`
	Role  Role      `bson:"role" json:"role"`
	From  time.Time `bson:"from" json:"from"`
	Until time.Time `bson:"until" json:"until"` // zero: no end
}

// ActiveAt reports whether the membership holds at t: From <= t < Until.
func (m Membership) ActiveAt(t time.Time) bool {
	return !t.Before(m.From) && (m.Until.IsZero() || t.Before(m.Until))
}

// Actor is who does an act. The zero Actor is somebody who is not signed in.
type Actor struct {
	PersonID    string
	Name        string // as the person wrote it; never shown to others from here
	Lang        string
	Level       int          // verification level 0, 1 or 2 (modules/account)
	Memberships []Membership // those that hold now
	SessionID   string
	SignedInAt  time.Time
}

// System is the actor of what the platform does by itself: deadlines, counts.
var System = Actor{PersonID: "system"}

// SignedIn reports whether the actor is a known person.
func (a Actor) SignedIn() bool { return a.PersonID != "" && a.PersonID != System.PersonID }

// IsSystem reports whether the platform itself acts.
func (a Actor) IsSystem() bool { return a.PersonID == System.PersonID }

// Holds reports whether the actor has one of the roles in this organisation.
func (a Actor) Holds(orgID string, roles ...Role) bool {
	return slices.ContainsFunc(a.Memberships, func(m Membership) bool {
		return m.OrgID == orgID && slices.Contains(roles, m.Role)
	})
}

// HoldsAny reports whether the actor has one of the roles anywhere.
func (a Actor) HoldsAny(roles ...Role) bool {
	return slices.ContainsFunc(a.Memberships, func(m Membership) bool { return slices.Contains(roles, m.Role) })
}

// OrgsWith returns the organisations in which the actor has one of the roles.
func (a Actor) OrgsWith(roles ...Role) []string {
	var ids []string
	for _, m := range a.Memberships {
		if slices.Contains(roles, m.Role) && !slices.Contains(ids, m.OrgID) {
			ids = append(ids, m.OrgID)
		}
	}
	return ids
}

// RoleIn names the role under which the actor does something for an
// organisation, for the audit: the first it holds there, "administrator" for
// one of the platform, "citizen" otherwise, "system" for the platform itself.
func (a Actor) RoleIn(orgID string) string {
	if a.IsSystem() {
		return "system"
	}
	for _, m := range a.Memberships {
		if m.OrgID == orgID {
			return string(m.Role)
		}
	}
	if a.Holds(PlatformID, Administrator) {
		return string(Administrator)
	}
	return "citizen"
}

type actorKey struct{}

// With returns a context in which a acts.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// From returns the context's actor; the zero Actor when there is none.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
