package spacedata

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
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
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/kit/web"
)

const (
	town  = "tn-1"
	other = "tn-2"
)

var (
	start   = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	officer = auth.Actor{PersonID: "officer", Memberships: []auth.Membership{{OrgID: town, Role: auth.Officer}}}
)

// requests are the Citizen Spaces of the tests.
type requests struct {
	facts []Fact
	cards []Card
	fail  error // after the first fact
}

func (r *requests) Spaces(ctx context.Context) ([]Space, error) {
	a, _ := r.Space(ctx, town)
	b, _ := r.Space(ctx, other)
	return []Space{a, b}, nil
}

func (r *requests) Space(_ context.Context, id string) (Space, error) {
	if id != town && id != other {
		return Space{}, fault.New(fault.NotFound, "")
	}
	return Space{ID: id, Country: "TN", Names: map[string]string{"ar": "بلدية <b>", "fr": "Ville " + id}}, nil
}

func (r *requests) Services(context.Context, string) ([]Offered, error) {
	return []Offered{{Code: "lamp", Group: "Month", Names: map[string]string{"ar": "إنارة", "fr": "=Éclairage"}, Public: true}, {Code: "permit", Group: "Month", Names: map[string]string{"ar": "رخصة"}, Papers: []map[string]string{{"ar": "نسخة"}}}}, nil
}

func (r *requests) Cards(_ context.Context, _, after string, limit int) ([]Card, string, error) {
	from := 0
	if after != "" {
		if _, err := fmt.Sscan(after, &from); err != nil || from < 0 {
			return nil, "", fault.New(fault.Invalid, "")
		}
	}
	list := r.cards[min(from, len(r.cards)):]
	if len(list) > limit {
		return list[:limit], fmt.Sprint(from + limit), nil
	}
	return list, "", nil
}

func (r *requests) Changed(_ context.Context, place string, from, to time.Time, visit func(Fact) error) error {
	if place != town {
		return nil
	}
	all := slices.Clone(r.facts)
	slices.SortStableFunc(all, func(a, b Fact) int { return a.ChangedAt.Compare(b.ChangedAt) })
	for i, f := range all {
		if f.ChangedAt.Before(from) {
			continue
		}
		if err := visit(f); err != nil {
			return err
		}
		if i == 0 && r.fail != nil {
			return r.fail
		}
	}
	return nil
}

type places struct{}

func (places) PlaceName(id, _ string) string { return id }

type networks struct{}

func (networks) Network(_ context.Context, id string) (Network, error) {
	if id != "net" {
		return Network{}, fault.New(fault.NotFound, "")
	}
	return Network{ID: "net", Names: map[string]string{"fr": "Réseau"}, Members: []string{town, other, "gone"}}, nil
}

func (n networks) Networks(ctx context.Context) ([]Network, error) {
	x, err := n.Network(ctx, "net")
	return []Network{x}, err
}

type world struct {
	*Service
	t        testing.TB
	ctx      context.Context
	clock    *clock.Fake
	requests *requests
	site     *web.Site
}

var ourWords = sync.OnceValues(func() (*i18n.Catalogues, error) {
	files := fstest.MapFS{}
	for _, name := range []string{"spacedata", "common", "kit"} {
		for _, lang := range []string{"ar", "fr"} {
			if data, err := locales.FS.ReadFile(lang + "/" + name + ".po"); err == nil {
				files[lang+"/"+name+".po"] = &fstest.MapFile{Data: data}
			}
		}
	}
	return i18n.Load(files)
})

