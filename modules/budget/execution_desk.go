package budget

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/budgetview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// oftenReported bounds how often one person writes something down.
var oftenReported = web.Limit{Burst: 60, Every: 2 * time.Second}

// worksDeskRoutes are the pages of those who report on the works.
func (h *Pages) worksDeskRoutes(s *web.Site) {
	keepers := web.Roles(auth.Officer, auth.Department, auth.President)
	s.Get("/desk/budgets/:id/works", keepers, h.worksDesk)
	s.Post("/desk/budgets/:id/decision", keepers, h.decide)
	s.Get("/desk/budgets/:id/works/:project", keepers, h.showWork)
	s.Post("/desk/budgets/:id/works/:project", keepers, web.Limited(oftenReported, h.saveWork))
}

// worksEdition returns an edition to those who serve its authority.
func (h *Pages) worksEdition(c *web.Ctx) (Edition, error) {
	e, err := h.Service.Edition(c.Std(), c.Actor, c.Params("id"))
	if err == nil && !seesEdition(c.Actor, e) {
		err = errNoEdition
	}
	if err == nil {
		c.UseCountry(e.Country)
	}
	return e, err
}

// decisionForm is what the council decided.
type decisionForm struct {
	Sitting string    `form:"sitting"`
	Session string    `form:"session"`
	Number  string    `form:"number"`
	On      form.Date `form:"on"`
	Note    string    `form:"note,text"`
}

func (h *Pages) worksDesk(c *web.Ctx) error {
	e, err := h.worksEdition(c)
	if err != nil {
		return err
	}
	typed := decisionForm{}
	if d := e.Decision; d != nil {
		typed = decisionForm{Sitting: d.Sitting, Session: d.Session, Number: d.Number, On: form.DateOf(d.On.In(e.Zone())), Note: d.Note}
	}
	v, err := h.worksDeskPage(c, e, typed)
	if err != nil {
		return err
	}
	return c.Show(budgetview.WorksDesk(v))
}

func (h *Pages) worksDeskPage(c *web.Ctx, e Edition, typed decisionForm) (budgetview.WorksDeskPage, error) {
	lang, path := c.Locale.Lang(), "/desk/budgets/"+e.ID
	v := budgetview.WorksDeskPage{Page: h.frame(c, c.T("Works and money")), Back: editionHref(c, e),
		Heading: ui.HeadingSpec{Title: c.T("Works and money"), Caption: e.Title(lang), Lead: c.T("Choose a project to write down a contract, a payment, a milestone or a delay. All of it is public at once.")},
		Links: []budgetview.ResultFile{{Label: c.T("The public page"), Href: c.URL("/budgets/" + e.ID + "/works")},
			{Label: c.T("Report for the accountability day"), Hint: "PDF", Href: c.URL("/budgets/" + e.ID + "/accountability.pdf")},
			{Label: c.T("Take over a file"), Hint: "Pabulib (.pb)", Href: c.URL(path + "/import")}},
	}
	v.Wide = true
	projects, err := h.Service.Funded(c.Std(), e.ID)
	if err != nil {
		return v, err
	}
	v.Table = ui.TableSpec{Caption: c.T("Funded projects"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Project")}, {Label: c.T("State")}, {Label: c.T("Planned end")}, {Label: c.T("Contracts"), Number: true}, {Label: c.T("Paid"), Number: true}}}
	for _, p := range projects {
		due := ui.Cell{Text: c.T("not set")}
		if !p.Work.DueAt.IsZero() {
			due.Text = c.Locale.Date(p.Work.DueAt)
		}
		if p.Work.Late(p.State, c.Now()) {
			due = ui.Cell{Body: ui.Tag(c.T("{date}: late", "date", due.Text), ui.Warning)}
		}
		v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Text: p.Text(lang).Title, Href: c.URL(path + "/works/" + p.ID)}, {Body: ui.Tag(c.T(StateLabel(p.State)), workTone(p.State))}, due,
			{Text: c.Locale.Money(p.Work.Committed(), e.Rules.Currency)}, {Text: c.Locale.Money(p.Work.Paid(), e.Rules.Currency)}})
	}
	if e.May(c.Actor, ActDecide) {
		if v.Decide, err = h.decisionFields(c, e, typed); err != nil {
			return v, err
		}
	}
	return v, nil
}

