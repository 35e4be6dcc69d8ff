package webhook

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/outbound"
	"musharaka/modules/kit/store"
)

// Sender posts to addresses that people typed in: the client of kit/outbound.
type Sender interface {
	Post(ctx context.Context, address string, header http.Header, body []byte) (outbound.Answer, error)
}

// Checker judges an address as it is typed in: the guard of kit/outbound.
type Checker interface {
	Check(address string) error
}

// Person is what hooks need to know of their owner.
type Person struct{ ID, Lang, Email string }

// People knows persons. The account module does.
type People interface {
	// Person returns a person; NotFound when the account was deleted.
	Person(ctx context.Context, id string) (Person, error)
}

// Post sends mails: the outbox of kit/mail.
type Post interface {
	Queue(ctx context.Context, m mail.Message) error
	UnsubscribeURL(to, kind string) string
}

// Needs is what the service is built from.
type Needs struct {
	DB        store.DB
	Audit     *audit.Log
	Queue     *job.Queue
	Sender    Sender
	Guard     Checker
	People    People
	Post      Post
	Words     *i18n.Catalogues
	Clock     clock.Clock
	Ident     ident.Maker
	Log       *slog.Logger
	Key       []byte // from which the secrets are derived
	PublicURL string
	Demo      bool
}

// Service keeps the hooks and delivers to them.
type Service struct {
	Needs
	hooks      *store.Collection[Hook, *Hook]
	deliveries *store.Collection[Delivery, *Delivery]
}

// Schemas are the declarations of the collections.
var Schemas = []store.Schema{
	{Name: "webhooks", Indexes: []store.Index{
		{Name: "org", Fields: []string{"org", "state"}},
		{Name: "owner", Fields: []string{"owner"}},
		{Name: "tasks", Fields: []string{"tasks"}, Multi: true},
	}},
	{Name: "webhook_deliveries", Indexes: []store.Index{
		{Name: "hook", Fields: []string{"hook", "at"}},
		{Name: "at", Fields: []string{"at"}},
	}},
}

// New opens the collections and registers the jobs.
func New(ctx context.Context, n Needs) (*Service, error) {
	s := &Service{Needs: n}
	var err error
	if s.hooks, err = store.Open[Hook](ctx, n.DB, Schemas[0]); err != nil {
		return nil, fault.Wrap("webhook.New", err)
	}
	if s.deliveries, err = store.Open[Delivery](ctx, n.DB, Schemas[1]); err != nil {
		return nil, fault.Wrap("webhook.New", err)
	}
	s.registerJobs()
	return s, nil
}

// The bounds of hooks.
const (
	MaxName  = 80
	MaxHooks = 20 // of one organisation
)

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }
func isConflict(err error) bool { return fault.Is(err, fault.Conflict) }

// InputError says what is wrong with one field of a form. It is a fault of
// kind Invalid.
type InputError struct {
	Field   string
	Message string // message id
	Args    []any
}

// Error says what is wrong, for the log.
func (e *InputError) Error() string { return "webhook: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Args: e.Args}
}

// Input is what a keeper says about a hook.
type Input struct {
	Name, URL string
	Events    []string
}

func (s *Service) check(in *Input) error {
	in.Name, in.URL = strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(in.Name, "\x00", ""), "")), " "), strings.TrimSpace(in.URL)
	if in.Name == "" || utf8.RuneCountInString(in.Name) > MaxName {
		return &InputError{Field: "name", Message: i18n.Msg("Give a name of at most {limit} letters"), Args: []any{"limit", MaxName}}
	}
	if err := s.Guard.Check(in.URL); err != nil {
		message, args := fault.Shown(err)
		return &InputError{Field: "url", Message: message, Args: args}
	}
	var events []string
	for _, e := range EventTypes {
		if slices.Contains(in.Events, e.Type) {
			events = append(events, e.Type)
		}
	}
	if in.Events = events; len(events) == 0 {
		return &InputError{Field: "events", Message: i18n.Msg("Choose at least one event")}
	}
	return nil
}

