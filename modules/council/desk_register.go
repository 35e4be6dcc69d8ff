package council

import (
	"context"

	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"
)

// decideForm is a decision of a body that does not sit.
type decideForm struct {
	Once    string    `form:"once"`
	Subject string    `form:"subject" validate:"max=300"`
	Title   string    `form:"title" validate:"max=200"`
	On      form.Date `form:"on" validate:"required,date"`
	Outcome string    `form:"outcome" validate:"required,oneof=adopted rejected"`
	Number  string    `form:"number,digits" validate:"omitempty,digits,max=5"`
	Text    string    `form:"text,text" validate:"required,max=6000"`
}

// Messages are the form's own sentences.
func (decideForm) Messages() map[string]string {
	return map[string]string{"on": i18n.Msg("Give the day of the decision"), "outcome": i18n.Msg("Choose what was decided"), "text.required": i18n.Msg("Write what was decided")}
}

func (h *Pages) decidePage(c *web.Ctx, a Authority, f decideForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Record a decision"))
	v := h.deskForm(c, a, p.Title, deskPath(a.ID)+"/decisions/new", deskPath(a.ID), c.T("Publish the decision"),
		subjectField(c, p, f.Subject),
		ui.Text(p, ui.TextField{Name: "title", Label: c.T("Title"), Hint: c.T("Empty: the title of the petition."), Value: f.Title, Max: MaxTitle, AutoDir: true, Optional: true}),
		dayField(p, "on", c.T("Day of the decision"), "", f.On),
		ui.Radios(p, ui.RadiosField{Name: "outcome", Label: c.T("What was decided?"), Value: f.Outcome, Inline: true, Options: []ui.Option{
			{Value: string(Adopted), Label: c.T(outcomeLabels[Adopted])}, {Value: string(Rejected), Label: c.T(outcomeLabels[Rejected])}}}),
		ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T("Text of the decision"), Value: f.Text, Max: MaxText, Rows: 8}),
		ui.Text(p, ui.TextField{Name: "number", Label: c.T("Number of the decision"), Hint: c.T("Within the year. Empty: the next one."), Value: f.Number, Numeric: true, Size: 5, Max: 5, Optional: true}))
	v.Once, v.Heading.Lead = onceOr(c, f.Once), c.T("Decided by: {body}. The decision enters the public register at once.", "body", bodyName(c.Locale, a.Body))
	return v
}

func (h *Pages) showDecide(c *web.Ctx) error {
	a, err := h.keepAt(c)
	if err != nil {
		return err
	}
	if Collegial(a.Body) {
		return c.SeeOther(deskPath(a.ID))
	}
	return c.Show(councilview.Form(h.decidePage(c, a, decideForm{})))
}

func (h *Pages) decide(c *web.Ctx) error {
	a, err := h.keepAt(c)
	if err != nil {
		return err
	}
	var f decideForm
	return submit(c, &f, "title", func() (string, error) {
		in := Decision{Title: f.Title, Text: f.Text, On: dateIn(f.On, a.Country), Outcome: Outcome(f.Outcome), Number: number(f.Number)}
		d, err := h.service.RecordDecision(c.Std(), c.Actor, a.ID, onceOr(c, f.Once), f.Subject, in)
		return decisionPath(d), err
	}, func() (councilview.FormPage, error) { return h.decidePage(c, a, f), nil })
}

// decisionOf returns the decision of the request to somebody who keeps it.
func (h *Pages) decisionOf(c *web.Ctx) (Authority, Decision, error) {
	a, err := h.keepAt(c)
	if err != nil {
		return a, Decision{}, err
	}
	year, number, ok := parseSlug(c.Params("decision"))
	if !ok {
		return a, Decision{}, errNone
	}
	d, err := h.service.Decision(c.Std(), a.ID, year, number)
	if err == nil {
		_, _, err = permit(d.State, ActAnnul, RolesOf(c.Actor, a.ID, ""))
	}
	return a, d, err
}

func (h *Pages) showAnnul(c *web.Ctx) error {
	a, d, err := h.decisionOf(c)
	if err != nil {
		return err
	}
	return h.askReason(c, a, c.T("Annul the decision"), d.Label()+" · "+d.Title, c.T("Everybody can read it."), deskPath(a.ID)+"/decisions/"+d.Slug()+"/annul", decisionPath(d))
}

