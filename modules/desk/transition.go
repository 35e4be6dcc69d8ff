package desk

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// Act is something that is done to an item. Its value stands in the audit as
// "desk." + act.
type Act string

// The acts.
const (
	ActBegin    Act = "begin"
	ActChange   Act = "change" // another deadline, another title
	ActSettle   Act = "settle"
	ActReopen   Act = "reopen"
	ActTake     Act = "take"
	ActRelease  Act = "release"
	ActAssign   Act = "assign"
	ActNote     Act = "note"
	ActDropNote Act = "drop_note"
	ActSnooze   Act = "snooze"
	ActWake     Act = "wake"
	ActEscalate Act = "escalate"
	ActRemind   Act = "remind"
)

// Acts are all acts on an item that exists.
var Acts = []Act{ActChange, ActSettle, ActReopen, ActTake, ActRelease, ActAssign, ActNote, ActDropNote, ActSnooze, ActWake, ActEscalate, ActRemind}

// Role is what somebody is to one item.
type Role string

// The roles.
const (
	AsWorker Role = "worker" // sees it, and so works on it
	AsLead   Role = "lead"   // an officer or the president there who sees it; at the platform an administrator
	AsSystem Role = "system"
)

// ItemRoles are all roles.
var ItemRoles = []Role{AsWorker, AsLead, AsSystem}

// RolesOf returns what an actor is to an item; none for somebody who may not see it.
func RolesOf(who auth.Actor, it Item) []Role {
	if who.IsSystem() {
		return []Role{AsSystem}
	}
	if !it.sees(who) {
		return nil
	}
	if it.Authority == auth.PlatformID || who.Holds(it.Authority, auth.Officer, auth.President) {
		return []Role{AsWorker, AsLead}
	}
	return []Role{AsWorker}
}

// move is one line of the table: in any of the states From, the act may be
// done by any of the roles By and leads to To ("" stays where it is).
type move struct {
	Act  Act
	From []State
	By   []Role
	To   State
}

var (
	waiting  = []State{Open, Snoozed}
	byWorker = []Role{AsWorker}
	bySystem = []Role{AsSystem}
)

// moves is the one table of who may do what with an item.
var moves = []move{
	{ActBegin, []State{""}, bySystem, Open},
	{ActChange, waiting, bySystem, ""},
	{ActSettle, waiting, bySystem, Done},
	{ActReopen, []State{Done}, bySystem, Open},
	{ActRemind, waiting, bySystem, ""},

	{ActTake, waiting, byWorker, ""},
	{ActRelease, waiting, byWorker, ""},
	{ActAssign, waiting, []Role{AsLead}, ""},
	{ActNote, States, byWorker, ""},
	{ActDropNote, States, byWorker, ""},
	{ActSnooze, waiting, byWorker, Snoozed},
	{ActWake, []State{Snoozed}, []Role{AsWorker, AsSystem}, Open},
	{ActEscalate, waiting, []Role{AsWorker, AsSystem}, Open},
}

var (
	errNotNow   = fault.New(fault.Conflict, "This has been dealt with meanwhile.")
	errNotYours = fault.New(fault.Forbidden, "You may not do this with what waits here.")
	errNone     = fault.New(fault.NotFound, "There is nothing like this at your desk.")
)

// Next returns the state to which an act by one of the roles leads from a
// state. Forbidden when others may do it there, Conflict when nobody may.
func Next(from State, act Act, roles ...Role) (State, error) {
	possible, ever := false, false
	for _, m := range moves {
		if m.Act != act {
			continue
		}
		mine := slices.ContainsFunc(m.By, func(r Role) bool { return slices.Contains(roles, r) })
		ever = ever || mine
		if !slices.Contains(m.From, from) {
			continue
		}
		possible = true
		if mine {
			if m.To == "" {
				return from, nil
			}
			return m.To, nil
		}
	}
	if possible || !ever {
		return "", errNotYours
	}
	return "", errNotNow
}

// May reports whether an actor may do an act to an item as it stands.
func May(who auth.Actor, it Item, act Act) bool {
	_, err := Next(it.State, act, RolesOf(who, it)...)
	return err == nil
}

// actNames are the acts in words, as the item's history and the audit say them.
var actNames = map[Act]string{
	ActBegin: i18n.Msg("Began to wait"), ActChange: i18n.Msg("Deadline or text changed"), ActSettle: i18n.Msg("Dealt with"), ActReopen: i18n.Msg("Waits again"),
	ActTake: i18n.Msg("Taken by somebody"), ActRelease: i18n.Msg("Given back"), ActAssign: i18n.Msg("Handed to a colleague"),
	ActNote: i18n.Msg("Internal note written"), ActDropNote: i18n.Msg("Internal note deleted"), ActSnooze: i18n.Msg("Put off"), ActWake: i18n.Msg("Back in the queue"),
	ActEscalate: i18n.Msg("Brought before the president"), ActRemind: i18n.Msg("Reminder sent"),
	"settings": i18n.Msg("Settings of the desk changed"), "template": i18n.Msg("Answer template saved"), "template_delete": i18n.Msg("Answer template deleted"),
}

// ActName returns the words (a message id) for an act of the desk in the
// audit, "" for an unknown one.
func ActName(act string) string {
	const prefix = "desk."
	if len(act) < len(prefix) || act[:len(prefix)] != prefix {
		return ""
	}
	return actNames[Act(act[len(prefix):])]
}
