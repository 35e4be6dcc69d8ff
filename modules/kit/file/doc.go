// Package file takes in what people upload, and gives it out safely.
//
// Nothing that is uploaded is given out as it came, except PDF. The type is
// told from the bytes, never from the name or the header. Pictures are decoded
// and written anew, which drops whatever else was in them: the place where a
// photograph was taken, comments, a second file hidden behind the first. They
// are turned upright, at most MaxSide points long, and get a thumbnail. A PDF
// must begin and end as one, and is given out only as a download. Everything
// else is refused in words that say what would be accepted.
//
// What a picture costs to decode is reckoned from its header before it is
// decoded, so that a few bytes cannot claim the machine's memory; pictures wait
// for each other when together they would claim too much.
//
// The bytes lie in Blobs (Disk in the demo, GridFS beside MongoDB), and each
// file has a record in the collection "files":
//
//	arriving ── all bytes are there ──► kept ── deleted ──► leaving ──► gone
//
// The record comes first and goes last, so an upload or a deletion that was cut
// off leaves a record to find it by, and Sweep finishes it. The bytes of a
// record never change.
package file
