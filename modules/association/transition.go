package association

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/i18n"
)

// act is something done to an entry, as it stands in the audit.
type act string

const (
	actBegin     act = "association.begin"
	actWrite     act = "association.write"
	actSubmit    act = "association.submit"
	actRetract   act = "association.retract"
	actReturn    act = "association.return"
	actAccept    act = "association.accept"
	actRefuse    act = "association.refuse"
	actRegister  act = "association.register"
	actCorrect   act = "association.correct"
	actExamine   act = "association.examine"
	actDocuments act = "association.documents"
	actStrike    act = "association.strike"
	actRestore   act = "association.restore"

	actAskCorrection    act = "association.correction_ask"
	actRefuseCorrection act = "association.correction_refuse"
)

// actNames are the acts in words.
var actNames = map[act]string{
	actBegin: i18n.Msg("Request of an association begun"), actWrite: i18n.Msg("Request of an association changed"),
	actSubmit: i18n.Msg("Request of an association submitted"), actRetract: i18n.Msg("Request of an association taken back"),
	actReturn: i18n.Msg("Request of an association returned to be completed"), actAccept: i18n.Msg("Association entered at its request"),
	actRefuse: i18n.Msg("Request of an association refused"), actRegister: i18n.Msg("Association entered in the register"),
	actCorrect: i18n.Msg("Entry of an association corrected"), actExamine: i18n.Msg("Conditions of an association examined"),
	actDocuments:     i18n.Msg("Documents of an association changed"),
	actAskCorrection: i18n.Msg("Correction of an association’s entry asked for"), actRefuseCorrection: i18n.Msg("Correction of an association’s entry refused"),
	actStrike: i18n.Msg("Association struck off the register"), actRestore: i18n.Msg("Association entered again"),
}

// ActName returns the words (a message id) for an act of this module in the
// audit, "" for an unknown one.
func ActName(a string) string {
	for _, names := range []map[act]string{actNames, mandateActNames, endorsementActNames, campaignActNames} {
		if id := names[act(a)]; id != "" {
			return id
		}
	}
	return ""
}

// role is what an actor is to an entry.
type role string

const (
	asker    role = "asker"    // who wrote the request
	keeper   role = "keeper"   // an officer where it has a place, an administrator
	delegate role = "delegate" // holds a mandate now
)

// move is one line of the table.
type move struct {
	from   State
	act    act
	by     []role
	to     State
	reason bool // a reason must be given
}

// moves is who may do what to an entry in which state, and where it leads.
var moves = []move{
	{"", actBegin, []role{asker}, Draft, false},
	{"", actRegister, []role{keeper}, Registered, false},
	{Draft, actWrite, []role{asker}, Draft, false},
	{Draft, actDocuments, []role{asker}, Draft, false},
	{Draft, actSubmit, []role{asker}, Submitted, false},
	{Returned, actWrite, []role{asker}, Returned, false},
	{Returned, actDocuments, []role{asker}, Returned, false},
	{Returned, actSubmit, []role{asker}, Submitted, false},
	{Submitted, actRetract, []role{asker}, Draft, false},
	{Submitted, actExamine, []role{keeper}, Submitted, false},
	{Submitted, actReturn, []role{keeper}, Returned, true},
	{Submitted, actAccept, []role{keeper}, Registered, false},
	{Submitted, actRefuse, []role{keeper}, Refused, true},
	{Registered, actCorrect, []role{keeper}, Registered, false},
	{Registered, actExamine, []role{keeper}, Registered, false},
	{Registered, actDocuments, []role{keeper, delegate}, Registered, false},
	{Registered, actAskCorrection, []role{delegate}, Registered, false},
	{Registered, actRefuseCorrection, []role{keeper}, Registered, true},
	{Registered, actStrike, []role{keeper}, Struck, true},
	{Struck, actRestore, []role{keeper}, Registered, true},
}

// moveOf finds the line for an act in a state by somebody in these roles.
// known is false when no line has the act in this state, may when none has the
// roles.
func moveOf(from State, what act, as []role) (m move, known, may bool) {
	for _, m := range moves {
		if m.from != from || m.act != what {
			continue
		}
		known = true
		if slices.ContainsFunc(m.by, func(r role) bool { return slices.Contains(as, r) }) {
			return m, true, true
		}
	}
	return move{}, known, false
}

// everMay reports whether somebody in these roles may do the act in any state.
func everMay(what act, as []role) bool {
	return slices.ContainsFunc(moves, func(m move) bool {
		return m.act == what && slices.ContainsFunc(m.by, func(r role) bool { return slices.Contains(as, r) })
	})
}

// rolesOf are what an actor is to an entry; holds says that they have a mandate.
func rolesOf(who auth.Actor, a Association, holds bool) []role {
	var as []role
	if who.SignedIn() && a.AskedBy == who.PersonID {
		as = append(as, asker)
	}
	if MayKeep(who, a.Places()) {
		as = append(as, keeper)
	}
	if holds {
		as = append(as, delegate)
	}
	return as
}
