package petition

import (
	"fmt"
	"sync/atomic"
	"testing"
)

// BenchmarkSign measures signing from many goroutines with 1,000, 100,000 and
// 1,000,000 signatures stored (beyond 1,000 only without -short): the cost of
// one must not grow with them.
func BenchmarkSign(b *testing.B) {
	for _, stored := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("stored=%d", stored), func(b *testing.B) {
			if testing.Short() && stored > 1_000 {
				b.Skip("prefilling takes long; run without -short")
			}
			w := newWorld(b)
			w.law.need = 1 << 40
			p := w.opened("town")
			w.prefill(p, stored)
			w.must(w.recount(w.ctx, p.ID))
			var next atomic.Int64
			b.SetParallelism(128)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := w.Sign(w.ctx, citizen(fmt.Sprintf("bench%d", next.Add(1))), p.ID, SignInput{Consent: "1", NamePublic: true}); err != nil {
						b.Error(err)
					}
				}
			})
			b.StopTimer()
			if t, err := w.tallyNow(w.ctx, p.ID); err != nil || t.Supporters != int64(stored)+next.Load() {
				b.Fatalf("%d are counted, want %d (%v)", t.Supporters, int64(stored)+next.Load(), err)
			}
		})
	}
}

// BenchmarkTally measures what a public page asks of a petition: its counts,
// one page of names, its stamp.
func BenchmarkPageReads(b *testing.B) {
	for _, stored := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("stored=%d", stored), func(b *testing.B) {
			if testing.Short() && stored > 1_000 {
				b.Skip("prefilling takes long; run without -short")
			}
			w := newWorld(b)
			w.law.need = 1 << 40
			p := w.opened("town")
			w.prefill(p, stored)
			w.must(w.recount(w.ctx, p.ID))
			for b.Loop() {
				if _, err := w.Stamp(w.ctx, p.ID); err != nil {
					b.Fatal(err)
				}
				if _, err := w.PublicNames(w.ctx, p.ID, "", 20); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// prefill stores signatures in batches, a quarter of them with public names.
func (w *world) prefill(p Petition, n int) {
	w.t.Helper()
	for from := 0; from < n; from += 5_000 {
		docs := w.prefilled(p, from, min(from+5_000, n))
		for i := range docs {
			docs[i].NamePublic = i%4 == 0
			docs[i].settle()
		}
		_, err := w.signatures.InsertMany(w.ctx, docs)
		w.must(err)
	}
}
