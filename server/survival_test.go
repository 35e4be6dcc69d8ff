package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"musharaka/config"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store/mongostore"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestAThousandAttemptsOfOnePersonCountOnce lets one person press the button a
// thousand times at once. As many as a person may send in a row are thanked,
// the rest are asked to wait; a machine that is too slow for all of them says so.
func TestAThousandAttemptsOfOnePersonCountOnce(t *testing.T) {
	w := theWorld(t)
	id := w.opened(town)
	w.sign(id, w.signers[:9]...)
	crowd := newSigners(w.url, id)
	t.Cleanup(crowd.http.CloseIdleConnections)
	crowd.form += "&number=LA001100" // the town has the numbers of its list sealed
	token := w.session(w.signers[100])
	var wait sync.WaitGroup
	var mu sync.Mutex
	answers := map[string]int{}
	for range 1000 {
		wait.Go(func() {
			answer := crowd.send(token)
			mu.Lock()
			answers[answer]++
			mu.Unlock()
		})
	}
	wait.Wait()
	t.Logf("the answers: %v", answers)
	if answers[signed] == 0 || answers[signed]+answers["429"]+answers["503"] != 1000 {
		t.Errorf("of 1000 attempts some were answered otherwise: %v", answers)
	}
	tally, err := w.app.petitions.Tally(t.Context(), id)
	if err != nil || tally.Supporters != 10 || tally.Valid != 10 {
		t.Errorf("ten people signed, counted are %+v, %v", tally, err)
	}
	if page := w.visitor(t).get("/petitions/" + id + "/count.json"); !strings.Contains(page.body, `10`) {
		t.Errorf("the page is told %s", page.body)
	}
}

func (w *world) session(person string) string {
	w.t.Helper()
	token, err := w.sessions.Start(w.t.Context(), person, "demo", "test")
	w.must(err)
	return token
}

// signers sign one petition over HTTP, as many at once as want to.
type signers struct {
	http *http.Client
	url  string
	form string
}

