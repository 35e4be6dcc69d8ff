package budget

import (
	"cmp"
	"context"
	"slices"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/fold"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// MayPropose returns why a person may not propose in an edition now: a fault
// when proposals are not taken, reasons when the person is not among those who
// may. Whoever may act for an association may propose for it whatever their own
// age and residence.
func (s *Service) MayPropose(ctx context.Context, who auth.Actor, e Edition) ([]Ineligible, error) {
	if !who.SignedIn() {
		return nil, errSignIn
	}
	if !e.Open(Proposing, s.Clock.Now()) {
		return nil, errNotNow
	}
	person, err := s.People.Person(ctx, who.PersonID)
	if err != nil {
		return nil, err
	}
	if len(person.Delegates) > 0 {
		return nil, nil
	}
	return e.Rules.Proposers.Judge(e.Authority, person), nil
}

// StartDraft creates the draft of a proposal. once is a token of the form ("" for
// none): a repeat of the post with the same token returns the draft of the
// first. TooMany beyond MaxDrafts.
func (s *Service) StartDraft(ctx context.Context, who auth.Actor, edition, once string) (Proposal, error) {
	e, err := s.Edition(ctx, who, edition)
	if err != nil {
		return Proposal{}, err
	}
	why, err := s.MayPropose(ctx, who, e)
	if err != nil {
		return Proposal{}, err
	}
	if len(why) > 0 {
		return Proposal{}, fault.New(fault.Forbidden, IneligibleLabel(why[0]), "age", e.Rules.Proposers.MinAge)
	}
	id := s.Ident.ID()
	if once != "" {
		id = onceID("proposal", who.PersonID, once)
	}
	if err := s.roomForDraft(ctx, who.PersonID, e.ID, id); err != nil {
		return Proposal{}, err
	}
	lang := "ar"
	if who.Lang == "fr" {
		lang = "fr"
	}
	p := Proposal{
		Meta: store.Meta{ID: id}, State: Draft, Source: FromCitizen, Langs: []string{lang},
		Author: Author{PersonID: who.PersonID, Name: tidy(who.Name, false)},
	}
	return s.insert(ctx, who, e, p, AsAuthor)
}

// insert writes a new proposal of an edition, in the state it has.
func (s *Service) insert(ctx context.Context, who auth.Actor, e Edition, p Proposal, as Role) (Proposal, error) {
	now := s.Clock.Now()
	p.Edition, p.Authority, p.Country, p.CreatedAt, p.ChangedAt = e.ID, e.Authority, e.Country, now, now
	if len(e.AllAreas()) == 1 {
		p.Area = e.AllAreas()[0].Key
	}
	p.History = audit.Append(nil, audit.Entry{Subject: "proposal:" + p.ID, Authority: e.Authority, Act: "proposal." + string(ActStart),
		To: string(p.State), ActorID: actorID(who), ActorRole: string(as), At: now, Public: !PrivateStates.Has(p.State)})
	p.Tasks = addTask(p.Tasks, Task{Kind: taskMirror})
	p.settle()
	err := s.proposals.Insert(ctx, p)
	if isConflict(err) { // the same post, a moment earlier
		return s.Proposal(ctx, who, p.ID)
	}
	if err != nil {
		return Proposal{}, fault.Wrap("proposal.start", err)
	}
	p.Version = 1
	return s.followProposal(ctx, p), nil
}

func (s *Service) roomForDraft(ctx context.Context, personID, edition, id string) error {
	page, err := s.proposals.Find(ctx, store.Query{Index: "author", Equal: []any{personID}, Desc: true, Limit: 100})
	if err != nil {
		return fault.Wrap("proposal.start", err)
	}
	drafts := 0
	for _, p := range page.Items {
		if p.State == Draft && p.Edition == edition && p.ID != id {
			drafts++
		}
	}
	if drafts >= MaxDrafts {
		return fault.New(fault.TooMany, "You have {limit} drafts already. Submit or delete one first.", "limit", MaxDrafts)
	}
	return nil
}

// SaveStep saves one step of the writing as it goes. What was written is kept
// even when something is wrong with it; the error is then a *Broken and the
// proposal is returned with it.
func (s *Service) SaveStep(ctx context.Context, who auth.Actor, id string, step Step, in Input) (Proposal, error) {
	if !slices.Contains(Steps, step) {
		return Proposal{}, errNoProposal
	}
	orgName := ""
	if step == StepWho {
		var err error
		if orgName, err = s.orgFor(ctx, who, in); err != nil {
			return Proposal{}, err
		}
	}
	var in2 Edition
	p, err := s.change(ctx, who, id, ActSave, func(p *Proposal, e Edition) error {
		in2 = e
		p.put(step, in)
		if step == StepWho {
			p.OrgName = orgName
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	return p, broken(p.Problems(in2, step))
}

// change is an act that leaves no trace in the history: the writing of a draft.
func (s *Service) change(ctx context.Context, who auth.Actor, id string, act Act, put func(*Proposal, Edition) error) (Proposal, error) {
	before, err := s.Proposal(ctx, who, id)
	if err != nil {
		return Proposal{}, err
	}
	e, err := s.editions.Get(ctx, before.Edition)
	if err != nil {
		return Proposal{}, fault.Wrap("proposal."+string(act), err)
	}
	p, err := s.proposals.Update(ctx, id, func(p *Proposal) error {
		if _, _, err := Next(p.State, e.Phase, act, RolesOf(who, *p)...); err != nil {
			return err
		}
		if err := put(p, e); err != nil {
			return err
		}
		p.ChangedAt = s.Clock.Now()
		p.settle()
		return nil
	})
	return p, fault.Wrap("proposal."+string(act), err)
}

// orgFor returns the name of the association for which a person writes, after
// asking whether the person may.
func (s *Service) orgFor(ctx context.Context, who auth.Actor, in Input) (string, error) {
	if in.Source != FromAssociation {
		return "", nil
	}
	person, err := s.People.Person(ctx, who.PersonID)
	if err != nil {
		return "", err
	}
	if !slices.Contains(person.Delegates, in.OrgID) {
		return "", wrong("org", i18n.Msg("Choose the association"))
	}
	return s.Organisations.OrganisationName(ctx, in.OrgID)
}

// AddPhotos adds files to a draft; they must be the author's own uploads.
func (s *Service) AddPhotos(ctx context.Context, who auth.Actor, id string, files []string) (Proposal, error) {
	own, err := s.Files.Uploaded(ctx, who.PersonID, files)
	if err != nil {
		return Proposal{}, err
	}
	if !own {
		return Proposal{}, errNotYours
	}
	return s.change(ctx, who, id, ActSave, func(p *Proposal, _ Edition) error {
		for _, f := range files {
			if !slices.Contains(p.Photos, f) {
				p.Photos = append(p.Photos, f)
			}
		}
		if len(p.Photos) > MaxPhotos {
			return wrong("photos", i18n.Msg("Add {limit} photos at most"), "limit", MaxPhotos)
		}
		if !slices.Contains(p.Saved, StepPhotos) {
			p.Saved = append(p.Saved, StepPhotos)
		}
		return nil
	})
}

// RemovePhoto takes a photo off a draft and deletes it.
func (s *Service) RemovePhoto(ctx context.Context, who auth.Actor, id, file string) (Proposal, error) {
	had := false
	p, err := s.change(ctx, who, id, ActSave, func(p *Proposal, _ Edition) error {
		had = slices.Contains(p.Photos, file)
		p.Photos = slices.DeleteFunc(p.Photos, func(f string) bool { return f == file })
		return nil
	})
	if err != nil || !had {
		return p, err
	}
	return p, s.Files.Discard(ctx, []string{file})
}

// Submit sends a draft to moderation after all steps were checked again; a
// *Broken names what is wrong. When the days of the proposing are over, only
// what an officer sent back may still be submitted. Submitting twice is
// submitting once.
func (s *Service) Submit(ctx context.Context, who auth.Actor, id string) (Proposal, error) {
	p, err := s.Proposal(ctx, who, id)
	if err != nil {
		return p, err
	}
	number := p.Number
	if number == 0 && p.State == Draft && p.IsAuthor(who.PersonID) {
		if number, err = s.number(ctx, p.Edition); err != nil {
			return p, err
		}
	}
	d := done{private: true, tasks: []Task{{taskTell, NoticeSubmitted}}}
	return s.actOnProposal(ctx, who, id, ActSubmit, d, func(p Proposal) bool { return p.State == Submitted && p.IsAuthor(who.PersonID) }, func(p *Proposal, e Edition) error {
		if p.SubmittedAt.IsZero() && !e.Open(Proposing, s.Clock.Now()) {
			return errNotNow
		}
		if _, found := p.AllProblems(e); len(found) > 0 {
			return broken(found)
		}
		if p.Number == 0 {
			p.Number = number
		}
		p.SubmittedAt, p.Changes = s.Clock.Now(), ""
		return nil
	})
}

// number draws the next number of an edition. One that was drawn and not used
// stays unused.
func (s *Service) number(ctx context.Context, edition string) (int64, error) {
	e, err := s.editions.Increment(ctx, edition, map[string]int64{"last_no": 1})
	return e.LastNo, fault.Wrap("proposal.number", err)
}

// Register writes down a proposal at the counter for somebody without an
// account, or from a forum: it needs no draft. At the counter it goes to
// moderation; a forum is public, so what it chose is published at once.
func (s *Service) Register(ctx context.Context, who auth.Actor, edition string, in Input, forum, once string) (Proposal, error) {
	e, err := s.Edition(ctx, who, edition)
	if err != nil {
		return Proposal{}, err
	}
	as, state := AsDesk, Submitted
	if in.Source == FromForum {
		as, state = AsFacilitator, Published
	}
	roles := RolesIn(who, e.Authority)
	if !slices.Contains(roles, as) && !slices.Contains(roles, AsOfficer) {
		return Proposal{}, errNotYours
	}
	if !takingPhases.Has(e.Phase) {
		return Proposal{}, errNotNow
	}
	p := Proposal{Meta: store.Meta{ID: s.Ident.ID()}, State: state, Forum: forum}
	switch {
	case forum != "":
		p.ID = onceID("registered", "", once) // whoever sends the idea on
	case once != "":
		p.ID = onceID("registered", who.PersonID, once)
	}
	if had, err := s.Proposal(ctx, who, p.ID); err == nil {
		return had, nil
	}
	for _, step := range Steps {
		p.put(step, in)
	}
	p.Author.PersonID = ""
	if _, found := p.AllProblems(e); len(found) > 0 {
		return p, broken(found)
	}
	if p.Number, err = s.number(ctx, edition); err != nil {
		return p, err
	}
	p.SubmittedAt = s.Clock.Now()
	if state == Published {
		p.PublishedAt = p.SubmittedAt
	}
	area := p.Area
	return s.insertIn(ctx, who, e, p, as, area)
}

// insertIn is insert that keeps the area.
func (s *Service) insertIn(ctx context.Context, who auth.Actor, e Edition, p Proposal, as Role, area string) (Proposal, error) {
	p.Area = area
	return s.insert(ctx, who, e, p, as)
}

// DeleteDraft deletes a draft that was never submitted, with its photos.
func (s *Service) DeleteDraft(ctx context.Context, who auth.Actor, id string) error {
	p, err := s.Proposal(ctx, who, id)
	if err != nil {
		return err
	}
	e, err := s.editions.Get(ctx, p.Edition)
	if err != nil {
		return err
	}
	if _, _, err := Next(p.State, e.Phase, ActDelete, RolesOf(who, p)...); err != nil {
		return err
	}
	if err := s.Files.Discard(ctx, p.Photos); err != nil {
		return err
	}
	return fault.Wrap("proposal.delete", s.proposals.Delete(ctx, id))
}

// Withdraw takes a proposal back. It stays visible as withdrawn if it was
// published.
func (s *Service) Withdraw(ctx context.Context, who auth.Actor, id string) (Proposal, error) {
	return s.actOnProposal(ctx, who, id, ActWithdraw, done{}, func(p Proposal) bool { return p.State == Withdrawn && p.IsAuthor(who.PersonID) }, nil)
}

// Mine lists the proposals a person wrote, newest first.
func (s *Service) Mine(ctx context.Context, who auth.Actor, after string) (List[Proposal], error) {
	if !who.SignedIn() {
		return List[Proposal]{}, errSignIn
	}
	page, err := s.proposals.Find(ctx, store.Query{Index: "author", Equal: []any{who.PersonID}, Desc: true, After: after, Limit: 20})
	return page, fault.Wrap("budget.Mine", err)
}

// ProposalFilter narrows the list of an edition's proposals.
type ProposalFilter struct {
	Edition string // required
	Area    string
	Need    string
	Group   ProposalGroup
	Order   ProposalOrder
	After   string
	Limit   int
}

// ProposalOrder is the order of a list of proposals.
type ProposalOrder string

// The orders.
const (
	MostSupported ProposalOrder = ""
	Newest        ProposalOrder = "newest"
	ByNumber      ProposalOrder = "number"
)

// ProposalOrders are the orders in the order offered.
var ProposalOrders = []ProposalOrder{MostSupported, Newest, ByNumber}

// Proposals lists the public proposals of an edition.
func (s *Service) Proposals(ctx context.Context, f ProposalFilter) (List[Proposal], error) {
	q := store.Query{Index: "supported", Equal: []any{facet(f.Edition, f.Area, f.Need, f.Group)}, Desc: true, After: f.After, Limit: f.Limit}
	switch f.Order {
	case Newest:
		q.Index = "newest"
	case ByNumber:
		q.Index, q.Desc = "numbered", false
	}
	page, err := s.proposals.Find(ctx, q)
	for i := range page.Items {
		page.Items[i] = page.Items[i].Public()
	}
	return page, fault.Wrap("budget.Proposals", err)
}

// CountProposals counts the public proposals of an edition that a filter finds.
// There are at most some thousands of them.
func (s *Service) CountProposals(ctx context.Context, f ProposalFilter) (int64, error) {
	return s.proposals.Count(ctx, store.Query{Index: "numbered", Equal: []any{facet(f.Edition, f.Area, f.Need, f.Group)}})
}

// perWord bounds how many proposals are looked at for one word.
const perWord = 60

// Search returns the public proposals of an edition that match words best, at
// most limit, narrowed by the filter; its order and cursor are not used. A
// number finds its proposal.
func (s *Service) Search(ctx context.Context, text string, f ProposalFilter, limit int) ([]Proposal, error) {
	want := facet(f.Edition, f.Area, f.Need, f.Group)
	if n := parseNumber(text); n > 0 {
		page, err := s.proposals.Find(ctx, store.Query{Index: "numbered", Equal: []any{want, n}, Limit: 1})
		return publicOnes(page.Items), fault.Wrap("budget.Search", err)
	}
	matches, err := s.match(ctx, f.Edition, fold.Stems(text, 12))
	if err != nil {
		return nil, fault.Wrap("budget.Search", err)
	}
	var found []Proposal
	for _, m := range matches {
		if slices.Contains(m.Item.Facets, want) && len(found) < limit {
			found = append(found, m.Item)
		}
	}
	return publicOnes(found), nil
}

// similarOverlap is the share of words that two proposals have in common to be
// called similar.
const similarOverlap = 0.34

// Similar returns public proposals of an edition that propose much the same,
// best first, at most five, without one.
func (s *Service) Similar(ctx context.Context, edition, text, without string) ([]Proposal, error) {
	words := fold.Stems(text, 16)
	if len(words) == 0 {
		return nil, nil
	}
	matches, err := s.match(ctx, edition, words)
	if err != nil {
		return nil, fault.Wrap("budget.Similar", err)
	}
	var found []Proposal
	for _, m := range matches {
		if m.Item.ID != without && m.Score >= similarOverlap && m.Item.State != Merged && len(found) < 5 {
			found = append(found, m.Item)
		}
	}
	return publicOnes(found), nil
}

func publicOnes(all []Proposal) []Proposal {
	for i := range all {
		all[i] = all[i].Public()
	}
	return all
}

// match scores the proposals of an edition by the words they hold, in the order
// they were put forward among equals.
func (s *Service) match(ctx context.Context, edition string, words []string) ([]fold.Ranked[Proposal], error) {
	holding := func(w string) ([]Proposal, error) {
		page, err := s.proposals.Find(ctx, store.Query{Index: "words", Equal: []any{edition + "|" + w}, Desc: true, Limit: perWord})
		return page.Items, err
	}
	return fold.Rank(words, perWord, holding, func(p Proposal) string { return p.ID }, func(a, b Proposal) int { return cmp.Compare(a.Number, b.Number) })
}

// takingPhases are those in which proposals come in from the counter and from
// forums.
var takingPhases = PhaseSet{Proposing, Moderating}
