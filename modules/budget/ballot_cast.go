package budget

import (
	"context"
	"slices"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

var (
	errVoteOver    = fault.New(fault.Conflict, "The vote is over, or has not begun.")
	errNoDraft     = fault.New(fault.Conflict, "There is no ballot to confirm. Fill it in first.")
	errOnPaper     = fault.New(fault.Conflict, "You vote on paper or at a counter: you were ticked off there, so there is no further ballot for you here.")
	errFinal       = fault.New(fault.Conflict, "You have voted. In this vote a ballot that is confirmed is final.")
	errNotEligible = fault.New(fault.Forbidden, "You cannot vote in this budget.")
	errNotOnline   = fault.New(fault.Conflict, "In this vote one does not vote online.")
)

// Standing is where somebody stands in a vote.
type Standing struct {
	Edition   Edition
	Reasons   []Ineligible // why they may not vote; none when they may
	Channel   Channel      // how they voted, "" when they did not
	Draft     *Choice      // filled in and not confirmed
	Ballot    *Choice      // what they voted online, while the vote runs
	Receipt   Receipt      // of it
	MayChange bool         // they voted online and may vote anew
}

// Voted reports whether the person is on the roll.
func (st Standing) Voted() bool { return st.Channel != "" }

// Standing returns where an actor stands in a running vote. Faults as of urn,
// SignIn for somebody unknown.
func (s *Service) Standing(ctx context.Context, who auth.Actor, id string) (Standing, error) {
	u, person, err := s.voting(ctx, who, id)
	if err != nil {
		return Standing{}, err
	}
	st := Standing{Edition: u.edition, Reasons: u.edition.Rules.Voters.Judge(u.edition.Authority, person)}
	if st.Channel, err = s.rolled(ctx, u, person.ID); err != nil {
		return st, err
	}
	if b, err := s.ballots.Get(ctx, u.secret.key(id, keyOfBallot, person.ID)); err == nil && !b.Void {
		st.Ballot, st.Receipt, st.MayChange = &b.Choice, b.Receipt(), u.edition.Rules.Ballot.MayChange
	} else if err != nil && !isNotFound(err) {
		return st, fault.Wrap("budget.Standing", err)
	}
	d, err := s.drafts.Get(ctx, u.secret.key(id, keyOfDraft, person.ID))
	if err == nil && (st.Ballot == nil || !st.Ballot.same(d.Choice)) {
		st.Draft = &d.Choice
	}
	return st, fault.Wrap("budget.Standing", ignoreGone(err))
}

// rolled returns by which channel a person is on the roll, "" when by none.
func (s *Service) rolled(ctx context.Context, u runningUrn, person string) (Channel, error) {
	v, err := s.roll.Get(ctx, u.secret.key(u.edition.ID, keyOfVoter, person))
	if isNotFound(err) {
		return "", nil
	}
	return v.Channel, fault.Wrap("budget.rolled", err)
}

// voting returns what an act of a voter needs.
func (s *Service) voting(ctx context.Context, who auth.Actor, id string) (runningUrn, Person, error) {
	if !who.SignedIn() {
		return runningUrn{}, Person{}, errSignIn
	}
	u, err := s.urn(ctx, id)
	if err != nil {
		return u, Person{}, err
	}
	if !u.edition.Open(Voting, s.Clock.Now()) {
		return u, Person{}, errVoteOver
	}
	p, err := s.People.Person(ctx, who.PersonID)
	return u, p, fault.Wrap("budget.voting", err)
}

// FillIn keeps a choice as the actor's draft: it is not a ballot until it is
// confirmed. What is wrong with it is returned with Settle's words; the draft is
// kept all the same, so that nothing is typed twice.
func (s *Service) FillIn(ctx context.Context, who auth.Actor, id string, c Choice) (Choice, *Problem, error) {
	u, person, err := s.mayVote(ctx, who, id)
	if err != nil {
		return c, nil, err
	}
	settled, wrong := u.edition.Settle(c)
	if len(settled.Picks) > MaxProjects {
		return c, wrong, fault.New(fault.TooLarge, "")
	}
	key := u.secret.key(id, keyOfDraft, person.ID)
	draft := draftDoc{Meta: store.Meta{ID: key}, Edition: id, Choice: settled}
	err = s.drafts.Insert(ctx, draft)
	if _, taken := store.Taken(err); taken {
		_, err = s.drafts.Update(ctx, key, func(d *draftDoc) error {
			d.Choice = settled
			return nil
		})
	}
	if err != nil {
		return settled, wrong, fault.Wrap("budget.FillIn", err)
	}
	return settled, wrong, fault.Wrap("budget.FillIn", s.remindLater(ctx, u.edition, person.ID))
}

// mayVote is voting for somebody who may vote and has not done so for good.
func (s *Service) mayVote(ctx context.Context, who auth.Actor, id string) (runningUrn, Person, error) {
	u, person, err := s.voting(ctx, who, id)
	if err != nil {
		return u, person, err
	}
	if !u.edition.Takes(Online) {
		return u, person, errNotOnline
	}
	if len(u.edition.Rules.Voters.Judge(u.edition.Authority, person)) > 0 {
		return u, person, errNotEligible
	}
	channel, err := s.rolled(ctx, u, person.ID)
	switch {
	case err != nil:
		return u, person, err
	case channel != "" && channel != Online:
		return u, person, errOnPaper
	case channel == Online && !u.edition.Rules.Ballot.MayChange:
		if _, err := s.ballots.Get(ctx, u.secret.key(id, keyOfBallot, person.ID)); !isNotFound(err) {
			return u, person, errFinal
		}
	}
	return u, person, nil
}

// Confirm puts the actor's draft into the urn and returns the receipt, once
// roll, ballot and log are durable. Confirming again, at once or a thousand
// times, is the same ballot with the same receipt. Faults: Conflict (the vote is
// over, nothing was filled in, the ballot is final, voted on paper), Forbidden
// (not eligible), Invalid (the draft cannot be a ballot).
func (s *Service) Confirm(ctx context.Context, who auth.Actor, id string) (Receipt, error) {
	u, person, err := s.voting(ctx, who, id)
	if err != nil {
		return Receipt{}, err
	}
	draft, err := s.drafts.Get(ctx, u.secret.key(id, keyOfDraft, person.ID))
	if isNotFound(err) {
		return s.already(ctx, u, person.ID)
	}
	if err != nil {
		return Receipt{}, fault.Wrap("budget.Confirm", err)
	}
	if _, _, err := s.mayVote(ctx, who, id); err != nil {
		if r, done := s.already(ctx, u, person.ID); done == nil && fault.Is(err, fault.Conflict) {
			return r, nil
		}
		return Receipt{}, err
	}
	choice, wrong := u.edition.Settle(draft.Choice)
	if wrong != nil {
		return Receipt{}, broken([]Problem{*wrong})
	}
	r, err := s.cast(ctx, u, person, choice)
	if err != nil {
		return r, err
	}
	s.confirmed(ctx, draft, id, person.ID)
	return r, nil
}

// already returns the receipt of the ballot that a person has in the urn.
func (s *Service) already(ctx context.Context, u runningUrn, person string) (Receipt, error) {
	b, err := s.ballots.Get(ctx, u.secret.key(u.edition.ID, keyOfBallot, person))
	if isNotFound(err) {
		return Receipt{}, errNoDraft
	}
	if err != nil {
		return Receipt{}, fault.Wrap("budget.already", err)
	}
	return b.Receipt(), fault.Wrap("budget.already", s.log(ctx, b))
}

// confirmed takes away what a confirmed ballot needs no more. What fails is
// deleted when the vote ends.
func (s *Service) confirmed(ctx context.Context, d draftDoc, edition, person string) {
	ctx = context.WithoutCancel(ctx)
	if err := ignoreGone(s.drafts.Delete(ctx, d.ID)); err != nil {
		s.Log.Error("a draft of a ballot is left until the vote ends", "edition", edition, "err", err)
	}
	if err := ignoreGone(s.reminders.Delete(ctx, reminderID(edition, person))); err != nil {
		s.Log.Error("a reminder is left until the vote ends", "edition", edition, "err", err)
	}
}

// cast makes roll, ballot and leaf durable, in this order: a crash in between
// leaves somebody on the roll who can go on, or a ballot that is brought into
// the log later. It is never the other way round.
func (s *Service) cast(ctx context.Context, u runningUrn, person Person, c Choice) (Receipt, error) {
	e, now := u.edition, s.Clock.Now()
	group := VoterGroup{Age: AgeBand(now.In(e.Zone()).Year(), person.BirthYear), Sex: person.Sex}
	v := Voter{Meta: store.Meta{ID: u.secret.key(e.ID, keyOfVoter, person.ID)}, Edition: e.ID, Channel: Online, Day: dayOf(e, now), Area: c.Area, Voter: group}
	err := s.onRoll.Insert(ctx, v)
	if _, taken := store.Taken(err); taken {
		var channel Channel
		if channel, err = s.rolled(ctx, u, person.ID); err == nil && channel != Online {
			return Receipt{}, errOnPaper
		}
	}
	if err != nil {
		return Receipt{}, fault.Wrap("budget.cast", err)
	}
	b := Ballot{Meta: store.Meta{ID: u.secret.key(e.ID, keyOfBallot, person.ID)}, Edition: e.ID, Channel: Online, Day: dayOf(e, now), Choice: c, Voter: group, Nonce: s.Ident.Bytes(32)}
	if b.Leaf, err = b.commitment(); err != nil {
		return Receipt{}, fault.Wrap("budget.cast", err)
	}
	b.Sums = b.counted()
	err = s.inUrn.Insert(ctx, b)
	if _, taken := store.Taken(err); taken {
		b, err = s.replace(ctx, u, b)
	}
	if err != nil {
		return Receipt{}, fault.Wrap("budget.cast", err)
	}
	return b.Receipt(), fault.Wrap("budget.cast", s.log(ctx, b))
}

// replace puts a ballot in the place of the one that is in the urn. One that
// says the same stays; where ballots are final, the first does. The leaf of the
// one that goes is in the log before it goes.
func (s *Service) replace(ctx context.Context, u runningUrn, next Ballot) (Ballot, error) {
	return s.ballots.Update(ctx, next.ID, func(b *Ballot) error {
		if b.same(next.Choice) || !u.edition.Rules.Ballot.MayChange {
			return store.ErrUnchanged
		}
		if err := s.log(ctx, *b); err != nil {
			return err
		}
		sums := map[string]int64{}
		b.addGroups(sums, -1)
		next.addGroups(sums, 1)
		former := append(slices.Clone(b.Former), b.Leaf)
		meta := b.Meta
		*b = next
		b.Meta, b.Former, b.Sums = meta, former, sums
		return nil
	})
}

// Reminders.

const (
	jobRemind     = "budget.remind"
	remindAfter   = 3 * time.Hour
	remindBefore  = 24 * time.Hour // before the vote ends
	remindersEach = 2
)

func reminderID(edition, person string) string { return edition + "|" + person }

type reminderJob struct {
	Edition string `bson:"edition"`
	Person  string `bson:"person"`
	Last    bool   `bson:"last"`
}

// remindLater notes that a ballot was begun. Safe to repeat.
func (s *Service) remindLater(ctx context.Context, e Edition, person string) error {
	now := s.Clock.Now()
	err := s.reminders.Insert(ctx, reminderDoc{Meta: store.Meta{ID: reminderID(e.ID, person)}, Edition: e.ID, Person: person, At: now, Due: now.Add(remindAfter)})
	if _, taken := store.Taken(err); taken {
		return nil
	}
	return err
}

// sweepReminders has those told who began and did not confirm: some hours
// later, and once more on the last day.
func (s *Service) sweepReminders(ctx context.Context) error {
	now := s.Clock.Now()
	return s.reminders.Each(ctx, store.Query{Index: "due", To: now}, func(r reminderDoc) error {
		e, err := s.Edition(ctx, auth.System, r.Edition)
		if err != nil {
			return err
		}
		if !e.Open(Voting, now) {
			return nil // deleted when the urn is closed
		}
		last := e.EndsAt().Add(-remindBefore)
		key := r.ID + "|" + e.EndsAt().Format(time.RFC3339)
		if r.Sent > 0 {
			key += "|last"
		}
		if err := s.enqueueReminder(ctx, key, reminderJob{Edition: r.Edition, Person: r.Person, Last: r.Sent > 0}); err != nil {
			return err
		}
		_, err = s.reminders.Update(ctx, r.ID, func(d *reminderDoc) error {
			d.Sent++
			d.Due = last
			if d.Sent >= remindersEach || !last.After(now) {
				d.Due = e.EndsAt().AddDate(100, 0, 0) // no more
			}
			return nil
		})
		return ignoreGone(err)
	})
}

// Unconfirmed returns the running editions in which a person began a ballot and
// did not confirm it, for the person's own space.
func (s *Service) Unconfirmed(ctx context.Context, person string) ([]Edition, error) {
	page, err := s.reminders.Find(ctx, store.Query{Index: "person", Equal: []any{person}, Limit: 10})
	if err != nil {
		return nil, fault.Wrap("budget.Unconfirmed", err)
	}
	var running []Edition
	for _, r := range page.Items {
		e, err := s.Edition(ctx, auth.System, r.Edition)
		if err != nil {
			return nil, err
		}
		if e.Open(Voting, s.Clock.Now()) {
			running = append(running, e.Public())
		}
	}
	return running, nil
}
