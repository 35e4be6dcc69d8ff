package council

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// settingsForm is what an authority says about its voters and its minutes.
type settingsForm struct {
	Voters string    `form:"voters,digits" validate:"omitempty,digits,max=8"`
	On     form.Date `form:"on" validate:"omitempty,date"`
	Source string    `form:"source" validate:"max=200"`
	Lang   string    `form:"lang" validate:"required,oneof=ar fr"`
}

func (h *Pages) settingsPage(c *web.Ctx, a Authority, f settingsForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Voters and language of the minutes"))
	return h.deskForm(c, a, p.Title, deskPath(a.ID)+"/settings", deskPath(a.ID), c.T("Save"),
		ui.Text(p, ui.TextField{Name: "voters", Label: c.T("Registered voters"), Hint: c.T("From the electoral register. The supporters that a meeting or a referendum needs are a share of it."), Value: f.Voters, Numeric: true, Size: 10, Optional: true}),
		dayField(p, "on", c.T("As it stood on"), "", f.On),
		ui.Text(p, ui.TextField{Name: "source", Label: c.T("Where the number comes from"), Hint: c.T("Shown beside the number."), Value: f.Source, Max: MaxTitle, AutoDir: true, Optional: true}),
		ui.Radios(p, ui.RadiosField{Name: "lang", Label: c.T("Language of the minutes"), Value: f.Lang, Inline: true, Options: []ui.Option{{Value: "ar", Label: "العربية"}, {Value: "fr", Label: "Français"}}}))
}

func (h *Pages) showSettings(c *web.Ctx) error {
	a, err := h.keepAt(c)
	if err != nil {
		return err
	}
	s, err := h.service.SettingsOf(c.Std(), a.ID)
	if err != nil {
		return err
	}
	f := settingsForm{On: dateOf(s.VotersOn, a.Country), Source: s.VotersSource, Lang: s.Lang}
	if s.Voters > 0 {
		f.Voters = strconv.Itoa(s.Voters)
	}
	return c.Show(councilview.Form(h.settingsPage(c, a, f)))
}

func (h *Pages) saveSettings(c *web.Ctx) error {
	a, err := h.keepAt(c)
	if err != nil {
		return err
	}
	var f settingsForm
	return submit(c, &f, "voters", func() (string, error) {
		_, err := h.service.SetSettings(c.Std(), c.Actor, a.ID, Settings{Voters: number(f.Voters), VotersOn: dateIn(f.On, a.Country), VotersSource: f.Source, Lang: f.Lang})
		return deskPath(a.ID), err
	}, func() (councilview.FormPage, error) { return h.settingsPage(c, a, f), nil })
}

