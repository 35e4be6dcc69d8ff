package council

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// property is one unfolded content line.
type property struct{ name, value string }

// parseCalendar reads a calendar back as RFC 5545 says, and fails for what the
// standard forbids.
func parseCalendar(t *testing.T, feed string) []property {
	t.Helper()
	if strings.Contains(strings.ReplaceAll(feed, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(feed, "\r\n", ""), "\r") {
		t.Error("a line does not end in CR LF")
	}
	for _, line := range strings.Split(strings.TrimSuffix(feed, "\r\n"), "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line has %d octets: %q", len(line), line)
		}
		if !utf8.ValidString(line) {
			t.Errorf("a line is cut inside a letter: %q", line)
		}
	}
	var all []property
	for _, line := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(feed, "\r\n ", ""), "\r\n"), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok || !regexp.MustCompile(`^[A-Z-]+(;[A-Z]+=[A-Z]+)*$`).MatchString(name) {
			t.Errorf("no content line: %q", line)
		}
		all = append(all, property{name, value})
	}
	return all
}

func TestTheCalendarFollowsTheStandard(t *testing.T) {
	w := newWorld(t)
	x, err := w.Prepare(w.ctx, officer, town, "a", Plan{Kind: Ordinary, StartsAt: start.AddDate(0, 0, 20), Place: "القاعة الكبرى; الطابق 1, المقر\\الجديد"})
	w.must(err)
	x, err = w.AddItem(w.ctx, officer, x.ID, "b", "", Item{Title: strings.Repeat("نقطة طويلة ", 15)})
	w.must(err)
	x, err = w.AddItem(w.ctx, officer, x.ID, "c", "", Item{Title: "END:VEVENT"})
	w.must(err)
	a, _ := w.authority(w.ctx, town)
	read := func() []property {
		feed, err := w.Calendar(w.ctx, a, w.Words.Locale("ar", "MA"))
		w.must(err)
		return parseCalendar(t, feed)
	}
	if slices.ContainsFunc(read(), func(p property) bool { return p.value == "VEVENT" }) {
		t.Error("a session nobody was told of is in the calendar")
	}
	_, err = w.Convene(w.ctx, officer, x.ID, w.clock.Now(), "")
	w.must(err)
	value := func(all []property, name string) string {
		i := slices.IndexFunc(all, func(p property) bool { return p.name == name })
		if i < 0 {
			t.Errorf("no %s", name)
			return ""
		}
		return all[i].value
	}
	all := read()
	if all[0] != (property{"BEGIN", "VCALENDAR"}) || all[len(all)-1] != (property{"END", "VCALENDAR"}) || value(all, "VERSION") != "2.0" || value(all, "PRODID") == "" {
		t.Errorf("no calendar: %v", all)
	}
	instant := regexp.MustCompile(`^\d{8}T\d{6}Z$`)
	for _, name := range []string{"DTSTAMP", "DTSTART", "LAST-MODIFIED"} {
		if !instant.MatchString(value(all, name)) {
			t.Errorf("%s is %q", name, value(all, name))
		}
	}
	if value(all, "UID") != "session-"+x.ID+"@petitions.example" || value(all, "STATUS") != "CONFIRMED" || value(all, "DTSTART") != "20260125T090000Z" {
		t.Errorf("the event: %v", all)
	}
	if got := value(all, "LOCATION"); got != `القاعة الكبرى\; الطابق 1\, المقر\\الجديد` {
		t.Errorf("not escaped: %q", got)
	}
	if d := value(all, "DESCRIPTION"); !strings.Contains(d, `\n2. END:VEVENT`) {
		t.Errorf("the agenda: %q", d)
	}
	before := value(all, "SEQUENCE")
	_, err = w.Cancel(w.ctx, officer, x.ID, "x")
	w.must(err)
	all = read()
	if value(all, "STATUS") != "CANCELLED" || value(all, "SEQUENCE") <= before {
		t.Errorf("a cancelled session: %v", all)
	}
}

func TestFoldingNeverCutsALetter(t *testing.T) {
	for n := range 200 {
		var c calendar
		text := strings.Repeat("x", n%7) + strings.Repeat("ع😀é", n)
		c.Text("SUMMARY", text)
		if text == "" {
			if c.String() != "" {
				t.Error("an empty property is written")
			}
			continue
		}
		if all := parseCalendar(t, c.String()); all[0].value != text {
			t.Fatalf("%q came back as %q", text, all[0].value)
		}
	}
}

// TestPopoloHoldsTogether: every id that is pointed to is there, every name is
// one the project's schemas have, and what they require is given.
func TestPopoloHoldsTogether(t *testing.T) {
	w := newWorld(t)
	w.sat(4)
	_, err := w.SetBody(w.ctx, officer, town, "youth", AdvisoryBody{})
	w.must(err)
	_, err = w.AddMember(w.ctx, officer, town, "y", Mandate{Body: "youth", Name: "سلمى", Function: "president", Sex: Woman, From: start})
	w.must(err)
	a, _ := w.authority(w.ctx, town)
	doc, next, err := w.Popolo(w.ctx, a, w.Words.Locale("fr", "MA"), "")
	if err != nil || next != "" {
		t.Fatal(next, err)
	}
	body, err := json.MarshalIndent(doc, "", "  ")
	w.must(err)
	var loose map[string][]map[string]any
	w.must(json.Unmarshal(body, &loose))
	ids := map[string]bool{}
	schema := map[string][]string{
		"organizations": {"id", "name", "other_names", "classification", "parent_id", "area_id", "founding_date", "links"},
		"persons":       {"id", "name"},
		"memberships":   {"id", "label", "role", "person_id", "organization_id", "on_behalf_of", "start_date", "end_date"},
		"events":        {"id", "name", "classification", "organization_id", "start_date", "end_date", "location", "status", "attendees", "links"},
		"motions":       {"id", "organization_id", "legislative_session_id", "identifier", "text", "classification", "date", "requirement", "result", "vote_events"},
		"vote_events":   {"id", "organization_id", "motion_id", "identifier", "start_date", "result", "counts"},
	}
	for kind, all := range loose {
		if len(all) == 0 {
			t.Errorf("no %s", kind)
		}
		for _, x := range all {
			id, _ := x["id"].(string)
			if id == "" || ids[id] {
				t.Errorf("%s: the id %q is empty or stands twice", kind, id)
			}
			ids[id] = true
			for name := range x {
				if !slices.Contains(schema[kind], name) {
					t.Errorf("%s has %q, which Popolo does not", kind, name)
				}
			}
		}
	}
	for kind, all := range loose {
		for _, x := range all {
			for _, name := range []string{"person_id", "organization_id", "parent_id", "motion_id", "legislative_session_id"} {
				if to, ok := x[name].(string); ok && !ids[to] {
					t.Errorf("%s %s points to %q, which is not there", kind, name, to)
				}
			}
		}
	}
	for _, attendee := range doc.Events[0].Attendees {
		if !ids[attendee.PersonID] {
			t.Errorf("%s attended and is nobody", attendee.PersonID)
		}
	}
	day := regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	if m := doc.Memberships[0]; !day.MatchString(m.StartDate) || doc.Motions[0].Result != "pass" || doc.VoteEvents[0].Counts[0] != (popoloCount{"yes", 3}) {
		t.Errorf("%+v %+v %+v", m, doc.Motions[0], doc.VoteEvents[0])
	}
	if strings.Contains(string(body), string(Woman)) {
		t.Error("the sex of a member is published")
	}
}
