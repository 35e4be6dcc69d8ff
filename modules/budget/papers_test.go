package budget

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"musharaka/modules/kit/golden"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/pdf/pdftest"
	"musharaka/modules/kit/web"
	"musharaka/views/ui"
)

// testShelf has no photos, testChoices nothing to choose from.
type testShelf struct{}

func (testShelf) TakePhoto(context.Context, string, string, string, io.Reader) (string, error) {
	return "", nil
}

func (testShelf) Pictures(context.Context, []string) ([]Picture, error) { return nil, nil }

type testChoices struct{}

func (testChoices) Places(context.Context, string) ([]ui.Option, error) { return nil, nil }

func (testChoices) Delegations(context.Context, string) ([]ui.Option, error) { return nil, nil }

// press serves the papers of a world: those for everybody, and the sheets of a
// facilitator to whoever asks.
func (w *world) press() *web.Site {
	site := web.New(web.Options{PublicURL: "https://budgets.example"}, web.Parts{Words: w.Words, Clock: w.clock, Ident: ident.NewFake(8), Log: slog.New(slog.DiscardHandler)})
	pages := NewPages(PagesParts{Service: w.Service, Places: testPlaces{}, Choices: testChoices{}, People: w.folk, Shelf: testShelf{}})
	site.Get("/hall/:id", web.Public, func(c *web.Ctx) error {
		c.Actor = facilitator
		return pages.sheets(c)
	})
	pages.Routes(site)
	site.Finish()
	return site
}

// paperAt fetches a paper; words in it that are drawn are replaced.
func (w *world) paperAt(site *web.Site, path string) []byte {
	w.t.Helper()
	answer, err := site.App.Test(httptest.NewRequest("GET", path, nil), -1)
	w.must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	w.must(err)
	if answer.StatusCode != 200 || !bytes.HasPrefix(body, []byte("%PDF-")) {
		w.t.Fatalf("%s answers %d: %.200s", path, answer.StatusCode, body)
	}
	return body
}

// saysWhatItSaid compares a paper in Arabic and French with the golden files,
// and with itself some hours later.
func (w *world) saysWhatItSaid(name, path string, drawn ...string) {
	w.t.Helper()
	site := w.press()
	for _, lang := range []string{"ar", "fr"} {
		first := w.paperAt(site, "/"+lang+path)
		w.clock.Advance(3 * time.Hour)
		if !bytes.Equal(first, w.paperAt(site, "/"+lang+path)) {
			w.t.Errorf("%s.%s has other bytes three hours later, of the same things", name, lang)
		}
		text := strings.Join(pdftest.Text(w.t, first), "\n\f\n") + "\n"
		for i, id := range drawn {
			text = strings.ReplaceAll(text, id, strings.Repeat(string(rune('a'+i)), len(id)))
		}
		golden.Text(w.t, name+"."+lang+".txt", text)
	}
}

func TestThePapersOfAForumSayWhatTheySaid(t *testing.T) {
	w := newWorld(t)
	e := w.running(ZoneForums, Proposing)
	f := w.held(e, ZoneForum, "north")
	must[Forum](w)(w.RecordForum(w.ctx, facilitator, f.ID, func(f *Forum, _ Edition) {
		f.Ideas = []Idea{{Title: "حديقة للأطفال (Jardin) <script>", Hands: 20}, {Title: "ملعب 5×5", Hands: 12}}
		f.Candidates = []Candidate{{Name: "سارة بن علي", Sex: "f", Band: "25-34", Hands: 18, Public: true}, {Name: "علي", Sex: "m", Band: "35-49", Hands: 14}}
		f.Notes = "نوقشت الأفكار.\nوعُدّت الأيدي مرتين."
	}))
	must[Forum](w)(w.CloseForum(w.ctx, facilitator, f.ID))
	w.saysWhatItSaid("forum_minutes", "/forums/"+f.ID+"/minutes.pdf", f.ID, e.ID)
	w.saysWhatItSaid("forum_sheets", "/hall/"+f.ID, f.ID, e.ID)
}

func TestThePapersOfTheDelegatesSayWhatTheySaid(t *testing.T) {
	w := newWorld(t)
	e, _ := w.voting(ZoneForums)
	f := w.held(e, DelegatesForum, "")
	f = must[Forum](w)(w.RecordForum(w.ctx, facilitator, f.ID, func(f *Forum, e Edition) {
		for i, p := range e.Frozen.Projects {
			for j, x := range e.Rules.Criteria {
				f.Scores = append(f.Scores, Score{p.ID, x.Key, 9 - (2*i+j)%6})
			}
		}
	}))
	must[Forum](w)(w.CloseForum(w.ctx, facilitator, f.ID))
	w.saysWhatItSaid("delegates_minutes", "/forums/"+f.ID+"/minutes.pdf", f.ID, e.ID)
	w.saysWhatItSaid("delegates_sheets", "/hall/"+f.ID, f.ID, e.ID)
}

func TestThePapersOfTheVoteAndTheWorksSayWhatTheySaid(t *testing.T) {
	w := newWorld(t)
	e, funded := w.executing()
	w.saysWhatItSaid("ballot", "/budgets/"+e.ID+"/ballot.pdf", e.ID)
	id, now := funded[0].ID, w.clock.Now()
	end := day(2027, 12, 31)
	for i, r := range []Report{
		{Kind: ReportPlan, Ref: "technical", On: end},
		{Kind: ReportContract, Text: "شركة الإنارة (SARL)", Ref: "12/2027", Amount: 180_500_000, On: now.Add(-time.Hour)},
		{Kind: ReportPayment, Text: "الكشف الأول", Amount: 90_250_000, On: now.Add(-time.Minute)},
		{Kind: ReportMilestone, Text: "حفر القواعد", On: end.AddDate(0, -1, 0)},
		{Kind: ReportDelay, Text: "تأخر المزوّد", On: end.AddDate(0, 1, 0)},
	} {
		r.Once = string(rune('a' + i))
		must[Proposal](w)(w.Tell(w.ctx, agent, id, r))
	}
	must[Edition](w)(w.Decide(w.ctx, officer, e.ID, Decision{Sitting: "october", Number: "2026/87", Note: "صادق المجلس بالإجماع."}))
	w.saysWhatItSaid("accountability", "/budgets/"+e.ID+"/accountability.pdf", e.ID)
}
