package message

import (
	"errors"
	"net/url"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// Pages are the pages of messages to followers.
type Pages struct {
	service *Service
	names   Names
}

// NewPages returns the pages over the service.
func NewPages(s *Service, n Names) *Pages { return &Pages{service: s, names: n} }

// keepers are those who may read messages somewhere; the act itself decides where.
var keepers = web.Roles(auth.Officer, auth.Administrator)

var oftenWritten = web.Limit{Burst: 10, Every: 5 * time.Minute}

// Routes declares the pages, from public to officer.
func (h *Pages) Routes(s *web.Site) {
	s.Get("/petitions/:id/messages", web.Public, h.list)
	s.Get("/petitions/:id/messages/new", web.SignedIn, h.showWrite)
	s.Post("/petitions/:id/messages/new", web.SignedIn, web.Limited(oftenWritten, h.write))
	s.Get("/me/messages", web.SignedIn, h.mine)
	s.Get("/messages/:message", web.SignedIn, h.show)
	s.Post("/messages/:message/retract", web.SignedIn, h.retract)
	s.Get("/desk/messages", keepers, h.queue)
	s.Get("/desk/messages/:message", keepers, h.showDecide)
	s.Post("/desk/messages/:message", keepers, h.decide)
}

var tones = map[State]ui.Tone{Waiting: ui.Accent, Sending: ui.Info, Sent: ui.Success, Refused: ui.Warning, Retracted: ui.Neutral}

// from says who sends a message.
func from(c *web.Ctx, m Message) string {
	if m.Sender == "" {
		return c.T("The agent of the petition")
	}
	return m.Sender
}

// Panel leads from a petition's page to what its followers were told; nil where
// nothing was.
func (h *Pages) Panel(c *web.Ctx, petitionID string) (templ.Component, error) {
	page, err := h.service.SentOf(c.Std(), petitionID, "", 1)
	if err != nil || len(page.Items) == 0 {
		return nil, err
	}
	return recordview.LinkLine(c.URL("/petitions/"+petitionID+"/messages"), c.T("What its agent and campaigns write to followers")), nil
}

func (h *Pages) petition(c *web.Ctx) (Petition, error) {
	p, err := h.service.Petitions.Petition(c.Std(), c.Params("id"))
	if isNotFound(err) {
		err = errPetition
	}
	if err == nil {
		c.UseCountry(p.Country)
	}
	return p, err
}

// list is what was sent to the followers of a petition, for everybody.
func (h *Pages) list(c *web.Ctx) error {
	p, err := h.petition(c)
	if err != nil {
		return err
	}
	page, err := h.service.SentOf(c.Std(), p.ID, c.Query("after"), 20)
	if err != nil {
		return err
	}
	lang := c.Locale.Lang()
	v := recordview.ListPage{
		Page: c.Page(c.T("Messages to followers")), Back: c.URL("/petitions/" + p.ID), Caption: p.Object(lang), Empty: c.T("No message has been sent yet"),
		Lead:  c.T("The agent of a petition and the associations that campaign for it write to the people who asked to hear of it. An officer reads each message before it leaves; the words are the sender’s."),
		Links: []recordview.Link{{Href: c.URL("/petitions/" + p.ID + "/follow"), Label: c.T("Follow this petition")}, {Href: c.URL("/petitions/" + p.ID + "/messages/new"), Label: c.T("Write to followers")}},
	}
	v.NoIndex = c.Query("after") != ""
	for _, m := range page.Items {
		v.Cards = append(v.Cards, ui.CardSpec{Title: m.Subject, Text: m.Body, Eyebrow: from(c, m), Meta: []string{c.Locale.Date(m.SentAt)}})
	}
	if page.Next != "" {
		v.Pages.Next = c.URL("/petitions/"+p.ID+"/messages") + "?after=" + url.QueryEscape(page.Next)
	}
	return c.Show(recordview.List(v))
}

// writeForm is what the page of writing sends.
type writeForm struct {
	As      string `form:"as" validate:"required,max=20"`
	Lang    string `form:"lang" validate:"required,oneof=ar fr"`
	Subject string `form:"subject" validate:"required,max=120,plain"`
	Body    string `form:"body,text" validate:"required,max=3000"`
}

// Messages are the form's own sentences.
func (writeForm) Messages() map[string]string {
	return map[string]string{
		"as": i18n.Msg("Choose in whose name you write"), "lang": i18n.Msg("Choose the language of the message"),
		"subject.required": i18n.Msg("Give the message a subject"), "body.required": i18n.Msg("Write the message"),
	}
}

// asAgent is the value of the choice to write as the petition's agent.
const asAgent = "agent"

func (h *Pages) showWrite(c *web.Ctx) error {
	page, err := h.writePage(c, writeForm{Lang: c.Locale.Lang()})
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) writePage(c *web.Ctx, f writeForm) (templ.Component, error) {
	p, agent, campaigns, err := h.service.Senders(c.Std(), c.Actor, c.Params("id"))
	if err == nil && !agent && len(campaigns) == 0 {
		err = errMayNot
	}
	if err != nil {
		return nil, err
	}
	c.UseCountry(p.Country)
	var options []ui.Option
	if agent {
		options = append(options, ui.Option{Value: asAgent, Label: c.T("As the agent of the petition")})
	}
	for _, x := range campaigns {
		options = append(options, ui.Option{Value: x.ID, Label: x.Names[c.Locale.Lang()], Hint: x.Titles[c.Locale.Lang()], AutoDir: true})
	}
	if f.As == "" && len(options) == 1 {
		f.As = options[0].Value
	}
	page := c.Page(c.T("Write to followers"))
	return recordview.Form(recordview.FormPage{
		Page: page, Back: c.URL("/petitions/" + p.ID + "/messages"), Caption: p.Object(c.Locale.Lang()), Action: c.URL("/petitions/" + p.ID + "/messages/new"), Button: c.T("Submit the message"), Unsaved: true,
		Lead: c.N("An officer reads the message before it leaves. The agent sends at most {n} message in a calendar month, all campaigns together as many.", "An officer reads the message before it leaves. The agent sends at most {n} messages in a calendar month, all campaigns together as many.", PerMonth),
		Fields: []templ.Component{
			ui.Radios(page, ui.RadiosField{Name: "as", Label: c.T("In whose name"), Value: f.As, Options: options}),
			ui.Radios(page, ui.RadiosField{Name: "lang", Label: c.T("Language of the message"), Value: f.Lang, Inline: true, Options: []ui.Option{{Value: "ar", Label: "العربية"}, {Value: "fr", Label: "Français"}}}),
			ui.Text(page, ui.TextField{Name: "subject", Label: c.T("Subject"), Value: f.Subject, Max: MaxSubject, AutoDir: true}),
			ui.Textarea(page, ui.TextareaField{Name: "body", Label: c.T("Message"), Hint: c.T("What has happened, what people can do. No names of people who did not agree: it becomes public."), Value: f.Body, Max: MaxBody, Rows: 10}),
		},
	}), nil
}

func (h *Pages) write(c *web.Ctx) error {
	var f writeForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(mistakes) == 0 {
		d := Draft{Campaign: f.As, Lang: f.Lang, Subject: f.Subject, Body: f.Body}
		if f.As == asAgent {
			d.Campaign = ""
		}
		m, err := h.service.Write(c.Std(), c.Actor, c.Params("id"), d)
		if err == nil {
			c.Flash(i18n.Msg("The message is submitted. An officer reads it before it is sent."))
			return c.SeeOther("/messages/" + m.ID)
		}
		var input *InputError
		message, args := fault.Shown(err)
		switch {
		case errors.As(err, &input):
			mistakes.Add(input.Field, message, args...)
		case fault.Is(err, fault.TooMany):
			mistakes.Add("subject", message, args...)
		default:
			return err
		}
	}
	c.Wrong(mistakes.Shown(c.Locale))
	page, err := h.writePage(c, f)
	if err != nil {
		return err
	}
	return c.Invalid(page)
}

// mine is what the reader wrote.
func (h *Pages) mine(c *web.Ctx) error {
	all, err := h.service.WrittenBy(c.Std(), c.Actor.PersonID, 50)
	if err != nil {
		return err
	}
	v := recordview.ListPage{Page: c.Page(c.T("My messages to followers")), Back: c.URL("/me"), Empty: c.T("You have written no message"), EmptyText: c.T("Open the petition you are the agent of, or for which your association campaigns, and follow “Write to followers”.")}
	for _, m := range all {
		v.Cards = append(v.Cards, ui.CardSpec{Title: m.Subject, Href: c.URL("/messages/" + m.ID), TagText: c.T(StateNames[m.State]), TagTone: tones[m.State], Eyebrow: from(c, m), Meta: []string{c.Locale.Date(m.SubmittedAt)}})
	}
	return c.Show(recordview.List(v))
}

// record is a message with what became of it.
func (h *Pages) record(c *web.Ctx, m Message) (recordview.ShowPage, error) {
	v := recordview.ShowPage{
		Page: c.Page(m.Subject), Caption: c.T("Message to followers"), TagText: c.T(StateNames[m.State]), TagTone: tones[m.State],
		Crumbs: []ui.Crumb{{Label: c.T("My messages to followers"), Href: c.URL("/me/messages")}, {Label: m.Subject}},
		Rows:   []ui.SummaryRow{{Key: c.T("Sender"), Value: from(c, m)}, {Key: c.T("Submitted on"), Value: c.Locale.Date(m.SubmittedAt)}},
	}
	p, err := h.service.Petitions.Petition(c.Std(), m.Petition)
	if err != nil && !isNotFound(err) {
		return v, err
	}
	if err == nil {
		c.UseCountry(p.Country)
		v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Petition"), Value: p.Object(c.Locale.Lang()), Href: c.URL("/petitions/" + p.ID), Action: c.T("See the petition")})
	}
	if m.State == Sending || m.State == Sent {
		v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Sent on"), Value: c.Locale.DateTime(m.SentAt)},
			ui.SummaryRow{Key: c.T("Progress"), Value: c.N("{n} mail handed to the post", "{n} mails handed to the post", int(m.Handed))})
	}
	if m.State == Refused {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Warning, Title: c.T("An officer refused this message"), Text: m.LastReason()})
	}
	v.Sections = append(v.Sections, recordview.Section{ID: "text", Title: c.T("Message"), Body: ui.Paragraphs(m.Body)})
	return v, nil
}

