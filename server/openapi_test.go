package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	openapifiles "musharaka/config/openapi"
	"musharaka/modules/kit/web"
	"musharaka/modules/opendata"
)

// described is the description as it is served, checked against the standard.
func described(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := opendata.Document(openapifiles.Files, "http://localhost:3000")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := opendata.JSON(doc)
	if err != nil {
		t.Fatal(err)
	}
	d, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(t.Context(), openapi3.IsOpenAPI31OrLater()); err != nil {
		t.Fatal(err)
	}
	return d
}

// notData are the plain public routes that programs do not read as data: what
// pages are made of, what watches the platform, and people's uploads.
var notData = []string{"/static/*", "/healthz", "/readyz", "/metrics", "/places/:id/accent.css", "/unsubscribe/:token", "/open311/*"}

// forPrograms reports whether a route must be described.
func forPrograms(r web.Route) bool {
	if r.Method != http.MethodGet || r.Audience.Name != "public" || slices.Contains(notData, r.Path) || strings.HasPrefix(r.Path, "/demo") {
		return false
	}
	named := regexp.MustCompile(`\.(json|csv|atom|ics|xml|geojson|png|pb|jsonl|txt)$`).MatchString(r.Path)
	return !r.Localed || named
}

// templated writes a route as OpenAPI does.
func templated(r web.Route) string {
	path := regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}")
	if r.Localed {
		path = "/{lang}" + path
	}
	return path
}

func TestEveryPublicEndpointIsDescribedAndEveryDescriptionIsServed(t *testing.T) {
	w, d := theWorld(t), described(t)
	served := map[string]bool{}
	for _, r := range w.site.Routes() {
		served[r.Method+" "+templated(r)] = true
		if item := d.Paths.Value(templated(r)); forPrograms(r) && (item == nil || item.Get == nil) {
			t.Errorf("%s is not described in config/openapi", r.Path)
		}
	}
	for path, item := range d.Paths.Map() {
		for method, op := range item.Operations() {
			if !served[method+" "+path] {
				t.Errorf("%s %s is described and not served", method, path)
			}
			if op.OperationID == "" || op.Summary == "" || len(op.Tags) == 0 || op.Responses.Default() == nil {
				t.Errorf("%s %s has no name, summary, tag or answer to faults", method, path)
			}
		}
	}
}

// asked is one request made from the description.
type asked struct {
	path, query string
}

// judgeByDescription compares an answer with what the description promises.
func judgeByDescription(t *testing.T, op *openapi3.Operation, a asked, s seen) {
	t.Helper()
	name := fmt.Sprintf("%s?%s", a.path, a.query)
	if s.status >= 500 {
		t.Errorf("%s answers %d", name, s.status)
		return
	}
	promise := op.Responses.Status(s.status)
	if promise == nil {
		promise = op.Responses.Default()
	}
	kind, _, err := mime.ParseMediaType(s.header.Get("Content-Type"))
	if err != nil {
		t.Errorf("%s: content type %q", name, s.header.Get("Content-Type"))
		return
	}
	media := promise.Value.Content[kind]
	if media == nil {
		t.Errorf("%s answers %d with %s, which is not described", name, s.status, kind)
		return
	}
	if !strings.HasSuffix(kind, "json") || media.Schema == nil {
		return
	}
	var body any
	if err := json.Unmarshal([]byte(s.body), &body); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if err := media.Schema.Value.VisitJSON(body, openapi3.EnableJSONSchema2020()); err != nil {
		t.Errorf("%s answers %d, not as described: %.600v", name, s.status, err)
	}
}

// eachOperation visits what is described, in an order that is always the same.
func eachOperation(d *openapi3.T, visit func(path string, op *openapi3.Operation)) {
	for _, path := range d.Paths.InMatchingOrder() {
		if op := d.Paths.Value(path).Get; op != nil {
			visit(path, op)
		}
	}
}

func TestEveryEndpointAnswersAsDescribed(t *testing.T) {
	w, d := theWorld(t), described(t)
	eachOperation(d, func(path string, op *openapi3.Operation) {
		for _, a := range w.goodRequests(t, path) {
			s := w.askFor(t, a)
			if s.status != 200 {
				t.Errorf("%s?%s answers %d", a.path, a.query, s.status)
			}
			judgeByDescription(t, op, a, s)
		}
	})
}

