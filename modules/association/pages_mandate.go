package association

import (
	"net/url"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func (h *Pages) mandateRoutes(s *web.Site) {
	s.Get("/associations/:id/mandates", web.SignedIn, h.showMandates)
	s.Post("/associations/:id/mandates", web.SignedIn, web.Limited(oftenInvited, h.giveMandate))
	s.Get("/associations/:id/mandates/:mandate/revoke", web.SignedIn, h.showRevoke)
	s.Post("/associations/:id/mandates/:mandate/revoke", web.SignedIn, h.revoke)
	s.Get("/association-invitations/:token", web.SignedIn, h.showInvitation)
	s.Post("/association-invitations/:token", web.SignedIn, h.answerInvitation)
}

// mandateForm gives a mandate to who shows a code, or invites by mail.
type mandateForm struct {
	Code   string    `form:"code" validate:"max=20"`
	Mail   string    `form:"mail" validate:"omitempty,email,max=200"`
	Lang   string    `form:"lang" validate:"omitempty,oneof=ar fr en"`
	Scopes []string  `form:"scopes" validate:"max=10"`
	From   form.Date `form:"from" validate:"date"`
	Until  form.Date `form:"until" validate:"required,date"`
}

// Messages are the form's own sentences.
func (mandateForm) Messages() map[string]string {
	return map[string]string{"until": i18n.Msg("Give the last day of the mandate")}
}

// managed returns the association of the address to who may name its delegates.
func (h *Pages) managed(c *web.Ctx) (Association, error) {
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if isNotFound(err) || err == nil && !a.State.IsPublic() {
		return a, errNone
	}
	if err == nil && !h.service.MayManage(c.Std(), c.Actor, a) {
		err = errManage
	}
	if err == nil {
		h.speak(c, a)
	}
	return a, err
}

func (h *Pages) showMandates(c *web.Ctx) error {
	a, err := h.managed(c)
	if err != nil {
		return err
	}
	page, err := h.mandatesPage(c, a, mandateForm{Scopes: []string{string(ScopeEndorse), string(ScopeCampaign)}})
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) mandatesPage(c *web.Ctx, a Association, f mandateForm) (templ.Component, error) {
	p := c.Page(c.T("Delegates and mandates"))
	all, err := h.service.Mandates(c.Std(), c.Actor, a, c.Query("after"))
	if err != nil {
		return nil, err
	}
	t := ui.TableSpec{Caption: c.T("Mandates of this association"), RowHead: true,
		Head: []ui.Th{{Label: c.T("Delegate")}, {Label: c.T("May")}, {Label: c.T("From")}, {Label: c.T("Until")}, {Label: c.T("State")}, {Label: c.T("Action")}}}
	for _, m := range all.Items {
		row, err := h.mandateRow(c, a, m)
		if err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, row)
	}
	var scopes []ui.Option
	for _, x := range Scopes {
		scopes = append(scopes, ui.Option{Value: string(x), Label: c.T(ScopeNames[x])})
	}
	v := recordview.FormPage{
		Page: p, Back: c.URL("/associations/" + a.ID), Caption: a.Name(c.Locale.Lang()), Action: c.URL("/associations/" + a.ID + "/mandates"), Button: c.T("Give the mandate"), Unsaved: true,
		Lead: c.T("Each delegate acts with an account of their own, for what the mandate says, from its first day to its last. Every act names the mandate in the audit."),
		Fields: []templ.Component{
			ui.Text(p, ui.TextField{Name: "code", Label: c.T("Code that the person shows"), Hint: c.T("Under “My code” in their space: the mandate begins at once."), Value: f.Code, Max: 20, Size: 12, Ltr: true, Optional: true}),
			ui.Text(p, ui.TextField{Name: "mail", Label: c.T("Or an address to invite by mail"), Hint: c.T("The link in the mail is good for 14 days. The address is not kept."), Value: f.Mail, Type: "email", Max: 200, Ltr: true, Optional: true}),
			ui.Select(p, ui.SelectField{Name: "lang", Label: c.T("Language of the mail"), Value: f.Lang, Options: []ui.Option{{Value: "ar", Label: "العربية"}, {Value: "fr", Label: "Français"}, {Value: "en", Label: "English"}}}),
			ui.Checkboxes(p, ui.CheckboxesField{Name: "scopes", Label: c.T("What the delegate may do"), Values: f.Scopes, Options: scopes}),
			ui.DateParts(p, ui.DateField{Name: "from", Label: c.T("First day"), Hint: c.T("Empty: from now on."), Day: f.From.Day, Month: f.From.Month, Year: f.From.Year}),
			ui.DateParts(p, ui.DateField{Name: "until", Label: c.T("Last day"), Day: f.Until.Day, Month: f.Until.Month, Year: f.Until.Year}),
		},
	}
	if len(t.Rows) > 0 {
		v.Before = append(v.Before, ui.Table(p, t))
	}
	if all.Next != "" {
		v.Before = append(v.Before, ui.Pagination(p, ui.Pages{Next: c.URL("/associations/"+a.ID+"/mandates") + "?after=" + url.QueryEscape(all.Next)}))
	}
	if a.State == Struck {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Warning, Title: c.T("This association no longer acts on the platform"), Text: a.LastReason()})
	}
	return recordview.Form(v), nil
}

