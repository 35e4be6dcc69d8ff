// Package sqlitestore keeps the documents of kit/store in one SQLite file, for
// a machine where nothing but the program is installed.
//
// A collection is a table of BSON documents, numbered as they came (rid), with
// their id beside. Each declared index is a table of its own, without rowid,
// whose key is the bytes of the index's values (package key) followed by the
// id, or by nothing when the index is unique; so an equality, a range, an order
// and a cursor are all one walk along one B-tree.
//
// All writes go through one goroutine. It takes what has queued up while the
// last commit was under way, writes it in one transaction and answers each
// asker once that is on the disk (WAL, synchronous=FULL): many writers share
// one fsync. An acknowledged write survives kill -9 and a power cut. A write
// that is refused changes nothing and does not disturb its neighbours; if the
// transaction breaks, each write is tried again on its own, so that only the
// broken one fails. A context that ends while a write waits takes it out of the
// queue; once it is being written its outcome is awaited, so an error of the
// context always means that nothing was written.
//
// Reads use a pool of connections and see the last commit. The file belongs to
// one process at a time, which a lock beside it enforces.
//
// An index whose declaration changed is built anew when the collection is
// ensured, in one transaction: either the whole migration is done or none.
package sqlitestore
