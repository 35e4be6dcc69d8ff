package open311

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/fault"
)

// The checks of this file follow the standard's text and its published JSON
// schemas, not our own types: a struct that lost a field would not notice it.

// shape is what a schema of the standard asks of an object: each field with the
// kinds of value it may hold; required ones end with an exclamation mark.
type shape map[string]string

var (
	serviceShape = shape{"service_code!": "string", "service_name!": "string", "description": "string null", "metadata!": "bool", "type!": "string", "keywords": "string null", "group": "string null"}
	requestShape = shape{"service_request_id!": "string", "status!": "string", "status_notes": "string null", "service_name": "string null", "service_code!": "string", "description": "string null",
		"agency_responsible": "string null", "service_notice": "string null", "requested_datetime!": "time", "updated_datetime": "time null", "expected_datetime": "time null", "address": "string null",
		"address_id": "string null", "zipcode": "string null", "lat": "number null", "long": "number null", "media_url": "string null"}
	attributeShape = shape{"variable!": "bool", "code!": "string", "datatype!": "string", "required!": "bool", "datatype_description": "string null", "order": "number null", "description": "string null", "values": "list"}
	errorShape     = shape{"code!": "number", "description!": "string"}
	endpointShape  = shape{"specification!": "string", "url!": "string", "changeset!": "time", "type!": "string", "formats!": "list"}
)

// judge compares an object with a shape: no field is missing, none is new.
func (s shape) judge(t *testing.T, what string, object any) {
	t.Helper()
	o, ok := object.(map[string]any)
	if !ok {
		t.Errorf("%s is no object: %v", what, object)
		return
	}
	for name := range o {
		if s[name] == "" && s[name+"!"] == "" {
			t.Errorf("%s has %s, which the standard does not know", what, name)
		}
	}
	for name, kinds := range s {
		plain, required := strings.CutSuffix(name, "!")
		v, there := o[plain]
		if !there && required {
			t.Errorf("%s lacks %s", what, plain)
		}
		if there && !slices.Contains(strings.Fields(kinds), kindOf(v, kinds)) {
			t.Errorf("%s: %s is %v", what, plain, v)
		}
	}
}

func kindOf(v any, allowed string) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case float64:
		return "number"
	case []any:
		return "list"
	case string:
		if _, err := time.Parse(time.RFC3339, x); err == nil && strings.Contains(allowed, "time") {
			return "time"
		}
		return "string"
	}
	return "object"
}

// list reads a JSON answer that must be a bare array.
func (g got) list(t *testing.T) []any {
	t.Helper()
	var all []any
	if err := json.Unmarshal([]byte(g.body), &all); err != nil || g.kind != "application/json; charset=utf-8" {
		t.Fatalf("%d %s: %.300s (%v)", g.status, g.kind, g.body, err)
	}
	return all
}

// wrong expects a fault in the shape of the standard, in both formats.
func (w *world) wrong(t *testing.T, status int, ask func(format string) got) {
	t.Helper()
	j := ask("json")
	all := j.list(t)
	if j.status != status || len(all) != 1 {
		t.Errorf("%d %s, want %d", j.status, j.body, status)
		return
	}
	errorShape.judge(t, "the error", all[0])
	if e, ok := all[0].(map[string]any); ok && (e["code"] != float64(status) || e["description"] == "") {
		t.Errorf("%s", j.body)
	}
	x := ask("xml")
	var doc struct {
		XMLName xml.Name `xml:"errors"`
		Errors  []struct {
			Code        int    `xml:"code"`
			Description string `xml:"description"`
		} `xml:"error"`
	}
	if err := xml.Unmarshal([]byte(x.body), &doc); err != nil || x.status != status || x.kind != "text/xml; charset=utf-8" || len(doc.Errors) != 1 || doc.Errors[0].Code != status || doc.Errors[0].Description == "" {
		t.Errorf("%d %s: %s (%v)", x.status, x.kind, x.body, err)
	}
}

