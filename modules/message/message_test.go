package message

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/golden"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/store/sqlitestore"
)

// world is the service with a petition "p" of salma's, which a crowd follows,
// and a campaign "spring" for which karim may write.
type world struct {
	*Service
	t     *testing.T
	ctx   context.Context
	clock *clock.Fake
	crowd *crowd
	post  *testPost
}

var noon = time.Date(2026, 11, 30, 22, 30, 0, 0, time.UTC) // in Casablanca the last half hour of November

func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{t: t, ctx: context.Background(), clock: clock.NewFake(noon), crowd: &crowd{deaf: map[string]bool{}}, post: &testPost{}}
	log, err := audit.Open(w.ctx, db)
	w.must(err)
	queue, err := job.New(w.ctx, db, w.clock, ident.NewFake(2), job.Config{Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	words, err := i18n.Load(locales.FS)
	w.must(err)
	w.Service, err = New(w.ctx, Needs{DB: db, Audit: log, Queue: queue, Petitions: w.crowd, Campaigns: campaigns{}, People: folk{}, Post: w.post, Words: words,
		Clock: w.clock, Log: slog.New(slog.DiscardHandler), PublicURL: "https://petitions.example"})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) jobs() {
	w.t.Helper()
	for range 50 {
		n, err := w.Queue.RunDue(w.ctx)
		w.must(err)
		if n == 0 {
			return
		}
	}
	w.t.Fatal("the jobs do not come to an end")
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, want kind %s", what, err, kind)
	}
}

// crowd follows the petition: some follow, some asked for news, some did both.
type crowd struct {
	follow, news []string
	deaf         map[string]bool // took it back
	ended        bool
}

func (c *crowd) Petition(_ context.Context, id string) (Petition, error) {
	if id != "p" {
		return Petition{}, fault.New(fault.NotFound, "")
	}
	return Petition{ID: "p", Reference: "PET-2026-0001", Authority: "town", Country: "MA", Moderator: "town", Agent: "salma", Objects: map[string]string{"ar": "إنارة"}, Tellable: !c.ended}, nil
}

func (c *crowd) Followers(_ context.Context, _, after string, limit int) ([]string, string, error) {
	all := append(slices.Clone(c.follow), c.news...)
	from := 0
	if after != "" {
		_, _ = fmt.Sscan(after, &from)
	}
	to := min(from+limit, len(all))
	next := ""
	if to < len(all) {
		next = fmt.Sprint(to)
	}
	return all[from:to], next, nil
}

func (c *crowd) Hears(_ context.Context, _, person string) (bool, error) { return !c.deaf[person], nil }

type campaigns struct{}

func (campaigns) For(_ context.Context, who auth.Actor, _ string) ([]Campaign, error) {
	if who.PersonID != "karim" && who.PersonID != "both" {
		return nil, nil
	}
	return []Campaign{{ID: "spring", Petition: "p", Titles: map[string]string{"ar": "الربيع", "fr": "Spring"}, Names: map[string]string{"ar": "جمعية", "fr": "Club"}}}, nil
}

type folk struct{}

func (folk) Person(_ context.Context, id string) (Person, error) {
	switch id {
	case "gone":
		return Person{}, fault.New(fault.NotFound, "")
	case "mute":
		return Person{ID: id, Lang: "fr"}, nil
	}
	return Person{ID: id, Lang: []string{"ar", "fr", "en", "xx"}[len(id)%4], Email: id + "@example.org"}, nil
}

type testPost struct {
	mu   sync.Mutex
	sent map[string]mail.Message
}

func (p *testPost) Queue(_ context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := m.Check(); err != nil {
		return err
	}
	if p.sent == nil {
		p.sent = map[string]mail.Message{}
	}
	p.sent[m.Key] = m
	return nil
}

func (p *testPost) UnsubscribeURL(to, kind string) string {
	return "https://petitions.example/unsubscribe/" + kind + "-" + fmt.Sprint(len(to))
}

var (
	salma   = auth.Actor{PersonID: "salma"}
	karim   = auth.Actor{PersonID: "karim"}
	officer = auth.Actor{PersonID: "o", Memberships: []auth.Membership{{OrgID: "town", Role: auth.Officer}}}
	other   = auth.Actor{PersonID: "x", Memberships: []auth.Membership{{OrgID: "elsewhere", Role: auth.Officer}}}
	good    = Draft{Lang: "fr", Subject: "Nous y sommes presque", Body: "Il manque vingt signatures.\n\nVenez samedi."}
)

func (w *world) written(who auth.Actor, campaign string) Message {
	w.t.Helper()
	d := good
	d.Campaign = campaign
	m, err := w.Write(w.ctx, who, "p", d)
	w.must(err)
	return m
}

