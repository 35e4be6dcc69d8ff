package main

import (
	"strings"
	"testing"
	"time"

	"musharaka/modules/account"
	"musharaka/modules/council"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
)

// councilled is what councils have done in the world.
type councilled struct {
	member                                                     string // a mandate
	opinion, recalled                                          string
	draft, convened, open, closed, published, cancelled, past  string // sessions
	item, draftItem                                            string
	waiting, registered, answered, refused                     string // questions
	callWaiting, callOpen, callReached, callAccepted, callHeld string
	decision, firstDecision                                    string // slugs: in the Tunisian town, in the town
}

// sitting lets councils live: sessions in every state, registers, calls.
func (w *world) sitting() {
	ctx, officer, x := w.t.Context(), w.actor("officer"), &w.councilled
	tn, err := w.accounts.Enrol(ctx, account.Enrolment{
		Provider: "demo", Subject: "story-tn", Email: "tn@demo.example", Country: "TN", Number: "99000001", Checked: tunisian,
		Profile: account.Profile{Name: "متساكنة", Lang: "ar", Residence: tunisian, BirthYear: 1985},
	})
	w.must(err)
	w.people["tunisian"] = tn.ID
	for i, name := range []string{"عبد الله الرئيس", "Fatima Zahra", "سعيد العضو"} {
		m, err := w.councils.AddMember(ctx, officer, town, name, council.Mandate{Body: council.Deciding, Name: name, Function: council.Functions[i*2], From: w.clock.Now().AddDate(-1, 0, 0)})
		w.must(err)
		x.member = m.ID
	}
	old, err := w.councils.AddMember(ctx, officer, town, "old", council.Mandate{Body: council.Deciding, Name: "عضو سابق", Function: "member", From: w.clock.Now().AddDate(-2, 0, 0)})
	w.must(err)
	_, err = w.councils.EndMandate(ctx, officer, old.ID, w.clock.Now().AddDate(0, -1, 0), "استقالة")
	w.must(err)
	w.advise()
	w.councilSessions()
	w.wroteIntoRegisters()
	w.calledFor()
}

func (w *world) advise() {
	ctx, officer, x := w.t.Context(), w.actor("officer"), &w.councilled
	_, err := w.councils.SetBody(ctx, officer, town, "equality", council.AdvisoryBody{Categories: []string{"جمعيات نسائية", "فاعلون اقتصاديون"}, Seats: 21, Act: "مقرر رقم 4"})
	w.must(err)
	_, err = w.councils.SetBody(ctx, officer, town, "economic", council.AdvisoryBody{})
	w.must(err)
	_, err = w.councils.Dissolve(ctx, officer, town, "economic", "أعيد تنظيمها")
	w.must(err)
	_, err = w.councils.AddMember(ctx, officer, town, "adv", council.Mandate{Body: "equality", Name: "أمينة", Function: "president", Sex: council.Woman, Category: "جمعيات نسائية", From: w.clock.Now().AddDate(0, -3, 0)})
	w.must(err)
	given := council.Opinion{Stance: "favourable", Text: "ترى الهيئة أن الإنارة تهم سلامة النساء والأطفال.", GivenOn: w.clock.Now().AddDate(0, 0, -2)}
	p, err := w.app.petitions.Get(ctx, auth.System, w.petitions["MA agenda"])
	w.must(err)
	o, err := w.councils.PublishOpinion(ctx, officer, town, "equality", "one", p.Reference, given)
	w.must(err)
	given.Title = "حول النقل"
	recalled, err := w.councils.PublishOpinion(ctx, officer, town, "equality", "two", "", given)
	w.must(err)
	_, err = w.councils.RecallOpinion(ctx, officer, recalled.ID, "نشر بالخطأ")
	w.must(err)
	_, err = w.councils.FollowOpinion(ctx, officer, o.ID, "أُخذ به.")
	w.must(err)
	x.opinion, x.recalled = o.ID, recalled.ID
}

