package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"sync"
	"testing"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/association"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/network"
	"musharaka/modules/petition"
)

// tunisian is the second town of the world: its words and rules differ.
const tunisian = "tn-1312"

// neighbour is an authority that also takes part, with officers of its own.
const neighbour = "ma-1511010"

// serverMode makes this test binary the server itself: the tests of survival
// run it so, to kill it.
const serverMode = "MUSHARAKA_TEST_IS_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverMode) != "" {
		main()
		return
	}
	code := m.Run()
	if shared.end != nil && !shared.end() {
		code = 1
	}
	os.Exit(code)
}

// movable is the machine's clock moved by a constant that a test changes.
type movable struct {
	mu sync.Mutex
	by time.Duration
}

// Now returns the moved time.
func (m *movable) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return clock.System().Now().Add(m.by)
}

func (m *movable) move(by time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.by = by
}

// lasting stands in for a test where something is built that outlives it.
type lasting struct {
	testing.TB
	over   bool
	failed bool
	after  []func()
}

func (l *lasting) Helper()                  {}
func (l *lasting) Context() context.Context { return context.Background() }
func (l *lasting) Cleanup(f func())         { l.after = append(l.after, f) }

func (l *lasting) TempDir() string {
	dir, err := os.MkdirTemp("", "musharaka-test-")
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func (l *lasting) Errorf(format string, args ...any) {
	if !l.over {
		l.TB.Errorf(format, args...)
		return
	}
	l.failed = true
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

func (l *lasting) end() bool {
	l.over = true
	for i := len(l.after) - 1; i >= 0; i-- {
		l.after[i]()
	}
	return !l.failed
}

// world is a platform in which everything has happened that can happen: people
// in every role, petitions in every state in two countries. Tests that look at
// pages share it; those that change something make their own petition in it.
type world struct {
	*running
	t           testing.TB
	clock       *movable
	people      map[string]string // by role
	petitions   map[string]string // by country and state: "MA open"
	association string
	voted       string   // an edition in execution,
	projects    []string // its projects: begun, funded, not funded
	trial       string   // a file that was counted
	associated  associated
	networked   networked
	councilled  councilled
	queued      queued
	requested   requested
	budgeted    budgeted
	attachment  string   // path of a published file
	signers     []string // people whose signatures count in town
	untold      *untold

	worked   string // an item of the desk with everything: notes, somebody who has it, escalated
	batch    string // something done to several items at once
	template string
	spent    int // webhooks that were made to be ended

	paper paperWorld
	space spaced
	vote  voting

	spoken spoken
}

// untold gathers the texts that were asked for and have no translation.
type untold struct {
	mu    sync.Mutex
	texts map[string]bool
}

func (u *untold) add(lang, id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if id == "" {
		return
	}
	u.texts[lang+": "+id] = true
}

func (u *untold) all() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return sortedKeys(u.texts)
}

var shared struct {
	once  sync.Once
	world *world
	life  *lasting
	end   func() bool
}

// theWorld returns the world that the tests of this package share.
func theWorld(t testing.TB) *world {
	t.Helper()
	shared.once.Do(func() {
		shared.life = &lasting{}
		shared.life.TB, shared.end = t, shared.life.end
		shared.world = newWorld(shared.life)
	})
	shared.life.TB = t // what goes wrong goes wrong for the test that asks now
	if shared.world == nil {
		t.Fatal("the world could not be made; the first test that wanted it says why")
	}
	return shared.world
}

// actors are those who come to every route, in the order of the table.
var actors = []string{"nobody", "citizen", "officer", "officer elsewhere", "president", "councillor", "front desk", "observer", "delegate", "coordinator", "administrator", "author"}

func newWorld(t testing.TB) *world {
	at := &movable{by: -500 * 24 * time.Hour}
	demoPeople = append(demoPeople, account.DemoPerson{
		Subject: "story-800", Name: "Amina El Idrissi", Email: "person800@demo.example", Lang: "fr",
		About: account.Words{AR: "مواطنة من العرائش", FR: "Habitante de Larache", EN: "Lives in Larache"},
		Group: account.Words{AR: "أهل الاختبار", FR: "Pour les essais", EN: "For trials"},
	})
	w := &world{t: t, clock: at, people: map[string]string{}, petitions: map[string]string{}, untold: &untold{texts: map[string]bool{}}}
	w.running = startPlatform(t, at)
	w.words.Watch(w.untold.add)
	for _, id := range []string{town, tunisian, neighbour} {
		if _, err := w.places.Activate(t.Context(), auth.System, id); err != nil {
			t.Fatal(err)
		}
	}
	w.populate()
	for n := range 220 {
		w.signers = append(w.signers, w.enrol(t, 1000+n))
	}
	w.people["signer"] = w.signers[1]
	w.longAgo()
	at.move(-40 * 24 * time.Hour)
	w.timePasses()
	w.lately()
	w.budgetsBefore()
	w.onPaper()
	w.carriedOutLately()
	at.move(0)
	w.inBudgets()
	w.associate()
	w.sitting()
	w.atTheCounters()
	w.workTogether()
	w.atTheSpace()
	w.atTheDesk()
	w.withWebhooks()
	w.withOtherPrograms()
	w.votes()
	w.tryElection()
	w.inSpaces()
	return w
}

// populate makes somebody known in every role.
func (w *world) populate() {
	a, err := w.associations.Register(w.t.Context(), auth.System, association.Association{
		NameAR: "جمعية شباب العرائش", NameFR: "Association des jeunes de Larache", FoundedAt: time.Date(2015, 3, 8, 0, 0, 0, 0, time.UTC),
		Seat: town, Representative: "سعيد بنعلي", Activity: "أنشطة ثقافية وبيئية لفائدة الشباب.",
	})
	w.must(err)
	w.association = a.ID
	_, err = w.networks.Found(w.t.Context(), auth.System, "spaces", network.Words{Country: "TN", Names: map[string]string{"ar": "شبكة فضاءات المواطن", "fr": "Réseau des espaces citoyens"}})
	w.must(err)
	for _, place := range []string{tunisian, "tn-2411"} {
		_, err = w.networks.Admit(w.t.Context(), auth.System, "spaces", place)
		w.must(err)
	}
	at := func(org string, role auth.Role) auth.Membership {
		return auth.Membership{Kind: auth.Authority, OrgID: org, Role: role}
	}
	for n, p := range []struct {
		role string
		held []auth.Membership
	}{
		{"citizen", nil}, {"author", nil}, {"neighbour", nil}, {"reader", nil},
		{"officer", []auth.Membership{at(town, auth.Officer), at(tunisian, auth.Officer)}},
		{"officer elsewhere", []auth.Membership{at(neighbour, auth.Officer)}},
		{"president", []auth.Membership{at(town, auth.President), at(tunisian, auth.President)}},
		{"councillor", []auth.Membership{at(town, auth.Councillor), at(tunisian, auth.Councillor)}},
		{"front desk", []auth.Membership{at(town, auth.FrontDesk)}},
		{"observer", []auth.Membership{{Kind: auth.Platform, OrgID: auth.PlatformID, Role: auth.Observer}}},
		{"delegate", []auth.Membership{{Kind: auth.Association, OrgID: a.ID, Role: auth.Delegate}}},
		{"coordinator", []auth.Membership{{Kind: auth.Federation, OrgID: "spaces", Role: auth.Coordinator}}},
		{"administrator", []auth.Membership{{Kind: auth.Platform, OrgID: auth.PlatformID, Role: auth.Administrator}}},
		{"department", []auth.Membership{at(town, auth.Department)}},
	} {
		id := w.enrol(w.t, 801+n)
		for _, m := range p.held {
			_, err := w.accounts.GrantRole(w.t.Context(), auth.System, id, m)
			w.must(err)
		}
		w.people[p.role] = id
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("making the world: %v", err)
	}
}

// actor is somebody as the services know them.
func (w *world) actor(role string) auth.Actor { return w.actorOf(w.people[role]) }

func (w *world) actorOf(id string) auth.Actor {
	a, err := w.accounts.Actor(w.t.Context(), id)
	w.must(err)
	return a
}

// longAgo lets happen what needs time to end: a collection that stays below
// the threshold, a reply that does not come.
func (w *world) longAgo() {
	w.petitions["MA expired"] = w.opened(town)
	w.petitions["MA lapsed"] = w.ready(town)
	w.votedLongAgo()
}

// timePasses lets the platform see that time has passed.
func (w *world) timePasses() {
	w.queue.Wake()
	for _, state := range []petition.State{petition.Expired, petition.Lapsed} {
		if !eventually(w.t, func() bool { return w.state(w.petitions["MA "+string(state)]) == state }) {
			w.t.Fatalf("a petition does not become %s when its time is over", state)
		}
	}
}

func (w *world) state(id string) petition.State {
	p, err := w.app.petitions.Get(w.t.Context(), auth.System, id)
	w.must(err)
	return p.State
}

// lately brings petitions into every other state.
func (w *world) lately() {
	ctx, officer := w.t.Context(), w.actor("officer")
	for _, place := range []string{town, tunisian} {
		country := map[string]string{town: "MA ", tunisian: "TN "}[place]
		w.petitions[country+"draft"] = w.drafted(place)
		w.petitions[country+"moderation"] = w.submitted(place)
		w.petitions[country+"open"] = w.opened(place)
		rejected := w.submitted(place)
		_, err := w.app.petitions.Reject(ctx, officer, rejected, petition.Unclear, "ما المطلوب من المجلس؟ يرجى توضيح الشارع المقصود.")
		w.must(err)
		w.petitions[country+"rejected"] = rejected
	}
	w.talkedAbout(w.petitions["MA open"])
	w.talkedAbout(w.petitions["TN open"])
	hidden := w.submitted(town)
	_, err := w.app.petitions.Reject(ctx, officer, hidden, petition.Offensive, "عبارات مهينة.")
	w.must(err)
	returned := w.submitted(town)
	_, err = w.app.petitions.RequestChanges(ctx, officer, returned, "اذكروا الشارع بالاسم.")
	w.must(err)
	withdrawn := w.opened(town)
	_, err = w.app.petitions.Withdraw(ctx, w.actor("author"), withdrawn, "تحقق المطلوب.")
	w.must(err)
	w.petitions["MA hidden"], w.petitions["MA changes"], w.petitions["MA withdrawn"] = hidden, returned, withdrawn
	w.petitions["MA ready"] = w.ready(town)
	drafted, approved, answered := w.ready(town), w.ready(town), w.ready(town)
	w.draftAnswer(drafted)
	w.approveAnswer(approved)
	w.approveAnswer(answered)
	_, err = w.app.petitions.PublishAnswer(ctx, w.actor("president"), answered, w.stamp(answered))
	w.must(err)
	w.petitions["MA answer drafted"], w.petitions["MA answer approved"], w.petitions["MA answered"] = drafted, approved, answered
	w.legal()
}

// legal brings one petition into each of the legal stages.
func (w *world) legal() {
	ctx, officer := w.t.Context(), w.actor("officer")
	path := []struct {
		act petition.Act
		in  petition.LegalStep
	}{
		{petition.ActDeposit, petition.LegalStep{Receipt: "12/2026"}}, {petition.ActReview, petition.LegalStep{}},
		{petition.ActAdmit, petition.LegalStep{}}, {petition.ActAssign, petition.LegalStep{Committee: "لجنة المرافق"}},
		{petition.ActSchedule, petition.LegalStep{}}, {petition.ActDeliberate, petition.LegalStep{Decision: "صودق على الطلب"}},
		{petition.ActFollowUp, petition.LegalStep{}}, {petition.ActClose, petition.LegalStep{}},
	}
	for n := range path {
		id := w.ready(town)
		for _, step := range path[:n+1] {
			if step.act == petition.ActAdmit {
				w.rule(id, true)
				continue
			}
			_, err := w.app.petitions.Advance(ctx, officer, id, step.act, step.in)
			w.must(err)
		}
		w.petitions["MA "+string(w.state(id))] = id
	}
	refused := w.ready(town)
	_, err := w.app.petitions.Advance(ctx, officer, refused, petition.ActDeposit, petition.LegalStep{Receipt: "13/2026"})
	w.must(err)
	w.rule(refused, false)
	w.petitions["MA refused"] = refused
	w.afterwards()
}

// rule lets the bureau decide on admissibility: the officer drafts, the
// president issues.
func (w *world) rule(id string, admit bool) {
	w.ruling(id, admit)
	p, err := w.app.petitions.Get(w.t.Context(), w.actor("president"), id)
	w.must(err)
	_, err = w.app.petitions.IssueRuling(w.t.Context(), w.actor("president"), id, p.Legal.Ruling.Stamp())
	w.must(err)
}

// ruling checks every condition and drafts the decision.
func (w *world) ruling(id string, admit bool) {
	ctx, officer := w.t.Context(), w.actor("officer")
	p, err := w.app.petitions.Get(ctx, officer, id)
	w.must(err)
	checks, err := w.app.petitions.Checklist(ctx, p)
	w.must(err)
	found := map[string]petition.BureauFind{}
	for i, c := range checks {
		found[c.Code] = petition.BureauFind{Met: petition.IsMet}
		if !admit && i == len(checks)-1 {
			found[c.Code] = petition.BureauFind{Met: petition.IsUnmet, Note: "يدخل في اختصاص جهة أخرى."}
		}
	}
	_, err = w.app.petitions.Find(ctx, officer, id, found)
	w.must(err)
	in := petition.RulingInput{Admit: admit, SessionAt: w.clock.Now().AddDate(0, 3, 0)}
	if !admit {
		in = petition.RulingInput{Code: "outside_powers", Reasons: "يدخل في اختصاص جهة أخرى."}
	}
	_, err = w.app.petitions.DraftRuling(ctx, officer, id, in)
	w.must(err)
}

// rulingStamp is the stamp of the decision that waits.
func (w *world) rulingStamp(key string) string {
	p, err := w.app.petitions.Get(w.t.Context(), w.actor("president"), w.petitions[key])
	w.must(err)
	return p.Legal.Ruling.Stamp()
}

// afterwards makes what the pages of the procedure show beside its states: a
// file, a decision that waits, a key, steps of the follow-up, satisfaction.
func (w *world) afterwards() {
	ctx, officer := w.t.Context(), w.actor("officer")
	_, err := w.app.petitions.MakeFile(ctx, w.actor("author"), w.petitions["MA ready"], "ar")
	w.must(err)
	w.ruling(w.petitions["MA review"], true)
	const phrase = "كلمة سر طويلة"
	file, _, err := w.app.keys.Make(ctx, officer, town, phrase, "Tanger")
	w.must(err)
	_, err = w.app.keys.Confirm(ctx, officer, town, file, phrase)
	w.must(err)
	_, _, err = w.app.keys.Make(ctx, officer, town, phrase, "Tanger") // a second one waits
	w.must(err)
	w.petitions["MA numbered"] = w.opened(town)
	w.sign(w.petitions["MA numbered"], w.people["signer"])
	id := w.petitions["MA follow_up"]
	for i, title := range []string{"إصلاح الأعمدة", "اقتناء المصابيح", "دراسة ثانية"} {
		_, err := w.app.petitions.PlanStep(ctx, officer, id, 0, petition.StepInput{Title: title, Service: "مصلحة الإنارة", Due: w.clock.Now().AddDate(0, 0, i-1), NoBudget: i == 1, Budget: "الباب 20"})
		w.must(err)
	}
	_, err = w.app.petitions.MoveStep(ctx, officer, id, 1, petition.ActStepDone, petition.CloseInput{Evidence: "أُصلحت الأعمدة كلها."})
	w.must(err)
	_, err = w.app.petitions.MoveStep(ctx, officer, id, 3, petition.ActStepDrop, petition.CloseInput{Reason: "لم تعد لازمة."})
	w.must(err)
}

var arabicText = petition.Text{
	Object: "إصلاح الإنارة العمومية بالشارع الساحلي", Ask: "نطلب من المجلس إصلاح أعمدة الإنارة المعطلة على طول الشارع الساحلي قبل الصيف.",
	Reasons: "منذ سنتين والشارع مظلم ليلا، وقد وقعت فيه حوادث عديدة للراجلين.", Aims: "طريق آمن للأطفال والمسنين.",
}

var frenchText = petition.Text{
	Object: "Réparer l’éclairage public du boulevard", Ask: "Nous demandons au conseil de réparer les lampadaires en panne du boulevard avant l’été.",
	Reasons: "Depuis deux ans, le boulevard est dans le noir et plusieurs piétons y ont été renversés.", Aims: "Un chemin sûr pour les enfants et les aînés.",
}

// drafted is a complete draft of the author.
func (w *world) drafted(place string) string {
	ctx, author := w.t.Context(), w.actor("author")
	p, err := w.app.petitions.StartDraft(ctx, author, place, "")
	w.must(err)
	texts := map[string]petition.Text{"ar": arabicText}
	if place == tunisian {
		texts["fr"] = frenchText
	}
	for _, step := range []struct {
		step petition.Step
		in   petition.Input
	}{
		{petition.StepLanguages, petition.Input{Langs: sortedKeys(texts)}}, {petition.StepObject, petition.Input{Texts: texts}},
		{petition.StepAsk, petition.Input{Texts: texts}}, {petition.StepReasons, petition.Input{Texts: texts}}, {petition.StepAims, petition.Input{Texts: texts}},
		{petition.StepTheme, petition.Input{Theme: "lighting", Tags: []string{"youth", "women"}}},
		{petition.StepPetitioners, petition.Input{Kind: petition.Citizens, AgentName: "سلمى البقالي", AgentPublic: true, Deputy: "كريم العلمي", Committee: []string{"هدى بنسعيد"}}},
		{petition.StepAttachments, petition.Input{Attachments: w.upload(p.ID)}},
	} {
		_, err = w.app.petitions.SaveStep(ctx, author, p.ID, step.step, step.in)
		w.must(err)
	}
	return p.ID
}

// upload puts a picture beside the first petition.
func (w *world) upload(id string) []string {
	if w.attachment != "" {
		return nil
	}
	var picture bytes.Buffer
	w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 48))))
	kept, err := petitionFiles{w.app}.Take(w.t.Context(), w.people["author"], id, "الشارع.png", &picture)
	w.must(err)
	docs, err := petitionFiles{w.app}.Documents(w.t.Context(), []string{kept})
	w.must(err)
	w.attachment = docs[0].Path
	return []string{kept}
}

