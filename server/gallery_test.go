package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"musharaka/modules/kit/web"

	"github.com/PuerkitoBio/goquery"
)

// view is one page of the gallery: somebody looks at something.
type view struct {
	as     string
	path   string // without the language
	post   bool   // a form is sent with nothing filled in: the page says what is missing
	form   string // what such a form carries all the same
	status int
}

// views are all pages of all modules, in every state that changes how they
// look. TestTheGalleryShowsEveryPage holds it to the routes.
func (w *world) views(t testing.TB) []view {
	open, ready, drafted := w.petitions["MA open"], w.petitions["MA ready"], w.petitions["MA answer drafted"]
	var all []view
	see := func(as string, paths ...string) {
		for _, p := range paths {
			all = append(all, view{as: as, path: p, status: 200})
		}
	}
	wrong := func(as string, paths ...string) {
		for _, p := range paths {
			path, form, _ := strings.Cut(p, "?")
			all = append(all, view{as: as, path: path, status: 422, post: true, form: form})
		}
	}
	see("nobody", "/", "/petitions", "/petitions?q="+url.QueryEscape("الإنارة"), "/petitions?q=zzzz", "/petitions?state=open&place="+town, "/petitions/new")
	for _, state := range sortedKeys(w.petitions) {
		switch strings.TrimPrefix(strings.TrimPrefix(state, "MA "), "TN ") {
		case "draft", "changes", "moderation", "hidden":
		default:
			see("nobody", "/petitions/"+w.petitions[state])
		}
		if !strings.HasSuffix(state, "draft") && !strings.HasSuffix(state, "changes") {
			see("officer", "/desk/petitions/"+w.petitions[state])
		}
	}
	all = append(all, view{as: "nobody", path: "/petitions/" + w.petitions["MA hidden"], status: 200},
		view{as: "nobody", path: "/petitions/nothing", status: 404}, view{as: "citizen", path: "/desk", status: 403}, view{as: "nobody", path: "/sign-in/account", status: 422})
	for _, p := range []string{open, w.petitions["TN open"]} {
		see("nobody", "/petitions/"+p+"/comments", "/petitions/"+p+"/names")
		see("reader", "/petitions/"+p+"/sign", "/petitions/"+p+"/follow")
		see("signer", "/petitions/"+p+"/signed", "/petitions/"+p+"/unsign")
		wrong("reader", "/petitions/"+p+"/sign")
	}
	for _, draft := range []string{w.petitions["MA draft"], w.petitions["TN draft"], w.petitions["MA changes"]} {
		for _, step := range []string{"authority", "languages", "object", "ask", "reasons", "aims", "theme", "petitioners", "attachments", "check"} {
			see("author", "/petitions/"+draft+"/write/"+step)
		}
	}
	wrong("author", "/petitions/"+w.petitions["MA draft"]+"/write/object", "/petitions/"+w.petitions["MA draft"]+"/write/petitioners?kind=citizens")
	see("author", "/me/petitions", "/petitions/"+w.petitions["MA moderation"]+"/submitted", "/petitions/"+w.petitions["MA draft"]+"/delete", "/petitions/"+open+"/withdraw")
	w.deskViews(see, wrong, ready, drafted)
	w.associationViews(see, wrong)
	w.paperViews(see, wrong)
	w.councilViews(see, wrong)
	w.queueingViews(see, wrong)
	w.federationViews(see, wrong)
	w.workViews(see, wrong)
	w.budgetViews(see, wrong)
	w.voteViews(see, wrong)
	w.spaceViews(see, wrong)
	see("nobody", "/networks", "/networks/spaces")
	w.programViews(see)
	see("nobody", "/api", "/data", "/data?place="+town, "/petitions/"+open+"/data")
	w.procedureViews(see, wrong)
	w.resultViews(see, wrong)
	see("nobody", "/places", "/places?q="+url.QueryEscape("العرائش"), "/places?q=zzzz", "/places/"+town, "/places/"+tunisian, "/places/tn-1111", "/places/ma-1",
		"/rules/ma_commune", "/rules/tn_municipality", "/rules/ma_region", "/associations", "/associations/"+w.association,
		"/guides", "/guides/law/ma", "/guides/law/tn", "/guides/citizens", "/guides/spaces", "/guides/voters", "/guides/polling", "/guides/associations", "/guides/councils", "/guides/results", "/guides/networks", "/guides/observers", "/guides/facilitators", "/guides/counters", "/guides/requests", "/guides/open311", "/guides/participatory-budget",
		"/accessibility", "/privacy", "/contact", "/source",
		"/sign-in", "/demo-sign-in?flow=abc", "/demo/mails", "/demo/mails/"+w.mailKey(t), "/unsubscribe/"+w.unsubscribeToken(), "/me/deleted")
	return all
}

