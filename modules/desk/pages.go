package desk

import (
	"errors"
	"net/url"
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/deskview"
	"musharaka/views/ui"
)

// PagesParts are what the pages are built from. Tabs and Tiles may be nil.
type PagesParts struct {
	Service *Service
	Tabs    []Tab  // of other modules, between the queue and the settings
	Tiles   []Tile // of other modules, below the queue
}

// Pages are the pages of the desk, and the public one of the time to answer.
type Pages struct {
	service *Service
	tabs    []Tab
	tiles   []Tile
}

// NewPages returns the pages.
func NewPages(p PagesParts) *Pages { return &Pages{service: p.Service, tabs: p.Tabs, tiles: p.Tiles} }

// deskRoles are who may come to the desk at all; some find only the tiles of
// other modules there.
var deskRoles = []auth.Role{auth.Officer, auth.Councillor, auth.President, auth.FrontDesk, auth.Department, auth.Facilitator, auth.Observer, auth.Administrator}

// workers are who may have a part in what waits.
var workers = []auth.Role{auth.Officer, auth.Councillor, auth.President, auth.FrontDesk, auth.Department, auth.Administrator}

// roleLabels are the words for the roles of the desk.
var roleLabels = map[auth.Role]string{
	auth.Officer: i18n.Msg("Officer of the authority"), auth.Councillor: i18n.Msg("Member of the deciding body"), auth.President: i18n.Msg("Head of the deciding body"),
	auth.FrontDesk: i18n.Msg("Front-desk agent"), auth.Department: i18n.Msg("Department agent"), auth.Administrator: i18n.Msg("Administrator of the platform"),
}

// Where the module's own pages of an authority's desk are.
const (
	pathQueue     = "/desk"
	pathTemplates = "/desk/templates"
	pathSettings  = "/desk/settings"
)

// FirstTabs and LastTabs are the module's own pages, around those of others.
var (
	FirstTabs = []Tab{{pathQueue, i18n.Msg("Everything that waits"), func(who auth.Actor, org string) bool { return seatOf(who, org) != "" }}}
	LastTabs  = []Tab{
		{pathTemplates, i18n.Msg("Answer templates"), func(who auth.Actor, org string) bool {
			return org != auth.PlatformID && who.Holds(org, auth.Officer, auth.Councillor, auth.President)
		}},
		{pathSettings, i18n.Msg("Settings"), leads},
	}
)

func (h *Pages) allTabs() []Tab { return slices.Concat(FirstTabs, h.tabs, LastTabs) }

// desks are the organisations at whose desk the actor sits, in the order of
// the memberships.
func desks(who auth.Actor) []string {
	return slices.DeleteFunc(who.OrgsWith(workers...), func(org string) bool { return seatOf(who, org) == "" })
}

// at finds out at which authority's desk the request is, speaks its country's
// words from there on, and makes the way through it. Forbidden when the actor
// has no part in this page there.
func (h *Pages) at(c *web.Ctx, path string) (string, deskview.Nav, error) {
	tabs := h.allTabs()
	tab := tabs[slices.IndexFunc(tabs, func(t Tab) bool { return t.Path == path })]
	orgs := slices.DeleteFunc(desks(c.Actor), func(org string) bool { return !tab.In(c.Actor, org) })
	org := c.Query("authority")
	if org == "" && len(orgs) > 0 {
		org = orgs[0]
	}
	if !slices.Contains(orgs, org) {
		return "", deskview.Nav{}, errNotYours
	}
	nav, err := h.nav(c, path, org, orgs)
	return org, nav, err
}

// speak uses the words of an authority's country.
func (h *Pages) speak(c *web.Ctx, org string) error {
	c.SetCurrent("desk")
	country, err := h.service.country(c.Std(), org)
	if country != "" {
		c.UseCountry(country)
	}
	return err
}

func (h *Pages) nav(c *web.Ctx, path, org string, orgs []string) (deskview.Nav, error) {
	var nav deskview.Nav
	if err := h.speak(c, org); err != nil {
		return nav, err
	}
	for _, other := range orgs {
		name, err := h.name(c, other)
		if err != nil {
			return nav, err
		}
		if other == org {
			nav.Authority = name
		}
		nav.Authorities = append(nav.Authorities, ui.Tab{Label: name, Href: deskURL(c, path, other), Current: other == org})
	}
	for _, t := range h.allTabs() {
		if t.In(c.Actor, org) {
			nav.Tabs = append(nav.Tabs, ui.Tab{Label: c.T(t.Label), Href: deskURL(c, t.Path, org), Current: t.Path == path})
		}
	}
	return nav, nil
}

// name says whose desk it is.
func (h *Pages) name(c *web.Ctx, org string) (string, error) {
	if org == auth.PlatformID {
		return c.T("Authorities that take no part in the platform"), nil
	}
	_, names, err := h.service.Authorities.Authority(c.Std(), org)
	if isNotFound(err) { // a membership outlived its place
		return org, nil
	}
	for _, lang := range []string{c.Locale.Lang(), "fr", "ar"} {
		if names[lang] != "" {
			return names[lang], err
		}
	}
	return org, err
}

// deskURL is the address of a page of one authority's desk.
func deskURL(c *web.Ctx, path, org string) string {
	return c.URL(path) + "?authority=" + url.QueryEscape(org)
}

// wrongIn returns what a refused form shows beside its fields, and whether the
// fault is of that sort.
func wrongIn(c *web.Ctx, err error) ([]ui.FieldError, bool) {
	var wrong *InputError
	if !errors.As(err, &wrong) {
		return nil, false
	}
	return []ui.FieldError{{Field: wrong.Field, Message: c.T(wrong.Message, wrong.Args...)}}, true
}

// page is a page of the desk, with its stylesheet.
func page(c *web.Ctx, title string) ui.Page {
	p := c.Page(title)
	p.Sheets, p.NoIndex = []string{"desk.css"}, true
	return p
}

// leftText says how far off a deadline is.
func leftText(c *web.Ctx, it Item) string {
	days := DaysLeft(c.Now(), it.Due, it.Zone())
	switch {
	case it.Due.IsZero():
		return c.T("No deadline")
	case days < 0:
		return c.N("{n} day overdue", "{n} days overdue", -days)
	case days == 0:
		return c.T("Due today")
	}
	return c.N("{n} day left", "{n} days left", days)
}

// soonTone is from how many days before its end on a deadline is marked.
const soonTone = 14

func leftTone(c *web.Ctx, it Item) ui.Tone {
	days := DaysLeft(c.Now(), it.Due, it.Zone())
	switch {
	case it.State == Done || it.Due.IsZero():
		return ui.Neutral
	case it.Overdue(c.Now()):
		return ui.Danger
	case days <= soonTone:
		return ui.Warning
	}
	return ui.Info
}

// sinceText says for how long an item has waited.
func sinceText(c *web.Ctx, it Item) string {
	days := DaysLeft(it.Since, c.Now(), clock.Zone(it.Country))
	if days < 1 {
		return c.T("Came today")
	}
	return c.N("Has waited for {n} day", "Has waited for {n} days", days)
}

// kindLabel names what is to be done.
func (h *Pages) kindLabel(c *web.Ctx, it Item) string {
	kind, _ := h.service.kind(it.Kind)
	return c.T(kind.Label)
}
