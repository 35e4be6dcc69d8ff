package form

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestTextIsCleanedBeforeItIsKept(t *testing.T) {
	for _, c := range []struct{ name, in, line, text string }{
		{"blanks at the ends go", "  a b \n", "a b", "a b"},
		{"runs of blanks become one in a line", "a \t\u00a0  b", "a b", "a \u0020\u00a0  b"},
		{"line breaks are \\n", "a\r\nb\rc\u2028d", "a b c d", "a\nb\nc\nd"},
		{"one blank line is kept", "a\n\n\n\nb", "a b", "a\n\nb"},
		{"blanks before a line break go", "a  \n  b", "a b", "a\n  b"},
		{"NUL and control characters go", "a\x00b\x1b[2J\x7f", "ab[2J", "ab[2J"},
		{"bad bytes go", "a\xff\xfeb\xc3", "ab", "ab"},
		{"direction overrides go", "gpj.\u202eexe\u202c", "gpj.exe", "gpj.exe"},
		{"isolates go", "\u2066a\u2067b\u2068c\u2069", "abc", "abc"},
		{"invisible characters go", "\ufeffpe\u200bti\u00adtion\u2060", "petition", "petition"},
		{"joiners and marks of Arabic keyboards stay", "می\u200cخواهم\u200f", "می\u200cخواهم\u200f", "می\u200cخواهم\u200f"},
		{"letters are composed", "e\u0301te\u0301 \u0627\u0653", "été آ", "été آ"},
		{"composed also across what was removed", "e\u200b\u0301", "é", "é"},
		{"vowel signs stay", "مُشَارَكَة", norm.NFC.String("مُشَارَكَة"), norm.NFC.String("مُشَارَكَة")},
		{"nothing stays nothing", " \u200b\n", "", ""},
	} {
		if got := Clean(c.in, false); got != c.line {
			t.Errorf("%s: as a line %q is %q, want %q", c.name, c.in, got, c.line)
		}
		if got := Clean(c.in, true); got != c.text {
			t.Errorf("%s: as a text %q is %q, want %q", c.name, c.in, got, c.text)
		}
	}
}

func TestDigitsOfAllScriptsBecomeWestern(t *testing.T) {
	if got, want := Digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ 42 AB"), "0123456789 0123456789 42 AB"; got != want {
		t.Errorf("Digits = %q, want %q", got, want)
	}
}

func TestADayIsOneThatExists(t *testing.T) {
	tunis := time.FixedZone("UTC+1", 3600)
	for _, c := range []struct {
		date Date
		want string // "" where there is no such day
	}{
		{Date{"3", "10", "2026"}, "2026-10-03T00:00:00+01:00"},
		{Date{"03", "01", "2026"}, "2026-01-03T00:00:00+01:00"},
		{Date{"29", "2", "2024"}, "2024-02-29T00:00:00+01:00"},
		{Date{"29", "2", "2026"}, ""},
		{Date{"31", "4", "2026"}, ""},
		{Date{"0", "4", "2026"}, ""},
		{Date{"1", "13", "2026"}, ""},
		{Date{"+1", "1", "2026"}, ""},
		{Date{"1", "1", "26"}, ""},
		{Date{"1", "1", "20260"}, ""},
		{Date{"1", "", "2026"}, ""},
		{Date{"x", "1", "2026"}, ""},
		{Date{}, ""},
	} {
		day, ok := c.date.In(tunis)
		if got := day.Format(time.RFC3339); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%+v is %s, %t; want %q", c.date, got, ok, c.want)
		}
		if ok && isDate(c.date.String()) != ok {
			t.Errorf("%+v is a day, but the rule says no", c.date)
		}
	}
	if got := DateOf(time.Date(2026, 2, 3, 0, 0, 0, 0, tunis)); got != (Date{"3", "2", "2026"}) {
		t.Errorf("DateOf = %+v", got)
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\r\n\r\n\u202eb\xff e\u0301")
	f.Add("\u0344\u1e9b\u0323 \u2126\u0340")
	f.Fuzz(func(t *testing.T, s string) {
		for _, lines := range []bool{false, true} {
			once := Clean(s, lines)
			if twice := Clean(once, lines); twice != once {
				t.Fatalf("lines=%t: %q becomes %q, and then %q", lines, s, once, twice)
			}
			if !utf8.ValidString(once) || !norm.NFC.IsNormalString(once) || strings.TrimSpace(once) != once {
				t.Fatalf("lines=%t: %q becomes %q", lines, s, once)
			}
			if strings.ContainsFunc(once, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
				t.Fatalf("lines=%t: %q keeps a control character: %q", lines, s, once)
			}
		}
	})
}