func (h *Pages) show(c *web.Ctx) error {
	m, err := h.service.Get(c.Std(), c.Actor, c.Params("message"))
	if err != nil {
		return err
	}
	v, err := h.record(c, m)
	if err != nil {
		return err
	}
	if m.Author == c.Actor.PersonID {
		switch m.State {
		case Waiting:
			v.Sections = append(v.Sections, recordview.Section{ID: "retract", Title: c.T("Take the message back"), Body: recordview.All([]templ.Component{
				recordview.Line(c.T("It is then not sent. You can write another one in its place this month.")),
				recordview.Small(recordview.SmallForm{Action: c.URL("/messages/" + m.ID + "/retract"), Button: c.T("Take the message back"), Secondary: true}),
			})})
		case Refused, Retracted:
			v.Links = []recordview.Link{{Href: c.URL("/petitions/" + m.Petition + "/messages/new"), Label: c.T("Write it anew")}}
		}
	}
	return c.Show(recordview.Show(v))
}

func (h *Pages) retract(c *web.Ctx) error {
	m, err := h.service.Retract(c.Std(), c.Actor, c.Params("message"))
	if err != nil {
		return err
	}
	c.Flash(i18n.Msg("The message is taken back."))
	return c.SeeOther("/messages/" + m.ID)
}