func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{t: t, ctx: context.Background(), clock: clock.NewFake(start), requests: &requests{}}
	quiet := slog.New(slog.DiscardHandler)
	log, err := audit.Open(w.ctx, db)
	w.must(err)
	queue, err := job.New(w.ctx, db, w.clock, ident.NewFake(1), job.Config{Log: quiet})
	w.must(err)
	w.Service, err = New(w.ctx, Needs{DB: db, Audit: log, Queue: queue, Requests: w.requests, Networks: networks{}, Clock: w.clock, Log: quiet, PublicURL: "https://x.example"})
	w.must(err)
	words, err := ourWords()
	w.must(err)
	w.site = web.New(web.Options{PublicURL: "https://x.example"}, web.Parts{Words: words, Clock: w.clock, Ident: ident.NewFake(3), Log: quiet})
	NewFiles(w.Service).Routes(w.site)
	NewPages(w.Service, places{}).Routes(w.site)
	w.site.Finish()
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) sound() {
	w.t.Helper()
	found, err := w.Check(w.ctx, false)
	w.must(err)
	for _, f := range found {
		w.t.Errorf("check: %s", f)
	}
}

func (w *world) get(path string) (int, string, string) {
	w.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "x.example"
	res, err := w.site.App.Test(r, -1)
	w.must(err)
	body, err := io.ReadAll(res.Body)
	w.must(err)
	return res.StatusCode, string(body), res.Header.Get("Link")
}

// lamp is a public request that came on a day of November and was solved after
// some days, -1 for not yet.
func lamp(id string, day, took int) Fact {
	f := Fact{ID: id, Service: "lamp", Zone: "6100", Public: true, ReceivedAt: time.Date(2026, 11, day, 10, 0, 0, 0, time.UTC), Promised: true}
	f.ChangedAt = f.ReceivedAt
	if took >= 0 {
		f.EndedAt = f.ReceivedAt.AddDate(0, 0, took)
		f.ChangedAt, f.Solved, f.Kept = f.EndedAt, true, took <= 5
	}
	return f
}

func TestAMonthIsWhatItsRequestsAddUpTo(t *testing.T) {
	w := newWorld(t)
	for i, took := range []int{0, 1, 2, 3, 10, -1} {
		w.requests.facts = append(w.requests.facts, lamp(fmt.Sprint("r", i), 3, took))
	}
	repeated := lamp("again", 4, 0)
	repeated.Duplicate = true
	permit := lamp("p", 30, -1)
	permit.Service, permit.Public, permit.ReceivedAt = "permit", false, time.Date(2026, 10, 31, 23, 30, 0, 0, time.UTC) // November already in Tunis
	w.requests.facts = append(w.requests.facts, repeated, permit)
	for range 2 {
		w.must(w.Count(w.ctx))
	}
	months, err := w.Months(w.ctx, town, "2026-01", "2026-12")
	w.must(err)
	if len(months) != 1 {
		t.Fatalf("%+v", months)
	}
	m := months[0]
	median, ok := m.All.Median()
	share, told := m.All.Share()
	if m.Month != "2026-11" || m.All.Received != 7 || m.All.Solved != 5 || median != 2 || !ok || share != 8000 || !told || m.Days[0].Received != 1 || m.Days[2].Received != 6 || m.Days[2].Ended != 1 || len(m.Zones) != 1 || m.Zones[0].Received != 6 {
		t.Errorf("%+v median %d share %d", m, median, share)
	}
	w.sound()
}

func TestWhatChangesIsCountedAnewWhereItWasAndWhereItIs(t *testing.T) {
	w := newWorld(t)
	w.requests.facts = []Fact{lamp("a", 3, 5), lamp("b", 4, -1)}
	w.must(w.Count(w.ctx))
	w.clock.Advance(time.Hour)
	w.requests.facts[0].EndedAt, w.requests.facts[0].Solved, w.requests.facts[0].ChangedAt = time.Time{}, false, w.clock.Now() // reopened
	w.requests.facts[1].EndedAt, w.requests.facts[1].ChangedAt = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), w.clock.Now()
	w.must(w.Count(w.ctx))
	months, err := w.Months(w.ctx, town, "2026-11", "2026-12")
	w.must(err)
	if len(months) != 2 || months[0].All.Ended != 0 || months[0].All.Received != 2 || months[1].All.Ended != 1 || months[1].All.Solved != 0 {
		t.Errorf("%+v", months)
	}
	w.sound()
}

