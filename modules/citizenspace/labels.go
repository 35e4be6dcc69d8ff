package citizenspace

import (
	"strings"

	"musharaka/modules/kit/i18n"
	"musharaka/views/ui"
)

var stateLabels = map[State]string{
	Received: i18n.Msg("Received"), Triaged: i18n.Msg("Read"), Assigned: i18n.Msg("With the department"), Transferred: i18n.Msg("Handed to another department"),
	InProgress: i18n.Msg("Being worked on"), Scheduled: i18n.Msg("Work is planned"), Waiting: i18n.Msg("Waiting for the citizen"), Reopened: i18n.Msg("Reopened"),
	Resolved: i18n.Msg("Solved"), Closed: i18n.Msg("Case closed"), Outside: i18n.Msg("Outside the municipality’s powers"), Duplicate: i18n.Msg("Reported already"), Rejected: i18n.Msg("Request not accepted"),
}

// StateLabel names a state, as a message id.
func StateLabel(s State) string { return stateLabels[s] }

// StateTone colours a state; the words say the same.
func StateTone(s State) ui.Tone {
	switch s {
	case Received, Triaged:
		return ui.Neutral
	case Waiting, Reopened:
		return ui.Warning
	case Resolved, Closed:
		return ui.Success
	case Rejected, Outside:
		return ui.Danger
	}
	return ui.Info
}

var groupLabels = map[string]string{
	"papers": i18n.Msg("Papers and civil status"), "town_planning": i18n.Msg("Building and town planning"), "networks": i18n.Msg("Public networks"), "taxes": i18n.Msg("Taxes and cashier"),
	"halls": i18n.Msg("Halls and activities"), "streets": i18n.Msg("Streets and lighting"), "cleanliness": i18n.Msg("Cleanliness"), "green": i18n.Msg("Green spaces"),
	"nuisance": i18n.Msg("Noise and nuisance"), "voice": i18n.Msg("Complaints and remarks"),
}

// GroupLabel names a group of services, as a message id.
func GroupLabel(group string) string { return groupLabels[group] }

var requestGroupLabels = map[Group]string{AllRequests: i18n.Msg("All requests"), OpenRequests: i18n.Msg("Requests in hand"), EndedRequests: i18n.Msg("Requests at an end")}

var closeLabels = map[CloseCode]string{
	Solved: i18n.Msg("Solved"), Delivered: i18n.Msg("Document or decision delivered"), Informed: i18n.Msg("Question answered"), NothingToDo: i18n.Msg("Nothing to do there any more"),
	NoAnswer: i18n.Msg("No answer came from the citizen"), WithdrawnBy: i18n.Msg("Withdrawn by the citizen"), Confirmed: i18n.Msg("Solved, says who asked"), TimeRanOut: i18n.Msg("Solved, nobody objected"),
	NotAllowed: i18n.Msg("The rules do not allow it"), Incomplete: i18n.Msg("Documents are missing"), NotActionable: i18n.Msg("Too vague to act on"), Abusive: i18n.Msg("Abusive"), NotPossible: i18n.Msg("No means for it now"),
}

// CloseLabel names the reason of an end, as a message id.
func CloseLabel(c CloseCode) string { return closeLabels[c] }

var channelLabels = map[Channel]string{Online: i18n.Msg("Online"), AtCounter: i18n.Msg("At the counter"), ByPhone: i18n.Msg("By phone"), ByOpen311: i18n.Msg("Through another program"), BySplit: i18n.Msg("Cut off from another request")}

// ChannelLabel names a channel, as a message id.
func ChannelLabel(c Channel) string { return channelLabels[c] }

var actLabels = map[Act]string{
	ActFile: i18n.Msg("The request came in"), ActAcknowledge: i18n.Msg("Read by an agent"), ActAssign: i18n.Msg("Given to the department"), ActTransfer: i18n.Msg("Handed to another department"),
	ActBegin: i18n.Msg("Work has begun"), ActSchedule: i18n.Msg("Work is planned"), ActAsk: i18n.Msg("The citizen was asked for something"), ActReply: i18n.Msg("The citizen answered"), ActResume: i18n.Msg("Work goes on"),
	ActResolve: i18n.Msg("Solved"), ActEnd: i18n.Msg("Case closed"), ActConfirm: i18n.Msg("Solved, says who asked"), ActSettle: i18n.Msg("Closed: nobody objected"), ActSendOn: i18n.Msg("Outside the municipality’s powers"),
	ActReject: i18n.Msg("Request not accepted"), ActMerge: i18n.Msg("Merged into another request"), ActAbsorb: i18n.Msg("Another request was merged into it"), ActSplit: i18n.Msg("A second matter was cut off"),
	ActReopen: i18n.Msg("Reopened"), ActWithdraw: i18n.Msg("Withdrawn by the citizen"), ActMessage: i18n.Msg("Message to the citizen"), ActWrite: i18n.Msg("Message from the citizen"), ActNote: i18n.Msg("Internal note written"),
	ActReclassify: i18n.Msg("Moved to another service"), ActCorrect: i18n.Msg("Place or urgency corrected"), ActHide: i18n.Msg("Taken off the public pages"), ActShow: i18n.Msg("Shown again"), ActInquire: i18n.Msg("The citizen was asked whether it is solved"),
	ActJudge: i18n.Msg("The citizen said whether it is solved"), ActForward: i18n.Msg("Exchanged with another back office"), ActCode: i18n.Msg("New secret code given"), ActForget: i18n.Msg("Personal data deleted"),
}

var offerActLabels = map[OfferAct]string{
	ActAdopt: i18n.Msg("Service prepared"), ActChange: i18n.Msg("Service changed"), ActPublish: i18n.Msg("Version of the service published"), ActDrop: i18n.Msg("Changes of the service dropped"),
	ActRetire: i18n.Msg("Service withdrawn"), ActRestore: i18n.Msg("Service offered again"),
}

// ActName returns the words (a message id) for an act of this module in the
// audit, "" for an unknown one.
func ActName(act string) string {
	switch {
	case strings.HasPrefix(act, actPrefix):
		return actLabels[Act(act[len(actPrefix):])]
	case strings.HasPrefix(act, "offer."):
		return offerActLabels[OfferAct(act[len("offer."):])]
	case act == "space.settings":
		return i18n.Msg("Settings of the Citizen Space changed")
	}
	return ""
}

// speaker is a locale, or a page's request.
type speaker interface {
	T(id string, pairs ...any) string
	N(one, many string, n int, pairs ...any) string
}

// promiseText says what is promised; "" when nothing is.
func promiseText(tr speaker, p Promise) string {
	if p.Amount == 0 {
		return ""
	}
	switch p.Unit {
	case Hours:
		return tr.N("{n} working hour", "{n} working hours", p.Amount)
	case WorkingDays:
		return tr.N("{n} working day", "{n} working days", p.Amount)
	case Months:
		return tr.N("{n} month", "{n} months", p.Amount)
	}
	return tr.N("{n} day", "{n} days", p.Amount)
}

var (
	citizenLabel  = i18n.Msg("The citizen")
	platformLabel = i18n.Msg("The platform")
	spaceLabel    = i18n.Msg("The Citizen Space")
)

// unverified is the mark of what nobody has held against its source yet.
const unverified = " ✎"
