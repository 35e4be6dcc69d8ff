package petition

import (
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/petitionview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// showRuling shows the form of the decision.
func (x *Procedure) showRuling(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActDraftRuling)
	if err != nil {
		return err
	}
	typed := rulingForm{}
	if r := p.Legal.Ruling; r != nil {
		typed = rulingForm{Admit: "no", Code: r.Code, Reasons: r.Reasons, Session: r.Session}
		if r.Admit {
			typed.Admit = "yes"
		}
		if !r.SessionAt.IsZero() {
			typed.Day = form.DateOf(r.SessionAt.In(clock.Zone(p.Country)))
		}
	}
	v, err := x.rulingPage(c, p, typed)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

func (x *Procedure) rulingPage(c *web.Ctx, p Petition, typed rulingForm) (petitionview.DeskActPage, error) {
	v := x.actPage(c, p, c.T("Decision on admissibility"), "/ruling")
	v.Back, v.Button = c.URL(procedurePath(p)), c.T("Save the draft")
	v.Intro = c.T("Whether the petition meets the conditions of the law. Whether you agree with it plays no part.")
	v.Tone, v.Notice = ui.Info, c.T("The decision is issued when somebody else, the head of the deciding body, approves it. The agent is then told with the reasons.")
	checks, err := x.service.Checklist(c.Std(), p)
	if err != nil {
		return v, err
	}
	table := x.checkTable(c, p, checks)
	v.Before = ui.Table(v.Page, *table)
	session, err := x.sessionFields(c, v.Page, p, typed.Session, typed.Day)
	if err != nil {
		return v, err
	}
	code := ui.SelectField{Name: "code", Label: c.T("Reason of the refusal"), Value: typed.Code, Empty: c.T("Choose")}
	for _, r := range Refusals {
		code.Options = append(code.Options, ui.Option{Value: r.Code, Label: c.T(r.Label)})
	}
	admit := ui.RadiosField{Name: "admit", Label: c.T("Is the petition admissible?"), Value: typed.Admit, Options: []ui.Option{
		{Value: "yes", Label: c.T("Admissible"), Hint: c.T("All conditions are met. It goes on the agenda of a session."), Reveal: session},
		{Value: "no", Label: c.T("Inadmissible"), Hint: c.T("A condition is not met."), Reveal: ui.Select(v.Page, code)},
	}}
	v.Fields = petitionview.Together(ui.Radios(v.Page, admit), ui.Textarea(v.Page, ui.TextareaField{Name: "reasons", Label: c.T("Reasons in words"), Hint: c.T("Public, and in the letter to the agent. A refusal needs them."), Value: typed.Reasons, Max: MaxNote, Rows: 6, Optional: true}))
	return v, nil
}

// sessionFields ask for a session of the register, or for a day.
func (x *Procedure) sessionFields(c *web.Ctx, page ui.Page, p Petition, chosen string, day form.Date) (templ.Component, error) {
	coming, err := x.coming(c.Std(), p.Authority, c.Locale.Lang())
	if err != nil {
		return nil, err
	}
	date := ui.DateParts(page, ui.DateField{Name: "day", Label: c.T("Day of the session"), Hint: c.T("Leave it empty while it is not fixed."), Day: day.Day, Month: day.Month, Year: day.Year})
	if len(coming) == 0 {
		return date, nil
	}
	pick := ui.SelectField{Name: "session", Label: c.T("Session"), Value: chosen, Empty: c.T("Another day, or not fixed yet"), Optional: true}
	for _, s := range coming {
		pick.Options = append(pick.Options, ui.Option{Value: s.ID, Label: s.Title + " · " + c.Locale.Date(s.At)})
	}
	return petitionview.Together(ui.Select(page, pick), date), nil
}

// typedSession is the session that was chosen, or the day that was typed.
func (x *Procedure) typedSession(c *web.Ctx, p Petition, chosen string, day form.Date) (string, time.Time, error) {
	if chosen != "" && x.sessions != nil {
		s, err := x.sessions.Session(c.Std(), chosen, c.Locale.Lang())
		if isNotFound(err) {
			return "", time.Time{}, &InputError{Field: "session", Message: i18n.Msg("Choose a session from the list")}
		}
		return s.ID, s.At, err
	}
	at, err := typedDay(day, p.Country, "day")
	return "", at, err
}

func (x *Procedure) draftRuling(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActDraftRuling)
	if err != nil {
		return err
	}
	var typed rulingForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	in := RulingInput{Admit: typed.Admit == "yes", Code: typed.Code, Reasons: typed.Reasons}
	switch {
	case typed.Admit != "yes" && typed.Admit != "no":
		err = &InputError{Field: "admit", Message: i18n.Msg("Say whether the petition is admissible")}
	default:
		in.Session, in.SessionAt, err = x.typedSession(c, p, typed.Session, typed.Day)
	}
	if err == nil {
		_, err = x.service.DraftRuling(c.Std(), c.Actor, p.ID, in)
	}
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.rulingPage(c, p, typed) }, flashRuling, procedurePath(p)+"#ruling")
}

