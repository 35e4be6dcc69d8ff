package audit

import (
	"context"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/table"
)

var columns = []string{"at", "subject", "authority", "act", "from", "to", "actor", "role", "reason", "details", "public"}

// ExportCSV writes the entries of one authority from one time to before
// another, oldest first, as CSV in UTF-8 with a byte order mark (without it
// spreadsheets show Arabic as noise). It reads page by page, whatever the length.
// change may take away from an entry what the reader may not see.
func (l *Log) ExportCSV(ctx context.Context, w io.Writer, authority string, from, to time.Time, change ...func(*Entry)) error {
	out := table.NewWriter(w, columns...)
	err := l.entries.Each(ctx, between("by_authority", authority, from, to), func(e Entry) error {
		for _, alter := range change {
			alter(&e)
		}
		out.Row(e.row()...)
		return nil
	})
	if closed := out.Close(); err == nil {
		err = closed
	}
	return fault.Wrap("audit.ExportCSV", err)
}

func (e Entry) row() []string {
	var details []string
	for _, k := range slices.Sorted(maps.Keys(e.Details)) {
		details = append(details, k+"="+e.Details[k])
	}
	return []string{
		e.At.UTC().Format(time.RFC3339), e.Subject, e.Authority, e.Act, e.From, e.To,
		e.ActorID, e.ActorRole, e.Reason, strings.Join(details, "; "), strconv.FormatBool(e.Public),
	}
}
