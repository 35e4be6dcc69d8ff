package mongostore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/internal/key"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

const (
	duplicateKey = 11000
	chunk        = 1000 // documents in one insert command
	chunkBytes   = 24 << 20
	bulkUpdates  = 50 // replacements in one command: no server here takes fewer
)

// Insert implements store.DB.
func (d *DB) Insert(ctx context.Context, collection string, doc bson.Raw) error {
	id, err := d.check(collection, doc)
	if err != nil {
		return asFault("Insert", err)
	}
	_, err = d.db.Collection(collection).InsertOne(ctx, doc)
	return asFault("Insert", d.taken(ctx, collection, id, doc, err))
}

// check looks at a document as the other adapter does before it writes.
func (d *DB) check(collection string, doc bson.Raw) (id string, err error) {
	id, _, err = key.Head(doc)
	if err != nil {
		return "", err
	}
	if s, ok := d.declared(collection); ok {
		for _, ix := range s.Indexes {
			if _, err := key.Entries(doc, ix); err != nil {
				return "", err
			}
		}
	}
	return id, nil
}

// InsertMany implements store.DB.
func (d *DB) InsertMany(ctx context.Context, collection string, docs []bson.Raw) ([]store.Duplicate, error) {
	ids := make([]string, len(docs))
	for i, doc := range docs {
		id, err := d.check(collection, doc)
		if err != nil {
			return nil, asFault("InsertMany", err)
		}
		ids[i] = id
	}
	var refused []store.Duplicate
	for start := 0; start < len(docs); {
		end := chunkEnd(docs, start)
		positions, err := d.insertChunk(ctx, collection, docs[start:end])
		if err != nil {
			return nil, asFault("InsertMany", err)
		}
		for _, p := range positions {
			i := start + p.position
			index, err := d.index(ctx, collection, ids[i], docs[i], p.message)
			if err != nil {
				return nil, asFault("InsertMany", err)
			}
			refused = append(refused, store.Duplicate{Position: i, ID: ids[i], Index: index})
		}
		start = end
	}
	return refused, nil
}

// chunkEnd returns where the command that begins with docs[start] ends.
func chunkEnd(docs []bson.Raw, start int) int {
	size := 0
	for i := start; i < len(docs); i++ {
		size += len(docs[i])
		if i > start && (size > chunkBytes || i-start == chunk) {
			return i
		}
	}
	return len(docs)
}

type refusal struct {
	position int
	message  string
}

func (d *DB) insertChunk(ctx context.Context, collection string, docs []bson.Raw) ([]refusal, error) {
	_, err := d.db.Collection(collection).InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	var bulk mongo.BulkWriteException
	if err == nil || !errors.As(err, &bulk) {
		return nil, err
	}
	if bulk.WriteConcernError != nil {
		return nil, err
	}
	var refused []refusal
	for _, w := range bulk.WriteErrors {
		if w.Code != duplicateKey {
			return nil, err
		}
		refused = append(refused, refusal{w.Index, w.Message})
	}
	return refused, nil
}

// taken turns a duplicate-key error into a Conflict that names the index.
func (d *DB) taken(ctx context.Context, collection, id string, doc bson.Raw, err error) error {
	if err == nil || !mongo.IsDuplicateKeyError(err) {
		return err
	}
	index, lookup := d.index(ctx, collection, id, doc, err.Error())
	if lookup != nil {
		return lookup
	}
	return (&store.TakenError{Collection: collection, Index: index, ID: id}).Fault()
}

var named = regexp.MustCompile(`\bindex: (\S+) dup key`)

// index finds out which index refused the document: from the server's message,
// or, from a server that does not say, by looking who has its id or values.
func (d *DB) index(ctx context.Context, collection, id string, doc bson.Raw, message string) (string, error) {
	if m := named.FindStringSubmatch(message); m != nil {
		if m[1] == "_id_" {
			return "_id", nil
		}
		return strings.TrimPrefix(m[1], prefix), nil
	}
	c := d.db.Collection(collection)
	switch err := c.FindOne(ctx, bson.D{{Key: "_id", Value: id}}, options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 1}})).Err(); {
	case err == nil:
		return "_id", nil
	case !errors.Is(err, mongo.ErrNoDocuments):
		return "", err
	}
	s, _ := d.declared(collection)
	for _, ix := range s.Indexes {
		if !ix.Unique {
			continue
		}
		filter := bson.D{}
		for _, f := range ix.Fields {
			filter = append(filter, bson.E{Key: f, Value: lookup(doc, f)})
		}
		if c.FindOne(ctx, filter).Err() == nil {
			return ix.Name, nil
		}
	}
	return "_id", nil // whoever had it has gone meanwhile
}

