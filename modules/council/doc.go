// Package council is who decides for an authority and how: members and their
// mandates, sessions with notice, quorum and votes, decisions, the advisory
// bodies with their opinions, the register of opinions and questions of
// inhabitants, and what inhabitants may call for (a public meeting, a local
// referendum).
//
// # Words
//
// The deciding body (الهيئة المقرّرة) is not always a council: it may be a
// special delegation, or one officer in charge of the general secretariat. A
// collegial body meets in sessions (دورات) and decides by vote; one that is not
// decides alone, and its decisions are recorded without a session. A mandate is
// the time for which somebody is a member of the deciding or of an advisory
// body. An item of the agenda may be about a Subject: a petition, later a
// budget or a charter; the link is generic. An opinion (رأي استشاري) is given by
// an advisory body about a subject. A question is what an inhabitant asks or
// says to the authority for its register. A call asks for a public meeting or
// for a referendum, and people support it.
//
// # States
//
//	session   draft → convened → open → closed → published (the minutes)
//	             └───────┴────────┴──→ cancelled
//	question  waiting → registered → answered;   refused, withdrawn
//	call      waiting → open → reached → accepted → held
//	             │        │       └─ declined
//	             └────────┴─ refused, withdrawn, ended
//	mandate   in office → ended        body  standing ⇄ dissolved
//	opinion   published → recalled     decision  taken → annulled
//
// All moves stand in one table, transition.go.
//
// # What is true at every moment
//
//   - An act changes one document by compare-and-set, together with its entry in
//     History. What follows (the audit, the register of decisions, mails) is done
//     afterwards, is safe to repeat, and a sweep does what a crash left.
//   - A number of a decision is given once in a year: the decision's id is made
//     of authority, year and number, so the store itself refuses a second one.
//   - Notice, quorum and shares of voters come from the rule packs; they are
//     frozen with their source in the document that they governed.
//   - An ordinary session is not convened later than the notice allows; an
//     extraordinary one may be, with a reason that everybody can read.
//   - No vote is recorded without a quorum, and none counts more voices than
//     there are people present. A third call needs no quorum.
//   - One person supports a call once: the id of a support follows from both.
//     The tally of a call equals its supports whenever nobody is supporting.
//   - Minutes are drawn once, when they are published; their bytes and hash do
//     not change afterwards.
//   - Members are named because they hold a public office; nothing else is kept
//     of them but sex, for the balance of a body, shown only as a count. Who
//     asks a question is named only when they wished it. Who supports a call is
//     never shown.
//
// # Parts
//
// council.go has what all documents share, mandate.go, session.go, decision.go,
// question.go and call.go the documents and their pure rules, transition.go who
// may do what, store.go the collections, service*.go the acts, settle.go what
// follows from them, waiting.go what waits at the desk, mails.go what is told
// to whom, people.go what becomes of a person's data, check.go what `server
// check` asks. minutes.go draws the minutes, ical.go and popolo.go speak to
// other programs, exports.go to spreadsheets and feed readers. pages*.go are
// the public pages, desk*.go those of the people who serve an authority.
package council
