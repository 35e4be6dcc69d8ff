package association

import (
	"context"

	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// A person asks for an association to be entered.

func (h *Pages) beginEntry(c *web.Ctx) entry {
	return entry{
		title: c.T("Ask for an association to be entered"), action: "/associations/new", back: "/associations", button: c.T("Save and go on"),
		lead: c.T("You write the request and attach the papers; an officer of the municipality of the seat examines it. What you write is used for the register alone, and you can take the request back until it is decided."),
		keep: func(ctx context.Context, a Association) (Association, error) { return h.service.Begin(ctx, c.Actor, a) },
		then: func(a Association) string { return "/associations/" + a.ID + "/documents" },
	}
}

func (h *Pages) showBegin(c *web.Ctx) error { return h.showEntry(c, h.beginEntry(c), Association{}) }
func (h *Pages) begin(c *web.Ctx) error     { return h.saveEntry(c, h.beginEntry(c), Association{}) }

// asked returns the request of the address to the person who wrote it.
func (h *Pages) asked(c *web.Ctx) (Association, error) {
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if isNotFound(err) || err == nil && a.AskedBy != c.Actor.PersonID {
		return a, errNone
	}
	if err == nil {
		h.speak(c, a)
	}
	return a, err
}

func (h *Pages) writeEntry(c *web.Ctx) (entry, Association, error) {
	a, err := h.asked(c)
	e := h.beginEntry(c)
	e.title, e.action, e.back = c.T("Change the request"), "/associations/"+a.ID+"/request/edit", "/associations/"+a.ID+"/request"
	e.keep = func(ctx context.Context, in Association) (Association, error) {
		return h.service.Write(ctx, c.Actor, a.ID, in)
	}
	e.then = func(Association) string { return "/associations/" + a.ID + "/request" }
	return e, a, err
}

func (h *Pages) showWrite(c *web.Ctx) error {
	e, a, err := h.writeEntry(c)
	if err != nil {
		return err
	}
	return h.showEntry(c, e, a)
}

func (h *Pages) write(c *web.Ctx) error {
	e, a, err := h.writeEntry(c)
	if err != nil {
		return err
	}
	return h.saveEntry(c, e, a)
}

// showRequest is the request as its author sees it, with what comes next.
func (h *Pages) showRequest(c *web.Ctx) error {
	page, err := h.requestPage(c)
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) requestPage(c *web.Ctx) (templ.Component, error) {
	a, err := h.asked(c)
	if err != nil {
		return nil, err
	}
	base := "/associations/" + a.ID
	p := c.Page(a.Name(c.Locale.Lang()))
	v := recordview.ShowPage{
		Page: p, Caption: c.T("Request for the register of associations"), TagText: c.T(StateNames[a.State]), TagTone: toneOf(a.State), Rows: h.rows(c, a),
		Crumbs: []ui.Crumb{{Label: c.T("My associations"), Href: c.URL("/me/associations")}, {Label: a.Name(c.Locale.Lang())}},
	}
	papers, err := h.papers(c, a, p)
	if err != nil {
		return nil, err
	}
	if papers.Body != nil {
		v.Sections = append(v.Sections, papers)
	}
	post := func(act, button, text string, secondary bool) recordview.Section {
		return recordview.Section{ID: act, Title: button, Body: recordview.All([]templ.Component{recordview.Line(text),
			recordview.Small(recordview.SmallForm{Action: c.URL(base + "/request/" + act), Button: button, Secondary: secondary})})}
	}
	switch a.State {
	case Draft, Returned:
		if a.State == Returned {
			v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Warning, Title: c.T("An officer asks you to complete the request"), Text: a.LastReason()})
		}
		v.Links = []recordview.Link{{Href: c.URL(base + "/request/edit"), Label: c.T("Change the request")}, {Href: c.URL(base + "/documents"), Label: c.T("Documents")}}
		v.Sections = append(v.Sections, post("submit", c.T("Submit the request"), c.T("An officer of the municipality of the seat is then asked to examine it, and you are told of the decision by mail."), false))
		if a.State == Draft {
			v.Links = append(v.Links, recordview.Link{Href: c.URL(base + "/request/delete"), Label: c.T("Delete the request")})
		}
	case Submitted:
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Info, Title: c.T("The request waits for an officer"), Text: c.T("Submitted on {date}.", "date", a.SubmittedAt)})
		v.Sections = append(v.Sections, post("retract", c.T("Take the request back"), c.T("You can then change it and submit it again."), true))
	case Refused:
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Warning, Title: c.T("The association was not entered"), Text: a.LastReason()})
	default:
		v.Links = []recordview.Link{{Href: c.URL(base), Label: c.T("See the entry")}}
	}
	return recordview.Show(v), nil
}

