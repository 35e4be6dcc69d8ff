package main

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"musharaka/modules/association"
	"musharaka/modules/kit/auth"
	"musharaka/modules/message"
	"musharaka/modules/partnership"
)

// associated is what associations have done in the world.
type associated struct {
	request, returned, draft string // requests of the author
	mandate, revocable       string // of the association of the world
	invitation, spent        string // tokens
	doomed                   string // a request that is taken back and deleted
	campaign, endable        string // codes
	hidden                   string
	message, told, undone    string // messages: waiting, sent, to be taken back
	unwelcome                string // refused
	agreement, draftPact     string
	ripePact                 string // a draft that is entered
	project                  string
}

// associate lets associations ask, name delegates, endorse and campaign.
func (w *world) associate() {
	ctx, author, officer := w.t.Context(), w.actor("author"), w.actor("officer")
	asked := func(name string) string {
		in := association.Association{NameAR: name, FoundedAt: w.clock.Now().AddDate(-5, 0, 0), Seat: town, Function: "رئيس", Representative: "سعيد بنعلي"}
		a, err := w.associations.Begin(ctx, author, in)
		w.must(err)
		var picture bytes.Buffer
		w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 48))))
		_, err = w.associations.Attach(ctx, author, a.ID, association.Statutes, false, "النظام الأساسي.png", &picture)
		w.must(err)
		return a.ID
	}
	submitted := func(name string) string {
		id := asked(name)
		_, err := w.associations.Submit(ctx, author, id)
		w.must(err)
		return id
	}
	w.associated.doomed = submitted("جمعية عابرة")
	w.associated.draft = asked("جمعية الحي")
	w.associated.request = submitted("جمعية الشاطئ")
	w.associated.returned = submitted("جمعية المدينة")
	_, err := w.associations.Return(ctx, officer, w.associated.returned, association.Decision{Reason: "ينقص وصل التصريح."})
	w.must(err)

	a, err := w.associations.Get(ctx, w.association)
	w.must(err)
	_, conditions := w.associations.Conditions(a, w.clock.Now())
	var found []association.Finding
	for _, c := range conditions {
		found = append(found, association.Finding{Code: c.Code, Verdict: association.Met, Evidence: "النظام الأساسي"})
	}
	_, err = w.associations.Examine(ctx, officer, a.ID, found)
	w.must(err)
	w.associated.mandate = w.mandated("delegate")
	w.associated.revocable = w.mandated("neighbour")
	w.associated.invitation, w.associated.spent = w.invited("invited"), w.invited("unwilling")

	delegate, open := w.actor("delegate"), w.petitions["MA open"]
	_, err = w.associations.AskCorrection(ctx, delegate, a.ID, "تغير عنوان المقر منذ شهر مارس.")
	w.must(err)
	_, err = w.associations.Endorse(ctx, delegate, open, a.ID, "نساند هذه العريضة لأن الإنارة سلامة للجميع.")
	w.must(err)
	launch := func(title string) string {
		x, err := w.associations.Launch(ctx, delegate, open, a.ID, association.CampaignInput{Title: association.Text{AR: title}, Appeal: association.Text{AR: "شارعنا مظلم."}, Goals: []association.Goal{{Signatures: 1}, {Signatures: 500, By: w.clock.Now().AddDate(0, 1, 0)}}})
		w.must(err)
		return x.ID
	}
	w.tell()
	w.agree()
	w.associated.campaign, w.associated.endable, w.associated.hidden = launch("شارع مضيء"), launch("نور للجميع"), launch("حملة أخرى")
	_, err = w.associations.HideCampaign(ctx, officer, w.associated.hidden, "عبارات غير لائقة.")
	w.must(err)
}

// tell lets the agent write to followers.
func (w *world) tell() {
	ctx, author, officer := w.t.Context(), w.actor("author"), w.actor("officer")
	write := func(petition string) string {
		m, err := w.messages.Write(ctx, author, petition, message.Draft{Lang: "ar", Subject: "اقتربنا من العدد المطلوب", Body: "بقيت توقيعات قليلة.\n\nشاركونا السبت المقبل في الساحة."})
		w.must(err)
		return m.ID
	}
	open, elsewhere := w.petitions["MA open"], w.petitions["TN open"]
	w.associated.told = write(elsewhere)
	_, err := w.messages.Approve(ctx, officer, w.associated.told)
	w.must(err)
	w.associated.unwelcome = write(elsewhere)
	_, err = w.messages.Refuse(ctx, officer, w.associated.unwelcome, "عبارات غير لائقة.")
	w.must(err)
	w.associated.message, w.associated.undone = write(open), write(open)
}

