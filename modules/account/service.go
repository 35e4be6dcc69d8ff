package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
)

// Settings are what an operator decides.
type Settings struct {
	PublicURL string // scheme and host; the provider sends people back below it
	Providers []ProviderSettings
	Peppers   Peppers
	// FirstAdministrators are mail addresses: who signs in with one that the
	// provider has verified becomes administrator, while there is none.
	FirstAdministrators []string
	ProviderTimeout     time.Duration // for each question to a provider; 5 s when zero
}

// Parts are what the module stands on.
type Parts struct {
	DB            store.DB
	Sessions      *auth.Sessions
	Log           *audit.Log
	Clock         clock.Clock
	Ident         ident.Maker
	Slog          *slog.Logger
	Places        Places
	Organisations Organisations
	Controllers   Controllers
	Law           Numbers
}

// Numbers knows the shapes of identity numbers; kit/law stands behind it.
type Numbers interface {
	// ParseIdentity returns a number in its normal form, or Invalid with an explanation.
	ParseIdentity(country, typed string) (string, error)
}

// Place is a municipality as this module needs to know it.
type Place struct {
	ID      string
	Name    string // in the reader's language
	Within  string // province or governorate, to tell namesakes apart
	Country string // "TN", "MA"
}

// Places finds municipalities; modules/place stands behind it.
type Places interface {
	// FindPlaces returns at most a dozen municipalities whose name resembles query.
	FindPlaces(ctx context.Context, query, lang string) ([]Place, error)
	// Place returns one, or NotFound.
	Place(ctx context.Context, id, lang string) (Place, error)
}

// Organisation is one in which roles are held.
type Organisation struct {
	Kind auth.OrgKind
	ID   string
	Name string // in the reader's language
}

// Organisations finds organisations of every kind.
type Organisations interface {
	// FindOrganisations returns at most a dozen whose name resembles query.
	FindOrganisations(ctx context.Context, query, lang string) ([]Organisation, error)
	// Organisation returns one, or NotFound.
	Organisation(ctx context.Context, id, lang string) (Organisation, error)
}

// JoinListener is told that two accounts are one person, so that what both did
// counts once. It may be told more than once.
type JoinListener interface {
	OnJoined(ctx context.Context, kept, gone string) error
}

// ProfileListener is told that what signatures depend on may have changed:
// residence, birth year, level. It may be told more than once.
type ProfileListener interface {
	OnProfileChanged(ctx context.Context, personID string) error
}

// Service is the module's acts.
type Service struct {
	clock         clock.Clock
	ident         ident.Maker
	log           *audit.Log
	slog          *slog.Logger
	sessions      *auth.Sessions
	places        Places
	organisations Organisations
	controllers   Controllers
	law           Numbers

	all          collections
	settings     Settings
	providers    []*provider
	joins        []JoinListener
	profiles     []ProfileListener
	numbers      []NumberListener
	contributors []Contribution
}

var errUnchanged = store.ErrUnchanged

// Open checks the settings and opens the module's collections. No provider is
// asked anything yet.
func Open(ctx context.Context, settings Settings, parts Parts) (*Service, error) {
	settings.PublicURL = strings.TrimSuffix(settings.PublicURL, "/")
	if err := settings.Peppers.check(); err != nil {
		return nil, fault.Wrap("account.Open", err)
	}
	s := &Service{
		clock: parts.Clock, ident: parts.Ident, log: parts.Log, slog: parts.Slog, sessions: parts.Sessions,
		places: parts.Places, organisations: parts.Organisations, controllers: parts.Controllers, law: parts.Law, settings: settings,
	}
	for _, ps := range settings.Providers {
		p, err := newProvider(ps, settings.ProviderTimeout, parts.Clock)
		if err != nil {
			return nil, fault.Wrap("account.Open", err)
		}
		if s.provider(p.settings.Key) != nil {
			return nil, fault.Wrap("account.Open", fmt.Errorf("sign-in provider %q stands there twice", p.settings.Key))
		}
		s.providers = append(s.providers, p)
	}
	var err error
	s.all, err = openCollections(ctx, parts.DB)
	return s, fault.Wrap("account.Open", err)
}

// Listen tells l of what it has methods for: JoinListener, ProfileListener,
// NumberListener.
// Call it while the program is put together.
func (s *Service) Listen(l any) {
	if j, ok := l.(JoinListener); ok {
		s.joins = append(s.joins, j)
	}
	if p, ok := l.(ProfileListener); ok {
		s.profiles = append(s.profiles, p)
	}
	if n, ok := l.(NumberListener); ok {
		s.numbers = append(s.numbers, n)
	}
}

func (s *Service) provider(key string) *provider {
	if i := slices.IndexFunc(s.providers, func(p *provider) bool { return p.settings.Key == key }); i >= 0 {
		return s.providers[i]
	}
	return nil
}

// Get returns a person, or NotFound for one who has no account (any more).
func (s *Service) Get(ctx context.Context, personID string) (Person, error) {
	p, err := s.all.people.Get(ctx, personID)
	if err == nil && p.gone() {
		return Person{}, fault.New(fault.NotFound, "This account no longer exists.")
	}
	return p, err
}

// canonical returns the account that a person's id stands for now: itself, or
// the one it was merged into. NotFound for one that is deleted or being so.
func (s *Service) canonical(ctx context.Context, personID string) (Person, error) {
	for range 16 { // merging goes from newer to older, so the chain ends
		p, err := s.all.people.Get(ctx, personID)
		if err != nil || p.MergedInto == "" {
			if err == nil && p.gone() {
				err = fault.New(fault.NotFound, "This account no longer exists.")
			}
			return p, err
		}
		personID = p.MergedInto
	}
	return Person{}, fault.Wrap("account.canonical", errors.New("accounts are merged in a circle"))
}

