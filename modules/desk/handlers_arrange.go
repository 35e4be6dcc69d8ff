package desk

import (
	"strconv"

	"musharaka/modules/kit/form"
	"musharaka/modules/kit/web"
	"musharaka/views/deskview"
	"musharaka/views/ui"
)

func (h *Pages) showSettings(c *web.Ctx) error {
	org, nav, err := h.at(c, pathSettings)
	if err != nil {
		return err
	}
	x, err := h.service.SettingsOf(c.Std(), org)
	if err != nil {
		return err
	}
	return c.Show(deskview.Settings(settingsPage(c, org, nav, settingsForm{Remind: joinDays(x.RemindDays), Escalate: strconv.Itoa(x.EscalateAfter)})))
}

func settingsPage(c *web.Ctx, org string, nav deskview.Nav, f settingsForm) deskview.SettingsPage {
	return deskview.SettingsPage{Page: page(c, c.T("Settings of the desk")), Nav: nav, Action: deskURL(c, pathSettings, org), Remind: f.Remind, Escalate: f.Escalate}
}

func (h *Pages) saveSettings(c *web.Ctx) error {
	org, nav, err := h.at(c, pathSettings)
	if err != nil {
		return err
	}
	var typed settingsForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	days, ok := parseDays(typed.Remind)
	if !ok {
		days = []int{-1} // which the service refuses with the sentence for it
	}
	escalate, err := strconv.Atoi(typed.Escalate)
	if err != nil {
		escalate = -1
	}
	_, err = h.service.SaveSettings(c.Std(), c.Actor, org, days, escalate)
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		return c.Invalid(deskview.Settings(settingsPage(c, org, nav, typed)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashSettings)
	return c.SeeOther(pathSettings + "?authority=" + org)
}

var langNames = map[string]string{"ar": "العربية", "fr": "Français"}

func (h *Pages) templates(c *web.Ctx) error {
	org, nav, err := h.at(c, pathTemplates)
	if err != nil {
		return err
	}
	all, err := h.service.Templates(c.Std(), c.Actor, org)
	if err != nil {
		return err
	}
	v := deskview.TemplatesPage{Page: page(c, c.T("Answer templates")), Nav: nav}
	v.Wide, v.ArabicText = true, true
	if leads(c.Actor, org) {
		v.New = deskURL(c, pathTemplates+"/new", org)
	}
	v.Table = ui.TableSpec{Caption: c.T("Answer templates"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Name of the template")}, {Label: c.T("Languages")}, {Label: c.T("Changed")}}}
	for _, t := range all {
		var langs []string
		for _, lang := range TemplateLangs {
			if _, ok := t.Texts[lang]; ok {
				langs = append(langs, langNames[lang])
			}
		}
		v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Text: t.Name, Href: c.URL(pathTemplates + "/" + t.ID)}, {Text: c.Locale.List(langs)}, {Text: c.Locale.Date(t.History[len(t.History)-1].At)}})
	}
	return c.Show(deskview.Templates(v))
}

// templatePage is the form of a template, or its text for those who may not
// change it.
func templatePage(c *web.Ctx, title, action, org string, f templateForm) deskview.TemplatePage {
	v := deskview.TemplatePage{Page: page(c, title), Back: deskURL(c, pathTemplates, org), Action: action, Name: f.Name, MaxName: MaxTemplateName}
	v.ArabicText = true
	for lang, t := range map[string]TemplateText{"ar": {f.SummaryAR, f.BodyAR}, "fr": {f.SummaryFR, f.BodyFR}} {
		l := deskview.TemplateLang{Lang: lang, LangName: langNames[lang], Summary: t.Summary, Body: t.Body, MaxSummary: MaxTemplateSummary, MaxBody: MaxTemplateBody}
		if lang == "ar" {
			v.Langs = append([]deskview.TemplateLang{l}, v.Langs...)
		} else {
			v.Langs = append(v.Langs, l)
		}
	}
	for _, p := range Placeholders {
		v.Words = append(v.Words, deskview.Placeholder{Words: []string{p.Words["ar"], p.Words["fr"]}, Means: c.T(p.Label)})
	}
	return v
}

