package guide

import (
	"context"
	"time"

	"musharaka/modules/kit/law"
	"musharaka/modules/kit/web"
	"musharaka/views/guideview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// Refusal is a reason for which a petition may be refused before publication.
type Refusal struct {
	Label string // message id
	Hides bool   // the text is not shown
}

// Pages are the guides and what the site says about itself.
type Pages struct {
	Contact  string // mail address of the operator
	Packs    *law.Packs
	Refusals []Refusal // as the desk offers them
}

// guides are the guides, in the order in which they are listed.
var guides = []guide{citizens, spaces, voters, associations, councils, facilitators, services, counters, requests, polling, results, networks, observers, data}

// notices are the pages about the site, which the foot of every page leads to.
var notices = []guide{accessibility, privacy, contact, source}

// Routes declares the pages.
func (h Pages) Routes(s *web.Site) {
	s.Get("/guides", web.Public, h.index)
	s.Get("/guides/law/:country", web.Public, h.country)
	for _, g := range guides {
		s.Get(g.path, web.Public, h.show(g, "guides"))
	}
	for _, g := range notices {
		s.Get(g.path, web.Public, h.show(g, ""))
	}
}

// keep answers with a page that is kept for a day: figures of the law change at midnight, and
// everything else in a guide only with the program.
func (h Pages) keep(c *web.Ctx, path string, render func(*web.Ctx) (templ.Component, error)) error {
	today := func(context.Context) (string, error) { return c.Now().Format(time.DateOnly), nil }
	return c.Cached(web.Source{Key: "guide" + path, Stamp: today, Render: render})
}

func (h Pages) show(g guide, current string) web.Handler {
	return func(c *web.Ctx) error {
		return h.keep(c, g.path, func(c *web.Ctx) (templ.Component, error) {
			c.SetCurrent(current)
			v := h.page(c, g)
			if current != "" {
				h.frame(c, &v, g.path)
			}
			return guideview.Guide(v), nil
		})
	}
}

// frame adds the way to a guide and the other guides.
func (h Pages) frame(c *web.Ctx, v *guideview.GuidePage, path string) {
	v.Crumbs = []ui.Crumb{{Label: c.T("Guides"), Href: c.URL("/guides")}, {Label: v.Title}}
	for _, g := range h.groups(c) {
		for _, t := range g.Tiles {
			if t.Href != c.URL(path) {
				v.Others = append(v.Others, ui.NavItem{Label: t.Title, Href: t.Href})
			}
		}
	}
}

// groups are all guides with what each is about.
func (h Pages) groups(c *web.Ctx) []guideview.Group {
	how, rules := guideview.Group{Title: c.T("What to do, step by step")}, guideview.Group{Title: c.T("What the rules say")}
	for _, g := range guides {
		how.Tiles = append(how.Tiles, ui.TileSpec{Icon: g.icon, Title: c.T(g.title), Text: c.T(g.short), Href: c.URL(g.path)})
	}
	for _, code := range h.countries() {
		rules.Tiles = append(rules.Tiles, ui.TileSpec{
			Icon: "file", Title: h.countryTitle(c, code), Href: c.URL(countryPath(code)),
			Text: c.T("How many signatures, which periods, who decides: with the source of each number."),
		})
	}
	return []guideview.Group{how, rules}
}

func (h Pages) index(c *web.Ctx) error {
	return h.keep(c, "/guides", func(c *web.Ctx) (templ.Component, error) {
		c.SetCurrent("guides")
		v := guideview.IndexPage{Page: c.Page(c.T("Guides")), Lead: c.T("Short and plain. Each fits on a few sheets of paper when you print it."), Groups: h.groups(c)}
		v.Wide, v.Path, v.Query, v.Description = true, "/guides", "", v.Lead
		return guideview.Index(v), nil
	})
}
