package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/petition"
)

// signFrom posts the form of signing as a proxy on this machine passes it on.
func (d *desktop) signFrom(v *visitor, from, device string, fields ...string) seen {
	d.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.url+"/fr/petitions/"+d.id+"/sign", strings.NewReader(form.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	for name, value := range map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", "Sec-Fetch-Site": "same-origin",
		"X-Forwarded-For": "198.51.100.77, " + from, "User-Agent": device} {
		r.Header.Set(name, value)
	}
	return v.do(r)
}

const (
	aPhone  = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
	aLaptop = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
)

// TestSigningTooOftenIsAskedToWait sends more than a person, a kind of device in
// one part of the network, and that part may send, at one moment of a clock that
// stands still. What nobody consented to is refused, and counts all the same.
func TestSigningTooOftenIsAskedToWait(t *testing.T) {
	at := clock.NewFake(time.Now())
	d := newDesktop(t, at)
	crowd := make([]*visitor, 0, 13)
	for n := range cap(crowd) {
		crowd = append(crowd, d.lives(60+n, ""))
	}
	flood := func(v *visitor, times int, from, device string) int {
		for sent := range times {
			if d.signFrom(v, from, device).status == 429 {
				return sent
			}
		}
		return times
	}
	mustSee(t, d.signFrom(crowd[0], "203.0.113.9", aPhone, "consent", "on"), 200)
	if sent := flood(crowd[0], 100, "192.0.2.1", aPhone); sent != 59 {
		t.Errorf("after a signature a person sends %d times in a row", sent)
	}
	refused := d.signFrom(crowd[0], "2001:db8:77::9", aPhone, "comment", "Il fait <b>noir</b> le soir", "public", "on", "consent", "on")
	mustSee(t, refused, 429, "Votre signature n’a pas été prise", "Attendez un peu")
	if refused.header.Get("Retry-After") == "" || refused.Find("textarea[name=comment]").Text() != "Il fait <b>noir</b> le soir" ||
		refused.Find("input[name=public][checked]").Length() != 1 || refused.Find("input[name=news][checked]").Length() != 0 {
		t.Error("the page that asks to wait does not say how long, or loses what was typed")
	}
	at.Advance(time.Minute)
	mustSee(t, d.signFrom(crowd[0], "192.0.2.1", aPhone, "consent", "on"), 200)

	total, byDevice := 0, 0
	for _, v := range crowd[1:8] { // seven people of one range with phones: 400 together
		byDevice += flood(v, 58, fmt.Sprintf("203.0.113.%d", 20+byDevice%200), aPhone)
	}
	if byDevice != 400 {
		t.Errorf("one kind of device sends %d times from one range", byDevice)
	}
	mustSee(t, d.signFrom(crowd[8], "192.0.2.20", aPhone, "consent", "on"), 200) // from elsewhere
	for _, v := range crowd[9:] {
		total += flood(v, 58, "203.0.113.200", aLaptop)
	}
	if total += byDevice; total >= 600 || total < 590 { // those who were refused by kind of device used up some
		t.Errorf("one range sends %d times", total)
	}
	mustSee(t, d.signFrom(crowd[12], "203.0.113.1", aLaptop, "consent", "on"), 429)
	d.stands("the flood", 2, 0, 0)
	d.storesNone("203.0.113", "192.0.2.", "198.51.100", "2001:db8:77", "cb0071")
}

