package partnership

import (
	"errors"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// agreementForm is what the form of an agreement sends: three associations of
// the register, and others by name.
type agreementForm struct {
	Authority string    `form:"authority" validate:"max=40"`
	Party1    string    `form:"party1" validate:"max=40"`
	Party2    string    `form:"party2" validate:"max=40"`
	Party3    string    `form:"party3" validate:"max=40"`
	Other1    string    `form:"other1" validate:"max=160,csvsafe"`
	Other2    string    `form:"other2" validate:"max=160,csvsafe"`
	Object    string    `form:"object" validate:"max=200,csvsafe"`
	Details   string    `form:"details,text" validate:"max=4000"`
	Signed    form.Date `form:"signed" validate:"required,date"`
	Ends      form.Date `form:"ends" validate:"date"`
}

// Messages are the form's own sentences.
func (agreementForm) Messages() map[string]string {
	return map[string]string{"signed": i18n.Msg("Give the day of signing, which is not in the future")}
}

func (f agreementForm) agreement() Agreement {
	a := Agreement{Authority: f.Authority, Object: f.Object, Details: f.Details}
	a.SignedOn, _ = f.Signed.In(clock.Zone("")) // days, judged by the form's rules already
	a.EndsOn, _ = f.Ends.In(clock.Zone(""))
	for _, id := range []string{f.Party1, f.Party2, f.Party3} {
		a.Parties = append(a.Parties, Party{Association: id})
	}
	for _, name := range []string{f.Other1, f.Other2} {
		a.Parties = append(a.Parties, Party{Name: name})
	}
	return a
}

// split puts parties back into the fields of a form.
func split(all []Party, associations, others []*string) {
	for _, p := range all {
		to := &others
		value := p.Name
		if p.Association != "" {
			to, value = &associations, p.Association
		}
		if len(*to) > 0 {
			*(*to)[0] = value
			*to = (*to)[1:]
		}
	}
}

func agreementFormOf(a Agreement) agreementForm {
	f := agreementForm{Authority: a.Authority, Object: a.Object, Details: a.Details, Signed: form.DateOf(a.SignedOn)}
	if !a.EndsOn.IsZero() {
		f.Ends = form.DateOf(a.EndsOn)
	}
	split(a.Parties, []*string{&f.Party1, &f.Party2, &f.Party3}, []*string{&f.Other1, &f.Other2})
	return f
}

// edited is one use of a form of this module.
type edited struct {
	title, action, back, authority string // authority "" is chosen in the form
}

// associations offers those of an authority, or of all that the reader keeps.
func (h *Pages) associations(c *web.Ctx, e edited) (authorities, registered []ui.Option, err error) {
	lang := c.Locale.Lang()
	if e.authority != "" {
		registered, err = h.names.Registered(c.Std(), e.authority, lang)
		return nil, registered, err
	}
	if authorities, err = h.names.Keeping(c.Std(), c.Actor, lang); err != nil {
		return nil, nil, err
	}
	for _, a := range authorities {
		here, err := h.names.Registered(c.Std(), a.Value, lang)
		if err != nil {
			return nil, nil, err
		}
		for i := range here {
			here[i].Group = a.Label
		}
		registered = append(registered, here...)
	}
	return authorities, registered, nil
}

func dateField(name, label, hint string, d form.Date) ui.DateField {
	return ui.DateField{Name: name, Label: label, Hint: hint, Day: d.Day, Month: d.Month, Year: d.Year}
}

func (h *Pages) agreementFormPage(c *web.Ctx, e edited, f agreementForm) (templ.Component, error) {
	authorities, registered, err := h.associations(c, e)
	if err != nil {
		return nil, err
	}
	p := c.Page(e.title)
	pick := func(name, label, value string) templ.Component {
		return ui.Select(p, ui.SelectField{Name: name, Label: label, Value: value, Options: registered, Empty: c.T("None"), Optional: true})
	}
	var fields []templ.Component
	if e.authority == "" {
		fields = append(fields, ui.Select(p, ui.SelectField{Name: "authority", Label: c.T("Authority"), Value: f.Authority, Options: authorities, Empty: c.T("Choose the authority")}))
	}
	fields = append(fields,
		ui.Text(p, ui.TextField{Name: "object", Label: c.T("Object of the agreement"), Value: f.Object, Max: MaxObject, AutoDir: true}),
		pick("party1", c.T("Association that signs"), f.Party1), pick("party2", c.T("Second association"), f.Party2), pick("party3", c.T("Third association"), f.Party3),
		ui.Text(p, ui.TextField{Name: "other1", Label: c.T("Another party"), Hint: c.T("An organisation that is not in the register of associations."), Value: f.Other1, Max: 160, AutoDir: true, Optional: true}),
		ui.Text(p, ui.TextField{Name: "other2", Label: c.T("A further party"), Value: f.Other2, Max: 160, AutoDir: true, Optional: true}),
		ui.DateParts(p, dateField("signed", c.T("Signed"), "", f.Signed)), ui.DateParts(p, dateField("ends", c.T("Until"), c.T("May stay empty."), f.Ends)),
		ui.Textarea(p, ui.TextareaField{Name: "details", Label: c.T("What was agreed"), Value: f.Details, Max: MaxText, Rows: 8, Optional: true}))
	return recordview.Form(recordview.FormPage{Page: p, Back: c.URL(e.back), Action: c.URL(e.action), Button: c.T("Save"), Unsaved: true, Fields: fields,
		Lead: c.T("The draft is seen by officers of the authority until its signed document is attached and it is entered in the register.")}), nil
}

// again shows a form once more with what is wrong, or returns a fault that is
// none of the person's.
func again(c *web.Ctx, mistakes form.Errors, err error, fallback string, page func() (templ.Component, error)) error {
	if err != nil {
		message, args := fault.Shown(err)
		if message == "" || !(fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooLarge)) {
			return err
		}
		if input, ok := asInput(err); ok {
			fallback = input.Field
		}
		mistakes.Add(fallback, message, args...)
	}
	c.Wrong(mistakes.Shown(c.Locale))
	shown, err := page()
	if err != nil {
		return err
	}
	return c.Invalid(shown)
}

