package budget

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// Role is what somebody is to an edition or to a proposal.
type Role string

// The roles.
const (
	AsAuthor      Role = "author"      // of a proposal
	AsOfficer     Role = "officer"     // of the authority
	AsPresident   Role = "president"   // of the deciding body
	AsDepartment  Role = "department"  // works in a service of the authority
	AsFacilitator Role = "facilitator" // runs forums of the authority
	AsDesk        Role = "front_desk"  // receives people at the counter
	AsObserver    Role = "observer"    // reads
	AsSystem      Role = "system"
	AsReader      Role = "reader" // everybody else
)

// BudgetRoles are all roles.
var BudgetRoles = []Role{AsAuthor, AsOfficer, AsPresident, AsDepartment, AsFacilitator, AsDesk, AsObserver, AsSystem, AsReader}

// held are the roles in an authority and what they make of somebody here.
var held = []struct {
	role Role
	in   auth.Role
}{
	{AsOfficer, auth.Officer}, {AsPresident, auth.President}, {AsDepartment, auth.Department},
	{AsFacilitator, auth.Facilitator}, {AsDesk, auth.FrontDesk}, {AsObserver, auth.Observer},
}

// RolesIn returns what an actor is to an authority's editions.
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

// RolesOf returns what an actor is to a proposal.
func RolesOf(who auth.Actor, p Proposal) []Role {
	roles := RolesIn(who, p.Authority)
	if p.IsAuthor(who.PersonID) {
		roles = append(roles, AsAuthor)
	}
	return roles
}

var (
	bySystem      = []Role{AsSystem}
	byOfficer     = []Role{AsOfficer}
	byClock       = []Role{AsSystem, AsOfficer}
	byCouncil     = []Role{AsOfficer, AsPresident}
	byAuthor      = []Role{AsAuthor}
	byDepartment  = []Role{AsDepartment, AsOfficer}
	byAuthorStaff = []Role{AsAuthor, AsOfficer}
)

// EditionAct is something that is done to an edition. Its value stands in the
// audit as "budget." + act.
type EditionAct string

// The acts on an edition.
const (
	ActBegin    EditionAct = "begin"        // creates the draft; not a move
	ActSetUp    EditionAct = "set_up"       // one step of the set-up
	ActDiscard  EditionAct = "discard"      // of a draft
	ActAnnounce EditionAct = "announce"     // the draft becomes public
	ActCalendar EditionAct = "reschedule"   // dates of what has not ended, with a reason
	ActEnter    EditionAct = "enter"        // the next phase of the calendar: by the clock, or by hand with a reason
	ActFreeze   EditionAct = "open_voting"  // Enter, when the next phase is Voting
	ActEndVote  EditionAct = "close_voting" // Enter, when the phase is Voting: by the clock alone
	ActFinish   EditionAct = "close"        // after the last phase
	ActCancel   EditionAct = "cancel"       // in public, with a reason
	ActDecide   EditionAct = "decide"       // what the council decided on the result is recorded, or corrected
)

// EditionActs are all acts on an edition that exists.
var EditionActs = []EditionAct{ActSetUp, ActDiscard, ActAnnounce, ActCalendar, ActEnter, ActFreeze, ActEndVote, ActFinish, ActCancel, ActDecide}

// toNext as a move's To means: the phase that follows in the edition's calendar.
const toNext Phase = "next"

type editionMove struct {
	Act  EditionAct
	From PhaseSet
	By   []Role
	To   Phase // "" stays
}

// editionMoves is the one table of who may move an edition where.
var editionMoves = []editionMove{
	{ActSetUp, OpenRulesPhases, byOfficer, ""},
	{ActDiscard, PhaseSet{Drafting}, byOfficer, ""},
	{ActAnnounce, PhaseSet{Drafting}, byOfficer, toNext},
	{ActCalendar, PhaseSet{Informing, Proposing, Moderating, Assessing, Costing, Counting, Deliberating, Executing, Accounting}, byOfficer, ""},
	{ActEnter, PhaseSet{Informing, Proposing, Moderating, Assessing, Costing, Counting, Deliberating, Executing}, byClock, toNext},
	{ActFreeze, BeforeVotePhases, byClock, toNext},
	{ActEndVote, PhaseSet{Voting}, bySystem, toNext},
	{ActFinish, PhaseSet{Accounting, Executing, Deliberating}, byCouncil, Closed},
	{ActCancel, PhaseSet{Drafting, Informing, Proposing, Moderating, Assessing, Costing, Voting, Counting, Deliberating, Executing, Accounting}, byCouncil, Cancelled},
	{ActDecide, PhaseSet{Deliberating, Executing, Accounting}, byCouncil, ""},
}