// decidePage is the frame of a decision on the draft.
func (x *Procedure) decidePage(c *web.Ctx, p Petition, title, path string) (petitionview.DeskActPage, error) {
	r := p.Legal.Ruling
	if r == nil || r.State != RulingDrafted {
		return petitionview.DeskActPage{}, errNotNow
	}
	v := x.actPage(c, p, title, path)
	v.Back = c.URL(procedurePath(p))
	v.Before = ui.SummaryList(v.Page, x.rulingRows(c, p, *r))
	v.Fields = ui.Hidden("stamp", r.Stamp())
	return v, nil
}

func (x *Procedure) showIssue(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActReturnRuling) // ActAdmit or ActRefuse: the same people, in the same states
	if err != nil {
		return err
	}
	v, err := x.issuePage(c, p)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

func (x *Procedure) issuePage(c *web.Ctx, p Petition) (petitionview.DeskActPage, error) {
	v, err := x.decidePage(c, p, c.T("Issue the decision"), "/ruling/issue")
	if err != nil {
		return v, err
	}
	if p.Legal.Ruling.DraftedBy == c.Actor.PersonID {
		return v, errOwnRuling
	}
	v.Tone, v.Notice, v.Button = ui.Warning, c.T("Everybody can read it at once, and the agent is told by mail. This cannot be undone."), c.T("Issue the decision")
	return v, nil
}

func (x *Procedure) issueRuling(c *web.Ctx) error {
	p, _, err := x.answerFile(c)
	if err != nil {
		return err
	}
	_, err = x.service.IssueRuling(c.Std(), c.Actor, p.ID, c.FormValue("stamp"))
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.issuePage(c, p) }, flashIssued, procedurePath(p)+"#ruling")
}

func (x *Procedure) showReturnRuling(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActReturnRuling)
	if err != nil {
		return err
	}
	v, err := x.returnRulingPage(c, p, "")
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(v))
}

func (x *Procedure) returnRulingPage(c *web.Ctx, p Petition, note string) (petitionview.DeskActPage, error) {
	v, err := x.decidePage(c, p, c.T("Return the decision with a note"), "/ruling/return")
	v.Button = c.T("Return it")
	v.Fields = petitionview.Together(v.Fields, ui.Textarea(v.Page, ui.TextareaField{Name: "note", Label: c.T("What is to be changed?"), Value: note, Max: MaxNote, Rows: 6}))
	return v, err
}

func (x *Procedure) returnRuling(c *web.Ctx) error {
	p, _, err := x.answerFile(c)
	if err != nil {
		return err
	}
	note := strings.ToValidUTF8(c.FormValue("note"), "")
	_, err = x.service.ReturnRuling(c.Std(), c.Actor, p.ID, c.FormValue("stamp"), note)
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.returnRulingPage(c, p, note) }, flashRulBack, procedurePath(p))
}