// goodRequests are requests that must be answered: every petition everybody
// may see, in each of its states, and one of everything else.
func (w *world) goodRequests(t *testing.T, path string) []asked {
	t.Helper()
	if strings.Contains(path, "/petitions/{id}") {
		path = strings.ReplaceAll(path, "{lang}", "ar")
		var all []asked
		for _, state := range sortedKeys(w.petitions) {
			if !strings.Contains(state, "draft") && !strings.Contains(state, "changes") && !strings.Contains(state, "moderation") || strings.Contains(state, "answer") {
				all = append(all, asked{path: strings.ReplaceAll(path, "{id}", w.petitions[state])})
			}
		}
		return all
	}
	r := web.Route{Method: http.MethodGet, Path: regexp.MustCompile(`\{(\w+)\}`).ReplaceAllString(strings.TrimPrefix(path, "/{lang}"), ":$1")}
	filled := w.path(t, r, "nobody")
	if query := w.proofQuery(path); query != "" {
		return []asked{{path: filled, query: query}}
	}
	if rest, ok := strings.CutPrefix(path, "/{lang}"); ok && rest != "" {
		return []asked{{path: "/ar" + filled}, {path: "/fr" + filled, query: "place=" + town + "&theme=%23youth&group=collecting&limit=2&order=most_signed"}}
	}
	return []asked{{path: filled}, {path: filled, query: "place=" + town + "&limit=1"}}
}

// askFor sends a request as a program does.
func (w *world) askFor(t *testing.T, a asked) seen {
	t.Helper()
	path := a.path
	if a.query != "" {
		path += "?" + a.query
	}
	return w.ask(t, "nobody", http.MethodGet, path, func(r *http.Request) {
		r.Header.Set("Accept", "application/json, application/problem+json, */*;q=0.1")
		r.Body = io.NopCloser(strings.NewReader(""))
	})
}

// hostile are values nobody would type by mistake.
var hostile = []string{"", "0", "-1", "999999999999999999999", "null", "true", "[]", "{\"$gt\":\"\"}", "'; DROP TABLE x;--", "../../etc/passwd", "%00", "\x00",
	"\u202e", "عريضة", "é", "<script>alert(1)</script>", "=1+1", "#", "a b", "NaN", "1e309", strings.Repeat("9", 400), strings.Repeat("ش", 300),
	"2026-13", "petitions-2026-99", "petitions-0000-01", "pages", "\n", "..", "."}

// TestNoRequestMadeFromTheDescriptionBreaksTheServer fills every parameter of
// every endpoint with values that fit and values that do not, by chance with a
// fixed seed: no answer is a 5xx, and each is as described.
func TestNoRequestMadeFromTheDescriptionBreaksTheServer(t *testing.T) {
	w, d := theWorld(t), described(t)
	chance := rand.New(rand.NewPCG(2026, 11))
	tried := 0
	eachOperation(d, func(path string, op *openapi3.Operation) {
		good := w.goodRequests(t, path)[0]
		for range 40 {
			a, query := asked{path: path}, url.Values{}
			for _, p := range op.Parameters {
				value := hostile[chance.IntN(len(hostile))]
				if list := p.Value.Schema.Value.Enum; len(list) > 0 && chance.IntN(2) == 0 {
					value = fmt.Sprint(list[chance.IntN(len(list))])
				}
				switch p.Value.In {
				case openapi3.ParameterInPath:
					a.path = strings.ReplaceAll(a.path, "{"+p.Value.Name+"}", url.PathEscape(value))
				case openapi3.ParameterInQuery:
					if chance.IntN(3) > 0 {
						query.Add(p.Value.Name, value)
					}
				}
			}
			if chance.IntN(2) == 0 {
				a.path = good.path
			}
			a.query = query.Encode()
			s := w.askFor(t, a)
			if tried++; s.status == http.StatusFound || s.status == http.StatusMovedPermanently || s.status == http.StatusSeeOther {
				continue // another address than the one described
			}
			if s.status == http.StatusNotFound && a.path != good.path && !strings.Contains(s.header.Get("Content-Type"), "json") {
				continue // so far off that it is a page of people that was not found
			}
			judgeByDescription(t, op, a, s)
		}
	})
	if tried < 200 {
		t.Errorf("only %d requests were made", tried)
	}
}
