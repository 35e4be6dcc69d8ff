package mongostore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/internal/key"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// prefix marks the indexes that are declared by the program. Others on the same
// collection (a shard key's, an operator's own) are not touched.
const prefix = "musharaka_"

const (
	namespaceExists   = 48
	namespaceNotFound = 26
)

func (d *DB) declared(collection string) (store.Schema, bool) {
	s, ok := d.schemas.Load(collection)
	if !ok {
		return store.Schema{}, false
	}
	return s.(store.Schema), true
}

// long gives work on a whole collection the time it needs; the caller's own
// context still ends it.
func long(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, migrationTimeout)
}

// Ensure implements store.DB. New indexes are built before old ones are
// dropped, so that a refusal leaves all as it was; one whose declaration
// changed under the same name is put back when its successor is refused.
func (d *DB) Ensure(ctx context.Context, s store.Schema) error {
	if err := key.CheckSchema(s); err != nil {
		return asFault("Ensure", err)
	}
	s = s.Clone()
	ctx, cancel := long(ctx)
	defer cancel()
	if err := d.create(ctx, s.Name); err != nil {
		return asFault("Ensure", err)
	}
	have, err := d.indexes(ctx, s.Name)
	if err != nil {
		return asFault("Ensure", err)
	}
	for _, ix := range s.Indexes {
		if err := d.ensureIndex(ctx, s.Name, ix, have[ix.Name]); err != nil {
			return asFault("Ensure", err)
		}
		delete(have, ix.Name)
	}
	for name := range have {
		slog.Info("store: dropping an index that is no longer declared", "collection", s.Name, "index", name)
		if err := d.db.Collection(s.Name).Indexes().DropOne(ctx, prefix+name); err != nil {
			return asFault("Ensure", err)
		}
	}
	d.schemas.Store(s.Name, s)
	return nil
}

func (d *DB) create(ctx context.Context, name string) error {
	err := d.db.CreateCollection(ctx, name)
	var ce mongo.CommandError
	if errors.As(err, &ce) && ce.Code == namespaceExists {
		return nil
	}
	return err
}

// ensureIndex makes one index what it is declared to be; have describes the one
// that is there, if any.
func (d *DB) ensureIndex(ctx context.Context, collection string, ix store.Index, have string) error {
	if have == describe(ix) {
		return nil
	}
	indexes := d.db.Collection(collection).Indexes()
	if have != "" {
		slog.Info("store: an index is declared otherwise and is built anew", "collection", collection, "index", ix.Name)
		if err := indexes.DropOne(ctx, prefix+ix.Name); err != nil {
			return err
		}
	}
	_, err := indexes.CreateOne(ctx, model(ix.Name, keys(ix), ix.Unique))
	if err == nil {
		return nil
	}
	if have != "" {
		was, unique := parse(have)
		if _, back := indexes.CreateOne(ctx, model(ix.Name, was, unique)); back != nil {
			err = errors.Join(err, back)
		}
	}
	if ix.Unique { // the server's message holds the values, which may be personal
		if one, other, found := d.twins(ctx, collection, ix); found {
			return fault.New(fault.Conflict, "").Because("Ensure", fmt.Errorf(
				"the collection %s cannot have the unique index %s over %v: the documents %q and %q, for one, have the same values; change or delete one of each such pair, or declare the index without Unique",
				collection, ix.Name, ix.Fields, one, other))
		}
	}
	return fmt.Errorf("the collection %s cannot have the index %s: %w", collection, ix.Name, err)
}

func model(name string, keys bson.D, unique bool) mongo.IndexModel {
	return mongo.IndexModel{Keys: keys, Options: options.Index().SetName(prefix + name).SetUnique(unique)}
}

func keys(ix store.Index) bson.D {
	var keys bson.D
	for _, f := range ix.Fields {
		keys = append(keys, bson.E{Key: f, Value: int32(1)})
	}
	if !ix.Unique {
		keys = append(keys, bson.E{Key: "_id", Value: int32(1)})
	}
	return keys
}

// describe writes what the server keeps of an index as one comparable text.
func describe(ix store.Index) string { return text(keys(ix), ix.Unique) }

func text(keys bson.D, unique bool) string {
	var fields []string
	for _, e := range keys {
		fields = append(fields, e.Key)
	}
	if unique {
		return "unique " + strings.Join(fields, ",")
	}
	return "plain " + strings.Join(fields, ",")
}

func parse(text string) (keys bson.D, unique bool) {
	kind, fields, _ := strings.Cut(text, " ")
	for f := range strings.SplitSeq(fields, ",") {
		keys = append(keys, bson.E{Key: f, Value: int32(1)})
	}
	return keys, kind == "unique"
}

// indexes describes the collection's indexes that carry our prefix, by name.
func (d *DB) indexes(ctx context.Context, collection string) (map[string]string, error) {
	cursor, err := d.db.Collection(collection).Indexes().List(ctx)
	var ce mongo.CommandError
	if errors.As(err, &ce) && ce.Code == namespaceNotFound {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, err
	}
	var list []struct {
		Name   string `bson:"name"`
		Key    bson.D `bson:"key"`
		Unique bool   `bson:"unique"`
	}
	if err := cursor.All(ctx, &list); err != nil {
		return nil, err
	}
	have := map[string]string{}
	for _, ix := range list {
		if name, declared := strings.CutPrefix(ix.Name, prefix); declared {
			have[name] = text(ix.Key, ix.Unique)
		}
	}
	return have, nil
}

// twins finds two documents with the same values, as neighbours in their order.
func (d *DB) twins(ctx context.Context, collection string, ix store.Index) (one, other string, found bool) {
	projection := bson.D{{Key: "_id", Value: 1}}
	for _, f := range ix.Fields {
		projection = append(projection, bson.E{Key: f, Value: 1})
	}
	o := options.Find().SetSort(keys(store.Index{Fields: ix.Fields, Unique: true})).SetProjection(projection).SetAllowDiskUse(true)
	cursor, err := d.db.Collection(collection).Find(ctx, bson.D{}, o)
	if err != nil {
		return "", "", false
	}
	defer cursor.Close(ctx)
	var before [][]byte
	for cursor.Next(ctx) {
		id, _ := cursor.Current.Lookup("_id").StringValueOK()
		entries, err := key.Entries(cursor.Current, ix)
		if err != nil {
			return "", "", false
		}
		for _, e := range entries {
			for _, b := range before {
				if string(b) == string(e) {
					return one, id, true
				}
			}
		}
		one, before = id, entries
	}
	return "", "", false
}
