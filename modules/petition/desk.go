package petition

import (
	"context"
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

// DeskTab is a page of an authority's desk, here or in another module.
type DeskTab struct {
	Path, Label string // without the language; message id
	In          func(who auth.Actor, org string) bool
}

// Templates are the prepared texts for answers. The desk module has them.
type Templates interface {
	// Offered returns those of an authority, as options.
	Offered(ctx context.Context, who auth.Actor, authority string) ([]ui.Option, error)
	// Filled returns one by language, with its placeholders filled for a petition.
	Filled(ctx context.Context, who auth.Actor, id string, p Petition) (map[string]AnswerText, error)
}

// DeskParts are what the desk is built from. All but Pages may be nil.
type DeskParts struct {
	Pages         *Pages
	Before, After []DeskTab // pages of other modules around those of petitions
	Templates     Templates
	Acts          func(tr ui.Translator, act string) string // words for other modules' acts in the audit, "" for an unknown one
}

// Desk are the pages for those who serve an authority: its officers,
// councillors and president, and the observers of its audit. Each page is of
// one authority, named in the address, and shows what the roles held there
// allow. An administrator of the platform sits at one desk only: that of the
// petitions to authorities that take no part.
type Desk struct {
	*Pages
	before, after []DeskTab
	templates     Templates
	acts          func(tr ui.Translator, act string) string
}

// NewDesk returns the desk.
func NewDesk(p DeskParts) *Desk {
	return &Desk{Pages: p.Pages, before: p.Before, after: p.After, templates: p.Templates, acts: p.Acts}
}

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

// The pages of a desk.
var (
	tabModeration = DeskTab{"/desk/petitions", i18n.Msg("Moderation"), moderates}
	tabPublished  = DeskTab{"/desk/published", i18n.Msg("Published petitions"), publishes}
	tabComments   = DeskTab{"/desk/comments", i18n.Msg("Comments"), moderates}
	tabAnswers    = DeskTab{"/desk/answers", i18n.Msg("Answers"), answers}
	tabAudit      = DeskTab{"/desk/audit", i18n.Msg("Audit"), reads}
)

// DeskTabs are the pages of petitions at an authority's desk.
var DeskTabs = []DeskTab{tabModeration, tabComments, tabPublished, tabAnswers, tabSheets, tabBursts, tabAudit}

// at finds out at which authority's desk the request is, and makes the way
// through it. Forbidden when the actor has no part in this page there.
func (d *Desk) at(c *web.Ctx, tab DeskTab, orgs []string) (string, petitionview.DeskNav, error) {
	orgs = slices.DeleteFunc(slices.Clone(orgs), func(org string) bool { return !tab.In(c.Actor, org) })
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

func (d *Desk) nav(c *web.Ctx, tab DeskTab, org string, orgs []string) (petitionview.DeskNav, error) {
	var nav petitionview.DeskNav
	for _, other := range orgs {
		name, err := d.deskName(c, other)
		if err != nil {
			return nav, err
		}
		if other == org {
			nav.Authority = name
		}
		nav.Authorities = append(nav.Authorities, ui.Tab{Label: name, Href: deskURL(c, tab.Path, other), Current: other == org})
	}
	for _, t := range slices.Concat(d.before, DeskTabs, d.after) {
		if t.In(c.Actor, org) {
			nav.Tabs = append(nav.Tabs, ui.Tab{Label: c.T(t.Label), Href: deskURL(c, t.Path, org), Current: t.Path == tab.Path})
		}
	}
	return nav, nil
}

// deskURL is the address of a page of one authority's desk.
func deskURL(c *web.Ctx, path, org string) string {
	return c.URL(path) + "?authority=" + org
}

// daysBetween counts the days of the calendar from one time to another.
func daysBetween(from, to time.Time, zone *time.Location) int {
	return int(clock.StartOfDay(to, zone).Sub(clock.StartOfDay(from, zone)).Hours()/24 + 0.5)
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
	return c.SeeOther(tabModeration.Path + "?authority=" + p.Moderator())
}

// actLabel says in words what was done.
func (d *Desk) actLabel(c *web.Ctx, act string) string {
	if label := actLabels[Act(strings.TrimPrefix(act, "petition."))]; label != "" {
		return c.T(label)
	}
	if label := sheetActs[act]; label != "" {
		return c.T(label)
	}
	if d.acts != nil {
		if label := d.acts(c.Locale, act); label != "" {
			return label
		}
	}
	return act
}
