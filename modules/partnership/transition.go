package partnership

import (
	"slices"

	"musharaka/modules/kit/i18n"
)

// act is something done to an agreement or a project, as it stands in the audit.
type act string

const (
	actDraft     act = "agreement.draft"
	actChange    act = "agreement.change"
	actEnact     act = "agreement.publish"
	actEnd       act = "agreement.end"
	actTerminate act = "agreement.terminate"

	actPlan   act = "project.plan"
	actRevise act = "project.change"
	actStart  act = "project.start"
	actFinish act = "project.finish"
	actStop   act = "project.stop"
	actLog    act = "project.log"
)

var actNames = map[act]string{
	actDraft: i18n.Msg("Partnership agreement drafted"), actChange: i18n.Msg("Draft of a partnership agreement changed"),
	actEnact: i18n.Msg("Partnership agreement entered in the register"), actEnd: i18n.Msg("Partnership agreement ended"),
	actTerminate: i18n.Msg("Partnership agreement terminated"),
	actPlan:      i18n.Msg("Joint project planned"), actRevise: i18n.Msg("Joint project changed"), actStart: i18n.Msg("Joint project begun"),
	actFinish: i18n.Msg("Joint project finished"), actStop: i18n.Msg("Joint project stopped"), actLog: i18n.Msg("Entry in the log of a joint project"),
}

// ActName returns the words (a message id) for an act of this module in the
// audit, "" for an unknown one.
func ActName(a string) string { return actNames[act(a)] }

// role is what an actor is to an agreement or a project.
type role string

const (
	keeper   role = "officer"  // of the authority, or an administrator of the platform
	delegate role = "delegate" // of the lead or a partner, with the scope
)

// move is one line of the table.
type move struct {
	from   State
	act    act
	by     []role
	to     State
	reason bool
}

// moves is who may do what in which state, and where it leads.
var moves = []move{
	{"", actDraft, []role{keeper}, Draft, false},
	{Draft, actChange, []role{keeper}, Draft, false},
	{Draft, actEnact, []role{keeper}, InForce, false},
	{InForce, actEnd, []role{keeper}, Ended, false},
	{InForce, actTerminate, []role{keeper}, Terminated, true},

	{"", actPlan, []role{keeper}, Planned, false},
	{Planned, actRevise, []role{keeper}, Planned, false},
	{Running, actRevise, []role{keeper}, Running, false},
	{Planned, actStart, []role{keeper}, Running, false},
	{Running, actFinish, []role{keeper}, Finished, false},
	{Planned, actStop, []role{keeper}, Stopped, true},
	{Running, actStop, []role{keeper}, Stopped, true},
	{Planned, actLog, []role{keeper, delegate}, Planned, false},
	{Running, actLog, []role{keeper, delegate}, Running, false},
}

// find returns the line for an act in a state by somebody in these roles; ever
// is false when nobody in them may do it in any state.
func find(from State, what act, as []role) (m move, may, ever bool) {
	for _, x := range moves {
		if x.act != what || !slices.ContainsFunc(x.by, func(r role) bool { return slices.Contains(as, r) }) {
			continue
		}
		ever = true
		if x.from == from {
			return x, true, true
		}
	}
	return move{}, false, ever
}