func (h *Pages) annul(c *web.Ctx) error {
	a, d, err := h.decisionOf(c)
	if err != nil {
		return err
	}
	return h.giveReason(c, a, c.T("Annul the decision"), d.Label()+" · "+d.Title, c.T("Everybody can read it."), deskPath(a.ID)+"/decisions/"+d.Slug()+"/annul", decisionPath(d), func(ctx context.Context, reason string) error {
		_, err := h.service.Annul(ctx, c.Actor, d.ID, reason)
		return err
	})
}

func deskQuestionPath(q Question) string { return deskPath(q.Authority) + "/questions/" + q.ID }

// questionAtDesk returns the entry of the request to somebody who serves its
// authority.
func (h *Pages) questionAtDesk(c *web.Ctx) (Authority, Question, error) {
	a, err := h.deskAt(c)
	if err != nil {
		return a, Question{}, err
	}
	_, q, err := h.questionOf(c)
	c.SetCurrent("desk")
	return a, q, err
}

func (h *Pages) questionActed(c *web.Ctx, act Act) (Authority, Question, error) {
	a, q, err := h.questionAtDesk(c)
	if err == nil {
		_, _, err = permit(q.State, act, RolesOf(c.Actor, a.ID, q.PersonID))
	}
	return a, q, err
}

// deskQuestion is an entry at the desk.
func (h *Pages) deskQuestion(c *web.Ctx) error {
	a, q, err := h.questionAtDesk(c)
	if err != nil {
		return err
	}
	v := councilview.SheetPage{Page: h.page(c, a, q.Title), Crumbs: deskCrumbs(c, a, q.Reference)}
	v.Heading = ui.HeadingSpec{Title: q.Title, Caption: c.T(entryLabels[q.Kind]) + " " + q.Reference, TagText: c.T(questionState(q)), TagTone: questionTone(c, q)}
	v.Main = []councilview.Section{{Title: c.T(entryLabels[q.Kind]), Text: q.Text}}
	if q.Answer != "" {
		v.Main = append(v.Main, councilview.Section{Title: c.T("The answer"), Text: q.Answer})
	}
	if May(c.Actor, q.Base, q.PersonID, ActRegister) {
		v.Main = append(v.Main, councilview.Section{Title: c.T("Read it before it is public"), Lead: c.T("Enter it even if it criticises the authority. Do not enter what insults, accuses a person or reveals somebody’s data."),
			Body: councilview.Posts([]councilview.Post{{Label: c.T("Put it into the register"), Action: c.URL(deskQuestionPath(q) + "/register")}})})
	}
	if May(c.Actor, q.Base, q.PersonID, ActAnswer) {
		label := c.T("Write the answer")
		if q.Answer != "" {
			label = c.T("Correct the answer")
		}
		v.Links = append(v.Links, councilview.Link{Label: label, Href: c.URL(deskQuestionPath(q) + "/answer"), Kind: ui.Primary})
	}
	if May(c.Actor, q.Base, q.PersonID, ActRefuseEntry) {
		v.Links = append(v.Links, councilview.Link{Label: c.T("Keep it out of the register"), Href: c.URL(deskQuestionPath(q) + "/refuse"), Kind: ui.Secondary})
	}
	if q.Public() {
		v.Links = append(v.Links, councilview.Link{Label: c.T("The public page"), Href: c.URL(questionPath(q)), Kind: ui.Quiet})
	}
	facts := councilview.Section{Title: c.T("About this entry"), Rows: []ui.SummaryRow{{Key: c.T("Date"), Value: c.Locale.Date(q.AskedAt)}, {Key: c.T("From"), Value: publicName(c.Locale, q.Name, q.NamePublic)}}}
	if !q.DueAt.IsZero() {
		facts.Rows = append(facts.Rows, ui.SummaryRow{Key: c.T("Answer expected by"), Value: c.Locale.Date(q.DueAt) + " (" + dueText(c, q.DueAt, a.Country) + ")"})
		facts.Source = source(c, q.Due)
	}
	v.Aside = []councilview.Section{facts}
	return c.Show(councilview.Sheet(v))
}

