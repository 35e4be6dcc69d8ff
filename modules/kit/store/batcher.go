package store

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"musharaka/modules/kit/fault"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// BatcherOptions tunes a Batcher; the zero value is good.
type BatcherOptions[T any] struct {
	MaxBatch int           // documents in one batch; 0 means 500
	MaxQueue int           // documents that may wait; 0 means 10,000
	Timeout  time.Duration // for one batch to become durable; 0 means 30 seconds

	// AfterBatch, if given, is called with the documents that a batch inserted,
	// after they are durable and before their askers are answered, so that a
	// counter kept here already holds a document when its asker hears of it.
	// It runs in the batcher's goroutine: it must be quick, and what it writes
	// must be repairable, as a crash can come between the batch and it.
	AfterBatch func(ctx context.Context, inserted []T)
}

// Batcher inserts documents that come in crowds (signatures, ballots): while
// one batch is being made durable the next collects, so that the cost of a
// commit is shared by all who wait, and nobody waits longer than one commit
// more than necessary. It never holds a document back to fill a batch.
type Batcher[T any, P document[T]] struct {
	to      *Collection[T, P]
	options BatcherOptions[T]
	queue   chan *waiting[T]
	gate    sync.RWMutex // held for reading while something is put in the queue
	closed  bool
	ended   chan struct{}
}

// waiting is one asker's document. taken is set by whoever is first: the
// batcher that writes it, or the asker that gave up.
type waiting[T any] struct {
	doc    T
	raw    bson.Raw
	taken  atomic.Bool
	answer chan error
}

var (
	errBusy    = fault.New(fault.Unavailable, "Very many people are doing this at the same moment. Please try again in a minute.")
	errStopped = fault.New(fault.Unavailable, "").Because("store.Batcher", errors.New("the batcher is closed"))
)

// NewBatcher starts a batcher for the collection. Close it before the store.
func NewBatcher[T any, P document[T]](to *Collection[T, P], options BatcherOptions[T]) *Batcher[T, P] {
	if options.MaxBatch <= 0 {
		options.MaxBatch = 500
	}
	if options.MaxQueue <= 0 {
		options.MaxQueue = 10_000
	}
	if options.Timeout <= 0 {
		options.Timeout = 30 * time.Second
	}
	b := &Batcher[T, P]{to: to, options: options, queue: make(chan *waiting[T], options.MaxQueue), ended: make(chan struct{})}
	go b.loop()
	return b
}

// Insert queues the document and returns when it is durable, or refused.
// Faults: Conflict (its id or a unique index is taken; Taken names it),
// Unavailable with a message when too many wait already (nothing was written),
// Unavailable when ctx ended or the store does not answer. In this last case
// the document may have been written: a repeat is safe, as the id decides.
func (b *Batcher[T, P]) Insert(ctx context.Context, doc T) error {
	if err := ctx.Err(); err != nil {
		return b.gone(err)
	}
	raw, err := b.to.encodeNew(doc)
	if err != nil {
		return err
	}
	w := &waiting[T]{doc: doc, raw: raw, answer: make(chan error, 1)}
	if err := b.enqueue(w); err != nil {
		return b.to.wrap("Batcher", err)
	}
	select {
	case err := <-w.answer:
		return err
	case <-ctx.Done():
		w.taken.CompareAndSwap(false, true)
		return b.gone(ctx.Err())
	}
}

func (b *Batcher[T, P]) enqueue(w *waiting[T]) error {
	b.gate.RLock()
	defer b.gate.RUnlock()
	if b.closed {
		return errStopped
	}
	select {
	case b.queue <- w:
		return nil
	default:
		return errBusy
	}
}

func (b *Batcher[T, P]) gone(err error) error {
	return b.to.wrap("Batcher", fault.New(fault.Unavailable, "").Because("context", err))
}

// Waiting returns how many documents are queued, for the operator's metrics.
func (b *Batcher[T, P]) Waiting() int { return len(b.queue) }

// Close stops accepting and returns when all that waited is answered, or with
// Unavailable when ctx ends before; what is left is then still being written.
func (b *Batcher[T, P]) Close(ctx context.Context) error {
	b.gate.Lock()
	if !b.closed {
		b.closed = true
		close(b.queue)
	}
	b.gate.Unlock()
	select {
	case <-b.ended:
		return nil
	case <-ctx.Done():
		return b.gone(ctx.Err())
	}
}

func (b *Batcher[T, P]) loop() {
	defer close(b.ended)
	for first := range b.queue {
		if batch := b.collect(first); len(batch) > 0 {
			b.write(batch)
		}
	}
}

// collect takes what is queued. Askers that were just answered may be about to
// come again, so it lets them run as long as the queue grows.
func (b *Batcher[T, P]) collect(first *waiting[T]) []*waiting[T] {
	for n := -1; n < len(b.queue) && len(b.queue) < b.options.MaxBatch; {
		n = len(b.queue)
		runtime.Gosched()
	}
	var batch []*waiting[T]
	for w := first; ; {
		if w.taken.CompareAndSwap(false, true) {
			batch = append(batch, w)
		}
		if len(batch) == b.options.MaxBatch {
			return batch
		}
		select {
		case next, ok := <-b.queue:
			if !ok {
				return batch
			}
			w = next
		default:
			return batch
		}
	}
}

// write makes a batch durable and answers each asker.
func (b *Batcher[T, P]) write(batch []*waiting[T]) {
	ctx, cancel := context.WithTimeout(context.Background(), b.options.Timeout)
	defer cancel()
	answers := b.insert(ctx, batch)
	if b.options.AfterBatch != nil {
		var inserted []T
		for i, w := range batch {
			if answers[i] == nil {
				inserted = append(inserted, w.doc)
			}
		}
		if len(inserted) > 0 {
			b.options.AfterBatch(ctx, inserted)
		}
	}
	for i, w := range batch {
		w.answer <- answers[i]
	}
}

// insert returns the answer for each document. A document that cannot be kept
// at all (Invalid, TooLarge) spoils a batch before anything of it is written;
// each is then written on its own, so that only the spoilt one is refused.
func (b *Batcher[T, P]) insert(ctx context.Context, batch []*waiting[T]) []error {
	answers := make([]error, len(batch))
	raws := make([]bson.Raw, len(batch))
	for i, w := range batch {
		raws[i] = w.raw
	}
	name := b.to.schema.Name
	refused, err := b.to.db.InsertMany(ctx, name, raws)
	switch kind := fault.KindOf(err); {
	case err == nil:
		for _, d := range refused {
			t := &TakenError{Collection: name, Index: d.Index, ID: d.ID}
			answers[d.Position] = b.to.wrap("Batcher", t.Fault())
		}
	case kind == fault.Invalid || kind == fault.TooLarge:
		for i, raw := range raws {
			answers[i] = b.to.wrap("Batcher", b.to.db.Insert(ctx, name, raw))
		}
	default:
		for i := range answers {
			answers[i] = b.to.wrap("Batcher", err)
		}
	}
	return answers
}
