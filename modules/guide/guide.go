package guide

import (
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/guideview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// guide is one text of several sections.
type guide struct {
	path     string // without the language
	icon     string // of ui.Icon
	title    string // message id, as all texts here
	short    string // what it is about, in one sentence for the list of guides
	lead     string
	sections []section
}

// section is a part of a guide with a heading that the contents lead to.
type section struct {
	id, title string
	parts     []part
}

// part is a piece of a section: one of its fields is set.
type part struct {
	text   string
	steps  []step
	points []string
	note   *note
	links  []link
	body   func(h Pages, c *web.Ctx) templ.Component // what depends on the rules or the settings
}

// step is one numbered step, with where to click.
type step struct {
	title, text string
	links       []link
}

// note is a box that should not be missed.
type note struct {
	tone        ui.Tone
	title, text string
}

// link leads to a page of the site. Its path may end in a fragment.
type link struct{ label, path string }

// m marks a message of a guide.
func m(id string) string { return i18n.Msg(id) }

func to(label, path string) []link { return []link{{label, path}} }

// page puts a guide into the reader's words.
func (h Pages) page(c *web.Ctx, g guide) guideview.GuidePage {
	v := guideview.GuidePage{Page: c.Page(c.T(g.title)), Lead: c.T(g.lead)}
	v.Wide, v.Description = true, v.Lead
	v.Path, v.Query = g.path, "" // the page is kept for everybody: it must not repeat how somebody wrote its address
	for _, s := range g.sections {
		v.Sections = append(v.Sections, guideview.Section{ID: s.id, Title: c.T(s.title), Parts: h.parts(c, v.Page, s.parts)})
	}
	return v
}

func (h Pages) parts(c *web.Ctx, p ui.Page, list []part) []templ.Component {
	var out []templ.Component
	for _, x := range list {
		switch {
		case x.text != "":
			out = append(out, guideview.Text(c.T(x.text)))
		case x.steps != nil:
			out = append(out, guideview.Steps(steps(c, x.steps)))
		case x.points != nil:
			out = append(out, guideview.Points(points(c, x.points)))
		case x.note != nil:
			out = append(out, guideview.Note(p, x.note.tone, c.T(x.note.title), c.T(x.note.text)))
		case x.links != nil:
			out = append(out, guideview.Links(links(c, x.links)))
		case x.body != nil:
			out = append(out, x.body(h, c))
		}
	}
	return out
}

func steps(c *web.Ctx, list []step) []guideview.Step {
	out := make([]guideview.Step, len(list))
	for i, s := range list {
		out[i] = guideview.Step{Title: c.T(s.title), Text: c.T(s.text), Links: links(c, s.links)}
	}
	return out
}

func points(c *web.Ctx, list []string) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = c.T(id)
	}
	return out
}

func links(c *web.Ctx, list []link) []ui.NavItem {
	out := make([]ui.NavItem, len(list))
	for i, l := range list {
		out[i] = ui.NavItem{Label: c.T(l.label), Href: c.URL(l.path)}
	}
	return out
}
