package queue

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// Act is something that is done here. Its value stands in the audit as
// "queue." + act.
type Act string

// The acts.
const (
	ActSettings Act = "settings"
	ActDevice   Act = "device" // a new address for the ticket screen

	ActOpenDay  Act = "day.open"
	ActCloseDay Act = "day.close"

	ActOpenCounter  Act = "counter.open"
	ActCloseCounter Act = "counter.close"

	ActTake     Act = "ticket.take"
	ActCall     Act = "ticket.call"
	ActRecall   Act = "ticket.recall"
	ActServe    Act = "ticket.serve"
	ActNoShow   Act = "ticket.no_show"
	ActReturn   Act = "ticket.return"
	ActTransfer Act = "ticket.transfer"
	ActFinish   Act = "ticket.finish"
	ActLeave    Act = "ticket.leave"
	ActAbandon  Act = "ticket.abandon"
	ActEnd      Act = "ticket.end"
)

// Role is what somebody is to a hall and to one ticket or counter of it.
type Role string

// The roles. Whoever heads an authority or keeps its deadlines supervises its
// hall. An administrator of the platform is none of them.
const (
	AsAgent      Role = "agent"      // who has this counter, or called this ticket
	AsDesk       Role = "front_desk" // receives people here
	AsSupervisor Role = "supervisor"
	AsDevice     Role = "device" // the hall's ticket screen, known by its address
	AsHolder     Role = "holder" // who has the ticket, known by its code
	AsSystem     Role = "system"
	AsReader     Role = "citizen" // everybody else who is signed in
	AsNobody     Role = "nobody"
)

// Roles are all roles.
var Roles = []Role{AsAgent, AsDesk, AsSupervisor, AsDevice, AsHolder, AsSystem, AsReader, AsNobody}

// rolesOf returns what an actor is to a hall; agent is who has the counter or
// the ticket, "" for none.
func rolesOf(who auth.Actor, authority, agent string) []Role {
	switch {
	case who.IsSystem():
		return []Role{AsSystem}
	case !who.SignedIn():
		return []Role{AsNobody}
	}
	roles := []Role{AsReader}
	if who.Holds(authority, auth.FrontDesk, auth.Officer) {
		roles = append(roles, AsDesk)
		if agent != "" && agent == who.PersonID {
			roles = append(roles, AsAgent)
		}
	}
	if who.Holds(authority, auth.Officer, auth.President) {
		roles = append(roles, AsSupervisor)
	}
	return roles
}

// move is one line of the table: in any of the states From, the act may be done
// by any of the roles By and leads to To ("" stays). From "" makes the document.
type move struct {
	Act  Act
	From []State
	By   []Role
	To   State
}

const notYet State = "" // before there is a document

var (
	bySupervisor = []Role{AsSupervisor}
	byHall       = []Role{AsDesk, AsSupervisor}
	byDesk       = []Role{AsDesk}
	byAgent      = []Role{AsAgent, AsSupervisor}
	bySystem     = []Role{AsSystem}
)

// moves is the one table of who may do what. What is not in it may not be done.
var moves = []move{
	{ActSettings, []State{notYet, HallKept}, bySupervisor, HallKept},
	{ActDevice, []State{HallKept}, bySupervisor, HallKept},

	{ActOpenDay, []State{notYet, DayClosed}, byHall, DayOpen},
	{ActCloseDay, []State{DayOpen}, []Role{AsDesk, AsSupervisor, AsSystem}, DayClosed},

	{ActOpenCounter, []State{notYet, CounterClosed}, byDesk, CounterOpen},
	{ActCloseCounter, []State{CounterOpen}, []Role{AsAgent, AsSupervisor, AsSystem}, CounterClosed},

	{ActTake, []State{notYet}, []Role{AsDesk, AsSupervisor, AsDevice}, Waiting},
	{ActCall, []State{Waiting}, []Role{AsAgent}, Called},
	{ActRecall, []State{Called}, byAgent, Called},
	{ActServe, []State{Called}, byAgent, Serving},
	{ActNoShow, []State{Called}, byAgent, Absent},
	{ActReturn, []State{Absent}, byHall, Waiting},
	{ActTransfer, []State{Called, Serving}, byAgent, Waiting},
	{ActFinish, []State{Called, Serving}, byAgent, Done},
	{ActLeave, []State{Waiting}, []Role{AsHolder, AsDesk, AsSupervisor}, Left},
	{ActAbandon, []State{Waiting}, bySystem, Abandoned},
	{ActEnd, []State{Called, Serving}, bySystem, Ended},
}

