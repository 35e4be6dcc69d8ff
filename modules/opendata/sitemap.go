package opendata

import (
	"context"
	"encoding/xml"
	"fmt"
	"regexp"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/web"
)

// Shelf is a kind of public pages that came to be over time, such as petitions.
type Shelf interface {
	// Since returns when the first of them came to be, zero when there is none.
	Since(ctx context.Context) (time.Time, error)
	// Between visits those of a time, from inclusive, to exclusive, with their
	// paths without a language and when they last changed.
	Between(ctx context.Context, from, to time.Time, visit func(path string, changed time.Time) error) error
}

// mapLimit is the most addresses one part of the map may have (sitemaps.org).
const mapLimit = 50_000

type mapIndex struct {
	XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Parts   []mapPart `xml:"sitemap"`
}

type mapPart struct {
	Loc string `xml:"loc"`
}

type urlSet struct {
	XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	XHTML   string    `xml:"xmlns:xhtml,attr"`
	URLs    []siteURL `xml:"url"`
}

type siteURL struct {
	Loc     string     `xml:"loc"`
	Changed string     `xml:"lastmod,omitempty"`
	Others  []otherURL `xml:"xhtml:link"`
}

type otherURL struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// index answers the map of the site: one part for the pages that are always
// there, and one for each month and shelf.
func (h *Pages) index(c *web.Ctx) error {
	out := mapIndex{Parts: []mapPart{{h.url("/sitemap/pages.xml")}}}
	now := c.Now().UTC()
	for _, name := range h.shelfNames() {
		since, err := h.shelves[name].Since(c.Std())
		if err != nil {
			return err
		}
		if since.IsZero() {
			continue
		}
		since = since.UTC()
		for m := time.Date(since.Year(), since.Month(), 1, 0, 0, 0, 0, time.UTC); !m.After(now); m = m.AddDate(0, 1, 0) {
			out.Parts = append(out.Parts, mapPart{h.url(fmt.Sprintf("/sitemap/%s-%s.xml", name, m.Format("2006-01")))})
		}
	}
	return sendXML(c, out)
}

var partName = regexp.MustCompile(`^([a-z]+)-(\d{4}-\d{2})$`)

// part answers one part of the map.
func (h *Pages) part(c *web.Ctx) error {
	set := urlSet{XHTML: "http://www.w3.org/1999/xhtml"}
	add := func(path string, changed time.Time) error {
		if len(set.URLs)+len(web.Langs) <= mapLimit {
			set.URLs = append(set.URLs, h.inAllLanguages(path, changed)...)
		}
		return nil
	}
	if c.Params("part") == "pages" {
		paths, err := h.always(c.Std())
		if err != nil {
			return err
		}
		for _, path := range paths {
			if err := add(path, time.Time{}); err != nil {
				return err
			}
		}
		return sendXML(c, set)
	}
	m := partName.FindStringSubmatch(c.Params("part"))
	if m == nil || h.shelves[m[1]] == nil {
		return fault.New(fault.NotFound, "")
	}
	month, err := time.Parse("2006-01", m[2])
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	if err := h.shelves[m[1]].Between(c.Std(), month, month.AddDate(0, 1, 0), add); err != nil {
		return err
	}
	return sendXML(c, set)
}

// inAllLanguages returns a page's addresses, each naming the others.
func (h *Pages) inAllLanguages(path string, changed time.Time) []siteURL {
	others := make([]otherURL, len(web.Langs))
	for i, lang := range web.Langs {
		others[i] = otherURL{Rel: "alternate", Lang: lang, Href: h.url("/" + lang + path)}
	}
	var out []siteURL
	for _, other := range others {
		u := siteURL{Loc: other.Href, Others: others}
		if !changed.IsZero() {
			u.Changed = changed.UTC().Format(time.RFC3339)
		}
		out = append(out, u)
	}
	return out
}

func sendXML(c *web.Ctx, doc any) error {
	body, err := xml.Marshal(doc)
	if err != nil {
		return fault.Wrap("opendata.sendXML", err)
	}
	c.Set("Content-Type", "application/xml; charset=utf-8")
	c.Set("Cache-Control", "public, max-age=600")
	return c.Send(append([]byte(xml.Header), body...))
}