// Actor returns the person as an actor, with the memberships that hold now;
// NotFound when the account is gone. It makes Service a web.People.
func (s *Service) Actor(ctx context.Context, personID string) (auth.Actor, error) {
	p, err := s.Get(ctx, personID)
	if err != nil {
		return auth.Actor{}, err
	}
	return auth.Actor{PersonID: p.ID, Name: p.Name, Lang: p.Lang, Level: p.Level, Memberships: p.Memberships(s.clock.Now())}, nil
}

// FindPeople returns those whom a query names exactly: by the code they show,
// their address, or their account's id.
func (s *Service) FindPeople(ctx context.Context, query string) ([]Person, error) {
	if strings.Contains(query, "@") {
		page, err := s.all.people.Find(ctx, store.Query{Index: "email", Equal: []any{emailKey(query)}, Limit: 20})
		return slices.DeleteFunc(page.Items, Person.gone), err
	}
	p, err := s.ByCode(ctx, query)
	if fault.Is(err, fault.Invalid) {
		p, err = s.Get(ctx, query)
	}
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []Person{p}, nil
}

// Contact is how to write to a person.
type Contact struct {
	PersonID, Name, Email, Lang string
}

// Contacts returns how to write to those of these people who have an account
// and an address.
func (s *Service) Contacts(ctx context.Context, personIDs []string) ([]Contact, error) {
	found, err := s.all.people.GetMany(ctx, personIDs)
	if err != nil {
		return nil, err
	}
	var list []Contact
	for _, id := range personIDs {
		if p, ok := found[id]; ok && !p.gone() && p.Email != "" {
			list = append(list, Contact{PersonID: id, Name: p.Name, Email: p.Email, Lang: p.Lang})
		}
	}
	return list, nil
}

// SigningProfile is what decides whether a signature counts.
type SigningProfile struct {
	PersonID  string
	Name      string
	Residence string
	WorksIn   []string
	BirthYear int // 0 when not said
	Sex       Sex // for statistics only
	Level     int
	Country   string
}

// SigningProfile returns what a person's signatures depend on, or NotFound.
func (s *Service) SigningProfile(ctx context.Context, personID string) (SigningProfile, error) {
	p, err := s.Get(ctx, personID)
	return SigningProfile{
		PersonID: p.ID, Name: p.Name, Residence: p.Residence, WorksIn: p.WorksIn,
		BirthYear: p.BirthYear, Sex: p.Sex, Level: p.Level, Country: p.Country,
	}, err
}

// tellJoined tells everybody that gone is now kept.
func (s *Service) tellJoined(ctx context.Context, kept, gone string) error {
	for _, l := range s.joins {
		if err := l.OnJoined(ctx, kept, gone); err != nil {
			return fault.Wrap("account.tellJoined", err)
		}
	}
	return nil
}

// tellChanged tells everybody that a person's profile changed, and notes that
// they have been told; until then FinishInterrupted tells them again.
func (s *Service) tellChanged(ctx context.Context, p Person) error {
	if !p.Untold {
		return nil
	}
	for _, l := range s.profiles {
		if err := l.OnProfileChanged(ctx, p.ID); err != nil {
			return fault.Wrap("account.tellChanged", err)
		}
	}
	_, err := s.all.people.Update(ctx, p.ID, func(now *Person) error {
		if now.Version != p.Version { // it changed again, and that is told by whoever changed it
			return errUnchanged
		}
		now.Untold = false
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// FinishInterrupted completes what a crash left half-done, and sweeps away what
// has expired: flows, codes, numbers that the law no longer needs.
func (s *Service) FinishInterrupted(ctx context.Context) error {
	for purpose, finish := range map[string]func(context.Context, string) error{"join": s.finishJoin, "erase": s.finishErase} {
		err := s.all.people.Each(ctx, store.Query{Index: "unfinished", Equal: []any{purpose}}, func(p Person) error { return finish(ctx, p.ID) })
		if err != nil {
			return fault.Wrap("account.FinishInterrupted", err)
		}
	}
	if err := s.all.people.Each(ctx, store.Query{Index: "untold", Equal: []any{true}}, func(p Person) error { return s.tellChanged(ctx, p) }); err != nil {
		return fault.Wrap("account.FinishInterrupted", err)
	}
	if err := s.all.identities.Each(ctx, store.Query{Index: "from", From: "0"}, func(d identityDoc) error { return s.finishMove(ctx, d.ID) }); err != nil {
		return fault.Wrap("account.FinishInterrupted", err)
	}
	return fault.Wrap("account.FinishInterrupted", s.sweep(ctx))
}

func (s *Service) sweep(ctx context.Context) error {
	now := s.clock.Now().Add(time.Millisecond) // what expires now has expired
	err := s.all.signins.Each(ctx, store.Query{Index: "expiry", To: now}, func(f signin) error {
		return ignoreGone(s.all.signins.Delete(ctx, f.ID))
	})
	if err == nil {
		err = s.all.codes.Each(ctx, store.Query{Index: "expiry", To: now}, func(c codeDoc) error {
			return ignoreGone(s.all.codes.Delete(ctx, c.ID))
		})
	}
	if err == nil {
		err = s.all.identities.Each(ctx, store.Query{Index: "left", Equal: []any{true}, To: now}, func(d identityDoc) error {
			return ignoreGone(s.all.identities.Delete(ctx, d.ID))
		})
	}
	return err
}

// ignoreGone takes it for done when what is to be deleted is not there.
func ignoreGone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
