package partnership

import (
	"bytes"
	"errors"
	"slices"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func (h *Pages) projects(c *web.Ctx) error {
	v := recordview.ListPage{
		Page: c.Page(c.T("Joint projects")), Empty: c.T("No joint project is in the register"), EmptyText: c.T("Projects that several associations carry out together with an authority stand here."),
		Lead: c.T("Projects that associations carry out together, with an authority beside them: who leads, who takes part, and the log of how they were helped along."),
	}
	place, err := h.register(c, &v, "/joint-projects", c.T("Enter a project"))
	if err != nil {
		return err
	}
	page, err := h.service.Projects(c.Std(), place, c.Query("after"), 30)
	if err != nil {
		return err
	}
	for _, p := range page.Items {
		lead, err := h.partyName(c, Party{Association: p.Lead})
		if err != nil {
			return err
		}
		v.Cards = append(v.Cards, ui.CardSpec{
			Title: p.Title, Href: c.URL("/joint-projects/" + p.ID), Eyebrow: h.service.Places.PlaceName(p.Authority, c.Locale.Lang()), Text: p.Text, TagText: c.T(StateNames[p.State]), TagTone: toneOf(p.State),
			Meta: []string{c.T("Led by {name}", "name", lead), c.N("{n} entry in the log", "{n} entries in the log", len(p.Log))},
		})
	}
	v.Pages.Next = next(c, "/joint-projects", place, page.Next)
	return c.Show(recordview.List(v))
}

func (h *Pages) projectsCSV(c *web.Ctx) error {
	var out bytes.Buffer
	w := table.NewWriter(&out, c.T("Authority"), c.T("Project"), c.T("Lead"), c.T("Partners"), c.T("State"), c.T("Begins"), c.T("Until"), c.T("Entries in the log"), c.T("Address"))
	err := h.service.EachProject(c.Std(), c.Query("place"), func(p Project) error {
		lead, err := h.partyName(c, Party{Association: p.Lead})
		if err != nil {
			return err
		}
		partners, err := h.partyNames(c, p.Partners)
		w.Row(h.service.Places.PlaceName(p.Authority, c.Locale.Lang()), p.Title, lead, c.Locale.List(partners), c.T(StateNames[p.State]), day(p.BeginsOn), day(p.EndsOn),
			c.Locale.Number(int64(len(p.Log))), c.AbsURL("/joint-projects/"+p.ID))
		return err
	})
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	return csv(c, "joint-projects.csv", &out)
}

// logForm is an entry of the coaching log.
type logForm struct {
	On   form.Date `form:"on" validate:"required,date"`
	Kind string    `form:"kind" validate:"required,max=20"`
	Text string    `form:"text,text" validate:"required,max=1000"`
}

// Messages are the form's own sentences.
func (logForm) Messages() map[string]string {
	return map[string]string{"on": i18n.Msg("Give the day, which is not in the future"), "kind": i18n.Msg("Choose what was done"), "text.required": i18n.Msg("Say what was done")}
}

func (h *Pages) project(c *web.Ctx) error {
	page, err := h.projectPage(c, logForm{})
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) projectPage(c *web.Ctx, f logForm) (templ.Component, error) {
	p, err := h.service.Project(c.Std(), c.Params("project"))
	if err != nil {
		return nil, err
	}
	if err := h.speak(c, p.Authority); err != nil {
		return nil, err
	}
	lead, err := h.partyItems(c, []Party{{Association: p.Lead}})
	if err != nil {
		return nil, err
	}
	partners, err := h.partyItems(c, p.Partners)
	if err != nil {
		return nil, err
	}
	v := recordview.ShowPage{
		Page: c.Page(p.Title), Caption: c.T("Joint project"), TagText: c.T(StateNames[p.State]), TagTone: toneOf(p.State),
		Crumbs: []ui.Crumb{{Label: c.T("Joint projects"), Href: c.URL("/joint-projects")}, {Label: p.Title}},
		Rows: []ui.SummaryRow{
			{Key: c.T("Authority"), Value: h.service.Places.PlaceName(p.Authority, c.Locale.Lang()), Href: c.URL("/places/" + p.Authority), Action: c.T("See the authority")},
			{Key: c.T("Lead"), Body: recordview.Items(lead)},
		},
	}
	if len(partners) > 0 {
		v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Partners"), Body: recordview.Items(partners)})
	}
	v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Begins"), Value: c.Locale.Date(p.BeginsOn)})
	if !p.EndsOn.IsZero() {
		v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Until"), Value: c.Locale.Date(p.EndsOn)})
	}
	if a, err := h.service.Agreement(c.Std(), c.Actor, p.Agreement); err == nil {
		v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Partnership agreement"), Value: a.Object, Href: c.URL("/agreements/" + a.ID), Action: c.T("See the agreement")})
	} else if !isNotFound(err) && p.Agreement != "" {
		return nil, err
	}
	if p.State == Stopped {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Warning, Title: c.T("This project was stopped"), Text: LastReason(p.History)})
	}
	if p.Text != "" {
		v.Sections = append(v.Sections, recordview.Section{ID: "text", Title: c.T("What it is about"), Body: ui.Paragraphs(p.Text)})
	}
	h.logSection(c, p, f, &v)
	if Keeps(c.Actor, p.Authority) && (p.State == Planned || p.State == Running) {
		v.Links = []recordview.Link{{Href: c.URL("/desk/joint-projects/" + p.ID + "/edit"), Label: c.T("Change the project")}, {Href: c.URL("/desk/joint-projects/" + p.ID + "/move"), Label: c.T("Say where it stands")}}
	}
	return recordview.Show(v), nil
}

