package petition

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

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

// diskVault keeps files on disk, as the platform does: what is measured beside
// it is the memory of making them.
type diskVault struct {
	dir  string
	made atomic.Int64
}

func (v *diskVault) Keep(_ context.Context, _, _ string, pdf io.Reader) (KeptFile, error) {
	id := fmt.Sprintf("file%d", v.made.Add(1))
	f, err := os.Create(filepath.Join(v.dir, id))
	if err != nil {
		return KeptFile{}, err
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), pdf)
	return KeptFile{ID: id, SHA256: hex.EncodeToString(sum.Sum(nil)), Size: size}, err
}

func (v *diskVault) Read(_ context.Context, id string) (io.ReadCloser, error) {
	return os.Open(filepath.Join(v.dir, id))
}

// peak watches the heap of the process until it is told to stop, and answers
// with its highest size in bytes.
func peak(stop <-chan struct{}) <-chan uint64 {
	highest := make(chan uint64, 1)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		most, m := uint64(0), runtime.MemStats{}
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-stop:
				highest <- most
				return
			case <-tick.C:
			}
		}
	}()
	return highest
}

// BenchmarkFileJob makes the whole file of a petition as the platform does:
// asked for by its agent, written volume after volume by the job (100,000 only
// without -short). The heap must not grow with the signatures.
func BenchmarkFileJob(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("stored=%d", n), func(b *testing.B) {
			if testing.Short() && n > 1_000 {
				b.Skip("filling takes long; run without -short")
			}
			w, _ := sealedWorld(b)
			vault := &diskVault{dir: b.TempDir()}
			w.Vault = vault
			p := w.ready()
			w.listed(p, n-4)
			w.must(w.recount(w.ctx, p.ID))
			runtime.GC()
			stop := make(chan struct{})
			highest := peak(stop)
			var f DepositFile
			for b.Loop() {
				var err error
				f, err = w.MakeFile(w.ctx, salma, p.ID, "fr")
				w.must(err)
				for f.State == FileMaking {
					_, err := w.Queue.RunDue(w.ctx)
					w.must(err)
					f, err = w.FileOf(w.ctx, p, f.Number)
					w.must(err)
				}
			}
			close(stop)
			size := int64(0)
			for _, v := range f.Volumes {
				size += v.File.Size
			}
			if f.Done != int64(n) || len(f.Volumes) != f.VolumeCount() {
				b.Fatalf("%d signatures in %d volumes", f.Done, len(f.Volumes))
			}
			b.ReportMetric(float64(<-highest)/1e6, "peak-heap-MB")
			b.ReportMetric(float64(size)/1e6, "file-MB")
			b.ReportMetric(float64(len(f.Volumes)), "volumes")
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
