package petition

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"musharaka/modules/kit/store"
)

// listed puts n valid signatures of a petition into the store, past the gate:
// what is measured is the file, not the signing.
func (w *world) listed(p Petition, n int) {
	w.t.Helper()
	var all []Signature
	for i := range n {
		person := fmt.Sprintf("listed%06d", i)
		sig := Signature{Meta: store.Meta{ID: SignatureID(p.ID, person)}, Petition: p.ID, Moderator: p.Moderator(), Person: person, Name: "محمد الأمين بن " + person,
			State: SignatureActive, Valid: true, Subunit: []string{"north", "south"}[i%2], Place: "town", At: start.AddDate(0, 0, i%30), Consent: "1"}
		w.must(w.seal(w.ctx, p, &sig, fmt.Sprintf("AB%06d", i)))
		sig.settle()
		if all = append(all, sig); len(all) == 500 || i == n-1 {
			_, err := w.signatures.InsertMany(w.ctx, all)
			w.must(err)
			all = all[:0]
		}
	}
}

// BenchmarkFile draws the file of a petition with 1,000 signatures, and one
// volume of a longer one.
func BenchmarkFile(b *testing.B) {
	for _, n := range []int{1000, VolumeRows} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w, _ := sealedWorld(b)
			p := w.ready()
			w.listed(p, n-4)
			f := DepositFile{Petition: p.ID, Number: 1, State: FileMaking, Lang: "fr", Valid: int64(n), AskedAt: start}
			b.ReportAllocs()
			for b.Loop() {
				x, err := w.sheetOf(w.ctx, f)
				w.must(err)
				var out bytes.Buffer
				v := Volume{First: 1}
				w.must(x.write(w.ctx, &out, 1, &v))
				b.ReportMetric(float64(out.Len()), "file-bytes")
				b.ReportMetric(float64(v.Pages), "pages")
			}
		})
	}
}

// TestAVolumeCostsTheMemoryOfItsRowsAlone compares what is allocated for the
// second volume of a long list with the first: the cost of a volume does not
// grow with what was written before.
func TestAVolumeCostsTheMemoryOfItsRowsAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("writes some thousand rows")
	}
	w, _ := sealedWorld(t)
	p := w.ready()
	w.listed(p, 596)
	f := DepositFile{Petition: p.ID, Number: 1, State: FileMaking, Lang: "fr", Valid: 600, AskedAt: start}
	cost := func(v Volume, rows int64) (uint64, *sheet, Volume) {
		x, err := w.sheetOf(w.ctx, f)
		w.must(err)
		x.limit = rows
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var out bytes.Buffer
		w.must(x.write(w.ctx, &out, 2, &v)) // as a later volume: without the petition's own pages
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc, x, v
	}
	cost(Volume{First: 1}, 200) // what is allocated once is allocated now
	first, x, v := cost(Volume{First: 1}, 200)
	last, _, w2 := cost(Volume{First: 401, After: x.next}, 200)
	if v.Rows != 200 || w2.Rows != 200 {
		t.Fatalf("%d and %d rows", v.Rows, w2.Rows)
	}
	if last > first*3/2 {
		t.Errorf("a later volume allocates %d bytes, the first %d", last, first)
	}
}
