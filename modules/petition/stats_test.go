package petition

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"musharaka/modules/kit/store"
)

func cells(ns ...int64) []Cell {
	var all []Cell
	for i, n := range ns {
		all = append(all, Cell{Key: fmt.Sprint(i), N: n})
	}
	return all
}

func TestSmallCellsAreKeptBackTogetherWithOthersThatWouldTellThem(t *testing.T) {
	for _, x := range []struct {
		in   []int64
		kept string // one letter a cell: k kept back, . shown
	}{
		{[]int64{10, 20, 30}, "..."},
		{[]int64{10, 20, 3}, "k.k"},
		{[]int64{10, 2, 3}, ".kk"},
		{[]int64{10, 2, 2}, "kkk"},
		{[]int64{10, 8, 0, 1}, ".kkk"},
		{[]int64{5, 5, 5}, "..."},
		{[]int64{4}, "k"},
		{[]int64{4, 90}, "kk"},
		{[]int64{5, 4, 4}, "kkk"},
		{[]int64{5, 5, 4, 6}, "kkk."},
		{[]int64{0, 0, 90}, "kkk"},
		{nil, ""},
	} {
		var got strings.Builder
		for _, c := range suppress(cells(x.in...)) {
			got.WriteString(map[bool]string{true: "k", false: "."}[c.Kept])
		}
		if got.String() != x.kept {
			t.Errorf("of %v %s is kept back, want %s", x.in, got.String(), x.kept)
		}
	}
}

// TestNoCellCanBeWorkedOut tries every table that goes with what is shown, as a
// reader could who knows the total and how cells are kept back.
func TestNoCellCanBeWorkedOut(t *testing.T) {
	view := func(in []Cell) string {
		var s strings.Builder
		for _, c := range in {
			if c.Kept {
				s.WriteString("k ")
				continue
			}
			fmt.Fprintf(&s, "%d ", c.N)
		}
		return s.String()
	}
	const most = 9
	possible := map[string]map[int]map[int64]bool{} // view and total → cell → values
	key := func(in []Cell) string {
		total := int64(0)
		for _, c := range in {
			total += c.N
		}
		return fmt.Sprint(total, "|", view(in))
	}
	var all [][]Cell
	for a := int64(0); a <= most; a++ {
		for b := int64(0); b <= most; b++ {
			for c := int64(0); c <= most; c++ {
				for d := int64(0); d <= most; d++ {
					shown := suppress(cells(a, b, c, d))
					all = append(all, shown)
					at := possible[key(shown)]
					if at == nil {
						at = map[int]map[int64]bool{0: {}, 1: {}, 2: {}, 3: {}}
						possible[key(shown)] = at
					}
					for i, x := range shown {
						at[i][x.N] = true
					}
				}
			}
		}
	}
	for _, shown := range all {
		total := shown[0].N + shown[1].N + shown[2].N + shown[3].N
		if total == 0 { // nobody signed: there is nobody to protect
			continue
		}
		for i, c := range shown {
			if !c.Kept && c.N < LeastShown {
				t.Fatalf("%v shows a cell of %d", shown, c.N)
			}
			if c.Kept && len(possible[key(shown)][i]) < 2 && total > LeastShown {
				t.Errorf("%v: the cell %d can only be %d", shown, i, c.N)
			}
		}
	}
}

func TestPlacesWithFewAreOneCellWithoutAName(t *testing.T) {
	shown, rest := placeCells(map[string]int64{"a": 40, "b": 7, "c": 2, "d": 0})
	if len(shown) != 1 || shown[0].Key != "a" || rest != 9 {
		t.Errorf("shown %v, the rest %d", shown, rest)
	}
	for _, x := range []struct {
		counts map[string]int64
		shown  string
		rest   int64
	}{
		{map[string]int64{"a": 40, "b": 7}, "a40 b7 ", 0},
		{map[string]int64{"a": 40, "b": 7, "c": 1, unknownKey: 6}, "a40 b7 ", 7},
		{map[string]int64{"a": 40, "b": 4, "c": 3, unknownKey: 6}, "a40 unknown6 ", 7},
		{map[string]int64{"a": 40, unknownKey: 2}, "", 42},
		{map[string]int64{"a": 2}, "", 2},
		{nil, "", 0},
	} {
		shown, rest := placeCells(x.counts)
		said := ""
		for _, c := range shown {
			said += fmt.Sprint(c.Key, c.N, " ")
		}
		if said != x.shown || rest != x.rest {
			t.Errorf("of %v %q is shown, the rest is %d; want %q and %d", x.counts, said, rest, x.shown, x.rest)
		}
	}
}

