package association

import (
	"strings"
	"unicode"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Text is what an association says, in Arabic, in French, or in both.
type Text struct {
	AR string `bson:"ar,omitempty" json:"ar" yaml:"ar"`
	FR string `bson:"fr,omitempty" json:"fr" yaml:"fr"`
}

// In returns the text for a reader of lang: in that language if it is there,
// else in the other. Readers of English are shown the French.
func (t Text) In(lang string) string {
	text, _ := t.Said(lang)
	return text
}

// Said returns the text for a reader of lang with the language it is written
// in; both are "" where there is no text.
func (t Text) Said(lang string) (text, written string) {
	switch {
	case t.AR != "" && (lang == "ar" || t.FR == ""):
		return t.AR, "ar"
	case t.FR != "":
		return t.FR, "fr"
	}
	return "", ""
}

// IsZero reports whether there is no text.
func (t Text) IsZero() bool { return t.AR == "" && t.FR == "" }

// tidy takes the space around both away.
func (t Text) tidy() Text { return Text{AR: strings.TrimSpace(t.AR), FR: strings.TrimSpace(t.FR)} }

// UnmarshalBSONValue reads both shapes a text was ever kept in: one for each
// language, and the single string of the first campaigns, which goes to the
// language of its letters.
func (t *Text) UnmarshalBSONValue(typ byte, data []byte) error {
	raw := bson.RawValue{Type: bson.Type(typ), Value: data}
	if one, ok := raw.StringValueOK(); ok {
		*t = Text{FR: one}
		if strings.ContainsFunc(one, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) {
			*t = Text{AR: one}
		}
		return nil
	}
	type plain Text // without this method
	return raw.Unmarshal((*plain)(t))
}
