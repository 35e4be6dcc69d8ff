// Package key turns the values of an index into bytes that sort as MongoDB
// sorts them, and back, so that both adapters agree on order, equality and
// cursors.
//
// The order is: missing and null (one and the same), numbers, strings by their
// bytes, false, true, times. The bytes of one value are never the beginning of
// another's, so values may be put one after the other.
package key

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The first byte of a value says its type. The gaps leave room, and none is
// 0xFF, so a prefix followed by 0xFF is above all that begins with it.
const (
	tagNull   = 0x05
	tagNumber = 0x10
	tagString = 0x20
	tagBool   = 0x30
	tagTime   = 0x40
	above     = 0xFF
)

// Normalize returns v as nil, int64, string, bool or a time in UTC and whole
// milliseconds. Named types and pointers are looked through.
func Normalize(v any) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case string:
		return x, nil
	case bool:
		return x, nil
	case int64:
		return x, nil
	case time.Time:
		return time.UnixMilli(x.UnixMilli()).UTC(), nil
	case bson.DateTime:
		return time.UnixMilli(int64(x)).UTC(), nil
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Pointer:
		if r.IsNil() {
			return nil, nil
		}
		return Normalize(r.Elem().Interface())
	case reflect.String:
		return r.String(), nil
	case reflect.Bool:
		return r.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(r.Uint()), nil
	}
	return nil, fmt.Errorf("an index cannot hold or look for a value of type %T", v)
}

// Append appends the bytes of a normalized value.
func Append(dst []byte, v any) []byte {
	switch x := v.(type) {
	case nil:
		return append(dst, tagNull)
	case int64:
		return appendInt(append(dst, tagNumber), x)
	case string:
		return appendString(dst, x)
	case bool:
		if x {
			return append(dst, tagBool, 1)
		}
		return append(dst, tagBool, 0)
	case time.Time:
		return appendInt(append(dst, tagTime), x.UnixMilli())
	}
	panic(fmt.Sprintf("key: %T was not normalized", v))
}

func appendInt(dst []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(dst, uint64(n)^(1<<63))
}

// appendString ends a string with 00 01 and writes a zero byte inside it as
// 00 FF, so that a string sorts after each of its beginnings.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, tagString)
	for {
		i := strings.IndexByte(s, 0)
		if i < 0 {
			break
		}
		dst = append(append(dst, s[:i]...), 0, 0xFF)
		s = s[i+1:]
	}
	return append(append(dst, s...), 0, 1)
}

var errBroken = errors.New("key: bytes are not those of a value")

// Decode returns the first value of b and what follows it.
func Decode(b []byte) (v any, rest []byte, err error) {
	if len(b) == 0 {
		return nil, nil, errBroken
	}
	tag, b := b[0], b[1:]
	switch tag {
	case tagNull:
		return nil, b, nil
	case tagNumber, tagTime:
		if len(b) < 8 {
			return nil, nil, errBroken
		}
		n := int64(binary.BigEndian.Uint64(b) ^ (1 << 63))
		if tag == tagTime {
			return time.UnixMilli(n).UTC(), b[8:], nil
		}
		return n, b[8:], nil
	case tagBool:
		if len(b) < 1 || b[0] > 1 {
			return nil, nil, errBroken
		}
		return b[0] == 1, b[1:], nil
	case tagString:
		return decodeString(b)
	}
	return nil, nil, errBroken
}

func decodeString(b []byte) (v any, rest []byte, err error) {
	var s []byte
	for i := 0; i+1 < len(b); i++ {
		switch {
		case b[i] != 0:
			s = append(s, b[i])
		case b[i+1] == 1:
			return string(s), b[i+2:], nil
		case b[i+1] == 0xFF:
			s = append(s, 0)
			i++
		default:
			return nil, nil, errBroken
		}
	}
	return nil, nil, errBroken
}

// ofBSON returns the normalized value of a BSON value.
func ofBSON(v bson.RawValue) (any, error) {
	switch v.Type {
	case bson.TypeNull, bson.TypeUndefined:
		return nil, nil
	case bson.TypeString:
		return v.StringValue(), nil
	case bson.TypeBoolean:
		return v.Boolean(), nil
	case bson.TypeInt32:
		return int64(v.Int32()), nil
	case bson.TypeInt64:
		return v.Int64(), nil
	case bson.TypeDateTime:
		return time.UnixMilli(v.DateTime()).UTC(), nil
	case bson.TypeArray:
		return nil, errors.New("holds a list, and only the first field of a Multi index may")
	}
	return nil, fmt.Errorf("holds a BSON %s, which cannot be indexed", v.Type)
}

// Lowest returns the least value of v's type, to reach all of a type from below.
func Lowest(v any) any {
	switch v.(type) {
	case int64:
		return int64(math.MinInt64)
	case string:
		return ""
	case bool:
		return false
	case time.Time:
		return time.UnixMilli(math.MinInt64).UTC()
	}
	return nil
}
