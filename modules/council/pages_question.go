package council

import (
	"errors"
	"net/url"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func asInput(err error) (*InputError, bool) {
	var input *InputError
	ok := errors.As(err, &input)
	return input, ok
}

func (h *Pages) questionCard(c *web.Ctx, q Question, level int) ui.CardSpec {
	card := ui.CardSpec{Title: q.Title, Href: c.URL(questionPath(q)), TagText: c.T(questionState(q)), TagTone: questionTone(c, q), Eyebrow: c.T(entryLabels[q.Kind]), Text: excerpt(q.Text), Level: level}
	card.Meta = []string{q.Reference, c.Locale.Date(q.AskedAt)}
	if q.State == QuestionRegistered && !q.DueAt.IsZero() {
		card.Meta = append(card.Meta, c.T("Answer expected by {date}", "date", q.DueAt))
	}
	return card
}

func questionTone(c *web.Ctx, q Question) ui.Tone {
	switch {
	case q.State == QuestionAnswered:
		return ui.Success
	case q.Overdue(c.Now()):
		return ui.Danger
	}
	return ui.Neutral
}

// questions is the public register of opinions and questions.
func (h *Pages) questions(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	f := QuestionFilter{After: c.Query("after"), Limit: shown}
	if kind := c.Query("kind"); kind == AskedQuestion || kind == GivenOpinion {
		f.Kind = kind
	}
	if state := State(c.Query("state")); state == QuestionRegistered || state == QuestionAnswered {
		f.State = state
	}
	page, err := h.service.Questions(c.Std(), a.ID, f)
	if err != nil {
		return err
	}
	v := councilview.ListPage{Page: h.page(c, a, c.T("Register of opinions and questions")), Crumbs: crumbs(c, a, c.T("Register of opinions and questions")), Tabs: h.tabs(c, a, "/questions"), TabsOf: c.T("Pages of the council")}
	v.Description = c.T("What inhabitants of {place} ask and think, and what they are answered.", "place", a.Name(c.Locale.Lang()))
	v.Heading = ui.HeadingSpec{Title: v.Title, Caption: a.Name(c.Locale.Lang()), Lead: v.Description}
	v.EmptyTitle, v.EmptyText = c.T("Nobody has asked anything yet"), c.T("Whoever lives or works here can ask, or give an opinion; the answers are public.")
	query := url.Values{}
	for name, value := range map[string]string{"kind": f.Kind, "state": string(f.State)} {
		if value != "" {
			query.Set(name, value)
			v.NoIndex, v.EmptyTitle, v.EmptyText = true, c.T("Nothing is found"), c.T("Take a word or a filter away.")
		}
	}
	if a.Active {
		v.Links = []councilview.Link{{Label: c.T("Ask a question or give an opinion"), Href: c.URL(base(a) + "/questions/new"), Kind: ui.Primary}}
	}
	v.Filters = &ui.FiltersSpec{Action: c.URL(base(a) + "/questions"), Active: len(query), Clear: c.URL(base(a) + "/questions")}
	v.Fields = []templ.Component{
		ui.Select(v.Page, ui.SelectField{Name: "kind", Label: c.T("Kind"), Value: f.Kind, Empty: c.T("Both"), Options: []ui.Option{{Value: AskedQuestion, Label: c.T("Questions")}, {Value: GivenOpinion, Label: c.T("Opinions")}}}),
		ui.Select(v.Page, ui.SelectField{Name: "state", Label: c.T("Answer"), Value: string(f.State), Empty: c.T("Whether answered or not"), Options: []ui.Option{
			{Value: string(QuestionAnswered), Label: c.T("Answered")}, {Value: string(QuestionRegistered), Label: c.T("No answer yet")}}}),
	}
	for _, q := range page.Items {
		v.Cards = append(v.Cards, h.questionCard(c, q, 2))
	}
	v.Pages = more(c, base(a)+"/questions", query, page.Next)
	v.Foot = []councilview.Link{{Label: c.T("As a table (CSV)"), Href: c.URL(base(a) + "/questions.csv"), Kind: ui.Quiet}}
	kept(c)
	return c.Show(councilview.List(v))
}

func (h *Pages) questionsCSV(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	c.Set("Cache-Control", "public, max-age=60")
	c.Set("Content-Type", "text/csv; charset=utf-8")
	c.Set("Content-Disposition", `attachment; filename="questions-`+a.ID+`.csv"`)
	return h.service.ExportQuestions(c.Std(), c.Response().BodyWriter(), a, c.Locale)
}

// questionOf returns the entry of the request as its reader may see it.
func (h *Pages) questionOf(c *web.Ctx) (Authority, Question, error) {
	a, err := h.at(c)
	if err != nil {
		return a, Question{}, err
	}
	q, err := h.service.Question(c.Std(), c.Actor, c.Params("question"))
	if err == nil && q.Authority != a.ID {
		err = errNone
	}
	return a, q, err
}

// question is the page of an entry.
func (h *Pages) question(c *web.Ctx) error {
	a, q, err := h.questionOf(c)
	if err != nil {
		return err
	}
	v := councilview.SheetPage{Page: h.page(c, a, q.Title), Crumbs: crumbs(c, a, q.Reference, ui.Crumb{Label: c.T("Register of opinions and questions"), Href: c.URL(base(a) + "/questions")})}
	v.Heading = ui.HeadingSpec{Title: q.Title, Caption: c.T(entryLabels[q.Kind]) + " " + q.Reference, TagText: c.T(questionState(q)), TagTone: questionTone(c, q)}
	v.Description, v.NoIndex = excerpt(q.Text), !q.Public()
	v.Notices = questionNotices(c, q)
	if q.Answer != "" {
		v.Main = append(v.Main, councilview.Section{Title: c.T("The answer"), Featured: true, Text: q.Answer, Note: c.T("{role} of {place}, {date}", "role", c.T(answererLabels[Role(q.AnsweredAs)]), "place", a.Name(c.Locale.Lang()), "date", q.AnsweredAt)})
	}
	v.Main = append(v.Main, councilview.Section{Title: c.T(entryLabels[q.Kind]), Text: q.Text})
	facts := councilview.Section{Title: c.T("About this entry"), Rows: []ui.SummaryRow{
		{Key: c.T("Reference"), Body: ui.Ltr(q.Reference)}, {Key: c.T("From"), Value: publicName(c.Locale, q.Name, q.NamePublic)}, {Key: c.T("Date"), Value: c.Locale.Date(q.AskedAt)}}}
	v.Aside = append(v.Aside, facts)
	if !q.DueAt.IsZero() {
		v.Aside = append(v.Aside, councilview.Section{Title: c.T("Time for the answer"), Strong: c.T("by {date}", "date", q.DueAt), Note: q.Due.Note.In(c.Locale.Lang()), Source: source(c, q.Due)})
	}
	if err := h.questionActs(c, q, &v); err != nil {
		return err
	}
	v.Events = events(c, q.Base)
	return c.Show(councilview.Sheet(v))
}

// answererLabels say in which role somebody answered.
var answererLabels = map[Role]string{AsOfficer: i18n.Msg("Officer of the authority"), AsCouncillor: i18n.Msg("Member of the deciding body"), AsPresident: i18n.Msg("Head of the deciding body")}

func questionNotices(c *web.Ctx, q Question) []councilview.Notice {
	switch {
	case q.State == QuestionWaiting:
		return []councilview.Notice{{Tone: ui.Info, Title: c.T("An officer reads it before it is public"), Text: c.T("You get a mail once it is in the register, or with the reason why not.")}}
	case q.State == QuestionRefused:
		return []councilview.Notice{{Tone: ui.Warning, Title: c.T("This is not in the register"), People: q.Refusal}}
	case q.State == QuestionWithdrawn:
		return []councilview.Notice{{Tone: ui.Info, Title: c.T("Withdrawn by who wrote it")}}
	case q.Overdue(c.Now()):
		return []councilview.Notice{{Tone: ui.Warning, Title: c.T("No answer in time"), Text: c.T("An answer was expected by {date}.", "date", q.DueAt)}}
	}
	return nil
}

// questionActs are what a reader may do with an entry.
func (h *Pages) questionActs(c *web.Ctx, q Question, v *councilview.SheetPage) error {
	if !c.Actor.SignedIn() {
		if q.State == QuestionRegistered {
			v.Links = []councilview.Link{{Label: c.T("Sign in to follow it"), Href: c.URL("/sign-in") + "?return=" + url.QueryEscape(c.URL(questionPath(q))), Kind: ui.Secondary}}
		}
		return nil
	}
	if May(c.Actor, q.Base, q.PersonID, ActTakeBack) {
		v.Links = append(v.Links, councilview.Link{Label: c.T("Withdraw it"), Href: c.URL(questionPath(q) + "/withdraw"), Kind: ui.Secondary})
	}
	if Serves(c.Actor, q.Authority) {
		v.Links = append(v.Links, councilview.Link{Label: c.T("Open at the desk"), Href: c.URL(deskPath(q.Authority) + "/questions/" + q.ID), Kind: ui.Secondary})
	}
	if q.State != QuestionRegistered || q.PersonID == c.Actor.PersonID {
		return nil
	}
	follows, err := h.service.Follows(c.Std(), c.Actor.PersonID, q.ID)
	if err != nil {
		return err
	}
	post := councilview.Post{Label: c.T("Tell me of the answer"), Action: c.URL(questionPath(q) + "/follow"), Kind: ui.Secondary}
	if follows {
		post = councilview.Post{Label: c.T("Do not tell me of the answer"), Action: c.URL(questionPath(q) + "/unfollow"), Kind: ui.Secondary}
	}
	v.Main = append(v.Main, councilview.Section{Title: c.T("Follow"), Lead: c.T("You get a mail when it is answered. Nobody sees that you follow it."), Body: councilview.Posts([]councilview.Post{post})})
	return nil
}

// askForm is what the form of an entry sends.
type askForm struct {
	Once   string `form:"once" validate:"max=40"`
	Kind   string `form:"kind" validate:"required,oneof=question opinion"`
	Title  string `form:"title" validate:"required,max=200,plain"`
	Text   string `form:"text,text" validate:"required,max=6000"`
	Public bool   `form:"public"`
}

// Messages are the form's own sentences.
func (askForm) Messages() map[string]string {
	return map[string]string{
		"title.required": i18n.Msg("Say in a few words what it is about"), "text.required": i18n.Msg("Write your question or opinion"),
		"kind": i18n.Msg("Choose whether you ask or give an opinion"),
	}
}

func (h *Pages) askPage(c *web.Ctx, a Authority, f askForm) councilview.FormPage {
	p := h.page(c, a, c.T("Ask a question or give an opinion"))
	p.Wide, p.NoIndex = false, true
	v := councilview.FormPage{Page: p, Back: c.URL(base(a) + "/questions"), Action: c.URL(base(a) + "/questions/new"), Once: f.Once, Button: c.T("Send"),
		Heading: ui.HeadingSpec{Title: p.Title, Caption: a.Name(c.Locale.Lang()), Lead: c.T("For people who live or work here. An officer reads it; then it stands in the public register with its answer.")}}
	v.Fields = []templ.Component{
		ui.Radios(p, ui.RadiosField{Name: "kind", Label: c.T("What is it?"), Value: f.Kind, Options: []ui.Option{
			{Value: AskedQuestion, Label: c.T("A question"), Hint: c.T("The authority answers it.")}, {Value: GivenOpinion, Label: c.T("An opinion"), Hint: c.T("The authority may answer it.")}}}),
		ui.Text(p, ui.TextField{Name: "title", Label: c.T("In a few words"), Value: f.Title, Max: MaxTitle, AutoDir: true}),
		ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T("Your question or opinion"), Hint: c.T("Name no private person: the text is published."), Value: f.Text, Max: MaxText, Rows: 8}),
		ui.Checkbox(p, ui.CheckboxField{Name: "public", Label: c.T("Show my name with it"), Hint: c.T("Otherwise it says “An inhabitant”."), Checked: f.Public}),
	}
	v.Purpose = c.T("Your account is kept with the entry so that you can be answered and can withdraw it. If you delete your account, what is published stays, without your name.")
	return v
}

