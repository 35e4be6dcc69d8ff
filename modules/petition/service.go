package petition

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/store"
)

// Page is one page of a list.
type Page[T any] = store.Page[T]

// Needs is what the service is built from. Organisations may be nil (no
// association can then petition), Campaigns too (no signature is attributed to
// one), Staff too (officers then find what waits at their desk alone); all else
// must be there.
type Needs struct {
	DB            store.DB
	Audit         *audit.Log
	Queue         *job.Queue // the service registers its kinds of job
	Authorities   Authorities
	People        People
	Organisations Organisations
	Campaigns     Campaigns
	Staff         Staff
	Law           Law
	Files         Files
	Sealer        Sealer     // nil where no number is sealed
	OwnNumbers    OwnNumbers // nil where no number is sealed
	Numbers       Numbers    // nil where no paper is taken
	Vault         Vault      // keeps the files for the deposit; nil where none are made
	Deliveries    Deliveries // nil where nobody knows how mails fared
	Post          Post
	Words         *i18n.Catalogues // for mails
	Events        Events
	Clock         clock.Clock
	Ident         ident.Maker
	Log           *slog.Logger
	PublicURL     string // for links in mails, without a slash at the end
	Demo          bool   // mails say that nothing is real
	Alone         bool   // no other process can have this store open: whoever else counted is dead
}

// Service does all acts on petitions. Its methods are safe for concurrent use
// and each act is safe to repeat.
type Service struct {
	collections
	Needs
	counting *counting
	recent   recent
	watchers []Watcher
	ranges   ranges
}

// New opens the collections and registers the jobs. Call Start before signing,
// Stop at the end.
func New(ctx context.Context, n Needs) (*Service, error) {
	c, err := openCollections(ctx, n.DB)
	if err != nil {
		return nil, fault.Wrap("petition.New", err)
	}
	s := &Service{collections: c, Needs: n, ranges: ranges{ids: n.Ident}}
	s.counting = newCounting(s)
	s.registerJobs()
	return s, nil
}

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }
func isConflict(err error) bool { return fault.Is(err, fault.Conflict) }

// errNone is what hides a petition that somebody may not know of.
var errNone = fault.New(fault.NotFound, "There is no such petition, or it is not public.")

func reference(year string, n int64) string { return fmt.Sprintf("PET-%s-%04d", year, n) }

func subject(id string) string { return "petition:" + id }

// done is an act that was asked for and is to be recorded.
type done struct {
	act     Act
	reason  string            // public when the entry is
	details map[string]string // no personal data
	private bool              // not part of the public timeline
	tasks   []Task            // beside the usual ones
}

// act does one act to a petition: it decides by the table who may, lets change
// alter the petition, moves it, writes the history, all in one compare-and-set;
// then it does what must follow. already, when not nil, tells that the act was
// done before, so that a repeat changes nothing.
func (s *Service) act(ctx context.Context, who auth.Actor, id string, d done, already func(Petition) bool, change func(*Petition) error) (Petition, error) {
	p, err := s.petitions.Update(ctx, id, func(p *Petition) error {
		roles := RolesOf(who, *p)
		if already != nil && already(*p) && mayEver(d.act, roles) {
			return store.ErrUnchanged
		}
		if !s.mayKnow(who, *p) {
			return errNone
		}
		to, as, err := permit(p.State, d.act, roles)
		if err != nil {
			return err
		}
		if err := change(p); err != nil {
			return err
		}
		s.record(p, who, as, d, to)
		return nil
	})
	if isNotFound(err) {
		return Petition{}, errNone.Because("petition."+string(d.act), err)
	}
	if err != nil {
		return Petition{}, fault.Wrap("petition."+string(d.act), err)
	}
	return s.follow(ctx, p), nil
}

// record moves the petition and appends to its history and tasks.
func (s *Service) record(p *Petition, who auth.Actor, as Role, d done, to State) {
	now := s.Clock.Now()
	actor := who.PersonID
	if who.IsSystem() {
		actor = ""
	}
	p.History = audit.Append(p.History, audit.Entry{
		Subject: subject(p.ID), Authority: p.Authority, Act: "petition." + string(d.act),
		From: string(p.State), To: string(to), ActorID: actor, ActorRole: string(as),
		At: now, Reason: d.reason, Details: d.details,
		Public: !d.private && !PrivateStates.Has(to) && (!p.PublishedAt.IsZero() || to != Withdrawn),
	})
	p.State, p.ChangedAt = to, now
	p.addTask(Task{Kind: taskMirror})
	for _, t := range d.tasks {
		p.addTask(t)
	}
	p.settle()
}

