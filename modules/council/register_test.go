package council

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/golden"
	"musharaka/modules/kit/law"
	"musharaka/modules/kit/store"
)

// asked lets somebody ask a question in the town.
func (w *world) asked(who auth.Actor) Question {
	w.t.Helper()
	q, err := w.Ask(w.ctx, who, town, "once", Question{Kind: AskedQuestion, Title: "متى تصلح الإنارة؟", Text: "الشارع مظلم منذ شهر."})
	w.must(err)
	return q
}

// run does what is due, as the queue would.
func (w *world) run() {
	w.t.Helper()
	if _, err := w.Queue.RunDue(w.ctx); err != nil {
		w.t.Fatal(err)
	}
}

func TestAQuestionFromAskingToTheAnswer(t *testing.T) {
	w := newWorld(t)
	q := w.asked(salma)
	if again := w.asked(salma); again.ID != q.ID || again.Reference != q.Reference {
		t.Errorf("a form sent twice made two entries: %s, %s", q.Reference, again.Reference)
	}
	if q.Reference != "AV-2026-0001" || q.State != QuestionWaiting || q.Name != "" {
		t.Fatalf("%+v", q)
	}
	// Thirty days later, at the end of the day in Morocco, where Ramadan moves the clock.
	if want := time.Date(2026, 2, 4, 22, 59, 59, 999e6, time.UTC); !q.DueAt.Equal(want) || !q.Due.Platform {
		t.Errorf("due %s by %+v, not %s", q.DueAt, q.Due, want)
	}
	for name, who := range map[string]auth.Actor{"nobody": nobody, "karim": karim, "elsewhere": stranger} {
		if _, err := w.Question(w.ctx, who, q.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s sees it before it is read: %v", name, err)
		}
	}
	if err := w.FollowQuestion(w.ctx, karim, q.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("followed before it is public: %v", err)
	}
	q, err := w.Register(w.ctx, officer, q.ID)
	w.must(err)
	w.must(w.FollowQuestion(w.ctx, karim, q.ID))
	w.must(w.FollowQuestion(w.ctx, karim, q.ID))
	q, err = w.Answer(w.ctx, councillor, q.ID, "تصلح الإنارة يوم الاثنين.")
	if err != nil || q.State != QuestionAnswered || q.AnsweredAs != string(AsCouncillor) {
		t.Fatalf("%+v, %v", q, err)
	}
	w.run()
	var told []string
	for _, m := range w.post.sent {
		told = append(told, m.To+" "+m.Subject)
	}
	if len(told) != 3 {
		t.Errorf("told: %v", told)
	}
	w.must(w.Settle(w.ctx))
	w.run()
	if len(w.post.sent) != 3 {
		t.Errorf("told twice: %d", len(w.post.sent))
	}
	if _, err := w.TakeBack(w.ctx, salma, q.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("withdrawn after the answer: %v", err)
	}
	w.sound()
}

// TestWhatWaitsIsToldToTheDesk follows a question and a session by what a watcher
// hears and what the lists name.
func TestWhatWaitsIsToldToTheDesk(t *testing.T) {
	w := newWorld(t)
	heard := &listener{}
	w.Watch(heard)
	q := w.asked(salma)
	owed := func(ref string) string {
		o, err := w.Owed(w.ctx, ref)
		w.must(err)
		if len(o.Waits) == 0 {
			return ""
		}
		return o.Waits[0].Kind
	}
	if got := owed("question-" + q.ID); got != WaitsToBeRead {
		t.Errorf("a new question waits as %q", got)
	}
	_, err := w.Register(w.ctx, officer, q.ID)
	w.must(err)
	if got := owed("question-" + q.ID); got != WaitsForAnswer {
		t.Errorf("a question in the register waits as %q", got)
	}
	x := w.sat(3)
	if got := owed("session-" + x.ID); got != WaitsForMinutes {
		t.Errorf("a closed session waits as %q", got)
	}
	refs, next, err := w.Refs(w.ctx, false, "", 10)
	for err == nil && next != "" {
		var more []string
		more, next, err = w.Refs(w.ctx, false, next, 10)
		refs = append(refs, more...)
	}
	if err != nil || len(refs) != 2 {
		t.Errorf("refs %v, %v", refs, err)
	}
	_, err = w.Answer(w.ctx, officer, q.ID, "نعم")
	w.must(err)
	_, err = w.PublishMinutes(w.ctx, officer, x.ID)
	w.must(err)
	if owed("question-"+q.ID)+owed("session-"+x.ID) != "" {
		t.Error("something waits when all is done")
	}
	if len(heard.refs) < 5 {
		t.Errorf("heard %v", heard.refs)
	}
	if _, err := w.Owed(w.ctx, "question-none"); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such question: %v", err)
	}
}

