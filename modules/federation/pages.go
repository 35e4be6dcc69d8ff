package federation

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/web"
	"musharaka/views/federationview"
	"musharaka/views/recordview"
	"musharaka/views/ui"

	"github.com/a-h/templ"
)

// Tiles is where the tiles of maps come from; without an address there are no
// maps, and the lists say the same.
type Tiles struct{ URL, Attribution string }

// Pages are the pages of a network's records.
type Pages struct {
	*Service
	tiles Tiles
}

// NewPages returns the pages over the service.
func NewPages(s *Service, t Tiles) *Pages { return &Pages{Service: s, tiles: t} }

// workers are those who may work for a network somewhere; the act itself decides
// for which.
var workers = web.Roles(auth.Officer, auth.President, auth.Coordinator, auth.Administrator)

// Routes declares the pages, from public to those who work for a network.
func (h *Pages) Routes(s *web.Site) {
	for _, k := range Kinds {
		if audience := web.Anyone; k != Mandate {
			if k == Obstacle || k == Request || k == Dispute {
				audience = workers
			}
			s.Get("/networks/:id/"+kindNames[k].path, audience, h.list(k))
		}
	}
	s.Get("/networks/:id/bodies", web.Anyone, h.bodies)
	s.Get("/networks/:id/members", web.Anyone, h.members)
	s.Get("/networks/:id/archive", web.Anyone, h.archive)
	s.Get("/networks/:id/records/:record", web.Anyone, h.show)
	s.Get("/networks/:id/calendar.ics", web.Public, h.calendar)
	s.Get("/networks/:id/news.atom", web.Public, h.news)
	s.Get("/networks/:id/guide.pdf", web.Public, web.Limited(oftenDrawn, h.guide))
	for _, k := range []Kind{Space, Mandate, Meeting, Practice, Output} {
		s.Get("/networks/:id/"+kindNames[k].path+".csv", web.Public, h.csv(k))
		s.Plain("GET", "/networks/:id/"+kindNames[k].path+".json", web.Public, h.json(k))
	}

	s.Get("/desk/networks/:id/work", workers, h.work)
	s.Get("/desk/networks/:id/new/:kind", workers, h.showEnter)
	s.Post("/desk/networks/:id/new/:kind", workers, h.enter)
	s.Get("/desk/networks/:id/records/:record/edit", workers, h.showChange)
	s.Post("/desk/networks/:id/records/:record/edit", workers, h.change)
	s.Get("/desk/networks/:id/records/:record/acts/:act", workers, h.showAct)
	s.Post("/desk/networks/:id/records/:record/acts/:act", workers, h.do)
	s.Post("/desk/networks/:id/records/:record/photos/:photo/remove", workers, h.removePhoto)
}

// standing is what the reader is to the network of the address. From here on the
// page speaks the words of its country.
func (h *Pages) standing(c *web.Ctx) (Standing, error) {
	st, err := h.Standing(c.Std(), c.Actor, c.Params("id"))
	if err == nil && st.Network.Country != "" {
		c.UseCountry(st.Network.Country)
	}
	return st, err
}

func base(n Network) string { return "/networks/" + n.ID }

func path(n Network, k Kind) string { return base(n) + "/" + kindNames[k].path }

func recordPath(r Record) string { return "/networks/" + r.Network + "/records/" + r.ID }

// page is the frame of a network's page.
func (h *Pages) page(c *web.Ctx, title string) ui.Page {
	p := c.Page(title)
	p.Sheets = append(p.Sheets, "federation.css")
	p.ArabicText = true
	return p
}

func crumbs(c *web.Ctx, n Network, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: c.T("Networks of authorities"), Href: c.URL("/networks")}, {Label: n.Name(c.Locale.Lang()), Href: c.URL(base(n))}}, more...)
}

// readable are the kinds whose lists a reader may open.
func (s Standing) readable() []Kind {
	return slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool {
		return !s.Inside() && (k == Obstacle || k == Request || k == Dispute)
	})
}

// tabs lead from one list of the network to another.
func tabs(c *web.Ctx, st Standing, current string) []ui.Tab {
	var all []ui.Tab
	if st.Inside() {
		all = append(all, ui.Tab{Label: c.T("What waits"), Href: c.URL("/desk" + base(st.Network) + "/work"), Current: current == "work"})
	}
	for _, k := range st.readable() {
		all = append(all, ui.Tab{Label: c.T(kindNames[k].all), Href: c.URL(path(st.Network, k)), Current: current == string(k)})
	}
	return append(all, ui.Tab{Label: c.T("Members"), Href: c.URL(base(st.Network) + "/members"), Current: current == "members"}, ui.Tab{Label: c.T("Archive"), Href: c.URL(base(st.Network) + "/archive"), Current: current == "archive"})
}

