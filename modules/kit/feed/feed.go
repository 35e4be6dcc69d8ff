// Package feed writes news feeds: Atom (RFC 4287), which readers of every kind
// understand.
package feed

import (
	"encoding/xml"
	"strings"
	"time"
)

// Type is the content type of a feed.
const Type = "application/atom+xml; charset=utf-8"

// Feed is a list of news, newest first. ID and the ids of entries never change
// once given; addresses are absolute.
type Feed struct {
	ID, Title, Subtitle string
	Lang                string    // BCP 47
	Self, Page          string    // the feed's own address, and that of the page it is about
	Author              string    // who speaks, for entries without one
	Updated             time.Time // of the newest entry; a feed without entries gives the time it was asked
	Entries             []Entry
}

// Entry is one piece of news. Summary and Content are plain text.
type Entry struct {
	ID, Title, Page string
	Lang            string // of the text, where it is not the feed's
	Summary         string
	Content         string // the whole of it, where that is short
	Author          string
	Categories      []string
	Published       time.Time
	Updated         time.Time
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type text struct {
	Lang string `xml:"xml:lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

type author struct {
	Name string `xml:"name"`
}

type category struct {
	Term string `xml:"term,attr"`
}

type atomEntry struct {
	ID         string     `xml:"id"`
	Title      text       `xml:"title"`
	Updated    string     `xml:"updated"`
	Published  string     `xml:"published,omitempty"`
	Link       link       `xml:"link"`
	Author     *author    `xml:"author,omitempty"`
	Categories []category `xml:"category"`
	Summary    *text      `xml:"summary,omitempty"`
	Content    *text      `xml:"content,omitempty"`
}

type atom struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string      `xml:"xml:lang,attr,omitempty"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle,omitempty"`
	Updated  string      `xml:"updated"`
	Author   author      `xml:"author"`
	Links    []link      `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

// Atom writes the feed. Characters that XML cannot hold are left out.
func (f Feed) Atom() ([]byte, error) {
	out := atom{
		Lang: f.Lang, ID: f.ID, Title: clean(f.Title), Subtitle: clean(f.Subtitle), Updated: stamp(f.Updated), Author: author{clean(f.Author)},
		Links: []link{{Rel: "self", Type: "application/atom+xml", Href: f.Self}, {Rel: "alternate", Type: "text/html", Href: f.Page}},
	}
	for _, e := range f.Entries {
		x := atomEntry{ID: e.ID, Title: text{e.Lang, clean(e.Title)}, Updated: stamp(e.Updated), Link: link{Rel: "alternate", Type: "text/html", Href: e.Page}}
		if !e.Published.IsZero() {
			x.Published = stamp(e.Published)
		}
		if e.Author != "" {
			x.Author = &author{clean(e.Author)}
		}
		if e.Summary != "" {
			x.Summary = &text{e.Lang, clean(e.Summary)}
		}
		if e.Content != "" {
			x.Content = &text{e.Lang, clean(e.Content)}
		}
		for _, c := range e.Categories {
			x.Categories = append(x.Categories, category{clean(c)})
		}
		out.Entries = append(out.Entries, x)
	}
	body, err := xml.MarshalIndent(out, "", " ")
	return append([]byte(xml.Header), append(body, '\n')...), err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// clean leaves out what XML 1.0 has no place for (section 2.2).
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
			return r
		}
		return -1
	}, s)
}
