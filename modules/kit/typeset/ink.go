package typeset

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Ink is a colour, 0xRRGGBB.
type Ink uint32

// Inks that every paper uses.
const (
	Black Ink = 0x1B1F23
	Grey  Ink = 0x57606A
	White Ink = 0xFFFFFF
)

// ParseInk reads "#0b5563" or "0b5563".
func ParseInk(s string) (Ink, error) {
	hex := strings.TrimPrefix(s, "#")
	v, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		return 0, fmt.Errorf("typeset: %q is not a colour of the form #rrggbb", s)
	}
	return Ink(v), nil
}

// RGB returns the three parts, 0 to 255.
func (c Ink) RGB() (r, g, b uint8) { return uint8(c >> 16), uint8(c >> 8), uint8(c) }

// Mix returns c with share (0 to 1) of other in it.
func (c Ink) Mix(other Ink, share float64) Ink {
	r1, g1, b1 := c.RGB()
	r2, g2, b2 := other.RGB()
	mix := func(a, b uint8) Ink { return Ink(math.Round(float64(a) + (float64(b)-float64(a))*share)) }
	return mix(r1, r2)<<16 | mix(g1, g2)<<8 | mix(b1, b2)
}

// Contrast returns the contrast ratio of two colours by WCAG 2, 1 to 21.
func (c Ink) Contrast(other Ink) float64 {
	a, b := c.luminance(), other.luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// Legible returns c darkened until text in it can be read on white (WCAG AA,
// 4.5 to 1): the colour of a municipality is its own choice.
func (c Ink) Legible() Ink {
	for share := 0.0; share <= 1; share += 0.05 {
		if dark := c.Mix(0, share); dark.Contrast(White) >= 4.5 {
			return dark
		}
	}
	return Black
}

func (c Ink) luminance() float64 {
	r, g, b := c.RGB()
	linear := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
