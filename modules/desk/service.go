package desk

import (
	"context"
	"log/slog"
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
	"musharaka/modules/kit/store"
)

// Needs is what the service is built from. Events may be nil.
type Needs struct {
	DB          store.DB
	Audit       *audit.Log
	Queue       *job.Queue // the service registers its kinds of job
	People      People
	Authorities Authorities
	Post        Post
	Words       *i18n.Catalogues // for mails
	Events      Events
	Clock       clock.Clock
	Ident       ident.Maker
	Log         *slog.Logger
	PublicURL   string // for links in mails, without a slash at the end
	Demo        bool   // mails say that nothing is real
	Kinds       []Kind // in the order in which filters offer them
}

// Service keeps the queue. Its methods are safe for concurrent use and each
// act is safe to repeat.
type Service struct {
	collections
	Needs
	sources []Source
}

// New opens the collections and registers the jobs.
func New(ctx context.Context, n Needs) (*Service, error) {
	c, err := openCollections(ctx, n.DB)
	if err != nil {
		return nil, fault.Wrap("desk.New", err)
	}
	s := &Service{collections: c, Needs: n}
	s.registerJobs()
	return s, nil
}

// Join adds a source. Call it while the program is put together.
func (s *Service) Join(source Source) { s.sources = append(s.sources, source) }

// kind returns a registered kind.
func (s *Service) kind(key string) (Kind, bool) {
	i := slices.IndexFunc(s.Kinds, func(k Kind) bool { return k.Key == key })
	if i < 0 {
		return Kind{}, false
	}
	return s.Kinds[i], true
}

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }
func isConflict(err error) bool { return fault.Is(err, fault.Conflict) }

func subjectOf(id string) string { return "desk:" + id }

// done is an act that was asked for and is to be recorded.
type done struct {
	act     Act
	reason  string
	details map[string]string // no personal data
	task    *Task
}

// record moves an item and appends to its history and tasks.
func (s *Service) record(it *Item, who auth.Actor, d done, to State, rules Settings) {
	e := audit.Entry{
		Subject: subjectOf(it.ID), Authority: it.Authority, Act: "desk." + string(d.act), From: string(it.State), To: string(to),
		ActorID: who.PersonID, ActorRole: who.RoleIn(it.Authority), At: s.Clock.Now(), Reason: d.reason, Details: d.details,
	}
	if who.IsSystem() {
		e.ActorID = ""
	}
	it.History = audit.Append(it.History, e)
	it.State = to
	if told(e) {
		it.addTask(Task{Kind: taskMirror})
	}
	if d.task != nil {
		it.addTask(*d.task)
	}
	it.settle(rules)
}

// told reports whether an entry of an item's history is mirrored in the audit
// of the authority. What merely follows from the subject's own acts stands
// there already under the subject.
func told(e audit.Entry) bool {
	return e.ActorID != "" || e.Act == "desk."+string(ActEscalate)
}

// mirrored are the entries of a history that stand in the audit.
func mirrored(history []audit.Entry) []audit.Entry {
	var out []audit.Entry
	for _, e := range history {
		if told(e) {
			out = append(out, e)
		}
	}
	return out
}

// act does one act to an item: it decides by the table who may, lets change
// alter it, and writes all in one compare-and-set; then it does what follows.
// A person who may not see the item learns nothing of it. already, when not
// nil, tells that the act was done before, so that a repeat changes nothing.
func (s *Service) act(ctx context.Context, who auth.Actor, id string, d done, already func(Item) bool, change func(*Item) error) (Item, error) {
	rules, err := s.rulesOf(ctx, id)
	if err != nil {
		return Item{}, err
	}
	it, err := s.items.Update(ctx, id, func(it *Item) error {
		roles := RolesOf(who, *it)
		if len(roles) == 0 {
			return errNone
		}
		if already != nil && already(*it) {
			return store.ErrUnchanged
		}
		to, err := Next(it.State, d.act, roles...)
		if err != nil {
			return err
		}
		if err := change(it); err != nil {
			return err
		}
		s.record(it, who, d, to, rules)
		return nil
	})
	if isNotFound(err) {
		return Item{}, errNone
	}
	if err != nil {
		return Item{}, fault.Wrap("desk."+string(d.act), err)
	}
	return s.follow(ctx, it), nil
}

// rulesOf returns the settings of the authority at which an item waits.
func (s *Service) rulesOf(ctx context.Context, id string) (Settings, error) {
	it, err := s.items.Get(ctx, id)
	if isNotFound(err) {
		return Settings{}, errNone
	}
	if err != nil {
		return Settings{}, fault.Wrap("desk.rulesOf", err)
	}
	return s.SettingsOf(ctx, it.Authority)
}

// Get returns an item as somebody may see it; NotFound otherwise.
func (s *Service) Get(ctx context.Context, who auth.Actor, id string) (Item, error) {
	it, err := s.items.Get(ctx, id)
	if isNotFound(err) || err == nil && len(RolesOf(who, it)) == 0 {
		return Item{}, errNone
	}
	return it, fault.Wrap("desk.Get", err)
}

// tidy takes away what nobody typed on purpose.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == 0 || r == '\r' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.TrimSpace(text)
}

// InputError says what is wrong with one field of a form. It is a fault of
// kind Invalid.
type InputError struct {
	Field   string
	Message string // message id
	Args    []any
}

// Error says what is wrong, for the log.
func (e *InputError) Error() string { return "desk: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Args: e.Args}
}

// written reports what is wrong with a text of at most `most` letters.
func written(field, text, missing string, most int) error {
	if text == "" {
		return &InputError{Field: field, Message: missing}
	}
	if utf8.RuneCountInString(text) > most {
		return &InputError{Field: field, Message: i18n.Msg("Shorten the text to {limit} letters or fewer"), Args: []any{"limit", most}}
	}
	return nil
}

// day is how the audit writes a day.
func day(t time.Time, zone *time.Location) string { return t.In(zone).Format(time.DateOnly) }