func TestDiscoveryNamesTheEndpointInBothFormats(t *testing.T) {
	w := newWorld(t)
	g := w.get("/open311/discovery.json")
	var d map[string]any
	if err := json.Unmarshal([]byte(g.body), &d); err != nil || g.status != 200 {
		t.Fatalf("%d %v", g.status, err)
	}
	shape{"changeset!": "time", "contact!": "string", "key_service!": "string", "endpoints!": "list"}.judge(t, "discovery", d)
	for _, e := range d["endpoints"].([]any) {
		endpointShape.judge(t, "endpoint", e)
		if got := e.(map[string]any); got["specification"] != "http://wiki.open311.org/GeoReport_v2" || got["url"] != "https://town.example/open311/v2" || got["type"] != "production" || fmt.Sprint(got["formats"]) != "[text/xml application/json]" {
			t.Errorf("%v", got)
		}
	}
	x := w.get("/open311/discovery.xml")
	for _, want := range []string{"<?xml", "<discovery>", "<key_service>https://", "<endpoints><endpoint><specification>http://wiki.open311.org/GeoReport_v2</specification>", "<formats><format>text/xml</format><format>application/json</format></formats>"} {
		if !strings.Contains(x.body, want) || x.kind != "text/xml; charset=utf-8" {
			t.Errorf("%s: no %s in %s", x.kind, want, x.body)
		}
	}
}

func TestServicesAndTheirQuestionsAreAsTheStandardSays(t *testing.T) {
	w := newWorld(t)
	services := w.get("/open311/v2/services.json?jurisdiction_id=" + town).list(t)
	if len(services) != 3 {
		t.Fatalf("%v", services)
	}
	for _, s := range services {
		serviceShape.judge(t, "service", s)
	}
	g := w.get("/open311/v2/services/lighting.json?jurisdiction_id=" + town)
	var d map[string]any
	if err := json.Unmarshal([]byte(g.body), &d); err != nil || d["service_code"] != "lighting" {
		t.Fatalf("%s: %v", g.body, err)
	}
	for i, a := range d["attributes"].([]any) {
		attributeShape.judge(t, "attribute", a)
		if got := a.(map[string]any); got["order"] != float64(i+1) || got["variable"] != (i > 0) || (got["values"] != nil) != strings.HasSuffix(got["datatype"].(string), "list") {
			t.Errorf("%v", got)
		}
	}
	x := w.get("/open311/v2/services/lighting.xml?jurisdiction_id=" + town).body
	for _, want := range []string{"<service_definition><service_code>lighting</service_code><attributes><attribute><variable>false</variable>", "<values><value><key>pole</key><name>Pole &lt;1&gt;</name></value>", "<order>7</order>"} {
		if !strings.Contains(x, want) {
			t.Errorf("no %s in %s", want, x)
		}
	}
	if x := w.get("/open311/v2/services.xml?jurisdiction_id=" + town).body; !strings.Contains(x, "<keywords>lamp,night</keywords>") || !strings.Contains(x, "<metadata>true</metadata>") {
		t.Error(x)
	}
}

// good is a report that is taken.
func good(key string) url.Values {
	return url.Values{"api_key": {key}, "jurisdiction_id": {town}, "service_code": {"lighting"}, "lat": {"36.8065"}, "long": {"10.1815"}, "attribute[part]": {"lamp"},
		"attribute[seen][]": {"pole", "cable"}, "description": {"عمود منطفئ\nأمام المدرسة"}, "email": {"salma@example.org"}, "first_name": {"Salma"}, "last_name": {"B"}, "phone": {"20 000 000"}}
}