// Create makes a hook of an organisation. The id is fresh, from the form, so
// that a second click makes no second one. The secret comes back the first time
// only.
func (s *Service) Create(ctx context.Context, who auth.Actor, org, id string, in Input) (Hook, string, error) {
	if !keeps(who, org) {
		return Hook{}, "", errNotYours
	}
	if err := s.check(&in); err != nil {
		return Hook{}, "", err
	}
	all, err := s.hooksOf(ctx, org)
	if err != nil {
		return Hook{}, "", err
	}
	if len(all) >= MaxHooks && !slices.ContainsFunc(all, func(h Hook) bool { return h.ID == id }) {
		return Hook{}, "", &InputError{Field: "name", Message: i18n.Msg("There are {limit} webhooks already: end one first"), Args: []any{"limit", MaxHooks}}
	}
	h := Hook{Meta: store.Meta{ID: id}, Org: org, Owner: who.PersonID, Name: in.Name, URL: in.URL, Events: in.Events, Generation: 1, CreatedAt: s.Clock.Now()}
	s.record(&h, who, ActCreate, Active)
	if err := s.hooks.Insert(ctx, h); isConflict(err) {
		h, err = s.Get(ctx, who, id)
		return h, "", err
	} else if err != nil {
		return h, "", fault.Wrap("webhook.Create", err)
	}
	s.follow(ctx, h)
	return h, secret(s.Key, h.ID, h.Generation), nil
}

// record moves a hook and appends to its history.
func (s *Service) record(h *Hook, who auth.Actor, act Act, to State) {
	e := audit.Entry{Subject: "webhook:" + h.ID, Authority: h.Org, Act: "webhook." + string(act), From: string(h.State), To: string(to),
		ActorID: who.PersonID, ActorRole: who.RoleIn(h.Org), At: s.Clock.Now()}
	if who.IsSystem() {
		e.ActorID = ""
	}
	if h.Org == auth.PlatformID {
		e.Authority = ""
	}
	h.History = audit.Append(h.History, e)
	h.State = to
	h.addTask(taskMirror)
}

// The tasks of a hook.
const (
	taskMirror = "mirror" // history into the audit
	taskMail   = "mail"   // to the owner, that it was paused
)

func (h *Hook) addTask(t string) {
	if !slices.Contains(h.Tasks, t) {
		h.Tasks = append(h.Tasks, t)
	}
}

// follow does the tasks of a hook; what fails is left to the sweep.
func (s *Service) follow(ctx context.Context, h Hook) {
	ctx = context.WithoutCancel(ctx)
	err := s.Audit.Record(ctx, h.History...)
	if err == nil && slices.Contains(h.Tasks, taskMail) {
		err = job.Enqueue(ctx, s.Queue, jobMail, h.ID+":"+h.History[len(h.History)-1].ID, hookJob{h.ID}, s.Clock.Now())
	}
	if err == nil {
		_, err = s.hooks.Update(ctx, h.ID, func(now *Hook) error {
			if len(now.History) != len(h.History) {
				return store.ErrUnchanged // a later act does its own
			}
			now.Tasks = nil
			return nil
		})
	}
	if err != nil {
		s.Log.Error("a task of a webhook is left for later", "hook", h.ID, "err", err)
	}
}

func (s *Service) sweepTasks(ctx context.Context) error {
	for _, t := range []string{taskMirror, taskMail} {
		err := s.hooks.Each(ctx, store.Query{Index: "tasks", Equal: []any{t}, Limit: 100}, func(h Hook) error { s.follow(ctx, h); return ctx.Err() })
		if err != nil {
			return err
		}
	}
	return nil
}

// hooksOf are the hooks of an organisation that have not ended.
func (s *Service) hooksOf(ctx context.Context, org string) ([]Hook, error) {
	var all []Hook
	for _, state := range []State{Active, Paused} {
		page, err := s.hooks.Find(ctx, store.Query{Index: "org", Equal: []any{org, string(state)}, Limit: 2 * MaxHooks})
		if err != nil {
			return nil, fault.Wrap("webhook.hooksOf", err)
		}
		all = append(all, page.Items...)
	}
	return all, nil
}

