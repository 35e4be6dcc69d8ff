package citizenspace

import (
	"context"
	"slices"
	"sync"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Service does all acts on catalogues and requests. Its methods are safe for
// concurrent use and each act is safe to repeat.
type Service struct {
	Needs
	collections
	counting  sync.Mutex // held by who counts cells in this process
	holidays  map[string][]Holiday
	templates []Version
	watchers  []func(ctx context.Context, r Request) error
}

// New opens the collections and registers the jobs.
func New(ctx context.Context, n Needs) (*Service, error) {
	s := &Service{Needs: n}
	var err error
	if s.holidays, err = loadHolidays(); err != nil {
		return nil, fault.Wrap("citizenspace.New", err)
	}
	if s.templates, err = loadTemplates(); err != nil {
		return nil, fault.Wrap("citizenspace.New", err)
	}
	if s.collections, err = openCollections(ctx, n.DB); err != nil {
		return nil, fault.Wrap("citizenspace.New", err)
	}
	s.Queue.Every("space.tasks", 30*time.Second, s.sweepTasks)
	job.Register(s.Queue, jobTell, s.doTell, job.Options{})
	job.Register(s.Queue, jobLetter, s.letter, job.Options{})
	s.Queue.Every("space.after", time.Hour, s.afterEnds)
	s.Queue.Every("space.retain", 24*time.Hour, s.retain)
	s.Queue.Every("space.cells", 30*time.Second, s.recount)
	return s, nil
}

// Watch adds somebody who is told of each request that changed, as it stands
// then; told again until no error comes back. Call it before the first act.
func (s *Service) Watch(told func(ctx context.Context, r Request) error) {
	s.watchers = append(s.watchers, told)
}

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }
func isConflict(err error) bool { return fault.Is(err, fault.Conflict) }

func ignoreNotFound(err error) error {
	if isNotFound(err) {
		return nil
	}
	return err
}

// The faults that hide what somebody may not know of.
var (
	errNoRequest = fault.New(fault.NotFound, "There is no such request, or it is not public.")
	errNoOffer   = fault.New(fault.NotFound, "There is no such service, or it is not offered any more.")
	errNoSpace   = fault.New(fault.NotFound, "This municipality has no Citizen Space on this platform yet.")
	errChanged   = fault.New(fault.Conflict, "Somebody else has worked on this request since you opened it. Look at what changed, then decide again.")
)

// Caller is who does something: an account, the holder of a request's secret
// code, or both. Its zero value is anybody.
type Caller struct {
	Actor auth.Actor
	Code  string // the secret code as it was typed; "" for none

	mail string // id of the request to whose reply address a mail came; see work_mail.go
}

// By is a caller without a code.
func By(who auth.Actor) Caller { return Caller{Actor: who} }

// RolesOf returns what a caller is to a request.
func (s *Service) RolesOf(c Caller, r Request) []Role {
	roles := RolesIn(c.Actor, r.Authority)
	if r.IsCitizen(c.Actor.PersonID) || s.fits(r, c.Code) || c.mail != "" && c.mail == r.ID {
		roles = append(roles, AsCitizen)
	}
	return roles
}

// May reports whether a caller may do an act to a request as it stands.
func (s *Service) May(c Caller, r Request, act Act) bool { return May(s.RolesOf(c, r), r, act) }

// Sees reports whether a caller sees everything of a request but what is internal.
func (s *Service) Sees(c Caller, r Request) bool {
	roles := s.RolesOf(c, r)
	return slices.ContainsFunc(roles, func(role Role) bool { return role != AsReader })
}

// Request returns a request by its id or reference as the caller may see it: the
// authority's people all of it; who asked all but notes and who wrote what;
// everybody else Request.PublicView. NotFound when there is none or the caller
// may not know of it.
func (s *Service) Request(ctx context.Context, c Caller, ref string) (Request, error) {
	r, err := s.find(ctx, ref)
	if err != nil {
		return Request{}, err
	}
	roles := s.RolesOf(c, r)
	switch {
	case c.Actor.IsSystem() || IsStaff(c.Actor, r.Authority):
		return r, nil
	case slices.Contains(roles, AsCitizen):
		return r.forCitizen(), nil
	case !r.IsShown():
		return Request{}, errNoRequest
	}
	v, err := s.Version(ctx, r.Authority, r.Offer, r.OfferNo)
	return r.PublicView(v), err
}