// prepared makes a session that begins in a while; late ones have a reason.
func (w *world) prepared(in time.Duration, kind council.SessionKind) council.Session {
	ctx, officer := w.t.Context(), w.actor("officer")
	x, err := w.councils.Prepare(ctx, officer, town, w.ident.ID(), council.Plan{Kind: kind, StartsAt: w.clock.Now().Add(in), Place: "القاعة الكبرى"})
	w.must(err)
	p, err := w.app.petitions.Get(ctx, auth.System, w.petitions["MA agenda"])
	w.must(err)
	_, err = w.councils.AddItem(ctx, officer, x.ID, "a", p.Reference, council.Item{Text: "دراسة العريضة"})
	w.must(err)
	x, err = w.councils.AddItem(ctx, officer, x.ID, "b", "", council.Item{Title: "تسمية الشوارع"})
	w.must(err)
	return x
}

func (w *world) convened(in time.Duration, kind council.SessionKind) council.Session {
	x, err := w.councils.Convene(w.t.Context(), w.actor("officer"), w.prepared(in, kind).ID, w.clock.Now(), "أمر مستعجل")
	w.must(err)
	return x
}

// openedSession is a session that sits now, with its members or one of them.
func (w *world) openedSession(full bool) council.Session {
	ctx, officer := w.t.Context(), w.actor("officer")
	members, err := w.councils.MembersAt(ctx, town, council.Deciding, w.clock.Now())
	w.must(err)
	var present []string
	for _, m := range members {
		if full || len(present) == 0 {
			present = append(present, m.ID)
		}
	}
	x, err := w.councils.Open(ctx, officer, w.convened(2*time.Second, council.Extraordinary).ID, "عبد الله الرئيس", present)
	w.must(err)
	return x
}

func (w *world) closedSession() council.Session {
	ctx, officer, x := w.t.Context(), w.actor("officer"), w.openedSession(true)
	for i, v := range []council.Vote{{Outcome: council.Adopted, For: 2, Abstain: 1, Decision: "صودق على الطلب."}, {Outcome: council.Postponed}} {
		_, err := w.councils.Record(ctx, officer, x.ID, x.Agenda[i].ID, v)
		w.must(err)
	}
	x, err := w.councils.Close(ctx, officer, x.ID, "")
	w.must(err)
	return x
}

// councilSessions brings sessions into every state.
func (w *world) councilSessions() {
	ctx, officer, x := w.t.Context(), w.actor("officer"), &w.councilled
	draft := w.prepared(20*24*time.Hour, council.Ordinary)
	x.draft, x.draftItem = draft.ID, draft.Agenda[1].ID
	x.convened, x.past = w.convened(20*24*time.Hour, council.Ordinary).ID, w.convened(2*time.Second, council.Extraordinary).ID
	open := w.openedSession(true)
	x.open, x.item = open.ID, open.Agenda[0].ID
	x.closed = w.closedSession().ID
	published, err := w.councils.PublishMinutes(ctx, officer, w.closedSession().ID)
	w.must(err)
	x.published = published.ID
	x.firstDecision = council.Decision{Year: published.Year(), Number: published.Agenda[0].Number}.Slug()
	cancelled, err := w.councils.Cancel(ctx, officer, w.convened(20*24*time.Hour, council.Ordinary).ID, "لم تكتمل الوثائق")
	w.must(err)
	x.cancelled = cancelled.ID
	d, err := w.councils.RecordDecision(ctx, officer, tunisian, "once", "", council.Decision{Title: "إصلاح الإنارة", Text: "تقرر إصلاح الإنارة.", On: w.clock.Now().AddDate(0, 0, -1), Outcome: council.Adopted})
	w.must(err)
	x.decision = d.Slug()
}

// asks lets the author write into the register.
func (w *world) asks(kind string) string {
	q, err := w.councils.Ask(w.t.Context(), w.actor("author"), town, w.ident.ID(), council.Question{Kind: kind, Title: "متى تصلح الإنارة؟", Text: "الشارع مظلم منذ شهر.", NamePublic: kind == council.GivenOpinion})
	w.must(err)
	return q.ID
}

func (w *world) wroteIntoRegisters() {
	ctx, officer, x := w.t.Context(), w.actor("officer"), &w.councilled
	x.waiting, x.registered, x.answered, x.refused = w.asks(council.AskedQuestion), w.asks(council.AskedQuestion), w.asks(council.GivenOpinion), w.asks(council.AskedQuestion)
	for _, id := range []string{x.registered, x.answered} {
		_, err := w.councils.Register(ctx, officer, id)
		w.must(err)
	}
	_, err := w.councils.Answer(ctx, w.actor("councillor"), x.answered, "شكرا على رأيكم.")
	w.must(err)
	_, err = w.councils.Refuse(ctx, officer, x.refused, "فيه اسم شخص.")
	w.must(err)
}