// agree enters agreements and a joint project.
func (w *world) agree() {
	ctx, officer := w.t.Context(), w.actor("officer")
	drafted := func() string {
		a, err := w.partnerships.DraftAgreement(ctx, officer, partnership.Agreement{Authority: town, Object: "تنشيط دار الشباب", Details: "ثلاث ورشات في الشهر.",
			Parties: []partnership.Party{{Association: w.association}, {Name: "Fondation du livre"}}, SignedOn: w.clock.Now().AddDate(0, -2, 0), EndsOn: w.clock.Now().AddDate(1, 0, 0)})
		w.must(err)
		var picture bytes.Buffer
		w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 48))))
		_, err = w.partnerships.AttachDocument(ctx, officer, a.ID, "الاتفاقية.png", &picture)
		w.must(err)
		return a.ID
	}
	w.associated.draftPact, w.associated.ripePact, w.associated.agreement = drafted(), drafted(), drafted()
	_, err := w.partnerships.Enact(ctx, officer, w.associated.agreement)
	w.must(err)
	p, err := w.partnerships.Plan(ctx, officer, partnership.Project{Authority: town, Title: "شواطئ نظيفة", Text: "حملات نظافة كل شهر.", Lead: w.association,
		Partners: []partnership.Party{{Name: "Club de plongée"}}, Agreement: w.associated.agreement, BeginsOn: w.clock.Now().AddDate(0, -1, 0)})
	w.must(err)
	_, err = w.partnerships.AddEntry(ctx, w.actor("delegate"), p.ID, w.clock.Now().AddDate(0, 0, -3), "training", "تكوين في فرز النفايات.")
	w.must(err)
	w.associated.project = p.ID
}

// mandated gives somebody a mandate of the world's association.
func (w *world) mandated(role string) string {
	code, _, err := w.accounts.NewCode(w.t.Context(), w.people[role])
	w.must(err)
	m, err := w.associations.Appoint(w.t.Context(), auth.System, w.association, code, association.Terms{Scopes: association.Scopes, Until: w.clock.Now().AddDate(1, 0, 0)})
	w.must(err)
	return m.ID
}

// invited leaves an invitation open and reads its secret from the mail.
func (w *world) invited(name string) (token string) {
	m, err := w.associations.Invite(w.t.Context(), auth.System, w.association, name+"@demo.example", "ar", association.Terms{Scopes: association.Scopes[:2], Until: w.clock.Now().AddDate(1, 0, 0)})
	w.must(err)
	if !eventually(w.t, func() bool {
		got, err := w.inbox.Get(w.t.Context(), "association.invitation:"+m.ID)
		_, rest, ok := strings.Cut(got.Text, "/association-invitations/")
		if err == nil && ok {
			token = strings.Fields(rest)[0]
		}
		return token != ""
	}) {
		w.t.Fatal("no invitation arrives")
	}
	return token
}

// associationPath fills in what the routes of associations are tried with.
func (w *world) associationPath(method, path string) string {
	request, token, told := w.associated.request, w.associated.invitation, w.associated.message
	if strings.HasSuffix(path, "/retract") {
		told = w.associated.undone
	}
	if method == "POST" { // what follows ends them
		token = w.associated.spent
		if strings.HasSuffix(path, "/retract") || strings.HasSuffix(path, "/request/delete") {
			request = w.associated.doomed
		}
	}
	for _, fill := range []struct{ in, name, value string }{
		{"/associations/:id/request", ":id", request}, {"/desk/associations/:id/examine", ":id", w.associated.request},
		{"/association-invitations/", ":token", token}, {"/mandates/", ":mandate", w.associated.revocable},
		{"/campaigns/:code/end", ":code", w.associated.endable}, {"", ":message", told}, {"/publish", ":agreement", w.associated.ripePact}, {"/desk/agreements/", ":agreement", w.associated.draftPact}, {"/agreements/", ":agreement", w.associated.agreement}, {"", ":project", w.associated.project}, {"", ":code", w.associated.campaign}, {"/associations/", ":id", w.association},
	} {
		if strings.Contains(path, fill.in) {
			path = strings.ReplaceAll(path, fill.name, fill.value)
		}
	}
	return path
}

