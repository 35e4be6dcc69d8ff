package open311

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/web"
)

// API answers programs as GeoReport v2 says.
type API struct {
	service *Service
	about   About
}

// About is what discovery says of this server.
type About struct {
	PublicURL string // without a slash at the end
	Contact   string // where people who write programs ask
	Test      bool   // nothing that is sent here is real
}

// Changed is when what this package answers last changed.
var Changed = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// NewAPI returns the endpoints over a service.
func NewAPI(s *Service, a About) *API { return &API{s, a} }

// Root is where the endpoints live.
const Root = "/open311/v2"

var (
	oftenRead = web.Limit{Burst: 120, Every: 500 * time.Millisecond}
	oftenSent = web.Limit{Burst: 60, Every: 2 * time.Second} // of one address, whatever key it sends
	keySends  = web.Limit{Burst: 120, Every: time.Second}    // of one key
)

// Routes declares the endpoints. Reading is for everybody; sending needs a key,
// which the act itself judges.
func (h *API) Routes(s *web.Site) {
	reading := func(f web.Handler) web.Handler { return web.Limited(oftenRead, f) }
	sending := func(f web.Handler) web.Handler { return web.Limited(oftenSent, web.LimitedBy(keySends, sentKey, f)) }
	for _, e := range []struct {
		method, path string
		answer       web.Handler
	}{
		{"GET", "/open311/discovery.", h.in(h.discovery)},
		{"GET", Root + "/services.", h.in(h.services, reading)},
		{"GET", Root + "/services/:code.", h.in(h.definition, reading)},
		{"GET", Root + "/requests.", h.in(h.requests, reading)},
		{"GET", Root + "/requests/:id.", h.in(h.request, reading)},
		{"GET", Root + "/tokens/:token.", h.in(h.token, reading)},
		{"POST", Root + "/requests.", h.in(h.take, sending)},
	} {
		audience := web.Public
		if e.method == "POST" {
			audience = web.Programs
		}
		s.Plain(e.method, e.path+formatXML, audience, e.answer)
		s.Plain(e.method, e.path+formatJSON, audience, e.answer)
	}
	s.Plain("GET", "/open311/*", web.Public, func(c *web.Ctx) error { return h.fail(c, errNowhere) })
}

var errNowhere = fault.New(fault.NotFound, "There is nothing at this address. Every address ends in .xml or .json.")

func formatOf(path string) string {
	if strings.HasSuffix(path, "."+formatJSON) {
		return formatJSON
	}
	return formatXML
}

// in answers in the format of the path, faults too.
func (h *API) in(f func(*web.Ctx) (answer, error), around ...func(web.Handler) web.Handler) web.Handler {
	inner := func(c *web.Ctx) error {
		a, err := f(c)
		if err != nil {
			return err
		}
		c.Set("Access-Control-Allow-Origin", "*")
		c.Set("Vary", "Accept-Language")
		return send(c, formatOf(c.Path()), 200, a)
	}
	for _, wrap := range around {
		inner = wrap(inner)
	}
	return func(c *web.Ctx) error {
		if err := inner(c); err != nil {
			return h.fail(c, err)
		}
		return nil
	}
}

// codes are the statuses of the standard: what cannot be accepted is 400.
var codes = map[fault.Kind]int{fault.Invalid: 400, fault.Forbidden: 403, fault.SignIn: 403, fault.NotFound: 404, fault.Gone: 404, fault.Conflict: 400,
	fault.TooLarge: 413, fault.TooMany: 429, fault.Unavailable: 503, fault.Internal: 500}

// fail answers a fault in the standard's own shape.
func (h *API) fail(c *web.Ctx, err error) error {
	kind := fault.KindOf(err)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		kind = fault.Unavailable
	}
	var text string
	if id, args := fault.Shown(err); id != "" {
		text = c.Locale.Plain().T(id, args...)
	}
	if kind == fault.Internal || kind == fault.Unavailable {
		h.service.Log.Error("open311 failed", "route", c.Route().Path, "err", err)
		text = c.T("Something went wrong on our side. Try again later.")
	}
	if text == "" {
		text = c.T("This cannot be done.")
	}
	c.Set("Cache-Control", "no-store")
	return send(c, formatOf(c.Path()), codes[kind], errorAnswer(codes[kind], text))
}

func (h *API) discovery(c *web.Ctx) (answer, error) {
	kind := "production"
	if h.about.Test {
		kind = "test"
	}
	changed := stamp(Changed)
	d := xmlDiscovery{Changeset: changed, Contact: h.about.Contact, KeyService: h.about.PublicURL + "/" + c.Locale.Lang() + guidePath, Endpoints: []apiEndpoint{{
		Specification: "http://wiki.open311.org/GeoReport_v2", URL: h.about.PublicURL + Root, Changeset: changed, Type: kind,
		Formats: []string{"text/xml", "application/json"},
	}}}
	c.Set("Cache-Control", "public, max-age=3600")
	return answer{d, d}, nil
}

// guidePath tells people who write programs how to get a key.
const guidePath = "/guides/open311"

var errNoJurisdiction = fault.New(fault.NotFound, "There is no such jurisdiction_id.")

// jurisdiction is the one a request names. A platform of one authority needs no name.
func (h *API) jurisdiction(c *web.Ctx, id string) (j Jurisdiction, err error) {
	if id == "" {
		if j, err = h.service.Jurisdictions.Only(c.Std()); isNotFound(err) {
			return j, fault.New(fault.Invalid, "jurisdiction_id was not provided.")
		}
	} else if j, err = h.service.Jurisdictions.Jurisdiction(c.Std(), id); isNotFound(err) || fault.Is(err, fault.Invalid) {
		return j, errNoJurisdiction
	}
	if err == nil {
		c.UseCountry(j.Country)
	}
	return j, err
}

