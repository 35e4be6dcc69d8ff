package feed

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"
)

func TestAFeedHasWhatTheStandardAsks(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.FixedZone("", 3600))
	body, err := Feed{
		ID: "https://x.example/feed", Title: "عرائض <طنجة>", Lang: "ar-MA", Self: "https://x.example/ar/petitions.atom?place=a&theme=b", Page: "https://x.example/ar/petitions",
		Author: "مشاركة", Updated: at, Entries: []Entry{
			{ID: "urn:x:1", Title: "Éclairer & réparer", Lang: "fr", Page: "https://x.example/ar/petitions/1", Summary: "a\x00b\x0bc\uFFFEd", Categories: []string{"lighting"}, Published: at, Updated: at},
			{ID: "urn:x:2", Title: "بلا ملخص", Page: "https://x.example/ar/petitions/2", Author: "سلمى", Content: "كل\x00ه", Updated: at},
		},
	}.Atom()
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Title   string   `xml:"title"`
		Updated string   `xml:"updated"`
		Author  string   `xml:"author>name"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
			Summary string `xml:"summary"`
			Content string `xml:"content"`
			Author  string `xml:"author>name"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(body, &back); err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	if back.ID == "" || back.Title != "عرائض <طنجة>" || back.Updated != "2026-03-01T09:00:00Z" || back.Author != "مشاركة" || len(back.Links) != 2 || back.Links[0].Rel != "self" {
		t.Errorf("the feed is %+v", back)
	}
	if len(back.Entries) != 2 || back.Entries[0].Summary != "abcd" || back.Entries[0].Title != "Éclairer & réparer" || back.Entries[1].Author != "سلمى" || back.Entries[1].Content != "كله" || back.Entries[1].Updated == "" {
		t.Errorf("the entries are %+v", back.Entries)
	}
	if strings.Count(string(body), "<summary") != 1 || strings.Count(string(body), "<content") != 1 {
		t.Error("an entry without a summary or a content has one")
	}
}
