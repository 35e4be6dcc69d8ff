package citizenspace

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
	"musharaka/views/recordview"
	"musharaka/views/spaceworkview"
	"musharaka/views/ui"
)

// Work are the pages of those who work on requests: the front desk, the
// departments, and the officers who see to the whole.
type Work struct {
	WorkParts
	service *Service

	mu    sync.Mutex
	today map[string]Daily // by authority; see daily.go
}

// NewWork returns the pages.
func NewWork(p WorkParts) *Work {
	return &Work{WorkParts: p, service: p.Service, today: map[string]Daily{}}
}

// Routes declares the pages.
func (h *Work) Routes(s *web.Site) {
	works, supervises := web.Roles(staff...), web.Roles(auth.Officer)
	s.Plain("POST", "/inbound/mail", web.Anyone, web.Limited(inboundMails, h.inbound))
	s.Get("/desk/requests", works, h.choose)
	s.Get("/desk/requests/:place", works, h.list)
	s.Get("/desk/requests/:place/list.csv", works, h.listCSV)
	s.Get("/desk/requests/:place/daily", supervises, h.daily)
	s.Get("/desk/requests/:place/several", works, h.showSeveral)
	s.Post("/desk/requests/:place/several", works, h.several)
	s.Get("/desk/requests/:place/of/:request", works, h.request)
	s.Get("/desk/requests/:place/of/:request/order.pdf", works, h.order)
	s.Post("/desk/requests/:place/of/:request/message", works, h.message)
	s.Post("/desk/requests/:place/of/:request/note", works, h.note)
	s.Get("/desk/requests/:place/of/:request/do/:act", works, h.showAct)
	s.Post("/desk/requests/:place/of/:request/do/:act", works, h.doAct)
}

func workPath(authority string) string { return "/desk/requests/" + authority }

// WorkPath is where an authority's people deal with a request, without the language.
func WorkPath(r Request) string { return workPath(r.Authority) + "/of/" + r.ID }

// at is the authority of the request, for somebody who works there.
func (h *Work) at(c *web.Ctx) (Settings, error) {
	place := c.Params("place")
	if !IsStaff(c.Actor, place) {
		return Settings{}, errNotYours
	}
	s, err := h.service.Settings(c.Std(), place)
	if err != nil {
		return s, err
	}
	c.UseCountry(s.Country)
	c.SetCurrent("desk")
	return s, nil
}

func (h *Work) page(c *web.Ctx, s Settings, title string) ui.Page {
	p := c.Page(title)
	p.Tenant = h.Places.Tenant(c.Std(), s.ID, c.Locale)
	p.Sheets = []string{"desk.css", "spacework.css"}
	p.NoIndex = true
	return p
}

func (h *Work) crumbs(c *web.Ctx, s Settings, last string) []ui.Crumb {
	all := []ui.Crumb{{Label: c.T("Desk"), Href: c.URL("/desk")}, {Label: c.T("Requests of citizens")}}
	if last != "" {
		all[1].Href = c.URL(workPath(s.ID))
		all = append(all, ui.Crumb{Label: last})
	}
	return all
}

// choose leads to the only Citizen Space somebody works for, or lets them choose.
func (h *Work) choose(c *web.Ctx) error {
	c.SetCurrent("desk")
	var mine []string
	for _, id := range c.Actor.OrgsWith(staff...) {
		_, err := h.service.Settings(c.Std(), id)
		if err == nil {
			mine = append(mine, id)
		} else if !isNotFound(err) {
			return err
		}
	}
	if len(mine) == 1 {
		return c.SeeOther(workPath(mine[0]))
	}
	v := recordview.ListPage{Page: c.Page(c.T("Requests of citizens")), Back: c.URL("/desk"), Lead: c.T("Choose the Citizen Space."), Empty: c.T("Your authority has no Citizen Space on this platform yet.")}
	if len(mine) == 0 {
		v.Lead = ""
	}
	for _, id := range mine {
		v.Cards = append(v.Cards, ui.CardSpec{Title: h.Places.PlaceName(id, c.Locale.Lang()), Href: c.URL(workPath(id))})
	}
	return c.Show(recordview.List(v))
}

