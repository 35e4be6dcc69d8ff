package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync/atomic"

	"musharaka/modules/kit/fault"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	queueLength = 4096 // writes that may wait; further askers wait to queue
	maxBatch    = 1024 // writes in one transaction
)

// op is one write. run may be called twice, when the first transaction broke;
// it answers a *fault.Error for a refusal, having changed nothing, and any
// other error when the transaction cannot go on.
type op struct {
	run   func(*writer) error
	alone bool   // a change of tables: nothing else in its transaction
	after func() // called when it is durable, before the asker is answered
	taken atomic.Bool
	done  chan error
}

// submit queues a write and waits until it is durable or refused. When ctx ends
// first, nothing was or will be written.
func (db *DB) submit(ctx context.Context, o *op) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o.done = make(chan error, 1)
	db.gate.RLock()
	if db.closed {
		db.gate.RUnlock()
		return errClosed
	}
	select {
	case db.queue <- o:
		db.gate.RUnlock()
	case <-ctx.Done():
		db.gate.RUnlock()
		return ctx.Err()
	}
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		if o.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-o.done // being written: the answer is near, and it is the truth
	}
}

// writer owns the one connection that writes.
type writer struct {
	db         *DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	next       *op // taken from the queue, but not for this batch
}

func (w *writer) loop() {
	defer close(w.db.ended)
	for {
		o := w.next
		w.next = nil
		if o == nil {
			var ok bool
			if o, ok = <-w.db.queue; !ok {
				break
			}
		}
		w.write(w.collect(o))
	}
	for _, s := range w.statements {
		s.Close()
	}
	// What is in the log goes into the file, so that a copy of the file alone is whole.
	_, _ = w.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	w.conn.Close()
}

// collect takes what is queued. Those just answered are about to ask again, so
// it lets them run as long as the queue grows: a commit costs the same for one
// write as for a hundred.
func (w *writer) collect(first *op) []*op {
	var batch []*op
	add := func(o *op) {
		if o.taken.CompareAndSwap(false, true) {
			batch = append(batch, o)
		}
	}
	add(first)
	if first.alone {
		return batch
	}
	for n := -1; n < len(w.db.queue) && len(w.db.queue) < maxBatch; {
		n = len(w.db.queue)
		runtime.Gosched()
	}
	for len(batch) < maxBatch {
		select {
		case o, ok := <-w.db.queue:
			if !ok {
				return batch
			}
			if o.alone {
				w.next = o
				return batch
			}
			add(o)
		default:
			return batch
		}
	}
	return batch
}

// write makes a batch durable in one transaction and answers each asker; if the
// transaction breaks, it gives each write a transaction of its own.
func (w *writer) write(batch []*op) {
	if len(batch) == 0 {
		return
	}
	answers, err := w.transact(batch)
	switch {
	case err == nil:
		for i, o := range batch {
			if o.after != nil && answers[i] == nil {
				o.after()
			}
			o.done <- answers[i]
		}
	case len(batch) == 1:
		batch[0].done <- err
	default:
		for _, o := range batch {
			w.write([]*op{o})
		}
	}
}

// transact returns each write's own answer, or an error when nothing was written.
func (w *writer) transact(batch []*op) ([]error, error) {
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	answers := make([]error, len(batch))
	for i, o := range batch {
		err := o.run(w)
		if err != nil && !isRefusal(err) {
			return nil, errors.Join(err, w.rollback())
		}
		answers[i] = err
	}
	if err := w.exec("COMMIT"); err != nil {
		return nil, errors.Join(err, w.rollback())
	}
	return answers, nil
}

// undoError is an answer that comes after something was written: the
// transaction must not be committed.
type undoError struct{ error }

func (e undoError) Unwrap() error { return e.error }

func undo(err error) error {
	if err == nil {
		return nil
	}
	return undoError{err}
}

// isRefusal tells a write that changed nothing from one that must be undone.
func isRefusal(err error) bool {
	var f *fault.Error
	var u undoError
	return errors.As(err, &f) && !errors.As(err, &u)
}

// rollback ends a transaction that broke. Some errors of SQLite have ended it
// already, and then there is nothing to undo.
func (w *writer) rollback() error {
	_, err := w.conn.ExecContext(context.Background(), "ROLLBACK")
	var s *sqlite.Error
	if errors.As(err, &s) && s.Code() == sqlite3.SQLITE_ERROR {
		return nil // "cannot rollback - no transaction is active"
	}
	return err
}

func (w *writer) prepared(query string) (*sql.Stmt, error) {
	if s, ok := w.statements[query]; ok {
		return s, nil
	}
	s, err := w.conn.PrepareContext(context.Background(), query)
	if err == nil {
		w.statements[query] = s
	}
	return s, err
}

// exec runs a statement that is kept prepared.
func (w *writer) exec(query string, args ...any) error {
	_, err := w.result(query, args...)
	return err
}

func (w *writer) result(query string, args ...any) (sql.Result, error) {
	s, err := w.prepared(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.Background(), args...)
}

// row reads one row; false when there is none.
func (w *writer) row(query string, args []any, into ...any) (bool, error) {
	s, err := w.prepared(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(context.Background(), args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// forget closes the kept statements, before tables change.
func (w *writer) forget() {
	for q, s := range w.statements {
		s.Close()
		delete(w.statements, q)
	}
}