func TestACountingThatBreaksOffIsFinishedByTheNext(t *testing.T) {
	w := newWorld(t)
	w.requests.facts, w.requests.fail = []Fact{lamp("a", 3, 1), lamp("b", 4, 1)}, fault.New(fault.Unavailable, "")
	if w.Count(w.ctx) == nil {
		t.Fatal("it did not break off")
	}
	w.requests.fail = nil
	w.must(w.Count(w.ctx))
	if months, err := w.Months(w.ctx, town, "2026-11", "2026-11"); err != nil || len(months) != 1 || months[0].All.Solved != 2 {
		t.Errorf("%+v %v", months, err)
	}
	w.sound()
}

func TestWhatIsWrongInAMonthIsFoundAndRepaired(t *testing.T) {
	w := newWorld(t)
	w.requests.facts = []Fact{lamp("a", 3, 1)}
	w.must(w.Count(w.ctx))
	_, err := w.months.Update(w.ctx, monthID(town, "2026-11"), func(m *Month) error { m.All.Received = 9; return nil })
	w.must(err)
	if found, err := w.Check(w.ctx, true); err != nil || len(found) != 1 {
		t.Errorf("%v %v", found, err)
	}
	w.sound()
}

func TestSmallNumbersOfPrivateServicesAreNotTold(t *testing.T) {
	row := func(key string, private bool, n int64) Row {
		return Row{Key: key, Private: private, Tally: Tally{Received: n}}
	}
	for name, c := range map[string]struct {
		rows []Row
		want string
	}{
		"public ones are":       {[]Row{row("a", false, 1), row("b", false, 4)}, ""},
		"private ones are not":  {[]Row{row("a", true, 1), row("b", true, 4), row("c", true, 50)}, "a b"},
		"nor the next smallest": {[]Row{row("a", true, 3), row("b", true, 60), row("c", true, 50), row("d", false, 2)}, "a c"},
		"none is told":          {[]Row{row("a", true, 0), row("b", true, 50)}, ""},
	} {
		var hidden []string
		for _, r := range Guard(c.rows) {
			if r.Hidden {
				hidden = append(hidden, r.Key)
			}
		}
		if got := strings.Join(hidden, " "); got != c.want {
			t.Errorf("%s: hidden are %q, want %q", name, got, c.want)
		}
	}
	if _, ok := (Tally{Solved: 4, Took: []int64{4}}).Median(); ok {
		t.Error("a median of four is told")
	}
	if _, ok := (Tally{Promised: 4, Kept: 4}).Share(); ok {
		t.Error("a share of four is told")
	}
	if got := GuardZones([]Row{row("6100", false, 2), row("6101", false, 9)}); !got[0].Hidden || got[1].Hidden {
		t.Errorf("zones: %+v", got)
	}
}