// decisionFields ask for the decision. Where the body sits on this platform its
// sessions can be chosen; words are possible always.
func (h *Pages) decisionFields(c *web.Ctx, e Edition, typed decisionForm) (*budgetview.DecisionForm, error) {
	f := &budgetview.DecisionForm{Action: c.URL("/desk/budgets/" + e.ID + "/decision"),
		Session: ui.TextField{Name: "session", Label: c.T("Session"), Hint: c.T("For example: ordinary session of February 2027"), Value: typed.Session, Max: MaxTitle, AutoDir: true},
		Number:  ui.TextField{Name: "number", Label: c.T("Deliberation number"), Value: typed.Number, Max: 40, Size: 16},
		On:      ui.DateField{Name: "on", Label: c.T("Date"), Day: typed.On.Day, Month: typed.On.Month, Year: typed.On.Year},
		Note:    ui.TextareaField{Name: "note", Label: c.T("What was decided"), Value: typed.Note, Max: MaxReason, Optional: true},
	}
	if h.Service.Sittings == nil {
		return f, nil
	}
	held, err := h.Service.Sittings.Sittings(c.Std(), e.Authority)
	if err != nil || len(held) == 0 {
		return f, err
	}
	f.Sitting = &ui.SelectField{Name: "sitting", Label: c.T("Session held on this platform"), Value: typed.Sitting, Empty: c.T("Another one, told in words below"), Optional: true}
	for _, s := range held {
		f.Sitting.Options = append(f.Sitting.Options, ui.Option{Value: s.ID, Label: sittingWords(c, s)})
	}
	f.Session.Label, f.Session.Optional = c.T("Session, in words"), true
	f.On.Hint = c.T("Only for a session told in words")
	return f, nil
}

// decide records what the council decided.
func (h *Pages) decide(c *web.Ctx) error {
	e, err := h.worksEdition(c)
	if err != nil {
		return err
	}
	var typed decisionForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	on, _ := typed.On.In(e.Zone())
	_, err = h.Service.Decide(c.Std(), c.Actor, e.ID, Decision{Sitting: typed.Sitting, Session: typed.Session, Number: typed.Number, On: on, Note: typed.Note})
	if wrong, broken := shown(c, err); broken {
		c.Wrong(wrong)
		v, err := h.worksDeskPage(c, e, typed)
		if err != nil {
			return err
		}
		return c.Invalid(budgetview.WorksDesk(v))
	}
	if err != nil {
		return err
	}
	c.Flash(flashReported)
	return c.SeeOther("/desk/budgets/" + e.ID + "/works")
}

// workForm is what the forms of a project's works send; each sends some of it.
type workForm struct {
	Do     string    `form:"do"`
	Once   string    `form:"once"`
	Text   string    `form:"text,text"`
	Ref    string    `form:"ref"`
	Of     string    `form:"of"`
	Amount string    `form:"amount,digits"`
	On     form.Date `form:"on"`
}

// carried are the steps of the works and their buttons (message ids).
var carried = []struct {
	act   Act
	label string
	kind  ui.Kind
}{
	{ActProcure, i18n.Msg("Begin the call for tenders"), ui.Primary}, {ActBuild, i18n.Msg("Begin the works"), ui.Primary}, {ActDeliver, i18n.Msg("The project is finished"), ui.Primary},
}

// reportLabel is the title (message id) of a form.
type reportLabel struct {
	kind  ReportKind
	label string
}

// reports are what can be written down, and the titles of their forms.
var reports = []reportLabel{
	{ReportPlan, i18n.Msg("Service and planned end")}, {ReportContract, i18n.Msg("A contract")}, {ReportPayment, i18n.Msg("A payment")},
	{ReportMilestone, i18n.Msg("A milestone")}, {ReportReached, i18n.Msg("A milestone was reached")}, {ReportDelay, i18n.Msg("A delay")},
	{ReportBefore, i18n.Msg("A photo before the works")}, {ReportAfter, i18n.Msg("A photo after the works")},
	{ReportStrike, i18n.Msg("Strike out a mistake")}, {reportDrop, i18n.Msg("Give the project up")},
}

// reportDrop is the form that asks for the reason before a project is given up.
const reportDrop ReportKind = "drop"

