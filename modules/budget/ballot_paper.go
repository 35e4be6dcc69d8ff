package budget

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/store"
)

// BatchState is where a batch of paper ballots stands.
type BatchState string

// The states of a batch.
const (
	BatchEntered   BatchState = "entered"   // by one agent; waits for another
	BatchConfirmed BatchState = "confirmed" // by another: in the urn
	BatchReturned  BatchState = "returned"  // by the other, with a note
)

// BatchStates are all states of a batch.
var BatchStates = []BatchState{BatchEntered, BatchReturned, BatchConfirmed}

// Batch is a stack of paper ballots of one area, copied by one agent and
// confirmed by another. It knows nothing of who filled them in.
type Batch struct {
	store.Meta  `bson:",inline"`
	Edition     string        `bson:"edition"`
	Authority   string        `bson:"authority"`
	Channel     Channel       `bson:"channel"` // Paper or Counter
	Area        string        `bson:"area"`
	Place       string        `bson:"place"` // polling place, in the agent's words
	State       BatchState    `bson:"state"`
	Typed       string        `bson:"typed"` // as the agent typed it: a line for each ballot
	Ballots     []Choice      `bson:"ballots"`
	EnteredBy   string        `bson:"entered_by"`
	EnteredAt   time.Time     `bson:"entered_at"`
	ConfirmedBy string        `bson:"confirmed_by,omitempty"`
	Note        string        `bson:"note,omitempty"` // of who returned it
	Poured      bool          `bson:"poured"`         // all its ballots are in urn and log
	History     []audit.Entry `bson:"history,omitempty"`
}

// BatchAct is something that is done to a batch.
type BatchAct string

// The acts on a batch. Their values stand in the audit as "batch." + act.
const (
	BatchEnter   BatchAct = "enter"   // creates it; not a move
	BatchCorrect BatchAct = "correct" // by who entered it
	BatchConfirm BatchAct = "confirm" // by another
	BatchReturn  BatchAct = "return"  // by another, with a note
)

// BatchActs are all acts on a batch that exists.
var BatchActs = []BatchAct{BatchCorrect, BatchConfirm, BatchReturn}

// MaxBatch is the most ballots in one batch: what two people can compare in one go.
const MaxBatch = 100

// batchMoves is the one table of who may move a batch where. Own says whether
// the act is for who entered it; otherwise it is for anybody else.
var batchMoves = []struct {
	Act  BatchAct
	From []BatchState
	By   []auth.Role
	Own  bool
	To   BatchState
}{
	{BatchCorrect, []BatchState{BatchEntered, BatchReturned}, agents, true, BatchEntered},
	{BatchConfirm, []BatchState{BatchEntered}, agents, false, BatchConfirmed},
	{BatchReturn, []BatchState{BatchEntered}, agents, false, BatchReturned},
}

// agents are the roles that handle paper ballots.
var agents = []auth.Role{auth.Officer, auth.FrontDesk, auth.Facilitator}

var (
	errOwnBatch = fault.New(fault.Forbidden, "Somebody else than the one who copied the ballots must compare them with the paper.")
	errNotOwn   = fault.New(fault.Forbidden, "Only who copied these ballots can correct them.")
	errNoBatch  = fault.New(fault.NotFound, "There is no such batch of ballots.")
	errBatch    = fault.New(fault.Conflict, "This batch is closed.")
	errTooMany  = fault.New(fault.Conflict, "There are more ballots than people who were ticked off. Tick off first who voted.")
)

// NextBatch returns the state to which an act by an actor leads a batch.
func (b Batch) NextBatch(act BatchAct, who auth.Actor) (BatchState, error) {
	if !who.Holds(b.Authority, agents...) {
		return "", errNotYours
	}
	for _, m := range batchMoves {
		if m.Act != act {
			continue
		}
		switch {
		case !slices.Contains(m.From, b.State):
			return "", errBatch
		case m.Own && who.PersonID != b.EnteredBy:
			return "", errNotOwn
		case !m.Own && who.PersonID == b.EnteredBy:
			return "", errOwnBatch
		}
		return m.To, nil
	}
	return "", errNotYours
}

// Mark is what an agent says of somebody who votes on paper or at a counter.
type Mark struct {
	Channel Channel
	Number  string // national identity number, as typed
	Area    string // where the ballots are per area
	Birth   int    // year, from the card; 0 when not said
	Sex     string
}

