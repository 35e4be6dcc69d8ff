package petition

import (
	"context"
	"net/url"
	"strconv"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

var (
	flashPlanned = i18n.Msg("The step is recorded, and everybody can see it.")
	flashDone    = i18n.Msg("The step is done, and those who signed and asked for news are told.")
	flashRated   = i18n.Msg("Thank you: your answer is counted.")
)

var stepLabels = map[StepState]string{
	StepPlanned: i18n.Msg("Planned"), StepUnderWay: i18n.Msg("Step: under way"), StepDone: i18n.Msg("Step: done"), StepDropped: i18n.Msg("Dropped"),
}

var stepTones = map[StepState]ui.Tone{StepPlanned: ui.Neutral, StepUnderWay: ui.Accent, StepDone: ui.Success, StepDropped: ui.Warning}

// stepForm is what the page of a step sends.
type stepForm struct {
	Title    string    `form:"title"`
	Service  string    `form:"service"`
	Due      form.Date `form:"due"`
	Money    string    `form:"money"` // "line", "none"
	Budget   string    `form:"budget"`
	Evidence string    `form:"evidence,text"`
	Reason   string    `form:"reason,text"`
}

// stepsText says how far the follow-up is; "" when there is none.
func stepsText(c *web.Ctx, p Petition) string {
	if len(p.Steps) == 0 {
		return ""
	}
	done, late, all := 0, 0, 0
	for _, s := range p.Steps {
		if s.State != StepDropped {
			all++
		}
		if s.State == StepDone {
			done++
		}
		if s.Late(c.Now()) {
			late++
		}
	}
	text := c.N("{done} of {n} step is done", "{done} of {n} steps are done", all, "done", done)
	if late > 0 {
		text += " · " + c.N("{n} is late", "{n} are late", late)
	}
	return text
}

// stepsPart shows the steps, for the desk with what may be done with them.
func (x *Procedure) stepsPart(c *web.Ctx, p Petition, desk bool) (petitionview.DossierPart, error) {
	part := petitionview.DossierPart{ID: "steps", Title: c.T("Follow-up"), Text: stepsText(c, p)}
	if len(p.Steps) == 0 {
		part.Empty = c.T("No step has been planned yet.")
		return part, nil
	}
	zone := clock.Zone(p.Country)
	var steps []petitionview.StepView
	for _, s := range p.Steps {
		files, err := x.documents(c, s.Files)
		if err != nil {
			return part, err
		}
		v := petitionview.StepView{Title: s.Title, State: c.T(stepLabels[s.State]), Tone: stepTones[s.State], Evidence: s.Evidence, Files: files}
		if s.Late(c.Now()) {
			v.Late = c.N("{n} day late", "{n} days late", max(1, daysBetween(s.Due, c.Now(), zone)))
		}
		v.Rows = []ui.SummaryRow{{Key: c.T("By"), Value: c.Locale.Date(s.Due.In(zone))}, {Key: c.T("Responsible service"), Value: s.Service}}
		if s.NoBudget {
			v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Budget line"), Value: c.T("There is none.")})
		} else {
			v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Budget line"), Value: s.Budget})
		}
		if !s.ClosedAt.IsZero() {
			v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Closed on"), Value: c.Locale.Date(s.ClosedAt.In(zone))})
		}
		if s.Reason != "" {
			v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Why it was dropped"), Value: s.Reason})
		}
		if desk {
			v.Acts = stepActs(c, p, s)
		}
		steps = append(steps, v)
	}
	part.Body = petitionview.FollowSteps(c.Page(""), steps)
	return part, nil
}

func stepActs(c *web.Ctx, p Petition, s FollowStep) []petitionview.DeskAct {
	var acts []petitionview.DeskAct
	base := c.URL(reviewPath(p) + "/steps/" + strconv.Itoa(s.Number))
	for _, a := range []struct {
		act         Act
		path, label string
	}{{ActStepBegin, "/begin", i18n.Msg("It is under way")}, {ActStepDone, "/done", i18n.Msg("It is done")}, {ActStepPlan, "", i18n.Msg("Change it")}, {ActStepDrop, "/drop", i18n.Msg("Drop it")}} {
		if _, err := stepAfter(s.State, a.act); err == nil && May(c.Actor, p, a.act) {
			acts = append(acts, petitionview.DeskAct{Label: c.T(a.label), Href: base + a.path})
		}
	}
	return acts
}

// showFollowUp is the public page of what followed, and of how satisfied those
// who signed are. Its copy is one for everybody, so it names nobody.
func (x *Procedure) showFollowUp(c *web.Ctx) error {
	id := c.Params("id")
	return c.Cached(web.Source{
		Key: "petition/" + id + "/follow-up",
		Stamp: func(ctx context.Context) (string, error) {
			stamp, err := x.service.Stamp(ctx, id)
			if err != nil {
				return "", err
			}
			o, err := x.service.Opinion(ctx, id)
			return stamp + strconv.FormatInt(o.Yes, 10) + "." + strconv.FormatInt(o.Partly, 10) + "." + strconv.FormatInt(o.No, 10) + c.Now().Format("|2006-01-02T15"), err
		},
		Render: func(c *web.Ctx) (templ.Component, error) {
			v, err := x.followPage(c)
			return petitionview.Dossier(v), err
		},
	})
}

func (x *Procedure) followPage(c *web.Ctx) (petitionview.DossierPage, error) {
	p, a, err := x.Desk.open(c)
	if err != nil {
		return petitionview.DossierPage{}, err
	}
	v := petitionview.DossierPage{
		Page: c.Page(c.T("After the answer")), Caption: a.Name(c.Locale.Lang()), Lead: shownObject(c, p), TagText: c.T(StateLabel(p.State)), TagTone: toneOf(p.State),
		Crumbs: []ui.Crumb{{Label: c.T("Petitions"), Href: c.URL("/petitions")}, {Label: p.Reference, Href: c.URL("/petitions/" + p.ID)}, {Label: c.T("After the answer")}},
	}
	v.Wide, v.Sheets = true, []string{"chart.css"}
	steps, err := x.stepsPart(c, p, false)
	if err != nil {
		return v, err
	}
	satisfaction, err := x.opinionPart(c, p, v.Page)
	if err != nil {
		return v, err
	}
	v.Parts = []petitionview.DossierPart{steps, satisfaction}
	v.Links = []ui.NavItem{{Label: c.T("The petition"), Href: c.URL("/petitions/" + p.ID)}, {Label: c.T("The procedure of this petition"), Href: c.URL("/petitions/" + p.ID + "/procedure")}}
	if RatedStates.Has(p.State) {
		v.ActsHead = c.T("Did you sign?")
		v.Acts = []petitionview.DeskAct{{Label: c.T("Say whether you are satisfied"), Href: c.URL("/petitions/" + p.ID + "/satisfaction"), Kind: ui.Secondary}}
	}
	return v, nil
}

var ratingLabels = map[string]string{"yes": i18n.Msg("Yes"), "partly": i18n.Msg("Partly"), "no": i18n.Msg("No")}

// opinionPart is the satisfaction of those who signed, from RatingLeast answers on.
func (x *Procedure) opinionPart(c *web.Ctx, p Petition, page ui.Page) (petitionview.DossierPart, error) {
	part := petitionview.DossierPart{ID: "satisfaction", Title: c.T("Satisfaction of those who signed")}
	o, err := x.service.Opinion(c.Std(), p.ID)
	if err != nil {
		return part, err
	}
	if !o.Shown() {
		part.Empty = c.N("Shown from {n} answer on.", "Shown from {n} answers on.", RatingLeast)
		return part, nil
	}
	spec := ui.ChartSpec{Title: c.T("Are you satisfied with what came of this petition?"), Label: c.T("Answer"), Series: []string{c.T("Answers")}}
	for _, r := range []struct {
		said string
		n    int64
	}{{"yes", o.Yes}, {"partly", o.Partly}, {"no", o.No}} {
		spec.Points = append(spec.Points, ui.ChartPoint{Label: c.T(ratingLabels[r.said]), Value: r.n})
	}
	part.Text = c.N("{n} person who signed has answered.", "{n} people who signed have answered.", int(o.All()))
	part.Chart = ui.Chart(page, spec)
	return part, nil
}

// showRate asks somebody who signed.
func (x *Procedure) showRate(c *web.Ctx) error {
	v, err := x.ratePage(c, nil)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

type ratingForm struct {
	Said    string `form:"said"`
	Comment string `form:"comment,text"`
}

func (x *Procedure) ratePage(c *web.Ctx, typed *ratingForm) (petitionview.DeskActPage, error) {
	p, _, err := x.Desk.open(c)
	if err != nil {
		return petitionview.DeskActPage{}, err
	}
	if !RatedStates.Has(p.State) {
		return petitionview.DeskActPage{}, errNotNow
	}
	before, may, err := x.service.MayRate(c.Std(), c.Actor, p)
	if err != nil || !may {
		return petitionview.DeskActPage{}, errOr(err, errNotSigner)
	}
	if typed == nil {
		typed = &ratingForm{before.Said, before.Comment}
	}
	v := petitionview.DeskActPage{
		Page: c.Page(c.T("Are you satisfied?")), Caption: shownObject(c, p), Back: c.URL("/petitions/" + p.ID + "/follow-up"),
		Action: c.URL("/petitions/" + p.ID + "/satisfaction"), Button: c.T("Send my answer"),
		Intro: c.T("You signed this petition. Your answer is counted with the others and shown as a number, from five answers on. You can change it."),
	}
	said := ui.RadiosField{Name: "said", Label: c.T("Are you satisfied with what came of this petition?"), Value: typed.Said, Inline: true}
	for _, r := range Ratings {
		said.Options = append(said.Options, ui.Option{Value: r, Label: c.T(ratingLabels[r])})
	}
	v.Fields = petitionview.Together(ui.Radios(v.Page, said), ui.Textarea(v.Page, ui.TextareaField{Name: "comment", Label: c.T("Do you want to add something?"), Hint: c.T("Only the authority reads it, without your name. It is never published."), Value: typed.Comment, Max: MaxRatingComment, Rows: 3, Optional: true}))
	return v, nil
}

func (x *Procedure) rate(c *web.Ctx) error {
	var typed ratingForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	err := x.service.Rate(c.Std(), c.Actor, c.Params("id"), typed.Said, typed.Comment)
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.ratePage(c, &typed) }, flashRated, "/petitions/"+c.Params("id")+"/follow-up")
}

