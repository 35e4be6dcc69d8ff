package ledger

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"golang.org/x/mod/sumdb/tlog"
)

// Leaf is what is appended.
type Leaf struct {
	Data []byte           // up to 4 KB; what its hash is taken of
	Sums map[string]int64 // added to the log's sums with it; names without "." and "$"
}

const (
	maxData  = 4 << 10
	maxBatch = 512
	maxQueue = 20_000
	commitIn = 30 * time.Second // for one batch to become durable
)

// queue collects the leaves of one log.
type queue struct {
	mu      sync.Mutex
	waiting []*waiter
	busy    bool  // somebody writes
	flushed int64 // size up to which what follows from the head is known to be written; the writer's own
}

type waiter struct {
	leaf   Leaf
	hash   tlog.Hash
	answer chan answer
}

type answer struct {
	entry Entry
	err   error
}

var (
	errBusy   = fault.New(fault.Unavailable, "Very many people are doing this at the same moment. Please try again in a minute.")
	errSealed = fault.New(fault.Conflict, "This log is closed.")
)

// Append makes the leaf durable at the end of the log and returns its place; a
// leaf that is in the log already keeps the place it has, and adds nothing to
// the sums. Faults: NotFound (no such log), Conflict (it is sealed), TooLarge,
// Unavailable. After Unavailable the leaf may have been appended or may still
// be: a repeat is safe.
func (l *Ledger) Append(ctx context.Context, log string, leaf Leaf) (Entry, error) {
	if len(leaf.Data) > maxData {
		return Entry{}, fault.New(fault.TooLarge, "")
	}
	w := &waiter{leaf: leaf, hash: tlog.RecordHash(leaf.Data), answer: make(chan answer, 1)}
	if err := l.enqueue(log, w); err != nil {
		return Entry{}, err
	}
	select {
	case a := <-w.answer:
		return a.entry, fault.Wrap("ledger.Append", a.err)
	case <-ctx.Done():
		return Entry{}, fault.New(fault.Unavailable, "").Because("ledger.Append", ctx.Err())
	}
}

// enqueue lets a leaf wait, and starts the log's writer unless it is at work.
func (l *Ledger) enqueue(log string, w *waiter) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosed
	}
	q := l.queues[log]
	if q == nil {
		q = &queue{}
		l.queues[log] = q
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) >= maxQueue {
		return errBusy
	}
	q.waiting = append(q.waiting, w)
	if !q.busy {
		q.busy = true
		l.running.Add(1)
		go l.drain(log, q)
	}
	return nil
}

