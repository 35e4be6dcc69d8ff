package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/mail"
	"musharaka/modules/kit/outbound"
	"musharaka/modules/kit/store/sqlitestore"
)

// receiver is the program at the other end: it answers what the test says and
// keeps what came.
type receiver struct {
	mu     sync.Mutex
	status int
	err    error
	came   []http.Header
	bodies []string
}

func (r *receiver) Post(_ context.Context, _ string, h http.Header, body []byte) (outbound.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.came, r.bodies = append(r.came, h), append(r.bodies, string(body))
	return outbound.Answer{Status: r.status}, r.err
}

type world struct {
	*Service
	t     *testing.T
	clock *clock.Fake
	to    *receiver
	mails []mail.Message
}

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := t.Context()
	db, err := sqlitestore.Open(ctx, filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{t: t, clock: clock.NewFake(start), to: &receiver{status: 200}}
	log, err := audit.Open(ctx, db)
	w.must(err)
	queue, err := job.New(ctx, db, w.clock, ident.NewFake(1), job.Config{Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	words, err := ourWords()
	w.must(err)
	w.Service, err = New(ctx, Needs{DB: db, Audit: log, Queue: queue, Sender: w.to, Guard: outbound.Guard{}, People: w, Post: w, Words: words, Clock: w.clock,
		Ident: ident.NewFake(2), Log: slog.New(slog.DiscardHandler), Key: []byte("a key of the platform, long enough"), PublicURL: "https://petitions.example"})
	w.must(err)
	return w
}

var ourWords = sync.OnceValues(func() (*i18n.Catalogues, error) {
	files := fstest.MapFS{}
	for _, name := range []string{"webhook", "mail", "common", "kit"} {
		for _, lang := range []string{"ar", "fr"} {
			if data, err := locales.FS.ReadFile(lang + "/" + name + ".po"); err == nil {
				files[lang+"/"+name+".po"] = &fstest.MapFile{Data: data}
			}
		}
	}
	return i18n.Load(files)
})

func (w *world) Person(_ context.Context, id string) (Person, error) {
	return Person{ID: id, Lang: "fr", Email: id + "@example.org"}, nil
}

func (w *world) Queue(_ context.Context, m mail.Message) error {
	w.mails = append(w.mails, m)
	return m.Check()
}

func (w *world) UnsubscribeURL(_, kind string) string {
	return "https://petitions.example/unsubscribe/" + kind
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) jobs() {
	w.t.Helper()
	for range 20 {
		n, err := w.Needs.Queue.RunDue(w.t.Context())
		w.must(err)
		if n == 0 {
			return
		}
	}
}

var (
	officer  = auth.Actor{PersonID: "officer", Memberships: []auth.Membership{{OrgID: "town", Role: auth.Officer}}}
	stranger = auth.Actor{PersonID: "stranger", Memberships: []auth.Membership{{OrgID: "elsewhere", Role: auth.Officer}}}
	head     = auth.Actor{PersonID: "head", Memberships: []auth.Membership{{OrgID: "town", Role: auth.President}}}
	admin    = auth.Actor{PersonID: "admin", Memberships: []auth.Membership{{OrgID: auth.PlatformID, Role: auth.Administrator}}}
	good     = Input{Name: "Site", URL: "https://hooks.example.org/x", Events: []string{"petition.published", "petition.answered"}}
)

func published(id string, at time.Time) Event {
	return Event{ID: id, Type: "petition.published", Org: "town", At: at, Data: map[string]string{"title": "إنارة <script>"}}
}

// TestWhoMayDoWhatWithAHook decides every state, act and role.
func TestWhoMayDoWhatWithAHook(t *testing.T) {
	table := map[Act]string{
		ActChange: "active:keeper>active paused:keeper>paused", ActRenew: "active:keeper>active paused:keeper>paused", ActPause: "active:keeper>paused active:system>paused",
		ActResume: "paused:keeper>active", ActTest: "active:keeper>active", ActReplay: "active:keeper>active", ActEnd: "active:keeper>ended paused:keeper>ended",
	}
	for _, act := range Acts {
		var got []string
		for _, state := range States {
			for _, as := range []Role{AsKeeper, AsSystem} {
				if to, err := Next(state, act, as); err == nil {
					got = append(got, fmt.Sprintf("%s:%s>%s", state, as, to))
				}
			}
		}
		if found := strings.Join(got, " "); found != table[act] {
			t.Errorf("%s: %q, want %q", act, found, table[act])
		}
	}
	w, ctx := newWorld(t), t.Context()
	w.make("h1")
	for name, who := range map[string]auth.Actor{"stranger": stranger, "head": head, "administrator": admin, "nobody": {}} {
		_, _, err := w.Create(ctx, who, "town", "x", good)
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s makes one: %v", name, err)
		}
		if _, err := w.Pause(ctx, who, "h1"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s pauses one: %v", name, err)
		}
		if _, _, err := w.Renew(ctx, who, "h1"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s renews a secret: %v", name, err)
		}
		if _, err := w.Get(ctx, who, "h1"); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s reads one: %v", name, err)
		}
	}
	if _, _, err := w.Create(ctx, admin, auth.PlatformID, "p1", good); err != nil {
		t.Errorf("an administrator makes one of the platform: %v", err)
	}
}