// voteViews are the pages of the vote.
func (w *world) voteViews(see, wrong func(as string, paths ...string)) {
	v := "/budgets/" + w.vote.town
	see("nobody", v+"/turnout", v+"/receipt", v+"/receipt?code="+w.vote.receipt, v+"/log", "/budgets/"+w.vote.areas+"/turnout", "/budgets/"+w.vote.areas+"/log")
	see("citizen", v+"/vote", v+"/vote/receipt", "/budgets/"+w.vote.areas+"/vote", "/budgets/"+w.vote.areas+"/vote?area=north")
	see("neighbour", v+"/vote", v+"/vote/confirm")
	wrong("reader", v+"/vote", "/budgets/"+w.vote.areas+"/vote")
	desk := "/desk" + v + "/poll"
	see("officer", desk, desk+"/batches/new", desk+"/batches/"+w.vote.batch, desk+"/batches/"+w.vote.batch+"/correct", "/desk/budgets/"+w.vote.areas+"/poll")
	see("front desk", desk, desk+"/batches/"+w.vote.batch)
	wrong("officer", desk+"/tick", desk+"/batches/new", desk+"/batches/"+w.vote.batch+"/correct")
	wrong("front desk", desk+"/batches/"+w.vote.batch+"/return")
}

// deskViews are the pages of those who hold a role, and of one's own space.
func (w *world) deskViews(see, wrong func(as string, paths ...string), ready, drafted string) {
	moderation, approved := w.petitions["MA moderation"], w.petitions["MA answer approved"]
	see("citizen", "/me", "/me/petitions", "/me/profile", "/me/sessions", "/me/logins/add", "/me/code", "/me/data", "/me/delete")
	wrong("citizen", "/me/profile", "/me/delete")
	see("officer", "/me", "/desk", "/desk/petitions?authority="+town, "/desk/published?authority="+town, "/desk/comments?authority="+town, "/desk/answers?authority="+town, "/desk/audit?authority="+town,
		"/desk/petitions/"+moderation+"/publish", "/desk/petitions/"+moderation+"/changes", "/desk/petitions/"+moderation+"/reject", "/desk/petitions/"+w.petitions["MA open"]+"/hide",
		"/desk/petitions/"+w.petitions["TN moderation"]+"/reject",
		"/desk/petitions/"+w.petitions["MA open"]+"/closing", "/desk/petitions/"+ready+"/answer", "/desk/petitions/"+approved+"/answer/publish",
		"/desk/places", "/desk/places/"+town, "/desk/places/"+tunisian, "/roles", "/roles/"+town,
		"/desk/associations/new", "/desk/associations/"+w.association+"/edit", "/desk/associations/"+w.association+"/strike")
	wrong("officer", "/desk/petitions/"+moderation+"/publish", "/desk/petitions/"+moderation+"/changes", "/desk/petitions/"+moderation+"/reject",
		"/desk/petitions/"+w.petitions["MA open"]+"/closing", "/desk/associations/new", "/desk/associations/"+w.association+"/strike", "/roles/"+town+"/grant")
	w.queueViews(see, wrong)
	see("councillor", "/desk", "/desk/petitions/"+ready+"/answer/draft", "/desk/petitions/"+drafted+"/answer")
	wrong("councillor", "/desk/petitions/"+ready+"/answer/draft")
	see("president", "/desk", "/desk/petitions/"+drafted+"/answer/approve", "/desk/petitions/"+drafted+"/answer/return", "/desk/petitions/"+approved+"/answer")
	wrong("president", "/desk/petitions/"+drafted+"/answer/return")
	see("front desk", "/me", "/desk/identity", "/desk/places/"+town)
	wrong("front desk", "/desk/identity")
	see("observer", "/me", "/desk", "/desk/audit")
	see("delegate", "/me", "/petitions/new", "/roles", "/roles/"+w.association)
	see("coordinator", "/me", "/networks/spaces", "/desk/networks/spaces", "/roles/spaces")
	wrong("coordinator", "/desk/networks/spaces/describe", "/desk/networks/spaces/admit", "/desk/networks/spaces/release")
	see("administrator", "/admin/networks/new", "/admin/networks/spaces/dissolve", "/networks")
	wrong("administrator", "/admin/networks/new", "/admin/networks/spaces/dissolve")
	see("administrator", "/me", "/admin", "/admin/people", "/admin/people/"+w.people["citizen"], "/admin/work", "/desk", "/desk/places", "/roles", "/roles/platform")
	wrong("administrator", "/desk/places/"+town+"/body", "/desk/places/"+town+"/deactivate")
}

