package council

import (
	"context"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/councilview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// servers are the roles that have business at the council's desk.
var servers = web.Roles(auth.Officer, auth.President, auth.Councillor)

// keepers are those who enter something there.
var keepers = web.Roles(auth.Officer, auth.President)

func (h *Pages) deskRoutes(s *web.Site) {
	s.Get("/desk/councils", servers, h.deskIndex)
	s.Get("/desk/councils/:place", servers, h.desk)
	s.Get("/desk/councils/:place/settings", keepers, h.showSettings)
	s.Post("/desk/councils/:place/settings", keepers, h.saveSettings)
	s.Get("/desk/councils/:place/members", keepers, h.deskMembers)
	s.Get("/desk/councils/:place/members/new", keepers, h.showAddMember)
	s.Post("/desk/councils/:place/members/new", keepers, h.addMember)
	s.Get("/desk/councils/:place/members/:mandate/end", keepers, h.showEndMandate)
	s.Post("/desk/councils/:place/members/:mandate/end", keepers, h.endMandate)
	s.Get("/desk/councils/:place/bodies/:kind", keepers, h.showBody)
	s.Post("/desk/councils/:place/bodies/:kind", keepers, h.saveBody)
	s.Get("/desk/councils/:place/bodies/:kind/state", keepers, h.showBodyState)
	s.Post("/desk/councils/:place/bodies/:kind/state", keepers, h.changeBodyState)
	s.Get("/desk/councils/:place/bodies/:kind/opinion", keepers, h.showOpinion)
	s.Post("/desk/councils/:place/bodies/:kind/opinion", keepers, h.publishOpinion)
	s.Get("/desk/councils/:place/opinions/:opinion", keepers, h.showFollowOpinion)
	s.Post("/desk/councils/:place/opinions/:opinion", keepers, h.followOpinion)
	s.Get("/desk/councils/:place/opinions/:opinion/recall", keepers, h.showRecall)
	s.Post("/desk/councils/:place/opinions/:opinion/recall", keepers, h.recall)
	h.sessionRoutes(s)
	s.Get("/desk/councils/:place/decisions/new", keepers, h.showDecide)
	s.Post("/desk/councils/:place/decisions/new", keepers, h.decide)
	s.Get("/desk/councils/:place/decisions/:decision/annul", keepers, h.showAnnul)
	s.Post("/desk/councils/:place/decisions/:decision/annul", keepers, h.annul)
	s.Get("/desk/councils/:place/questions/:question", servers, h.deskQuestion)
	s.Post("/desk/councils/:place/questions/:question/register", servers, h.register)
	s.Get("/desk/councils/:place/questions/:question/refuse", servers, h.showRefuse)
	s.Post("/desk/councils/:place/questions/:question/refuse", servers, h.refuse)
	s.Get("/desk/councils/:place/questions/:question/answer", servers, h.showAnswer)
	s.Post("/desk/councils/:place/questions/:question/answer", servers, h.answer)
	s.Get("/desk/councils/:place/calls/:call", servers, h.deskCall)
	s.Post("/desk/councils/:place/calls/:call/publish", keepers, h.publishCall)
	s.Get("/desk/councils/:place/calls/:call/refuse", keepers, h.showRefuseCall)
	s.Post("/desk/councils/:place/calls/:call/refuse", keepers, h.refuseCall)
	s.Get("/desk/councils/:place/calls/:call/accept", keepers, h.showAccept)
	s.Post("/desk/councils/:place/calls/:call/accept", keepers, h.accept)
	s.Get("/desk/councils/:place/calls/:call/decline", keepers, h.showDecline)
	s.Post("/desk/councils/:place/calls/:call/decline", keepers, h.decline)
	s.Get("/desk/councils/:place/calls/:call/held", keepers, h.showHeld)
	s.Post("/desk/councils/:place/calls/:call/held", keepers, h.held)
}

// deskAt is at for the pages of the desk: for those who serve the authority.
func (h *Pages) deskAt(c *web.Ctx) (Authority, error) {
	a, err := h.at(c)
	if err != nil {
		return a, err
	}
	c.SetCurrent("desk")
	if !Serves(c.Actor, a.ID) {
		return a, errNotYours
	}
	return a, nil
}

// keepAt is deskAt for those who enter something.
func (h *Pages) keepAt(c *web.Ctx) (Authority, error) {
	a, err := h.deskAt(c)
	if err == nil {
		err = keepsHere(c.Actor, a.ID)
	}
	return a, err
}

// deskIndex leads to the desk of the one authority somebody serves, or offers
// those there are.
func (h *Pages) deskIndex(c *web.Ctx) error {
	orgs := c.Actor.OrgsWith(auth.Officer, auth.President, auth.Councillor)
	if len(orgs) == 1 {
		return c.SeeOther(deskPath(orgs[0]))
	}
	c.SetCurrent("desk")
	v := councilview.SheetPage{Page: c.Page(c.T("Councils")), Heading: ui.HeadingSpec{Title: c.T("Councils"), Lead: c.T("Choose the authority.")}}
	section := councilview.Section{EmptyTitle: c.T("You serve no authority"), EmptyText: c.T("Roles are given by the authority itself.")}
	for _, id := range orgs {
		a, err := h.service.authority(c.Std(), id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		section.Tiles = append(section.Tiles, ui.TileSpec{Icon: "council", Title: a.Name(c.Locale.Lang()), Href: c.URL(deskPath(id)), Level: 2})
	}
	v.Main = []councilview.Section{section}
	return c.Show(councilview.Sheet(v))
}

// deskCrumbs lead from the desk to the page named last.
func deskCrumbs(c *web.Ctx, a Authority, last string, between ...ui.Crumb) []ui.Crumb {
	all := []ui.Crumb{{Label: c.T("Desk"), Href: c.URL("/desk")}}
	if last == "" {
		return append(all, ui.Crumb{Label: c.T("Council: {place}", "place", a.Name(c.Locale.Lang()))})
	}
	all = append(all, ui.Crumb{Label: c.T("Council: {place}", "place", a.Name(c.Locale.Lang())), Href: c.URL(deskPath(a.ID))})
	return append(append(all, between...), ui.Crumb{Label: last})
}

// waitsShown is how much of each kind the desk shows.
const waitsShown = 30

// desk is what waits, and what can be entered.
func (h *Pages) desk(c *web.Ctx) error {
	a, err := h.deskAt(c)
	if err != nil {
		return err
	}
	waits, err := h.service.Waits(c.Std(), a.ID, waitsShown)
	if err != nil {
		return err
	}
	v := councilview.SheetPage{Page: h.page(c, a, c.T("Council: {place}", "place", a.Name(c.Locale.Lang()))), Crumbs: deskCrumbs(c, a, "")}
	v.Heading = ui.HeadingSpec{Title: v.Title, Caption: c.T("Desk"), Lead: bodyName(c.Locale, a.Body)}
	v.Links = []councilview.Link{{Label: c.T("The public pages"), Href: c.URL(base(a)), Kind: ui.Quiet}}
	waiting := councilview.Section{ID: "waiting", Title: c.T("What waits"), EmptyTitle: c.T("Nothing waits"), EmptyText: c.T("Questions, requests and sessions appear here when something is to be done.")}
	if len(waits) > 0 {
		waiting.Table = waitsTable(c, a, waits)
	}
	v.Main = []councilview.Section{waiting}
	if Collegial(a.Body) {
		sessions, err := h.deskSessions(c, a)
		if err != nil {
			return err
		}
		v.Main = append(v.Main, sessions)
	}
	if Keeps(c.Actor, a.ID) {
		decisions, err := h.deskDecisions(c, a)
		if err != nil {
			return err
		}
		v.Main = append(v.Main, decisions, h.deskTiles(c, a))
	}
	return c.Show(councilview.Sheet(v))
}

func waitsTable(c *web.Ctx, a Authority, waits []Waiting) *ui.TableSpec {
	t := &ui.TableSpec{Caption: c.T("What waits"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("What")}, {Label: c.T("What is to be done")}, {Label: c.T("Since")}, {Label: c.T("Until")}}}
	for _, w := range waits {
		title := w.Title
		if title == "" {
			title = c.T("Session of {date}", "date", w.SessionAt)
		}
		due := ui.Cell{Text: "–"}
		if !w.DueAt.IsZero() {
			due = ui.Cell{Body: ui.Tag(dueText(c, w.DueAt, a.Country), dueTone(c, w.DueAt, a.Country))}
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: title, Href: c.URL(w.Path)}, {Text: c.T(w.Label)}, {Text: c.Locale.Date(w.Since)}, due})
	}
	return t
}

