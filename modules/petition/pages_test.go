package petition

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"

	"github.com/PuerkitoBio/goquery"
)

// visit is a world with its pages: people come to it with a browser.
type visit struct {
	*world
	site     *web.Site
	sessions *auth.Sessions
	papers   *Papers
	panels   []*testPanel
	missing  map[string]bool // messages that were asked for and not translated
}

// ourPages loads the catalogues that the pages speak with.
var ourPages = sync.OnceValues(func() (*i18n.Catalogues, error) {
	return i18n.Load(locales.FS)
})

// observer reads the audit of the town, watcher that of all; clerk works at the
// town's counter, stranger at another desk.
var (
	observer = auth.Actor{PersonID: "observer", Name: "Name of observer", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "town", Role: auth.Observer}}}
	watcher  = auth.Actor{PersonID: "watcher", Name: "Name of watcher", Memberships: []auth.Membership{{Kind: auth.Platform, OrgID: auth.PlatformID, Role: auth.Observer}}}
	clerk    = auth.Actor{PersonID: "clerk", Name: "Name of clerk", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "town", Role: auth.FrontDesk}}}
	stranger = auth.Actor{PersonID: "stranger", Name: "Name of stranger", Memberships: []auth.Membership{{Kind: auth.Authority, OrgID: "elsewhere", Role: auth.Officer}}}
	nobody   = auth.Actor{}
)

type visitors struct{}

func (visitors) Actor(_ context.Context, id string) (auth.Actor, error) {
	for _, a := range []auth.Actor{salma, karim, leila, officer, councillor, president, admin, observer, watcher, clerk, second, stranger} {
		if a.PersonID == id {
			return a, nil
		}
	}
	return auth.Actor{PersonID: id, Name: "Name of " + id}, nil
}

func newVisit(t testing.TB) *visit {
	t.Helper()
	w := newWorld(t)
	words, err := ourPages()
	w.must(err)
	sessions, err := auth.OpenSessions(w.ctx, w.db, w.clock, ident.NewFake(7))
	w.must(err)
	v := &visit{world: w, sessions: sessions, missing: map[string]bool{}}
	v.site = web.New(web.Options{PublicURL: "https://petitions.example"}, web.Parts{
		Words: words, Sessions: sessions, People: visitors{}, Clock: w.clock, Ident: ident.NewFake(8), Log: slog.New(slog.DiscardHandler),
	})
	v.panels = []*testPanel{{}, {}}
	pages := NewPages(PagesParts{Service: w.Service, Places: testPlaces{}, Choices: testChoices{}, People: w.folk, Law: testWhy{}, Shelf: testShelf{}, Consents: testConsents{},
		Panels: []Panel{v.panels[0], v.panels[1]}})
	v.papers = NewPapers(pages)
	pages.Routes(v.site)
	v.papers.Routes(v.site)
	desk := NewDesk(DeskParts{Pages: pages, Templates: testTemplates{}})
	desk.Routes(v.site)
	NewSheets(desk, testHomes{}, v.site).Routes(v.site)
	v.site.Finish()
	return v
}

// testTemplates has one prepared text.
type testTemplates struct{}

func (testTemplates) Offered(context.Context, auth.Actor, string) ([]ui.Option, error) {
	return []ui.Option{{Value: "t1", Label: "Modèle d’accueil"}}, nil
}

func (testTemplates) Filled(_ context.Context, _ auth.Actor, id string, p Petition) (map[string]AnswerText, error) {
	if id != "t1" {
		return nil, fault.New(fault.NotFound, "")
	}
	return map[string]AnswerText{"fr": {Summary: "Résumé préparé", Body: "Lettre sur " + p.Reference}}, nil
}

type testHomes struct{}

func (testHomes) HomesIn(context.Context, string, string) ([]ui.Option, error) {
	return []ui.Option{{Value: "town", Label: "Commune de test"}}, nil
}

type testChoices struct{}

func (testChoices) ActivePlaces(context.Context, string) ([]ui.Option, error) {
	return []ui.Option{{Value: "town", Label: "Commune de test"}, {Value: "region", Label: "Région de test"}}, nil
}