// showOpinions shows the authority what those who signed say.
func (x *Procedure) showOpinions(c *web.Ctx) error {
	p, a, err := x.answerFile(c)
	if err != nil {
		return err
	}
	v := petitionview.DossierPage{Page: c.Page(c.T("Satisfaction of those who signed")), Back: c.URL(procedurePath(p)), Caption: a.Name(c.Locale.Lang()), Lead: titleOf(c, p)}
	v.Sheets = []string{"chart.css"}
	part, err := x.opinionPart(c, p, v.Page)
	if err != nil {
		return err
	}
	v.Parts = append(v.Parts, part)
	page, err := x.service.RatingComments(c.Std(), c.Actor, p, c.Query("after"), 50)
	if err != nil {
		return err
	}
	comments := petitionview.DossierPart{Title: c.T("What they add"), Note: c.T("For the authority alone: nobody was asked to make them public.")}
	for _, r := range page.Items {
		if r.Comment != "" {
			comments.Rows = append(comments.Rows, ui.SummaryRow{Key: c.T(ratingLabels[r.Said]) + " · " + c.Locale.ShortDate(r.At), Value: r.Comment})
		}
	}
	if len(comments.Rows) == 0 {
		comments.Empty, comments.Note = c.T("Nobody has added anything yet."), ""
	}
	if page.Next != "" {
		comments.Links = []ui.NavItem{{Label: c.T("Next"), Href: c.URL(reviewPath(p)+"/satisfaction") + "?after=" + url.QueryEscape(page.Next)}}
	}
	v.Parts = append(v.Parts, comments)
	return c.Show(petitionview.Dossier(v))
}

