package form

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean returns s as it is stored: valid UTF-8 in normal form C; line breaks as
// \n; without control characters, characters that override the direction of
// the text around them (U+202A–U+202E, U+2066–U+2069) and invisible ones
// without a use in Arabic or French; without blanks at either end. With lines,
// at most one blank line in a row is kept; without, every run of blanks and
// line breaks becomes one space. Cleaning twice changes nothing more.
func Clean(s string, lines bool) string {
	s = norm.NFC.String(strings.Map(visible, unifyBreaks(strings.ToValidUTF8(s, ""))))
	if !lines {
		return strings.Join(strings.Fields(s), " ")
	}
	paragraphs := strings.Split(s, "\n")
	kept, blank := paragraphs[:0], 0
	for _, line := range paragraphs {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if blank++; line != "" {
			blank = 0
		}
		if blank <= 1 {
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\v", "\n", "\f", "\n")

func unifyBreaks(s string) string { return breaks.Replace(s) }

// visible drops the characters that Clean removes. U+200E and U+200F, which
// keyboards for Arabic insert, and the joiners U+200C and U+200D stay.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\t':
		return ' '
	case unicode.IsControl(r),
		r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069,
		r == 0x200b, r == 0x2060, r == 0xfeff, r == 0x00ad,
		r >= 0xfff9 && r <= 0xfffb, r == 0xfffe, r == 0xffff:
		return -1
	}
	return r
}

// Digits returns s with Arabic-Indic (٠–٩) and Persian (۰–۹) digits as 0–9.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		}
		return r
	}, s)
}