func (h *Pages) mandateRow(c *web.Ctx, a Association, m Mandate) ([]ui.Cell, error) {
	name := c.T("Somebody who was invited")
	if m.Person != "" {
		person, err := h.service.People.Person(c.Std(), m.Person)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		name = person.Name
	} else if m.State != Invited {
		name = c.T("Nobody any more")
	}
	if name == "" {
		name = c.T("Nobody any more")
	}
	state, open := h.mandateState(c, m)
	action := ui.Cell{Text: "—"}
	if open {
		action = ui.Cell{Text: c.T("Take back"), Href: c.URL("/associations/" + a.ID + "/mandates/" + m.ID + "/revoke")}
	}
	return []ui.Cell{{Body: ui.Bidi(name)}, {Text: c.Locale.List(scopeNames(c, m.Scopes))}, {Text: c.Locale.Date(m.From)}, {Text: c.Locale.Date(m.Until)}, {Text: state}, action}, nil
}

// mandateState is where a mandate stands in words, and whether it can be taken back.
func (h *Pages) mandateState(c *web.Ctx, m Mandate) (string, bool) {
	now := c.Now()
	switch {
	case m.State == Revoked:
		return c.T("Taken back"), false
	case m.State == Invited && now.Before(m.ExpiresAt):
		return c.T("Invited"), true
	case m.State == Invited, !now.Before(m.Until):
		return c.T("Over"), false
	case now.Before(m.From):
		return c.T("Begins later"), true
	}
	return c.T("Holds"), true
}

func (h *Pages) giveMandate(c *web.Ctx) error {
	a, err := h.managed(c)
	if err != nil {
		return err
	}
	var f mandateForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if (f.Code == "") == (f.Mail == "") {
		mistakes.Add("code", "Give either the code or a mail address")
	}
	zone := clock.Zone(c.Locale.Country())
	terms := Terms{}
	for _, x := range f.Scopes {
		terms.Scopes = append(terms.Scopes, Scope(x))
	}
	terms.From, _ = f.From.In(zone)
	if day, ok := f.Until.In(zone); ok {
		terms.Until = clock.EndOfDay(day, zone)
	}
	if len(mistakes) == 0 {
		said := i18n.Msg("The mandate is given.")
		if f.Mail != "" {
			said = i18n.Msg("The invitation is sent.")
			_, err = h.service.Invite(c.Std(), c.Actor, a.ID, f.Mail, f.Lang, terms)
		} else {
			_, err = h.service.Appoint(c.Std(), c.Actor, a.ID, f.Code, terms)
		}
		if err == nil {
			c.Flash(said)
			return c.SeeOther("/associations/" + a.ID + "/mandates")
		}
		if !wrong(mistakes.Add, "code", err) {
			return err
		}
	}
	c.Wrong(mistakes.Shown(c.Locale))
	page, err := h.mandatesPage(c, a, f)
	if err != nil {
		return err
	}
	return c.Invalid(page)
}

// revocable returns the mandate of the address to who may take it back.
func (h *Pages) revocable(c *web.Ctx) (Association, Mandate, error) {
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if err != nil {
		return a, Mandate{}, err
	}
	h.speak(c, a)
	m, err := h.service.mandates.Get(c.Std(), c.Params("mandate"))
	if isNotFound(err) || err == nil && m.Association != a.ID {
		return a, m, errMandate
	}
	if err == nil && m.Person != c.Actor.PersonID && !h.service.MayManage(c.Std(), c.Actor, a) {
		err = errManage
	}
	return a, m, err
}