func TestWhoIsWrongIsToldInTheStandardsOwnShape(t *testing.T) {
	w := newWorld(t)
	key := w.key("k1")
	for name, c := range map[string]struct {
		status int
		path   string
	}{
		"no jurisdiction": {400, "/services.%s"}, "an empty one": {400, "/services.%s?jurisdiction_id="}, "an unknown one": {404, "/services.%s?jurisdiction_id=nowhere"},
		"an unknown service": {404, "/services/none.%s?jurisdiction_id=" + town}, "a service of others": {404, "/services/lighting.%s?jurisdiction_id=" + otherTown},
		"an unknown token": {404, "/tokens/none.%s?jurisdiction_id=" + town}, "an unknown request": {404, "/requests/none.%s?jurisdiction_id=" + town},
		"a date that is none": {400, "/requests.%s?jurisdiction_id=" + town + "&start_date=yesterday"}, "a time without its zone": {400, "/requests.%s?jurisdiction_id=" + town + "&start_date=2026-01-01T10:00:00"},
		"91 days": {400, "/requests.%s?jurisdiction_id=" + town + "&start_date=2026-01-01&end_date=2026-04-02"}, "backwards": {400, "/requests.%s?jurisdiction_id=" + town + "&start_date=2026-03-02&end_date=2026-03-01"},
		"a status that is none": {400, "/requests.%s?jurisdiction_id=" + town + "&status=solved"}, "too large a page": {400, "/requests.%s?jurisdiction_id=" + town + "&page_size=1001"},
		"page nought": {400, "/requests.%s?jurisdiction_id=" + town + "&page=0"}, "too deep": {400, "/requests.%s?jurisdiction_id=" + town + "&page=11"}, "no such address": {404, "/nothing.%s"},
	} {
		t.Run(name, func(t *testing.T) {
			w.wrong(t, c.status, func(format string) got { return w.get("/open311/v2" + fmt.Sprintf(c.path, format)) })
		})
	}
	for name, c := range map[string]struct {
		status int
		change func(url.Values)
	}{
		"no key": {403, func(v url.Values) { v.Del("api_key") }}, "an invented key": {403, func(v url.Values) { v.Set("api_key", "o311_k1_guess") }}, "not a key": {403, func(v url.Values) { v.Set("api_key", "x") }},
		"elsewhere": {403, func(v url.Values) { v.Set("jurisdiction_id", otherTown) }}, "nowhere": {404, func(v url.Values) { v.Set("jurisdiction_id", "nowhere") }}, "no jurisdiction": {400, func(v url.Values) { v.Del("jurisdiction_id") }},
		"no service": {400, func(v url.Values) { v.Set("service_code", "") }}, "an unknown service": {404, func(v url.Values) { v.Set("service_code", "none") }},
		"no place": {400, func(v url.Values) { v.Del("lat"); v.Del("long") }}, "half a place": {400, func(v url.Values) { v.Del("long") }}, "off the globe": {400, func(v url.Values) { v.Set("lat", "91") }}, "no number": {400, func(v url.Values) { v.Set("lat", "NaN") }},
		"no answer": {400, func(v url.Values) { v.Del("attribute[part]") }}, "another answer": {400, func(v url.Values) { v.Set("attribute[part]", "moon") }}, "two answers": {400, func(v url.Values) { v["attribute[part]"] = []string{"lamp", "pole"} }},
		"an unknown question": {400, func(v url.Values) { v.Set("attribute[x]", "1") }}, "words for a number": {400, func(v url.Values) { v.Set("attribute[count]", "two") }}, "a day without its zone": {400, func(v url.Values) { v.Set("attribute[since]", "2026-01-01T10:00") }},
		"too long": {400, func(v url.Values) { v.Set("description", strings.Repeat("ش", 4001)) }}, "no address of mail": {400, func(v url.Values) { v.Set("email", "a b") }}, "a script for a picture": {400, func(v url.Values) { v.Set("media_url", "javascript:1") }},
	} {
		t.Run(name, func(t *testing.T) {
			v := good(key)
			c.change(v)
			w.wrong(t, c.status, func(format string) got { return w.post("/open311/v2/requests."+format, v) })
		})
	}
	if len(w.desk.came) != 0 {
		t.Errorf("requests were opened: %v", w.desk.came)
	}
	w.wrong(t, 400, func(format string) got {
		return w.send("POST", "/open311/v2/requests."+format, "{}", []string{"Content-Type", "application/json"})
	})
	w.wrong(t, 404, func(format string) got {
		if format == "xml" {
			return w.get("/open311/v2/requests.yaml?jurisdiction_id=" + town)
		}
		return w.get("/open311/v3/requests.json")
	})
}

