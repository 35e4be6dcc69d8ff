package open311

import (
	"errors"
	"net/url"
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/open311view"
	"musharaka/views/ui"
)

// Pages are the pages of officers.
type Pages struct {
	service *Service
	places  Places
	about   About
}

// NewPages returns the pages over a service.
func NewPages(s *Service, p Places, a About) *Pages { return &Pages{s, p, a} }

// keepers are those who may keep connections somewhere; each page decides where.
var keepers = web.Roles(auth.Officer)

const (
	pathDesk = "/desk/open311"
	pathKeys = pathDesk + "/keys"
)

// Routes declares the pages.
func (h *Pages) Routes(s *web.Site) {
	s.Get(pathDesk, keepers, h.list)
	s.Get(pathKeys+"/new", keepers, h.showNew)
	s.Post(pathKeys+"/new", keepers, h.create)
	s.Get(pathKeys+"/:id/revoke", keepers, h.askRevoke)
	s.Post(pathKeys+"/:id/revoke", keepers, h.revoke)
	h.peerRoutes(s)
}

func page(c *web.Ctx, title string) ui.Page {
	c.SetCurrent("desk")
	p := c.Page(title)
	p.Sheets, p.NoIndex, p.ArabicText = []string{"desk.css"}, true, true
	return p
}

// at is the authority whose connections are looked at.
func (h *Pages) at(c *web.Ctx) (string, []ui.Tab, error) {
	orgs := slices.DeleteFunc(c.Actor.OrgsWith(auth.Officer), func(org string) bool { return org == auth.PlatformID })
	org := c.Query("authority")
	if org == "" && len(orgs) > 0 {
		org = orgs[0]
	}
	if !slices.Contains(orgs, org) {
		return "", nil, errNotYours
	}
	var tabs []ui.Tab
	for _, o := range orgs {
		tabs = append(tabs, ui.Tab{Label: h.places.PlaceName(o, c.Locale.Lang()), Href: c.URL(pathDesk) + atAuthority(o), Current: o == org})
	}
	return org, tabs, nil
}

func atAuthority(org string) string { return "?authority=" + url.QueryEscape(org) }

var keyLabels = map[State]string{Active: i18n.Msg("Active"), Revoked: i18n.Msg("Revoked")}
var keyTones = map[State]ui.Tone{Active: ui.Success, Revoked: ui.Neutral}

func (h *Pages) list(c *web.Ctx) error {
	org, tabs, err := h.at(c)
	if err != nil {
		return err
	}
	all, err := h.service.Keys(c.Std(), c.Actor, org)
	if err != nil {
		return err
	}
	v := open311view.ListPage{Page: page(c, c.T("Other programs (Open311)")), Place: h.places.PlaceName(org, c.Locale.Lang()), Authorities: tabs,
		New: c.URL(pathKeys+"/new") + atAuthority(org), Endpoint: h.about.PublicURL + Root, Jurisdiction: org, Guide: c.URL(guidePath), Peer: c.URL(pathPeer) + atAuthority(org)}
	v.Wide = true
	v.Keys = ui.TableSpec{Caption: c.T("Keys"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Program")}, {Label: c.T("Whom to call")}, {Label: c.T("Made on")}, {Label: c.T("Requests sent"), Number: true}, {Label: c.T("Last used")}, {Label: c.T("State")}, {Label: c.T("What you can do")}}}
	for _, k := range all {
		used, act := c.T("Never"), ui.Cell{Text: "–"}
		if !k.UsedOn.IsZero() {
			used = c.Locale.Date(k.UsedOn)
		}
		if k.State == Active {
			act = ui.Cell{Text: c.T("Revoke"), Href: c.URL(pathKeys + "/" + k.ID + "/revoke")}
		}
		v.Keys.Rows = append(v.Keys.Rows, []ui.Cell{{Text: k.Name}, {Text: k.Contact}, {Text: c.Locale.Date(k.CreatedAt)}, {Text: c.Locale.Number(k.Used)}, {Text: used},
			{Body: ui.Tag(c.T(keyLabels[k.State]), keyTones[k.State])}, act})
	}
	return c.Show(open311view.List(v))
}

type keyForm struct {
	Key     string `form:"key"`
	Name    string `form:"name"`
	Contact string `form:"contact"`
}

func (h *Pages) formPage(c *web.Ctx, org string, f keyForm) open311view.FormPage {
	return open311view.FormPage{Page: page(c, c.T("Make a key")), Action: c.URL(pathKeys+"/new") + atAuthority(org), Back: c.URL(pathDesk) + atAuthority(org),
		Key: f.Key, Name: f.Name, Contact: f.Contact, Max: MaxName}
}

func (h *Pages) showNew(c *web.Ctx) error {
	org, _, err := h.at(c)
	if err != nil {
		return err
	}
	return c.Show(open311view.Form(h.formPage(c, org, keyForm{Key: c.NewID()})))
}

// wrongIn returns what a refused form shows beside its fields.
func wrongIn(c *web.Ctx, err error) ([]ui.FieldError, bool) {
	var wrong *InputError
	if !errors.As(err, &wrong) {
		return nil, false
	}
	return []ui.FieldError{{Field: wrong.Field, Message: c.T(wrong.Message, wrong.Args...)}}, true
}

// create makes a key. It answers with the page of the key instead of a redirect:
// the key stands in no address and in no store, and a second post of the same
// form leads to the list without it.
func (h *Pages) create(c *web.Ctx) error {
	org, _, err := h.at(c)
	if err != nil {
		return err
	}
	var f keyForm
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	if !safeID(f.Key) {
		f.Key = c.NewID()
	}
	_, shown, err := h.service.CreateKey(c.Std(), c.Actor, org, f.Key, KeyInput{f.Name, f.Contact})
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		return c.Invalid(open311view.Form(h.formPage(c, org, f)))
	}
	if err != nil {
		return err
	}
	if shown == "" {
		return c.SeeOther(pathDesk + atAuthority(org))
	}
	return c.Show(open311view.Shown(open311view.ShownPage{Page: page(c, c.T("The key")), Name: f.Name, Key: shown, Endpoint: h.about.PublicURL + Root, Jurisdiction: org, Next: c.URL(pathDesk) + atAuthority(org)}))
}

// safeID reports whether a form's own id can be one of ours: letters and digits.
func safeID(id string) bool {
	if len(id) < 8 || len(id) > 40 {
		return false
	}
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return true
}

func (h *Pages) askRevoke(c *web.Ctx) error {
	k, err := h.service.Key(c.Std(), c.Actor, c.Params("id"))
	if err == nil {
		_, err = next(keyMoves, k.State, ActRevokeKey, AsKeeper)
	}
	if err != nil {
		return err
	}
	title := c.T("Revoke this key?")
	return c.Show(open311view.Ask(page(c, title), ui.ConfirmSpec{Title: title, Text: c.T("{name} can send no requests any more, at once and for good. What it sent stays.", "name", k.Name),
		Action: c.URL(pathKeys + "/" + k.ID + "/revoke"), Button: c.T("Revoke the key"), Danger: true, Cancel: c.URL(pathDesk) + atAuthority(k.Org)}))
}

var flashRevoked = i18n.Msg("The key is revoked.")

func (h *Pages) revoke(c *web.Ctx) error {
	k, err := h.service.RevokeKey(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	c.Flash(flashRevoked)
	return c.SeeOther(pathDesk + atAuthority(k.Org))
}
