package budget

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
)

// allowedOn says which roles may do which act on an edition in which phases: the
// test's own account of the table, so that a change there is decided twice. The
// edition has every phase of the calendar.
func allowedOn(act EditionAct, p Phase, r Role) bool {
	running := !slices.Contains([]Phase{Drafting, Closed, Cancelled}, p)
	switch act {
	case ActSetUp:
		return r == AsOfficer && (p == Drafting || slices.Index(Phases, p) < slices.Index(Phases, Voting))
	case ActDiscard, ActAnnounce:
		return r == AsOfficer && p == Drafting
	case ActCalendar:
		return r == AsOfficer && running && p != Voting
	case ActEnter:
		return (r == AsOfficer || r == AsSystem) && running && !slices.Contains([]Phase{Costing, Voting, Accounting}, p)
	case ActFreeze:
		return (r == AsOfficer || r == AsSystem) && p == Costing
	case ActEndVote:
		return r == AsSystem && p == Voting
	case ActFinish:
		return (r == AsOfficer || r == AsPresident) && p == Accounting
	case ActCancel:
		return (r == AsOfficer || r == AsPresident) && (running || p == Drafting)
	case ActDecide:
		return (r == AsOfficer || r == AsPresident) && slices.Contains([]Phase{Deliberating, Executing, Accounting}, p)
	}
	return false
}

func TestEveryPhaseActAndRoleIsDecided(t *testing.T) {
	w := newWorld(t)
	e := w.draft(SingleBallot, nil)
	for _, p := range Phases {
		for _, act := range EditionActs {
			for _, r := range BudgetRoles {
				e.Phase = p
				to, as, err := e.Next(act, r)
				if got, want := err == nil, allowedOn(act, p, r); got != want {
					t.Errorf("%s in %s by %s: %v", act, p, r, err)
				} else if got && (as != r || to == "" || to == toNext) {
					t.Errorf("%s in %s by %s leads to %q as %q", act, p, r, to, as)
				}
			}
		}
	}
}

func TestAForeignRoleMayDoNothing(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	draft := w.draft(SingleBallot, nil)
	for _, who := range []auth.Actor{{}, salma, stranger, admin, agent, facilitator, desk} {
		_, err := w.Begin(w.ctx, who, town, SingleBallot, "")
		w.refuses(err, fault.Forbidden, who.PersonID+" begins")
		_, err = w.Enter(w.ctx, who, e.ID, Proposing, "because")
		w.refuses(err, fault.Forbidden, who.PersonID+" moves")
		_, err = w.Cancel(w.ctx, who, e.ID, "because")
		w.refuses(err, fault.Forbidden, who.PersonID+" cancels")
	}
	for _, who := range []auth.Actor{{}, salma, stranger, admin} {
		_, err := w.Edition(w.ctx, who, draft.ID)
		w.refuses(err, fault.NotFound, who.PersonID+" sees a draft")
	}
}

func TestATemplateCanBeAnnouncedOnceTitleAndMoneyAreGiven(t *testing.T) {
	for _, template := range Templates {
		w := newWorld(t)
		e := w.draft(template, nil)
		if problems := e.AllProblems(); len(problems) > 0 {
			t.Errorf("%s: %v", template, problems)
		}
		if !e.Calendar.InOrder() || e.Calendar[0].From.Before(start) {
			t.Errorf("%s: the calendar begins %v", template, e.Calendar[0].From)
		}
		e = must[Edition](w)(w.Announce(w.ctx, officer, e.ID))
		if again := must[Edition](w)(w.Announce(w.ctx, officer, e.ID)); e.Phase != Informing || len(again.History) != len(e.History) {
			t.Errorf("%s: announced to %s, twice", template, e.Phase)
		}
		w.sound()
	}
}

