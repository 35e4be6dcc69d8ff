package spacedata

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/feed"
	"musharaka/modules/kit/table"
	"musharaka/modules/kit/web"
)

// Files are what programs and spreadsheets get.
type Files struct{ service *Service }

// NewFiles returns the files over a service.
func NewFiles(s *Service) *Files { return &Files{service: s} }

var often = web.Limit{Burst: 60, Every: time.Second}

// pathFigures is where figures and files live.
const pathFigures = "/figures"

// Routes declares the files, all of them for everybody.
func (h *Files) Routes(s *web.Site) {
	for _, f := range []struct {
		name   string
		answer web.Handler
	}{
		{"requests.csv", h.requestsCSV}, {"requests.json", h.requestsJSON}, {"requests.geojson", h.requestsGeo}, {"requests.atom", h.requestsAtom},
		{"services.csv", h.servicesCSV}, {"services.json", h.servicesJSON}, {"daily.csv", h.dailyCSV}, {"daily.json", h.dailyJSON},
	} {
		s.Get(pathFigures+"/:place/"+f.name, web.Public, web.Limited(often, f.answer))
	}
}

// space is the one a request names, in whose country's words the answer speaks.
func (h *Files) space(c *web.Ctx) (Space, error) {
	s, err := h.service.Requests.Space(c.Std(), c.Params("place"))
	if err != nil {
		return s, err
	}
	c.UseCountry(s.Country)
	c.Set("Access-Control-Allow-Origin", "*")
	c.Set("Cache-Control", "public, max-age=300")
	return s, nil
}

func (h *Files) csv(c *web.Ctx, name string) {
	c.Set("Content-Type", "text/csv; charset=utf-8")
	c.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
}