func (h *Pages) register(c *web.Ctx) error {
	_, q, err := h.questionAtDesk(c)
	if err != nil {
		return err
	}
	_, err = h.service.Register(c.Std(), c.Actor, q.ID)
	return c.Done(err, i18n.Msg("It is in the register."), deskQuestionPath(q))
}

func (h *Pages) showRefuse(c *web.Ctx) error {
	a, q, err := h.questionActed(c, ActRefuseEntry)
	if err != nil {
		return err
	}
	return h.askReason(c, a, c.T("Keep it out of the register"), q.Title, c.T("Its author gets it by mail."), deskQuestionPath(q)+"/refuse", deskQuestionPath(q))
}

func (h *Pages) refuse(c *web.Ctx) error {
	a, q, err := h.questionActed(c, ActRefuseEntry)
	if err != nil {
		return err
	}
	return h.giveReason(c, a, c.T("Keep it out of the register"), q.Title, c.T("Its author gets it by mail."), deskQuestionPath(q)+"/refuse", deskQuestionPath(q), func(ctx context.Context, reason string) error {
		_, err := h.service.Refuse(ctx, c.Actor, q.ID, reason)
		return err
	})
}

// answerForm is the answer to a question.
type answerForm struct {
	Answer string `form:"answer,text" validate:"required,max=6000"`
}

// Messages are the form's own sentences.
func (answerForm) Messages() map[string]string {
	return map[string]string{"answer.required": i18n.Msg("Write the answer")}
}

func (h *Pages) answerPage(c *web.Ctx, a Authority, q Question, f answerForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Write the answer"))
	v := h.deskForm(c, a, p.Title, deskQuestionPath(q)+"/answer", deskQuestionPath(q), c.T("Publish the answer"),
		ui.Textarea(p, ui.TextareaField{Name: "answer", Label: c.T("The answer"), Hint: c.T("It is public at once. Who asked, and those who follow it, get it by mail."), Value: f.Answer, Max: MaxText, Rows: 10}))
	v.Before = []councilview.Section{{Strong: q.Title, Text: q.Text}}
	return v
}

func (h *Pages) showAnswer(c *web.Ctx) error {
	a, q, err := h.questionActed(c, ActAnswer)
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(h.answerPage(c, a, q, answerForm{Answer: q.Answer})))
}

func (h *Pages) answer(c *web.Ctx) error {
	a, q, err := h.questionActed(c, ActAnswer)
	if err != nil {
		return err
	}
	var f answerForm
	return submit(c, &f, "answer", func() (string, error) {
		_, err := h.service.Answer(c.Std(), c.Actor, q.ID, f.Answer)
		return deskQuestionPath(q), err
	}, func() (councilview.FormPage, error) { return h.answerPage(c, a, q, f), nil })
}

func deskCallPath(x Call) string { return deskPath(x.Authority) + "/calls/" + x.ID }

func (h *Pages) callAtDesk(c *web.Ctx) (Authority, Call, error) {
	a, err := h.deskAt(c)
	if err != nil {
		return a, Call{}, err
	}
	_, x, err := h.callOf(c)
	c.SetCurrent("desk")
	return a, x, err
}

func (h *Pages) callActed(c *web.Ctx, act Act) (Authority, Call, error) {
	a, x, err := h.callAtDesk(c)
	if err == nil {
		_, _, err = permit(x.State, act, RolesOf(c.Actor, a.ID, x.PersonID))
	}
	return a, x, err
}

