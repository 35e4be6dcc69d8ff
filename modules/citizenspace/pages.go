package citizenspace

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/citizenspaceview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// PagesParts is what the pages are built from.
type PagesParts struct {
	Service *Service
	Shelf   Shelf
	Tiles   Tiles
	Secure  bool // cookies over https alone
}

// Tiles is where map tiles come from; the zero value means that there is no map.
type Tiles struct{ URL, Attribution string }

// Picture is an uploaded photo as pages show it.
type Picture struct{ ID, Name, Full, Thumb string }

// Shelf keeps what is uploaded with requests. Server adapts kit/file.
type Shelf interface {
	// Take keeps a file of a request: pictures only, or papers (PDF) too. TooLarge
	// or Invalid, in words for the person, when it is none.
	Take(ctx context.Context, requestID, name string, body io.Reader, papers bool) (string, error)
	// Pictures describes kept files; those that are gone are left out.
	Pictures(ctx context.Context, ids []string) ([]Picture, error)
}

// Pages are the pages of Citizen Spaces.
type Pages struct{ PagesParts }

// NewPages returns the pages.
func NewPages(p PagesParts) *Pages { return &Pages{p} }

// How often one person may do what leaves something behind, and how often one
// request's code may be tried.
var (
	oftenAsked = web.Limit{Burst: 20, Every: 30 * time.Second}
	oftenSaid  = web.Limit{Burst: 30, Every: 20 * time.Second}
	oftenTried = web.Limit{Burst: 40, Every: 20 * time.Second}
)

// Routes declares the pages of citizens.
func (h *Pages) Routes(s *web.Site) {
	s.Get("/spaces", web.Public, h.spaces)
	s.Get("/spaces/:id", web.Public, h.space)
	s.Get("/spaces/:id/services/:code", web.Public, h.offer)
	s.Get("/spaces/:id/services/:code/ask", web.Anyone, h.showAsk)
	s.Post("/spaces/:id/services/:code/ask", web.Anyone, web.Limited(oftenAsked, h.ask))
	s.Get("/spaces/:id/requests", web.Public, h.requests)
	s.Plain("GET", "/spaces/:id/map.json", web.Public, h.mapJSON)
	s.Get("/requests/:ref", web.Public, h.request)
	s.Get("/requests/:ref/me-too", web.Anyone, h.showMeToo)
	s.Post("/requests/:ref/me-too", web.Anyone, web.Limited(oftenSaid, h.meToo))
	s.Get("/follow", web.Anyone, h.showFollow)
	s.Post("/follow", web.Anyone, web.Limited(oftenTried, h.follow))
	tried := func(next web.Handler) web.Handler { return web.LimitedBy(oftenTried, triedCode, next) }
	s.Get("/follow/:ref", web.Anyone, tried(h.followed))
	s.Get("/follow/:ref/thanks", web.Anyone, tried(h.thanks))
	s.Get("/follow/:ref/receipt.pdf", web.Anyone, tried(h.receipt))
	s.Post("/follow/:ref/write", web.Anyone, web.Limited(oftenSaid, tried(h.write)))
	s.Get("/follow/:ref/withdraw", web.Anyone, tried(h.showWithdraw))
	s.Post("/follow/:ref/withdraw", web.Anyone, tried(h.withdraw))
	s.Post("/follow/:ref/reopen", web.Anyone, web.Limited(oftenSaid, tried(h.reopen)))
	s.Post("/follow/:ref/judge", web.Anyone, web.Limited(oftenSaid, tried(h.judge)))
	s.Get("/me/requests", web.SignedIn, h.mine)
}

// frame is a page of the module.
func (h *Pages) frame(c *web.Ctx, title string) ui.Page {
	c.SetCurrent("spaces")
	p := c.Page(title)
	p.Sheets = append(p.Sheets, "space.css")
	return p
}

// wide is a page with an aside, or a list.
func (h *Pages) wide(c *web.Ctx, title string) ui.Page {
	p := h.frame(c, title)
	p.Wide = true
	return p
}

