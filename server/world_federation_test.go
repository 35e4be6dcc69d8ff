package main

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"musharaka/modules/federation"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
	"musharaka/modules/network"
)

// networked is what the network of the world has done: records by their kind and
// state.
type networked struct {
	records map[string]string
	photo   string
}

// workTogether brings records of the network into the states that look different.
func (w *world) workTogether() {
	w.networked.records = map[string]string{}
	ctx, coordinator, officer, now := w.t.Context(), w.actor("coordinator"), w.actor("officer"), w.clock.Now()
	words := func(title, text string) map[string]federation.Words {
		return map[string]federation.Words{"ar": {Title: title, Text: text, Done: "شباك واحد لكل الخدمات.", Result: "تراجع وقت الانتظار إلى النصف."}}
	}
	enter := func(key string, r federation.Record, as federation.Act, acts ...federation.Act) {
		r.Network = "spaces"
		who := officer
		if r.Kind == federation.Mandate || r.Kind == federation.Output || r.Kind == federation.Meeting {
			who = coordinator
		}
		x, err := w.federations.Enter(ctx, who, r, as)
		w.must(err)
		for _, a := range acts {
			_, err = w.federations.Do(ctx, coordinator, x.ID, a, federation.Input{Text: "بعد الاجتماع مع الأعضاء", Due: now.AddDate(0, 0, 20)})
			w.must(err)
		}
		w.networked.records[key] = x.ID
	}
	mine := func(k federation.Kind, title string) federation.Record {
		return federation.Record{Kind: k, Authority: tunisian, Texts: words(title, "وصف في بضع جمل."), Sort: "human", Contact: "مصلحة فضاء المواطن", Body: "", Due: time.Time{}}
	}
	open := mine(federation.Space, "فضاء المواطن بالمدينة")
	open.Site = federation.Site{Address: "شارع الحبيب بورقيبة", HasPoint: true, Lat: 36.88, Lng: 10.32, Districts: []string{"المدينة العتيقة", "La Corniche"}, Services: []string{"civil_status", "halls"}, Others: []string{"الإعلامية"},
		Hours: [7]string{"08:00-12:30, 14:00-17:00", "08:00-12:30", "", "", "8:00-13:00"}, HoursNote: "في رمضان إلى الواحدة."}
	enter("space open", open, federation.Open)
	enter("space planned", mine(federation.Space, "فضاء مبرمج"), federation.Enter)
	var picture bytes.Buffer
	w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 48))))
	x, err := w.federations.Attach(ctx, officer, w.networked.records["space open"], federation.Photo, "فضاء.png", &picture, "")
	w.must(err)
	w.networked.photo = x.Site.Photos[0]

	mandate := mine(federation.Mandate, "سناء بن عمر")
	mandate.Body, mandate.Sort, mandate.Capacity, mandate.At = "steering", "learning", "الكاتبة العامة", now.AddDate(0, -3, 0)
	enter("mandate", mandate, federation.Enter)
	output := mine(federation.Output, "ميثاق استقبال")
	output.Due = now.AddDate(0, 0, 9)
	enter("output agreed", output, federation.Enter)
	late := output
	late.Due = now.AddDate(0, 0, -9)
	enter("output late", late, federation.Enter)
	enter("output accepted", output, federation.Enter)
	var paper bytes.Buffer
	w.must(png.Encode(&paper, image.NewGray(image.Rect(0, 0, 64, 48))))
	_, err = w.federations.Attach(ctx, officer, w.networked.records["output accepted"], federation.Deliver, "ميثاق.png", &paper, "النسخة الأخيرة")
	w.must(err)
	_, err = w.federations.Do(ctx, coordinator, w.networked.records["output accepted"], federation.Accept, federation.Input{})
	w.must(err)

	enter("obstacle raised", mine(federation.Obstacle, "لا توجد خطة في التنظيم الهيكلي"), federation.Enter)
	enter("obstacle in hand", mine(federation.Obstacle, "الشبكة الإعلامية بطيئة"), federation.Enter, federation.Take, federation.NoteDown)
	enter("obstacle removed", mine(federation.Obstacle, "نقص في الأثاث"), federation.Enter, federation.Remove)
	enter("request raised", mine(federation.Request, "عون استقبال"), federation.Enter)
	enter("request granted", mine(federation.Request, "آلة طباعة"), federation.Enter, federation.Grant)
	dispute := mine(federation.Dispute, "استعمال الحافلة المشتركة")
	dispute.Parties = []string{"tn-2411"}
	enter("dispute", dispute, federation.Enter, federation.Mediate)
	w.meet(enter, mine)
	enter("practice draft", mine(federation.Practice, "شباك متنقل"), federation.Enter)
	enter("practice submitted", mine(federation.Practice, "رقم سري للملف"), federation.Enter, federation.Submit)
	published := mine(federation.Practice, "شباك موحد")
	published.Authority = "tn-2411"
	published.Network = "spaces"
	p, err := w.federations.Enter(ctx, coordinator, published, federation.Enter)
	w.must(err)
	w.networked.records["practice published"] = p.ID
	for _, a := range []federation.Act{federation.Submit, federation.Publish} {
		_, err = w.federations.Do(ctx, coordinator, p.ID, a, federation.Input{})
		w.must(err)
	}
}

