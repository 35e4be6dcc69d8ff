package budget

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ledger"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestWhatCanBeABallot goes through the kinds of ballots and what is wrong with one.
func TestWhatCanBeABallot(t *testing.T) {
	h := newHall(t)
	of := func(kind BallotKind) Edition { return h.vote(func(e *Edition) { e.Rules.Ballot.Kind = kind }) }
	approval, single, knapsack, points, ranking := of(Approval), of(Single), of(Knapsack), of(Points), of(Ranking)
	knapsack.Rules.Ballot.Max = 0
	noBlank := h.vote(func(e *Edition) { e.Rules.Ballot.MayBlank, e.Rules.Ballot.Min = false, 2 })
	give := func(pairs ...int64) (c Choice) {
		for i := 0; i < len(pairs); i += 2 {
			c.Picks = append(c.Picks, Pick{fmt.Sprint("town-p", pairs[i]), pairs[i+1]})
		}
		return c
	}
	for _, c := range []struct {
		name   string
		of     Edition
		choice Choice
		wrong  string // a part of what is said, "" when it can be a ballot
	}{
		{"three of three", approval, picks(1, 2, 3), ""},
		{"four of three", approval, picks(1, 2, 3, 4), "are possible"},
		{"none", approval, Choice{}, "at least one project, or"},
		{"none where blank is not possible", noBlank, Choice{}, "at least one project."},
		{"fewer than the least", noBlank, picks(1), "at least {n}"},
		{"the least", noBlank, picks(1, 2), ""},
		{"blank", approval, Choice{Blank: true}, ""},
		{"blank where it is not possible", noBlank, Choice{Blank: true}, "not possible"},
		{"blank with a project", approval, Choice{Blank: true, Picks: picks(1).Picks}, "names no project"},
		{"one twice", approval, picks(1, 1), "named once"},
		{"not on the ballot", approval, Choice{Picks: []Pick{{"elsewhere", 1}}}, "not on this ballot"},
		{"one", single, picks(4), ""},
		{"two where one is chosen", single, picks(4, 5), "are possible"},
		{"all of the envelope", knapsack, picks(1, 2, 3, 4), ""}, // 10+20+30+40
		{"more than the envelope", knapsack, picks(1, 2, 3, 5), "more than the envelope"},
		{"all points", points, give(1, 5, 2, 5), ""},
		{"more points than there are", points, give(1, 5, 2, 5, 3, 1), "Take some back"},
		{"more points than one may have", points, give(1, 6), "points at most"},
		{"points below nothing", points, give(1, -1), "points at most"},
		{"no points are no choice", points, give(1, 0), "at least one project, or"},
		{"places", ranking, give(5, 2, 6, 1, 1, 3), ""},
		{"a place twice", ranking, give(5, 1, 6, 1), "each once"},
		{"a place left out", ranking, give(5, 1, 6, 3), "each once"},
	} {
		settled, wrong := c.of.Settle(c.choice)
		switch {
		case c.wrong == "" && wrong != nil:
			t.Errorf("%s: %s", c.name, wrong.Message)
		case c.wrong != "" && (wrong == nil || !strings.Contains(wrong.Message, c.wrong)):
			t.Errorf("%s: it is accepted, or for another reason: %+v", c.name, wrong)
		case wrong == nil:
			again, _ := c.of.Settle(settled)
			if !again.same(settled) {
				t.Errorf("%s: settled twice it is another ballot", c.name)
			}
		}
	}
	if s, _ := ranking.Settle(give(5, 2, 6, 1, 1, 3)); s.Picks[0].Project != "town-p6" || s.Picks[2].Project != "town-p1" {
		t.Errorf("a ranking is kept as %v", s.Picks)
	}
}

func TestInAnAreaOnlyItsProjectsAreOnTheBallot(t *testing.T) {
	h := newHall(t)
	e := h.vote(func(e *Edition) {
		e.Rules.Ballot.PerArea = true
		e.Rules.Areas = []Area{{Key: "east", Kind: Zone, Envelope: 60_000_00}, {Key: "west", Kind: Zone, Envelope: 40_000_00}}
	})
	if n := len(e.OnBallot("east")); n != 6 {
		t.Fatalf("%d projects are on the ballot of the east", n)
	}
	east := Choice{Area: "east", Picks: []Pick{{"east-p1", 1}}}
	if _, wrong := e.Settle(east); wrong != nil {
		t.Error(wrong.Message)
	}
	east.Area = "west"
	if _, wrong := e.Settle(east); wrong == nil {
		t.Error("a project of the east is voted for in the west")
	}
	if _, wrong := e.Settle(Choice{Area: "north", Picks: east.Picks}); wrong == nil {
		t.Error("there is a ballot for an area that is none")
	}
}

