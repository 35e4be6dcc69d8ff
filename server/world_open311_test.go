package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"musharaka/modules/citizenspace"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/web"
	"musharaka/modules/open311"
)

// spoken is what other programs meet in the world: a Citizen Space of the town
// with a public service and one that is private, a request of each, and a key.
type spoken struct{ key, request, token string }

// withOtherPrograms opens the Citizen Space of the town to other programs.
func (w *world) withOtherPrograms() {
	ctx := w.t.Context()
	_, err := w.spaces.SetUp(ctx, auth.System, town, func(s *citizenspace.Settings) error {
		s.Open, s.Name = true, citizenspace.Words{"ar": "فضاء المواطن", "fr": "Espace citoyen"}
		if len(s.Departments) == 0 {
			s.Departments = []citizenspace.Department{{Key: "works", Name: citizenspace.Words{"ar": "الأشغال", "fr": "Travaux"}}}
		}
		return nil
	})
	w.must(err)
	department, err := w.spaces.Settings(ctx, town)
	w.must(err)
	for _, v := range []citizenspace.Version{
		{Code: "lamp_test", Group: "streets", Name: citizenspace.Words{"ar": "الإنارة العمومية", "fr": "Éclairage public"}, Summary: citizenspace.Words{"ar": "عطب في الإنارة", "fr": "Panne d’éclairage"}, Promise: citizenspace.Promise{Amount: 5, Unit: citizenspace.WorkingDays},
			Department: department.Departments[0].Key, Public: true, Place: citizenspace.Required, Online: true,
			Questions: []citizenspace.Question{{Code: "what", Type: citizenspace.OneOf, Required: true, Public: true, Label: citizenspace.Words{"ar": "ما العطب؟", "fr": "Quelle panne ?"}, Choices: []citizenspace.Choice{{Key: "dark", Name: citizenspace.Words{"ar": "لا يضيء", "fr": "Éteint"}}}}, {Code: "since", Type: citizenspace.Date, Label: citizenspace.Words{"ar": "منذ متى؟", "fr": "Depuis quand ?"}}}},
		{Code: "permit_test", Group: "town_planning", Name: citizenspace.Words{"ar": "رخصة بناء", "fr": "Permis de bâtir"}, Summary: citizenspace.Words{"ar": "ملف رخصة بناء", "fr": "Dossier de permis"}, Department: department.Departments[0].Key, Online: true},
	} {
		_, err = w.spaces.Adopt(ctx, auth.System, town, v, "")
		w.must(err)
		_, err = w.spaces.Publish(ctx, auth.System, town, v.Code)
		w.must(err)
	}
	_, err = w.spaces.File(ctx, auth.System, citizenspace.Input{Authority: town, Offer: "permit_test", Channel: citizenspace.ByOpen311, Description: "سر لا يُنشر", Once: "private"})
	w.must(err)
	if _, w.spoken.key, err = w.open311.CreateKey(ctx, w.actor("officer"), town, "openkey1", open311.KeyInput{Name: "تطبيق المدينة", Contact: "سلمى 0600"}); err != nil {
		w.must(err)
	}
	_, _, err = w.open311.CreateKey(ctx, w.actor("officer"), town, "openkey2", open311.KeyInput{Name: "Relais", Contact: "Karim"}) // may be revoked
	w.must(err)
	r, err := w.open311.Take(ctx, w.spoken.key, "first", open311.Input{Jurisdiction: town, Service: "lamp_test", Lat: 35.19, Long: -6.15, Located: true, Description: "عمود مطفأ <script>", Answers: map[string][]string{"what": {"dark"}, "since": {"2026-01-02"}}, FirstName: "Salma", Lang: "fr"})
	w.must(err)
	w.spoken.request, w.spoken.token = r.Request, r.ID
	officer := w.actor("officer")
	_, err = w.open311.SetPeer(ctx, officer, town, open311.PeerInput{Endpoint: "https://" + demoOfficeHost + "/open311/v2", Key: "k", Codes: map[string]string{"lamp_test": "LIGHT"}})
	w.must(err)
	p, err := w.open311.TestPeer(ctx, officer, town)
	w.must(err)
	if p.TestError != "" {
		w.t.Fatalf("the trial of the back office: %s", p.TestError)
	}
	_, err = w.open311.StartPeer(ctx, officer, town)
	w.must(err)
	w.must(w.spaceData.Count(ctx))
}

// programPath fills the routes of other programs and of figures.
func (w *world) programPath(r web.Route, path string) string {
	if strings.HasPrefix(r.Path, "/open311/v2/") {
		path = strings.NewReplacer(":code", "lamp_test", ":id", w.spoken.request, ":token", w.spoken.token).Replace(r.Path)
		if r.Method == http.MethodGet && r.Audience.Name != "" { // the description's own tests name it
			path += "?jurisdiction_id=" + town
		}
	}
	if strings.HasPrefix(r.Path, "/figures/") {
		path = strings.NewReplacer(":place", town, ":network", "spaces").Replace(path)
	}
	if strings.HasPrefix(r.Path, "/desk/open311/back-office") && r.Method == http.MethodPost {
		return path + "?authority=" + tunisian // which has none: that of the town is looked at by others
	}
	if strings.HasPrefix(r.Path, "/desk/open311") || r.Path == "/desk/figures" {
		path = strings.ReplaceAll(path, ":id", "openkey2")
		if !strings.Contains(r.Path, ":id") {
			path += "?authority=" + town
		}
	}
	return path
}