// Contents are the tiles that lead from a network's own page to its records.
func (h *Pages) Contents(c *web.Ctx, network string) ([]ui.TileSpec, error) {
	st, err := h.Standing(c.Std(), c.Actor, network)
	if err != nil {
		return nil, err
	}
	icons := map[Kind]string{Space: "place", Mandate: "council", Meeting: "clock", Practice: "petition", Output: "file", Obstacle: "warning", Request: "people", Dispute: "reply"}
	var all []ui.TileSpec
	if st.Inside() {
		all = append(all, ui.TileSpec{Icon: "bell", Title: c.T("What waits"), Text: c.T("What is due or overdue in the network, and what you can enter"), Href: c.URL("/desk" + base(st.Network) + "/work")})
	}
	for _, k := range st.readable() {
		all = append(all, ui.TileSpec{Icon: icons[k], Title: c.T(kindNames[k].all), Text: c.T(kindNames[k].lead), Href: c.URL(path(st.Network, k))})
	}
	all = append(all, ui.TileSpec{Icon: "chart", Title: c.T("Members and their public data"), Text: c.T("What everybody can read of each member, in one place"), Href: c.URL(base(st.Network) + "/members")})
	return append(all, ui.TileSpec{Icon: "search", Title: c.T("Archive"), Text: c.T("Everything the network has kept, to search"), Href: c.URL(base(st.Network) + "/archive")}), nil
}

const pageLength = 30

// list shows the records of a kind.
func (h *Pages) list(k Kind) web.Handler {
	return func(c *web.Ctx) error {
		st, err := h.standing(c)
		if err != nil {
			return err
		}
		if !slices.Contains(st.readable(), k) {
			return errNone
		}
		f := h.filter(c, st, k)
		length := pageLength
		if k == Space {
			length = 100 // so that the map shows a whole country
		}
		found, err := h.List(c.Std(), st, k, f, c.Query("after"), length)
		if err != nil {
			return err
		}
		v := h.listPage(c, st, k, f)
		all := found.Items
		if k == Practice && c.Query("after") == "" && f == (Filter{}) {
			mine, err := h.Drafts(c.Std(), st, pageLength)
			if err != nil {
				return err
			}
			all = append(mine, all...)
		}
		for _, r := range all {
			v.Cards = append(v.Cards, h.card(c, st, r, false))
		}
		if k == Space {
			h.putMap(c, &v, all)
		}
		if k == Meeting {
			if err := h.conference(c, st, &v); err != nil {
				return err
			}
		}
		v.Pages.Next = h.next(c, path(st.Network, k), f, found.Next)
		return c.Show(recordview.List(v))
	}
}

func (h *Pages) filter(c *web.Ctx, st Standing, k Kind) Filter {
	f := Filter{State: State(c.Query("state"))}
	if !slices.Contains(statesOf(k), f.State) {
		f.State = ""
	}
	if sort := c.Query("sort"); sortsOf(k)[sort] != "" {
		f = Filter{Sort: sort}
	}
	if place := c.Query("place"); slices.Contains(st.Network.Members, place) {
		f = Filter{Authority: place}
	}
	return f
}

func (h *Pages) next(c *web.Ctx, path string, f Filter, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := url.Values{"after": {cursor}}
	if f.State != "" {
		q.Set("state", string(f.State))
	}
	if f.Authority != "" {
		q.Set("place", f.Authority)
	}
	if f.Sort != "" {
		q.Set("sort", f.Sort)
	}
	return c.URL(path) + "?" + q.Encode()
}

