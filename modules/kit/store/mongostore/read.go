package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/internal/key"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Get implements store.DB.
func (d *DB) Get(ctx context.Context, collection, id string) (bson.Raw, error) {
	raw, err := d.db.Collection(collection).FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, errNotFound()
	}
	return raw, asFault("Get", err)
}

// GetMany implements store.DB.
func (d *DB) GetMany(ctx context.Context, collection string, ids []string) ([]bson.Raw, error) {
	var all []bson.Raw
	for group := range slices.Chunk(ids, chunk) {
		raws, err := d.read(ctx, collection, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: group}}}}, options.Find())
		if err != nil {
			return nil, asFault("GetMany", err)
		}
		all = append(all, raws...)
	}
	return all, nil
}

func (d *DB) read(ctx context.Context, collection string, filter bson.D, o *options.FindOptionsBuilder) ([]bson.Raw, error) {
	cursor, err := d.db.Collection(collection).Find(ctx, filter, o)
	if err != nil {
		return nil, err
	}
	var raws []bson.Raw
	return raws, cursor.All(ctx, &raws)
}

// Find implements store.DB.
func (d *DB) Find(ctx context.Context, s store.Schema, q store.Query) ([]bson.Raw, string, error) {
	p, err := key.NewPlan(s, q)
	if err != nil {
		return nil, "", asFault("Find", err)
	}
	var raws []bson.Raw
	sort := order(p)
	for _, filter := range steps(p) {
		o := options.Find().SetSort(sort).SetHint(hint(p)).SetLimit(int64(p.Limit + 1 - len(raws))).SetBatchSize(int32(p.Limit + 1))
		more, err := d.read(ctx, s.Name, filter, o)
		if err != nil {
			return nil, "", asFault("Find", err)
		}
		if raws = append(raws, more...); len(raws) > p.Limit {
			break
		}
	}
	if len(raws) <= p.Limit {
		return raws, "", nil
	}
	raws = raws[:p.Limit]
	next, err := p.Next(raws[p.Limit-1])
	return raws, next, asFault("Find", err)
}

// Count implements store.DB.
func (d *DB) Count(ctx context.Context, s store.Schema, q store.Query) (int64, error) {
	q.After, q.Limit = "", 0
	p, err := key.NewPlan(s, q)
	if err != nil {
		return 0, asFault("Count", err)
	}
	n, err := d.db.Collection(s.Name).CountDocuments(ctx, steps(p)[0], options.Count().SetHint(hint(p)))
	return n, asFault("Count", err)
}

func hint(p key.Plan) string {
	if p.Index.Name == "" {
		return "_id_"
	}
	return prefix + p.Index.Name
}

// open returns the fields a plan walks along: those after the equal ones, and
// _id. A unique index has no _id at its end and no need of one: to sort by it
// as well would keep the server from walking the index.
func open(p key.Plan) []string {
	if p.Index.Name == "" {
		return []string{"_id"}
	}
	fields := slices.Clone(p.Index.Fields[len(p.Equal):])
	if p.Index.Unique {
		return fields
	}
	return append(fields, "_id")
}

func order(p key.Plan) bson.D {
	direction := 1
	if p.Desc {
		direction = -1
	}
	sort := bson.D{}
	for _, f := range open(p) {
		sort = append(sort, bson.E{Key: f, Value: direction})
	}
	return sort
}

func equal(field string, v any) bson.E {
	return bson.E{Key: field, Value: bson.D{{Key: "$eq", Value: v}}}
}

// steps returns the filters whose answers, one after the other, are the plan's:
// one without a cursor; with one, first those equal to the last document in all
// fields but _id, then in all but the last field, and so on outwards.
func steps(p key.Plan) []bson.D {
	base := bson.D{}
	for i, v := range p.Equal {
		base = append(base, equal(p.Index.Fields[i], v))
	}
	fields := open(p)
	if !p.Resume {
		var bounds bson.D
		if p.From != nil {
			bounds = append(bounds, bson.E{Key: "$gte", Value: p.From})
		}
		if p.To != nil {
			bounds = append(bounds, bson.E{Key: "$lt", Value: p.To})
		}
		if len(bounds) > 0 {
			base = append(base, bson.E{Key: fields[0], Value: bounds})
		}
		return []bson.D{base}
	}
	var last []any
	if p.Index.Name != "" {
		last = slices.Clone(p.Last[len(p.Equal):])
	}
	last = append(last, p.LastID)
	var all []bson.D
	for i := len(fields) - 1; i >= 0; i-- {
		same := slices.Clone(base)
		for j := range i {
			same = append(same, equal(fields[j], last[j]))
		}
		for _, beyond := range beyond(fields[i], last[i], p, i == 0) {
			all = append(all, append(slices.Clone(same), beyond))
		}
	}
	return all
}

// beyond returns the conditions on one field for what comes after a value. A
// comparison keeps to values, so what has none is asked for by itself: it comes
// before all values upwards, and after them downwards. On the field that the
// query bounds, the bound ahead holds on; the cursor is past the other.
func beyond(field string, last any, p key.Plan, bounded bool) []bson.E {
	condition := func(operator string, ahead string, bound any) bson.E {
		c := bson.D{{Key: operator, Value: last}}
		if bounded && bound != nil {
			c = append(c, bson.E{Key: ahead, Value: bound})
		}
		return bson.E{Key: field, Value: c}
	}
	switch {
	case !p.Desc && last == nil:
		return []bson.E{condition("$ne", "", nil)}
	case !p.Desc:
		return []bson.E{condition("$gt", "$lt", p.To)}
	case last == nil:
		return nil
	case field == "_id" || bounded && (p.From != nil || p.To != nil):
		return []bson.E{condition("$lt", "$gte", p.From)}
	default:
		return []bson.E{condition("$lt", "", nil), equal(field, nil)}
	}
}

// Verify implements store.DB. The server keeps its indexes itself; what is
// compared is whether they are the declared ones, and whether every document
// has an id and a version that the port can work with. Repair declares anew.
func (d *DB) Verify(ctx context.Context, s store.Schema, repair bool) ([]string, error) {
	ctx, cancel := long(ctx)
	defer cancel()
	have, err := d.indexes(ctx, s.Name)
	if err != nil {
		return nil, asFault("Verify", err)
	}
	var findings []string
	for _, ix := range s.Indexes {
		if have[ix.Name] != describe(ix) {
			findings = append(findings, fmt.Sprintf("%s: the index %s is not there as it is declared", s.Name, ix.Name))
		}
	}
	wrong := len(findings)
	o := options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}, {Key: "v", Value: 1}})
	cursor, err := d.db.Collection(s.Name).Find(ctx, bson.D{}, o)
	if err != nil {
		return nil, asFault("Verify", err)
	}
	defer cursor.Close(ctx)
	for cursor.Next(ctx) && len(findings) < wrong+100 {
		if _, _, err := key.Head(cursor.Current); err != nil {
			findings = append(findings, fmt.Sprintf("%s: the document %s: %v", s.Name, cursor.Current.Lookup("_id"), err))
		}
	}
	if err := cursor.Err(); err != nil {
		return nil, asFault("Verify", err)
	}
	if repair && wrong > 0 {
		return findings, d.Ensure(ctx, s)
	}
	return findings, nil
}
