package open311

import (
	"context"
	"log/slog"
	"slices"
	"time"
	"unicode/utf8"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/form"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Needs is what the service is built from.
type Needs struct {
	DB            store.DB
	Audit         *audit.Log
	Queue         *job.Queue
	Jurisdictions Jurisdictions
	Desk          Desk
	Outgoing      Outgoing
	Caller        Caller
	Guard         Checker
	SealKey       []byte // from which the key is derived that seals those of back offices
	Clock         clock.Clock
	Ident         ident.Maker
	Log           *slog.Logger
}

// Service keeps keys, reports, back offices and handovers.
type Service struct {
	Needs
	keys    *store.Collection[Key, *Key]
	reports *store.Collection[Report, *Report]
	peers   *store.Collection[Peer, *Peer]
	handed  *store.Collection[Handover, *Handover]
}

// Schemas are the declarations of the collections.
var Schemas = []store.Schema{
	{Name: "open311_keys", Indexes: []store.Index{
		{Name: "org", Fields: []string{"org", "created"}},
		{Name: "owner", Fields: []string{"owner"}},
		{Name: "tasks", Fields: []string{"tasks"}, Multi: true},
	}},
	{Name: "open311_reports", Indexes: []store.Index{{Name: "at", Fields: []string{"at"}}}},
	{Name: "open311_peers", Indexes: []store.Index{{Name: "state", Fields: []string{"state"}}, {Name: "tasks", Fields: []string{"tasks"}, Multi: true}}},
	{Name: "open311_handovers", Indexes: []store.Index{{Name: "news", Fields: []string{"org", "state", "checked"}}, {Name: "newest", Fields: []string{"org", "at"}}}},
}

// New opens the collections and registers the jobs.
func New(ctx context.Context, n Needs) (*Service, error) {
	s := &Service{Needs: n}
	var err error
	if s.keys, err = store.Open[Key](ctx, n.DB, Schemas[0]); err != nil {
		return nil, fault.Wrap("open311.New", err)
	}
	if s.reports, err = store.Open[Report](ctx, n.DB, Schemas[1]); err != nil {
		return nil, fault.Wrap("open311.New", err)
	}
	if s.peers, err = store.Open[Peer](ctx, n.DB, Schemas[2]); err != nil {
		return nil, fault.Wrap("open311.New", err)
	}
	if s.handed, err = store.Open[Handover](ctx, n.DB, Schemas[3]); err != nil {
		return nil, fault.Wrap("open311.New", err)
	}
	s.registerPeerJobs()
	job.Register(n.Queue, jobOpen, s.openLater, job.Options{Backoff: time.Minute, MaxBackoff: 4 * time.Hour})
	n.Queue.Every("open311.sweep", 12*time.Hour, s.sweepReports)
	n.Queue.Every("open311.tasks", time.Minute, s.sweepTasks)
	return s, nil
}

// The bounds of keys.
const (
	MaxName = 80
	MaxKeys = 50 // of one authority that open something
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
func (e *InputError) Error() string { return "open311: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Args: e.Args}
}

// KeyInput is what a keeper says about a key.
type KeyInput struct{ Name, Contact string }

func (in *KeyInput) check() error {
	in.Name, in.Contact = form.Clean(in.Name, false), form.Clean(in.Contact, false)
	if in.Name == "" || utf8.RuneCountInString(in.Name) > MaxName {
		return &InputError{Field: "name", Message: i18n.Msg("Give a name of at most {limit} letters"), Args: []any{"limit", MaxName}}
	}
	if in.Contact == "" || utf8.RuneCountInString(in.Contact) > MaxName {
		return &InputError{Field: "contact", Message: i18n.Msg("Say in at most {limit} letters whom to call when something is wrong"), Args: []any{"limit", MaxName}}
	}
	return nil
}

// CreateKey makes a key of an authority. The id is fresh, from the form, so
// that a second click makes no second one. The key as it is shown comes back
// the first time only.
func (s *Service) CreateKey(ctx context.Context, who auth.Actor, org, id string, in KeyInput) (Key, string, error) {
	if !keeps(who, org) {
		return Key{}, "", errNotYours
	}
	if err := in.check(); err != nil {
		return Key{}, "", err
	}
	all, err := s.keysOf(ctx, org)
	if err != nil {
		return Key{}, "", err
	}
	active := slices.DeleteFunc(all, func(k Key) bool { return k.State != Active || k.ID == id })
	if len(active) >= MaxKeys {
		return Key{}, "", &InputError{Field: "name", Message: i18n.Msg("There are {limit} keys already: revoke one first"), Args: []any{"limit", MaxKeys}}
	}
	shown := shownKey(id, s.Ident.Token())
	k := Key{Meta: store.Meta{ID: id}, Org: org, Owner: who.PersonID, Name: in.Name, Contact: in.Contact, Hash: hashOf(shown), CreatedAt: s.Clock.Now()}
	s.record(&k, who, ActCreateKey, Active)
	if err := s.keys.Insert(ctx, k); isConflict(err) {
		k, err = s.Key(ctx, who, id)
		return k, "", err
	} else if err != nil {
		return k, "", fault.Wrap("open311.CreateKey", err)
	}
	s.follow(ctx, k)
	return k, shown, nil
}

// record moves a key and appends to its history.
func (s *Service) record(k *Key, who auth.Actor, act Act, to State) {
	k.History = audit.Append(k.History, audit.Entry{Subject: "open311key:" + k.ID, Authority: k.Org, Act: "open311." + string(act), From: string(k.State), To: string(to),
		ActorID: who.PersonID, ActorRole: who.RoleIn(k.Org), At: s.Clock.Now()})
	k.State, k.Tasks = to, []string{taskMirror}
}

// taskMirror is what follows from an act: its history into the audit.
const taskMirror = "mirror"

// follow does the tasks of a key; what fails is left to the sweep.
func (s *Service) follow(ctx context.Context, k Key) {
	ctx = context.WithoutCancel(ctx)
	err := s.Audit.Record(ctx, k.History...)
	if err == nil {
		_, err = s.keys.Update(ctx, k.ID, func(now *Key) error {
			if len(now.History) != len(k.History) || now.Tasks == nil {
				return store.ErrUnchanged // a later act does its own
			}
			now.Tasks = nil
			return nil
		})
	}
	if err != nil {
		s.Log.Error("a task of a key is left for later", "key", k.ID, "err", err)
	}
}

func (s *Service) sweepTasks(ctx context.Context) error {
	err := s.keys.Each(ctx, store.Query{Index: "tasks", Equal: []any{taskMirror}, Limit: 100}, func(k Key) error { s.follow(ctx, k); return ctx.Err() })
	if err != nil {
		return err
	}
	return s.peers.Each(ctx, store.Query{Index: "tasks", Equal: []any{taskMirror}, Limit: 100}, func(p Peer) error { s.followPeer(ctx, p); return ctx.Err() })
}

func (s *Service) keysOf(ctx context.Context, org string) ([]Key, error) {
	page, err := s.keys.Find(ctx, store.Query{Index: "org", Equal: []any{org}, Desc: true, Limit: 4 * MaxKeys})
	return page.Items, fault.Wrap("open311.keysOf", err)
}

// Keys returns the keys of an authority, the newest first, revoked ones too.
func (s *Service) Keys(ctx context.Context, who auth.Actor, org string) ([]Key, error) {
	if !keeps(who, org) {
		return nil, errNotYours
	}
	return s.keysOf(ctx, org)
}

// Key returns a key; NotFound for those of others.
func (s *Service) Key(ctx context.Context, who auth.Actor, id string) (Key, error) {
	k, err := s.keys.Get(ctx, id)
	if isNotFound(err) || err == nil && !keeps(who, k.Org) {
		return Key{}, errNoKey
	}
	return k, fault.Wrap("open311.Key", err)
}

// RevokeKey takes a key back: it opens nothing from now on, and for good.
func (s *Service) RevokeKey(ctx context.Context, who auth.Actor, id string) (Key, error) {
	k, err := s.keys.Update(ctx, id, func(k *Key) error {
		if !keeps(who, k.Org) {
			return errNoKey
		}
		to, err := next(keyMoves, k.State, ActRevokeKey, AsKeeper)
		if err != nil {
			return err
		}
		s.record(k, who, ActRevokeKey, to)
		return nil
	})
	if isNotFound(err) {
		return k, errNoKey
	}
	if err != nil {
		return k, fault.Wrap("open311.RevokeKey", err)
	}
	s.follow(ctx, k)
	return k, nil
}

// find returns the requests of a query: those named, or those of a time.
func (s *Service) find(ctx context.Context, q Query) ([]Request, error) {
	if len(q.IDs) == 0 {
		return s.Desk.Find(ctx, q)
	}
	var all []Request
	for _, id := range q.IDs {
		r, err := s.Desk.Request(ctx, q.Jurisdiction, id, q.Lang)
		if isNotFound(err) || fault.Is(err, fault.Invalid) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// keyOf returns the key that a program sent; Forbidden when it opens nothing in
// this jurisdiction.
func (s *Service) keyOf(ctx context.Context, sent, org string) (Key, error) {
	id := idIn(sent)
	if id == "" {
		return Key{}, errBadKey
	}
	k, err := s.keys.Get(ctx, id)
	if isNotFound(err) || fault.Is(err, fault.Invalid) || err == nil && !k.opens(sent, org) {
		return Key{}, errBadKey
	}
	return k, fault.Wrap("open311.keyOf", err)
}

// used counts a report. A count that is lost is no harm.
func (s *Service) used(ctx context.Context, k Key) {
	now := s.Clock.Now()
	_, err := s.keys.Increment(ctx, k.ID, map[string]int64{"used": 1})
	if day := now.Truncate(24 * time.Hour); err == nil && !day.Equal(k.UsedOn) {
		_, err = s.keys.Update(ctx, k.ID, func(k *Key) error { k.UsedOn = day; return nil })
	}
	if err != nil {
		s.Log.Error("the use of a key is not counted", "key", k.ID, "err", err)
	}
}

// Check finds what does not hold between keys, reports, back offices, their
// handovers, jobs and the audit.
func (s *Service) Check(ctx context.Context, repair bool) (found []string, err error) {
	for _, part := range []func(context.Context, bool) ([]string, error){s.checkKeys, s.checkPeers} {
		more, err := part(ctx, repair)
		if found = append(found, more...); err != nil {
			return found, err
		}
	}
	return found, nil
}

// checkKeys finds reports that wait without a job, and histories that the audit lacks.
func (s *Service) checkKeys(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	err := s.keys.Each(ctx, store.Query{}, func(k Key) error {
		compare := s.Audit.Compare
		if repair {
			compare = s.Audit.Repair
		}
		d, err := compare(ctx, k.History...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the key")
		}
		return err
	})
	if err != nil {
		return found, fault.Wrap("open311.Check", err)
	}
	err = s.reports.Each(ctx, store.Query{Limit: 500}, func(r Report) error {
		if r.State != Waiting {
			return nil
		}
		j, err := s.Queue.Find(ctx, jobOpen, r.ID)
		if err != nil && !isNotFound(err) {
			return err
		}
		if err == nil && j.State == job.Open {
			return nil
		}
		found = append(found, "report "+r.ID+" waits and nobody opens it")
		if !repair {
			return nil
		}
		if err == nil {
			return s.Queue.Retry(ctx, j.ID)
		}
		return job.Enqueue(ctx, s.Queue, jobOpen, r.ID, reportJob{r.ID}, s.Clock.Now())
	})
	return found, fault.Wrap("open311.Check", err)
}

// Export returns the keys a person made; nil when there are none.
func (s *Service) Export(ctx context.Context, personID string) (any, error) {
	type made struct {
		Name string    `json:"name"`
		At   time.Time `json:"createdAt"`
	}
	var out []made
	err := s.keys.Each(ctx, store.Query{Index: "owner", Equal: []any{personID}}, func(k Key) error {
		out = append(out, made{k.Name, k.CreatedAt})
		return nil
	})
	if err != nil || out == nil {
		return nil, fault.Wrap("open311.Export", err)
	}
	return out, nil
}

// Erase takes a person's name off the keys they made, which are the authority's
// and go on.
func (s *Service) Erase(ctx context.Context, personID string) error {
	return s.replaceOwner(ctx, personID, "")
}

// OnJoined hands the keys of one account to the account it was joined to.
func (s *Service) OnJoined(ctx context.Context, kept, gone string) error {
	return s.replaceOwner(ctx, gone, kept)
}

func (s *Service) replaceOwner(ctx context.Context, gone, kept string) error {
	return fault.Wrap("open311.replaceOwner", s.keys.Each(ctx, store.Query{Index: "owner", Equal: []any{gone}}, func(k Key) error {
		_, err := s.keys.Update(ctx, k.ID, func(k *Key) error { k.Owner = kept; return nil })
		return err
	}))
}
