package citizenspace

import (
	"context"
	"regexp"
	"strconv"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// Settings returns what an authority chose for its Citizen Space; NotFound when
// it has none.
func (s *Service) Settings(ctx context.Context, authority string) (Settings, error) {
	settings, err := s.settings.Get(ctx, authority)
	if isNotFound(err) || fault.Is(err, fault.Invalid) {
		return settings, errNoSpace
	}
	return settings, fault.Wrap("citizenspace.Settings", err)
}

// Holidays returns the public holidays of a country.
func (s *Service) Holidays(country string) []Holiday { return s.holidays[country] }

// CalendarOf returns when an authority works.
func (s *Service) CalendarOf(ctx context.Context, authority string) (Calendar, error) {
	settings, err := s.Settings(ctx, authority)
	return settings.Calendar(s.holidays[settings.Country]), err
}

// Spaces pages through the Citizen Spaces that take requests.
func (s *Service) Spaces(ctx context.Context, after string, limit int) (Page[Settings], error) {
	page, err := s.settings.Find(ctx, store.Query{Index: "lists", Equal: []any{"open"}, After: after, Limit: limit})
	return page, fault.Wrap("citizenspace.Spaces", err)
}

// SetUp writes an authority's settings, for its officers.
func (s *Service) SetUp(ctx context.Context, who auth.Actor, authority string, change func(*Settings) error) (Settings, error) {
	as := roleIn([]Role{AsSupervisor, AsSystem}, RolesIn(who, authority))
	if as == "" {
		return Settings{}, errNotYours
	}
	put := func(x *Settings) error {
		if err := change(x); err != nil {
			return err
		}
		if err := broken("space.settings", x.problems()); err != nil {
			return err
		}
		x.ChangedAt = s.Clock.Now()
		x.History = audit.Append(x.History, audit.Entry{Subject: "space:" + authority, Authority: authority, Act: "space.settings", ActorID: actorID(who), ActorRole: string(as), At: x.ChangedAt})
		x.History = x.History[max(0, len(x.History)-100):]
		x.settle()
		return nil
	}
	x, err := s.settings.Update(ctx, authority, put)
	if isNotFound(err) {
		place, err := s.Authorities.Authority(ctx, authority)
		if err != nil {
			return x, err
		}
		x = Settings{Meta: store.Meta{ID: authority}, Country: place.Country, Lat: place.Lat, Lng: place.Lng, Zoom: 14, Week: usualWeek, Name: Words(place.Names), Departments: usualDepartments}
		if err := put(&x); err != nil {
			return x, err
		}
		if err := s.settings.Insert(ctx, x); err != nil {
			return x, fault.Wrap("space.settings", err)
		}
	} else if err != nil {
		return x, fault.Wrap("space.settings", err)
	}
	if err := s.Audit.Record(ctx, x.History...); err != nil {
		s.Log.Error("the settings of a Citizen Space are not in the audit", "authority", authority, "err", err)
	}
	s.changed(authority)
	return x, nil
}

// MaxLandmarks bounds the list of streets and landmarks.
const MaxLandmarks = 3000

func (s Settings) problems() (found []Problem) {
	for _, c := range s.Closures {
		if _, err := time.Parse(time.DateOnly, c.Day); err != nil {
			found = append(found, Problem{Field: "closures", Message: i18n.Msg("Write a day, as in 2026-11-30")})
		}
	}
	for _, day := range s.Week {
		last := 0
		for _, span := range day {
			if span.From < last || span.To <= span.From || span.To > 24*60 {
				found = append(found, Problem{Field: "week", Message: i18n.Msg("The hours of a day begin before they end")})
			}
			last = span.To
		}
	}
	if len(s.Landmarks) > MaxLandmarks {
		found = append(found, Problem{"landmarks", i18n.Msg("Write {limit} lines at most"), []any{"limit", MaxLandmarks}})
	}
	return found
}

// Offers returns the services that citizens can ask for, in the order of their
// groups: a catalogue has at most a few hundred.
func (s *Service) Offers(ctx context.Context, authority string) ([]Version, error) {
	var all []Version
	err := s.offers.Each(ctx, store.Query{Index: "lists", Equal: []any{"offered|" + authority}, Limit: 200}, func(o Offer) error {
		all = append(all, *o.Current)
		return nil
	})
	return all, fault.Wrap("citizenspace.Offers", err)
}

// Offer returns a service that citizens can ask for now; NotFound for one that
// is not offered.
func (s *Service) Offer(ctx context.Context, authority, code string) (Offer, error) {
	o, err := s.offers.Get(ctx, OfferID(authority, code))
	if isNotFound(err) || err == nil && (o.State != Offered || o.Current == nil) {
		return Offer{}, errNoOffer
	}
	return o, fault.Wrap("citizenspace.Offer", err)
}

// Version returns a published version of a service: requests keep theirs.
func (s *Service) Version(ctx context.Context, authority, code string, number int) (Version, error) {
	v, err := s.versions.Get(ctx, VersionID(authority, code, number))
	if isNotFound(err) {
		return v, errNoOffer
	}
	return v, fault.Wrap("citizenspace.Version", err)
}

// Catalogue returns all services of an authority for its people, drafts and
// those withdrawn too.
func (s *Service) Catalogue(ctx context.Context, who auth.Actor, authority string) ([]Offer, error) {
	if !who.IsSystem() && !IsStaff(who, authority) {
		return nil, errNotYours
	}
	var all []Offer
	err := s.offers.Each(ctx, store.Query{Index: "lists", Equal: []any{"all|" + authority}, Limit: 200}, func(o Offer) error {
		all = append(all, o)
		return nil
	})
	return all, fault.Wrap("citizenspace.Catalogue", err)
}

var codePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

// Adopt begins a service of a catalogue, from a template or from nothing. Who
// adopts a template twice gets the one that is there.
func (s *Service) Adopt(ctx context.Context, who auth.Actor, authority string, v Version, template string) (Offer, error) {
	as := roleIn([]Role{AsSupervisor, AsSystem}, RolesIn(who, authority))
	if as == "" {
		return Offer{}, errNotYours
	}
	if !codePattern.MatchString(v.Code) {
		return Offer{}, broken("offer.adopt", []Problem{{Field: "code", Message: i18n.Msg("Write a short name of small Latin letters, digits and _")}})
	}
	v.Authority, v.Number, v.Meta = authority, 0, store.Meta{}
	o := Offer{Meta: store.Meta{ID: OfferID(authority, v.Code)}, Authority: authority, Code: v.Code, State: Preparing, Template: template, Draft: &v}
	s.recordOffer(&o, who, as, ActAdopt, Preparing)
	err := s.offers.Insert(ctx, o)
	if isConflict(err) {
		kept, err := s.offers.Get(ctx, o.ID)
		return kept, fault.Wrap("offer.adopt", err)
	}
	if err != nil {
		return o, fault.Wrap("offer.adopt", err)
	}
	o.Version = 1
	return s.followOffer(ctx, o), nil
}

// Change writes the draft of a service: the version offered stays as it is.
func (s *Service) Change(ctx context.Context, who auth.Actor, authority, code string, change func(*Version) error) (Offer, error) {
	return s.actOffer(ctx, who, authority, code, ActChange, func(o *Offer) error {
		if o.Draft == nil {
			v := *o.Current
			o.Draft = &v
		}
		if err := change(o.Draft); err != nil {
			return err
		}
		o.Draft.Code, o.Draft.Authority, o.Draft.Number = o.Code, o.Authority, 0
		return nil
	})
}

// Publish makes the draft the next version, which is offered from now on.
// Invalid with Broken when the draft is not whole.
func (s *Service) Publish(ctx context.Context, who auth.Actor, authority, code string) (Offer, error) {
	settings, err := s.Settings(ctx, authority)
	if err != nil {
		return Offer{}, err
	}
	o, err := s.offers.Get(ctx, OfferID(authority, code))
	if isNotFound(err) {
		return o, errNoOffer
	}
	if err != nil {
		return o, fault.Wrap("offer.publish", err)
	}
	if o.Draft == nil {
		return o, errNotNow
	}
	if _, _, err := NextOffer(o.State, ActPublish, RolesIn(who, authority)...); err != nil {
		return o, err
	}
	if err := broken("offer.publish", o.Draft.problems(settings)); err != nil {
		return o, err
	}
	// The version is written before it is offered: a request always finds its own.
	// One that a crash left behind without being offered is overwritten by nobody:
	// the next number is taken.
	v := *o.Draft
	v.PublishedAt, v.PublishedBy = s.Clock.Now(), actorID(who)
	v.Authority, v.Code = authority, code
	for v.Number = o.Versions + 1; ; v.Number++ {
		v.Meta = store.Meta{ID: VersionID(authority, code, v.Number)}
		if err = s.versions.Insert(ctx, v); !isConflict(err) {
			break
		}
	}
	if err != nil {
		return o, fault.Wrap("offer.publish", err)
	}
	v.Version = 0
	return s.actOffer(ctx, who, authority, code, ActPublish, func(now *Offer) error {
		if now.Draft == nil || now.Versions >= v.Number {
			return errNotNow
		}
		now.Versions, now.Current, now.Draft, now.WithdrawnAt = v.Number, &v, nil, time.Time{}
		return nil
	})
}

// DropDraft throws the changes away that were not published.
func (s *Service) DropDraft(ctx context.Context, who auth.Actor, authority, code string) (Offer, error) {
	return s.actOffer(ctx, who, authority, code, ActDrop, func(o *Offer) error { o.Draft = nil; return nil })
}

// Retire takes a service off the catalogue: requests made before go on.
func (s *Service) Retire(ctx context.Context, who auth.Actor, authority, code string) (Offer, error) {
	return s.actOffer(ctx, who, authority, code, ActRetire, func(o *Offer) error { o.WithdrawnAt = s.Clock.Now(); return nil })
}

// Restore offers a service again as it was last.
func (s *Service) Restore(ctx context.Context, who auth.Actor, authority, code string) (Offer, error) {
	return s.actOffer(ctx, who, authority, code, ActRestore, func(o *Offer) error { o.WithdrawnAt = time.Time{}; return nil })
}

func (s *Service) actOffer(ctx context.Context, who auth.Actor, authority, code string, act OfferAct, change func(*Offer) error) (Offer, error) {
	o, err := s.offers.Update(ctx, OfferID(authority, code), func(o *Offer) error {
		to, as, err := NextOffer(o.State, act, RolesIn(who, authority)...)
		if err != nil {
			return err
		}
		if err := change(o); err != nil {
			return err
		}
		s.recordOffer(o, who, as, act, to)
		return nil
	})
	if isNotFound(err) {
		return o, errNoOffer
	}
	if err != nil {
		return o, fault.Wrap("offer."+string(act), err)
	}
	return s.followOffer(ctx, o), nil
}

func (s *Service) recordOffer(o *Offer, who auth.Actor, as Role, act OfferAct, to OfferState) {
	now := s.Clock.Now()
	o.History = audit.Append(o.History, audit.Entry{
		Subject: "offer:" + o.ID, Authority: o.Authority, Act: "offer." + string(act), From: string(o.State), To: string(to), ActorID: actorID(who),
		ActorRole: string(as), At: now, Public: act == ActPublish || act == ActRetire, Details: map[string]string{"version": strconv.Itoa(o.Versions)},
	})
	o.State, o.ChangedAt = to, now
	o.Tasks = addTask(o.Tasks, Task{Kind: taskMirror})
	o.settle()
}

// followOffer copies the history of a service into the audit.
func (s *Service) followOffer(ctx context.Context, o Offer) Offer {
	ctx = context.WithoutCancel(ctx)
	if err := s.Audit.Record(ctx, o.History...); err != nil {
		s.Log.Error("the history of a service is left for later", "offer", o.ID, "err", err)
		return o
	}
	s.changed(o.Authority)
	after, err := s.offers.Update(ctx, o.ID, func(now *Offer) error {
		now.Tasks = withoutTasks(now.Tasks, o.Tasks, now.Version != o.Version)
		now.settle()
		return nil
	})
	if err != nil {
		return o
	}
	return after
}

// problems returns what keeps a version from being published.
func (v Version) problems(settings Settings) (found []Problem) {
	for _, lang := range []string{"ar", "fr"} {
		found = append(found, required("name_"+lang, v.Name[lang], i18n.Msg("Give the service a name in both languages"), MaxLine)...)
		found = append(found, required("summary_"+lang, v.Summary[lang], i18n.Msg("Say in a sentence what the service is for"), MaxText)...)
	}
	if !isOneOf(v.Group, Groups...) {
		found = append(found, Problem{Field: "group", Message: i18n.Msg("Choose one")})
	}
	if _, ok := settings.Department(v.Department); !ok {
		found = append(found, Problem{Field: "department", Message: i18n.Msg("Choose a department from the list")})
	}
	if v.Promise.Amount < 0 || v.Promise.Amount > 0 && !isOneOf(string(v.Promise.Unit), string(Hours), string(WorkingDays), string(Days), string(Months)) || v.Promise.Amount > 1000 {
		found = append(found, Problem{Field: "promise", Message: i18n.Msg("Write a number, with digits")})
	}
	if v.Fee.Minor < 0 {
		found = append(found, Problem{Field: "fee", Message: i18n.Msg("Write a number, with digits")})
	}
	return append(found, v.questionProblems()...)
}

func (v Version) questionProblems() (found []Problem) {
	if len(v.Questions) > MaxQuestions {
		found = append(found, Problem{"questions", i18n.Msg("Ask {limit} questions at most"), []any{"limit", MaxQuestions}})
	}
	seen := map[string]bool{}
	for i, q := range v.Questions {
		field := "question_" + strconv.Itoa(i)
		if !codePattern.MatchString(q.Code) || seen[q.Code] {
			found = append(found, Problem{Field: field, Message: i18n.Msg("Each question needs a short name of its own, of small Latin letters, digits and _")})
		}
		seen[q.Code] = true
		if q.Label["ar"] == "" || q.Label["fr"] == "" {
			found = append(found, Problem{Field: field, Message: i18n.Msg("Write the question in both languages")})
		}
		if (q.Type == OneOf || q.Type == ManyOf) && len(q.Choices) == 0 {
			found = append(found, Problem{Field: field, Message: i18n.Msg("Write what can be chosen")})
		}
	}
	return found
}

func isOneOf(s string, all ...string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}