// brief is how long answers may be kept: status changes are soon seen.
const brief = "public, max-age=60"

func (h *API) services(c *web.Ctx) (answer, error) {
	j, err := h.jurisdiction(c, c.Query("jurisdiction_id"))
	if err != nil {
		return answer{}, err
	}
	all, err := h.service.Desk.Services(c.Std(), j.ID, c.Locale.Lang())
	c.Set("Cache-Control", brief)
	return servicesAnswer(all), err
}

// noService says which of the two was not found.
func noService(err error) error {
	if isNotFound(err) {
		return fault.New(fault.NotFound, "There is no such service_code.")
	}
	return err
}

// param is a part of the path as it was meant.
func param(c *web.Ctx, name string) string {
	text, err := url.PathUnescape(c.Params(name))
	if err != nil {
		return ""
	}
	return text
}

func (h *API) definition(c *web.Ctx) (answer, error) {
	j, err := h.jurisdiction(c, c.Query("jurisdiction_id"))
	if err != nil {
		return answer{}, err
	}
	d, err := h.service.Desk.Definition(c.Std(), j.ID, param(c, "code"), c.Locale.Lang())
	c.Set("Cache-Control", brief)
	return definitionAnswer(d), noService(err)
}

func (h *API) requests(c *web.Ctx) (answer, error) {
	j, err := h.jurisdiction(c, c.Query("jurisdiction_id"))
	if err != nil {
		return answer{}, err
	}
	v, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return answer{}, fault.New(fault.Invalid, "The address is not written as it should be.")
	}
	q, err := parseQuery(v, c.Now())
	if err != nil {
		return answer{}, err
	}
	q.Jurisdiction, q.Lang = j.ID, c.Locale.Lang()
	all, err := h.service.find(c.Std(), q)
	c.Set("Cache-Control", brief)
	return requestsAnswer(all), err
}

var errNoRequest = fault.New(fault.NotFound, "There is no such service_request_id.")

func (h *API) request(c *web.Ctx) (answer, error) {
	j, err := h.jurisdiction(c, c.Query("jurisdiction_id"))
	if err != nil {
		return answer{}, err
	}
	r, err := h.service.Desk.Request(c.Std(), j.ID, param(c, "id"), c.Locale.Lang())
	if isNotFound(err) || fault.Is(err, fault.Invalid) {
		return answer{}, errNoRequest
	}
	c.Set("Cache-Control", brief)
	return requestsAnswer([]Request{r}), err
}

func (h *API) token(c *web.Ctx) (answer, error) {
	j, err := h.jurisdiction(c, c.Query("jurisdiction_id"))
	if err != nil {
		return answer{}, err
	}
	r, err := h.service.Report(c.Std(), j.ID, param(c, "token"))
	if err == nil && r.State == Refused {
		err = &fault.Error{Kind: fault.Invalid, Message: r.Why}
	}
	c.Set("Cache-Control", "no-store")
	return tokenAnswer(r.Request, r.ID), err
}

// posted reads the form of a POST.
func posted(c *web.Ctx) (url.Values, error) {
	kind, _, _ := strings.Cut(strings.ToLower(c.Get("Content-Type")), ";")
	if strings.TrimSpace(kind) != "application/x-www-form-urlencoded" {
		return nil, fault.New(fault.Invalid, "Send a form: application/x-www-form-urlencoded in UTF-8.")
	}
	if len(c.Body()) > maxBody {
		return nil, fault.New(fault.TooLarge, "This is longer than {limit} bytes.", "limit", maxBody)
	}
	v, err := url.ParseQuery(string(c.Body()))
	if err != nil {
		return nil, fault.New(fault.Invalid, "Send a form: application/x-www-form-urlencoded in UTF-8.")
	}
	for _, name := range []string{"jurisdiction_id", "api_key"} { // both may stand in the address
		if v.Get(name) == "" {
			v.Set(name, c.Query(name))
		}
	}
	return v, nil
}

// sentKey is the key of a POST, for its limit; "" is judged by the act.
func sentKey(c *web.Ctx) string {
	v, err := posted(c)
	if err != nil {
		return ""
	}
	return idIn(v.Get("api_key"))
}

func (h *API) take(c *web.Ctx) (answer, error) {
	c.Set("Cache-Control", "no-store")
	v, err := posted(c)
	if err != nil {
		return answer{}, err
	}
	if v.Get("api_key") == "" {
		return answer{}, errBadKey
	}
	j, err := h.jurisdiction(c, v.Get("jurisdiction_id"))
	if err != nil {
		return answer{}, err
	}
	if _, err := h.service.keyOf(c.Std(), v.Get("api_key"), j.ID); err != nil {
		return answer{}, err // before the form is judged: who has no key learns nothing
	}
	in, err := parsePost(v)
	if err != nil {
		return answer{}, err
	}
	in.Jurisdiction, in.Lang = j.ID, c.Locale.Lang()
	r, err := h.service.Take(c.Std(), v.Get("api_key"), c.Get("Idempotency-Key"), in)
	if err != nil {
		return answer{}, err
	}
	if r.State == Refused {
		return answer{}, &fault.Error{Kind: fault.Invalid, Message: r.Why}
	}
	return takenAnswer(r.Request, r.ID, r.Notice, ""), nil
}
