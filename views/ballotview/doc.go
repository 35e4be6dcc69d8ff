// Package ballotview shows the pages of the vote in a participatory budget: the
// ballot, its confirmation, the receipt, the public log, the turnout, and what
// agents need for paper ballots. A page is a struct beside its template;
// modules/budget fills it.
package ballotview
