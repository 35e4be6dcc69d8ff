package main

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"musharaka/modules/citizenspace"
)

// requested is what citizens asked of the Citizen Space of town.
type requested struct {
	fresh, asked, planned, ended, same citizenspace.Request
	made                               int
}

const lamp = "worklamp" // a service of town, for streets

// atTheSpace opens a Citizen Space in town and lets its people work.
func (w *world) atTheSpace() {
	ctx, officer, front := w.t.Context(), w.actor("officer"), w.actor("front desk")
	_, err := w.spaces.SetUp(ctx, officer, town, func(s *citizenspace.Settings) error {
		s.Open = true
		for _, key := range []string{"works", "papers"} {
			if _, ok := s.Department(key); !ok {
				s.Departments = append(s.Departments, citizenspace.Department{Key: key, Name: citizenspace.Words{"ar": "مصلحة " + key, "fr": "Service " + key}})
			}
		}
		return nil
	})
	w.must(err)
	_, err = w.spaces.Adopt(ctx, officer, town, citizenspace.Version{
		Code: lamp, Group: "streets", Name: citizenspace.Words{"ar": "عمود إنارة معطب", "fr": "Lampadaire en panne"}, Summary: citizenspace.Words{"ar": "عطب في الإنارة", "fr": "Une panne d’éclairage"},
		Promise: citizenspace.Promise{Amount: 5, Unit: citizenspace.WorkingDays}, Department: "works", Public: true, Online: true, Place: citizenspace.Optional,
	}, "")
	w.must(err)
	_, err = w.spaces.Publish(ctx, officer, town, lamp)
	w.must(err)
	x := &w.requested
	x.fresh, x.asked, x.planned, x.ended, x.same = w.asks4("أمام المدرسة"), w.asks4("قرب السوق"), w.asks4("خلف البلدية"), w.asks4("في الحديقة"), w.asks4("أمام المدرسة <script>")
	x.asked, err = w.spaces.Ask(ctx, front, x.asked.ID, "ما رقم العمود؟", 0)
	w.must(err)
	_, err = w.spaces.Note(ctx, front, x.asked.ID, "اتصل مرتين.")
	w.must(err)
	x.planned, err = w.spaces.Assign(ctx, front, x.planned.ID, "works", front.PersonID, 0)
	w.must(err)
	x.planned, err = w.spaces.Schedule(ctx, officer, x.planned.ID, w.clock.Now().AddDate(0, 0, 3), "", 0)
	w.must(err)
	x.ended, err = w.spaces.Resolve(ctx, front, x.ended.ID, citizenspace.Solved, "أصلح العمود.", 0)
	w.must(err)
}

// asks4 is a request of somebody who came to the counter.
func (w *world) asks4(where string) citizenspace.Request {
	w.requested.made++
	filed, err := w.spaces.File(w.t.Context(), w.actor("front desk"), citizenspace.Input{Authority: town, Offer: lamp, Channel: citizenspace.AtCounter, Description: "العمود مطفأ منذ أسبوع.",
		Once: fmt.Sprint("work", w.requested.made), Spot: citizenspace.Spot{Words: where, Point: true, Lat: 35.19, Lng: -6.15}, Citizen: citizenspace.Citizen{Name: "سعاد", Phone: "0600000000", Lang: "ar"}})
	w.must(err)
	return filed.Request
}

// spaceWorkPath fills in what the routes of the work on requests are tried with.
func (w *world) spaceWorkPath(path string) string {
	if !strings.HasPrefix(path, "/desk/requests/:place") {
		return path
	}
	return strings.NewReplacer(":place", town, ":request", w.requested.fresh.ID, ":act", "ask").Replace(path)
}

// workViews are the pages of the work on requests.
func (w *world) workViews(see, wrong func(as string, paths ...string)) {
	x, list := w.requested, "/desk/requests/"+town
	of := func(r citizenspace.Request) string { return list + "/of/" + r.ID }
	both := "?r=" + x.fresh.ID + "." + strconv.FormatInt(x.fresh.Acts, 10) + "&r=" + x.same.ID + ".1"
	for _, who := range []string{"front desk", "department", "officer"} {
		see(who, list, of(x.fresh), of(x.asked))
	}
	see("officer elsewhere", "/desk/requests")
	see("officer", list+"?view=new", list+"?view=mine", list+"?view=waiting", list+"?view=all", list+"?part=d:works", list+"?part="+url.QueryEscape("o:"+lamp), list+"/daily", list+"/several", list+"/several"+both, of(x.planned), of(x.ended))
	for _, act := range []string{"acknowledge", "assign", "transfer", "begin", "schedule", "ask", "resolve", "end", "send_on", "reject", "merge", "split", "reclassify", "hide", "new_code"} {
		see("officer", of(x.fresh)+"/do/"+act)
	}
	see("officer", of(x.ended)+"/do/reopen", of(x.asked)+"/do/resume")
	wrong("officer", of(x.fresh)+"/do/ask", of(x.fresh)+"/do/schedule", of(x.fresh)+"/do/send_on", of(x.fresh)+"/message", of(x.fresh)+"/note", list+"/several")
}

