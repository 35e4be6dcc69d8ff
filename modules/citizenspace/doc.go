// Package citizenspace is the Citizen Space (فضاء المواطن): the single window of a
// municipality. It keeps the catalogue of services, and the requests that people
// make of them, online, at the counter and on the phone.
//
// # Words
//
// A service of the municipality is an Offer (in code: the word service is the
// module's own); what of it was published at one time is a Version. A Request
// (مطلب، طلب) is made under a version and keeps it. A reference names a request
// for everybody; the secret code (قن سري) belongs to who asked. A request is
// private (a permit) or public (a streetlight): then its Card is what everybody
// sees, and somebody who sees the same thing says "me too" (Support). The clock
// is the time that was promised for the service, counted by the working calendar.
// Transferred means another department of the same authority; outside powers
// means that another body decides, and says which.
//
// # States
//
//	received → triaged → assigned → in_progress → resolved → closed
//	               ⇅ transferred      ⇅ scheduled      └──────┴─→ reopened
//	               any of these ⇄ waiting_citizen (the clock is paused)
//	               any of these → closed, outside_powers, duplicate, rejected → reopened
//
// Open311 sees open for the first line up to resolved, closed from there on. All
// moves stand in one table, transition.go.
//
//	offer: preparing → offered ⇄ withdrawn
//
// # What is true at every moment
//
//   - An act changes one document by compare-and-set, together with its entry in
//     History and the tasks that must follow (Tasks), which are safe to repeat and
//     swept after a crash. Who acts on what somebody else has changed meanwhile is
//     told so (Request.Acts).
//   - A version that was published never changes. A request has the one it was
//     asked under, also after the service was withdrawn.
//   - A form that is sent twice makes one request: the id follows from its token,
//     and so does the secret code, of which only a keyed hash is kept.
//   - A card says nothing of who asked. What looks like an address or a number of a
//     person is taken out of its texts; a private request has none.
//   - The counts of the map are sums of counted leaves, never increments: what a
//     card changed is marked on it in the same write, until its cells were counted.
//   - Nothing per request grows with the number of requests: lists, cells and words
//     are declared indexes with cursors; a view of the map reads a bounded number
//     of cells.
//   - While it waits for the citizen the clock stands; what was left of the promise
//     is left when it goes on, counted in the same unit.
//
// # Parts
//
// request.go, offer.go and settings.go have the documents, transition.go who may
// do what, calendar.go and holidays.go the clock, rules.go and the problems
// methods what can be accepted, code.go the secret code, store.go the
// collections and lists, cards.go lists and search, cells.go the map,
// service*.go the acts, tasks.go what follows from them, check.go what `server
// check` asks.
package citizenspace
