package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/sqlitestore"
)

// support is a signature as it is in use: a natural id and two indexes.
type support struct {
	store.Meta `bson:",inline"`
	Petition   string    `bson:"petition"`
	Person     string    `bson:"person"`
	At         time.Time `bson:"at"`
	Public     bool      `bson:"public"`
	Name       string    `bson:"name"`
	Province   string    `bson:"province"`
	Valid      bool      `bson:"valid"`
}

type supports = store.Collection[support, *support]

var supportSchema = store.Schema{Name: "supports", Indexes: []store.Index{
	{Name: "by_petition", Fields: []string{"petition", "at"}},
	{Name: "by_person", Fields: []string{"person", "at"}},
	{Name: "by_province", Fields: []string{"petition", "province", "at"}},
}}

// stored keeps one filled store per size for all benchmarks of a run.
var stored struct {
	sync.Mutex
	dir  string
	made map[int]*supports
	next atomic.Int64
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, c := range stored.made {
		c.DB().Close()
	}
	if stored.dir != "" {
		os.RemoveAll(stored.dir)
	}
	os.Exit(code)
}

// newSupport returns a signature that no other has the id of, by a person at
// random, on one of ten petitions.
func newSupport(ids ident.Maker) support {
	n := stored.next.Add(1)
	person := ids.ID()
	petition := fmt.Sprint("petition", n%10)
	return support{
		Meta: store.Meta{ID: petition + ":" + person}, Petition: petition, Person: person, At: time.UnixMilli(n),
		Public: n%3 == 0, Name: "فاطمة الزهراء بنعلي", Province: fmt.Sprint("MA-", n%75), Valid: true,
	}
}

func newSupports(ids ident.Maker, n int) []support {
	docs := make([]support, n)
	for i := range docs {
		docs[i] = newSupport(ids)
	}
	return docs
}

// sizes runs a benchmark on stores that hold so many documents already.
func sizes(b *testing.B, run func(b *testing.B, c *supports)) {
	for _, size := range []int{1_000, 100_000, 1_000_000} {
		if size > 1_000 && testing.Short() {
			continue
		}
		b.Run(fmt.Sprint("stored=", size), func(b *testing.B) { run(b, filledStore(b, size)) })
	}
}

func filledStore(b *testing.B, size int) *supports {
	b.Helper()
	stored.Lock()
	defer stored.Unlock()
	if c, ok := stored.made[size]; ok {
		return c
	}
	if stored.dir == "" {
		dir, err := os.MkdirTemp("", "musharaka-bench-")
		if err != nil {
			b.Fatal(err)
		}
		stored.dir, stored.made = dir, map[int]*supports{}
	}
	db, err := sqlitestore.Open(context.Background(), filepath.Join(stored.dir, fmt.Sprint(size), "bench.db"))
	if err != nil {
		b.Fatal(err)
	}
	c, err := store.Open[support](context.Background(), db, supportSchema)
	if err != nil {
		b.Fatal(err)
	}
	ids := ident.NewFake(uint64(size))
	for range size / 1000 {
		insertAll(b, c, newSupports(ids, 1000))
	}
	stored.made[size] = c
	return c
}

func insertAll(b *testing.B, c *supports, docs []support) {
	b.Helper()
	if dups, err := c.InsertMany(context.Background(), docs); err != nil || len(dups) > 0 {
		b.Fatal(dups, err)
	}
}

func perSecond(b *testing.B, n int) {
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkInsert inserts one by one, by 64 writers at once, and in batches:
// each answered when it is durable.
func BenchmarkInsert(b *testing.B) {
	sizes(b, func(b *testing.B, c *supports) {
		b.Run("one", func(b *testing.B) {
			ids := ident.New()
			for b.Loop() {
				if err := c.Insert(context.Background(), newSupport(ids)); err != nil {
					b.Fatal(err)
				}
			}
			perSecond(b, b.N)
		})
		b.Run("writers=64", func(b *testing.B) {
			parallel(b, 64, func(d support) error { return c.Insert(context.Background(), d) })
		})
		b.Run("batch=500", func(b *testing.B) {
			ids := ident.New()
			for b.Loop() {
				insertAll(b, c, newSupports(ids, 500))
			}
			perSecond(b, b.N*500)
		})
	})
}

// parallel inserts b.N documents from so many goroutines.
func parallel(b *testing.B, goroutines int, insert func(support) error) {
	ids := ident.New()
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	b.ResetTimer()
	for range goroutines {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if err := insert(newSupport(ids)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	perSecond(b, b.N)
}

// BenchmarkBatcher inserts from a crowd through the batcher, and reports the
// share of the rate that InsertMany of 500 reaches on the same store.
func BenchmarkBatcher(b *testing.B) {
	sizes(b, func(b *testing.B, c *supports) {
		for _, crowd := range []int{64, 1000} {
			b.Run(fmt.Sprint("crowd=", crowd), func(b *testing.B) {
				batcher := store.NewBatcher(c, store.BatcherOptions[support]{})
				parallel(b, crowd, func(d support) error { return batcher.Insert(context.Background(), d) })
				b.StopTimer()
				if err := batcher.Close(context.Background()); err != nil {
					b.Fatal(err)
				}
				rate := float64(b.N) / b.Elapsed().Seconds()
				b.ReportMetric(rate/rawRate(b, c), "of_raw")
			})
		}
	})
}

// rawRate measures 20,000 documents in batches, made as the crowd makes them.
func rawRate(b *testing.B, c *supports) float64 {
	ids := ident.New()
	start := clock.System().Now()
	for range 40 {
		insertAll(b, c, newSupports(ids, 500))
	}
	return 20_000 / clock.System().Now().Sub(start).Seconds()
}

// BenchmarkRead reads by id, and the newest 20 of a petition that grows.
func BenchmarkRead(b *testing.B) {
	sizes(b, func(b *testing.B, c *supports) {
		page, err := c.Find(context.Background(), store.Query{Limit: 1000})
		if err != nil {
			b.Fatal(err)
		}
		b.Run("get", func(b *testing.B) {
			var n atomic.Int64
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if _, err := c.Get(context.Background(), page.Items[n.Add(1)%1000].ID); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
		b.Run("newest=20", func(b *testing.B) {
			n := 0
			for b.Loop() {
				n++
				newest, err := c.Find(context.Background(), store.Query{Index: "by_petition", Equal: []any{fmt.Sprint("petition", n%10)}, Desc: true})
				if err != nil || len(newest.Items) != 20 {
					b.Fatal(len(newest.Items), err)
				}
			}
		})
		b.Run("increment", func(b *testing.B) {
			for b.Loop() {
				if _, err := c.Increment(context.Background(), page.Items[0].ID, map[string]int64{"n": 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}
