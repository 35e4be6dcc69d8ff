package pabulib

import (
	"fmt"
	"slices"

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

// Step reads an amount by which shares are to be raised. Where it is finer than
// the amounts of the file, the election is counted in its smaller units from then
// on: the same amounts, with more decimals. It reports whether the step is one
// that can be counted with.
func (f *File) Step(s string) (int64, bool) {
	d, ok := parseDecimal(s)
	if !ok || d.digits == 0 {
		return 0, false
	}
	if d.places > f.Decimals {
		refined := *f.Election
		by := decimal{1, 0}
		more, _ := by.scaled(d.places - f.Decimals)
		finer := func(amount int64) int64 {
			ok = ok && amount <= maxScaled/more
			return amount * more
		}
		refined.Budget, refined.Unit = finer(refined.Budget), finer(max(refined.Unit, 1))
		refined.Projects = slices.Clone(refined.Projects)
		for i := range refined.Projects {
			refined.Projects[i].Cost = finer(refined.Projects[i].Cost)
		}
		if !ok {
			return 0, false
		}
		f.Election, f.Decimals = &refined, d.places
	}
	return d.scaled(f.Decimals)
}
