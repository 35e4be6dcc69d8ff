package budget

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"musharaka/modules/kit/ledger"
	"musharaka/modules/kit/store"
)

// BenchmarkBallot is the cost of a confirmed ballot, roll, urn and log included,
// with 64 people at a time, when so many ballots are in the urn already. The urn
// is filled once for each size; the largest is made on demand:
// MUSHARAKA_BENCH_BALLOTS=1000000.
func BenchmarkBallot(b *testing.B) {
	sizes := []int{1_000, 100_000}
	if n, err := strconv.Atoi(os.Getenv("MUSHARAKA_BENCH_BALLOTS")); err == nil {
		sizes = []int{n}
	}
	for _, size := range sizes {
		h := newHall(b) // outside of what the harness repeats for each length of a measurement
		e := h.vote(nil)
		h.fillUrn(e, size)
		var next atomic.Int64
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.SetParallelism(32)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					who := voter(fmt.Sprint("bench", next.Add(1)))
					if _, _, err := h.FillIn(h.ctx, who, e.ID, picks(1, 2)); err != nil {
						b.Error(err)
						return
					}
					if _, err := h.Confirm(h.ctx, who, e.ID); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.StopTimer()
			if t, err := h.Turnout(h.ctx, e.ID); err != nil || t.People != int64(size)+next.Load() {
				b.Fatalf("%+v, %v", t, err)
			}
		})
	}
}

// fillUrn puts ballots into roll, urn and log, as so many people would have.
func (h *hall) fillUrn(e Edition, n int) {
	h.t.Helper()
	u, err := h.urn(h.ctx, e.ID)
	h.must(err)
	const part = 10_000
	for from := 0; from < n; from += part {
		roll, ballots := make([]Voter, 0, part), make([]Ballot, 0, part)
		for i := from; i < min(n, from+part); i++ {
			who := fmt.Sprint("filled", i)
			roll = append(roll, Voter{Meta: store.Meta{ID: u.secret.key(e.ID, keyOfVoter, who)}, Edition: e.ID, Channel: Online, Day: dayOf(e, voteDay)})
			x := Ballot{Meta: store.Meta{ID: u.secret.key(e.ID, keyOfBallot, who)}, Edition: e.ID, Channel: Online, Day: dayOf(e, voteDay), Choice: picks(1 + i%6), Nonce: h.Ident.Bytes(32)}
			x.Leaf, err = x.commitment()
			h.must(err)
			x.Sums = x.counted()
			ballots = append(ballots, x)
		}
		_, err := h.roll.InsertMany(h.ctx, roll)
		h.must(err)
		_, err = h.ballots.InsertMany(h.ctx, ballots)
		h.must(err)
		var wait sync.WaitGroup
		for _, x := range ballots {
			wait.Go(func() {
				if _, err := h.Ledger.Append(h.ctx, ballotLog(e.ID), ledger.Leaf{Data: x.Leaf, Sums: x.Sums}); err != nil {
					h.t.Error(err)
				}
			})
		}
		wait.Wait()
	}
}