// TestTheMessageStandsInAFrameOfTheReadersLanguage writes the mail of a message,
// by the agent and by a campaign, to readers of every language.
func TestTheMessageStandsInAFrameOfTheReadersLanguage(t *testing.T) {
	w := newWorld(t)
	p, err := w.Petitions.Petition(w.ctx, "p")
	w.must(err)
	for name, m := range map[string]Message{"agent": w.written(salma, ""), "campaign": w.written(karim, "spring")} {
		for _, lang := range []string{"ar", "fr", "en"} {
			letter, err := w.render(w.ctx, m, p, Person{ID: "reader", Lang: lang, Email: "reader@example.org"})
			w.must(err)
			golden.Mail(t, "mails/"+name+"."+lang+".txt", letter)
			if letter.UnsubscribeURL == "" || !strings.Contains(letter.HTML, letter.UnsubscribeURL) {
				t.Errorf("%s, %s: nothing leads to fewer mails", name, lang)
			}
		}
	}
}

// TestWhoMayDoWhatToAMessage walks every act in every state for every role.
func TestWhoMayDoWhatToAMessage(t *testing.T) {
	acts := map[act]func(*world, auth.Actor, string) (Message, error){
		actRetract: func(w *world, who auth.Actor, id string) (Message, error) { return w.Retract(w.ctx, who, id) },
		actApprove: func(w *world, who auth.Actor, id string) (Message, error) { return w.Approve(w.ctx, who, id) },
		actRefuse:  func(w *world, who auth.Actor, id string) (Message, error) { return w.Refuse(w.ctx, who, id, "insults") },
		actFinish: func(w *world, who auth.Actor, id string) (Message, error) {
			return w.act(w.ctx, who, id, actFinish, "", nil)
		},
	}
	w := newWorld(t)
	month := 0
	for _, state := range States {
		for what, do := range acts {
			for name, who := range map[string]auth.Actor{"author": salma, "officer": officer, "other": other, "stranger": karim, "nobody": {}, "system": auth.System} {
				month++
				w.clock.Set(noon.AddDate(0, month, 0))
				m, err := w.all.Update(w.ctx, w.written(salma, "").ID, func(m *Message) error { m.State, m.SentAt = state, noon; m.settle(); return nil })
				w.must(err)
				to, _, may, _ := permit(state, what, rolesOf(who, m))
				after, err := do(w, who, m.ID)
				switch {
				case may && (err != nil || after.State != to):
					t.Errorf("%s %s in %s leads to %q: %v", name, what, state, after.State, err)
				case !may && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound):
					t.Errorf("%s %s in %s: %v", name, what, state, err)
				}
			}
		}
	}
	for _, m := range moves {
		if actNames[m.act] == "" || !slices.Contains(States, m.to) {
			t.Errorf("%+v", m)
		}
	}
}

func TestWhoMayWriteToFollowers(t *testing.T) {
	w := newWorld(t)
	as := func(campaign string) Draft { d := good; d.Campaign = campaign; return d }
	for name, c := range map[string]struct {
		who  auth.Actor
		id   string
		d    Draft
		kind fault.Kind
	}{
		"anybody": {auth.Actor{PersonID: "z"}, "p", good, fault.Forbidden}, "nobody": {auth.Actor{}, "p", good, fault.SignIn},
		"the agent as a campaign": {salma, "p", as("spring"), fault.Forbidden}, "a delegate as the agent": {karim, "p", good, fault.Forbidden},
		"another campaign": {karim, "p", as("winter"), fault.Forbidden}, "no such petition": {salma, "q", good, fault.NotFound},
		"no subject": {salma, "p", Draft{Lang: "fr", Body: "x"}, fault.Invalid}, "no words": {salma, "p", Draft{Lang: "fr", Subject: "x", Body: " "}, fault.Invalid},
		"no language": {salma, "p", Draft{Lang: "xx", Subject: "x", Body: "x"}, fault.Invalid},
		"too long":    {salma, "p", Draft{Lang: "ar", Subject: "x", Body: strings.Repeat("م", MaxBody+1)}, fault.Invalid},
	} {
		_, err := w.Write(w.ctx, c.who, c.id, c.d)
		wantFault(t, name, err, c.kind)
	}
	w.crowd.ended = true
	_, err := w.Write(w.ctx, salma, "p", good)
	wantFault(t, "an ended petition", err, fault.Conflict)
}

// TestNobodyApprovesWhatTheyWrote, though they moderate the petition.
func TestNobodyApprovesWhatTheyWrote(t *testing.T) {
	w := newWorld(t)
	both := auth.Actor{PersonID: "both", Memberships: officer.Memberships}
	m := w.written(both, "spring")
	_, err := w.Approve(w.ctx, both, m.ID)
	wantFault(t, "the author", err, fault.Forbidden)
	_, err = w.Approve(w.ctx, officer, m.ID)
	w.must(err)
}

