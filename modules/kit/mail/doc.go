// Package mail sends what the platform tells people: in text and HTML, in the
// reader's language, once.
//
// An act queues its mails with the Outbox. A queued mail is kept rendered in
// the collection "mails_out" under its Key, and a job carries that key alone;
// so an act that is repeated sends nothing twice, and the queue holds no
// personal data. Once a mail has left, or could not leave for a month, its
// address and its words are deleted; the bare key stays a while longer, so that
// late repeats are still recognised.
//
// Mails that announce (Message.Kind is set) can be stopped by their reader with
// one click (RFC 8058). The link in them holds no address: it holds a keyed hash
// of it, signed. Suppressions keeps those hashes. Mails that belong to an act of
// the reader (Kind "") are always sent.
//
// Senders: SMTP over verified TLS, and Inbox, which keeps mails on a page of the
// demo. A sender answers Invalid for what will never be accepted, and
// Unavailable for what may be on another day. If the connection breaks after
// the server took a mail and before it said so, the mail is sent again; both
// bear the same Message-ID, by which mailboxes drop the second.
//
// Large mailings: a job of the feature's own per reader renders and queues, so
// that a thousand mails are not rendered within one request.
package mail
