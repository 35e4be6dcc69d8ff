package queue

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/queueview"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
	"rsc.io/qr"
)

// Pages are the pages of halls: for those who wait, and for those who receive.
type Pages struct {
	service *Service
	places  Choices
}

// Choices offers authorities by name.
type Choices interface {
	// PlaceName is the name of a place for a reader of lang.
	PlaceName(id, lang string) string
}

// NewPages returns the pages over a service.
func NewPages(s *Service, places Choices) *Pages { return &Pages{service: s, places: places} }

var (
	// taking is how often a hall's ticket screen may give a ticket: a screen is one
	// address, and somebody plays with it sometimes.
	taking = web.Limit{Burst: 20, Every: 2 * time.Second}
	// looking is how often one address may look at tickets by their codes. The
	// phones of a hall share one.
	looking = web.Limit{Burst: 240, Every: 250 * time.Millisecond}
)

// Routes declares the pages, from public to those who supervise.
func (h *Pages) Routes(s *web.Site) {
	s.Get("/counters/:place", web.Public, h.hall)
	s.Get("/counters/:place/screen", web.Public, h.screen)
	s.Get("/counters/:place/tickets/:code", web.Public, web.Limited(looking, h.ticket))
	s.Get("/counters/:place/tickets/:code/slip.pdf", web.Public, web.Limited(looking, h.slip))
	s.Post("/counters/:place/tickets/:code/leave", web.Anyone, web.Limited(looking, h.leave))
	s.Get("/counters/:place/device/:device", web.Anyone, h.device)
	s.Post("/counters/:place/device/:device", web.Anyone, web.Limited(taking, h.takeAtScreen))
	s.Get("/counters/:place/device/:device/:code", web.Anyone, h.taken)

	works := web.Roles(auth.FrontDesk, auth.Officer, auth.President)
	receives := web.Roles(auth.FrontDesk, auth.Officer)
	supervises := web.Roles(auth.Officer, auth.President)
	s.Get("/desk/counters", works, h.halls)
	s.Get("/desk/counters/:place", works, h.workHall)
	s.Post("/desk/counters/:place/open", works, h.openDay)
	s.Get("/desk/counters/:place/close", works, h.showClose)
	s.Post("/desk/counters/:place/close", works, h.closeDay)
	s.Get("/desk/counters/:place/give", works, h.showGive)
	s.Post("/desk/counters/:place/give", works, h.give)
	s.Get("/desk/counters/:place/given/:ticket", works, h.given)
	s.Post("/desk/counters/:place/given/:ticket/return", works, h.comeBack)
	s.Get("/desk/counters/:place/at/:counter", receives, h.counter)
	s.Post("/desk/counters/:place/at/:counter/open", receives, h.openCounter)
	s.Post("/desk/counters/:place/at/:counter/close", works, h.closeCounter)
	s.Post("/desk/counters/:place/at/:counter/next", receives, h.next)
	s.Post("/desk/counters/:place/at/:counter/:act", receives, h.act)
	s.Get("/desk/counters/:place/figures", supervises, h.figures)
	s.Get("/desk/counters/:place/figures.csv", supervises, h.figuresCSV)
	s.Get("/desk/counters/:place/settings", supervises, h.settings)
	s.Get("/desk/counters/:place/settings/services/:letter", supervises, h.showGroup)
	s.Post("/desk/counters/:place/settings/services/:letter", supervises, h.setGroup)
	s.Get("/desk/counters/:place/settings/counters/:counter", supervises, h.showCounterForm)
	s.Post("/desk/counters/:place/settings/counters/:counter", supervises, h.setCounter)
	s.Post("/desk/counters/:place/settings/device", supervises, h.renewDevice)
}

