package typeset

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func borrow(t testing.TB) *Setter {
	t.Helper()
	s := Borrow()
	t.Cleanup(func() { GiveBack(s) })
	return s
}

// onScreen returns the characters of a line as the eye meets them from left to
// right.
func onScreen(l Line) string {
	words := slices.Clone(l.Words)
	slices.SortStableFunc(words, func(a, b Word) int {
		switch {
		case a.X < b.X:
			return -1
		case a.X > b.X:
			return 1
		}
		return 0
	})
	var b strings.Builder
	for _, w := range words {
		text := slices.Clone(w.Text)
		if w.RTL {
			slices.Reverse(text)
		}
		b.WriteString(string(text))
	}
	return b.String()
}

func TestTheFontsHaveTheLettersOfTheMaghreb(t *testing.T) {
	s := borrow(t)
	for name, letters := range map[string]string{
		"Arabic":          "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىةٱ",
		"Maghreb":         "ڤڥڧڨڭگݣپچژ",
		"marks":           "\u064B\u064C\u064D\u064E\u064F\u0650\u0651\u0652\u0653\u0654\u0655\u0670ـ",
		"signs":           "،؛؟٪ﷺ«»‹›“”‘’…–—·•×°%€$#@&*+=/\\|~^_<>[](){}!?:;,.'\"№→←✓",
		"digits":          "0123456789٠١٢٣٤٥٦٧٨٩",
		"French":          "ÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸàâæçèéêëîïôœùûüÿʼ",
		"transliteration": "āīūḥṭḍṣẓġǧčšžʿʾĀĪŪḤṬḌṢẒ",
		"neighbours":      "áíóúñãõåøßğışİŠŽČłńőąę",
		"Tifinagh":        "ⴰⴱⴳⴷⴹⴻⴼⴽⵀⵃⵄⵅⵇⵉⵊⵍⵎⵏⵓⵔⵕⵖⵙⵚⵛⵜⵟⵡⵢⵣⵥⵯ",
	} {
		for _, r := range letters {
			if !s.Covers(r) {
				t.Errorf("%s: no font has %q (%U)", name, r, r)
			}
			for w := range chains {
				for _, word := range s.Set("ب"+string(r), Style{Weight: Weight(w), Size: 10}).Lines[0].Words {
					for _, g := range word.Glyphs {
						if g.ID == 0 {
							t.Errorf("%s: %q is drawn as a box in weight %d", name, r, w)
						}
					}
				}
			}
		}
	}
}

func TestLettersThatNoFontHasAreNotClaimed(t *testing.T) {
	s := borrow(t)
	for _, r := range "څ漢🌳\uE000" {
		if s.Covers(r) {
			t.Errorf("%q counts as covered", r)
		}
	}
}

func TestEveryFontHasOneScale(t *testing.T) {
	for i, f := range loaded() {
		if f.Upem() != Em {
			t.Errorf("%s has %d units to the em", fontNames[i], f.Upem())
		}
	}
}

func TestLettersJoin(t *testing.T) {
	s := borrow(t)
	glyphs := func(text string) []GlyphRef {
		var out []GlyphRef
		for _, w := range s.Set(text, Style{Size: 10}).Lines[0].Words {
			for _, g := range w.Glyphs {
				out = append(out, g.GlyphRef)
			}
		}
		return out
	}
	alone := glyphs("ب")[0]
	if joined := glyphs("ببب"); len(joined) != 3 || slices.Contains(joined, alone) || joined[0] == joined[1] || joined[1] == joined[2] {
		t.Errorf("three joined letters are %v, alone %v", joined, alone)
	}
	if got := glyphs("لا"); len(got) != 1 {
		t.Errorf("lam-alef has %d glyphs", len(got))
	}
	if got := glyphs("الله"); len(got) != 1 {
		t.Errorf("الله has %d glyphs", len(got))
	}
	if got := glyphs("محمد"); len(got) != 4 {
		t.Errorf("a name is drawn with %d glyphs: a ligature that nobody asked for", len(got))
	}
	if presentation := glyphs("ﺑﺒﺐ"); !slices.Equal(presentation, glyphs("ببب")) {
		t.Error("letters in ready-made shapes are not set as letters")
	}
}