func TestEveryVoterHasAnOrderOfTheirOwn(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	orders := map[string]bool{}
	for n := range 20 {
		seed := fmt.Sprint("voter", n)
		first := drawn(e.OnBallot(""), seed)
		if !slices.EqualFunc(first, drawn(e.OnBallot(""), seed), func(a, b Project) bool { return a.ID == b.ID }) {
			t.Fatal("the order changes for the same voter")
		}
		orders[fmt.Sprint(first)] = true
	}
	if len(orders) < 15 {
		t.Errorf("20 voters see %d orders", len(orders))
	}
}

func TestABallotThatIsNotConfirmedIsNotCounted(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	_, _, err := h.FillIn(h.ctx, voter("salma"), e.ID, picks(1, 2))
	h.must(err)
	st, err := h.Standing(h.ctx, voter("salma"), e.ID)
	if err != nil || st.Voted() || st.Draft == nil || len(st.Draft.Picks) != 2 {
		t.Errorf("%+v, %v", st, err)
	}
	if mine, err := h.Unconfirmed(h.ctx, "salma"); err != nil || len(mine) != 1 {
		t.Errorf("her space shows %d unconfirmed ballots, %v", len(mine), err)
	}
	if turnout, _ := h.Turnout(h.ctx, e.ID); turnout.People != 0 {
		t.Errorf("%d people voted", turnout.People)
	}
	h.castBy("karim", e, picks(3))
	h.close(e)
	n := 0
	h.must(h.EachCastBallot(h.ctx, e.ID, "", func(CastBallot) error { n++; return nil }))
	if n != 1 {
		t.Errorf("%d ballots are counted", n)
	}
	if _, err := h.drafts.First(h.ctx, store.Query{}); !isNotFound(err) {
		t.Errorf("a draft outlives the vote: %v", err)
	}
}

func TestWhoDidNotConfirmIsTold(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	for _, who := range []string{"salma", "karim"} {
		_, _, err := h.FillIn(h.ctx, voter(who), e.ID, picks(1))
		h.must(err)
	}
	if _, err := h.Confirm(h.ctx, voter("karim"), e.ID); err != nil {
		t.Fatal(err)
	}
	tell := func(want int) {
		t.Helper()
		for range 3 { // however often
			h.must(h.sweepReminders(h.ctx))
			_, err := h.queue.RunDue(h.ctx)
			h.must(err)
		}
		if len(h.post.sent) != want {
			t.Fatalf("%d mails were sent, not %d", len(h.post.sent), want)
		}
	}
	tell(0)
	h.clock.Advance(remindAfter + time.Minute)
	tell(1)
	if m := h.post.sent[0]; m.To != "salma@town.example" || strings.Contains(m.Text, "Projet") || !strings.Contains(m.Text, "/vote/confirm") {
		t.Errorf("the mail: %+v", m)
	}
	h.clock.Set(e.EndsAt().Add(-remindBefore + time.Minute))
	tell(2)
	h.clock.Set(e.EndsAt().Add(-time.Minute))
	tell(2)
}

func TestConfirmingAThousandTimesIsOneBallot(t *testing.T) {
	for _, change := range []bool{true, false} {
		h := newHall(t)
		e := h.vote(func(e *Edition) { e.Rules.Ballot.MayChange = change })
		_, _, err := h.FillIn(h.ctx, voter("salma"), e.ID, picks(1, 2))
		h.must(err)
		var wait sync.WaitGroup
		var mu sync.Mutex
		codes := map[string]int{}
		for range 1000 {
			wait.Go(func() {
				r, err := h.Confirm(h.ctx, voter("salma"), e.ID)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				codes[r.Code]++
			})
		}
		wait.Wait()
		turnout, err := h.Turnout(h.ctx, e.ID)
		if len(codes) != 1 || err != nil || turnout.People != 1 || turnout.Log != 1 || turnout.Ballots != 1 {
			t.Errorf("change %v: %d receipts, %+v, %v", change, len(codes), turnout, err)
		}
		h.inOrder(e)
	}
}

