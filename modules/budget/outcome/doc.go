// Package outcome makes of a counted election what people are shown and may
// recount: who won, why each project won or lost, in figures; the rounds; the
// rule not chosen beside it; how many voters got something, by group.
//
// It is pure, as tally is: the same election and rules give the same Part, on
// any machine, and its JSON is what is hashed and published. Editions and files
// of past elections go the same way through it.
//
// Amounts are in minor units of 10^-Decimals of the currency. Where tally knows
// a fraction, a Part has it rounded against the project: what supporters could
// have paid downwards, what was missing upwards, so that both add up to the cost.
//
// Nothing in a Part is about fewer than Few voters: a group of less is not
// counted out, and neither is one that could be found by subtraction.
package outcome