// associationViews are the pages of associations.
func (w *world) associationViews(see, wrong func(as string, paths ...string)) {
	x, id, open := w.associated, w.association, w.petitions["MA open"]
	see("nobody", "/associations?place="+town, "/associations?q=zzzz", "/petitions/"+open+"/endorsements", "/k/"+x.campaign, "/k/"+x.campaign+"/share")
	see("author", "/associations/new", "/me/associations", "/associations/"+x.draft+"/request", "/associations/"+x.draft+"/request/edit", "/associations/"+x.draft+"/request/delete",
		"/associations/"+x.draft+"/documents", "/associations/"+x.request+"/request", "/associations/"+x.returned+"/request")
	wrong("author", "/associations/new", "/associations/"+x.draft+"/request/edit", "/associations/"+x.draft+"/documents")
	see("officer", "/desk/associations", "/desk/associations?place="+tunisian, "/desk/associations/"+x.request+"/examine", "/desk/associations/"+id+"/examine", "/desk/associations/"+id+"/correction", "/associations/"+id,
		"/desk/campaigns/"+x.campaign+"/hide", "/desk/campaigns/"+x.hidden+"/hide")
	wrong("officer", "/desk/associations/"+x.request+"/examine", "/desk/associations/"+x.request+"/examine?decision=accept&delegate=on", "/desk/associations/"+x.request+"/examine?decision=return", "/desk/campaigns/"+x.campaign+"/hide")
	wrong("officer", "/desk/associations/"+id+"/correction")
	wrong("delegate", "/associations/"+id+"/correction")
	see("delegate", "/associations/"+id+"/correction", "/me/associations", "/associations/"+id, "/associations/"+id+"/mandates", "/associations/"+id+"/mandates/"+x.mandate+"/revoke", "/associations/"+id+"/documents",
		"/petitions/"+open+"/endorse", "/petitions/"+open+"/campaigns/new", "/me/campaigns/"+x.campaign, "/me/campaigns/"+x.hidden, "/me/campaigns/"+x.endable+"/end",
		"/petitions/"+w.petitions["MA answered"]+"/endorse")
	wrong("delegate", "/associations/"+id+"/mandates", "/petitions/"+w.petitions["TN open"]+"/endorse", "/petitions/"+open+"/campaigns/new", "/me/campaigns/"+x.campaign)
	see("citizen", "/me/associations", "/petitions/"+open+"/endorse", "/petitions/"+open+"/campaigns/new")
	see("reader", "/association-invitations/"+x.invitation)
	see("nobody", "/agreements", "/agreements?place="+town, "/agreements/"+x.agreement, "/joint-projects", "/joint-projects?place="+tunisian, "/joint-projects/"+x.project)
	see("officer", "/agreements?place="+town, "/agreements/"+x.draftPact, "/agreements/"+x.agreement, "/desk/agreements/new", "/desk/agreements/"+x.draftPact+"/edit", "/desk/agreements/"+x.agreement+"/end",
		"/joint-projects/"+x.project, "/desk/joint-projects/new", "/desk/joint-projects/"+x.project+"/edit", "/desk/joint-projects/"+x.project+"/move")
	see("delegate", "/joint-projects/"+x.project)
	wrong("nobody", "/agreements/"+x.agreement+"/compare")
	wrong("officer", "/desk/agreements/new", "/desk/agreements/"+x.draftPact+"/edit", "/desk/agreements/"+x.draftPact+"/document", "/desk/agreements/"+x.agreement+"/end", "/desk/joint-projects/new",
		"/desk/joint-projects/"+x.project+"/edit", "/desk/joint-projects/"+x.project+"/move")
	wrong("delegate", "/joint-projects/"+x.project+"/log")
	see("nobody", "/petitions/"+w.petitions["TN open"]+"/messages", "/petitions/"+open+"/messages")
	see("author", "/me/messages", "/messages/"+x.message, "/messages/"+x.told, "/messages/"+x.unwelcome, "/petitions/"+open+"/messages/new")
	wrong("author", "/petitions/"+open+"/messages/new")
	see("delegate", "/petitions/"+open+"/messages/new", "/me/messages")
	see("officer", "/desk/messages", "/desk/messages?place="+tunisian, "/desk/messages/"+x.message, "/desk/messages/"+x.told)
	wrong("officer", "/desk/messages/"+x.message, "/desk/messages/"+x.message+"?decision=refuse")
}

// TestASignatureComesByACampaignsLink plays the way of a poster: the short link,
// the page, the sign button, the count.
func TestASignatureComesByACampaignsLink(t *testing.T) {
	w := theWorld(t)
	page := w.ask(t, "nobody", "GET", "/k/"+strings.ToUpper(w.associated.campaign))
	if page.status != 302 && page.status != 303 {
		t.Fatalf("the short link answers %d", page.status)
	}
	page = w.ask(t, "nobody", "GET", "/ar/k/"+strings.ToUpper(w.associated.campaign))
	sign := page.Find("a[href*='via=']").AttrOr("href", "")
	if !strings.Contains(sign, "via="+w.associated.campaign) {
		t.Fatalf("the page of the campaign leads to %q", sign)
	}
	form := w.ask(t, "reader", "GET", sign)
	if form.Find("input[name=via]").AttrOr("value", "") != w.associated.campaign {
		t.Error("the form of signing forgets the campaign")
	}
}

// TestAnotherBranchIsAskedForWithoutLosingWhatWasTyped, and keeps nothing yet.
func TestAnotherBranchIsAskedForWithoutLosingWhatWasTyped(t *testing.T) {
	w := theWorld(t)
	page := w.is(t, "citizen").post("/fr/associations/new", "name_fr", "Amis <script>", "branch1", "", "branch2", town, "branch3", "", "add", "branch")
	if page.status != 200 || page.Find("select[name^=branch]").Length() != 4 {
		t.Fatalf("%d, with %d fields for branches", page.status, page.Find("select[name^=branch]").Length())
	}
	if page.Find("input[name=name_fr]").AttrOr("value", "") != "Amis <script>" || page.Find("select[name=branch2] option[selected]").AttrOr("value", "") != town {
		t.Error("what was typed is lost")
	}
}
