package council

import (
	"context"
	"strconv"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func (h *Pages) sessionRoutes(s *web.Site) {
	s.Get("/desk/councils/:place/sessions/new", keepers, h.showPrepare)
	s.Post("/desk/councils/:place/sessions/new", keepers, h.prepare)
	s.Get("/desk/councils/:place/sessions/:session", servers, h.deskSession)
	s.Get("/desk/councils/:place/sessions/:session/edit", keepers, h.showEdit)
	s.Post("/desk/councils/:place/sessions/:session/edit", keepers, h.edit)
	s.Get("/desk/councils/:place/sessions/:session/items/new", keepers, h.showAddItem)
	s.Post("/desk/councils/:place/sessions/:session/items/new", keepers, h.addItem)
	s.Post("/desk/councils/:place/sessions/:session/items/:item/remove", keepers, h.removeItem)
	s.Get("/desk/councils/:place/sessions/:session/items/:item/result", keepers, h.showResult)
	s.Post("/desk/councils/:place/sessions/:session/items/:item/result", keepers, h.result)
	s.Post("/desk/councils/:place/sessions/:session/items/:item/step/:step", keepers, h.step)
	s.Get("/desk/councils/:place/sessions/:session/convene", keepers, h.showConvene)
	s.Post("/desk/councils/:place/sessions/:session/convene", keepers, h.convene)
	s.Get("/desk/councils/:place/sessions/:session/presence", keepers, h.showPresence)
	s.Post("/desk/councils/:place/sessions/:session/presence", keepers, h.presence)
	s.Get("/desk/councils/:place/sessions/:session/video", keepers, h.showVideo)
	s.Post("/desk/councils/:place/sessions/:session/video", keepers, h.video)
	s.Get("/desk/councils/:place/sessions/:session/close", keepers, h.showClose)
	s.Post("/desk/councils/:place/sessions/:session/close", keepers, h.closeSession)
	s.Get("/desk/councils/:place/sessions/:session/minutes.pdf", servers, h.draftMinutes)
	s.Get("/desk/councils/:place/sessions/:session/publish", keepers, h.showPublish)
	s.Post("/desk/councils/:place/sessions/:session/publish", keepers, h.publish)
	s.Get("/desk/councils/:place/sessions/:session/cancel", keepers, h.showCancel)
	s.Post("/desk/councils/:place/sessions/:session/cancel", keepers, h.cancel)
}

func deskSessionPath(x Session) string { return deskPath(x.Authority) + "/sessions/" + x.ID }

// sessionAtDesk returns the session of the request to somebody who serves its
// authority.
func (h *Pages) sessionAtDesk(c *web.Ctx) (Authority, Session, error) {
	a, err := h.deskAt(c)
	if err != nil {
		return a, Session{}, err
	}
	_, x, err := h.sessionOf(c, c.Actor)
	c.SetCurrent("desk")
	return a, x, err
}

// sessionActed is sessionAtDesk for the page of one act: it answers as the act
// itself would when it may not be done.
func (h *Pages) sessionActed(c *web.Ctx, act Act) (Authority, Session, error) {
	a, x, err := h.sessionAtDesk(c)
	if err == nil {
		_, _, err = permit(x.State, act, RolesOf(c.Actor, a.ID, ""))
	}
	return a, x, err
}

// planForm is a session as it is prepared.
type planForm struct {
	Once  string    `form:"once"`
	Kind  string    `form:"kind" validate:"required,oneof=ordinary extraordinary"`
	Day   form.Date `form:"day" validate:"required,date"`
	Hour  string    `form:"hour" validate:"required,max=5"`
	Place string    `form:"place" validate:"required,max=200"`
	Video string    `form:"video" validate:"omitempty,max=500"`
	Call  string    `form:"call" validate:"omitempty,oneof=1 2 3"`
}

// Messages are the form's own sentences.
func (planForm) Messages() map[string]string {
	return map[string]string{
		"kind": i18n.Msg("Choose the kind of session"), "day": i18n.Msg("Give the day and the hour of the session"),
		"hour": i18n.Msg("Give the hour, such as 10:00"), "place.required": i18n.Msg("Say where the session takes place"),
	}
}

func (f planForm) plan(country string) Plan {
	return Plan{Kind: SessionKind(f.Kind), StartsAt: momentIn(f.Day, f.Hour, country), Place: f.Place, Video: f.Video, Call: number(f.Call)}
}

func (h *Pages) planPage(c *web.Ctx, a Authority, title, action, back string, f planForm) councilview.FormPage {
	p := h.deskFrame(c, a, title)
	hint := ""
	if day, rule, ok := h.service.EarliestDay(c.Std(), a.ID); ok {
		hint = c.T("The members must be told {days} days before: the earliest day for an ordinary session is {date}.", "days", rule.Value, "date", day)
	}
	if f.Call == "" {
		f.Call = "1"
	}
	v := h.deskForm(c, a, title, action, back, c.T("Save"),
		ui.Radios(p, ui.RadiosField{Name: "kind", Label: c.T("Kind"), Value: f.Kind, Options: []ui.Option{
			{Value: string(Ordinary), Label: c.T(kindLabels[Ordinary])}, {Value: string(Extraordinary), Label: c.T(kindLabels[Extraordinary])}}}),
		dayField(p, "day", c.T("Day"), hint, f.Day),
		ui.Text(p, ui.TextField{Name: "hour", Label: c.T("Hour"), Hint: c.T("Such as 10:00"), Value: f.Hour, Max: 5, Size: 5, Ltr: true}),
		ui.Text(p, ui.TextField{Name: "place", Label: c.T("Where"), Value: f.Place, Max: MaxTitle, AutoDir: true}),
		ui.Text(p, ui.TextField{Name: "video", Label: c.T("Address of the live broadcast"), Value: f.Video, Type: "url", Max: 500, Ltr: true, Optional: true}),
		ui.Radios(p, ui.RadiosField{Name: "call", Label: c.T("Which call is it?"), Value: f.Call, Options: []ui.Option{
			{Value: "1", Label: c.T("The first")}, {Value: "2", Label: c.T("The second, after a session without quorum")}, {Value: "3", Label: c.T("The third: whatever the number present")}}}))
	v.Once = f.Once
	return v
}

func (h *Pages) showPrepare(c *web.Ctx) error {
	a, err := h.keepAt(c)
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(h.planPage(c, a, c.T("Prepare a session"), deskPath(a.ID)+"/sessions/new", deskPath(a.ID), planForm{Once: c.NewID(), Kind: string(Ordinary)})))
}