func TestWhatIsWrongWithAnEditionIsSaidAndKeepsItFromBeingAnnounced(t *testing.T) {
	for name, break_ := range map[string]func(*Edition){
		"areas do not add up":           func(e *Edition) { e.Rules.Areas[0].Envelope++ },
		"no envelope":                   func(e *Edition) { e.Rules.Envelope = 0 },
		"an envelope below zero":        func(e *Edition) { e.Rules.Envelope = -5 },
		"two areas of one key":          func(e *Edition) { e.Rules.Areas[1].Key = "north" },
		"an area without money":         func(e *Edition) { e.Rules.Areas[1].Envelope, e.Rules.Areas[0].Envelope = 0, 1_000_000_000 },
		"earmarks above the whole":      func(e *Edition) { e.Rules.Earmarks = []Earmark{{"women", 60}, {"youth", 50}} },
		"an earmark of nothing":         func(e *Edition) { e.Rules.Earmarks = []Earmark{{"women", 0}} },
		"no title":                      func(e *Edition) { e.Texts = nil },
		"a title too long":              func(e *Edition) { e.Texts["ar"] = EditionText{Title: strings.Repeat("ا", MaxTitle+1)} },
		"a year gone by":                func(e *Edition) { e.Year = 2020 },
		"phases that overlap":           func(e *Edition) { e.Calendar[1].From = e.Calendar[0].To.Add(-time.Hour) },
		"a phase that ends first":       func(e *Edition) { e.Calendar[2].To = e.Calendar[2].From },
		"no vote":                       func(e *Edition) { e.Calendar = slices.Delete(e.Calendar, 5, 6) },
		"phases in the wrong order":     func(e *Edition) { e.Calendar[0].Phase, e.Calendar[1].Phase = e.Calendar[1].Phase, e.Calendar[0].Phase },
		"no channel":                    func(e *Edition) { e.Rules.Channels = nil },
		"an age without its day":        func(e *Edition) { e.Rules.Voters.AgeOn = time.Time{} },
		"a toddler":                     func(e *Edition) { e.Rules.Voters.MinAge = 3 },
		"a ballot of no kind":           func(e *Edition) { e.Rules.Ballot.Kind = "thumbs" },
		"fewer than the least":          func(e *Edition) { e.Rules.Ballot.Min = 9 },
		"more points on one than all":   func(e *Edition) { e.Rules.Ballot.Kind, e.Rules.Ballot.PointsEach = Points, 11 },
		"a rule nobody knows":           func(e *Edition) { e.Rules.Tally.Rule = "mes_by_moonlight" },
		"a tie order nobody knows":      func(e *Edition) { e.Rules.Tally.Tie = "beauty" },
		"a step below zero":             func(e *Edition) { e.Rules.Tally.Step = -1 },
		"no service":                    func(e *Edition) { e.Departments = nil },
		"delegates without a criterion": func(e *Edition) { e.Rules.Selection, e.Rules.Criteria = ByDelegates, nil },
	} {
		w := newWorld(t)
		e := w.draft(SingleBallot, nil)
		_, err := w.editions.Update(w.ctx, e.ID, func(e *Edition) error { break_(e); return nil })
		w.must(err)
		_, err = w.Announce(w.ctx, officer, e.ID)
		var broken *Broken
		if !errors.As(err, &broken) || len(broken.Problems) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheClockMovesAnEditionAtMidnightOfItsOwnCountry(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Informing)
	proposing, _ := e.Calendar.Stage(Proposing)
	if h, m, s := proposing.From.In(clock.Zone("TN")).Clock(); h+m+s != 0 {
		t.Fatalf("proposing begins at %v", proposing.From)
	}
	w.clock.Set(proposing.From.Add(-time.Millisecond))
	w.must(w.Tick(w.ctx))
	if e = must[Edition](w)(w.Edition(w.ctx, officer, e.ID)); e.Phase != Informing {
		t.Errorf("a moment before midnight it is in %s", e.Phase)
	}
	w.clock.Set(proposing.From)
	w.must(w.Tick(w.ctx))
	if e = must[Edition](w)(w.Edition(w.ctx, officer, e.ID)); e.Phase != Proposing || !e.Open(Proposing, w.clock.Now()) {
		t.Errorf("at midnight it is in %s", e.Phase)
	}
	w.must(w.Tick(w.ctx))
	if again := must[Edition](w)(w.Edition(w.ctx, officer, e.ID)); again.Version != e.Version {
		t.Error("the clock moved it twice")
	}
}

func TestAClockThatWasStoppedCatchesUpThroughEveryPhase(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	costing, _ := e.Calendar.Stage(Costing)
	w.clock.Set(costing.From.Add(time.Hour))
	w.must(w.Tick(w.ctx))
	e = must[Edition](w)(w.Edition(w.ctx, officer, e.ID))
	var entered []string
	for _, h := range e.History {
		if h.Act == "budget.enter" {
			entered = append(entered, h.To)
		}
	}
	if got := strings.Join(entered, " "); got != "proposing moderation feasibility costs" {
		t.Errorf("entered %s", got)
	}
}

// A calendar of whole days keeps midnights through month ends, leap days and
// the changes of Morocco's clock around Ramadan.
func TestStagesBeginAtMidnightThroughMonthEndsAndRamadan(t *testing.T) {
	words, err := ourWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, country := range []string{"TN", "MA"} {
		for _, at := range []time.Time{day(2026, 1, 31), day(2026, 12, 31), day(2027, 1, 15), day(2028, 1, 31)} {
			for _, template := range Templates {
				e := begin(template, Authority{ID: town, Country: country}, at, words)
				for i, s := range e.Calendar {
					if h, m, sec := s.From.In(clock.Zone(country)).Clock(); h+m+sec != 0 {
						t.Errorf("%s %s from %v: %s begins at %v", country, template, at, s.Phase, s.From.In(clock.Zone(country)))
					}
					if i > 0 && !s.From.Equal(e.Calendar[i-1].To) {
						t.Errorf("%s: a gap before %s", template, s.Phase)
					}
				}
				if want := clock.AddMonths(at.In(clock.Zone(country)), 1).Month(); e.Calendar[0].From.In(clock.Zone(country)).Month() != want || e.Calendar[0].From.In(clock.Zone(country)).Day() != 1 {
					t.Errorf("%s from %v begins %v", template, at, e.Calendar[0].From)
				}
			}
		}
	}
}

func TestMovingByHandNeedsAReasonAndChangesTheCalendar(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	_, err := w.Enter(w.ctx, officer, e.ID, Proposing, "  ")
	w.refuses(err, fault.Invalid, "no reason")
	e = must[Edition](w)(w.Enter(w.ctx, officer, e.ID, Proposing, "وصلت كل المقترحات المنتظرة"))
	was, _ := e.Calendar.Stage(Proposing)
	is, _ := e.Calendar.Stage(Moderating)
	if e.Phase != Moderating || !was.To.Equal(w.clock.Now()) || !is.From.Equal(w.clock.Now()) || !e.Calendar.InOrder() {
		t.Errorf("moved to %s with %+v", e.Phase, e.Calendar)
	}
	if again := must[Edition](w)(w.Enter(w.ctx, officer, e.ID, Proposing, "again")); again.Phase != Moderating {
		t.Errorf("a repeated click moved on to %s", again.Phase)
	}
	w.must(w.Tick(w.ctx))
	if e = must[Edition](w)(w.Edition(w.ctx, salma, e.ID)); e.Phase != Moderating || e.Timeline()[len(e.Timeline())-1].Reason == "" {
		t.Error("the clock took it back, or the reason is not public")
	}
}

func TestDatesOfWhatIsOverStayAndThoseToComeCanChangeWithAReason(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Proposing)
	later := slices.Clone(e.Calendar)
	for i := range later {
		if i >= 1 {
			later[i].To = later[i].To.AddDate(0, 0, 7)
		}
		if i >= 2 {
			later[i].From = later[i].From.AddDate(0, 0, 7)
		}
	}
	_, err := w.Reschedule(w.ctx, officer, e.ID, later, "")
	w.refuses(err, fault.Invalid, "no reason")
	e = must[Edition](w)(w.Reschedule(w.ctx, officer, e.ID, later, "بطلب من الجمعيات"))
	changed := slices.Clone(e.Calendar)
	changed[0].To = changed[0].To.AddDate(0, 0, -1)
	_, err = w.Reschedule(w.ctx, officer, e.ID, changed, "why not")
	w.refuses(err, fault.Invalid, "the past changes")
	changed = slices.Clone(e.Calendar)
	changed[1].From = changed[1].From.Add(time.Hour)
	_, err = w.Reschedule(w.ctx, officer, e.ID, changed, "why not")
	w.refuses(err, fault.Invalid, "the beginning of the present changes")
	_, err = w.SetUpStep(w.ctx, officer, e.ID, SetCalendar, func(e *Edition) { e.Calendar = nil })
	w.refuses(err, fault.Conflict, "the calendar goes through the set-up")
}