// workViews are the parts of the work, in the order of the tabs. Each rides a list
// of its own; see WorkList.
var workViews = []struct{ key, label, what, list string }{
	{"", i18n.Msg("All open"), "", ""}, {"new", i18n.Msg("New"), "s", string(Received)}, {"reopened", i18n.Msg("Opened again"), "s", string(Reopened)},
	{"mine", i18n.Msg("Mine"), "p", ""}, {"waiting", i18n.Msg("Waiting for the citizen"), "s", string(Waiting)}, {"all", i18n.Msg("All, last changed first"), "", ""},
}

// workShown is how many requests a page of the work has.
const workShown = 25

// found reads the requests of the page that was asked for.
func (h *Work) found(c *web.Ctx, s Settings, limit int) (page Page[Request], err error) {
	view, part, after := c.Query("view"), c.Query("part"), c.Query("after")
	if what, key, ok := strings.Cut(part, ":"); ok && (what == "d" || what == "o") {
		return h.service.Work(c.Std(), c.Actor, s.ID, what, key, after, limit)
	}
	if view == "all" {
		return h.service.All(c.Std(), c.Actor, s.ID, after, limit)
	}
	i := max(0, slices.IndexFunc(workViews, func(v struct{ key, label, what, list string }) bool { return v.key == view }))
	key := workViews[i].list
	if workViews[i].what == "p" {
		key = c.Actor.PersonID
	}
	return h.service.Work(c.Std(), c.Actor, s.ID, workViews[i].what, key, after, limit)
}

// list is the work of an authority, or a part of it: what is overdue stands first.
func (h *Work) list(c *web.Ctx) error {
	s, err := h.at(c)
	if err != nil {
		return err
	}
	page, err := h.found(c, s, workShown)
	if err != nil {
		return err
	}
	path, view, part := c.URL(workPath(s.ID)), c.Query("view"), c.Query("part")
	v := spaceworkview.ListPage{Page: h.page(c, s, c.T("Requests of citizens")), Crumbs: h.crumbs(c, s, ""), Caption: h.Places.PlaceName(s.ID, c.Locale.Lang()), Action: path,
		Empty: c.T("Nothing here."), Tiles: h.Tiles, Credit: h.TilesWho}
	v.Wide, v.ArabicText = true, true
	v.Sheets, v.Scripts = append(v.Sheets, "vendor/leaflet/leaflet.css"), append(v.Scripts, "vendor/leaflet/leaflet.js", "budgetmap.js")
	for _, x := range workViews {
		href := path
		if x.key != "" {
			href += "?view=" + x.key
		}
		v.Tabs = append(v.Tabs, ui.Tab{Label: c.T(x.label), Href: href, Current: part == "" && view == x.key})
	}
	if v.Select, err = h.parts(c, s, part); err != nil {
		return err
	}
	if view != "all" {
		v.Bulk = path + "/several"
	}
	names := h.names(c, s)
	for _, r := range page.Items {
		line := h.line(c, s, r, names)
		if v.Bulk == "" {
			line.Value = ""
		}
		if r.Overdue(c.Now()) {
			v.Late = append(v.Late, line)
		} else {
			v.Lines = append(v.Lines, line)
		}
	}
	q := url.Values{}
	for k, x := range map[string]string{"view": view, "part": part} {
		if x != "" {
			q.Set(k, x)
		}
	}
	export := path + "/list.csv?" + q.Encode()
	if page.Next != "" {
		q.Set("after", page.Next)
		v.Pages.Next = path + "?" + q.Encode()
	}
	v.Links = []spaceworkview.Link{{Label: c.T("Download this list (CSV)"), Href: export, Kind: ui.Quiet}, {Label: c.T("Guide for the work on requests"), Href: c.URL("/guides/requests"), Kind: ui.Quiet}}
	if c.Actor.Holds(s.ID, auth.Officer) {
		v.Links = append([]spaceworkview.Link{{Label: c.T("The day at a glance"), Href: path + "/daily", Kind: ui.Secondary}}, v.Links...)
	}
	return c.Show(spaceworkview.List(v))
}

// parts is the choice of a department or a service.
func (h *Work) parts(c *web.Ctx, s Settings, chosen string) (*ui.SelectField, error) {
	f := &ui.SelectField{Name: "part", Label: c.T("Department or service"), Value: chosen, Empty: c.T("All"), Optional: true}
	for _, d := range s.Departments {
		f.Options = append(f.Options, ui.Option{Value: "d:" + d.Key, Label: d.Name.In(c.Locale.Lang()), Group: c.T("Departments")})
	}
	offers, err := h.service.Offers(c.Std(), s.ID)
	for _, v := range offers {
		f.Options = append(f.Options, ui.Option{Value: "o:" + v.Code, Label: v.Name.In(c.Locale.Lang()), Group: c.T("Services")})
	}
	return f, err
}