func (h *Pages) prepare(c *web.Ctx) error {
	a, err := h.keepAt(c)
	if err != nil {
		return err
	}
	var f planForm
	return submit(c, &f, "day", func() (string, error) {
		x, err := h.service.Prepare(c.Std(), c.Actor, a.ID, onceOr(c, f.Once), f.plan(a.Country))
		return deskSessionPath(x), err
	}, func() (councilview.FormPage, error) {
		f.Once = onceOr(c, f.Once)
		return h.planPage(c, a, c.T("Prepare a session"), deskPath(a.ID)+"/sessions/new", deskPath(a.ID), f), nil
	})
}

func (h *Pages) showEdit(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActEdit)
	if err != nil {
		return err
	}
	f := planForm{Kind: string(x.Kind), Day: dateOf(x.StartsAt, a.Country), Hour: x.StartsAt.In(clock.Zone(a.Country)).Format("15:04"), Place: x.Place, Video: x.Video, Call: strconv.Itoa(x.Call)}
	return c.Show(councilview.Form(h.planPage(c, a, c.T("Change the session"), deskSessionPath(x)+"/edit", deskSessionPath(x), f)))
}

func (h *Pages) edit(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActEdit)
	if err != nil {
		return err
	}
	var f planForm
	return submit(c, &f, "day", func() (string, error) {
		_, err := h.service.Edit(c.Std(), c.Actor, x.ID, f.plan(a.Country))
		return deskSessionPath(x), err
	}, func() (councilview.FormPage, error) {
		return h.planPage(c, a, c.T("Change the session"), deskSessionPath(x)+"/edit", deskSessionPath(x), f), nil
	})
}