// number reads digits; -1 for what is none, 0 for nothing.
func number(digits string) int {
	if digits == "" {
		return 0
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return n
}

// deskMembers lists all mandates of a body with what may be done to them.
func (h *Pages) deskMembers(c *web.Ctx) error {
	a, err := h.keepAt(c)
	if err != nil {
		return err
	}
	body, err := h.bodyAsked(c, a)
	if err != nil {
		return err
	}
	page, err := h.service.Mandates(c.Std(), a.ID, body, c.Query("after"), 100)
	if err != nil {
		return err
	}
	v := councilview.ListPage{Page: h.page(c, a, c.T("Members and mandates")), Crumbs: deskCrumbs(c, a, c.T("Members and mandates"))}
	v.Heading = ui.HeadingSpec{Title: v.Title, Caption: a.Name(c.Locale.Lang()), Lead: h.bodyLabel(c, a, body)}
	v.Links = []councilview.Link{{Label: c.T("Enter a member"), Href: c.URL(deskPath(a.ID)+"/members/new") + "?body=" + body, Kind: ui.Primary}}
	v.EmptyTitle, v.EmptyText = c.T("No member is entered"), c.T("Enter those who hold a mandate now. Attendance and quorum are counted from this list.")
	if t := mandateTable(c, page.Items, c.T("Members and mandates"), body != Deciding); t != nil {
		t.Head = append(t.Head, ui.Th{Label: c.T("Change")})
		for i, m := range page.Items {
			cell := ui.Cell{Text: "–"}
			if m.State == InOffice {
				cell = ui.Cell{Text: c.T("End the mandate"), Href: c.URL(deskPath(a.ID) + "/members/" + m.ID + "/end")}
			}
			t.Rows[i] = append(t.Rows[i], cell)
		}
		v.Table = t
	}
	v.Pages = more(c, deskPath(a.ID)+"/members", map[string][]string{"body": {body}}, page.Next)
	return c.Show(councilview.List(v))
}

// bodyAsked is the body a page is about: the deciding one unless the address
// names an advisory one that there is.
func (h *Pages) bodyAsked(c *web.Ctx, a Authority) (string, error) {
	kind := c.Query("body", Deciding)
	if kind == Deciding {
		return kind, nil
	}
	_, err := h.service.Body(c.Std(), a.ID, kind)
	return kind, err
}

func (h *Pages) bodyLabel(c *web.Ctx, a Authority, body string) string {
	if body == Deciding {
		return bodyName(c.Locale, a.Body)
	}
	return c.T(AdvisoryLabel(body))
}

// memberForm is a mandate as it is entered.
type memberForm struct {
	Once     string    `form:"once"`
	Body     string    `form:"body" validate:"required"`
	Name     string    `form:"name" validate:"required,max=120,person"`
	Function string    `form:"function" validate:"required"`
	Category string    `form:"category"`
	Sex      string    `form:"sex" validate:"omitempty,oneof=woman man"`
	From     form.Date `form:"from" validate:"required,date"`
	Until    form.Date `form:"until" validate:"omitempty,date"`
}

// Messages are the form's own sentences.
func (memberForm) Messages() map[string]string {
	return map[string]string{
		"name.required": i18n.Msg("Give the name of the member"), "function.required": i18n.Msg("Choose the function of the member"),
		"from": i18n.Msg("Give the day on which the mandate began"),
	}
}

func (h *Pages) memberPage(c *web.Ctx, a Authority, f memberForm) (councilview.FormPage, error) {
	p := h.deskFrame(c, a, c.T("Enter a member"))
	functions := ui.SelectField{Name: "function", Label: c.T("Function"), Value: f.Function, Empty: c.T("Choose")}
	for _, x := range Functions {
		functions.Options = append(functions.Options, ui.Option{Value: x, Label: c.T(functionLabels[x])})
	}
	fields := []templ.Component{
		ui.Hidden("body", f.Body),
		ui.Text(p, ui.TextField{Name: "name", Label: c.T("Name"), Hint: c.T("It is published: a mandate is a public office."), Value: f.Name, Max: MaxName, AutoDir: true}),
		ui.Select(p, functions),
	}
	if f.Body != Deciding {
		body, err := h.service.Body(c.Std(), a.ID, f.Body)
		if err != nil {
			return councilview.FormPage{}, err
		}
		if len(body.Categories) > 0 {
			field := ui.SelectField{Name: "category", Label: c.T("Stands for"), Value: f.Category, Empty: c.T("Choose")}
			for _, x := range body.Categories {
				field.Options = append(field.Options, ui.Option{Value: x, Label: x})
			}
			fields = append(fields, ui.Select(p, field))
		}
	}
	fields = append(fields,
		ui.Radios(p, ui.RadiosField{Name: "sex", Label: c.T("Woman or man"), Hint: c.T("Only for the balance of the body, which is shown as a count."), Value: f.Sex, Inline: true, Optional: true,
			Options: []ui.Option{{Value: string(Woman), Label: c.T("Woman")}, {Value: string(Man), Label: c.T("Man")}}}),
		dayField(p, "from", c.T("First day of the mandate"), "", f.From),
		dayField(p, "until", c.T("Last day of the mandate, if it is known"), "", f.Until))
	v := h.deskForm(c, a, p.Title, deskPath(a.ID)+"/members/new", deskPath(a.ID)+"/members?body="+f.Body, c.T("Enter a member"), fields...)
	v.Once, v.Heading.Lead = onceOr(c, f.Once), h.bodyLabel(c, a, f.Body)
	v.Purpose = c.T("Enter what is public of the office, and no party.")
	return v, nil
}

func (h *Pages) showAddMember(c *web.Ctx) error {
	a, err := h.keepAt(c)
	if err != nil {
		return err
	}
	body, err := h.bodyAsked(c, a)
	if err != nil {
		return err
	}
	v, err := h.memberPage(c, a, memberForm{Body: body, Function: "member"})
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(v))
}

