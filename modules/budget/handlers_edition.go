package budget

import (
	"slices"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

var (
	flashAnnounced = i18n.Msg("The budget is announced.")
	flashMoved     = i18n.Msg("The budget has entered its next phase.")
	flashDates     = i18n.Msg("The dates are changed, and the reason is public.")
	flashCancelled = i18n.Msg("The budget is cancelled.")
	flashClosed    = i18n.Msg("The budget is completed.")
	flashDiscarded = i18n.Msg("The draft is deleted.")
)

// showBegin asks from what a new edition begins.
func (h *Pages) showBegin(c *web.Ctx) error {
	view, err := h.beginPage(c, "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

var templateHints = map[Template]string{
	ZoneForums:    i18n.Msg("Inhabitants meet zone by zone, choose an idea and elect a delegate; the delegates rank the feasible projects. As Tunisian municipalities do."),
	FourWorkshops: i18n.Msg("Rules, ideas, feasibility, choice: four meetings, as in Larache, Tetouan and Chefchaouen."),
	SingleBallot:  i18n.Msg("Proposals online and at the counter, one vote online and on paper, counted so that every voter weighs the same."),
}

func (h *Pages) beginPage(c *web.Ctx, chosen string) (templ.Component, error) {
	org, orgs, err := orgFor(c, auth.Officer)
	if err != nil {
		return nil, err
	}
	v := budgetview.FormPage{Page: h.deskFrame(c, c.T("Prepare a new budget")), Action: c.URL("/desk/budgets/new"), Button: c.T("Begin")}
	v.Crumbs = deskCrumbs(c, Edition{}, ui.Crumb{Label: v.Title})
	where := ui.SelectField{Name: "authority", Label: c.T("Authority"), Value: org}
	for _, o := range orgs {
		name, err := h.authorityName(c, o)
		if err != nil {
			return nil, err
		}
		where.Options = append(where.Options, ui.Option{Value: o, Label: name})
	}
	field := ui.RadiosField{Name: "template", Label: c.T("From what do you begin?"), Hint: c.T("Everything can be changed afterwards."), Value: chosen}
	for _, t := range Templates {
		field.Options = append(field.Options, ui.Option{Value: string(t), Label: c.T(TemplateLabel(t)), Hint: c.T(templateHints[t])})
	}
	v.Fields = []templ.Component{ui.Hidden("once", c.NewID()), ui.Select(v.Page, where), ui.Radios(v.Page, field)}
	return budgetview.Form(v), nil
}

func (h *Pages) begin(c *web.Ctx) error {
	var typed struct {
		Authority string `form:"authority"`
		Template  string `form:"template"`
		Once      string `form:"once"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	e, err := h.Service.Begin(c.Std(), c.Actor, typed.Authority, Template(typed.Template), typed.Once)
	if err != nil {
		return again(c, err, func() (templ.Component, error) { return h.beginPage(c, typed.Template) })
	}
	return c.SeeOther("/desk/budgets/" + e.ID + "/set-up/" + string(SetAbout))
}

// serving returns the edition of the request for somebody who serves its authority.
func (h *Pages) serving(c *web.Ctx) (Edition, error) {
	e, err := h.edition(c, c.Actor)
	if err == nil && !c.Actor.Holds(e.Authority, staff...) {
		err = errNotYours
	}
	return e, err
}

// deskEdition shows where an edition stands and what can be done with it.
func (h *Pages) deskEdition(c *web.Ctx) error {
	e, err := h.serving(c)
	if err != nil {
		return err
	}
	title := e.Title(c.Locale.Lang())
	if title == "" {
		title = c.T("Budget without a title yet")
	}
	v := budgetview.ListPage{Page: h.deskFrame(c, title), Crumbs: deskCrumbs(c, Edition{}, ui.Crumb{Label: title}), Caption: c.T(TemplateLabel(e.Template)),
		TagText: c.T(e.PhaseLabelIn(e.Phase)), TagTone: phaseTone(e.Phase), Buttons: h.editionButtons(c, e)}
	v.Wide = true
	if section := h.setupSection(c, e); len(section.Rows) > 0 {
		v.Sections = append(v.Sections, section)
	}
	v.Sections = append(v.Sections, budgetview.Section{Title: c.T("Calendar"), Events: e.calendarEvents(c)})
	areas := e.areaTable(c)
	v.Sections = append(v.Sections, budgetview.Section{Title: c.T("The money"), Table: &areas}, budgetview.Section{Title: c.T("Who takes part, and how"), Rows: e.peopleRows(c)})
	if e.Frozen != nil {
		v.Sections = append(v.Sections, budgetview.Section{Title: c.T("The frozen rules"), Parts: []templ.Component{ui.Ltr(e.Frozen.Hash), budgetview.Link(c.URL("/budgets/"+e.ID+"/rules"), c.T("Read the frozen rules"))}})
	}
	v.Sections = append(v.Sections, budgetview.Section{Title: c.T("What happened"), Events: timeline(c, e.History)})
	return c.Show(budgetview.List(v))
}

// setupSection lists the steps of the set-up and what is still wrong with each.
func (h *Pages) setupSection(c *web.Ctx, e Edition) budgetview.Section {
	s := budgetview.Section{Title: c.T("Set-up")}
	if !e.May(c.Actor, ActSetUp) {
		return s
	}
	problems := e.AllProblems()
	for _, step := range Setups {
		if step == SetCalendar && e.Phase != Drafting {
			continue
		}
		said := c.T("In order")
		if found := problems[step]; len(found) > 0 {
			said = c.T(found[0].Message, found[0].Args...)
		}
		s.Rows = append(s.Rows, ui.SummaryRow{Key: c.T(SetupLabel(step)), Value: said, Href: c.URL("/desk/budgets/" + e.ID + "/set-up/" + string(step))})
	}
	return s
}

// editionButtons are what this actor can do with an edition now.
func (h *Pages) editionButtons(c *web.Ctx, e Edition) []budgetview.LinkTo {
	base := c.URL("/desk/budgets/" + e.ID)
	var all []budgetview.LinkTo
	add := func(may bool, label, href string) {
		if may {
			all = append(all, budgetview.LinkTo{Text: label, Href: href})
		}
	}
	add(e.May(c.Actor, ActAnnounce), c.T("Announce the budget"), base+"/announce")
	add(e.May(c.Actor, ActEnter) || e.May(c.Actor, ActFreeze), c.T("Begin the next phase"), base+"/next")
	add(e.May(c.Actor, ActCalendar), c.T("Change dates"), base+"/calendar")
	add(RunningPhases.Has(e.Phase) && c.Actor.Holds(e.Authority, auth.Officer, auth.Facilitator), c.T("Forums"), base+"/forums")
	add(takingPhases.Has(e.Phase) && c.Actor.Holds(e.Authority, auth.Officer, auth.FrontDesk), c.T("Write down a proposal"), base+"/register")
	add(e.Ballots() && e.Frozen != nil && c.Actor.Holds(e.Authority, agents...), c.T("Paper vote"), base+"/poll")
	add(e.IsPublic(), c.T("See the public page"), c.URL("/budgets/"+e.ID))
	add(DecidedPhases.Has(e.Phase), c.T("Works and money"), base+"/works")
	add((takingPhases.Has(e.Phase) || e.Phase == Voting) && c.Actor.Holds(e.Authority, auth.Officer), c.T("Take over a file"), base+"/import")
	add(e.May(c.Actor, ActFinish), c.T("Complete the budget"), base+"/close")
	add(e.May(c.Actor, ActDiscard), c.T("Delete this draft"), base+"/discard")
	add(e.Phase != Drafting && e.May(c.Actor, ActCancel), c.T("Cancel the budget"), base+"/cancel")
	return all
}

// edAct is the frame of the page of one act on an edition.
func (h *Pages) edAct(c *web.Ctx, e Edition, title, path string) budgetview.FormPage {
	return budgetview.FormPage{Page: h.deskFrame(c, title), Crumbs: deskCrumbs(c, e, ui.Crumb{Label: title}), Caption: e.Title(c.Locale.Lang()), Action: c.URL("/desk/budgets/" + e.ID + path), Button: title, Cancel: c.URL("/desk/budgets/" + e.ID)}
}

func reasonField(p ui.Page, c *web.Ctx, typed string) templ.Component {
	return ui.Textarea(p, ui.TextareaField{Name: "reason", Label: c.T("Reason"), Hint: c.T("Everybody reads it on the page of the budget."), Value: typed, Max: MaxReason})
}

// simple makes the two handlers of an act on an edition: show asks, do acts.
type simple struct {
	act    EditionAct
	path   string
	title  string // message id
	lead   string // message id
	danger bool
	reason bool
	flash  string
}

var (
	announcing = simple{ActAnnounce, "/announce", i18n.Msg("Announce the budget"), i18n.Msg("The budget becomes public, and its calendar runs by the clock. A draft that lacks something is not announced."), false, false, flashAnnounced}
	cancelling = simple{ActCancel, "/cancel", i18n.Msg("Cancel the budget"), i18n.Msg("It ends for good. The reason is public, and so is all that was published; votes that were cast are not counted."), true, true, flashCancelled}
	finishing  = simple{ActFinish, "/close", i18n.Msg("Complete the budget"), i18n.Msg("The budget is completed. Everything stays to be read."), false, false, flashClosed}
	discarding = simple{ActDiscard, "/discard", i18n.Msg("Delete this draft"), i18n.Msg("The draft is deleted for good."), true, false, flashDiscarded}
)

func (h *Pages) askSimple(c *web.Ctx, x simple, typed string) (templ.Component, error) {
	e, err := h.editionFor(c, x.act)
	if err != nil {
		return nil, err
	}
	v := h.edAct(c, e, c.T(x.title), x.path)
	v.Lead, v.Danger = c.T(x.lead), x.danger
	if x.reason {
		v.Fields = []templ.Component{reasonField(v.Page, c, typed)}
	}
	return budgetview.Form(v), nil
}

func (h *Pages) showSimple(c *web.Ctx, x simple) error {
	view, err := h.askSimple(c, x, "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) doSimple(c *web.Ctx, x simple, do func(id, reason string) error) error {
	var typed struct {
		Reason string `form:"reason,text"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	e, err := h.editionFor(c, x.act)
	if err != nil {
		return err
	}
	if err := do(e.ID, typed.Reason); err != nil {
		if x.act == ActAnnounce { // what is wrong stands in the list of steps
			if _, wrong := shown(c, err); wrong {
				return c.SeeOther("/desk/budgets/" + e.ID)
			}
		}
		return again(c, err, func() (templ.Component, error) { return h.askSimple(c, x, typed.Reason) })
	}
	c.Flash(x.flash)
	if x.act == ActDiscard {
		return c.SeeOther("/desk/budgets")
	}
	return c.SeeOther("/desk/budgets/" + e.ID)
}

func (h *Pages) showAnnounce(c *web.Ctx) error { return h.showSimple(c, announcing) }
func (h *Pages) showCancel(c *web.Ctx) error   { return h.showSimple(c, cancelling) }
func (h *Pages) showClose(c *web.Ctx) error    { return h.showSimple(c, finishing) }
func (h *Pages) showDiscard(c *web.Ctx) error  { return h.showSimple(c, discarding) }

func (h *Pages) announce(c *web.Ctx) error {
	return h.doSimple(c, announcing, func(id, _ string) error { _, err := h.Service.Announce(c.Std(), c.Actor, id); return err })
}

func (h *Pages) cancel(c *web.Ctx) error {
	return h.doSimple(c, cancelling, func(id, reason string) error {
		_, err := h.Service.Cancel(c.Std(), c.Actor, id, reason)
		return err
	})
}

func (h *Pages) close(c *web.Ctx) error {
	return h.doSimple(c, finishing, func(id, _ string) error { _, err := h.Service.Finish(c.Std(), c.Actor, id); return err })
}

func (h *Pages) discard(c *web.Ctx) error {
	return h.doSimple(c, discarding, func(id, _ string) error { return h.Service.Discard(c.Std(), c.Actor, id) })
}

// showNext asks for the reason to begin the next phase before its day.
func (h *Pages) showNext(c *web.Ctx) error {
	view, err := h.nextPage(c, "")
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) nextPage(c *web.Ctx, typed string) (templ.Component, error) {
	e, err := h.edition(c, c.Actor)
	if err != nil {
		return nil, err
	}
	next, ok := e.Calendar.Next(e.Phase)
	act := ActEnter
	if next.Phase == Voting {
		act = ActFreeze
	}
	if _, _, err := e.Next(act, RolesIn(c.Actor, e.Authority)...); err != nil || !ok {
		if err == nil {
			err = errNotNow
		}
		return nil, err
	}
	v := h.edAct(c, e, c.T("Begin the next phase"), "/next")
	v.Lead = c.T("The clock would begin “{phase}” on {date}. You can begin it now; the calendar changes, and the reason is public.", "phase", c.T(e.PhaseLabelIn(next.Phase)), "date", c.Locale.Date(next.From.In(e.Zone())))
	if next.Phase == Voting {
		v.Tone, v.NoticeHead, v.Notice = ui.Warning, c.T("Opening the vote freezes the rules"), c.T("Rules, projects and costs are hashed and published. After that nobody can change them, and the end of the vote stays as it is.")
	}
	v.Fields = []templ.Component{ui.Hidden("from", string(e.Phase)), reasonField(v.Page, c, typed)}
	return budgetview.Form(v), nil
}

func (h *Pages) next(c *web.Ctx) error {
	var typed struct {
		From   string `form:"from"`
		Reason string `form:"reason,text"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	from := Phase(typed.From)
	if !slices.Contains(Phases, from) {
		e, err := h.edition(c, c.Actor)
		if err != nil {
			return err
		}
		from = e.Phase
	}
	e, err := h.Service.Enter(c.Std(), c.Actor, c.Params("id"), from, typed.Reason)
	if err != nil {
		return again(c, err, func() (templ.Component, error) { return h.nextPage(c, typed.Reason) })
	}
	c.Flash(flashMoved)
	return c.SeeOther("/desk/budgets/" + e.ID)
}

func (h *Pages) showCalendar(c *web.Ctx) error {
	e, err := h.editionFor(c, ActCalendar)
	if err != nil {
		return err
	}
	return c.Show(h.calendarPage(c, e, ""))
}

func (h *Pages) calendarPage(c *web.Ctx, e Edition, typed string) templ.Component {
	v := h.edAct(c, e, c.T("Change dates"), "/calendar")
	v.Lead = c.T("What is over keeps its days, what has begun its first one. Whoever follows the calendar reads your reason.")
	v.Fields = append([]templ.Component{reasonField(v.Page, c, typed)}, calendarFields(v.Page, c, e)...)
	return budgetview.Form(v)
}

func (h *Pages) reschedule(c *web.Ctx) error {
	e, err := h.editionFor(c, ActCalendar)
	if err != nil {
		return err
	}
	var typed struct {
		Reason string `form:"reason,text"`
	}
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	calendar := calendarOf(c, e)
	if _, err := h.Service.Reschedule(c.Std(), c.Actor, e.ID, calendar, typed.Reason); err != nil {
		e.Calendar = calendar
		return again(c, err, func() (templ.Component, error) { return h.calendarPage(c, e, typed.Reason), nil })
	}
	c.Flash(flashDates)
	return c.SeeOther("/desk/budgets/" + e.ID)
}

// showRegister writes down a proposal at the counter.
func (h *Pages) showRegister(c *web.Ctx) error {
	view, err := h.registerPage(c, proposalForm{Langs: "ar"})
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) registerPage(c *web.Ctx, f proposalForm) (templ.Component, error) {
	e, err := h.serving(c)
	if err != nil {
		return nil, err
	}
	if !takingPhases.Has(e.Phase) {
		return nil, errNotNow
	}
	text, err := h.purposeOfWriting(c, e.Authority)
	if err != nil {
		return nil, err
	}
	v := h.edAct(c, e, c.T("Write down a proposal"), "/register")
	v.Lead = c.T("For somebody at the counter who has no account. Read it back before you save it.")
	in := f.input()
	p := Proposal{Langs: in.Langs, Texts: in.Texts, Area: in.Area, Spot: in.Spot, Heading: in.Heading, Needs: in.Needs}
	v.Fields = append([]templ.Component{ui.Hidden("once", c.NewID()), languageField(v.Page, c, in.Langs)}, textFields(v.Page, c, Proposal{Langs: TextLangs, Texts: in.Texts}, StepTitle)...)
	v.Fields = append(v.Fields, textFields(v.Page, c, Proposal{Langs: TextLangs, Texts: in.Texts}, StepBody)...)
	v.Fields = append(v.Fields, h.whereFields(c, &v.Page, e, p)...)
	v.Fields = append(v.Fields, whyFields(v.Page, c, e, p)...)
	v.Fields = append(v.Fields, ui.Text(v.Page, ui.TextField{Name: "name", Label: c.T("Name of the person"), Value: f.Name, Max: MaxName, AutoDir: true}),
		ui.Checkbox(v.Page, ui.CheckboxField{Name: "public", Label: c.T("The person wants the name shown"), Checked: f.Public}), budgetview.Prose(text))
	return budgetview.Form(v), nil
}

func (h *Pages) register(c *web.Ctx) error {
	e, err := h.serving(c)
	if err != nil {
		return err
	}
	var typed proposalForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	in := typed.input()
	in.Source = FromDesk
	if _, err := h.Service.Register(c.Std(), c.Actor, e.ID, in, "", value(c, "once", false)); err != nil {
		return again(c, err, func() (templ.Component, error) { return h.registerPage(c, typed) })
	}
	c.Flash(flashWritten)
	return c.SeeOther("/desk/budgets/" + e.ID)
}
