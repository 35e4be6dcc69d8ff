package budget

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/budget/tally"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/ledger"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
)

// hall is a service in which people vote: a fresh store, a clock that stands
// still, and as many people as are asked for.
type hall struct {
	*Service
	t     testing.TB
	ctx   context.Context
	clock *clock.Fake
	db    store.DB
	queue *job.Queue
	folk  *hallFolk
	post  *hallPost
}

var voteDay = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

func newHall(t testing.TB) *hall {
	t.Helper()
	db, err := sqlitestore.Open(context.Background(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return hallOn(t, db, 1, clock.NewFake(voteDay))
}

func hallOn(t testing.TB, db store.DB, seed uint64, clk *clock.Fake) *hall {
	t.Helper()
	h := &hall{t: t, ctx: context.Background(), clock: clk, db: db, folk: &hallFolk{changed: map[string]Person{}}, post: &hallPost{}}
	ids := ident.NewFake(seed)
	log, err := audit.Open(h.ctx, db)
	h.must(err)
	h.queue, err = job.New(h.ctx, db, clk, ids, job.Config{Log: slog.New(slog.DiscardHandler)})
	h.must(err)
	words, err := hallWords()
	h.must(err)
	h.Service, err = New(h.ctx, Needs{
		DB: db, Audit: log, Queue: h.queue, People: h.folk, Numbers: hallNumbers{}, Post: h.post, Words: words, Clock: clk, Ident: ids, Ledger: testLedger(t, db, clk),
		BallotKey: testKey, Log: slog.New(slog.DiscardHandler), PublicURL: "https://town.example",
	})
	h.must(err)
	t.Cleanup(func() { _ = h.Service.Stop(h.ctx) })
	return h
}

// testKey seals the secrets of the tests' votes.
var testKey = []byte(strings.Repeat("b", 32))

// testLedger opens the public logs of a store.
func testLedger(t testing.TB, db store.DB, clk clock.Clock) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(context.Background(), db, ledger.Settings{Origin: "town.example", Seed: []byte(strings.Repeat("k", 32))}, clk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close(context.Background()) })
	return l
}

// hallWords are the words that mails and papers of the vote speak with.
var hallWords = sync.OnceValues(func() (*i18n.Catalogues, error) { return i18n.Load(locales.FS) })

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// hallFolk knows everybody: people live in the town and were born in 1990,
// unless it was told otherwise.
type hallFolk struct {
	mu      sync.Mutex
	changed map[string]Person
}

func (f *hallFolk) Person(_ context.Context, id string) (Person, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, ok := f.changed[id]; ok {
		return p, nil
	}
	return Person{ID: id, Name: "Name of " + id, Lang: "fr", Email: id + "@town.example", Residence: []string{"town", "north"}, BirthYear: 1990, Sex: "f", Level: 1}, nil
}

// hallNumbers takes a number for the person of that name: "n-salma" is salma's.
type hallNumbers struct{}

func (hallNumbers) Elector(_ context.Context, _, number string, _ time.Time) (string, error) {
	id, ok := strings.CutPrefix(number, "n-")
	if !ok {
		return "", fault.New(fault.Invalid, "")
	}
	return id, nil
}

type hallPost struct {
	mu   sync.Mutex
	sent []mail.Message
}

func (p *hallPost) Queue(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	return nil
}

func (p *hallPost) UnsubscribeURL(to, kind string) string { return "https://town.example/stop" }

// voter is somebody who is signed in.
func voter(id string) auth.Actor { return auth.Actor{PersonID: id, Lang: "fr"} }

// deskOf serves the town.
func deskOf(id string, role auth.Role) auth.Actor {
	return auth.Actor{PersonID: id, Lang: "fr", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "town", Role: role}}}
}

// vote is an edition in which people vote for six projects of 10 to 60 thousand
// dirhams, with an envelope of 100,000; change alters its rules first.
func (h *hall) vote(change func(*Edition)) Edition {
	h.t.Helper()
	e := Edition{
		Meta: store.Meta{ID: h.Ident.ID()}, Authority: "town", Country: "MA", Year: 2026, Phase: Voting, AnnouncedAt: voteDay.AddDate(0, -2, 0),
		Texts: map[string]EditionText{"fr": {Title: "Budget de la ville"}},
		Rules: Rules{Currency: "MAD", Envelope: 100_000_00, Selection: ByBallot, Channels: Channels,
			Voters: Eligibility{MinAge: 16, AgeOn: voteDay, Ties: []Tie{Residence}},
			Ballot: BallotRules{Kind: Approval, Min: 1, Max: 3, MayBlank: true, MayChange: true, PointsTotal: 10, PointsEach: 5},
			Tally:  TallyRules{Rule: tally.MESCostAdd1Overspend, Tie: "cost,score,lot"}},
		Calendar: Calendar{{Voting, voteDay.AddDate(0, 0, -1), voteDay.AddDate(0, 0, 10)}, {Counting, voteDay.AddDate(0, 0, 10), voteDay.AddDate(0, 0, 12)}},
	}
	if change != nil {
		change(&e)
	}
	var projects []Project
	for i, area := range e.AllAreas() {
		for n := range 6 {
			number := int64(6*i + n + 1)
			projects = append(projects, Project{ID: fmt.Sprint(area.Key, "-p", number), Number: number, Area: area.Key, Cost: int64(n+1) * 10_000_00, Lot: int(number), Titles: map[string]string{"fr": fmt.Sprint("Projet ", number)}})
		}
	}
	frozen, err := Freeze(e, projects, voteDay)
	h.must(err)
	e.Frozen = &frozen
	e.settle()
	h.must(h.editions.Insert(h.ctx, e))
	if e.Phase == Voting {
		h.must(h.ballotsEntered(h.ctx, e, Voting))
	}
	return e
}

// close lets the days of the vote pass and closes the urn.
func (h *hall) close(e Edition) {
	h.t.Helper()
	h.clock.Set(e.Calendar[1].From.Add(closeAfter))
	_, err := h.editions.Update(h.ctx, e.ID, func(e *Edition) error { e.Phase = Counting; e.settle(); return nil })
	h.must(err)
	h.must(h.ballotsEntered(h.ctx, e, Counting))
	h.must(h.CloseUrn(h.ctx, e.ID))
}

// picks makes a choice of town projects by their numbers.
func picks(numbers ...int) Choice {
	var c Choice
	for _, n := range numbers {
		c.Picks = append(c.Picks, Pick{Project: fmt.Sprint("town-p", n), N: 1})
	}
	return c
}

// cast fills in and confirms.
func (h *hall) castBy(who string, e Edition, c Choice) Receipt {
	h.t.Helper()
	_, wrong, err := h.FillIn(h.ctx, voter(who), e.ID, c)
	if wrong != nil {
		h.t.Fatalf("%s: %s", who, wrong.Message)
	}
	h.must(err)
	r, err := h.Confirm(h.ctx, voter(who), e.ID)
	h.must(err)
	return r
}

// inOrder fails unless Verify finds nothing.
func (h *hall) inOrder(e Edition) Verification {
	h.t.Helper()
	v, err := h.Verify(h.ctx, e.ID)
	h.must(err)
	if len(v.Problems) > 0 {
		h.t.Errorf("verify finds %q", v.Problems)
	}
	return v
}
