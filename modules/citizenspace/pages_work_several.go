package citizenspace

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/spaceworkview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// severalMost is how many requests one act is done to at once.
const severalMost = 50

// severalActs are the acts that are done to several requests at once.
var severalActs = []Act{ActAcknowledge, ActAssign, ActTransfer, ActBegin, ActSchedule, ActResolve}

// severalForm is one act for several requests. R holds each as it was seen; see
// seenAs.
type severalForm struct {
	R          []string  `form:"r" validate:"max=50"`
	Act        string    `form:"act" validate:"required,oneof=acknowledge assign transfer begin schedule resolve"`
	Department string    `form:"department" validate:"max=60"`
	Assignee   string    `form:"assignee" validate:"max=60"`
	Day        form.Date `form:"day"`
	Code       string    `form:"code" validate:"max=40"`
	Text       string    `form:"text,text" validate:"max=2000"`
}

// Messages are the form's own sentences.
func (severalForm) Messages() map[string]string {
	return map[string]string{"act": i18n.Msg("Choose what is to be done"), "r": i18n.Msg("Choose at most fifty requests")}
}

// chosen are the requests of a form, with what was seen of each. What is not of
// this authority, or gone, is left out.
func (h *Work) chosen(c *web.Ctx, s Settings, values []string) ([]Request, map[string]int64, error) {
	var all []Request
	seen := map[string]int64{}
	for _, value := range values[:min(len(values), severalMost)] {
		id, acts, _ := strings.Cut(value, ".")
		r, err := h.service.Request(c.Std(), By(c.Actor), id)
		if isNotFound(err) || err == nil && r.Authority != s.ID || seen[id] != 0 {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if seen[r.ID], err = strconv.ParseInt(acts, 10, 64); err != nil || seen[r.ID] <= 0 {
			seen[r.ID] = -1
		}
		all = append(all, r)
	}
	return all, seen, nil
}

func (h *Work) showSeveral(c *web.Ctx) error {
	s, err := h.at(c)
	if err != nil {
		return err
	}
	var f severalForm
	for value := range strings.SplitSeq(string(c.Request().URI().QueryString()), "&") {
		if id, ok := strings.CutPrefix(value, "r="); ok {
			f.R = append(f.R, id)
		}
	}
	page, err := h.severalPage(c, s, f)
	if err != nil {
		return err
	}
	return c.Show(page)
}

// severalPage asks what is to be done to those chosen.
func (h *Work) severalPage(c *web.Ctx, s Settings, f severalForm) (templ.Component, error) {
	all, _, err := h.chosen(c, s, f.R)
	if err != nil {
		return nil, err
	}
	p := h.page(c, s, c.T("Do something to several requests"))
	v := recordview.FormPage{Page: p, Back: c.URL(workPath(s.ID)), Caption: h.Places.PlaceName(s.ID, c.Locale.Lang()), Action: c.URL(workPath(s.ID) + "/several"), Cancel: c.T("Cancel")}
	if len(all) == 0 {
		v.Lead = c.T("Choose requests in the list first.")
		return recordview.Form(v), nil
	}
	v.Lead, v.Button, v.Unsaved = c.N("{n} request is chosen.", "{n} requests are chosen.", len(all)), c.T("Do it"), true
	names := h.names(c, s)
	var items []recordview.Item
	for i, r := range all {
		items = append(items, recordview.Item{Title: names(r), Href: c.URL(WorkPath(r)), Facts: r.Reference + " · " + c.T(workStates[r.State])})
		v.Fields = append(v.Fields, ui.Hidden("r", valueOf(f.R, all[i])))
	}
	v.Before = []templ.Component{recordview.Items(items)}
	var acts []ui.Option
	for _, act := range severalActs {
		label, _ := workLabel(act)
		o := ui.Option{Value: string(act), Label: c.T(label)}
		if o.Reveal, err = h.severalFields(c, p, s, f, act); err != nil {
			return nil, err
		}
		acts = append(acts, o)
	}
	v.Fields = append(v.Fields, ui.Radios(p, ui.RadiosField{Name: "act", Label: c.T("What is to be done"), Value: f.Act, Options: acts}),
		ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T("Reason or note"), Hint: c.T("Who asked reads it. A transfer and an end need one."), Value: f.Text, Max: MaxReasons, Rows: 3, Optional: true}))
	return recordview.Form(v), nil
}

