package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"musharaka/modules/account"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/petition"

	"github.com/PuerkitoBio/goquery"
)

// desktop is a town whose petition collects, with the people who deal with paper:
// an agent of the front desk, an officer, and an officer of another town.
type desktop struct {
	*running
	t  *testing.T
	id string // of the petition

	author, front, officer, elsewhere, nobody *visitor
}

func newDesktop(t *testing.T, at clock.Clock) *desktop {
	t.Helper()
	r := startPlatform(t, at)
	for _, id := range []string{town, neighbour} {
		if _, err := r.places.Activate(t.Context(), auth.System, id); err != nil {
			t.Fatal(err)
		}
	}
	other := r.enrol(t, 4)
	if _, err := r.accounts.GrantRole(t.Context(), auth.System, other, auth.Membership{Kind: auth.Authority, OrgID: neighbour, Role: auth.Officer}); err != nil {
		t.Fatal(err)
	}
	d := &desktop{running: r, t: t, nobody: r.visitor(t), elsewhere: r.visitor(t).as(other)}
	d.author, d.front, d.officer = r.visitor(t).as(r.enrol(t, 1)), r.visitor(t).as(r.enrol(t, 2, auth.FrontDesk)), r.visitor(t).as(r.enrol(t, 3, auth.Officer))
	d.id = writePetition(t, d.author)
	mustSee(t, d.officer.post("/ar/desk/petitions/"+d.id+"/publish", "checked", "on"), 200)
	return d
}

// lives makes somebody of the town known whose number, if any, nobody checked.
func (d *desktop) lives(n int, number string) *visitor {
	d.t.Helper()
	return d.visitor(d.t).as(d.known(n, number))
}