// withMap adds what a page with a map needs; nil where there is none.
func (h *Pages) withMap(p *ui.Page) *citizenspaceview.Tiles {
	if h.Tiles.URL == "" {
		return nil
	}
	p.Sheets = append(p.Sheets, "vendor/leaflet/leaflet.css")
	p.Scripts = append(p.Scripts, "vendor/leaflet/leaflet.js", "spacemap.js")
	return &citizenspaceview.Tiles{URL: h.Tiles.URL, Attribution: h.Tiles.Attribution}
}

func (h *Pages) crumbs(c *web.Ctx, s Settings, more ...ui.Crumb) []ui.Crumb {
	lang := c.Locale.Lang()
	return append([]ui.Crumb{{Label: c.T("Citizen Spaces"), Href: c.URL("/spaces")}, {Label: s.Name.In(lang), Href: c.URL("/spaces/" + s.ID)}}, more...)
}

// settings returns the Citizen Space of the address, and speaks its country's words.
func (h *Pages) settings(c *web.Ctx, authority string) (Settings, error) {
	s, err := h.Service.Settings(c.Std(), authority)
	if err == nil {
		c.UseCountry(s.Country)
	}
	return s, err
}

// again shows a form once more with what has to be corrected; any other fault is
// the answer.
func again(c *web.Ctx, err error, page func() (templ.Component, error)) error {
	problems := ProblemsOf(err)
	if problems == nil {
		return err
	}
	errs := make([]ui.FieldError, 0, len(problems))
	for _, p := range problems {
		errs = append(errs, ui.FieldError{Field: p.Field, Message: c.T(p.Message, p.Args...)})
	}
	c.Wrong(errs)
	view, err := page()
	if err != nil {
		return err
	}
	return c.Invalid(view)
}

// typed is one field of a form whose fields depend on the data.
func typed(c *web.Ctx, name string, lines bool) string {
	return strings.TrimSpace(form.Clean(c.FormValue(name), lines))
}

// typedAll is a field that is sent several times.
func typedAll(c *web.Ctx, name string) (all []string) {
	if posted, err := c.MultipartForm(); err == nil && posted != nil {
		for _, v := range posted.Value[name] {
			all = append(all, form.Clean(v, false))
		}
		return all
	}
	for _, v := range c.Request().PostArgs().PeekMulti(name) {
		all = append(all, form.Clean(string(v), false))
	}
	return all
}

func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

// day writes a day as it is in the country.
func day(l *i18n.Locale, t time.Time, country string) string {
	return l.Date(t.In(clock.Zone(country)))
}

// spaces lists the Citizen Spaces.
func (h *Pages) spaces(c *web.Ctx) error {
	after := c.Query("after")
	page, err := h.Service.Spaces(c.Std(), after, 50)
	if err != nil {
		return err
	}
	v := citizenspaceview.SpacesPage{Page: h.frame(c, c.T("Citizen Spaces"))}
	v.Description = c.T("One window for all services of the municipality: ask, follow, report what is broken.")
	lang := c.Locale.Lang()
	for _, s := range page.Items {
		v.Cards = append(v.Cards, ui.CardSpec{Title: s.Name.In(lang), Href: c.URL("/spaces/" + s.ID), Text: s.Address.In(lang), Meta: present(s.Hours.In(lang))})
	}
	v.Pages = c.Pager("/spaces", url.Values{}, after, page.Next)
	return c.Show(citizenspaceview.Spaces(v))
}

