package petition

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/store"
)

// told reads what an address answers to programs.
func told[T any](v *visit, path string) (T, seen) {
	v.t.Helper()
	var out T
	v.clock.Advance(2 * time.Second)
	a := v.ask(nobody, path, nil)
	if a.status == 200 {
		v.must(json.Unmarshal([]byte(a.body), &out))
	}
	return out, a
}

func TestAPetitionAsDataHasTheUKsFields(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	_, err := v.Sign(v.ctx, karim, s.open.ID, SignInput{Consent: "1", NamePublic: true, Comment: "Pour nos enfants."})
	v.must(err)
	for _, c := range []struct {
		p               Petition
		status          int
		state           string
		answer, refusal bool
		creator         bool
	}{
		{s.draft, 404, "", false, false, false}, {s.waiting, 404, "", false, false, false},
		{s.open, 200, "open", false, false, true}, {s.ready, 200, "open", false, false, true},
		{s.answered, 200, "closed", true, false, false}, {s.rejected, 200, "rejected", false, true, false}, {s.hidden, 200, "rejected", false, true, false},
	} {
		one, a := told[DataOne](v, "/petitions/"+c.p.ID+".json")
		x := one.Data.Attributes
		if a.status != c.status || x.State != c.state || (x.GovernmentResponse != nil) != c.answer || (x.Rejection != nil) != c.refusal || (x.CreatorName != nil) != c.creator {
			t.Errorf("%s: %d, %q, answer %v, rejection %v, creator %v", c.p.State, a.status, x.State, x.GovernmentResponse, x.Rejection, x.CreatorName)
		}
		for _, secret := range []string{"Karim C.", "karim", "Pour nos enfants.", "salma", "Name of"} {
			if strings.Contains(a.body, secret) {
				t.Errorf("%s: the data say %q", c.p.State, secret)
			}
		}
	}
	hidden, _ := told[DataOne](v, "/petitions/"+s.hidden.ID+".json")
	if x := hidden.Data.Attributes; x.Action != "" || x.Background != "" || len(x.Texts) != 0 {
		t.Errorf("a hidden text is in the data: %+v", x)
	}
	answered, _ := told[DataOne](v, "/petitions/"+s.answered.ID+".json")
	x := answered.Data.Attributes
	if x.Action != goodText.Object || x.Background != goodText.Ask || !strings.Contains(x.AdditionalDetails, goodText.Aims) || x.SignatureCount != 4 || x.ValidSignatureCount != 4 {
		t.Errorf("the petition is told as %+v", x)
	}
	if r := x.GovernmentResponse; r == nil || r.Summary != "Huit lampadaires avant l’été." || r.Decision != "accepted" || r.RespondedOn == "" {
		t.Errorf("its answer is told as %+v", x.GovernmentResponse)
	}
	if x.OpenedAt == nil || x.ResponseThresholdReachedAt == nil || x.GovernmentResponseAt == nil || x.ClosingDate != nil || len(x.OtherParliamentaryBusiness) < 3 {
		t.Errorf("its times are told as %+v", x)
	}
}

func TestTheListOfDataIsPagedWithoutGapsAndRepeats(t *testing.T) {
	v := newVisit(t)
	want := map[string]bool{}
	for range 7 {
		want[v.opened("town").ID] = true
	}
	v.jobs()
	path, seenIDs := "/petitions.json?limit=3&place=town", map[string]bool{}
	for range 4 {
		list, a := told[DataList](v, path)
		if a.status != 200 || list.Links.First == nil || list.Links.Last != nil || !strings.HasPrefix(list.Links.Self, "https://petitions.example/petitions.json?") {
			t.Fatalf("%s: %d, links %+v", path, a.status, list.Links)
		}
		for _, p := range list.Data {
			if seenIDs[p.ID] || p.Links == nil || p.Links.Self != "https://petitions.example/petitions/"+p.ID+".json" {
				t.Errorf("%s is there twice, or its link is %v", p.ID, p.Links)
			}
			seenIDs[p.ID] = true
		}
		if list.Links.Next == nil {
			break
		}
		path = strings.TrimPrefix(*list.Links.Next, "https://petitions.example")
	}
	if len(seenIDs) != len(want) {
		t.Errorf("%d petitions are listed, there are %d", len(seenIDs), len(want))
	}
}

func TestTheTableIsSafeInASpreadsheet(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	v.must(v.cards.Insert(v.ctx, Card{Meta: store.Meta{ID: "old"}, State: Open, Langs: []string{"fr"}, Objects: map[string]string{"fr": "=HYPERLINK(\"http://evil.example\")"}, PublishedAt: v.clock.Now().Add(-time.Hour), Facets: []string{facet("", "", All)}}))
	v.jobs()
	a := v.ask(nobody, "/petitions.csv", nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	v.must(err)
	if len(rows) != 3 || len(rows[1]) != len(csvColumns) || rows[1][0] != p.ID || rows[1][7] != goodText.Object || !strings.HasPrefix(rows[2][7], "'=") {
		t.Errorf("the table is %q", rows)
	}
	if a.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(a.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("headers %v", a.header)
	}
}

func TestAFeedTellsOfAnAuthoritysPetitions(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	v.jobs()
	a := v.ask(nobody, "/fr/petitions.atom?place=town&theme=lighting", nil)
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "application/atom+xml") {
		t.Fatalf("%d %s", a.status, a.header.Get("Content-Type"))
	}
	for _, want := range []string{"urn:musharaka:petition:" + s.open.ID, "urn:musharaka:petition:" + s.answered.ID, "https://petitions.example/fr/petitions/" + s.ready.ID} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the feed does not say %s", want)
		}
	}
	for _, hidden := range []string{s.draft.ID, s.waiting.ID, s.hidden.ID, s.rejected.ID} {
		if strings.Contains(a.body, hidden) {
			t.Errorf("the feed tells of %s", hidden)
		}
	}
}

func TestOnlyTheCounterMayStandInForeignFrames(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	v.sign(p, many("r", 3)...)
	for path, want := range map[string]string{"/embed": "frame-ancestors *", "": "frame-ancestors 'none'", "/data": "frame-ancestors 'none'"} {
		v.clock.Advance(2 * time.Second)
		a := v.ask(nobody, "/ar/petitions/"+p.ID+path, nil)
		if a.status != 200 || !strings.Contains(a.header.Get("Content-Security-Policy"), want) {
			t.Errorf("%s: %d %q", path, a.status, a.header.Get("Content-Security-Policy"))
		}
		if path == "/embed" && (strings.Contains(a.body, "<form") || strings.Contains(a.body, "<script") || !strings.Contains(a.body, `target="_blank"`)) {
			t.Errorf("the counter has what a frame must not have: %s", a.body)
		}
	}
}

func TestThePieceToEmbedCannotBreakOut(t *testing.T) {
	got := embedSnippet("https://x.example/a?b=1&c=2", `"><script>alert(1)</script>`)
	if strings.Contains(got, "<script>") || !strings.Contains(got, "b=1&amp;c=2") || !strings.HasPrefix(got, "<iframe ") {
		t.Error(got)
	}
}