func (d *desktop) known(n int, number string) string {
	d.t.Helper()
	p, err := d.accounts.Enrol(d.t.Context(), account.Enrolment{
		Provider: "demo", Subject: fmt.Sprintf("story-%d", n), Email: fmt.Sprintf("person%d@demo.example", n), Country: "MA", Number: number,
		Profile: account.Profile{Name: "ساكن من العرائش", Lang: "ar", Residence: town, BirthYear: 1979},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return p.ID
}

func (d *desktop) signs(v *visitor) {
	d.t.Helper()
	mustSee(d.t, v.post("/ar/petitions/"+d.id+"/sign", "consent", "on"), 200)
}

// printed has the agent print a number of sheets and takes them in at the desk.
func (d *desktop) printed(n int) []string {
	d.t.Helper()
	page := d.author.post("/ar/petitions/"+d.id+"/sheets", "n", fmt.Sprint(n), "lang", "ar")
	mustSee(d.t, page, 200, "print.pdf")
	pdf := d.author.get(page.Find("a[href*='print.pdf']").AttrOr("href", ""))
	if pdf.status != 200 || !strings.HasPrefix(pdf.body, "%PDF") {
		d.t.Fatalf("the sheets cannot be printed: %d", pdf.status)
	}
	var sheets []string
	for number := range n {
		sheets = append(sheets, petition.SheetID(d.id, d.lastPrinted()-n+1+number))
	}
	for _, sheet := range sheets {
		mustSee(d.t, d.front.post("/ar/desk/sheets/"+sheet+"/return"), 200)
	}
	return sheets
}

func (d *desktop) lastPrinted() int {
	d.t.Helper()
	page, err := d.petitions.SheetsOf(d.t.Context(), d.id, "", 1)
	if err != nil || len(page.Items) == 0 {
		d.t.Fatalf("no sheet was printed: %v", err)
	}
	return page.Items[0].Number
}

// entered has the front desk type lines with these numbers.
func (d *desktop) entered(sheet string, numbers ...string) {
	d.t.Helper()
	fields := []string{"all", "yes"}
	for i, number := range numbers {
		fields = append(fields, fmt.Sprint("name", i+1), "عبد السلام الريفي", fmt.Sprint("number", i+1), number, fmt.Sprint("place", i+1), town, fmt.Sprint("born", i+1), "1960")
	}
	mustSee(d.t, d.front.post("/ar/desk/sheets/"+sheet+"/enter", fields...), 200)
}

// accepted are the decisions that accept the first lines of a sheet.
func accepted(lines int) []string {
	var fields []string
	for n := range lines {
		fields = append(fields, fmt.Sprint("decision", n+1), "accept")
	}
	return fields
}

// checks the number at the counter: the person shows a code, the agent types the
// number on the card.
func (d *desktop) checks(person *visitor, number string) {
	d.t.Helper()
	code := strings.TrimSpace(person.post("/ar/me/code").Find(".figure b").Text())
	mustSee(d.t, d.front.post("/ar/desk/identity", "code", code), 200)
	mustSee(d.t, d.front.post("/ar/desk/identity/check", "code", code, "authority", town, "number", number, "seen", "on"), 200)
}

var digits = regexp.MustCompile(`\D`)

// stands fails unless the petition's page, count.json, the figures and the check
// of the store all say so many, of whom so many on paper alone, and so many taken out.
func (d *desktop) stands(when string, supporters, onPaper, void int64) {
	d.t.Helper()
	want := fmt.Sprintf("%d of them %d on paper, %d invalidated", supporters, onPaper, void)
	var got map[string]string
	if !eventually(d.t, func() bool {
		got = d.told()
		return !slices.ContainsFunc(slices.Collect(maps.Values(got)), func(s string) bool { return s != want })
	}) {
		d.t.Errorf("%s: %s are expected, told is %v", when, want, got)
	}
	findings, err := d.check(d.t.Context(), false)
	if err != nil || len(findings) > 0 {
		d.t.Errorf("%s: check finds %v, %v", when, findings, err)
	}
}

// told is what each place says of the counts. What a place does not say is taken
// from the tally.
func (d *desktop) told() map[string]string {
	d.t.Helper()
	say := func(supporters, onPaper, void any) string {
		return fmt.Sprintf("%v of them %v on paper, %v invalidated", supporters, onPaper, void)
	}
	tally, err := d.petitions.Tally(d.t.Context(), d.id)
	if err != nil {
		d.t.Fatal(err)
	}
	var counted struct{ Count, Supporters int64 }
	if err := json.Unmarshal([]byte(d.nobody.get("/petitions/"+d.id+"/count.json").body), &counted); err != nil {
		d.t.Fatal(err)
	}
	all := map[string]string{"the tally": say(tally.Supporters, tally.Paper, tally.Void), "count.json": say(counted.Supporters, tally.Paper, tally.Void)}
	if counted.Count != tally.Valid {
		all["the threshold's count"] = fmt.Sprint(counted.Count)
	}
	for _, lang := range []string{"ar", "fr"} {
		page := d.nobody.get("/" + lang + "/petitions/" + d.id)
		shown := page.Find("[data-supporters]").First().Text()
		if shown == "" {
			shown = page.Find("[data-count]").First().Text()
		}
		all["the page in "+lang] = say(digits.ReplaceAllString(shown, ""), tally.Paper, tally.Void)
		var cells []any
		d.nobody.get("/" + lang + "/petitions/" + d.id + "/figures").Find(".stats dd").Each(func(_ int, s *goquery.Selection) {
			cells = append(cells, digits.ReplaceAllString(s.Text(), ""))
		})
		if len(cells) != 4 {
			d.t.Fatalf("the figures show %v", cells)
		}
		all["the figures in "+lang] = say(cells[0], cells[2], cells[3])
	}
	return all
}

func TestWhoeverSignedOnPaperAndOnlineCountsOnce(t *testing.T) {
	d := newDesktop(t, clock.System())
	online, later := d.lives(50, "LB500050"), d.lives(51, "")
	d.signs(online)
	d.stands("one signed online", 1, 0, 0)

	sheets := d.printed(4)
	d.entered(sheets[0], "LB500050", "LB500051", "LB500052")
	d.stands("the lines are entered", 1, 0, 0)
	confirm := d.officer.get("/fr/desk/sheets/" + sheets[0] + "/confirm")
	mustSee(t, confirm, 200, "La personne qui a ce numéro a signé en ligne")
	if n := strings.Count(confirm.body, "La personne qui a ce numéro"); n != 1 {
		t.Errorf("%d lines are shown as signed online before", n)
	}
	if strings.Contains(confirm.body, "LB5000") {
		t.Error("an identity number is shown again")
	}
	done := d.officer.post("/fr/desk/sheets/"+sheets[0]+"/confirm", accepted(3)...)
	mustSee(t, done, 200, "compté")
	if n := strings.Count(done.Find("table").First().Text(), d.words.Locale("fr", "MA").T("Has signed online: counted once")); n != 1 {
		t.Errorf("%d lines are shown as duplicates", n)
	}
	d.stands("the sheet is confirmed", 3, 2, 0)

	d.signs(later)
	d.stands("one who stands on paper signed online without giving the number", 4, 2, 0)
	d.checks(later, "LB500051")
	d.stands("the number was proven", 3, 1, 0)
	mustSee(t, later.get("/ar/me/petitions?list=signed"), 200, d.id)

	third := d.lives(52, "")
	if page := third.get("/ar/me/petitions?list=signed"); strings.Contains(page.body, d.id) {
		t.Error("somebody who proved nothing sees what was signed on paper")
	}
	d.checks(third, "LB500052")
	d.stands("another proved the number and never signed online", 3, 1, 0)
	mustSee(t, third.get("/ar/me/petitions?list=signed"), 200, d.id)
	if page := third.get("/ar/petitions/" + d.id + "/sign"); !strings.HasSuffix(page.path, "/signed") {
		t.Errorf("who stands on paper is asked to sign again: %s", page.path)
	}
	d.signs(third)
	d.stands("they press the button all the same: no longer on paper alone", 3, 0, 0)

	d.entered(sheets[1], "LB500052", "LB500053")
	mustSee(t, d.officer.get("/ar/desk/sheets/"+sheets[1]+"/confirm"), 200, "-0001")
	mustSee(t, d.officer.post("/ar/desk/sheets/"+sheets[1]+"/confirm", accepted(2)...), 200)
	d.stands("a second sheet repeats a line", 4, 1, 0)

	d.entered(sheets[2], "LB500060")
	d.entered(sheets[3], "LB500060")
	var wait sync.WaitGroup
	for _, sheet := range sheets[2:] {
		v := d.visitor(t).as(d.enrol(t, 3, auth.Officer))
		wait.Go(func() {
			if page := v.post("/ar/desk/sheets/"+sheet+"/confirm", accepted(1)...); page.status != 200 {
				t.Errorf("confirming at the same moment: %d", page.status)
			}
		})
	}
	wait.Wait()
	d.stands("one person on two sheets at the same moment", 5, 2, 0)
}

func TestASheetIsConfirmedBySomebodyElseAndSeenByItsOwnTownAlone(t *testing.T) {
	d := newDesktop(t, clock.System())
	sheet := d.printed(1)[0]
	base := "/ar/desk/sheets/" + sheet
	long, strange := strings.Repeat("م", 10_000), "<script>alert(1)</script>\x00 Jean\u202e Dupont"
	first := d.front.post(base+"/enter", "all", "yes", "name1", long, "number1", "LB600001", "name2", strange, "number2", "LB600002", "place2", town)
	if first.status != 422 || first.Find(".errors a[href='#f-name1']").Length() != 1 || strings.Contains(first.body, "<script>alert") || strings.Contains(first.body, "\x00") {
		t.Fatalf("a name of 10,000 letters: %d", first.status)
	}
	if kept := first.Find("input[name=name2]").AttrOr("value", ""); !strings.Contains(kept, "Dupont") || strings.Contains(kept, "\x00") {
		t.Errorf("what was typed in another line is kept as %q", kept)
	}
	lines := []string{"all", "yes", "name1", "عبد السلام", "number1", "LB600001", "name2", strange, "number2", "LB600002", "place2", town}
	mustSee(t, d.front.post(base+"/enter", lines...), 200)
	if again := d.front.post(base+"/enter", lines...); again.status != 409 {
		t.Errorf("the lines sent once more are answered %d", again.status)
	}

	for what, answer := range map[string]seen{
		"the one who entered looks":    d.front.get(base + "/confirm"),
		"the one who entered confirms": d.front.post(base+"/confirm", accepted(2)...),
	} {
		if answer.status != 403 {
			t.Errorf("%s: %d", what, answer.status)
		}
	}
	for _, path := range []string{"", "/enter", "/confirm", "/reopen", "/void"} {
		for who, v := range map[string]*visitor{"an officer of another town": d.elsewhere, "the agent": d.author} {
			if page := v.get(base + path); page.status != 404 && page.status != 403 || strings.Contains(page.body, "Dupont") {
				t.Errorf("%s sees %s of the sheet: %d", who, path, page.status)
			}
		}
		if page := d.elsewhere.post(base+path, accepted(2)...); path != "" && page.status != 404 {
			t.Errorf("an officer of another town does %s: %d", path, page.status)
		}
	}
	d.stands("nobody else confirmed", 0, 0, 0)

	confirm := d.officer.get(base + "/confirm")
	mustSee(t, confirm, 200, "&lt;script&gt;", "Dupont")
	if strings.Contains(confirm.body, "<script>alert") || strings.ContainsRune(confirm.body, 0) || confirm.Find("bdi:contains('Dupont')").Length() != 1 {
		t.Error("a strange name stands in the page as it was written, or not by itself")
	}
	mustSee(t, d.officer.post(base+"/confirm", accepted(2)...), 200)
	d.stands("confirmed", 2, 2, 0)
	if again := d.officer.post(base+"/confirm", accepted(2)...); again.status != 409 {
		t.Errorf("the decision sent once more is answered %d", again.status)
	}
	d.stands("confirmed twice", 2, 2, 0)
	if page := d.officer.get(base); strings.Contains(page.body, "Dupont") {
		t.Error("a sheet that is counted still shows names")
	}
}
