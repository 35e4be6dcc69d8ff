package ledger

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/ledger/proof"
	"musharaka/modules/kit/store"
)

// Check rebuilds every log from its leaves and compares it with what is kept
// and published; a sentence for each difference. With repair, what can be
// written again from the logs' own documents is.
func (l *Ledger) Check(ctx context.Context, repair bool) ([]string, error) {
	var found []string
	err := l.heads.Each(ctx, store.Query{}, func(d headDoc) error {
		texts, err := l.CheckLog(ctx, d.ID, repair)
		found = append(found, texts...)
		return err
	})
	return found, fault.Wrap("ledger.Check", err)
}

// CheckLog is Check of one log.
func (l *Ledger) CheckLog(ctx context.Context, log string, repair bool) ([]string, error) {
	published := map[int64]Published{} // read first: none of them is newer than the head
	if err := l.published.Each(ctx, store.Query{Index: "log", Equal: []any{log}}, func(p Published) error {
		published[p.Size] = p
		return nil
	}); err != nil {
		return nil, fault.Wrap("ledger.CheckLog", err)
	}
	d, err := l.heads.Get(ctx, log)
	if err != nil {
		return nil, fault.Wrap("ledger.CheckLog", err)
	}
	c := checker{l: l, d: d, repair: repair, published: published}
	if err := c.leaves(ctx); err != nil {
		return c.found, err
	}
	c.head(d.Signed, "head", d.Size)
	for size := range c.published {
		c.note("a head of %d leaves was published, and the log has fewer", size)
	}
	return c.found, nil
}

// checker rebuilds one log.
type checker struct {
	l         *Ledger
	d         headDoc
	repair    bool
	edge      edges
	size      int64
	published map[int64]Published
	found     []string
}

func (c *checker) note(format string, args ...any) {
	c.found = append(c.found, c.d.ID+": "+fmt.Sprintf(format, args...))
}

// leaves walks the entries, those of the last batch that are not written yet
// included, and compares tiles and published heads on the way.
func (c *checker) leaves(ctx context.Context) error {
	first := c.d.Size - int64(len(c.d.Last))
	c.compare()
	err := c.l.entries.Each(ctx, store.Query{Index: "log", Equal: []any{c.d.ID}, To: first}, func(e Entry) error {
		return c.leaf(ctx, e)
	})
	if err != nil {
		return err
	}
	if c.size != first {
		c.note("%d leaves are kept before the last batch, %d should be", c.size, first)
	}
	for _, e := range c.d.Last {
		if err := c.leaf(ctx, e); err != nil {
			return err
		}
	}
	if c.repair {
		return c.l.flush(ctx, &queue{flushed: -1}, c.d)
	}
	return nil
}

// leaf takes one leaf in.
func (c *checker) leaf(ctx context.Context, e Entry) error {
	if e.Index != c.size {
		c.note("leaf %d is missing, or stands there twice", c.size)
		c.size = e.Index
	}
	if e.ID != entryID(c.d.ID, e.Hash()) {
		c.note("leaf %d is not what its name says", e.Index)
	}
	for _, want := range c.edge.add(c.d.ID, c.size, e.Hash()) {
		if err := c.tile(ctx, want); err != nil {
			return err
		}
	}
	c.size++
	c.compare()
	return nil
}

// tile compares a full tile with the one that is kept.
func (c *checker) tile(ctx context.Context, want tileDoc) error {
	kept, err := c.l.tiles.Get(ctx, want.ID)
	if fault.Is(err, fault.NotFound) {
		for _, f := range c.d.Full {
			if f.ID == want.ID {
				kept, err = f, nil
			}
		}
	}
	if fault.Is(err, fault.NotFound) {
		c.note("tile %s is missing", want.ID)
		if c.repair {
			return c.l.tiles.Insert(ctx, want)
		}
		return nil
	}
	if err == nil && !bytes.Equal(kept.Hashes, want.Hashes) {
		c.note("tile %s is not what the leaves make", want.ID)
	}
	return err
}

// compare looks whether a head of this size was published.
func (c *checker) compare() {
	if p, ok := c.published[c.size]; ok {
		c.head(p.Signed, "published head", c.size)
		delete(c.published, c.size)
	}
}

// head compares a signed head with the leaves up to now.
func (c *checker) head(signed, what string, size int64) {
	h, err := proof.Open(c.l.KeyOf(c.d.ID, signed), signed)
	if err != nil {
		c.note("the %s of %d leaves: %v", what, size, err)
		return
	}
	root, err := c.edge.root(c.size)
	if err != nil { // leaves are missing, which was said
		return
	}
	if !strings.HasSuffix(h.Origin, "/"+c.d.ID) || h.Size != size || h.Root != root || c.size != size {
		c.note("the %s of %d leaves does not sign the leaves that are kept", what, size)
	}
}
