// Package tally counts participatory-budget ballots: who wins, in which order,
// with which money, and why each project won or lost.
//
// Everything it decides, it decides exactly. Money is counted in minor units
// (Election.Unit of them make one unit of the currency), shares are fractions.
// Floating point is used only as a filter: every number it yields comes with a
// bound on its error, and a comparison that the bounds cannot settle is made
// again with fractions of big integers (exact.go). A result is therefore a
// function of the ballots and of the published rules, the same on any machine.
//
// The rules:
//
//   - greedy and its variants: most points first (greedy.go);
//   - the Method of Equal Shares of Peters, Pierczyński and Skowron
//     (arXiv:2008.13276), for cost, cardinality and points utilities
//     (shares.go, price.go);
//   - its completions: Add1 raises every voter's share step by step until the
//     winners use the budget (addone.go; the idea of computing the next step at
//     which something changes, instead of trying them all, is that of Kraiczy,
//     Robinson and Elkind, arXiv:2502.11797), and the greedy completion;
//   - sequential Phragmén (phragmen.go);
//   - the comparison step: the voters choose between Equal Shares and greedy
//     (compare.go).
//
// A project that nobody supports is never funded. Options.FundUnsupported
// brings back what the reference implementations do (greedy and Phragmén spend
// what is left on such projects), to check results that were computed elsewhere.
//
// The package does no input or output and knows no clock and no chance: where a
// rule wants a lot, the lot was drawn in advance and stands in Project.Lot.
package tally