// queueViews are the pages of the desk's own queue.
func (w *world) queueViews(see, wrong func(as string, paths ...string)) {
	item := "/desk/items/petition:" + w.petitions["MA ready"] + ".reply"
	one, two := "petition:"+w.petitions["MA moderation"]+".moderation", "petition:"+w.petitions["MA ready"]+".reply"
	see("officer", "/desk?authority="+town+"&view=overdue", "/desk?authority="+town+"&view=week", "/desk?authority="+town+"&view=mine", "/desk?authority="+town+"&view=unassigned",
		"/desk?authority="+town+"&view=snoozed", "/desk?authority="+town+"&view=done", "/desk?authority="+town+"&kind=petition.moderation", "/desk?authority="+tunisian,
		"/desk/print?authority="+town, "/desk/keys", "/desk/bulk?authority="+town+"&act=assign&item="+one+"&item="+two, "/desk/bulk?authority="+town+"&act=snooze&item="+one,
		"/desk/batches/"+w.batch, item, "/desk/items/"+w.worked, item+"/escalate", "/desk/templates?authority="+town, "/desk/templates?authority="+tunisian, "/desk/templates/new?authority="+town,
		"/desk/templates/"+w.template, "/desk/templates/"+w.template+"/delete", "/desk/settings?authority="+town)
	wrong("officer", item+"/note", item+"/assign", item+"/snooze", item+"/escalate", "/desk/templates/"+w.template, "/desk/settings",
		"/desk/bulk?authority="+town+"&act=assign&item="+one)
	see("president", item, "/desk/items/"+w.worked)
	see("officer", "/desk/webhooks?authority="+town, "/desk/webhooks?authority="+tunisian, "/desk/webhooks/new?authority="+town, "/desk/webhooks/hook1", "/desk/webhooks/hook1/edit", "/desk/webhooks/hook1/renew",
		"/desk/webhooks/hook1/end", "/desk/webhooks/hook1/deliveries/hook1.test-t1", "/desk/webhooks/hook2", "/desk/webhooks/hook2/deliveries/hook2.test-t2")
	wrong("officer", "/desk/webhooks/new", "/desk/webhooks/hook1/edit")
	see("administrator", "/desk/webhooks")
	see("councillor", "/desk/templates?authority="+town, "/desk/templates/"+w.template)
	see("nobody", "/places/"+town+"/answering", "/places/"+tunisian+"/answering", "/places/"+neighbour+"/answering")
}