// at returns the authority of the request, and speaks the words of its country
// from there on.
func (h *Pages) at(c *web.Ctx) (Authority, error) {
	a, err := h.service.Authorities.Authority(c.Std(), c.Params("place"))
	if fault.Is(err, fault.NotFound) {
		return a, errNone.Because("queue.at", err)
	}
	if err != nil {
		return a, err
	}
	c.UseCountry(a.Country)
	return a, nil
}

// page is the frame of a page of a hall.
func (h *Pages) page(c *web.Ctx, a Authority, title string) ui.Page {
	p := c.Page(title)
	p.Tenant = h.service.Authorities.Tenant(a, c.Locale)
	p.Sheets = []string{"queue.css"}
	p.NoIndex = true
	return p
}

func base(a Authority) string { return "/counters/" + a.ID }

// stateLabels are the states in words.
var stateLabels = map[State]string{
	Waiting: i18n.Msg("Still waiting"), Called: i18n.Msg("Called"), Serving: i18n.Msg("At the counter"), Done: i18n.Msg("Finished"), Absent: i18n.Msg("Did not come"),
	Left: i18n.Msg("Given up"), Abandoned: i18n.Msg("The hall closed"), Ended: i18n.Msg("The hall closed"),
	DayOpen: i18n.Msg("Open now"), DayClosed: i18n.Msg("Closed now"), CounterOpen: i18n.Msg("Open now"), CounterClosed: i18n.Msg("Closed now"),
}

var stateTones = map[State]ui.Tone{Waiting: ui.Info, Called: ui.Success, Serving: ui.Accent, Absent: ui.Warning, DayOpen: ui.Success, CounterOpen: ui.Success}

func tone(s State) ui.Tone {
	if t, ok := stateTones[s]; ok {
		return t
	}
	return ui.Neutral
}

// inTwo says the same in the reader's language and in the other one of the two
// that a hall shows.
func (h *Pages) inTwo(c *web.Ctx, country string) (other *i18n.Locale, say func(id string, pairs ...any) queueview.Pair) {
	lang := "ar"
	if c.Locale.Lang() == "ar" {
		lang = "fr"
	}
	other = h.service.Words.Locale(lang, country)
	return other, func(id string, pairs ...any) queueview.Pair {
		return queueview.Pair{First: c.T(id, pairs...), Second: other.T(id, pairs...)}
	}
}

func named(c *web.Ctx, other *i18n.Locale, w Words) queueview.Pair {
	return queueview.Pair{First: w.In(c.Locale.Lang()), Second: w.In(other.Lang())}
}

// about says how long a wait is, roughly: nobody can know better.
func about(c *web.Ctx, wait time.Duration) string {
	minutes := int((wait + time.Minute - 1) / time.Minute)
	switch {
	case minutes <= 2:
		return c.T("very soon")
	case minutes > 10:
		minutes = (minutes + 4) / 5 * 5
	}
	return c.N("about {n} minute", "about {n} minutes", minutes)
}

// hall is the public page of a hall: what is served, who waits.
func (h *Pages) hall(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	b, err := h.service.Board(c.Std(), a.ID)
	if err != nil {
		return err
	}
	name := a.Name(c.Locale.Lang())
	v := recordview.ShowPage{Page: h.page(c, a, c.T("Waiting at the counters")), Caption: name, Lead: c.T("How many people wait now, and about how long somebody waits who takes a ticket now."),
		Crumbs: []ui.Crumb{{Label: name, Href: c.URL("/places/" + a.ID)}, {Label: c.T("Waiting at the counters")}}, TagText: c.T(stateLabels[DayClosed])}
	v.NoIndex, v.Description = false, v.Lead
	if b.Open() {
		v.TagText, v.TagTone = c.T(stateLabels[DayOpen]), ui.Success
	} else {
		v.Notices = []recordview.Notice{{Tone: ui.Info, Title: c.T("No tickets are given now"), Text: c.T("Come when the hall is open.")}}
	}
	spec := h.groupsTable(c, b)
	v.Sections = []recordview.Section{{ID: "services", Title: c.T("Services"), Body: ui.Table(v.Page, *spec)}}
	v.Links = []recordview.Link{{Href: c.URL(base(a) + "/screen"), Label: c.T("The screen of the hall")}}
	c.Set("Cache-Control", "public, max-age=5")
	return c.Show(recordview.Show(v))
}