func (h *Pages) addMember(c *web.Ctx) error {
	a, err := h.keepAt(c)
	if err != nil {
		return err
	}
	var f memberForm
	return submit(c, &f, "name", func() (string, error) {
		m := Mandate{Body: f.Body, Name: f.Name, Function: f.Function, Category: f.Category, Sex: Sex(f.Sex), From: dateIn(f.From, a.Country)}
		if last := dateIn(f.Until, a.Country); !last.IsZero() {
			m.Until = nextDay(last, a.Country)
		}
		_, err := h.service.AddMember(c.Std(), c.Actor, a.ID, onceOr(c, f.Once), m)
		return deskPath(a.ID) + "/members?body=" + f.Body, err
	}, func() (councilview.FormPage, error) {
		if f.Body != Deciding && !slices.Contains(AdvisoryKinds, f.Body) {
			f.Body = Deciding
		}
		return h.memberPage(c, a, f)
	})
}

// endForm ends a mandate.
type endForm struct {
	Until  form.Date `form:"until" validate:"required,date"`
	Reason string    `form:"reason,text" validate:"required,max=1000"`
}

// Messages are the form's own sentences.
func (endForm) Messages() map[string]string {
	return map[string]string{"until": i18n.Msg("Give the last day in office"), "reason.required": i18n.Msg("Give a reason.")}
}

func (h *Pages) mandateOf(c *web.Ctx) (Authority, Mandate, error) {
	a, err := h.keepAt(c)
	if err != nil {
		return a, Mandate{}, err
	}
	m, err := h.service.mandates.Get(c.Std(), c.Params("mandate"))
	if fault.Is(err, fault.NotFound) || err == nil && m.Authority != a.ID {
		err = errNone
	}
	return a, m, err
}

func (h *Pages) endPage(c *web.Ctx, a Authority, m Mandate, f endForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("End the mandate"))
	v := h.deskForm(c, a, p.Title, deskPath(a.ID)+"/members/"+m.ID+"/end", deskPath(a.ID)+"/members?body="+m.Body, c.T("End the mandate"),
		dayField(p, "until", c.T("Last day of the mandate"), "", f.Until),
		ui.Textarea(p, ui.TextareaField{Name: "reason", Label: c.T("Reason"), Hint: c.T("Everybody can read it: the end of the term, a resignation, an election."), Value: f.Reason, Max: MaxReason, Rows: 3}))
	v.Danger, v.Before = true, []councilview.Section{{Strong: m.Name, Note: c.T(functionLabels[m.Function])}}
	return v
}

func (h *Pages) showEndMandate(c *web.Ctx) error {
	a, m, err := h.mandateOf(c)
	if err != nil {
		return err
	}
	if m.State != InOffice {
		return errNotNow
	}
	return c.Show(councilview.Form(h.endPage(c, a, m, endForm{})))
}

func (h *Pages) endMandate(c *web.Ctx) error {
	a, m, err := h.mandateOf(c)
	if err != nil {
		return err
	}
	var f endForm
	return submit(c, &f, "until", func() (string, error) {
		last := dateIn(f.Until, a.Country)
		if last.After(c.Now()) {
			return "", wrong("until", i18n.Msg("This day is still to come."))
		}
		until := nextDay(last, a.Country)
		if until.After(c.Now()) { // today is the last day: it ends with this moment
			until = c.Now()
		}
		_, err := h.service.EndMandate(c.Std(), c.Actor, m.ID, until, f.Reason)
		return deskPath(a.ID) + "/members?body=" + m.Body, err
	}, func() (councilview.FormPage, error) { return h.endPage(c, a, m, f), nil })
}

// bodyForm is what is said of an advisory body.
type bodyForm struct {
	Founded    form.Date `form:"founded" validate:"omitempty,date"`
	Act        string    `form:"act" validate:"max=200"`
	Seats      string    `form:"seats,digits" validate:"omitempty,digits,max=3"`
	Categories string    `form:"categories,text" validate:"max=1500"`
}

