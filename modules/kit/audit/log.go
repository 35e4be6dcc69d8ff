package audit

import (
	"context"
	"time"

	"musharaka/modules/kit/store"
)

// Log is the collection of all entries, across documents.
type Log struct {
	entries *store.Collection[Entry, *Entry]
}

// Open opens the log.
func Open(ctx context.Context, db store.DB) (*Log, error) {
	entries, err := store.Open[Entry](ctx, db, store.Schema{Name: "audit", Indexes: []store.Index{
		{Name: "by_subject", Fields: []string{"subject"}}, // then by id, which is the order of the history
		{Name: "by_authority", Fields: []string{"authority", "at"}},
		{Name: "by_actor", Fields: []string{"actor_id", "at"}},
	}})
	if err != nil {
		return nil, err
	}
	return &Log{entries: entries}, nil
}

// Record mirrors entries that stand in a document's history. Those that are
// there already are left as they are, so a whole history may be given each time.
func (l *Log) Record(ctx context.Context, entries ...Entry) error {
	for _, e := range entries {
		if err := e.complete(); err != nil {
			return err
		}
	}
	_, err := l.entries.InsertMany(ctx, entries)
	return err
}

// Paging says which part of a list is wanted: After is the Next of the page
// before, Limit at most 1000 (0 means 20).
type Paging struct {
	After string
	Limit int
}

// Of returns the entries of one subject, oldest first.
func (l *Log) Of(ctx context.Context, subject string, p Paging) (store.Page[Entry], error) {
	return l.entries.Find(ctx, store.Query{Index: "by_subject", Equal: []any{subject}, After: p.After, Limit: p.Limit})
}

// ByAuthority returns the entries of one authority ("" is the platform) from
// one time to before another, newest first. A zero time is no bound.
func (l *Log) ByAuthority(ctx context.Context, authority string, from, to time.Time, p Paging) (store.Page[Entry], error) {
	q := between("by_authority", authority, from, to)
	q.Desc, q.After, q.Limit = true, p.After, p.Limit
	return l.entries.Find(ctx, q)
}

// ByActor returns what one person did, newest first.
func (l *Log) ByActor(ctx context.Context, actorID string, p Paging) (store.Page[Entry], error) {
	return l.entries.Find(ctx, store.Query{Index: "by_actor", Equal: []any{actorID}, Desc: true, After: p.After, Limit: p.Limit})
}

func between(index, value string, from, to time.Time) store.Query {
	q := store.Query{Index: index, Equal: []any{value}}
	if !from.IsZero() {
		q.From = from
	}
	if !to.IsZero() {
		q.To = to
	}
	return q
}

// Differences says how the log differs from the histories it mirrors, by entry id.
type Differences struct {
	Missing []string // in a history, not in the log
	Altered []string // in both, but saying something else: one of them was tampered with
}

// Compare looks for differences between the log and these entries of a history.
func (l *Log) Compare(ctx context.Context, entries ...Entry) (Differences, error) {
	var d Differences
	for batch := range chunks(entries) {
		ids := make([]string, len(batch))
		for i, e := range batch {
			ids[i] = e.ID
		}
		mirrored, err := l.entries.GetMany(ctx, ids)
		if err != nil {
			return Differences{}, err
		}
		for _, e := range batch {
			if m, ok := mirrored[e.ID]; !ok {
				d.Missing = append(d.Missing, e.ID)
			} else if !m.same(e) {
				d.Altered = append(d.Altered, e.ID)
			}
		}
	}
	return d, nil
}

// Repair writes the entries that the log lacks and returns what differed before.
// Altered entries are reported and left: which copy is true is for a person to judge.
func (l *Log) Repair(ctx context.Context, entries ...Entry) (Differences, error) {
	d, err := l.Compare(ctx, entries...)
	if err != nil || len(d.Missing) == 0 {
		return d, err
	}
	return d, l.Record(ctx, entries...)
}

// chunks cuts a history into batches that one look-up can carry.
func chunks(entries []Entry) func(yield func([]Entry) bool) {
	return func(yield func([]Entry) bool) {
		for len(entries) > 0 {
			n := min(500, len(entries))
			if !yield(entries[:n]) {
				return
			}
			entries = entries[n:]
		}
	}
}
