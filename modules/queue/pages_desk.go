package queue

import (
	"strconv"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/queueview"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

func deskPath(authority string) string { return "/desk/counters/" + authority }

// deskAt returns the authority of the request to somebody who works in its hall.
func (h *Pages) deskAt(c *web.Ctx, may func(auth.Actor, string) bool) (Authority, error) {
	if !may(c.Actor, c.Params("place")) {
		return Authority{}, errNotYour
	}
	c.SetCurrent("desk")
	return h.at(c)
}

func (h *Pages) crumbs(c *web.Ctx, a Authority, last string) []ui.Crumb {
	all := []ui.Crumb{{Label: c.T("Desk"), Href: c.URL("/desk")}, {Label: c.T("Counters")}}
	if last != "" {
		all[1].Href = c.URL(deskPath(a.ID))
		all = append(all, ui.Crumb{Label: last})
	}
	return all
}

// halls leads to the hall somebody works in, or lets them choose.
func (h *Pages) halls(c *web.Ctx) error {
	c.SetCurrent("desk")
	mine := c.Actor.OrgsWith(auth.FrontDesk, auth.Officer, auth.President)
	if len(mine) == 1 {
		return c.SeeOther(deskPath(mine[0]))
	}
	v := recordview.ListPage{Page: c.Page(c.T("Counters")), Back: c.URL("/desk"), Lead: c.T("Choose the hall.")}
	for _, id := range mine {
		v.Cards = append(v.Cards, ui.CardSpec{Title: h.places.PlaceName(id, c.Locale.Lang()), Href: c.URL(deskPath(id))})
	}
	return c.Show(recordview.List(v))
}

// hallOrEmpty returns the board of a hall; an empty one where there is none yet.
func (h *Pages) hallOrEmpty(c *web.Ctx, a Authority) (*Board, error) {
	b, err := h.service.Board(c.Std(), a.ID)
	if fault.Is(err, fault.NotFound) {
		return &Board{Hall: Hall{Country: a.Country}}, nil
	}
	return b, err
}

// workHall is a hall as those who work there see it.
func (h *Pages) workHall(c *web.Ctx) error {
	a, err := h.deskAt(c, Works)
	if err != nil {
		return err
	}
	b, err := h.hallOrEmpty(c, a)
	if err != nil {
		return err
	}
	v := queueview.HallPage{Page: h.page(c, a, c.T("Counters")), Crumbs: h.crumbs(c, a, ""), Caption: a.Name(c.Locale.Lang()), TagText: c.T(stateLabels[DayClosed])}
	v.Wide = true
	path := deskPath(a.ID)
	ready := len(b.Hall.Offered()) > 0 && len(b.Hall.Used()) > 0
	switch {
	case !ready && Supervises(c.Actor, a.ID):
		v.Missing = []queueview.Link{{Label: c.T("Set up services and counters"), Href: c.URL(path + "/settings")}}
	case !ready:
		v.Missing = []queueview.Link{{Label: c.T("Ask an officer of your authority to set it up."), Href: c.URL("/desk")}}
	case b.Open():
		v.TagText, v.TagTone = c.T(stateLabels[DayOpen]), ui.Success
		v.Give, v.CloseTo = c.URL(path+"/give"), c.URL(path+"/close")
	default:
		v.OpenTo = c.URL(path + "/open")
	}
	if ready {
		v.Counters, v.Groups = h.countersTable(c, a, b), h.groupsTable(c, b)
		v.Groups.HideCaption = false
		v.Stats = []ui.Stat{{Value: c.Locale.Number(int64(len(b.Waiting))), Label: c.T("People waiting")}, {Value: c.Locale.Number(int64(len(b.Posts))), Label: c.T("Open counters")}}
		if err := h.calledInVain(c, a, b, &v); err != nil {
			return err
		}
		v.Links = append(v.Links, queueview.Link{Label: c.T("The screen of the hall"), Href: c.URL(base(a) + "/screen")}, queueview.Link{Label: c.T("The public page of the hall"), Href: c.URL(base(a))})
	}
	if Supervises(c.Actor, a.ID) {
		if ready {
			v.Links = append(v.Links, queueview.Link{Label: c.T("Waiting and service times"), Href: c.URL(path + "/figures")})
		}
		v.Links = append(v.Links, queueview.Link{Label: c.T("Services, counters, ticket screen"), Href: c.URL(path + "/settings")})
	}
	v.Links = append(v.Links, queueview.Link{Label: c.T("Guide for the counters"), Href: c.URL("/guides/counters")})
	return c.Show(queueview.Hall(v))
}

func (h *Pages) countersTable(c *web.Ctx, a Authority, b *Board) *ui.TableSpec {
	t := &ui.TableSpec{Caption: c.T("Counters"), RowHead: true, Head: []ui.Th{{Label: c.T("Counter")}, {Label: c.T("State")}, {Label: c.T("Number at the counter")}, {Label: c.T("Services")}}}
	for _, x := range b.Hall.Used() {
		state, number := CounterClosed, "–"
		for _, p := range b.Posts {
			if p.Number == x.Number {
				state = CounterOpen
			}
		}
		for _, s := range b.Seated {
			if s.Counter == x.Number {
				number = s.Number
			}
		}
		row := []ui.Cell{{Text: c.T("Counter {number}", "number", x.Number)}, {Body: ui.Tag(c.T(stateLabels[state]), tone(state))}, {Text: number, Ltr: true}, {Text: h.groupsOf(c, b.Hall, x)}}
		if Receives(c.Actor, a.ID) {
			row[0].Href = c.URL(deskPath(a.ID) + "/at/" + strconv.Itoa(x.Number))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// groupsOf names what a counter serves.
func (h *Pages) groupsOf(c *web.Ctx, hall Hall, x Counter) string {
	if len(x.Groups) == 0 {
		return c.T("All services")
	}
	var names []string
	for _, letter := range x.Groups {
		if g, ok := hall.Group(letter); ok {
			names = append(names, g.Names.In(c.Locale.Lang()))
		}
	}
	return c.Locale.List(names)
}

func (h *Pages) calledInVain(c *web.Ctx, a Authority, b *Board, v *queueview.HallPage) error {
	absent, err := h.service.Absent(c.Std(), b)
	for _, t := range absent {
		g, _ := b.Hall.Group(t.Group)
		v.Absent = append(v.Absent, queueview.Returning{Number: t.Number, Text: g.Names.In(c.Locale.Lang()), Action: c.URL(givenPath(a, t) + "/return"), Label: c.T("{number} came back", "number", t.Number)})
	}
	return err
}

func (h *Pages) openDay(c *web.Ctx) error {
	a, err := h.deskAt(c, Works)
	if err != nil {
		return err
	}
	if _, err := h.service.OpenDay(c.Std(), c.Actor, a.ID); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The hall is open. Numbers begin at 1."))
	return c.SeeOther(deskPath(a.ID))
}

func (h *Pages) showClose(c *web.Ctx) error {
	a, err := h.deskAt(c, Works)
	if err != nil {
		return err
	}
	b, err := h.service.Board(c.Std(), a.ID)
	if err != nil {
		return err
	}
	p := h.page(c, a, c.T("Close the hall for today?"))
	return c.Show(recordview.Form(recordview.FormPage{Page: p, Back: c.URL(deskPath(a.ID)), Caption: a.Name(c.Locale.Lang()), Action: c.URL(deskPath(a.ID) + "/close"), Button: c.T("Close the hall for today"), Cancel: c.T("Cancel"),
		Lead: c.T("No more tickets are given. Who has one is still called. You can open it again today.") + " " + c.N("{n} person is waiting.", "{n} people are waiting.", len(b.Waiting))}))
}

func (h *Pages) closeDay(c *web.Ctx) error {
	a, err := h.deskAt(c, Works)
	if err != nil {
		return err
	}
	if _, err := h.service.CloseDay(c.Std(), c.Actor, a.ID); err != nil {
		return err
	}
	c.Flash(i18n.Msg("The hall is closed. Who waits is still called."))
	return c.SeeOther(deskPath(a.ID))
}

func (h *Pages) givePage(c *web.Ctx, a Authority, f takeForm) (templ.Component, error) {
	b, err := h.service.Board(c.Std(), a.ID)
	if err != nil {
		return nil, err
	}
	p := h.page(c, a, c.T("Give a ticket"))
	var options []ui.Option
	for _, g := range b.Hall.Offered() {
		options = append(options, ui.Option{Value: g.Letter, Label: g.Letter + " · " + g.Names.In(c.Locale.Lang()), Hint: c.N("{n} person waiting", "{n} people waiting", b.Queue(g.Letter))})
	}
	return recordview.Form(recordview.FormPage{Page: p, Back: c.URL(deskPath(a.ID)), Caption: a.Name(c.Locale.Lang()), Action: c.URL(deskPath(a.ID) + "/give"), Button: c.T("Give the ticket"),
		Lead: c.T("No name is asked: a ticket is a number and nothing else."),
		Fields: []templ.Component{
			ui.Hidden("once", onceOr(c, f.Once)),
			ui.Radios(p, ui.RadiosField{Name: "group", Label: c.T("Service"), Value: f.Group, Options: options}),
			ui.Checkbox(p, ui.CheckboxField{Name: "first", Label: c.T("Goes before the others"), Hint: c.T("For somebody who cannot wait standing, is pregnant or comes with an infant. The reason is not kept."), Checked: f.First}),
		}}), nil
}

func (h *Pages) showGive(c *web.Ctx) error {
	a, err := h.deskAt(c, Works)
	if err != nil {
		return err
	}
	page, err := h.givePage(c, a, takeForm{})
	if err != nil {
		return err
	}
	return c.Show(page)
}

func givenPath(a Authority, t Ticket) string { return deskPath(a.ID) + "/given/" + t.ID }

func (h *Pages) give(c *web.Ctx) error {
	a, err := h.deskAt(c, Works)
	if err != nil {
		return err
	}
	var f takeForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		t, bad := h.service.Take(c.Std(), c.Actor, a.ID, f.Group, onceOr(c, f.Once), f.First)
		if bad == nil {
			return c.SeeOther(givenPath(a, t))
		}
		err = bad
	}
	return h.again(c, errs, err, "group", func() (templ.Component, error) { return h.givePage(c, a, f) })
}

// givenOf returns the ticket of the address to somebody of its hall.
func (h *Pages) givenOf(c *web.Ctx) (Authority, Ticket, error) {
	a, err := h.deskAt(c, Works)
	if err != nil {
		return a, Ticket{}, err
	}
	t, err := h.service.Ticket(c.Std(), c.Actor, c.Params("ticket"))
	if err == nil && t.Authority != a.ID {
		err = errNone
	}
	return a, t, err
}

// given shows a ticket that was given, to be printed or shown.
func (h *Pages) given(c *web.Ctx) error {
	a, t, err := h.givenOf(c)
	if err != nil {
		return err
	}
	b, err := h.service.Board(c.Std(), a.ID)
	if err != nil {
		return err
	}
	code, err := qrOf(c.AbsURL(ticketPath(t)), c.T("Code to follow the ticket on a telephone"))
	if err != nil {
		return err
	}
	g, _ := b.Hall.Group(t.Group)
	v := queueview.GivenPage{Page: h.page(c, a, c.T("Ticket {number}", "number", t.Number)), Back: c.URL(deskPath(a.ID)), Caption: a.Name(c.Locale.Lang()), Number: t.Number, QR: code,
		Slip: c.URL(ticketPath(t) + "/slip.pdf"), SlipLabel: c.T("Print the ticket (PDF)"),
		Links: []queueview.Link{{Label: c.T("Give another ticket"), Href: c.URL(deskPath(a.ID) + "/give")}, {Label: c.T("The page of its holder"), Href: c.URL(ticketPath(t))}}}
	v.Rows = []ui.SummaryRow{{Key: c.T("Service"), Value: g.Names.In(c.Locale.Lang())}, {Key: c.T("State"), Value: c.T(stateLabels[t.State])}}
	if t.State == Waiting {
		v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Before it"), Value: c.N("{n} person", "{n} people", b.Ahead(t))})
	}
	if t.First {
		v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Order"), Value: c.T("Goes before the others")})
	}
	return c.Show(queueview.Given(v))
}

func (h *Pages) comeBack(c *web.Ctx) error {
	a, t, err := h.givenOf(c)
	if err != nil {
		return err
	}
	if _, err := h.service.Return(c.Std(), c.Actor, t.ID); err != nil {
		return err
	}
	c.Flash(i18n.Msg("They wait again, in their old place."))
	return c.SeeOther(deskPath(a.ID))
}