func TestTheFiguresFollowEverySignature(t *testing.T) {
	w := newWorld(t)
	w.law.need = 1000
	p := w.opened("town")
	for i, person := range []Person{{BirthYear: 2010, Sex: "female"}, {BirthYear: 2008, Sex: "unsaid"}, {BirthYear: 1950, Sex: "male"}, {}} {
		person.ID, person.Level, person.Residence = fmt.Sprint("p", i), 1, []string{"town", "north", "region"}
		if i == 3 {
			person.Residence = nil
		}
		w.folk.changed[person.ID] = person
		w.sign(p, person.ID)
		w.clock.Advance(9 * time.Hour)
	}
	want := func(days, places, ages, sexes string) {
		t.Helper()
		_, f, err := w.FiguresOf(w.ctx, p.ID)
		w.must(err)
		nonZero := func(m map[string]int64) string {
			for k, n := range m {
				if n == 0 {
					delete(m, k)
				}
			}
			return fmt.Sprint(m)
		}
		if got := []string{nonZero(f.Days), nonZero(f.Places), nonZero(f.Ages), nonZero(f.Sexes)}; fmt.Sprint(got) != fmt.Sprint([]string{days, places, ages, sexes}) {
			t.Errorf("the figures are %v", got)
		}
		w.wantSound()
	}
	// 9:00 and 18:00 UTC are 10:00 and 19:00 in Morocco; 3:00 and 12:00 are the next day.
	want("map[20261122:2 20261123:2]", "map[town:3 unknown:1]", "map[18_24:1 60_more:1 under_18:1 unknown:1]", "map[female:1 male:1 unknown:2]")
	w.must(w.Unsign(w.ctx, citizen("p0"), p.ID))
	moved := w.folk.changed["p1"]
	moved.Residence, moved.Sex = []string{"village", "south", "region"}, "female"
	w.folk.changed["p1"] = moved
	w.must(w.Reevaluate(w.ctx, "p1"))
	w.must(w.Erase(w.ctx, "p2"))
	want("map[20261122:1 20261123:2]", "map[town:1 unknown:1 village:1]", "map[18_24:1 60_more:1 unknown:1]", "map[female:1 male:1 unknown:1]")
}

// TestNoSignatureCanBeReadInTheDifference looks before and after each signature.
func TestNoSignatureCanBeReadInTheDifference(t *testing.T) {
	w := newWorld(t)
	w.law.need = 100_000
	p := w.opened("town")
	shown := func() (string, int64) {
		_, f, err := w.FiguresOf(w.ctx, p.ID)
		w.must(err)
		return fmt.Sprint(f.Step.Places, f.Step.Ages, f.Step.Sexes), f.Step.N
	}
	last, n := shown()
	for i := int64(1); i <= 12; i++ {
		w.sign(p, fmt.Sprint("one", i))
		now, counted := shown()
		if counted != i/LeastShown*LeastShown || counted == n && now != last {
			t.Fatalf("after %d signatures the figures are those of %d: %s", i, counted, now)
		}
		last, n = now, counted
	}
	for i := range 8 { // down from 12, past 10, to 4
		w.must(w.Unsign(w.ctx, citizen(fmt.Sprint("one", i+1)), p.ID))
		if _, counted := shown(); counted != 10 && counted != 5 {
			t.Fatalf("after %d withdrew the figures are those of %d", i+1, counted)
		}
	}
	if _, counted := shown(); counted != 5 {
		t.Errorf("the figures are those of %d, not of 5", counted)
	}
	large := Figures{Ages: map[string]int64{"18_24": 1019}, Step: FiguresStep{N: 1000}}
	if large.takeStep(start); large.Step.N != 1000 || large.StepAfter() != 20 {
		t.Errorf("a thousand signatures make a step after %d", large.StepAfter())
	}
	large.Ages["18_24"]++
	if large.takeStep(start); large.Step.N != 1020 || !large.Step.At.Equal(start) {
		t.Errorf("the step is %+v", large.Step)
	}
	w.wantSound()
	_, err := w.figures.Update(w.ctx, p.ID, func(f *Figures) error { f.Step = FiguresStep{N: 40}; return nil }) // one was missed
	w.must(err)
	if found, err := w.Check(w.ctx, true); err != nil || len(found) != 1 || !found[0].Repaired {
		t.Errorf("found %v, %v", found, err)
	}
	w.wantSound()
}

func TestRegionsAreCountedByProvince(t *testing.T) {
	w := newWorld(t)
	p := w.opened("region")
	w.sign(p, "karim", "south1", "south2")
	_, f, err := w.FiguresOf(w.ctx, p.ID)
	w.must(err)
	if f.Places["north"] != 1 || f.Places["south"] != 2 || len(f.Places) != 2 {
		t.Errorf("the places are %v", f.Places)
	}
}

