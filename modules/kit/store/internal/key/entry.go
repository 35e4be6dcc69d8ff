package key

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"musharaka/modules/kit/fault"
	"musharaka/modules/kit/store"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The bounds that every document meets, whichever adapter keeps it.
const (
	MaxID  = 512              // bytes of an id
	MaxDoc = 16 * 1024 * 1024 // bytes of a document: MongoDB's own bound
)

// Head checks a document's outline and returns its id and version.
// Faults: Invalid (an id that cannot be kept), TooLarge, Internal.
func Head(doc bson.Raw) (id string, version int64, err error) {
	if len(doc) > MaxDoc {
		return "", 0, fault.New(fault.TooLarge, "This is more than can be kept in one piece. Please shorten it.")
	}
	if err := doc.Validate(); err != nil {
		return "", 0, fmt.Errorf("the document is not BSON: %w", err)
	}
	v, err := doc.LookupErr("_id")
	if err != nil || v.Type != bson.TypeString {
		return "", 0, fmt.Errorf("the document has no _id that is a string")
	}
	id = v.StringValue()
	if err := CheckID(id); err != nil {
		return "", 0, err
	}
	n, err := doc.LookupErr("v")
	if err != nil || n.Type != bson.TypeInt64 {
		return "", 0, fmt.Errorf("the document has no v that is an int64")
	}
	return id, n.Int64(), nil
}

// CheckID says with an Invalid fault why no document can have this id.
func CheckID(id string) error {
	var why string
	switch {
	case id == "":
		why = "it is empty"
	case len(id) > MaxID:
		why = fmt.Sprintf("it is longer than %d bytes", MaxID)
	case strings.IndexByte(id, 0) >= 0:
		why = "it holds a zero byte"
	case !utf8.ValidString(id):
		why = "it is not UTF-8"
	default:
		return nil
	}
	return fault.New(fault.Invalid, "").Because("store", fmt.Errorf("an id cannot be kept: %s", why))
}

// Entries returns the keys under which an index finds the document: one, or
// one for each distinct element of a Multi index's list, sorted. The id is not
// part of them.
func Entries(doc bson.Raw, ix store.Index) ([][]byte, error) {
	firsts := [][]byte{nil}
	fields := ix.Fields
	if ix.Multi {
		var err error
		if firsts, err = elements(nil, doc, strings.Split(fields[0], ".")); err != nil {
			return nil, fmt.Errorf("index %s: %s %w", ix.Name, fields[0], err)
		}
		slices.SortFunc(firsts, bytes.Compare)
		firsts = slices.CompactFunc(firsts, bytes.Equal)
		fields = fields[1:]
	}
	var tail []byte
	for _, f := range fields {
		v, err := field(doc, f)
		if err != nil {
			return nil, fmt.Errorf("index %s: %s %w", ix.Name, f, err)
		}
		tail = Append(tail, v)
	}
	for i, first := range firsts {
		firsts[i] = append(first, tail...)
	}
	return firsts, nil
}

// Values returns the values of an index's fields in a document, for a cursor.
// The first field of a Multi index is left nil: a query always gives it.
func Values(doc bson.Raw, ix store.Index) ([]any, error) {
	values := make([]any, len(ix.Fields))
	for i, f := range ix.Fields {
		if ix.Multi && i == 0 {
			continue
		}
		v, err := field(doc, f)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

// field returns the value at a dotted path; nil when any part of it is missing.
func field(doc bson.Raw, path string) (any, error) {
	for {
		name, rest, more := strings.Cut(path, ".")
		v, err := doc.LookupErr(name)
		if err != nil {
			return nil, nil
		}
		if !more {
			return ofBSON(v)
		}
		switch v.Type {
		case bson.TypeEmbeddedDocument:
			doc, path = v.Document(), rest
		case bson.TypeArray:
			return ofBSON(v)
		default:
			return nil, nil
		}
	}
}

// elements appends the bytes of each value at a path on which lists may lie.
// An empty list has none; a missing one counts as null.
func elements(out [][]byte, doc bson.Raw, path []string) ([][]byte, error) {
	v, err := doc.LookupErr(path[0])
	if err != nil {
		return append(out, Append(nil, nil)), nil
	}
	if v.Type != bson.TypeArray {
		return element(out, v, path[1:])
	}
	list, err := v.Array().Values()
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		if out, err = element(out, e, path[1:]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func element(out [][]byte, v bson.RawValue, path []string) ([][]byte, error) {
	if len(path) > 0 {
		if v.Type == bson.TypeEmbeddedDocument {
			return elements(out, v.Document(), path)
		}
		return append(out, Append(nil, nil)), nil
	}
	n, err := ofBSON(v)
	if err != nil {
		return nil, err
	}
	return append(out, Append(nil, n)), nil
}