type listener struct{ refs []string }

func (l *listener) CouncilMoved(_ context.Context, ref string) error {
	l.refs = append(l.refs, ref)
	return nil
}

func TestTheLettersSayWhatHappened(t *testing.T) {
	w := newWorld(t)
	q := w.asked(salma)
	_, err := w.Register(w.ctx, officer, q.ID)
	w.must(err)
	_, err = w.Answer(w.ctx, president, q.ID, "تصلح الإنارة يوم الاثنين.")
	w.must(err)
	refused, err := w.Ask(w.ctx, salma, town, "two", Question{Kind: GivenOpinion, Title: "رأي", Text: "نص"})
	w.must(err)
	_, err = w.Refuse(w.ctx, officer, refused.ID, "فيه اسم شخص.")
	w.must(err)
	c := w.called(3)
	for i := range 3 {
		w.must(w.SupportCall(w.ctx, auth.Actor{PersonID: fmt.Sprint("p", i)}, c.ID))
	}
	_, err = w.Accept(w.ctx, officer, c.ID, w.clock.Now().AddDate(0, 0, 5), "دار الثقافة", "")
	w.must(err)
	w.run()
	var all strings.Builder
	for _, m := range w.post.sent {
		fmt.Fprintf(&all, "To: %s\nSubject: %s\n\n%s\n\n-----\n", m.To, m.Subject, m.Text)
	}
	golden.Text(t, "mails.txt", all.String())
}

func TestOnlyPeopleFromHereWriteIntoTheRegister(t *testing.T) {
	w := newWorld(t)
	in := Question{Kind: AskedQuestion, Title: "x", Text: "y"}
	if _, err := w.Ask(w.ctx, auth.Actor{PersonID: "faraway"}, town, "a", in); !fault.Is(err, fault.Invalid) {
		t.Errorf("somebody from far away: %v", err)
	}
	if _, err := w.Ask(w.ctx, salma, "asleep", "a", in); !fault.Is(err, fault.Invalid) {
		t.Errorf("an authority that takes no part: %v", err)
	}
	if _, err := w.Ask(w.ctx, nobody, town, "a", in); !fault.Is(err, fault.SignIn) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := w.Ask(w.ctx, salma, "nowhere", "a", in); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such place: %v", err)
	}
	_, err := w.Ask(w.ctx, salma, town, "a", Question{Kind: AskedQuestion, Title: "\x00 \u202e", Text: "y"})
	input(t, err, "title")
	q, err := w.Ask(w.ctx, salma, town, "b", Question{Kind: GivenOpinion, Title: "a\x00b\u202e<script>", Text: "y", NamePublic: true})
	if err != nil || q.Title != "ab<script>" || q.Name != "Name of salma" || !q.DueAt.IsZero() {
		t.Errorf("%+v, %v", q, err)
	}
}

func TestTheRegisterIsFilteredAndPaged(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		kind := AskedQuestion
		if i%2 == 1 {
			kind = GivenOpinion
		}
		q, err := w.Ask(w.ctx, salma, town, fmt.Sprint(i), Question{Kind: kind, Title: fmt.Sprint("t", i), Text: "y"})
		w.must(err)
		w.clock.Advance(time.Hour)
		_, err = w.Register(w.ctx, officer, q.ID)
		w.must(err)
		if i == 0 {
			_, err = w.Answer(w.ctx, officer, q.ID, "answer")
			w.must(err)
		}
	}
	for name, c := range map[string]struct {
		f    QuestionFilter
		want int
	}{"all": {QuestionFilter{}, 5}, "questions": {QuestionFilter{Kind: AskedQuestion}, 3}, "open": {QuestionFilter{State: QuestionRegistered}, 4},
		"answered opinions": {QuestionFilter{Kind: GivenOpinion, State: QuestionAnswered}, 0}, "answered": {QuestionFilter{State: QuestionAnswered}, 1}} {
		page, err := w.Questions(w.ctx, town, c.f)
		if err != nil || len(page.Items) != c.want {
			t.Errorf("%s: %d: %v", name, len(page.Items), err)
		}
	}
	due, err := w.QuestionsDue(w.ctx, town, "", 10)
	if err != nil || len(due.Items) != 2 || due.Items[0].Title != "t2" {
		t.Errorf("due: %+v, %v", due.Items, err)
	}
	var out bytes.Buffer
	a, _ := w.authority(w.ctx, town)
	w.must(w.ExportQuestions(w.ctx, &out, a, w.Words.Locale("fr", "MA")))
	if n := strings.Count(out.String(), "AV-2026-"); n != 5 || !strings.HasPrefix(out.String(), "\ufeff") {
		t.Errorf("the export has %d entries: %s", n, out.String())
	}
}

