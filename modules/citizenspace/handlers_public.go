package citizenspace

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/web"
	"musharaka/views/citizenspaceview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// filterOf reads what a list and its map are narrowed by.
func filterOf(c *web.Ctx, authority string) Filter {
	f := Filter{Authority: authority, Offer: c.Query("service"), Group: Group(c.Query("state")), After: c.Query("after"), Limit: 20}
	if !slices.Contains(RequestGroups, f.Group) {
		f.Group = AllRequests
	}
	if !codePattern.MatchString(f.Offer) {
		f.Offer = ""
	}
	return f
}

// requests lists the public requests of a Citizen Space, and shows them on the map.
func (h *Pages) requests(c *web.Ctx) error {
	s, err := h.settings(c, c.Params("id"))
	if err != nil {
		return err
	}
	lang, path := c.Locale.Lang(), "/spaces/"+s.ID+"/requests"
	v := citizenspaceview.RequestsPage{Page: h.wide(c, c.T("Reported to the municipality")), Action: c.URL(path), Words: shorten(c.Query("q"), 200), Ask: c.URL("/spaces/" + s.ID)}
	v.Description = s.Name.In(lang)
	v.Crumbs = h.crumbs(c, s, ui.Crumb{Label: v.Title})
	f := filterOf(c, s.ID)
	q := url.Values{}
	if f.Offer != "" {
		q.Set("service", f.Offer)
		v.Active++
	}
	if f.Group != AllRequests {
		q.Set("state", string(f.Group))
		v.Active++
	}
	if err := h.requestFilters(c, s, f, &v); err != nil {
		return err
	}
	page, err := h.found(c, f, v.Words)
	if err != nil {
		return err
	}
	for _, x := range page.Items {
		v.Cards = append(v.Cards, h.card(c, s, x))
		if x.Point {
			v.Points = append(v.Points, citizenspaceview.Point{Title: x.OfferName.In(lang) + " · " + x.Reference, Href: c.URL("/requests/" + x.Reference), Lat: degrees(x.Lat), Lng: degrees(x.Lng)})
		}
	}
	v.Found = c.N("{n} request on this page", "{n} requests on this page", len(page.Items))
	if v.Words != "" {
		v.Active++
		v.Found = c.N("{n} request found", "{n} requests found", len(page.Items))
	}
	if v.Tiles = h.withMap(&v.Page); v.Tiles != nil && v.Words == "" {
		v.Data, v.Lat, v.Lng = "/spaces/"+s.ID+"/map.json?lang="+lang+"&"+q.Encode(), degrees(s.Lat), degrees(s.Lng)
	}
	v.Pages = c.Pager(path, q, f.After, page.Next)
	return c.Show(citizenspaceview.Requests(v))
}

func (h *Pages) found(c *web.Ctx, f Filter, words string) (Page[Card], error) {
	if words == "" {
		return h.Service.List(c.Std(), f)
	}
	f.Limit = 50
	cards, err := h.Service.Search(c.Std(), words, f)
	return Page[Card]{Items: cards}, err
}

func (h *Pages) requestFilters(c *web.Ctx, s Settings, f Filter, v *citizenspaceview.RequestsPage) error {
	offers, err := h.Service.Offers(c.Std(), s.ID)
	if err != nil {
		return err
	}
	services := ui.SelectField{Name: "service", Label: c.T("Service asked for"), Value: f.Offer, Empty: c.T("All services")}
	for _, o := range offers {
		if o.Public {
			services.Options = append(services.Options, ui.Option{Value: o.Code, Label: o.Name.In(c.Locale.Lang())})
		}
	}
	states := ui.SelectField{Name: "state", Label: c.T("State"), Value: string(f.Group)}
	for _, g := range RequestGroups {
		states.Options = append(states.Options, ui.Option{Value: string(g), Label: c.T(requestGroupLabels[g])})
	}
	v.Selects = []ui.SelectField{services, states}
	return nil
}