// active is at for pages through which people write to an authority.
func (h *Pages) active(c *web.Ctx) (Authority, error) {
	a, err := h.at(c)
	if err == nil && !a.Active {
		err = errTakesNoPart
	}
	return a, err
}

// fromHere says in a notice when somebody may not write here, and leads to the
// profile.
func (h *Pages) fromHere(c *web.Ctx, a Authority, work bool) ([]councilview.Notice, error) {
	p, err := h.service.People.Person(c.Std(), c.Actor.PersonID)
	if err != nil || slices.Contains(p.Lives, a.ID) || work && slices.Contains(p.Works, a.ID) {
		return nil, err
	}
	says := errNotHere
	if work {
		says = errNotFromUs
	}
	message, _ := fault.Shown(says)
	return []councilview.Notice{{Tone: ui.Warning, Title: c.T("Your profile does not say that you are from here"), Text: c.T(message)}}, nil
}

func (h *Pages) showAsk(c *web.Ctx) error {
	a, err := h.active(c)
	if err != nil {
		return err
	}
	v := h.askPage(c, a, askForm{Once: c.NewID()})
	if v.Notices, err = h.fromHere(c, a, true); err != nil {
		return err
	}
	return c.Show(councilview.Form(v))
}

var flashAsked = i18n.Msg("Thank you. An officer reads it before it enters the register.")

