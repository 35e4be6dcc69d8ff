package opendata

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/opendataview"
)

// Parts are what the pages are built from.
type Parts struct {
	PublicURL string // without a slash at the end
	Files     fs.FS  // the descriptions: config/openapi
	Shelves   map[string]Shelf
	// Datasets are what the modules publish, in the order in which they are shown.
	Datasets   []Dataset
	Publishers Publishers
	// Always returns the paths, without a language, of the pages that are always there.
	Always func(ctx context.Context) ([]string, error)
}

// Pages are the pages for programs and for those who write them.
type Pages struct {
	address   string
	document  []byte
	endpoints []Endpoint
	shelves   map[string]Shelf
	always    func(ctx context.Context) ([]string, error)

	datasets   []Dataset
	publishers Publishers
	locale     func(lang string) *i18n.Locale
}

// NewPages puts the description together. Its error is for who starts the program.
func NewPages(p Parts) (*Pages, error) {
	doc, err := Document(p.Files, p.PublicURL)
	if err != nil {
		return nil, err
	}
	if err := checkDatasets(p.Datasets); err != nil {
		return nil, err
	}
	body, err := JSON(doc)
	return &Pages{address: p.PublicURL, document: body, endpoints: Endpoints(doc), shelves: p.Shelves, always: p.Always, datasets: p.Datasets, publishers: p.Publishers}, err
}

var (
	oftenMapped = web.Limit{Burst: 30, Every: 2 * time.Second}
	oftenRead   = web.Limit{Burst: 120, Every: time.Second} // people look around in the catalogue
)

// Routes declares the pages, all of them for everybody.
func (h *Pages) Routes(s *web.Site) {
	h.locale = func(lang string) *i18n.Locale { return s.Locale(lang, "") }
	s.Plain("GET", "/openapi.json", web.Public, h.openapi)
	s.Plain("GET", "/robots.txt", web.Public, h.robots)
	s.Plain("GET", "/sitemap.xml", web.Public, web.Limited(oftenMapped, h.index))
	s.Plain("GET", "/sitemap/:part.xml", web.Public, web.Limited(oftenMapped, h.part))
	s.Get("/api", web.Public, h.describe)
	s.Get(pathData, web.Public, web.Limited(oftenRead, h.data))
	s.Plain("GET", "/data.jsonld", web.Public, web.Limited(oftenRead, h.linked))
	s.Plain("GET", "/data/:place.jsonld", web.Public, web.Limited(oftenRead, h.linked))
}

func (h *Pages) url(path string) string { return h.address + path }

func (h *Pages) shelfNames() []string { return slices.Sorted(maps.Keys(h.shelves)) }

// openapi answers the description. Anybody's page may read it.
func (h *Pages) openapi(c *web.Ctx) error {
	c.Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1; charset=utf-8")
	c.Set("Access-Control-Allow-Origin", "*")
	c.Set("Cache-Control", "public, max-age=3600")
	return c.Send(h.document)
}

// robots keeps search engines off what is not for them, and shows them the map.
func (h *Pages) robots(c *web.Ctx) error {
	c.Set("Content-Type", "text/plain; charset=utf-8")
	c.Set("Cache-Control", "public, max-age=3600")
	text := "User-agent: *\n"
	for _, lang := range web.Langs {
		for _, path := range []string{"/me", "/desk", "/admin", "/sign-in", "/demo"} {
			text += "Disallow: /" + lang + path + "\n"
		}
	}
	return c.SendString(text + "Sitemap: " + h.url("/sitemap.xml") + "\n")
}

// forPeople writes the parts of a path that vary as the addresses of this site do.
var forPeople = strings.NewReplacer("{", ":", "}", "")

// describe shows the endpoints to people.
func (h *Pages) describe(c *web.Ctx) error {
	v := opendataview.APIPage{Page: c.Page(c.T("Open data for programs")), Document: "/openapi.json"}
	v.Description = c.T("Everything public on this platform can be read by programs, without a key, and used again with the source named.")
	for _, e := range h.endpoints {
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Name != e.Tag {
			v.Groups = append(v.Groups, opendataview.Group{Name: e.Tag})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Endpoints = append(g.Endpoints, opendataview.Endpoint{Method: e.Method, Path: forPeople.Replace(e.Path), Summary: e.Summary, Description: e.Description})
	}
	c.Set("Cache-Control", "public, max-age=600")
	return c.Show(opendataview.API(v))
}
