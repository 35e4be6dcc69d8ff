package i18n

import (
	"strings"
	"unicode"
)

const (
	isolateStart = "\u2068" // first strong isolate: the value's own first letter gives its direction
	isolateEnd   = "\u2069"
	leftToRight  = "\u200e" // a mark without width that counts as a Latin letter
)

// isolate wraps a value that would disturb, or be disturbed by, the sentence
// it is put into. A value that reads the same way as the sentence is left
// alone, so that most pages carry none of these characters and a search for
// "بلدية بنزرت" finds it.
func (l *Locale) isolate(value string) string {
	if value == "" || !l.isolates || !l.disturbs(value) {
		return value
	}
	return isolateStart + value + isolateEnd
}

// disturbs reports whether the bidirectional algorithm could order value and
// the words around it otherwise than they are meant.
//
// In a sentence from left to right only letters from right to left can. In an
// Arabic sentence, letters from left to right can, and so can digits that stand
// in groups: after an Arabic letter "71 234 567" is shown as "567 234 71" and
// "2026-11-22" as "22-11-2026". A number whose parts are joined by a single
// separator of numbers (1 248 with U+202F, 3,5 or 14:30) stays in order.
func (l *Locale) disturbs(value string) bool {
	if l.Dir() == "ltr" {
		return strings.ContainsFunc(value, isRTL)
	}
	if !strings.ContainsFunc(value, isRTL) {
		return !isNumber(value)
	}
	return strings.ContainsFunc(value, func(r rune) bool { return !fitsArabic(r) })
}

// fitsArabic reports whether r keeps its place in Arabic text whatever stands
// beside it.
func fitsArabic(r rune) bool {
	return isRTL(r) || unicode.Is(unicode.Mn, r) || r >= '0' && r <= '9' || strings.ContainsRune(" .,:/!،؛؟«»\u00a0\u202f", r)
}

// isNumber reports whether s is one run of digits in which single separators
// join them, with a percent sign after it at most. The left-to-right mark is
// the one that Number and Percent set.
func isNumber(s string) bool {
	s = strings.TrimSuffix(strings.TrimPrefix(s, leftToRight), "%")
	joined := true // whether the last rune was a separator, or nothing yet
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			joined = false
		case !joined && strings.ContainsRune(".,:/\u00a0\u202f", r):
			joined = true
		default:
			return false
		}
	}
	return !joined
}

// isRTL reports whether r is a letter that runs from right to left.
func isRTL(r rune) bool {
	return r >= 0x0590 && r <= 0x08ff && unicode.IsLetter(r) || r >= 0xfb1d && r <= 0xfefc && unicode.IsLetter(r)
}