// called lets somebody call for a meeting in the Tunisian town.
func (w *world) called(kind council.CallKind) string {
	c, err := w.councils.Propose(w.t.Context(), w.actor("tunisian"), tunisian, w.ident.ID(), council.Call{Kind: kind, Title: "اجتماع حول الإنارة", Text: "الشوارع مظلمة.", NamePublic: true})
	w.must(err)
	return c.ID
}

func (w *world) calledFor() {
	ctx, officer, x := w.t.Context(), w.actor("officer"), &w.councilled
	voters := func(n int) {
		_, err := w.councils.SetSettings(ctx, officer, tunisian, council.Settings{Voters: n, VotersOn: w.clock.Now().AddDate(0, -1, 0), VotersSource: "السجل الانتخابي"})
		w.must(err)
	}
	opened := func(kind council.CallKind) string {
		id := w.called(kind)
		_, err := w.councils.PublishCall(ctx, officer, id)
		w.must(err)
		return id
	}
	voters(5) // one supporter is enough
	x.callWaiting = w.called(council.PublicMeeting)
	for _, id := range []*string{&x.callReached, &x.callAccepted, &x.callHeld} {
		*id = opened(council.PublicMeeting)
		w.must(w.councils.SupportCall(ctx, w.actor("tunisian"), *id))
	}
	for _, id := range []string{x.callAccepted, x.callHeld} {
		at := w.clock.Now().Add(48 * time.Hour)
		if id == x.callHeld {
			at = w.clock.Now().Add(10 * time.Millisecond)
		}
		_, err := w.councils.Accept(ctx, officer, id, at, "دار الثقافة", "الدعوة عامة.")
		w.must(err)
	}
	if !eventually(w.t, func() bool {
		_, err := w.councils.Hold(ctx, officer, x.callHeld, "حضر ثمانون شخصا.")
		return err == nil
	}) {
		w.t.Fatal("a meeting whose hour is over is not held")
	}
	voters(40_000)
	x.callOpen = opened(council.Referendum)
}

// councilPath fills in what the routes of councils are tried with. Posts that
// need nothing typed end something: those who may do them get one of their own.
func (w *world) councilPath(r web.Route, who string) string {
	path, x := r.Path, w.councilled
	if !strings.Contains(path, "/councils/:place") {
		return path
	}
	ends := r.Method == "POST" && (who == "officer" || who == "president" || who == "author")
	place, session, question, call, item := town, x.published, x.registered, x.callOpen, x.draftItem
	if strings.Contains(path, "/calls") || strings.Contains(path, "/decisions/") {
		place = tunisian
	}
	if strings.Contains(path, "/sessions/:session") && strings.HasPrefix(path, "/desk") {
		session, item = w.sessionFor(path, ends)
	}
	switch {
	case strings.HasSuffix(path, "/register"), strings.HasPrefix(path, "/councils") && strings.HasSuffix(path, "/withdraw"):
		if question = x.waiting; ends {
			question = w.asks(council.AskedQuestion)
		}
	case strings.HasPrefix(path, "/desk") && strings.Contains(path, "/questions/"):
		question = x.registered
	}
	for _, c := range []struct{ end, id string }{{"/publish", x.callWaiting}, {"/refuse", x.callWaiting}, {"/accept", x.callReached}, {"/decline", x.callReached}, {"/held", x.callAccepted}} {
		if strings.HasPrefix(path, "/desk") && strings.HasSuffix(path, c.end) {
			call = c.id
		}
	}
	if strings.HasSuffix(path, "/calls/:call/publish") && ends {
		call = w.called(council.PublicMeeting)
	}
	kind := "equality"
	if r.Method == "POST" && strings.HasSuffix(path, "/bodies/:kind") {
		kind = "youth" // saved empty
	}
	return strings.NewReplacer(":place", place, ":session", session, ":item", item, ":question", question, ":call", call, ":mandate", x.member, ":kind", kind,
		":opinion", x.opinion, ":decision", x.decision, ":step", "schedule").Replace(path)
}