// deskProject returns a project of the edition in the address.
func (h *Pages) deskProject(c *web.Ctx) (Edition, Proposal, error) {
	e, err := h.worksEdition(c)
	if err != nil {
		return e, Proposal{}, err
	}
	p, err := h.Service.Proposal(c.Std(), c.Actor, c.Params("project"))
	if err == nil && (p.Edition != e.ID || !ExecutionStates.Has(p.State)) {
		err = errNoProposal
	}
	return e, p, err
}

func (h *Pages) showWork(c *web.Ctx) error {
	e, p, err := h.deskProject(c)
	if err != nil {
		return err
	}
	view, err := h.workPage(c, e, p, workForm{Do: c.Query("do"), Once: c.NewID()})
	if err != nil {
		return err
	}
	return c.Show(view)
}

// saveWork does one step or writes one thing down.
func (h *Pages) saveWork(c *web.Ctx) error {
	e, p, err := h.deskProject(c)
	if err != nil {
		return err
	}
	var typed workForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	if !slices.ContainsFunc(reports, func(r reportLabel) bool { return string(r.kind) == typed.Do }) {
		typed.Do = string(ReportPlan)
	}
	if act := Act(c.FormValue("act")); act != "" {
		_, err = h.Service.Carry(c.Std(), c.Actor, p.ID, act, "")
	} else if ReportKind(typed.Do) == reportDrop {
		_, err = h.Service.Carry(c.Std(), c.Actor, p.ID, ActDrop, typed.Text)
	} else {
		err = h.report(c, e, p, typed)
	}
	if wrong, broken := shown(c, err); broken {
		for i := range wrong {
			if wrong[i].Field == "reason" {
				wrong[i].Field = "text"
			}
		}
		c.Wrong(wrong)
		view, err := h.workPage(c, e, p, typed)
		if err != nil {
			return err
		}
		return c.Invalid(view)
	}
	if err != nil {
		return err
	}
	c.Flash(flashReported)
	return c.SeeOther("/desk/budgets/" + e.ID + "/works/" + p.ID)
}

func (h *Pages) report(c *web.Ctx, e Edition, p Proposal, typed workForm) error {
	r := Report{Kind: ReportKind(typed.Do), Of: typed.Of, Text: typed.Text, Ref: typed.Ref, Once: typed.Once}
	r.On, _ = typed.On.In(e.Zone())
	if r.Kind == ReportBefore || r.Kind == ReportAfter {
		id, err := h.takeSite(c, p)
		if err != nil {
			return err
		}
		r.Of = id
	}
	if typed.Amount != "" {
		amount, ok := minorOf(typed.Amount, e.Rules.Currency)
		if !ok {
			return wrong("amount", i18n.Msg("Write an amount such as 12500 or 12500.250"))
		}
		r.Amount = amount
	}
	_, err := h.Service.Tell(c.Std(), c.Actor, p.ID, r)
	return err
}

// takeSite keeps the photo that was sent.
func (h *Pages) takeSite(c *web.Ctx, p Proposal) (string, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return "", wrong("file", needFile)
	}
	body, err := header.Open()
	if err != nil {
		return "", fault.Wrap("budget.takeSite", err)
	}
	id, err := h.take(c.Std(), c.Actor.PersonID, p.ID, header.Filename, body)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooLarge) {
		message, args := fault.Shown(err)
		return "", wrong("file", message, args...)
	}
	return id, err
}

// minorOf reads an amount as people type it: spaces between thousands, a point
// or a comma before the part of a unit.
func minorOf(s, currency string) (int64, bool) {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "٬", "", "٫", ".", ",", ".").Replace(s)
	whole, part, _ := strings.Cut(s, ".")
	decimals := 2
	if currency == "TND" {
		decimals = 3
	}
	if len(part) > decimals || len(whole) > 12 || whole == "" || strings.Trim(whole+part, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", decimals-len(part)), 10, 64)
	return n, err == nil
}

