// Package golden compares what a test made with a file that people read in
// reviews: mails, papers, tables. With -update the file is written anew, and
// the difference is read like any other change.
//
// Only tests import it.
package golden
