package council

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
)

// Act is something that is done here. Its value stands in the audit as
// "council." + act.
type Act string

// The acts.
const (
	ActSettings Act = "settings"

	ActAddMember  Act = "mandate.add"
	ActEndMandate Act = "mandate.end"

	ActSetUpBody  Act = "body.set_up"
	ActChangeBody Act = "body.change"
	ActDissolve   Act = "body.dissolve"
	ActRestore    Act = "body.restore"

	ActPublishOpinion Act = "opinion.publish"
	ActFollowOpinion  Act = "opinion.follow_up" // what the deciding body did with it
	ActRecallOpinion  Act = "opinion.recall"

	ActPrepare  Act = "session.prepare"
	ActEdit     Act = "session.edit"
	ActAgenda   Act = "session.agenda"
	ActConvene  Act = "session.convene"
	ActVideo    Act = "session.video"
	ActOpen     Act = "session.open"
	ActAttend   Act = "session.attend"
	ActVote     Act = "session.vote"
	ActCloseSit Act = "session.close"
	ActMinutes  Act = "session.publish_minutes"
	ActCancel   Act = "session.cancel"

	ActRecordDecision Act = "decision.record"
	ActAnnul          Act = "decision.annul"

	ActAsk         Act = "question.ask"
	ActRegister    Act = "question.register"
	ActRefuseEntry Act = "question.refuse"
	ActAnswer      Act = "question.answer"
	ActTakeBack    Act = "question.withdraw"

	ActCall       Act = "call.propose"
	ActOpenCall   Act = "call.publish"
	ActRefuseCall Act = "call.refuse"
	ActReach      Act = "call.reach"
	ActAccept     Act = "call.accept"
	ActDecline    Act = "call.decline"
	ActHeld       Act = "call.hold"
	ActEndCall    Act = "call.end"
	ActWithdraw   Act = "call.withdraw"
)

// Role is what somebody is to one document.
type Role string

// The roles. An administrator of the platform is none of them: keeping the
// machine gives no say over what a council does.
const (
	AsOwner      Role = "owner" // who asked the question, who started the call
	AsOfficer    Role = "officer"
	AsCouncillor Role = "councillor"
	AsPresident  Role = "president"
	AsSystem     Role = "system"
	AsReader     Role = "citizen" // everybody else who is signed in
	AsNobody     Role = "nobody"
)

// Roles are all roles.
var Roles = []Role{AsOwner, AsOfficer, AsCouncillor, AsPresident, AsSystem, AsReader, AsNobody}

// RolesOf returns what an actor is to a document of an authority.
func RolesOf(who auth.Actor, authority, owner string) []Role {
	switch {
	case who.IsSystem():
		return []Role{AsSystem}
	case !who.SignedIn():
		return []Role{AsNobody}
	}
	roles := []Role{AsReader}
	if owner != "" && owner == who.PersonID {
		roles = append(roles, AsOwner)
	}
	for _, held := range []struct {
		role Role
		in   auth.Role
	}{{AsOfficer, auth.Officer}, {AsCouncillor, auth.Councillor}, {AsPresident, auth.President}} {
		if who.Holds(authority, held.in) {
			roles = append(roles, held.role)
		}
	}
	return roles
}

// move is one line of the table: in any of the states From, the act may be done
// by any of the roles By and leads to To ("" stays). From "" makes the document.
type move struct {
	Act    Act
	From   []State
	By     []Role
	To     State
	Reason bool // a reason must be given
}

var (
	byAuthority = []Role{AsOfficer, AsPresident}
	byAnswerer  = []Role{AsOfficer, AsCouncillor, AsPresident}
	byOfficer   = []Role{AsOfficer}
	byReader    = []Role{AsReader}
	byOwner     = []Role{AsOwner}
	bySystem    = []Role{AsSystem}
)

const notYet State = "" // before there is a document

