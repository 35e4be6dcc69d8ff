// Package petition is the heart of Musharaka: a citizen or an association asks
// a council to put a matter on its agenda, people sign, the law's threshold is
// reached, the council answers, and everybody who asked learns of it.
//
// # Words
//
// The petition (عريضة) is addressed to an authority and followed by its agent
// (وكيل العريضة), who wrote it; an association's petition by the association's
// legal representative. People who sign it are its supporters. A signature is
// valid when it counts towards the threshold by the rule pack of the
// authority (residence or activity, age, verification); every supporter is
// counted, and the page shows both numbers. Editorial moderation decides
// before publication whether a text may be shown; legal admissibility is
// decided by the council's bureau after the petition was deposited. The two
// never share a state.
//
// # States
//
//	draft ⇄ moderation → open → ready → answered
//	             │         │       └─ deposited → review → admitted → committee → agenda
//	             ▼         ▼                          └─ refused            → deliberated → follow_up → closed
//	          rejected   expired, withdrawn
//	          hidden
//
// A draft in moderation that needs changes returns to its author with a note.
// A silence past the deadline makes a petition lapsed: shown as "no reply in
// time", and still answerable. All moves stand in one table, transition.go.
//
// # What is true at every moment
//
//   - An act changes one document, under compare-and-set, together with its
//     entry in History and the tasks that must follow from it (Tasks). Tasks
//     are done afterwards, are safe to repeat, and a sweep does those a crash
//     left behind.
//   - One person, one signature: its id follows from the petition and the
//     person, so the store itself refuses a second one.
//   - Nothing done per request grows with the number of signatures. Signatures
//     are made durable by group commit; counts are kept in the tally, increased
//     once per batch.
//   - The tally equals the signatures whenever nobody is signing. A writer
//     marks the tally before its first batch and takes the mark away when the
//     petition rests; the mark of a writer that died makes others recount.
//   - The threshold is frozen with its source when the petition is published,
//     and exactly one caller moves the petition on when it is reached.
//   - A signature on paper stands under whoever has its identity number now: an
//     account, or the number's shadow. However somebody signed, in whatever
//     order, there is one signature; see sheet_count.go.
//   - A line of a sheet counts once somebody else than who entered it has
//     confirmed it, and then the sheet holds nothing personal any more.
//   - Residence, age and sex of those who signed are shown as they were at the
//     last step of the figures: no single signature shows in a difference.
//   - A signature that a batch invalidated is not counted and shown nowhere but
//     to its owner; it is marked, not changed, and can be put back.
//   - No name is shown that its owner did not make public. The names of the
//     deputy and of the committee are for the authority alone: the agent wrote
//     them, and cannot consent for others.
//   - Who signed is known until the rule pack's period after the end of the
//     petition is over. Then a job makes its signatures anonymous.
//   - When an account is deleted its signatures lose person, name and comment,
//     and stay counted. The id of a signature is a one-way digest of petition
//     and person, so that two signatures of a deleted account cannot be told
//     to be one person's.
//   - The list that is deposited is a file of volumes, each made once; what a
//     volume says has a digest that everybody can compare. An identity number
//     in it is a record sealed to the authority's key: no code here can open
//     one without the private key that somebody brings.
//   - Whether a petition is admissible is drafted by one person and issued by
//     another, and only when something was found of every condition.
//   - The answers of those who signed to whether they are satisfied are one
//     each, counted by increments, and shown from RatingLeast on.
//
// # Parts
//
// petition.go has the documents and the states, transition.go who may move
// what where, rules.go the pure rules, rulepack.go what the law says,
// service*.go the acts, signing.go the way of a signature, counting.go and
// tally.go the group commit and the counts, milestones.go what the count and
// the clock move, cards.go and search.go the lists, tasks.go and jobs.go what
// follows from an act, mails.go what is told to whom, panels.go the
// parts of a petition's page that other modules keep, retention.go what is
// forgotten and when, check.go what `server check` asks.
// handlers*.go, forms.go and routes.go are the pages; desk.go and
// routes_desk.go are those of the people who serve an authority, and
// handlers_paper.go draws the picture and the PDF of a public petition.
// deposit*.go are the file for the council, its seals and the receipt,
// admissibility*.go the bureau's decision, its notification and the pages of
// the procedure, follow*.go what comes after the answer.
// sheet*.go are signatures on paper, stats*.go the figures, fraud*.go bursts and
// invalidated signatures.
package petition