// present returns those texts that are not empty.
func present(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

// space shows the catalogue of one Citizen Space.
func (h *Pages) space(c *web.Ctx) error {
	s, err := h.settings(c, c.Params("id"))
	if err != nil {
		return err
	}
	offers, err := h.Service.Offers(c.Std(), s.ID)
	if err != nil {
		return err
	}
	lang := c.Locale.Lang()
	v := citizenspaceview.SpacePage{Page: h.wide(c, s.Name.In(lang)), Requests: c.URL("/spaces/" + s.ID + "/requests"), Follow: c.URL("/follow")}
	v.Crumbs = []ui.Crumb{{Label: c.T("Citizen Spaces"), Href: c.URL("/spaces")}, {Label: v.Title}}
	v.Description = c.T("Choose a service: you read all about it before you ask.")
	if !s.Open {
		v.Off = c.T("Requests cannot be made online at the moment.")
	}
	for _, group := range Groups {
		g := citizenspaceview.Group{Title: c.T(GroupLabel(group))}
		for _, o := range offers {
			if o.Group == group {
				g.Cards = append(g.Cards, ui.CardSpec{Title: o.Name.In(lang), Href: c.URL("/spaces/" + s.ID + "/services/" + o.Code), Text: o.Summary.In(lang), Meta: present(promiseText(c, o.Promise)), Level: 3})
			}
		}
		if len(g.Cards) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	fact := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, ui.SummaryRow{Key: key, Value: value})
		}
	}
	fact(c.T("Address"), s.Address.In(lang))
	fact(c.T("Opening hours"), s.Hours.In(lang))
	if s.Phone != "" {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: c.T("Phone"), Body: ui.Ltr(s.Phone)})
	}
	fact(c.T("Closed next"), h.nextDaysOff(c, s))
	return c.Show(citizenspaceview.Space(v))
}

// nextDaysOff are the public holidays and closures of the coming two months.
func (h *Pages) nextDaysOff(c *web.Ctx, s Settings) string {
	today, until := c.Now().Format(time.DateOnly), c.Now().AddDate(0, 2, 0).Format(time.DateOnly)
	lang := c.Locale.Lang()
	type off struct{ day, name string }
	var all []off
	for _, x := range h.Service.Holidays(s.Country) {
		for _, d := range x.Days {
			if d >= today && d < until {
				name := x.Name.In(lang)
				if !x.Verified {
					name += unverified
				}
				all = append(all, off{d, name})
			}
		}
	}
	for _, x := range s.Closures {
		if x.Day >= today && x.Day < until {
			all = append(all, off{x.Day, x.Why.In(lang)})
		}
	}
	slices.SortFunc(all, func(a, b off) int { return strings.Compare(a.day, b.day) })
	var lines []string
	for _, x := range all {
		if t, err := time.Parse(time.DateOnly, x.day); err == nil {
			lines = append(lines, strings.TrimSuffix(c.Locale.Date(t)+" · "+x.name, " · "))
		}
	}
	return strings.Join(lines, "\n")
}

// offer shows a service whole.
func (h *Pages) offer(c *web.Ctx) error {
	s, err := h.settings(c, c.Params("id"))
	if err != nil {
		return err
	}
	o, err := h.Service.Offer(c.Std(), s.ID, c.Params("code"))
	if err != nil {
		return err
	}
	v, lang := *o.Current, c.Locale.Lang()
	p := citizenspaceview.OfferPage{Page: h.frame(c, v.Name.In(lang)), Notice: v.Notice.In(lang)}
	p.Crumbs = h.crumbs(c, s, ui.Crumb{Label: p.Title})
	p.Description = v.Summary.In(lang)
	p.Facts, p.Sources = h.offerFacts(c, s, v)
	for _, x := range v.Papers {
		p.Papers = append(p.Papers, paperText(c, x))
	}
	for _, q := range v.Questions {
		p.Questions = append(p.Questions, q.Label.In(lang))
	}
	for _, f := range v.Forms {
		p.Forms = append(p.Forms, citizenspaceview.Link{Href: f.URL, Text: f.Name.In(lang)})
	}
	p.Privacy = c.T("Only you and the agents who work on it see your request.")
	if v.Public {
		p.Privacy = c.T("Everybody can see the request with its place, photos and progress. Nobody sees who made it.")
	}
	if v.Online && s.Open {
		p.Ask = c.URL("/spaces/" + s.ID + "/services/" + v.Code + "/ask")
	}
	return c.Show(citizenspaceview.Offer(p))
}