// storesNone fails when a part of an address stands anywhere in the data folder.
func (d *desktop) storesNone(parts ...string) {
	d.t.Helper()
	looked := 0
	if err := filepath.WalkDir(d.data, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		looked += len(body)
		for _, part := range parts {
			if strings.Contains(string(body), part) {
				d.t.Errorf("%s holds %q", filepath.Base(path), part)
			}
		}
		if err == nil && strings.Contains(path, "musharaka.db-wal") && !strings.Contains(string(body), d.id) {
			d.t.Error("the store is not read as it is written")
		}
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	if looked == 0 {
		d.t.Error("nothing was looked at")
	}
}

func TestABatchIsTakenOutOfTheCountByRuleAndPutBack(t *testing.T) {
	d := newDesktop(t, clock.System())
	checked, declared, fresh := d.visitor(t).as(d.enrol(t, 80)), d.lives(81, "LB810081"), d.lives(82, "")
	for _, v := range []*visitor{checked, declared, fresh} {
		mustSee(t, d.signFrom(v, "203.0.113.5", aPhone, "consent", "on", "public", "on"), 200)
	}
	d.stands("three signed", 3, 0, 0)
	rule := []string{"fromday", "2020-01-01", "fromhour", "00:00", "today", "2090-01-01", "tohour", "00:00", "only", petition.OnlyOnline}
	propose := "/fr/desk/petitions/" + d.id + "/batches/new"
	if page := d.officer.post(propose, rule...); page.status != 422 || page.Find("input[name=fromday]").AttrOr("value", "") != "2020-01-01" {
		t.Errorf("a proposal without a reason: %d", page.status)
	}
	for who, v := range map[string]*visitor{"another town's officer": d.elsewhere, "the agent": d.author, "the front desk": d.front} {
		if page := v.post(propose, append(rule, "reason", "Une seule personne a tout signé.")...); page.status != 403 && page.status != 404 {
			t.Errorf("%s proposes: %d", who, page.status)
		}
	}
	made := d.officer.post(propose, append(rule, "reason", "Une seule personne <script>a tout signé.")...)
	mustSee(t, made, 200, "&lt;script&gt;")
	lot, _, _ := strings.Cut(made.path[strings.LastIndexByte(made.path, '/')+1:], "?")
	d.becomes(lot, petition.BatchProposed)
	d.stands("proposed", 3, 0, 0)
	base := "/fr/desk/invalidations/" + lot
	if page := d.elsewhere.post(base + "/run"); page.status != 404 {
		t.Errorf("another town's officer runs it: %d", page.status)
	}
	mustSee(t, d.officer.post(base+"/run"), 200)
	d.becomes(lot, petition.BatchDone)
	if page := d.officer.post(base + "/run"); page.status != 409 {
		t.Errorf("run once more: %d", page.status)
	}
	d.stands("invalidated", 1, 0, 2)
	mustSee(t, d.nobody.get("/fr/petitions/"+d.id+"/figures"), 200, "Une seule personne &lt;script&gt;a tout signé.")
	mustSee(t, declared.get("/fr/petitions/"+d.id+"/signed"), 200, "Une seule personne", "/me/code")
	if page := checked.get("/fr/petitions/" + d.id + "/signed"); page.status != 200 || strings.Contains(page.body, "Une seule personne") {
		t.Errorf("whose identity was checked is touched: %d", page.status)
	}
	d.signs(declared)
	d.stands("signing once more does not undo it", 1, 0, 2)
	d.checks(fresh, "LB820082")
	d.stands("one had the identity checked", 2, 0, 1)

	if page := d.officer.post(base + "/restore"); page.status != 422 {
		t.Errorf("put back without a reason: %d", page.status)
	}
	mustSee(t, d.officer.post(base+"/restore", "reason", "Les signataires se sont présentés."), 200)
	d.becomes(lot, petition.BatchRestored)
	d.stands("put back", 3, 0, 0)
	if page := declared.get("/fr/petitions/" + d.id + "/signed"); page.status != 200 || strings.Contains(page.body, "Une seule personne") {
		t.Errorf("the person's page still says it: %d", page.status)
	}
	mustSee(t, d.nobody.get("/fr/petitions/"+d.id+"/figures"), 200, "Les signataires se sont présentés.")
}

func (d *desktop) becomes(lot string, state petition.BatchState) {
	d.t.Helper()
	d.queue.Wake()
	if !eventually(d.t, func() bool {
		b, _, err := d.petitions.BatchFor(d.t.Context(), auth.Actor{PersonID: "officer", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: town, Role: auth.Officer}}}, lot)
		return err == nil && b.State == state
	}) {
		d.t.Fatalf("the batch does not become %s", state)
	}
}
