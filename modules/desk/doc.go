// Package desk is the one queue of everything that waits for an authority:
// petitions to read, answers owed, sheets of paper to enter, questions of
// inhabitants, sessions without minutes, and whatever other modules bring to it. It also keeps how long the authority takes to answer,
// which is public.
//
// # Words
//
// A subject is what a module deals with: "petition:ID". A wait is something of
// a subject that waits for the people of an authority; a subject may have
// several at once, told apart by their slot. The desk keeps an item for each,
// named subject.slot. A standing is all that waits of one subject now, together
// with the reply that is owed. A kind says in words what sort of wait it is and
// who works on it.
//
// # States
//
//	begin → open ⇄ snoozed → done
//	          └──── reopen ────┘
//
// Deadlines belong to the modules: an item only repeats the day. Snoozing puts an
// item out of sight until a day before its deadline, never past it. Done is what
// the module no longer names; nobody ticks an item off here.
//
// # How a module joins
//
// It implements Source (needs.go), the server registers its kinds with New and
// its source with Join, and whenever something about a subject changed it calls
//
//	desk.Tell(ctx, subject, standing)
//
// with everything that waits of this subject at that moment: what is new begins,
// what is there takes the new deadline, what is not named any more is done. Tell
// may be repeated and may come late or twice: a standing with a lower stamp than
// the desk has seen changes nothing. Call it from a task that is written with
// the act and repeated until it succeeds. What is lost all the same is found by
// a job that goes through the sources and the open items by cursor (reconcile.go)
// and by `server check`.
//
// # What is true at every moment
//
//   - An act changes one item, by compare-and-set, together with its history and
//     the tasks that must follow (mails, the mirror in the audit), which are safe
//     to repeat. Of two officers who take the same item at once, one has it and
//     the other is told who.
//   - Who sees an item follows from its kind: the roles that work on it, at this
//     authority, and the president once it was escalated. Lists ride on facets
//     made for this (item.go), so that nobody is shown a count of what they may
//     not see.
//   - Days are counted by the calendar of the authority's country. No day is
//     skipped: the rule packs know periods in calendar months only.
//   - Each reminder is sent once for each deadline, whatever the number of
//     instances: it is marked in the item before its mail is queued by key.
//   - A reply counts once: in the month it was given when that was in time, as
//     late in the month of its deadline when the deadline passed without it.
//     Monthly figures are recounted from the replies by a job, never increased.
//   - Internal notes are seen by those who see the item, never public; the audit
//     says that a note was written, not what it says. They are deleted with the
//     item, two years after it was done, and are part of their author's data.
//
// # Parts
//
// item.go has the documents, transition.go who may do what, tell.go the way of a
// standing into items, acts.go what people do, batch.go several at once and the
// undoing of it, queue.go the lists, clock.go what time brings, mails.go the
// letters, reply.go and figures.go the time to answer, template.go the texts
// for answers, settings.go what an authority chooses, reconcile.go repairs,
// data.go personal data; handlers*.go, forms.go and routes.go the pages.
package desk