// programViews are the pages of other programs and of figures.
func (w *world) programViews(see func(as string, paths ...string)) {
	see("nobody", "/figures", "/figures/"+town, "/figures/compare/spaces")
	see("officer", "/desk/open311?authority="+town, "/desk/open311/keys/new?authority="+town, "/desk/open311/keys/openkey1/revoke", "/desk/figures?authority="+town,
		"/desk/open311/back-office?authority="+town, "/desk/open311/back-office/edit?authority="+town, "/desk/open311/back-office/end?authority="+town, "/desk/open311/back-office?authority="+tunisian)
}

// TestAProgramReadsAndSendsThroughTheCitizenSpace goes the way of a client that
// knows the standard alone: discovery, services, questions, a request, its state.
func TestAProgramReadsAndSendsThroughTheCitizenSpace(t *testing.T) {
	w := theWorld(t)
	read := func(path string, into any) {
		t.Helper()
		if s := w.askFor(t, asked{path: path}); json.Unmarshal([]byte(s.body), into) != nil || s.status != 200 {
			t.Fatalf("%s: %d %s", path, s.status, s.body)
		}
	}
	var found struct {
		Endpoints []struct{ URL string }
	}
	read("/open311/discovery.json", &found)
	root := strings.TrimPrefix(found.Endpoints[0].URL, w.settings.PublicURL)
	var services []struct {
		Code     string `json:"service_code"`
		Metadata bool
	}
	read(root+"/services.json?jurisdiction_id="+town, &services)
	codes := ""
	for _, s := range services {
		codes += s.Code + " "
	}
	if !strings.Contains(codes, "lamp_test") || strings.Contains(codes, "permit_test") {
		t.Fatalf("the services are %s", codes)
	}
	var questions struct {
		Attributes []struct{ Code, Datatype string }
	}
	read(root+"/services/lamp_test.json?jurisdiction_id="+town, &questions)
	if len(questions.Attributes) != 2 || questions.Attributes[1].Datatype != "datetime" {
		t.Errorf("%+v", questions)
	}
	form := url.Values{"api_key": {w.spoken.key}, "jurisdiction_id": {town}, "service_code": {"lamp_test"}, "lat": {"35.191"}, "long": {"-6.151"}, "attribute[what]": {"dark"}, "attribute[since]": {"2026-01-02T10:00:00Z"},
		"description": {"Lampe éteinte, appelez karim@example.org"}, "email": {"karim@example.org"}, "first_name": {"Karim"}}
	sent := w.ask(t, "nobody", http.MethodPost, root+"/requests.json", func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Del("Origin")
		r.ContentLength, r.Body = int64(len(form.Encode())), io.NopCloser(strings.NewReader(form.Encode()))
	})
	var taken []struct {
		ID string `json:"service_request_id"`
	}
	if err := json.Unmarshal([]byte(sent.body), &taken); err != nil || sent.status != 200 || len(taken) != 1 || taken[0].ID == "" {
		t.Fatalf("%d %s", sent.status, sent.body)
	}
	s := w.askFor(t, asked{path: root + "/requests/" + taken[0].ID + ".json", query: "jurisdiction_id=" + town})
	var got []struct {
		Status, Description string
		Notes               string `json:"status_notes"`
		Expected            string `json:"expected_datetime"`
	}
	if err := json.Unmarshal([]byte(s.body), &got); err != nil || len(got) != 1 || got[0].Status != "open" || got[0].Notes == "" || got[0].Expected == "" {
		t.Errorf("%s", s.body)
	}
	if strings.Contains(s.body, "karim@") || strings.Contains(s.body, "Karim") {
		t.Errorf("it tells who asked: %s", s.body)
	}
	if !eventually(t, func() bool {
		r, err := w.spaces.Request(t.Context(), citizenspace.By(auth.System), taken[0].ID)
		return err == nil && r.External != nil && strings.HasPrefix(r.External.ID, "T-")
	}) {
		t.Error("the request did not reach the back office of the town")
	}
	list := w.askFor(t, asked{path: root + "/requests.json", query: "status=open&service_code=lamp_test&jurisdiction_id=" + town})
	if !strings.Contains(list.body, taken[0].ID) || strings.Contains(list.body, "permit_test") {
		t.Errorf("%s", list.body)
	}
	for _, file := range []string{"requests.csv", "requests.json", "requests.geojson", "requests.atom"} {
		if s := w.askFor(t, asked{path: "/fr/figures/" + town + "/" + file}); s.status != 200 || !strings.Contains(s.body, taken[0].ID) || strings.Contains(s.body, "karim@") || strings.Contains(s.body, "سر لا يُنشر") {
			t.Errorf("%s: %d %.400s", file, s.status, s.body)
		}
	}
}