func TestWhatTheEyeMeetsFromLeftToRight(t *testing.T) {
	s := borrow(t)
	for _, c := range []struct{ name, text, want string }{
		{"a number inside Arabic", "حي 12 النصر", "رصنلا 12 يح"},
		{"a number inside Arabic inside French", "rue حي 12 النصر ici même", "rue رصنلا 12 يح ici même"},
		{"a reference", "المرجع " + LTR("PET-2026-0042") + " اليوم", "مويلا PET-2026-0042 عجرملا"},
		{"a phone number", "الهاتف " + LTR("+216 72"), "+216 72 فتاهلا"},
		{"a phone number left to itself", "الهاتف +216 72", "72 216+ فتاهلا"},
		{"thousands", "من 2\u202f000", "2\u202f000 نم"},
		{"brackets around Latin", "جمعية (ABC) هنا", "انه )ABC( ةيعمج"},
		{"an override is without effect", "ab\u202Ecd\u202C ef", "abcd ef"},
	} {
		got := onScreen(s.Set(c.text, Style{Size: 10}).Lines[0])
		if got != c.want {
			t.Errorf("%s: %q shows as %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func TestMostWordsDecideTheDirection(t *testing.T) {
	s := borrow(t)
	for text, rtl := range map[string]bool{
		"محمد الأمين":          true,
		"Jean-Luc بن يوسف":     true,
		"Karim O’Neil (دكتور)": false,
		"انظر https://musharaka.example/ar/petitions/0042 للتفاصيل": true,
		"12/09/2026": true, // nothing decides: the document's
		"":           true,
	} {
		if got := s.Set(text, Style{Size: 10, Else: RightToLeft}).RTL; got != rtl {
			t.Errorf("%q: right to left is %v, want %v", text, got, rtl)
		}
	}
	if s.Set("محمد", Style{Size: 10, Direction: LeftToRight}).RTL {
		t.Error("a direction that is asked for is not taken")
	}
}

func TestLinesAreFilledAndNoWordIsLost(t *testing.T) {
	s := borrow(t)
	for _, text := range []string{
		"نحن الموقّعين أسفله، متساكني حيّ النصر وجمعية Les Amis de Bizerte (ASSOCIATION)، نطالب المجلس البلدي ببرمجة الأشغال ضمن ميزانية 2027.",
		"Nous, soussignés habitants de حي النصر, demandons l’aménagement du jardin public (délai : 60 jours).",
		strings.Repeat("كلمةطويلةجدا", 40),
		"https://musharaka.example/" + strings.Repeat("segment", 60),
	} {
		const width = 120.0
		p := s.Set(text, Style{Size: 10, Width: width})
		var all strings.Builder
		for _, l := range p.Lines {
			if l.Width > width+0.01 {
				t.Errorf("a line of %q is %.1f wide", text[:20], l.Width)
			}
			all.WriteString(l.String())
		}
		if all.String() != text {
			t.Errorf("the lines hold %q, want %q", all.String(), text)
		}
	}
}

func TestALongTextEndsInAnEllipsis(t *testing.T) {
	s := borrow(t)
	for _, text := range []string{strings.Repeat("تهيئة الطريق ", 30), strings.Repeat("rue ", 90), strings.Repeat("ط", 500), "a\nb\nc\nd"} {
		p := s.Set(text, Style{Size: 10, Width: 150, MaxLines: 3})
		if len(p.Lines) != 3 || !p.Cut {
			t.Errorf("%q: %d lines, cut %v", text[:6], len(p.Lines), p.Cut)
		}
		last := p.Lines[2]
		if !strings.HasSuffix(last.String(), "…") || last.Width > 150.01 {
			t.Errorf("the last line is %q, %.1f wide", last.String(), last.Width)
		}
		dots := last.Words[len(last.Words)-1]
		if p.RTL && dots.X > 0.01 || !p.RTL && dots.X+dots.Width < last.Width-0.01 {
			t.Errorf("%q: the dots do not stand at the end", last.String())
		}
	}
	if p := s.Set("قصير", Style{Size: 10, Width: 150, MaxLines: 1}); p.Cut || p.Lines[0].String() != "قصير" {
		t.Error("a text that fits was cut")
	}
}

func TestWhatNoFontHasIsABox(t *testing.T) {
	s := borrow(t)
	for _, text := range []string{"🌳", "漢", "\uE000", "\xff"} {
		words := s.Set(text, Style{Size: 10}).Lines[0].Words
		if len(words) == 0 || words[0].Glyphs[0].ID != 0 || words[0].Width == 0 {
			t.Errorf("%q shows nothing", text)
			continue
		}
		var o counter
		s.Draw(words[0].Glyphs[0].GlyphRef, &o)
		if o == 0 {
			t.Errorf("the box for %q has no outline", text)
		}
	}
}

type counter int

func (c *counter) MoveTo(_, _ float32)             { *c++ }
func (c *counter) LineTo(_, _ float32)             { *c++ }
func (c *counter) QuadTo(_, _, _, _ float32)       { *c++ }
func (c *counter) CubeTo(_, _, _, _, _, _ float32) { *c++ }

func TestCleaning(t *testing.T) {
	for in, want := range map[string]string{
		"a\x00b\x1b[0m":       "ab[0m",
		"  a \t  b  ":         "a b",
		"a\r\nb\u2028c":       "a|b|c",
		"e\u0301":             "é",
		"\u202Eevil\u202C":    "evil",
		"\u2066x\u2069":       "\u2066x\u2069",
		"ﺍﻟﺴﻼﻡ":               "السلام",
		"ﷺ":                   "ﷺ",
		"𝓑𝓸𝓷𝓳𝓸𝓾𝓻 Ｗ":           "Bonjour W",
		"so\u00ADft\uFEFF":    "soft",
		"\uFFFE\U000E0041":    "",
		"private \uE123":      "private \uFFFD",
		"bad \xc3\x28 \xff":   "bad \uFFFD( \uFFFD",
		"می\u200cخواهم":       "می\u200cخواهم",
		"2\u202f000\u00a0DT.": "2\u202f000\u00a0DT.",
	} {
		var got []string
		for _, l := range clean(in) {
			got = append(got, string(l))
		}
		if g := strings.Join(got, "|"); g != want {
			t.Errorf("%q becomes %q, want %q", in, g, want)
		}
	}
}

func TestMemoryOfWordsIsBounded(t *testing.T) {
	s := newSetter()
	for i := range 3 * maxKept {
		s.Set(fmt.Sprintf("n%d", i), Style{Size: 10})
	}
	if len(s.shapes) > maxKept {
		t.Errorf("%d words are kept", len(s.shapes))
	}
}

func TestInks(t *testing.T) {
	for in, want := range map[string]Ink{"#0b5563": 0x0B5563, "FFFFFF": White} {
		if got, err := ParseInk(in); err != nil || got != want {
			t.Errorf("%q is %06x, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "#fff", "red", "#12345g", "#0b55631"} {
		if _, err := ParseInk(in); err == nil {
			t.Errorf("%q passes as a colour", in)
		}
	}
	if c := Ink(0).Contrast(White); c < 20.9 || c > 21.1 {
		t.Errorf("black on white has contrast %.2f", c)
	}
	for _, c := range []Ink{0xFFFFFF, 0xFFD400, 0x00FF88, 0x0B5563} {
		if got := c.Legible().Contrast(White); got < 4.5 {
			t.Errorf("%06x made legible has contrast %.2f", c, got)
		}
	}
	if got := Ink(0x0B5563).Legible(); got != 0x0B5563 {
		t.Errorf("a legible colour was changed to %06x", got)
	}
}

// FuzzSet sets any text in a narrow column: it must return, keep every line in
// its width unless one letter is wider, and lose nothing that clean keeps.
func FuzzSet(f *testing.F) {
	for _, seed := range []string{
		"", "حي 12 النصر", "rue de Tunis", "\x00\u202E\u2067abc\u2069", "🌳👨‍👩‍👧🇹🇳", "\xff\xfe\xc3", strings.Repeat("\u0651", 300), strings.Repeat("([{", 100),
		"a\u0301\u0301\u0301", "\u2066\u2067\u2068\u2069\u2069\u200f\u061c", "\u200d\u200cـ\u200d", strings.Repeat("\u2067", 200) + "x",
		"ﷺﷺﷺ", "ⴰⵣⵓⵍ azul أزول", "漢字かな", "1\u066b2\u066c3٪", strings.Repeat("ط", 200) + " " + strings.Repeat("w", 200), "\n\n\n", "…", " ",
	} {
		f.Add(seed, uint8(60), uint8(2))
		f.Add(seed, uint8(3), uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, width, maxLines uint8) {
		if len(text) > 20_000 {
			t.Skip("longer than any field takes")
		}
		s := newSetter() // one that knows words would take other ways each time
		st := Style{Size: 10, Width: float64(width), MaxLines: int(maxLines % 5)}
		p := s.Set(text, st)
		if len(p.Lines) == 0 || st.MaxLines > 0 && len(p.Lines) > st.MaxLines {
			t.Fatalf("%d lines of at most %d", len(p.Lines), st.MaxLines)
		}
		var got strings.Builder
		for _, l := range p.Lines {
			for _, w := range l.Words {
				got.WriteString(string(w.Text))
				if !w.Space && (w.X < -0.01 || w.X+w.Width > l.Width+0.01) {
					t.Fatalf("a word of %q stands outside its line", l.String())
				}
			}
		}
		if p.Cut {
			return
		}
		var want strings.Builder
		for _, l := range clean(text) {
			for _, r := range l {
				if !isBidiControl(r) {
					want.WriteRune(r)
				}
			}
		}
		if got.String() != want.String() || !utf8.ValidString(got.String()) {
			t.Fatalf("%q became %q, want %q", text, got.String(), want.String())
		}
	})
}

func TestLongHostileTextsAreSetToTheEnd(t *testing.T) {
	s := borrow(t)
	for name, unit := range map[string]string{
		"one Arabic word": "ط", "one Latin word": "w", "marks": "\u0651", "brackets": "(", "isolates": "\u2067", "emoji": "🌳", "joiners": "\u200d", "turning": "aب", "numbers": "1ب",
	} {
		p := s.Set(strings.Repeat(unit, 10_000), Style{Size: 10, Width: 200})
		if len(p.Lines) == 0 {
			t.Errorf("%s: no line", name)
		}
	}
}

func BenchmarkSet(b *testing.B) {
	const text = "نحن الموقّعين أسفله، متساكني حيّ النصر وجمعية Les Amis de Bizerte (ASSOCIATION)، نطالب المجلس البلدي ببرمجة الأشغال ضمن ميزانية 2027 في حدود 180,5 ألف دينار."
	s := Borrow()
	defer GiveBack(s)
	b.ReportAllocs()
	for b.Loop() {
		s.Set(text, Style{Size: 11, Width: 495})
	}
}

func TestTheMarkOfAnUncheckedNumberIsDrawn(t *testing.T) {
	s := Borrow()
	defer GiveBack(s)
	if !s.Covers('✎') {
		t.Error("the pencil becomes a box")
	}
}
