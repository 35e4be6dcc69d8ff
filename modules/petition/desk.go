package petition

import (
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"
)

// DeskTile is another module's entry of the hub, given by the server.
type DeskTile struct {
	Roles       []auth.Role // who sees it
	Icon        string      // of ui.Icon
	Title, Text string      // message ids
	Path        string      // without the language
}

// DeskParts are what the desk is built from. Tiles and Acts may be nil.
type DeskParts struct {
	Pages *Pages
	Tiles []DeskTile
	Acts  func(tr ui.Translator, act string) string // words for other modules' acts in the audit, "" for an unknown one
}

// Desk are the pages for those who serve an authority: its officers,
// councillors and president, and the observers of its audit. Each page is of
// one authority, named in the address, and shows what the roles held there
// allow. An administrator of the platform sits at one desk only: that of the
// petitions to authorities that take no part.
type Desk struct {
	*Pages
	tiles []DeskTile
	acts  func(tr ui.Translator, act string) string
}

// NewDesk returns the desk.
func NewDesk(p DeskParts) *Desk {
	return &Desk{Pages: p.Pages, tiles: p.Tiles, acts: p.Acts}
}

// deskRoles are who may come to the desk at all; some find only the tiles of
// other modules there.
var deskRoles = []auth.Role{auth.Officer, auth.Councillor, auth.President, auth.FrontDesk, auth.Observer, auth.Administrator}

// auditRoles are who may read the audit.
var auditRoles = []auth.Role{auth.Officer, auth.President, auth.Observer}

// roleLabels are the words for the roles of the audit and of the desk.
var roleLabels = map[string]string{
	string(AsAuthor): i18n.Msg("Agent of the petition"), string(AsOfficer): i18n.Msg("Officer of the authority"),
	string(AsCouncillor): i18n.Msg("Member of the deciding body"), string(AsPresident): i18n.Msg("Head of the deciding body"),
	string(AsSystem): i18n.Msg("The platform itself"), string(AsReader): i18n.Msg("A signed-in person"),
	string(auth.Observer): i18n.Msg("Observer of the platform"), string(auth.Administrator): i18n.Msg("Administrator of the platform"),
	string(auth.FrontDesk): i18n.Msg("Front-desk agent"), string(auth.Coordinator): i18n.Msg("Coordinator of a network"),
	"citizen": i18n.Msg("A signed-in person"),
}

// answers reports whether an actor has a part in an authority's answers.
func answers(who auth.Actor, org string) bool {
	return who.Holds(org, auth.Officer, auth.Councillor, auth.President)
}

// publishes reports whether an actor looks after what an authority's officers
// have published.
func publishes(who auth.Actor, org string) bool { return who.Holds(org, auth.Officer) }

// reads reports whether an actor may read an authority's audit.
func reads(who auth.Actor, org string) bool {
	return org != auth.PlatformID && (who.Holds(org, auditRoles...) || who.Holds(auth.PlatformID, auth.Observer))
}

// desks are the organisations at whose desk the actor sits, in the order of
// the memberships.
func desks(who auth.Actor) []string {
	orgs := slices.DeleteFunc(who.OrgsWith(auth.Officer, auth.Councillor, auth.President, auth.Observer), func(org string) bool {
		return org == auth.PlatformID
	})
	if who.Holds(auth.PlatformID, auth.Administrator) {
		orgs = append(orgs, auth.PlatformID)
	}
	return orgs
}

// deskName says whose desk it is.
func (d *Desk) deskName(c *web.Ctx, org string) (string, error) {
	if org == auth.PlatformID {
		return c.T("Authorities that take no part in the platform"), nil
	}
	a, err := d.places.Authority(c.Std(), org)
	if isNotFound(err) { // a membership outlived its place
		return org, nil
	}
	return a.Name(c.Locale.Lang()), err
}

// deskTab is one of the pages of a desk.
type deskTab struct {
	path, label string
	in          func(who auth.Actor, org string) bool // who has a part in it
}

// The pages of a desk.
var (
	tabModeration = deskTab{"/desk/petitions", i18n.Msg("Moderation"), moderates}
	tabPublished  = deskTab{"/desk/published", i18n.Msg("Published petitions"), publishes}
	tabComments   = deskTab{"/desk/comments", i18n.Msg("Comments"), moderates}
	tabAnswers    = deskTab{"/desk/answers", i18n.Msg("Answers"), answers}
	tabAudit      = deskTab{"/desk/audit", i18n.Msg("Audit"), reads}
)

