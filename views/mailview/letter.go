package mailview

import (
	"bytes"
	"context"
	"encoding/hex"
	"math"
	"strings"

	"github.com/a-h/templ"
)

// Frame is what surrounds every mail.
type Frame struct {
	Lang      string // "ar", "fr" or "en"; the direction follows from it
	Title     string // what it is about: the heading, and usually the subject
	Preview   string // the line that mail programs show beside the subject; "" is none
	Sender    string // in whose name: "جماعة طنجة"
	HomeURL   string // of the sender's page
	Accent    string // the sender's colour, "#rrggbb"; ours where it is "" or too light for white letters
	Why       string // "You get this mail because you signed this petition."
	StopLabel string // "Stop such mails"; "" together with StopURL
	StopURL   string // Outbox.UnsubscribeURL
	Demo      string // "This is a demonstration. Nothing here is real."; "" outside the demo
}

// Letter is a whole mail.
type Letter struct {
	Frame
	Blocks []Block
}

// Block is a piece of a mail that can be written as HTML and as text.
type Block interface {
	html(f Frame) templ.Component
	text(f Frame) string
}

// Paragraph is sentences of ours.
type Paragraph string

// Quote is what a person or a council wrote: a title, an answer, a reason.
type Quote struct {
	Text string
	By   string // who; "" is not said
}

// Button is the one thing the reader may want to do.
type Button struct{ Label, URL string }

// Facts are names with values: "Signatures: 250", "Reference: TNG-2026-0042".
type Facts []Fact

// Fact is one of them.
type Fact struct{ Name, Value string }

// List is a few points, or steps.
type List []string

// Code is something to read and type in: the digits that confirm an address.
type Code string

// Render writes the mail as HTML and as text.
func (l Letter) Render(ctx context.Context) (html, text string, err error) {
	var b bytes.Buffer
	if err := letter(l).Render(ctx, &b); err != nil {
		return "", "", err
	}
	return b.String(), l.text(), nil
}

// text is the twin for readers without HTML.
func (l Letter) text() string {
	parts := []string{l.Title}
	if l.Demo != "" {
		parts = append([]string{l.Demo}, parts...)
	}
	for _, b := range l.Blocks {
		parts = append(parts, b.text(l.Frame))
	}
	foot := []string{"-- ", l.Sender}
	for _, line := range []string{l.HomeURL, l.Why} {
		if line != "" {
			foot = append(foot, line)
		}
	}
	if l.StopURL != "" {
		foot = append(foot, l.StopLabel+l.colon(), l.StopURL)
	}
	return strings.Join(append(parts, strings.Join(foot, "\n")), "\n\n") + "\n"
}

func (p Paragraph) text(Frame) string { return string(p) }

func (q Quote) text(Frame) string {
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(q.Text, "\r\n", "\n")), "\n")
	if q.By != "" {
		lines = append(lines, "("+q.By+")")
	}
	return "> " + strings.Join(lines, "\n> ")
}

func (b Button) text(f Frame) string { return b.Label + f.colon() + "\n" + b.URL }

func (f Facts) text(frame Frame) string {
	lines := make([]string, len(f))
	for i, fact := range f {
		lines[i] = fact.Name + frame.colon() + " " + fact.Value
	}
	return strings.Join(lines, "\n")
}

func (l List) text(Frame) string { return "- " + strings.Join(l, "\n- ") }

func (c Code) text(Frame) string { return "    " + string(c) }

func (p Paragraph) html(Frame) templ.Component { return paragraph(string(p)) }
func (q Quote) html(f Frame) templ.Component   { return quote(f, q) }
func (b Button) html(f Frame) templ.Component  { return button(f, b) }
func (f Facts) html(frame Frame) templ.Component {
	return facts(frame, f)
}
func (l List) html(Frame) templ.Component { return list(l) }
func (c Code) html(Frame) templ.Component { return code(string(c)) }

// colon is how the mail's language writes one.
func (f Frame) colon() string {
	if f.Lang == "fr" {
		return "\u00a0:"
	}
	return ":"
}

// dir is the direction of the mail.
func (f Frame) dir() string {
	if f.Lang == "ar" {
		return "rtl"
	}
	return "ltr"
}

// start is the side where a line begins: some programs know dir and not its consequences.
func (f Frame) start() string {
	if f.dir() == "rtl" {
		return "right"
	}
	return "left"
}

// letters is how words look in the mail's language: Arabic needs more size and room.
func (f Frame) letters() templ.SafeCSS {
	if f.Lang == "ar" {
		return "margin:0;padding:0;background-color:#f2f4f3;color:#17211f;font-family:Noto Sans Arabic,Segoe UI,Tahoma,Arial,sans-serif;font-size:17px;line-height:1.8"
	}
	return "margin:0;padding:0;background-color:#f2f4f3;color:#17211f;font-family:Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.6"
}

// accent is the sender's colour if white letters can be read on it (WCAG: a
// contrast of 4.5), or ours.
func (f Frame) accent() string {
	digits, ok := strings.CutPrefix(f.Accent, "#")
	rgb, err := hex.DecodeString(digits)
	if !ok || err != nil || len(rgb) != 3 {
		return "#0f6264"
	}
	light := 0.0
	for i, weight := range [3]float64{0.2126, 0.7152, 0.0722} {
		light += weight * math.Pow((float64(rgb[i])/255+0.055)/1.055, 2.4)
	}
	if 1.05/(light+0.05) < 4.5 {
		return "#0f6264"
	}
	return f.Accent
}

// With the colour checked, these styles hold nothing of anybody's.
func (f Frame) bar() templ.SafeCSS {
	return templ.SafeCSS("padding:14px 28px;color:#ffffff;font-weight:bold;border-radius:8px 8px 0 0;background-color:" + f.accent())
}

func (f Frame) buttonStyle() templ.SafeCSS {
	return templ.SafeCSS("display:inline-block;padding:12px 24px;color:#ffffff;font-weight:bold;text-decoration:none;border-radius:6px;background-color:" + f.accent())
}

func (f Frame) quoteStyle() templ.SafeCSS {
	return templ.SafeCSS("padding:4px 16px;border-" + f.start() + ":4px solid " + f.accent())
}