func (h *Pages) newTemplate(c *web.Ctx) error {
	org, _, err := h.at(c, pathTemplates)
	if err == nil && !leads(c.Actor, org) {
		err = errNotYours
	}
	if err != nil {
		return err
	}
	return c.Show(deskview.TemplateForm(templatePage(c, c.T("Write a template"), deskURL(c, pathTemplates+"/new", org), org, templateForm{})))
}

func (h *Pages) addTemplate(c *web.Ctx) error {
	org, _, err := h.at(c, pathTemplates)
	if err != nil {
		return err
	}
	return h.keepTemplate(c, c.T("Write a template"), deskURL(c, pathTemplates+"/new", org), c.NewID(), org)
}

// keepTemplate reads the form and saves it, or shows what is wrong.
func (h *Pages) keepTemplate(c *web.Ctx, title, action, id, org string) error {
	var f templateForm
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	_, err := h.service.SaveTemplate(c.Std(), c.Actor, id, Template{Authority: org, Name: f.Name, Texts: map[string]TemplateText{
		"ar": {f.SummaryAR, f.BodyAR}, "fr": {f.SummaryFR, f.BodyFR}}})
	if errs, wrong := wrongIn(c, err); wrong {
		c.Wrong(errs)
		return c.Invalid(deskview.TemplateForm(templatePage(c, title, action, org, f)))
	}
	if err != nil {
		return err
	}
	c.Flash(flashTemplate)
	return c.SeeOther(pathTemplates + "?authority=" + org)
}

// template is the template of the request.
func (h *Pages) template(c *web.Ctx) (Template, error) {
	t, err := h.service.Template(c.Std(), c.Actor, c.Params("id"))
	if err != nil {
		return t, err
	}
	return t, h.speak(c, t.Authority)
}

func (h *Pages) showTemplate(c *web.Ctx) error {
	t, err := h.template(c)
	if err != nil {
		return err
	}
	f := templateForm{Name: t.Name, SummaryAR: t.Texts["ar"].Summary, BodyAR: t.Texts["ar"].Body, SummaryFR: t.Texts["fr"].Summary, BodyFR: t.Texts["fr"].Body}
	v := templatePage(c, t.Name, c.URL(pathTemplates+"/"+t.ID), t.Authority, f)
	v.ReadOnly = !leads(c.Actor, t.Authority)
	if !v.ReadOnly {
		v.Delete = c.URL(pathTemplates + "/" + t.ID + "/delete")
	}
	return c.Show(deskview.TemplateForm(v))
}

func (h *Pages) saveTemplate(c *web.Ctx) error {
	t, err := h.template(c)
	if err != nil {
		return err
	}
	return h.keepTemplate(c, t.Name, c.URL(pathTemplates+"/"+t.ID), t.ID, t.Authority)
}

func (h *Pages) askDeleteTemplate(c *web.Ctx) error {
	t, err := h.template(c)
	if err == nil && !leads(c.Actor, t.Authority) {
		err = errNotYours
	}
	if err != nil {
		return err
	}
	return c.Show(deskview.Act(deskview.ActPage{
		Page: page(c, c.T("Delete this template?")), Caption: t.Name, Back: c.URL(pathTemplates + "/" + t.ID), Action: c.URL(pathTemplates + "/" + t.ID + "/delete"),
		Intro: c.T("It cannot be brought back. Answers that were written with it keep their text."), Button: c.T("Delete the template"), Danger: true,
	}))
}

func (h *Pages) deleteTemplate(c *web.Ctx) error {
	t, err := h.template(c)
	if err != nil {
		return err
	}
	return c.Done(h.service.DeleteTemplate(c.Std(), c.Actor, t.ID), flashNoTpl, pathTemplates+"?authority="+t.Authority)
}