// deskSession is a session at the desk: its agenda, and what comes next.
func (h *Pages) deskSession(c *web.Ctx) error {
	a, x, err := h.sessionAtDesk(c)
	if err != nil {
		return err
	}
	title := c.T("{kind} of {date}", "kind", c.T(kindLabels[x.Kind]), "date", x.StartsAt)
	v := councilview.SheetPage{Page: h.page(c, a, title), Crumbs: deskCrumbs(c, a, title), Heading: ui.HeadingSpec{Title: title, Caption: c.T("Desk"), TagText: c.T(sessionLabels[x.State]), TagTone: toneOf(sessionTones, x.State)}}
	v.Notices = h.sessionNotices(c, x)
	v.Links = h.sessionLinks(c, x)
	points, err := h.deskPoints(c, x)
	if err != nil {
		return err
	}
	agenda := councilview.Section{ID: "agenda", Title: c.T("Agenda"), EmptyTitle: c.T("Nothing is on the agenda"), EmptyText: c.T("Put a petition or another matter on it.")}
	if len(points) > 0 {
		agenda.Body = councilview.Points(v.Page, points)
	}
	if May(c.Actor, x.Base, "", ActAgenda) {
		agenda.Links = []councilview.Link{{Label: c.T("Add an item"), Href: c.URL(deskSessionPath(x) + "/items/new"), Kind: ui.Secondary}}
	}
	v.Main = []councilview.Section{agenda}
	if x.Public() {
		v.Aside = h.sessionFacts(c, x)
	} else {
		v.Aside = []councilview.Section{{Title: c.T("When and where"), Rows: []ui.SummaryRow{{Key: c.T("When"), Value: c.Locale.DateTime(x.StartsAt)}, {Key: c.T("Where"), Value: x.Place}}}}
	}
	return c.Show(councilview.Sheet(v))
}

// sessionLinks are the acts that are open, the one that comes next first.
func (h *Pages) sessionLinks(c *web.Ctx, x Session) []councilview.Link {
	path := deskSessionPath(x)
	all := []struct {
		act   Act
		label string
		to    string
		kind  ui.Kind
	}{
		{ActConvene, i18n.Msg("Convene the session"), "/convene", ui.Primary},
		{ActOpen, i18n.Msg("Open the session"), "/presence", ui.Primary},
		{ActCloseSit, i18n.Msg("Close the session"), "/close", ui.Primary},
		{ActMinutes, i18n.Msg("Publish the minutes"), "/publish", ui.Primary},
		{ActEdit, i18n.Msg("Change the session"), "/edit", ui.Secondary},
		{ActAttend, i18n.Msg("Correct who is present"), "/presence", ui.Secondary},
		{ActVideo, i18n.Msg("Link the recording"), "/video", ui.Secondary},
		{ActCancel, i18n.Msg("Cancel the session"), "/cancel", ui.Quiet},
	}
	var links []councilview.Link
	for _, l := range all {
		early := l.act == ActOpen && daysBetween(c.Now(), x.StartsAt, x.Country) > 0
		if May(c.Actor, x.Base, "", l.act) && !early {
			links = append(links, councilview.Link{Label: c.T(l.label), Href: c.URL(path + l.to), Kind: l.kind})
		}
	}
	if x.State == SessionClosed {
		links = append(links, councilview.Link{Label: c.T("Look at the minutes (PDF)"), Href: c.URL(path + "/minutes.pdf"), Kind: ui.Secondary})
	}
	if x.Public() {
		links = append(links, councilview.Link{Label: c.T("The public page"), Href: c.URL(sessionPath(x)), Kind: ui.Quiet})
	}
	return links
}

// conveneForm is the notice.
type conveneForm struct {
	Notice form.Date `form:"notice" validate:"required,date"`
	Reason string    `form:"reason,text" validate:"max=1000"`
}

// Messages are the form's own sentences.
func (conveneForm) Messages() map[string]string {
	return map[string]string{"notice": i18n.Msg("Give the day on which the members were told")}
}

func (h *Pages) convenePage(c *web.Ctx, a Authority, x Session, f conveneForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Convene the session"))
	fields := []templ.Component{dayField(p, "notice", c.T("Members told on"), c.T("In writing, with the agenda. From here on the session is public."), f.Notice)}
	if x.Kind == Extraordinary {
		fields = append(fields, ui.Textarea(p, ui.TextareaField{Name: "reason", Label: c.T("Reason for a shorter notice"), Hint: c.T("Only if the notice is shorter than the rules say. Everybody can read it."), Value: f.Reason, Max: MaxReason, Rows: 3, Optional: true}))
	}
	v := h.deskForm(c, a, p.Title, deskSessionPath(x)+"/convene", deskSessionPath(x), c.T("Convene the session"), fields...)
	s := councilview.Section{Strong: c.T("{kind} of {date}", "kind", c.T(kindLabels[x.Kind]), "date", x.StartsAt), Note: c.N("{n} item on the agenda", "{n} items on the agenda", len(x.Agenda))}
	if _, rule, ok := h.service.EarliestDay(c.Std(), a.ID); ok && x.Call <= 1 {
		s.Lead = c.N("The members must be told {n} day before", "The members must be told {n} days before", rule.Value)
		s.Source = source(c, rule)
	}
	v.Before = []councilview.Section{s}
	return v
}