// TickOff puts somebody on the roll who votes on paper or at a counter: from now on
// there is no other ballot for this person, in whatever way. The number is
// looked up and not kept here. Conflict when the person is on the roll already.
func (s *Service) TickOff(ctx context.Context, who auth.Actor, id string, m Mark) error {
	u, err := s.desk(ctx, who, id)
	if err != nil {
		return err
	}
	e := u.edition
	if m.Channel != Paper && m.Channel != Counter || !e.Takes(m.Channel) {
		return fault.New(fault.Invalid, "Choose how the person votes.")
	}
	area, ok := e.BallotArea(m.Area)
	if !ok {
		return fault.New(fault.Invalid, "Choose the area in which the person votes.")
	}
	if min := e.Rules.Voters.MinAge; min > 0 && m.Birth > 0 && e.Rules.Voters.AgeOn.Year()-m.Birth < min {
		return fault.New(fault.Invalid, "This person is too young for this vote.")
	}
	person, err := s.Numbers.Elector(ctx, e.Country, m.Number, e.EndsAt())
	if err != nil {
		return fault.Wrap("budget.TickOff", err)
	}
	now := s.Clock.Now()
	v := Voter{Meta: store.Meta{ID: u.secret.key(id, keyOfVoter, person)}, Edition: id, Channel: m.Channel, Day: dayOf(e, now), Area: area,
		Voter: VoterGroup{Age: AgeBand(now.In(e.Zone()).Year(), m.Birth), Sex: m.Sex}}
	err = s.onRoll.Insert(ctx, v)
	if _, taken := store.Taken(err); taken {
		return s.tickedAlready(ctx, u, person)
	}
	if err != nil {
		return fault.Wrap("budget.TickOff", err)
	}
	if err := s.countMark(ctx, v); err != nil {
		s.Log.Error("a mark is on the roll and not counted yet", "edition", id, "err", err) // counted anew by the next recount
	}
	return nil
}

func (s *Service) tickedAlready(ctx context.Context, u runningUrn, person string) error {
	channel, err := s.rolled(ctx, u, person)
	switch {
	case err != nil:
		return err
	case channel == Online:
		return fault.New(fault.Conflict, "This person has voted online.")
	}
	return fault.New(fault.Conflict, "This person was ticked off already.")
}

// countMark adds a voter on paper to the urn's marks. One at a time in this
// process: there are as many desks as there are agents, not as voters.
func (s *Service) countMark(ctx context.Context, v Voter) error {
	s.votes.marking.Lock()
	defer s.votes.marking.Unlock()
	_, err := s.urns.Update(ctx, v.Edition, func(u *urnDoc) error {
		if u.Marks == nil {
			u.Marks = map[string]int64{}
		}
		v.mark(u.Marks)
		return nil
	})
	return err
}

// mark counts a voter on paper.
func (v Voter) mark(marks map[string]int64) {
	marks[sumName("channel", string(v.Channel))]++
	for what, of := range map[string]string{"area": v.Area, "age": v.Voter.Age, "sex": v.Voter.Sex} {
		if of != "" {
			marks[sumName(what, of)]++
		}
	}
}

