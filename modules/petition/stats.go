package petition

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// Figures are the counts of a petition's signatures that its page of figures
// shows: by day, place, age and sex. They are raised together with the tally
// and recounted together with it, so that they are exact when the tally is.
// Each map's numbers add up to the tally's supporters.
//
// What is shown of places, ages and sexes is what they were at the last step:
// whoever looked before and after one signature would else read in the
// difference who signed. A step is made when the number of signatures has
// changed by LeastShown or more, and by a fiftieth.
type Figures struct {
	store.Meta `bson:",inline"` // the petition
	Days       map[string]int64 `bson:"days,omitempty"`   // "20261122", in the authority's country
	Places     map[string]int64 `bson:"places,omitempty"` // place ids, and unknownKey
	Ages       map[string]int64 `bson:"ages,omitempty"`   // AgeBands, and unknownKey
	Sexes      map[string]int64 `bson:"sexes,omitempty"`  // Sexes, and unknownKey
	Step       FiguresStep      `bson:"step"`             // what is public of them
}

// FiguresStep are the figures by place, age and sex as they were at a moment.
type FiguresStep struct {
	At     time.Time        `bson:"at,omitempty"` // zero before the first step
	N      int64            `bson:"n,omitempty"`  // the signatures counted in them
	Places map[string]int64 `bson:"places,omitempty"`
	Ages   map[string]int64 `bson:"ages,omitempty"`
	Sexes  map[string]int64 `bson:"sexes,omitempty"`
}

// stepShare is the share of the signatures, one in so many, by which their
// number changes between two steps of a large petition: what is written for
// steps then grows with the logarithm of the number.
const stepShare = 50

// StepAfter is by how many the number of signatures changes before the next step.
func (f Figures) StepAfter() int64 { return max(LeastShown, f.Step.N/stepShare) }

// stepDue reports whether the number of signatures is a step away from what is
// shown.
func (f Figures) stepDue() bool {
	n := int64(0)
	for _, k := range f.Ages {
		n += k
	}
	away := n - f.Step.N
	return max(away, -away) >= f.StepAfter()
}

// takeStep makes public what the figures are, if a step is due.
func (f *Figures) takeStep(at time.Time) {
	if !f.stepDue() {
		return
	}
	f.Step = FiguresStep{At: at, Places: maps.Clone(f.Places), Ages: maps.Clone(f.Ages), Sexes: maps.Clone(f.Sexes)}
	for _, k := range f.Ages {
		f.Step.N += k
	}
}

// unknownKey counts those of whom it is not known.
const unknownKey = "unknown"

// AgeBands are the bands of age, by the age somebody reaches in the year of
// signing: only the year of birth is known.
var AgeBands = []string{"under_18", "18_24", "25_34", "35_44", "45_59", "60_more"}

// ageBounds are the first ages of the bands after the first.
var ageBounds = []int{18, 25, 35, 45, 60}

// Sexes are the sexes that are counted; the others are unknown.
var Sexes = []string{"female", "male"}

// ageBand returns the band of somebody born in a year who signs at a time, ""
// when the year is not known.
func ageBand(born int, at time.Time) string {
	if born == 0 {
		return ""
	}
	age := at.Year() - born
	for i, bound := range ageBounds {
		if age < bound {
			return AgeBands[i]
		}
	}
	return AgeBands[len(AgeBands)-1]
}

func sexOf(said string) string {
	if slices.Contains(Sexes, said) {
		return said
	}
	return ""
}

// areaOf returns where the figures of an authority's petitions count a person:
// of a region the province of residence, else the place of residence itself.
func areaOf(a Authority, p Person) string {
	for _, place := range p.Residence {
		if slices.Contains(a.Subunits, place) {
			return place
		}
	}
	if len(p.Residence) > 0 {
		return p.Residence[0]
	}
	return ""
}

// dayOf names a day of the calendar of a country.
func dayOf(t time.Time, country string) string { return t.In(clock.Zone(country)).Format("20060102") }

