package open311

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/job"
	"musharaka/modules/kit/outbound"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/kit/web"
)

// desk is the Citizen Space of the tests.
type desk struct {
	mu     sync.Mutex
	kinds  []Definition
	all    []Request
	opened map[string]string // id by key
	came   []Input
	err    error // what opening answers instead
}

func (d *desk) Services(_ context.Context, jurisdiction, _ string) ([]Offer, error) {
	var all []Offer
	for _, k := range d.kinds {
		if jurisdiction == town {
			all = append(all, k.Offer)
		}
	}
	return all, nil
}

func (d *desk) Definition(_ context.Context, jurisdiction, code, _ string) (Definition, error) {
	for _, k := range d.kinds {
		if k.Code == code && jurisdiction == town {
			return k, nil
		}
	}
	return Definition{}, fault.New(fault.NotFound, "")
}

func (d *desk) Open(_ context.Context, key string, in Input) (Opened, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return Opened{}, d.err
	}
	if id := d.opened[key]; id != "" {
		return Opened{ID: id, Notice: "We look at it within three days."}, nil
	}
	id := "TN-" + strings.ToUpper(key[len(key)-4:])
	d.opened[key], d.came = id, append(d.came, in)
	d.all = append(d.all, Request{ID: id, Jurisdiction: in.Jurisdiction, Status: StatusOpen, Notes: "Received", ServiceCode: in.Service, ServiceName: "Lighting", Description: in.Description,
		RequestedAt: start, UpdatedAt: start, ExpectedAt: start.AddDate(0, 0, 3), Lat: in.Lat, Long: in.Long, Located: in.Located, Address: in.Address})
	return Opened{ID: id, Notice: "We look at it within three days."}, nil
}

func (d *desk) Request(_ context.Context, jurisdiction, id, _ string) (Request, error) {
	for _, r := range d.all {
		if r.ID == id && r.Jurisdiction == jurisdiction {
			return r, nil
		}
	}
	return Request{}, fault.New(fault.NotFound, "")
}

func (d *desk) Find(_ context.Context, q Query) ([]Request, error) {
	var all []Request
	for _, r := range d.all {
		if r.Jurisdiction == q.Jurisdiction && (q.Status == "" || q.Status == r.Status) && (len(q.Codes) == 0 || slices.Contains(q.Codes, r.ServiceCode)) &&
			!r.RequestedAt.Before(q.From) && !r.RequestedAt.After(q.To) && !r.UpdatedAt.Before(q.UpdatedFrom) {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b Request) int { return b.RequestedAt.Compare(a.RequestedAt) })
	all = all[min(q.Skip, len(all)):]
	return all[:min(q.Size, len(all))], nil
}

// places are the jurisdictions of the tests.
type places struct{ ids []string }

func (p places) Jurisdiction(_ context.Context, id string) (Jurisdiction, error) {
	if !slices.Contains(p.ids, id) {
		return Jurisdiction{}, fault.New(fault.NotFound, "")
	}
	return Jurisdiction{ID: id, Country: "TN", Names: map[string]string{"ar": "بلدية", "fr": "Ville"}}, nil
}

func (p places) Only(ctx context.Context) (Jurisdiction, error) {
	if len(p.ids) != 1 {
		return Jurisdiction{}, fault.New(fault.NotFound, "")
	}
	return p.Jurisdiction(ctx, p.ids[0])
}

const (
	town      = "tn-town"
	otherTown = "tn-other"
)

var (
	start     = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	officer   = auth.Actor{PersonID: "officer", Memberships: []auth.Membership{{OrgID: town, Role: auth.Officer}}}
	stranger  = auth.Actor{PersonID: "stranger", Memberships: []auth.Membership{{OrgID: otherTown, Role: auth.Officer}}}
	president = auth.Actor{PersonID: "head", Memberships: []auth.Membership{{OrgID: town, Role: auth.President}}}
)

type world struct {
	*Service
	t     testing.TB
	ctx   context.Context
	clock *clock.Fake
	desk  *desk
	site  *web.Site

	there *backOffice
	heard []News
}

var ourWords = sync.OnceValues(func() (*i18n.Catalogues, error) {
	files := fstest.MapFS{}
	for _, name := range []string{"open311", "common", "kit"} {
		for _, lang := range []string{"ar", "fr"} {
			if data, err := locales.FS.ReadFile(lang + "/" + name + ".po"); err == nil {
				files[lang+"/"+name+".po"] = &fstest.MapFile{Data: data}
			}
		}
	}
	return i18n.Load(files)
})

