package i18n

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/bidi"
)

func TestOnlyValuesThatDisturbAreIsolated(t *testing.T) {
	c := load(t, sample)
	for _, x := range []struct {
		value    string
		rtl, ltr bool // isolated in Arabic, in French
	}{
		{"", false, false},
		{"بلدية بنزرت", false, true},
		{"22 نوفمبر 2026", false, true},
		{"مُشَارَكَة", false, true},
		{"«حي النصر»، تونس", false, true},
		{"Les Amis de Bizerte", true, false},
		{"<b>Karim</b>", true, false},
		{"جمعية Les Amis", true, true},
		{"تنوير (2)", true, true}, // brackets at an edge pair with what is outside
		{"42", false, false},
		{"1\u202f248", false, false},
		{"3,5", false, false},
		{"14:30", false, false},
		{"22/11/2026", false, false},
		{"\u200e45%", false, false},
		{"2026-11-22", true, false},
		{"+216 71 234 567", true, false},
		{"71 234 567", true, false},
		{"1..2", true, false},
		{"PET-2026-0042", true, false},
		{"…", true, false},
	} {
		for lang, want := range map[string]bool{"ar": x.rtl, "fr": x.ltr, "en": x.ltr} {
			got := c.Locale(lang, "").isolate(x.value)
			if isolated := got == "\u2068"+x.value+"\u2069"; isolated != want || !isolated && got != x.value {
				t.Errorf("%s: %q becomes %q", lang, x.value, got)
			}
			if plain := c.Locale(lang, "").Plain().isolate(x.value); plain != x.value {
				t.Errorf("%s plain: %q becomes %q", lang, x.value, plain)
			}
		}
	}
}

// shownOrder returns the runes of an Arabic line as they stand on the screen,
// from left to right, by the Unicode bidirectional algorithm.
func shownOrder(t *testing.T, line string) string {
	t.Helper()
	var p bidi.Paragraph
	if _, err := p.SetString(line, bidi.DefaultDirection(bidi.RightToLeft)); err != nil {
		t.Fatal(err)
	}
	order, err := p.Order()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range order.NumRuns() {
		run := order.Run(i)
		if run.Direction() == bidi.RightToLeft {
			b.WriteString(bidi.ReverseString(run.String()))
		} else {
			b.WriteString(run.String())
		}
	}
	return strings.Map(func(r rune) rune {
		if r == '\u2068' || r == '\u2069' || r == '\u200e' {
			return -1
		}
		return r
	}, b.String())
}

// TestNamesAndNumbersKeepTheirShapeInArabic asks the algorithm itself what a
// reader sees: the value must appear whole, in its own order.
func TestNamesAndNumbersKeepTheirShapeInArabic(t *testing.T) {
	l := load(t, sample).Locale("ar", "TN")
	for _, value := range []string{
		"+216 71 234 567", "2026-11-22", "22/11/2026", "1\u202f248", "14:30", "PET-2026-0042", "Amis (Bizerte)", "C++",
		l.Percent(0.125), l.Number(-1248), l.Number(1234567), l.Percent(1),
	} {
		line := l.T("Hello {name}!", "name", value) + " 5"
		want := strings.ReplaceAll(value, "\u200e", "")
		if shown := shownOrder(t, line); !strings.Contains(shown, want) {
			t.Errorf("%q is shown as %q", line, shown)
		}
	}
	if shown := shownOrder(t, l.Plain().T("Hello {name}!", "name", "+216 71 234 567")); strings.Contains(shown, "+216 71 234 567") {
		t.Errorf("the number keeps its order without isolates too (%q): this test shows nothing", shown)
	}
}