func paperText(c *web.Ctx, p Paper) string {
	text := p.Name.In(c.Locale.Lang())
	var more []string
	if p.Copies > 1 {
		more = append(more, c.N("{n} copy", "{n} copies", p.Copies))
	}
	if p.Original {
		more = append(more, c.T("to be shown"))
	}
	if p.Optional {
		more = append(more, c.T("if it applies"))
	}
	if len(more) > 0 {
		text += " (" + c.Locale.List(more) + ")"
	}
	return text
}

var currencies = map[string]string{"TN": "TND", "MA": "MAD"}

// offerFacts are who may ask, what it costs, how long it takes and who does it.
func (h *Pages) offerFacts(c *web.Ctx, s Settings, v Version) (rows []ui.SummaryRow, sources []ui.SourceSpec) {
	lang := c.Locale.Lang()
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: key, Value: value})
		}
	}
	mark := func(verified bool) string {
		if verified {
			return ""
		}
		return unverified
	}
	add(c.T("Who can ask"), v.Who.In(lang))
	switch {
	case v.Fee.Varies:
		add(c.T("Fee"), c.T("It varies: {how}", "how", v.Fee.Note.In(lang))+mark(v.Fee.Verified))
	case v.Fee.Minor == 0:
		add(c.T("Fee"), c.T("Free of charge")+mark(v.Fee.Verified))
	default:
		add(c.T("Fee"), strings.TrimSpace(c.Locale.Money(v.Fee.Minor, currencies[s.Country])+" "+v.Fee.Note.In(lang))+mark(v.Fee.Verified))
	}
	if text := promiseText(c, v.Promise); text != "" {
		key := c.T("Promised within")
		if v.Promise.Legal {
			key = c.T("Legal period")
		}
		add(key, text+mark(v.Promise.Verified))
	}
	if text := v.Promise.Source.In(lang); text != "" {
		sources = append(sources, ui.SourceSpec{Text: text, Verified: v.Promise.Verified})
	}
	if text := v.Fee.Source.In(lang); text != "" {
		sources = append(sources, ui.SourceSpec{Text: text, Verified: v.Fee.Verified})
	}
	if d, ok := s.Department(v.Department); ok {
		add(c.T("Department"), d.Name.In(lang))
	}
	hours := v.Hours.In(lang)
	if hours == "" {
		hours = s.Hours.In(lang)
	}
	add(c.T("Opening hours"), hours)
	if !v.Fee.Verified || !v.Promise.Verified {
		add(strings.TrimSpace(unverified), c.T("Not verified yet: the municipality confirms it at the counter."))
	}
	add(c.T("Version"), c.T("{n}, since {day}", "n", v.Number, "day", day(c.Locale, v.PublishedAt, s.Country)))
	return rows, sources
}

// mine lists what a person asked for.
func (h *Pages) mine(c *web.Ctx) error {
	after := c.Query("after")
	page, err := h.Service.Mine(c.Std(), c.Actor, after)
	if err != nil {
		return err
	}
	v := citizenspaceview.MinePage{Page: h.frame(c, c.T("My requests")), Pages: c.Pager("/me/requests", url.Values{}, after, page.Next)}
	c.SetCurrent("me")
	for _, r := range page.Items {
		version, err := h.Service.Version(c.Std(), r.Authority, r.Offer, r.OfferNo)
		if err != nil {
			return err
		}
		v.Cards = append(v.Cards, ui.CardSpec{Title: version.Name.In(c.Locale.Lang()), Href: c.URL("/follow/" + r.Reference), Eyebrow: r.Reference, Text: shorten(r.Description, 140),
			TagText: c.T(StateLabel(r.State)), TagTone: StateTone(r.State), Meta: []string{day(c.Locale, r.CreatedAt, r.Country)}})
	}
	return c.Show(citizenspaceview.Mine(v))
}

// shorten cuts a text to about n letters, at a word.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := n
	for cut > n/2 && r[cut] != ' ' && r[cut] != '\n' {
		cut--
	}
	return string(r[:cut]) + "…"
}

// asBroken makes the fault of an upload one of its field.
func asBroken(field string, message string, args []any) error {
	return errors.Join(&Broken{Problems: []Problem{{field, message, args}}})
}