func TestAReportBecomesOneRequestWithoutItsPerson(t *testing.T) {
	w := newWorld(t)
	key := w.key("k1")
	taken := w.post("/open311/v2/requests.json", good(key), "Idempotency-Key", "abc")
	all := taken.list(t)
	if taken.status != 200 || len(all) != 1 {
		t.Fatalf("%d %s", taken.status, taken.body)
	}
	shape{"service_request_id!": "string", "service_notice": "string null", "account_id": "string null"}.judge(t, "the answer", all[0])
	id := all[0].(map[string]any)["service_request_id"].(string)
	if again := w.post("/open311/v2/requests.json", good(key), "Idempotency-Key", "abc"); again.body != taken.body || len(w.desk.came) != 1 {
		t.Errorf("sent again: %s, %d requests", again.body, len(w.desk.came))
	}
	if x := w.post("/open311/v2/requests.xml", good(key), "Idempotency-Key", "abc").body; strings.Contains(x, "token") || !strings.Contains(x, "<service_request_id>"+id+"<") {
		t.Errorf("in XML: %s", x)
	}
	w.clock.Advance(2 * time.Minute)
	w.jobs()
	if len(w.desk.came) != 1 || fmt.Sprint(w.desk.came[0].Answers["seen"]) != "[cable pole]" || w.desk.came[0].Email != "salma@example.org" {
		t.Errorf("%+v", w.desk.came)
	}
	one := w.get("/open311/v2/requests/" + id + ".json?jurisdiction_id=" + town)
	for _, r := range one.list(t) {
		requestShape.judge(t, "the request", r)
	}
	for _, secret := range []string{"salma", "Salma", "20 000 000"} {
		if strings.Contains(one.body, secret) {
			t.Errorf("the request tells %s", secret)
		}
	}
	raw, _, err := w.DB.Find(w.ctx, Schemas[1], storeAll)
	if err != nil || strings.Contains(fmt.Sprint(raw), "salma@") {
		t.Errorf("the report keeps the person: %v", err)
	}
	if k, err := w.Key(w.ctx, officer, "k1"); err != nil || k.Used != 1 || k.UsedOn.IsZero() {
		t.Errorf("used %d on %s, %v", k.Used, k.UsedOn, err)
	}
	w.sound()
}