// voting brings an edition with three feasible projects to the vote.
func (w *world) voting(template Template) (Edition, []Proposal) {
	w.t.Helper()
	e := w.running(template, Proposing)
	var all []Proposal
	for i, area := range []string{"north", "north", "south"} {
		all = append(all, w.published(e, citizen(fmt.Sprintf("author%d", i)), area))
	}
	e = w.until(e, Assessing)
	for i, p := range all {
		all[i] = w.found(p, int64(i+2)*100_000_000)
	}
	return w.until(e, Voting), all
}

func TestOpeningTheVoteFreezesAndPublishesTheRules(t *testing.T) {
	w := newWorld(t)
	e, all := w.voting(SingleBallot)
	public := must[Edition](w)(w.Edition(w.ctx, auth.Actor{}, e.ID))
	f := public.Frozen
	if f == nil || len(f.Hash) != 64 || hashOf(f.Document) != f.Hash {
		t.Fatalf("frozen: %+v", f)
	}
	var document RulesDocument
	w.must(json.Unmarshal([]byte(f.Document), &document))
	if document.Rules.Envelope != 1_000_000_000 || len(document.Projects) != 3 || document.Projects[2].Cost != 400_000_000 || document.Rules.Tally.Tie != "cost,score,lot" {
		t.Errorf("the document says %s", f.Document)
	}
	lots := map[int]bool{}
	for _, p := range document.Projects {
		lots[p.Lot] = true
	}
	if !lots[1] || !lots[2] || !lots[3] {
		t.Errorf("the lots are %v", lots)
	}
	for _, p := range all {
		if now := w.get(p.ID); now.State != OnBallot || now.Lot == 0 {
			t.Errorf("proposal %d is %s", p.Number, now.State)
		}
	}
	w.sound()
}

