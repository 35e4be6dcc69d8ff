package typeset

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/bidi"
)

// conformanceFile is Unicode's own list of 91,000 cases, where a system has it
// (Debian: package unicode-data).
const conformanceFile = "/usr/share/unicode/BidiCharacterTest.txt"

func TestBidiAgreesWithUnicodesConformanceFile(t *testing.T) {
	f, err := os.Open(conformanceFile)
	if err != nil {
		t.Skip("Unicode's BidiCharacterTest.txt is not here; on Debian, install unicode-data to run this test")
	}
	defer f.Close()
	cases, failed := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Split(lines.Text(), ";")
		if strings.HasPrefix(lines.Text(), "#") || len(fields) != 5 {
			continue
		}
		var text []rune
		for _, h := range strings.Fields(fields[0]) {
			v, err := strconv.ParseUint(h, 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			text = append(text, rune(v))
		}
		base := uint8(fields[2][0] - '0')
		got := wholeLine(text, base)
		cases++
		for i, want := range strings.Fields(fields[3]) {
			if want != "x" && want != strconv.Itoa(int(got[i])) {
				failed++
				if failed < 10 {
					t.Errorf("%s (base %d): levels %v, want %s", fields[0], base, got, fields[3])
				}
				break
			}
		}
	}
	if cases < 1000 || failed > 0 {
		t.Errorf("%d of %d cases differ", failed, cases)
	}
}

// wholeLine is levelsOf with L1 for a paragraph that is one line.
func wholeLine(text []rune, base uint8) []uint8 {
	levels := append([]uint8(nil), levelsOf(text, base)...)
	trailing := true
	for i := len(text) - 1; i >= 0; i-- {
		p, _ := bidi.LookupRune(text[i])
		switch p.Class() {
		case bidi.S, bidi.B:
			levels[i], trailing = base, true
		case bidi.WS, bidi.LRI, bidi.RLI, bidi.FSI, bidi.PDI, bidi.BN, bidi.LRE, bidi.RLE, bidi.LRO, bidi.RLO, bidi.PDF:
			if trailing {
				levels[i] = base
			}
		default:
			trailing = false
		}
	}
	return levels
}

func TestBidiLevels(t *testing.T) {
	for _, c := range []struct {
		name, text, levels string
		base               uint8
	}{
		{"French alone", "rue de Tunis 12", "000000000000000", 0},
		{"Arabic alone", "حي النصر", "11111111", 1},
		{"a number inside Arabic", "حي 12", "11122", 1},
		{"a number inside Arabic inside French", "a حي 12 ب z", "00111221100", 0},
		{"a name in brackets", "حي (ABC) ب", "1111222111", 1},
		{"thousands stay together", "2\u202f000", "22222", 1},
		{"a phone number, isolated", "\u2066+216 72\u2069", "122222221", 1},
	} {
		var got strings.Builder
		for _, l := range levelsOf([]rune(c.text), c.base) {
			got.WriteByte('0' + l)
		}
		if got.String() != c.levels {
			t.Errorf("%s: %q has levels %s, want %s", c.name, c.text, got.String(), c.levels)
		}
	}
}