// queue is what the officers of an authority must read.
func (h *Pages) queue(c *web.Ctx) error {
	orgs := c.Actor.OrgsWith(auth.Officer)
	if c.Actor.Holds(auth.PlatformID, auth.Administrator) {
		orgs = append(orgs, auth.PlatformID)
	}
	place := c.Query("place")
	if place == "" {
		place = orgs[0]
	}
	if !moderates(c.Actor, place) {
		return errReader
	}
	v := recordview.ListPage{Page: c.Page(c.T("Messages to read before they are sent")), Back: c.URL("/desk"), Empty: c.T("No message waits"), EmptyText: c.T("Messages of agents and campaigns to followers stand here until an officer has read them.")}
	if len(orgs) > 1 {
		for _, id := range orgs {
			v.Tabs = append(v.Tabs, ui.Tab{Label: h.orgName(c, id), Href: c.URL("/desk/messages") + "?place=" + url.QueryEscape(id), Current: id == place})
		}
	}
	page, err := h.service.Waiting(c.Std(), place, c.Query("after"), 30)
	if err != nil {
		return err
	}
	for _, m := range page.Items {
		v.Cards = append(v.Cards, ui.CardSpec{Title: m.Subject, Href: c.URL("/desk/messages/" + m.ID), Eyebrow: from(c, m), Meta: []string{c.Locale.Date(m.SubmittedAt)}})
	}
	if page.Next != "" {
		v.Pages.Next = c.URL("/desk/messages") + "?place=" + url.QueryEscape(place) + "&after=" + url.QueryEscape(page.Next)
	}
	return c.Show(recordview.List(v))
}