func (testChoices) FindPlaces(_ context.Context, words string, _ ui.Translator) ([]ui.Option, error) {
	if words == "nowhere" {
		return nil, nil
	}
	return []ui.Option{{Value: "town", Label: "Commune de test"}}, nil
}

func (testChoices) PlaceOption(_ context.Context, id string, _ ui.Translator) ([]ui.Option, error) {
	return []ui.Option{{Value: id, Label: "Commune de test"}}, nil
}

func (testChoices) Delegations(context.Context, string) ([]ui.Option, error) {
	return []ui.Option{{Value: "club", Label: "Association club"}}, nil
}

type testWhy struct{}

func (testWhy) Why(_ ui.Translator, _ Authority, code string, _ time.Time) string {
	return "why: " + code
}

type testConsents struct{}

func (testConsents) Consent(context.Context, string, ui.Translator) (string, []string, error) {
	return "1", []string{"Who keeps it and how long."}, nil
}

func (testConsents) PaperConsent(context.Context, string, ui.Translator) (string, []string, error) {
	return "1p", []string{"Who keeps the paper and how long."}, nil
}

// testShelf keeps no file: a file is its name. One named "virus" is refused.
type testShelf struct{}

func (testShelf) Documents(_ context.Context, ids []string) ([]Document, error) {
	var all []Document
	for _, id := range ids {
		all = append(all, Document{ID: id, Name: id + ".pdf", Path: "/files/" + id, Type: "application/pdf", Size: 2048})
	}
	return all, nil
}

func (testShelf) Take(_ context.Context, _, _, name string, body io.Reader) (string, error) {
	if name == "virus" {
		return "", fault.New(fault.Invalid, "Choose a file first")
	}
	_, err := io.Copy(io.Discard, body)
	return "file-" + name, err
}

// seen is what came back.
type seen struct {
	status int
	header http.Header
	body   string
}

// text is what the page says, without its markup.
func (a seen) text(t testing.TB) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(doc.Find("title").Text()+" "+doc.Find("main").Text()), " ")
}