func TestCheckMendsFiguresThatAreWrong(t *testing.T) {
	w := newWorld(t)
	p := w.opened("town")
	w.sign(p, many("s", 3)...)
	_, err := w.figures.Update(w.ctx, p.ID, func(f *Figures) error { f.Days["20261122"] = 7; return nil })
	w.must(err)
	found, err := w.Check(w.ctx, true)
	w.must(err)
	if len(found) != 1 || !found[0].Repaired {
		t.Errorf("found %v", found)
	}
	w.wantSound()
	w.must(w.figures.Delete(w.ctx, p.ID)) // as before figures were kept
	w.sign(p, "later")
	w.must(w.recount(w.ctx, p.ID))
	w.wantTally(p.ID, 4, 4)
	w.wantSound()
}

// TestTheFiguresAreExactWhenACrowdRests lets a crowd sign, withdraw, move and be
// invalidated at once.
func TestTheFiguresAreExactWhenACrowdRests(t *testing.T) {
	w := newWorld(t)
	w.law.need = 10_000
	p := w.opened("town")
	w.sign(p, many("old", 40)...)
	w.clock.Advance(time.Minute)
	b, err := w.ProposeBatch(w.ctx, officer, p.ID, Rule{From: start, To: w.clock.Now()}, "A machine signed.", "")
	w.must(err)
	w.jobs()
	_, err = w.RunBatch(w.ctx, officer, b.ID)
	w.must(err)
	var wait sync.WaitGroup
	for i := range 60 {
		wait.Go(func() {
			who := fmt.Sprint("new", i)
			w.sign(p, who)
			switch rand.IntN(4) {
			case 0:
				w.must(w.Unsign(w.ctx, citizen(who), p.ID))
			case 1:
				w.must(w.Erase(w.ctx, who))
			case 2:
				w.must(w.OnJoined(w.ctx, "kept"+who, who))
			}
		})
	}
	wait.Go(func() { _ = w.workBatch(w.ctx, batchJob{Batch: b.ID}) })
	wait.Wait()
	w.jobs()
	w.wantSound()
}

func TestFiguresOfWhatIsNotPublicAreNotThere(t *testing.T) {
	v := newVisit(t)
	s := v.everyState()
	for _, p := range []Petition{s.draft, s.waiting, s.rejected, s.hidden} {
		if a := v.ask(nobody, "/fr/petitions/"+p.ID+"/figures", nil); a.status != 404 {
			t.Errorf("the figures of a petition that is %s: %d", p.State, a.status)
		}
	}
	v.sign(s.open, many("f", 6)...)
	v.play(
		scene{who: nobody, path: "/petitions/" + s.open.ID + "/figures", status: 200, see: []string{"Commune de test", "6", "35 à 44"}},
		scene{who: nobody, path: "/petitions/" + s.open.ID, status: 200, see: []string{"Les chiffres de cette pétition"}},
	)
}

// TestAPageOfFiguresCostsTheSameHoweverManySigned counts what is read.
func TestAPageOfFiguresCostsTheSameHoweverManySigned(t *testing.T) {
	w := newWorld(t)
	w.law.need = 100_000
	p := w.opened("town")
	size := func() int {
		_, f, err := w.FiguresOf(w.ctx, p.ID)
		w.must(err)
		return len(f.Days) + len(f.Places) + len(f.Ages) + len(f.Sexes)
	}
	w.sign(p, many("first", 20)...)
	before := size()
	fillSignatures(t, w, p, 10_000)
	w.must(w.recount(w.ctx, p.ID))
	if after := size(); after != before {
		t.Errorf("%d cells for 20 signatures, %d for 10,000 more", before, after)
	}
	w.wantTally(p.ID, 10_020, 10_020)
}

// fillSignatures writes signatures as a crowd would have left them.
func fillSignatures(t testing.TB, w *world, p Petition, n int) {
	t.Helper()
	var all []Signature
	now := w.clock.Now()
	for i := range n {
		who := fmt.Sprint("crowd", i)
		sig := Signature{Meta: store.Meta{ID: SignatureID(p.ID, who)}, Petition: p.ID, Moderator: p.Moderator(), Person: who, Name: who, State: SignatureActive,
			At: now, Day: dayOf(now, p.Country), Consent: "1", Valid: true, Place: "town", Area: "town", Age: "35_44", Level: 1}
		sig.settle()
		all = append(all, sig)
	}
	for len(all) > 0 {
		k := min(len(all), 1000)
		_, err := w.signatures.InsertMany(w.ctx, all[:k])
		w.must(err)
		all = all[k:]
	}
}