// actNames are the acts in words.
var actNames = map[Act]string{
	ActSettings: i18n.Msg("Settings of the hall changed"), ActDevice: i18n.Msg("New address for the ticket screen"),
	ActOpenDay: i18n.Msg("Hall opened"), ActCloseDay: i18n.Msg("Hall closed"),
	ActOpenCounter: i18n.Msg("Counter opened"), ActCloseCounter: i18n.Msg("Counter closed"),
	ActTake: i18n.Msg("Ticket taken"), ActCall: i18n.Msg("Called to a counter"), ActRecall: i18n.Msg("Called again"), ActServe: i18n.Msg("Came to the counter"),
	ActNoShow: i18n.Msg("Did not come"), ActReturn: i18n.Msg("Came back"), ActTransfer: i18n.Msg("Transferred to another service"), ActFinish: i18n.Msg("Finished"),
	ActLeave: i18n.Msg("Ticket given up"), ActAbandon: i18n.Msg("Not called before the day was over"), ActEnd: i18n.Msg("Ended with the day"),
}

// actPrefix stands before an act in the audit.
const actPrefix = "queue."

// ActName returns the words (a message id) for an act of this module in the
// audit, "" for an unknown one.
func ActName(act string) string {
	if len(act) < len(actPrefix) || act[:len(actPrefix)] != actPrefix {
		return ""
	}
	return actNames[Act(act[len(actPrefix):])]
}

var (
	errNone    = fault.New(fault.NotFound, "There is no such hall, counter or ticket.")
	errNotNow  = fault.New(fault.Conflict, "Somebody did something with it meanwhile. Look at the page again.")
	errNotYour = fault.New(fault.Forbidden, "You may not do this for this hall.")
	errSignIn  = fault.New(fault.SignIn, "Sign in to go on.")
	errShut    = fault.New(fault.Conflict, "The hall is closed. Open it first.")
)

// permit returns the state to which an act by one of the roles leads from a
// state, and the role it is done in. Forbidden when others may do it, Conflict
// when nobody may in this state.
func permit(from State, act Act, roles []Role) (to State, as Role, err error) {
	i := slices.IndexFunc(moves, func(m move) bool { return m.Act == act })
	if i < 0 {
		return "", "", errNotYour
	}
	m := moves[i]
	for _, role := range m.By {
		if !slices.Contains(roles, role) {
			continue
		}
		if !slices.Contains(m.From, from) {
			return "", "", errNotNow
		}
		if m.To == "" {
			return from, role, nil
		}
		return m.To, role, nil
	}
	if slices.Contains(roles, AsNobody) {
		return "", "", errSignIn
	}
	return "", "", errNotYour
}

// Works reports whether an actor receives people in a hall or supervises it.
func Works(who auth.Actor, authority string) bool {
	return who.Holds(authority, auth.FrontDesk, auth.Officer, auth.President)
}

// Supervises reports whether an actor sets a hall up and reads its figures.
func Supervises(who auth.Actor, authority string) bool {
	return who.Holds(authority, auth.Officer, auth.President)
}

// Receives reports whether an actor may sit at a counter.
func Receives(who auth.Actor, authority string) bool {
	return who.Holds(authority, auth.FrontDesk, auth.Officer)
}