func (h *Pages) orgName(c *web.Ctx, id string) string {
	if id == auth.PlatformID {
		return c.T("Musharaka")
	}
	return h.names.PlaceName(id, c.Locale.Lang())
}

// decideForm is what an officer decides.
type decideForm struct {
	Decision string `form:"decision" validate:"required,oneof=approve refuse"`
	Reason   string `form:"reason,text" validate:"max=1000"`
}

// Messages are the form's own sentences.
func (decideForm) Messages() map[string]string {
	return map[string]string{"decision": i18n.Msg("Decide whether the message is sent")}
}

// readable returns the message of the address to an officer who moderates it.
func (h *Pages) readable(c *web.Ctx) (Message, error) {
	m, err := h.service.Get(c.Std(), c.Actor, c.Params("message"))
	if err == nil && !moderates(c.Actor, m.Moderator) {
		err = errReader
	}
	return m, err
}

func (h *Pages) showDecide(c *web.Ctx) error {
	m, err := h.readable(c)
	if err != nil {
		return err
	}
	page, err := h.decidePage(c, m, decideForm{})
	if err != nil {
		return err
	}
	return c.Show(page)
}

func (h *Pages) decidePage(c *web.Ctx, m Message, f decideForm) (templ.Component, error) {
	v, err := h.record(c, m)
	if err != nil {
		return nil, err
	}
	v.Crumbs[0] = ui.Crumb{Label: c.T("Messages to read before they are sent"), Href: c.URL("/desk/messages")}
	if m.State == Waiting && m.Author == c.Actor.PersonID {
		v.Notices = append(v.Notices, recordview.Notice{Tone: ui.Info, Title: c.T("You wrote this message: a colleague decides")})
	}
	if m.State == Waiting && m.Author != c.Actor.PersonID {
		v.Sections = append(v.Sections, recordview.Section{ID: "decide", Title: c.T("Your decision"), Body: recordview.Small(recordview.SmallForm{
			Action: c.URL("/desk/messages/" + m.ID), Label: c.T("Your decision"), Button: c.T("Decide"),
			Fields: []templ.Component{
				ui.Radios(v.Page, ui.RadiosField{Name: "decision", Label: c.T("Does the message leave?"), Value: f.Decision, Options: []ui.Option{
					{Value: "approve", Label: c.T("Send it"), Hint: c.T("It hurts nobody and keeps the law. Whether you agree with it plays no part. It cannot be called back.")},
					{Value: "refuse", Label: c.T("Do not send it"), Hint: c.T("Give the reason below.")},
				}}),
				ui.Textarea(v.Page, ui.TextareaField{Name: "reason", Label: c.T("Reason"), Hint: c.T("The author reads it."), Value: f.Reason, Max: 1000, Rows: 4, Optional: true}),
			},
		})})
	}
	return recordview.Show(v), nil
}

func (h *Pages) decide(c *web.Ctx) error {
	m, err := h.readable(c)
	if err != nil {
		return err
	}
	var f decideForm
	mistakes, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if f.Decision == "refuse" && f.Reason == "" {
		mistakes.Add("reason", "Give a reason.")
	}
	if len(mistakes) > 0 {
		c.Wrong(mistakes.Shown(c.Locale))
		page, err := h.decidePage(c, m, f)
		if err != nil {
			return err
		}
		return c.Invalid(page)
	}
	said := i18n.Msg("The message is being sent.")
	if f.Decision == "approve" {
		_, err = h.service.Approve(c.Std(), c.Actor, m.ID)
	} else {
		said = i18n.Msg("The message is refused, and its author reads why.")
		_, err = h.service.Refuse(c.Std(), c.Actor, m.ID, f.Reason)
	}
	if err != nil {
		return err
	}
	c.Flash(said)
	return c.SeeOther("/desk/messages")
}
