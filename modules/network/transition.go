package network

import (
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// act is something done to a network, as it stands in the audit.
type act string

const (
	actFound    act = "network.found"
	actDescribe act = "network.describe"
	actAdmit    act = "network.admit"
	actRelease  act = "network.release"
	actDissolve act = "network.dissolve"
)

// actNames are the acts in words.
var actNames = map[act]string{
	actFound: i18n.Msg("Network founded"), actDescribe: i18n.Msg("What the network says of itself was changed"),
	actAdmit: i18n.Msg("A member joined the network"), actRelease: i18n.Msg("A member left the network"),
	actDissolve: i18n.Msg("Network dissolved"),
}

// ActName returns the words (a message id) for an act in the audit, "" for an
// unknown one.
func ActName(a string) string { return actNames[act(a)] }

// move says from which state an act is possible, who may do it, and where it leads.
type move struct {
	from, to    State
	coordinator bool // besides administrators of the platform
	reason      bool // a reason must be given
}

// moves is what may be done to a network.
var moves = map[act]move{
	actFound:    {"", Active, false, false},
	actDescribe: {Active, Active, true, false},
	actAdmit:    {Active, Active, true, false},
	actRelease:  {Active, Active, true, true},
	actDissolve: {Active, Dissolved, false, true},
}

var (
	errNotYours = fault.New(fault.Forbidden, "Only the network's coordinator or an administrator of the platform may do this.")
	errNotNow   = fault.New(fault.Conflict, "The network was dissolved, or changed meanwhile. Open its page again.")
)

// permit returns the state an act leads to.
func permit(who auth.Actor, id string, from State, what act) (State, error) {
	m := moves[what]
	keeper := who.IsSystem() || who.Holds(auth.PlatformID, auth.Administrator) || m.coordinator && who.Holds(id, auth.Coordinator)
	switch {
	case !keeper:
		return "", errNotYours
	case from != m.from:
		return "", errNotNow
	}
	return m.to, nil
}

// MayKeep reports whether an actor may change a network's words and members.
func MayKeep(who auth.Actor, n Network) bool {
	_, err := permit(who, n.ID, n.State, actDescribe)
	return err == nil
}

// MayDissolve reports whether an actor may end a network.
func MayDissolve(who auth.Actor, n Network) bool {
	_, err := permit(who, n.ID, n.State, actDissolve)
	return err == nil
}
