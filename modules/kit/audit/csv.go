package audit

import (
	"context"
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
)

var columns = []string{"at", "subject", "authority", "act", "from", "to", "actor", "role", "reason", "details", "public"}

// ExportCSV writes the entries of one authority from one time to before
// another, oldest first, as CSV in UTF-8 with a byte order mark (without it
// spreadsheets show Arabic as noise). It reads page by page, whatever the length.
// change may take away from an entry what the reader may not see.
func (l *Log) ExportCSV(ctx context.Context, w io.Writer, authority string, from, to time.Time, change ...func(*Entry)) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fault.Wrap("audit.ExportCSV", err)
	}
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return fault.Wrap("audit.ExportCSV", err)
	}
	err := l.entries.Each(ctx, between("by_authority", authority, from, to), func(e Entry) error {
		for _, alter := range change {
			alter(&e)
		}
		return out.Write(e.row())
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return fault.Wrap("audit.ExportCSV", err)
}

func (e Entry) row() []string {
	var details []string
	for _, k := range slices.Sorted(maps.Keys(e.Details)) {
		details = append(details, k+"="+e.Details[k])
	}
	row := []string{
		e.At.UTC().Format(time.RFC3339), e.Subject, e.Authority, e.Act, e.From, e.To,
		e.ActorID, e.ActorRole, e.Reason, strings.Join(details, "; "), strconv.FormatBool(e.Public),
	}
	for i := range row {
		row[i] = Cell(row[i])
	}
	return row
}

// Cell returns text that a spreadsheet shows as it is: what it would take for
// a formula gets an apostrophe in front, as the text may be anybody's.
func Cell(text string) string {
	trimmed := strings.TrimLeft(text, " \u00a0\u3000")
	if trimmed != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(trimmed)[0]) {
		return "'" + text
	}
	return text
}
