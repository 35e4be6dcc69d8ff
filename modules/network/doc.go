// Package network keeps the networks of authorities: municipalities and
// regions that join to learn from each other, such as a federation's network
// of Citizen Spaces.
//
// A network (شبكة) has a name, an aim and members, each an authority with the
// days on which it joined and left. An administrator of the platform founds it
// and dissolves it; its coordinator (auth.Coordinator, in the organisation of
// the network's id) keeps its words and its members. Whoever serves an
// authority has no say over a network for that: membership is agreed outside,
// and recorded here with a reason.
//
// States: active → dissolved (with a reason). Everything about a network is
// public but who kept it; a coordinator sees of the members what everybody
// sees.
package network