// at finds out at which authority's desk the request is, and makes the way
// through it. Forbidden when the actor has no part in this page there.
func (d *Desk) at(c *web.Ctx, tab deskTab, orgs []string) (string, petitionview.DeskNav, error) {
	orgs = slices.DeleteFunc(slices.Clone(orgs), func(org string) bool { return !tab.in(c.Actor, org) })
	org := c.Query("authority")
	if org == "" && len(orgs) > 0 {
		org = orgs[0]
	}
	if !slices.Contains(orgs, org) {
		return "", petitionview.DeskNav{}, errNotYours
	}
	if err := d.speakFor(c, org); err != nil {
		return "", petitionview.DeskNav{}, err
	}
	nav, err := d.nav(c, tab, org, orgs)
	return org, nav, err
}

// speakFor uses the words of the authority's country.
func (d *Desk) speakFor(c *web.Ctx, org string) error {
	c.SetCurrent("desk")
	if org == auth.PlatformID {
		return nil
	}
	a, err := d.places.Authority(c.Std(), org)
	if err != nil {
		return err
	}
	c.UseCountry(a.Country)
	return nil
}

func (d *Desk) nav(c *web.Ctx, tab deskTab, org string, orgs []string) (petitionview.DeskNav, error) {
	var nav petitionview.DeskNav
	for _, other := range orgs {
		name, err := d.deskName(c, other)
		if err != nil {
			return nav, err
		}
		if other == org {
			nav.Authority = name
		}
		nav.Authorities = append(nav.Authorities, ui.Tab{Label: name, Href: deskURL(c, tab.path, other), Current: other == org})
	}
	for _, t := range []deskTab{tabModeration, tabComments, tabPublished, tabAnswers, tabAudit} {
		if t.in(c.Actor, org) {
			nav.Tabs = append(nav.Tabs, ui.Tab{Label: c.T(t.label), Href: deskURL(c, t.path, org), Current: t.path == tab.path})
		}
	}
	return nav, nil
}

// deskURL is the address of a page of one authority's desk.
func deskURL(c *web.Ctx, path, org string) string {
	return c.URL(path) + "?authority=" + org
}

// hub shows what waits, authority by authority.
func (d *Desk) hub(c *web.Ctx) error {
	c.SetCurrent("desk")
	v := petitionview.DeskPage{Page: c.Page(c.T("Desk"))}
	v.Wide = true
	for _, org := range desks(c.Actor) {
		desk, err := d.deskOf(c, org)
		if err != nil {
			return err
		}
		v.Desks = append(v.Desks, desk)
	}
	if c.Actor.Holds(auth.PlatformID, auth.Observer) {
		v.More = append(v.More, ui.TileSpec{Icon: "check", Href: c.URL(tabAudit.path), Title: c.T("Audit"), Text: c.T("What was done at each authority, by whom and why")})
	}
	for _, t := range d.tiles {
		if c.Actor.HoldsAny(t.Roles...) {
			v.More = append(v.More, ui.TileSpec{Icon: t.Icon, Title: c.T(t.Title), Text: c.T(t.Text), Href: c.URL(t.Path)})
		}
	}
	return c.Show(petitionview.Desk(v))
}

func (d *Desk) deskOf(c *web.Ctx, org string) (petitionview.DeskOf, error) {
	var v petitionview.DeskOf
	if err := d.speakFor(c, org); err != nil {
		return v, err
	}
	var err error
	if v.Name, err = d.deskName(c, org); err != nil {
		return v, err
	}
	var roles []string
	for _, m := range c.Actor.Memberships {
		if label := roleLabels[string(m.Role)]; m.OrgID == org && label != "" {
			roles = append(roles, c.T(label))
		}
	}
	v.Roles = c.Locale.List(roles)
	w, err := d.service.WaitsAt(c.Std(), c.Actor, org)
	if err != nil {
		return v, err
	}
	v.Tiles = d.waitingTiles(c, org, w)
	for _, p := range w.Late {
		v.Late = append(v.Late, petitionview.DeskLate{Title: titleOf(c, p), Href: c.URL("/desk/petitions/" + p.ID + "/answer"), Text: dueText(c, p)})
	}
	return v, nil
}