// ask sends a request as somebody; form nil is a GET.
func (v *visit) ask(who auth.Actor, path string, form url.Values, header ...string) seen {
	v.t.Helper()
	method, body := http.MethodGet, ""
	if form != nil {
		method, body = http.MethodPost, form.Encode()
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return v.send(who, r, header...)
}

func (v *visit) send(who auth.Actor, r *http.Request, header ...string) seen {
	v.t.Helper()
	r.Host = "petitions.example"
	r.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if who.SignedIn() {
		token, err := v.sessions.Start(v.ctx, who.PersonID, "test", "test")
		v.must(err)
		r.Header.Set("Cookie", "session="+token)
	}
	res, err := v.site.App.Test(r, -1)
	v.must(err)
	out, err := io.ReadAll(res.Body)
	v.must(err)
	return seen{res.StatusCode, res.Header, string(out)}
}

// scene is one line of a scenario: who asks for what, and what comes of it.
type scene struct {
	who    auth.Actor
	path   string     // without the language; pages are asked for in French
	form   url.Values // nil for a GET
	status int
	to     string // where a 303 leads, without the language and the query; "" is not looked at
	see    []string
	not    []string
}

func (v *visit) play(scenes ...scene) {
	v.t.Helper()
	for _, s := range scenes {
		v.clock.Advance(2 * time.Second) // public pages may be a second old
		a := v.ask(s.who, "/fr"+s.path, s.form)
		name := s.who.PersonID + " " + s.path
		if s.form != nil {
			name = s.who.PersonID + " posts " + s.path
		}
		if a.status != s.status {
			v.t.Errorf("%s: status %d, want %d: %.300s", name, a.status, s.status, a.text(v.t))
			continue
		}
		to, _, _ := strings.Cut(strings.TrimPrefix(a.header.Get("Location"), "/fr"), "?")
		if s.to != "" && to != s.to {
			v.t.Errorf("%s: leads to %q, want %q", name, to, s.to)
		}
		text := a.text(v.t)
		for _, want := range s.see {
			if !strings.Contains(text, want) {
				v.t.Errorf("%s: does not say %q: %.600s", name, want, text)
			}
		}
		for _, hidden := range s.not {
			if strings.Contains(text, hidden) {
				v.t.Errorf("%s: says %q", name, hidden)
			}
		}
	}
}

func fields(pairs ...string) url.Values {
	f := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f
}

// upload is a form that carries a file.
func upload(path, name string, pairs ...string) *http.Request {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = w.WriteField(pairs[i], pairs[i+1])
	}
	if name != "" {
		part, _ := w.CreateFormFile("file", name)
		_, _ = part.Write([]byte("words"))
	}
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// everyState is one petition in each state that the pages show apart.
type everyState struct{ draft, waiting, open, ready, answered, rejected, hidden Petition }

func (v *visit) everyState() everyState {
	v.t.Helper()
	s := everyState{draft: v.draft("town"), waiting: v.submitted("town"), open: v.opened("town"), ready: v.opened("town"), answered: v.opened("town")}
	v.sign(s.ready, many("r", 4)...)
	v.sign(s.answered, many("a", 4)...)
	v.jobs()
	v.answered(s.answered)
	var err error
	s.rejected, err = v.Reject(v.ctx, officer, v.submitted("town").ID, OutsidePowers, "This belongs to the region.")
	v.must(err)
	s.hidden, err = v.Reject(v.ctx, officer, v.opened("town").ID, Defamatory, "It named a neighbour.")
	v.must(err)
	return s
}

var goodAnswer = AnswerInput{Decision: "accepted", Texts: map[string]AnswerText{"fr": {Summary: "Huit lampadaires avant l’été.", Body: "Le conseil a voté le budget."}}}

// answered drafts, approves and publishes an answer.
func (v *visit) answered(p Petition) {
	v.t.Helper()
	p, err := v.DraftAnswer(v.ctx, councillor, p.ID, goodAnswer)
	v.must(err)
	version, _ := p.Answer.Working()
	_, err = v.ApproveAnswer(v.ctx, president, p.ID, version.Stamp())
	v.must(err)
	_, err = v.PublishAnswer(v.ctx, officer, p.ID, version.Stamp())
	v.must(err)
}

func TestPublicPagesShowWhatEverybodyMaySee(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	_, err := v.Sign(v.ctx, karim, s.open.ID, SignInput{Consent: "1", NamePublic: true})
	v.must(err)
	_, err = v.Sign(v.ctx, leila, s.open.ID, SignInput{Consent: "1", Comment: "Pour nos enfants."})
	v.must(err)
	page := func(p Petition) string { return "/petitions/" + p.ID }
	secret := []string{"Karim C.", "Name of leila", "Pour nos enfants."}
	v.play(
		scene{who: nobody, path: "", status: 200, see: []string{goodText.Object}, not: secret},
		scene{who: nobody, path: "/petitions", status: 200, see: []string{goodText.Object, "Recueille des signatures", "Seuil atteint", "Répondue"}, not: secret},
		scene{who: nobody, path: "/petitions?group=rejected", status: 200, see: []string{"Non acceptée"}},
		scene{who: nobody, path: "/petitions?place=region", status: 200, see: []string{goodText.Object}},
		scene{who: nobody, path: "/petitions?theme=health", status: 200, see: []string{"Aucune pétition ne correspond"}, not: []string{goodText.Object}},
		scene{who: nobody, path: "/petitions?q=lampadaire+nulle+part", status: 200, not: []string{goodText.Ask}},
		scene{who: nobody, path: "/petitions?q=éclairer", status: 200, see: []string{goodText.Object}},
		scene{who: nobody, path: "/petitions?group=nonsense&order=nonsense&theme=%00&after=nonsense", status: 422},
		scene{who: nobody, path: page(s.draft), status: 404, see: []string{"n’existe pas"}, not: []string{goodText.Object}},
		scene{who: nobody, path: page(s.waiting), status: 404, not: []string{goodText.Object}},
		scene{who: salma, path: page(s.waiting), status: 404}, // the public page is the same for everybody, its author too
		scene{who: nobody, path: page(s.open), status: 200, see: []string{goodText.Ask, "Salma B.", "Name of karim", "Signer cette pétition", "Test code"}, not: secret},
		scene{who: nobody, path: page(s.ready), status: 200, see: []string{"Seuil atteint", "Dernier jour pour la réponse"}},
		scene{who: nobody, path: page(s.answered), status: 200, see: []string{"Huit lampadaires avant l’été.", "Le conseil a voté le budget.", "Acceptée"}, not: []string{"Name of councillor", "Name of president"}},
		scene{who: nobody, path: page(s.rejected), status: 200, see: []string{"This belongs to the region.", "attributions", goodText.Ask}, not: []string{"Signer cette"}},
		scene{who: nobody, path: page(s.hidden), status: 200, see: []string{"n’est pas montré", "It named a neighbour."}, not: []string{goodText.Object, goodText.Ask, "Salma B."}},
		scene{who: nobody, path: page(s.open) + "/names", status: 200, see: []string{"Name of karim"}, not: secret},
		scene{who: nobody, path: page(s.open) + "/comments", status: 200, see: []string{"Aucun commentaire"}, not: secret},
		scene{who: nobody, path: "/petitions/nothing", status: 404},
		scene{who: nobody, path: "/petitions/new", status: 200, see: []string{"Ce qu’il vous faut"}},
	)
}

func TestSigningAsksForConsentAndCountsOnce(t *testing.T) {
	v := newVisit(t)
	p := v.opened("town")
	page := "/petitions/" + p.ID
	yes := fields("consent", "on", "public", "on", "comment", "Pour nos enfants.")
	v.play(
		scene{who: nobody, path: page + "/sign", status: 303, to: "/sign-in"},
		scene{who: nobody, path: page + "/sign", form: yes, status: 401},
		scene{who: karim, path: page + "/sign", status: 200, see: []string{"Name of karim", goodText.Object, "Who keeps it and how long."}, not: []string{"il manque quelque chose"}},
		scene{who: citizen("far1"), path: page + "/sign", status: 200, see: []string{"il manque quelque chose", "why: not_from_here"}},
		scene{who: karim, path: page + "/sign", form: fields("comment", "Typed before"), status: 422, see: []string{"Erreur", "Acceptez que votre signature", "Typed before"}},
		scene{who: karim, path: page + "/sign", form: fields("consent", "on", "comment", strings.Repeat("a", MaxComment+1)), status: 422, see: []string{"Raccourcissez"}},
		scene{who: karim, path: page + "/sign", form: yes, status: 303, to: page + "/signed"},
		scene{who: karim, path: page + "/sign", form: yes, status: 303, to: page + "/signed"},
		scene{who: karim, path: page + "/sign", status: 303, to: page + "/signed"},
		scene{who: karim, path: page + "/signed", status: 200, see: []string{"Merci", "1 personne", "modérateur", "Retirer ma signature"}},
		scene{who: leila, path: page + "/signed", status: 303, to: page},
		scene{who: leila, path: page + "/follow", status: 200, see: []string{"Suivre"}},
		scene{who: leila, path: page + "/follow", form: fields(), status: 303, to: "/me/petitions"},
		scene{who: leila, path: page + "/follow", status: 200, see: []string{"Ne plus suivre"}},
		scene{who: leila, path: page + "/unfollow", form: fields(), status: 303},
		scene{who: karim, path: "/me/petitions", status: 200},
		scene{who: karim, path: page + "/unsign", status: 200, see: []string{"Retirer ma signature"}},
	)
	v.wantTally(p.ID, 1, 1)
	v.play(
		scene{who: karim, path: page + "/unsign", form: fields(), status: 303, to: "/me/petitions"},
		scene{who: karim, path: "/petitions/nothing/sign", form: yes, status: 404},
	)
	v.wantTally(p.ID, 0, 0)
	v.clock.Advance(200 * 24 * time.Hour)
	v.play(
		scene{who: leila, path: page + "/sign", form: yes, status: 409},
		scene{who: leila, path: page + "/sign", status: 200, see: []string{"plus recueillies"}, not: []string{"Signer maintenant"}},
	)
}

func TestWritingKeepsEachStepAndSubmitsTheWhole(t *testing.T) {
	v := newVisit(t)
	a := v.ask(salma, "/fr/petitions/new", fields("authority", "town", "once", "x1"))
	to := strings.TrimPrefix(a.header.Get("Location"), "/fr")
	if a.status != 303 || !strings.HasSuffix(to, "/write/languages") {
		t.Fatalf("beginning leads to %d %q", a.status, to)
	}
	p := strings.TrimSuffix(to, "/write/languages")
	write := p + "/write/"
	v.play(
		scene{who: nobody, path: "/petitions/new", form: fields(), status: 401},
		scene{who: salma, path: "/petitions/new", form: fields("authority", "town", "once", "x1"), status: 303, to: to}, // a second click is the same draft
		scene{who: karim, path: write + "object", status: 404},
		scene{who: officer, path: write + "object", status: 404},
		scene{who: salma, path: write + "nonsense", status: 404},
		scene{who: salma, path: write + "authority?q=nowhere", status: 200},
		scene{who: salma, path: write + "authority", form: fields("authority", "moon"), status: 422},
		scene{who: salma, path: write + "authority", form: fields("authority", "town"), status: 303, to: write + "languages"},
		scene{who: salma, path: write + "languages", form: fields("langs", "de"), status: 422, see: []string{"Erreur"}},
		scene{who: salma, path: write + "languages", form: fields("langs", "fr"), status: 303, to: write + "object"},
		scene{who: salma, path: write + "object", form: fields("object_fr", "Court"), status: 422, see: []string{"au moins 10"}},
		scene{who: salma, path: write + "object", status: 200}, // what was too short is kept
		scene{who: salma, path: write + "object", form: fields("object_fr", goodText.Object), status: 303, to: write + "ask"},
		scene{who: salma, path: write + "ask", form: fields("ask_fr", goodText.Ask), status: 303, to: write + "reasons"},
		scene{who: salma, path: write + "reasons", form: fields("reasons_fr", goodText.Reasons), status: 303, to: write + "aims"},
		scene{who: salma, path: p + "/submit", form: fields(), status: 422, see: []string{"Choisissez un thème"}},
		scene{who: salma, path: write + "aims", form: fields("aims_fr", ""), status: 303, to: write + "theme"},
		scene{who: salma, path: write + "theme", form: fields("theme", "lighting", "tags", "youth"), status: 303, to: write + "petitioners"},
		scene{who: salma, path: write + "petitioners", form: fields("kind", "citizens", "agent", "www.spam.tn"), status: 422, see: []string{"adresse web"}},
		scene{who: salma, path: write + "petitioners", form: fields("kind", "citizens", "agent", "Salma B.", "committee", "Ali T.\nMona K."), status: 303, to: write + "attachments"},
		scene{who: salma, path: write + "attachments", form: fields("attach", "on"), status: 422, see: []string{"Choisissez d’abord un fichier"}},
	)
	if a := v.send(salma, upload("/fr"+write+"attachments", "plan", "attach", "on")); a.status != 303 {
		t.Errorf("a file: %d", a.status)
	}
	if a := v.send(salma, upload("/fr"+write+"attachments", "virus", "attach", "on")); a.status != 422 {
		t.Errorf("a bad file: %d", a.status)
	}
	v.play(
		scene{who: salma, path: write + "attachments", status: 200, see: []string{"file-plan.pdf"}, not: []string{"virus"}},
		scene{who: salma, path: write + "check", status: 200, see: []string{goodText.Object, "Mona K.", "file-plan"}},
		scene{who: karim, path: p + "/submit", form: fields(), status: 404},
		scene{who: salma, path: p + "/submit", form: fields(), status: 303, to: p + "/submitted"},
		scene{who: salma, path: p + "/submitted", status: 200, see: []string{"PET-2026-0001"}},
		scene{who: salma, path: write + "object", status: 409},
		scene{who: salma, path: "/me/petitions", status: 200, see: []string{"En attente de modération"}},
	)
}
