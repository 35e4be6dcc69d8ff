package citizenspace

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// Role is what somebody is to a request or to a catalogue.
type Role string

// The roles.
const (
	AsCitizen    Role = "citizen"    // asked for it: by the account, or by the secret code
	AsDesk       Role = "front_desk" // receives people at the counter and on the phone
	AsDepartment Role = "department" // works in a department of the authority
	AsSupervisor Role = "supervisor" // an officer: sees to the whole
	AsSystem     Role = "system"     // the clock, and the back office that a request was sent on to
	AsReader     Role = "reader"     // everybody else
)

// SpaceRoles are all roles.
var SpaceRoles = []Role{AsCitizen, AsDesk, AsDepartment, AsSupervisor, AsSystem, AsReader}

// held are the roles in an authority and what they make of somebody here.
var held = []struct {
	role Role
	in   auth.Role
}{
	{AsSupervisor, auth.Officer}, {AsDepartment, auth.Department}, {AsDesk, auth.FrontDesk},
}

// staff are those who see everything of an authority's requests.
var staff = []auth.Role{auth.Officer, auth.Department, auth.FrontDesk}

// RolesIn returns what an actor is to an authority.
func RolesIn(who auth.Actor, authority string) []Role {
	if who.IsSystem() {
		return []Role{AsSystem}
	}
	roles := []Role{AsReader}
	for _, h := range held {
		if who.Holds(authority, h.in) {
			roles = append(roles, h.role)
		}
	}
	return roles
}

// IsStaff reports whether an actor works on an authority's requests.
func IsStaff(who auth.Actor, authority string) bool { return who.Holds(authority, staff...) }

// Act is something that is done to a request. Its value stands in the audit as
// "request." + act.
type Act string

// The acts.
const (
	ActFile        Act = "file"        // creates the request; not a move
	ActAcknowledge Act = "acknowledge" // somebody has read it
	ActAssign      Act = "assign"      // to a department, perhaps to a person
	ActTransfer    Act = "transfer"    // to another department, with a reason
	ActBegin       Act = "begin"       // work begins
	ActSchedule    Act = "schedule"    // for a day
	ActAsk         Act = "ask"         // the citizen, for something; pauses the clock
	ActReply       Act = "reply"       // the citizen answers; the clock goes on
	ActResume      Act = "resume"      // by the authority, without the citizen's answer
	ActResolve     Act = "resolve"     // done, with a reason
	ActEnd         Act = "end"         // closed at once, with a reason
	ActConfirm     Act = "confirm"     // the citizen says that it is solved
	ActSettle      Act = "settle"      // resolved, and nobody objected in time
	ActSendOn      Act = "send_on"     // outside the authority's powers; to whom
	ActReject      Act = "reject"      // with a code
	ActMerge       Act = "merge"       // into another request
	ActAbsorb      Act = "absorb"      // the other side of a merge
	ActSplit       Act = "split"       // a second matter becomes a request of its own
	ActReopen      Act = "reopen"      //
	ActWithdraw    Act = "withdraw"    // by the citizen
	ActMessage     Act = "message"     // from the authority to the citizen
	ActWrite       Act = "write"       // from the citizen to the authority
	ActNote        Act = "note"        // internal
	ActReclassify  Act = "reclassify"  // another service
	ActCorrect     Act = "correct"     // place, urgency
	ActHide        Act = "hide"        // off the public pages
	ActShow        Act = "show"        // back
	ActInquire     Act = "inquire"     // "was it solved?" was sent
	ActJudge       Act = "judge"       // the citizen's answer: solved or not, stars, comment
	ActForward     Act = "forward"     // into another back office, or news from there
	ActCode        Act = "new_code"    // a new secret code, for somebody who lost it
	ActForget      Act = "forget"      // personal data is deleted
)

// Acts are all acts on a request that exists.
var Acts = []Act{ActAcknowledge, ActAssign, ActTransfer, ActBegin, ActSchedule, ActAsk, ActReply, ActResume, ActResolve, ActEnd, ActConfirm,
	ActSettle, ActSendOn, ActReject, ActMerge, ActAbsorb, ActSplit, ActReopen, ActWithdraw, ActMessage, ActWrite, ActNote, ActReclassify,
	ActCorrect, ActHide, ActShow, ActInquire, ActJudge, ActForward, ActCode, ActForget}

// move is one line of the table: in any of the states From, the act may be done
// by any of the roles By and leads to To ("" stays).
type move struct {
	Act  Act
	From StateSet
	By   []Role
	To   State
}

// toBefore as a move's To means: the state in which the citizen was asked.
const toBefore State = "before"

var (
	bySystem   = []Role{AsSystem}
	byCitizen  = []Role{AsCitizen}
	byStaff    = []Role{AsDesk, AsDepartment, AsSupervisor}
	byWork     = []Role{AsDepartment, AsSupervisor, AsDesk, AsSystem} // the system: another back office did it
	byRouting  = []Role{AsDesk, AsDepartment, AsSupervisor}
	byJudging  = []Role{AsDepartment, AsSupervisor}
	working    = StateSet{Received, Triaged, Assigned, Transferred, InProgress, Scheduled, Reopened}
	untouched  = StateSet{Received, Reopened}
	atRest     = StateSet{Resolved, Closed, Outside, Duplicate, Rejected}
	afterwards = StateSet{Resolved, Closed}
)

