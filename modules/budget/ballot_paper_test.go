package budget

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// TestWhoMayMoveABatch goes through every state, act and role, for who copied
// the batch and for somebody else.
func TestWhoMayMoveABatch(t *testing.T) {
	allowed := map[string]BatchState{
		"entered correct own": BatchEntered, "returned correct own": BatchEntered,
		"entered confirm other": BatchConfirmed, "entered return other": BatchReturned,
	}
	for _, state := range BatchStates {
		for _, act := range BatchActs {
			for _, role := range append(auth.Roles, "") {
				for _, who := range []string{"own", "other"} {
					b := Batch{Authority: "town", State: state, EnteredBy: "copyist"}
					a := deskOf(map[string]string{"own": "copyist", "other": "reader"}[who], role)
					to, err := b.NextBatch(act, a)
					want, ok := allowed[fmt.Sprintf("%s %s %s", state, act, who)]
					ok = ok && (role == auth.Officer || role == auth.FrontDesk || role == auth.Facilitator)
					if ok != (err == nil) || ok && to != want {
						t.Errorf("%s of a batch that is %s by %s %q: %v, %v", act, state, who, role, to, err)
					}
				}
			}
		}
	}
	if _, err := (Batch{Authority: "elsewhere", State: BatchEntered}).NextBatch(BatchConfirm, deskOf("x", auth.Officer)); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an officer of another town: %v", err)
	}
}

// batch copies ballots as an agent.
func (h *hall) batch(e Edition, id, typed string) Batch {
	h.t.Helper()
	b, err := h.EnterBatch(h.ctx, deskOf("copyist", auth.FrontDesk), e.ID, Batch{Meta: store.Meta{ID: id}, Channel: Paper, Typed: typed})
	h.must(err)
	return b
}

func (h *hall) tick(e Edition, who string, channel Channel) error {
	return h.TickOff(h.ctx, deskOf("copyist", auth.FrontDesk), e.ID, Mark{Channel: channel, Number: "n-" + who, Birth: 1950, Sex: "m"})
}

func TestOnePersonVotesOnceAcrossChannels(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	h.castBy("salma", e, picks(1))
	if err := h.tick(e, "salma", Paper); !fault.Is(err, fault.Conflict) {
		t.Errorf("who voted online is ticked off: %v", err)
	}
	h.must(h.tick(e, "karim", Paper))
	if err := h.tick(e, "karim", Counter); !fault.Is(err, fault.Conflict) {
		t.Errorf("somebody is ticked off twice: %v", err)
	}
	if _, _, err := h.FillIn(h.ctx, voter("karim"), e.ID, picks(1)); !fault.Is(err, fault.Conflict) {
		t.Errorf("who was ticked off votes online: %v", err)
	}
	if err := h.tick(e, "", "letter"); !fault.Is(err, fault.Invalid) {
		t.Errorf("another channel: %v", err)
	}
	if err := h.TickOff(h.ctx, deskOf("x", auth.Observer), e.ID, Mark{Channel: Paper, Number: "n-x"}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an observer ticks off: %v", err)
	}
	if err := h.TickOff(h.ctx, deskOf("x", auth.Officer), e.ID, Mark{Channel: Paper, Number: "n-child", Birth: 2015}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a child is ticked off: %v", err)
	}
	turnout, err := h.Turnout(h.ctx, e.ID)
	if err != nil || turnout.People != 2 || turnout.ByChannel[Paper] != 1 || turnout.ByChannel[Online] != 1 || turnout.ByAge["65+"] != 1 || turnout.BySex["m"] != 1 {
		t.Errorf("%+v, %v", turnout, err)
	}
}

// TestAThousandAtOnceOnBothChannelsAreOnce lets the same people vote online and
// be ticked off in the same moment.
func TestAThousandAtOnceOnBothChannelsAreOnce(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	var wait sync.WaitGroup
	for n := range 200 {
		who := fmt.Sprint("person", n)
		_, _, err := h.FillIn(h.ctx, voter(who), e.ID, picks(1))
		h.must(err)
		wait.Go(func() { _, _ = h.Confirm(h.ctx, voter(who), e.ID) })
		wait.Go(func() { _ = h.tick(e, who, Paper) })
	}
	wait.Wait()
	turnout, err := h.Turnout(h.ctx, e.ID)
	if err != nil || turnout.People != 200 {
		t.Errorf("%+v, %v", turnout, err)
	}
	h.inOrder(e)
}