func lookup(doc bson.Raw, path string) any {
	v, err := doc.LookupErr(strings.Split(path, ".")...)
	if err != nil {
		return nil
	}
	return v
}

// Replace implements store.DB.
func (d *DB) Replace(ctx context.Context, collection, id string, version int64, doc bson.Raw) error {
	if _, err := d.check(collection, doc); err != nil {
		return asFault("Replace", err)
	}
	if newID, v, err := key.Head(doc); err != nil || newID != id || v != version+1 {
		return asFault("Replace", errors.New("the new document must have the same id and the next version"))
	}
	res, err := d.db.Collection(collection).ReplaceOne(ctx, at(id, version), doc)
	if err != nil {
		return asFault("Replace", d.taken(ctx, collection, id, doc, err))
	}
	if res.MatchedCount == 0 {
		return asFault("Replace", d.whyNot(ctx, collection, id, version))
	}
	return nil
}

func at(id string, version int64) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "v", Value: version}}
}

// whyNot tells a document that is gone from one that has moved on.
func (d *DB) whyNot(ctx context.Context, collection, id string, version int64) error {
	if _, err := d.Get(ctx, collection, id); err != nil {
		return err
	}
	return errVersion(version)
}

// Increment implements store.DB.
func (d *DB) Increment(ctx context.Context, collection, id string, by map[string]int64) (bson.Raw, error) {
	sum := bson.D{{Key: "v", Value: int64(1)}}
	for _, path := range slices.Sorted(maps.Keys(by)) {
		if err := key.CheckCounter(path); err != nil {
			return nil, asFault("Increment", err)
		}
		sum = append(sum, bson.E{Key: path, Value: by[path]})
	}
	after, err := d.db.Collection(collection).FindOneAndUpdate(ctx,
		bson.D{{Key: "_id", Value: id}}, bson.D{{Key: "$inc", Value: sum}},
		options.FindOneAndUpdate().SetReturnDocument(options.After)).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, errNotFound()
	}
	if mongo.IsDuplicateKeyError(err) {
		index := ""
		if m := named.FindStringSubmatch(err.Error()); m != nil {
			index = strings.TrimPrefix(m[1], prefix)
		}
		err = (&store.TakenError{Collection: collection, Index: index, ID: id}).Fault()
	}
	return after, asFault("Increment", err)
}

// Delete implements store.DB.
func (d *DB) Delete(ctx context.Context, collection, id string, version int64) error {
	filter := at(id, version)
	if version == 0 {
		filter = filter[:1]
	}
	res, err := d.db.Collection(collection).DeleteOne(ctx, filter)
	if err != nil {
		return asFault("Delete", err)
	}
	if res.DeletedCount == 0 {
		if version == 0 {
			return errNotFound()
		}
		return asFault("Delete", d.whyNot(ctx, collection, id, version))
	}
	return nil
}

// Restore implements store.DB: new documents in batches, the others one for one.
func (d *DB) Restore(ctx context.Context, collection string, docs []bson.Raw) error {
	ids := make([]string, len(docs))
	for i, doc := range docs {
		id, err := d.check(collection, doc)
		if err != nil {
			return asFault("Restore", err)
		}
		ids[i] = id
	}
	var again []int
	for start := 0; start < len(docs); {
		end := chunkEnd(docs, start)
		refused, err := d.insertChunk(ctx, collection, docs[start:end])
		if err != nil {
			return asFault("Restore", err)
		}
		for _, r := range refused {
			again = append(again, start+r.position)
		}
		start = end
	}
	for group := range slices.Chunk(again, bulkUpdates) {
		var models []mongo.WriteModel
		for _, i := range group {
			models = append(models, mongo.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: ids[i]}}).SetReplacement(docs[i]).SetUpsert(true))
		}
		_, err := d.db.Collection(collection).BulkWrite(ctx, models)
		if mongo.IsDuplicateKeyError(err) {
			err = fault.New(fault.Conflict, "").Because("mongostore", fmt.Errorf("%s: a restored document has the value of a unique index that another one has", collection)) // the server's message holds the value
		}
		if err != nil {
			return asFault("Restore", err)
		}
	}
	return nil
}
