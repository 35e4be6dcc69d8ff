package association

import (
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// A delegate asks for a correction; an officer corrects the entry or refuses.

func (h *Pages) correctionRoutes(s *web.Site) {
	s.Get("/associations/:id/correction", web.SignedIn, h.showAskCorrection)
	s.Post("/associations/:id/correction", web.SignedIn, web.Limited(oftenAsked, h.askCorrection))
	s.Get("/desk/associations/:id/correction", keepers, h.showCorrection)
	s.Post("/desk/associations/:id/correction", keepers, h.refuseCorrection)
}

// ownEntry returns the entry of the address to its delegates.
func (h *Pages) ownEntry(c *web.Ctx) (Association, error) {
	a, err := h.service.Seen(c.Std(), c.Actor, c.Params("id"))
	if err == nil && !h.service.MayAct(c.Std(), c.Actor, a.ID, ScopeManage) {
		err = errManage
	}
	if err == nil {
		h.speak(c, a)
	}
	return a, err
}

func (h *Pages) askCorrectionPage(c *web.Ctx, a Association, text string) templ.Component {
	p := c.Page(c.T("Ask for a correction"))
	v := recordview.FormPage{
		Page: p, Back: c.URL("/associations/" + a.ID), Caption: a.Name(c.Locale.Lang()), Action: c.URL("/associations/" + a.ID + "/correction"), Button: c.T("Send the request"), Unsaved: true,
		Lead:   c.T("An officer reads it, and corrects the entry or tells you why not. Attach a new document first where the correction needs a proof."),
		Before: []templ.Component{ui.SummaryList(p, h.rows(c, a)), recordview.LinkLine(c.URL("/associations/"+a.ID+"/documents"), c.T("Documents"))},
		Fields: []templ.Component{ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T("What is to be corrected, and how"), Hint: c.T("Read by officers alone."), Value: text, Max: MaxCorrection, Rows: 5})},
	}
	if a.Correction != nil {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Info, Title: c.T("A request of {date} waits for an officer. What you send now replaces it.", "date", a.Correction.At), Text: a.Correction.Text})
	}
	return recordview.Form(v)
}

func (h *Pages) showAskCorrection(c *web.Ctx) error {
	a, err := h.ownEntry(c)
	if err != nil {
		return err
	}
	return c.Show(h.askCorrectionPage(c, a, ""))
}

func (h *Pages) askCorrection(c *web.Ctx) error {
	a, err := h.ownEntry(c)
	if err != nil {
		return err
	}
	var f struct {
		Text string `form:"text,text" validate:"max=1000"`
	}
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		if _, err = h.service.AskCorrection(c.Std(), c.Actor, a.ID, f.Text); err == nil {
			c.Flash(i18n.Msg("The request is sent to the officers."))
			return c.SeeOther("/associations/" + a.ID)
		}
		if !wrong(mistakes.Add, "text", err) {
			return err
		}
	}
	c.Wrong(mistakes.Shown(c.Locale))
	return c.Invalid(h.askCorrectionPage(c, a, f.Text))
}

// correctionPage shows an officer what is asked, beside what the entry says.
func (h *Pages) correctionPage(c *web.Ctx, a Association, reason string) templ.Component {
	p := c.Page(c.T("Correction asked for"))
	return recordview.Form(recordview.FormPage{
		Page: p, Back: c.URL("/desk/associations"), Caption: a.Name(c.Locale.Lang()), Action: c.URL("/desk/associations/" + a.ID + "/correction"),
		Notices: []recordview.Notice{{Tone: ui.Info, Title: c.T("Asked for on {date}", "date", a.Correction.At), Text: a.Correction.Text}},
		Before:  []templ.Component{ui.ButtonLink(c.URL("/desk/associations/"+a.ID+"/edit"), c.T("Correct the entry"), ui.Primary), ui.SummaryList(p, h.rows(c, a))},
		Fields:  []templ.Component{ui.Textarea(p, ui.TextareaField{Name: "reason", Label: c.T("Or refuse: reason"), Hint: c.T("Sent to the person who asked."), Value: reason, Max: 500, Rows: 3})},
		Button:  c.T("Refuse the correction"), Danger: true,
	})
}

// corrigible returns the entry of the address to who may decide its correction.
func (h *Pages) corrigible(c *web.Ctx) (Association, error) {
	a, err := h.kept(c)
	if err == nil && a.Correction == nil {
		err = errNoCorrection
	}
	return a, err
}

func (h *Pages) showCorrection(c *web.Ctx) error {
	a, err := h.corrigible(c)
	if err != nil {
		return err
	}
	return c.Show(h.correctionPage(c, a, ""))
}

func (h *Pages) refuseCorrection(c *web.Ctx) error {
	a, err := h.corrigible(c)
	if err != nil {
		return err
	}
	reason, ok, err := readReason(c, func(typed string) templ.Component { return h.correctionPage(c, a, typed) })
	if !ok {
		return err
	}
	_, err = h.service.RefuseCorrection(c.Std(), c.Actor, a.ID, reason)
	return c.Done(err, i18n.Msg("The correction is refused, and the person who asked is told."), "/desk/associations")
}
