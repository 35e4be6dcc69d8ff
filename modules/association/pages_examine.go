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

// queue is what waits for the officers of an authority.
func (h *Pages) queue(c *web.Ctx) error {
	place := c.Query("place")
	orgs := c.Actor.OrgsWith(auth.Officer)
	v := recordview.ListPage{
		Page: c.Page(c.T("Associations that ask to be entered")), Back: c.URL("/desk"), Empty: c.T("No request waits"),
		Links: []recordview.Link{{Href: c.URL("/associations"), Label: c.T("Register of associations")}, {Href: c.URL("/desk/associations/new"), Label: c.T("Enter an association")}},
	}
	v.EmptyText = c.T("Requests of associations with a seat or branch in your territory stand here until they are decided.")
	if !isAdmin(c) {
		if place == "" && len(orgs) > 0 {
			place = orgs[0]
		}
		if !c.Actor.Holds(place, auth.Officer) {
			return errNotHere
		}
		for _, id := range orgs {
			v.Tabs = append(v.Tabs, ui.Tab{Label: h.names.PlaceName(id, c.Locale.Lang()), Href: c.URL("/desk/associations") + "?place=" + url.QueryEscape(id), Current: id == place})
		}
		if len(v.Tabs) == 1 {
			v.Tabs = nil
		}
	}
	page, err := h.service.Waiting(c.Std(), place, c.Query("after"), 30)
	if err != nil {
		return err
	}
	for _, a := range page.Items {
		card := h.card(c, a)
		card.Href = c.URL("/desk/associations/" + a.ID + "/examine")
		if a.Correction != nil {
			card.Href = c.URL("/desk/associations/" + a.ID + "/correction")
			card.Meta = append(card.Meta, c.T("Correction asked for"), c.Locale.Date(a.Correction.At))
		} else {
			card.Meta = append(card.Meta, c.T("Submitted on {date}.", "date", a.SubmittedAt))
		}
		v.Cards = append(v.Cards, card)
	}
	if page.Next != "" {
		v.Pages.Next = c.URL("/desk/associations") + "?place=" + url.QueryEscape(place) + "&after=" + url.QueryEscape(page.Next)
	}
	return c.Show(recordview.List(v))
}

// decisionForm is what the page of an examination sends besides the findings.
type decisionForm struct {
	Decision string    `form:"decision" validate:"required,oneof=accept return refuse keep"`
	Reason   string    `form:"reason,text" validate:"max=1000"`
	Delegate bool      `form:"delegate"`
	Until    form.Date `form:"until" validate:"date"`
}

// Messages are the form's own sentences.
func (decisionForm) Messages() map[string]string {
	return map[string]string{"decision": i18n.Msg("Decide what becomes of the request")}
}

// typedFindings reads what was found from the fields of the form.
func (h *Pages) typedFindings(c *web.Ctx, conditions []Condition) []Finding {
	var all []Finding
	for _, x := range conditions {
		all = append(all, Finding{
			Code: x.Code, Verdict: Verdict(form.Clean(c.FormValue("verdict-"+x.Code), false)), Evidence: form.Clean(c.FormValue("evidence-"+x.Code), false),
		})
	}
	return all
}

func (h *Pages) showExamine(c *web.Ctx) error {
	a, err := h.kept(c)
	if err != nil {
		return err
	}
	var found []Finding
	if a.Examination != nil {
		found = a.Examination.Findings
	}
	page, err := h.examinePage(c, a, found, decisionForm{})
	if err != nil {
		return err
	}
	return c.Show(page)
}

// examinePage shows the request and asks of each condition whether it is met,
// and what the officer saw.
func (h *Pages) examinePage(c *web.Ctx, a Association, found []Finding, f decisionForm) (templ.Component, error) {
	p := c.Page(c.T("Examine the conditions"))
	_, conditions := h.service.Conditions(a, c.Now())
	before := []templ.Component{ui.SummaryList(p, h.rows(c, a))}
	files, err := h.files(c, a)
	if err != nil {
		return nil, err
	}
	if len(files) > 0 {
		before = append(before, recordview.Files(files))
	}
	var fields []templ.Component
	for _, x := range conditions {
		fields = append(fields, h.conditionFields(c, p, x, found)...)
	}
	v := recordview.FormPage{
		Page: p, Caption: a.Name(c.Locale.Lang()), Before: before, Action: c.URL("/desk/associations/" + a.ID + "/examine"), Button: c.T("Save"), Unsaved: true,
		Lead: c.T("Decide each condition for itself and note what you saw. Conditions and evidence stand in the public register once the association is entered."),
		Back: c.URL("/desk/associations"),
	}
	if a.State == Registered {
		v.Back, v.Fields = c.URL("/associations/"+a.ID), append(fields, ui.Hidden("decision", "keep"))
		return recordview.Form(v), nil
	}
	if a.State != Submitted {
		v.Notices = []recordview.Notice{{Tone: ui.Info, Title: c.T("This request is not waiting for a decision"), Text: c.T(StateNames[a.State])}}
	}
	v.Fields = append(fields, h.decisionFields(c, p, a, f)...)
	return recordview.Form(v), nil
}

