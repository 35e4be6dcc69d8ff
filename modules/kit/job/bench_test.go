package job

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/store/sqlitestore"
)

// BenchmarkJob measures one job from being enqueued, in a batch, to done, on
// the embedded store with eight workers.
func BenchmarkJob(b *testing.B) {
	db, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "store.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	q, err := New(b.Context(), db, clock.NewFake(monday), ident.NewFake(1), Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	var left sync.WaitGroup
	Register(q, "mail", func(context.Context, Recount) error { left.Done(); return nil }, Options{Parallel: 8})
	items := make([]Item[Recount], b.N)
	for i := range items {
		items[i] = Item[Recount]{Key: fmt.Sprint(i), At: monday}
	}
	left.Add(b.N)
	b.ResetTimer()
	if _, err := EnqueueMany(b.Context(), q, "mail", items); err != nil {
		b.Fatal(err)
	}
	if err := q.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	left.Wait()
	if err := q.Stop(b.Context()); err != nil {
		b.Fatal(err)
	}
}
