package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
)

// The environment of the child process, and of whoever wants more kills.
const (
	killTarget = "MUSHARAKA_KILL_TARGET"
	killRound  = "MUSHARAKA_KILL_ROUND"
	killRounds = "MUSHARAKA_KILLS"
)

var killSchema = store.Schema{Name: "killed", Indexes: []store.Index{
	{Name: "by_place", Fields: []string{"place", "at"}},
	{Name: "by_code", Fields: []string{"code"}, Unique: true},
	{Name: "by_tag", Fields: []string{"tags"}, Multi: true},
}}

// Kill starts the test binary again as a process that writes under load and
// says what was acknowledged, kills it (kill -9) in the middle, opens the store
// again and looks for every acknowledged write: 5 times, or MUSHARAKA_KILLS
// times. target names the store (a path, an address) to open in both processes.
// The test that calls Kill must have a name of its own and call nothing before.
func Kill(t *testing.T, target func(t *testing.T) string, open func(ctx context.Context, target string) (store.DB, error)) {
	if at := os.Getenv(killTarget); at != "" {
		writeUntilKilled(t, at, open)
		return
	}
	rounds := 5
	if n, err := strconv.Atoi(os.Getenv(killRounds)); err == nil && n > 0 {
		rounds = n
	}
	at := target(t)
	k := &killed{}
	for round := range rounds {
		k.fresh = len(k.acked)
		k.run(t, at, round, 60+round*97%300)
		db, err := open(t.Context(), at)
		if err != nil {
			t.Fatalf("opening after kill %d: %v", round, err)
		}
		look := k.acked[k.fresh:]
		if round == rounds-1 {
			look = k.acked // what was there once must be there in the end
		}
		k.check(t, db, look)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("after kill %d", round)
		}
	}
	t.Logf("%d kills, %d documents and %d increments acknowledged, none lost", rounds, len(k.acked), k.increments)
}

// killed knows what the children said.
type killed struct {
	acked      []string // ids, in order
	fresh      int      // how many before this round
	increments int64    // acknowledged
	tried      int64    // begun
}

// run starts a child and kills it once it has acknowledged enough.
func (k *killed) run(t *testing.T, at string, round, enough int) {
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), killTarget+"="+at, killRound+"="+strconv.Itoa(round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaints strings.Builder
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, lines := 0, bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // a last line that was cut off says nothing
			break
		}
		k.note(t, strings.TrimSpace(line))
		if said++; said == enough {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed
	if said < enough {
		t.Fatalf("the child ended by itself after %d lines: %s", said, complaints.String())
	}
}

func (k *killed) note(t *testing.T, line string) {
	what, id, _ := strings.Cut(line, " ")
	switch what {
	case "inserted":
		k.acked = append(k.acked, id)
	case "counting":
		k.tried++
	case "counted":
		k.increments++
	default:
		t.Logf("the child says: %s", line)
	}
}

// check looks for documents that were acknowledged, and at the counter.
func (k *killed) check(t *testing.T, db store.DB, acked []string) {
	c := openAs(t, db, killSchema)
	lost := 0
	for _, id := range acked {
		d, err := c.Get(t.Context(), id)
		if err != nil {
			if lost++; lost < 5 {
				t.Errorf("%s was acknowledged and is lost: %v", id, err)
			}
			continue
		}
		if d.Body != body(id) {
			t.Errorf("%s came back changed", id)
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d acknowledged documents are lost", lost, len(acked))
	}
	d, err := c.Get(t.Context(), "counter")
	if fault.Is(err, fault.NotFound) && k.increments == 0 {
		return
	}
	if err != nil || d.Count < k.increments || d.Count > k.tried {
		t.Errorf("the counter stands at %d after %d acknowledged of %d begun increments (%v)", d.Count, k.increments, k.tried, err)
	}
	findings, err := db.Verify(t.Context(), killSchema, false)
	if err != nil || len(findings) > 0 {
		t.Errorf("verify found %q (%v)", findings, err)
	}
}

func body(id string) string { return strings.Repeat(id+" ", 40) }

// mouth says one line at a time, straight to the parent.
type mouth struct {
	mu sync.Mutex
	to io.Writer
}

func (m *mouth) say(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprintf(m.to, format+"\n", args...)
}

// writeUntilKilled is the child: it inserts one by one and in batches, counts,
// changes and deletes, and says what was acknowledged.
func writeUntilKilled(t *testing.T, at string, open func(context.Context, string) (store.DB, error)) {
	db, err := open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	c := openAs(t, db, killSchema)
	m := &mouth{to: os.Stdout}
	if err := c.Insert(t.Context(), doc("counter")); err != nil && !fault.Is(err, fault.Conflict) {
		t.Fatal(err)
	}
	round := os.Getenv(killRound)
	err = errors.Join(crowd(8, func(i int) error {
		for n := 0; ; n++ {
			if err := writeSome(t.Context(), c, m, i, fmt.Sprintf("r%s-w%d-%d", round, i, n)); err != nil {
				return err
			}
		}
	})...)
	fmt.Fprintln(os.Stderr, err)
}

func writeSome(ctx context.Context, c *Docs, m *mouth, worker int, name string) error {
	made := func(id string) Doc {
		d := doc(id)
		d.Place, d.Body, d.Tags = fmt.Sprint(worker), body(id), []string{"one", fmt.Sprint(worker)}
		return d
	}
	switch worker % 4 {
	case 0:
		m.say("counting")
		if _, err := c.Increment(ctx, "counter", map[string]int64{"count": 1}); err != nil {
			return err
		}
		m.say("counted")
	case 1:
		var docs []Doc
		for i := range 7 {
			docs = append(docs, made(fmt.Sprint(name, "-", i)))
		}
		if dups, err := c.InsertMany(ctx, docs); err != nil || len(dups) > 0 {
			return fmt.Errorf("a batch: %v %w", dups, err)
		}
		for _, d := range docs {
			m.say("inserted %s", d.ID)
		}
	case 2:
		if err := c.Insert(ctx, made(name)); err != nil {
			return err
		}
		if _, err := c.Update(ctx, name, func(d *Doc) error { d.Place, d.Tags = "moved", []string{"two"}; return nil }); err != nil {
			return err
		}
		m.say("inserted %s", name)
	default:
		if err := c.Insert(ctx, made(name)); err != nil {
			return err
		}
		return c.Delete(ctx, name)
	}
	return nil
}
