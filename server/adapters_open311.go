package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/citizenspace"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/file"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/outbound"
	"musharaka/modules/kit/web"
	"musharaka/modules/open311"
)

// buildOpen311 speaks with other programs about requests.
func (a *app) buildOpen311(ctx context.Context) (err error) {
	guard := outbound.Guard{Plain: a.settings.IsDemo()}
	var caller open311.Caller = guard.Client()
	if a.settings.IsDemo() {
		caller = demoOffice{caller}
	}
	a.open311, err = open311.New(ctx, open311.Needs{DB: a.db, Audit: a.audit, Queue: a.queue, Jurisdictions: jurisdictions{a}, Desk: open311Desk{a},
		Outgoing: open311Outgoing{a}, Caller: caller, Guard: guard, SealKey: a.settings.MailKey(), Clock: a.clock, Ident: a.ident, Log: a.log})
	if err != nil {
		return err
	}
	a.spaces.Watch(open311Outgoing{a}.requestChanged)
	a.accounts.Listen(a.open311)
	a.accounts.Contribute(account.Contribution{Key: "open311", Title: i18n.Msg("Keys for Open311"), Contributor: a.open311})
	return nil
}

// aboutOpen311 is what discovery says.
func (a *app) aboutOpen311() open311.About {
	return open311.About{PublicURL: a.settings.PublicURL, Contact: a.settings.Contact, Test: a.settings.IsDemo()}
}

// jurisdictions are the authorities with an open Citizen Space.
type jurisdictions struct{ *app }

func (j jurisdictions) Jurisdiction(ctx context.Context, id string) (open311.Jurisdiction, error) {
	s, err := j.spaces.Settings(ctx, id)
	if err == nil && !s.Open {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return open311.Jurisdiction{}, err
	}
	a, err := j.places.Get(ctx, id)
	return open311.Jurisdiction{ID: id, Country: s.Country, Names: map[string]string{"ar": a.Place.Name("ar"), "fr": a.Place.Name("fr"), "en": a.Place.Name("en")}}, err
}

func (j jurisdictions) Only(ctx context.Context) (open311.Jurisdiction, error) {
	page, err := j.spaces.Spaces(ctx, "", 2)
	if err != nil {
		return open311.Jurisdiction{}, err
	}
	if len(page.Items) != 1 {
		return open311.Jurisdiction{}, fault.New(fault.NotFound, "")
	}
	return j.Jurisdiction(ctx, page.Items[0].ID)
}

// open311Desk is the Citizen Space as Open311 sees it: services whose requests
// are public, and the cards of their requests.
type open311Desk struct{ *app }

// takes reports whether a service is offered to programs: what is private is
// asked for by the citizen alone, on our own pages or at the counter.
func takes(v citizenspace.Version) bool { return v.Public && v.Online }

func offerOf(v citizenspace.Version, lang string, locale *i18n.Locale) open311.Offer {
	o := open311.Offer{Code: v.Code, Name: v.Name.In(lang), Description: v.Summary.In(lang), Type: open311.Realtime, Keywords: v.Keywords, Attributes: len(v.Questions) > 0}
	o.Group = locale.T(spaceGroups[v.Group])
	return o
}

func (d open311Desk) Services(ctx context.Context, jurisdiction, lang string) ([]open311.Offer, error) {
	all, err := d.spaces.Offers(ctx, jurisdiction)
	var out []open311.Offer
	for _, v := range all {
		if takes(v) {
			out = append(out, offerOf(v, lang, d.words.Locale(lang, "").Plain()))
		}
	}
	return out, err
}

func (d open311Desk) Definition(ctx context.Context, jurisdiction, code, lang string) (open311.Definition, error) {
	o, err := d.spaces.Offer(ctx, jurisdiction, code)
	if err == nil && !takes(*o.Current) {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return open311.Definition{}, err
	}
	v := *o.Current
	out := open311.Definition{Offer: offerOf(v, lang, d.words.Locale(lang, "").Plain())}
	for _, q := range v.Questions {
		if q.Type == citizenspace.File {
			continue // nothing that the standard can carry
		}
		a := open311.Attribute{Code: q.Code, Variable: !q.Note, Datatype: datatypeOf(q.Type), Required: q.Required, Hint: q.Hint.In(lang), Description: q.Label.In(lang)}
		for _, c := range q.Choices {
			a.Values = append(a.Values, open311.Value{Key: c.Key, Name: c.Name.In(lang)})
		}
		out.Questions = append(out.Questions, a)
	}
	return out, nil
}