func newWorld(t testing.TB, ids ...string) *world {
	t.Helper()
	if ids == nil {
		ids = []string{town, otherTown}
	}
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{t: t, ctx: context.Background(), clock: clock.NewFake(start), desk: &desk{opened: map[string]string{}, kinds: kinds()}, there: &backOffice{}}
	quiet := slog.New(slog.DiscardHandler)
	log, err := audit.Open(w.ctx, db)
	w.must(err)
	queue, err := job.New(w.ctx, db, w.clock, ident.NewFake(1), job.Config{Log: quiet})
	w.must(err)
	w.Service, err = New(w.ctx, Needs{DB: db, Audit: log, Queue: queue, Jurisdictions: places{ids}, Desk: w.desk, Outgoing: w, Caller: w.there, Guard: outbound.Guard{}, SealKey: []byte("a key of the platform, long enough"), Clock: w.clock, Ident: ident.NewFake(2), Log: quiet})
	w.must(err)
	words, err := ourWords()
	w.must(err)
	w.site = web.New(web.Options{PublicURL: "https://town.example"}, web.Parts{Words: words, Clock: w.clock, Ident: ident.NewFake(3), Log: quiet})
	NewAPI(w.Service, About{PublicURL: "https://town.example", Contact: "desk@town.example"}).Routes(w.site)
	w.site.Finish()
	return w
}

// kinds are the services of the tests: every datatype, a plain one, and one that
// answers with a token.
func kinds() []Definition {
	yes := []Value{{"pole", "Pole <1>"}, {"lamp", "مصباح"}, {"cable", "Cable & box"}}
	return []Definition{
		{Offer: Offer{Code: "lighting", Name: "Lighting", Description: "A lamp is out", Type: Realtime, Keywords: []string{"lamp", "night"}, Group: "streets", Attributes: true}, Questions: []Attribute{
			{Code: "note", Datatype: TypeString, Description: "Keep away from cables."},
			{Code: "part", Variable: true, Datatype: TypeSingle, Required: true, Description: "What is broken?", Values: yes},
			{Code: "seen", Variable: true, Datatype: TypeMulti, Description: "What else?", Values: yes},
			{Code: "count", Variable: true, Datatype: TypeNumber}, {Code: "since", Variable: true, Datatype: TypeDatetime}, {Code: "more", Variable: true, Datatype: TypeText}, {Code: "pole", Variable: true, Datatype: TypeString},
		}},
		{Offer: Offer{Code: "roads", Name: "Roads", Type: Realtime}},
		{Offer: Offer{Code: "permit", Name: "Permit", Type: Batch}},
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Report is a request of ours as a back office gets it.
func (w *world) Report(_ context.Context, jurisdiction, id string) (Input, error) {
	if id == "gone" {
		return Input{}, fault.New(fault.NotFound, "")
	}
	return Input{Jurisdiction: jurisdiction, Service: "lighting", Description: "عمود منطفئ & <b>", Located: true, Lat: 36.5, Long: 10.25, Answers: map[string][]string{"part": {"lamp"}, "seen": {"pole", "cable"}}}, nil
}

// Apply keeps the news.
func (w *world) Apply(_ context.Context, _, _ string, n News) error {
	w.heard = append(w.heard, n)
	return nil
}

// jobs runs what is due.
func (w *world) jobs() {
	w.t.Helper()
	_, err := w.Queue.RunDue(w.ctx)
	w.must(err)
}

// key makes a key of the town.
func (w *world) key(id string) string {
	w.t.Helper()
	_, shown, err := w.CreateKey(w.ctx, officer, town, id, KeyInput{"An app", "Salma, 20 000 000"})
	w.must(err)
	return shown
}

// got is an answer.
type got struct {
	status     int
	kind, body string
}

func (w *world) get(path string) got { return w.send("GET", path, "", nil) }

func (w *world) post(path string, v url.Values, headers ...string) got {
	return w.send("POST", path, v.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}, headers...))
}

func (w *world) send(method, path, body string, headers []string) got {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "town.example"
	r.Header.Set("Accept-Language", "fr")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := w.site.App.Test(r, -1)
	w.must(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	w.must(err)
	return got{res.StatusCode, res.Header.Get("Content-Type"), string(text)}
}