func TestPaperBallotsGoIntoTheUrnOnce(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	other := deskOf("reader", auth.Officer)
	b := h.batch(e, "b1", "1 2\n0\n3,4\n")
	if len(b.Ballots) != 3 || !b.Ballots[1].Blank {
		t.Fatalf("%+v", b.Ballots)
	}
	if again := h.batch(e, "b1", "1"); len(again.Ballots) != 3 {
		t.Error("a repeated post replaces the batch")
	}
	if _, err := h.ConfirmBatch(h.ctx, deskOf("copyist", auth.Officer), b.ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("who copied it confirms it: %v", err)
	}
	if _, err := h.ConfirmBatch(h.ctx, other, b.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("more ballots than people: %v", err)
	}
	for _, who := range []string{"a", "b", "c"} {
		h.must(h.tick(e, who, Paper))
	}
	if _, err := h.ReturnBatch(h.ctx, other, b.ID, "line 2"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ConfirmBatch(h.ctx, other, b.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("a returned batch is confirmed: %v", err)
	}
	if _, err := h.CorrectBatch(h.ctx, deskOf("copyist", auth.FrontDesk), b.ID, "1 2\n5\n3,4"); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { _, _ = h.ConfirmBatch(h.ctx, other, b.ID) })
	}
	wait.Wait()
	if _, err := h.ConfirmBatch(h.ctx, other, b.ID); err != nil {
		t.Errorf("confirming again: %v", err)
	}
	turnout, err := h.Turnout(h.ctx, e.ID)
	if err != nil || turnout.People != 3 || turnout.Ballots != 3 || turnout.Log != 3 {
		t.Errorf("%+v, %v", turnout, err)
	}
	h.close(e)
	if v := h.inOrder(e); v.Ballots != 3 {
		t.Errorf("%+v", v)
	}
	if found, err := h.Check(h.ctx, false); err != nil || len(found) > 0 {
		t.Errorf("check finds %v, %v", found, err)
	}
}

func TestABatchThatACrashLeftHalfPouredIsFinished(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	h.must(h.tick(e, "a", Paper))
	h.must(h.tick(e, "b", Paper))
	b := h.batch(e, "b1", "1\n2")
	_, err := h.moveBatch(h.ctx, deskOf("reader", auth.Officer), b.ID, BatchConfirm, "", func(Edition, *Batch) error { return nil })
	h.must(err) // and the program dies here
	h.close(e)
	if v := h.inOrder(e); v.Ballots != 2 {
		t.Errorf("%d ballots of 2 are in the urn", v.Ballots)
	}
}

func TestWhatAnAgentTypes(t *testing.T) {
	h := newHall(t)
	approval := h.vote(nil)
	points := h.vote(func(e *Edition) { e.Rules.Ballot.Kind = Points })
	ranking := h.vote(func(e *Edition) { e.Rules.Ballot.Kind = Ranking })
	for _, c := range []struct {
		of    Edition
		typed string
		want  string // ballots as "numbers:n", or "line N: message"
	}{
		{approval, "1 2\n3", "p1:1 p2:1|p3:1"},
		{approval, "2,1", "p1:1 p2:1"},
		{approval, "2، 1", "p1:1 p2:1"},
		{approval, "0", "blank"},
		{approval, "-", "blank"},
		{approval, "1 1", "line 1: A project can be named once."},
		{approval, "1\n9\n2", "line 2: There is no project {number} on this ballot."},
		{approval, "1\n\n2", "line 2: The line is empty: write 0 for a blank ballot."},
		{approval, "one", "line 1: There is no project {number} on this ballot."},
		{points, "1=5 2=5", "p1:5 p2:5"},
		{points, "1", "line 1: Write project and points with “=” between, such as {example}."},
		{points, "1=6", "line 1: One project can be given {n} points at most."},
		{points, "1=x", "line 1: Write project and points with “=” between, such as {example}."},
		{ranking, "3 1 2", "p3:1 p1:2 p2:3"},
	} {
		ballots, wrong := c.of.ReadBallots("", c.typed)
		var got []string
		for _, b := range ballots {
			text := "blank"
			if !b.Blank {
				var parts []string
				for _, p := range b.Picks {
					parts = append(parts, fmt.Sprint(strings.TrimPrefix(p.Project, "town-"), ":", p.N))
				}
				text = strings.Join(parts, " ")
			}
			got = append(got, text)
		}
		said := strings.Join(got, "|")
		for n, p := range wrong {
			said = fmt.Sprintf("line %d: %s", n, p.Message)
		}
		if said != c.want {
			t.Errorf("%q: %s, not %s", c.typed, said, c.want)
		}
	}
	if _, err := h.EnterBatch(h.ctx, deskOf("x", auth.Officer), approval.ID, Batch{Meta: store.Meta{ID: "long"}, Channel: Paper, Typed: strings.Repeat("1\n", MaxBatch+1)}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a batch that is too long: %v", err)
	}
}