func (h *Pages) newAgreement(c *web.Ctx) edited {
	return edited{title: c.T("Enter an agreement"), action: "/desk/agreements/new", back: "/agreements"}
}

func (h *Pages) showDraft(c *web.Ctx) error {
	page, err := h.agreementFormPage(c, h.newAgreement(c), agreementForm{})
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) draft(c *web.Ctx) error {
	var f agreementForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if f.Authority == "" {
		mistakes.Add("authority", "Choose the authority")
	}
	if len(mistakes) == 0 {
		a, bad := h.service.DraftAgreement(c.Std(), c.Actor, f.agreement())
		if bad == nil {
			c.Flash(flashSaved)
			return c.SeeOther("/agreements/" + a.ID)
		}
		err = bad
	}
	return again(c, mistakes, err, "object", func() (templ.Component, error) { return h.agreementFormPage(c, h.newAgreement(c), f) })
}

// kept returns the agreement of the address to an officer of its authority.
func (h *Pages) kept(c *web.Ctx) (Agreement, edited, error) {
	a, err := h.service.Agreement(c.Std(), c.Actor, c.Params("agreement"))
	if err == nil && !Keeps(c.Actor, a.Authority) {
		err = errMayNot
	}
	if err == nil {
		err = h.speak(c, a.Authority)
	}
	return a, edited{title: c.T("Change the draft"), action: "/desk/agreements/" + a.ID + "/edit", back: "/agreements/" + a.ID, authority: a.Authority}, err
}

func (h *Pages) showChange(c *web.Ctx) error {
	a, e, err := h.kept(c)
	if err != nil {
		return err
	}
	page, err := h.agreementFormPage(c, e, agreementFormOf(a))
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) change(c *web.Ctx) error {
	a, e, err := h.kept(c)
	if err != nil {
		return err
	}
	var f agreementForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		if _, err = h.service.ChangeAgreement(c.Std(), c.Actor, a.ID, f.agreement()); err == nil {
			c.Flash(flashSaved)
			return c.SeeOther("/agreements/" + a.ID)
		}
	}
	return again(c, mistakes, err, "object", func() (templ.Component, error) { return h.agreementFormPage(c, e, f) })
}