// stepOf returns the petition and the step of the request, 0 for a new one.
func (x *Procedure) stepOf(c *web.Ctx, act Act) (Petition, FollowStep, error) {
	p, _, err := x.actOn(c, act)
	if err != nil {
		return p, FollowStep{}, err
	}
	if c.Params("step") == "" {
		return p, FollowStep{}, nil
	}
	s, ok := p.step(numberIn(c.Params("step")))
	if !ok {
		return p, s, errNoStep
	}
	_, err = stepAfter(s.State, act)
	return p, s, err
}

func (x *Procedure) showPlan(c *web.Ctx) error {
	p, s, err := x.stepOf(c, ActStepPlan)
	if err != nil {
		return err
	}
	typed := stepForm{Title: s.Title, Service: s.Service, Budget: s.Budget}
	if s.Number > 0 {
		typed.Due, typed.Money = form.DateOf(s.Due.In(clock.Zone(p.Country))), "line"
		if s.NoBudget {
			typed.Money = "none"
		}
	}
	return c.Show(petitionview.DeskActForm(x.planPage(c, p, s, typed)))
}

func (x *Procedure) planPage(c *web.Ctx, p Petition, s FollowStep, typed stepForm) petitionview.DeskActPage {
	title, path := c.T("Plan a step"), "/steps/new"
	if s.Number > 0 {
		title, path = c.T("Change a step"), "/steps/"+strconv.Itoa(s.Number)
	}
	v := x.actPage(c, p, title, path)
	v.Back, v.Button = c.URL(procedurePath(p)), c.T("Save the step")
	v.Intro = c.T("What the authority does after its answer. Everybody sees it, with its date.")
	v.Fields = petitionview.Together(
		ui.Text(v.Page, ui.TextField{Name: "title", Label: c.T("What will be done?"), Value: typed.Title, Max: MaxStepTitle, AutoDir: true}),
		ui.DateParts(v.Page, ui.DateField{Name: "due", Label: c.T("By when?"), Hint: c.T("For example 31 12 2026"), Day: typed.Due.Day, Month: typed.Due.Month, Year: typed.Due.Year}),
		ui.Text(v.Page, ui.TextField{Name: "service", Label: c.T("Responsible service"), Value: typed.Service, Max: MaxName, AutoDir: true}),
		ui.Radios(v.Page, ui.RadiosField{Name: "money", Label: c.T("Is there money for it?"), Value: typed.Money, Options: []ui.Option{
			{Value: "line", Label: c.T("Yes, in a line of the budget or of the plan"), Reveal: ui.Text(v.Page, ui.TextField{Name: "budget", Label: c.T("Budget line"), Value: typed.Budget, Max: MaxStepTitle, AutoDir: true})},
			{Value: "none", Label: c.T("No, there is none"), Hint: c.T("The page says so plainly.")},
		}}),
	)
	return v
}