// listPage is the frame of a list.
func (h *Pages) listPage(c *web.Ctx, st Standing, k Kind, f Filter) recordview.ListPage {
	w, n := kindNames[k], st.Network
	v := recordview.ListPage{
		Page: h.page(c, c.T(w.all)), Back: c.URL(base(n)), Caption: n.Name(c.Locale.Lang()), Lead: c.T(w.lead), Empty: c.T(w.empty), EmptyText: c.T("What is entered stands here."),
		Tabs: tabs(c, st, string(k)), Action: c.URL(path(n, k)), Find: c.T("Show"),
	}
	v.Description = v.Lead
	states := ui.SelectField{Name: "state", Label: c.T("State"), Value: string(f.State), Empty: c.T("Any state"), Optional: true}
	for _, s := range statesOf(k) {
		states.Options = append(states.Options, ui.Option{Value: string(s), Label: c.T(stateName(k, s))})
	}
	if k != Dispute {
		v.Selects = append(v.Selects, states)
	}
	if names := sortsOf(k); names != nil {
		kinds := ui.SelectField{Name: "sort", Label: c.T("Kind"), Value: f.Sort, Empty: c.T("Any kind"), Optional: true}
		for _, key := range append(slices.Clone(Sorts), MeetingSorts...) {
			if names[key] != "" {
				kinds.Options = append(kinds.Options, ui.Option{Value: key, Label: c.T(names[key])})
			}
		}
		v.Selects = append(v.Selects, kinds)
	}
	if k != Meeting {
		v.Selects = append(v.Selects, ui.SelectField{Name: "place", Label: c.T("Member"), Value: f.Authority, Options: h.places(c, n.Members), Empty: c.T("All members"), Optional: true})
	}
	if st.MayEnter(k) {
		v.Links = append(v.Links, recordview.Link{Href: c.URL("/desk" + base(n) + "/new/" + w.path), Label: c.T(w.enter), Primary: true})
	}
	switch k {
	case Practice:
		v.Links = append(v.Links, recordview.Link{Href: c.URL(base(n) + "/guide.pdf"), Label: c.T("The guide of practices (PDF)")})
	case Meeting:
		v.Links = append(v.Links, recordview.Link{Href: c.URL(base(n) + "/calendar.ics"), Label: c.T("Add to your calendar (iCalendar)")})
	}
	if k != Obstacle && k != Request && k != Dispute {
		v.Export, v.ExportLabel = c.URL(path(n, k)+".csv"), c.T("Download what is public here as a table (CSV)")
		v.Feed = c.URL(base(n) + "/news.atom")
	}
	return v
}

// sortsOf are the sorts by which a list can be narrowed; nil for none.
func sortsOf(k Kind) map[string]string {
	switch k {
	case Obstacle, Request:
		return SortNames
	case Meeting:
		return MeetingNames
	}
	return nil
}

// conferenceEvery is the longest time between two conferences: the charter asks
// for one every year or every second year (section 8).
const conferenceEvery = 24 // months

// conference tells those inside when the last conference was, and warns when the
// next is owed.
func (h *Pages) conference(c *web.Ctx, st Standing, v *recordview.ListPage) error {
	if !st.Inside() {
		return nil
	}
	last, err := h.LastConference(c.Std(), st)
	if isNotFound(err) {
		v.Before = recordview.Words(c.T("No periodic conference is on record yet. The charter asks for one every year or every second year."))
		return nil
	}
	if err != nil {
		return err
	}
	text := c.T("Latest periodic conference: {date}. The charter asks for one every year or every second year.", "date", last.At)
	if last.At.After(c.Now()) {
		text = c.T("Next periodic conference: {date}.", "date", last.At)
	}
	if clock.AddMonths(last.At, conferenceEvery).Before(c.Now()) {
		text = c.T("The latest periodic conference was on {date}, more than two years ago. The charter asks for one every year or every second year.", "date", last.At)
	}
	v.Before = recordview.Words(text)
	return nil
}

func (h *Pages) places(c *web.Ctx, ids []string) []ui.Option {
	var all []ui.Option
	for _, id := range ids {
		all = append(all, ui.Option{Value: id, Label: h.Networks.PlaceName(id, c.Locale.Lang())})
	}
	return all
}

func (h *Pages) placeName(c *web.Ctx, id string) string {
	if id == "" {
		return c.T("The network")
	}
	return h.Networks.PlaceName(id, c.Locale.Lang())
}

var tones = map[State]ui.Tone{
	Opened: ui.Success, Building: ui.Info, Closed: ui.Neutral, InHand: ui.Info, Delivered: ui.Info, Accepted: ui.Success, Raised: ui.Warning, Removed: ui.Success,
	Granted: ui.Info, Provided: ui.Success, Refused: ui.Neutral, Settled: ui.Success, Convened: ui.Info, Cancelled: ui.Danger, Published: ui.Success, Submitted: ui.Info,
}

// tag is where a record stands, in a word and its colour.
func tag(c *web.Ctx, r Record) (string, ui.Tone) {
	if r.OverdueAt(c.Now()) {
		return c.T("Overdue"), ui.Danger
	}
	if r.Kind == Mandate && r.State == Running && !r.SeatedAt(c.Now()) {
		if r.At.After(c.Now()) {
			return c.T("Not begun yet"), ui.Neutral
		}
		return c.T(stateName(Mandate, Ended)), ui.Neutral
	}
	tone, ok := tones[r.State]
	if !ok {
		tone = ui.Neutral
	}
	return c.T(stateName(r.Kind, r.State)), tone
}

