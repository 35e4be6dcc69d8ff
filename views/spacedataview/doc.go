// Package spacedataview holds the pages of figures: the list of Citizen Spaces,
// one of them, the comparison in a network, and what an officer decides.
package spacedataview