// card is a public request in a list.
func (h *Pages) card(c *web.Ctx, s Settings, x Card) ui.CardSpec {
	lang := c.Locale.Lang()
	spec := ui.CardSpec{
		Title: x.OfferName.In(lang), Href: c.URL("/requests/" + x.Reference), Eyebrow: x.Reference, TagText: c.T(StateLabel(x.State)), TagTone: StateTone(x.State),
		Text: shorten(x.Description, 160), Meta: present(h.address(s, x.Address, x.AddressID, lang), day(c.Locale, x.RequestedAt, s.Country)),
	}
	if x.Supports > 0 {
		spec.Meta = append(spec.Meta, c.N("{n} person says “me too”", "{n} people say “me too”", int(x.Supports)))
	}
	return spec
}

// address says where, in the reader's language where it is a landmark.
func (h *Pages) address(s Settings, words, landmark, lang string) string {
	if l, ok := s.Landmark(landmark); ok {
		name := l.Name.In(lang)
		if words == "" || words == l.Name.In("ar") || words == name {
			return name
		}
		return name + " · " + words
	}
	return words
}

// mapJSON answers a map with what a part of it holds.
func (h *Pages) mapJSON(c *web.Ctx) error {
	s, err := h.Service.Settings(c.Std(), c.Params("id"))
	if err != nil {
		return err
	}
	part, err := boundsOf(c.Query("bbox"), s)
	if err != nil {
		return err
	}
	zoom, _ := strconv.Atoi(c.Query("zoom"))
	view, err := h.Service.Map(c.Std(), filterOf(c, s.ID), part, zoom)
	if err != nil {
		return err
	}
	lang := c.Query("lang")
	if !slices.Contains(web.Langs, lang) {
		lang = web.Langs[0]
	}
	type mark struct {
		Lat   float64 `json:"lat"`
		Lng   float64 `json:"lng"`
		N     int64   `json:"n"`
		Title string  `json:"title,omitempty"`
		Href  string  `json:"href,omitempty"`
	}
	answer := struct {
		Clusters []mark `json:"clusters"`
		Total    int64  `json:"total"`
		Cut      bool   `json:"cut"`
	}{Clusters: []mark{}, Total: view.Total, Cut: view.Cut}
	for _, x := range view.Clusters {
		m := mark{Lat: x.Lat, Lng: x.Lng, N: x.N}
		if x.Card != nil {
			m.Title, m.Href = x.Card.OfferName.In(lang)+" · "+x.Card.Reference, "/"+lang+"/requests/"+x.Card.Reference
		}
		answer.Clusters = append(answer.Clusters, m)
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	c.Set("Content-Type", "application/json; charset=utf-8")
	return c.Send(body)
}

// boundsOf reads a part of the map; the surroundings of the town's middle when
// none is named.
func boundsOf(text string, s Settings) (Bounds, error) {
	const surroundings = 15_000 // metres
	if text == "" {
		return around(s.Lat, s.Lng, surroundings), nil
	}
	bad := fault.New(fault.Invalid, "The part of the map is four numbers: south, west, north, east.")
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return Bounds{}, bad
	}
	var edges [4]float64
	for i := range edges {
		var err error
		if edges[i], err = strconv.ParseFloat(parts[i], 64); err != nil {
			return Bounds{}, bad
		}
	}
	b := Bounds{edges[0], edges[1], edges[2], edges[3]}
	if !b.Valid() {
		return Bounds{}, bad
	}
	return b, nil
}

