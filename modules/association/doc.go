// Package association keeps the register of associations that act on the
// platform, and what they do there besides petitioning: mandates of their
// delegates, endorsements of petitions, campaigns for them.
//
// # Words
//
// An association (جمعية) has a seat (مقر) and branches (فروع), statutes, a legal
// representative (الممثل القانوني) and delegates (مندوبون), each with a login of
// their own and a mandate (تفويض): what for, from when, until when. A mandate
// comes with the role "delegate" of modules/account, and ends with it. An
// endorsement (مساندة) is an association's support of a petition, given by a
// delegate under a mandate; it is not a signature and never counted with them. A
// campaign (حملة) is one association's work to make a petition known, with a
// short link of its own; signatures that come by that link are attributed to it
// and counted once, as everybody's. Its title and appeal are in Arabic, in French
// or in both; a reader of the other language is shown what there is, and told. A
// correction (تصحيح) is what delegates ask to be changed in their entry.
//
// # States
//
// Of an entry:
//
//	draft ⇄ submitted → registered ⇄ struck
//	  └── returned ⇄ ┘ └→ refused
//
// An association is entered at its own request, which a signed-in person
// writes; an officer where it has its seat or a branch checks it against the
// rule pack's conditions one by one and decides. The officer, or an
// administrator, can also enter one that asked on paper. Struck and refused
// carry a reason. A correction that delegates ask for waits, with the entry in the
// register, until an officer corrects the entry or refuses with a reason.
//
// Of a mandate: invited → active → revoked, and over when its time has passed.
// An invitation that nobody took up in its time is over too. A delegate is told 30
// and 7 days before the last day, once each. Of an endorsement:
// given ⇄ withdrawn. Of a campaign: running → ended; an officer may hide one and
// show it again.
//
// # What is true at every moment
//
//   - An act changes one document, under compare-and-set, together with its
//     audit entry; who may do what in which state stands in the tables.
//   - What is public of the legal representative is the function, and the name
//     only with that person's consent.
//   - Whether an association meets a condition is what an officer found, with
//     the evidence, on the day shown; conditions that depend on a petition's
//     object are judged at each petition, never here.
//   - A delegate acts only under a mandate that holds and has the scope, for an
//     association that stands in the register.
//   - One association endorses a petition once: the id says so.
//   - A campaign's count is the petition's own count of the signatures attributed
//     to it; nothing here counts people.
//   - When an account is deleted its mandates end and lose the person; requests
//     it never submitted are deleted.
package association