func newSigners(at, petition string) *signers {
	return &signers{url: at + "/ar/petitions/" + petition + "/sign", form: url.Values{"consent": {"on"}}.Encode(), http: &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 1000},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signed is the answer that acknowledges a signature: it leads to the page that
// says thank you.
const signed = "signed"

// sign reports whether the signature was acknowledged.
func (c *signers) sign(token string) bool { return c.send(token) == signed }

// send signs once and returns the answer: signed, another status, or what went wrong.
func (c *signers) send(token string) string {
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
	_, err = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	switch {
	case err != nil:
		return err.Error()
	case res.StatusCode == http.StatusSeeOther && strings.HasSuffix(res.Header.Get("Location"), "/signed"):
		return signed
	}
	return strconv.Itoa(res.StatusCode)
}

// prepared is a data folder in which a petition is open to signatures, with
// people who are signed in and have not signed. Nothing serves it.
type prepared struct {
	settings config.Settings
	petition string
	people   []string
	tokens   []string
	roles    map[string]string // who was made known in each role
}

func prepare(t *testing.T, people int) *prepared {
	t.Helper()
	p := &prepared{settings: demoSettings(t, t.TempDir())}
	p.inside(t, clock.System(), func(w *world) {
		for _, id := range []string{town, tunisian} {
			_, err := w.places.Activate(t.Context(), auth.System, id)
			w.must(err)
		}
		w.populate()
		p.roles = w.people
		p.petition = w.opened(town)
		p.people, p.tokens = make([]string, people), make([]string, people)
		var wait sync.WaitGroup
		gate := make(chan struct{}, 16)
		for n := range people {
			gate <- struct{}{}
			wait.Go(func() {
				p.people[n] = w.enrol(t, 2000+n)
				p.tokens[n] = w.session(p.people[n])
				<-gate
			})
		}
		wait.Wait()
	})
	return p
}

// inside opens the platform over the folder without serving it, and closes it again.
func (p *prepared) inside(t *testing.T, at clock.Clock, use func(*world)) {
	t.Helper()
	db, err := openStore(t.Context(), p.settings)
	if err != nil {
		t.Fatal(err)
	}
	a, err := newApp(t.Context(), p.settings, db, sources{clock: at, ident: ident.New(), log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	use(&world{running: &running{app: a, url: p.settings.PublicURL, data: p.settings.Data}, t: t, people: p.known(), petitions: map[string]string{}})
	if err := a.stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// known are those who were made known already.
func (p *prepared) known() map[string]string {
	if p.roles == nil {
		return map[string]string{}
	}
	return p.roles
}

// environment is what the binary is told about the folder.
func (p *prepared) environment() map[string]string {
	return map[string]string{"MUSHARAKA_LISTEN": p.settings.Listen, "MUSHARAKA_PUBLIC_URL": p.settings.PublicURL, "MUSHARAKA_DATA": p.settings.Data,
		"MONGODB_URI": p.settings.MongoURI, "MONGODB_DATABASE": p.settings.MongoDatabase}
}

// command runs one of the binary's commands over the folder, in this process.
func (p *prepared) command(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var said bytes.Buffer
	before := slog.Default()
	defer slog.SetDefault(before)
	code = run(t.Context(), args, func(name string) (string, bool) { v, ok := p.environment()[name]; return v, ok }, &said, &said)
	return code, said.String()
}

// server is the binary serving the folder in a process of its own.
type server struct {
	*exec.Cmd
	said bytes.Buffer
}

// serve starts the binary and waits until it is ready.
func (p *prepared) serve(t *testing.T) *server {
	t.Helper()
	s := &server{Cmd: exec.Command(os.Args[0], "serve")}
	s.Env = append(os.Environ(), serverMode+"=yes")
	for name, value := range p.environment() {
		s.Env = append(s.Env, name+"="+value)
	}
	s.Stdout, s.Stderr = &s.said, &s.said
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Process.Kill() })
	if !eventually(t, func() bool { return probe(t.Context(), p.settings.Listen) == nil }) {
		_ = s.Process.Kill()
		_ = s.Wait()
		t.Fatalf("the server does not get ready: %s", s.said.String())
	}
	return s
}

// signAndEnd lets the crowd sign, from the n-th person on, and calls end once
// so many signatures were acknowledged. It returns those who were thanked and
// the number of the next person.
func (p *prepared) signAndEnd(next, enough int, end func()) (thanked []string, rest int) {
	crowd := newSigners(p.settings.PublicURL, p.petition)
	var mu sync.Mutex
	var wait sync.WaitGroup
	over := make(chan struct{})
	for range 24 {
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
				if n >= len(p.tokens) {
					return
				}
				if !crowd.sign(p.tokens[n]) {
					continue
				}
				mu.Lock()
				thanked = append(thanked, p.people[n])
				if len(thanked) == enough {
					end()
					time.AfterFunc(time.Second, func() { close(over) }) // who is still being answered is still heard
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return thanked, next
}

// allSigned looks for the signature of everybody who was thanked.
func (p *prepared) allSigned(t *testing.T, w *world, thanked []string) {
	t.Helper()
	lost := 0
	for _, person := range thanked {
		if _, signed, err := w.app.petitions.SignatureOf(t.Context(), auth.Actor{PersonID: person}, p.petition); err != nil || !signed {
			lost++
		}
	}
	tally, err := w.app.petitions.Tally(t.Context(), p.petition)
	if lost > 0 || err != nil || tally.Supporters < int64(len(thanked)) {
		t.Errorf("%d of %d acknowledged signatures are lost, %d are counted, %v", lost, len(thanked), tally.Supporters, err)
	}
}

// TestAKilledServerLosesNoAcknowledgedSignature kills -9 the server while
// people sign over HTTP, several times (MUSHARAKA_KILLS, 2 when not set).
func TestAKilledServerLosesNoAcknowledgedSignature(t *testing.T) {
	rounds := 2
	if n, err := strconv.Atoi(os.Getenv("MUSHARAKA_KILLS")); err == nil {
		rounds = n
	}
	p := prepare(t, 240*rounds)
	var thanked []string
	next := 0
	for round := range rounds {
		s := p.serve(t)
		var more []string
		more, next = p.signAndEnd(next, 40+37*round%120, func() { _ = s.Process.Kill() })
		if err := s.Wait(); err == nil {
			t.Fatal("the server ended by itself")
		}
		if len(more) < 40 {
			t.Fatalf("round %d: only %d people were thanked: %s", round, len(more), s.said.String())
		}
		thanked = append(thanked, more...)
		next = min(next, (round+1)*240)
	}
	later := &movable{by: time.Hour} // by then the killed are known to be dead
	p.inside(t, later, func(w *world) {
		var findings []finding
		if !eventually(t, func() bool {
			var err error
			findings, err = w.check(t.Context(), false)
			return err == nil && len(findings) == 0
		}) {
			t.Errorf("after %d kills check finds %v", rounds, findings)
		}
		p.allSigned(t, w, thanked)
	})
	if code, out := p.command(t, "check"); code != exitOK {
		t.Errorf("check ends with %d: %s", code, out)
	}
	t.Logf("%d kills, %d acknowledged signatures", rounds, len(thanked))
}

// TestAServerThatIsToldToStopLosesNothing sends SIGTERM while people sign.
func TestAServerThatIsToldToStopLosesNothing(t *testing.T) {
	p := prepare(t, 400)
	s := p.serve(t)
	thanked, _ := p.signAndEnd(0, 120, func() { _ = s.Process.Signal(syscall.SIGTERM) })
	if err := s.Wait(); err != nil {
		t.Errorf("the server ends with %v: %s", err, s.said.String())
	}
	if code, out := p.command(t, "check"); code != exitOK || !strings.Contains(out, "(0 mended)") {
		t.Errorf("check ends with %d: %s", code, out)
	}
	p.inside(t, clock.System(), func(w *world) { p.allSigned(t, w, thanked) })
	t.Logf("%d acknowledged signatures", len(thanked))
}

// TestABackupIsTheWayIntoAnotherStore backs up, restores into an empty store of
// each kind, and compares the pages.
func TestABackupIsTheWayIntoAnotherStore(t *testing.T) {
	p := prepare(t, 30)
	p.inside(t, clock.System(), func(w *world) {
		w.sign(p.petition, p.people...)
	})
	folder := filepath.Join(t.TempDir(), "backup")
	if code, out := p.command(t, "backup", folder); code != exitOK {
		t.Fatalf("backup ends with %d: %s", code, out)
	}
	if code, _ := p.command(t, "backup", folder); code != exitFailed {
		t.Errorf("a backup over another one ends with %d", code)
	}
	before := p.pages(t)
	if code, _ := p.command(t, "restore", folder); code != exitFailed {
		t.Errorf("restoring into a store that is not empty ends with %d", code)
	}
	targets := map[string]config.Settings{"embedded": demoSettings(t, t.TempDir())}
	if uri := os.Getenv("MONGODB_TEST_URI"); uri != "" {
		s := demoSettings(t, t.TempDir())
		s.MongoURI, s.MongoDatabase = uri, freshDatabase(t, uri)
		targets["MongoDB"] = s
	}
	for name, settings := range targets {
		t.Run(name, func(t *testing.T) {
			settings.Listen, settings.PublicURL = p.settings.Listen, p.settings.PublicURL // so that the pages may be the same
			q := &prepared{settings: settings, petition: p.petition, people: p.people}
			if code, out := q.command(t, "restore", folder); code != exitOK {
				t.Fatalf("restore ends with %d: %s", code, out)
			}
			if code, out := q.command(t, "check"); code != exitOK || !strings.Contains(out, "(0 mended)") {
				t.Errorf("check ends with %d: %s", code, out)
			}
			after := q.pages(t)
			for path, page := range before {
				if after[path] != page {
					t.Errorf("%s shows something else: %d bytes before, %d after", path, len(page), len(after[path]))
				}
			}
		})
	}
}

// pages are what everybody sees, as the binary serves it.
func (p *prepared) pages(t *testing.T) map[string]string {
	t.Helper()
	s := p.serve(t)
	defer func() {
		_ = s.Process.Signal(syscall.SIGTERM)
		if err := s.Wait(); err != nil {
			t.Errorf("the server ends with %v: %s", err, s.said.String())
		}
	}()
	found := map[string]string{}
	v := (&running{url: p.settings.PublicURL}).visitor(t)
	for _, path := range []string{"/ar", "/fr/petitions", "/ar/petitions/" + p.petition, "/fr/petitions/" + p.petition + "/names", "/ar/places/" + town, "/ar/associations"} {
		page := v.get(path)
		if page.status != http.StatusOK {
			t.Errorf("%s answers %d", path, page.status)
		}
		found[path] = page.body
	}
	if file, ok := v.get("/ar/petitions/" + p.petition).Find(`a[href^="/files/"]`).Attr("href"); ok {
		found["the file"] = v.get(file).body
	} else {
		t.Error("the petition shows no file")
	}
	return found
}

// freshDatabase names a database that is gone after the test.
func freshDatabase(t *testing.T, uri string) string {
	t.Helper()
	name := "musharaka_test_" + ident.New().ID()
	t.Cleanup(func() {
		db, err := mongostore.Open(context.Background(), uri, name)
		if err != nil {
			t.Error(err)
			return
		}
		if err := db.Database().Drop(context.Background()); err != nil {
			t.Error(err)
		}
		_ = db.Close()
	})
	return name
}

// TestTwoInstancesServeTogether runs the platform twice over one MongoDB and
// lets people sign at both.
func TestTwoInstancesServeTogether(t *testing.T) {
	uri := os.Getenv("MONGODB_TEST_URI")
	if uri == "" {
		t.Skip("no MongoDB: set MONGODB_TEST_URI, or start one with `cd .ci/mongo && go run .` and set it to mongodb://127.0.0.1:27027/?maxPoolSize=1")
	}
	name := freshDatabase(t, uri)
	open := func() *mongostore.DB {
		db, err := mongostore.Open(t.Context(), uri, name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	first := open()
	second := first
	if !isFerret(t, first) { // that server loses updates that two connections make at once
		second = open()
	}
	one, two := startOn(t, clock.System(), demoSettings(t, t.TempDir()), first), startOn(t, clock.System(), demoSettings(t, t.TempDir()), second)
	w := &world{running: one, t: t, people: map[string]string{}, petitions: map[string]string{}}
	if _, err := w.places.Activate(t.Context(), auth.System, town); err != nil {
		t.Fatal(err)
	}
	w.populate()
	w.attachment = "none" // uploads are not what this is about
	id := w.opened(town)
	const people = 40
	crowds := []*signers{newSigners(one.url, id), newSigners(two.url, id)}
	var wait sync.WaitGroup
	gate := make(chan struct{}, 8)
	for n := range people {
		token := w.session(w.enrol(t, 3000+n))
		for _, c := range crowds { // everybody signs at both, and counts once
			gate <- struct{}{}
			wait.Go(func() {
				if !c.sign(token) {
					t.Errorf("person %d was not thanked at %s", n, c.url)
				}
				<-gate
			})
		}
	}
	wait.Wait()
	said := map[string]string{}
	if !eventually(t, func() bool {
		for _, r := range []*running{one, two} {
			said[r.url] = r.visitor(t).get("/petitions/" + id + "/count.json").body
		}
		return said[one.url] == said[two.url] && strings.Contains(said[one.url], fmt.Sprint(people))
	}) {
		t.Errorf("%d people signed; the two say %v", people, said)
	}
	if page := two.visitor(t).get("/fr/petitions/" + id); page.status != http.StatusOK {
		t.Errorf("the other instance answers %d", page.status)
	}
}

func isFerret(t *testing.T, db *mongostore.DB) bool {
	t.Helper()
	info, err := db.Database().RunCommand(t.Context(), bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		t.Fatal(err)
	}
	_, err = info.LookupErr("ferretdbVersion")
	return err == nil
}
