package association

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// Needs is what the service is built from; all must be there.
type Needs struct {
	DB        store.DB
	Audit     *audit.Log
	Queue     *job.Queue // the service registers its periodic work
	Places    Places
	Packs     *law.Packs
	People    People
	Roles     Roles
	Files     Files
	Petitions Petitions
	Post      Post
	Words     *i18n.Catalogues // for mails
	Clock     clock.Clock
	Ident     ident.Maker
	Log       *slog.Logger
	PublicURL string // for links in mails and on posters, without a slash at the end
	Demo      bool
	Moved     func(ctx context.Context, id string) // told of an entry or a request that changed; nil for nobody
}

// Service keeps the register and what associations do. Its methods are safe for
// concurrent use and each act is safe to repeat.
type Service struct {
	collections
	Needs
}

// New opens the collections and registers the periodic work.
func New(ctx context.Context, n Needs) (*Service, error) {
	c, err := openCollections(ctx, n.DB)
	if err != nil {
		return nil, fault.Wrap("association.New", err)
	}
	s := &Service{collections: c, Needs: n}
	s.Queue.Every("association.clock", 10*time.Minute, s.tick)
	s.Queue.Every("association.mandates", 3*time.Hour, s.warn)
	return s, nil
}

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }

var errNone = fault.New(fault.NotFound, "There is no such association, or it is not public.")

// Get returns an entry, in whatever state; NotFound when there is none. Who may
// see it is for the caller: see Seen.
func (s *Service) Get(ctx context.Context, id string) (Association, error) { return s.all.Get(ctx, id) }

// Seen returns an entry as somebody may see it: registered and struck ones are
// public, all others belong to who asked and to who decides. Everybody else
// reads neither the representative's name without consent nor papers that are
// not public.
func (s *Service) Seen(ctx context.Context, who auth.Actor, id string) (Association, error) {
	a, err := s.all.Get(ctx, id)
	if isNotFound(err) {
		return a, errNone
	}
	if err != nil {
		return a, fault.Wrap("association.Seen", err)
	}
	if s.seesAll(ctx, who, a) {
		return a, nil
	}
	if !a.State.IsPublic() {
		return Association{}, errNone
	}
	return a.Public(), nil
}

func (s *Service) seesAll(ctx context.Context, who auth.Actor, a Association) bool {
	return MayKeep(who, a.Places()) && a.State != Draft || who.SignedIn() && a.AskedBy == who.PersonID || s.MayAct(ctx, who, a.ID, ScopeManage)
}

// Public returns the entry without what only its keepers may read.
func (a Association) Public() Association {
	if !a.NameConsent {
		a.Representative = ""
	}
	a.Mail, a.AskedBy, a.Correction = "", "", nil
	a.Documents = slices.DeleteFunc(slices.Clone(a.Documents), func(d Document) bool { return !d.Public })
	return a
}

// List pages through the registered associations by name; place "" is the
// register of the whole platform.
func (s *Service) List(ctx context.Context, place, after string, limit int) (store.Page[Association], error) {
	list := listRegistered
	if place != "" {
		list += "|" + place
	}
	return s.all.Find(ctx, store.Query{Index: "lists", Equal: []any{list}, After: after, Limit: limit})
}

// EachRegistered visits the registered associations of a place, or all, by name.
func (s *Service) EachRegistered(ctx context.Context, place string, visit func(Association) error) error {
	list := listRegistered
	if place != "" {
		list += "|" + place
	}
	return s.all.Each(ctx, store.Query{Index: "lists", Equal: []any{list}, Limit: 200}, visit)
}

// Waiting pages through the requests that wait for the officers of a place; ""
// is all of the platform.
func (s *Service) Waiting(ctx context.Context, place, after string, limit int) (store.Page[Association], error) {
	list := listWaiting
	if place != "" {
		list += "|" + place
	}
	return s.all.Find(ctx, store.Query{Index: "lists", Equal: []any{list}, After: after, Limit: limit})
}