// moves is the one table of who may do what. What is not in it may not be done.
var moves = []move{
	{ActSettings, []State{notYet, SettingsKept}, byAuthority, SettingsKept, false},

	{ActAddMember, []State{notYet}, byAuthority, InOffice, false},
	{ActEndMandate, []State{InOffice}, byAuthority, MandateEnded, true},

	{ActSetUpBody, []State{notYet}, byAuthority, Standing, false},
	{ActChangeBody, []State{Standing}, byAuthority, "", false},
	{ActDissolve, []State{Standing}, byAuthority, Dissolved, true},
	{ActRestore, []State{Dissolved}, byAuthority, Standing, true},

	{ActPublishOpinion, []State{notYet}, byAuthority, OpinionPublished, false},
	{ActFollowOpinion, []State{OpinionPublished}, byAuthority, "", false},
	{ActRecallOpinion, []State{OpinionPublished}, byAuthority, OpinionRecalled, true},

	{ActPrepare, []State{notYet}, byAuthority, SessionDraft, false},
	{ActEdit, []State{SessionDraft}, byAuthority, "", false},
	{ActAgenda, []State{SessionDraft}, byAuthority, "", false},
	{ActConvene, []State{SessionDraft}, byAuthority, SessionConvened, false},
	{ActVideo, []State{SessionConvened, SessionOpen, SessionClosed, SessionPublished}, byAuthority, "", false},
	{ActOpen, []State{SessionConvened}, byAuthority, SessionOpen, false},
	{ActAttend, []State{SessionOpen}, byAuthority, "", false},
	{ActVote, []State{SessionOpen}, byAuthority, "", false},
	{ActCloseSit, []State{SessionOpen}, byAuthority, SessionClosed, false},
	{ActMinutes, []State{SessionClosed}, byAuthority, SessionPublished, false},
	{ActCancel, []State{SessionDraft, SessionConvened, SessionOpen}, byAuthority, SessionCancelled, true},

	{ActRecordDecision, []State{notYet}, byAuthority, DecisionTaken, false},
	{ActAnnul, []State{DecisionTaken}, byAuthority, DecisionAnnulled, true},

	{ActAsk, []State{notYet}, byReader, QuestionWaiting, false},
	{ActRegister, []State{QuestionWaiting}, byOfficer, QuestionRegistered, false},
	{ActRefuseEntry, []State{QuestionWaiting, QuestionRegistered}, byOfficer, QuestionRefused, true},
	{ActAnswer, []State{QuestionRegistered, QuestionAnswered}, byAnswerer, QuestionAnswered, false},
	{ActTakeBack, []State{QuestionWaiting, QuestionRegistered}, byOwner, QuestionWithdrawn, false},

	{ActCall, []State{notYet}, byReader, CallWaiting, false},
	{ActOpenCall, []State{CallWaiting}, byOfficer, CallOpen, false},
	{ActRefuseCall, []State{CallWaiting, CallOpen}, byOfficer, CallRefused, true},
	{ActReach, []State{CallOpen}, bySystem, CallReached, false},
	{ActAccept, []State{CallOpen, CallReached, CallAccepted}, byAuthority, CallAccepted, false},
	{ActDecline, []State{CallReached}, byAuthority, CallDeclined, true},
	{ActHeld, []State{CallAccepted}, byAuthority, CallHeld, false},
	{ActEndCall, []State{CallOpen}, bySystem, CallEnded, false},
	{ActWithdraw, []State{CallWaiting, CallOpen}, byOwner, CallWithdrawn, false},
}