// List returns the hooks of an organisation that have not ended.
func (s *Service) List(ctx context.Context, who auth.Actor, org string) ([]Hook, error) {
	if !keeps(who, org) {
		return nil, errNotYours
	}
	return s.hooksOf(ctx, org)
}

// Get returns a hook; NotFound for those of others.
func (s *Service) Get(ctx context.Context, who auth.Actor, id string) (Hook, error) {
	h, err := s.hooks.Get(ctx, id)
	if isNotFound(err) || err == nil && !keeps(who, h.Org) {
		return Hook{}, errNone
	}
	return h, fault.Wrap("webhook.Get", err)
}

// act does one act to a hook.
func (s *Service) act(ctx context.Context, who auth.Actor, id string, act Act, change func(*Hook) error) (Hook, error) {
	h, err := s.hooks.Update(ctx, id, func(h *Hook) error {
		as := AsSystem
		if !who.IsSystem() {
			if as = AsKeeper; !keeps(who, h.Org) {
				return errNone
			}
		}
		to, err := Next(h.State, act, as)
		if err != nil {
			return err
		}
		if change != nil {
			if err := change(h); err != nil {
				return err
			}
		}
		s.record(h, who, act, to)
		return nil
	})
	if isNotFound(err) {
		return h, errNone
	}
	if err != nil {
		return h, fault.Wrap("webhook."+string(act), err)
	}
	s.follow(ctx, h)
	return h, nil
}

// Change replaces what is said about a hook.
func (s *Service) Change(ctx context.Context, who auth.Actor, id string, in Input) (Hook, error) {
	if err := s.check(&in); err != nil {
		return Hook{}, err
	}
	return s.act(ctx, who, id, ActChange, func(h *Hook) error {
		if h.URL != in.URL {
			h.FailingSince = time.Time{}
		}
		h.Name, h.URL, h.Events = in.Name, in.URL, in.Events
		return nil
	})
}

// Renew makes a new secret and returns it; the old one is worth nothing at once.
func (s *Service) Renew(ctx context.Context, who auth.Actor, id string) (Hook, string, error) {
	h, err := s.act(ctx, who, id, ActRenew, func(h *Hook) error { h.Generation++; return nil })
	if err != nil {
		return h, "", err
	}
	return h, secret(s.Key, h.ID, h.Generation), nil
}

// Pause stops deliveries, Resume lets them go on, End ends the hook for good.
func (s *Service) Pause(ctx context.Context, who auth.Actor, id string) (Hook, error) {
	return s.act(ctx, who, id, ActPause, nil)
}

// Resume lets a paused hook hear events again; those it missed can be replayed.
func (s *Service) Resume(ctx context.Context, who auth.Actor, id string) (Hook, error) {
	return s.act(ctx, who, id, ActResume, func(h *Hook) error { h.FailingSince = time.Time{}; return nil })
}

// End ends a hook for good.
func (s *Service) End(ctx context.Context, who auth.Actor, id string) (Hook, error) {
	return s.act(ctx, who, id, ActEnd, nil)
}

// Test sends a trial delivery. key makes a repeated post the same.
func (s *Service) Test(ctx context.Context, who auth.Actor, id, key string) error {
	h, err := s.act(ctx, who, id, ActTest, nil)
	if err != nil {
		return err
	}
	return s.put(ctx, h, Event{ID: "test-" + key, Type: eventTest, Org: h.Org, At: s.Clock.Now(), Data: map[string]any{"message": "This is a trial delivery."}})
}

// body is what a delivery carries.
func body(e Event) (string, error) {
	raw, err := json.Marshal(struct {
		ID   string    `json:"id"`
		Type string    `json:"type"`
		At   time.Time `json:"created_at"`
		Org  string    `json:"authority"`
		Data any       `json:"data"`
	}{e.ID, e.Type, e.At.UTC(), e.Org, e.Data})
	return string(raw), err
}

// tellWithin is how old an event may be to be delivered: what is told again
// after its delivery was forgotten must not be delivered again.
const tellWithin = 7 * 24 * time.Hour