// workRow is a request as a form that was opened now would send it.
func workRow(r citizenspace.Request) string {
	return r.ID + "." + strconv.FormatInt(r.Acts, 10)
}

// TestTwoAgentsOnOneRequestNeverOverwriteEachOtherUnseen opens the same form
// twice and sends both.
func TestTwoAgentsOnOneRequestNeverOverwriteEachOtherUnseen(t *testing.T) {
	w := theWorld(t)
	r := w.asks4("نهج الحبيب")
	first, second := w.is(t, "front desk"), w.is(t, "officer")
	path := "/fr/desk/requests/" + town + "/of/" + r.ID
	seen := first.get(path+"/do/send_on").Find(`input[name=seen]`).AttrOr("value", "")
	if seen != second.get(path+"/do/transfer").Find(`input[name=seen]`).AttrOr("value", "") || seen == "" {
		t.Fatalf("both saw %q", seen)
	}
	mustSee(t, first.post(path+"/do/send_on", "seen", seen, "who", "STEG", "sent_to", "Agence", "reasons", "Le réseau est à la STEG."), 200)
	typed := "À voir avec les travaux, s’il vous plaît."
	page := second.post(path+"/do/transfer", "seen", seen, "department", "papers", "reason", typed)
	if page.status != 422 || !strings.Contains(page.Find("main").Text(), typed) || !strings.Contains(page.Find("main").Text(), "Le réseau est à la STEG.") {
		t.Errorf("the second sees %d: %s", page.status, words(page.Find("main")))
	}
	now, err := w.spaces.Request(t.Context(), citizenspace.By(w.actor("officer")), r.ID)
	if err != nil || now.State != citizenspace.Outside || now.Ending.Body != "STEG" || now.Ending.SentTo != "Agence" || now.Department != "works" {
		t.Errorf("it stands as %s: %+v %v", now.State, now.Ending, err)
	}
}

// TestAFormThatSawAnotherStateKeepsItsTextAndCanBeSentAgain is the same where the
// act is still possible.
func TestAFormThatSawAnotherStateKeepsItsTextAndCanBeSentAgain(t *testing.T) {
	w := theWorld(t)
	r := w.asks4("نهج قرطاج")
	officer := w.is(t, "officer")
	path := "/ar/desk/requests/" + town + "/of/" + r.ID + "/do/ask"
	_, err := w.spaces.Acknowledge(t.Context(), w.actor("front desk"), r.ID, 0)
	w.must(err)
	page := officer.post(path, "seen", strconv.FormatInt(r.Acts, 10), "body", "ما رقم العمود؟")
	again := page.Find("input[name=seen]").AttrOr("value", "")
	if page.status != 422 || page.Find("textarea[name=body]").Text() != "ما رقم العمود؟" || again != strconv.FormatInt(r.Acts+1, 10) {
		t.Fatalf("%d, seen %q: %s", page.status, again, words(page.Find("main")))
	}
	mustSee(t, officer.post(path, "seen", again, "body", "ما رقم العمود؟"), 200)
	if page := officer.post(path, "seen", again, "body", "ما رقم العمود؟"); page.status != 422 { // sent twice: asked once
		t.Errorf("the same form twice: %d", page.status)
	}
	now, err := w.spaces.Request(t.Context(), citizenspace.By(w.actor("officer")), r.ID)
	w.must(err)
	if now.State != citizenspace.Waiting || len(now.Messages) != 1 || now.Clock.PausedAt.IsZero() {
		t.Errorf("%s, %d messages, paused at %s", now.State, len(now.Messages), now.Clock.PausedAt)
	}
}

// TestManyAgentsWhoActAtOnceActOnce races one form.
func TestManyAgentsWhoActAtOnceActOnce(t *testing.T) {
	w := theWorld(t)
	r := w.asks4("نهج تونس")
	done := make(chan bool, 8)
	var all sync.WaitGroup
	for i := range cap(done) {
		all.Go(func() {
			_, err := w.spaces.Transfer(t.Context(), w.actor("officer"), r.ID, "papers", fmt.Sprint("السبب ", i), r.Acts)
			done <- err == nil
		})
	}
	all.Wait()
	close(done)
	n := 0
	for ok := range done {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of eight who saw the same state transferred it", n)
	}
}