func (h *Pages) showConvene(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActConvene)
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(h.convenePage(c, a, x, conveneForm{Notice: dateOf(c.Now(), a.Country)})))
}

func (h *Pages) convene(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActConvene)
	if err != nil {
		return err
	}
	var f conveneForm
	return submit(c, &f, "notice", func() (string, error) {
		_, err := h.service.Convene(c.Std(), c.Actor, x.ID, dateIn(f.Notice, a.Country), f.Reason)
		return deskSessionPath(x), err
	}, func() (councilview.FormPage, error) { return h.convenePage(c, a, x, f), nil })
}

// presenceForm is who is there.
type presenceForm struct {
	Chair   string   `form:"chair" validate:"max=120"`
	Present []string `form:"present"`
}

func (h *Pages) presencePage(c *web.Ctx, a Authority, x Session, f presenceForm) (councilview.FormPage, error) {
	title := c.T("Open the session")
	if x.State == SessionOpen {
		title = c.T("Correct who is present")
	}
	p := h.deskFrame(c, a, title)
	members, err := h.service.MembersAt(c.Std(), a.ID, Deciding, x.StartsAt)
	if err != nil {
		return councilview.FormPage{}, err
	}
	field := ui.CheckboxesField{Name: "present", Label: c.T("Members present"), Values: f.Present, Optional: true}
	for _, m := range members {
		field.Options = append(field.Options, ui.Option{Value: m.ID, Label: m.Name, Hint: c.T(functionLabels[m.Function]), AutoDir: true})
	}
	v := h.deskForm(c, a, title, deskSessionPath(x)+"/presence", deskSessionPath(x), title,
		ui.Text(p, ui.TextField{Name: "chair", Label: c.T("In the chair"), Value: f.Chair, Max: MaxName, AutoDir: true, Optional: true}), ui.Checkboxes(p, field))
	if len(members) == 0 {
		v.Notices = []councilview.Notice{{Tone: ui.Warning, Title: c.T("No member is entered"), Text: c.T("Enter those who hold a mandate now. Attendance and quorum are counted from this list.")}}
	} else {
		v.Heading.Lead = c.N("{n} member is in office.", "{n} members are in office.", len(members))
	}
	return v, nil
}

// presenceAct is opening, or correcting while the body sits.
func presenceAct(x Session) Act {
	if x.State == SessionOpen {
		return ActAttend
	}
	return ActOpen
}

func (h *Pages) presenceOf(c *web.Ctx) (Authority, Session, error) {
	a, x, err := h.sessionAtDesk(c)
	if err == nil {
		_, _, err = permit(x.State, presenceAct(x), RolesOf(c.Actor, a.ID, ""))
	}
	return a, x, err
}

func (h *Pages) showPresence(c *web.Ctx) error {
	a, x, err := h.presenceOf(c)
	if err != nil {
		return err
	}
	v, err := h.presencePage(c, a, x, presenceForm{Chair: x.Chair, Present: x.Present})
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(v))
}

func (h *Pages) presence(c *web.Ctx) error {
	a, x, err := h.presenceOf(c)
	if err != nil {
		return err
	}
	var f presenceForm
	return submit(c, &f, "present", func() (string, error) {
		do := h.service.Open
		if presenceAct(x) == ActAttend {
			do = h.service.Attend
		}
		_, err := do(c.Std(), c.Actor, x.ID, f.Chair, f.Present)
		return deskSessionPath(x), err
	}, func() (councilview.FormPage, error) { return h.presencePage(c, a, x, f) })
}

// videoForm says where the session can be watched.
type videoForm struct {
	Video string `form:"video" validate:"omitempty,max=500"`
}

func (h *Pages) videoPage(c *web.Ctx, a Authority, x Session, f videoForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Link the recording"))
	return h.deskForm(c, a, p.Title, deskSessionPath(x)+"/video", deskSessionPath(x), c.T("Save"),
		ui.Text(p, ui.TextField{Name: "video", Label: c.T("Where the session can be watched"), Hint: c.T("A web address that begins with https://. Empty takes it away."), Value: f.Video, Type: "url", Max: 500, Ltr: true, Optional: true}))
}