// logSection is the coaching log, newest first, with the form for those who keep it.
func (h *Pages) logSection(c *web.Ctx, p Project, f logForm, v *recordview.ShowPage) {
	all := slices.Clone(p.Log)
	slices.SortStableFunc(all, func(a, b Coaching) int { return b.On.Compare(a.On) })
	var events []ui.Event
	for _, e := range all {
		by := c.T("entered by the authority")
		if e.As == string(delegate) {
			by = c.T("entered by an association of the project")
		}
		events = append(events, ui.Event{At: e.On, Title: c.T(CoachingNames[e.Kind]), Text: e.Text, By: by, State: ui.Past})
	}
	body := []templ.Component{recordview.Words(c.T("Nothing has been entered yet."))}
	if len(events) > 0 {
		body = []templ.Component{ui.Timeline(v.Page, events)}
	}
	if h.service.MayLog(c.Std(), c.Actor, p) {
		var kinds []ui.Option
		for _, k := range CoachingKinds {
			kinds = append(kinds, ui.Option{Value: k, Label: c.T(CoachingNames[k])})
		}
		body = append(body, recordview.Small(recordview.SmallForm{Action: c.URL("/joint-projects/" + p.ID + "/log"), Label: c.T("Add an entry"), Button: c.T("Add the entry"), Secondary: true, Fields: []templ.Component{
			ui.DateParts(v.Page, dateField("on", c.T("Day"), "", f.On)), ui.Radios(v.Page, ui.RadiosField{Name: "kind", Label: c.T("What was done"), Value: f.Kind, Options: kinds}),
			ui.Textarea(v.Page, ui.TextareaField{Name: "text", Label: c.T("In a few sentences"), Hint: c.T("Public, and not changed afterwards. No names of people who did not agree."), Value: f.Text, Max: MaxEntry, Rows: 4}),
		}}))
	}
	v.Sections = append(v.Sections, recordview.Section{ID: "log", Title: c.T("Coaching log"), Body: recordview.All(body)})
}

func (h *Pages) log(c *web.Ctx) error {
	p, err := h.service.Project(c.Std(), c.Params("project"))
	if err != nil {
		return err
	}
	if !h.service.MayLog(c.Std(), c.Actor, p) {
		return errMayNot
	}
	var f logForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		on, _ := f.On.In(clock.Zone(""))
		if _, err = h.service.AddEntry(c.Std(), c.Actor, p.ID, on, f.Kind, f.Text); err == nil {
			c.Flash(i18n.Msg("The entry is in the log."))
			return c.SeeOther("/joint-projects/" + p.ID)
		}
	}
	return again(c, mistakes, err, "text", func() (templ.Component, error) { return h.projectPage(c, f) })
}

