package pabulib

import (
	"fmt"

	"musharaka/modules/budget/tally"
)

// Entry is one row of META.
type Entry struct{ Key, Value string }

// Table is a section's header and its rows, cell by cell, as they stand in the file.
type Table struct {
	Header []string
	Rows   [][]string
}

// Column returns the place of a column by its name, -1 for none.
func (t *Table) Column(names ...string) int {
	for i, h := range t.Header {
		for _, name := range names {
			if h == name {
				return i
			}
		}
	}
	return -1
}

// File is a .pb file: the text of all its cells, and the election they describe.
type File struct {
	Meta     []Entry
	Projects Table
	Votes    Table

	Election *tally.Election
	Decimals int // of money: Election counts in 10^-Decimals of the currency
	// Warnings tell where redundant numbers of the file disagree with its ballots.
	Warnings []Warning
}

// Value returns a META entry, "" for none.
func (f *File) Value(key string) string {
	for _, e := range f.Meta {
		if e.Key == key {
			return e.Value
		}
	}
	return ""
}

// Warning is something a file says that its ballots do not bear out.
type Warning struct {
	Line   int
	Reason string
}

// Error says in which line of a file something cannot be read, and why.
type Error struct {
	Line   int
	Reason string
}

// Error returns "line 7: …".
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Amount reads an amount of the file's currency in the election's minor units;
// it reports whether it is one that these can express.
func (f *File) Amount(s string) (int64, bool) {
	d, ok := parseDecimal(s)
	if !ok || d.places > f.Decimals {
		return 0, false
	}
	return d.scaled(f.Decimals)
}