// card is a record in a list. mixed is a list of several kinds.
func (h *Pages) card(c *web.Ctx, st Standing, r Record, mixed bool) ui.CardSpec {
	w, _ := r.In(c.Locale.Lang())
	v := ui.CardSpec{Title: w.Title, Href: c.URL(recordPath(r)), Eyebrow: h.placeName(c, r.Authority), Text: clip(w.Text)}
	v.TagText, v.TagTone = tag(c, r)
	if mixed {
		v.Eyebrow = c.T(kindNames[r.Kind].one) + " · " + v.Eyebrow
	}
	switch r.Kind {
	case Space:
		v.Meta = lines([]string{r.Site.Address, c.Locale.List(h.services(c, r))})
	case Mandate:
		v.Meta = []string{c.T(BodyNames[r.Body]), r.Capacity}
	case Meeting:
		if !mixed {
			v.Eyebrow = c.T(MeetingNames[r.Sort])
		}
		v.Meta = lines([]string{c.Locale.DateTime(r.At), r.Sitting.Place})
	case Obstacle, Request:
		v.Meta = []string{c.T(SortNames[r.Sort])}
	case Practice:
		if len(r.Adopted) > 0 {
			v.Meta = []string{c.N("Adopted by {n} member", "Adopted by {n} members", len(r.Adopted))}
		}
	}
	if !r.Due.IsZero() && slices.Contains(live, r.State) {
		v.Meta = append(v.Meta, c.T("Due by {date}", "date", r.Due))
	}
	return v
}

// clip is the beginning of a text, for a card.
func clip(text string) string {
	runes := []rune(text)
	if len(runes) <= 180 {
		return text
	}
	return string(runes[:180]) + "…"
}

func (h *Pages) services(c *web.Ctx, r Record) []string {
	var all []string
	for _, k := range Services {
		if slices.Contains(r.Site.Services, k) {
			all = append(all, c.T(ServiceNames[k]))
		}
	}
	return append(all, r.Site.Others...)
}

func degrees(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }

// points puts spaces on a map, if there is one.
func (h *Pages) points(c *web.Ctx, p *ui.Page, all []Record) templ.Component {
	var points []federationview.Point
	for _, r := range all {
		if r.Kind == Space && r.Site.HasPoint {
			points = append(points, federationview.Point{Title: r.Title(c.Locale.Lang()), Href: c.URL(recordPath(r)), Lat: degrees(r.Site.Lat), Lng: degrees(r.Site.Lng)})
		}
	}
	if h.tiles.URL == "" || len(points) == 0 {
		return nil
	}
	withMap(p)
	return federationview.Map(federationview.Tiles(h.tiles), points)
}

// withMap lets a page draw its map.
func withMap(p *ui.Page) {
	p.Sheets = append(p.Sheets, "vendor/leaflet/leaflet.css")
	p.Scripts = append(p.Scripts, "vendor/leaflet/leaflet.js", "budgetmap.js")
}

func (h *Pages) putMap(c *web.Ctx, v *recordview.ListPage, all []Record) {
	if m := h.points(c, &v.Page, all); m != nil {
		v.Before = m
	}
}

// bodies shows who sits where.
func (h *Pages) bodies(c *web.Ctx) error {
	st, err := h.standing(c)
	if err != nil {
		return err
	}
	n, w := st.Network, kindNames[Mandate]
	v := recordview.ShowPage{Page: h.page(c, c.T(w.all)), Crumbs: crumbs(c, n, ui.Crumb{Label: c.T(w.all)}), Lead: c.T(w.lead)}
	v.Description, v.Wide = v.Lead, true
	if st.MayEnter(Mandate) {
		v.Links = append(v.Links, recordview.Link{Href: c.URL("/desk" + base(n) + "/new/" + w.path), Label: c.T(w.enter), Primary: true})
	}
	v.Sections = append(v.Sections, recordview.Section{ID: "lists", Title: c.T("Work of the network"), Body: ui.Tabs(v.Page, c.T("Work of the network"), tabs(c, st, string(Mandate)))})
	for _, body := range Bodies {
		page, err := h.List(c.Std(), st, Mandate, Filter{Body: body}, "", 100)
		if err != nil {
			return err
		}
		v.Sections = append(v.Sections, recordview.Section{ID: body, Title: c.T(BodyNames[body]), Body: h.seats(c, v.Page, body, page.Items)})
	}
	v.Sections = append(v.Sections, recordview.Section{ID: "data", Title: c.T("The same as data"), Body: recordview.LinkLine(c.URL(path(n, Mandate)+".csv"), c.T("Download what is public here as a table (CSV)"))})
	return c.Show(recordview.Show(v))
}