func (w *world) submitted(place string) string {
	id := w.drafted(place)
	_, err := w.app.petitions.Submit(w.t.Context(), w.actor("author"), id)
	w.must(err)
	return id
}

func (w *world) opened(place string) string {
	id := w.submitted(place)
	_, err := w.app.petitions.Publish(w.t.Context(), w.actor("officer"), id)
	w.must(err)
	return id
}

// ready is a petition that as many signed as the threshold asks for.
func (w *world) ready(place string) string {
	id := w.opened(place)
	p, err := w.app.petitions.Get(w.t.Context(), auth.System, id)
	w.must(err)
	w.sign(id, w.signers[:p.Threshold.Signatures]...)
	if !eventually(w.t, func() bool { return w.state(id) == petition.Ready }) {
		w.t.Fatal("a petition does not reach its threshold")
	}
	return id
}

// sign lets people sign, all at once as a crowd does.
func (w *world) sign(id string, people ...string) {
	var wait sync.WaitGroup
	failed := make([]error, len(people))
	for i, person := range people {
		wait.Go(func() {
			_, failed[i] = w.app.petitions.Sign(w.t.Context(), auth.Actor{PersonID: person}, id, petition.SignInput{NamePublic: i%2 == 0, Consent: consentVersion})
		})
	}
	wait.Wait()
	for _, err := range failed {
		w.must(err)
	}
}

