package budget

import (
	"bytes"
	"encoding/json"
	"strings"
)

// unmarshalExact reads JSON without turning numbers into floats.
func unmarshalExact(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}

// marshalPlain writes JSON without escaping <, > and &.
func marshalPlain(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}
