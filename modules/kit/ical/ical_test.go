package ical

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestLinesAreFoldedBetweenCharactersAndUnfoldToWhatTheyWere(t *testing.T) {
	for _, text := range []string{"short", strings.Repeat("a", 300), strings.Repeat("فضاء المواطن ", 30), strings.Repeat("é", 80), strings.Repeat("😀", 60)} {
		var w Writer
		w.Line("SUMMARY:" + text)
		for line := range strings.SplitSeq(strings.TrimSuffix(w.String(), "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) {
				t.Errorf("a line of %d octets, whole: %v", len(line), utf8.ValidString(line))
			}
		}
		if got := strings.ReplaceAll(w.String(), "\r\n ", ""); got != "SUMMARY:"+text+"\r\n" {
			t.Errorf("unfolded: %q", got)
		}
	}
}

func TestTextsAreEscapedAndCannotBeginALineOfTheirOwn(t *testing.T) {
	for in, want := range map[string]string{
		"a,b;c\\d": "X:a\\,b\\;c\\\\d\r\n", "one\r\ntwo\nthree\rfour": "X:one\\ntwo\\nthree\\nfour\r\n", "bell\a and \x00": "X:bell and \r\n",
		"": "", "\x01": "", "BEGIN:VEVENT\nEND:VCALENDAR": "X:BEGIN:VEVENT\\nEND:VCALENDAR\r\n", "\xff": "",
	} {
		var w Writer
		if w.Text("X", in); w.String() != want {
			t.Errorf("%q becomes %q, want %q", in, w.String(), want)
		}
	}
}

func TestAMomentIsWrittenInUTC(t *testing.T) {
	zone := time.FixedZone("", 3600)
	if got := Stamp(time.Date(2026, 3, 1, 0, 30, 0, 0, zone)); got != "20260228T233000Z" {
		t.Error(got)
	}
}
