package main

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"musharaka/config"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/pdf/pdftest"
	"musharaka/modules/petition"
)

// give posts a private file with its passphrase, and whatever goes with it.
func (v *visitor) give(path string, file []byte, fields ...string) seen {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			v.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("key", "key.txt")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.on.url+path, &body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

// makesKey lets an officer make a key of the town and show its file.
func (v *visitor) makesKey(passphrase string) []byte {
	v.t.Helper()
	desk := "/fr/desk/sealing?authority=" + town
	if wrong := v.post(desk, "passphrase", passphrase, "again", passphrase+"x"); wrong.status != 422 {
		v.t.Fatalf("two passphrases that differ: %d", wrong.status)
	}
	made := v.post(desk, "passphrase", passphrase, "again", passphrase)
	if made.status != 200 || !strings.HasPrefix(made.body, "-----BEGIN MUSHARAKA PRIVATE KEY") || made.header.Get("Cache-Control") != "private, no-store" {
		v.t.Fatalf("the private file: %d %s", made.status, made.header)
	}
	confirm := "/fr/desk/sealing/confirm?authority=" + town
	if p := v.give(confirm, []byte(made.body), "passphrase", "not "+passphrase); p.status != 422 {
		v.t.Fatalf("confirmed with a wrong passphrase: %d", p.status)
	}
	if p := v.give(confirm, []byte(made.body), "passphrase", passphrase); p.status != 200 || !strings.HasPrefix(p.path, "/fr/desk/sealing?") {
		v.t.Fatalf("confirming the key: %d %s", p.status, p.path)
	}
	return []byte(made.body)
}

// TestNumbersAreSealedAndOpened makes a key, seals with it, makes the file of a
// deposit and opens its numbers, all over HTTP.
func TestNumbersAreSealedAndOpened(t *testing.T) {
	r := startPlatform(t, clock.System())
	for _, id := range []string{town, neighbour} {
		if _, err := r.places.Activate(t.Context(), auth.System, id); err != nil {
			t.Fatal(err)
		}
	}
	author, officer := r.visitor(t).as(r.enrol(t, 1)), r.visitor(t).as(r.enrol(t, 2, auth.Officer))
	foreign := r.enrol(t, 3)
	if _, err := r.accounts.GrantRole(t.Context(), auth.System, foreign, auth.Membership{Kind: auth.Authority, OrgID: neighbour, Role: auth.Officer}); err != nil {
		t.Fatal(err)
	}
	elsewhere := r.visitor(t).as(foreign)

	const passphrase = "trois chevaux sous la pluie"
	key := officer.makesKey(passphrase)
	id := writePetition(t, author)
	mustSee(t, officer.post("/ar/desk/petitions/"+id+"/publish", "checked", "on"), 200)
	people := sealedSignatures(t, r, id)

	made := author.post("/fr/petitions/"+id+"/deposit/file", "lang", "ar")
	if made.status != 200 {
		t.Fatalf("making the file: %d %s", made.status, made.path)
	}
	masked := pdfWords(t, author.get("/fr/petitions/"+id+"/files/1/volumes/1"))
	if !strings.Contains(masked, "••••••00") || strings.Contains(masked, "LA000100") {
		t.Errorf("the agent's file has no masked numbers, or whole ones: %s", masked)
	}

	open := "/fr/desk/petitions/" + id + "/files/1/open"
	mustSee(t, officer.get(open), 200, "name=\"passphrase\"")
	for _, x := range []struct {
		name   string
		who    *visitor
		file   []byte
		phrase string
		status int
	}{
		{"a wrong passphrase", officer, key, "trois chevaux sous la neige", 422},
		{"another text as the file", officer, []byte("LA000100"), passphrase, 422},
		{"an officer of another authority", elsewhere, key, passphrase, 404},
		{"the agent", author, key, passphrase, 403},
	} {
		if got := x.who.give(open, x.file, "passphrase", x.phrase, "volume", "1"); got.status != x.status || strings.Contains(got.body, "%PDF") || strings.Contains(got.body, x.phrase) {
			t.Errorf("%s: %d, want %d", x.name, got.status, x.status)
		}
	}
	opened := pdfWords(t, officer.give(open, key, "passphrase", passphrase, "volume", "1"))
	for n := 100; n < 100+people; n++ {
		if number := fmt.Sprintf("LA%06d", n); !strings.Contains(opened, number) {
			t.Errorf("the opened list lacks %s: %s", number, opened)
		}
	}
}

// sealedSignatures lets as many people sign with their number as the threshold
// asks for, the first through the form, and not with another's. It returns how
// many.
func sealedSignatures(t *testing.T, r *running, id string) int {
	t.Helper()
	p, err := r.petitions.Get(t.Context(), auth.System, id)
	if err != nil {
		t.Fatal(err)
	}
	people, sign := int(p.Threshold.Signatures), "/fr/petitions/"+id+"/sign"
	first := r.visitor(t).as(r.enrol(t, 100))
	mustSee(t, first.get(sign), 200, "name=\"number\"")
	for _, wrong := range []string{"", "LA000999"} {
		if p := first.post(sign, "consent", "on", "number", wrong); p.status != 422 {
			t.Fatalf("signing with the number %q: %d", wrong, p.status)
		}
	}
	mustSee(t, first.post(sign, "consent", "on", "number", "LA000100"), 200)
	for n := 101; n < 100+people; n++ {
		who := auth.Actor{PersonID: r.enrol(t, n)}
		if _, err := r.petitions.Sign(t.Context(), who, id, petition.SignInput{Consent: consentVersion, Number: fmt.Sprintf("LA%06d", n)}); err != nil {
			t.Fatal(err)
		}
	}
	return people
}

func pdfWords(t *testing.T, p seen) string {
	t.Helper()
	if p.status != 200 || p.header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("no PDF: %d %s", p.status, p.path)
	}
	return strings.Join(pdftest.Text(t, []byte(p.body)), "\n")
}

// TestTheKeyOfTheDemoIsOfTheDemoAlone tries the passphrase that everybody can
// read where it is refused.
func TestTheKeyOfTheDemoIsOfTheDemoAlone(t *testing.T) {
	r := startPlatform(t, clock.System())
	if _, err := r.places.Activate(t.Context(), auth.System, town); err != nil {
		t.Fatal(err)
	}
	officer := r.visitor(t).as(r.enrol(t, 2, auth.Officer))
	if p := officer.get("/fr/desk/sealing/demo?authority=" + town); p.status != 404 {
		t.Errorf("a private file where the demo made none: %d", p.status)
	}
	file := officer.makesKey(config.DemoPassphrase)
	if p := officer.get("/fr/desk/sealing/demo?authority=" + town); p.status != 404 {
		t.Errorf("the private file of somebody's own key: %d", p.status)
	}
	r.keys.Refuse(config.DemoPassphrase) // as in production
	desk := "/fr/desk/sealing"
	if p := officer.post(desk+"?authority="+town, "passphrase", config.DemoPassphrase, "again", config.DemoPassphrase); p.status != 422 {
		t.Errorf("a key is made with the passphrase of the demo: %d", p.status)
	}
	mustSee(t, officer.post(desk+"?authority="+town, "passphrase", "another one altogether", "again", "another one altogether"), 200, "PRIVATE KEY")
	if p := officer.give(desk+"/confirm?authority="+town, file, "passphrase", config.DemoPassphrase); p.status != 422 {
		t.Errorf("a key of the demo is confirmed: %d", p.status)
	}
}