// drain writes batch after batch until nobody waits.
func (l *Ledger) drain(log string, q *queue) {
	defer l.running.Done()
	for {
		q.mu.Lock()
		batch := q.waiting[:min(len(q.waiting), maxBatch)]
		q.waiting = slices.Clone(q.waiting[len(batch):])
		if len(batch) == 0 {
			q.busy = false
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
		l.write(log, q, batch)
	}
}

// write makes a batch durable and answers everybody in it.
func (l *Ledger) write(log string, q *queue, batch []*waiter) {
	ctx, cancel := context.WithTimeout(context.Background(), commitIn)
	defer cancel()
	d, placed, err := l.commit(ctx, log, q, batch)
	for errors.Is(err, store.ErrVersion) && pause(ctx) { // other instances were faster, again and again
		d, placed, err = l.commit(ctx, log, q, batch)
	}
	if err == nil {
		// The batch is durable. What follows from it is written now, and again
		// before the next batch should this fail.
		_ = l.flush(ctx, q, d)
	} else if fault.Is(err, fault.NotFound) {
		err = errNoLog
	}
	for _, w := range batch {
		entry, ok := placed[w.hash]
		switch {
		case err != nil:
			w.answer <- answer{err: err}
		case !ok:
			w.answer <- answer{err: errSealed}
		default:
			w.answer <- answer{entry: entry}
		}
	}
}

// commit writes the log's document with the batch in it, once what follows from
// the batch before is written.
func (l *Ledger) commit(ctx context.Context, log string, q *queue, batch []*waiter) (d headDoc, placed map[tlog.Hash]Entry, err error) {
	d, err = l.heads.Update(ctx, log, func(d *headDoc) (err error) {
		if err := l.flush(ctx, q, *d); err != nil {
			return err
		}
		placed, err = l.extend(ctx, d, batch)
		return err
	})
	return d, placed, err
}

// pause lets others go first for a moment, and reports whether there is time left.
func pause(ctx context.Context) bool {
	t := time.NewTimer(10 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// extend adds to d the leaves of a batch that are not in the log yet, and
// returns the places of all. Of a sealed log those alone are returned that are
// in it.
func (l *Ledger) extend(ctx context.Context, d *headDoc, batch []*waiter) (map[tlog.Hash]Entry, error) {
	ids := make([]string, len(batch))
	for i, w := range batch {
		ids[i] = entryID(d.ID, w.hash)
	}
	stored, err := l.entries.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	placed := make(map[tlog.Hash]Entry, len(batch))
	for _, e := range stored {
		placed[e.Hash()] = e
	}
	if d.Sealed {
		return placed, store.ErrUnchanged
	}
	d.Last, d.Full = nil, nil
	edge := edges(d.Edge)
	for _, w := range batch {
		if _, known := placed[w.hash]; known {
			continue
		}
		e := Entry{Meta: store.Meta{ID: entryID(d.ID, w.hash)}, Log: d.ID, Index: d.Size, Data: w.leaf.Data}
		placed[w.hash] = e
		d.Last = append(d.Last, e)
		d.Full = append(d.Full, edge.add(d.ID, d.Size, w.hash)...)
		d.Size++
		for name, n := range w.leaf.Sums {
			if d.Sums == nil {
				d.Sums = map[string]int64{}
			}
			d.Sums[name] += n
		}
	}
	if len(d.Last) == 0 {
		return placed, store.ErrUnchanged
	}
	d.Edge = edge
	return placed, l.sign(d)
}

// flush writes what follows from a log's document: the last batch's entries and
// the tiles it filled. Those that are there already stay.
func (l *Ledger) flush(ctx context.Context, q *queue, d headDoc) error {
	if q.flushed == d.Size || len(d.Last) == 0 {
		return nil
	}
	if _, err := l.entries.InsertMany(ctx, d.Last); err != nil {
		return err
	}
	if _, err := l.tiles.InsertMany(ctx, d.Full); err != nil {
		return err
	}
	q.flushed = d.Size
	return nil
}

// Find returns where a leaf with this hash stands, NotFound when it is not in
// the log.
func (l *Ledger) Find(ctx context.Context, log string, h tlog.Hash) (Entry, error) {
	e, err := l.entries.Get(ctx, entryID(log, h))
	if !fault.Is(err, fault.NotFound) {
		return e, fault.Wrap("ledger.Find", err)
	}
	d, err := l.heads.Get(ctx, log) // its document may not be written yet
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Entry{}, fault.Wrap("ledger.Find", err)
	}
	for _, e := range d.Last {
		if e.Hash() == h {
			return e, nil
		}
	}
	return Entry{}, fault.New(fault.NotFound, "").Because("ledger.Find", errNoLeaf)
}

// FindPrefix returns the leaf whose hash begins with these hexadecimal digits,
// NotFound when none or more than one does.
func (l *Ledger) FindPrefix(ctx context.Context, log, digits string) (Entry, error) {
	page, err := l.entries.Find(ctx, store.Query{From: log + "|" + digits, To: log + "|" + digits + "g", Limit: 2})
	if err != nil {
		return Entry{}, fault.Wrap("ledger.FindPrefix", err)
	}
	if len(page.Items) == 1 {
		return page.Items[0], nil
	}
	d, err := l.heads.Get(ctx, log)
	if err == nil && len(page.Items) == 0 {
		for _, e := range d.Last { // their documents may not be written yet
			if strings.HasPrefix(e.ID, log+"|"+digits) {
				return e, nil
			}
		}
	}
	return Entry{}, fault.New(fault.NotFound, "").Because("ledger.FindPrefix", errNoLeaf)
}

var errNoLeaf = errors.New("ledger: no such leaf")

// Missing returns which of the hashes are not in the log.
func (l *Ledger) Missing(ctx context.Context, log string, hashes []tlog.Hash) ([]tlog.Hash, error) {
	ids := make([]string, len(hashes))
	for i, h := range hashes {
		ids[i] = entryID(log, h)
	}
	stored, err := l.entries.GetMany(ctx, ids)
	if err != nil {
		return nil, fault.Wrap("ledger.Missing", err)
	}
	var missing []tlog.Hash
	for i, h := range hashes {
		if _, ok := stored[ids[i]]; ok {
			continue
		}
		if _, err := l.Find(ctx, log, h); fault.Is(err, fault.NotFound) {
			missing = append(missing, h)
		} else if err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// Each visits all leaves of a log in their order.
func (l *Ledger) Each(ctx context.Context, log string, visit func(Entry) error) error {
	d, err := l.heads.Get(ctx, log)
	if fault.Is(err, fault.NotFound) {
		return errNoLog
	}
	if err == nil {
		err = l.flush(ctx, &queue{flushed: -1}, d)
	}
	if err != nil {
		return fault.Wrap("ledger.Each", err)
	}
	return l.entries.Each(ctx, store.Query{Index: "log", Equal: []any{log}}, visit)
}