// wordsIn is a text in a language, or in whatever language there is.
func wordsIn(words map[string]string, lang string) string {
	for _, l := range []string{lang, "ar", "fr", "en"} {
		if w := words[l]; w != "" {
			return w
		}
	}
	return ""
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func degrees(d float64, is bool) string {
	if !is {
		return ""
	}
	return strconv.FormatFloat(d, 'f', 6, 64)
}

// pageOfCSV is how many requests one table has; the header Link leads to the next.
const pageOfCSV = 1000

func (h *Files) requestsCSV(c *web.Ctx) error {
	s, cards, _, err := h.cards(c, "requests.csv", pageOfCSV)
	if err != nil {
		return err
	}
	h.csv(c, "requests-"+s.ID)
	l := c.Locale.Plain()
	var body bytes.Buffer
	out := table.NewWriter(&body, "reference", "service", "service_name", "state", "state_name", "open", "notes", "description", "address", "zip", "lat", "long", "requested_at", "updated_at", "expected_at", "ended_at", "supports", "url")
	for _, x := range cards {
		out.Row(x.Reference, x.Service, wordsIn(x.ServiceNames, l.Lang()), x.State, l.T(x.StateLabel), strconv.FormatBool(x.Open), x.Notes, x.Description, x.Address, x.Zip,
			degrees(x.Lat, x.Located), degrees(x.Lng, x.Located), moment(x.RequestedAt), moment(x.UpdatedAt), moment(x.ExpectedAt), moment(x.EndedAt), strconv.FormatInt(x.Supports, 10), c.AbsURL(x.Path))
	}
	if err := out.Close(); err != nil {
		return err
	}
	return c.Send(body.Bytes())
}

// jsonRequest is a public request as programs read it.
type jsonRequest struct {
	Reference   string            `json:"reference"`
	URL         string            `json:"url"`
	Service     string            `json:"service"`
	ServiceName map[string]string `json:"service_name"`
	State       string            `json:"state"`
	Open        bool              `json:"open"`
	Notes       *string           `json:"notes"`
	Description *string           `json:"description"`
	Address     *string           `json:"address"`
	Zip         *string           `json:"zip"`
	Lat         *float64          `json:"lat"`
	Long        *float64          `json:"long"`
	RequestedAt string            `json:"requested_at"`
	UpdatedAt   *string           `json:"updated_at"`
	ExpectedAt  *string           `json:"expected_at"`
	EndedAt     *string           `json:"ended_at"`
	Supports    int64             `json:"supports"`
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (h *Files) public(c *web.Ctx, x Card) jsonRequest {
	out := jsonRequest{Reference: x.Reference, URL: c.AbsURL(x.Path), Service: x.Service, ServiceName: x.ServiceNames, State: x.State, Open: x.Open, Notes: orNull(x.Notes), Description: orNull(x.Description),
		Address: orNull(x.Address), Zip: orNull(x.Zip), RequestedAt: moment(x.RequestedAt), UpdatedAt: orNull(moment(x.UpdatedAt)), ExpectedAt: orNull(moment(x.ExpectedAt)), EndedAt: orNull(moment(x.EndedAt)), Supports: x.Supports}
	if x.Located {
		out.Lat, out.Long = &x.Lat, &x.Lng
	}
	return out
}

// pageOfJSON is how many requests a page for programs has.
const pageOfJSON = 200

// cards reads the page that a request asks for, and tells where the next one is.
func (h *Files) cards(c *web.Ctx, file string, limit int) (s Space, cards []Card, next string, err error) {
	if s, err = h.space(c); err != nil {
		return s, nil, "", err
	}
	cards, next, err = h.service.Requests.Cards(c.Std(), s.ID, c.Query("after"), limit)
	if err == nil && next != "" {
		next = c.AbsURL(pathFigures+"/"+s.ID+"/"+file) + "?after=" + url.QueryEscape(next)
		c.Set("Link", "<"+next+`>; rel="next"`)
	}
	return s, cards, next, err
}

func (h *Files) requestsJSON(c *web.Ctx) error {
	_, cards, next, err := h.cards(c, "requests.json", pageOfJSON)
	if err != nil {
		return err
	}
	list := []jsonRequest{}
	for _, x := range cards {
		list = append(list, h.public(c, x))
	}
	return send(c, "application/json; charset=utf-8", map[string]any{"links": map[string]any{"next": orNull(next)}, "data": list})
}

// requestsGeo answers those of a page that have a point (RFC 7946).
func (h *Files) requestsGeo(c *web.Ctx) error {
	_, cards, next, err := h.cards(c, "requests.geojson", pageOfJSON)
	if err != nil {
		return err
	}
	features := []any{}
	for _, x := range cards {
		if x.Located {
			features = append(features, map[string]any{"type": "Feature", "id": x.Reference, "geometry": map[string]any{"type": "Point", "coordinates": []float64{x.Lng, x.Lat}}, "properties": h.public(c, x)})
		}
	}
	return send(c, "application/geo+json", map[string]any{"type": "FeatureCollection", "features": features, "links": map[string]any{"next": orNull(next)}})
}

func send(c *web.Ctx, kind string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	c.Set("Content-Type", kind)
	return c.Send(raw)
}

// entriesOfFeed is how many requests a feed has.
const entriesOfFeed = 50

func (h *Files) requestsAtom(c *web.Ctx) error {
	s, err := h.space(c)
	if err != nil {
		return err
	}
	cards, _, err := h.service.Requests.Cards(c.Std(), s.ID, "", entriesOfFeed)
	if err != nil {
		return err
	}
	l := c.Locale.Plain()
	self := c.AbsURL(pathFigures + "/" + s.ID + "/requests.atom")
	f := feed.Feed{ID: self, Self: self, Page: c.AbsURL(pathFigures + "/" + s.ID), Title: l.T("Public requests: {place}", "place", wordsIn(s.Names, l.Lang())), Lang: l.Tag(), Author: wordsIn(s.Names, l.Lang()), Updated: c.Now()}
	for i, x := range cards {
		if i == 0 || x.UpdatedAt.After(f.Updated) {
			f.Updated = x.UpdatedAt
		}
		address := c.AbsURL(x.Path)
		f.Entries = append(f.Entries, feed.Entry{ID: address, Title: wordsIn(x.ServiceNames, l.Lang()) + " · " + x.Reference + " · " + l.T(x.StateLabel), Page: address, Summary: x.Description, Categories: []string{x.Service, x.State}, Published: x.RequestedAt, Updated: x.UpdatedAt})
	}
	body, err := f.Atom()
	if err != nil {
		return err
	}
	c.Set("Content-Type", feed.Type)
	return c.Send(body)
}

func (h *Files) services(c *web.Ctx) (Space, []Offered, error) {
	s, err := h.space(c)
	if err != nil {
		return s, nil, err
	}
	all, err := h.service.Requests.Services(c.Std(), s.ID)
	return s, all, err
}

func (h *Files) servicesCSV(c *web.Ctx) error {
	s, all, err := h.services(c)
	if err != nil {
		return err
	}
	h.csv(c, "services-"+s.ID)
	l := c.Locale.Plain()
	var body bytes.Buffer
	out := table.NewWriter(&body, "code", "group", "name", "summary", "who_may_ask", "documents", "fee_minor_units", "fee_varies", "promise", "promise_unit", "promise_by_law", "requests_public", "online", "version", "published_at")
	for _, o := range all {
		var papers []string
		for _, p := range o.Papers {
			papers = append(papers, wordsIn(p, l.Lang()))
		}
		out.Row(o.Code, l.T(o.Group), wordsIn(o.Names, l.Lang()), wordsIn(o.Summary, l.Lang()), wordsIn(o.Who, l.Lang()), l.List(papers), strconv.FormatInt(o.Fee, 10), strconv.FormatBool(o.FeeVaries),
			strconv.Itoa(o.Promise), o.Unit, strconv.FormatBool(o.Legal), strconv.FormatBool(o.Public), strconv.FormatBool(o.Online), strconv.Itoa(o.Version), moment(o.PublishedAt))
	}
	if err := out.Close(); err != nil {
		return err
	}
	return c.Send(body.Bytes())
}

func (h *Files) servicesJSON(c *web.Ctx) error {
	_, all, err := h.services(c)
	if err != nil {
		return err
	}
	list := []any{}
	for _, o := range all {
		list = append(list, map[string]any{"code": o.Code, "group": c.Locale.Plain().T(o.Group), "name": o.Names, "summary": o.Summary, "who_may_ask": o.Who, "documents": orEmpty(o.Papers), "notice": o.Notice,
			"fee": map[string]any{"minor": o.Fee, "varies": o.FeeVaries}, "promise": map[string]any{"amount": o.Promise, "unit": o.Unit, "by_law": o.Legal},
			"requests_public": o.Public, "online": o.Online, "version": o.Version, "published_at": orNull(moment(o.PublishedAt))})
	}
	return send(c, "application/json; charset=utf-8", map[string]any{"data": list})
}

func orEmpty(list []map[string]string) []map[string]string {
	if list == nil {
		return []map[string]string{}
	}
	return list
}

var errYear = fault.New(fault.Invalid, "Give a year with four digits.")

// days are the daily counts of one year, this one by default: all services
// together, so that no count of a day tells of a person's matter.
func (h *Files) days(c *web.Ctx) (Space, []Day, error) {
	s, err := h.space(c)
	if err != nil {
		return s, nil, err
	}
	year := c.Query("year")
	if year == "" {
		year = c.Now().In(clock.Zone(s.Country)).Format("2006")
	}
	if _, err := time.Parse("2006", year); err != nil {
		return s, nil, errYear
	}
	months, err := h.service.Months(c.Std(), s.ID, year+"-01", year+"-12")
	today := c.Now().In(clock.Zone(s.Country)).Format(time.DateOnly)
	var all []Day
	for _, m := range months {
		for i, d := range m.Days {
			if day := m.Month + "-" + twoDigits(i+1); day <= today {
				all = append(all, Day{day, d.Received, d.Ended})
			}
		}
	}
	return s, all, err
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Day is what came and ended on one day.
type Day struct {
	Day      string `json:"day"`
	Received int64  `json:"received"`
	Ended    int64  `json:"ended"`
}

func (h *Files) dailyCSV(c *web.Ctx) error {
	s, days, err := h.days(c)
	if err != nil {
		return err
	}
	h.csv(c, "daily-"+s.ID)
	var body bytes.Buffer
	out := table.NewWriter(&body, "day", "received", "ended")
	for _, d := range days {
		out.Row(d.Day, strconv.FormatInt(d.Received, 10), strconv.FormatInt(d.Ended, 10))
	}
	if err := out.Close(); err != nil {
		return err
	}
	return c.Send(body.Bytes())
}

func (h *Files) dailyJSON(c *web.Ctx) error {
	_, days, err := h.days(c)
	if err != nil {
		return err
	}
	if days == nil {
		days = []Day{}
	}
	return send(c, "application/json; charset=utf-8", map[string]any{"data": days})
}