func (h *Pages) bodyPage(c *web.Ctx, a Authority, kind string, b AdvisoryBody, f bodyForm) (councilview.FormPage, error) {
	p := h.deskFrame(c, a, c.T(AdvisoryLabel(kind)))
	v := h.deskForm(c, a, p.Title, deskPath(a.ID)+"/bodies/"+kind, deskPath(a.ID), c.T("Save"),
		dayField(p, "founded", c.T("Set up on"), "", f.Founded),
		ui.Text(p, ui.TextField{Name: "act", Label: c.T("Set up by"), Hint: c.T("The decision of the council, with its number."), Value: f.Act, Max: MaxTitle, AutoDir: true, Optional: true}),
		ui.Text(p, ui.TextField{Name: "seats", Label: c.T("Seats"), Value: f.Seats, Numeric: true, Size: 3, Optional: true}),
		ui.Textarea(p, ui.TextareaField{Name: "categories", Label: c.T("Of whom it is made"), Hint: c.T("One category a line, such as women’s associations, economic actors, associations of persons with disabilities."), Value: f.Categories, Rows: 5, Optional: true}))
	if b.Version > 0 {
		v.Heading.TagText, v.Heading.TagTone = c.T("Set up"), ui.Success
		links := []councilview.Link{{Label: c.T("Members"), Href: c.URL(deskPath(a.ID)+"/members") + "?body=" + kind, Kind: ui.Secondary}}
		if b.State == Standing {
			links = append(links, councilview.Link{Label: c.T("Publish an opinion"), Href: c.URL(deskPath(a.ID) + "/bodies/" + kind + "/opinion"), Kind: ui.Secondary},
				councilview.Link{Label: c.T("Dissolve it"), Href: c.URL(deskPath(a.ID) + "/bodies/" + kind + "/state"), Kind: ui.Quiet})
		} else {
			v.Heading.TagText, v.Heading.TagTone = c.T("Dissolved"), ui.Warning
			links = append(links, councilview.Link{Label: c.T("Restore it"), Href: c.URL(deskPath(a.ID) + "/bodies/" + kind + "/state"), Kind: ui.Quiet})
		}
		v.Before = []councilview.Section{{Links: append(links, councilview.Link{Label: c.T("The public page"), Href: c.URL(bodyPath(a.ID, kind)), Kind: ui.Quiet})}}
	}
	opinions, err := h.service.OpinionsOf(c.Std(), a.ID, kind, "", 8)
	if len(opinions.Items) > 0 {
		given := councilview.Section{Title: c.T("Opinions"), Lead: c.T("Open one to say what the deciding body did with it.")}
		for _, o := range opinions.Items {
			card := h.opinionCard(c, o)
			card.Href = c.URL(deskPath(a.ID) + "/opinions/" + o.ID)
			given.Cards = append(given.Cards, card)
		}
		v.Before = append(v.Before, given)
	}
	return v, err
}

// advisoryOf returns the advisory body of the request, made up where nobody
// has set it up.
func (h *Pages) advisoryOf(c *web.Ctx) (Authority, string, AdvisoryBody, error) {
	a, err := h.keepAt(c)
	kind := c.Params("kind")
	if err != nil {
		return a, kind, AdvisoryBody{}, err
	}
	if !slices.Contains(AdvisoryKinds, kind) {
		return a, kind, AdvisoryBody{}, errNone
	}
	b, err := h.service.Body(c.Std(), a.ID, kind)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return a, kind, b, err
}

func (h *Pages) showBody(c *web.Ctx) error {
	a, kind, b, err := h.advisoryOf(c)
	if err != nil {
		return err
	}
	f := bodyForm{Founded: dateOf(b.FoundedOn, a.Country), Act: b.Act, Categories: strings.Join(b.Categories, "\n")}
	if b.Seats > 0 {
		f.Seats = strconv.Itoa(b.Seats)
	}
	v, err := h.bodyPage(c, a, kind, b, f)
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(v))
}

func (h *Pages) saveBody(c *web.Ctx) error {
	a, kind, b, err := h.advisoryOf(c)
	if err != nil {
		return err
	}
	var f bodyForm
	return submit(c, &f, "act", func() (string, error) {
		_, err := h.service.SetBody(c.Std(), c.Actor, a.ID, kind, AdvisoryBody{FoundedOn: dateIn(f.Founded, a.Country), Act: f.Act, Seats: number(f.Seats), Categories: strings.Split(f.Categories, "\n")})
		return deskPath(a.ID) + "/bodies/" + kind, err
	}, func() (councilview.FormPage, error) { return h.bodyPage(c, a, kind, b, f) })
}

// bodyState is what may change the state of an advisory body.
func (h *Pages) bodyState(c *web.Ctx) (a Authority, kind, title string, do func(context.Context, string) error, err error) {
	a, kind, b, err := h.advisoryOf(c)
	if err == nil && b.Version == 0 {
		err = errNone
	}
	title, act := c.T("Dissolve it"), h.service.Dissolve
	if b.State == Dissolved {
		title, act = c.T("Restore it"), h.service.Restore
	}
	return a, kind, title, func(ctx context.Context, reason string) error {
		_, err := act(ctx, c.Actor, a.ID, kind, reason)
		return err
	}, err
}