// workPage is the page of one project's works.
func (h *Pages) workPage(c *web.Ctx, e Edition, p Proposal, typed workForm) (templ.Component, error) {
	lang, path := c.Locale.Lang(), "/desk/budgets/"+e.ID+"/works"
	v := budgetview.WorkDeskPage{Page: h.frame(c, p.Text(lang).Title), Back: c.URL(path), Action: c.URL(path + "/" + p.ID),
		Heading: ui.HeadingSpec{Title: p.Text(lang).Title, Caption: e.Title(lang), TagText: c.T(StateLabel(p.State)), TagTone: workTone(p.State)}}
	v.Wide = true
	var err error
	if v.Panel, err = h.workPanel(c, e, p); err != nil {
		return nil, err
	}
	for _, m := range carried {
		if May(c.Actor, e, p, m.act) {
			v.Moves = append(v.Moves, ui.ButtonSpec{Label: c.T(m.label), Kind: ui.Secondary, Name: "act", Value: string(m.act)})
		}
	}
	if !May(c.Actor, e, p, ActReport) {
		v.Closed = c.T("In this phase nothing can be written down about the works, or you may only read.")
		return budgetview.WorkDesk(v), nil
	}
	for _, r := range reports {
		if r.kind == reportDrop && !May(c.Actor, e, p, ActDrop) || r.kind == ReportReached && len(openMilestones(p)) == 0 || r.kind == ReportStrike && len(p.Work.Contracts)+len(p.Work.Payments) == 0 {
			continue
		}
		v.Links = append(v.Links, ui.Tab{Label: c.T(r.label), Href: v.Action + "?do=" + string(r.kind), Current: typed.Do == string(r.kind)})
		if typed.Do == string(r.kind) {
			v.Form = h.workForm(c, e, p, r.kind, c.T(r.label), typed)
		}
	}
	return budgetview.WorkDesk(v), nil
}

func openMilestones(p Proposal) []Milestone {
	return slices.DeleteFunc(slices.Clone(p.Work.Milestones), func(m Milestone) bool { return !m.DoneAt.IsZero() })
}

// workForm is the form of one report, with what was typed.
func (h *Pages) workForm(c *web.Ctx, e Edition, p Proposal, kind ReportKind, title string, typed workForm) *budgetview.WorkForm {
	f := &budgetview.WorkForm{Title: title, Kind: string(kind), Once: cmp.Or(typed.Once, c.NewID()), Button: c.T("Write it down")}
	on := func(label string) *ui.DateField {
		return &ui.DateField{Name: "on", Label: label, Day: typed.On.Day, Month: typed.On.Month, Year: typed.On.Year}
	}
	text := func(label string) *ui.TextField {
		return &ui.TextField{Name: "text", Label: label, Value: typed.Text, Max: MaxTitle, AutoDir: true}
	}
	amount := &ui.TextField{Name: "amount", Label: c.T("Amount in {currency}", "currency", e.Rules.Currency), Value: typed.Amount, Numeric: true, Size: 16, Ltr: true}
	reason := &ui.TextareaField{Name: "text", Label: c.T("Reason"), Hint: c.T("The reason is public."), Value: typed.Text, Max: MaxReason}
	switch kind {
	case ReportPlan:
		f.Service = &ui.SelectField{Name: "ref", Label: c.T("Responsible service"), Value: cmp.Or(typed.Ref, p.Work.Department, p.Study.Department), Empty: c.T("None yet"), Optional: true}
		for _, d := range e.Departments {
			f.Service.Options = append(f.Service.Options, ui.Option{Value: d.Key, Label: inLang(d.Names, c.Locale.Lang())})
		}
		f.On = on(c.T("Planned end"))
		if due := p.Work.DueAt; !due.IsZero() && typed.On.Empty() {
			d := form.DateOf(due.In(e.Zone()))
			f.On.Day, f.On.Month, f.On.Year = d.Day, d.Month, d.Year
		}
	case ReportContract:
		f.Text, f.Amount, f.On = text(c.T("With whom")), amount, on(c.T("Date of the contract"))
		f.Ref = &ui.TextField{Name: "ref", Label: c.T("Number of the contract"), Value: typed.Ref, Max: 60, Optional: true}
	case ReportPayment:
		f.Amount, f.On = amount, on(c.T("Date of the payment"))
		f.Text = text(c.T("Note"))
		f.Text.Optional = true
	case ReportMilestone:
		f.Text, f.On = text(c.T("What will be reached")), on(c.T("By when"))
	case ReportReached:
		f.Choice = &ui.SelectField{Name: "of", Label: c.T("Milestone"), Value: typed.Of}
		for _, m := range openMilestones(p) {
			f.Choice.Options = append(f.Choice.Options, ui.Option{Value: m.ID, Label: m.Title})
		}
	case ReportBefore, ReportAfter:
		f.File = &ui.FileField{Name: "file", Label: c.T("The photo"), Accept: "image/jpeg,image/png,image/webp", Limit: c.T("{n} MB", "n", 10), Hint: c.T("Nobody should be recognised in it. It is public at once.")}
	case ReportDelay:
		f.Reason, f.On = reason, on(c.T("New planned end"))
	case ReportStrike:
		f.Reason, f.Choice = reason, h.strikable(c, e, p, typed)
	case reportDrop:
		f.Reason, f.Button = reason, c.T("Give the project up")
	}
	return f
}

