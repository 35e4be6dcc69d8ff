package citizenspace

import (
	"musharaka/modules/kit/i18n"
	"musharaka/views/ui"
)

// workActs are what may be done, as buttons say it, in the order offered. The
// first that somebody may do stand on the page, the others below it.
var workActs = []struct {
	act   Act
	label string // message id
	first bool
}{
	{ActAcknowledge, i18n.Msg("I have read it"), true}, {ActAssign, i18n.Msg("Assign"), true}, {ActBegin, i18n.Msg("Begin the work"), true},
	{ActSchedule, i18n.Msg("Plan it for a day"), false}, {ActAsk, i18n.Msg("Ask the citizen"), true}, {ActResume, i18n.Msg("Go on without the answer"), true},
	{ActResolve, i18n.Msg("It is done"), true}, {ActReopen, i18n.Msg("Reopen"), true}, {ActTransfer, i18n.Msg("Transfer to another department"), false},
	{ActSendOn, i18n.Msg("Outside our powers"), false}, {ActMerge, i18n.Msg("Merge into another request"), false}, {ActSplit, i18n.Msg("Cut off a second matter"), false},
	{ActReclassify, i18n.Msg("It belongs to another service"), false}, {ActEnd, i18n.Msg("Close it at once"), false}, {ActReject, i18n.Msg("Refuse it"), false},
	{ActHide, i18n.Msg("Take it off the public pages"), false}, {ActShow, i18n.Msg("Put it back on the public pages"), false}, {ActCode, i18n.Msg("Give a new secret code"), false},
}

func workLabel(act Act) (label string, ok bool) {
	for _, x := range workActs {
		if x.act == act {
			return x.label, true
		}
	}
	return "", false
}

// workStates are the states in words, for the authority's people.
var workStates = map[State]string{
	Received: i18n.Msg("Received"), Triaged: i18n.Msg("Read"), Assigned: i18n.Msg("With the department"), Transferred: i18n.Msg("Handed to another department"),
	InProgress: i18n.Msg("Being worked on"), Scheduled: i18n.Msg("Planned"), Waiting: i18n.Msg("Waiting for the citizen"), Reopened: i18n.Msg("Reopened"),
	Resolved: i18n.Msg("Solved"), Closed: i18n.Msg("Closed"), Outside: i18n.Msg("Outside the municipality’s powers"), Duplicate: i18n.Msg("Merged into another request"), Rejected: i18n.Msg("Not accepted"),
}

func workTone(s State) ui.Tone {
	switch s {
	case Received, Reopened:
		return ui.Warning
	case Waiting:
		return ui.Info
	case Resolved, Closed:
		return ui.Success
	}
	return ui.Neutral
}

// workDone are the acts as the history says them to the authority's people.
var workDone = map[Act]string{
	ActFile: i18n.Msg("The request came in"), ActAcknowledge: i18n.Msg("Read by an agent"), ActAssign: i18n.Msg("Given to the department"), ActTransfer: i18n.Msg("Handed to another department"),
	ActBegin: i18n.Msg("Work has begun"), ActSchedule: i18n.Msg("Work is planned"), ActAsk: i18n.Msg("The citizen was asked for something"), ActReply: i18n.Msg("The citizen answered"), ActResume: i18n.Msg("Work goes on"),
	ActResolve: i18n.Msg("Solved"), ActEnd: i18n.Msg("Closed"), ActConfirm: i18n.Msg("Solved, says who asked"), ActSettle: i18n.Msg("Closed: nobody objected"), ActSendOn: i18n.Msg("Outside the municipality’s powers"),
	ActReject: i18n.Msg("Not accepted"), ActMerge: i18n.Msg("Merged into another request"), ActAbsorb: i18n.Msg("Another request was merged into it"), ActSplit: i18n.Msg("A second matter was cut off"),
	ActReopen: i18n.Msg("Reopened"), ActWithdraw: i18n.Msg("Withdrawn by the citizen"), ActMessage: i18n.Msg("Message to the citizen"), ActWrite: i18n.Msg("Message from the citizen"), ActNote: i18n.Msg("Internal note written"),
	ActReclassify: i18n.Msg("Moved to another service"), ActCorrect: i18n.Msg("Place or urgency corrected"), ActHide: i18n.Msg("Taken off the public pages"), ActShow: i18n.Msg("Shown again"), ActInquire: i18n.Msg("The citizen was asked whether it is solved"),
	ActJudge: i18n.Msg("The citizen said whether it is solved"), ActForward: i18n.Msg("Exchanged with another back office"), ActCode: i18n.Msg("New secret code given"), ActForget: i18n.Msg("Personal data deleted"),
}

// workCodes are the reasons for an end in words.
var workCodes = map[CloseCode]string{
	Solved: i18n.Msg("Solved"), Delivered: i18n.Msg("Document or decision delivered"), Informed: i18n.Msg("Question answered"), NothingToDo: i18n.Msg("Nothing to do there any more"),
	NoAnswer: i18n.Msg("No answer came from the citizen"), WithdrawnBy: i18n.Msg("Withdrawn by the citizen"), Confirmed: i18n.Msg("Solved, says who asked"), TimeRanOut: i18n.Msg("Solved, nobody objected"),
	NotAllowed: i18n.Msg("The rules do not allow it"), Incomplete: i18n.Msg("Documents are missing"), NotActionable: i18n.Msg("Too vague to act on"), Abusive: i18n.Msg("Abusive"), NotPossible: i18n.Msg("No means for it now"),
}

var workChannels = map[Channel]string{Online: i18n.Msg("Online"), AtCounter: i18n.Msg("At the counter"), ByPhone: i18n.Msg("By phone"), ByOpen311: i18n.Msg("Through another program"), BySplit: i18n.Msg("Cut off from another request")}