// figuresDelta returns what the change of a signature adds to the figures.
func figuresDelta(before, after Signature) map[string]int64 {
	by := map[string]int64{}
	add := func(s Signature, n int64) {
		if !s.Counted {
			return
		}
		for field, key := range map[string]string{"days": s.Day, "places": s.Area, "ages": s.Age, "sexes": s.Sex} {
			if key == "" {
				key = unknownKey
			}
			by[field+"."+key] += n
		}
	}
	add(before, -1)
	add(after, 1)
	maps.DeleteFunc(by, func(_ string, n int64) bool { return n == 0 })
	return by
}

// ensureFigures makes the figures of a petition if there are none.
func (s *Service) ensureFigures(ctx context.Context, id string) error {
	err := s.figures.Insert(ctx, Figures{Meta: store.Meta{ID: id}})
	if isConflict(err) {
		return nil
	}
	return err
}

// addFigures raises the figures of a petition.
func (s *Service) addFigures(ctx context.Context, id string, by map[string]int64) error {
	if len(by) == 0 {
		return nil
	}
	f, err := s.figures.Increment(ctx, id, by)
	if err != nil || !f.stepDue() {
		return err
	}
	_, err = s.figures.Update(ctx, id, func(f *Figures) error { f.takeStep(s.Clock.Now()); return nil })
	return err
}

// countFigures counts a petition's signatures one by one: only recounts and
// checks do.
func (s *Service) countFigures(ctx context.Context, id string) (Figures, error) {
	f := Figures{Days: map[string]int64{}, Places: map[string]int64{}, Ages: map[string]int64{}, Sexes: map[string]int64{}}
	err := s.signatures.Each(ctx, store.Query{Index: "count", Equal: []any{id, true}, Limit: 1000}, func(sig Signature) error {
		for _, x := range []struct {
			in  map[string]int64
			key string
		}{{f.Days, sig.Day}, {f.Places, sig.Area}, {f.Ages, sig.Age}, {f.Sexes, sig.Sex}} {
			if x.key == "" {
				x.key = unknownKey
			}
			x.in[x.key]++
		}
		return nil
	})
	return f, err
}

// recountFigures corrects the figures while the tally is being recounted; the
// tally's own compare-and-set finds out whoever signed meanwhile.
func (s *Service) recountFigures(ctx context.Context, id string) error {
	stored, err := s.figures.Get(ctx, id)
	if isNotFound(err) {
		if err = s.ensureFigures(ctx, id); err == nil {
			stored, err = s.figures.Get(ctx, id)
		}
	}
	if err != nil {
		return err
	}
	counted, err := s.countFigures(ctx, id)
	if err != nil || sameFigures(stored, counted) && !stored.stepDue() {
		return err
	}
	_, err = s.figures.Update(ctx, id, func(f *Figures) error {
		if f.Version != stored.Version {
			return errNotQuiet
		}
		f.Days, f.Places, f.Ages, f.Sexes = counted.Days, counted.Places, counted.Ages, counted.Sexes
		f.takeStep(s.Clock.Now())
		return nil
	})
	return err
}

func sameFigures(a, b Figures) bool {
	return sameCells(a.Days, b.Days) && sameCells(a.Places, b.Places) && sameCells(a.Ages, b.Ages) && sameCells(a.Sexes, b.Sexes)
}

// sameCells compares without cells that are zero.
func sameCells(a, b map[string]int64) bool {
	nonZero := func(m map[string]int64) map[string]int64 {
		kept := maps.Clone(m)
		maps.DeleteFunc(kept, func(_ string, n int64) bool { return n == 0 })
		return kept
	}
	return maps.Equal(nonZero(a), nonZero(b))
}