// datatypeOf is the standard's word for a kind of answer.
func datatypeOf(t citizenspace.DataType) string {
	switch t {
	case citizenspace.Date:
		return open311.TypeDatetime
	case citizenspace.Place:
		return open311.TypeString
	}
	return string(t)
}

// Open files a request as it came. The program, and not the citizen, is who we
// cannot tell apart from a mistake: nothing is filed in an account's name.
func (d open311Desk) Open(ctx context.Context, key string, in open311.Input) (open311.Opened, error) {
	o, err := d.spaces.Offer(ctx, in.Jurisdiction, in.Service)
	if err != nil {
		return open311.Opened{}, err
	}
	f := citizenspace.Input{Authority: in.Jurisdiction, Offer: in.Service, Channel: citizenspace.ByOpen311, Description: in.Description, MediaURL: in.MediaURL, Once: key,
		Citizen: citizenspace.Citizen{Name: strings.TrimSpace(in.FirstName + " " + in.LastName), Email: in.Email, Phone: in.Phone, Lang: in.Lang},
		Spot:    citizenspace.Spot{Words: in.Address, Landmark: in.AddressID, Point: in.Located, Lat: in.Lat, Lng: in.Long}}
	if in.Email != "" {
		f.Citizen.By = "mail"
	}
	for code, values := range in.Answers {
		q, _ := o.Current.Question(code)
		f.Answers = append(f.Answers, citizenspace.Answer{Code: code, Values: answersFrom(q.Type, values)})
	}
	filed, err := d.spaces.File(ctx, auth.System, f)
	if err != nil {
		return open311.Opened{}, spokenFault(err)
	}
	v, err := d.spaces.Version(ctx, filed.Request.Authority, filed.Request.Offer, filed.Request.OfferNo)
	return open311.Opened{ID: filed.Request.Reference, Notice: v.Notice.In(in.Lang)}, err
}

// answersFrom writes answers as the Citizen Space keeps them: a day has no time.
func answersFrom(t citizenspace.DataType, values []string) []string {
	out := slices.Clone(values)
	for i, v := range out {
		day, _, timed := strings.Cut(v, "T")
		switch {
		case t == citizenspace.Date:
			out[i] = day
		case t == citizenspace.Instant && !timed:
			out[i] = day + "T00:00:00Z"
		}
	}
	return out
}

// spokenFault gives a refused form's first mistake a sentence of its own, as a
// program has no fields beside which it could stand.
func spokenFault(err error) error {
	for _, p := range citizenspace.ProblemsOf(err) {
		return &fault.Error{Kind: fault.Invalid, Message: p.Message, Args: p.Args, Op: "open311.Open", Err: err}
	}
	return err
}

func (d open311Desk) Request(ctx context.Context, jurisdiction, id, lang string) (open311.Request, error) {
	c, err := d.spaces.CardOf(ctx, id)
	if err == nil && c.Authority != jurisdiction {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return open311.Request{}, err
	}
	s, err := d.spaces.Settings(ctx, jurisdiction)
	if err != nil {
		return open311.Request{}, err
	}
	return d.request(ctx, c, s, lang)
}

// request is a card in the words of the standard.
func (d open311Desk) request(ctx context.Context, c citizenspace.Card, s citizenspace.Settings, lang string) (open311.Request, error) {
	locale := d.words.Locale(lang, s.Country).Plain()
	r := open311.Request{ID: c.Reference, Jurisdiction: c.Authority, Status: open311.StatusClosed, ServiceName: c.OfferName.In(lang), ServiceCode: c.Offer, Description: c.Description,
		Notice: c.Notice.In(lang), RequestedAt: c.RequestedAt, UpdatedAt: c.UpdatedAt, ExpectedAt: c.ExpectedAt, Address: c.Address, AddressID: c.AddressID, Zipcode: c.Zip,
		Lat: c.Lat, Long: c.Lng, Located: c.Point, MediaURL: c.MediaURL}
	if c.State.IsOpen() {
		r.Status = open311.StatusOpen
	} else if !c.EndedAt.IsZero() {
		r.UpdatedAt = c.EndedAt // the standard: the day it was closed
	}
	r.Notes = locale.T(spaceStates[c.State])
	if c.StatusNotes != "" {
		r.Notes += " · " + c.StatusNotes
	}
	if dep, ok := s.Department(c.Department); ok {
		r.Agency = dep.Name.In(lang)
	}
	if len(c.Photos) == 0 {
		return r, nil
	}
	var err error
	r.MediaURL, err = d.pictureURL(ctx, c.Photos[0])
	return r, err
}

