// Package place knows the territories of both countries and the authorities
// that govern them.
//
// A Place is a fact of a statistical office: a region, a province, a commune,
// a municipality, an arrondissement, with its names, its population and what it
// lies in. All places are in the Table, in memory and immutable.
//
// An Authority is a place that people can petition: its deciding body (which is
// not always a council: councils are dissolved, and others act in their stead),
// whom to write to, what it looks like, and whether it takes part on the
// platform. Only authorities that somebody has set up are stored; for every
// other place one is made up from the table, inactive.
//
// No text may say "council" of a body that is none: pages take the body's name
// from law.BodyKind.
package place