func TestATokenLeadsToTheRequestThatCameOfIt(t *testing.T) {
	w := newWorld(t)
	key := w.key("k1")
	w.desk.err = fault.New(fault.Unavailable, "")
	answer := w.post("/open311/v2/requests.xml", good(key))
	var x struct {
		Requests []struct {
			ID    *string `xml:"service_request_id"`
			Token string  `xml:"token"`
		} `xml:"request"`
	}
	if err := xml.Unmarshal([]byte(answer.body), &x); err != nil || len(x.Requests) != 1 || x.Requests[0].ID != nil || x.Requests[0].Token == "" {
		t.Fatalf("%d %s %v", answer.status, answer.body, err)
	}
	token := "/open311/v2/tokens/" + x.Requests[0].Token + ".json?jurisdiction_id="
	if first := w.get(token + town).list(t); first[0].(map[string]any)["service_request_id"] != nil {
		t.Errorf("%v", first)
	}
	w.wrong(t, 404, func(format string) got { return w.get(strings.Replace(token+otherTown, ".json", "."+format, 1)) })
	w.clock.Advance(2 * time.Minute)
	w.jobs() // fails once more
	w.desk.err = nil
	w.clock.Advance(time.Hour)
	w.jobs()
	after := w.get(token + town).list(t)[0].(map[string]any)
	shape{"service_request_id!": "string", "token!": "string"}.judge(t, "the token", after)
	v := good(key)
	v.Set("service_code", "permit")
	v.Del("attribute[part]")
	v.Del("attribute[seen][]")
	batch := w.post("/open311/v2/requests.json", v).list(t)[0].(map[string]any)
	if batch["token"] == nil || batch["service_request_id"] != nil {
		t.Errorf("a batch service answers %v", batch)
	}
	w.desk.err = fault.New(fault.Invalid, "It could not become a request.")
	w.jobs()
	w.wrong(t, 400, func(format string) got {
		return w.get("/open311/v2/tokens/" + batch["token"].(string) + "." + format + "?jurisdiction_id=" + town)
	})
	w.sound()
	w.clock.Advance(91 * 24 * time.Hour)
	w.jobs()
	w.wrong(t, 404, func(format string) got { return w.get(strings.Replace(token+town, ".json", "."+format, 1)) })
}

func TestAListIsWhatItsFiltersSay(t *testing.T) {
	w := newWorld(t)
	for i := range 1005 {
		r := Request{ID: fmt.Sprint("r", i), Jurisdiction: town, Status: StatusOpen, ServiceCode: "lighting", RequestedAt: start.Add(-time.Duration(i) * time.Minute), UpdatedAt: start}
		if i%3 == 0 {
			r.Status, r.ServiceCode, r.UpdatedAt = StatusClosed, "roads", start.AddDate(0, 0, -5)
		}
		w.desk.all = append(w.desk.all, r)
	}
	w.desk.all = append(w.desk.all, Request{ID: "old", Jurisdiction: town, Status: StatusOpen, ServiceCode: "roads", RequestedAt: start.AddDate(0, 0, -91)}, Request{ID: "theirs", Jurisdiction: otherTown, Status: StatusOpen, RequestedAt: start})
	for query, want := range map[string]int{
		"": 1000, "&status=": 1000, "&status=closed": 335, "&status=open": 670, "&status=open,closed&page=2": 5, "&service_code=roads": 335, "&service_code=roads,%20lighting&page=2&page_size=600": 405,
		"&page_size=10&page=3": 10, "&service_request_id=r1,r2,none,theirs,old": 3, "&service_request_id=r1,r1&status=closed&start_date=nonsense": 1, "&start_date=2026-11-22T08:00:00Z": 61,
		"&start_date=2026-11-22T09:00:00+01:00&end_date=2026-11-22T09:00:00%2B01:00": 1, "&end_date=2026-08-24": 1, "&start_date=2026-08-23&end_date=2026-08-23": 1, "&start_date=2026&end_date=2026-01": 0, "&updated_after=2026-11-20T00:00:00Z": 670,
	} {
		g := w.get("/open311/v2/requests.json?jurisdiction_id=" + town + query)
		if all := g.list(t); g.status != 200 || len(all) != want {
			t.Errorf("%s: %d, %d requests, want %d", query, g.status, len(all), want)
		}
	}
	var x struct {
		Requests []struct {
			ID string `xml:"service_request_id"`
		} `xml:"request"`
	}
	if err := xml.Unmarshal([]byte(w.get("/open311/v2/requests.xml?page_size=2&jurisdiction_id="+town).body), &x); err != nil || len(x.Requests) != 2 || x.Requests[0].ID != "r0" {
		t.Errorf("%v %v", x, err)
	}
}

func TestOneAuthorityAloneNeedsNoName(t *testing.T) {
	w := newWorld(t, town)
	if g := w.get("/open311/v2/services.json"); g.status != 200 || len(g.list(t)) != 3 {
		t.Errorf("%d %s", g.status, g.body)
	}
}