// TestWhatCannotBeDoneToOneOfSeveralIsToldAndTheOthersAreDone assigns three, one
// of which somebody else has moved on, and one of another authority.
func TestWhatCannotBeDoneToOneOfSeveralIsToldAndTheOthersAreDone(t *testing.T) {
	w := theWorld(t)
	one, two, gone := w.asks4("١"), w.asks4("٢"), w.asks4("٣")
	stale := workRow(gone)
	_, err := w.spaces.Acknowledge(t.Context(), w.actor("front desk"), gone.ID, 0)
	w.must(err)
	page := w.is(t, "officer").post("/fr/desk/requests/"+town+"/several", "act", "begin", "text", "Équipe du matin", "r", workRow(one), "r", workRow(two), "r", stale)
	text := page.Find("main").Text()
	if page.status != 422 || strings.Count(text, gone.Reference) != 1 || !strings.Contains(text, one.Reference) || !strings.Contains(text, two.Reference) {
		t.Errorf("%d: %s", page.status, words(page.Find("main")))
	}
	for r, want := range map[string]citizenspace.State{one.ID: citizenspace.InProgress, two.ID: citizenspace.InProgress, gone.ID: citizenspace.Triaged} {
		now, err := w.spaces.Request(t.Context(), citizenspace.By(w.actor("officer")), r)
		w.must(err)
		if now.State != want {
			t.Errorf("%s is %s, not %s", now.Reference, now.State, want)
		}
	}
}

// TestPeopleOfAnotherAuthoritySeeNoWork tries lists, requests and acts.
func TestPeopleOfAnotherAuthoritySeeNoWork(t *testing.T) {
	w := theWorld(t)
	of := "/ar/desk/requests/" + town + "/of/" + w.requested.fresh.ID
	for _, who := range []string{"officer elsewhere", "citizen", "observer", "administrator", "president"} {
		v := w.is(t, who)
		for _, path := range []string{"/ar/desk/requests/" + town, of, of + "/order.pdf", of + "/do/assign", "/ar/desk/requests/" + town + "/daily", "/ar/desk/requests/" + town + "/list.csv"} {
			if got := v.get(path).status; got != 403 {
				t.Errorf("%s as %s: %d", path, who, got)
			}
		}
	}
	if page := w.is(t, "officer elsewhere").get("/ar/desk/requests/" + neighbour + "/of/" + w.requested.fresh.ID); page.status == 200 {
		t.Error("a request is read under another authority's address")
	}
}

// TestTheWorkOrderHoldsNothingOfWhoAsked reads its text.
func TestTheWorkOrderHoldsNothingOfWhoAsked(t *testing.T) {
	w := theWorld(t)
	page := w.is(t, "front desk").get("/ar/desk/requests/" + town + "/of/" + w.requested.planned.ID + "/order.pdf")
	if page.status != 200 || !strings.HasPrefix(page.body, "%PDF") {
		t.Fatalf("%d: %.20q", page.status, page.body)
	}
	if strings.Contains(page.body, "0600000000") {
		t.Error("the telephone number stands in the order")
	}
}

// TestRequestsWaitAtTheDesk follows one from the desk's queue until it ends.
func TestRequestsWaitAtTheDesk(t *testing.T) {
	w := theWorld(t)
	r := w.asks4("ساحة الشهداء")
	subject := spaceSource + ":" + r.ID
	kinds := func() (kinds []string) {
		st, err := w.requestStanding(t.Context(), r.ID)
		w.must(err)
		for _, x := range st.Waits {
			kinds = append(kinds, x.Kind)
		}
		return kinds
	}
	if got := kinds(); !slices.Equal(got, []string{"space.new"}) {
		t.Errorf("%s waits as %v", subject, got)
	}
	_, err := w.spaces.Begin(t.Context(), w.actor("front desk"), r.ID, "", 0)
	w.must(err)
	if got := kinds(); !slices.Equal(got, []string{"space.work"}) {
		t.Errorf("%s waits as %v", subject, got)
	}
	_, err = w.spaces.Ask(t.Context(), w.actor("front desk"), r.ID, "أين؟", 0)
	w.must(err)
	if got := kinds(); len(got) != 0 {
		t.Errorf("while the citizen is asked, %s waits as %v", subject, got)
	}
}