// called opens a call in the municipality that needs n supporters.
func (w *world) called(n int) Call {
	w.t.Helper()
	_, err := w.SetSettings(w.ctx, officer, tunisian, Settings{Voters: n * 20, VotersOn: start.AddDate(0, -1, 0), VotersSource: "السجل الانتخابي", Lang: "ar"})
	w.must(err)
	c, err := w.Propose(w.ctx, salma, tunisian, "once", Call{Kind: PublicMeeting, Title: "اجتماع حول الإنارة", Text: "لأن الشوارع مظلمة."})
	w.must(err)
	c, err = w.PublishCall(w.ctx, officer, c.ID)
	w.must(err)
	if c.Needed() != int64(n) || c.Share.Verified {
		w.t.Fatalf("%+v needs %d", c, c.Needed())
	}
	return c
}

func TestTheShareIsRoundedUp(t *testing.T) {
	for _, c := range []struct {
		voters, percent int
		want            int64
	}{{20, 5, 1}, {21, 5, 2}, {40, 5, 2}, {100, 10, 10}, {101, 10, 11}, {0, 5, 0}, {12_345_678, 5, 617_284}} {
		if got := (Call{Voters: c.voters, Share: Rule{Value: c.percent, Unit: law.Percent}}).Needed(); got != c.want {
			t.Errorf("%d %% of %d: %d, not %d", c.percent, c.voters, got, c.want)
		}
	}
}

