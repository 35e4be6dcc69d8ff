package spacedata

import (
	"context"
	"net/url"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/web"
	"musharaka/views/spacedataview"
	"musharaka/views/ui"
)

// Places says what authorities are called.
type Places interface {
	PlaceName(id, lang string) string
}

// Pages are the pages of figures.
type Pages struct {
	service *Service
	places  Places
}

// NewPages returns the pages over a service.
func NewPages(s *Service, p Places) *Pages { return &Pages{s, p} }

var keepers = web.Roles(auth.Officer)

const pathDesk = "/desk/figures"

// Routes declares the pages, from public to officers.
func (h *Pages) Routes(s *web.Site) {
	s.Get(pathFigures, web.Public, web.Limited(often, h.index))
	s.Get(pathFigures+"/compare/:network", web.Public, web.Limited(often, h.compare))
	s.Get(pathFigures+"/:place", web.Public, web.Limited(often, h.show))
	s.Get(pathDesk, keepers, h.ask)
	s.Post(pathDesk, keepers, h.decide)
}

const (
	keptFor  = "public, max-age=300"
	lookBack = 12 // months before this one
)

// span is the months that a page shows: this one and those before.
func (h *Pages) span(c *web.Ctx, country string) (months []string, first time.Time) {
	now := c.Now().In(clock.Zone(country))
	first = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location()).AddDate(0, -lookBack, 0)
	for i := range lookBack + 1 {
		months = append(months, first.AddDate(0, i, 0).Format(monthFormat))
	}
	return months, first
}

func (h *Pages) index(c *web.Ctx) error {
	spaces, err := h.service.Requests.Spaces(c.Std())
	if err != nil {
		return err
	}
	networks, err := h.service.Networks.Networks(c.Std())
	if err != nil {
		return err
	}
	v := spacedataview.IndexPage{Page: c.Page(c.T("Requests in figures"))}
	v.Description = c.T("What the Citizen Spaces receive, what they solve and how long it takes, against what they promised.")
	for _, s := range spaces {
		v.Spaces = append(v.Spaces, ui.NavItem{Label: wordsIn(s.Names, c.Locale.Lang()), Href: c.URL(pathFigures + "/" + s.ID)})
	}
	for _, n := range networks {
		compared, err := h.compared(c.Std(), n)
		if err != nil {
			return err
		}
		if len(compared) > 1 {
			v.Networks = append(v.Networks, ui.NavItem{Label: wordsIn(n.Names, c.Locale.Lang()), Href: c.URL(pathFigures + "/compare/" + n.ID)})
		}
	}
	c.Set("Cache-Control", keptFor)
	return c.Show(spacedataview.Index(v))
}

// names are what services and zones are called.
func (h *Pages) names(c *web.Ctx, place string) (map[string]string, error) {
	all, err := h.service.Requests.Services(c.Std(), place)
	out := map[string]string{}
	for _, o := range all {
		out[o.Code] = wordsIn(o.Names, c.Locale.Lang())
	}
	return out, err
}

func (h *Pages) show(c *web.Ctx) error {
	s, err := h.service.Requests.Space(c.Std(), c.Params("place"))
	if err != nil {
		return err
	}
	c.UseCountry(s.Country)
	months, first := h.span(c, s.Country)
	found, err := h.service.Months(c.Std(), s.ID, months[0], months[len(months)-1])
	if err != nil {
		return err
	}
	names, err := h.names(c, s.ID)
	if err != nil {
		return err
	}
	place := wordsIn(s.Names, c.Locale.Lang())
	v := spacedataview.ShowPage{Page: c.Page(c.T("Requests in figures: {place}", "place", place)), Place: place, Index: c.URL(pathFigures), Since: c.Locale.Date(first), Small: Small}
	v.Description = c.T("What the Citizen Spaces receive, what they solve and how long it takes, against what they promised.")
	v.Sheets, v.Wide, v.Query = []string{"chart.css"}, true, ""
	var all Tally
	for _, m := range found {
		all.Add(m.All)
		if m.CountedAt.After(v.CountedAt) {
			v.CountedAt = m.CountedAt
		}
	}
	v.Stats = h.stats(c, all)
	v.Months, v.Median = monthCharts(c, months, found)
	v.Services = h.rows(c, c.T("By service"), c.T("Service of the catalogue"), Guard(sum(found, func(m Month) []Row { return m.Services })), func(key string) string { return orKey(names[key], key) })
	v.Zones = h.rows(c, c.T("By zone"), c.T("Zone (postal code)"), GuardZones(sum(found, func(m Month) []Row { return m.Zones })), func(key string) string { return key })
	for _, f := range []struct{ label, file string }{{c.T("Public requests (CSV)"), "requests.csv"}, {c.T("Public requests (JSON)"), "requests.json"}, {c.T("Public requests on a map (GeoJSON)"), "requests.geojson"}, {c.T("New requests (Atom)"), "requests.atom"},
		{c.T("Received and ended, day by day (CSV)"), "daily.csv"}, {c.T("Received and ended, day by day (JSON)"), "daily.json"}, {c.T("Services (CSV)"), "services.csv"}, {c.T("Services (JSON)"), "services.json"}} {
		v.Files = append(v.Files, ui.NavItem{Label: f.label, Href: c.URL(pathFigures + "/" + s.ID + "/" + f.file)})
	}
	v.Feed = c.URL(pathFigures + "/" + s.ID + "/requests.atom")
	c.Set("Cache-Control", keptFor)
	return c.Show(spacedataview.Show(v))
}