// figures compares the figures with the signatures.
func (c *checker) figures(ctx context.Context, p Petition) error {
	stored, err := c.s.figures.Get(ctx, p.ID)
	if isNotFound(err) && p.PublishedAt.IsZero() {
		return nil
	}
	if err != nil && !isNotFound(err) {
		return err
	}
	missing := isNotFound(err)
	counted, err := c.s.countFigures(ctx, p.ID)
	if err != nil || !missing && sameFigures(stored, counted) && !stored.stepDue() {
		return err
	}
	return c.report(subject(p.ID), "its figures by day, place, age or sex are not those of its signatures", func() error {
		err := c.s.recount(ctx, p.ID)
		if errors.Is(err, errNotQuiet) { // people sign: it is reported again next time
			return nil
		}
		return err
	})
}

// FiguresOf returns the figures of a public petition; of those by place, age and
// sex only Step is for others to see. NotFound for one that is not public or
// whose text is hidden.
func (s *Service) FiguresOf(ctx context.Context, id string) (Petition, Figures, error) {
	p, err := s.lately(ctx, id)
	if isNotFound(err) || err == nil && (!p.IsPublic() || p.TextHidden() || p.PublishedAt.IsZero()) {
		return p, Figures{}, errNone
	}
	if err != nil {
		return p, Figures{}, fault.Wrap("petition.FiguresOf", err)
	}
	f, err := s.figures.Get(ctx, id)
	if isNotFound(err) { // none were counted yet
		return p, Figures{}, nil
	}
	return p, f, fault.Wrap("petition.FiguresOf", err)
}

// LeastShown is the least number that a cell of the figures shows.
const LeastShown = 5

// Cell is one cell of a table of figures.
type Cell struct {
	Key  string
	N    int64
	Kept bool // not shown: it is small, or would let a small one be worked out
}

// suppress decides which cells of a table are not shown. Their sum is public,
// as the total is. So that none of them can be worked out from it there are two
// or more, together LeastShown or more, and not all as large as a small cell can
// be: the smallest of the others are kept back too until that holds, all of one
// size together. A reader cannot tell which are small and which were added. The
// order of the cells stays.
func suppress(cells []Cell) []Cell {
	out := slices.Clone(cells)
	kept, sum := int64(0), int64(0)
	keep := func(upTo int64) {
		for i := range out {
			if !out[i].Kept && out[i].N <= upTo {
				out[i].Kept, kept, sum = true, kept+1, sum+out[i].N
			}
		}
	}
	keep(LeastShown - 1)
	for kept > 0 && (kept < 2 || sum < LeastShown || sum == kept*(LeastShown-1)) {
		least := int64(-1)
		for _, c := range out {
			if !c.Kept && (least < 0 || c.N < least) {
				least = c.N
			}
		}
		if least < 0 {
			break // nothing else is left: all are kept back
		}
		keep(least)
	}
	return out
}

// cellsOf are the cells of a table with a fixed list of keys, those of whom it
// is not known last.
func cellsOf(keys []string, counts map[string]int64) []Cell {
	var cells []Cell
	for _, key := range append(slices.Clone(keys), unknownKey) {
		cells = append(cells, Cell{Key: key, N: counts[key]})
	}
	return suppress(cells)
}

// placeCells are the places from which signatures came, the most first. Which
// places have few is not said: together they are a rest without a name, of
// LeastShown or more. To reach that, those of whom no place is known are counted
// in it, and after them the smallest of the others.
func placeCells(counts map[string]int64) (shown []Cell, rest int64) {
	var cells []Cell
	unknown := counts[unknownKey]
	for key, n := range counts {
		switch {
		case key == unknownKey:
		case n >= LeastShown:
			cells = append(cells, Cell{Key: key, N: n})
		default:
			rest += n
		}
	}
	slices.SortFunc(cells, func(a, b Cell) int {
		if a.N != b.N {
			return int(b.N - a.N)
		}
		return strings.Compare(a.Key, b.Key)
	})
	if rest > 0 && rest < LeastShown || unknown < LeastShown {
		rest, unknown = rest+unknown, 0
	}
	for rest > 0 && rest < LeastShown && len(cells) > 0 {
		least := cells[len(cells)-1]
		rest, cells = rest+least.N, cells[:len(cells)-1]
	}
	if unknown > 0 {
		cells = append(cells, Cell{Key: unknownKey, N: unknown})
	}
	return cells, rest
}
