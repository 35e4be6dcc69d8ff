// Package spacedata publishes what the Citizen Spaces do: public requests,
// services and daily counts as open data, and figures for everybody — received,
// solved, time to solve against the promise, by service, zone and month — with a
// comparison between the authorities of a network that opted in.
//
// # Words
//
// A fact is what is counted of one request: its service, its zone, when it came
// and ended, whether the promise was kept; nothing of who asked or what was
// written. A tally is facts counted. A month is the tallies of one authority and
// one calendar month in its country: what came in then, and what ended then. A
// zone is the postal code of the place. Small numbers are less than Small.
//
// # What is true at every moment
//
//   - No request of a reader counts anything: pages read the months, at most
//     thirteen of them.
//   - A month is counted anew as a whole, from its facts, by a job that follows the
//     requests that changed. Counting twice changes nothing, and `server check`
//     compares every month with its facts.
//   - Of services whose requests are private, numbers below Small are not told, and
//     neither is the next smallest when only one would be missing from the sum.
//     Zones are counted for public requests alone. Shares and medians of fewer than
//     Small requests are not told at all.
//   - Files of requests hold what everybody may see on the requests' pages, and are
//     paged by a cursor or written page by page.
//   - An authority is compared with others only while it says so itself.
package spacedata