// moves is the one table of who may do what with a request.
var moves = []move{
	{ActAcknowledge, untouched, byWork, Triaged},
	{ActAssign, StateSet{Received, Triaged, Assigned, Transferred, Reopened}, byRouting, Assigned},
	{ActAssign, StateSet{InProgress, Scheduled, Waiting}, byRouting, ""}, // within the department: the work goes on
	{ActTransfer, OpenStates, byRouting, Transferred},
	{ActBegin, StateSet{Received, Triaged, Assigned, Transferred, Scheduled, Reopened}, byWork, InProgress},
	{ActSchedule, StateSet{Received, Triaged, Assigned, Transferred, InProgress, Scheduled, Reopened}, byWork, Scheduled},
	{ActAsk, working, byWork, Waiting},
	{ActReply, StateSet{Waiting}, byCitizen, toBefore},
	{ActResume, StateSet{Waiting}, byWork, toBefore},
	{ActResolve, OpenStates, byWork, Resolved},
	{ActEnd, OpenStates, byWork, Closed},
	{ActEnd, StateSet{Resolved}, byStaff, Closed},
	{ActConfirm, StateSet{Resolved}, byCitizen, Closed},
	{ActSettle, StateSet{Resolved}, bySystem, Closed},
	{ActSendOn, OpenStates, byStaff, Outside},
	{ActReject, OpenStates, byJudging, Rejected},
	{ActMerge, OpenStates, byStaff, Duplicate},
	{ActAbsorb, States, []Role{AsDesk, AsDepartment, AsSupervisor, AsSystem}, ""},
	{ActSplit, OpenStates, byWork, ""},
	{ActReopen, atRest, byWork, Reopened},
	{ActReopen, afterwards, byCitizen, Reopened},
	{ActWithdraw, OpenStates, byCitizen, Closed},
	{ActMessage, States, byWork, ""},
	{ActWrite, StateSet{Received, Triaged, Assigned, Transferred, InProgress, Scheduled, Reopened, Resolved}, byCitizen, ""},
	{ActNote, States, byStaff, ""},
	{ActReclassify, OpenStates, byStaff, ""},
	{ActCorrect, OpenStates, byStaff, ""},
	{ActHide, States, byStaff, ""},
	{ActShow, States, []Role{AsSupervisor}, ""},
	{ActInquire, afterwards, bySystem, ""},
	{ActJudge, afterwards, byCitizen, ""},
	{ActForward, States, bySystem, ""},
	{ActCode, States, []Role{AsDesk, AsSupervisor}, ""},
	{ActForget, States, bySystem, ""},
}

// The faults of acts that may not be done.
var (
	errNotNow   = fault.New(fault.Conflict, "This cannot be done while the request stands where it does.")
	errNotYours = fault.New(fault.Forbidden, "You may not do this with this request.")
)

// Next returns the state to which an act by one of the roles leads from a state,
// and the role it is done in; before is the state in which the citizen was
// asked, for requests that wait. Forbidden when others may do it there, Conflict
// when nobody may.
func Next(from, before State, act Act, roles ...Role) (to State, as Role, err error) {
	possible, ever := false, false
	for _, m := range moves {
		if m.Act != act {
			continue
		}
		mine := roleIn(m.By, roles)
		ever = ever || mine != ""
		if !m.From.Has(from) {
			continue
		}
		if possible = true; mine == "" {
			continue
		}
		switch m.To {
		case "":
			return from, mine, nil
		case toBefore:
			if !working.Has(before) {
				before = InProgress
			}
			return before, mine, nil
		}
		return m.To, mine, nil
	}
	if possible || !ever {
		return "", "", errNotYours
	}
	return "", "", errNotNow
}

// roleIn returns the first of a move's roles that somebody has.
func roleIn(by, roles []Role) Role {
	for _, r := range by {
		if slices.Contains(roles, r) {
			return r
		}
	}
	return ""
}

// May reports whether a caller may do an act to a request as it stands: pages
// ask it to show a button, the acts ask Next.
func May(roles []Role, r Request, act Act) bool {
	_, _, err := Next(r.State, r.Before, act, roles...)
	return err == nil
}

// OfferAct is something that is done to a service of the catalogue. Its value
// stands in the audit as "offer." + act.
type OfferAct string

// The acts on a service.
const (
	ActAdopt   OfferAct = "adopt"    // creates it, from a template or empty; not a move
	ActChange  OfferAct = "change"   // the draft
	ActPublish OfferAct = "publish"  // the draft becomes the next version
	ActDrop    OfferAct = "drop"     // the draft is thrown away
	ActRetire  OfferAct = "withdraw" // no longer offered
	ActRestore OfferAct = "restore"  // offered again, as it was
)

// OfferActs are all acts on a service that exists.
var OfferActs = []OfferAct{ActChange, ActPublish, ActDrop, ActRetire, ActRestore}

// offerMoves is the one table of who may do what with a service. Who may: the
// officers of the authority, and the system for the demo.
var offerMoves = []struct {
	Act  OfferAct
	From []OfferState
	To   OfferState // "" stays
}{
	{ActChange, []OfferState{Preparing, Offered, Withdrawn}, ""},
	{ActPublish, []OfferState{Preparing, Offered, Withdrawn}, Offered},
	{ActDrop, []OfferState{Offered, Withdrawn}, ""},
	{ActRetire, []OfferState{Offered}, Withdrawn},
	{ActRestore, []OfferState{Withdrawn}, Offered},
}

// NextOffer returns the state to which an act by one of the roles leads a
// service.
func NextOffer(from OfferState, act OfferAct, roles ...Role) (to OfferState, as Role, err error) {
	as = roleIn([]Role{AsSupervisor, AsSystem}, roles)
	if as == "" {
		return "", "", errNotYours
	}
	for _, m := range offerMoves {
		if m.Act == act && slices.Contains(m.From, from) {
			if m.To == "" {
				return from, as, nil
			}
			return m.To, as, nil
		}
	}
	return "", "", errNotNow
}
