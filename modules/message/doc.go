// Package message lets the agent of a petition, and the associations that
// campaign for it, write to the people who asked to hear of it.
//
// # Words
//
// A message (رسالة) goes to the followers of one petition (المتابعون): those who
// follow it and those who signed and asked for news. Its sender is the agent or a
// campaign. An officer of the petition's moderator reads it before it leaves;
// what was sent is public, on the petition's own list of messages.
//
// # States
//
//	waiting → sending → sent
//	   ⇅ ↘
//	retracted  refused      (both can be written anew)
//
// # What is true at every moment
//
//   - An act changes one document, under compare-and-set, together with its
//     audit entry; who may do what in which state stands in transition.go.
//   - Nobody approves what they wrote themselves.
//   - In one calendar month of the authority the agent sends at most PerMonth
//     messages, and all campaigns of a petition together as many: the id of a
//     message is one of the month's places, so the store itself refuses a third,
//     however many ask at once. What was refused or taken back leaves its place
//     to be written anew.
//   - Each reader gets a message once: the mail's key says so. Whoever stopped
//     messages with the link in one, or no longer follows, gets none.
//   - How many mails were handed to the post is counted with the page of
//     followers they belong to, so that a repeat counts nothing twice.
//   - When an account is deleted its messages lose their author; those that wait
//     are taken back.
package message