// procedureViews are the pages of the legal procedure and of what follows.
func (w *world) procedureViews(see, wrong func(as string, paths ...string)) {
	at := func(state string) string { return "/petitions/" + w.petitions["MA "+state] }
	desk := func(state string) string { return "/desk" + at(state) }
	for _, state := range []string{"ready", "deposited", "review", "admitted", "refused", "committee", "agenda", "deliberated", "follow_up", "closed", "answered"} {
		see("nobody", at(state)+"/procedure")
		see("officer", desk(state)+"/procedure")
	}
	see("nobody", at("ready")+"/files/1", at("ready")+"/files/1?sha=0000", at("follow_up")+"/follow-up", at("answered")+"/follow-up")
	see("author", at("ready")+"/deposit", at("ready")+"/deposit/record")
	wrong("author", at("ready")+"/deposit/record")
	see("signer", at("answered")+"/satisfaction")
	wrong("signer", at("answered")+"/satisfaction")
	see("officer", at("ready")+"/deposit", desk("review")+"/checklist", desk("review")+"/ruling", desk("refused")+"/notice", desk("review")+"/receipt",
		desk("deposited")+"/procedure/review", desk("admitted")+"/procedure/assign", desk("admitted")+"/procedure/schedule", desk("agenda")+"/procedure/deliberate",
		desk("deliberated")+"/procedure/follow_up", desk("follow_up")+"/procedure/close", desk("follow_up")+"/steps/new", desk("follow_up")+"/steps/2",
		desk("follow_up")+"/steps/2/begin", desk("follow_up")+"/steps/2/done", desk("follow_up")+"/steps/2/drop", desk("answered")+"/satisfaction",
		desk("ready")+"/files/1/open", "/desk/sealing?authority="+town, "/desk/sealing/confirm?authority="+town)
	wrong("officer", desk("review")+"/checklist?met_agent=unmet", desk("review")+"/ruling", desk("refused")+"/notice", desk("review")+"/receipt", desk("agenda")+"/procedure/deliberate",
		desk("follow_up")+"/steps/new", desk("follow_up")+"/steps/2/done", desk("follow_up")+"/steps/2/drop", desk("ready")+"/files/1/open")
	see("president", desk("review")+"/ruling/issue", desk("review")+"/ruling/return")
	wrong("president", desk("review")+"/ruling/return?stamp="+w.rulingStamp("MA review"))
	see("signer", at("numbered")+"/number")
	wrong("signer", at("numbered")+"/number")
}

// look asks for a view in a language.
func (w *world) look(t testing.TB, v view, lang string) seen {
	t.Helper()
	method := http.MethodGet
	if v.post {
		method = http.MethodPost
	}
	return w.ask(t, v.as, method, "/"+lang+strings.TrimSuffix(v.path, "/"), func(r *http.Request) {
		if v.post {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(v.form)), int64(len(v.form))
		}
	})
}

func (v view) String() string {
	if v.post {
		return v.path + " sent empty, as " + v.as
	}
	return v.path + " as " + v.as
}

// notPages are the routes that show no page.
var notPages = []string{
	"/me/menu",
	"/follow/:ref/receipt.pdf",
	"/rules",
	"/sign-in/account",
	"/desk/audit.csv", "/desk/queue.csv",
	"/petitions/:id/card.png", "/petitions/:id/petition.pdf", "/petitions/:id/sheets/print.pdf", "/petitions.atom", "/petitions/:id/embed",
	"/desk/requests/:place/list.csv", "/desk/requests/:place/of/:request/order.pdf",
	"/counters/:place/tickets/:code/slip.pdf", "/desk/counters/:place/figures.csv",
	"/councils/:place/calendar.ics", "/councils/:place/decisions.csv", "/councils/:place/decisions.atom", "/councils/:place/questions.csv",
	"/councils/:place/sessions/:session/minutes.pdf", "/councils/:place/opinions/:opinion/opinion.pdf", "/desk/councils/:place/sessions/:session/minutes.pdf",
	"/petitions/:id/receipt.pdf", "/desk/petitions/:id/letter.pdf", "/petitions/:id/files/:number/volumes/:volume", "/desk/sealing/demo",
	"/figures/:place/requests.csv", "/figures/:place/requests.json", "/figures/:place/requests.geojson", "/figures/:place/requests.atom",
	"/figures/:place/services.csv", "/figures/:place/services.json", "/figures/:place/daily.csv", "/figures/:place/daily.json",
	"/associations.csv", "/agreements.csv", "/joint-projects.csv", "/k/:code/poster.pdf", "/k/:code/card.png",
	"/networks/:id/spaces.csv", "/networks/:id/bodies.csv", "/networks/:id/meetings.csv", "/networks/:id/practices.csv", "/networks/:id/outputs.csv",
	"/networks/:id/calendar.ics", "/networks/:id/news.atom", "/networks/:id/guide.pdf",
	"/budgets/:id/rules.json", "/forums/:id/minutes.pdf", "/desk/forums/:id/sheets.pdf",
	"/associations.csv", "/k/:code/poster.pdf", "/k/:code/card.png",
	"/budgets/:id/ballot.pdf", "/budgets/:id/vote.pdf", "/budgets/:id/log.atom",
	"/budgets/:id/works.csv", "/budgets/:id/accountability.pdf", "/budgets/try/:id/file.pb", "/budgets/:id/result.json", "/budgets/:id/result.csv", "/budgets/:id/result/:file",
}