func (d *Desk) waitingTiles(c *web.Ctx, org string, w Waits) []ui.TileSpec {
	var tiles []ui.TileSpec
	if moderates(c.Actor, org) {
		tile := ui.TileSpec{Icon: "file", Href: deskURL(c, tabModeration.path, org), Title: c.T("Nothing waits for moderation")}
		if w.Moderation > 0 {
			tile.Title = c.N("{n} petition waits for moderation", "{n} petitions wait for moderation", int(w.Moderation))
			tile.Text = waitedText(c, w.Oldest)
		}
		comments := ui.TileSpec{Icon: "reply", Href: deskURL(c, tabComments.path, org), Title: c.T("No comment waits to be read")}
		if w.Comments > 0 {
			comments.Title = c.N("{n} comment to read", "{n} comments to read", int(w.Comments))
		}
		tiles = append(tiles, tile, comments)
	}
	if answers(c.Actor, org) {
		replies := ui.TileSpec{Icon: "clock", Href: deskURL(c, tabAnswers.path, org), Title: c.T("No petition waits for an answer")}
		if w.Replies > 0 {
			replies.Title = c.N("{n} petition waits for an answer", "{n} petitions wait for an answer", int(w.Replies))
		}
		tiles = append(tiles, replies)
	}
	if reads(c.Actor, org) {
		tiles = append(tiles, ui.TileSpec{Icon: "check", Href: deskURL(c, tabAudit.path, org), Title: c.T("Audit"), Text: c.T("What was done here, by whom and why")})
	}
	return tiles
}

// daysBetween counts the days of the calendar from one time to another.
func daysBetween(from, to time.Time, zone *time.Location) int {
	return int(clock.StartOfDay(to, zone).Sub(clock.StartOfDay(from, zone)).Hours()/24 + 0.5)
}

// waitedText says for how long the oldest in a queue has waited.
func waitedText(c *web.Ctx, since time.Time) string {
	days := daysBetween(since, c.Now(), clock.Zone(c.Locale.Country()))
	if days < 1 {
		return c.T("The oldest came today")
	}
	return c.N("The oldest has waited for {n} day", "The oldest has waited for {n} days", days)
}

// dueText says how far off the deadline of a reply is.
func dueText(c *web.Ctx, p Petition) string {
	if !p.ReplyRuns() {
		return c.T("No deadline")
	}
	days := daysBetween(c.Now(), p.AnswerDueAt, clock.Zone(p.Country))
	switch {
	case days < 0:
		return c.N("{n} day overdue", "{n} days overdue", -days)
	case days == 0:
		return c.T("Due today")
	}
	return c.N("{n} day left", "{n} days left", days)
}

// soon is from how many days before its end on a deadline is marked.
const soon = 14

func dueTone(c *web.Ctx, p Petition) ui.Tone {
	switch days := daysBetween(c.Now(), p.AnswerDueAt, clock.Zone(p.Country)); {
	case !p.ReplyRuns():
		return ui.Neutral
	case days < 0 || p.Overdue(c.Now()):
		return ui.Danger
	case days <= soon:
		return ui.Warning
	}
	return ui.Info
}

// file returns the petition of the request with all there is to know of it,
// for those who serve its authority alone; it speaks the words of its country
// from there on. NotFound to everybody else.
func (d *Desk) file(c *web.Ctx) (Petition, Authority, error) {
	p, err := d.service.Get(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return p, Authority{}, err
	}
	if !serves(c.Actor, p) {
		return Petition{}, Authority{}, errNone
	}
	c.UseCountry(p.Country)
	c.SetCurrent("desk")
	a, err := d.places.Authority(c.Std(), p.Authority)
	return p, a, err
}

// serves reports whether an actor has a part in how a submitted petition is
// dealt with.
func serves(who auth.Actor, p Petition) bool {
	return p.State != Draft && (answers(who, p.Authority) || p.Unserved && moderates(who, p.Moderator()))
}

// actOn is file for the page of one act: it answers as the act itself would
// when it may not be done.
func (d *Desk) actOn(c *web.Ctx, act Act) (Petition, Authority, error) {
	p, a, err := d.file(c)
	if err != nil {
		return p, a, err
	}
	_, err = Next(p.State, act, RolesOf(c.Actor, p)...)
	return p, a, err
}

// reviewPath is where an officer reads a petition.
func reviewPath(p Petition) string { return "/desk/petitions/" + p.ID }

// backToQueue leads to the queue from which a petition came.
func (d *Desk) backToQueue(c *web.Ctx, p Petition) error {
	return c.SeeOther(tabModeration.path + "?authority=" + p.Moderator())
}

// actLabel says in words what was done.
func (d *Desk) actLabel(c *web.Ctx, act string) string {
	if label := actLabels[Act(strings.TrimPrefix(act, "petition."))]; label != "" {
		return c.T(label)
	}
	if d.acts != nil {
		if label := d.acts(c.Locale, act); label != "" {
			return label
		}
	}
	return act
}