func (h *Pages) showBodyState(c *web.Ctx) error {
	a, kind, title, _, err := h.bodyState(c)
	if err != nil {
		return err
	}
	path := deskPath(a.ID) + "/bodies/" + kind
	return h.askReason(c, a, title, c.T(AdvisoryLabel(kind)), c.T("Everybody can read it."), path+"/state", path)
}

func (h *Pages) changeBodyState(c *web.Ctx) error {
	a, kind, title, do, err := h.bodyState(c)
	if err != nil {
		return err
	}
	path := deskPath(a.ID) + "/bodies/" + kind
	return h.giveReason(c, a, title, c.T(AdvisoryLabel(kind)), c.T("Everybody can read it."), path+"/state", path, do)
}

// opinionForm is an opinion as it is entered.
type opinionForm struct {
	Once    string    `form:"once"`
	Subject string    `form:"subject" validate:"max=300"`
	Title   string    `form:"title" validate:"max=200"`
	Stance  string    `form:"stance" validate:"required"`
	Text    string    `form:"text,text" validate:"required,max=6000"`
	Given   form.Date `form:"given" validate:"required,date"`
}

// Messages are the form's own sentences.
func (opinionForm) Messages() map[string]string {
	return map[string]string{
		"stance.required": i18n.Msg("Choose what the opinion says"), "text.required": i18n.Msg("Write what the body said"), "given": i18n.Msg("Give the day on which the body adopted it"),
	}
}

func (h *Pages) opinionPage(c *web.Ctx, a Authority, kind string, f opinionForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Publish an opinion"))
	stances := ui.RadiosField{Name: "stance", Label: c.T("What it says in a word"), Value: f.Stance}
	for _, x := range Stances {
		stances.Options = append(stances.Options, ui.Option{Value: x, Label: c.T(stanceLabels[x])})
	}
	v := h.deskForm(c, a, p.Title, deskPath(a.ID)+"/bodies/"+kind+"/opinion", deskPath(a.ID)+"/bodies/"+kind, c.T("Publish an opinion"),
		subjectField(c, p, f.Subject),
		ui.Text(p, ui.TextField{Name: "title", Label: c.T("Title"), Hint: c.T("Empty: the title of the petition."), Value: f.Title, Max: MaxTitle, AutoDir: true, Optional: true}),
		ui.Radios(p, stances),
		ui.Textarea(p, ui.TextareaField{Name: "text", Label: c.T("What the body says"), Value: f.Text, Max: MaxText, Rows: 10}),
		dayField(p, "given", c.T("Adopted on"), "", f.Given),
		ui.File(p, ui.FileField{Name: "file", Label: c.T("The signed opinion (PDF)"), Accept: "application/pdf", Limit: c.T("10 MB"), Optional: true}))
	v.Once, v.Files, v.Heading.Lead = onceOr(c, f.Once), true, c.T(AdvisoryLabel(kind))
	return v
}

// subjectField asks for the petition or the budget that something is about.
func subjectField(c *web.Ctx, p ui.Page, value string) templ.Component {
	return ui.Text(p, ui.TextField{Name: "subject", Label: c.T("Petition or participatory budget it is about"), Hint: c.T("The reference of the petition, such as PET-2026-0042, or the address of its page or of the budget’s. Empty for another matter."), Value: value, Max: 300, Ltr: true, Optional: true})
}

func (h *Pages) showOpinion(c *web.Ctx) error {
	a, kind, b, err := h.advisoryOf(c)
	if err != nil {
		return err
	}
	if b.State != Standing {
		return errNone
	}
	return c.Show(councilview.Form(h.opinionPage(c, a, kind, opinionForm{})))
}

func (h *Pages) publishOpinion(c *web.Ctx) error {
	a, kind, b, err := h.advisoryOf(c)
	if err != nil {
		return err
	}
	if b.State != Standing {
		return errNone
	}
	var f opinionForm
	return submit(c, &f, "title", func() (string, error) {
		id, err := h.upload(c, "council_opinion:"+a.ID)
		if err != nil {
			return "", err
		}
		o, err := h.service.PublishOpinion(c.Std(), c.Actor, a.ID, kind, onceOr(c, f.Once), f.Subject, Opinion{Title: f.Title, Stance: f.Stance, Text: f.Text, GivenOn: dateIn(f.Given, a.Country), File: id})
		if id != "" && (err != nil || o.File != id) { // it goes with nothing
			_ = h.service.Files.Delete(context.WithoutCancel(c.Std()), id)
		}
		return deskPath(a.ID) + "/opinions/" + o.ID, err
	}, func() (councilview.FormPage, error) { return h.opinionPage(c, a, kind, f), nil })
}

