package desk

import (
	"fmt"
	"strings"
	"testing"

	"musharaka/modules/kit/golden"
)

// TestTheMailsSayWhatTheyShould compares the letters with a file that people
// read in reviews.
func TestTheMailsSayWhatTheyShould(t *testing.T) {
	w := newWorld(t)
	w.tell("a", 1, answer(start.AddDate(0, 0, 7)))
	open := w.item("a.reply")
	late := open
	late.Due, late.Escalated = start.AddDate(0, 0, -7), &Escalation{At: start}
	byHand := open
	byHand.Escalated = &Escalation{At: start, By: "officer", Reason: "لا جواب من المصلحة <script>"}
	var out strings.Builder
	for _, lang := range []string{"ar", "fr", "en"} {
		for _, c := range []struct {
			name   string
			it     Item
			notice string
		}{{"reminder", open, noticeReminder + ":7:2026-11-29"}, {"long overdue", late, noticeEscalated + ":2026-11-22"}, {"by hand", byHand, noticeEscalated + ":2026-11-22"}} {
			m, err := w.letter(w.ctx, c.it, notice{Item: c.it.ID, Notice: c.notice}, Person{ID: "p", Lang: lang, Email: "p@example.org"})
			w.must(err)
			w.must(m.Check())
			if strings.Contains(m.HTML, "<script>") {
				t.Errorf("%s in %s lets markup through", c.name, lang)
			}
			fmt.Fprintf(&out, "=== %s, %s\nKey: %s\nSubject: %s\n\n%s\n\n", c.name, lang, m.Key, m.Subject, m.Text)
		}
	}
	golden.Text(t, "mails.txt", out.String())
}

func TestADeadlineIsSaidInDays(t *testing.T) {
	w := newWorld(t)
	tr := w.Words.Locale("fr", "MA").Plain()
	for days, want := range map[int]string{1: "dans 1 jour", 14: "dans 14 jours", 0: "aujourd’hui", -3: "depuis 3 jours"} {
		if got := deadlineSubject(tr, days); !strings.Contains(got, want) {
			t.Errorf("%d: %q", days, got)
		}
	}
}