// seats is the table of a body: first who sits there now, then who did.
func (h *Pages) seats(c *web.Ctx, p ui.Page, body string, all []Record) templ.Component {
	if len(all) == 0 {
		return recordview.Words(c.T("Nobody has been named yet"))
	}
	slices.SortStableFunc(all, func(a, b Record) int {
		return boolInt(b.SeatedAt(c.Now())) - boolInt(a.SeatedAt(c.Now()))
	})
	t := ui.TableSpec{Caption: c.T(BodyNames[body]), HideCaption: true, RowHead: true,
		Head: []ui.Th{{Label: c.T("Name")}, {Label: c.T("Member")}, {Label: c.T("Capacity")}, {Label: c.T("From")}, {Label: c.T("Until")}, {Label: c.T("State")}}}
	for _, r := range all {
		state, tone := tag(c, r)
		if r.SeatedAt(c.Now()) {
			tone = ui.Success
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: r.Title(c.Locale.Lang()), Href: c.URL(recordPath(r))}, {Text: h.placeName(c, r.Authority)}, {Body: h.capacity(c, r)},
			{Text: day(c, r.At)}, {Text: day(c, r.Until)}, {Body: ui.Tag(state, tone)}})
	}
	return ui.Table(p, t)
}

// capacity is in which capacity somebody sits in a body, and whom they represent
// there.
func (h *Pages) capacity(c *web.Ctx, r Record) templ.Component {
	if r.Sort == "" {
		return ui.Bidi(r.Capacity)
	}
	return recordview.All([]templ.Component{ui.Bidi(r.Capacity), recordview.Words(c.T(BodyNames[r.Sort]))})
}

func day(c *web.Ctx, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return c.Locale.Date(t)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// archive shows and searches everything the reader may see of a network.
func (h *Pages) archive(c *web.Ctx) error {
	st, err := h.standing(c)
	if err != nil {
		return err
	}
	words := clip(c.Query("q"))
	where := base(st.Network) + "/archive"
	v := recordview.ListPage{
		Page: h.page(c, c.T("Archive")), Back: c.URL(base(st.Network)), Caption: st.Network.Name(c.Locale.Lang()), Lead: c.T("Everything the network has kept that you may read, the latest first."),
		Tabs: tabs(c, st, "archive"), Action: c.URL(where), Find: c.T("Search the archive"), Empty: c.T("Nothing was found"), EmptyText: c.T("Try other words, or fewer of them."),
		Search: &ui.SearchField{Name: "q", Label: c.T("Search the archive"), Value: words},
	}
	v.NoIndex = words != ""
	var all []Record
	if words != "" {
		all, err = h.Search(c.Std(), st, words, 40)
	} else {
		page, bad := h.Archive(c.Std(), st, c.Query("after"), pageLength)
		all, err = page.Items, bad
		v.Pages.Next = h.next(c, where, Filter{}, page.Next)
	}
	if err != nil {
		return err
	}
	for _, r := range all {
		v.Cards = append(v.Cards, h.card(c, st, r, true))
	}
	return c.Show(recordview.List(v))
}

// work shows what is due and overdue, and what the reader may enter.
func (h *Pages) work(c *web.Ctx) error {
	st, err := h.standing(c)
	if err != nil {
		return err
	}
	if !st.Inside() {
		return errMayNot
	}
	n := st.Network
	v := recordview.ListPage{Page: h.page(c, c.T("What waits")), Back: c.URL(base(n)), Caption: n.Name(c.Locale.Lang()), Tabs: tabs(c, st, "work"),
		Lead: c.T("What is due in the next thirty days, and above it what is overdue."), Empty: c.T("Nothing is due"), EmptyText: c.T("Outputs, obstacles and requests with a day by which they are due appear here.")}
	v.NoIndex = true
	for _, k := range Kinds {
		if st.MayEnter(k) {
			v.Links = append(v.Links, recordview.Link{Href: c.URL("/desk" + base(n) + "/new/" + kindNames[k].path), Label: c.T(kindNames[k].enter)})
		}
	}
	var all []Record
	until := clock.EndOfDay(c.Now().AddDate(0, 0, 30), clock.Zone(n.Country))
	for _, k := range []Kind{Obstacle, Output, Request} {
		due, err := h.Due(c.Std(), n.ID, k, until, 50)
		if err != nil {
			return err
		}
		all = append(all, due...)
	}
	slices.SortStableFunc(all, func(a, b Record) int { return a.Due.Compare(b.Due) })
	for _, r := range all {
		v.Cards = append(v.Cards, h.card(c, st, r, true))
	}
	return c.Show(recordview.List(v))
}
