package citizenspace

import (
	"context"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/spaceworkview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// workForm is what an act on a request is given; each act uses some of it.
type workForm struct {
	Seen        string    `form:"seen,digits" validate:"max=12"` // Request.Acts as the page showed it
	Once        string    `form:"once" validate:"max=40"`
	Department  string    `form:"department" validate:"max=60"`
	Assignee    string    `form:"assignee" validate:"max=60"`
	Day         form.Date `form:"day"`
	Note        string    `form:"note,text"`
	Reason      string    `form:"reason,text"`
	Body        string    `form:"body,text"`
	Code        string    `form:"code" validate:"max=40"`
	Reasons     string    `form:"reasons,text"`
	Who         string    `form:"who" validate:"max=400"`
	SentTo      string    `form:"sent_to" validate:"max=400"`
	Into        string    `form:"into" validate:"max=60"`
	Offer       string    `form:"offer" validate:"max=60"`
	Description string    `form:"description,text"`
}

// typed is the longest text somebody wrote into the form, to be shown where it
// can no longer be sent.
func (f workForm) typed() string {
	longest := ""
	for _, t := range []string{f.Note, f.Reason, f.Body, f.Reasons, f.Description} {
		if len(t) > len(longest) {
			longest = t
		}
	}
	return longest
}

// doing is an act that somebody is about to do to a request.
type doing struct {
	settings Settings
	request  Request
	version  Version
	act      Act
	label    string
}

// about returns the request of the address and the act, to somebody who may do it
// in some state.
func (h *Work) about(c *web.Ctx) (doing, error) {
	s, r, v, err := h.one(c)
	d := doing{settings: s, request: r, version: v, act: Act(c.Params("act"))}
	if err != nil {
		return d, err
	}
	label, ok := workLabel(d.act)
	if !ok {
		return d, errNoRequest
	}
	d.label = label
	return d, nil
}

func (h *Work) showAct(c *web.Ctx) error {
	d, err := h.about(c)
	if err != nil {
		return err
	}
	if _, _, err := Next(d.request.State, d.request.Before, d.act, h.service.RolesOf(By(c.Actor), d.request)...); err != nil {
		return err
	}
	f := workForm{Department: d.request.Department, Assignee: d.request.Assignee}
	if d.act == ActTransfer {
		f.Department = ""
	}
	if id := c.Query("template"); id != "" {
		values := map[string]string{"title": d.version.Name.In(d.request.Citizen.Lang), "reference": d.request.Reference, "date": c.Locale.Date(c.Now().In(clock.Zone(d.request.Country))), "authority": h.Places.PlaceName(d.settings.ID, d.request.Citizen.Lang)}
		text, err := h.Templates.Text(c.Std(), c.Actor, d.settings.ID, id, d.request.Citizen.Lang, values)
		if err != nil {
			return err
		}
		f.Body, f.Reasons = text, text
	}
	page, err := h.actPage(c, d, f, nil)
	if err != nil {
		return err
	}
	return c.Show(page)
}

// actPage asks for what an act needs. before stands above the form.
func (h *Work) actPage(c *web.Ctx, d doing, f workForm, before []templ.Component) (templ.Component, error) {
	p := h.page(c, d.settings, c.T(d.label))
	v := recordview.FormPage{Page: p, Back: c.URL(WorkPath(d.request)), Caption: d.request.Reference + " · " + d.version.Name.In(c.Locale.Lang()), Before: before,
		Action: c.URL(WorkPath(d.request) + "/do/" + string(d.act)), Button: c.T(d.label), Cancel: c.T("Cancel"), Lead: c.T(actLeads[d.act]), Unsaved: true}
	fields, err := h.actFields(c, p, d, f)
	if err != nil {
		return nil, err
	}
	if actTemplated[d.act] {
		chooser, err := h.templateChooser(c, p, d)
		if err != nil {
			return nil, err
		}
		v.Before = append(v.Before, chooser...)
	}
	v.Danger = d.act == ActReject || d.act == ActMerge || d.act == ActCode
	v.Fields = append([]templ.Component{ui.Hidden("seen", strconv.FormatInt(d.request.Acts, 10)), ui.Hidden("once", onceFor(c, f.Once))}, fields...)
	if !h.service.May(By(c.Actor), d.request, d.act) { // somebody was faster: nothing can be sent any more
		v.Button = ""
		if text := f.typed(); text != "" {
			v.Before = append(v.Before, recordview.Line(c.T("What you wrote, to be copied:")), ui.Paragraphs(text))
		}
	}
	return recordview.Form(v), nil
}

func onceFor(c *web.Ctx, once string) string {
	if once == "" || len(once) > 40 {
		return c.NewID()
	}
	return once
}

// actLeads say what an act means.
var actLeads = map[Act]string{
	ActAcknowledge: i18n.Msg("Who asked sees that somebody has read it."), ActAssign: i18n.Msg("To a department, and to somebody in particular if you wish."),
	ActTransfer: i18n.Msg("It stays with the municipality: another department deals with it. Who asked reads your reason. What is not for the municipality at all is “outside our powers”."),
	ActBegin:    i18n.Msg("Who asked sees that work has begun."), ActSchedule: i18n.Msg("Who asked sees the day."), ActAsk: i18n.Msg("The clock of the promise is paused until the answer comes, and you are told."),
	ActResume:  i18n.Msg("The clock of the promise goes on."),
	ActResolve: i18n.Msg("Who asked is asked whether it is solved, and can reopen it with one click."), ActEnd: i18n.Msg("Nothing more happens to it, unless somebody reopens it."),
	ActSendOn: i18n.Msg("Another body decides it. Say which one, and to whom you sent it; leave that empty when the citizen has to turn there."),
	ActReject: i18n.Msg("Who asked reads the reason. A request that can be completed is better asked for than refused."), ActMerge: i18n.Msg("Both are about the same. Who asked hears how the other one goes on."),
	ActSplit: i18n.Msg("The second matter becomes a request of its own, with the same place and the same citizen."), ActReopen: i18n.Msg("The promise begins anew."),
	ActReclassify: i18n.Msg("The promise of the other service counts from the day on which the request came in."), ActHide: i18n.Msg("Who asked still sees it."), ActShow: i18n.Msg("Everybody sees it again, without who asked."),
	ActCode: i18n.Msg("For somebody who lost it and showed who they are. The old code no longer fits. The new one is shown once."),
}

// actTemplated are the acts in which a prepared text helps.
var actTemplated = map[Act]bool{ActAsk: true, ActResolve: true, ActEnd: true, ActReject: true, ActSendOn: true}

// templateChooser fills the form with a prepared text.
func (h *Work) templateChooser(c *web.Ctx, p ui.Page, d doing) ([]templ.Component, error) {
	offered, err := h.Templates.Offered(c.Std(), c.Actor, d.settings.ID)
	if err != nil || len(offered) == 0 {
		return nil, err
	}
	return []templ.Component{spaceworkview.Prepared(p, c.URL(WorkPath(d.request)+"/do/"+string(d.act)), ui.SelectField{Name: "template", Label: c.T("Use a prepared text"), Options: offered, Value: c.Query("template")})}, nil
}

// actFields are the fields of an act.
func (h *Work) actFields(c *web.Ctx, p ui.Page, d doing, f workForm) ([]templ.Component, error) {
	area := func(name, label, hint, value string, most int, optional bool) templ.Component {
		return ui.Textarea(p, ui.TextareaField{Name: name, Label: label, Hint: hint, Value: value, Max: most, Rows: 5, Optional: optional})
	}
	note := area("note", c.T("Note"), c.T("Who asked reads it."), f.Note, MaxReasons, true)
	reasons := area("reasons", c.T("In words that the citizen understands"), "", f.Reasons, MaxReasons, false)
	switch d.act {
	case ActAssign:
		return h.assignFields(c, p, d, f)
	case ActTransfer:
		return []templ.Component{h.departments(c, p, d.settings, f.Department, d.request.Department), area("reason", c.T("Reason"), c.T("Who asked reads it."), f.Reason, MaxReasons, false)}, nil
	case ActBegin, ActResume:
		return []templ.Component{note}, nil
	case ActSchedule:
		return []templ.Component{ui.DateParts(p, ui.DateField{Name: "day", Label: c.T("Day"), Day: f.Day.Day, Month: f.Day.Month, Year: f.Day.Year}), note}, nil
	case ActAsk:
		return []templ.Component{area("body", c.T("What you ask for"), "", f.Body, MaxMessage, false)}, nil
	case ActResolve, ActEnd:
		return []templ.Component{h.codes(c, p, EndCodes, f.Code), reasons}, nil
	case ActReject:
		return []templ.Component{h.codes(c, p, RejectCodes, f.Code), reasons}, nil
	case ActSendOn:
		return []templ.Component{
			ui.Text(p, ui.TextField{Name: "who", Label: c.T("Who decides it"), Hint: c.T("Such as a ministry, an agency, another municipality."), Value: f.Who, Max: MaxLine, AutoDir: true}),
			ui.Text(p, ui.TextField{Name: "sent_to", Label: c.T("To whom you sent it"), Value: f.SentTo, Max: MaxLine, AutoDir: true, Optional: true}), reasons}, nil
	case ActMerge:
		return []templ.Component{ui.Text(p, ui.TextField{Name: "into", Label: c.T("Reference of the request that stays"), Value: f.Into, Max: 30, Ltr: true})}, nil
	case ActSplit:
		return h.offerFields(c, p, d, f.Offer, area("description", c.T("What the second matter is about"), "", f.Description, MaxDescription, false))
	case ActReclassify:
		return h.offerFields(c, p, d, f.Offer, area("reason", c.T("Reason"), "", f.Reason, MaxReasons, true))
	case ActReopen, ActHide:
		return []templ.Component{area("reason", c.T("Reason"), "", f.Reason, MaxReasons, d.act == ActReopen)}, nil
	}
	return nil, nil
}

func (h *Work) departments(c *web.Ctx, p ui.Page, s Settings, chosen, without string) templ.Component {
	var options []ui.Option
	for _, d := range s.Departments {
		if d.Key != without {
			options = append(options, ui.Option{Value: d.Key, Label: d.Name.In(c.Locale.Lang())})
		}
	}
	return ui.Select(p, ui.SelectField{Name: "department", Label: c.T("Department"), Value: chosen, Options: options, Empty: c.T("Choose a department")})
}

func (h *Work) assignFields(c *web.Ctx, p ui.Page, d doing, f workForm) ([]templ.Component, error) {
	people, err := h.Colleagues.Colleagues(c.Std(), d.settings.ID)
	var options []ui.Option
	for _, x := range people {
		options = append(options, ui.Option{Value: x.ID, Label: x.Name, AutoDir: true})
	}
	return []templ.Component{h.departments(c, p, d.settings, f.Department, ""),
		ui.Select(p, ui.SelectField{Name: "assignee", Label: c.T("With"), Value: f.Assignee, Options: options, Empty: c.T("nobody in particular"), Optional: true})}, err
}

func (h *Work) codes(c *web.Ctx, p ui.Page, codes []CloseCode, chosen string) templ.Component {
	var options []ui.Option
	for _, code := range codes {
		options = append(options, ui.Option{Value: string(code), Label: c.T(workCodes[code])})
	}
	return ui.Radios(p, ui.RadiosField{Name: "code", Label: c.T("Why it ends"), Value: chosen, Options: options})
}

func (h *Work) offerFields(c *web.Ctx, p ui.Page, d doing, chosen string, more templ.Component) ([]templ.Component, error) {
	offers, err := h.service.Offers(c.Std(), d.settings.ID)
	var options []ui.Option
	for _, v := range offers {
		options = append(options, ui.Option{Value: v.Code, Label: v.Name.In(c.Locale.Lang())})
	}
	return []templ.Component{ui.Select(p, ui.SelectField{Name: "offer", Label: c.T("Service"), Value: chosen, Options: options, Empty: c.T("Choose a service")}), more}, err
}

// do does an act to a request, as it was seen. to is the page that follows.
func (h *Work) do(ctx context.Context, c *web.Ctx, d doing, f workForm, seen int64) (to string, err error) {
	s, who, id := h.service, c.Actor, d.request.ID
	to = WorkPath(d.request)
	switch d.act {
	case ActAcknowledge:
		_, err = s.Acknowledge(ctx, who, id, seen)
	case ActAssign:
		_, err = s.Assign(ctx, who, id, f.Department, f.Assignee, seen)
	case ActTransfer:
		_, err = s.Transfer(ctx, who, id, f.Department, f.Reason, seen)
	case ActBegin:
		_, err = s.Begin(ctx, who, id, f.Note, seen)
	case ActSchedule:
		day, _ := f.Day.In(clock.Zone(d.request.Country))
		_, err = s.Schedule(ctx, who, id, day.Add(12*time.Hour), f.Note, seen)
	case ActAsk:
		_, err = s.Ask(ctx, who, id, f.Body, seen)
	case ActResume:
		_, err = s.Resume(ctx, who, id, f.Note, seen)
	case ActResolve:
		_, err = s.Resolve(ctx, who, id, CloseCode(f.Code), f.Reasons, seen)
	case ActEnd:
		_, err = s.End(ctx, who, id, CloseCode(f.Code), f.Reasons, seen)
	case ActReject:
		_, err = s.Reject(ctx, who, id, CloseCode(f.Code), f.Reasons, seen)
	case ActSendOn:
		_, err = s.SendOn(ctx, who, id, f.Who, f.SentTo, f.Reasons, seen)
	case ActMerge:
		_, err = s.Merge(ctx, who, id, f.Into, seen)
	case ActSplit:
		var part Filed
		if part, err = s.Split(ctx, who, id, f.Offer, f.Description, onceFor(c, f.Once), seen); err == nil {
			to = WorkPath(part.Request)
		}
	case ActReopen:
		_, err = s.Reopen(ctx, By(who), id, f.Reason, seen)
	case ActReclassify:
		_, err = s.Reclassify(ctx, who, id, f.Offer, f.Reason, seen)
	case ActHide:
		_, err = s.Hide(ctx, who, id, f.Reason)
	case ActShow:
		_, err = s.Show(ctx, who, id)
	default:
		err = errNoRequest
	}
	return to, err
}

// doAct does what the form asks for. Who saw another state of the request than
// the one there is now changes nothing: the page keeps what was typed and shows
// what the other one did.
func (h *Work) doAct(c *web.Ctx) error {
	d, err := h.about(c)
	if err != nil {
		return err
	}
	var f workForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if _, ok := f.Day.In(clock.Zone(d.request.Country)); d.act == ActSchedule && !ok {
		errs.Add("day", "Choose a day that is not over")
	}
	if len(errs) == 0 && d.act == ActCode {
		return h.newCode(c, d)
	}
	seen, _ := strconv.ParseInt(f.Seen, 10, 64)
	if seen <= 0 {
		seen = -1 // a form without it has seen nothing
	}
	if len(errs) == 0 {
		to, bad := h.do(c.Std(), c, d, f, seen)
		if bad == nil {
			c.Flash(i18n.Msg("It is done."))
			return c.SeeOther(to)
		}
		err = bad
	}
	var before []templ.Component
	switch {
	case fault.Is(err, fault.Conflict):
		if d, err = h.about(c); err != nil { // as it stands now
			return err
		}
		before = h.meanwhile(c, d, seen)
	case err != nil:
		if !h.told(&errs, err, map[bool]string{true: "who"}[d.act == ActSendOn]) {
			return err
		}
	}
	c.Wrong(errs.Shown(c.Locale))
	page, err := h.actPage(c, d, f, before)
	if err != nil {
		return err
	}
	return c.Invalid(page)
}

// told takes the problems of a fault into the mistakes of a form; false for a
// fault that is none of the person's. body is how the form calls the field of
// that name, "" for the same.
func (h *Work) told(errs *form.Errors, err error, body string) bool {
	for _, p := range ProblemsOf(err) {
		field := p.Field
		if field == "body" && body != "" {
			field = body
		}
		errs.Add(field, p.Message, p.Args...)
	}
	return len(*errs) > 0
}

// meanwhile says what others did since the form was opened.
func (h *Work) meanwhile(c *web.Ctx, d doing, seen int64) []templ.Component {
	p := h.page(c, d.settings, "")
	since := d.request.History
	if seen > 0 && seen < int64(len(since)) {
		since = since[seen:]
	} else if len(since) > 3 {
		since = since[len(since)-3:]
	}
	return []templ.Component{
		spaceworkview.Met(p, c.T("Somebody else has worked on this request since you opened it. Look at what changed, then decide again."), c.T("Nothing of yours was sent. What you typed is still here.")),
		spaceworkview.Since(p, h.events(c, d.settings, since)),
	}
}

// newCode shows a new secret code, this once.
func (h *Work) newCode(c *web.Ctx, d doing) error {
	filed, err := h.service.NewCode(c.Std(), c.Actor, d.request.ID)
	if err != nil {
		return err
	}
	p := h.page(c, d.settings, c.T("New secret code"))
	return c.Show(recordview.Form(recordview.FormPage{Page: p, Back: c.URL(WorkPath(d.request)), Caption: d.request.Reference, Lead: c.T("Hand it to who asked. It is not shown again."), Before: []templ.Component{recordview.Reference(ShownCode(filed.Code))}}))
}

// textForm is a message or a note, sent from the page of the request.
type textForm struct {
	Body string `form:"body,text"`
	Note string `form:"note,text"`
}

func (h *Work) message(c *web.Ctx) error {
	return h.say(c, "body", func(ctx context.Context, who auth.Actor, id string, f textForm) error {
		_, err := h.service.Message(ctx, who, id, f.Body)
		return err
	})
}

func (h *Work) note(c *web.Ctx) error {
	return h.say(c, "note", func(ctx context.Context, who auth.Actor, id string, f textForm) error {
		_, err := h.service.Note(ctx, who, id, f.Note)
		return err
	})
}

// say adds a text to a request. It overwrites nothing, so it need not know what
// was seen.
func (h *Work) say(c *web.Ctx, field string, send func(ctx context.Context, who auth.Actor, id string, f textForm) error) error {
	_, r, _, err := h.one(c)
	if err != nil {
		return err
	}
	var f textForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		if err = send(c.Std(), c.Actor, r.ID, f); err == nil {
			return c.SeeOther(WorkPath(r))
		}
		if !h.told(&errs, err, field) {
			return err
		}
	}
	c.Wrong(errs.Shown(c.Locale))
	v, err := h.requestPage(c, f.Body, f.Note)
	if err != nil {
		return err
	}
	return c.Invalid(spaceworkview.Request(v))
}
