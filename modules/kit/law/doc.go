// Package law answers what the law of a place asks, always with the source of
// the answer.
//
// The law is data: config/law holds one file for each country and one pack for
// each level of authority, and an operator may replace any of them. Load reads
// and checks them; a fault in one stops the server before it can apply a wrong
// number to anybody.
//
// Words: a Pack is the rules for petitions to one kind of authority; a Figure
// is one number in it; a Condition is a rule that is not a number; a Citation
// says which article sets it, where that was read, since when it holds, and
// whether somebody has verified it. Platform marks what no law sets and
// Musharaka decides itself: pages must say so and never show it as law.
//
// Figures change over time. Every question names a moment, and a petition asks
// with the moment that its own rules hang on, so that a new law does not move
// the line under a petition already running.
package law
