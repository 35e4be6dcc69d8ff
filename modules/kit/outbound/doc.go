// Package outbound sends requests to addresses that people typed in, such as
// those of webhooks, without letting them reach what only this machine or its
// network may reach.
//
// # What is true at every moment
//
//   - A connection is opened only to an address of the public internet. The
//     address is judged when it is dialled, after its name was resolved: a name
//     that pointed elsewhere when it was checked changes nothing (DNS rebinding).
//     Everything the registries of special-purpose addresses (RFC 6890) do not
//     call globally reachable is refused: loopback, private networks, link-local
//     with the metadata services of clouds, carrier-grade NAT, documentation,
//     multicast, and IPv6 that carries such an IPv4 address inside (mapped,
//     compatible, NAT64, 6to4, Teredo).
//   - Only the ports of the web, only https (unless the guard says otherwise),
//     no name and password in the address, no proxy of the environment.
//   - A redirect is an answer like any other and is never followed.
//   - A request ends in time, and no more of the answer is read than a few
//     kilobytes, or than was asked for.
//
// Check judges an address as it is typed in, so that the form can say what is
// wrong with it; only dialling decides.
package outbound