// TestTheGalleryShowsEveryPage fails for a page that nobody added to the gallery.
func TestTheGalleryShowsEveryPage(t *testing.T) {
	w := theWorld(t)
	shown := w.views(t)
	for _, r := range w.site.Routes() {
		if r.Method != http.MethodGet || !r.Localed || slices.Contains(notPages, r.Path) {
			continue
		}
		pattern := regexp.MustCompile("^" + regexp.MustCompile(`:\w+`).ReplaceAllString(regexp.QuoteMeta(r.Path), `[^/]+`) + `(\?.*)?$`)
		if !slices.ContainsFunc(shown, func(v view) bool { return !v.post && v.status == 200 && pattern.MatchString(v.path) }) {
			t.Errorf("%s is not in the gallery", r.Path)
		}
	}
}

// TestEveryPageIsWellMade renders the gallery in the three languages.
func TestEveryPageIsWellMade(t *testing.T) {
	w := theWorld(t)
	for _, v := range w.views(t) {
		for _, lang := range web.Langs {
			page := w.look(t, v, lang)
			if page.status != v.status {
				t.Errorf("%s in %s: %d, not %d: %s", v, lang, page.status, v.status, words(page.Find("main")))
				continue
			}
			for _, fault := range wellMade(page, lang) {
				t.Errorf("%s in %s: %s", v, lang, fault)
			}
		}
	}
	for _, text := range w.untold.all() {
		t.Errorf("not translated: %s", text)
	}
}

func words(s *goquery.Selection) string {
	text := strings.Join(strings.Fields(s.Text()), " ")
	return string([]rune(text)[:min(300, len([]rune(text)))])
}

var (
	placeholder = regexp.MustCompile(`\{[a-z_]+\}`)
	handler     = regexp.MustCompile(`(?i)\son[a-z]+=`)
)

// wellMade says what is wrong with a page.
func wellMade(page seen, lang string) []string {
	var faults []string
	wrong := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	html := page.Find("html")
	if spoken, _, _ := strings.Cut(html.AttrOr("lang", ""), "-"); spoken != lang || html.AttrOr("dir", "") != map[bool]string{true: "rtl", false: "ltr"}[lang == "ar"] {
		wrong("lang %q dir %q", html.AttrOr("lang", ""), html.AttrOr("dir", ""))
	}
	if n := page.Find("h1").Length(); n != 1 || words(page.Find("h1")) == "" {
		wrong("%d headings h1: %q", n, words(page.Find("h1")))
	}
	if title := strings.TrimSpace(page.Find("head title").Text()); len([]rune(title)) < 5 || strings.HasPrefix(title, "·") {
		wrong("the title is %q", title)
	}
	if n := page.Find("main").Length(); n != 1 {
		wrong("%d main parts", n)
	}
	ids := map[string]bool{}
	page.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if ids[id] || id == "" {
			wrong("the id %q stands twice or is empty", id)
		}
		ids[id] = true
	})
	for _, attr := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls", "list"} {
		page.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr(attr, "")) {
				if !ids[id] {
					wrong("%s=%q points nowhere", attr, id)
				}
			}
		})
	}
	page.Find(`a[href^="#"]`).Each(func(_ int, s *goquery.Selection) {
		if id := s.AttrOr("href", "")[1:]; !ids[id] {
			wrong("the link %q leads nowhere in the page", "#"+id)
		}
	})
	if n := page.Find(`[style], style, script:not([src]):not([type="application/ld+json"])`).Length(); n > 0 || handler.MatchString(tags(page.body)) {
		wrong("styles or scripts inside the page")
	}
	page.Find("body").Find("script, style, template").Remove()
	if left := placeholder.FindAllString(page.Find("html").Text(), 3); left != nil {
		wrong("placeholders are left: %v", left)
	}
	return append(faults, namedWell(page)...)
}