// groupsTable says how many wait for each service.
func (h *Pages) groupsTable(c *web.Ctx, b *Board) *ui.TableSpec {
	t := &ui.TableSpec{Caption: c.T("Waiting by service"), HideCaption: true, RowHead: true, Head: []ui.Th{{Label: c.T("Service asked for")}, {Label: c.T("People waiting")}, {Label: c.T("Wait from now")}}}
	for _, g := range b.Hall.Offered() {
		said := c.T("no counter is open for it")
		if wait, known := b.Wait(g.Letter, last); known {
			said = about(c, wait)
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: g.Letter + " · " + g.Names.In(c.Locale.Lang())}, {Text: c.Locale.Number(int64(b.Queue(g.Letter)))}, {Text: said}})
	}
	return t
}

// newFor is how long a call is shown as new.
const newFor = 45 * time.Second

// screenCalls is how many calls the hall's screen shows.
const screenCalls = 6

// screen is what hangs in the hall. It asks for itself again after some seconds,
// without any script: nobody reads on in it.
func (h *Pages) screen(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	b, err := h.service.Board(c.Std(), a.ID)
	if err != nil {
		return err
	}
	other, say := h.inTwo(c, a.Country)
	v := queueview.ScreenPage{
		Page: h.page(c, a, c.T("Screen of the hall")), Hall: queueview.Pair{First: a.Name(c.Locale.Lang()), Second: a.Name(other.Lang())}, OtherLang: other.Lang(), OtherDir: other.Dir(),
		Now: c.Now().In(clock.Zone(a.Country)).Format("15:04"), NumberWord: say(i18n.Msg("Number")), CounterWord: say(i18n.Msg("Counter")), WaitingWord: say(i18n.Msg("People waiting")),
		Empty: say(i18n.Msg("Please wait for your number")),
	}
	if !b.Open() {
		shut := say(i18n.Msg("No tickets are given now"))
		v.Closed = &shut
	}
	for i, t := range b.Seated {
		if i == screenCalls {
			break
		}
		v.Calls = append(v.Calls, queueview.Call{Number: t.Number, Counter: strconv.Itoa(t.Counter), New: t.State == Called && c.Now().Sub(t.CalledAt) < newFor})
	}
	if len(v.Calls) > 0 && v.Calls[0].New {
		v.Announcement = c.T("Number {number}, counter {counter}", "number", v.Calls[0].Number, "counter", v.Calls[0].Counter)
	}
	for _, g := range b.Hall.Offered() {
		v.Waiting = append(v.Waiting, queueview.Line{Letter: g.Letter, Name: named(c, other, g.Names), Count: strconv.Itoa(b.Queue(g.Letter))})
	}
	c.Set("Refresh", "5")
	c.Set("Cache-Control", "public, max-age=2")
	return c.Show(queueview.Screen(v))
}

// ticketOf returns the ticket whose code stands in the address, in its hall.
func (h *Pages) ticketOf(c *web.Ctx) (Authority, *Board, Ticket, error) {
	a, err := h.at(c)
	if err != nil {
		return a, nil, Ticket{}, err
	}
	t, err := h.service.ByCode(c.Std(), c.Params("code"))
	if err == nil && t.Authority != a.ID {
		err = errNone
	}
	if err != nil {
		return a, nil, t, err
	}
	b, err := h.service.Board(c.Std(), a.ID)
	return a, b, t, err
}

func ticketPath(t Ticket) string { return "/counters/" + t.Authority + "/tickets/" + t.Code }

// autoEvery is how often the page of a ticket asks for itself, when its holder
// wishes so.
const autoEvery = "20"