func (h *Pages) submit(c *web.Ctx) error {
	a, err := h.service.Submit(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		input, ok := asInput(err)
		if !ok {
			return err
		}
		c.Wrong([]ui.FieldError{{Field: "submit", Message: c.T(input.Message, input.Args...)}})
		page, err := h.requestPage(c)
		if err != nil {
			return err
		}
		return c.Invalid(page)
	}
	c.Flash(i18n.Msg("The request is submitted."))
	return c.SeeOther("/associations/" + a.ID + "/request")
}

func (h *Pages) retract(c *web.Ctx) error {
	a, err := h.service.Retract(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return err
	}
	c.Flash(i18n.Msg("The request is taken back; nothing is lost."))
	return c.SeeOther("/associations/" + a.ID + "/request")
}

func (h *Pages) showDelete(c *web.Ctx) error {
	a, err := h.asked(c)
	if err != nil {
		return err
	}
	return c.Show(recordview.Form(recordview.FormPage{
		Page: c.Page(c.T("Delete the request")), Back: c.URL("/associations/" + a.ID + "/request"), Caption: a.Name(c.Locale.Lang()),
		Lead: c.T("The request and its documents are deleted. This cannot be undone."), Action: c.URL("/associations/" + a.ID + "/request/delete"),
		Button: c.T("Delete the request"), Danger: true, Cancel: c.T("Cancel"),
	}))
}

func (h *Pages) deleteRequest(c *web.Ctx) error {
	return c.Done(h.service.DeleteRequest(c.Std(), c.Actor, c.Params("id")), i18n.Msg("The request is deleted."), "/me/associations")
}

// papersOf returns the association whose papers the reader may change.
func (h *Pages) papersOf(c *web.Ctx) (Association, error) {
	a, err := h.service.Get(c.Std(), c.Params("id"))
	if isNotFound(err) {
		return a, errNone
	}
	if err != nil {
		return a, err
	}
	h.speak(c, a)
	holds := h.service.MayAct(c.Std(), c.Actor, a.ID, ScopeManage)
	if _, _, may := moveOf(a.State, actDocuments, rolesOf(c.Actor, a, holds)); !may {
		if !a.State.IsPublic() {
			return a, errNone
		}
		return a, errManage
	}
	return a, nil
}

func (h *Pages) showDocuments(c *web.Ctx) error {
	a, err := h.papersOf(c)
	if err != nil {
		return err
	}
	page, err := h.documentsPage(c, a, "", false)
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) documentsPage(c *web.Ctx, a Association, kind string, public bool) (templ.Component, error) {
	p := c.Page(c.T("Documents of the association"))
	files, err := h.files(c, a)
	if err != nil {
		return nil, err
	}
	base, back := "/associations/"+a.ID, "/associations/"+a.ID
	if !a.State.IsPublic() {
		back += "/request"
	}
	var before []templ.Component
	if len(files) > 0 {
		before = append(before, recordview.Files(files))
		for _, f := range files {
			before = append(before, recordview.Small(recordview.SmallForm{
				Action: c.URL(base + "/documents/remove"), Label: f.Name, Button: c.T("Take off: {name}", "name", f.Name), Secondary: true, Name: "file", Value: f.ID,
			}))
		}
	}
	var kinds []ui.Option
	for _, k := range DocumentKinds {
		kinds = append(kinds, ui.Option{Value: string(k), Label: c.T(DocumentNames[k])})
	}
	return recordview.Form(recordview.FormPage{
		Page: p, Back: c.URL(back), Caption: a.Name(c.Locale.Lang()), Before: before, Action: c.URL(base + "/documents"), Files: true, Button: c.T("Attach"), Cancel: c.T("Go on"),
		Lead: c.T("The statutes are needed; the receipt of the declaration and the proof of who represents the association help the officer decide quickly."),
		Fields: []templ.Component{
			ui.Radios(p, ui.RadiosField{Name: "kind", Label: c.T("What the document is"), Value: kind, Options: kinds}),
			ui.File(p, ui.FileField{Name: "file", Label: c.T("File"), Accept: "image/jpeg,image/png,application/pdf", Limit: "10 MB"}),
			ui.Checkbox(p, ui.CheckboxField{Name: "public", Label: c.T("Everybody may read this document in the register"), Hint: c.T("Leave it out if it names people who did not agree."), Checked: public}),
		},
	}), nil
}

