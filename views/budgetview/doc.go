// Package budgetview shows the pages of participatory budgets. A page is a
// struct beside its template; modules/budget fills it.
package budgetview