// deskCall is a call at the desk.
func (h *Pages) deskCall(c *web.Ctx) error {
	a, x, err := h.callAtDesk(c)
	if err != nil {
		return err
	}
	n, err := h.service.Supporters(c.Std(), x.ID)
	if err != nil {
		return err
	}
	v := councilview.SheetPage{Page: h.page(c, a, x.Title), Crumbs: deskCrumbs(c, a, x.Title)}
	v.Heading = ui.HeadingSpec{Title: x.Title, Caption: c.T(callLabels[x.Kind]), TagText: c.T(callStateLabels[x.State]), TagTone: toneOf(callTones, x.State)}
	v.Main = append(callAnswer(c, x), councilview.Section{Title: c.T("The reasons"), Text: x.Text})
	if May(c.Actor, x.Base, x.PersonID, ActOpenCall) {
		publish := councilview.Section{Title: c.T("Read it before it is public"), Lead: c.T("Publishing freezes the share, its source and the number of voters.")}
		settings, err := h.service.SettingsOf(c.Std(), a.ID)
		if err != nil {
			return err
		}
		if settings.Voters == 0 {
			publish.Links = []councilview.Link{{Label: c.T("Enter the number of registered voters first"), Href: c.URL(deskPath(a.ID) + "/settings"), Kind: ui.Primary}}
		} else {
			publish.Body = councilview.Posts([]councilview.Post{{Label: c.T("Publish the request"), Action: c.URL(deskCallPath(x) + "/publish")}})
		}
		v.Main = append(v.Main, publish)
	}
	v.Links = callLinks(c, x)
	v.Aside = []councilview.Section{{Title: c.T("Supporters"), Body: councilview.Supporters(v.Page, councilview.SupportersSpec{Count: n, Needed: x.Needed()})}}
	if x.Share.Known() {
		v.Aside = append(v.Aside, councilview.Section{Title: c.T("What the rules ask"), Strong: c.T("{share} of the registered voters", "share", x.Share.figure().Words(c.Locale)), Note: x.Share.Note.In(c.Locale.Lang()), Source: source(c, x.Share)})
	}
	return c.Show(councilview.Sheet(v))
}

func callLinks(c *web.Ctx, x Call) []councilview.Link {
	var links []councilview.Link
	for _, l := range []struct {
		act   Act
		label string
		to    string
		kind  ui.Kind
	}{
		{ActAccept, i18n.Msg("Set a date"), "/accept", ui.Primary}, {ActHeld, i18n.Msg("Say what came out of it"), "/held", ui.Secondary},
		{ActDecline, i18n.Msg("Decline, with reasons"), "/decline", ui.Secondary}, {ActRefuseCall, i18n.Msg("Do not publish it"), "/refuse", ui.Secondary},
	} {
		if May(c.Actor, x.Base, x.PersonID, l.act) {
			links = append(links, councilview.Link{Label: c.T(l.label), Href: c.URL(deskCallPath(x) + l.to), Kind: l.kind})
		}
	}
	if x.Public() {
		links = append(links, councilview.Link{Label: c.T("The public page"), Href: c.URL(callPath(x)), Kind: ui.Quiet})
	}
	return links
}

func (h *Pages) publishCall(c *web.Ctx) error {
	_, x, err := h.callAtDesk(c)
	if err != nil {
		return err
	}
	_, err = h.service.PublishCall(c.Std(), c.Actor, x.ID)
	return c.Done(err, i18n.Msg("The request is public."), deskCallPath(x))
}

func (h *Pages) showRefuseCall(c *web.Ctx) error {
	a, x, err := h.callActed(c, ActRefuseCall)
	if err != nil {
		return err
	}
	return h.askReason(c, a, c.T("Do not publish it"), x.Title, c.T("Its author gets it by mail."), deskCallPath(x)+"/refuse", deskCallPath(x))
}

func (h *Pages) refuseCall(c *web.Ctx) error {
	a, x, err := h.callActed(c, ActRefuseCall)
	if err != nil {
		return err
	}
	return h.giveReason(c, a, c.T("Do not publish it"), x.Title, c.T("Its author gets it by mail."), deskCallPath(x)+"/refuse", deskCallPath(x), func(ctx context.Context, reason string) error {
		_, err := h.service.RefuseCall(ctx, c.Actor, x.ID, reason)
		return err
	})
}

// acceptForm sets the date.
type acceptForm struct {
	Day   form.Date `form:"day" validate:"required,date"`
	Hour  string    `form:"hour" validate:"required,max=5"`
	Place string    `form:"place" validate:"required,max=200"`
	Text  string    `form:"text,text" validate:"max=6000"`
}

// Messages are the form's own sentences.
func (acceptForm) Messages() map[string]string {
	return map[string]string{"day": i18n.Msg("Enter a day that exists, such as 31 12 2026."), "hour": i18n.Msg("Give the hour, such as 10:00"), "place.required": i18n.Msg("Say where it is held")}
}