// onRecord shows the agreement again with what is wrong beside a field of it.
func (h *Pages) onRecord(c *web.Ctx, field, message string, args ...any) error {
	c.Wrong([]ui.FieldError{{Field: field, Message: c.T(message, args...)}})
	v, err := h.agreementPage(c, nil)
	if err != nil {
		return err
	}
	return c.Invalid(recordview.Show(v))
}

func (h *Pages) attach(c *web.Ctx) error {
	a, _, err := h.kept(c)
	if err != nil {
		return err
	}
	if a.State != Draft {
		return errChanged
	}
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return h.onRecord(c, "file", "Choose a file first")
	}
	body, err := header.Open()
	if err != nil {
		return fault.Wrap("partnership.attach", err)
	}
	defer body.Close()
	if _, err := h.service.AttachDocument(c.Std(), c.Actor, a.ID, header.Filename, body); err != nil {
		message, args := fault.Shown(err)
		if message == "" || !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
			return err
		}
		return h.onRecord(c, "file", message, args...)
	}
	c.Flash(i18n.Msg("The document is attached."))
	return c.SeeOther("/agreements/" + a.ID)
}

func (h *Pages) enact(c *web.Ctx) error {
	a, _, err := h.kept(c)
	if err != nil {
		return err
	}
	if _, err := h.service.Enact(c.Std(), c.Actor, a.ID); err != nil {
		var input *InputError
		if !errors.As(err, &input) {
			return err
		}
		return h.onRecord(c, input.Field, input.Message)
	}
	c.Flash(i18n.Msg("The agreement is in the register."))
	return c.SeeOther("/agreements/" + a.ID)
}

// endForm says how an agreement ended.
type endForm struct {
	How    string `form:"how" validate:"required,oneof=ended terminated"`
	Reason string `form:"reason,text" validate:"max=1000"`
}

// Messages are the form's own sentences.
func (endForm) Messages() map[string]string {
	return map[string]string{"how": i18n.Msg("Say how it ended")}
}

func (h *Pages) endPage(c *web.Ctx, a Agreement, f endForm) templ.Component {
	p := c.Page(c.T("Say that it has ended"))
	return recordview.Form(recordview.FormPage{
		Page: p, Back: c.URL("/agreements/" + a.ID), Caption: a.Object, Action: c.URL("/desk/agreements/" + a.ID + "/end"), Button: c.T("Save"), Cancel: c.T("Cancel"),
		Lead: c.T("This is public and cannot be undone."),
		Fields: []templ.Component{
			ui.Radios(p, ui.RadiosField{Name: "how", Label: c.T("How it ended"), Value: f.How, Options: []ui.Option{{Value: "ended", Label: c.T("It has run its time")}, {Value: "terminated", Label: c.T("It was terminated before its time"), Hint: c.T("Give the reason below.")}}}),
			ui.Textarea(p, ui.TextareaField{Name: "reason", Label: c.T("Reason"), Value: f.Reason, Max: 1000, Rows: 3, Optional: true}),
		},
	})
}

func (h *Pages) showEnd(c *web.Ctx) error {
	a, _, err := h.kept(c)
	if err != nil {
		return err
	}
	return c.Show(h.endPage(c, a, endForm{}))
}

func (h *Pages) end(c *web.Ctx) error {
	a, _, err := h.kept(c)
	if err != nil {
		return err
	}
	var f endForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if f.How == "terminated" && f.Reason == "" {
		mistakes.Add("reason", "Give a reason.")
	}
	if len(mistakes) > 0 {
		return again(c, mistakes, nil, "how", func() (templ.Component, error) { return h.endPage(c, a, f), nil })
	}
	if f.How == "terminated" {
		_, err = h.service.Terminate(c.Std(), c.Actor, a.ID, f.Reason)
	} else {
		_, err = h.service.EndAgreement(c.Std(), c.Actor, a.ID)
	}
	if err != nil {
		return err
	}
	c.Flash(flashSaved)
	return c.SeeOther("/agreements/" + a.ID)
}
