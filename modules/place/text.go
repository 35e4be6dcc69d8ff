package place

import (
	"strings"
	"unicode"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Text is what an authority says of itself, in Arabic, in French, or in both.
type Text struct {
	AR string `bson:"ar" json:"ar" yaml:"ar"`
	FR string `bson:"fr" json:"fr" yaml:"fr"`
}

// In returns the text for a reader of lang: in that language if it is there,
// else in the other. Readers of English are shown the French.
func (t Text) In(lang string) string {
	if lang == "ar" && t.AR != "" || t.FR == "" {
		return t.AR
	}
	return t.FR
}

// UnmarshalBSONValue reads both shapes a text was ever kept in: one for each
// language, and the single string of the first version, which goes to the
// language of its letters.
func (t *Text) UnmarshalBSONValue(typ byte, data []byte) error {
	raw := bson.RawValue{Type: bson.Type(typ), Value: data}
	if one, ok := raw.StringValueOK(); ok {
		*t = Text{FR: one}
		if strings.IndexFunc(one, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) >= 0 {
			*t = Text{AR: one}
		}
		return nil
	}
	type plain Text // without this method
	return raw.Unmarshal((*plain)(t))
}
