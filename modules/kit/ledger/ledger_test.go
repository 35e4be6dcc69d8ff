package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"musharaka/modules/kit/clock"
	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ident"
	"musharaka/modules/kit/ledger/proof"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/mongostore"
	"musharaka/modules/kit/store/sqlitestore"

	"go.mongodb.org/mongo-driver/v2/bson"
	"golang.org/x/mod/sumdb/tlog"
)

var seed = bytes.Repeat([]byte{7}, 32)

func openOn(t testing.TB, db store.DB) *Ledger {
	t.Helper()
	l, err := Open(context.Background(), db, Settings{Origin: "town.example", Seed: seed}, clock.NewFake(time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// onBoth runs a test on both kinds of store. two gives a second connection.
func onBoth(t *testing.T, run func(t *testing.T, one, two store.DB)) {
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		run(t, db, db)
	})
	t.Run("mongo", func(t *testing.T) {
		uri := os.Getenv("MONGODB_TEST_URI")
		if uri == "" {
			t.Skip("no MongoDB: set MONGODB_TEST_URI, or start one with `cd .ci/mongo && go run .` and set it to mongodb://127.0.0.1:27027/?maxPoolSize=1")
		}
		name := "musharaka_test_" + ident.New().ID()
		open := func() *mongostore.DB {
			db, err := mongostore.Open(context.Background(), uri, name)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return db
		}
		one := open()
		t.Cleanup(func() {
			if err := one.Database().Drop(context.Background()); err != nil {
				t.Error(err)
			}
		})
		info, err := one.Database().RunCommand(t.Context(), bson.D{{Key: "buildInfo", Value: 1}}).Raw()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := info.LookupErr("ferretdbVersion"); err == nil {
			run(t, one, one) // that server loses updates that two connections make at once
			return
		}
		run(t, one, open())
	})
}

func leaf(n int) Leaf {
	return Leaf{Data: fmt.Appendf(nil, "leaf %d", n), Sums: map[string]int64{"all": 1, fmt.Sprint("last ", n%3): 1}}
}

func hash(n int) tlog.Hash { return tlog.RecordHash(leaf(n).Data) }

// fill appends leaves from..to-1, many at once; the order is theirs.
func fill(t testing.TB, l *Ledger, log string, from, to int) {
	t.Helper()
	var wait sync.WaitGroup
	for n := from; n < to; n++ {
		wait.Go(func() {
			if _, err := l.Append(context.Background(), log, leaf(n)); err != nil {
				t.Errorf("leaf %d: %v", n, err)
			}
		})
	}
	wait.Wait()
}

func begin(t testing.TB, l *Ledger, log string) {
	t.Helper()
	if err := l.Begin(context.Background(), log); err != nil {
		t.Fatal(err)
	}
}

func clean(t *testing.T, l *Ledger) {
	t.Helper()
	if found, err := l.Check(t.Context(), false); err != nil || len(found) > 0 {
		t.Errorf("check finds %q, %v", found, err)
	}
}

// TestWhatIsAppendedCanBeProved walks over sizes around the edges of tiles, and
// lets the client's side check every proof.
func TestWhatIsAppendedCanBeProved(t *testing.T) {
	onBoth(t, func(t *testing.T, db, _ store.DB) {
		l := openOn(t, db)
		begin(t, l, "ballots/one")
		var heads []proof.Head
		at := 0
		for _, size := range []int{1, 2, 3, 255, 256, 257, 511, 513, 800} {
			fill(t, l, "ballots/one", at, size)
			at = size
			now, err := l.Head(t.Context(), "ballots/one")
			if err != nil || now.Size != int64(size) {
				t.Fatalf("head of %d leaves: %+v, %v", size, now, err)
			}
			h, err := proof.Open(l.VerifierKey(), now.Signed)
			if err != nil || h.Origin != "town.example/ballots/one" || h.Root != now.Root {
				t.Fatalf("%+v, %v", h, err)
			}
			for _, n := range []int{0, size / 2, size - 1} {
				p, err := l.Inclusion(t.Context(), "ballots/one", hash(n))
				if err != nil {
					t.Fatalf("leaf %d of %d: %v", n, size, err)
				}
				if got, err := overJSON(t, p).Check(l.VerifierKey()); err != nil || got != h {
					t.Errorf("the proof of leaf %d of %d: %v", n, size, err)
				}
			}
			for _, old := range heads {
				p, err := l.Consistency(t.Context(), "ballots/one", old.Size)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := overJSON(t, p).Check(l.VerifierKey(), old); err != nil || got != h {
					t.Errorf("from %d to %d: %v", old.Size, size, err)
				}
			}
			heads = append(heads, h)
			if _, err := l.Publish(t.Context(), "ballots/one"); err != nil {
				t.Fatal(err)
			}
		}
		if h, _ := l.Head(t.Context(), "ballots/one"); h.Sums["all"] != 800 || h.Sums["last 0"] != 267 {
			t.Errorf("the sums are %v", h.Sums)
		}
		clean(t, l)
	})
}

// overJSON passes a proof the way it is served.
func overJSON[T any](t *testing.T, p T) (got T) {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestALeafStandsInALogOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, one, two store.DB) {
		a, b := openOn(t, one), openOn(t, two)
		begin(t, a, "l")
		begin(t, b, "l")
		var wait sync.WaitGroup
		places := make([]Entry, 300)
		for i := range places {
			wait.Go(func() {
				l := a
				if i%2 == 1 {
					l = b
				}
				var err error
				if places[i], err = l.Append(t.Context(), "l", leaf(i%10)); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for i, e := range places {
			if e.Index != places[i%10].Index {
				t.Fatalf("leaf %d stands at %d and at %d", i%10, e.Index, places[i%10].Index)
			}
		}
		if h, err := a.Head(t.Context(), "l"); err != nil || h.Size != 10 || h.Sums["all"] != 10 {
			t.Errorf("%+v, %v", h, err)
		}
		clean(t, a)
	})
}

func TestASealedLogTakesNoMore(t *testing.T) {
	onBoth(t, func(t *testing.T, db, _ store.DB) {
		l := openOn(t, db)
		begin(t, l, "l")
		fill(t, l, "l", 0, 5)
		h, err := l.Seal(t.Context(), "l")
		if err != nil || !h.Sealed || h.Size != 5 {
			t.Fatalf("%+v, %v", h, err)
		}
		if _, err := l.Append(t.Context(), "l", leaf(9)); !fault.Is(err, fault.Conflict) {
			t.Errorf("a new leaf: %v", err)
		}
		if _, err := l.Append(t.Context(), "l", leaf(3)); err != nil {
			t.Errorf("a leaf that is there: %v", err)
		}
		if again, err := l.Seal(t.Context(), "l"); err != nil || again.Signed != h.Signed {
			t.Errorf("sealing again: %v", err)
		}
		clean(t, l)
	})
}

// dying is a store whose writes to some collections fail, as if the program
// died before them.
type dying struct {
	store.DB
	dead atomic.Bool
	what []string
}

var errDead = errors.New("dead")

func (d *dying) InsertMany(ctx context.Context, collection string, docs []bson.Raw) ([]store.Duplicate, error) {
	for _, name := range d.what {
		if name == collection && d.dead.Load() {
			return nil, errDead
		}
	}
	return d.DB.InsertMany(ctx, collection, docs)
}

func (d *dying) Replace(ctx context.Context, collection, id string, version int64, doc bson.Raw) error {
	err := d.DB.Replace(ctx, collection, id, version, doc)
	for _, name := range d.what {
		if err == nil && name == collection && d.dead.Load() {
			return errDead // written, and nobody hears of it
		}
	}
	return err
}

// TestADeathBetweenHeadAndLeavesLosesNothing lets the program die after the
// log's own document was written: leaves and tiles come from it.
func TestADeathBetweenHeadAndLeavesLosesNothing(t *testing.T) {
	for _, what := range []string{"ledger_entries", "ledger_tiles", "ledger_heads"} {
		t.Run(what, func(t *testing.T) {
			onBoth(t, func(t *testing.T, db, _ store.DB) {
				frail := &dying{DB: db, what: []string{what}}
				l := openOn(t, frail)
				begin(t, l, "l")
				fill(t, l, "l", 0, 250)
				frail.dead.Store(true)
				var wait sync.WaitGroup
				for n := 250; n < 270; n++ {
					wait.Go(func() { _, _ = l.Append(t.Context(), "l", leaf(n)) })
				}
				wait.Wait()
				before, err := l.Head(t.Context(), "l")
				if err != nil {
					t.Fatal(err)
				}
				after := openOn(t, db)
				for n := range int(before.Size) {
					if n >= 250 {
						break
					}
					if p, err := after.Inclusion(t.Context(), "l", hash(n)); err != nil {
						t.Fatal(err)
					} else if _, err := p.Check(l.VerifierKey()); err != nil {
						t.Fatal(err)
					}
				}
				clean(t, after)
				fill(t, after, "l", 250, 530)
				now, err := after.Head(t.Context(), "l")
				if err != nil || now.Size != 530 || now.Sums["all"] != 530 {
					t.Errorf("%+v, %v", now, err)
				}
				clean(t, after)
			})
		})
	}
}

// TestHeadsOfOneSizeAreOne lets two instances race and watches the heads.
func TestHeadsOfOneSizeAreOne(t *testing.T) {
	onBoth(t, func(t *testing.T, one, two store.DB) {
		a, b := openOn(t, one), openOn(t, two)
		begin(t, a, "l")
		seen := map[int64]string{}
		var mu sync.Mutex
		var wait sync.WaitGroup
		for i, l := range []*Ledger{a, b, a, b} {
			wait.Go(func() {
				for n := range 60 {
					if _, err := l.Append(t.Context(), "l", leaf(i*60+n)); err != nil {
						t.Error(err)
					}
					h, err := l.Head(t.Context(), "l")
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					if seen[h.Size] != "" && seen[h.Size] != h.Signed {
						t.Errorf("two heads of %d leaves", h.Size)
					}
					seen[h.Size] = h.Signed
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		if h, _ := b.Head(t.Context(), "l"); h.Size != 240 {
			t.Errorf("%d leaves of 240", h.Size)
		}
		clean(t, b)
	})
}

// TestWhatWasTamperedWithIsFound changes each kind of document behind the
// ledger's back.
func TestWhatWasTamperedWithIsFound(t *testing.T) {
	onBoth(t, func(t *testing.T, db, _ store.DB) {
		l := openOn(t, db)
		ctx := t.Context()
		for name, tamper := range map[string]func(log string) error{
			"leaf": func(log string) error {
				_, err := l.entries.Update(ctx, entryID(log, hash(3)), func(e *Entry) error { e.Data = []byte("another"); return nil })
				return err
			},
			"gone": func(log string) error { return l.entries.Delete(ctx, entryID(log, hash(3))) },
			"tile": func(log string) error { return l.tiles.Delete(ctx, tileID(log, 0, 0)) },
			"bytes": func(log string) error {
				_, err := l.tiles.Update(ctx, tileID(log, 0, 0), func(d *tileDoc) error { d.Hashes[5] ^= 1; return nil })
				return err
			},
			"edge": func(log string) error {
				_, err := l.heads.Update(ctx, log, func(d *headDoc) error { d.Size--; return nil })
				return err
			},
			"published": func(log string) error {
				return l.published.Insert(ctx, Published{Meta: store.Meta{ID: publishedID(log, 999)}, Log: log, Size: 999, Signed: "nothing"})
			},
		} {
			begin(t, l, name)
			for n := range 300 { // one by one: leaf 3 is in the first tile
				if n > 290 || n < 4 {
					if _, err := l.Append(ctx, name, leaf(n)); err != nil {
						t.Fatal(err)
					}
				} else if n == 4 {
					fill(t, l, name, 4, 291)
				}
			}
			if found, err := l.CheckLog(ctx, name, false); err != nil || len(found) > 0 {
				t.Fatalf("%s: before: %q, %v", name, found, err)
			}
			if err := tamper(name); err != nil {
				t.Fatal(err)
			}
			if found, err := l.CheckLog(ctx, name, false); err != nil || len(found) == 0 {
				t.Errorf("%s: nothing is found, %v", name, err)
			}
		}
		if p, err := l.Inclusion(ctx, "bytes", hash(1)); err == nil {
			t.Errorf("a proof is made from a tile that was changed: %+v", p)
		}
		if _, err := l.CheckLog(ctx, "tile", true); err != nil {
			t.Fatal(err)
		}
		if found, err := l.CheckLog(ctx, "tile", false); err != nil || len(found) > 0 {
			t.Errorf("after the repair: %q, %v", found, err)
		}
	})
}

func TestTheClientBelievesNothingFalse(t *testing.T) {
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	l := openOn(t, db)
	begin(t, l, "l")
	fill(t, l, "l", 0, 20)
	old, err := l.Head(t.Context(), "l")
	if err != nil {
		t.Fatal(err)
	}
	before, err := proof.Open(l.VerifierKey(), old.Signed)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, l, "l", 20, 40)
	good, err := l.Inclusion(t.Context(), "l", hash(7))
	if err != nil {
		t.Fatal(err)
	}
	grown, err := l.Consistency(t.Context(), "l", 20)
	if err != nil {
		t.Fatal(err)
	}
	other, err := Open(t.Context(), db, Settings{Origin: "town.example", Seed: bytes.Repeat([]byte{8}, 32)}, l.clock)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(p *proof.Inclusion){
		"another leaf":  func(p *proof.Inclusion) { p.Leaf = hash(8) },
		"another place": func(p *proof.Inclusion) { p.Index++ },
		"beyond":        func(p *proof.Inclusion) { p.Index = 40 },
		"another size":  func(p *proof.Inclusion) { p.Head = strings.Replace(p.Head, "\n40\n", "\n41\n", 1) },
		"no signature":  func(p *proof.Inclusion) { p.Head, _, _ = strings.Cut(p.Head, "—") },
		"short":         func(p *proof.Inclusion) { p.Proof = p.Proof[1:] },
	} {
		p := good
		change(&p)
		if _, err := p.Check(l.VerifierKey()); err == nil {
			t.Errorf("%s is believed", name)
		}
	}
	if _, err := good.Check(other.VerifierKey()); err == nil {
		t.Error("a head is believed that another key signed")
	}
	if _, err := grown.Check(l.VerifierKey(), before); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(h *proof.Head){
		"another root":   func(h *proof.Head) { h.Root[0] ^= 1 },
		"another log":    func(h *proof.Head) { h.Origin = "town.example/m" },
		"another length": func(h *proof.Head) { h.Size = 19 },
	} {
		h := before
		change(&h)
		if _, err := grown.Check(l.VerifierKey(), h); err == nil {
			t.Errorf("growth from %s is believed", name)
		}
	}
}

// TestAPlatformThatMovedKnowsItsOlderHeads signs under one name and looks under
// another.
func TestAPlatformThatMovedKnowsItsOlderHeads(t *testing.T) {
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	l := openOn(t, db)
	begin(t, l, "l")
	fill(t, l, "l", 0, 5)
	if _, err := l.Publish(t.Context(), "l"); err != nil {
		t.Fatal(err)
	}
	moved, err := Open(t.Context(), db, Settings{Origin: "new.example", Seed: seed}, l.clock)
	if err != nil {
		t.Fatal(err)
	}
	clean(t, moved)
	p, err := moved.Inclusion(t.Context(), "l", hash(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Check(moved.KeyOf("l", p.Head)); err != nil {
		t.Error(err)
	}
	if _, err := p.Check(moved.VerifierKey()); err == nil {
		t.Error("a head is believed under another name")
	}
	other, err := Open(t.Context(), db, Settings{Origin: "town.example", Seed: bytes.Repeat([]byte{9}, 32)}, l.clock)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := other.Check(t.Context(), false); err != nil || len(found) == 0 {
		t.Errorf("heads of another key pass, %v", err)
	}
}

func TestFaultsOfALog(t *testing.T) {
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	l := openOn(t, db)
	if _, err := l.Append(t.Context(), "none", leaf(1)); !fault.Is(err, fault.NotFound) {
		t.Errorf("a log that was never begun: %v", err)
	}
	begin(t, l, "l")
	if _, err := l.Append(t.Context(), "l", Leaf{Data: make([]byte, maxData+1)}); !fault.Is(err, fault.TooLarge) {
		t.Errorf("a leaf that is too large: %v", err)
	}
	for _, name := range []string{"", "A", "a b", "a\nb", "a+b", "a.b", strings.Repeat("x", 201)} {
		if err := l.Begin(t.Context(), name); err == nil {
			t.Errorf("a log is named %q", name)
		}
	}
	fill(t, l, "l", 0, 4)
	for _, from := range []int64{-1, 0, 5} {
		if _, err := l.Consistency(t.Context(), "l", from); !fault.Is(err, fault.Invalid) {
			t.Errorf("from %d: %v", from, err)
		}
	}
	if _, err := l.Inclusion(t.Context(), "l", hash(9)); !fault.Is(err, fault.NotFound) {
		t.Errorf("a leaf that is not there: %v", err)
	}
	if missing, err := l.Missing(t.Context(), "l", []tlog.Hash{hash(9), hash(1)}); err != nil || len(missing) != 1 || missing[0] != hash(9) {
		t.Errorf("missing are %v, %v", missing, err)
	}
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(t.Context(), "l", leaf(5)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("after the end: %v", err)
	}
	for _, s := range []Settings{{Origin: "town.example", Seed: seed[:31]}, {Origin: "a b", Seed: seed}, {Origin: "", Seed: seed}} {
		if _, err := Open(t.Context(), db, s, l.clock); err == nil {
			t.Errorf("settings %q with %d bytes are taken", s.Origin, len(s.Seed))
		}
	}
}

// TestAnAppendTouchesNoMoreAsTheLogGrows counts the bytes of the log's own
// document and what one leaf writes beside it.
func TestAnAppendTouchesNoMoreAsTheLogGrows(t *testing.T) {
	var e edges
	r := rand.New(rand.NewPCG(1, 2))
	most := 0
	for n := range int64(200_000) {
		var h tlog.Hash
		for i := range h {
			h[i] = byte(r.Uint32())
		}
		full := e.add("l", n, h)
		if len(full) > 2 {
			t.Fatalf("leaf %d fills %d tiles", n, len(full))
		}
		bytes := 0
		for _, row := range e {
			bytes += len(row)
		}
		most = max(most, bytes)
	}
	if most > 3*(tileWidth-1)*tlog.HashSize {
		t.Errorf("the edge takes %d bytes", most)
	}
}
