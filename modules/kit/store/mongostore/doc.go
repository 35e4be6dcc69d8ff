// Package mongostore keeps the documents of kit/store in MongoDB (6 and later;
// a replica set, or a sharded cluster with hashed _id as shard key).
//
// Writes ask for the majority's acknowledgement and are repeated by the driver
// when a primary steps down. Each declared index is a plain compound index with
// _id at its end (a unique one without), its name prefixed so that an
// operator's own indexes are left alone, and every query hints it: a query
// whose index is missing fails instead of reading everything.
//
// A page after a cursor is asked in steps, from the documents that agree with
// the last one in all fields but _id outwards, because each step is then a
// plain walk along the index with nothing left to the planner.
//
// Nothing is used that not every version and MongoDB-like server has: no
// $lookup, $expr, arrayFilters, text, TTL or partial index, change stream or
// transaction.
package mongostore