// Find walks one list of cards, newest first. What the list does not say itself
// is judged card by card, and no more than findMost cards are read.
func (d open311Desk) Find(ctx context.Context, q open311.Query) ([]open311.Request, error) {
	s, err := d.spaces.Settings(ctx, q.Jurisdiction)
	if err != nil {
		return nil, err
	}
	f := citizenspace.Filter{Authority: q.Jurisdiction, Group: groupOf(q.Status), From: q.From, To: q.To.Add(time.Millisecond), Limit: 500}
	if len(q.Codes) == 1 {
		f.Offer = q.Codes[0]
	}
	var out []open311.Request
	for read, skip := 0, q.Skip; read < findMost; {
		page, err := d.spaces.List(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, c := range page.Items {
			if len(q.Codes) > 1 && !slices.Contains(q.Codes, c.Offer) || c.UpdatedAt.Before(q.UpdatedFrom) {
				continue
			}
			if skip > 0 {
				skip--
				continue
			}
			r, err := d.request(ctx, c, s, q.Lang)
			if err != nil {
				return nil, err
			}
			if out = append(out, r); len(out) == q.Size {
				return out, nil
			}
		}
		read += len(page.Items)
		if f.After = page.Next; f.After == "" {
			return out, nil
		}
	}
	return out, nil
}

// findMost is how many cards one list of the standard may read.
const findMost = 20_000

func groupOf(status string) citizenspace.Group {
	switch status {
	case open311.StatusOpen:
		return citizenspace.OpenRequests
	case open311.StatusClosed:
		return citizenspace.EndedRequests
	}
	return citizenspace.AllRequests
}

// open311Outgoing lets requests go to the back office of an authority, and its
// news come back.
type open311Outgoing struct{ *app }

// requestChanged hears of every request; what is over already goes nowhere.
func (o open311Outgoing) requestChanged(ctx context.Context, r citizenspace.Request) error {
	if !r.State.IsOpen() || !r.IsShown() {
		return nil
	}
	return o.open311.Arrived(ctx, open311.Arrival{Jurisdiction: r.Authority, ID: r.ID, Service: r.Offer, At: r.CreatedAt})
}

func (o open311Outgoing) Report(ctx context.Context, jurisdiction, id string) (open311.Input, error) {
	r, err := o.spaces.Request(ctx, citizenspace.By(auth.System), id)
	if err == nil && (r.Authority != jurisdiction || !r.State.IsOpen() || !r.IsShown()) {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return open311.Input{}, err
	}
	in := open311.Input{Jurisdiction: jurisdiction, Service: r.Offer, Lat: r.Spot.Lat, Long: r.Spot.Lng, Located: r.Spot.Point, Address: r.Spot.Words, Email: r.Citizen.Email, Phone: r.Citizen.Phone, LastName: r.Citizen.Name,
		Description: r.Description, MediaURL: r.MediaURL, Lang: r.Citizen.Lang, Answers: map[string][]string{}}
	for _, a := range r.Answers {
		in.Answers[a.Code] = a.Values
	}
	if len(r.Photos) > 0 {
		if in.MediaURL, err = o.pictureURL(ctx, r.Photos[0]); err != nil {
			return in, err
		}
	}
	return in, nil
}

// pictureURL is the address of a photo; "" when it is gone.
func (a *app) pictureURL(ctx context.Context, id string) (string, error) {
	f, err := a.files.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return a.settings.PublicURL + f.Path(file.Full), err
}

var msgSolvedThere = i18n.Msg("The department reports that it is done.")

// Apply notes the news of a back office. The twin that is kept with the request
// says what was heard last, so that the same news changes nothing.
func (o open311Outgoing) Apply(ctx context.Context, jurisdiction, id string, n open311.News) error {
	r, err := o.spaces.Request(ctx, citizenspace.By(auth.System), id)
	if err != nil || r.Authority != jurisdiction {
		return err
	}
	twin := citizenspace.External{Endpoint: jurisdiction, ID: n.RemoteID, Status: open311.StatusOpen, Updated: n.At}
	if r.External != nil {
		twin.SentAt = r.External.SentAt
	} else {
		twin.SentAt = o.clock.Now()
	}
	if n.Closed {
		twin.Status = open311.StatusClosed
	}
	if r.External != nil && *r.External == twin {
		return nil
	}
	words := o.words.Locale(r.Citizen.Lang, r.Country).Plain()
	begun := []citizenspace.State{citizenspace.Received, citizenspace.Triaged, citizenspace.Assigned, citizenspace.Transferred, citizenspace.Scheduled, citizenspace.Reopened}
	switch {
	case n.Closed && r.State.IsOpen():
		_, err = o.spaces.Resolve(ctx, auth.System, id, citizenspace.Solved, orElse(n.Notes, words.T(msgSolvedThere)), 0)
	case !n.Closed && n.Notes != "" && slices.Contains(begun, r.State):
		_, err = o.spaces.Begin(ctx, auth.System, id, n.Notes, 0)
	case !n.Closed && n.Notes != "" && r.State.IsOpen():
		_, err = o.spaces.Message(ctx, auth.System, id, n.Notes)
	}
	if err != nil && !fault.Is(err, fault.Conflict) {
		return err
	}
	_, err = o.spaces.Forward(ctx, id, twin)
	return err
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// open311Tab is the page of other programs at an authority's desk.
var open311Tab = struct {
	Path, Label string
	In          func(who auth.Actor, org string) bool
}{"/desk/open311", i18n.Msg("Other programs"), open311.Keeps}

// open311Pages declares the endpoints and the officers' pages.
func (a *app) open311Pages(s *web.Site) {
	open311.NewAPI(a.open311, a.aboutOpen311()).Routes(s)
	open311.NewPages(a.open311, associationPlaces{a}, a.aboutOpen311()).Routes(s)
}

// spaceStates are the words for where a request stands, as programs read them.
var spaceStates = map[citizenspace.State]string{
	citizenspace.Received: i18n.Msg("Received"), citizenspace.Triaged: i18n.Msg("Read by the Citizen Space"), citizenspace.Assigned: i18n.Msg("With the department"),
	citizenspace.Transferred: i18n.Msg("Transferred to another department"), citizenspace.InProgress: i18n.Msg("Being worked on"), citizenspace.Scheduled: i18n.Msg("Planned for a day"),
	citizenspace.Waiting: i18n.Msg("Waits for the citizen"), citizenspace.Reopened: i18n.Msg("Request opened again"), citizenspace.Resolved: i18n.Msg("Solved"), citizenspace.Closed: i18n.Msg("Request closed"),
	citizenspace.Outside: i18n.Msg("Outside the powers of the municipality"), citizenspace.Duplicate: i18n.Msg("Reported already"), citizenspace.Rejected: i18n.Msg("Refused"),
}

// spaceGroups are the words for groups of services.
var spaceGroups = map[string]string{
	"papers": i18n.Msg("Civil status and papers"), "town_planning": i18n.Msg("Building and town planning"), "networks": i18n.Msg("Water, electricity, sewers"), "taxes": i18n.Msg("Taxes and cashier"),
	"halls": i18n.Msg("Halls and public spaces"), "streets": i18n.Msg("Streets and lighting"), "cleanliness": i18n.Msg("Cleanliness"), "green": i18n.Msg("Green spaces"), "nuisance": i18n.Msg("Noise and nuisance"), "voice": i18n.Msg("Complaints and suggestions"),
}

// demoOffice answers in the place of a back office that does not exist, so that
// the demo shows requests that go there and the news that come back. Everybody
// else is asked like anywhere.
type demoOffice struct{ open311.Caller }

// demoOfficeHost is the host that the demo answers for; nobody can own it (RFC 2606).
const demoOfficeHost = "office.demo.example"

func (d demoOffice) is(address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	return u, err == nil && u.Hostname() == demoOfficeHost
}

// Post takes a request; the number that it gets follows from its key.
func (d demoOffice) Post(ctx context.Context, address string, h http.Header, body []byte) (outbound.Answer, error) {
	if _, ours := d.is(address); !ours {
		return d.Caller.Post(ctx, address, h, body)
	}
	sum := sha256.Sum256([]byte(h.Get("Idempotency-Key")))
	return outbound.Answer{Status: http.StatusOK, Body: []byte(`[{"service_request_id":"T-` + hex.EncodeToString(sum[:3]) + `"}]`)}, nil
}

// Get tells the services, and of each request that a team was sent.
func (d demoOffice) Get(ctx context.Context, address string, h http.Header, limit int64) (outbound.Answer, error) {
	u, ours := d.is(address)
	if !ours {
		return d.Caller.Get(ctx, address, h, limit)
	}
	list := []map[string]string{}
	if strings.HasSuffix(u.Path, "/services.json") {
		for _, code := range []string{"LIGHT", "ROAD", "WASTE", "GREEN"} {
			list = append(list, map[string]string{"service_code": code})
		}
	} else {
		for _, id := range strings.Split(u.Query().Get("service_request_id"), ",") {
			list = append(list, map[string]string{"service_request_id": id, "status": "open", "status_notes": "تم تكليف فريق بالتدخل.", "updated_datetime": "2026-01-01T08:00:00Z"})
		}
	}
	body, err := json.Marshal(list)
	return outbound.Answer{Status: http.StatusOK, Body: body}, err
}