// meet brings meetings into their states.
func (w *world) meet(enter func(string, federation.Record, federation.Act, ...federation.Act), mine func(federation.Kind, string) federation.Record) {
	now := w.clock.Now()
	at := func(when time.Time) federation.Record {
		r := mine(federation.Meeting, "ورشة حول الاستقبال")
		r.Authority, r.Sort, r.Body, r.At, r.Until = "", "workshop", "innovation", when, when.Add(2*time.Hour)
		r.Sitting = federation.Sitting{Place: "دار الثقافة", Agenda: []string{"عرض التجربة", "نقاش"}, Open: true}
		return r
	}
	enter("meeting planned", at(now.AddDate(0, 0, 20)), federation.Enter)
	enter("meeting convened", at(now.AddDate(0, 0, 12)), federation.Enter, federation.Convene)
	enter("meeting cancelled", at(now.AddDate(0, 0, 13)), federation.Enter, federation.Convene, federation.Cancel)
	for key, m := range map[string]federation.Minutes{"meeting held": {Text: "نوقشت التجربة.", Women: 12, Men: 9, Unsaid: 0}, "meeting published": {Text: "تم الاتفاق.", Women: 14, Men: 2}} {
		enter(key, at(now.AddDate(0, 0, -12)), federation.Enter, federation.Convene)
		_, err := w.federations.EnterMinutes(w.t.Context(), w.actor("coordinator"), w.networked.records[key], m)
		w.must(err)
	}
	_, err := w.federations.Do(w.t.Context(), w.actor("coordinator"), w.networked.records["meeting published"], federation.Publish, federation.Input{})
	w.must(err)
}

// federationPath puts records of the network into a route.
func (w *world) federationPath(r web.Route, path string) string {
	if !strings.Contains(path, "/networks/:id") {
		return path
	}
	record, act := w.networked.records["obstacle raised"], string(federation.NoteDown)
	switch {
	case strings.HasSuffix(path, "/:record"):
		record = w.networked.records["space open"]
	case strings.Contains(path, "/photos/"):
		record = w.networked.records["space open"]
	}
	for name, value := range map[string]string{":record": record, ":kind": "obstacles", ":act": act, ":photo": "none"} {
		path = strings.ReplaceAll(path, name, value)
	}
	return path
}

// federationViews are the pages of the network's work.
func (w *world) federationViews(see, wrong func(as string, paths ...string)) {
	n, desk := "/networks/spaces", "/desk/networks/spaces"
	of := func(key string) string { return "/records/" + w.networked.records[key] }
	for _, who := range []string{"nobody", "officer", "coordinator"} {
		see(who, n, n+"/spaces", n+"/spaces?state=open", n+"/spaces?state=closed", n+"/bodies", n+"/meetings", n+"/practices", n+"/outputs", n+"/members", n+"/archive", n+"/archive?q=zzzz", n+"/archive?q=%D9%81%D8%B6%D8%A7%D8%A1")
		for _, key := range []string{"space open", "space planned", "mandate", "output accepted", "meeting convened", "meeting cancelled", "meeting published", "practice published"} {
			see(who, n+of(key))
		}
	}
	for _, who := range []string{"officer", "coordinator"} {
		see(who, desk+"/work", n+"/obstacles", n+"/requests", n+"/disputes", n+"/obstacles?state=raised", n+"/obstacles?sort=human", n+"/meetings?sort=conference", n+"/requests?place="+tunisian)
		for _, key := range []string{"output agreed", "output late", "obstacle raised", "obstacle in hand", "obstacle removed", "request raised", "request granted", "dispute", "meeting planned", "meeting held", "practice draft", "practice submitted"} {
			see(who, n+of(key))
		}
	}
	for _, path := range []string{"spaces", "practices", "obstacles", "requests", "disputes"} {
		see("officer", desk+"/new/"+path)
		wrong("officer", desk+"/new/"+path)
	}
	for _, path := range []string{"bodies", "meetings", "outputs"} {
		see("coordinator", desk+"/new/"+path)
		wrong("coordinator", desk+"/new/"+path)
	}
	for _, key := range []string{"space open", "obstacle raised", "request raised", "practice draft"} {
		see("officer", desk+of(key)+"/edit")
		wrong("officer", desk+of(key)+"/edit")
	}
	for _, key := range []string{"mandate", "output agreed", "meeting convened"} {
		see("coordinator", desk+of(key)+"/edit")
	}
	act := func(who, key string, acts ...federation.Act) {
		for _, a := range acts {
			see(who, desk+of(key)+"/acts/"+string(a))
		}
	}
	act("officer", "space open", federation.Photo, federation.Close)
	act("officer", "output agreed", federation.Begin, federation.Deliver)
	act("officer", "practice published", federation.Adopt)
	act("coordinator", "obstacle raised", federation.Take, federation.Remove)
	act("coordinator", "request raised", federation.Grant, federation.Refuse)
	act("coordinator", "meeting convened", federation.Cancel)
	act("coordinator", "meeting planned", federation.Convene)
	act("coordinator", "meeting held", federation.Hold, federation.Publish)
	act("coordinator", "mandate", federation.End)
	wrong("officer", desk+of("space open")+"/acts/photo", desk+of("space open")+"/acts/close", desk+of("output agreed")+"/acts/deliver", desk+of("obstacle raised")+"/acts/note")
	wrong("coordinator", desk+of("obstacle raised")+"/acts/take", desk+of("meeting held")+"/acts/hold")
}