// names returns how services are called, each asked for once.
func (h *Work) names(c *web.Ctx, s Settings) func(r Request) string {
	known := map[string]string{}
	return func(r Request) string {
		id := VersionID(r.Authority, r.Offer, r.OfferNo)
		if known[id] == "" {
			v, err := h.service.Version(c.Std(), r.Authority, r.Offer, r.OfferNo)
			if known[id] = v.Name.In(c.Locale.Lang()); err != nil || known[id] == "" {
				known[id] = r.Offer
			}
		}
		return known[id]
	}
}

// seenAs is a request as it was seen, for what is done to several: who saw
// another state of it changes nothing.
func seenAs(r Request) string { return r.ID + "." + strconv.FormatInt(r.Acts, 10) }

func (h *Work) line(c *web.Ctx, s Settings, r Request, name func(Request) string) spaceworkview.Line {
	l := spaceworkview.Line{ID: r.ID, Value: seenAs(r), Title: name(r), Href: c.URL(WorkPath(r)), Reference: r.Reference, StateText: c.T(workStates[r.State]), StateTone: workTone(r.State)}
	if d, ok := s.Department(r.Department); ok {
		l.Facts = append(l.Facts, d.Name.In(c.Locale.Lang()))
	}
	if r.Assignee != "" {
		l.Facts = append(l.Facts, h.Colleagues.PersonName(c.Std(), r.Assignee))
	}
	if r.Urgent {
		l.Facts = append(l.Facts, c.T("Urgent"))
	}
	l.Where = h.where(c, s, r)
	if r.Spot.Point {
		l.Lat, l.Lng = coordinate(r.Spot.Lat), coordinate(r.Spot.Lng)
	}
	l.Due, l.DueTone = h.due(c, r)
	return l
}

func (h *Work) where(c *web.Ctx, s Settings, r Request) string {
	if r.Spot.Words != "" {
		return r.Spot.Words
	}
	l, _ := s.Landmark(r.Spot.Landmark)
	return l.Name.In(c.Locale.Lang())
}

// coordinate writes a degree of latitude or longitude to about a metre.
func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', 5, 64) }

// due says how much of the promise is left.
func (h *Work) due(c *web.Ctx, r Request) (text string, tone ui.Tone) {
	switch {
	case !r.State.IsOpen():
		return "", ui.Neutral
	case !r.Clock.PausedAt.IsZero():
		return c.T("The clock is paused"), ui.Info
	case r.Clock.DueAt.IsZero():
		return c.T("No time was promised"), ui.Neutral
	case r.Overdue(c.Now()):
		return c.T("Overdue since {date}", "date", r.Clock.DueAt.In(clock.Zone(r.Country))), ui.Danger
	case r.Clock.DueAt.Sub(c.Now()) < 48*time.Hour:
		return c.T("Due on {date}", "date", r.Clock.DueAt.In(clock.Zone(r.Country))), ui.Warning
	}
	return c.T("Due on {date}", "date", r.Clock.DueAt.In(clock.Zone(r.Country))), ui.Neutral
}

// exported is the most requests a table of the work has: what is asked for more
// narrows it.
const exported = 1000

func (h *Work) listCSV(c *web.Ctx) error {
	s, err := h.at(c)
	if err != nil {
		return err
	}
	page, err := h.found(c, s, exported)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	w := table.NewWriter(&out, c.T("Reference"), c.T("Service"), c.T("State"), c.T("Department"), c.T("Place"), c.T("Received"), c.T("Promised for"), c.T("Ended"))
	names, zone := h.names(c, s), clock.Zone(s.Country)
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(time.DateOnly)
	}
	for _, r := range page.Items {
		d, _ := s.Department(r.Department)
		w.Row(r.Reference, names(r), c.T(workStates[r.State]), d.Name.In(c.Locale.Lang()), h.where(c, s, r), day(r.CreatedAt), day(r.Clock.DueAt), day(r.EndedAt))
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Attachment("requests.csv")
	c.Set("Content-Type", "text/csv; charset=utf-8")
	return c.Send(out.Bytes())
}
