package account

import (
	"slices"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/accountview"
	"musharaka/views/ui"
)

// orgKinds are the kinds of organisation in words.
var orgKinds = map[auth.OrgKind]string{
	auth.Authority:   i18n.Msg("Municipality or region"),
	auth.Association: i18n.Msg("Association"),
	auth.Federation:  i18n.Msg("Network of municipalities"),
	auth.Platform:    i18n.Msg("The platform itself"),
}

// organisation returns one of any kind, the platform included.
func (h *Handlers) organisation(c *web.Ctx, id string) (Organisation, error) {
	if id == auth.PlatformID {
		return Organisation{Kind: auth.Platform, ID: id, Name: c.T("Musharaka")}, nil
	}
	return h.service.organisations.Organisation(c.Std(), id, c.Locale.Lang())
}

// orgName is an organisation's name; its id when it is no longer known.
func (h *Handlers) orgName(c *web.Ctx, id string) (string, error) {
	o, err := h.organisation(c, id)
	if fault.Is(err, fault.NotFound) {
		return id, nil
	}
	return o.Name, err
}

// showOrgs lists where the reader may give roles; administrators may look for
// any organisation.
func (h *Handlers) showOrgs(c *web.Ctx) error {
	admin := c.Actor.Holds(auth.PlatformID, auth.Administrator)
	page := accountview.OrgsPage{Page: private(c, c.T("Roles")), Query: form.Clean(c.Query("q"), false), Search: admin}
	var list []Organisation
	for _, id := range c.Actor.OrgsWith(managers...) {
		o, err := h.organisation(c, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		list = append(list, o)
	}
	if admin && page.Query != "" {
		found, err := h.service.organisations.FindOrganisations(c.Std(), page.Query, c.Locale.Lang())
		if err != nil {
			return err
		}
		list = found
	}
	for _, o := range list {
		page.Orgs = append(page.Orgs, accountview.Org{Name: o.Name, Kind: c.T(orgKinds[o.Kind]), Href: c.URL("/roles/" + o.ID)})
	}
	return c.Show(accountview.Orgs(page))
}

// grantForm is a role to give, as typed.
type grantForm struct {
	Code  string    `form:"code" validate:"required,max=20"`
	Role  string    `form:"role" validate:"required,max=40"`
	Until form.Date `form:"until" validate:"required,date"`
}

// Messages are the form's own sentences.
func (grantForm) Messages() map[string]string {
	return map[string]string{
		"code":  i18n.Msg("Enter the code that the person shows."),
		"role":  i18n.Msg("Choose the role."),
		"until": i18n.Msg("Give the last day of the role."),
	}
}

// mayManage returns the organisation of the address if the reader may give
// roles in it; NotFound otherwise, as for one that does not exist.
func (h *Handlers) mayManage(c *web.Ctx) (Organisation, error) {
	o, err := h.organisation(c, c.Params("org"))
	if err == nil && len(Grantable(c.Actor, o.Kind, o.ID)) == 0 {
		err = fault.New(fault.NotFound, "")
	}
	return o, err
}

func (h *Handlers) showRoles(c *web.Ctx) error {
	o, err := h.mayManage(c)
	if err != nil {
		return err
	}
	page, err := h.rolesPage(c, o, grantForm{})
	if err != nil {
		return err
	}
	return c.Show(accountview.Roles(page))
}

func (h *Handlers) rolesPage(c *web.Ctx, o Organisation, f grantForm) (accountview.RolesPage, error) {
	page := accountview.RolesPage{
		Page: private(c, c.T("Roles: {organisation}", "organisation", o.Name)), Org: o.Name, Kind: c.T(orgKinds[o.Kind]),
		Action: c.URL("/roles/" + o.ID), Code: f.Code, Role: f.Role, Day: f.Until.Day, Month: f.Until.Month, Year: f.Until.Year,
	}
	if o.Kind == auth.Association {
		page.Mandates = c.URL("/associations/" + o.ID + "/mandates")
	}
	grantable := Grantable(c.Actor, o.Kind, o.ID)
	for _, r := range grantable {
		page.Roles = append(page.Roles, ui.Option{Value: string(r), Label: c.T(RoleNames[r])})
	}
	holders, err := h.service.Holders(c.Std(), o.ID)
	if err != nil {
		return page, err
	}
	for _, x := range holders {
		role := accountview.Role{
			GrantID: x.ID, PersonID: x.PersonID, Person: firstOf(x.Name, x.PersonID), Name: c.T(RoleNames[x.Role]),
			From: x.From, Until: x.Until, RevokedAt: x.RevokedAt, Revocable: slices.Contains(grantable, x.Role) || x.PersonID == c.Actor.PersonID,
		}
		if !x.Until.IsZero() && !x.Until.After(c.Now()) {
			page.Past = append(page.Past, role)
		} else {
			page.Held = append(page.Held, role)
		}
	}
	return page, nil
}

func (h *Handlers) grantRole(c *web.Ctx) error {
	o, err := h.mayManage(c)
	if err != nil {
		return err
	}
	var f grantForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		field, err := h.grant(c, o, f)
		if err == nil {
			c.Flash(i18n.Msg("The role has been given."))
			return c.SeeOther("/roles/" + o.ID)
		}
		if !addShown(&mistakes, field, err) {
			return err
		}
	}
	page, err := h.rolesPage(c, o, f)
	if err != nil {
		return err
	}
	page.Errors = mistakes.Shown(c.Locale)
	return c.Invalid(accountview.Roles(page))
}

