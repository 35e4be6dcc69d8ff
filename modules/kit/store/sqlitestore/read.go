package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"
	"musharaka/modules/kit/store/internal/key"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// statement returns a query kept prepared on the readers.
func (db *DB) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := db.statements.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := db.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if other, loaded := db.statements.LoadOrStore(query, s); loaded {
		s.Close()
		return other.(*sql.Stmt), nil
	}
	return s, nil
}

// Get implements store.DB.
func (db *DB) Get(ctx context.Context, collection, id string) (bson.Raw, error) {
	if err := ctx.Err(); err != nil {
		return nil, asFault("Get", err)
	}
	if _, err := db.collection(collection); err != nil {
		return nil, asFault("Get", err)
	}
	s, err := db.statement(ctx, `SELECT doc FROM "`+collection+`" WHERE id = ?`)
	if err != nil {
		return nil, asFault("Get", err)
	}
	var raw []byte
	err = s.QueryRowContext(ctx, id).Scan(&raw)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "")
	}
	return raw, asFault("Get", err)
}

// GetMany implements store.DB. All are read from one state of the store.
func (db *DB) GetMany(ctx context.Context, collection string, ids []string) ([]bson.Raw, error) {
	if _, err := db.collection(collection); err != nil {
		return nil, asFault("GetMany", err)
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, asFault("GetMany", err)
	}
	s, err := db.statement(ctx, `SELECT doc FROM "`+collection+`" WHERE id IN (SELECT value FROM json_each(?))`)
	if err != nil {
		return nil, asFault("GetMany", err)
	}
	rows, err := s.QueryContext(ctx, string(list))
	if err != nil {
		return nil, asFault("GetMany", err)
	}
	defer rows.Close()
	var raws []bson.Raw
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, asFault("GetMany", err)
		}
		raws = append(raws, raw)
	}
	return raws, asFault("GetMany", rows.Err())
}

// span is the part of a table that a plan walks, as SQL and its arguments.
type span struct {
	from, where, order string
	args               []any
}

func (c *collection) span(p key.Plan) span {
	if p.Index.Name == "" {
		return c.idSpan(p)
	}
	low, high := p.Range()
	s := span{
		from:  indexTable(c.schema.Name, p.Index.Name) + " i",
		where: "i.k >= ? AND i.k < ?", order: "i.k", args: []any{low, high},
	}
	if p.Resume {
		after := key.Concat(p.Last)
		if !p.Index.Unique {
			after = append(after, p.LastID...)
		}
		s.where += " AND i.k " + beyond(p.Desc) + " ?"
		s.args = append(s.args, after)
	}
	return s
}

func (c *collection) idSpan(p key.Plan) span {
	s := span{from: `"` + c.schema.Name + `" d`, where: "1", order: "d.id"}
	for _, b := range []struct {
		ask   bool
		sign  string
		value any
	}{
		{p.From != nil, ">=", p.From}, {p.To != nil, "<", p.To}, {p.Resume, beyond(p.Desc), p.LastID},
	} {
		if b.ask {
			s.where += " AND d.id " + b.sign + " ?"
			s.args = append(s.args, b.value)
		}
	}
	return s
}

func beyond(desc bool) string {
	if desc {
		return "<"
	}
	return ">"
}

// Find implements store.DB.
func (db *DB) Find(ctx context.Context, s store.Schema, q store.Query) ([]bson.Raw, string, error) {
	c, p, err := db.plan(s, q)
	if err != nil {
		return nil, "", asFault("Find", err)
	}
	sp := c.span(p)
	query := "SELECT d.doc FROM " + sp.from
	if p.Index.Name != "" {
		query += ` CROSS JOIN "` + s.Name + `" d ON d.rid = i.rid` // CROSS: SQLite keeps this order
	}
	query += " WHERE " + sp.where + " ORDER BY " + sp.order
	if p.Desc {
		query += " DESC"
	}
	stmt, err := db.statement(ctx, query+" LIMIT ?")
	if err != nil {
		return nil, "", asFault("Find", err)
	}
	rows, err := stmt.QueryContext(ctx, append(sp.args, p.Limit+1)...)
	if err != nil {
		return nil, "", asFault("Find", err)
	}
	defer rows.Close()
	raws := make([]bson.Raw, 0, min(p.Limit+1, 64))
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, "", asFault("Find", err)
		}
		raws = append(raws, raw)
	}
	if err := rows.Err(); err != nil {
		return nil, "", asFault("Find", err)
	}
	if len(raws) <= p.Limit {
		return raws, "", nil
	}
	raws = raws[:p.Limit]
	next, err := p.Next(raws[p.Limit-1])
	return raws, next, asFault("Find", err)
}

// Count implements store.DB.
func (db *DB) Count(ctx context.Context, s store.Schema, q store.Query) (int64, error) {
	q.After, q.Limit = "", 0
	c, p, err := db.plan(s, q)
	if err != nil {
		return 0, asFault("Count", err)
	}
	sp := c.span(p)
	stmt, err := db.statement(ctx, "SELECT count(*) FROM "+sp.from+" WHERE "+sp.where)
	if err != nil {
		return 0, asFault("Count", err)
	}
	var n int64
	err = stmt.QueryRowContext(ctx, sp.args...).Scan(&n)
	return n, asFault("Count", err)
}

// plan checks a query against what is declared to the store, which is what its
// tables are made for, whatever the caller's copy of the schema says.
func (db *DB) plan(s store.Schema, q store.Query) (*collection, key.Plan, error) {
	c, err := db.collection(s.Name)
	if err != nil {
		return nil, key.Plan{}, err
	}
	p, err := key.NewPlan(c.schema, q)
	return c, p, err
}

// Collections implements store.DB.
func (db *DB) Collections(context.Context) ([]string, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	var names []string
	for name := range db.collections {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}
