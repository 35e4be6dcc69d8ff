package petition

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/card"
	"musharaka/modules/kit/pdf/pdftest"
)

// words are the words of a PDF, in reading order.
func words(t *testing.T, file string) string {
	t.Helper()
	return strings.Join(strings.Fields(strings.Join(pdftest.Text(t, []byte(file)), " ")), " ")
}

func TestPapersSayWhatThePublicPageSays(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	for _, x := range []struct {
		p        Petition
		status   int
		see, not []string
	}{
		{s.draft, 404, nil, nil},
		{s.waiting, 404, nil, nil},
		{s.open, 200, []string{goodText.Ask, "Salma B.", "PET-2026-", "0 sur 4", "Commune de test"}, []string{"Karim C."}},
		{s.answered, 200, []string{"Huit lampadaires", "Le conseil a voté le budget.", "Acceptée", "4 sur 4"}, []string{"Name of president"}},
		{s.rejected, 200, []string{"This belongs to the region.", goodText.Ask}, []string{"Karim C."}},
		{s.hidden, 200, []string{"It named a neighbour.", "PET-2026-"}, []string{goodText.Object, goodText.Ask, "Salma B."}},
	} {
		a := v.ask(nobody, "/fr/petitions/"+x.p.ID+"/petition.pdf", nil)
		if a.status != x.status {
			t.Errorf("the PDF of a petition that is %s: %d", x.p.State, a.status)
			continue
		}
		if got := v.ask(nobody, "/fr/petitions/"+x.p.ID+"/card.png", nil); got.status != x.status {
			t.Errorf("the card of a petition that is %s: %d", x.p.State, got.status)
		}
		if a.status != 200 {
			continue
		}
		if a.header.Get("Content-Type") != "application/pdf" || !strings.Contains(a.header.Get("Content-Disposition"), "inline") {
			t.Errorf("sent as %v", a.header)
		}
		said := words(t, a.body)
		for _, want := range x.see {
			if !strings.Contains(said, want) {
				t.Errorf("the PDF of a petition that is %s lacks %q: %s", x.p.State, want, said)
			}
		}
		for _, hidden := range x.not {
			if strings.Contains(said, hidden) {
				t.Errorf("the PDF of a petition that is %s says %q", x.p.State, hidden)
			}
		}
	}
}

func TestTheCardIsAPictureOfTheSizeItSays(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	for _, lang := range []string{"ar", "fr", "en"} {
		a := v.ask(nobody, "/"+lang+"/petitions/"+p.ID+"/card.png", nil)
		img, err := png.Decode(bytes.NewReader([]byte(a.body)))
		if err != nil || a.header.Get("Content-Type") != "image/png" {
			t.Fatalf("%s: %v %v", lang, err, a.header)
		}
		if b := img.Bounds(); b.Dx() != card.Width || b.Dy() != card.Height {
			t.Errorf("%s: %v", lang, b)
		}
	}
}

func TestAPaperIsDrawnOnceForEachChange(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	path := "/fr/petitions/" + p.ID + "/petition.pdf"
	first := v.ask(nobody, path, nil)
	tag := first.header.Get("ETag")
	if tag == "" || v.ask(nobody, path, nil).header.Get("ETag") != tag {
		t.Fatalf("the tag %q does not stay", tag)
	}
	if again := v.ask(nobody, path, nil, "If-None-Match", tag); again.status != 304 || again.body != "" {
		t.Errorf("known already, and yet %d with %d bytes", again.status, len(again.body))
	}
	v.sign(p, "karim")
	v.clock.Advance(11 * time.Second)
	if v.ask(nobody, path, nil).header.Get("ETag") == tag {
		t.Error("a signature did not reach the paper")
	}
	_, err := v.Reject(v.ctx, officer, p.ID, Offensive, "Injures.")
	v.must(err)
	if said := words(t, v.ask(nobody, path, nil).body); strings.Contains(said, goodText.Ask) {
		t.Error("a text taken out of sight is still on paper")
	}
}

func BenchmarkPetitionPDF(b *testing.B) { benchmarkPaper(b, "petition.pdf") }

func BenchmarkPetitionCard(b *testing.B) { benchmarkPaper(b, "card.png") }

// benchmarkPaper draws a paper anew each time.
func benchmarkPaper(b *testing.B, name string) {
	v := newVisit(b)
	p := v.opened("town")
	for b.Loop() {
		v.papers.drawn.Clear()
		if a := v.ask(nobody, "/fr/petitions/"+p.ID+"/"+name, nil); a.status != 200 {
			b.Fatal(a.status)
		}
	}
}
