package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// AccentCSS is the small stylesheet that dresses the site in an organisation's
// colour, given as "#rrggbb". The hue is theirs; how light or dark it is
// follows from what has to be read on it, so that no choice of colour can make
// a button or a link unreadable. It is served under an address of its own and
// named by Tenant.Stylesheet. Anything but six hexadecimal digits is an error.
func AccentCSS(colour string) (string, error) {
	c, err := parseColour(colour)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	set := func(button, link, deep colourRGB) {
		fmt.Fprintf(&b, ":root{--accent:%s;--link:%s;--deep:%s;--deeper:%s}", button, link, deep, deep.mixed(black, .3))
	}
	set(c.until(black, against(white, 5.5)), c.until(black, against(white, 6.5)), c.until(black, against(white, 11)))
	b.WriteString("@media(prefers-color-scheme:dark){")
	set(c.until(black, against(white, 5)), c.until(white, against(darkCard, 8)), c.until(black, against(white, 13.5)))
	b.WriteString("}")
	return b.String(), nil
}

// colourRGB is a colour in sRGB, each part from 0 to 1.
type colourRGB [3]float64

var (
	black    = colourRGB{}
	white    = colourRGB{1, 1, 1}
	darkCard = colourRGB{0x17 / 255., 0x21 / 255., 0x20 / 255.} // --card of the dark scheme
)

func parseColour(s string) (colourRGB, error) {
	digits, ok := strings.CutPrefix(s, "#")
	n, err := strconv.ParseUint(digits, 16, 24)
	if !ok || err != nil || len(digits) != 6 {
		return colourRGB{}, fmt.Errorf("ui: %q is not a colour such as #0f6264", s)
	}
	return colourRGB{float64(n>>16) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, nil
}

func (c colourRGB) String() string {
	return fmt.Sprintf("#%02x%02x%02x", byte(math.Round(c[0]*255)), byte(math.Round(c[1]*255)), byte(math.Round(c[2]*255)))
}

// mixed is c with a part of another colour in it.
func (c colourRGB) mixed(other colourRGB, part float64) colourRGB {
	for i := range c {
		c[i] += (other[i] - c[i]) * part
	}
	return c
}

// until mixes in as little of another colour as it takes to satisfy enough.
func (c colourRGB) until(other colourRGB, enough func(colourRGB) bool) colourRGB {
	for part := 0.; part < 1; part += .02 {
		if m := c.mixed(other, part); enough(m) {
			return m
		}
	}
	return other
}

// against asks for a contrast with a colour, as WCAG 2 measures it.
func against(other colourRGB, ratio float64) func(colourRGB) bool {
	return func(c colourRGB) bool { return contrast(c, other) >= ratio }
}

// contrast is WCAG 2's ratio, from 1 to 21.
func contrast(a, b colourRGB) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

// luminance is WCAG 2's relative luminance.
func (c colourRGB) luminance() float64 {
	linear := func(v float64) float64 {
		if v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return .2126*linear(c[0]) + .7152*linear(c[1]) + .0722*linear(c[2])
}