// ticket is the page of somebody who waits.
func (h *Pages) ticket(c *web.Ctx) error {
	a, b, t, err := h.ticketOf(c)
	if err != nil {
		return err
	}
	g, _ := b.Hall.Group(t.Group)
	v := queueview.TicketPage{Page: h.page(c, a, c.T("Your ticket {number}", "number", t.Number)), Caption: a.Name(c.Locale.Lang()), Number: t.Number,
		StateText: c.T(stateLabels[t.State]), StateTone: tone(t.State), Group: g.Names.In(c.Locale.Lang())}
	v.Rows = []ui.SummaryRow{{Key: c.T("Service asked for"), Value: v.Group}}
	switch t.State {
	case Waiting:
		wait := c.T("no counter is open for it yet")
		if d, known := b.Wait(t.Group, t.Order); known {
			wait = about(c, d)
		}
		v.Rows = append(v.Rows, ui.SummaryRow{Key: c.T("Before you"), Value: c.N("{n} person", "{n} people", b.Ahead(t))}, ui.SummaryRow{Key: c.T("You will wait"), Value: wait})
		v.Leave = c.URL(ticketPath(t) + "/leave")
		v.Lead = c.T("The estimate is rough. Watch the screen of the hall as well: only the call counts.")
	case Called:
		v.Called, v.Note = c.T("It is your turn: counter {counter}", "counter", t.Counter), c.T("Go there now.")
	case Absent:
		v.Lead = c.T("You were called and did not come. Tell somebody of the hall: you can wait again in your old place.")
	}
	if !t.Over() {
		v.Links = []queueview.Link{{Label: c.T("Print the ticket (PDF)"), Href: c.URL(ticketPath(t) + "/slip.pdf")}, {Label: c.T("Look again now"), Href: c.URL(ticketPath(t))}}
		v.Auto = queueview.Link{Label: c.T("Let this page look again by itself"), Href: c.URL(ticketPath(t)) + "?auto=on"}
		if c.Query("auto") == "on" {
			v.Auto = queueview.Link{Label: c.T("Stop looking again by itself"), Href: c.URL(ticketPath(t))}
			c.Set("Refresh", autoEvery)
		}
	}
	c.Set("Cache-Control", "public, max-age=2")
	return c.Show(queueview.Ticket(v))
}

func (h *Pages) leave(c *web.Ctx) error {
	_, _, t, err := h.ticketOf(c)
	if err != nil {
		return err
	}
	if t, err = h.service.Leave(c.Std(), c.Actor, t.Code); err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	return c.SeeOther(ticketPath(t))
}

// qrOf draws an address as a code to scan.
func qrOf(address, alt string) (queueview.QR, error) {
	const quiet = 4
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return queueview.QR{}, fault.Wrap("queue.qr", err)
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				b.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
			}
		}
	}
	side := strconv.Itoa(code.Size + 2*quiet)
	return queueview.QR{Path: b.String(), Box: "0 0 " + side + " " + side, Alt: alt}, nil
}

func devicePath(a Authority, device string) string { return base(a) + "/device/" + device }

// devicePage is the screen at which people take a ticket.
func (h *Pages) devicePage(c *web.Ctx, a Authority, once string) (templ.Component, error) {
	b, err := h.service.Board(c.Std(), a.ID)
	if err != nil {
		return nil, err
	}
	other, say := h.inTwo(c, a.Country)
	v := queueview.DevicePage{Page: h.page(c, a, c.T("Take a ticket")), Hall: queueview.Pair{First: a.Name(c.Locale.Lang()), Second: a.Name(other.Lang())}, OtherLang: other.Lang(), OtherDir: other.Dir(),
		Lead: say(i18n.Msg("Choose a service to take a ticket")), Action: c.URL(devicePath(a, c.Params("device"))), Once: once}
	if !b.Open() {
		shut := say(i18n.Msg("No tickets are given now"))
		v.Closed = &shut
		c.Set("Refresh", "30")
	}
	for _, g := range b.Hall.Offered() {
		v.Groups = append(v.Groups, queueview.Choice{Letter: g.Letter, Name: named(c, other, g.Names), Wait: c.N("{n} person waiting", "{n} people waiting", b.Queue(g.Letter))})
	}
	return queueview.Device(v), nil
}

