package petition

import (
	"strings"
	"testing"

	"musharaka/modules/kit/auth"
)

func TestObserversSeeThatNotesWereWrittenAndNotTheNotes(t *testing.T) {
	v := newVisit(t)
	p := v.submitted("town")
	const note = "Nommez la rue dont il s’agit."
	_, err := v.RequestChanges(v.ctx, officer, p.ID, note)
	v.must(err)
	v.jobs()
	for _, path := range []string{"/fr/desk/audit?authority=town", "/fr/desk/audit.csv?authority=town"} {
		for _, x := range []struct {
			who  auth.Actor
			sees bool
		}{{officer, true}, {president, true}, {observer, false}, {watcher, false}} {
			a := v.ask(x.who, path, nil)
			if a.status != 200 || strings.Contains(a.body, note) != x.sees || !strings.Contains(a.body, p.ID) && !strings.Contains(a.body, p.Reference) {
				t.Errorf("%s at %s: %d, sees the note: %t", x.who.PersonID, path, a.status, !x.sees)
			}
		}
	}
}
