package mongostore

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"
)

// How long is waited for a server, where the URI does not say otherwise. The
// caller's context may end sooner.
const (
	selectionTimeout = 10 * time.Second
	connectTimeout   = 10 * time.Second
	operationTimeout = 30 * time.Second
	migrationTimeout = 12 * time.Hour // building an index over many documents
)

// DB is a database on a MongoDB server. It implements store.DB.
type DB struct {
	client *mongo.Client
	db     *mongo.Database

	schemas sync.Map // collection → the store.Schema it was ensured with
}

var _ store.DB = (*DB)(nil)

// Open connects and waits until a primary answers.
// Faults: Unavailable when none does, Internal when the URI is not one.
func Open(ctx context.Context, uri, database string) (*DB, error) {
	o := options.Client().ApplyURI(uri).
		SetAppName("musharaka").
		SetRetryWrites(true).
		SetRetryReads(true).
		SetWriteConcern(writeconcern.Majority()).
		SetReadPreference(readpref.Primary())
	if o.ServerSelectionTimeout == nil {
		o.SetServerSelectionTimeout(selectionTimeout)
	}
	if o.ConnectTimeout == nil {
		o.SetConnectTimeout(connectTimeout)
	}
	if o.Timeout == nil {
		o.SetTimeout(operationTimeout)
	}
	if err := o.Validate(); err != nil {
		return nil, asFault("mongostore.Open", hideURI(err))
	}
	client, err := mongo.Connect(o)
	if err != nil {
		return nil, asFault("mongostore.Open", hideURI(err))
	}
	db := &DB{client: client, db: client.Database(database)}
	if err := db.Ping(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// hideURI keeps an address, which may hold a password, out of the log.
func hideURI(err error) error {
	return errors.New(regexp.MustCompile(`mongodb(\+srv)?://\S+`).ReplaceAllString(err.Error(), "mongodb://…"))
}

// Ping asks the primary.
func (d *DB) Ping(ctx context.Context) error {
	return asFault("mongostore.Ping", d.client.Ping(ctx, readpref.Primary()))
}

// Close ends all connections. Later calls answer Unavailable.
func (d *DB) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	err := d.client.Disconnect(ctx)
	if errors.Is(err, mongo.ErrClientDisconnected) {
		return nil
	}
	return asFault("mongostore.Close", err)
}

// Database returns the driver's database, for what the port does not cover:
// kit/file keeps its files in GridFS.
func (d *DB) Database() *mongo.Database { return d.db }

var ours = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Collections implements store.DB. GridFS's and the server's own collections
// have a dot in their names and are not among them.
func (d *DB) Collections(ctx context.Context) ([]string, error) {
	names, err := d.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return nil, asFault("Collections", err)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return !ours.MatchString(n) })
	slices.Sort(names)
	return names, nil
}

// asFault gives an error of the driver its kind.
func asFault(op string, err error) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return fault.Wrap(op, err)
	}
	kind := fault.Internal
	var selection topology.ServerSelectionError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, mongo.ErrClientDisconnected),
		mongo.IsTimeout(err), mongo.IsNetworkError(err), errors.As(err, &selection), isTransient(err):
		kind = fault.Unavailable
	}
	return fault.New(kind, "").Because(op, err)
}

// isTransient recognises a primary that steps down, a majority that does not
// answer, and servers that cannot be chosen.
func isTransient(err error) bool {
	var labelled mongo.LabeledError
	if errors.As(err, &labelled) && (labelled.HasErrorLabel("RetryableWriteError") || labelled.HasErrorLabel("TransientTransactionError")) {
		return true
	}
	var we mongo.WriteException
	if errors.As(err, &we) && we.WriteConcernError != nil {
		return true
	}
	var bulk mongo.BulkWriteException
	if errors.As(err, &bulk) && bulk.WriteConcernError != nil {
		return true
	}
	var ce mongo.CommandError
	if errors.As(err, &ce) {
		switch ce.Code {
		case 91, 189, 10107, 11600, 11602, 13435, 13436: // shutdown, step-down, not the primary
			return true
		}
	}
	return false
}

// errNotFound is the answer when no document has the id.
func errNotFound() error { return fault.New(fault.NotFound, "") }

func errVersion(want int64) error {
	return fault.New(fault.Conflict, "").Because("mongostore", fmt.Errorf("it is no longer at version %d: %w", want, store.ErrVersion))
}