// request shows a public request to everybody.
func (h *Pages) request(c *web.Ctx) error {
	r, err := h.Service.Request(c.Std(), Caller{}, c.Params("ref"))
	if err != nil {
		return err
	}
	s, err := h.settings(c, r.Authority)
	if err != nil {
		return err
	}
	v, err := h.requestPage(c, s, r)
	if err != nil {
		return err
	}
	card, err := h.Service.CardOf(c.Std(), r.ID)
	if err != nil {
		return err
	}
	if card.Supports > 0 {
		v.Aside = append(v.Aside, citizenspaceview.Prose(c.N("{n} person says “me too”", "{n} people say “me too”", int(card.Supports))))
	}
	if r.State.IsOpen() {
		v.Aside = append(v.Aside, ui.ButtonLink(c.URL("/requests/"+r.Reference+"/me-too"), c.T("I see it too"), ui.Primary))
	}
	v.Aside = append(v.Aside, ui.ButtonLink(c.URL("/follow/"+r.Reference), c.T("It is my request"), ui.Secondary))
	return c.Show(citizenspaceview.Request(v))
}

// requestPage is what the public page and that of who asked have in common.
func (h *Pages) requestPage(c *web.Ctx, s Settings, r Request) (citizenspaceview.RequestPage, error) {
	lang := c.Locale.Lang()
	version, err := h.Service.Version(c.Std(), r.Authority, r.Offer, r.OfferNo)
	if err != nil {
		return citizenspaceview.RequestPage{}, err
	}
	v := citizenspaceview.RequestPage{Page: h.wide(c, version.Name.In(lang)), Caption: r.Reference, StateText: c.T(StateLabel(r.State)), StateTone: StateTone(r.State), Body: r.Description, Notes: r.StatusNotes}
	v.Crumbs = h.crumbs(c, s, ui.Crumb{Label: c.T("Reported to the municipality"), Href: c.URL("/spaces/" + s.ID + "/requests")}, ui.Crumb{Label: r.Reference})
	pictures, err := h.Shelf.Pictures(c.Std(), r.Photos)
	if err != nil {
		return v, err
	}
	for i, p := range pictures {
		v.Photos = append(v.Photos, citizenspaceview.Photo{Full: p.Full, Thumb: p.Thumb, Alt: c.T("Photo {n} of the request", "n", i+1)})
	}
	v.Facts = h.requestFacts(c, s, r, version)
	if r.Spot.Point {
		v.Tiles = h.withMap(&v.Page)
		v.Points = []citizenspaceview.Point{{Title: v.Title, Lat: degrees(r.Spot.Lat), Lng: degrees(r.Spot.Lng)}}
	}
	v.Ending = h.endingLines(c, r)
	v.Timeline = h.timeline(c, s, r)
	return v, nil
}

func (h *Pages) requestFacts(c *web.Ctx, s Settings, r Request, v Version) (rows []ui.SummaryRow) {
	lang := c.Locale.Lang()
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: key, Value: value})
		}
	}
	add(c.T("Where"), h.address(s, r.Spot.Words, r.Spot.Landmark, lang))
	for _, a := range r.Answers {
		if q, ok := v.Question(a.Code); ok && q.Type != File {
			add(q.Label.In(lang), strings.Join(q.shown(a.Values, s, lang), "\n"))
		}
	}
	if d, ok := s.Department(r.Department); ok {
		add(c.T("Department"), d.Name.In(lang))
	}
	add(c.T("Asked on"), day(c.Locale, r.CreatedAt, s.Country)+" · "+c.T(ChannelLabel(r.Channel)))
	switch {
	case !r.State.IsOpen() && !r.EndedAt.IsZero():
		add(c.T("Ended on"), day(c.Locale, r.EndedAt, s.Country))
	case r.State == Waiting:
		add(c.T("Expected"), c.T("The period stands still until the citizen answers."))
	case !r.Clock.DueAt.IsZero():
		text := day(c.Locale, r.Clock.DueAt, s.Country)
		if r.Overdue(c.Now()) {
			text += " · " + c.T("late")
		}
		add(c.T("Expected"), text)
	}
	if r.State == Scheduled && !r.PlannedFor.IsZero() {
		add(c.T("Planned for"), day(c.Locale, r.PlannedFor, s.Country))
	}
	return rows
}