// recountMarks counts the people on paper anew.
func (s *Service) recountMarks(ctx context.Context, id string) error {
	counted, err := s.countMarks(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.urns.Update(ctx, id, func(u *urnDoc) error {
		u.Marks = counted
		return nil
	})
	return err
}

func (s *Service) countMarks(ctx context.Context, id string) (map[string]int64, error) {
	counted := map[string]int64{}
	for _, channel := range []Channel{Paper, Counter} {
		if err := s.roll.Each(ctx, store.Query{Index: "edition", Equal: []any{id, string(channel)}}, func(v Voter) error {
			v.mark(counted)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return counted, nil
}

// desk is urn for an agent of the authority, while the vote runs.
func (s *Service) desk(ctx context.Context, who auth.Actor, id string) (runningUrn, error) {
	u, err := s.urn(ctx, id)
	if err != nil {
		return u, err
	}
	if !who.Holds(u.edition.Authority, agents...) {
		return u, errNotYours
	}
	if u.edition.Phase != Voting {
		return u, errVoteOver
	}
	return u, nil
}

// ReadBallots reads what an agent typed: a line for each ballot with the numbers
// of the projects; for points "3=5", the project's number and its points; in the
// order of preference for a ranking; "0" or "-" for a blank ballot. It returns
// the mistake of each line that is none, by its number from 1.
func (e Edition) ReadBallots(area, typed string) (ballots []Choice, wrong map[int]*Problem) {
	wrong = map[int]*Problem{}
	numbers := map[string]string{}
	for _, p := range e.OnBallot(area) {
		numbers[strconv.FormatInt(p.Number, 10)] = p.ID
	}
	for i, line := range strings.Split(strings.TrimRight(typed, "\n "), "\n") {
		words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '\t' || r == '،' })
		c, m := e.readBallot(area, words, numbers)
		if m == nil {
			c, m = e.Settle(c)
		}
		if m != nil {
			wrong[i+1] = m
			continue
		}
		ballots = append(ballots, c)
	}
	return ballots, wrong
}

func (e Edition) readBallot(area string, words []string, numbers map[string]string) (Choice, *Problem) {
	c := Choice{Area: area}
	if len(words) == 0 {
		return c, mistake(i18n.Msg("The line is empty: write 0 for a blank ballot."))
	}
	if len(words) == 1 && (words[0] == "0" || words[0] == "-") {
		c.Blank = true
		return c, nil
	}
	for place, word := range words {
		number, points, given := strings.Cut(word, "=")
		id, known := numbers[number]
		if !known {
			return c, mistake(i18n.Msg("There is no project {number} on this ballot."), "number", number)
		}
		n := int64(1)
		switch e.Rules.Ballot.Kind {
		case Ranking:
			n = int64(place + 1)
		case Points:
			var err error
			if n, err = strconv.ParseInt(points, 10, 32); err != nil || !given || n < 1 {
				return c, mistake(i18n.Msg("Write project and points with “=” between, such as {example}."), "example", "3=5")
			}
		}
		c.Picks = append(c.Picks, Pick{Project: id, N: n})
	}
	return c, nil
}

// EnterBatch keeps a batch that an agent copied. id makes a repeated post the
// same. Invalid when a line is no ballot: ReadBallots says which.
func (s *Service) EnterBatch(ctx context.Context, who auth.Actor, edition string, b Batch) (Batch, error) {
	u, err := s.desk(ctx, who, edition)
	if err != nil {
		return b, err
	}
	if b, err = s.readBatch(u.edition, b); err != nil {
		return b, err
	}
	b.Edition, b.Authority, b.State = edition, u.edition.Authority, BatchEntered
	b.EnteredBy, b.EnteredAt = who.PersonID, s.Clock.Now()
	s.recordBatch(&b, who, BatchEnter, "")
	err = s.batches.Insert(ctx, b)
	if _, taken := store.Taken(err); taken {
		return s.Batch(ctx, who, b.ID)
	}
	if err != nil {
		return b, fault.Wrap("budget.EnterBatch", err)
	}
	s.moved(ctx, WaitingBallots, b.ID)
	return b, s.Audit.Record(ctx, b.History...)
}

func (s *Service) readBatch(e Edition, b Batch) (Batch, error) {
	if b.Channel != Paper && b.Channel != Counter || !e.Takes(b.Channel) {
		return b, fault.New(fault.Invalid, "Choose where the ballots come from.")
	}
	area, ok := e.BallotArea(b.Area)
	if !ok {
		return b, fault.New(fault.Invalid, "Choose the area of these ballots.")
	}
	ballots, wrong := e.ReadBallots(area, b.Typed)
	if len(wrong) > 0 || len(ballots) == 0 {
		return b, fault.New(fault.Invalid, "Some lines are no ballots.")
	}
	if len(ballots) > MaxBatch {
		return b, fault.New(fault.Invalid, "A batch has {n} ballots at most. Make two of it.", "n", MaxBatch)
	}
	b.Area, b.Ballots = area, ballots
	return b, nil
}

func (s *Service) recordBatch(b *Batch, who auth.Actor, act BatchAct, note string) {
	b.History = audit.Append(b.History, audit.Entry{
		Subject: "budget:" + b.Edition, Authority: b.Authority, Act: "batch." + string(act), ActorID: who.PersonID, ActorRole: who.RoleIn(b.Authority),
		At: s.Clock.Now(), Reason: note, Details: map[string]string{"batch": b.ID, "ballots": strconv.Itoa(len(b.Ballots))},
	})
}

// Batch returns a batch for the authority's agents.
func (s *Service) Batch(ctx context.Context, who auth.Actor, id string) (Batch, error) {
	b, err := s.batches.Get(ctx, id)
	if isNotFound(err) || err == nil && !who.Holds(b.Authority, agents...) {
		return Batch{}, errNoBatch
	}
	return b, fault.Wrap("budget.Batch", err)
}

// Batches pages through the batches of an edition, the newest first.
func (s *Service) Batches(ctx context.Context, who auth.Actor, edition, after string) (List[Batch], error) {
	e, err := s.Edition(ctx, who, edition)
	if err != nil {
		return List[Batch]{}, err
	}
	if !who.Holds(e.Authority, agents...) {
		return List[Batch]{}, errNotYours
	}
	page, err := s.batches.Find(ctx, store.Query{Index: "edition", Equal: []any{edition}, Desc: true, After: after, Limit: 20})
	return page, fault.Wrap("budget.Batches", err)
}

// CorrectBatch replaces what was typed.
func (s *Service) CorrectBatch(ctx context.Context, who auth.Actor, id, typed string) (Batch, error) {
	return s.moveBatch(ctx, who, id, BatchCorrect, "", func(e Edition, b *Batch) (err error) {
		b.Typed, b.Note = typed, ""
		*b, err = s.readBatch(e, *b)
		return err
	})
}

// ReturnBatch sends a batch back to who entered it.
func (s *Service) ReturnBatch(ctx context.Context, who auth.Actor, id, note string) (Batch, error) {
	return s.moveBatch(ctx, who, id, BatchReturn, note, func(_ Edition, b *Batch) error {
		b.Note = note
		return nil
	})
}

// ConfirmBatch puts the ballots of a batch into the urn. Their ids follow from
// the batch, so that a repeat adds nothing. Conflict when there would be more
// ballots of a channel than people ticked off.
func (s *Service) ConfirmBatch(ctx context.Context, who auth.Actor, id string) (Batch, error) {
	b, err := s.moveBatch(ctx, who, id, BatchConfirm, "", func(e Edition, b *Batch) error {
		return s.enoughMarks(ctx, *b)
	})
	if err != nil && !(fault.Is(err, fault.Conflict) && b.State == BatchConfirmed && b.ConfirmedBy == who.PersonID) {
		return b, err
	}
	return b, s.pour(ctx, b)
}

func (s *Service) moveBatch(ctx context.Context, who auth.Actor, id string, act BatchAct, note string, change func(Edition, *Batch) error) (Batch, error) {
	b, err := s.Batch(ctx, who, id)
	if err != nil {
		return b, err
	}
	u, err := s.desk(ctx, who, b.Edition)
	if err != nil {
		return b, err
	}
	after, err := s.batches.Update(ctx, id, func(b *Batch) error {
		to, err := b.NextBatch(act, who)
		if err != nil {
			return err
		}
		if err := change(u.edition, b); err != nil {
			return err
		}
		b.State = to
		if to == BatchConfirmed {
			b.ConfirmedBy = who.PersonID
		}
		s.recordBatch(b, who, act, note)
		return nil
	})
	if err != nil {
		return b, fault.Wrap("batch."+string(act), err)
	}
	s.moved(ctx, WaitingBallots, id)
	return after, s.Audit.Record(ctx, after.History...)
}

// enoughMarks refuses more ballots of a channel than people ticked off.
func (s *Service) enoughMarks(ctx context.Context, b Batch) error {
	marks, err := s.countMarks(ctx, b.Edition)
	if err != nil {
		return err
	}
	n := int64(len(b.Ballots))
	if err := s.batches.Each(ctx, store.Query{Index: "state", Equal: []any{b.Edition, string(BatchConfirmed)}}, func(o Batch) error {
		if o.Channel == b.Channel && o.ID != b.ID {
			n += int64(len(o.Ballots))
		}
		return nil
	}); err != nil {
		return err
	}
	if n > marks[sumName("channel", string(b.Channel))] {
		return errTooMany
	}
	return nil
}

// pourLeft finishes the batches that were confirmed and not poured when a
// program died.
func (s *Service) pourLeft(ctx context.Context, e Edition) error {
	return s.batches.Each(ctx, store.Query{Index: "state", Equal: []any{e.ID, string(BatchConfirmed), false}}, func(b Batch) error { return s.pour(ctx, b) })
}

// pour puts the ballots of a confirmed batch into urn and log. Safe to repeat.
func (s *Service) pour(ctx context.Context, b Batch) error {
	if b.Poured {
		return nil
	}
	u, err := s.urn(ctx, b.Edition)
	if err != nil {
		return err
	}
	for i, c := range b.Ballots {
		ballot := Ballot{Meta: store.Meta{ID: u.secret.key(b.Edition, keyOfPaper, b.ID+"|"+strconv.Itoa(i))}, Edition: b.Edition, Channel: b.Channel,
			Day: dayOf(u.edition, b.EnteredAt), Choice: c, Nonce: s.Ident.Bytes(32)}
		if ballot.Leaf, err = ballot.commitment(); err != nil {
			return fault.Wrap("budget.pour", err)
		}
		ballot.Sums = map[string]int64{"ballots": 1, sumName("channel", string(b.Channel)): 1}
		err := s.inUrn.Insert(ctx, ballot)
		if _, taken := store.Taken(err); taken {
			ballot, err = s.ballots.Get(ctx, ballot.ID)
		}
		if err != nil {
			return fault.Wrap("budget.pour", err)
		}
		if err := s.log(ctx, ballot); err != nil {
			return err
		}
	}
	_, err = s.batches.Update(ctx, b.ID, func(b *Batch) error { b.Poured = true; return nil })
	return fault.Wrap("budget.pour", err)
}