// strikable are the entries that still count.
func (h *Pages) strikable(c *web.Ctx, e Edition, p Proposal, typed workForm) *ui.SelectField {
	s := &ui.SelectField{Name: "of", Label: c.T("What was written by mistake"), Value: typed.Of}
	for _, x := range p.Work.Contracts {
		if x.Struck == "" {
			s.Options = append(s.Options, ui.Option{Value: x.ID, Label: c.T("Contract: {name}, {amount}", "name", x.Supplier, "amount", c.Locale.Money(x.Amount, e.Rules.Currency))})
		}
	}
	for _, x := range p.Work.Payments {
		if x.Struck == "" {
			s.Options = append(s.Options, ui.Option{Value: x.ID, Label: c.T("Payment of {date}: {amount}", "date", x.On, "amount", c.Locale.Money(x.Amount, e.Rules.Currency))})
		}
	}
	return s
}

// workPanel is how a project is carried out, for its own page.
func (h *Pages) workPanel(c *web.Ctx, e Edition, p Proposal) (budgetview.WorkPanel, error) {
	lang, w := c.Locale.Lang(), p.Work
	cash := func(n int64) string { return c.Locale.Money(n, e.Rules.Currency) }
	v := budgetview.WorkPanel{Facts: []ui.SummaryRow{{Key: c.T("State"), Value: c.T(StateLabel(p.State))}, {Key: c.T("Estimate"), Value: cash(p.Cost)},
		{Key: c.T("Contracts"), Value: cash(w.Committed())}, {Key: c.T("Paid"), Value: cash(w.Paid())}}}
	if name := e.departmentName(w.Department, lang); name != "" {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Responsible service"), Value: name})
	}
	if !w.DueAt.IsZero() {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Planned end"), Value: c.Locale.Date(w.DueAt)})
	}
	if w.Dropped != "" {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Why it was given up"), Value: w.Dropped})
	}
	for _, x := range w.Contracts {
		text := cash(x.Amount) + "\n\n" + x.Supplier // apart: each has a direction of its own
		if x.Reference != "" {
			text += "\n\n" + x.Reference
		}
		if x.Struck != "" {
			text += "\n\n" + c.T("Struck out: {reason}", "reason", x.Struck)
		}
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Contract of {date}", "date", x.On), Value: text})
	}
	for _, x := range w.Payments {
		text := cash(x.Amount)
		if x.Note != "" {
			text += "\n\n" + x.Note
		}
		if x.Struck != "" {
			text += "\n\n" + c.T("Struck out: {reason}", "reason", x.Struck)
		}
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Paid on {date}", "date", x.On), Value: text})
	}
	for _, m := range w.Milestones {
		ev := ui.Event{At: m.Due, Title: m.Title, State: ui.Future}
		if !m.DoneAt.IsZero() {
			ev.At, ev.State, ev.Text = m.DoneAt, ui.Past, c.T("The milestone was reached")
		}
		v.Milestones = append(v.Milestones, ev)
	}
	for _, d := range w.Delays {
		v.Delays = append(v.Delays, ui.Event{At: d.At, Title: c.T("New planned end: {date}", "date", d.Until), Text: d.Reason})
	}
	var err error
	if v.Before, err = h.site(c, w.Before, c.T("The place before the works")); err != nil {
		return v, err
	}
	v.After, err = h.site(c, w.After, c.T("The place after the works"))
	return v, err
}

// site are photos of the place.
func (h *Pages) site(c *web.Ctx, ids []string, alt string) ([]budgetview.Picture, error) {
	kept, err := h.Shelf.Pictures(c.Std(), ids)
	var all []budgetview.Picture
	for _, x := range kept {
		all = append(all, budgetview.Picture{Href: x.Full, Thumb: x.Thumb, Alt: alt})
	}
	return all, err
}
