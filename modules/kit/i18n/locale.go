package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leonelquinteros/gotext/plurals"

	"musharaka/modules/kit/clock"
)

// Locale is a language in a country. It is read-only and safe to share.
type Locale struct {
	lang, country string
	forms         map[key][]string
	plural        plurals.Expression // nil in English
	isolates      bool
	zone          *time.Location
	months        [12]string
	missing       func(lang, id string)
}

func newLocale(lang, country string, base, usage *table) *Locale {
	l := &Locale{lang: lang, country: country, forms: map[key][]string{}, isolates: true}
	for _, t := range []*table{base, usage} {
		if t == nil {
			continue
		}
		if l.plural == nil {
			l.plural = t.plural
		}
		for k, forms := range t.forms {
			l.forms[k] = forms
		}
	}
	l.zone = clock.Zone(country)
	if country == "" {
		l.zone = clock.Zone("TN") // UTC+1, which is the time of both countries but for Ramadan in Morocco
	}
	l.months = l.monthNames()
	return l
}

// Plain returns the same locale without isolates around inserted values, for
// text that is shown where the characters U+2068 and U+2069 may be drawn as
// boxes: a mail's subject, a spreadsheet, a PDF's title.
func (l *Locale) Plain() *Locale {
	plain := *l
	plain.isolates = false
	return &plain
}

// Lang returns "ar", "fr" or "en".
func (l *Locale) Lang() string { return l.lang }

// Country returns "TN", "MA" or "".
func (l *Locale) Country() string { return l.country }

// Tag returns the BCP 47 tag, such as "ar-TN", or "ar" without a country.
func (l *Locale) Tag() string {
	if l.country == "" {
		return l.lang
	}
	return l.lang + "-" + l.country
}

// Dir returns the direction of writing: "rtl" or "ltr".
func (l *Locale) Dir() string {
	if l.lang == "ar" {
		return "rtl"
	}
	return "ltr"
}

// T translates id and puts the values of pairs (name, value, name, value …)
// in place of its {name} placeholders. Integers are written as by Number; give
// a year as a string.
func (l *Locale) T(id string, pairs ...any) string { return l.C("", id, pairs...) }

// C is T for a word that means different things in different places; context
// tells the translator which is meant.
func (l *Locale) C(context, id string, pairs ...any) string {
	text := id
	if forms := l.forms[key{context, id}]; len(forms) > 0 && forms[0] != "" {
		text = forms[0]
	} else if l.missing != nil {
		l.missing(l.lang, id)
	}
	return l.fill(text, 0, false, pairs)
}

// N translates a sentence about n things, in the form that the language has
// for n (Arabic has six). {n} stands for the number; further placeholders are
// filled from pairs.
func (l *Locale) N(one, many string, n int, pairs ...any) string {
	text := many
	if n == 1 {
		text = one
	}
	if forms := l.forms[key{"", one}]; l.plural != nil && len(forms) > 1 {
		if i := l.plural.Eval(uint32(max(n, -n))); i < len(forms) && forms[i] != "" {
			text = forms[i]
		}
	} else if l.missing != nil {
		l.missing(l.lang, one)
	}
	return l.fill(text, n, true, pairs)
}

// fill replaces the placeholders of text. A placeholder without a value stays
// as it is, so that the mistake is seen.
func (l *Locale) fill(text string, n int, counted bool, pairs []any) string {
	open := strings.IndexByte(text, '{')
	if open < 0 || len(pairs) == 0 && !counted {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 32)
	for open >= 0 {
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		name := text[open+1 : open+end]
		b.WriteString(text[:open])
		dot := false
		if value, known := lookUp(name, pairs); known {
			written := l.value(value)
			dot = strings.HasSuffix(strings.TrimSuffix(written, isolateEnd), ".")
			b.WriteString(written)
		} else if counted && name == "n" {
			b.WriteString(l.Number(int64(n)))
		} else {
			b.WriteString(text[open : open+end+1])
		}
		text = text[open+end+1:]
		if dot && (text == "." || strings.HasPrefix(text, ". ")) { // “د.م.” ends the sentence with the dot it has
			text = text[1:]
		}
		open = strings.IndexByte(text, '{')
	}
	b.WriteString(text)
	return b.String()
}

func lookUp(name string, pairs []any) (any, bool) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if s, ok := pairs[i].(string); ok && s == name {
			return pairs[i+1], true
		}
	}
	return nil, false
}

// ready is a value that is isolated already where it must be.
type ready string

// value writes one value as it stands in a sentence of this language.
func (l *Locale) value(v any) string {
	switch v := v.(type) {
	case string:
		return l.isolate(v)
	case ready:
		return string(v)
	case int:
		return l.Number(int64(v))
	case int64:
		return l.Number(v)
	case int32:
		return l.Number(int64(v))
	case uint32:
		return l.Number(int64(v))
	case float64:
		return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", l.point(), 1)
	case time.Time:
		return l.Date(v)
	default:
		return l.isolate(fmt.Sprint(v))
	}
}