func (h *Pages) conditionFields(c *web.Ctx, p ui.Page, x Condition, found []Finding) []templ.Component {
	verdict, evidence := x.Proposed, ""
	for _, f := range found {
		if f.Code == x.Code && (f.Verdict != "" || f.Evidence != "") {
			verdict, evidence = f.Verdict, f.Evidence
		}
	}
	var options []ui.Option
	for _, v := range Verdicts {
		options = append(options, ui.Option{Value: string(v), Label: c.T(VerdictNames[v])})
	}
	hint := ""
	switch x.Proposed {
	case Met:
		hint = c.T("By what the entry says it is met: check it against the documents.")
	case Unmet:
		hint = c.T("By what the entry says it is not met.")
	}
	return []templ.Component{
		ui.Radios(p, ui.RadiosField{Name: "verdict-" + x.Code, Label: conditionText(c, x), Hint: hint, Value: string(verdict), Options: options, Inline: true}),
		ui.Source(p, cited(c, x.Citation)),
		ui.Text(p, ui.TextField{Name: "evidence-" + x.Code, Label: c.T("What you saw"), Value: evidence, Max: MaxEvidence, AutoDir: true}),
	}
}

func (h *Pages) decisionFields(c *web.Ctx, p ui.Page, a Association, f decisionForm) []templ.Component {
	options := []ui.Option{
		{Value: "accept", Label: c.T("Enter it in the register"), Hint: c.T("Every condition must be decided, met or not: both stand in the register.")},
		{Value: "return", Label: c.T("Return it to be completed"), Hint: c.T("Say below what is missing.")},
		{Value: "refuse", Label: c.T("Do not enter it"), Hint: c.T("Give the reasons below.")},
		{Value: "keep", Label: c.T("Only save what was found so far")},
	}
	fields := []templ.Component{
		ui.Radios(p, ui.RadiosField{Name: "decision", Label: c.T("Decision"), Value: f.Decision, Options: options}),
		ui.Textarea(p, ui.TextareaField{Name: "reason", Label: c.T("What is missing, or the reasons"), Hint: c.T("Sent to the person who asked."), Value: f.Reason, Max: 1000, Rows: 4, Optional: true}),
	}
	if a.AskedBy == "" {
		return fields
	}
	return append(fields,
		ui.Checkbox(p, ui.CheckboxField{Name: "delegate", Label: c.T("The person who asked has proved the power to act, and becomes its first delegate"), Hint: c.T("A delegate can then name others."), Checked: f.Delegate}),
		ui.DateParts(p, ui.DateField{Name: "until", Label: c.T("Last day of that mandate"), Day: f.Until.Day, Month: f.Until.Month, Year: f.Until.Year}))
}

func (h *Pages) examine(c *web.Ctx) error {
	a, err := h.kept(c)
	if err != nil {
		return err
	}
	var f decisionForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	_, conditions := h.service.Conditions(a, c.Now())
	d := Decision{Findings: h.typedFindings(c, conditions), Reason: f.Reason}
	if f.Delegate && f.Decision == "accept" {
		zone := clock.Zone(c.Locale.Country())
		day, ok := f.Until.In(zone)
		if d.DelegateUntil = clock.EndOfDay(day, zone); !ok || !d.DelegateUntil.After(c.Now()) || d.DelegateUntil.After(c.Now().AddDate(maxMandate, 0, 0)) {
			mistakes.Add("until", "Give a last day after the first, at most {n} years away", "n", maxMandate)
		}
	}
	if (f.Decision == "return" || f.Decision == "refuse") && f.Reason == "" {
		mistakes.Add("reason", "Give a reason.")
	}
	if len(mistakes) == 0 {
		said, err := h.decide(c, a, f.Decision, d)
		if err == nil {
			c.Flash(said)
			if f.Decision == "accept" || a.State == Registered {
				return c.SeeOther("/associations/" + a.ID)
			}
			return c.SeeOther("/desk/associations")
		}
		if !wrong(mistakes.Add, "decision", err) {
			return err
		}
	}
	c.Wrong(mistakes.Shown(c.Locale))
	page, err := h.examinePage(c, a, d.Findings, f)
	if err != nil {
		return err
	}
	return c.Invalid(page)
}

// decide does what the officer chose, and returns what to say of it.
func (h *Pages) decide(c *web.Ctx, a Association, decision string, d Decision) (string, error) {
	switch decision {
	case "accept":
		_, err := h.service.Accept(c.Std(), c.Actor, a.ID, d)
		return i18n.Msg("The association is in the register."), err
	case "return":
		_, err := h.service.Return(c.Std(), c.Actor, a.ID, d)
		return i18n.Msg("The request is returned, and the person who asked is told."), err
	case "refuse":
		_, err := h.service.Refuse(c.Std(), c.Actor, a.ID, d)
		return i18n.Msg("The request is refused, and the person who asked is told."), err
	}
	_, err := h.service.Examine(c.Std(), c.Actor, a.ID, d.Findings)
	return i18n.Msg("What was found is saved."), err
}
