package ui_test

import (
	"fmt"
	"strings"
	"time"
)

// english speaks the message ids themselves.
type english struct{}

func (english) T(id string, pairs ...any) string     { return fill(id, pairs) }
func (english) C(_, id string, pairs ...any) string  { return fill(id, pairs) }
func (english) Lang() string                         { return "en" }
func (english) Tag() string                          { return "en" }
func (english) Dir() string                          { return "ltr" }
func (english) Number(n int64) string                { return fmt.Sprint(n) }
func (english) Percent(p float64) string             { return fmt.Sprintf("%.0f%%", p*100) }
func (english) Money(minor int64, cur string) string { return fmt.Sprintf("%d %s", minor, cur) }
func (english) Date(t time.Time) string              { return t.Format("2 January 2006") }
func (english) DateTime(t time.Time) string          { return t.Format("2 January 2006, 15:04") }
func (english) Ago(then, now time.Time) string       { return now.Sub(then).String() + " ago" }
func (english) List(items []string) string           { return strings.Join(items, ", ") }
func (e english) N(one, many string, n int, pairs ...any) string {
	if n == 1 {
		many = one
	}
	return fill(many, append([]any{"n", n}, pairs...))
}

func fill(text string, pairs []any) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return text
}
