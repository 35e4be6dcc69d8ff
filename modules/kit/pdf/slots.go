package pdf

import (
	_ "embed" // the font below
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// slotFont is a font of one glyph, one em wide and high but without area. The
// text layer is set in it: each character stands for itself by its code, and
// shows nothing. The glyph is not quite empty, because PDFium passes over a word
// of one character whose glyph has no extent.
//
//go:embed slots.ttf
var slotFont []byte

// slots gives the characters of the text layer their codes, in the order in
// which the document uses them.
type slots struct {
	codes map[rune]uint16
	runes []rune // by code - 1

	levels int // one more than the highest level of a word
}

// dict returns the entries of the resource dictionary: the one font under a name
// for each level of embedding, so that the order of reading can be told from the
// order on the line.
func (s *slots) dict(font ref) string {
	var b strings.Builder
	for level := range s.levels {
		fmt.Fprintf(&b, "/F%d %s", level, font)
	}
	return b.String()
}

// code returns the code of r. A document that uses more characters than there
// are codes shares the last one.
func (s *slots) code(r rune) uint16 {
	if !utf8.ValidRune(r) {
		r = utf8.RuneError
	}
	if c, ok := s.codes[r]; ok {
		return c
	}
	if len(s.runes) == 0xFFFE {
		return 0xFFFE
	}
	s.runes = append(s.runes, r)
	c := uint16(len(s.runes))
	s.codes[r] = c
	return c
}

// appendString appends the characters as a PDF string in visual order, with a
// space at its end when one follows on the line.
func (s *slots) appendString(b []byte, runes []rune, rtl, space bool) []byte {
	b = append(b, '(')
	for i := range runes {
		r := runes[i]
		if rtl {
			r = runes[len(runes)-1-i]
		}
		b = s.appendCode(b, r)
	}
	if space {
		b = s.appendCode(b, ' ')
	}
	return append(b, ')')
}

func (s *slots) appendCode(b []byte, r rune) []byte {
	c := s.code(r)
	return appendEscaped(appendEscaped(b, byte(c>>8)), byte(c))
}

// appendEscaped appends one byte of a PDF string.
func appendEscaped(b []byte, c byte) []byte {
	switch c {
	case '(', ')', '\\':
		return append(b, '\\', c)
	case '\r':
		return append(b, '\\', 'r')
	case '\n':
		return append(b, '\\', 'n')
	}
	return append(b, c)
}

// escape returns s fit to stand between the brackets of a PDF string.
func escape(s string) string {
	var b []byte
	for i := range len(s) {
		b = appendEscaped(b, s[i])
	}
	return string(b)
}

// widths returns the widths that are not one em: marks have none, and the space
// has little, so that a gap remains to be seen.
func (s *slots) widths() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d[250]", s.code(' '))
	for i, r := range s.runes {
		if unicode.Is(unicode.Mn, r) {
			fmt.Fprintf(&b, "%d[0]", i+1)
		}
	}
	return b.String()
}

// write writes the font with the meaning of its codes, and returns it.
func (s *slots) write(f *file) ref {
	program, descriptor, gids, meaning := f.reserve(), f.reserve(), f.reserve(), f.reserve()
	f.stream(program, fmt.Sprintf("/Length1 %d", len(slotFont)), slotFont)
	f.object(descriptor, fmt.Sprintf("<</Type/FontDescriptor/FontName/MusharakaSlots/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80/FontFile2 %s>>", program))
	f.stream(gids, "", make([]byte, 2*(len(s.runes)+1))) // every code shows glyph 0

	var m strings.Builder
	m.WriteString("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n" +
		"/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	for from := 0; from < len(s.runes); from += 100 { // a block may hold 100
		to := min(from+100, len(s.runes))
		fmt.Fprintf(&m, "%d beginbfchar\n", to-from)
		for i := from; i < to; i++ {
			fmt.Fprintf(&m, "<%04X><%s>\n", i+1, appendUTF16(nil, s.runes[i]))
		}
		m.WriteString("endbfchar\n")
	}
	m.WriteString("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend")
	f.stream(meaning, "", []byte(m.String()))

	descendant := f.add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/MusharakaSlots/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000/W[%s]/CIDToGIDMap %s/FontDescriptor %s>>", s.widths(), gids, descriptor))
	return f.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/MusharakaSlots/Encoding/Identity-H/DescendantFonts[%s]/ToUnicode %s>>", descendant, meaning))
}