// sessionFor chooses the session on which a page of the desk is tried.
func (w *world) sessionFor(path string, ends bool) (session, item string) {
	x := w.councilled
	for _, c := range []struct {
		end      string
		id, item string
		fresh    func() council.Session
	}{
		{"/items/:item/result", x.open, x.item, nil}, {"/items/:item/remove", x.draft, x.draftItem, func() council.Session { return w.prepared(20*24*time.Hour, council.Ordinary) }},
		{"/step/:step", x.convened, "none", nil}, {"/items/new", x.draft, "", nil}, {"/edit", x.draft, "", nil}, {"/convene", x.draft, "", nil},
		{"/presence", x.past, "", func() council.Session { return w.convened(2*time.Second, council.Extraordinary) }},
		{"/close", x.open, "", func() council.Session { return w.openedSession(false) }}, {"/publish", x.closed, "", w.closedSession},
		{"/video", x.convened, "", nil}, {"/cancel", x.convened, "", nil}, {"/minutes.pdf", x.closed, "", nil},
	} {
		if !strings.HasSuffix(path, c.end) {
			continue
		}
		if ends && c.fresh != nil {
			fresh := c.fresh()
			return fresh.ID, fresh.Agenda[1].ID
		}
		return c.id, c.item
	}
	return x.convened, ""
}

// councilViews are the pages of councils.
func (w *world) councilViews(see, wrong func(as string, paths ...string)) {
	x := w.councilled
	at, desk := "/councils/"+town, "/desk/councils/"+town
	tn, tnDesk := "/councils/"+tunisian, "/desk/councils/"+tunisian
	see("nobody", at, tn, "/councils/ma-13310101", at+"/members", tn+"/members", at+"/sessions", tn+"/sessions", at+"/sessions/"+x.convened, at+"/sessions/"+x.past, at+"/sessions/"+x.open,
		at+"/sessions/"+x.closed, at+"/sessions/"+x.published, at+"/sessions/"+x.cancelled, at+"/decisions", at+"/decisions?about=petition&q=zzz", tn+"/decisions", at+"/decisions/"+x.firstDecision,
		tn+"/decisions/"+x.decision, at+"/bodies/equality", at+"/bodies/economic", at+"/opinions/"+x.opinion, at+"/opinions/"+x.recalled, at+"/questions", at+"/questions?kind=opinion", tn+"/questions",
		at+"/questions/"+x.registered, at+"/questions/"+x.answered, at+"/calls", tn+"/calls", tn+"/calls/"+x.callOpen, tn+"/calls/"+x.callReached, tn+"/calls/"+x.callHeld)
	see("author", at+"/questions/"+x.waiting, at+"/questions/"+x.refused, at+"/questions/new", at+"/questions/"+x.waiting+"/withdraw", tn+"/questions/new", tn+"/calls/new")
	wrong("author", at+"/questions/new")
	see("reader", at+"/questions/"+x.registered)
	see("tunisian", tn+"/calls/"+x.callWaiting, tn+"/calls/"+x.callOpen, tn+"/calls/"+x.callOpen+"/withdraw", tn+"/calls/new")
	wrong("tunisian", tn+"/calls/new")
	see("officer", "/desk/councils", desk, tnDesk, desk+"/settings", desk+"/members", desk+"/members?body=equality", desk+"/members/new", desk+"/members/new?body=equality", desk+"/members/"+x.member+"/end",
		desk+"/bodies/equality", desk+"/bodies/youth", desk+"/bodies/equality/state", desk+"/bodies/economic/state", desk+"/bodies/equality/opinion", desk+"/opinions/"+x.opinion, desk+"/opinions/"+x.opinion+"/recall",
		desk+"/sessions/new", desk+"/sessions/"+x.draft, desk+"/sessions/"+x.draft+"/edit", desk+"/sessions/"+x.draft+"/items/new", desk+"/sessions/"+x.draft+"/convene", desk+"/sessions/"+x.convened,
		desk+"/sessions/"+x.past+"/presence", desk+"/sessions/"+x.open, desk+"/sessions/"+x.open+"/presence", desk+"/sessions/"+x.open+"/items/"+x.item+"/result", desk+"/sessions/"+x.open+"/close",
		desk+"/sessions/"+x.closed, desk+"/sessions/"+x.closed+"/publish", desk+"/sessions/"+x.convened+"/video", desk+"/sessions/"+x.convened+"/cancel",
		tnDesk+"/decisions/new", tnDesk+"/decisions/"+x.decision+"/annul", desk+"/questions/"+x.waiting, desk+"/questions/"+x.registered, desk+"/questions/"+x.registered+"/refuse", desk+"/questions/"+x.registered+"/answer",
		tnDesk+"/calls/"+x.callWaiting, tnDesk+"/calls/"+x.callReached, tnDesk+"/calls/"+x.callWaiting+"/refuse", tnDesk+"/calls/"+x.callReached+"/accept", tnDesk+"/calls/"+x.callReached+"/decline", tnDesk+"/calls/"+x.callAccepted+"/held")
	wrong("officer", desk+"/settings", desk+"/members/new?body=equality", desk+"/members/"+x.member+"/end", desk+"/bodies/equality/state", desk+"/bodies/equality/opinion", desk+"/opinions/"+x.opinion,
		desk+"/sessions/new", desk+"/sessions/"+x.draft+"/edit", desk+"/sessions/"+x.draft+"/items/new", desk+"/sessions/"+x.draft+"/convene", desk+"/sessions/"+x.open+"/items/"+x.item+"/result", desk+"/sessions/"+x.convened+"/cancel",
		tnDesk+"/decisions/new", desk+"/questions/"+x.registered+"/answer", tnDesk+"/calls/"+x.callReached+"/accept", tnDesk+"/calls/"+x.callAccepted+"/held")
	see("councillor", desk, desk+"/questions/"+x.registered+"/answer")
}