// talkedAbout gives a petition signatures with comments: one approved, one that waits.
func (w *world) talkedAbout(id string) {
	ctx := w.t.Context()
	w.sign(id, w.signers[10:70]...)
	for n, comment := range []string{"الشارع خطير ليلا على أبنائنا.", "J’habite ce quartier : il faut agir avant l’hiver."} {
		who := w.actorOf(w.signers[n])
		_, err := w.app.petitions.Sign(ctx, who, id, petition.SignInput{NamePublic: true, News: true, Comment: comment, Consent: consentVersion})
		w.must(err)
		if n == 0 {
			p, err := w.app.petitions.Get(ctx, auth.System, id)
			w.must(err)
			waiting, err := w.app.petitions.PendingComments(ctx, w.actor("officer"), p.Authority, "", 50)
			w.must(err)
			for _, c := range waiting.Items {
				w.must(w.app.petitions.ModerateComment(ctx, w.actor("officer"), c.ID, true))
			}
		}
	}
	w.must(w.app.petitions.Follow(ctx, w.actor("reader"), id))
}

func (w *world) draftAnswer(id string) {
	_, err := w.app.petitions.DraftAnswer(w.t.Context(), w.actor("councillor"), id, petition.AnswerInput{Decision: "accepted", Texts: map[string]petition.AnswerText{
		"ar": {Summary: "نوافق على الطلب", Body: "تقرر إصلاح خمسين عمودا قبل نهاية شهر ماي من السنة المقبلة."},
	}})
	w.must(err)
}

func (w *world) approveAnswer(id string) {
	w.draftAnswer(id)
	_, err := w.app.petitions.ApproveAnswer(w.t.Context(), w.actor("president"), id, w.stamp(id))
	w.must(err)
}

// stamp names the version of the answer that is being worked on.
func (w *world) stamp(id string) string {
	p, err := w.app.petitions.Get(w.t.Context(), w.actor("officer"), id)
	w.must(err)
	v, _ := p.Answer.Working()
	return v.Stamp()
}

// is signs a fresh visitor in as somebody of the world; "nobody" stays outside.
func (w *world) is(t testing.TB, role string) *visitor {
	t.Helper()
	v := w.visitor(t)
	if role == "nobody" {
		return v
	}
	if w.people[role] == "" {
		t.Fatalf("nobody in the world is %q", role)
	}
	return v.as(w.people[role])
}
