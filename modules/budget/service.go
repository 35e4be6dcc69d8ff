package budget

import (
	"context"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// List is one page of a list.
type List[T any] = store.Page[T]

// Service does all acts on editions and proposals, and on what the other areas
// of the module add. Its methods are safe for concurrent use and each act is
// safe to repeat.
type Service struct {
	Needs
	collections
	voteStore
	forums *store.Collection[Forum, *Forum]
	results
	areas []area

	watchers []func(ctx context.Context, sort, id string) error
}

// area is a part of the module that adds itself to the service: open makes its
// collections, registers its jobs; start and stop what runs beside the
// requests; entered what must follow when an edition has entered a phase, which
// is repeated until it succeeds; check what `server check` asks. All but open
// may be nil.
type area struct {
	name    string
	open    func(ctx context.Context) error
	start   func(ctx context.Context) error
	stop    func(ctx context.Context) error
	entered func(ctx context.Context, e Edition, p Phase) error
	check   func(ctx context.Context, c *checker) error
}

// parts are the areas of the module, in the order in which they lean on each
// other. A new area is one line here and its own files.
func (s *Service) parts() []area {
	return []area{
		{name: "editions", open: s.openEditions, check: s.checkEditions, entered: s.listProjects},
		{name: "proposals", open: s.openProposals, check: s.checkProposals},
		{name: "forums", open: s.openForums, check: s.checkForums, entered: s.settleRanking},
		{name: "ballots", open: s.openBallots, start: s.startBallots, stop: s.stopBallots, entered: s.ballotsEntered, check: s.checkBallots},
		{name: "results", open: s.openResults, check: s.checkResults, entered: s.resultsEntered},
	}
}

// New opens the collections and registers the jobs.
func New(ctx context.Context, n Needs) (*Service, error) {
	s := &Service{Needs: n}
	s.areas = s.parts()
	for _, a := range s.areas {
		if err := a.open(ctx); err != nil {
			return nil, fault.Wrap("budget.New: "+a.name, err)
		}
	}
	return s, nil
}

// Start begins what runs beside the requests.
func (s *Service) Start(ctx context.Context) error {
	for _, a := range s.areas {
		if a.start == nil {
			continue
		}
		if err := a.start(ctx); err != nil {
			return fault.Wrap("budget.Start: "+a.name, err)
		}
	}
	return nil
}

// Stop ends it again, last area first. What was acknowledged is in the store
// when it returns.
func (s *Service) Stop(ctx context.Context) (err error) {
	for i := len(s.areas) - 1; i >= 0; i-- {
		if stop := s.areas[i].stop; stop != nil {
			if stopped := stop(ctx); err == nil {
				err = fault.Wrap("budget.Stop: "+s.areas[i].name, stopped)
			}
		}
	}
	return err
}

func isNotFound(err error) bool { return fault.Is(err, fault.NotFound) }
func isConflict(err error) bool { return fault.Is(err, fault.Conflict) }

// The faults that hide what somebody may not know of.
var (
	errNoEdition  = fault.New(fault.NotFound, "There is no such participatory budget, or it is not public.")
	errNoProposal = fault.New(fault.NotFound, "There is no such proposal, or it is not public.")
	errSignIn     = fault.New(fault.SignIn, "Sign in to go on.")
)

// done is an act that was asked for and is to be recorded.
type done struct {
	reason  string            // public when the entry is
	details map[string]string // no personal data
	private bool              // not part of the public timeline
	tasks   []Task            // beside the usual ones
}

// staff are the roles that see everything of an authority's editions.
var staff = []auth.Role{auth.Officer, auth.President, auth.Councillor, auth.Department, auth.Facilitator, auth.FrontDesk}

// seesEdition reports whether an actor sees everything in an edition.
func seesEdition(who auth.Actor, e Edition) bool {
	return who.IsSystem() || who.Holds(e.Authority, staff...)
}

// seesProposal reports whether an actor sees everything in a proposal.
func seesProposal(who auth.Actor, p Proposal) bool {
	return who.IsSystem() || p.IsAuthor(who.PersonID) || p.State != Draft && who.Holds(p.Authority, staff...)
}

// Edition returns an edition as this actor may see it: the authority's people
// all of it, everybody else Edition.Public. NotFound when there is none or the
// actor may not know of it.
func (s *Service) Edition(ctx context.Context, who auth.Actor, id string) (Edition, error) {
	e, err := s.editions.Get(ctx, id)
	switch {
	case isNotFound(err):
		return Edition{}, errNoEdition
	case err != nil:
		return Edition{}, fault.Wrap("budget.Edition", err)
	case seesEdition(who, e):
		return e, nil
	case e.IsPublic():
		return e.Public(), nil
	}
	return Edition{}, errNoEdition
}

// Proposal returns a proposal as this actor may see it: its author and the
// authority's people all of it, everybody else Proposal.Public.
func (s *Service) Proposal(ctx context.Context, who auth.Actor, id string) (Proposal, error) {
	p, err := s.proposals.Get(ctx, id)
	switch {
	case isNotFound(err):
		return Proposal{}, errNoProposal
	case err != nil:
		return Proposal{}, fault.Wrap("budget.Proposal", err)
	case seesProposal(who, p):
		return p, nil
	case p.IsPublic():
		return p.Public(), nil
	}
	return Proposal{}, errNoProposal
}

// EditionFilter narrows the list of editions; the zero value is all of them.
type EditionFilter struct {
	Authority string
	Group     Group
	After     string
	Limit     int
}

// Editions lists the public editions, newest announcement first.
func (s *Service) Editions(ctx context.Context, f EditionFilter) (List[Edition], error) {
	page, err := s.editions.Find(ctx, store.Query{Index: "lists", Equal: []any{publicList(f.Authority, f.Group)}, Desc: true, After: f.After, Limit: f.Limit})
	for i := range page.Items {
		page.Items[i] = page.Items[i].Public()
	}
	return page, fault.Wrap("budget.Editions", err)
}

// EditionsOf lists all editions of an authority for those who serve it, newest
// first.
func (s *Service) EditionsOf(ctx context.Context, who auth.Actor, authority, after string) (List[Edition], error) {
	if !who.IsSystem() && !who.Holds(authority, staff...) {
		return List[Edition]{}, errNotYours
	}
	page, err := s.editions.Find(ctx, store.Query{Index: "authority", Equal: []any{authority}, Desc: true, After: after, Limit: 20})
	return page, fault.Wrap("budget.EditionsOf", err)
}

// actOnEdition does one act to an edition: it decides by the table who may,
// lets change alter the edition, moves it, writes the history, all in one
// compare-and-set; then it does what must follow. already, when not nil, tells
// that the act was done before, so that a repeat changes nothing.
func (s *Service) actOnEdition(ctx context.Context, who auth.Actor, id string, act EditionAct, d done, already func(Edition) bool, change func(*Edition) error) (Edition, error) {
	e, err := s.editions.Update(ctx, id, func(e *Edition) error {
		if !seesEdition(who, *e) && !e.IsPublic() {
			return errNoEdition
		}
		if already != nil && already(*e) {
			return store.ErrUnchanged
		}
		to, as, err := e.Next(act, RolesIn(who, e.Authority)...)
		if err != nil {
			return err
		}
		if change != nil {
			if err := change(e); err != nil {
				return err
			}
		}
		s.recordEdition(e, who, as, act, d, to)
		return nil
	})
	if isNotFound(err) {
		return Edition{}, errNoEdition.Because("budget."+string(act), err)
	}
	if err != nil {
		return Edition{}, fault.Wrap("budget."+string(act), err)
	}
	return s.followEdition(ctx, e), nil
}

// recordEdition moves the edition and appends to its history and tasks.
func (s *Service) recordEdition(e *Edition, who auth.Actor, as Role, act EditionAct, d done, to Phase) {
	now := s.Clock.Now()
	if e.AnnouncedAt.IsZero() && RunningPhases.Has(to) {
		e.AnnouncedAt = now
	}
	e.History = audit.Append(e.History, audit.Entry{
		Subject: "budget:" + e.ID, Authority: e.Authority, Act: "budget." + string(act), From: string(e.Phase), To: string(to),
		ActorID: actorID(who), ActorRole: string(as), At: now, Reason: d.reason, Details: d.details,
		Public: !d.private && !e.AnnouncedAt.IsZero(),
	})
	if to != e.Phase {
		e.Tasks = addTask(e.Tasks, Task{Kind: taskEntered, Key: string(to)})
	}
	e.Phase, e.ChangedAt = to, now
	e.Tasks = addTask(e.Tasks, Task{Kind: taskMirror})
	for _, t := range d.tasks {
		e.Tasks = addTask(e.Tasks, t)
	}
	e.settle()
}

func actorID(who auth.Actor) string {
	if who.IsSystem() {
		return ""
	}
	return who.PersonID
}

// actOnProposal is actOnEdition for a proposal. It reads the edition before the
// proposal changes: an act that depends on the phase and comes at the same
// moment as the change of phase may count as having come before it. What must
// not be so is decided by the edition's own write (Frozen.Projects).
func (s *Service) actOnProposal(ctx context.Context, who auth.Actor, id string, act Act, d done, already func(Proposal) bool, change func(*Proposal, Edition) error) (Proposal, error) {
	before, err := s.proposals.Get(ctx, id)
	if isNotFound(err) {
		return Proposal{}, errNoProposal.Because("proposal."+string(act), err)
	}
	if err != nil {
		return Proposal{}, fault.Wrap("proposal."+string(act), err)
	}
	e, err := s.editions.Get(ctx, before.Edition)
	if err != nil {
		return Proposal{}, fault.Wrap("proposal."+string(act), err)
	}
	p, err := s.proposals.Update(ctx, id, func(p *Proposal) error {
		if !seesProposal(who, *p) && !p.IsPublic() {
			return errNoProposal
		}
		if already != nil && already(*p) {
			return store.ErrUnchanged
		}
		to, as, err := Next(p.State, e.Phase, act, RolesOf(who, *p)...)
		if err != nil {
			return err
		}
		if change != nil {
			if err := change(p, e); err != nil {
				return err
			}
		}
		s.recordProposal(p, who, as, act, d, to)
		return nil
	})
	if err != nil {
		return Proposal{}, fault.Wrap("proposal."+string(act), err)
	}
	return s.followProposal(ctx, p), nil
}

// recordProposal moves the proposal and appends to its history and tasks.
func (s *Service) recordProposal(p *Proposal, who auth.Actor, as Role, act Act, d done, to State) {
	now := s.Clock.Now()
	p.History = audit.Append(p.History, audit.Entry{
		Subject: "proposal:" + p.ID, Authority: p.Authority, Act: "proposal." + string(act), From: string(p.State), To: string(to),
		ActorID: actorID(who), ActorRole: string(as), At: now, Reason: d.reason, Details: d.details,
		Public: !d.private && !PrivateStates.Has(to) && (to != Withdrawn || !p.PublishedAt.IsZero()),
	})
	if EndedStates.Has(to) && p.EndedAt.IsZero() {
		p.EndedAt = now
	}
	p.State, p.ChangedAt = to, now
	p.Tasks = addTask(p.Tasks, Task{Kind: taskMirror})
	for _, t := range d.tasks {
		p.Tasks = addTask(p.Tasks, t)
	}
	p.settle()
}

// authority returns the authority of an edition.
func (s *Service) authority(ctx context.Context, id string) (Authority, error) {
	a, err := s.Authorities.Authority(ctx, id)
	if isNotFound(err) {
		return a, fault.New(fault.Invalid, "This municipality, province or region is not known.").Because("budget.authority", err)
	}
	return a, err
}