// make makes a hook of the town and returns its secret.
func (w *world) make(id string) string {
	w.t.Helper()
	_, secret, err := w.Create(w.t.Context(), officer, "town", id, good)
	w.must(err)
	return secret
}

func TestTheSignatureIsWhatTheDocumentationSays(t *testing.T) {
	h := Sign("secret", time.Unix(1700000000, 0), `{"a":1}`)
	// echo -n '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
	const want = "v1=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686"
	if h.Get("Musharaka-Timestamp") != "1700000000" || h.Get("Musharaka-Signature") != want {
		t.Errorf("%v", h)
	}
	if other := Sign("secret", time.Unix(1700000001, 0), `{"a":1}`); other.Get("Musharaka-Signature") == h.Get("Musharaka-Signature") {
		t.Error("the time is not signed")
	}
	if other := Sign("secret", time.Unix(1700000000, 0), `{"a":2}`); other.Get("Musharaka-Signature") == h.Get("Musharaka-Signature") {
		t.Error("the body is not signed")
	}
}

func TestTheSecretIsShownOnceAndKeptNowhere(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	first := w.make("h1")
	if _, again, err := w.Create(ctx, officer, "town", "h1", good); err != nil || again != "" || !strings.HasPrefix(first, "whsec_") {
		t.Errorf("first %q, again %q, %v", first, again, err)
	}
	_, second, err := w.Renew(ctx, officer, "h1")
	w.must(err)
	if second == first || second == "" {
		t.Errorf("renewed: %q after %q", second, first)
	}
	raw, err := w.DB.Get(ctx, "webhooks", "h1")
	w.must(err)
	if strings.Contains(raw.String(), second[6:20]) || strings.Contains(raw.String(), first[6:20]) {
		t.Error("the store holds the secret")
	}
	w.must(w.Publish(ctx, published("e1", start)))
	w.jobs()
	if got, want := w.to.came[0].Get("Musharaka-Signature"), Sign(second, start, w.to.bodies[0]).Get("Musharaka-Signature"); got != want {
		t.Errorf("signed %s, want %s", got, want)
	}
}