func TestAThousandPeopleAtOnceAreAllCounted(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	var wait sync.WaitGroup
	for n := range 1000 {
		wait.Go(func() {
			who := voter(fmt.Sprint("person", n))
			if _, _, err := h.FillIn(h.ctx, who, e.ID, picks(1+n%6)); err != nil {
				t.Error(err)
			} else if _, err := h.Confirm(h.ctx, who, e.ID); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if turnout, err := h.Turnout(h.ctx, e.ID); err != nil || turnout.People != 1000 || turnout.ByAge["35-49"] != 1000 || turnout.BySex["f"] != 1000 {
		t.Errorf("%+v, %v", turnout, err)
	}
	h.close(e)
	if v := h.inOrder(e); v.Ballots != 1000 || !v.Sealed || len(v.Recount) != 1 || len(v.Recount[0].Winners) == 0 {
		t.Errorf("%+v", v)
	}
}

func TestABallotIsChangedWhereTheEditionAllowsIt(t *testing.T) {
	h := newHall(t)
	e, final := h.vote(nil), h.vote(func(e *Edition) { e.Rules.Ballot.MayChange = false })
	first := h.castBy("salma", e, picks(1))
	second := h.castBy("salma", e, picks(2, 3))
	if first.Code == second.Code {
		t.Error("two ballots have one receipt")
	}
	if back := h.castBy("salma", e, picks(1)); back.Code == first.Code {
		t.Error("the same choice later has the receipt of before: whoever knows one could tell the other")
	}
	st, err := h.Standing(h.ctx, voter("salma"), e.ID)
	if err != nil || !st.MayChange || st.Ballot == nil || len(st.Ballot.Picks) != 1 {
		t.Errorf("%+v, %v", st, err)
	}
	turnout, err := h.Turnout(h.ctx, e.ID)
	if err != nil || turnout.People != 1 || turnout.Log != 3 || turnout.Ballots != 1 {
		t.Errorf("%+v, %v", turnout, err)
	}
	if v := h.inOrder(e); v.Replaced != 2 || v.Ballots != 1 {
		t.Errorf("%+v", v)
	}
	h.castBy("salma", final, picks(1))
	if _, _, err := h.FillIn(h.ctx, voter("salma"), final.ID, picks(2)); !fault.Is(err, fault.Conflict) {
		t.Errorf("a final ballot is changed: %v", err)
	}
}

func TestWhoMayVote(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	h.folk.changed["child"] = Person{ID: "child", Residence: []string{"town"}, BirthYear: 2011}
	h.folk.changed["sixteen"] = Person{ID: "sixteen", Residence: []string{"town"}, BirthYear: 2010}
	h.folk.changed["stranger"] = Person{ID: "stranger", Residence: []string{"elsewhere"}, BirthYear: 1990}
	for who, may := range map[string]bool{"child": false, "sixteen": true, "stranger": false, "salma": true} {
		_, _, err := h.FillIn(h.ctx, voter(who), e.ID, picks(1))
		if may != (err == nil) || !may && !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", who, err)
		}
	}
	if _, _, err := h.FillIn(h.ctx, auth.Actor{}, e.ID, picks(1)); !fault.Is(err, fault.SignIn) {
		t.Errorf("somebody unknown: %v", err)
	}
	if _, err := h.Confirm(h.ctx, voter("leila"), e.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("confirming nothing: %v", err)
	}
	h.clock.Set(e.EndsAt())
	if _, err := h.Confirm(h.ctx, voter("salma"), e.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("after the last second: %v", err)
	}
}

// TestNobodyIsToldAnythingBeforeTheEnd asks everything that could tell.
func TestNobodyIsToldAnythingBeforeTheEnd(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	h.castBy("salma", e, picks(1))
	for _, err := range []error{
		h.EachCastBallot(h.ctx, e.ID, "", func(CastBallot) error { return nil }),
		func() error { _, err := h.Recount(h.ctx, e); return err }(),
		h.CloseUrn(h.ctx, e.ID),
	} {
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("while the vote runs: %v", err)
		}
	}
	if v := h.inOrder(e); v.Recount != nil {
		t.Error("verify tells an outcome while the vote runs")
	}
	if head, err := h.SealedHead(h.ctx, e.ID); err != nil || head != "" {
		t.Errorf("%q, %v", head, err)
	}
	state, err := h.PublicLog(h.ctx, e.ID, "")
	h.must(err)
	for name := range state.Head.Sums {
		if strings.Contains(name, "-p") {
			t.Errorf("the log counts %s", name)
		}
	}
}

// TestNoBallotLeadsToAPerson looks into every document for the voter, and for
// what connects roll and ballots once the secret is gone.
func TestNoBallotLeadsToAPerson(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	h.castBy("salma-the-voter", e, picks(1, 2))
	h.clock.Advance(3 * time.Hour)
	h.castBy("karim-the-voter", e, picks(3))
	sealed, err := h.urns.Get(h.ctx, e.ID)
	h.must(err)
	k, err := h.unseal(e.ID, sealed.Secret)
	h.must(err)
	h.close(e)
	for _, schema := range append(slices.Clone(BallotSchemas), ledger.Schemas...) {
		docs, _, err := h.db.Find(h.ctx, schema, store.Query{Limit: 1000})
		h.must(err)
		for _, doc := range docs {
			text := doc.String()
			if strings.Contains(text, "the-voter") {
				t.Errorf("%s names a voter: %s", schema.Name, text)
			}
			if strings.Contains(string(doc), string(k)) {
				t.Errorf("%s holds the secret", schema.Name)
			}
			if schema.Name == "budget_ballots" || schema.Name == "budget_roll" {
				elements, err := doc.Elements()
				h.must(err)
				for _, el := range elements {
					if el.Value().Type == bson.TypeDateTime {
						t.Errorf("%s knows a time: %s", schema.Name, el.Key())
					}
				}
			}
		}
	}
	u, err := h.urns.Get(h.ctx, e.ID)
	if err != nil || u.Open || u.Secret != nil {
		t.Errorf("the urn after closing: %+v, %v", u, err)
	}
	if last := u.History[len(u.History)-1]; last.Act != actCloseUrn || !last.Public {
		t.Errorf("the end of the secret is not in the audit: %+v", last)
	}
	roll, err := h.roll.Find(h.ctx, store.Query{})
	h.must(err)
	ballots, err := h.ballots.Find(h.ctx, store.Query{})
	h.must(err)
	for _, v := range roll.Items {
		for _, b := range ballots.Items {
			if v.ID == b.ID {
				t.Error("roll and ballots have one key")
			}
		}
	}
	if _, err := h.unseal("another", sealed.Secret); err == nil {
		t.Error("a secret opens for another edition")
	}
}

func TestAReceiptProvesThatTheBallotIsInTheLog(t *testing.T) {
	h := newHall(t)
	e, other := h.vote(nil), h.vote(nil)
	r := h.castBy("salma", e, picks(1))
	for n := range 30 {
		h.castBy(fmt.Sprint("person", n), e, picks(1))
	}
	for _, typed := range []string{r.Code, strings.ToUpper(r.Code), " " + strings.ReplaceAll(r.Code, "-", " "), hexOf(r.Hash)} {
		p, err := h.Inclusion(h.ctx, e.ID, typed)
		if err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		head, err := p.Check(h.Ledger.VerifierKey())
		if err != nil || head.Origin != "town.example/ballots/"+e.ID || p.Leaf != r.Hash {
			t.Errorf("%q: %+v, %v", typed, head, err)
		}
	}
	if _, err := h.Inclusion(h.ctx, other.ID, r.Code); !fault.Is(err, fault.NotFound) {
		t.Errorf("in another vote: %v", err)
	}
	for _, typed := range []string{"", "abcd", "zzzz-zzzz-zzzz-zzzz-zzzz", strings.Repeat("a", 21)} {
		if _, err := h.Inclusion(h.ctx, e.ID, typed); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

// TestTwoBallotsOfOneContentCannotBeToldByTheirLeaves guards the commitment.
func TestTwoBallotsOfOneContentCannotBeToldByTheirLeaves(t *testing.T) {
	b := Ballot{Edition: "e", Channel: Online, Choice: picks(1), Nonce: []byte(strings.Repeat("n", 32))}
	one, err := b.commitment()
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Ballot){
		"nonce":   func(b *Ballot) { b.Nonce = []byte(strings.Repeat("m", 32)) },
		"edition": func(b *Ballot) { b.Edition = "f" },
		"channel": func(b *Ballot) { b.Channel = Paper },
		"picks":   func(b *Ballot) { b.Choice = picks(2) },
		"area":    func(b *Ballot) { b.Area = "a" },
		"blank":   func(b *Ballot) { b.Blank = true },
		"age":     func(b *Ballot) { b.Voter.Age = "18-24" },
	} {
		c := b
		change(&c)
		if other, err := c.commitment(); err != nil || slices.Equal(one, other) {
			t.Errorf("%s is not committed to, %v", name, err)
		}
	}
}

// TestTamperingIsFound changes the store behind the service's back.
func TestTamperingIsFound(t *testing.T) {
	for name, tamper := range map[string]func(h *hall, e Edition, b Ballot) error{
		"another choice": func(h *hall, e Edition, b Ballot) error {
			_, err := h.ballots.Update(h.ctx, b.ID, func(b *Ballot) error { b.Picks[0].Project = "town-p6"; return nil })
			return err
		},
		"another choice with its own leaf": func(h *hall, e Edition, b Ballot) error {
			_, err := h.ballots.Update(h.ctx, b.ID, func(b *Ballot) (err error) {
				b.Picks[0].Project = "town-p6"
				b.Leaf, err = b.commitment()
				return err
			})
			return err
		},
		"a ballot less": func(h *hall, e Edition, b Ballot) error { return h.ballots.Delete(h.ctx, b.ID) },
		"a ballot more": func(h *hall, e Edition, b Ballot) error {
			b.ID = e.ID + "|more"
			return h.ballots.Insert(h.ctx, b)
		},
		"other rules": func(h *hall, e Edition, b Ballot) error {
			_, err := h.editions.Update(h.ctx, e.ID, func(e *Edition) error { e.Frozen.Document += " "; return nil })
			return err
		},
		"other sums": func(h *hall, e Edition, b Ballot) error {
			_, err := h.db.Increment(h.ctx, "ledger_heads", ballotLog(e.ID), map[string]int64{"sums.ballots": 1})
			return err
		},
	} {
		h := newHall(t)
		e := h.vote(nil)
		for n := range 20 {
			h.castBy(fmt.Sprint("person", n), e, picks(1+n%5))
		}
		h.close(e)
		h.inOrder(e)
		page, err := h.ballots.Find(h.ctx, store.Query{})
		h.must(err)
		h.must(tamper(h, e, page.Items[7]))
		if v, err := h.Verify(h.ctx, e.ID); err != nil || len(v.Problems) == 0 {
			t.Errorf("%s: nothing is found, %v", name, err)
		}
	}
}

// TestABallotThatACrashKeptFromTheLogIsBroughtThere leaves one behind.
func TestABallotThatACrashKeptFromTheLogIsBroughtThere(t *testing.T) {
	h := newHall(t)
	e := h.vote(nil)
	u, err := h.urn(h.ctx, e.ID)
	h.must(err)
	b := Ballot{Meta: store.Meta{ID: u.secret.key(e.ID, keyOfBallot, "salma")}, Edition: e.ID, Channel: Online, Day: dayOf(e, voteDay), Choice: picks(1), Nonce: h.Ident.Bytes(32)}
	b.Leaf, err = b.commitment()
	h.must(err)
	b.Sums = b.counted()
	h.must(h.ballots.Insert(h.ctx, b))
	if v, err := h.Verify(h.ctx, e.ID); err != nil || len(v.Problems) == 0 {
		t.Errorf("it is not missed: %+v, %v", v, err)
	}
	h.must(h.Start(h.ctx))
	h.inOrder(e)
	if r, err := h.Confirm(h.ctx, voter("salma"), e.ID); err != nil || r.Code != b.Receipt().Code {
		t.Errorf("she is given %v, %v", r.Code, err)
	}
}