func orKey(name, key string) string {
	if name == "" {
		return key
	}
	return name
}

// GuardZones hides zones with too few requests: where one house stands alone,
// its streetlight would tell who wrote.
func GuardZones(all []Row) []Row {
	all = slices.Clone(all)
	for i := range all {
		all[i].Hidden = small(all[i].Received) || small(all[i].Ended)
	}
	return all
}

// stats are the four numbers on top.
func (h *Pages) stats(c *web.Ctx, t Tally) []ui.Stat {
	median, share := shown(c, t)
	return []ui.Stat{{Value: c.Locale.Number(t.Received), Label: c.T("received")}, {Value: c.Locale.Number(t.Solved), Label: c.T("solved")},
		{Value: median, Label: c.T("within which half were solved")}, {Value: share, Label: c.T("of the promised times kept")}}
}

// shown are the median and the kept share in words; a dash where they are too
// few to be told.
func shown(c *web.Ctx, t Tally) (median, share string) {
	median, share = "–", "–"
	if d, ok := t.Median(); ok {
		switch {
		case d >= longDays:
			median = c.N("over {n} day", "over {n} days", d)
		case d == 0:
			median = c.T("less than a day")
		default:
			median = c.N("{n} day", "{n} days", d)
		}
	}
	if s, ok := t.Share(); ok {
		share = c.Locale.Percent(float64(s) / 10_000)
	}
	return median, share
}

// monthCharts draw what came and was solved, and how long it took, month by month.
func monthCharts(c *web.Ctx, months []string, found []Month) (came, median ui.ChartSpec) {
	by := map[string]Month{}
	for _, m := range found {
		by[m.Month] = m
	}
	came = ui.ChartSpec{Kind: ui.ChartColumns, Title: c.T("Received and solved, month by month"), Label: c.T("Month"), Series: []string{c.T("Requests received"), c.T("Requests solved")}, Empty: c.T("Nothing was counted yet.")}
	median = ui.ChartSpec{Kind: ui.ChartLine, Title: c.T("Days until half were solved"), Label: c.T("Month"), Series: []string{c.T("Days until solved")}, Empty: c.T("Nothing was counted yet.")}
	for _, key := range months {
		m := by[key]
		came.Points = append(came.Points, ui.ChartPoint{Label: key, Value: m.All.Received, Second: m.All.Solved})
		p := ui.ChartPoint{Label: key}
		if d, ok := m.All.Median(); ok {
			p.Value = int64(d)
		} else {
			p.Text = c.T("fewer than {n}", "n", Small)
		}
		median.Points = append(median.Points, p)
	}
	if len(found) == 0 {
		came.Points, median.Points = nil, nil
	}
	return came, median
}

// rows is a table of tallies with its chart.
func (h *Pages) rows(c *web.Ctx, title, label string, all []Row, name func(string) string) spacedataview.Rows {
	out := spacedataview.Rows{Chart: ui.ChartSpec{Title: title, Label: label, Series: []string{c.T("Requests received"), c.T("Requests solved")}, Empty: c.T("Nothing was counted yet.")},
		Table: ui.TableSpec{Caption: title, HideCaption: true, RowHead: true, Head: []ui.Th{{Label: label}, {Label: c.T("Requests received"), Number: true}, {Label: c.T("Requests solved"), Number: true}, {Label: c.T("Half solved within"), Number: true}, {Label: c.T("Promise kept"), Number: true}}}}
	few := c.T("fewer than {n}", "n", Small)
	for _, r := range all {
		n := name(r.Key)
		if r.Hidden {
			out.Chart.Points = append(out.Chart.Points, ui.ChartPoint{Label: n, Text: few, SecondText: few})
			out.Table.Rows = append(out.Table.Rows, []ui.Cell{{Text: n}, {Text: few}, {Text: few}, {Text: "–"}, {Text: "–"}})
			continue
		}
		median, share := shown(c, r.Tally)
		out.Chart.Points = append(out.Chart.Points, ui.ChartPoint{Label: n, Value: r.Received, Second: r.Solved})
		out.Table.Rows = append(out.Table.Rows, []ui.Cell{{Text: n}, {Text: c.Locale.Number(r.Received)}, {Text: c.Locale.Number(r.Solved)}, {Text: median}, {Text: share}})
	}
	return out
}