// TestTheNetworksOwnWorkIsHiddenFromEverybodyElse asks for every private record
// and list as people who have no part in the network.
func TestTheNetworksOwnWorkIsHiddenFromEverybodyElse(t *testing.T) {
	w := theWorld(t)
	for _, who := range []string{"nobody", "citizen", "officer elsewhere", "councillor", "front desk", "observer", "delegate"} {
		for _, key := range []string{"output agreed", "output late", "obstacle raised", "obstacle in hand", "obstacle removed", "request raised", "request granted", "dispute", "meeting planned", "practice draft", "practice submitted"} {
			if s := w.ask(t, who, "GET", "/ar/networks/spaces/records/"+w.networked.records[key]); s.status != 404 {
				t.Errorf("%s reads the %s: %d", who, key, s.status)
			}
		}
		for _, path := range []string{"/archive?q=%D8%A7%D9%84%D8%AD%D8%A7%D9%81%D9%84%D8%A9", "/archive", "/outputs", "/practices", "/meetings", "/news.atom", "/outputs.csv", "/calendar.ics"} {
			s := w.ask(t, who, "GET", "/ar/networks/spaces"+path)
			for _, secret := range []string{"الحافلة المشتركة", "الشبكة الإعلامية بطيئة", "آلة طباعة", "شباك متنقل"} {
				if s.status != 200 || strings.Contains(s.body, secret) {
					t.Errorf("%s reads in %s (%d): %s", who, path, s.status, secret)
				}
			}
		}
	}
}

// TestSmallNumbersOfAttendanceAreNotTold looks at published minutes at which two
// men were present.
func TestSmallNumbersOfAttendanceAreNotTold(t *testing.T) {
	w := theWorld(t)
	path := "/networks/spaces/records/" + w.networked.records["meeting published"]
	if s := w.ask(t, "nobody", "GET", "/fr"+path); s.Find("#attendance table").Length() != 0 || !strings.Contains(s.Find("#attendance").Text(), "16") {
		t.Errorf("the public reads %s", s.Find("#attendance").Text())
	}
	if s := w.ask(t, "officer", "GET", "/fr"+path); s.Find("#attendance table").Length() != 1 {
		t.Error("a member does not read the attendance by sex")
	}
	if s := w.ask(t, "nobody", "GET", "/networks/spaces/meetings.json"); !strings.Contains(s.body, `"women":null`) || strings.Contains(s.body, `"women":14`) {
		t.Errorf("the data say %s", s.body)
	}
}

// TestWhatANetworkIsOwedWaitsAtTheMembersDesk looks for an output at the desk of
// the authority that owes it, and not at another one's.
func TestWhatANetworkIsOwedWaitsAtTheMembersDesk(t *testing.T) {
	w := theWorld(t)
	item := "network:" + w.networked.records["output late"] + ".due"
	if s := w.ask(t, "officer", "GET", "/ar/desk?authority="+tunisian+"&kind=network.output"); !strings.Contains(s.body, item) && !strings.Contains(s.body, "ميثاق استقبال") {
		t.Errorf("it does not wait: %s", words(s.Find("main")))
	}
	if s := w.ask(t, "officer", "GET", "/ar/desk?authority="+town+"&kind=network.output"); strings.Contains(s.body, "ميثاق استقبال") {
		t.Error("it waits at another authority's desk")
	}
}

// TestARecordIsFoundUnderItsOwnNetworkAlone asks for records of one network under
// the address of another, as everybody who may read and change them.
func TestARecordIsFoundUnderItsOwnNetworkAlone(t *testing.T) {
	w := theWorld(t)
	_, err := w.networks.Found(t.Context(), auth.System, "elsewhere", network.Words{Country: "TN", Names: map[string]string{"ar": "شبكة أخرى", "fr": "Autre réseau"}})
	w.must(err)
	for _, who := range []string{"nobody", "officer", "coordinator", "administrator"} {
		for _, path := range []string{"/networks/elsewhere/records/" + w.networked.records["space open"], "/desk/networks/elsewhere/records/" + w.networked.records["space open"] + "/edit",
			"/desk/networks/elsewhere/records/" + w.networked.records["obstacle raised"] + "/acts/note"} {
			if s := w.ask(t, who, "GET", "/ar"+path); s.status == 200 && s.path == "/ar"+path {
				t.Errorf("%s reads %s", who, path)
			}
		}
	}
	if s := w.ask(t, "coordinator", "GET", "/ar/desk/networks/elsewhere/work"); s.status != 403 {
		t.Errorf("the coordinator of one network works in another: %d", s.status)
	}
}
