package typeset

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean makes text fit to be set and returns its lines. Afterwards every rune is
// a letter, mark, sign or space, a joiner, or one of the bidi controls that
// cannot reach beyond their own line; letters are composed, runs of spaces are
// one space, and no line begins or ends with one.
//
// Embeddings and overrides (U+202A to U+202E) are dropped: a name that holds one
// shows itself and the words after it in a false order. Isolates and marks stay.
func clean(text string) [][]rune {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		cleanRune(&b, r)
	}
	var lines [][]rune
	for line := range strings.SplitSeq(norm.NFC.String(b.String()), "\n") {
		lines = append(lines, []rune(strings.Trim(line, " ")))
	}
	return lines
}

func cleanRune(b *strings.Builder, r rune) {
	switch {
	case r == '\n', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
		b.WriteByte('\n')
	case isBreakingSpace(r) || r == '\t':
		if s := b.String(); s != "" && s[len(s)-1] != ' ' {
			b.WriteByte(' ')
		}
	case r < 0x20, r >= 0x7F && r < 0xA0, r == 0xAD, r == 0xFEFF,
		r >= 0x202A && r <= 0x202E, r >= 0x206A && r <= 0x206F, r >= 0xFFF9 && r <= 0xFFFC,
		r >= 0xE0000 && r <= 0xE007F, unicode.Is(unicode.Noncharacter_Code_Point, r):
	case unicode.Is(unicode.Co, r): // private: nobody but its sender knows what it shows
		b.WriteRune(unicode.ReplacementChar)
	case isDisguised(r):
		b.WriteString(norm.NFKC.String(string(r)))
	default:
		b.WriteRune(r)
	}
}

// isDisguised reports whether r is a letter in a ready-made shape: the Arabic
// presentation forms that come out of old PDF files, full-width Latin, and the
// "mathematical" letters of social networks. The letters themselves can be
// shaped, searched and read aloud. ﷺ and ﷽ stay the signs they are.
func isDisguised(r rune) bool {
	switch {
	case r == 0xFDFA || r == 0xFDFD:
		return false
	case r >= 0xFB00 && r <= 0xFB06, r >= 0xFB50 && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFE,
		r >= 0xFF01 && r <= 0xFF5E, r >= 0x1D400 && r <= 0x1D7FF:
		return true
	}
	return false
}

// isBreakingSpace reports whether a line may end at r and hide it.
func isBreakingSpace(r rune) bool {
	return r == ' ' || r == 0x1680 || r >= 0x2000 && r <= 0x200A && r != 0x2007 || r == 0x205F || r == 0x3000
}

// isBidiControl reports whether r has done its work once levels are known.
func isBidiControl(r rune) bool {
	return r == 0x200E || r == 0x200F || r == 0x061C || r >= 0x2066 && r <= 0x2069 || r == 0x200B || r == 0x2060
}

// drawnAs returns the character whose glyph stands for r: the two half rings of
// transliterated Arabic are drawn as quotation marks, and the pencil that marks
// a number nobody compared with the law yet as a dagger, printers' sign for a
// note.
func drawnAs(r rune) rune {
	switch r {
	case 0x02BE:
		return 0x2019
	case 0x02BF:
		return 0x2018
	case 0x270E:
		return 0x2020
	}
	return r
}

// LTR wraps text that reads from left to right wherever it stands, such as a
// reference, a phone number or an address of the web, so that an Arabic
// sentence around it does not move its signs.
func LTR(text string) string { return "\u2066" + text + "\u2069" }