// compared are the members of a network that are compared, and have a Citizen Space.
func (h *Pages) compared(ctx context.Context, n Network) ([]Space, error) {
	var all []Space
	for _, id := range n.Members {
		x, err := h.service.Settings(ctx, id)
		if err != nil {
			return nil, err
		}
		if !x.Compared {
			continue
		}
		s, err := h.service.Requests.Space(ctx, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (h *Pages) compare(c *web.Ctx) error {
	n, err := h.service.Networks.Network(c.Std(), c.Params("network"))
	if err != nil {
		return err
	}
	members, err := h.compared(c.Std(), n)
	if err != nil {
		return err
	}
	name := wordsIn(n.Names, c.Locale.Lang())
	v := spacedataview.ComparePage{Page: c.Page(c.T("Citizen Spaces compared: {network}", "network", name)), Network: name, Index: c.URL(pathFigures), Members: len(n.Members), Compared: len(members)}
	v.Sheets, v.Wide, v.Query = []string{"chart.css"}, true, ""
	v.Table = ui.TableSpec{Caption: c.T("The last twelve months"), RowHead: true, Head: []ui.Th{{Label: c.T("Citizen Space")}, {Label: c.T("Requests received"), Number: true}, {Label: c.T("Requests solved"), Number: true}, {Label: c.T("Half solved within"), Number: true}, {Label: c.T("Promise kept"), Number: true}}}
	v.Kept = ui.ChartSpec{Title: c.T("Promises kept"), Label: c.T("Citizen Space"), Series: []string{c.T("Promise kept")}, Format: ui.ChartPercent, Empty: c.T("Nothing was counted yet.")}
	for _, s := range members {
		months, _ := h.span(c, s.Country)
		found, err := h.service.Months(c.Std(), s.ID, months[0], months[len(months)-1])
		if err != nil {
			return err
		}
		var t Tally
		for _, m := range found {
			t.Add(m.All)
		}
		label := wordsIn(s.Names, c.Locale.Lang())
		median, share := shown(c, t)
		v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Text: label, Href: c.URL(pathFigures + "/" + s.ID)}, {Text: c.Locale.Number(t.Received)}, {Text: c.Locale.Number(t.Solved)}, {Text: median}, {Text: share}})
		p := ui.ChartPoint{Label: label, Href: c.URL(pathFigures + "/" + s.ID), Text: share}
		if kept, ok := t.Share(); ok {
			p.Value, p.Text = kept, ""
		}
		v.Kept.Points = append(v.Kept.Points, p)
	}
	c.Set("Cache-Control", keptFor)
	return c.Show(spacedataview.Compare(v))
}

// at is the authority about which is decided.
func (h *Pages) at(c *web.Ctx) (string, []ui.Tab, error) {
	orgs := slices.DeleteFunc(c.Actor.OrgsWith(auth.Officer), func(org string) bool { return org == auth.PlatformID })
	org := c.Query("authority")
	if org == "" && len(orgs) > 0 {
		org = orgs[0]
	}
	if !slices.Contains(orgs, org) {
		return "", nil, errNotYours
	}
	var tabs []ui.Tab
	for _, o := range orgs {
		tabs = append(tabs, ui.Tab{Label: h.places.PlaceName(o, c.Locale.Lang()), Href: c.URL(pathDesk) + "?authority=" + url.QueryEscape(o), Current: o == org})
	}
	return org, tabs, nil
}

var (
	msgCompare = i18n.Msg("Comparison of figures with other authorities")
	flashYes   = i18n.Msg("Your figures are compared with those of the network.")
	flashNo    = i18n.Msg("Your figures are not compared any more.")
)

func (h *Pages) ask(c *web.Ctx) error {
	org, tabs, err := h.at(c)
	if err != nil {
		return err
	}
	x, err := h.service.Settings(c.Std(), org)
	if err != nil {
		return err
	}
	_, err = h.service.Requests.Space(c.Std(), org)
	if err != nil && !isNotFound(err) {
		return err
	}
	c.SetCurrent("desk")
	v := spacedataview.DeskPage{Counted: err == nil, Page: c.Page(c.T("Public figures")), Authorities: tabs, Action: c.URL(pathDesk) + "?authority=" + url.QueryEscape(org), Compared: x.Compared, Public: c.URL(pathFigures + "/" + org)}
	v.Sheets, v.NoIndex = []string{"desk.css"}, true
	return c.Show(spacedataview.Desk(v))
}

func (h *Pages) decide(c *web.Ctx) error {
	org, _, err := h.at(c)
	if err != nil {
		return err
	}
	var f struct {
		Compared bool `form:"compared"`
	}
	if _, err := form.Read(c.Ctx, &f); err != nil {
		return err
	}
	if err := h.service.Compare(c.Std(), c.Actor, org, f.Compared); err != nil {
		return err
	}
	said := flashNo
	if f.Compared {
		said = flashYes
	}
	c.Flash(said)
	return c.SeeOther(pathDesk + "?authority=" + url.QueryEscape(org))
}