// projectForm is what the form of a project sends.
type projectForm struct {
	Authority string    `form:"authority" validate:"max=40"`
	Title     string    `form:"title" validate:"max=200,csvsafe"`
	Text      string    `form:"text,text" validate:"max=4000"`
	Lead      string    `form:"lead" validate:"max=40"`
	Partner1  string    `form:"partner1" validate:"max=40"`
	Partner2  string    `form:"partner2" validate:"max=40"`
	Other     string    `form:"other" validate:"max=160,csvsafe"`
	Agreement string    `form:"agreement" validate:"max=40"`
	Begins    form.Date `form:"begins" validate:"required,date"`
	Ends      form.Date `form:"ends" validate:"date"`
}

// Messages are the form's own sentences.
func (projectForm) Messages() map[string]string {
	return map[string]string{"begins": i18n.Msg("Give the day on which the project begins")}
}

func (f projectForm) project() Project {
	p := Project{Authority: f.Authority, Title: f.Title, Text: f.Text, Lead: f.Lead, Agreement: f.Agreement, Partners: []Party{{Association: f.Partner1}, {Association: f.Partner2}, {Name: f.Other}}}
	p.BeginsOn, _ = f.Begins.In(clock.Zone("")) // days, judged by the form's rules already
	p.EndsOn, _ = f.Ends.In(clock.Zone(""))
	return p
}

func projectFormOf(p Project) projectForm {
	f := projectForm{Authority: p.Authority, Title: p.Title, Text: p.Text, Lead: p.Lead, Agreement: p.Agreement, Begins: form.DateOf(p.BeginsOn)}
	if !p.EndsOn.IsZero() {
		f.Ends = form.DateOf(p.EndsOn)
	}
	split(p.Partners, []*string{&f.Partner1, &f.Partner2}, []*string{&f.Other})
	return f
}

func (h *Pages) projectFormPage(c *web.Ctx, e edited, f projectForm) (templ.Component, error) {
	authorities, registered, err := h.associations(c, e)
	if err != nil {
		return nil, err
	}
	p := c.Page(e.title)
	var fields []templ.Component
	if e.authority == "" {
		fields = append(fields, ui.Select(p, ui.SelectField{Name: "authority", Label: c.T("Authority"), Value: f.Authority, Options: authorities, Empty: c.T("Choose the authority")}))
	}
	var agreements []ui.Option
	if e.authority != "" {
		page, err := h.service.Agreements(c.Std(), e.authority, "", 100)
		if err != nil {
			return nil, err
		}
		for _, a := range page.Items {
			agreements = append(agreements, ui.Option{Value: a.ID, Label: a.Object, AutoDir: true})
		}
	}
	pick := func(name, label, value string, optional bool) templ.Component {
		return ui.Select(p, ui.SelectField{Name: name, Label: label, Value: value, Options: registered, Empty: c.T("None"), Optional: optional})
	}
	fields = append(fields,
		ui.Text(p, ui.TextField{Name: "title", Label: c.T("Name of the project"), Value: f.Title, Max: MaxObject, AutoDir: true}),
		pick("lead", c.T("Association that leads"), f.Lead, false), pick("partner1", c.T("Partner association"), f.Partner1, true), pick("partner2", c.T("Second partner association"), f.Partner2, true),
		ui.Text(p, ui.TextField{Name: "other", Label: c.T("Another partner"), Hint: c.T("An organisation that is not in the register of associations."), Value: f.Other, Max: 160, AutoDir: true, Optional: true}),
		ui.DateParts(p, dateField("begins", c.T("Begins"), "", f.Begins)), ui.DateParts(p, dateField("ends", c.T("Until"), c.T("May stay empty."), f.Ends)),
		ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T("What it is about"), Value: f.Text, Max: MaxText, Rows: 8, Optional: true}))
	if len(agreements) > 0 {
		fields = append(fields, ui.Select(p, ui.SelectField{Name: "agreement", Label: c.T("Partnership agreement"), Value: f.Agreement, Options: agreements, Empty: c.T("None"), Optional: true}))
	}
	return recordview.Form(recordview.FormPage{Page: p, Back: c.URL(e.back), Action: c.URL(e.action), Button: c.T("Save"), Unsaved: true, Fields: fields, Lead: c.T("The project is public as soon as it is saved.")}), nil
}

func (h *Pages) newProject(c *web.Ctx) edited {
	return edited{title: c.T("Enter a project"), action: "/desk/joint-projects/new", back: "/joint-projects"}
}