// TestAPetitionGoesThroughASession plays the way of a petition over a council's
// agenda, with the steps that the session's page offers.
func TestAPetitionGoesThroughASession(t *testing.T) {
	w := theWorld(t)
	id := w.petitions["MA admitted"]
	p, err := w.app.petitions.Get(t.Context(), auth.System, id)
	w.must(err)
	x, err := w.councils.Prepare(t.Context(), w.actor("officer"), town, w.ident.ID(), council.Plan{Kind: council.Extraordinary, StartsAt: w.clock.Now().Add(2 * time.Second), Place: "القاعة"})
	w.must(err)
	officer := w.is(t, "officer")
	desk := "/ar/desk/councils/" + town + "/sessions/" + x.ID
	mustSee(t, officer.post(desk+"/items/new", "subject", w.site.URL("/ar/petitions/"+id)), 200, p.Reference)
	if bad := officer.post(desk+"/items/new", "subject", "PET-1999-0001"); bad.status != 422 || bad.Find("[name=subject]").AttrOr("value", "") != "PET-1999-0001" {
		t.Errorf("an unknown petition: %d", bad.status)
	}
	x, err = w.councils.Convene(t.Context(), w.actor("officer"), x.ID, w.clock.Now(), "استعجال")
	w.must(err)
	item := x.Agenda[0].ID
	mustSee(t, officer.get(desk), 200, "/items/"+item+"/step/schedule")
	mustSee(t, officer.post(desk+"/items/"+item+"/step/schedule"), 200)
	if p, _ = w.app.petitions.Get(t.Context(), auth.System, id); string(p.State) != "agenda" {
		t.Fatalf("the petition is %s", p.State)
	}
	members, err := w.councils.MembersAt(t.Context(), town, council.Deciding, w.clock.Now())
	w.must(err)
	_, err = w.councils.Open(t.Context(), w.actor("officer"), x.ID, "", []string{members[0].ID, members[1].ID})
	w.must(err)
	mustSee(t, officer.post(desk+"/items/"+item+"/result", "outcome", "adopted", "for", "٢", "decision", "صودق على العريضة"), 200)
	mustSee(t, officer.post(desk+"/close"), 200, "/items/"+item+"/step/deliberate")
	mustSee(t, officer.post(desk+"/items/"+item+"/step/deliberate"), 200)
	if p, _ = w.app.petitions.Get(t.Context(), auth.System, id); string(p.State) != "deliberated" || !strings.Contains(p.Legal.Decision, "صودق على العريضة") {
		t.Errorf("the petition is %s: %q", p.State, p.Legal.Decision)
	}
	if !eventually(t, func() bool { return strings.Contains(w.visitor(t).get("/ar/petitions/"+id).body, `id="council"`) }) {
		t.Error("the petition's page does not show the decision")
	}
	if stranger := w.ask(t, "officer elsewhere", "POST", desk+"/items/"+item+"/step/schedule"); stranger.status != 403 {
		t.Errorf("an officer elsewhere moves the petition: %d", stranger.status)
	}
}