// upload takes the PDF of a form in; "" for none.
func (h *Pages) upload(c *web.Ctx, subject string) (string, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return "", nil //nolint:nilerr // a form without a file is none that went wrong
	}
	body, err := header.Open()
	if err != nil {
		return "", fault.New(fault.Invalid, "The file did not arrive whole. Try again.").Because("council.upload", err)
	}
	defer body.Close()
	kept, err := h.service.Files.Accept(c.Std(), file.Upload{Subject: subject, Name: header.Filename, Body: body, Limits: file.Documents, Public: true})
	if message, args := fault.Shown(err); err != nil && message != "" {
		return "", wrong("file", message, args...)
	}
	return kept.ID, err
}

// followForm says what the deciding body did with an opinion.
type followForm struct {
	Text string `form:"follow_up,text" validate:"required,max=6000"`
}

// Messages are the form's own sentences.
func (followForm) Messages() map[string]string {
	return map[string]string{"follow_up.required": i18n.Msg("Say what was done with the opinion")}
}

// deskOpinion returns the opinion of the request to somebody who keeps it.
func (h *Pages) deskOpinion(c *web.Ctx) (Authority, Opinion, error) {
	a, err := h.keepAt(c)
	if err != nil {
		return a, Opinion{}, err
	}
	_, o, err := h.opinionOf(c)
	c.SetCurrent("desk")
	return a, o, err
}

func (h *Pages) followOpinionPage(c *web.Ctx, a Authority, o Opinion, f followForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("What the deciding body did with it"))
	v := h.deskForm(c, a, p.Title, deskPath(a.ID)+"/opinions/"+o.ID, deskPath(a.ID)+"/bodies/"+o.Body, c.T("Save"),
		ui.Textarea(p, ui.TextareaField{Name: "follow_up", Label: c.T("What was done with the opinion"), Hint: c.T("Everybody can read it."), Value: f.Text, Max: MaxText, Rows: 6}))
	v.Before = []councilview.Section{{Strong: o.Title, Links: []councilview.Link{{Label: c.T("The public page"), Href: c.URL(opinionPath(o)), Kind: ui.Quiet}, {Label: c.T("Recall it"), Href: c.URL(deskPath(a.ID) + "/opinions/" + o.ID + "/recall"), Kind: ui.Quiet}}}}
	return v
}

func (h *Pages) showFollowOpinion(c *web.Ctx) error {
	a, o, err := h.deskOpinion(c)
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(h.followOpinionPage(c, a, o, followForm{Text: o.FollowUp})))
}

func (h *Pages) followOpinion(c *web.Ctx) error {
	a, o, err := h.deskOpinion(c)
	if err != nil {
		return err
	}
	var f followForm
	return submit(c, &f, "follow_up", func() (string, error) {
		_, err := h.service.FollowOpinion(c.Std(), c.Actor, o.ID, f.Text)
		return deskPath(a.ID) + "/bodies/" + o.Body, err
	}, func() (councilview.FormPage, error) { return h.followOpinionPage(c, a, o, f), nil })
}

func (h *Pages) showRecall(c *web.Ctx) error {
	a, o, err := h.deskOpinion(c)
	if err != nil {
		return err
	}
	path := deskPath(a.ID) + "/opinions/" + o.ID
	return h.askReason(c, a, c.T("Recall it"), o.Title, c.T("Everybody can read it."), path+"/recall", path)
}

func (h *Pages) recall(c *web.Ctx) error {
	a, o, err := h.deskOpinion(c)
	if err != nil {
		return err
	}
	path := deskPath(a.ID) + "/opinions/" + o.ID
	return h.giveReason(c, a, c.T("Recall it"), o.Title, c.T("Everybody can read it."), path+"/recall", deskPath(a.ID)+"/bodies/"+o.Body, func(ctx context.Context, reason string) error {
		_, err := h.service.RecallOpinion(ctx, c.Actor, o.ID, reason)
		return err
	})
}
