package council

import (
	"musharaka/modules/kit/i18n"
	"musharaka/views/ui"
)

var kindLabels = map[SessionKind]string{Ordinary: i18n.Msg("Ordinary session"), Extraordinary: i18n.Msg("Extraordinary session")}

var outcomeLabels = map[Outcome]string{
	Adopted: i18n.Msg("Adopted"), Rejected: i18n.Msg("Not adopted"), Postponed: i18n.Msg("Postponed"), Noted: i18n.Msg("Taken note of"),
}

var outcomeTones = map[Outcome]ui.Tone{Adopted: ui.Success, Rejected: ui.Warning, Postponed: ui.Neutral, Noted: ui.Neutral}

var sessionLabels = map[State]string{
	SessionDraft: i18n.Msg("Being prepared"), SessionConvened: i18n.Msg("Convened"), SessionOpen: i18n.Msg("Sitting now"), SessionClosed: i18n.Msg("Over, minutes to come"),
	SessionPublished: i18n.Msg("Minutes published"), SessionCancelled: i18n.Msg("Cancelled"),
}

var sessionTones = map[State]ui.Tone{SessionConvened: ui.Info, SessionOpen: ui.Accent, SessionPublished: ui.Success, SessionCancelled: ui.Warning}

var questionLabels = map[State]string{
	QuestionWaiting: i18n.Msg("Waits to be read"), QuestionRegistered: i18n.Msg("No answer yet"), QuestionAnswered: i18n.Msg("Answered"),
	QuestionRefused: i18n.Msg("Not in the register"), QuestionWithdrawn: i18n.Msg("Withdrawn"),
}

var callStateLabels = map[State]string{
	CallWaiting: i18n.Msg("Waits to be read"), CallOpen: i18n.Msg("Can be supported"), CallReached: i18n.Msg("Enough supporters"), CallAccepted: i18n.Msg("Date set"),
	CallDeclined: i18n.Msg("Declined"), CallHeld: i18n.Msg("Held"), CallRefused: i18n.Msg("Not published"), CallWithdrawn: i18n.Msg("Withdrawn"), CallEnded: i18n.Msg("Time ran out"),
}

var callTones = map[State]ui.Tone{CallOpen: ui.Success, CallReached: ui.Accent, CallAccepted: ui.Info, CallHeld: ui.Info, CallDeclined: ui.Warning}

var entryLabels = map[string]string{AskedQuestion: i18n.Msg("Question"), GivenOpinion: i18n.Msg("Opinion")}

// questionState says where an entry stands; an opinion waits for no answer.
func questionState(q Question) string {
	if q.State == QuestionRegistered && q.Kind == GivenOpinion {
		return i18n.Msg("Stands in the register")
	}
	return questionLabels[q.State]
}

// KindLabel returns the words (a message id) for a kind of session.
func KindLabel(k SessionKind) string { return kindLabels[k] }