func (x *Procedure) plan(c *web.Ctx) error {
	p, s, err := x.stepOf(c, ActStepPlan)
	if err != nil {
		return err
	}
	var typed stepForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	in := StepInput{Title: typed.Title, Service: typed.Service, NoBudget: typed.Money == "none", Budget: typed.Budget}
	if in.Due, err = typedDay(typed.Due, p.Country, "due"); err == nil && typed.Money != "none" && typed.Money != "line" {
		err = &InputError{Field: "money", Message: i18n.Msg("Say whether there is money for it")}
	}
	if err == nil {
		_, err = x.service.PlanStep(c.Std(), c.Actor, p.ID, s.Number, in)
	}
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.planPage(c, p, s, typed), nil }, flashPlanned, procedurePath(p)+"#steps")
}

// moveActs are the acts of a step by their name in the address.
var moveActs = map[string]Act{"begin": ActStepBegin, "done": ActStepDone, "drop": ActStepDrop}

func (x *Procedure) moveOf(c *web.Ctx) (Act, Petition, FollowStep, error) {
	act, known := moveActs[c.Params("act")]
	if !known {
		return act, Petition{}, FollowStep{}, errNone
	}
	p, s, err := x.stepOf(c, act)
	return act, p, s, err
}

func (x *Procedure) showMove(c *web.Ctx) error {
	act, p, s, err := x.moveOf(c)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(x.movePage(c, p, s, act, stepForm{})))
}

func (x *Procedure) movePage(c *web.Ctx, p Petition, s FollowStep, act Act, typed stepForm) petitionview.DeskActPage {
	v := x.actPage(c, p, s.Title, "/steps/"+strconv.Itoa(s.Number)+"/"+c.Params("act"))
	v.Back = c.URL(procedurePath(p))
	switch act {
	case ActStepBegin:
		v.Intro, v.Button = c.T("The page then says that the step is under way."), c.T("It is under way")
	case ActStepDone:
		v.Intro, v.Button, v.Files = c.T("Say by what it can be seen. Those who signed and asked for news are told by mail."), c.T("It is done"), true
		v.Fields = petitionview.Together(
			ui.Textarea(v.Page, ui.TextareaField{Name: "evidence", Label: c.T("By what can it be seen?"), Value: typed.Evidence, Max: MaxEvidence, Rows: 4, Optional: true}),
			ui.File(v.Page, ui.FileField{Name: "file", Label: c.T("A photo or a document"), Accept: "image/jpeg,image/png,application/pdf", Limit: c.T("{n} MB", "n", MaxFileMB), Optional: true}))
	case ActStepDrop:
		v.Intro, v.Button, v.Danger = c.T("The step stays on the page as dropped, with the reason. This cannot be undone."), c.T("Drop it"), true
		v.Fields = ui.Textarea(v.Page, ui.TextareaField{Name: "reason", Label: c.T("Why is it dropped?"), Value: typed.Reason, Max: MaxEvidence, Rows: 4})
	}
	return v
}

func (x *Procedure) move(c *web.Ctx) error {
	act, p, s, err := x.moveOf(c)
	if err != nil {
		return err
	}
	var typed stepForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	in := CloseInput{Evidence: typed.Evidence, Reason: typed.Reason}
	if act == ActStepDone {
		in.Files, err = x.takeFile(c, p, nil)
	}
	if err == nil {
		if _, err = x.service.MoveStep(c.Std(), c.Actor, p.ID, s.Number, act, in); err != nil && len(in.Files) > 0 && fault.Is(err, fault.Invalid) {
			_ = x.service.Files.Discard(c.Std(), in.Files) // what failed is found by the sweep of files
		}
	}
	said := flashPlanned
	if act == ActStepDone {
		said = flashDone
	}
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.movePage(c, p, s, act, typed), nil }, said, procedurePath(p)+"#steps")
}
