package petition

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
)

// Act is something that is done to a petition. Its value stands in the audit
// as "petition." + act.
type Act string

// The acts.
const (
	ActStart          Act = "start"           // creates the draft; not a move
	ActSave           Act = "save"            // one step of the writing
	ActDelete         Act = "delete"          // of a draft that was never published
	ActSubmit         Act = "submit"          //
	ActRequestChanges Act = "request_changes" // back to the author with a note
	ActPublish        Act = "publish"         //
	ActReject         Act = "reject"          // with a code that leaves the text visible
	ActHide           Act = "hide"            // with a code that hides the text; also after publication
	ActClosing        Act = "change_closing"  //
	ActReach          Act = "reach"           // the threshold
	ActExpire         Act = "expire"          // the collection ended below the threshold
	ActLapse          Act = "lapse"           // the deadline passed in silence
	ActWithdraw       Act = "withdraw"        // by the agent
	ActForget         Act = "forget"          // who signed, when the law's period is over

	ActDraftAnswer   Act = "draft_answer"
	ActApproveAnswer Act = "approve_answer"
	ActReturnAnswer  Act = "return_answer"
	ActPublishAnswer Act = "publish_answer"

	ActDeposit    Act = "deposit"
	ActReview     Act = "review"
	ActAdmit      Act = "admit"
	ActRefuse     Act = "refuse"
	ActAssign     Act = "assign" // to a standing committee
	ActSchedule   Act = "schedule"
	ActDeliberate Act = "deliberate"
	ActFollowUp   Act = "follow_up"
	ActClose      Act = "close"

	ActMakeFile       Act = "make_file"       // of the deposit: deposit_file.go
	ActOpenNumbers    Act = "open_numbers"    // the identity numbers of a list, by who brings the private key
	ActCorrectDeposit Act = "correct_deposit" // number or day of the receipt
	ActFind           Act = "find"            // what was found of one condition
	ActDraftRuling    Act = "draft_ruling"    // on admissibility; approved by ActAdmit or ActRefuse
	ActReturnRuling   Act = "return_ruling"   //
	ActNotify         Act = "notify"          // the agent was told otherwise than by mail

	ActStepPlan  Act = "step_plan" // of the follow-up: follow.go
	ActStepBegin Act = "step_begin"
	ActStepDone  Act = "step_done"
	ActStepDrop  Act = "step_drop"
)

// Acts are all moves and changes of a petition that exists.
var Acts = []Act{ActSave, ActDelete, ActSubmit, ActRequestChanges, ActPublish, ActReject, ActHide, ActClosing, ActReach,
	ActExpire, ActLapse, ActWithdraw, ActForget, ActDraftAnswer, ActApproveAnswer, ActReturnAnswer, ActPublishAnswer, ActDeposit,
	ActReview, ActAdmit, ActRefuse, ActAssign, ActSchedule, ActDeliberate, ActFollowUp, ActClose,
	ActMakeFile, ActOpenNumbers, ActCorrectDeposit, ActFind, ActDraftRuling, ActReturnRuling, ActNotify,
	ActStepPlan, ActStepBegin, ActStepDone, ActStepDrop}

// Role is what somebody is to one petition.
type Role string

// The roles. An administrator of the platform is none of them: keeping the
// machine gives no say over what people ask of their council. Where the
// authority takes no part in the platform, and nobody else could moderate,
// administrators stand in as officers.
const (
	AsAuthor     Role = "agent"
	AsOfficer    Role = "officer"
	AsCouncillor Role = "councillor"
	AsPresident  Role = "president"
	AsSystem     Role = "system"
	AsReader     Role = "reader" // everybody else
)

// PetitionRoles are all roles.
var PetitionRoles = []Role{AsAuthor, AsOfficer, AsCouncillor, AsPresident, AsSystem, AsReader}

// RolesOf returns what an actor is to a petition.
func RolesOf(who auth.Actor, p Petition) []Role {
	if who.IsSystem() {
		return []Role{AsSystem}
	}
	roles := []Role{AsReader}
	if p.IsAuthor(who.PersonID) {
		roles = append(roles, AsAuthor)
	}
	for _, held := range []struct {
		role Role
		in   auth.Role
	}{{AsOfficer, auth.Officer}, {AsCouncillor, auth.Councillor}, {AsPresident, auth.President}} {
		if who.Holds(p.Authority, held.in) {
			roles = append(roles, held.role)
		}
	}
	if p.Unserved && who.Holds(auth.PlatformID, auth.Administrator) {
		roles = append(roles, AsOfficer)
	}
	return roles
}

// move is one line of the table: in any of the states From, the act may be
// done by any of the roles By and leads to To ("" stays where it is).
type move struct {
	Act  Act
	From StateSet
	By   []Role
	To   State
}