func (h *Pages) showVideo(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActVideo)
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(h.videoPage(c, a, x, videoForm{Video: x.Video})))
}

func (h *Pages) video(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActVideo)
	if err != nil {
		return err
	}
	var f videoForm
	return submit(c, &f, "video", func() (string, error) {
		_, err := h.service.LinkVideo(c.Std(), c.Actor, x.ID, f.Video)
		return deskSessionPath(x), err
	}, func() (councilview.FormPage, error) { return h.videoPage(c, a, x, f), nil })
}

// closeForm is what else the minutes say.
type closeForm struct {
	Remarks string `form:"remarks,text" validate:"max=6000"`
}

func (h *Pages) closePage(c *web.Ctx, a Authority, x Session, f closeForm) councilview.FormPage {
	p := h.deskFrame(c, a, c.T("Close the session"))
	v := h.deskForm(c, a, p.Title, deskSessionPath(x)+"/close", deskSessionPath(x), c.T("Close the session"),
		ui.Textarea(p, ui.TextareaField{Name: "remarks", Label: c.T("Remarks for the minutes"), Value: f.Remarks, Max: MaxText, Rows: 6, Optional: true}))
	v.Heading.Lead = c.T("The decisions enter the public register with their votes. Afterwards they cannot be changed, only annulled.")
	return v
}

func (h *Pages) showClose(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActCloseSit)
	if err != nil {
		return err
	}
	return c.Show(councilview.Form(h.closePage(c, a, x, closeForm{Remarks: x.Remarks})))
}

func (h *Pages) closeSession(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActCloseSit)
	if err != nil {
		return err
	}
	var f closeForm
	return submit(c, &f, "remarks", func() (string, error) {
		_, err := h.service.Close(c.Std(), c.Actor, x.ID, f.Remarks)
		return deskSessionPath(x), err
	}, func() (councilview.FormPage, error) { return h.closePage(c, a, x, f), nil })
}

// draftMinutes shows the minutes before they are published.
func (h *Pages) draftMinutes(c *web.Ctx) error {
	_, x, err := h.sessionAtDesk(c)
	if err != nil {
		return err
	}
	if x.State != SessionClosed && x.State != SessionPublished {
		return errNotNow
	}
	body, err := h.service.DrawMinutes(c.Std(), x)
	if err != nil {
		return err
	}
	c.Set("Content-Type", "application/pdf")
	c.Set("Content-Disposition", `inline; filename="minutes-`+x.StartsAt.Format(time.DateOnly)+`.pdf"`)
	return c.Send(body)
}

func (h *Pages) showPublish(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActMinutes)
	if err != nil {
		return err
	}
	c.SetCurrent("desk")
	return h.confirm(c, a, ui.ConfirmSpec{Title: c.T("Publish the minutes?"), Text: c.T("They are drawn as a PDF, kept as they are and shown to everybody. They cannot be changed afterwards."),
		Action: c.URL(deskSessionPath(x) + "/publish"), Button: c.T("Publish the minutes"), Cancel: c.URL(deskSessionPath(x))})
}

func (h *Pages) publish(c *web.Ctx) error {
	_, x, err := h.sessionActed(c, ActMinutes)
	if err != nil {
		return err
	}
	_, err = h.service.PublishMinutes(c.Std(), c.Actor, x.ID)
	return c.Done(err, i18n.Msg("The minutes are public."), deskSessionPath(x))
}

func (h *Pages) showCancel(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActCancel)
	if err != nil {
		return err
	}
	return h.askReason(c, a, c.T("Cancel the session"), c.T("{kind} of {date}", "kind", c.T(kindLabels[x.Kind]), "date", x.StartsAt), c.T("Everybody can read it."), deskSessionPath(x)+"/cancel", deskSessionPath(x))
}

func (h *Pages) cancel(c *web.Ctx) error {
	a, x, err := h.sessionActed(c, ActCancel)
	if err != nil {
		return err
	}
	about := c.T("{kind} of {date}", "kind", c.T(kindLabels[x.Kind]), "date", x.StartsAt)
	return h.giveReason(c, a, c.T("Cancel the session"), about, c.T("Everybody can read it."), deskSessionPath(x)+"/cancel", deskSessionPath(x), func(ctx context.Context, reason string) error {
		_, err := h.service.Cancel(ctx, c.Actor, x.ID, reason)
		return err
	})
}
