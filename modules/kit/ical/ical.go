// Package ical writes calendars that other programs read (iCalendar, RFC 5545):
// content lines, folded at 75 octets and never inside a character, with texts
// escaped and control characters left out. What an event says is its module's.
package ical

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Type is the content type of a calendar.
const Type = "text/calendar; charset=utf-8"

// Writer writes content lines. The zero Writer is an empty calendar.
type Writer struct{ b strings.Builder }

// String returns what was written.
func (w *Writer) String() string { return w.b.String() }

// Stamp writes a moment in UTC, which needs no VTIMEZONE (RFC 5545, 3.3.5).
func Stamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// Text writes a property with a text value (RFC 5545, 3.3.11); an empty one is
// left out.
func (w *Writer) Text(name, value string) {
	value = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, ""))
	if value != "" {
		w.Line(name + ":" + escapes.Replace(value))
	}
}

// lineOctets is how long a line may be without its break (RFC 5545, 3.1).
const lineOctets = 75

// Line writes a content line as it is, folded between characters.
func (w *Writer) Line(s string) {
	room := lineOctets
	for len(s) > room {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		w.b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], lineOctets-1 // the blank in front counts
	}
	w.b.WriteString(s + "\r\n")
}