func (h *Pages) acceptPage(c *web.Ctx, a Authority, x Call, f acceptForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Set a date"))
	v := h.deskForm(c, a, p.Title, deskCallPath(x)+"/accept", deskCallPath(x), c.T("Set a date"),
		dayField(p, "day", c.T("Day"), c.T("Of the public meeting, or of the session that treats the initiative."), f.Day),
		ui.Text(p, ui.TextField{Name: "hour", Label: c.T("Hour"), Hint: c.T("Such as 10:00"), Value: f.Hour, Max: 5, Size: 5, Ltr: true}),
		ui.Text(p, ui.TextField{Name: "place", Label: c.T("Where"), Value: f.Place, Max: MaxTitle, AutoDir: true}),
		ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T("What people should know"), Value: f.Text, Max: MaxText, Rows: 4, Optional: true}))
	v.Before = []councilview.Section{{Strong: x.Title}}
	return v
}

func (h *Pages) showAccept(c *web.Ctx) error {
	a, x, err := h.callActed(c, ActAccept)
	if err != nil {
		return err
	}
	f := acceptForm{Day: dateOf(x.MeetsAt, a.Country), Place: x.Place, Text: x.Reasons}
	return c.Show(councilview.Form(h.acceptPage(c, a, x, f)))
}

func (h *Pages) accept(c *web.Ctx) error {
	a, x, err := h.callActed(c, ActAccept)
	if err != nil {
		return err
	}
	var f acceptForm
	return submit(c, &f, "day", func() (string, error) {
		_, err := h.service.Accept(c.Std(), c.Actor, x.ID, momentIn(f.Day, f.Hour, a.Country), f.Place, f.Text)
		return deskCallPath(x), err
	}, func() (councilview.FormPage, error) { return h.acceptPage(c, a, x, f), nil })
}

func (h *Pages) showDecline(c *web.Ctx) error {
	a, x, err := h.callActed(c, ActDecline)
	if err != nil {
		return err
	}
	return h.askReason(c, a, c.T("Decline, with reasons"), x.Title, c.T("Everybody can read it."), deskCallPath(x)+"/decline", deskCallPath(x))
}

func (h *Pages) decline(c *web.Ctx) error {
	a, x, err := h.callActed(c, ActDecline)
	if err != nil {
		return err
	}
	return h.giveReason(c, a, c.T("Decline, with reasons"), x.Title, c.T("Everybody can read it."), deskCallPath(x)+"/decline", deskCallPath(x), func(ctx context.Context, reason string) error {
		_, err := h.service.Decline(ctx, c.Actor, x.ID, reason)
		return err
	})
}

// heldForm says what came out of it.
type heldForm struct {
	Report string `form:"report,text" validate:"required,max=6000"`
}

// Messages are the form's own sentences.
func (heldForm) Messages() map[string]string {
	return map[string]string{"report.required": i18n.Msg("Say what came out of it")}
}

func (h *Pages) heldPage(c *web.Ctx, a Authority, x Call, f heldForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Say what came out of it"))
	v := h.deskForm(c, a, p.Title, deskCallPath(x)+"/held", deskCallPath(x), c.T("Publish the report"),
		ui.Textarea(p, ui.TextareaField{Name: "report", Label: c.T("What came out of it"), Hint: c.T("Who came, what was said, what follows. Everybody can read it."), Value: f.Report, Max: MaxText, Rows: 8}))
	v.Before = []councilview.Section{{Strong: x.Title, Note: c.Locale.DateTime(x.MeetsAt)}}
	return v
}

func (h *Pages) showHeld(c *web.Ctx) error {
	a, x, err := h.callActed(c, ActHeld)
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(h.heldPage(c, a, x, heldForm{})))
}

func (h *Pages) held(c *web.Ctx) error {
	a, x, err := h.callActed(c, ActHeld)
	if err != nil {
		return err
	}
	var f heldForm
	return submit(c, &f, "report", func() (string, error) {
		_, err := h.service.Hold(c.Std(), c.Actor, x.ID, f.Report)
		return deskCallPath(x), err
	}, func() (councilview.FormPage, error) { return h.heldPage(c, a, x, f), nil })
}