// valueOf is a request as the form first saw it, whatever it is now.
func valueOf(values []string, r Request) string {
	for _, v := range values {
		if id, _, _ := strings.Cut(v, "."); id == r.ID {
			return v
		}
	}
	return seenAs(r)
}

// severalFields are what an act needs beside the text; nil for nothing.
func (h *Work) severalFields(c *web.Ctx, p ui.Page, s Settings, f severalForm, act Act) (templ.Component, error) {
	switch act {
	case ActAssign:
		people, err := h.Colleagues.Colleagues(c.Std(), s.ID)
		var options []ui.Option
		for _, x := range people {
			options = append(options, ui.Option{Value: x.ID, Label: x.Name, AutoDir: true})
		}
		return ui.Select(p, ui.SelectField{Name: "assignee", Label: c.T("With"), Value: f.Assignee, Options: options, Empty: c.T("nobody in particular"), Optional: true}), err
	case ActTransfer:
		return h.departments(c, p, s, f.Department, ""), nil
	case ActSchedule:
		return ui.DateParts(p, ui.DateField{Name: "day", Label: c.T("Day"), Day: f.Day.Day, Month: f.Day.Month, Year: f.Day.Year}), nil
	case ActResolve:
		return h.codes(c, p, EndCodes, f.Code), nil
	}
	return nil, nil
}

// several does one act to each of those chosen, one after the other: each is
// done or not for itself, and the page says which were not, and why.
func (h *Work) several(c *web.Ctx) error {
	s, err := h.at(c)
	if err != nil {
		return err
	}
	var f severalForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	all, seen, err := h.chosen(c, s, f.R)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		errs = nil // there is no form to correct: the page says to choose first
	} else if len(errs) == 0 {
		h.whole(&errs, f)
	}
	if len(errs) > 0 || len(all) == 0 {
		c.Wrong(errs.Shown(c.Locale))
		page, err := h.severalPage(c, s, f)
		if err != nil {
			return err
		}
		return c.Invalid(page)
	}
	done, failed, err := h.each(c, all, seen, f)
	if err != nil {
		return err
	}
	if len(failed) == 0 {
		c.Flash(i18n.Msg("It is done to all of them."))
		return c.SeeOther(workPath(s.ID))
	}
	v := spaceworkview.OutcomePage{Page: h.page(c, s, c.T("Not all could be done")), Back: c.URL(workPath(s.ID)), Caption: h.Places.PlaceName(s.ID, c.Locale.Lang()), Done: done, Failed: failed}
	return c.Invalid(spaceworkview.Outcomes(v))
}

// whole says what is missing in a form for all of them.
func (h *Work) whole(errs *form.Errors, f severalForm) {
	act := Act(f.Act)
	if act == ActTransfer && f.Department == "" {
		errs.Add("department", "Choose a department from the list")
	}
	if _, ok := f.Day.In(time.UTC); act == ActSchedule && !ok {
		errs.Add("day", "Choose a day that is not over")
	}
	if act == ActResolve && !slices.Contains(EndCodes, CloseCode(f.Code)) {
		errs.Add("code", "Choose a reason")
	}
	if (act == ActTransfer || act == ActResolve) && f.Text == "" {
		errs.Add("text", "Say why")
	}
}

// each does the act to one after the other. A fault that is not about one request
// ends it.
func (h *Work) each(c *web.Ctx, all []Request, seen map[string]int64, f severalForm) (done, failed []spaceworkview.Did, err error) {
	one := workForm{Department: f.Department, Assignee: f.Assignee, Day: f.Day, Note: f.Text, Reason: f.Text, Reasons: f.Text, Code: f.Code}
	for _, r := range all {
		d := doing{request: r, act: Act(f.Act)}
		d.settings.ID = r.Authority
		_, err := h.do(c.Std(), c, d, one, seen[r.ID])
		did := spaceworkview.Did{Reference: r.Reference, Href: c.URL(WorkPath(r))}
		if err == nil {
			done = append(done, did)
			continue
		}
		message, args := fault.Shown(err)
		if problems := ProblemsOf(err); len(problems) > 0 {
			message, args = problems[0].Message, problems[0].Args
		}
		if message == "" || fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Internal) {
			return done, failed, err
		}
		did.Text = c.T(message, args...)
		failed = append(failed, did)
	}
	return done, failed, nil
}
