package audit

import (
	"bytes"
	"context"
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"

	"go.mongodb.org/mongo-driver/v2/bson"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func openLog(t *testing.T) (*Log, store.DB) {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	log, err := Open(t.Context(), db)
	must(t, err)
	return log, db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// history returns n entries of one petition, an hour apart, by turns public.
func history(petition string, n int) []Entry {
	var h []Entry
	for i := range n {
		h = Append(h, Entry{
			Subject: "petition:" + petition, Authority: "ma-tanger", Act: "petition.edit", From: "draft", To: "draft",
			ActorID: "amal", ActorRole: "agent", At: monday.Add(time.Duration(i) * time.Hour), Public: i%2 == 0,
			Details: map[string]string{"field": "object"},
		})
	}
	return h
}

func TestIdsFollowTheOrderOfTheHistory(t *testing.T) {
	h := history("p1", 12)
	if h[0].ID != "petition:p1#000001" || h[11].ID != "petition:p1#000012" {
		t.Errorf("ids %q … %q", h[0].ID, h[11].ID)
	}
	if shown := Public(h); len(shown) != 6 || shown[1].ID != "petition:p1#000003" {
		t.Errorf("public timeline: %d entries", len(shown))
	}
	trimmed := Append(h[10:], Entry{Subject: "petition:p1"})
	if got := trimmed[2].ID; got != "petition:p1#000013" {
		t.Errorf("after a trimmed history comes %q", got)
	}
}

func TestAHistoryTravelsInsideItsDocument(t *testing.T) {
	type petition struct {
		store.Meta `bson:",inline"`
		History    []Entry `bson:"history"`
	}
	before := petition{Meta: store.Meta{ID: "p1", Version: 4}, History: history("p1", 2)}
	raw, err := bson.Marshal(before)
	must(t, err)
	var after petition
	must(t, bson.Unmarshal(raw, &after))
	for i, e := range after.History {
		if !e.same(before.History[i]) {
			t.Errorf("entry %d came back as %+v", i, e)
		}
	}
}

func TestRecordingTwiceWritesOnce(t *testing.T) {
	log, _ := openLog(t)
	h := history("p1", 3)
	must(t, log.Record(t.Context(), h[:2]...))
	must(t, log.Record(t.Context(), h...))
	must(t, log.Record(t.Context(), history("p2", 1)...))
	page, err := log.Of(t.Context(), "petition:p1", Paging{Limit: 2})
	must(t, err)
	if len(page.Items) != 2 || page.Items[0].ID != h[0].ID || page.Next == "" {
		t.Fatalf("first page: %d entries, next %q", len(page.Items), page.Next)
	}
	page, err = log.Of(t.Context(), "petition:p1", Paging{After: page.Next, Limit: 2})
	must(t, err)
	if len(page.Items) != 1 || !page.Items[0].same(h[2]) || page.Next != "" {
		t.Errorf("second page: %+v", page)
	}
}

func TestAnIncompleteEntryIsAMistakeOfTheProgram(t *testing.T) {
	log, _ := openLog(t)
	whole := history("p1", 1)[0]
	for name, spoil := range map[string]func(*Entry){
		"no id": func(e *Entry) { e.ID = "" }, "no act": func(e *Entry) { e.Act = "" },
		"no subject": func(e *Entry) { e.Subject = "" }, "no time": func(e *Entry) { e.At = time.Time{} },
	} {
		e := whole
		spoil(&e)
		if err := log.Record(t.Context(), whole, e); !fault.Is(err, fault.Internal) {
			t.Errorf("%s: %v, want an internal fault", name, err)
		}
	}
	if page, err := log.Of(t.Context(), whole.Subject, Paging{}); err != nil || len(page.Items) != 0 {
		t.Errorf("written all the same: %d, %v", len(page.Items), err)
	}
}

func TestEntriesAreFoundByAuthorityAndByActor(t *testing.T) {
	log, _ := openLog(t)
	must(t, log.Record(t.Context(), history("p1", 5)...))
	elsewhere := history("p2", 1)
	elsewhere[0].Authority, elsewhere[0].ActorID = "", "driss"
	must(t, log.Record(t.Context(), elsewhere...))

	ids := func(page store.Page[Entry], err error) string {
		must(t, err)
		var found []string
		for _, e := range page.Items {
			found = append(found, strings.TrimLeft(e.ID[strings.Index(e.ID, ":")+1:], ":"))
		}
		return strings.Join(found, " ")
	}
	never := time.Time{}
	for _, c := range []struct{ name, got, want string }{
		{"all of an authority", ids(log.ByAuthority(t.Context(), "ma-tanger", never, never, Paging{})), "p1#000005 p1#000004 p1#000003 p1#000002 p1#000001"},
		{"from one time to before another", ids(log.ByAuthority(t.Context(), "ma-tanger", monday.Add(time.Hour), monday.Add(3*time.Hour), Paging{})), "p1#000003 p1#000002"},
		{"the platform", ids(log.ByAuthority(t.Context(), "", never, never, Paging{})), "p2#000001"},
		{"one person", ids(log.ByActor(t.Context(), "driss", Paging{})), "p2#000001"},
		{"nobody", ids(log.ByActor(t.Context(), "salma", Paging{})), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestRepairWritesWhatIsMissingAndReportsWhatWasAltered(t *testing.T) {
	log, _ := openLog(t)
	h := history("p1", 1100) // more than one look-up carries
	forged := h[1]
	forged.Reason = "another reason"
	must(t, log.Record(t.Context(), h[0], forged))
	d, err := log.Repair(t.Context(), h...)
	must(t, err)
	if len(d.Missing) != 1098 || len(d.Altered) != 1 || d.Altered[0] != h[1].ID {
		t.Fatalf("missing %d, altered %v", len(d.Missing), d.Altered)
	}
	d, err = log.Compare(t.Context(), h...)
	must(t, err)
	if len(d.Missing) != 0 || len(d.Altered) != 1 {
		t.Errorf("after the repair: missing %d, altered %v", len(d.Missing), d.Altered)
	}
}

func TestTheExportIsReadByASpreadsheetAsText(t *testing.T) {
	log, _ := openLog(t)
	e := Append(nil, Entry{
		Subject: "petition:p1", Authority: "tn-siliana", Act: "petition.reject", From: "moderation", To: "rejected",
		ActorID: "officer", ActorRole: "moderator", At: monday, Public: true,
		Reason: "=HYPERLINK(\"http://x\")\nسبب", Details: map[string]string{"zone": "b", "code": "R3"},
	})
	must(t, log.Record(t.Context(), e...))
	var b bytes.Buffer
	must(t, log.ExportCSV(t.Context(), &b, "tn-siliana", time.Time{}, time.Time{}))
	text, marked := strings.CutPrefix(b.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	must(t, err)
	want := []string{"2026-11-23T08:00:00Z", "petition:p1", "tn-siliana", "petition.reject", "moderation", "rejected", "officer", "moderator", "'=HYPERLINK(\"http://x\")\nسبب", "code=R3; zone=b", "true"}
	if !marked || len(rows) != 2 || strings.Join(rows[1], "|") != strings.Join(want, "|") {
		t.Errorf("marked %v, rows %q", marked, rows)
	}
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, context.Canceled
	}
	return len(p), nil
}

func TestAnExportThatCannotBeWrittenSaysSo(t *testing.T) {
	log, _ := openLog(t)
	must(t, log.Record(t.Context(), history("p1", 200)...))
	for after := range 3 {
		if err := log.ExportCSV(t.Context(), &failing{after: after}, "ma-tanger", time.Time{}, time.Time{}); err == nil {
			t.Errorf("no error although write %d failed", after+1)
		}
	}
}