func TestNothingChangesFrozenRulesAndACancellationIsPublic(t *testing.T) {
	w := newWorld(t)
	e, all := w.voting(SingleBallot)
	hash := e.Frozen.Hash
	for _, step := range Setups {
		_, err := w.SetUpStep(w.ctx, officer, e.ID, step, func(e *Edition) { e.Rules.Envelope = 1 })
		w.refuses(err, fault.Conflict, "setting up "+string(step))
	}
	_, err := w.Reschedule(w.ctx, officer, e.ID, e.Calendar, "because")
	w.refuses(err, fault.Conflict, "rescheduling")
	_, err = w.Enter(w.ctx, officer, e.ID, Voting, "enough")
	w.refuses(err, fault.Forbidden, "closing the vote by hand")
	_, err = w.SecondOpinion(w.ctx, officer, all[0].ID, "finance", "look again")
	w.refuses(err, fault.Conflict, "a second opinion")
	_, err = w.Withdraw(w.ctx, citizen("author0"), all[0].ID)
	w.refuses(err, fault.Conflict, "withdrawing")
	e = must[Edition](w)(w.Cancel(w.ctx, president, e.ID, "قرار قضائي"))
	if public := must[Edition](w)(w.Edition(w.ctx, auth.Actor{}, e.ID)); public.Phase != Cancelled || public.Cancelled == "" || public.Frozen.Hash != hash {
		t.Errorf("cancelled: %+v", public.Phase)
	}
	w.clock.Advance(400 * 24 * time.Hour)
	w.must(w.Tick(w.ctx))
	if e = must[Edition](w)(w.Edition(w.ctx, officer, e.ID)); e.Phase != Cancelled {
		t.Errorf("the clock revived it to %s", e.Phase)
	}
}

func TestTheSameRulesAlwaysGiveTheSameHash(t *testing.T) {
	w := newWorld(t)
	e, _ := w.voting(SingleBallot)
	for range 20 {
		again, err := Freeze(e, e.Frozen.Projects, e.Frozen.At)
		if err != nil || again.Hash != e.Frozen.Hash {
			t.Fatalf("another hash: %v", err)
		}
	}
	stored := must[Edition](w)(w.editions.Get(w.ctx, e.ID))
	if again, _ := Freeze(stored, stored.Frozen.Projects, e.Frozen.At); again.Hash != e.Frozen.Hash {
		t.Errorf("the store changes the document:\n%s\n%s", again.Document, e.Frozen.Document)
	}
	changed := e
	changed.Rules.Tally.Compare = true
	if again, _ := Freeze(changed, e.Frozen.Projects, e.Frozen.At); again.Hash == e.Frozen.Hash {
		t.Error("another rule has the same hash")
	}
	if got, _ := canonical(map[string]any{"b": 1, "a": "<é&>"}); got != `{"a":"<é&>","b":1}` {
		t.Errorf("canonical JSON is %s", got)
	}
}

func TestAVoteWithoutAFeasibleProjectDoesNotOpen(t *testing.T) {
	w := newWorld(t)
	e := w.running(SingleBallot, Costing)
	voting, _ := e.Calendar.Stage(Voting)
	w.clock.Set(voting.From.Add(time.Hour))
	w.must(w.Tick(w.ctx))
	if e = must[Edition](w)(w.Edition(w.ctx, officer, e.ID)); e.Phase != Costing || e.Frozen != nil {
		t.Errorf("it is in %s", e.Phase)
	}
	_, err := w.Enter(w.ctx, officer, e.ID, Costing, "anyway")
	w.refuses(err, fault.Invalid, "by hand")
}

func TestWhatIsFundedNeverExceedsAnEnvelope(t *testing.T) {
	w := newWorld(t)
	e, all := w.voting(SingleBallot)
	w.until(e, Counting)
	_, err := w.editions.Update(w.ctx, e.ID, func(e *Edition) error { e.Frozen.Projects[0].Cost = 600_000_001; return nil })
	w.must(err)
	w.refuses(w.Settle(w.ctx, e.ID, []string{all[0].ID}), fault.Invalid, "one that costs more than its area has")
	for range 2 {
		w.must(w.Settle(w.ctx, e.ID, []string{all[1].ID}))
	}
	for i, want := range []State{NotFunded, Funded, NotFunded} {
		if got := w.get(all[i].ID).State; got != want {
			t.Errorf("project %d is %s, not %s", i, got, want)
		}
	}
}
