package main

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/budget"
	"musharaka/modules/kit/clock"
	"musharaka/static"
)

// voted is the answer that acknowledges a ballot: it leads to the receipt.
const voted = "voted"

// confirmer confirms ballots over HTTP.
func confirmer(at, edition string) *signers {
	c := newSigners(at, "")
	c.url, c.form = at+"/ar/budgets/"+edition+"/vote/confirm", ""
	return c
}

// confirm confirms once and returns the answer.
func (c *signers) confirm(token string) string {
	r, err := http.NewRequest(http.MethodPost, c.url, strings.NewReader(c.form))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "session", Value: token})
	res, err := c.http.Do(r)
	if err != nil {
		return err.Error()
	}
	_ = res.Body.Close()
	if res.StatusCode == http.StatusSeeOther && strings.HasSuffix(res.Header.Get("Location"), "/vote/receipt") {
		return voted
	}
	return strconv.Itoa(res.StatusCode)
}

// prepareVote is a folder in which a vote runs and people have filled in their
// ballots. Nothing serves it.
func prepareVote(t *testing.T, people int) (p *prepared, edition string) {
	t.Helper()
	p = prepare(t, people)
	p.inside(t, clock.System(), func(w *world) {
		edition = w.opensVote(town, func(*budget.Edition) {})
		first := w.ballotsOf(edition).Frozen.Projects[0].ID
		for _, person := range p.people {
			_, _, err := w.budgets.FillIn(t.Context(), w.actorOf(person), edition, budget.Choice{Picks: []budget.Pick{{Project: first, N: 1}}})
			w.must(err)
		}
	})
	return p, edition
}

// TestAKilledServerLosesNoAcknowledgedBallot kills -9 the server while people
// confirm their ballots over HTTP, several times (MUSHARAKA_KILLS, 2 when not set).
func TestAKilledServerLosesNoAcknowledgedBallot(t *testing.T) {
	rounds := 2
	if n, err := strconv.Atoi(os.Getenv("MUSHARAKA_KILLS")); err == nil {
		rounds = n
	}
	const each = 120
	p, edition := prepareVote(t, each*rounds)
	var thanked []string
	for round := range rounds {
		s := p.serve(t)
		more := p.confirmAndKill(edition, p.people[round*each:(round+1)*each], p.tokens[round*each:(round+1)*each], 25+17*round%60, func() { _ = s.Process.Kill() })
		if err := s.Wait(); err == nil {
			t.Fatal("the server ended by itself")
		}
		if len(more) < 25 {
			t.Fatalf("round %d: only %d ballots were acknowledged: %s", round, len(more), s.said.String())
		}
		thanked = append(thanked, more...)
	}
	p.inside(t, clock.System(), func(w *world) { // whose start brings into the log what a kill kept from it
		lost := 0
		for _, person := range thanked {
			if st, err := w.budgets.Standing(t.Context(), w.actorOf(person), edition); err != nil || st.Ballot == nil {
				lost++
			}
		}
		v, err := w.budgets.Verify(t.Context(), edition)
		if lost > 0 || err != nil || len(v.Problems) > 0 || v.Ballots < int64(len(thanked)) {
			t.Errorf("%d of %d acknowledged ballots are lost, %d stand, %q, %v", lost, len(thanked), v.Ballots, v.Problems, err)
		}
		turnout, err := w.budgets.Turnout(t.Context(), edition)
		if err != nil || turnout.People != v.Ballots {
			t.Errorf("%d people vote, %d ballots stand, %v", turnout.People, v.Ballots, err)
		}
	})
	if code, out := p.command(t, "check"); code != exitOK || !strings.Contains(out, "(0 mended)") {
		t.Errorf("check ends with %d: %s", code, out)
	}
	for _, args := range [][]string{{"verify"}, {"verify", "--json", "--edition", edition}} {
		if code, out := p.command(t, args...); code != exitOK || !strings.Contains(out, edition) {
			t.Errorf("%v ends with %d: %s", args, code, out)
		}
	}
	if code, _ := p.command(t, "verify", "--edition", "none"); code != exitUnusable {
		t.Errorf("verify of no vote ends with %d", code)
	}
	t.Logf("%d kills, %d acknowledged ballots", rounds, len(thanked))
}

// confirmAndKill lets people confirm and calls kill once so many were
// acknowledged. It returns those.
func (p *prepared) confirmAndKill(edition string, people, tokens []string, enough int, kill func()) (thanked []string) {
	crowd := confirmer(p.settings.PublicURL, edition)
	var mu sync.Mutex
	var wait sync.WaitGroup
	over := make(chan struct{})
	next := 0
	for range 16 {
		wait.Go(func() {
			for {
				mu.Lock()
				n := next
				next++
				mu.Unlock()
				select {
				case <-over:
					return
				default:
				}
				if n >= len(people) || crowd.confirm(tokens[n]) != voted {
					return
				}
				mu.Lock()
				thanked = append(thanked, people[n])
				if len(thanked) == enough {
					kill()
					time.AfterFunc(time.Second, func() { close(over) }) // who is still being answered is still heard
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return thanked
}

// TestAThousandConfirmationsOfOnePersonAreOneBallot presses the button a
// thousand times at once.
func TestAThousandConfirmationsOfOnePersonAreOneBallot(t *testing.T) {
	w := theWorld(t)
	person := w.signers[150]
	_, _, err := w.budgets.FillIn(t.Context(), w.actorOf(person), w.vote.town, budget.Choice{Picks: []budget.Pick{{Project: w.vote.project, N: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	before, err := w.budgets.Turnout(t.Context(), w.vote.town)
	if err != nil {
		t.Fatal(err)
	}
	crowd := confirmer(w.url, w.vote.town)
	t.Cleanup(crowd.http.CloseIdleConnections)
	token := w.session(person)
	var wait sync.WaitGroup
	var mu sync.Mutex
	answers := map[string]int{}
	for range 1000 {
		wait.Go(func() {
			answer := crowd.confirm(token)
			mu.Lock()
			answers[answer]++
			mu.Unlock()
		})
	}
	wait.Wait()
	if answers[voted] == 0 || answers[voted]+answers["429"]+answers["503"] != 1000 {
		t.Errorf("of 1000 attempts some were answered otherwise: %v", answers)
	}
	after, err := w.budgets.Turnout(t.Context(), w.vote.town)
	if err != nil || after.People != before.People+1 || after.Log != before.Log+1 {
		t.Errorf("before %+v, after %+v, %v", before, after, err)
	}
}

// TestTheBallotIsLight weighs the page of a ballot with what it needs to be
// seen, compressed as it is sent.
func TestTheBallotIsLight(t *testing.T) {
	w := theWorld(t)
	bytes := 0
	for _, path := range []string{"/ar/budgets/" + w.vote.town + "/vote", static.Asset("app.css"), static.Asset("ballot.css")} {
		s := w.ask(t, "reader", http.MethodGet, path, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
		if s.status != http.StatusOK || s.header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s answers %d, %s", path, s.status, s.header.Get("Content-Encoding"))
		}
		t.Logf("%s: %d bytes", path, len(s.body))
		bytes += len(s.body)
	}
	if bytes > 14<<10 {
		t.Errorf("the ballot weighs %d bytes", bytes)
	}
}
