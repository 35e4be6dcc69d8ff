package federation

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/config/locales"
	"musharaka/modules/kit/audit"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/i18n"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/pdf/pdftest"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

var rewrite = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file that people read in reviews.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs. If it is meant: go test ./modules/federation -update\n%s", path, got)
	}
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var ourWords = sync.OnceValues(func() (*i18n.Catalogues, error) { return i18n.Load(locales.FS) })

type world struct {
	*Service
	t     *testing.T
	ctx   context.Context
	clock *clock.Fake
	files *testFiles
	left  map[string]bool // members that left
	over  bool            // the network was dissolved

	mu    sync.Mutex // several may act at once
	moved []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &world{t: t, ctx: context.Background(), clock: clock.NewFake(noon), files: &testFiles{kept: map[string]File{}}, left: map[string]bool{}}
	log, err := audit.Open(w.ctx, db)
	w.must(err)
	words, err := ourWords()
	w.must(err)
	w.Service, err = New(w.ctx, Needs{DB: db, Audit: log, Networks: testNetworks{w}, Files: w.files, Words: words, Clock: w.clock, Ident: ident.NewFake(1), PublicURL: "https://petitions.example",
		Moved: func(_ context.Context, id string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.moved = append(w.moved, id)
		}})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

type testNetworks struct{ w *world }

func (n testNetworks) Network(_ context.Context, id string) (Network, error) {
	if id != "net" && id != "other" {
		return Network{}, fault.New(fault.NotFound, "")
	}
	out := Network{ID: id, Country: "TN", Names: map[string]string{"ar": "شبكة فضاءات المواطن", "fr": "Réseau des espaces citoyens"}, Active: !n.w.over}
	for _, m := range map[string][]string{"net": {"town", "port", "oasis"}, "other": {"far"}}[id] {
		if !n.w.left[m] {
			out.Members = append(out.Members, m)
		}
	}
	return out, nil
}

func (testNetworks) PlaceName(id, lang string) string {
	return map[string]string{"town": "بلدية المدينة", "port": "Commune du port", "oasis": "بلدية الواحة"}[id]
}

func (testNetworks) PublicPages(*web.Ctx, string) ([]ui.NavItem, error) { return nil, nil }

type testFiles struct {
	kept map[string]File
	gone []string
	n    int
}

func (f *testFiles) Take(_ context.Context, _, _, name string, documents bool, body io.Reader) (File, error) {
	if !documents && strings.HasSuffix(name, ".pdf") {
		return File{}, fault.New(fault.Invalid, "Choose a file first")
	}
	f.n++
	kept := File{ID: name + string(rune('0'+f.n)), Name: name, Type: "image/png"}
	f.kept[kept.ID] = kept
	_, err := io.Copy(io.Discard, body)
	return kept, err
}

func (f *testFiles) Get(_ context.Context, id string) (File, error) {
	if kept, ok := f.kept[id]; ok {
		return kept, nil
	}
	return File{}, fault.New(fault.NotFound, "")
}

func (f *testFiles) Discard(_ context.Context, ids []string) error {
	for _, id := range ids {
		delete(f.kept, id)
	}
	f.gone = append(f.gone, ids...)
	return nil
}

func holder(id, org string, role auth.Role) auth.Actor {
	return auth.Actor{PersonID: id, Lang: "fr", Memberships: []auth.Membership{{OrgID: org, Role: role}}}
}

var (
	coordinator = holder("coordinator", "net", auth.Coordinator)
	admin       = holder("admin", auth.PlatformID, auth.Administrator)
	ofTown      = holder("officer", "town", auth.Officer)
	ofPort      = holder("president", "port", auth.President)
	ofOasis     = holder("oasis", "oasis", auth.Officer)
	elsewhere   = holder("elsewhere", "far", auth.Officer)
	otherCoord  = holder("otherCoord", "other", auth.Coordinator)
	clerk       = holder("clerk", "town", auth.FrontDesk)
	observer    = holder("observer", auth.PlatformID, auth.Observer)
	nobody      = auth.Actor{}
	everybody   = map[string]auth.Actor{"coordinator": coordinator, "administrator": admin, "owner": ofTown, "other member": ofPort, "officer elsewhere": elsewhere, "coordinator elsewhere": otherCoord, "front desk": clerk, "observer": observer, "nobody": nobody}
)

// good is a record of a kind with all that it needs.
func good(k Kind) Record {
	r := Record{Network: "net", Kind: k, Authority: "town", Texts: map[string]Words{"ar": {Title: "عنوان", Text: "الإشكال", Done: "ما أنجز", Result: "النتيجة"}}, Sort: "human", Body: "steering", Capacity: "رئيس",
		At: noon.AddDate(0, 0, -10), Due: noon.AddDate(0, 0, 10), Parties: []string{"port"}, Contact: "مصلحة"}
	if k == Mandate {
		r.Sort = "learning"
	}
	if k == Meeting {
		r.Authority, r.Sort, r.Until = "", "workshop", r.At.Add(2*time.Hour)
		r.Sitting = Sitting{Place: "دار الثقافة", Agenda: []string{"أولا", "ثانيا"}, Open: true}
	}
	return r
}

// in makes a record of a kind in a state, by the keeper, along the shortest way
// through the table.
func (w *world) in(k Kind, s State) Record {
	w.t.Helper()
	type step struct {
		at  State
		way []Act
	}
	queue, seen := []step{{}}, map[State]bool{}
	for len(queue) > 0 {
		x := queue[0]
		queue = queue[1:]
		if x.at == s && len(x.way) > 0 {
			return w.walk(k, x.way)
		}
		for _, m := range moves {
			if m.kind == k && m.from == x.at && !seen[m.to] {
				seen[m.to] = true
				queue = append(queue, step{m.to, append(slices.Clone(x.way), m.act)})
			}
		}
	}
	w.t.Fatalf("a %s never becomes %s", k, s)
	return Record{}
}

func (w *world) walk(k Kind, way []Act) Record {
	w.t.Helper()
	r, err := w.Enter(w.ctx, auth.Actor{PersonID: "maker", Memberships: []auth.Membership{{OrgID: "net", Role: auth.Coordinator}, {OrgID: "town", Role: auth.Officer}}}, good(k), way[0])
	w.must(err)
	for _, a := range way[1:] {
		r = w.doing(auth.Actor{PersonID: "maker", Memberships: []auth.Membership{{OrgID: "net", Role: auth.Coordinator}, {OrgID: "town", Role: auth.Officer}}}, r, a)
	}
	return r
}

func (w *world) doing(who auth.Actor, r Record, a Act) Record {
	w.t.Helper()
	r, err := w.attempt(who, r, a)
	if err != nil {
		w.t.Fatalf("%s of a %s that is %s: %v", a, r.Kind, r.State, err)
	}
	return r
}

// attempt does an act with all that it asks for.
func (w *world) attempt(who auth.Actor, r Record, a Act) (Record, error) {
	switch a {
	case Change:
		in := r
		in.Texts = map[string]Words{"ar": {Title: "عنوان آخر", Text: "أ", Done: "ب", Result: "ج"}}
		return w.Change(w.ctx, who, r.ID, r.Version, in)
	case Photo, Deliver:
		return w.Attach(w.ctx, who, r.ID, a, "file.png", strings.NewReader("x"), "note")
	case Unphoto:
		return w.RemovePhoto(w.ctx, who, r.ID, "none")
	case Hold:
		return w.EnterMinutes(w.ctx, who, r.ID, Minutes{Text: "محضر", Women: 6, Men: 7})
	}
	return w.Do(w.ctx, who, r.ID, a, Input{Text: "نص", Due: noon.AddDate(0, 0, 5)})
}

// TestWhoMayDoWhatToARecord walks every act in every state of every kind for
// every role, and compares what happens with the table read line by line.
func TestWhoMayDoWhatToARecord(t *testing.T) {
	w := newWorld(t)
	roles := map[string][]Role{"coordinator": keeper, "administrator": keeper, "owner": {Owner, Member}, "other member": member}
	tried := 0
	for _, k := range Kinds {
		for _, s := range statesOf(k) {
			r := w.in(k, s)
			for _, a := range append(slices.Clone(actOrder), Change) {
				for name, who := range everybody {
					if a == Adopt && name == "owner" { // one's own practice: a rule of its own
						continue
					}
					want := slices.ContainsFunc(moves, func(m move) bool {
						return m.kind == k && m.from == s && m.act == a && slices.ContainsFunc(m.by, func(x Role) bool { return slices.Contains(roles[name], x) })
					})
					if want && (a == Accept || a == Publish) { // what was never delivered or written cannot be shown
						r = w.in(k, s)
					}
					st, err := w.Standing(w.ctx, who, "net")
					w.must(err)
					if got := st.May(r, a); got != want {
						t.Errorf("%s may %s a %s that is %s: %v", name, a, k, s, got)
					}
					if want {
						continue // that it works is shown by w.in and the stories below
					}
					if _, err := w.attempt(who, r, a); err == nil {
						t.Errorf("%s did %s to a %s that is %s", name, a, k, s)
					} else if kind := fault.KindOf(err); kind != fault.Forbidden && kind != fault.Conflict && kind != fault.NotFound {
						t.Errorf("%s, %s of a %s that is %s: %v", name, a, k, s, err)
					}
					tried++
				}
			}
		}
	}
	if tried < 5000 {
		t.Errorf("only %d were tried", tried)
	}
}

func TestWhoMayEnterWhat(t *testing.T) {
	w := newWorld(t)
	for _, k := range Kinds {
		for name, who := range everybody {
			byMember := k == Space || k == Obstacle || k == Request || k == Dispute || k == Practice
			want := name == "coordinator" || name == "administrator" || name == "owner" && byMember
			_, err := w.Enter(w.ctx, who, good(k), Enter)
			if (err == nil) != want {
				t.Errorf("%s enters a %s: %v", name, k, err)
			}
		}
	}
	r := good(Obstacle)
	if r.Authority = ""; true {
		if _, err := w.Enter(w.ctx, ofTown, r, Enter); !fault.Is(err, fault.Invalid) {
			t.Errorf("an obstacle of nobody: %v", err)
		}
	}
	if r.Authority = "far"; true {
		if _, err := w.Enter(w.ctx, coordinator, r, Enter); !fault.Is(err, fault.Invalid) {
			t.Errorf("an obstacle of somebody who is no member: %v", err)
		}
	}
	if r.Network = "nowhere"; true {
		if _, err := w.Enter(w.ctx, coordinator, r, Enter); !fault.Is(err, fault.NotFound) {
			t.Errorf("a network that is none: %v", err)
		}
	}
}

// TestWhoReadsWhat enumerates every kind, state and reader.
func TestWhoReadsWhat(t *testing.T) {
	w := newWorld(t)
	public := map[Kind][]State{Space: {Planned, Building, Opened, Closed}, Mandate: {Running, Ended}, Output: {Accepted}, Meeting: {Convened, Held, Published, Cancelled}, Practice: {Published}}
	for _, k := range Kinds {
		for _, s := range statesOf(k) {
			r := w.in(k, s)
			for name, who := range everybody {
				all := slices.Contains(public[k], s) && (s != Cancelled || r.wasConvened())
				want := all || name == "coordinator" || name == "administrator" || name == "owner"
				if name == "other member" && !(k == Practice && (s == Draft || s == Withdrawn)) { // a party to the dispute, too
					want = true
				}
				_, err := w.Get(w.ctx, who, r.ID)
				if (err == nil) != want || err != nil && !fault.Is(err, fault.NotFound) {
					t.Errorf("%s reads a %s that is %s: %v", name, k, s, err)
				}
			}
			if _, err := w.Get(w.ctx, ofOasis, r.ID); k == Dispute && err == nil {
				t.Error("a member reads a dispute that it is no party to")
			}
		}
	}
	closed := good(Meeting)
	closed.Sitting.Open = false
	x, err := w.Enter(w.ctx, coordinator, closed, Enter)
	w.must(err)
	x = w.doing(coordinator, x, Convene)
	if _, err := w.Get(w.ctx, nobody, x.ID); err == nil {
		t.Error("everybody reads the invitation to a meeting that is not announced")
	}
	x = w.doing(coordinator, w.doing(coordinator, x, Hold), Publish)
	if _, err := w.Get(w.ctx, nobody, x.ID); err != nil {
		t.Errorf("published minutes: %v", err)
	}
}

func TestAMemberThatLeftDoesAndReadsNoMoreThanThePublic(t *testing.T) {
	w := newWorld(t)
	r := w.in(Obstacle, Raised)
	w.left["town"] = true
	if _, err := w.Get(w.ctx, ofTown, r.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("it still reads its obstacle: %v", err)
	}
	if _, err := w.attempt(ofTown, r, NoteDown); err == nil {
		t.Error("it still writes notes")
	}
	if _, err := w.Get(w.ctx, coordinator, r.ID); err != nil {
		t.Errorf("the record is gone: %v", err)
	}
}

func TestADissolvedNetworkChangesNoMore(t *testing.T) {
	w := newWorld(t)
	r, s := w.in(Obstacle, Raised), w.in(Space, Opened)
	w.over = true
	if _, err := w.Enter(w.ctx, coordinator, good(Space), Enter); !fault.Is(err, fault.Conflict) {
		t.Errorf("a record is entered: %v", err)
	}
	if _, err := w.attempt(coordinator, r, Take); !fault.Is(err, fault.Conflict) {
		t.Errorf("an act: %v", err)
	}
	if _, err := w.Get(w.ctx, nobody, s.ID); err != nil {
		t.Errorf("its public records are gone: %v", err)
	}
}

func TestAnObstacleIsFollowedUntilItIsRemoved(t *testing.T) {
	w := newWorld(t)
	in := good(Obstacle)
	in.Due = time.Time{}
	r, err := w.Enter(w.ctx, ofTown, in, Enter)
	w.must(err)
	r, err = w.Do(w.ctx, coordinator, r.ID, Take, Input{Text: "نطلب خطة من الوزارة", Due: noon.AddDate(0, 0, 7)})
	w.must(err)
	if due, err := w.Due(w.ctx, "net", Obstacle, noon.AddDate(0, 0, 30), 10); err != nil || len(due) != 1 || r.OverdueAt(noon) {
		t.Fatalf("%v %v", due, err)
	}
	w.clock.Set(noon.AddDate(0, 0, 8))
	if !r.OverdueAt(w.clock.Now()) {
		t.Error("its day has passed and it is not overdue")
	}
	ids, _, err := w.Waiting(w.ctx, "", 10)
	if w.must(err); len(ids) != 1 {
		t.Errorf("nothing waits at the desk: %v", ids)
	}
	r, err = w.Do(w.ctx, coordinator, r.ID, Remove, Input{Text: "صدر القرار"})
	w.must(err)
	if ids, _, _ = w.Waiting(w.ctx, "", 10); len(ids) != 0 || r.OverdueAt(w.clock.Now()) {
		t.Error("what is removed still waits")
	}
	if _, err = w.Do(w.ctx, ofTown, r.ID, Reopen, Input{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("opened again without a reason: %v", err)
	}
	r, err = w.Do(w.ctx, ofTown, r.ID, Reopen, Input{Text: "لم يصلنا شيء"})
	if w.must(err); r.State != InHand || len(r.Notes) != 3 || r.Notes[2].For != "town" || r.Notes[0].For != "" {
		t.Errorf("%+v", r.Notes)
	}
	if !slices.Contains(w.moved, r.ID) {
		t.Error("the desk heard of nothing")
	}
}

func TestWhatSomebodyElseWroteIsNeverOverwrittenUnseen(t *testing.T) {
	w := newWorld(t)
	r, err := w.Get(w.ctx, nobody, w.in(Space, Opened).ID)
	w.must(err)
	in := r
	in.Texts = map[string]Words{"fr": {Title: "Espace un"}}
	_, err = w.Change(w.ctx, ofTown, r.ID, r.Version, in)
	w.must(err)
	in.Texts = map[string]Words{"fr": {Title: "Espace deux"}}
	if _, err = w.Change(w.ctx, coordinator, r.ID, r.Version, in); !fault.Is(err, fault.Conflict) {
		t.Errorf("the second wins unseen: %v", err)
	}
	now, err := w.Get(w.ctx, nobody, r.ID)
	if w.must(err); now.Title("fr") != "Espace un" {
		t.Errorf("it says %q", now.Title("fr"))
	}
}

func TestTwoWhoAdoptAtOnceBothStand(t *testing.T) {
	w := newWorld(t)
	r := w.in(Practice, Published)
	var wg sync.WaitGroup
	for _, who := range []auth.Actor{ofPort, ofOasis, ofPort, ofOasis} {
		wg.Go(func() {
			if _, err := w.Do(w.ctx, who, r.ID, Adopt, Input{Text: "في كل الدوائر"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r, err := w.Get(w.ctx, nobody, r.ID)
	if w.must(err); len(r.Adopted) != 2 || !r.adoptedBy("port") || !r.adoptedBy("oasis") {
		t.Errorf("%+v", r.Adopted)
	}
	if _, err := w.Do(w.ctx, ofTown, r.ID, Adopt, Input{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a member adopts its own practice: %v", err)
	}
	if r, err = w.Do(w.ctx, ofPort, r.ID, Unadopt, Input{}); err != nil || r.adoptedBy("port") || !r.adoptedBy("oasis") {
		t.Errorf("taken back: %+v %v", r.Adopted, err)
	}
}

func TestPhotosAndDeliveriesLeaveNothingBehind(t *testing.T) {
	w := newWorld(t)
	r := w.in(Space, Opened)
	for range MaxPhotos {
		r = w.doing(ofTown, r, Photo)
	}
	if _, err := w.attempt(ofTown, r, Photo); !fault.Is(err, fault.Invalid) {
		t.Errorf("a ninth photo: %v", err)
	}
	if len(w.files.kept) != MaxPhotos {
		t.Errorf("%d files are kept", len(w.files.kept))
	}
	photo := r.Site.Photos[3]
	r, err := w.RemovePhoto(w.ctx, ofTown, r.ID, photo)
	if w.must(err); r.Shows(photo) || len(w.files.kept) != MaxPhotos-1 {
		t.Error("a removed photo stays")
	}
	other := w.in(Space, Opened)
	if _, err := w.RemovePhoto(w.ctx, ofTown, other.ID, r.Site.Photos[0]); err != nil || len(w.files.kept) != MaxPhotos-1 {
		t.Errorf("the photo of another space was deleted: %v", err)
	}
	if _, err := w.Attach(w.ctx, ofTown, r.ID, Photo, "scan.pdf", strings.NewReader("x"), ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a document as a photo: %v", err)
	}
	if _, err := w.Attach(w.ctx, elsewhere, r.ID, Photo, "x.png", strings.NewReader("x"), ""); err == nil || len(w.files.kept) != MaxPhotos-1 {
		t.Errorf("somebody else's upload is kept: %v", err)
	}
}

func TestHoursAreWrittenInOneWay(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " 8:00-12:30 ": "08:00-12:30", "08:00–12:30، 14:00-17:00": "08:00-12:30, 14:00-17:00", "٠٨:٠٠-١٢:٠٠": "08:00-12:00", "8h00-12h30": "08:00-12:30", "00:00-24:00": "00:00-24:00",
		"8-12": "no", "12:00-08:00": "no", "08:00-12:00,11:00-13:00": "no", "25:00-26:00": "no", "fermé": "no", "08:00": "no", "08:00-08:00": "no",
	} {
		got, ok := tidyHours(in)
		if want == "no" && ok || want != "no" && (!ok || got != want) {
			t.Errorf("%q becomes %q, %v", in, got, ok)
		}
	}
}

func TestAMandateHoldsThroughItsLastDay(t *testing.T) {
	zone := clock.Zone("TN")
	r := Record{Kind: Mandate, State: Running, At: time.Date(2026, 1, 31, 0, 0, 0, 0, zone), Until: time.Date(2026, 2, 28, 0, 0, 0, 0, zone)}
	for at, want := range map[time.Time]bool{r.At.Add(-time.Second): false, r.At: true, time.Date(2026, 2, 28, 23, 59, 59, 0, zone): true, time.Date(2026, 3, 1, 0, 0, 0, 0, zone): false} {
		if r.SeatedAt(at) != want {
			t.Errorf("at %v: %v", at, !want)
		}
	}
}

func TestSmallNumbersAreKeptBackFromThePublicAlone(t *testing.T) {
	for _, x := range []struct {
		women, men, unsaid int
		shown              bool
	}{{10, 12, 0, true}, {10, 4, 0, false}, {1, 40, 0, false}, {30, 0, 0, true}, {5, 5, 5, true}, {5, 5, 1, false}, {2, 2, 0, false}} {
		r := Record{Kind: Meeting, State: Published, Sitting: Sitting{Women: x.women, Men: x.men, Unsaid: x.unsaid}}
		if a := r.AttendanceFor(false); a.BySex != x.shown || a.Suppressed == x.shown || a.All != x.women+x.men+x.unsaid || !x.shown && a.Women+a.Men+a.Unsaid != 0 {
			t.Errorf("%+v: %+v", x, a)
		}
		if a := r.AttendanceFor(true); !a.BySex || a.Women != x.women {
			t.Errorf("members read %+v", a)
		}
	}
}

func TestTheCalendarIsWhatOthersUnderstand(t *testing.T) {
	w := newWorld(t)
	in := good(Meeting)
	in.Texts = map[string]Words{"ar": {Title: "الندوة الدورية؛ فضاء المواطن، سنة 2026", Text: "سطر أول\nسطر ثان \\ مائل"}, "fr": {Title: "Conférence périodique; espaces citoyens, 2026"}}
	in.Sort, in.At, in.Until = "conference", time.Date(2026, 12, 3, 8, 30, 0, 0, time.UTC), time.Date(2026, 12, 3, 11, 0, 0, 0, time.UTC)
	r, err := w.Enter(w.ctx, coordinator, in, Enter)
	w.must(err)
	read := func(lang string) string {
		words, err := ourWords()
		w.must(err)
		n, err := w.Networks.Network(w.ctx, "net")
		w.must(err)
		text, err := w.Calendar(w.ctx, n, words.Locale(lang, "TN"))
		w.must(err)
		return text
	}
	if strings.Contains(read("fr"), "VEVENT") {
		t.Error("a meeting nobody was told of stands in the calendar")
	}
	r = w.doing(coordinator, r, Convene)
	golden(t, "calendar_fr.ics", read("fr"))
	golden(t, "calendar_ar.ics", read("ar"))
	uid := "UID:network-" + r.ID + "@petitions.example\r\n"
	sequence := func() string {
		_, after, _ := strings.Cut(read("fr"), "SEQUENCE:")
		number, _, _ := strings.Cut(after, "\r\n")
		if !strings.Contains(read("fr"), uid) {
			t.Error("the UID changed")
		}
		return number
	}
	first := sequence()
	same := r
	same.Texts = map[string]Words{"fr": {Title: "Conférence"}}
	r, err = w.Change(w.ctx, coordinator, r.ID, r.Version, same)
	if w.must(err); sequence() != first {
		t.Error("SEQUENCE grew although neither time nor place changed")
	}
	later := r
	later.At, later.Until = r.At.Add(time.Hour), r.Until.Add(time.Hour)
	r, err = w.Change(w.ctx, coordinator, r.ID, r.Version, later)
	if w.must(err); sequence() <= first {
		t.Error("SEQUENCE did not grow with the time")
	}
	moved := sequence()
	w.doing(coordinator, r, Cancel)
	if text := read("fr"); !strings.Contains(text, "STATUS:CANCELLED") || sequence() <= moved {
		t.Errorf("cancelled:\n%s", text)
	}
}

func TestTheGuideIsMadeOfThePublishedSheetsAlone(t *testing.T) {
	w := newWorld(t)
	n, err := w.Networks.Network(w.ctx, "net")
	w.must(err)
	words, err := ourWords()
	w.must(err)
	if _, err := w.Guide(w.ctx, n, words.Locale("fr", "TN")); !fault.Is(err, fault.NotFound) {
		t.Errorf("a guide of nothing: %v", err)
	}
	w.in(Practice, Submitted)
	r := w.in(Practice, Published)
	_, err = w.Do(w.ctx, ofPort, r.ID, Adopt, Input{Text: "Dans deux quartiers"})
	w.must(err)
	for _, lang := range []string{"ar", "fr"} {
		both := good(Practice)
		both.Texts = map[string]Words{"ar": {Title: "شباك موحد (2026)", Text: "انتظار طويل.\nوملفات ضائعة.", Done: "شباك واحد لكل الخدمات.", Result: "نصف الانتظار."},
			"fr": {Title: "Un guichet unique <script>", Text: "Une longue attente.", Done: "Un seul guichet.", Result: "Moitié moins d’attente."}}
		both.Cost = 1800500
		if lang == "ar" {
			x, err := w.Enter(w.ctx, ofTown, both, Enter)
			w.must(err)
			w.doing(coordinator, w.doing(ofTown, x, Submit), Publish)
		}
		one, err := w.Guide(w.ctx, n, words.Locale(lang, "TN"))
		w.must(err)
		two, err := w.Guide(w.ctx, n, words.Locale(lang, "TN"))
		if w.must(err); !bytes.Equal(one, two) || !bytes.HasPrefix(one, []byte("%PDF-")) {
			t.Error("the same sheets give other bytes")
		}
		golden(t, "guide_"+lang+".txt", strings.Join(pdftest.Text(t, one), "\n\f\n")+"\n")
	}
	sheet := w.in(Practice, Draft)
	bare := sheet
	bare.Texts = map[string]Words{"ar": {Title: "عنوان فقط"}}
	sheet, err = w.Change(w.ctx, ofTown, sheet.ID, 0, bare)
	w.must(err)
	if _, err := w.Do(w.ctx, ofTown, sheet.ID, Submit, Input{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty sheet is handed in: %v", err)
	}
}

func TestTheArchiveFindsWhatOneMayRead(t *testing.T) {
	w := newWorld(t)
	enter := func(k Kind, title string) Record {
		in := good(k)
		in.Texts = map[string]Words{"ar": {Title: title, Text: "<script>alert(1)</script> \u202eabc"}}
		r, err := w.Enter(w.ctx, coordinator, in, Enter)
		w.must(err)
		return r
	}
	space, obstacle, dispute := enter(Space, "فضاء المرسى الشمالي"), enter(Obstacle, "عائق المرسى الشمالي"), enter(Dispute, "نزاع المرسى")
	for _, x := range []struct {
		who  auth.Actor
		text string
		want []string
	}{
		{nobody, "المرسى", []string{space.ID}}, {nobody, "عائق", nil}, {nobody, "", nil}, {ofPort, "مرسى", []string{space.ID, obstacle.ID}},
		{ofOasis, "نزاع", nil}, {coordinator, "نزاع", []string{dispute.ID}}, {elsewhere, "عائق", nil}, {coordinator, "المرسى شمالي", []string{space.ID, obstacle.ID, dispute.ID}},
	} {
		st, err := w.Standing(w.ctx, x.who, "net")
		w.must(err)
		found, err := w.Search(w.ctx, st, x.text, 10)
		w.must(err)
		var ids []string
		for _, r := range found {
			ids = append(ids, r.ID)
		}
		slices.Sort(ids)
		slices.Sort(x.want)
		if !slices.Equal(ids, x.want) {
			t.Errorf("%s finds %v for %q, want %v", x.who.PersonID, ids, x.text, x.want)
		}
	}
	st, err := w.Standing(w.ctx, ofPort, "other")
	w.must(err)
	if found, err := w.Search(w.ctx, st, "المرسى", 10); err != nil || len(found) != 0 {
		t.Errorf("another network's archive finds %v, %v", found, err)
	}
}

func TestADeletedPersonIsForgottenAndTheRecordStays(t *testing.T) {
	w := newWorld(t)
	r, err := w.Enter(w.ctx, ofTown, good(Obstacle), Enter)
	w.must(err)
	if mine, err := w.Export(w.ctx, "officer"); err != nil || len(mine) != 1 {
		t.Fatalf("%v %v", mine, err)
	}
	w.must(w.OnJoined(w.ctx, "kept", "officer"))
	for range 2 {
		w.must(w.Erase(w.ctx, "kept"))
	}
	if r, err = w.Get(w.ctx, coordinator, r.ID); err != nil || r.By != "" {
		t.Errorf("%q %v", r.By, err)
	}
	if problems, err := w.Check(w.ctx, false); err != nil || len(problems) != 0 {
		t.Errorf("%v %v", problems, err)
	}
}

func TestCheckFindsAndMendsWhatACrashLeft(t *testing.T) {
	w := newWorld(t)
	r := w.in(Space, Opened)
	_, err := w.records.Update(w.ctx, r.ID, func(r *Record) error {
		r.Lists, r.Words, r.File = []string{"n|net"}, nil, "gone"
		return nil
	})
	w.must(err)
	problems, err := w.Check(w.ctx, true)
	if w.must(err); len(problems) != 2 {
		t.Errorf("found %q", problems)
	}
	if problems, err = w.Check(w.ctx, false); err != nil || len(problems) != 1 || !strings.Contains(problems[0], "gone") {
		t.Errorf("after mending %q %v", problems, err)
	}
}

func TestTheSteeringCommitteeIsMadeOfRepresentatives(t *testing.T) {
	w := newWorld(t)
	for sort, ok := range map[string]bool{"learning": true, "valorising": true, "steering": false, "": false, "human": false} {
		in := good(Mandate)
		in.Sort = sort
		if _, err := w.Enter(w.ctx, coordinator, in, Enter); (err == nil) != ok {
			t.Errorf("somebody who represents %q sits there: %v", sort, err)
		}
	}
	in := good(Mandate)
	in.Body, in.Sort = "learning", "innovation"
	if r, err := w.Enter(w.ctx, coordinator, in, Enter); err != nil || r.Sort != "" {
		t.Errorf("in a technical committee one represents %q, %v", r.Sort, err)
	}
}

func TestTheLatestConferenceIsOneThatWasConvened(t *testing.T) {
	w := newWorld(t)
	st, err := w.Standing(w.ctx, ofPort, "net")
	w.must(err)
	if _, err := w.LastConference(w.ctx, st); !fault.Is(err, fault.NotFound) {
		t.Errorf("none: %v", err)
	}
	var ids []string
	for _, days := range []int{-400, -30, 40, 80} {
		in := good(Meeting)
		in.Sort, in.At, in.Until = "conference", noon.AddDate(0, 0, days), time.Time{}
		r, err := w.Enter(w.ctx, coordinator, in, Enter)
		w.must(err)
		ids = append(ids, r.ID)
		if days < 50 {
			r = w.doing(coordinator, r, Convene)
		}
		if days == 40 {
			w.doing(coordinator, r, Cancel)
		}
	}
	if r, err := w.LastConference(w.ctx, st); err != nil || r.ID != ids[1] {
		t.Errorf("%v %v", r.At, err)
	}
}
