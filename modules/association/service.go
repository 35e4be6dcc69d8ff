package association

import (
	"context"
	"slices"
	"strings"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
)

// Places says what a place lies in.
type Places interface {
	// Chain returns a place's id and the ids of all it lies in; nil for an unknown one.
	Chain(id string) []string
}

// Service keeps the register.
type Service struct {
	all    *store.Collection[Association, *Association]
	places Places
	log    *audit.Log
	clock  clock.Clock
	ident  ident.Maker
}

// Open returns the service with its collection ready.
func Open(ctx context.Context, db store.DB, p Places, l *audit.Log, c clock.Clock, id ident.Maker) (*Service, error) {
	all, err := store.Open[Association](ctx, db, store.Schema{Name: "associations", Indexes: []store.Index{
		{Name: "state", Fields: []string{"state", "name_ar"}},
		{Name: "words", Fields: []string{"words", "name_ar"}, Multi: true},
	}})
	return &Service{all: all, places: p, log: l, clock: c, ident: id}, fault.Wrap("association.Open", err)
}

// Get returns an entry, struck ones too; NotFound when there is none.
func (s *Service) Get(ctx context.Context, id string) (Association, error) { return s.all.Get(ctx, id) }

// List pages through the registered associations by name.
func (s *Service) List(ctx context.Context, after string, limit int) (store.Page[Association], error) {
	return s.all.Find(ctx, store.Query{Index: "state", Equal: []any{string(Registered)}, After: after, Limit: limit})
}

// Find returns the registered associations whose name has all the words, at most limit.
func (s *Service) Find(ctx context.Context, words string, limit int) ([]Association, error) {
	wanted := fold.Words(words)
	if len(wanted) == 0 {
		return nil, nil
	}
	var found []Association
	q := store.Query{Index: "words", Equal: []any{wanted[0]}, Limit: 200}
	page, err := s.all.Find(ctx, q) // bounded: a word that more than 200 share says too little
	for _, a := range page.Items {
		has := func(w string) bool { return slices.Contains(a.Words, w) }
		if a.State == Registered && len(found) < limit && !slices.ContainsFunc(wanted, func(w string) bool { return !has(w) }) {
			found = append(found, a)
		}
	}
	return found, fault.Wrap("association.Find", err)
}

var errNotHere = fault.New(fault.Forbidden, "Only officers of a municipality where the association has its seat or a branch may do this.")

// Register enters an association. id "" makes a new one.
func (s *Service) Register(ctx context.Context, who auth.Actor, in Association) (Association, error) {
	now := s.clock.Now()
	if err := in.check(now); err != nil {
		return in, err
	}
	if err := s.checkPlaces(in); err != nil {
		return in, err
	}
	if !MayKeep(who, in.Places()) {
		return in, errNotHere
	}
	in.Meta = store.Meta{ID: s.ident.ID()}
	in.State = Registered
	in.History = nil
	s.record(&in, who, actRegister, "", "")
	if err := s.all.Insert(ctx, in); err != nil {
		return in, fault.Wrap("association.Register", err)
	}
	return in, fault.Wrap("association.Register", s.log.Record(ctx, in.History...))
}

// checkPlaces refuses places that do not exist.
func (s *Service) checkPlaces(a Association) error {
	for _, id := range a.Places() {
		if len(s.places.Chain(id)) == 0 {
			return fault.New(fault.Invalid, "Choose the municipality of its seat")
		}
	}
	return nil
}

// Correct replaces what the register says of an association.
func (s *Service) Correct(ctx context.Context, who auth.Actor, id string, in Association) (Association, error) {
	if err := in.check(s.clock.Now()); err != nil {
		return in, err
	}
	if err := s.checkPlaces(in); err != nil {
		return in, err
	}
	return s.act(ctx, who, id, actCorrect, "", func(a *Association) {
		in.Meta, in.State, in.History = a.Meta, a.State, a.History
		*a = in
	})
}

// Strike takes an association off the register, with a reason.
func (s *Service) Strike(ctx context.Context, who auth.Actor, id, reason string) (Association, error) {
	return s.act(ctx, who, id, actStrike, reason, func(*Association) {})
}

// Restore brings a struck association back, with a reason.
func (s *Service) Restore(ctx context.Context, who auth.Actor, id, reason string) (Association, error) {
	return s.act(ctx, who, id, actRestore, reason, func(*Association) {})
}

// act authorises, moves, changes and records one act.
func (s *Service) act(ctx context.Context, who auth.Actor, id string, what act, reason string, change func(*Association)) (Association, error) {
	r := transitions[what]
	if reason = strings.TrimSpace(reason); r.reason && reason == "" {
		return Association{}, fault.New(fault.Invalid, "Give a reason.")
	}
	a, err := s.all.Update(ctx, id, func(a *Association) error {
		if !MayKeep(who, a.Places()) {
			return errNotHere
		}
		if a.State != r.from {
			return fault.New(fault.Conflict, "The association's entry has changed meanwhile. Open it again.")
		}
		from := a.State
		change(a)
		a.State = r.to
		s.record(a, who, what, from, reason)
		return nil
	})
	if err != nil {
		return a, fault.Wrap(string(what), err)
	}
	return a, fault.Wrap(string(what), s.log.Record(ctx, a.History...))
}

func (s *Service) record(a *Association, who auth.Actor, what act, from State, reason string) {
	a.History = audit.Append(a.History, audit.Entry{
		Subject: "association:" + a.ID, Authority: a.Seat, Act: string(what), From: string(from), To: string(a.State),
		ActorID: who.PersonID, ActorRole: who.RoleIn(a.Seat), At: s.clock.Now(), Reason: reason, Public: what != actCorrect,
	})
}

// Check reports entries whose places do not exist, and mirrors histories that
// the audit lacks when repair is set.
func (s *Service) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	err := s.all.Each(ctx, store.Query{}, func(a Association) error {
		if s.checkPlaces(a) != nil {
			found = append(found, "association "+a.ID+" has a place that is not in the tables")
		}
		compare := s.log.Compare
		if repair {
			compare = s.log.Repair
		}
		d, err := compare(ctx, a.History...)
		for _, id := range append(d.Missing, d.Altered...) {
			found = append(found, "audit entry "+id+" differs between the log and the association")
		}
		return err
	})
	return found, fault.Wrap("association.Check", err)
}
