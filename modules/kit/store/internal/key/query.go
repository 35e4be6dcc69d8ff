package key

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Plan is a query checked against its schema, with all values normalized.
type Plan struct {
	Index  store.Index // Name "" is the primary key
	Equal  []any
	From   any // nil: none
	To     any // nil: none
	Desc   bool
	Limit  int
	Resume bool   // After was given
	Last   []any  // with Resume: the index's values in the last document seen
	LastID string // with Resume: its id
}

// NewPlan checks q. A query that does not ride its index is the programmer's
// mistake (Internal); a cursor that was not made for it may come from a
// stranger (Invalid).
func NewPlan(s store.Schema, q store.Query) (Plan, error) {
	p := Plan{Desc: q.Desc, Limit: q.Limit}
	if p.Limit == 0 {
		p.Limit = 20
	}
	if p.Limit < 1 || p.Limit > 1000 {
		return p, fmt.Errorf("a limit of %d is outside 1..1000", q.Limit)
	}
	if q.Index != "" {
		i := slices.IndexFunc(s.Indexes, func(ix store.Index) bool { return ix.Name == q.Index })
		if i < 0 {
			return p, fmt.Errorf("%s declares no index %q", s.Name, q.Index)
		}
		p.Index = s.Indexes[i]
	}
	if err := p.bounds(q); err != nil {
		return p, fmt.Errorf("query along %s %q: %w", s.Name, q.Index, err)
	}
	return p, p.resume(q.After)
}

func (p *Plan) bounds(q store.Query) (err error) {
	fields := len(p.Index.Fields)
	if p.Index.Name == "" {
		fields = 0
	}
	if len(q.Equal) > fields {
		return fmt.Errorf("%d equal values for %d fields", len(q.Equal), fields)
	}
	if p.Index.Multi && len(q.Equal) == 0 {
		return fmt.Errorf("a Multi index needs an equal value for its first field")
	}
	p.Equal = make([]any, len(q.Equal))
	for i, v := range q.Equal {
		if p.Equal[i], err = Normalize(v); err != nil {
			return err
		}
	}
	if p.From, err = Normalize(q.From); err != nil {
		return err
	}
	if p.To, err = Normalize(q.To); err != nil {
		return err
	}
	if p.From == nil && p.To == nil {
		return nil
	}
	if p.Index.Name == "" {
		_, from := p.From.(string)
		_, to := p.To.(string)
		if p.From != nil && !from || p.To != nil && !to {
			return fmt.Errorf("ids are strings")
		}
	} else if len(q.Equal) == fields {
		return fmt.Errorf("a range needs a field after the equal ones")
	}
	if p.From != nil && p.To != nil && reflect.TypeOf(p.From) != reflect.TypeOf(p.To) {
		return fmt.Errorf("the bounds are of different types")
	}
	return nil
}

func (p *Plan) resume(after string) error {
	if after == "" {
		return nil
	}
	wrong := fault.New(fault.Invalid, "This page is no longer there. Please start again from the first page.")
	b, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		return wrong.Because("store", err)
	}
	for i := range p.Index.Fields {
		var v any
		if v, b, err = Decode(b); err != nil {
			return wrong.Because("store", err)
		}
		if i < len(p.Equal) && !bytes.Equal(Append(nil, v), Append(nil, p.Equal[i])) {
			return wrong.Because("store", fmt.Errorf("the cursor belongs to another query"))
		}
		p.Last = append(p.Last, v)
	}
	p.Resume, p.LastID = true, string(b)
	if CheckID(p.LastID) != nil || !p.holds() {
		return wrong.Because("store", errBroken)
	}
	return nil
}

// holds reports whether the document the cursor stands on is within the bounds.
func (p *Plan) holds() bool {
	if p.Index.Name == "" {
		from, bounded := p.From.(string)
		to, capped := p.To.(string)
		return (!bounded || p.LastID >= from) && (!capped || p.LastID < to)
	}
	low, high := p.Range()
	last := Concat(p.Last)
	return bytes.Compare(last, low) >= 0 && bytes.Compare(last, high) < 0
}

// Concat returns the bytes of all values.
func Concat(values []any) []byte {
	var b []byte
	for _, v := range values {
		b = Append(b, v)
	}
	return b
}

// Range returns the half-open span [low, high) of index bytes that the plan's
// equalities and bounds describe, without its cursor. A bound keeps to the
// values of its own type, as MongoDB's do.
func (p *Plan) Range() (low, high []byte) {
	prefix := Concat(p.Equal)
	if p.From == nil && p.To == nil {
		if len(prefix) == 0 {
			return []byte{0}, []byte{above}
		}
		return prefix, append(slices.Clone(prefix), above)
	}
	low, high = slices.Clone(prefix), slices.Clone(prefix)
	switch {
	case p.From == nil:
		low = append(low, Append(nil, p.To)[0])
	default:
		low = Append(low, p.From)
	}
	switch {
	case p.To == nil:
		high = append(high, Append(nil, p.From)[0]+1)
	default:
		high = Append(high, p.To)
	}
	return low, high
}

var (
	goodName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)
	goodField = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)
	goodPath  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$`) // counters are kept by keys of many kinds
)

// CheckSchema says what is wrong with a declaration.
func CheckSchema(s store.Schema) error {
	if !goodName.MatchString(s.Name) {
		return fmt.Errorf("%q cannot be a collection's name", s.Name)
	}
	seen := map[string]bool{}
	for _, ix := range s.Indexes {
		if !goodName.MatchString(ix.Name) || seen[ix.Name] {
			return fmt.Errorf("%s: %q cannot be an index's name, or is there twice", s.Name, ix.Name)
		}
		seen[ix.Name] = true
		if len(ix.Fields) == 0 {
			return fmt.Errorf("%s: index %s has no fields", s.Name, ix.Name)
		}
		for i, f := range ix.Fields {
			if !goodField.MatchString(f) || f == "_id" || slices.Contains(ix.Fields[:i], f) {
				return fmt.Errorf("%s: index %s cannot have the field %q, or has it twice", s.Name, ix.Name, f)
			}
		}
	}
	return nil
}

// CheckCounter says why a field cannot be incremented.
func CheckCounter(path string) error {
	if !goodPath.MatchString(path) || path == "_id" || path == "v" {
		return fmt.Errorf("%q cannot be incremented", path)
	}
	return nil
}

// Next returns the cursor for the page after the one that ends with this document.
func (p *Plan) Next(last bson.Raw) (string, error) {
	id, ok := last.Lookup("_id").StringValueOK()
	if !ok {
		return "", errBroken
	}
	values, err := Values(last, p.Index)
	if err != nil {
		return "", err
	}
	copy(values, p.Equal)
	return base64.RawURLEncoding.EncodeToString(append(Concat(values), id...)), nil
}