func (h *Pages) device(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	if _, err := h.service.AtScreen(c.Std(), a.ID, c.Params("device")); err != nil {
		return err
	}
	page, err := h.devicePage(c, a, c.NewID())
	if err != nil {
		return err
	}
	return c.Show(page)
}

// takeForm takes a ticket.
type takeForm struct {
	Once  string `form:"once" validate:"max=40"`
	Group string `form:"group" validate:"max=1"`
	First bool   `form:"first"`
}

func onceOr(c *web.Ctx, once string) string {
	if once == "" || len(once) > 40 {
		return c.NewID()
	}
	return once
}

func (h *Pages) takeAtScreen(c *web.Ctx) error {
	a, err := h.at(c)
	if err != nil {
		return err
	}
	if _, err := h.service.AtScreen(c.Std(), a.ID, c.Params("device")); err != nil {
		return err
	}
	var f takeForm
	errs, err := form.Read(c.Ctx, &f)
	if err != nil {
		return err
	}
	if len(errs) == 0 {
		t, bad := h.service.TakeAtScreen(c.Std(), a.ID, c.Params("device"), f.Group, onceOr(c, f.Once))
		if bad == nil {
			return c.SeeOther(devicePath(a, c.Params("device")) + "/" + t.Code)
		}
		err = bad
	}
	return h.again(c, errs, err, "group", func() (templ.Component, error) { return h.devicePage(c, a, onceOr(c, f.Once)) })
}

// taken is the ticket somebody has just taken at the screen; it gives the screen
// back to the next one by itself.
func (h *Pages) taken(c *web.Ctx) error {
	a, b, t, err := h.ticketOf(c)
	if err != nil {
		return err
	}
	device := c.Params("device")
	if _, err := h.service.AtScreen(c.Std(), a.ID, device); err != nil {
		return err
	}
	g, _ := b.Hall.Group(t.Group)
	other, say := h.inTwo(c, a.Country)
	code, err := qrOf(c.AbsURL(ticketPath(t)), c.T("Code to follow your ticket on your telephone"))
	if err != nil {
		return err
	}
	v := queueview.TakenPage{Page: h.page(c, a, c.T("Your ticket {number}", "number", t.Number)), OtherLang: other.Lang(), OtherDir: other.Dir(), Number: t.Number,
		Your: say(i18n.Msg("Your number")), Group: named(c, other, g.Names), Ahead: c.N("{n} person before you", "{n} people before you", b.Ahead(t)), Scan: say(i18n.Msg("Scan this to follow your turn on your telephone")),
		QR: code, Slip: c.URL(ticketPath(t) + "/slip.pdf"), SlipLabel: c.T("Print the ticket (PDF)"), Back: c.URL(devicePath(a, device)), BackLabel: c.T("Next ticket")}
	c.Set("Refresh", "20; url="+v.Back)
	return c.Show(queueview.Taken(v))
}

// again shows a form once more with what is wrong, or returns a fault that is
// none of the person's.
func (h *Pages) again(c *web.Ctx, mistakes form.Errors, err error, fallback string, page func() (templ.Component, error)) error {
	if err != nil {
		message, args := fault.Shown(err)
		if message == "" || !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
			return err
		}
		var input *InputError
		if errors.As(err, &input) {
			fallback = input.Field
		}
		mistakes.Add(fallback, message, args...)
	}
	c.Wrong(mistakes.Shown(c.Locale))
	shown, err := page()
	if err != nil {
		return err
	}
	return c.Invalid(shown)
}