// shown are answers in words.
func (q Question) shown(values []string, s Settings, lang string) (words []string) {
	for _, v := range values {
		for _, choice := range q.Choices {
			if choice.Key == v {
				v = choice.Name.In(lang)
			}
		}
		if key, ok := strings.CutPrefix(v, "#"); ok && q.Type == Place {
			if l, known := s.Landmark(key); known {
				v = l.Name.In(lang)
			}
		}
		words = append(words, v)
	}
	return words
}

// endingLines say how a request ended, why, and where one can turn.
func (h *Pages) endingLines(c *web.Ctx, r Request) (lines []string) {
	e := r.Ending
	if e == nil || r.State.IsOpen() {
		return nil
	}
	if label := CloseLabel(e.Code); label != "" {
		lines = append(lines, c.T(label))
	}
	if e.Body != "" {
		lines = append(lines, c.T("This is decided by {body}.", "body", e.Body))
		if e.SentTo != "" {
			lines = append(lines, c.T("We sent it to {office} on {day}.", "office", e.SentTo, "day", day(c.Locale, e.Sent, r.Country)))
		} else {
			lines = append(lines, c.T("Please turn there yourself."))
		}
	}
	return append(lines, present(e.Reasons)...)
}

// timeline is what happened, in the words of the reader. Who did it is never named.
func (h *Pages) timeline(c *web.Ctx, s Settings, r Request) []ui.Event {
	lang := c.Locale.Lang()
	var events []ui.Event
	for _, e := range Timeline(r.History) {
		ev := ui.Event{At: e.At, Title: c.T(actLabels[Act(actOf(e.Act))]), Text: e.Reason, State: ui.Past, By: c.T(roleLabel(e))}
		if d, ok := s.Department(e.Details["department"]); ok {
			ev.Title += " · " + d.Name.In(lang)
		}
		events = append(events, ev)
	}
	if r.State.IsOpen() && r.State != Waiting && !r.Clock.DueAt.IsZero() {
		events = append(events, ui.Event{At: r.Clock.DueAt, Title: c.T("Expected to be settled by then"), State: ui.Future})
	}
	return events
}

func roleLabel(e audit.Entry) string {
	switch Role(e.ActorRole) {
	case AsCitizen:
		return citizenLabel
	case AsSystem:
		return platformLabel
	}
	return spaceLabel
}

// showMeToo asks somebody who sees the same how to tell them how it goes on.
func (h *Pages) showMeToo(c *web.Ctx) error {
	view, err := h.meTooPage(c)
	if err != nil {
		return err
	}
	return c.Show(view)
}

func (h *Pages) meTooPage(c *web.Ctx) (templ.Component, error) {
	r, err := h.Service.Request(c.Std(), Caller{}, c.Params("ref"))
	if err != nil {
		return nil, err
	}
	s, err := h.settings(c, r.Authority)
	if err != nil {
		return nil, err
	}
	path := "/requests/" + r.Reference
	v := citizenspaceview.FormPage{Page: h.frame(c, c.T("I see it too")), Caption: r.Reference, Lead: c.T("You are counted once. Nobody sees who you are."), Action: c.URL(path + "/me-too"), Button: c.T("I see it too"), Cancel: c.URL(path)}
	v.Crumbs = h.crumbs(c, s, ui.Crumb{Label: r.Reference, Href: c.URL(path)}, ui.Crumb{Label: v.Title})
	if !c.Actor.SignedIn() {
		v.Fields = []templ.Component{ui.Text(v.Page, ui.TextField{Name: "email", Label: c.T("Your e-mail address"), Hint: c.T("Used to count you once and to tell you how it ends, for nothing else."), Value: typed(c, "email", false), Type: "email", Autocomplete: "email", Ltr: true})}
	}
	return citizenspaceview.Form(v), nil
}

func (h *Pages) meToo(c *web.Ctx) error {
	r, err := h.Service.MeToo(c.Std(), By(c.Actor), c.Params("ref"), typed(c, "email", false), c.Locale.Lang())
	if err != nil {
		return again(c, err, func() (templ.Component, error) { return h.meTooPage(c) })
	}
	return c.SeeOther("/requests/" + r.Reference)
}
