package sqlitestore

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// incremented returns the document with each field raised and its version
// raised by one. The fields keep their places; new ones come last.
func incremented(raw bson.Raw, by map[string]int64) (bson.Raw, error) {
	var doc bson.D
	if err := bson.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	var err error
	if doc, err = add(doc, "v", 1); err != nil {
		return nil, err
	}
	for _, path := range slices.Sorted(maps.Keys(by)) {
		if doc, err = add(doc, path, by[path]); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return bson.Marshal(doc)
}

func add(doc bson.D, path string, n int64) (bson.D, error) {
	name, rest, deeper := strings.Cut(path, ".")
	i := slices.IndexFunc(doc, func(e bson.E) bool { return e.Key == name })
	if i < 0 {
		var zero any = int64(0)
		if deeper {
			zero = bson.D{}
		}
		doc, i = append(doc, bson.E{Key: name, Value: zero}), len(doc)
	}
	if deeper {
		inner, ok := doc[i].Value.(bson.D)
		if !ok {
			return nil, fmt.Errorf("%s is not a document", name)
		}
		inner, err := add(inner, rest, n)
		doc[i].Value = inner
		return doc, err
	}
	var have int64
	switch x := doc[i].Value.(type) {
	case int32:
		have = int64(x)
	case int64:
		have = x
	default:
		return nil, fmt.Errorf("%s is not a whole number", name)
	}
	if n > 0 && have > math.MaxInt64-n || n < 0 && have < math.MinInt64-n {
		return nil, fmt.Errorf("%s would grow beyond 64 bits", name)
	}
	doc[i].Value = have + n
	return doc, nil
}