// grant gives the role and names the field that a fault belongs to.
func (h *Handlers) grant(c *web.Ctx, o Organisation, f grantForm) (field string, err error) {
	p, err := h.service.ByCode(c.Std(), f.Code)
	if err != nil {
		return "code", err
	}
	zone := clock.Zone("")
	if o.Kind == auth.Authority {
		place, err := h.service.places.Place(c.Std(), o.ID, c.Locale.Lang())
		if err != nil {
			return "until", err
		}
		zone = clock.Zone(place.Country)
	}
	day, ok := f.Until.In(zone)
	if !ok {
		return "until", fault.New(fault.Invalid, "Give the last day of the role.")
	}
	_, err = h.service.GrantRole(c.Std(), c.Actor, p.ID, auth.Membership{
		Kind: o.Kind, OrgID: o.ID, Role: auth.Role(f.Role),
		Until: clock.EndOfDay(day, zone),
	})
	if fault.Is(err, fault.Invalid) {
		return "until", err
	}
	return "role", err
}

func (h *Handlers) revokeRole(c *web.Ctx) error {
	o, err := h.mayManage(c)
	if err != nil {
		return err
	}
	if err := h.service.RevokeRole(c.Std(), c.Actor, c.FormValue("person"), c.FormValue("grant")); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The role has been taken back."))
	return c.SeeOther("/roles/" + o.ID)
}

func (h *Handlers) showPeople(c *web.Ctx) error {
	return c.Show(accountview.People(accountview.PeoplePage{Page: private(c, c.T("People"))}))
}

// findPeople finds whom the administrator can name. It is a post, so that no
// address or code stands in a log or a browser's history.
func (h *Handlers) findPeople(c *web.Ctx) error {
	query := form.Clean(c.FormValue("q"), false)
	page := accountview.PeoplePage{Page: private(c, c.T("People")), Query: query, Asked: true}
	found, err := h.service.FindPeople(c.Std(), query)
	if err != nil {
		return err
	}
	for _, p := range found {
		page.Found = append(page.Found, ui.CardSpec{
			Title: firstOf(p.Name, p.ID), Href: c.URL("/admin/people/" + p.ID), TagText: c.T(LevelNames[p.Level]), TagTone: level(c, p.Level).Tone(),
		})
	}
	return c.Show(accountview.People(page))
}

func (h *Handlers) showPerson(c *web.Ctx) error {
	p, err := h.service.Get(c.Std(), c.Params("person"))
	if err != nil {
		return err
	}
	page := accountview.PersonPage{
		Page: private(c, c.T("Account of {name}", "name", firstOf(p.Name, p.ID))), Level: level(c, p.Level), ID: p.ID, Since: p.CreatedAt, Orgs: map[string]string{},
	}
	for _, g := range p.Grants {
		if page.Orgs[g.ID], err = h.orgName(c, g.OrgID); err != nil {
			return err
		}
		page.Roles = append(page.Roles, accountview.Role{GrantID: g.ID, Name: c.T(RoleNames[g.Role]), From: g.From, Until: g.Until})
	}
	for _, e := range p.History {
		page.History = append(page.History, ui.Event{At: e.At, Title: c.T(actNames[e.Act]), Text: h.eventText(c, e), State: ui.Past})
	}
	return c.Show(accountview.Person(page))
}

// actNames are the acts of the history in words.
var actNames = map[string]string{
	"account.open":            i18n.Msg("Account opened"),
	"account.change_profile":  i18n.Msg("Profile changed"),
	"account.number_declared": i18n.Msg("Identity number declared"),
	"account.number_counter":  i18n.Msg("Identity checked at a counter"),
	"account.number_e_id":     i18n.Msg("Identity asserted by a national electronic identity"),
	"account.lose_number":     i18n.Msg("Identity number lost to who proved it"),
	"account.join":            i18n.Msg("Joined with another account"),
	"account.take_in":         i18n.Msg("Another account was joined to this one"),
	"account.remove_login":    i18n.Msg("Way of signing in removed"),
	"account.grant_role":      i18n.Msg("Role given"),
	"account.revoke_role":     i18n.Msg("Role taken back"),
	"account.delete":          i18n.Msg("Account deleted"),
}

// ActName returns the words (a message id) for an act of accounts in the audit,
// "" for an unknown one.
func ActName(act string) string { return actNames[act] }

// eventText says which role an entry is about.
func (h *Handlers) eventText(c *web.Ctx, e audit.Entry) string {
	role, ok := RoleNames[auth.Role(e.Details["role"])]
	if !ok {
		return ""
	}
	org, err := h.orgName(c, e.Details["organisation"])
	if err != nil {
		org = e.Details["organisation"]
	}
	return c.T("{role}, {organisation}", "role", c.T(role), "organisation", org)
}
