package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"musharaka/config"
	"musharaka/modules/budget"
	"musharaka/modules/kit/auth"
	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
	"musharaka/modules/petition"
	"musharaka/modules/place"
)

// fewer is the part of the crowd's signatures that tests play: thresholds are
// still reached.
const fewer = 0.02

// readDemo reads the files of the demo.
func readDemo(t *testing.T) demoData {
	t.Helper()
	data, _, err := loadDemo("*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// stopAt is where a seed tells its progress, and ends it at one of its lines.
type stopAt struct {
	line string
	stop context.CancelFunc
	seen bytes.Buffer
}

func (s *stopAt) Write(b []byte) (int, error) {
	if s.seen.Write(b); bytes.Contains(b, []byte(s.line)) {
		s.stop()
	}
	return len(b), nil
}

// emptyDemo is a platform of today over a store that outlives it.
func emptyDemo(t *testing.T, db store.DB, s config.Settings, at clock.Clock) *app {
	t.Helper()
	a, err := newApp(t.Context(), s, db, sources{clock: at, ident: ident.New(), log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestASeedThatWasInterruptedGoesOnAndIsSound(t *testing.T) {
	s := demoSettings(t, t.TempDir())
	db, err := sqlitestore.Open(t.Context(), filepath.Join(s.Data, "musharaka.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, stop := context.WithCancel(t.Context())
	out := &stopAt{line: "40 %", stop: stop}
	if err := emptyDemo(t, db, s, clock.System()).seedWith(ctx, out, fewer); !errors.Is(err, context.Canceled) {
		t.Fatalf("the interruption ended with %v", err)
	}
	a := emptyDemo(t, db, s, clock.System())
	if err := a.seedWith(t.Context(), out, fewer); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.seen.String(), "interrupted") {
		t.Errorf("it did not go on: %s", out.seen.String())
	}
	findings, err := a.check(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Error(f.text)
	}
	stored := storedPetitions(t, a)
	judgeStories(t, a, readDemo(t), stored)
	judgeEditions(t, a)
	var again bytes.Buffer
	if err := a.seedWith(t.Context(), &again, fewer); err != nil || again.Len() > 0 {
		t.Errorf("seeding a demo that is there: %v, %s", err, again.String())
	}
	if n := len(storedPetitions(t, a)); n != len(stored) {
		t.Errorf("%d petitions after, %d before", n, len(stored))
	}
}

// judgeEditions looks for a participatory budget in every phase, in both countries.
func judgeEditions(t *testing.T, a *app) {
	t.Helper()
	phases, countries := map[budget.Phase]bool{}, map[string]bool{}
	places, err := a.places.Active(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range places {
		page, err := a.budgets.EditionsOf(t.Context(), auth.System, place.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Items {
			phases[e.Phase], countries[e.Country] = true, true
		}
	}
	for _, p := range budget.Phases {
		if !phases[p] {
			t.Errorf("no edition of the demo is in the phase %s", p)
		}
	}
	if len(countries) != 2 {
		t.Errorf("the demo has editions in %v", countries)
	}
}

// storedPetitions are all petitions by the object of their original.
func storedPetitions(t *testing.T, a *app) map[string]petition.Petition {
	t.Helper()
	all, err := store.Open[petition.Petition](t.Context(), a.db.DB, schemaOf(t, a, "petitions"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]petition.Petition{}
	if err := all.Each(t.Context(), store.Query{}, func(p petition.Petition) error {
		found[p.Texts[p.Langs[0]].Object] = p
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func schemaOf(t *testing.T, a *app, name string) store.Schema {
	t.Helper()
	schemas := a.db.schemas()
	i := slices.IndexFunc(schemas, func(s store.Schema) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no collection %s", name)
	}
	return schemas[i]
}

// judgeStories compares what became of the petitions with what was planned.
func judgeStories(t *testing.T, a *app, data demoData, stored map[string]petition.Petition) {
	t.Helper()
	now, states, at := a.clock.Now(), map[petition.State]bool{}, map[string]int{}
	if len(stored) != len(data.Petitions) {
		t.Errorf("%d petitions are stored, %d in the files", len(stored), len(data.Petitions))
	}
	for _, plan := range data.Petitions {
		p := stored[plan.texts()[plan.langs()[0]].Object]
		if p.State != plan.End {
			t.Errorf("%s ended as %q, planned %q", plan.Key, p.State, plan.End)
		}
		states[p.State] = true
		if petition.ListedStates.Has(p.State) {
			at[p.Authority]++
		}
		last := time.Time{}
		for _, e := range p.History {
			if e.At.Before(last) || e.At.After(now) {
				t.Errorf("%s: %s at %s", plan.Key, e.Act, e.At)
			}
			last = e.At
		}
		if plan.End == petition.Ready && (p.AnswerDueAt.Before(now) || p.ClosesAt.Before(now)) {
			t.Errorf("%s: due %s, closes %s: the clock moves it on at once", plan.Key, p.AnswerDueAt, p.ClosesAt)
		}
		if len(p.Tasks) > 0 {
			t.Errorf("%s: tasks left: %v", plan.Key, p.Tasks)
		}
	}
	for _, s := range petition.States {
		if !states[s] {
			t.Errorf("no petition is %s", s)
		}
	}
	active, err := a.places.Active(t.Context())
	if err != nil || len(active) != len(data.Authorities) {
		t.Errorf("%d authorities take part, %v", len(active), err)
	}
	for _, x := range active {
		if at[x.ID] < 3 {
			t.Errorf("%s has %d public petitions", x.Place.Name("en"), at[x.ID])
		}
	}
}

func TestEveryDemoPersonSignsInToTheirAccount(t *testing.T) {
	data := readDemo(t)
	roles := map[auth.Role]bool{}
	for _, p := range data.People {
		for _, r := range p.Roles {
			roles[r.Role] = roles[r.Role] || p.Group != ""
		}
		if p.Group == "" {
			continue
		}
		if data.Groups[p.Group] == (demoWords{}) || p.About.AR == "" || p.About.FR == "" || p.About.EN == "" {
			t.Errorf("%s: something is not said in three languages", p.Key)
		}
	}
	for _, r := range auth.Roles {
		if !roles[r] {
			t.Errorf("nobody can be tried as %s", r)
		}
	}
	if len(demoPeople) < 16 {
		t.Errorf("%d people to sign in as", len(demoPeople))
	}
}

// Words of one country that a text of the other must not use.
var foreign = map[string]*regexp.Regexp{
	"MA": regexp.MustCompile(`بلدية|البلدي|إمضاء|أمضى|أمضيت|متساكن|جويلية|فيفري|جانفي|(^|\s)أوت|التنوير العمومي|معتمدية|حلّ? المجلس|municipalité|gouvernorat`),
	"TN": regexp.MustCompile(`الجماعة|الساكنة|توقيع|غشت|يوليوز|شتنبر|الإنارة العمومية|مقاطعة|إقليم|درهم|المستشار الجماعي|dirham|conseil communal`),
}

func TestTextsUseTheWordsOfTheirCountry(t *testing.T) {
	data := readDemo(t)
	for _, p := range data.Petitions {
		country := strings.ToUpper(p.To[:2])
		for _, text := range everyWord(p) {
			if found := foreign[country].FindString(text); found != "" {
				t.Errorf("%s says %q: %s", p.Key, found, text)
			}
		}
	}
	for country, themes := range data.Comments {
		for theme, lists := range themes {
			for _, list := range lists {
				for _, text := range list {
					if found := foreign[country].FindString(text); found != "" {
						t.Errorf("a comment on %s of %s says %q", theme, country, found)
					}
				}
			}
		}
	}
}

// everyWord is all that people say in a petition's story.
func everyWord(p demoPetition) []string {
	said := slices.Clone(p.Comments)
	for _, t := range p.texts() {
		said = append(said, t.Object, t.Ask, t.Reasons, t.Aims)
	}
	if p.Answer != nil {
		for _, a := range []*petition.AnswerText{p.Answer.AR, p.Answer.FR} {
			if a != nil {
				said = append(said, a.Summary, a.Body)
			}
		}
	}
	if p.Reject != nil {
		said = append(said, p.Reject.Reasons)
	}
	for _, l := range p.Legal {
		said = append(said, l.Reasons, l.Choice, l.Committee)
	}
	return said
}

func TestTextsOfTheDemoAreComplete(t *testing.T) {
	keys := map[string]bool{}
	for _, p := range readDemo(t).Petitions {
		if keys[p.Key] {
			t.Errorf("%s stands there twice", p.Key)
		}
		keys[p.Key] = true
		whole := petition.Petition{Authority: p.To, Langs: p.langs(), Texts: p.texts(), Theme: p.Theme, Tags: p.Tags, Kind: petition.Citizens}
		whole.Agent.Name = "Nobody"
		if p.Stop == "" {
			for _, problem := range whole.Check() {
				t.Errorf("%s: %s %s: %s", p.Key, problem.Lang, problem.Step, problem.Message)
			}
		}
		for lang, text := range p.texts() {
			if p.Stop == "" && isArabic(text.Object) != (lang == "ar") {
				t.Errorf("%s: the object for %s is in another language", p.Key, lang)
			}
		}
		if a := p.Answer; a != nil {
			for lang, text := range map[string]*petition.AnswerText{"ar": a.AR, "fr": a.FR} {
				if slices.Contains(p.langs(), lang) && (text == nil || text.Summary == "" || text.Body == "") {
					t.Errorf("%s: no answer in %s", p.Key, lang)
				}
			}
		}
	}
}

func TestNobodyIsInventedInProduction(t *testing.T) {
	s := config.Settings{Env: config.Production}
	if err := (&app{settings: s}).seedIfEmpty(t.Context(), io.Discard); !fault.Is(err, fault.Forbidden) {
		t.Errorf("at the start: %v", err)
	}
	if err := seedCommand(t.Context(), s, false, io.Discard); !fault.Is(err, fault.Forbidden) {
		t.Errorf("the command: %v", err)
	}
}

func TestSeedingAgainForgetsAllButRefusesWhatIsServed(t *testing.T) {
	s := demoSettings(t, t.TempDir())
	upload := filepath.Join(s.Data, "files", "ab", "upload")
	if err := errors.Join(os.MkdirAll(filepath.Dir(upload), 0o700), os.WriteFile(upload, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	db, err := sqlitestore.Open(t.Context(), filepath.Join(s.Data, "musharaka.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := forgetDemo(t.Context(), s); err == nil {
		t.Error("it deleted a store that is open")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := forgetDemo(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{upload, filepath.Join(s.Data, "musharaka.db")} {
		if _, err := os.Stat(name); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", filepath.Base(name), err)
		}
	}
	s.MongoURI = "mongodb://localhost"
	if err := forgetDemo(t.Context(), s); err == nil {
		t.Error("it says nothing of MongoDB, where it deletes nothing")
	}
}

func TestADemoOfSomebodysOwnIsLeftAlone(t *testing.T) {
	s := demoSettings(t, t.TempDir())
	db, err := sqlitestore.Open(t.Context(), filepath.Join(s.Data, "musharaka.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a := emptyDemo(t, db, s, clock.System())
	if _, err := a.places.Activate(t.Context(), auth.System, "tn-1117"); err != nil {
		t.Fatal(err)
	}
	if err := a.seedIfEmpty(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	var active []place.Authority
	if active, err = a.places.Active(t.Context()); err != nil || len(active) != 1 {
		t.Errorf("%d take part now, %v", len(active), err)
	}
}