func (h *Pages) showPlan(c *web.Ctx) error {
	page, err := h.projectFormPage(c, h.newProject(c), projectForm{})
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) plan(c *web.Ctx) error {
	var f projectForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if f.Authority == "" {
		mistakes.Add("authority", "Choose the authority")
	}
	if len(mistakes) == 0 {
		p, bad := h.service.Plan(c.Std(), c.Actor, f.project())
		if bad == nil {
			c.Flash(flashSaved)
			return c.SeeOther("/joint-projects/" + p.ID)
		}
		err = bad
	}
	return again(c, mistakes, err, "title", func() (templ.Component, error) { return h.projectFormPage(c, h.newProject(c), f) })
}

// keptProject returns the project of the address to an officer of its authority.
func (h *Pages) keptProject(c *web.Ctx) (Project, edited, error) {
	p, err := h.service.Project(c.Std(), c.Params("project"))
	if err == nil && !Keeps(c.Actor, p.Authority) {
		err = errMayNot
	}
	if err == nil {
		err = h.speak(c, p.Authority)
	}
	return p, edited{title: c.T("Change the project"), action: "/desk/joint-projects/" + p.ID + "/edit", back: "/joint-projects/" + p.ID, authority: p.Authority}, err
}

func (h *Pages) showRevise(c *web.Ctx) error {
	p, e, err := h.keptProject(c)
	if err != nil {
		return err
	}
	page, err := h.projectFormPage(c, e, projectFormOf(p))
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) revise(c *web.Ctx) error {
	p, e, err := h.keptProject(c)
	if err != nil {
		return err
	}
	var f projectForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		if _, err = h.service.Revise(c.Std(), c.Actor, p.ID, f.project()); err == nil {
			c.Flash(flashSaved)
			return c.SeeOther("/joint-projects/" + p.ID)
		}
	}
	return again(c, mistakes, err, "title", func() (templ.Component, error) { return h.projectFormPage(c, e, f) })
}

// moveForm says where a project stands now.
type moveForm struct {
	To     string `form:"to" validate:"required,oneof=running finished stopped"`
	Reason string `form:"reason,text" validate:"max=1000"`
}

// Messages are the form's own sentences.
func (moveForm) Messages() map[string]string {
	return map[string]string{"to": i18n.Msg("Choose what becomes of the project")}
}

func (h *Pages) movePage(c *web.Ctx, p Project, f moveForm) templ.Component {
	page := c.Page(c.T("Say where it stands"))
	options := []ui.Option{{Value: string(Running), Label: c.T("It has begun")}}
	if p.State == Running {
		options = []ui.Option{{Value: string(Finished), Label: c.T("It is finished")}}
	}
	options = append(options, ui.Option{Value: string(Stopped), Label: c.T("It is stopped"), Hint: c.T("Give the reason below.")})
	return recordview.Form(recordview.FormPage{
		Page: page, Back: c.URL("/joint-projects/" + p.ID), Caption: p.Title, Action: c.URL("/desk/joint-projects/" + p.ID + "/move"), Button: c.T("Save"), Cancel: c.T("Cancel"), Lead: c.T("This is public and cannot be undone."),
		Fields: []templ.Component{
			ui.Radios(page, ui.RadiosField{Name: "to", Label: c.T("The project"), Value: f.To, Options: options}),
			ui.Textarea(page, ui.TextareaField{Name: "reason", Label: c.T("Reason"), Value: f.Reason, Max: 1000, Rows: 3, Optional: true}),
		},
	})
}

func (h *Pages) showMove(c *web.Ctx) error {
	p, _, err := h.keptProject(c)
	if err != nil {
		return err
	}
	return c.Show(h.movePage(c, p, moveForm{}))
}

func (h *Pages) move(c *web.Ctx) error {
	p, _, err := h.keptProject(c)
	if err != nil {
		return err
	}
	var f moveForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if f.To == string(Stopped) && f.Reason == "" {
		mistakes.Add("reason", "Give a reason.")
	}
	if len(mistakes) > 0 {
		return again(c, mistakes, nil, "to", func() (templ.Component, error) { return h.movePage(c, p, f), nil })
	}
	_, err = h.service.Move(c.Std(), c.Actor, p.ID, State(f.To), f.Reason)
	return c.Done(err, flashSaved, "/joint-projects/"+p.ID)
}
