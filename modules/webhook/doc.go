// Package webhook tells other programs what happens: whoever looks after an
// authority, or the platform, names an address and the events it is to hear of,
// and each event is posted there, signed, until it is taken.
//
// # Words
//
// A hook is an address with the events it hears. An event is something public
// that happened, with an id of its own that never changes. A delivery is one
// event on its way to one hook; a replay is a further delivery of the same
// event. The secret of a hook proves to its owner that a delivery is ours.
//
// # States
//
//	hook:      active ⇄ paused → ended
//	delivery:  waiting → delivered | failed
//
// # The signature
//
// A delivery is a POST of JSON with these headers:
//
//	Musharaka-Event:      the type of the event
//	Musharaka-Delivery:   the id of the delivery
//	Musharaka-Timestamp:  seconds since 1970, when it was sent
//	Musharaka-Signature:  v1= and the hexadecimal HMAC-SHA256, keyed with the
//	                      secret, of timestamp, a full stop and the body
//
// The receiver computes the same, compares it in constant time, refuses what
// was sent more than five minutes ago, and answers with a status from 200 to
// 299. Any other answer, and none, is a failure.
//
// # What is true at every moment
//
//   - A delivery carries what everybody may know, and nothing else.
//   - A delivery's id is made from hook and event, so that an event is delivered
//     once to each hook however often it is told, unless somebody asks for more.
//   - No address but those of the public internet is reached; kit/outbound judges
//     each when it is dialled. No redirect is followed.
//   - The secret is in no store: it is derived from the platform's key of links,
//     the hook and its generation, and shown once when the hook is made or its
//     secret is renewed.
//   - A failed delivery is tried again with growing pauses, ten times in about
//     half a day. A hook that took nothing for three days is paused and its owner
//     told by mail; what would have gone there meanwhile can be replayed.
//   - Deliveries are kept for thirty days.
package webhook
