package citizenspace

import (
	"context"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Input is what makes a request.
type Input struct {
	Authority   string
	Offer       string
	Channel     Channel
	Citizen     Citizen
	Description string
	Answers     []Answer
	Spot        Spot
	Photos      []string // file ids, uploaded by the caller
	MediaURL    string
	Once        string // token of the form: the same again makes the same request
	Urgent      bool
	Version     int // the version the form showed; 0 for the one offered now
}

// Filed is a request that was made, and its secret code, which is told this once.
type Filed struct {
	Request Request
	Code    string
}

// File makes a request. Agents of the authority make them for others at the
// counter and on the phone; everybody makes their own. Repeated with the same
// token it returns the same request and code. Faults: NotFound (no such service
// is offered), Invalid with Broken (what has to be corrected), Forbidden (a
// channel that is not the caller's).
func (s *Service) File(ctx context.Context, who auth.Actor, in Input) (Filed, error) {
	settings, err := s.Settings(ctx, in.Authority)
	if err != nil {
		return Filed{}, err
	}
	o, err := s.offers.Get(ctx, OfferID(in.Authority, in.Offer))
	if isNotFound(err) || err == nil && (o.State != Offered || o.Current == nil) || !settings.Open {
		return Filed{}, errNoOffer
	}
	if err != nil {
		return Filed{}, fault.Wrap("request.file", err)
	}
	v, err := s.versionFor(ctx, o, in.Version)
	if err != nil {
		return Filed{}, err
	}
	desk := in.Channel == AtCounter || in.Channel == ByPhone
	switch {
	case desk && !IsStaff(who, in.Authority), in.Channel == ByOpen311 && !who.IsSystem(), !slices.Contains([]Channel{Online, AtCounter, ByPhone, ByOpen311}, in.Channel):
		return Filed{}, errNotYours
	case in.Channel == Online && !v.Online:
		return Filed{}, fault.New(fault.Invalid, "This service is asked for at the counter.")
	}
	in = in.tidied(settings)
	if err := broken("request.file", in.problems(v, settings, desk)); err != nil {
		return Filed{}, err
	}
	if in.Channel == Online && who.SignedIn() {
		in.Citizen.PersonID = who.PersonID
	} else {
		in.Citizen.PersonID = ""
	}
	return s.insert(ctx, who, in, v, settings, "")
}

// versionFor returns the version that a form showed, so that one published
// while somebody was filling it in does not change the questions under their
// hands; the one offered now for a form older than that.
func (s *Service) versionFor(ctx context.Context, o Offer, number int) (Version, error) {
	if number <= 0 || number >= o.Current.Number || number < o.Current.Number-1 {
		return *o.Current, nil
	}
	return s.Version(ctx, o.Authority, o.Code, number)
}

// insert writes a new request. splitFrom is the request it was cut off from.
func (s *Service) insert(ctx context.Context, who auth.Actor, in Input, v Version, settings Settings, splitFrom string) (Filed, error) {
	now := s.Clock.Now()
	if in.Once == "" {
		in.Once = s.Ident.Token()
	}
	id := onceID("request", in.Authority, in.Once)
	code := s.codeFrom(id, in.Once)
	if r, err := s.requests.Get(ctx, id); err == nil {
		return Filed{Request: r, Code: code}, nil // sent twice
	}
	reference, err := s.nextReference(ctx, now, settings.Country)
	if err != nil {
		return Filed{}, err
	}
	calendar := settings.Calendar(s.holidays[settings.Country])
	r := Request{
		Meta: store.Meta{ID: id}, Reference: reference, Authority: in.Authority, Country: settings.Country, Offer: v.Code, OfferNo: v.Number, Group: v.Group,
		Department: v.Department, State: Received, Channel: in.Channel, Urgent: in.Urgent, Public: v.Public, CodeHash: s.hashCode(id, code),
		Citizen: in.Citizen, Description: in.Description, Answers: in.Answers, Spot: in.Spot, Photos: in.Photos, MediaURL: in.MediaURL,
		Clock: calendar.Start(now, v.Promise), CreatedAt: now, ChangedAt: now, SplitFrom: splitFrom, Acts: 1,
		Tasks: []Task{{Kind: taskMirror}, {Kind: taskTell, Key: tellKey(ActFile, 1)}},
	}
	if in.Channel == AtCounter || in.Channel == ByPhone {
		r.EnteredBy = who.PersonID
	}
	if splitFrom != "" {
		r.Tasks = append(r.Tasks, Task{Kind: taskPart, Key: splitFrom})
	}
	as := roleIn([]Role{AsSystem, AsDesk, AsDepartment, AsSupervisor}, RolesIn(who, in.Authority))
	if in.Channel == Online || as == "" {
		as = AsCitizen
	}
	r.History = audit.Append(nil, audit.Entry{
		Subject: "request:" + r.ID, Authority: r.Authority, Act: actPrefix + string(ActFile), To: string(Received), ActorID: actorID(who), ActorRole: string(as),
		At: now, Public: r.Public, Details: map[string]string{"channel": string(in.Channel), "service": v.Code},
	})
	r.settle()
	if err := s.requests.Insert(ctx, r); isConflict(err) {
		kept, err := s.requests.Get(ctx, id)
		return Filed{Request: kept, Code: code}, fault.Wrap("request.file", err)
	} else if err != nil {
		return Filed{}, fault.Wrap("request.file", err)
	}
	r.Version = 1
	return Filed{Request: s.follow(ctx, r), Code: code}, nil
}

// nextReference gives the next number of the year, as the year is counted where
// the request is made.
func (s *Service) nextReference(ctx context.Context, now time.Time, country string) (string, error) {
	year := strconv.Itoa(now.In(NewCalendar(country, usualWeek).Zone).Year())
	for range 3 {
		c, err := s.counters.Increment(ctx, year, map[string]int64{"last": 1})
		if err == nil {
			return referencePrefix + year + "-" + strconv.FormatInt(c.Last, 10), nil
		}
		if !isNotFound(err) {
			return "", fault.Wrap("request.file", err)
		}
		if err := s.counters.Insert(ctx, counterDoc{Meta: store.Meta{ID: year}}); err != nil && !isConflict(err) {
			return "", fault.Wrap("request.file", err)
		}
	}
	return "", fault.New(fault.Unavailable, "No number could be given. Please try again.")
}

func (in Input) tidied(settings Settings) Input {
	in.Description = tidy(in.Description, true)
	in.Citizen.Name, in.Citizen.Phone = tidy(in.Citizen.Name, false), form.Digits(tidy(in.Citizen.Phone, false))
	in.Citizen.Email = strings.ToLower(tidy(in.Citizen.Email, false))
	in.Spot.Words, in.Spot.Zip = tidy(in.Spot.Words, false), form.Digits(tidy(in.Spot.Zip, false))
	if l, ok := settings.Landmark(in.Spot.Landmark); ok {
		if in.Spot.Zip == "" {
			in.Spot.Zip = l.Zip
		}
		if !in.Spot.Point && l.Lat != 0 {
			in.Spot.Point, in.Spot.Lat, in.Spot.Lng = true, l.Lat, l.Lng
		}
	}
	answers := make([]Answer, 0, len(in.Answers))
	for _, a := range in.Answers {
		kept := Answer{Code: a.Code}
		for _, v := range a.Values {
			if v = tidy(v, true); v != "" {
				kept.Values = append(kept.Values, v)
			}
		}
		if len(kept.Values) > 0 {
			answers = append(answers, kept)
		}
	}
	in.Answers = answers
	return in
}

// problems returns what is wrong with a request for a version of a service.
// Agents need not know how to reach who asks.
func (in Input) problems(v Version, settings Settings, desk bool) (found []Problem) {
	found = append(found, atMost("description", in.Description, MaxDescription)...)
	if in.Description == "" && v.Public && len(v.Questions) == 0 {
		found = append(found, Problem{Field: "description", Message: i18n.Msg("Describe what it is about")})
	}
	found = append(found, in.spotProblems(v, settings)...)
	if len(in.Photos) > v.Photos {
		found = append(found, Problem{"photos", i18n.Msg("Add {limit} photos at most"), []any{"limit", v.Photos}})
	}
	found = append(found, in.whoProblems(v, desk)...)
	for _, a := range in.Answers {
		if _, ok := v.Question(a.Code); !ok {
			found = append(found, Problem{Field: "q_" + a.Code, Message: i18n.Msg("This service does not ask this")})
		}
	}
	for _, q := range v.Questions {
		if q.Note {
			continue
		}
		if p, bad := q.problem(in.answer(q.Code), settings); bad {
			found = append(found, p)
		}
	}
	return found
}

func (in Input) answer(code string) []string {
	for _, a := range in.Answers {
		if a.Code == code {
			return a.Values
		}
	}
	return nil
}

func (in Input) spotProblems(v Version, settings Settings) (found []Problem) {
	if in.Spot.Landmark != "" {
		if _, ok := settings.Landmark(in.Spot.Landmark); !ok {
			found = append(found, Problem{Field: "landmark", Message: i18n.Msg("Choose a street or a place from the list")})
		}
	}
	if v.Place == Required && in.Spot.Words == "" && in.Spot.Landmark == "" && !in.Spot.Point {
		found = append(found, Problem{Field: "place", Message: i18n.Msg("Say where it is: on the map, from the list, or in words")})
	}
	if in.Spot.Point && !inTheCountries(in.Spot.Lat, in.Spot.Lng) {
		found = append(found, Problem{Field: "place", Message: i18n.Msg("This point does not lie in the country")})
	}
	return append(found, atMost("place", in.Spot.Words, MaxSpotWords)...)
}

func (in Input) whoProblems(v Version, desk bool) (found []Problem) {
	if v.Citizen == Required {
		found = append(found, required("name", in.Citizen.Name, i18n.Msg("Write the name"), MaxName)...)
	} else {
		found = append(found, atMost("name", in.Citizen.Name, MaxName)...)
	}
	reachable := in.Citizen.Email != "" || in.Citizen.Phone != ""
	if v.Contact == Required && !desk && !reachable {
		found = append(found, Problem{Field: "email", Message: i18n.Msg("Give an e-mail address or a phone number, so that we can answer")})
	}
	if e := in.Citizen.Email; e != "" && (!strings.Contains(e, "@") || strings.ContainsAny(e, " ,;<>") || letters(e) > 200) {
		found = append(found, Problem{Field: "email", Message: i18n.Msg("This is not an e-mail address")})
	}
	if p := in.Citizen.Phone; p != "" && !isPhone(p) {
		found = append(found, Problem{Field: "phone", Message: i18n.Msg("This is not a phone number")})
	}
	if in.Citizen.By == "mail" && in.Citizen.Email == "" || in.Citizen.By == "sms" && in.Citizen.Phone == "" {
		found = append(found, Problem{Field: "by", Message: i18n.Msg("Give the address or the number by which we are to tell you")})
	}
	return found
}

// isPhone accepts what people write: digits, grouped, perhaps with + in front.
func isPhone(p string) bool {
	digits := 0
	for i, r := range p {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, strings.ContainsRune(" .-/()", r):
		default:
			return false
		}
	}
	return digits >= 6 && digits <= 15
}

