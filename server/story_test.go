package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"musharaka/modules/account"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/petition"
)

// town is where the story happens: the commune of Larache, 100 or 200
// signatures by its rule pack, which the story reads and does not assume.
const town = "ma-13310103"

// enrol makes a person of the town known, with their identity checked.
func (r *running) enrol(t testing.TB, n int, roles ...auth.Role) string {
	t.Helper()
	e := account.Enrolment{
		Provider: "demo", Subject: fmt.Sprintf("story-%d", n), Email: fmt.Sprintf("person%d@demo.example", n),
		Profile: account.Profile{Name: "ساكنة من العرائش", Lang: "ar", Residence: town, BirthYear: 1985},
		Country: "MA", Number: fmt.Sprintf("LA%06d", n), Checked: town,
	}
	for _, role := range roles {
		e.Roles = append(e.Roles, auth.Membership{Kind: auth.Authority, OrgID: town, Role: role})
	}
	p, err := r.accounts.Enrol(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// TestAPetitionFromTheFirstWordToTheAnswer is the main job of the platform,
// done over HTTP as people without script do it.
func TestAPetitionFromTheFirstWordToTheAnswer(t *testing.T) {
	r := startPlatform(t, clock.System())
	if _, err := r.places.Activate(t.Context(), auth.System, town); err != nil {
		t.Fatal(err)
	}
	author := r.visitor(t).as(r.enrol(t, 1))
	officer := r.visitor(t).as(r.enrol(t, 2, auth.Officer))
	councillor := r.visitor(t).as(r.enrol(t, 3, auth.Councillor))
	president := r.visitor(t).as(r.enrol(t, 4, auth.President))
	nobody := r.visitor(t)

	id := writePetition(t, author)
	if p := nobody.get("/ar/petitions/" + id); p.status != 404 {
		t.Fatalf("everybody sees a petition in moderation: %d", p.status)
	}
	mustSee(t, officer.get("/ar/desk/petitions?authority="+town), 200, "إصلاح الإنارة")
	mustSee(t, officer.get("/ar/desk/petitions/"+id), 200, "إصلاح الإنارة", "عضو أول")
	if p := councillor.post("/ar/desk/petitions/"+id+"/publish", "checked", "on"); p.status != 403 {
		t.Fatalf("a councillor publishes: %d", p.status)
	}
	mustSee(t, officer.post("/ar/desk/petitions/"+id+"/publish", "checked", "on"), 200)
	page := nobody.get("/fr/petitions/" + id)
	mustSee(t, page, 200, "إصلاح الإنارة", "PET-")
	if strings.Contains(page.body, "ساكنة من العرائش") {
		t.Error("the page shows a name that nobody made public")
	}

	signPetition(t, r, id)

	mustSee(t, nobody.get("/ar/petitions/"+id), 200, r.words.Locale("ar", "MA").T(petition.StateLabel(petition.Ready)))
	answerPetition(t, r, id, councillor, president)
	mustSee(t, nobody.get("/ar/petitions/"+id), 200, "نوافق على الطلب", r.words.Locale("ar", "MA").T(petition.StateLabel(petition.Answered)))

	told := func(address string, n int) bool {
		mails, err := r.inbox.To(t.Context(), address, "", 50)
		if err != nil {
			t.Fatal(err)
		}
		return len(mails.Items) >= n && strings.Contains(mails.Items[0].Text, "/petitions/"+id)
	}
	if !eventually(t, func() bool { return told("person1@demo.example", 4) }) {
		t.Error("the agent was not told of publication, half, threshold and answer")
	}
	if !eventually(t, func() bool { return told("person100@demo.example", 1) }) {
		t.Error("a supporter who asked for it was not told of the answer")
	}
	findings, err := r.check(t.Context(), false)
	if err != nil || len(findings) > 0 {
		t.Errorf("check finds %v, %v", findings, err)
	}
}

// writePetition answers one question after the other and submits.
func writePetition(t *testing.T, author *visitor) string {
	t.Helper()
	begin := author.get("/ar/petitions/new?authority=" + town)
	once, _ := begin.Find("input[name=once]").Attr("value")
	first := author.post("/ar/petitions/new", "authority", town, "once", once)
	again := author.post("/ar/petitions/new", "authority", town, "once", once)
	if first.path != again.path || first.status != 200 {
		t.Fatalf("a form sent twice made two drafts: %s %s", first.path, again.path)
	}
	id := strings.Split(first.path, "/")[3]
	write := "/ar/petitions/" + id + "/write/"
	mustSee(t, author.post(write+"languages", "langs", "ar"), 200)
	short := author.post(write+"object", "object_ar", "قصير")
	if short.status != 422 || short.Find("input[name=object_ar]").AttrOr("value", "") != "قصير" || short.Find(".errors").Length() != 1 {
		t.Fatalf("a short object: %d, or it is not kept, or not explained", short.status)
	}
	mustSee(t, author.post(write+"object", "object_ar", "إصلاح الإنارة العمومية بالشارع الساحلي"), 200)
	mustSee(t, author.post(write+"ask", "ask_ar", "نطلب من المجلس إصلاح أعمدة الإنارة المعطلة على طول الشارع الساحلي قبل الصيف."), 200)
	mustSee(t, author.post(write+"reasons", "reasons_ar", "منذ سنتين والشارع مظلم ليلا، وقد وقعت فيه حوادث عديدة للراجلين."), 200)
	mustSee(t, author.post(write+"aims", "aims_ar", ""), 200)
	mustSee(t, author.post(write+"theme", "theme", "lighting", "tags", "youth", "tags", "women"), 200)
	mustSee(t, author.post(write+"petitioners", "kind", "citizens", "agent", "ساكنة من العرائش", "committee", "عضو أول\nعضو ثان"), 200)
	check := author.post(write+"attachments", "go", "on")
	mustSee(t, check, 200, "إصلاح الإنارة", "الشارع الساحلي")
	mustSee(t, author.post("/ar/petitions/"+id+"/submit"), 200, "PET-")
	mustSee(t, author.post("/ar/petitions/"+id+"/submit"), 200, "PET-") // twice is once
	return id
}

// signPetition lets as many people sign as the threshold asks for.
func signPetition(t *testing.T, r *running, id string) {
	t.Helper()
	p, err := r.petitions.Get(t.Context(), auth.System, id)
	if err != nil {
		t.Fatal(err)
	}
	first := r.visitor(t).as(r.enrol(t, 100))
	mustSee(t, first.get("/ar/petitions/"+id+"/sign"), 200, "name=\"consent\"")
	if v := first.post("/ar/petitions/"+id+"/sign", "comment", "تعليق طويل"); v.status != 422 || !strings.Contains(v.body, "تعليق طويل") {
		t.Fatalf("signing without consent: %d", v.status)
	}
	mustSee(t, first.post("/ar/petitions/"+id+"/sign", "consent", "on", "news", "on", "comment", "الشارع خطير ليلا"), 200)
	mustSee(t, first.post("/ar/petitions/"+id+"/sign", "consent", "on"), 200) // once more changes nothing

	var wait sync.WaitGroup
	gate := make(chan struct{}, 16)
	for n := 101; n < 100+int(p.Threshold.Signatures); n++ {
		wait.Add(1)
		gate <- struct{}{}
		go func() {
			defer wait.Done()
			defer func() { <-gate }()
			v := r.visitor(t).as(r.enrol(t, n))
			if s := v.post("/fr/petitions/"+id+"/sign", "consent", "on", "public", "on"); s.status != 200 {
				t.Errorf("person %d: %d", n, s.status)
			}
		}()
	}
	wait.Wait()
	tally, err := r.petitions.Tally(t.Context(), id)
	if err != nil || tally.Valid != p.Threshold.Signatures || tally.Supporters != p.Threshold.Signatures {
		t.Fatalf("%d people signed: %+v %v", p.Threshold.Signatures, tally, err)
	}
}

// answerPetition drafts as one, approves as another, publishes.
func answerPetition(t *testing.T, r *running, id string, councillor, president *visitor) {
	t.Helper()
	desk := "/ar/desk/petitions/" + id + "/answer"
	mustSee(t, councillor.get(desk+"/draft"), 200)
	mustSee(t, councillor.post(desk+"/draft", "decision", "accepted", "summary_ar", "نوافق على الطلب", "body_ar", "تقرر إصلاح خمسين عمودا قبل نهاية شهر ماي من السنة المقبلة."), 200)
	stamp := president.get(desk+"/approve").Find("input[name=stamp]").AttrOr("value", "")
	if v := councillor.post(desk+"/approve", "stamp", stamp); v.status != 403 {
		t.Fatalf("the drafter approves: %d", v.status)
	}
	mustSee(t, president.post(desk+"/approve", "stamp", stamp), 200)
	stamp = president.get(desk+"/publish").Find("input[name=stamp]").AttrOr("value", "")
	mustSee(t, president.post(desk+"/publish", "stamp", stamp), 200)
}

func mustSee(t *testing.T, page seen, status int, texts ...string) {
	t.Helper()
	if page.status != status {
		t.Fatalf("%s answers %d, not %d: %s", page.path, page.status, status, strings.Join(strings.Fields(page.Find("main").Text()), " "))
	}
	for _, text := range texts {
		if !strings.Contains(page.body, text) {
			t.Fatalf("%s does not show %q: %s", page.path, text, strings.Join(strings.Fields(page.Find("main").Text()), " "))
		}
	}
}