func (h *Pages) showRevoke(c *web.Ctx) error {
	a, m, err := h.revocable(c)
	if err != nil {
		return err
	}
	back := "/associations/" + a.ID + "/mandates"
	if !h.service.MayManage(c.Std(), c.Actor, a) {
		back = "/me/associations"
	}
	return c.Show(recordview.Form(recordview.FormPage{
		Page: c.Page(c.T("Take the mandate back")), Back: c.URL(back), Caption: a.Name(c.Locale.Lang()), Button: c.T("Take the mandate back"), Danger: true, Cancel: c.T("Cancel"),
		Lead:   c.T("From now on the delegate can no longer act for the association. What was done under the mandate stays. A new mandate can be given at any time."),
		Before: []templ.Component{recordview.Words(c.Locale.List(scopeNames(c, m.Scopes)))},
		Action: c.URL("/associations/" + a.ID + "/mandates/" + m.ID + "/revoke"),
	}))
}

func (h *Pages) revoke(c *web.Ctx) error {
	a, m, err := h.revocable(c)
	if err != nil {
		return err
	}
	own := m.Person == c.Actor.PersonID
	if err := h.service.RevokeMandate(c.Std(), c.Actor, a.ID, m.ID); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The mandate is taken back."))
	if own {
		return c.SeeOther("/me/associations")
	}
	return c.SeeOther("/associations/" + a.ID + "/mandates")
}

func (h *Pages) showInvitation(c *web.Ctx) error {
	m, a, err := h.service.Invitation(c.Std(), c.Actor, c.Params("token"))
	if err != nil {
		return err
	}
	h.speak(c, a)
	p := c.Page(c.T("An association names you its delegate"))
	p.NoIndex = true
	decline := recordview.SmallForm{Action: c.URL("/association-invitations/" + c.Params("token")), Label: c.T("Decline"), Button: c.T("Decline"), Secondary: true, Name: "answer", Value: "no"}
	return c.Show(recordview.Show(recordview.ShowPage{
		Page: p, Caption: a.Name(c.Locale.Lang()), Crumbs: []ui.Crumb{{Label: c.T("My associations"), Href: c.URL("/me/associations")}, {Label: c.T("Invitation")}},
		Rows: []ui.SummaryRow{
			{Key: c.T("Association"), Value: a.Name(c.Locale.Lang()), Href: c.URL("/associations/" + a.ID), Action: c.T("See the entry")},
			{Key: c.T("What the delegate may do"), Value: c.Locale.List(scopeNames(c, m.Scopes))},
			{Key: c.T("Last day"), Value: c.Locale.Date(m.Until)},
		},
		Sections: []recordview.Section{{ID: "answer", Title: c.T("Your answer"), Body: recordview.All([]templ.Component{
			recordview.Line(c.T("Your name is then known to those who manage the association. You can lay the mandate down at any time.")),
			recordview.Small(recordview.SmallForm{Action: decline.Action, Label: c.T("Accept"), Button: c.T("Accept the mandate"), Name: "answer", Value: "yes"}), recordview.Small(decline),
		})}},
	}))
}

func (h *Pages) answerInvitation(c *web.Ctx) error {
	if c.FormValue("answer") != "yes" {
		return c.Done(h.service.Decline(c.Std(), c.Actor, c.Params("token")), i18n.Msg("The invitation is declined."), "/me/associations")
	}
	_, err := h.service.TakeUp(c.Std(), c.Actor, c.Params("token"))
	return c.Done(err, i18n.Msg("You are now a delegate of this association."), "/me/associations")
}

// actsFor are the associations the reader may choose to act for.
func (h *Pages) actsFor(c *web.Ctx, scope Scope) ([]Association, []ui.Option, error) {
	if !c.Actor.HoldsAny(auth.Delegate) {
		return nil, nil, nil
	}
	all, err := h.service.ActsFor(c.Std(), c.Actor, scope)
	var options []ui.Option
	for _, a := range all {
		options = append(options, ui.Option{Value: a.ID, Label: a.Name(c.Locale.Lang()), AutoDir: true})
	}
	return all, options, err
}
