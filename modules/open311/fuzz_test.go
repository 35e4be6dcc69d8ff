package open311

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzPost sends forms that nobody would write: whatever comes, the answer is in
// the standard's shape, and what is taken keeps the bounds.
func FuzzPost(f *testing.F) {
	w := newWorld(f)
	key := w.key("k1")
	f.Add(strings.ReplaceAll(good("KEY").Encode(), "KEY", key))
	for _, seed := range []string{"", "api_key=" + key, "%zz", "attribute[", "attribute[][]=1&attribute[a]]=2", "lat=1e5&long=0x1p4", "lat=+1&long=%00", "description=%ff%fe\x00<script>", "a;b", "service_code=roads&service_code=permit&lat=0&long=0&jurisdiction_id=" + town + "&api_key=" + key} {
		f.Add(seed)
	}
	d := kinds()[0]
	f.Fuzz(func(t *testing.T, body string) {
		v, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		in, err := parsePost(v)
		if err == nil {
			err = in.judge(d)
		}
		if err != nil {
			return
		}
		for code, values := range in.Answers {
			if len(values) > 1 && code != "seen" || len(values) > maxAnswers {
				t.Errorf("%s has %q", code, values)
			}
		}
		if utf8.RuneCountInString(in.Description) > maxDescription || !utf8.ValidString(in.Description) || strings.ContainsRune(in.Description, 0) {
			t.Errorf("%q", in.Description)
		}
		if in.Located && (in.Lat < -90 || in.Lat > 90 || in.Long < -180 || in.Long > 180) || !in.Located && in.Address == "" && in.AddressID == "" {
			t.Errorf("%+v", in)
		}
		r := requestsAnswer([]Request{{ID: "1", Description: in.Description, Address: in.Address, Lat: in.Lat, Long: in.Long, Located: in.Located, RequestedAt: start}})
		if _, err := json.Marshal(r.json); err != nil {
			t.Error(err)
		}
		text, err := xml.Marshal(r.xml)
		if err == nil {
			err = xml.Unmarshal(text, new(xmlRequests))
		}
		if err != nil {
			t.Error(err)
		}
	})
}

// FuzzQuery reads filters that nobody would write: a query that is accepted
// keeps the bounds of the standard.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"", "start_date=2026-01-01&end_date=2026-03-31", "end_date=9999-12-31T23:59:59-23:59", "start_date=1969&page=99999999999999999999", "page=10&page_size=1000", "status=open&status=closed", "service_request_id=,,a,%00", "start_date=2026-01-01T00:00:00 01:00", "updated_after=x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		q, err := parseQuery(v, start)
		if err != nil || len(q.IDs) > 0 {
			return
		}
		if q.To.Sub(q.From) > maxSpan || q.To.Before(q.From) || q.Size < 1 || q.Size > maxList || q.Skip < 0 || q.Skip+q.Size > maxDeep {
			t.Errorf("%+v", q)
		}
	})
}
