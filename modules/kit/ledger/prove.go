package ledger

import (
	"context"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ledger/proof"
	"musharaka/modules/kit/store"

	"golang.org/x/mod/sumdb/tlog"
)

// Inclusion proves that the leaf with this hash is in the log as its newest
// head signs it. NotFound when it is not.
func (l *Ledger) Inclusion(ctx context.Context, log string, h tlog.Hash) (proof.Inclusion, error) {
	e, err := l.Find(ctx, log, h)
	if err != nil {
		return proof.Inclusion{}, err
	}
	d, err := l.heads.Get(ctx, log)
	if err != nil {
		return proof.Inclusion{}, fault.Wrap("ledger.Inclusion", err)
	}
	p, err := tlog.ProveRecord(d.Size, e.Index, l.reader(ctx, d))
	if err != nil {
		return proof.Inclusion{}, fault.Wrap("ledger.Inclusion", err)
	}
	return proof.Inclusion{Head: d.Signed, Index: e.Index, Leaf: h, Proof: p}, nil
}

// Consistency proves that the log's newest head continues the one of so many
// leaves. Invalid when there were never so many, or none.
func (l *Ledger) Consistency(ctx context.Context, log string, from int64) (proof.Consistency, error) {
	d, err := l.heads.Get(ctx, log)
	if fault.Is(err, fault.NotFound) {
		return proof.Consistency{}, errNoLog
	}
	if err != nil {
		return proof.Consistency{}, fault.Wrap("ledger.Consistency", err)
	}
	if from < 1 || from > d.Size {
		return proof.Consistency{}, fault.New(fault.Invalid, "The log has {n} entries: give a number from 1 to {n}.", "n", d.Size)
	}
	p, err := tlog.ProveTree(d.Size, from, l.reader(ctx, d))
	if err != nil {
		return proof.Consistency{}, fault.Wrap("ledger.Consistency", err)
	}
	return proof.Consistency{Head: d.Signed, From: from, Proof: p}, nil
}

// Publish keeps the log's present head among those published, and returns it.
// A head that was published before keeps its time.
func (l *Ledger) Publish(ctx context.Context, log string) (Published, error) {
	h, err := l.Head(ctx, log)
	if err != nil {
		return Published{}, err
	}
	p := Published{Meta: store.Meta{ID: publishedID(log, h.Size)}, Log: log, Size: h.Size, Signed: h.Signed, At: l.clock.Now()}
	err = l.published.Insert(ctx, p)
	if _, taken := store.Taken(err); taken {
		p, err = l.published.Get(ctx, p.ID)
	}
	return p, fault.Wrap("ledger.Publish", err)
}

// Heads pages through the published heads of a log, the newest first.
func (l *Ledger) Heads(ctx context.Context, log, after string, limit int) (store.Page[Published], error) {
	page, err := l.published.Find(ctx, store.Query{Index: "log", Equal: []any{log}, Desc: true, After: after, Limit: limit})
	return page, fault.Wrap("ledger.Heads", err)
}