// TestOnePersonSupportsOnceHoweverManyTry lets many press the button at once.
func TestOnePersonSupportsOnceHoweverManyTry(t *testing.T) {
	w := newWorld(t)
	c := w.called(10)
	var wait sync.WaitGroup
	for i := range 60 {
		wait.Go(func() {
			if err := w.SupportCall(w.ctx, auth.Actor{PersonID: fmt.Sprint("p", i%12)}, c.ID); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	n, err := w.Supporters(w.ctx, c.ID)
	if err != nil || n != 12 {
		t.Errorf("%d supporters, %v", n, err)
	}
	c, err = w.Call(w.ctx, nobody, c.ID)
	if err != nil || c.State != CallReached {
		t.Errorf("%s, %v", c.State, err)
	}
	reached := 0
	for _, e := range c.History {
		if e.Act == actPrefix+string(ActReach) {
			reached++
		}
	}
	if reached != 1 {
		t.Errorf("reached %d times", reached)
	}
	w.must(w.TakeSupportBack(w.ctx, auth.Actor{PersonID: "p1"}, c.ID))
	w.must(w.TakeSupportBack(w.ctx, auth.Actor{PersonID: "p1"}, c.ID))
	if n, _ := w.Supporters(w.ctx, c.ID); n != 11 {
		t.Errorf("%d after one took it back twice", n)
	}
	if err := w.SupportCall(w.ctx, auth.Actor{PersonID: "far"}, c.ID); !fault.Is(err, fault.Invalid) {
		t.Errorf("somebody from far away: %v", err)
	}
	w.sound()
}

func TestACountThatACrashLeftIsRepaired(t *testing.T) {
	w := newWorld(t)
	c := w.called(2)
	for i := range 2 { // inserted, and the process died before it counted
		w.must(w.supports.Insert(w.ctx, Support{Meta: storeID(digest("support", c.ID, fmt.Sprint(i))), Call: c.ID, PersonID: fmt.Sprint(i), At: start}))
	}
	found, err := w.Check(w.ctx, true)
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	w.must(w.EndCalls(w.ctx))
	c, err = w.Call(w.ctx, nobody, c.ID)
	if err != nil || c.State != CallReached {
		t.Errorf("%s, %v", c.State, err)
	}
	w.sound()
}

func TestACallEndsWhenItsTimeIsOver(t *testing.T) {
	w := newWorld(t)
	c := w.called(5)
	w.clock.Set(c.ClosesAt)
	w.must(w.EndCalls(w.ctx))
	if c, _ = w.Call(w.ctx, nobody, c.ID); c.State != CallOpen {
		t.Errorf("it ended in its last moment: %s", c.State)
	}
	w.clock.Advance(time.Millisecond)
	w.must(w.EndCalls(w.ctx))
	w.must(w.EndCalls(w.ctx))
	if c, _ = w.Call(w.ctx, nobody, c.ID); c.State != CallEnded {
		t.Errorf("it goes on: %s", c.State)
	}
	if err := w.SupportCall(w.ctx, karim, c.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("supported afterwards: %v", err)
	}
}

func TestTheRulesMustKnowACall(t *testing.T) {
	w := newWorld(t)
	_, err := w.Propose(w.ctx, salma, town, "x", Call{Kind: PublicMeeting, Title: "x", Text: "y"}) // no such rule in Morocco
	input(t, err, "kind")
	c, err := w.Propose(w.ctx, salma, tunisian, "x", Call{Kind: Referendum, Title: "x", Text: "y"})
	w.must(err)
	if _, err := w.PublishCall(w.ctx, officer, c.ID); !fault.Is(err, fault.Invalid) {
		t.Errorf("published without a number of voters: %v", err)
	}
	if _, err := w.PublishCall(w.ctx, salma, c.ID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("published by its author: %v", err)
	}
}

func TestWhatBelongsToADeletedAccount(t *testing.T) {
	w := newWorld(t)
	c := w.called(5)
	q, err := w.Ask(w.ctx, salma, town, "p", Question{Kind: AskedQuestion, Title: "x", Text: "y", NamePublic: true})
	w.must(err)
	_, err = w.Register(w.ctx, officer, q.ID)
	w.must(err)
	waiting := w.asked(salma)
	w.must(w.SupportCall(w.ctx, salma, c.ID))
	w.must(w.FollowQuestion(w.ctx, salma, q.ID))
	data, err := w.Export(w.ctx, "salma")
	if err != nil || len(data.Questions) != 2 || len(data.Calls) != 1 || len(data.Supports) != 1 || len(data.Following) != 1 {
		t.Fatalf("%+v, %v", data, err)
	}
	if until, err := w.RetainUntil(w.ctx, "salma"); err != nil || !until.Equal(c.ClosesAt) {
		t.Errorf("retained until %s: %v", until, err)
	}
	w.must(w.Erase(w.ctx, "salma"))
	w.must(w.Erase(w.ctx, "salma"))
	data, err = w.Export(w.ctx, "salma")
	if err != nil || len(data.Questions)+len(data.Calls)+len(data.Supports)+len(data.Following) != 0 {
		t.Errorf("left: %+v, %v", data, err)
	}
	q, err = w.Question(w.ctx, nobody, q.ID)
	if err != nil || q.Name != "" || q.PersonID != "" {
		t.Errorf("%+v, %v", q, err)
	}
	if _, err := w.questions.Get(w.ctx, waiting.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("what nobody read is kept: %v", err)
	}
	if n, _ := w.Supporters(w.ctx, c.ID); n != 1 {
		t.Errorf("%d supporters", n)
	}
	w.sound()
}

func TestJoinedAccountsSupportOnce(t *testing.T) {
	w := newWorld(t)
	c := w.called(5)
	w.must(w.SupportCall(w.ctx, salma, c.ID))
	w.must(w.SupportCall(w.ctx, karim, c.ID))
	q := w.asked(karim)
	w.must(w.OnJoined(w.ctx, "salma", "karim"))
	w.must(w.OnJoined(w.ctx, "salma", "karim"))
	if n, _ := w.Supporters(w.ctx, c.ID); n != 1 {
		t.Errorf("%d supporters", n)
	}
	if q, _ = w.Question(w.ctx, salma, q.ID); q.PersonID != "salma" {
		t.Errorf("%+v", q)
	}
	w.sound()
}

func TestOpinionsOfAnAdvisoryBody(t *testing.T) {
	w := newWorld(t)
	b, err := w.SetBody(w.ctx, officer, town, "equality", AdvisoryBody{Categories: []string{"جمعيات نسائية", " ", "جمعيات نسائية", "فاعلون اقتصاديون"}, Seats: 21, FoundedOn: start.AddDate(-1, 0, 0)})
	if err != nil || len(b.Categories) != 2 {
		t.Fatalf("%+v, %v", b, err)
	}
	_, err = w.AddMember(w.ctx, officer, town, "m", Mandate{Body: "equality", Name: "أمينة", Function: "president", From: start, Category: "غيرها"})
	input(t, err, "category")
	for i, sex := range []Sex{Woman, Woman, Man, ""} {
		_, err := w.AddMember(w.ctx, officer, town, fmt.Sprint(i), Mandate{Body: "equality", Name: "عضو", Function: "member", Sex: sex, From: start, Category: "جمعيات نسائية"})
		w.must(err)
	}
	members, err := w.MembersAt(w.ctx, town, "equality", w.clock.Now())
	if err != nil || balanceOf(members) != (Balance{2, 1}) {
		t.Errorf("%+v, %v", members, err)
	}
	in := Opinion{Stance: "favourable", Text: "رأي الهيئة", GivenOn: start}
	o, err := w.PublishOpinion(w.ctx, officer, town, "equality", "o", "PET-2026-0001", in)
	if err != nil || o.Title != "إصلاح الإنارة" {
		t.Fatalf("%+v, %v", o, err)
	}
	_, err = w.PublishOpinion(w.ctx, officer, town, "equality", "p", "PET-2026-9999", in)
	input(t, err, "subject")
	if _, err := w.PublishOpinion(w.ctx, officer, town, "youth", "q", "", in); !fault.Is(err, fault.NotFound) {
		t.Errorf("an opinion of a body nobody set up: %v", err)
	}
	about := Subject{Kind: "petition", ID: "p1"}
	if all, _ := w.OpinionsOn(w.ctx, about, 5); len(all) != 1 {
		t.Errorf("opinions on the petition: %v", all)
	}
	_, err = w.FollowOpinion(w.ctx, president, o.ID, "أُخذ به في الدورة.")
	w.must(err)
	_, err = w.RecallOpinion(w.ctx, officer, o.ID, "نشر بالخطأ")
	w.must(err)
	if all, _ := w.OpinionsOn(w.ctx, about, 5); len(all) != 0 {
		t.Errorf("a recalled opinion stands beside the petition: %v", all)
	}
	w.sound()
}

func TestTheFeedIsWellFormed(t *testing.T) {
	w := newWorld(t)
	in := Decision{Title: "نقطة <b>&\x01", Text: "نص", On: start.AddDate(0, 0, -1), Outcome: Adopted}
	_, err := w.RecordDecision(w.ctx, officer, tunisian, "a", "", in)
	w.must(err)
	a, _ := w.authority(w.ctx, tunisian)
	for _, lang := range []string{"ar", "fr", "en"} {
		body, err := w.Feed(w.ctx, a, w.Words.Locale(lang, "TN"))
		w.must(err)
		var feed struct {
			ID      string   `xml:"http://www.w3.org/2005/Atom id"`
			Title   string   `xml:"title"`
			Updated string   `xml:"updated"`
			Author  string   `xml:"author>name"`
			Links   []string `xml:"link"`
			Entries []struct {
				ID        string `xml:"id"`
				Title     string `xml:"title"`
				Updated   string `xml:"updated"`
				Published string `xml:"published"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(body, &feed); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		e := feed.Entries[0]
		if feed.ID == "" || feed.Title == "" || feed.Author == "" || e.ID == "" || e.Title == "" || len(feed.Links) != 2 {
			t.Errorf("%s: something RFC 4287 asks for is missing: %s", lang, body)
		}
		for _, at := range []string{feed.Updated, e.Updated, e.Published} {
			if _, err := time.Parse(time.RFC3339, at); err != nil {
				t.Errorf("%s: %v", lang, err)
			}
		}
	}
	var out bytes.Buffer
	_, err = w.RecordDecision(w.ctx, officer, tunisian, "b", "", Decision{Title: "=1+1", Text: "@x", On: start.AddDate(0, 0, -1), Outcome: Rejected})
	w.must(err)
	w.must(w.ExportDecisions(w.ctx, &out, a, DecisionFilter{}, w.Words.Locale("en", "TN")))
	if !strings.Contains(out.String(), ",'=1+1,") || !strings.Contains(out.String(), ",'@x,") {
		t.Errorf("a formula in the export: %s", out.String())
	}
}

func storeID(id string) store.Meta { return store.Meta{ID: id} }