// noticeForm is what the page of a notification sends.
type noticeForm struct {
	Means string    `form:"means"`
	On    form.Date `form:"on"`
	Note  string    `form:"note"`
}

func (x *Procedure) showNotice(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActNotify)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(x.noticePage(c, p, noticeForm{On: form.DateOf(c.Now().In(clock.Zone(p.Country)))})))
}

func (x *Procedure) noticePage(c *web.Ctx, p Petition, typed noticeForm) petitionview.DeskActPage {
	v := x.actPage(c, p, c.T("Record a notification"), "/notice")
	v.Back, v.Button = c.URL(procedurePath(p)), c.T("Record it")
	v.Intro = c.T("When the agent was told of the decision otherwise than by mail: what proves it.")
	means := ui.RadiosField{Name: "means", Label: c.T("How was the agent told?"), Value: typed.Means}
	for _, m := range OtherMeans {
		means.Options = append(means.Options, ui.Option{Value: string(m), Label: c.T(meansLabels[m])})
	}
	v.Fields = petitionview.Together(ui.Radios(v.Page, means),
		ui.DateParts(v.Page, ui.DateField{Name: "on", Label: c.T("On which day?"), Hint: c.T("For example 31 12 2026"), Day: typed.On.Day, Month: typed.On.Month, Year: typed.On.Year}),
		ui.Text(v.Page, ui.TextField{Name: "note", Label: c.T("Proof"), Hint: c.T("Number of the registered letter, who took it."), Value: typed.Note, Max: MaxName, AutoDir: true}))
	return v
}

func (x *Procedure) notice(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActNotify)
	if err != nil {
		return err
	}
	var typed noticeForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	day, err := typedDay(typed.On, p.Country, "on")
	if err == nil {
		_, err = x.service.Notify(c.Std(), c.Actor, p.ID, NotifyInput{Means: Means(typed.Means), On: day, Note: typed.Note})
	}
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.noticePage(c, p, typed), nil }, flashNotified, procedurePath(p)+"#notices")
}

func (x *Procedure) showCorrect(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActCorrectDeposit)
	if err != nil {
		return err
	}
	return c.Show(petitionview.DeskActForm(x.correctPage(c, p, depositForm{Receipt: p.Legal.Receipt, On: form.DateOf(p.Legal.DepositedAt.In(clock.Zone(p.Country)))})))
}

func (x *Procedure) correctPage(c *web.Ctx, p Petition, typed depositForm) petitionview.DeskActPage {
	v := x.actPage(c, p, c.T("Correct the receipt"), "/receipt")
	v.Back, v.Button = c.URL(procedurePath(p)), c.T("Correct the number or the day")
	v.Tone, v.Notice = ui.Warning, c.T("The deadline is computed anew from the day of the receipt. The reason stands in the public timeline.")
	v.Fields = petitionview.Together(x.receiptFields(c, v.Page, typed),
		ui.Textarea(v.Page, ui.TextareaField{Name: "reasons", Label: c.T("Why is it corrected?"), Value: typed.Reasons, Max: MaxNote, Rows: 3}))
	return v
}

func (x *Procedure) correct(c *web.Ctx) error {
	p, _, err := x.actOn(c, ActCorrectDeposit)
	if err != nil {
		return err
	}
	var typed depositForm
	if _, err := form.Read(c.Ctx, &typed); err != nil {
		return err
	}
	in := LegalStep{Receipt: typed.Receipt, Reasons: typed.Reasons}
	if in.On, err = typedDay(typed.On, p.Country, "on"); err == nil {
		_, err = x.service.CorrectDeposit(c.Std(), c.Actor, p.ID, in)
	}
	return x.finish(c, err, func() (petitionview.DeskActPage, error) { return x.correctPage(c, p, typed), nil }, flashCorrect, procedurePath(p)+"#deposit")
}
