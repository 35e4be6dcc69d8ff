// Package open311 speaks Open311 GeoReport v2 with other programs, both ways:
// it is a server through which apps and other platforms read services and
// public requests and send new ones, and a client through which an authority
// with a back office of its own gets the requests that reach us and tells us
// what becomes of them.
//
// The requests themselves are kept elsewhere (the Citizen Space): this package
// asks for them through Desk, and knows of each what everybody may know.
//
// # Words
//
// A jurisdiction is an authority that takes requests; its jurisdiction_id is the
// id of its place. A key lets a program send requests to one jurisdiction. A
// report is what a program sent, on its way to becoming a request; its id is the
// token of the standard. A back office is the Open311 server of an authority; a
// handover is one of our requests on its way to it.
//
// # States
//
//	key:          active → revoked
//	report:       waiting → accepted | refused
//	back office:  paused ⇄ active → ended
//	handover:     waiting → sent → closed
//	                      ↘ failed (and back to waiting, when somebody tries again)
//
// # What is true at every moment
//
//   - No answer carries a name, an address of mail or a telephone number: they
//     are inputs alone, and a report forgets them when its request exists.
//   - Of a key the store holds the SHA-256 only; the key is shown once.
//   - A report becomes one request, however often it is handed over: its token
//     is the key under which Desk opens the request.
//   - A POST answers with service_request_id or with token, never with both: the
//     token is for what could not become a request at once.
//   - A list is at most 1,000 requests of at most 90 days.
//   - Faults are answered in the standard's own shape, never as problem details.
//   - A back office's API key is sealed with a key derived from the platform's;
//     no address but those of the public internet is reached (kit/outbound).
package open311