var (
	byAuthor  = []Role{AsAuthor}
	byOfficer = []Role{AsOfficer}
	byCouncil = []Role{AsOfficer, AsPresident}
	byDrafter = []Role{AsOfficer, AsCouncillor, AsPresident}
	byHead    = []Role{AsPresident}
	bySystem  = []Role{AsSystem}
)

// moves is the one table of who may move a petition where. What is not in it
// may not be done. The legal stages follow domain.md 2.3.
var moves = []move{
	{ActSave, WritableStates, byAuthor, ""},
	{ActDelete, WritableStates, byAuthor, ""},
	{ActSubmit, StateSet{Draft}, byAuthor, Moderation},

	{ActRequestChanges, StateSet{Moderation}, byOfficer, Draft},
	{ActPublish, StateSet{Moderation}, byOfficer, Open},
	{ActReject, StateSet{Moderation}, byOfficer, Rejected},
	{ActHide, StateSet{Moderation, Open, Ready, Rejected}, byOfficer, Hidden},

	{ActClosing, StateSet{Open}, byOfficer, ""},
	{ActReach, StateSet{Open}, bySystem, Ready},
	{ActExpire, StateSet{Open}, bySystem, Expired},
	{ActLapse, DeadlineStates, bySystem, Lapsed},
	{ActWithdraw, StateSet{Moderation, Open, Ready, Deposited, Review, Admitted, Committee, Agenda, Lapsed}, byAuthor, Withdrawn},

	{ActForget, EndedStates, bySystem, ""},

	{ActDraftAnswer, AnswerableStates, byDrafter, ""},
	{ActApproveAnswer, AnswerableStates, byHead, ""},
	{ActReturnAnswer, AnswerableStates, byHead, ""},
	{ActPublishAnswer, AnswerableStates, byCouncil, Answered},

	{ActDeposit, StateSet{Ready, Lapsed}, []Role{AsAuthor, AsOfficer}, Deposited},
	{ActReview, StateSet{Deposited}, byCouncil, Review},
	{ActMakeFile, FileStates, []Role{AsAuthor, AsOfficer, AsPresident}, ""},
	{ActOpenNumbers, FileStates, byCouncil, ""},
	{ActCorrectDeposit, StateSet{Deposited, Review}, byOfficer, ""},
	{ActFind, RulingStates, byCouncil, ""},
	{ActDraftRuling, RulingStates, byCouncil, ""},
	{ActReturnRuling, RulingStates, byHead, ""},
	{ActAdmit, RulingStates, byHead, Admitted},
	{ActRefuse, StateSet{Deposited, Review}, byHead, Refused},
	{ActNotify, StateSet{Admitted, Refused, Committee, Agenda}, byCouncil, ""},
	{ActAssign, StateSet{Admitted}, byCouncil, Committee},
	{ActSchedule, StateSet{Admitted, Committee}, byCouncil, Agenda},
	{ActDeliberate, StateSet{Agenda}, byCouncil, Deliberated},
	{ActFollowUp, StateSet{Deliberated, Answered}, byCouncil, FollowUp},
	{ActClose, StateSet{Deliberated, FollowUp, Answered}, byCouncil, Closed},
	{ActStepPlan, FollowStates, byCouncil, ""},
	{ActStepBegin, FollowStates, byCouncil, ""},
	{ActStepDone, FollowStates, byCouncil, ""},
	{ActStepDrop, FollowStates, byCouncil, ""},
}

// errNotNow is what an act answers whose time is over or has not come.
var errNotNow = fault.New(fault.Conflict, "This cannot be done in the state the petition is in now.")

// errNotYours is what an act answers that somebody else may do.
var errNotYours = fault.New(fault.Forbidden, "You may not do this with this petition.")

// Next returns the state to which an act by one of the roles leads from a
// state. Forbidden when others may do it there, Conflict when nobody may.
func Next(from State, act Act, roles ...Role) (State, error) {
	to, _, err := permit(from, act, roles)
	return to, err
}

// permit is Next, and says in which of the roles the act is done.
func permit(from State, act Act, roles []Role) (to State, as Role, err error) {
	possible := false
	for _, m := range moves {
		if m.Act != act || !m.From.Has(from) {
			continue
		}
		possible = true
		for _, role := range m.By {
			if !slices.Contains(roles, role) {
				continue
			}
			if m.To == "" {
				return from, role, nil
			}
			return m.To, role, nil
		}
	}
	if possible || !mayEver(act, roles) {
		return "", "", errNotYours
	}
	return "", "", errNotNow
}

// mayEver reports whether one of the roles may do an act in some state.
func mayEver(act Act, roles []Role) bool {
	return slices.ContainsFunc(moves, func(m move) bool {
		return m.Act == act && slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(m.By, r) })
	})
}

// May reports whether an actor may do an act to a petition as it stands: pages
// ask it to show a button, the acts ask Next.
func May(who auth.Actor, p Petition, act Act) bool {
	_, err := Next(p.State, act, RolesOf(who, p)...)
	return err == nil
}