// tags is the markup without the text between, in which people write what they like.
func tags(html string) string {
	return strings.Join(regexp.MustCompile(`<[^>]*>`).FindAllString(html, -1), "")
}

// namedWell says which fields, links and pictures have no name.
func namedWell(page seen) []string {
	var faults []string
	named := func(s *goquery.Selection) bool {
		return s.AttrOr("aria-label", "")+s.AttrOr("aria-labelledby", "") != "" || strings.TrimSpace(s.Text()) != "" ||
			s.Find("img[alt]:not([alt=''])").Length() > 0
	}
	page.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		label := page.Find(fmt.Sprintf("label[for=%q]", s.AttrOr("id", "-")))
		if s.ParentsFiltered("label").Length() == 0 && (label.Length() == 0 || strings.TrimSpace(label.Text()) == "") && s.AttrOr("aria-label", "")+s.AttrOr("aria-labelledby", "") == "" {
			faults = append(faults, fmt.Sprintf("the field %q has no label", s.AttrOr("name", "")))
		}
		if s.AttrOr("name", "") == "" && s.Closest("form").Length() > 0 {
			faults = append(faults, fmt.Sprintf("the field %q has no name and is never sent", s.AttrOr("id", "")))
		}
	})
	page.Find("a[href], button, summary, legend, th").Each(func(_ int, s *goquery.Selection) {
		if !named(s) {
			html, _ := goquery.OuterHtml(s)
			faults = append(faults, "this says nothing: "+html)
		}
	})
	page.Find("img:not([alt])").Each(func(_ int, s *goquery.Selection) {
		faults = append(faults, "a picture says nothing to those who do not see it: "+s.AttrOr("src", ""))
	})
	page.Find("form").Each(func(_ int, s *goquery.Selection) {
		method, action := strings.ToLower(s.AttrOr("method", "get")), s.AttrOr("action", "")
		if method != "get" && method != "post" || !strings.HasPrefix(action, "/") {
			faults = append(faults, fmt.Sprintf("a form goes by %q to %q", method, action))
		}
		if s.Find("button, input[type=submit]").Length() == 0 {
			faults = append(faults, "a form has no button: "+action)
		}
	})
	return faults
}

// TestEveryLinkLeadsSomewhere follows every link of the gallery as the person
// who sees it.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	w := theWorld(t)
	asked := map[string]bool{}
	for _, v := range w.views(t) {
		if v.status == 404 || v.status == 403 || v.path == "/sign-in/account" { // they link to themselves in the other languages
			continue
		}
		page := w.look(t, v, "ar")
		if page.Find("meta[name=robots][content*=noindex]").Length() > 0 {
			page.Find("link[rel=alternate], link[rel=canonical]").Remove()
		}
		page.Find("a[href], link[href], img[src], script[src], use[href]").Each(func(_ int, s *goquery.Selection) {
			to, _, _ := strings.Cut(s.AttrOr("href", s.AttrOr("src", "")), "#")
			to = strings.TrimPrefix(to, w.url)
			if !strings.HasPrefix(to, "/") || asked[v.as+to] {
				return
			}
			asked[v.as+to] = true
			if got := w.ask(t, v.as, http.MethodGet, to); got.status >= 400 {
				t.Errorf("%s leads to %s, which answers %d: %s", v, to, got.status, words(got.Find("main")))
			}
		})
	}
	if len(asked) < 300 {
		t.Errorf("only %d links were followed", len(asked))
	}
}
