// Package budget lets a municipality or a region hand a part of its budget to
// its inhabitants: they propose, the services say what is feasible and what it
// costs, people choose, the council decides, and everybody sees what was built.
//
// # Words
//
// An edition (دورة) is one such round of an authority, with its envelope, its
// areas, its calendar and its rules. An area is a zone or a theme with an
// envelope of its own; an edition without areas has one, the whole town. A
// proposal (مقترح) is what somebody wants to see done; once it stands on the
// ballot it is also called a project. A phase is a stretch of the calendar, and
// at the same time the state of the edition. The rules are everything that
// decides who may vote for what and who wins; they are frozen when voting
// opens. A forum (منتدى) is a meeting: of a zone, of the delegates whom the
// zones elected, or a workshop. A facilitator (ميسّر) runs it.
//
// # States
//
// Of an edition, its phases. A calendar names those it has, in this order:
//
//	draft → informing → proposing → moderation → feasibility → costs → voting
//	      → counting → deliberation → execution → accountability → closed
//	any but closed → cancelled
//
// Of a proposal:
//
//	draft ⇄ submitted → published → assessing → feasible → on_ballot → funded → procurement → works → delivered
//	           ↓           │            ↘ unfeasible          ↘ not_funded        ↘ dropped
//	        rejected     merged, withdrawn, hidden
//
// All moves stand in one table each, transition.go.
//
// # What is true at every moment
//
//   - An act changes one document, under compare-and-set, together with its
//     entry in History and the tasks that must follow from it. Tasks are done
//     afterwards, are safe to repeat, and a sweep does those a crash left.
//   - An edition is in the last phase of its calendar that has begun. The clock
//     moves it, in the authority's own zone; whoever moves it by hand gives a
//     reason and thereby changes the calendar, which stays in order.
//   - When voting opens, the rules and the list of projects with their costs are
//     written as canonical JSON, hashed with SHA-256 and published, in the same
//     write as the change of phase. After that no act changes rules, calendar
//     of the vote, costs or list; an edition can only be cancelled, in public
//     and with its reason.
//   - The rules name a rule of tally, its tie order and its step before the
//     first ballot. Lots are drawn at the freezing and stand in the rules.
//   - A proposal is public from the moderation's yes until it is hidden. Its
//     author's name is shown only where the author said so.
//   - One person supports a proposal once: the id of a support follows from
//     both, so the store refuses a second. Proposal.Supports is a count of what
//     is stored, made again after every change.
//   - A proposal is merged into another only after its author agreed. Who
//     supported or followed it supports or follows the other one, once.
//   - Drafts, photos of what was refused or withdrawn, and names of candidates who
//     did not agree to be named are deleted after the period of the rule pack.
//   - What a department finds (checklist, visit with photos, lines, running costs, verdict,
//     second opinion) is public with the verdict. An unfeasible proposal has an
//     explanation; a feasible one has a cost.
//   - What is to be funded never exceeds the envelope of its area.
//   - A result is counted once, from the ballots of a closed urn and the frozen
//     rules; its document and hash never change, and the files published with it
//     give the same winners to whoever counts them.
//   - Payments never exceed contracts. The end of the works moves by a delay with
//     its reason alone; what was written by mistake is struck out and stays.
//
// # Parts
//
// edition.go, calendar.go, eligibility.go, frozen.go, proposal.go, feasibility.go and forum.go have the
// documents and the pure rules; transition.go who may move what where; store.go
// the collections; service*.go the acts; tasks.go what follows from them;
// labels.go the words; retention.go what is kept for a time only. ballot*.go is the vote, result*.go, execution*.go and
// exchange*.go what comes after it; the pure counting is in tally, what people
// are shown of it in outcome, the file format in pabulib. trial.go counts files of
// others; exchange.go takes their projects and ballots over. Each area of the module adds itself in Service.parts.
package budget