func TestOnlyWhoSaysSoIsCompared(t *testing.T) {
	w := newWorld(t)
	for i := range 6 {
		w.requests.facts = append(w.requests.facts, lamp(fmt.Sprint("r", i), 3, 2))
	}
	w.must(w.Count(w.ctx))
	if _, body, _ := w.get("/fr/figures/compare/net"); strings.Contains(body, "Ville tn-1") {
		t.Error("it is compared before it said so")
	}
	for name, who := range map[string]auth.Actor{"nobody": {}, "a stranger": {PersonID: "x", Memberships: []auth.Membership{{OrgID: other, Role: auth.Officer}}}, "the president": {PersonID: "p", Memberships: []auth.Membership{{OrgID: town, Role: auth.President}}}} {
		if err := w.Compare(w.ctx, who, town, true); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s decides: %v", name, err)
		}
	}
	for range 2 {
		w.must(w.Compare(w.ctx, officer, town, true))
	}
	w.must(w.Compare(w.ctx, auth.Actor{PersonID: "o2", Memberships: []auth.Membership{{OrgID: other, Role: auth.Officer}}}, other, true))
	status, body, _ := w.get("/fr/figures/compare/net")
	if status != 200 || !strings.Contains(body, "Ville tn-1") || !strings.Contains(body, "Ville tn-2") || !strings.Contains(body, "<bdi>2 ") {
		t.Errorf("%d %s", status, body)
	}
	if x, err := w.Settings(w.ctx, town); err != nil || len(x.History) != 1 || ActName(x.History[0].Act) == "" {
		t.Errorf("%+v %v", x, err)
	}
	w.must(w.Compare(w.ctx, officer, town, false))
	if _, body, _ := w.get("/fr/figures/compare/net"); strings.Contains(body, "Ville tn-1") {
		t.Error("it is compared after it said no")
	}
	w.sound()
}

func TestFilesArePagedAndDisarmed(t *testing.T) {
	w := newWorld(t)
	for i := range pageOfCSV + 1 {
		w.requests.cards = append(w.requests.cards, Card{Reference: fmt.Sprint("EC-", i), Service: "lamp", ServiceNames: map[string]string{"fr": "=1+1"}, State: "received", StateLabel: "Month", Open: true, Located: i%2 == 0, Lat: 36, Lng: 10,
			Description: "\"; <script>\n@SUM", RequestedAt: start, UpdatedAt: start, Path: "/requests/x"})
	}
	status, body, link := w.get("/fr/figures/" + town + "/requests.csv")
	if status != 200 || strings.Count(body, "EC-") != pageOfCSV || !strings.Contains(link, "after=1000") || !strings.Contains(body, "'=1+1") {
		t.Errorf("%d %d %s", status, strings.Count(body, "EC-"), link)
	}
	seen := 0
	for next := "/fr/figures/" + town + "/requests.json"; next != ""; {
		_, body, _ := w.get(next)
		var page struct {
			Links struct{ Next *string }
			Data  []map[string]any
		}
		w.must(json.Unmarshal([]byte(body), &page))
		seen, next = seen+len(page.Data), ""
		if page.Links.Next != nil {
			next = strings.TrimPrefix(*page.Links.Next, "https://x.example")
		}
	}
	if seen != pageOfCSV+1 {
		t.Errorf("%d requests", seen)
	}
	if _, body, _ := w.get("/ar/figures/" + town + "/requests.geojson"); strings.Count(body, `"Point"`) != pageOfJSON/2 || !strings.Contains(body, `"coordinates":[10,36]`) {
		t.Errorf("%.300s", body)
	}
	if _, body, _ := w.get("/ar/figures/" + town + "/requests.atom"); strings.Count(body, "<entry>") != entriesOfFeed || strings.Contains(body, "<script>") {
		t.Errorf("%.300s", body)
	}
	for path, want := range map[string]int{"/requests.json?after=x": 422, "/daily.json?year=nonsense": 422, "/daily.csv": 200, "/services.csv": 200, "/services.json": 200} {
		if status, body, _ := w.get("/fr/figures/" + town + path); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, _, _ := w.get("/fr/figures/nowhere"); status != 404 {
		t.Errorf("nowhere answers %d", status)
	}
}

func TestDaysToComeAreNotCounted(t *testing.T) {
	w := newWorld(t)
	w.requests.facts = []Fact{lamp("a", 3, 1)}
	w.must(w.Count(w.ctx))
	_, body, _ := w.get("/fr/figures/" + town + "/daily.json")
	var days struct{ Data []Day }
	w.must(json.Unmarshal([]byte(body), &days))
	if len(days.Data) != 22 || days.Data[2] != (Day{"2026-11-03", 1, 0}) || days.Data[21].Day != "2026-11-22" {
		t.Errorf("%v", days.Data)
	}
}