// TestTwoAccountsOfOnePersonAreOneVoter joins accounts in every way they can
// have voted.
func TestTwoAccountsOfOnePersonAreOneVoter(t *testing.T) {
	for _, c := range []struct {
		kept, gone string // how each voted: "", online, paper
		ballots    int64  // online ones that stand
		channel    Channel
	}{
		{"", "online", 1, Online}, {"online", "", 1, Online}, {"online", "online", 1, Online},
		{"", "paper", 0, Paper}, {"paper", "online", 0, Paper}, {"online", "paper", 0, Paper}, {"paper", "paper", 0, Paper}, {"", "", 0, ""},
	} {
		h := newHall(t)
		e := h.vote(nil)
		for who, how := range map[string]string{"kept": c.kept, "gone": c.gone} {
			switch how {
			case "online":
				h.castBy(who, e, picks(1+len(who)%3))
			case "paper":
				h.must(h.tick(e, who, Paper))
			}
		}
		for range 2 {
			h.must(h.OnVotersJoined(h.ctx, "kept", "gone"))
		}
		name := fmt.Sprintf("%q and %q", c.kept, c.gone)
		turnout, err := h.Turnout(h.ctx, e.ID)
		want := int64(1)
		if c.channel == "" {
			want = 0
		}
		if err != nil || turnout.People != want || turnout.Ballots != c.ballots {
			t.Errorf("%s: %+v, %v", name, turnout, err)
		}
		st, err := h.Standing(h.ctx, voter("kept"), e.ID)
		if err != nil || st.Channel != c.channel || (st.Ballot != nil) != (c.ballots == 1) {
			t.Errorf("%s: %+v, %v", name, st, err)
		}
		if gone, err := h.Standing(h.ctx, voter("gone"), e.ID); err != nil || gone.Voted() {
			t.Errorf("%s: the account that goes stands as %+v, %v", name, gone, err)
		}
		h.inOrder(e)
		h.close(e)
		if v := h.inOrder(e); v.Ballots != c.ballots {
			t.Errorf("%s: %+v", name, v)
		}
		if found, err := h.Check(h.ctx, false); err != nil || len(found) > 0 {
			t.Errorf("%s: check finds %v, %v", name, found, err)
		}
	}
}

func TestWhatIsKeptOfAVoterEndsWithTheVote(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	h.castBy("salma", e, picks(1))
	_, _, err := h.FillIn(h.ctx, voter("karim"), e.ID, picks(2))
	h.must(err)
	mine, err := h.VoteRecords(h.ctx, "salma")
	if err != nil || len(mine) != 1 || mine[0].Channel != Online || mine[0].Ballot == nil || mine[0].Draft != nil {
		t.Errorf("%+v, %v", mine, err)
	}
	if until, err := h.OnRollUntil(h.ctx, "salma"); err != nil || !until.After(e.EndsAt()) {
		t.Errorf("her number is needed until %v, %v", until, err)
	}
	h.must(h.ForgetDrafts(h.ctx, "karim"))
	if his, err := h.VoteRecords(h.ctx, "karim"); err != nil || len(his) != 0 {
		t.Errorf("%+v, %v", his, err)
	}
	h.close(e)
	if mine, err := h.VoteRecords(h.ctx, "salma"); err != nil || len(mine) != 0 {
		t.Errorf("after the vote: %+v, %v", mine, err)
	}
}
