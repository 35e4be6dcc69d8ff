// Package queue is the walk-in counter of a citizen space: who comes to the hall
// takes a ticket with a number, waits, and is called to a counter.
//
// # Words
//
// A hall is where an authority receives people. A group is a sort of matter that
// is served there (civil status, permits), named by the letter its numbers begin
// with. A counter is a place at which one agent receives people of some groups,
// or of all. A day is a hall's queue from its opening to midnight. A ticket is a
// place in the queue of a day; it has a number that everybody sees and a code
// that only its holder knows. A stage is what a ticket went through in one group:
// waiting, being called, being served.
//
// # States
//
//	day      "" → open ⇄ closed
//	counter  closed ⇄ open
//	ticket   waiting → called → serving → done
//	            ▲ ▲       │ └──────┴────── transferred to another group
//	            │ └───────┴──→ absent       and waiting again
//	            └───────────── returned
//	         left (by its holder), abandoned and ended (by the clock)
//
// All moves stand in one table, transition.go.
//
// # What is true at every moment
//
//   - A number is given once in a day: it is drawn by an increment, and the
//     ticket's id is made of hall, day and number, so that the store itself
//     refuses a second one. Numbers begin anew each day. One that an interrupted
//     act drew is left out.
//   - Two agents who call at once call two people: a ticket is called by
//     compare-and-set, and whoever comes second takes the next.
//   - One counter has one person before it: a unique index over the seats of
//     called tickets holds that, whatever an agent's double click does.
//   - A ticket holds no personal data. Whether somebody goes first is kept, why
//     is not asked. The page of a ticket is found by its code alone.
//   - What the clock ended (a ticket nobody finished) counts among tickets, and
//     in no waiting or service time.
//   - The figures of a day are made once it is over, from its tickets, and are
//     the same whenever they are made again. Tickets are deleted after that, in
//     KeepTickets; the figures stay.
//   - Nothing done for somebody who waits grows with the number who wait: the
//     board of a hall is read at most once a second and answers everybody.
//
// # Parts
//
// hall.go, ticket.go have the documents, transition.go who may do what, store.go
// the collections, service.go the acts on halls, days and counters, calling.go
// those on tickets, board.go what the hall shows and how long somebody waits,
// figures.go the waiting and service times, jobs.go the end of the day, check.go
// what `server check` asks. pages*.go are the pages, slip.go the printed ticket.
package queue