// dueText says how far off a day is.
func dueText(c *web.Ctx, due time.Time, country string) string {
	switch days := daysBetween(c.Now(), due, country); {
	case days < 0:
		return c.N("{n} day overdue", "{n} days overdue", -days)
	case days == 0:
		return c.T("Due today")
	default:
		return c.N("{n} day left", "{n} days left", days)
	}
}

func dueTone(c *web.Ctx, due time.Time, country string) ui.Tone {
	const soon = 7
	switch days := daysBetween(c.Now(), due, country); {
	case days < 0:
		return ui.Danger
	case days <= soon:
		return ui.Warning
	}
	return ui.Info
}

func (h *Pages) deskSessions(c *web.Ctx, a Authority) (councilview.Section, error) {
	page, err := h.service.Sessions(c.Std(), a.ID, true, "", 8)
	s := councilview.Section{ID: "sessions", Title: c.T("Sessions"), EmptyTitle: c.T("No session yet"), EmptyText: c.T("Prepare one; nobody is told before you convene it.")}
	if Keeps(c.Actor, a.ID) {
		s.Links = []councilview.Link{{Label: c.T("Prepare a session"), Href: c.URL(deskPath(a.ID) + "/sessions/new"), Kind: ui.Primary}}
	}
	if len(page.Items) == 0 {
		return s, err
	}
	s.Table = &ui.TableSpec{Caption: c.T("Sessions"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Session")}, {Label: c.T("State")}, {Label: c.T("Agenda"), Number: true}}}
	for _, x := range page.Items {
		title := c.T("{kind} of {date}", "kind", c.T(kindLabels[x.Kind]), "date", x.StartsAt)
		s.Table.Rows = append(s.Table.Rows, []ui.Cell{{Text: title, Href: c.URL(deskPath(a.ID) + "/sessions/" + x.ID)},
			{Body: ui.Tag(c.T(sessionLabels[x.State]), toneOf(sessionTones, x.State))}, {Text: c.Locale.Number(int64(len(x.Agenda)))}})
	}
	return s, err
}

// deskDecisions are the latest decisions, with the way to annul one.
func (h *Pages) deskDecisions(c *web.Ctx, a Authority) (councilview.Section, error) {
	page, err := h.service.Decisions(c.Std(), a.ID, DecisionFilter{Limit: 8})
	s := councilview.Section{ID: "decisions", Title: c.T("Latest decisions"), EmptyTitle: c.T("No decision is in the register yet"), EmptyText: c.T("Decisions are published here with their votes.")}
	if len(page.Items) == 0 {
		return s, err
	}
	s.Table = &ui.TableSpec{Caption: s.Title, HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Subject")}, {Label: c.T("Number")}, {Label: c.T("Result")}, {Label: c.T("Change")}}}
	for _, d := range page.Items {
		change := ui.Cell{Text: "–"}
		if d.State == DecisionTaken {
			change = ui.Cell{Text: c.T("Annul the decision"), Href: c.URL(deskPath(a.ID) + "/decisions/" + d.Slug() + "/annul")}
		}
		s.Table.Rows = append(s.Table.Rows, []ui.Cell{{Text: d.Title, Href: c.URL(decisionPath(d))}, {Text: d.Label(), Ltr: true}, {Text: c.T(resultLabel(d))}, change})
	}
	return s, err
}

// deskTiles are what can be entered.
func (h *Pages) deskTiles(c *web.Ctx, a Authority) councilview.Section {
	path := deskPath(a.ID)
	s := councilview.Section{ID: "enter", Title: c.T("Enter and look after"), Tiles: []ui.TileSpec{
		{Icon: "people", Title: c.T("Members and mandates"), Text: c.T("Who sits in the body that decides"), Href: c.URL(path + "/members")},
	}}
	if !Collegial(a.Body) {
		s.Tiles = append(s.Tiles, ui.TileSpec{Icon: "check", Title: c.T("Record a decision"), Text: c.T("The body that decides here does not sit: enter what it decided"), Href: c.URL(path + "/decisions/new")})
	}
	for _, kind := range AdvisoryKinds {
		s.Tiles = append(s.Tiles, ui.TileSpec{Icon: "people", Title: c.T(AdvisoryLabel(kind)), Text: c.T("Composition, members, opinions"), Href: c.URL(path + "/bodies/" + kind)})
	}
	s.Tiles = append(s.Tiles, ui.TileSpec{Icon: "lock", Title: c.T("Voters and language of the minutes"), Text: c.T("The number of registered voters, of which shares are taken"), Href: c.URL(path + "/settings")})
	return s
}

// deskForm is the frame of a form of the desk.
func (h *Pages) deskForm(c *web.Ctx, a Authority, title, action, back, button string, fields ...templ.Component) councilview.FormPage {
	p := h.deskFrame(c, a, title)
	return councilview.FormPage{Page: p, Back: c.URL(back), Action: c.URL(action), Button: button, Fields: fields,
		Heading: ui.HeadingSpec{Title: title, Caption: a.Name(c.Locale.Lang())}}
}

func (h *Pages) deskFrame(c *web.Ctx, a Authority, title string) ui.Page {
	p := h.page(c, a, title)
	p.Wide = false
	return p
}

// submit reads a form, does the act, and leads on; a mistake shows the form
// again with what was typed.
func submit[F any](c *web.Ctx, f *F, top string, do func() (string, error), again func() (councilview.FormPage, error)) error {
	errs, err := form.Read(c.Ctx, f)
	if err != nil {
		return err
	}
	said := errs.Shown(c.Locale)
	if len(errs) == 0 {
		to, err := do()
		if err == nil {
			c.Flash(flashDone)
			return c.SeeOther(to)
		}
		var ok bool
		if said, ok = mistakes(c, err, top); !ok {
			return err
		}
	}
	c.Wrong(said)
	v, err := again()
	if err != nil {
		return err
	}
	return c.Invalid(councilview.Form(v))
}

// onceOr returns what makes a form the same, fresh for one that came without.
func onceOr(c *web.Ctx, once string) string {
	if once == "" || len(once) > 40 {
		return c.NewID()
	}
	return once
}

// dayField asks for a day.
func dayField(p ui.Page, name, label, hint string, d form.Date) templ.Component {
	return ui.DateParts(p, ui.DateField{Name: name, Label: label, Hint: hint, Day: d.Day, Month: d.Month, Year: d.Year})
}

// dateIn is a day that was typed, as its first moment where the authority lies.
func dateIn(d form.Date, country string) time.Time {
	t, ok := d.In(clock.Zone(country))
	if !ok {
		return time.Time{}
	}
	return t.UTC()
}

// dateOf is a moment as its day where the authority lies; nothing for no moment.
func dateOf(t time.Time, country string) form.Date {
	if t.IsZero() {
		return form.Date{}
	}
	return form.DateOf(t.In(clock.Zone(country)))
}

// momentIn is a day and an hour that were typed; zero when either is none.
func momentIn(d form.Date, hour, country string) time.Time {
	zone := clock.Zone(country)
	day, ok := d.In(zone)
	at, err := time.Parse("15:04", strings.TrimSpace(form.Digits(hour)))
	if !ok || err != nil {
		return time.Time{}
	}
	day = day.In(zone)
	return time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), 0, 0, zone).UTC()
}

// reasonForm asks for a reason.
type reasonForm struct {
	Reason string `form:"reason,text" validate:"required,max=1000"`
}

// Messages are the form's own sentences.
func (reasonForm) Messages() map[string]string {
	return map[string]string{"reason.required": i18n.Msg("Give a reason.")}
}

// reasonPage asks for the reason of an act before it is done.
func (h *Pages) reasonPage(c *web.Ctx, a Authority, title, about, hint, path, back string, f reasonForm) councilview.FormPage {
	p := h.deskFrame(c, a, title)
	v := h.deskForm(c, a, title, path, back, title, ui.Textarea(p, ui.TextareaField{Name: "reason", Label: c.T("Reason"), Hint: hint, Value: f.Reason, Max: MaxReason, Rows: 4}))
	v.Danger = true
	v.Before = []councilview.Section{{Strong: about}}
	return v
}

// askReason shows a page that asks for a reason; giveReason does the act.
func (h *Pages) askReason(c *web.Ctx, a Authority, title, about, hint, path, back string) error {
	return c.Show(councilview.Form(h.reasonPage(c, a, title, about, hint, path, back, reasonForm{})))
}

func (h *Pages) giveReason(c *web.Ctx, a Authority, title, about, hint, path, back string, do func(context.Context, string) error) error {
	var f reasonForm
	return submit(c, &f, "reason", func() (string, error) { return back, do(c.Std(), f.Reason) },
		func() (councilview.FormPage, error) {
			return h.reasonPage(c, a, title, about, hint, path, back, f), nil
		})
}

// nextDay is the first moment of the day after, where the authority lies.
func nextDay(t time.Time, country string) time.Time {
	zone := clock.Zone(country)
	return clock.StartOfDay(t.In(zone).AddDate(0, 0, 1), zone)
}