// find returns a request by its id or reference.
func (s *Service) find(ctx context.Context, ref string) (r Request, err error) {
	if n := NormalReference(ref); n != "" {
		r, err = s.requests.First(ctx, store.Query{Index: "reference", Equal: []any{n}})
	} else {
		r, err = s.requests.Get(ctx, ref)
	}
	if isNotFound(err) || fault.Is(err, fault.Invalid) {
		return r, errNoRequest
	}
	return r, fault.Wrap("citizenspace.Request", err)
}

// forCitizen returns the request as who asked sees it.
func (r Request) forCitizen() Request {
	r.Notes, r.Tasks, r.Lists, r.Worklists, r.Assignee, r.EnteredBy = nil, nil, nil, nil, "", ""
	r.Messages = slices.Clone(r.Messages)
	for i := range r.Messages {
		r.Messages[i].PersonID = ""
	}
	r.History = Timeline(r.History)
	return r
}

// Mine pages through the requests of an account, newest first.
func (s *Service) Mine(ctx context.Context, who auth.Actor, after string) (Page[Request], error) {
	if !who.SignedIn() {
		return Page[Request]{}, fault.New(fault.SignIn, "Sign in to go on.")
	}
	page, err := s.requests.Find(ctx, store.Query{Index: "citizen", Equal: []any{who.PersonID}, Desc: true, After: after, Limit: 20})
	for i := range page.Items {
		page.Items[i] = page.Items[i].forCitizen()
	}
	return page, fault.Wrap("citizenspace.Mine", err)
}

// Work pages through open requests for the authority's people, the nearest
// deadline first and so what is overdue before all else; see WorkList for what
// and key.
func (s *Service) Work(ctx context.Context, who auth.Actor, authority, what, key, after string, limit int) (Page[Request], error) {
	if !who.IsSystem() && !IsStaff(who, authority) {
		return Page[Request]{}, errNotYours
	}
	page, err := s.requests.Find(ctx, store.Query{Index: "work", Equal: []any{WorkList(authority, what, key)}, After: after, Limit: limit})
	return page, fault.Wrap("citizenspace.Work", err)
}

// EachOpen visits the open requests of a list; see Work.
func (s *Service) EachOpen(ctx context.Context, authority, what, key string, visit func(Request) error) error {
	return s.requests.Each(ctx, store.Query{Index: "work", Equal: []any{WorkList(authority, what, key)}, Limit: 200}, visit)
}

// EachChanged visits an authority's requests that changed from a time,
// inclusive, to another, exclusive; oldest change first.
func (s *Service) EachChanged(ctx context.Context, authority string, from, to time.Time, visit func(Request) error) error {
	q := store.Query{Index: "lists", Equal: []any{listAll + authority}, Limit: 200}
	if !from.IsZero() {
		q.From = from
	}
	if !to.IsZero() {
		q.To = to
	}
	return s.requests.Each(ctx, q, visit)
}

// All pages through all requests of an authority for its people, last changed first.
func (s *Service) All(ctx context.Context, who auth.Actor, authority, after string, limit int) (Page[Request], error) {
	if !who.IsSystem() && !IsStaff(who, authority) {
		return Page[Request]{}, errNotYours
	}
	page, err := s.requests.Find(ctx, store.Query{Index: "lists", Equal: []any{listAll + authority}, Desc: true, After: after, Limit: limit})
	return page, fault.Wrap("citizenspace.All", err)
}

// done is an act that was asked for and is to be recorded.
type done struct {
	reason  string            // public when the entry is
	details map[string]string // no personal data
	tasks   []Task            // beside the usual ones
	seen    int64             // Request.Acts as the actor saw it; 0 does not look
}

// publicActs are those of the timeline that everybody sees of a public request,
// and who asked of a private one.
var publicActs = []Act{ActFile, ActAcknowledge, ActAssign, ActTransfer, ActBegin, ActSchedule, ActAsk, ActReply, ActResume, ActResolve,
	ActEnd, ActConfirm, ActSettle, ActSendOn, ActReject, ActMerge, ActAbsorb, ActSplit, ActReopen, ActWithdraw}