// Act is something that is done to a proposal. Its value stands in the audit as
// "proposal." + act.
type Act string

// The acts on a proposal.
const (
	ActStart      Act = "start"           // creates the draft; not a move
	ActSave       Act = "save"            // one step of the writing
	ActDelete     Act = "delete"          // of a draft that was never submitted
	ActSubmit     Act = "submit"          //
	ActReturn     Act = "request_changes" // back to the author with a note
	ActPublish    Act = "publish"         //
	ActReject     Act = "reject"          // with a code
	ActHide       Act = "hide"            // also after publication
	ActWithdraw   Act = "withdraw"        // by the author
	ActOffer      Act = "offer_merge"     // into another proposal
	ActDecline    Act = "decline_merge"   // the author says no
	ActMerge      Act = "merge"           // the author agrees
	ActAbsorb     Act = "absorb"          // the other side of a merge
	ActAssign     Act = "assign"          // to a department
	ActStudy      Act = "study"           // the department notes what it finds
	ActConclude   Act = "feasible"        // verdict: feasible, with a cost
	ActTurnDown   Act = "unfeasible"      // verdict: unfeasible, with an explanation
	ActSecond     Act = "second_opinion"  // is asked for
	ActList       Act = "list"            // it stands in the frozen list
	ActFund       Act = "fund"            //
	ActPassOver   Act = "not_fund"        //
	ActProcure    Act = "procure"         //
	ActBuild      Act = "begin_works"     //
	ActDeliver    Act = "deliver"         //
	ActDrop       Act = "drop"            // with a reason
	ActReport     Act = "report"          // milestones, amounts, photos while it is carried out
	ActForgetOne  Act = "forget"          // the account of the author was deleted
	ActDropPhotos Act = "drop_photos"     // of what was refused or withdrawn, after the time they are kept
)

// Acts are all acts on a proposal that exists.
var Acts = []Act{ActSave, ActDelete, ActSubmit, ActReturn, ActPublish, ActReject, ActHide, ActWithdraw, ActOffer, ActDecline, ActMerge,
	ActAbsorb, ActAssign, ActStudy, ActConclude, ActTurnDown, ActSecond, ActList, ActFund, ActPassOver, ActProcure, ActBuild, ActDeliver,
	ActDrop, ActReport, ActForgetOne, ActDropPhotos}

// move is one line of the table: in any of the states From, the act may be done
// by any of the roles By and leads to To ("" stays). During says in which phases
// of the edition; nil means whatever phase.
type move struct {
	Act    Act
	From   StateSet
	By     []Role
	To     State
	During PhaseSet
}

var (
	studying   = PhaseSet{Proposing, Moderating, Assessing, Costing}
	moderating = PhaseSet{Proposing, Moderating, Assessing}
	decided    = DecidedPhases // the clock may have gone on before the count was finished
	carryOut   = PhaseSet{Deliberating, Executing, Accounting}
	byKeeper   = []Role{AsOfficer, AsDepartment}
)

