package message

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/i18n"
)

// act is something done to a message, as it stands in the audit.
type act string

const (
	actWrite   act = "message.write"
	actRetract act = "message.retract"
	actApprove act = "message.approve"
	actRefuse  act = "message.refuse"
	actFinish  act = "message.finish"
)

var actNames = map[act]string{
	actWrite: i18n.Msg("Message to followers submitted"), actRetract: i18n.Msg("Message to followers taken back"),
	actApprove: i18n.Msg("Message to followers approved"), actRefuse: i18n.Msg("Message to followers refused"), actFinish: i18n.Msg("Message to followers sent"),
}

// ActName returns the words (a message id) for an act of this module in the
// audit, "" for an unknown one.
func ActName(a string) string { return actNames[act(a)] }

// role is what an actor is to a message.
type role string

const (
	author   role = "author" // wrote it, and may still write for that sender
	reader   role = "reader" // an officer of the moderator who did not write it
	platform role = "platform"
)

// moves is who may do what to a message in which state, and where it leads.
var moves = []struct {
	from   State
	act    act
	by     role
	to     State
	reason bool
}{
	{"", actWrite, author, Waiting, false},
	{Refused, actWrite, author, Waiting, false},
	{Retracted, actWrite, author, Waiting, false},
	{Waiting, actRetract, author, Retracted, false},
	{Waiting, actApprove, reader, Sending, false},
	{Waiting, actRefuse, reader, Refused, true},
	{Sending, actFinish, platform, Sent, false},
}

// rolesOf are what an actor is to a message.
func rolesOf(who auth.Actor, m Message) []role {
	switch {
	case who.IsSystem():
		return []role{platform, author} // what waits of a deleted account is taken back
	case who.SignedIn() && m.Author == who.PersonID:
		return []role{author}
	case moderates(who, m.Moderator):
		return []role{reader}
	}
	return nil
}

// permit finds where an act leads; known is false when nobody with these roles
// may ever do it.
func permit(from State, what act, as []role) (to State, reason, may, ever bool) {
	for _, m := range moves {
		if m.act != what || !slices.Contains(as, m.by) {
			continue
		}
		ever = true
		if m.from == from {
			return m.to, m.reason, true, true
		}
	}
	return "", false, false, ever
}
