// Package association keeps the register of associations that act on the
// platform: who they are, since when, where their seat and branches lie, who
// represents them by law.
//
// An association (جمعية) is entered at its own request by an officer of the
// authority in whose territory it has its seat or a branch, or by an
// administrator. States: registered → struck (with a reason) → registered.
// Its delegates are persons with a membership of role "delegate"
// (modules/account); whether it meets the conditions of the law for a petition
// is judged by the rule packs when it petitions, never here.
package association