func (h *Pages) ask(c *web.Ctx) error {
	a, err := h.active(c)
	if err != nil {
		return err
	}
	var f askForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if f.Once == "" {
		f.Once = c.NewID()
	}
	shownErrors := errs.Shown(c.Locale)
	if len(errs) == 0 {
		q, err := h.service.Ask(c.Std(), c.Actor, a.ID, f.Once, Question{Kind: f.Kind, Title: f.Title, Text: f.Text, NamePublic: f.Public})
		if err == nil {
			c.Flash(flashAsked)
			return c.SeeOther(questionPath(q))
		}
		said, ok := mistakes(c, err, "title")
		if !ok {
			return err
		}
		shownErrors = said
	}
	c.Wrong(shownErrors)
	return c.Invalid(councilview.Form(h.askPage(c, a, f)))
}

func (h *Pages) follow(c *web.Ctx) error {
	_, q, err := h.questionOf(c)
	if err != nil {
		return err
	}
	return c.Done(h.service.FollowQuestion(c.Std(), c.Actor, q.ID), i18n.Msg("You will be told of the answer."), questionPath(q))
}

func (h *Pages) unfollow(c *web.Ctx) error {
	_, q, err := h.questionOf(c)
	if err != nil {
		return err
	}
	return c.Done(h.service.UnfollowQuestion(c.Std(), c.Actor, q.ID), i18n.Msg("You will not be told."), questionPath(q))
}

func (h *Pages) showTakeBack(c *web.Ctx) error {
	a, q, err := h.questionOf(c)
	if err != nil {
		return err
	}
	if _, _, err := permit(q.State, ActTakeBack, RolesOf(c.Actor, q.Authority, q.PersonID)); err != nil {
		return err
	}
	return h.confirm(c, a, ui.ConfirmSpec{Title: c.T("Withdraw it?"), Text: c.T("It is taken off the register and is not answered."), Action: c.URL(questionPath(q) + "/withdraw"),
		Button: c.T("Withdraw it"), Danger: true, Cancel: c.URL(questionPath(q))})
}

func (h *Pages) takeBack(c *web.Ctx) error {
	_, q, err := h.questionOf(c)
	if err != nil {
		return err
	}
	_, err = h.service.TakeBack(c.Std(), c.Actor, q.ID)
	return c.Done(err, i18n.Msg("It is withdrawn."), questionPath(q))
}

// confirm asks before something that cannot be undone.
func (h *Pages) confirm(c *web.Ctx, a Authority, spec ui.ConfirmSpec) error {
	p := h.page(c, a, spec.Title)
	p.Wide, p.NoIndex = false, true
	return c.Show(councilview.Ask(p, spec))
}