func (h *Pages) attach(c *web.Ctx) error {
	a, err := h.papersOf(c)
	if err != nil {
		return err
	}
	kind, public := c.FormValue("kind"), c.FormValue("public") != ""
	again := func(field, message string, args ...any) error {
		c.Wrong([]ui.FieldError{{Field: field, Message: c.T(message, args...)}})
		page, err := h.documentsPage(c, a, kind, public)
		if err != nil {
			return err
		}
		return c.Invalid(page)
	}
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return again("file", "Choose a file first")
	}
	body, err := header.Open()
	if err != nil {
		return err
	}
	defer body.Close()
	if _, err = h.service.Attach(c.Std(), c.Actor, a.ID, DocumentKind(kind), public, header.Filename, body); err != nil {
		stopped := error(nil)
		if !wrong(func(field, message string, args ...any) { stopped = again(field, message, args...) }, "file", err) {
			return err
		}
		return stopped
	}
	c.Flash(i18n.Msg("The document is attached."))
	return c.SeeOther("/associations/" + a.ID + "/documents")
}

func (h *Pages) detach(c *web.Ctx) error {
	a, err := h.papersOf(c)
	if err != nil {
		return err
	}
	_, err = h.service.Detach(c.Std(), c.Actor, a.ID, c.FormValue("file"))
	return c.Done(err, i18n.Msg("The document is taken off."), "/associations/"+a.ID+"/documents")
}

// mine is what somebody asked for and acts for.
func (h *Pages) mine(c *web.Ctx) error {
	requests, err := h.service.AskedBy(c.Std(), c.Actor.PersonID, 50)
	if err != nil {
		return err
	}
	held, err := h.service.MandatesOf(c.Std(), c.Actor.PersonID)
	if err != nil {
		return err
	}
	v := recordview.ListPage{
		Page: c.Page(c.T("My associations")), Back: c.URL("/me"), Lead: c.T("The associations you act for, and the requests you wrote."),
		Links: []recordview.Link{{Href: c.URL("/associations/new"), Label: c.T("Ask for an association to be entered"), Primary: true}},
		Empty: c.T("You act for no association"), EmptyText: c.T("A delegate can invite you, or you ask for an association to be entered in the register."),
	}
	now := c.Now()
	for _, m := range held {
		a, err := h.service.Get(c.Std(), m.Association)
		if isNotFound(err) || err == nil && !m.HoldsAt(now) {
			continue
		}
		if err != nil {
			return err
		}
		card := h.card(c, a)
		card.TagText, card.TagTone = c.T("I act for it until {date}", "date", m.Until), ui.Success
		card.Text, card.Meta = "", scopeNames(c, m.Scopes)
		v.Cards = append(v.Cards, card)
	}
	for _, a := range requests {
		if a.State == Registered {
			continue
		}
		card := h.card(c, a)
		card.Href, card.TagText, card.TagTone = c.URL("/associations/"+a.ID+"/request"), c.T(StateNames[a.State]), toneOf(a.State)
		v.Cards = append(v.Cards, card)
	}
	return c.Show(recordview.List(v))
}

func scopeNames(c *web.Ctx, scopes []Scope) []string {
	var names []string
	for _, x := range scopes {
		names = append(names, c.T(ScopeNames[x]))
	}
	return names
}