func TestAnAddressMustBeReachable(t *testing.T) {
	w := newWorld(t)
	for name, in := range map[string]Input{
		"no name": {URL: good.URL, Events: good.Events}, "inside": {Name: "x", URL: "https://127.0.0.1/", Events: good.Events}, "plain": {Name: "x", URL: "http://hooks.example.org", Events: good.Events},
		"no event": {Name: "x", URL: good.URL}, "unknown event": {Name: "x", URL: good.URL, Events: []string{"petition.everything"}}, "long": {Name: strings.Repeat("ا", MaxName+1), URL: good.URL, Events: good.Events},
	} {
		if _, _, err := w.Create(t.Context(), officer, "town", "h", in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEventIsDeliveredOnceToEachWhoHearsIt(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	w.make("h1")
	_, _, err := w.Create(ctx, stranger, "elsewhere", "h2", good)
	w.must(err)
	_, _, err = w.Create(ctx, admin, auth.PlatformID, "h3", good)
	w.must(err)
	for range 3 {
		w.must(w.Publish(ctx, published("e1", start), published("old", start.Add(-time.Hour)), Event{ID: "e2", Type: "petition.state_changed", Org: "town", At: start}))
		w.jobs()
	}
	if len(w.to.bodies) != 2 { // h1 and h3; nobody chose state_changed, old was before they were made
		t.Fatalf("%d deliveries: %v", len(w.to.bodies), w.to.bodies)
	}
	var got struct{ ID, Type, Authority string }
	w.must(json.Unmarshal([]byte(w.to.bodies[0]), &got))
	if got.ID != "e1" || got.Type != "petition.published" || got.Authority != "town" || w.to.came[0].Get("Musharaka-Event") != got.Type {
		t.Errorf("%+v, %v", got, w.to.came[0])
	}
	w.clock.Advance(31 * 24 * time.Hour)
	w.jobs() // forgotten
	w.must(w.Publish(ctx, published("e1", start)))
	w.jobs()
	if len(w.to.bodies) != 2 {
		t.Error("an event that was forgotten is delivered again")
	}
	w.sound()
}

// sound fails when check finds anything.
func (w *world) sound() {
	w.t.Helper()
	found, err := w.Check(w.t.Context(), false)
	w.must(err)
	for _, f := range found {
		w.t.Errorf("check: %s", f)
	}
}

func TestWhatIsNotTakenComesAgainAndThenTheHookIsPaused(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	w.make("h1")
	w.to.status = 503
	w.must(w.Publish(ctx, published("e1", start)))
	w.jobs()
	if len(w.to.bodies) != 1 {
		t.Fatalf("%d attempts at once", len(w.to.bodies))
	}
	for range 40 {
		w.clock.Advance(time.Hour)
		w.jobs()
	}
	_, d, err := w.Delivery(ctx, officer, "h1", "h1.e1")
	w.must(err)
	if d.State != Failed || len(d.Attempts) != maxAttempts || d.Attempts[0].Status != 503 {
		t.Errorf("%s after %d attempts", d.State, len(d.Attempts))
	}
	w.clock.Advance(40 * time.Hour)
	w.must(w.Publish(ctx, published("e2", start.Add(time.Hour))))
	w.jobs()
	h, err := w.Get(ctx, officer, "h1")
	w.must(err)
	if h.State != Paused || len(w.mails) != 1 || w.mails[0].To != "officer@example.org" || h.History[len(h.History)-1].ActorID != "" {
		t.Fatalf("%s with %d mails", h.State, len(w.mails))
	}
	if w.must(w.Publish(ctx, published("e3", start.Add(2*time.Hour)))); len(w.to.bodies) == 0 {
		t.Error("nothing was tried")
	}
	w.clock.Advance(time.Hour)
	w.jobs()
	if _, d, err = w.Delivery(ctx, officer, "h1", "h1.e2"); err != nil || d.State != Failed {
		t.Errorf("what waited when it was paused: %s, %v", d.State, err)
	}
	if _, err := w.Replay(ctx, officer, "h1", "h1.e2"); !fault.Is(err, fault.Conflict) {
		t.Errorf("replayed while it is paused: %v", err)
	}
	w.to.status = 204
	_, err = w.Resume(ctx, officer, "h1")
	w.must(err)
	again, err := w.Replay(ctx, officer, "h1", "h1.e2")
	w.must(err)
	w.jobs()
	if _, d, err = w.Delivery(ctx, officer, "h1", again.ID); err != nil || d.State != Delivered || d.ReplayOf != "h1.e2" || d.Body == "" {
		t.Errorf("replayed: %+v, %v", d, err)
	}
	if again, err = w.Replay(ctx, officer, "h1", again.ID); err != nil || again.ReplayOf != "h1.e2" || again.ID != "h1.e2~2" {
		t.Errorf("replaying a replay: %+v, %v", again, err)
	}
	if h, err = w.Get(ctx, officer, "h1"); err != nil || !h.FailingSince.IsZero() {
		t.Errorf("still failing since %s, %v", h.FailingSince, err)
	}
	w.jobs()
	w.sound()
}

func TestASuccessEndsTheCountingOfFailures(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	w.make("h1")
	for n, status := range []int{500, 200, 500} {
		w.to.status = status
		w.must(w.Publish(ctx, published(fmt.Sprint("e", n), start.Add(time.Duration(n)*time.Minute))))
		w.clock.Advance(2 * 24 * time.Hour)
		w.jobs()
	}
	if h, err := w.Get(ctx, officer, "h1"); err != nil || h.State != Active {
		t.Errorf("%s, %v", h.State, err)
	}
}

func TestEachFailureSaysWhatItWas(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	w.make("h1")
	for n, c := range []struct {
		status int
		err    error
		want   string
	}{
		{302, nil, "redirect"}, {0, fmt.Errorf("dial: %w", outbound.ErrInternal), "public internet"}, {0, context.DeadlineExceeded, "too long"}, {0, errors.New("connection refused"), "Nobody"}, {418, nil, ""},
	} {
		w.to.status, w.to.err = c.status, c.err
		id := fmt.Sprint("e", n)
		w.must(w.Publish(ctx, published(id, start)))
		w.jobs()
		_, d, err := w.Delivery(ctx, officer, "h1", "h1."+id)
		w.must(err)
		if d.State != Waiting || len(d.Attempts) != 1 || !strings.Contains(d.Attempts[0].Error, c.want) || d.Attempts[0].Status != c.status {
			t.Errorf("%v: %+v", c, d.Attempts)
		}
	}
}

func TestATrialIsSentOnceForOneClick(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	w.make("h1")
	for range 2 {
		w.must(w.Test(ctx, officer, "h1", "k"))
		w.jobs()
	}
	if len(w.to.bodies) != 1 || !strings.Contains(w.to.bodies[0], `"type":"test"`) {
		t.Errorf("%v", w.to.bodies)
	}
	if _, _, err := w.Delivery(ctx, stranger, "h1", "h1.test-k"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a stranger reads the delivery: %v", err)
	}
	_, err := w.End(ctx, officer, "h1")
	w.must(err)
	if err := w.Test(ctx, officer, "h1", "k2"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a trial of what has ended: %v", err)
	}
	if all, err := w.List(ctx, officer, "town"); err != nil || len(all) != 0 {
		t.Errorf("%d are listed, %v", len(all), err)
	}
}

func TestAnAccountThatGoesLeavesTheHook(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	w.make("h1")
	if data, err := w.Export(ctx, "officer"); err != nil || data == nil {
		t.Errorf("exported %v, %v", data, err)
	}
	w.must(w.OnJoined(ctx, "kept", "officer"))
	w.must(w.Erase(ctx, "kept"))
	if h, err := w.Get(ctx, officer, "h1"); err != nil || h.Owner != "" || h.State != Active {
		t.Errorf("%+v, %v", h, err)
	}
	if data, _ := w.Export(ctx, "kept"); data != nil {
		t.Errorf("exported %v", data)
	}
}

func TestADeliveryThatNobodySendsIsFound(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	w.make("h1")
	d := Delivery{Hook: "h1", Event: "test", Body: "{}", At: start, State: Waiting}
	d.ID = "h1.lost"
	w.must(w.deliveries.Insert(ctx, d))
	d.ID, d.Hook = "h9.lost", "h9"
	w.must(w.deliveries.Insert(ctx, d))
	found, err := w.Check(ctx, true)
	w.must(err)
	if slices.Sort(found); len(found) != 2 {
		t.Errorf("%v", found)
	}
	w.jobs()
	if len(w.to.bodies) != 1 {
		t.Errorf("%d were sent", len(w.to.bodies))
	}
	w.sound()
}