// actNames are the acts in words.
var actNames = map[Act]string{
	ActSettings:  i18n.Msg("Settings of the council changed"),
	ActAddMember: i18n.Msg("Member entered"), ActEndMandate: i18n.Msg("Mandate ended"),
	ActSetUpBody: i18n.Msg("Advisory body set up"), ActChangeBody: i18n.Msg("Entry of an advisory body changed"),
	ActDissolve: i18n.Msg("Advisory body dissolved"), ActRestore: i18n.Msg("Advisory body restored"),
	ActPublishOpinion: i18n.Msg("Opinion of an advisory body published"), ActFollowOpinion: i18n.Msg("Follow-up of an opinion recorded"),
	ActRecallOpinion: i18n.Msg("Opinion of an advisory body recalled"),
	ActPrepare:       i18n.Msg("Session prepared"), ActEdit: i18n.Msg("Session changed"), ActAgenda: i18n.Msg("Agenda changed"),
	ActConvene: i18n.Msg("Session convened"), ActVideo: i18n.Msg("Recording linked"), ActOpen: i18n.Msg("Session opened"),
	ActAttend: i18n.Msg("Attendance corrected"), ActVote: i18n.Msg("Result of an item recorded"), ActCloseSit: i18n.Msg("Session closed"),
	ActMinutes: i18n.Msg("Minutes published"), ActCancel: i18n.Msg("Session cancelled"),
	ActRecordDecision: i18n.Msg("Decision recorded"), ActAnnul: i18n.Msg("Decision annulled"),
	ActAsk: i18n.Msg("Question or opinion received"), ActRegister: i18n.Msg("Entered in the register"), ActRefuseEntry: i18n.Msg("Not entered in the register"),
	ActAnswer: i18n.Msg("Answered"), ActTakeBack: i18n.Msg("Withdrawn by who wrote it"),
	ActCall: i18n.Msg("Request received"), ActOpenCall: i18n.Msg("Request published"), ActRefuseCall: i18n.Msg("Request not published"),
	ActReach: i18n.Msg("Enough people support it"), ActAccept: i18n.Msg("Date set"), ActDecline: i18n.Msg("Declined, with reasons"),
	ActHeld: i18n.Msg("It took place"), ActEndCall: i18n.Msg("Time ran out"), ActWithdraw: i18n.Msg("Request withdrawn"),
}

// actPrefix stands before an act in the audit.
const actPrefix = "council."

// ActName returns the words (a message id) for an act of this module in the
// audit, "" for an unknown one.
func ActName(act string) string {
	if len(act) < len(actPrefix) || act[:len(actPrefix)] != actPrefix {
		return ""
	}
	return actNames[Act(act[len(actPrefix):])]
}

var (
	errNotNow   = fault.New(fault.Conflict, "This has changed meanwhile. Open it again.")
	errNotYours = fault.New(fault.Forbidden, "You may not do this for this authority.")
	errSignIn   = fault.New(fault.SignIn, "Sign in to go on.")
	errReason   = fault.New(fault.Invalid, "Give a reason.")
)

// permit returns the state to which an act by one of the roles leads from a
// state, and the role it is done in. Forbidden when others may do it, Conflict
// when nobody may in this state.
func permit(from State, act Act, roles []Role) (to State, as Role, err error) {
	i := slices.IndexFunc(moves, func(m move) bool { return m.Act == act })
	if i < 0 {
		return "", "", errNotYours
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
	return "", "", errNotYours
}

// needsReason reports whether an act must come with one.
func needsReason(act Act) bool {
	return slices.ContainsFunc(moves, func(m move) bool { return m.Act == act && m.Reason })
}

// May reports whether an actor may do an act to a document as it stands: pages
// ask it to show a button, the acts ask permit.
func May(who auth.Actor, b Base, owner string, act Act) bool {
	_, _, err := permit(b.State, act, RolesOf(who, b.Authority, owner))
	return err == nil
}

// Keeps reports whether an actor looks after an authority's council pages.
func Keeps(who auth.Actor, authority string) bool {
	return who.Holds(authority, auth.Officer, auth.President)
}

// Serves reports whether an actor sees what waits at an authority.
func Serves(who auth.Actor, authority string) bool {
	return who.Holds(authority, auth.Officer, auth.President, auth.Councillor)
}
