package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The memory this package may use is the writer's cache, one cache for each
// reader, and the queue of writes.
const (
	writerCacheKiB = 48 * 1024
	readerCacheKiB = 4 * 1024
	format         = 1 // of the file; kept in its user_version
	applicationID  = 0x4d757368
)

// DB is an open file. It implements store.DB.
type DB struct {
	path  string
	lock  *fileLock
	write *sql.DB
	read  *sql.DB

	mu          sync.RWMutex
	collections map[string]*collection

	statements sync.Map // query text → *sql.Stmt of the readers

	gate   sync.RWMutex // held for reading while something is put in the queue
	closed bool
	queue  chan *op
	ended  chan struct{} // closed when the writer has written all
}

var _ store.DB = (*DB)(nil)

// Open opens the file, making it and its folder when they are not there.
// Faults: Unavailable when another process has it open or the disk refuses,
// Internal when it is not a store of ours or a newer program wrote it.
func Open(ctx context.Context, path string) (*DB, error) {
	db, err := open(ctx, path)
	return db, asFault("sqlitestore.Open", err)
}

func open(ctx context.Context, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	lock, err := takeLock(path + ".lock")
	if err != nil {
		return nil, fault.New(fault.Unavailable, "").Because("lock", fmt.Errorf("%s is in use by another process, or cannot be locked; stop that process first: %w", path, err))
	}
	db := &DB{path: path, lock: lock, queue: make(chan *op, queueLength), ended: make(chan struct{})}
	if err := db.connect(ctx); err != nil {
		db.disconnect()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return db, nil
}

func (db *DB) connect(ctx context.Context) (err error) {
	if db.write, err = sql.Open("sqlite", dsn(db.path, writerCacheKiB, "journal_mode(WAL)", "wal_autocheckpoint(8192)", "journal_size_limit(67108864)")); err != nil {
		return err
	}
	db.write.SetMaxOpenConns(1)
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	w := &writer{db: db, conn: conn, statements: map[string]*sql.Stmt{}}
	if err := db.prepareFile(ctx, conn); err != nil {
		return errors.Join(err, conn.Close())
	}
	if db.read, err = sql.Open("sqlite", dsn(db.path, readerCacheKiB, "query_only(1)")); err != nil {
		return errors.Join(err, conn.Close())
	}
	readers := max(4, min(8, 2*runtime.NumCPU()))
	db.read.SetMaxOpenConns(readers)
	db.read.SetMaxIdleConns(readers)
	go w.loop()
	return nil
}

func dsn(path string, cacheKiB int, pragmas ...string) string {
	q := url.Values{}
	for _, p := range append([]string{"busy_timeout(10000)", "synchronous(FULL)", fmt.Sprintf("cache_size(-%d)", cacheKiB), "foreign_keys(0)"}, pragmas...) {
		q.Add("_pragma", p)
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	return u.String()
}

// prepareFile makes or checks the file's own tables and reads what is declared.
func (db *DB) prepareFile(ctx context.Context, conn *sql.Conn) error {
	var version, app int64
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return err
	}
	if version > format {
		return fmt.Errorf("the file has format %d and this program knows %d: use the newer program that wrote it", version, format)
	}
	if version == 0 {
		var tables int
		if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
			return err
		}
		if tables > 0 || app != 0 {
			return errors.New("the file is an SQLite database of something else")
		}
		for _, s := range []string{
			"BEGIN IMMEDIATE",
			`CREATE TABLE "musharaka/collections" (name TEXT PRIMARY KEY, declaration TEXT NOT NULL) WITHOUT ROWID`,
			fmt.Sprintf("PRAGMA application_id=%d", applicationID),
			fmt.Sprintf("PRAGMA user_version=%d", format),
			"COMMIT",
		} {
			if _, err := conn.ExecContext(ctx, s); err != nil {
				return err
			}
		}
	} else if app != applicationID {
		return errors.New("the file is an SQLite database of something else")
	}
	return db.readDeclarations(ctx, conn)
}

func (db *DB) readDeclarations(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, `SELECT declaration FROM "musharaka/collections"`)
	if err != nil {
		return err
	}
	defer rows.Close()
	db.collections = map[string]*collection{}
	for rows.Next() {
		var text []byte
		var s store.Schema
		if err := rows.Scan(&text); err != nil {
			return err
		}
		if err := json.Unmarshal(text, &s); err != nil {
			return fmt.Errorf("a recorded declaration: %w", err)
		}
		db.collections[s.Name] = newCollection(s)
	}
	return rows.Err()
}

// Close writes what is queued, closes the file and frees it for others.
// Later calls answer Unavailable.
func (db *DB) Close() error {
	db.gate.Lock()
	if db.closed {
		db.gate.Unlock()
		return nil
	}
	db.closed = true
	close(db.queue)
	db.gate.Unlock()
	<-db.ended
	return asFault("sqlitestore.Close", db.disconnect())
}

func (db *DB) disconnect() error {
	var errs []error
	if db.read != nil {
		errs = append(errs, db.read.Close())
	}
	if db.write != nil {
		errs = append(errs, db.write.Close())
	}
	return errors.Join(append(errs, db.lock.release())...)
}

// Ping answers whether the file can be read.
func (db *DB) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return asFault("sqlitestore.Ping", err)
	}
	var one int
	return asFault("sqlitestore.Ping", db.read.QueryRowContext(ctx, "SELECT 1").Scan(&one))
}

// collection returns what is known of a declared collection.
func (db *DB) collection(name string) (*collection, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	c, ok := db.collections[name]
	if !ok {
		return nil, fault.New(fault.Internal, "").Because("sqlitestore", fmt.Errorf("the collection %q was not declared", name))
	}
	return c, nil
}

var errClosed = fault.New(fault.Unavailable, "").Because("sqlitestore", errors.New("the store is closed"))

// asFault gives an error of SQLite or of a context its kind.
func asFault(op string, err error) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return fault.Wrap(op, err)
	}
	kind := fault.Internal
	var s *sqlite.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrConnDone), isClosed(err):
		kind = fault.Unavailable
	case errors.Is(err, os.ErrPermission), errors.Is(err, os.ErrExist):
		kind = fault.Unavailable
	case errors.As(err, &s):
		switch s.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT:
			kind = fault.Unavailable
		}
		slog.Error("store: SQLite refused", "op", op, "code", s.Code())
	}
	return fault.New(kind, "").Because(op, err)
}

// isClosed recognises what database/sql says after Close; it has no name for it.
func isClosed(err error) bool { return err.Error() == "sql: database is closed" }