// TestAMonthHasFewPlaces in the authority's calendar, however many ask at once;
// what is refused leaves its place.
func TestAMonthHasFewPlaces(t *testing.T) {
	w := newWorld(t)
	var crowd sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for range 12 {
		crowd.Go(func() {
			if _, err := w.Write(w.ctx, salma, "p", good); err == nil {
				mu.Lock()
				taken++
				mu.Unlock()
			} else if !fault.Is(err, fault.TooMany) {
				t.Error(err)
			}
		})
	}
	crowd.Wait()
	if taken != PerMonth {
		t.Fatalf("%d messages in one month", taken)
	}
	w.written(karim, "spring") // campaigns have places of their own
	w.clock.Advance(29 * time.Minute)
	_, err := w.Write(w.ctx, salma, "p", good)
	wantFault(t, "in the last minute of the month", err, fault.TooMany)
	mine, err := w.WrittenBy(w.ctx, "salma", 10)
	w.must(err)
	_, err = w.Refuse(w.ctx, officer, mine[0].ID, "insults")
	w.must(err)
	again := w.written(salma, "")
	if again.ID != mine[0].ID || len(again.History) != 3 {
		t.Errorf("written anew it is %s with %d entries", again.ID, len(again.History))
	}
	w.clock.Advance(2 * time.Minute) // December in Casablanca
	w.written(salma, "")
}

// TestEveryFollowerGetsAMessageOnce, whatever is repeated, in their language,
// with a way to stop; who took it back gets none.
func TestEveryFollowerGetsAMessageOnce(t *testing.T) {
	w := newWorld(t)
	for i := range 1203 {
		w.crowd.follow = append(w.crowd.follow, fmt.Sprintf("f%d", i))
	}
	w.crowd.news = []string{"f1", "n1", "gone", "mute", "stopped"}
	w.crowd.deaf["stopped"] = true
	m := w.written(salma, "")
	if len(w.post.sent) != 0 {
		t.Fatal("a message leaves before it was read")
	}
	m, err := w.Approve(w.ctx, officer, m.ID)
	w.must(err)
	for range 2 { // as a crash would have it: the first page is done again
		w.must(w.send(w.ctx, sending{Message: m.ID}))
	}
	w.jobs()
	w.must(w.sweep(w.ctx))
	w.jobs()
	m, err = w.Get(w.ctx, auth.Actor{}, m.ID)
	w.must(err)
	if m.State != Sent || m.Part != 3 || m.Handed != 1203+4 {
		t.Errorf("%s after %d pages, %d handed over", m.State, m.Part, m.Handed)
	}
	if len(w.post.sent) != 1203+1 {
		t.Errorf("%d mails", len(w.post.sent))
	}
	one := w.post.sent["message:"+m.ID+":f1"]
	if one.Kind != MailKind || one.UnsubscribeURL == "" || one.Subject != good.Subject || !strings.Contains(one.Text, "Venez samedi.") || !strings.Contains(one.Text, one.UnsubscribeURL) {
		t.Errorf("the mail is %+v", one)
	}
	if page, err := w.SentOf(w.ctx, "p", "", 10); err != nil || len(page.Items) != 1 {
		t.Errorf("the public list has %d: %v", len(page.Items), err)
	}
}

func TestADeletedAuthorLeavesTheWordsAndNoName(t *testing.T) {
	w := newWorld(t)
	waiting, sent := w.written(salma, ""), w.written(salma, "")
	_, err := w.Approve(w.ctx, officer, sent.ID)
	w.must(err)
	w.jobs()
	if data, err := w.Export(w.ctx, "salma"); err != nil || len(data) != 2 {
		t.Errorf("the export has %d: %v", len(data), err)
	}
	w.must(w.OnJoined(w.ctx, "salma2", "salma"))
	for range 2 {
		w.must(w.Erase(w.ctx, "salma2"))
	}
	if data, _ := w.Export(w.ctx, "salma2"); len(data) != 0 {
		t.Error("something is left")
	}
	if m, _ := w.all.Get(w.ctx, waiting.ID); m.State != Retracted || m.Author != "" {
		t.Errorf("what waited is %s of %q", m.State, m.Author)
	}
	if m, err := w.Get(w.ctx, auth.Actor{}, sent.ID); err != nil || m.Author != "" || m.State != Sent {
		t.Errorf("what was sent is %s: %v", m.State, err)
	}
	if found, err := w.Check(w.ctx, false); err != nil || len(found) != 0 {
		t.Errorf("check finds %v, %v", found, err)
	}
}

func TestAWrongListIsFoundAndMended(t *testing.T) {
	w := newWorld(t)
	m := w.written(salma, "")
	_, err := w.all.Update(w.ctx, m.ID, func(m *Message) error { m.Lists = nil; return nil })
	w.must(err)
	if found, err := w.Check(w.ctx, true); err != nil || len(found) != 1 {
		t.Errorf("check finds %v, %v", found, err)
	}
	if page, _ := w.Waiting(w.ctx, "town", "", 10); len(page.Items) != 1 {
		t.Error("it is still not at the desk")
	}
}