// AskedBy returns the requests somebody wrote, at most limit.
func (s *Service) AskedBy(ctx context.Context, personID string, limit int) ([]Association, error) {
	page, err := s.all.Find(ctx, store.Query{Index: "lists", Equal: []any{listAsked + "|" + personID}, Limit: limit})
	return page.Items, fault.Wrap("association.AskedBy", err)
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

var (
	errNotHere = fault.New(fault.Forbidden, "Only officers of a municipality where the association has its seat or a branch may do this.")
	errChanged = fault.New(fault.Conflict, "The association's entry has changed meanwhile. Open it again.")
	errSignIn  = fault.New(fault.SignIn, "Sign in to go on.")
)

// Register enters an association that asked on paper.
func (s *Service) Register(ctx context.Context, who auth.Actor, in Association) (Association, error) {
	if err := s.judge(&in); err != nil {
		return in, err
	}
	if !MayKeep(who, in.Places()) {
		return in, errNotHere
	}
	in.Meta, in.AskedBy, in.Examination, in.Documents = store.Meta{ID: s.Ident.ID()}, "", nil, nil
	return s.begin(ctx, who, in, actRegister, Registered)
}

// Begin writes a new request of a signed-in person.
func (s *Service) Begin(ctx context.Context, who auth.Actor, in Association) (Association, error) {
	if !who.SignedIn() {
		return in, errSignIn
	}
	if err := s.judge(&in); err != nil {
		return in, err
	}
	mine, err := s.AskedBy(ctx, who.PersonID, maxRequests+1)
	if err != nil {
		return in, err
	}
	open := slices.DeleteFunc(mine, func(a Association) bool { return a.State.IsPublic() || a.State == Refused })
	if len(open) >= maxRequests {
		return in, fault.New(fault.Conflict, "You have several requests under way already. Finish or delete one of them first.")
	}
	in.Meta, in.AskedBy, in.Examination, in.Documents = store.Meta{ID: s.Ident.ID()}, who.PersonID, nil, nil
	return s.begin(ctx, who, in, actBegin, Draft)
}

// maxRequests is how many requests one person may have under way.
const maxRequests = 5

func (s *Service) begin(ctx context.Context, who auth.Actor, in Association, what act, to State) (Association, error) {
	in.State, in.History = to, nil
	s.record(&in, who, what, "", "")
	in.settle()
	if err := s.all.Insert(ctx, in); err != nil {
		return in, fault.Wrap(string(what), err)
	}
	return in, fault.Wrap(string(what), s.mirror(ctx, in))
}

// mirror copies the history into the audit. What a draft's author does is
// mirrored when it is submitted.
func (s *Service) mirror(ctx context.Context, a Association) error {
	if a.State == Draft {
		return nil
	}
	return s.Audit.Record(ctx, a.History...)
}

// judge checks what is written and where.
func (s *Service) judge(a *Association) error {
	if err := a.check(s.Clock.Now()); err != nil {
		return err
	}
	return s.checkPlaces(*a)
}

// checkPlaces refuses places that do not exist.
func (s *Service) checkPlaces(a Association) error {
	for _, id := range a.Places() {
		if len(s.Places.Chain(id)) == 0 {
			return fault.New(fault.Invalid, "Choose the municipality of its seat")
		}
	}
	return nil
}

// Correct replaces what the register says of an association. A correction that
// was asked for is answered by it, and who asked is told.
func (s *Service) Correct(ctx context.Context, who auth.Actor, id string, in Association) (Association, error) {
	asked := false
	a, err := s.rewrite(ctx, who, id, actCorrect, in, func(a *Association) { asked = corrected(a) })
	if err == nil && asked {
		err = s.tellCorrection(ctx, a, "corrected")
	}
	return a, err
}

// Write replaces what a request says.
func (s *Service) Write(ctx context.Context, who auth.Actor, id string, in Association) (Association, error) {
	return s.rewrite(ctx, who, id, actWrite, in, func(*Association) {})
}

func (s *Service) rewrite(ctx context.Context, who auth.Actor, id string, what act, in Association, also func(*Association)) (Association, error) {
	if err := s.judge(&in); err != nil {
		return in, err
	}
	return s.act(ctx, who, id, what, "", func(a *Association) error {
		a.NameAR, a.NameFR, a.FoundedAt, a.Seat, a.Branches = in.NameAR, in.NameFR, in.FoundedAt, in.Seat, in.Branches
		a.Function, a.Representative, a.NameConsent, a.Activity, a.Mail = in.Function, in.Representative, in.NameConsent, in.Activity, in.Mail
		also(a)
		return nil
	})
}

// Strike takes an association off the register, with a reason.
func (s *Service) Strike(ctx context.Context, who auth.Actor, id, reason string) (Association, error) {
	a, err := s.act(ctx, who, id, actStrike, reason, nil)
	if err == nil {
		err = s.touchAll(ctx, id)
	}
	return a, err
}

// Restore brings a struck association back, with a reason.
func (s *Service) Restore(ctx context.Context, who auth.Actor, id, reason string) (Association, error) {
	a, err := s.act(ctx, who, id, actRestore, reason, nil)
	if err == nil {
		err = s.touchAll(ctx, id)
	}
	return a, err
}

// act authorises, moves, changes and records one act.
func (s *Service) act(ctx context.Context, who auth.Actor, id string, what act, reason string, change func(*Association) error) (Association, error) {
	reason = strings.TrimSpace(reason)
	holds := s.MayAct(ctx, who, id, ScopeManage)
	a, err := s.all.Update(ctx, id, func(a *Association) error {
		as := rolesOf(who, *a, holds)
		m, known, may := moveOf(a.State, what, as)
		switch {
		case !may && len(as) == 0 && !a.State.IsPublic():
			return errNone
		case !may && !everMay(what, as):
			return errNotHere
		case !known || !may:
			return errChanged
		case m.reason && reason == "":
			return fault.New(fault.Invalid, "Give a reason.")
		}
		if change != nil {
			if err := change(a); err != nil {
				return err
			}
		}
		from := a.State
		a.State = m.to
		s.record(a, who, what, from, reason)
		a.settle()
		return nil
	})
	if isNotFound(err) {
		return a, errNone.Because(string(what), err)
	}
	if err != nil {
		return a, fault.Wrap(string(what), err)
	}
	if s.Moved != nil {
		s.Moved(ctx, a.ID)
	}
	return a, fault.Wrap(string(what), s.mirror(ctx, a))
}

// actorID is who the audit names; the program itself has no id.
func actorID(who auth.Actor) string {
	if who.IsSystem() {
		return ""
	}
	return who.PersonID
}

func (s *Service) record(a *Association, who auth.Actor, what act, from State, reason string) {
	public := a.State.IsPublic() && what != actCorrect && what != actDocuments && what != actAskCorrection && what != actRefuseCorrection
	as := who.RoleIn(a.Seat)
	if as == "citizen" && holdsRole(who, a.ID) {
		as = string(auth.Delegate)
	}
	a.History = audit.Append(a.History, audit.Entry{
		Subject: "association:" + a.ID, Authority: a.Seat, Act: string(what), From: string(from), To: string(a.State),
		ActorID: actorID(who), ActorRole: as, At: s.Clock.Now(), Reason: reason, Public: public,
	})
}
