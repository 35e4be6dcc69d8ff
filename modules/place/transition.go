package place

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// act is something done to an authority, as it stands in the audit.
type act string

const (
	actActivate   act = "authority.activate"
	actDeactivate act = "authority.deactivate"
	actBody       act = "authority.set_body"
	actContact    act = "authority.set_contact"
	actPrivacy    act = "authority.set_privacy"
	actLook       act = "authority.set_look"
	actModules    act = "authority.set_modules"
)

// rule says from which states an act is possible, where it leads ("" stays),
// and who may do it: people with one of the roles in the authority itself,
// and administrators of the platform. The platform itself may do all.
type rule struct {
	from   []State
	to     State
	roles  []auth.Role
	reason bool // a reason must be given
}

var anyState = []State{Inactive, Active}

// transitions is who may do what, and where it leads.
var transitions = map[act]rule{
	actActivate:   {from: []State{Inactive}, to: Active},
	actDeactivate: {from: []State{Active}, to: Inactive, reason: true},
	actBody:       {from: anyState, roles: []auth.Role{auth.Officer, auth.President}},
	actContact:    {from: anyState, roles: []auth.Role{auth.Officer, auth.President, auth.FrontDesk}},
	actPrivacy:    {from: anyState, roles: []auth.Role{auth.Officer, auth.President}},
	actLook:       {from: anyState, roles: []auth.Role{auth.Officer, auth.President}},
	actModules:    {from: anyState},
}

// authorise refuses an actor who may not do an act to an authority.
func authorise(actor auth.Actor, id string, a act) error {
	if actor.IsSystem() || actor.Holds(auth.PlatformID, auth.Administrator) || actor.Holds(id, transitions[a].roles...) {
		return nil
	}
	if !actor.SignedIn() {
		return fault.New(fault.SignIn, "Sign in to go on.")
	}
	return fault.New(fault.Forbidden, "Only people who work for this authority may change this.")
}

// MayEdit reports whether an actor may change an authority's contact, and so
// has business on its desk page.
func MayEdit(actor auth.Actor, id string) bool { return authorise(actor, id, actContact) == nil }

// move applies an act's change of state.
func (r rule) move(s State) (State, error) {
	if !slices.Contains(r.from, s) {
		if s == Active {
			return s, fault.New(fault.Conflict, "This authority takes part already.")
		}
		return s, fault.New(fault.Conflict, "This authority does not take part.")
	}
	if r.to == "" {
		return s, nil
	}
	return r.to, nil
}