// Timeline returns the entries of a history that who asked may see, oldest first.
func Timeline(history []audit.Entry) []audit.Entry {
	var shown []audit.Entry
	for _, e := range history {
		if slices.Contains(publicActs, Act(actOf(e.Act))) {
			shown = append(shown, e)
		}
	}
	return shown
}

const actPrefix = "request."

func actOf(name string) string {
	if len(name) > len(actPrefix) && name[:len(actPrefix)] == actPrefix {
		return name[len(actPrefix):]
	}
	return ""
}

// act does one act to a request: it decides by the table who may, lets change
// alter the request, moves it, keeps its clock, writes the history, all in one
// compare-and-set; then it does what must follow. already, when not nil, tells
// that the act was done before, so that a repeat changes nothing.
func (s *Service) act(ctx context.Context, c Caller, id string, act Act, d done, already func(Request) bool, change func(*Request) error) (Request, error) {
	before, err := s.find(ctx, id)
	if err != nil {
		return Request{}, err
	}
	settings, err := s.Settings(ctx, before.Authority)
	if err != nil {
		return Request{}, err
	}
	calendar := settings.Calendar(s.holidays[settings.Country])
	r, err := s.requests.Update(ctx, before.ID, func(r *Request) error {
		roles := s.RolesOf(c, *r)
		if len(roles) == 1 && roles[0] == AsReader && !r.IsShown() {
			return errNoRequest
		}
		if already != nil && already(*r) {
			return store.ErrUnchanged
		}
		to, as, err := Next(r.State, r.Before, act, roles...)
		if err != nil {
			return err
		}
		if d.seen != 0 && d.seen != r.Acts {
			return errChanged
		}
		if change != nil {
			if err := change(r); err != nil {
				return err
			}
		}
		s.record(r, c.Actor, as, act, d, to, calendar)
		return nil
	})
	if isNotFound(err) {
		return Request{}, errNoRequest.Because(actPrefix+string(act), err)
	}
	if err != nil {
		return Request{}, fault.Wrap(actPrefix+string(act), err)
	}
	return s.follow(ctx, r), nil
}

// record moves the request, keeps its clock and appends to its history and tasks.
func (s *Service) record(r *Request, who auth.Actor, as Role, act Act, d done, to State, calendar Calendar) {
	now := s.Clock.Now()
	switch {
	case to == Waiting && r.State != Waiting:
		r.Before = r.State
		r.Clock = r.Clock.Pause(now)
	case to != Waiting && r.State == Waiting:
		r.Before = ""
		r.Clock = r.Clock.Resume(calendar, now)
	}
	if as != AsCitizen && as != AsSystem && act != ActNote && r.RespondedAt.IsZero() {
		r.RespondedAt = now
	}
	switch {
	case !to.IsOpen() && r.State.IsOpen():
		r.EndedAt = now
		r.FirstContact = r.Reopenings == 0 && (as == AsDesk || as == AsSupervisor) && calendar.sameDay(r.CreatedAt, now) && to != Duplicate
	case to.IsOpen() && !r.State.IsOpen():
		r.EndedAt, r.Ending, r.DuplicateOf, r.FirstContact = time.Time{}, nil, "", false
		r.Reopenings++
		r.After = After{Times: r.After.Times}
		r.Clock = calendar.Start(now, r.Clock.Promise)
	}
	r.History = audit.Append(r.History, audit.Entry{
		Subject: "request:" + r.ID, Authority: r.Authority, Act: actPrefix + string(act), From: string(r.State), To: string(to),
		ActorID: actorID(who), ActorRole: string(as), At: now, Reason: d.reason, Details: d.details,
		Public: r.IsShown() && slices.Contains(publicActs, act),
	})
	r.State, r.ChangedAt = to, now
	r.Acts++
	r.Tasks = addTask(r.Tasks, Task{Kind: taskMirror})
	for _, t := range d.tasks {
		r.Tasks = addTask(r.Tasks, t)
	}
	if tells[act] {
		r.Tasks = addTask(r.Tasks, Task{Kind: taskTell, Key: tellKey(act, r.Acts)})
	}
	r.settle()
}

func actorID(who auth.Actor) string {
	if who.IsSystem() {
		return ""
	}
	return who.PersonID
}

// sameDay reports whether two moments fall on one day of the calendar.
func (c Calendar) sameDay(t, u time.Time) bool {
	return c.Zone != nil && c.day(t, 0).Equal(c.day(u, 0))
}