// Publish delivers events to the hooks that hear them. It may be repeated: the
// hooks get each event once.
func (s *Service) Publish(ctx context.Context, events ...Event) error {
	now := s.Clock.Now()
	heard := map[string][]Hook{}
	for _, e := range events {
		if now.Sub(e.At) > tellWithin {
			continue
		}
		for _, org := range []string{e.Org, auth.PlatformID} {
			if _, known := heard[org]; !known {
				page, err := s.hooks.Find(ctx, store.Query{Index: "org", Equal: []any{org, string(Active)}, Limit: 2 * MaxHooks})
				if err != nil {
					return fault.Wrap("webhook.Publish", err)
				}
				heard[org] = page.Items
			}
			for _, h := range heard[org] {
				if slices.Contains(h.Events, e.Type) && !e.At.Before(h.CreatedAt) {
					if err := s.put(ctx, h, e); err != nil {
						return fault.Wrap("webhook.Publish", err)
					}
				}
			}
		}
	}
	return nil
}

// put makes the delivery of an event to a hook and asks for it to be sent.
func (s *Service) put(ctx context.Context, h Hook, e Event) error {
	text, err := body(e)
	if err != nil {
		return err
	}
	d := Delivery{Meta: store.Meta{ID: h.ID + "." + e.ID}, Hook: h.ID, Event: e.Type, Body: text, At: s.Clock.Now(), State: Waiting}
	if err := s.deliveries.Insert(ctx, d); err != nil && !isConflict(err) {
		return err
	}
	return job.Enqueue(ctx, s.Queue, jobDeliver, d.ID, deliveryJob{d.ID}, s.Clock.Now())
}

// Deliveries pages through the deliveries to a hook, the newest first.
func (s *Service) Deliveries(ctx context.Context, who auth.Actor, id, after string, limit int) (store.Page[Delivery], error) {
	if _, err := s.Get(ctx, who, id); err != nil {
		return store.Page[Delivery]{}, err
	}
	page, err := s.deliveries.Find(ctx, store.Query{Index: "hook", Equal: []any{id}, Desc: true, After: after, Limit: limit})
	return page, fault.Wrap("webhook.Deliveries", err)
}

// errNoDelivery is what a delivery is that was forgotten or is another's.
var errNoDelivery = fault.New(fault.NotFound, "There is no such delivery, or it was forgotten after thirty days.")

// Delivery returns one delivery with the hook it belongs to.
func (s *Service) Delivery(ctx context.Context, who auth.Actor, hook, id string) (Hook, Delivery, error) {
	h, err := s.Get(ctx, who, hook)
	if err != nil {
		return h, Delivery{}, err
	}
	d, err := s.deliveries.Get(ctx, id)
	if isNotFound(err) || err == nil && d.Hook != hook {
		return h, Delivery{}, errNoDelivery
	}
	return h, d, fault.Wrap("webhook.Delivery", err)
}

// maxReplays is how often one delivery can be asked for again.
const maxReplays = 50

// Replay sends the event of a delivery once more: the same body, signed anew.
func (s *Service) Replay(ctx context.Context, who auth.Actor, hook, id string) (Delivery, error) {
	h, d, err := s.Delivery(ctx, who, hook, id)
	if err != nil {
		return d, err
	}
	if d.ReplayOf != "" {
		return s.Replay(ctx, who, hook, d.ReplayOf)
	}
	if _, err := s.act(ctx, who, h.ID, ActReplay, nil); err != nil {
		return d, err
	}
	d, err = s.deliveries.Update(ctx, id, func(d *Delivery) error {
		if d.Replays >= maxReplays {
			return errNotNow
		}
		d.Replays++
		return nil
	})
	if err != nil {
		return d, fault.Wrap("webhook.Replay", err)
	}
	again := Delivery{Meta: store.Meta{ID: replayID(d)}, Hook: hook, Event: d.Event, Body: d.Body, At: s.Clock.Now(), State: Waiting, ReplayOf: id}
	if err := s.deliveries.Insert(ctx, again); err != nil && !isConflict(err) {
		return again, fault.Wrap("webhook.Replay", err)
	}
	return again, job.Enqueue(ctx, s.Queue, jobDeliver, again.ID, deliveryJob{again.ID}, s.Clock.Now())
}
