// Package ledger keeps append-only logs whose keeper can be held to account:
// whoever has seen a signed head can check that a leaf is in the log, and that
// a later log is the earlier one with something added.
//
// # Words
//
// A log has a name ("ballots/ab12") and leaves, numbered from 0. A leaf is
// known by its hash (RFC 6962: SHA-256 over a zero byte and the data). The root
// of all leaves together with their number and the log's origin is the head; it
// is signed with Ed25519 in the note format of the Go checksum database, so
// that any of its readers can check it. Package proof, which needs nothing of
// ours, is what a voter, a newspaper or an observer runs.
//
// Hashes lie in tiles: 256 hashes of one level side by side (level 0 leaves,
// level 1 the roots of 256 leaves, and so on). A full tile never changes and is
// a document of its own; the tiles that are not full yet, one for each level,
// lie in the log's own document. To append a leaf, or to prove one, takes as
// many tiles as the log has levels: two for 65,536 leaves, three for 16 million.
//
// # What is true at every moment
//
//   - One document decides what a log is. It is changed by compare-and-set, by
//     whichever instance is first, and holds the size, the signed head, the
//     tiles that are not full, the sums and the last batch of leaves. So there
//     is never more than one head of one size, whatever dies or races.
//   - What follows from it (the leaves' own documents, the full tiles) is
//     written afterwards, is the same whoever writes it, and is written again
//     from the log's document before the next batch. A crash in between loses
//     nothing and is not even noticed by readers.
//   - A leaf stands in a log once: appending it again gives the place it has.
//     Nobody therefore needs to know whether an append that was interrupted
//     succeeded; it is repeated.
//   - The sums of a log (how many ballots by each channel, say) change in the
//     same write as its leaves, so they can never differ from them.
//   - Leaves that come in crowds share one write: whoever arrives while a batch
//     is being made durable goes with the next.
//   - A sealed log takes no more leaves, for good.
//
// A proof is made from tiles that were checked against the signed head on the
// way, so a changed tile gives an error and never a wrong proof.
package ledger
