package table

import (
	"encoding/csv"
	"io"
	"strings"
)

// Writer writes rows as CSV. It keeps the first error; ask Close for it.
type Writer struct {
	out *csv.Writer
	err error
}

// NewWriter begins a table with its columns. The mark in front of it tells
// spreadsheets that the text is UTF-8; without it they show Arabic as noise.
func NewWriter(w io.Writer, columns ...string) *Writer {
	t := &Writer{out: csv.NewWriter(w)}
	_, t.err = io.WriteString(w, "\ufeff")
	t.Row(columns...)
	return t
}

// Row writes one row, each cell disarmed.
func (t *Writer) Row(cells ...string) {
	if t.err != nil {
		return
	}
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = Cell(c)
	}
	t.err = t.out.Write(row)
}

// Close writes what is left and returns the first error there was.
func (t *Writer) Close() error {
	t.out.Flush()
	if t.err == nil {
		t.err = t.out.Error()
	}
	return t.err
}

// Cell returns text that a spreadsheet shows as it is: what it would take for
// a formula gets an apostrophe in front.
func Cell(text string) string {
	trimmed := strings.TrimLeft(text, " \u00a0\u3000")
	if trimmed != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(trimmed)[0]) {
		return "'" + text
	}
	return text
}