// moves is the one table of who may move a proposal where.
var moves = []move{
	{ActSave, StateSet{Draft}, byAuthor, "", PhaseSet{Proposing, Moderating}},
	{ActDelete, StateSet{Draft}, byAuthor, "", nil},
	{ActSubmit, StateSet{Draft}, byAuthor, Submitted, PhaseSet{Proposing, Moderating}}, // after the proposing only what was returned: Service.Submit

	{ActReturn, StateSet{Submitted}, byOfficer, Draft, moderating},
	{ActPublish, StateSet{Submitted}, byOfficer, Published, moderating},
	{ActReject, StateSet{Submitted}, byOfficer, Rejected, nil},
	{ActHide, StateSet{Submitted, Published, UnderStudy, Feasible, Unfeasible, Rejected}, byOfficer, Hidden, nil},
	{ActWithdraw, StateSet{Submitted, Published, UnderStudy, Feasible}, byAuthor, Withdrawn, BeforeVotePhases},

	{ActOffer, StateSet{Published, UnderStudy}, byOfficer, "", studying},
	{ActDecline, StateSet{Published, UnderStudy}, byAuthor, "", studying},
	{ActMerge, StateSet{Published, UnderStudy}, byAuthor, Merged, studying},
	{ActAbsorb, ListedStates, bySystem, "", nil},

	{ActAssign, StudyStates, byOfficer, UnderStudy, studying},
	{ActStudy, StateSet{UnderStudy}, byDepartment, "", studying},
	{ActConclude, StateSet{UnderStudy}, byDepartment, Feasible, studying},
	{ActTurnDown, StateSet{UnderStudy}, byDepartment, Unfeasible, studying},
	{ActSecond, StateSet{Feasible, Unfeasible}, byAuthorStaff, UnderStudy, studying},

	{ActList, StateSet{Feasible}, bySystem, OnBallot, nil},
	{ActFund, StateSet{OnBallot}, bySystem, Funded, decided},
	{ActPassOver, StateSet{OnBallot}, bySystem, NotFunded, decided},

	{ActProcure, StateSet{Funded}, byKeeper, Procurement, carryOut},
	{ActBuild, StateSet{Funded, Procurement}, byKeeper, Works, carryOut},
	{ActDeliver, StateSet{Works}, byKeeper, Delivered, carryOut},
	{ActDrop, StateSet{Funded, Procurement, Works}, byOfficer, Dropped, carryOut},
	{ActReport, ExecutionStates, byKeeper, "", PhaseSet{Deliberating, Executing, Accounting, Closed}},

	{ActForgetOne, States, bySystem, "", nil},
	{ActDropPhotos, GoneStates, bySystem, "", nil},
}

// The faults of acts that may not be done.
var (
	errNotNow   = fault.New(fault.Conflict, "This cannot be done at this stage of the budget.")
	errNotYours = fault.New(fault.Forbidden, "You may not do this in this budget.")
)

// Next returns the phase to which an act by one of the roles leads, and the
// role it is done in. Forbidden when others may do it there, Conflict when
// nobody may.
func (e Edition) Next(act EditionAct, roles ...Role) (to Phase, as Role, err error) {
	possible, ever := false, false
	for _, m := range editionMoves {
		if m.Act != act {
			continue
		}
		mine := roleIn(m.By, roles)
		ever = ever || mine != ""
		if !m.From.Has(e.Phase) || !e.fits(m) {
			continue
		}
		if possible = true; mine == "" {
			continue
		}
		switch m.To {
		case "":
			return e.Phase, mine, nil
		case toNext:
			next, _ := e.Calendar.Next(e.Phase)
			return next.Phase, mine, nil
		}
		return m.To, mine, nil
	}
	if possible || !ever {
		return "", "", errNotYours
	}
	return "", "", errNotNow
}

// fits reports whether the calendar has what a move to the next phase needs,
// and keeps the opening of the vote apart from all other steps.
func (e Edition) fits(m editionMove) bool {
	next, ok := e.Calendar.Next(e.Phase)
	switch m.Act {
	case ActFreeze:
		return ok && next.Phase == Voting
	case ActEnter, ActAnnounce, ActEndVote:
		return ok && next.Phase != Voting
	case ActFinish:
		return !ok
	}
	return true
}

// May reports whether an actor may do an act to an edition as it stands.
func (e Edition) May(who auth.Actor, act EditionAct) bool {
	_, _, err := e.Next(act, RolesIn(who, e.Authority)...)
	return err == nil
}

// Next returns the state to which an act by one of the roles leads a proposal
// while its edition is in a phase, and the role it is done in.
func Next(from State, phase Phase, act Act, roles ...Role) (to State, as Role, err error) {
	possible, ever := false, false
	for _, m := range moves {
		if m.Act != act {
			continue
		}
		mine := roleIn(m.By, roles)
		ever = ever || mine != ""
		if !m.From.Has(from) || m.During != nil && !m.During.Has(phase) {
			continue
		}
		if possible = true; mine == "" {
			continue
		}
		if m.To == "" {
			return from, mine, nil
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

// May reports whether an actor may do an act to a proposal as it stands: pages
// ask it to show a button, the acts ask Next.
func May(who auth.Actor, e Edition, p Proposal, act Act) bool {
	_, _, err := Next(p.State, e.Phase, act, RolesOf(who, p)...)
	return err == nil
}