// mayKnow reports whether an actor may know of a petition at all.
func (s *Service) mayKnow(who auth.Actor, p Petition) bool {
	return who.IsSystem() || p.IsPublic() || seesAll(who, p)
}

// seesAll reports whether an actor sees everything in a petition: its author,
// and once it was submitted the people of its authority.
func seesAll(who auth.Actor, p Petition) bool {
	return p.IsAuthor(who.PersonID) ||
		p.State != Draft && (who.Holds(p.Authority, auth.Officer, auth.President, auth.Councillor) || p.Unserved && moderates(who, p.Moderator()))
}

// view returns a petition as an actor may see it.
func (s *Service) view(who auth.Actor, p Petition) (Petition, error) {
	switch {
	case seesAll(who, p):
		return p, nil
	case p.IsPublic():
		return p.Public(), nil
	}
	return Petition{}, errNone
}

// Get returns a petition as this actor may see it: its author and the
// authority's people all of it, everybody else Petition.Public. NotFound when
// there is none or the actor may not know of it.
func (s *Service) Get(ctx context.Context, who auth.Actor, id string) (Petition, error) {
	p, err := s.petitions.Get(ctx, id)
	if isNotFound(err) {
		return Petition{}, errNone
	}
	if err != nil {
		return Petition{}, fault.Wrap("petition.Get", err)
	}
	return s.view(who, p)
}

// ByReference is Get for "PET-2026-0042", in any case of letters.
func (s *Service) ByReference(ctx context.Context, who auth.Actor, ref string) (Petition, error) {
	ref = normalReference(ref)
	if ref == "" {
		return Petition{}, errNone
	}
	p, err := s.petitions.First(ctx, store.Query{Index: "reference", Equal: []any{ref}})
	if isNotFound(err) {
		return Petition{}, errNone
	}
	if err != nil {
		return Petition{}, fault.Wrap("petition.ByReference", err)
	}
	return s.view(who, p)
}

// authority returns the authority of a petition.
func (s *Service) authority(ctx context.Context, id string) (Authority, error) {
	a, err := s.Authorities.Authority(ctx, id)
	if isNotFound(err) {
		return a, fault.New(fault.Invalid, "This municipality, province or region is not known.").Because("petition.authority", err)
	}
	return a, err
}

// monthsOn returns the end of the day n calendar months later, as a period of
// the law ends in the authority's country.
func monthsOn(t time.Time, n int, country string) time.Time {
	zone := clock.Zone(country)
	return clock.EndOfDay(clock.AddMonths(t.In(zone), n), zone)
}

// required reports an Invalid fault unless a text of at most `most` letters is there.
func required(field, text, message string, most int) error {
	if text == "" {
		return &InputError{Field: field, Message: message}
	}
	if n := len([]rune(text)); n > most {
		return &InputError{Field: field, Message: tooLong, Args: []any{"limit", most}}
	}
	return nil
}

// InputError says what is wrong with one field of an officer's form. It is a
// fault of kind Invalid.
type InputError struct {
	Field   string
	Message string // message id
	Args    []any
}

// Error says what is wrong, for the log.
func (e *InputError) Error() string { return "petition: " + e.Field + ": " + e.Message }

// Unwrap makes it an Invalid fault that may be shown.
func (e *InputError) Unwrap() error {
	return &fault.Error{Kind: fault.Invalid, Message: e.Message, Args: e.Args}
}

// Stamp changes whenever the public page of a petition would, at most a second
// late; it costs the same however many have signed.
func (s *Service) Stamp(ctx context.Context, id string) (string, error) {
	p, err := s.petitions.Get(ctx, id)
	if isNotFound(err) {
		return "", errNone
	}
	if err != nil {
		return "", fault.Wrap("petition.Stamp", err)
	}
	t, err := s.Tally(ctx, id)
	return fmt.Sprintf("%d.%d.%t", p.Version, t.version, p.Signable(s.Clock.Now())), err
}