// problem returns what is wrong with the answer to a question.
func (q Question) problem(values []string, settings Settings) (Problem, bool) {
	bad := func(message string, args ...any) (Problem, bool) {
		return Problem{Field: "q_" + q.Code, Message: message, Args: args}, true
	}
	if len(values) == 0 {
		if q.Required {
			return bad(i18n.Msg("Answer this question"))
		}
		return Problem{}, false
	}
	if len(values) > 1 && q.Type != ManyOf && q.Type != File {
		return bad(i18n.Msg("Give one answer"))
	}
	v := values[0]
	switch q.Type {
	case String, Place:
		if letters(v) > MaxLine || strings.Contains(v, "\n") {
			return bad(tooLong, "limit", MaxLine)
		}
		if key, ok := strings.CutPrefix(v, "#"); ok && q.Type == Place {
			if _, known := settings.Landmark(key); !known {
				return bad(i18n.Msg("Choose a street or a place from the list"))
			}
		}
	case Text:
		if letters(v) > MaxText {
			return bad(tooLong, "limit", MaxText)
		}
	case Number:
		if _, ok := new(big.Rat).SetString(v); !ok || len(v) > 30 || strings.ContainsAny(v, "/eExXpP_") {
			return bad(i18n.Msg("Write a number, with digits"))
		}
	case Date:
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return bad(i18n.Msg("Write a day, as in 2026-11-30"))
		}
	case Instant:
		if _, err := time.Parse(time.RFC3339, v); err != nil {
			return bad(i18n.Msg("Write a day and a time"))
		}
	case OneOf, ManyOf:
		for _, v := range values {
			if !slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Key == v }) {
				return bad(i18n.Msg("Choose from the list"))
			}
		}
	}
	return Problem{}, false
}
