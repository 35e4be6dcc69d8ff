package ui

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestAnyAccentStaysReadable(t *testing.T) {
	value := regexp.MustCompile(`--(\w+):(#[0-9a-f]{6})`)
	for _, colour := range []string{"#000000", "#ffffff", "#ffff00", "#e70013", "#0f6264", "#c1272d", "#7fffd4"} {
		css, err := AccentCSS(colour)
		if err != nil {
			t.Fatal(err)
		}
		light, dark, _ := strings.Cut(css, "@media")
		paper, darkPaper := colourRGB{0xf8 / 255., 0xf5 / 255., 0xee / 255.}, colourRGB{0x0f / 255., 0x16 / 255., 0x15 / 255.}
		for scheme, ground := range map[string]colourRGB{light: paper, dark: darkPaper} {
			for _, m := range value.FindAllStringSubmatch(scheme, -1) {
				c, _ := parseColour(m[2])
				beside := white
				if m[1] == "link" {
					beside = ground
				}
				if r := contrast(c, beside); r < 4.5 {
					t.Errorf("%s gives --%s %s with a contrast of %.1f", colour, m[1], m[2], r)
				}
			}
		}
	}
}

func TestOnlyAColourMakesAStylesheet(t *testing.T) {
	for _, s := range []string{"", "red", "#fff", "0f6264", "#0f626g", "#0f6264;}", "#+f6264", "#0f62641"} {
		if css, err := AccentCSS(s); err == nil {
			t.Errorf("%q gave %q", s, css)
		}
	}
}

// The stylesheet's own colours are held to WCAG's contrast here, in both schemes.
func TestTheStylesheetsColoursHaveContrast(t *testing.T) {
	css, err := os.ReadFile("../../static/app.css")
	if err != nil {
		t.Fatal(err)
	}
	value := regexp.MustCompile(`(?m)^\t+--([\w-]+): (#[0-9a-f]{3,6});`)
	lightCSS, rest, _ := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	darkCSS, _, _ := strings.Cut(rest, "/* 2.")
	colours := map[string]colourRGB{"white": white}
	for i, scheme := range []string{lightCSS, darkCSS} {
		for _, m := range value.FindAllStringSubmatch(scheme, -1) {
			hex := m[2]
			if len(hex) == 4 {
				hex = "#" + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:3], 2) + strings.Repeat(hex[3:4], 2)
			}
			c, err := parseColour(hex)
			if err != nil {
				t.Fatal(err)
			}
			colours[m[1]] = c // the dark scheme leaves what it does not set as it was
		}
		for _, pair := range []struct {
			fore, back string
			ratio      float64
		}{
			{"ink", "paper", 7}, {"ink", "card", 7}, {"ink", "sunk", 7},
			{"soft", "paper", 4.5}, {"soft", "card", 4.5}, {"soft", "sunk", 4.5},
			{"link", "paper", 4.5}, {"link", "card", 4.5}, {"link", "sunk", 4.5},
			{"on-accent", "accent", 4.5}, {"white", "deep", 7}, {"white", "deeper", 7}, {"gold", "deep", 4.5}, {"gold", "deeper", 4.5},
			{"good", "good-bg", 4.5}, {"warn", "warn-bg", 4.5}, {"bad", "bad-bg", 4.5}, {"info", "info-bg", 4.5},
			{"ink", "good-bg", 7}, {"ink", "warn-bg", 7}, {"ink", "bad-bg", 7}, {"ink", "info-bg", 7},
			{"bad", "paper", 4.5}, {"bad", "card", 4.5}, {"warn", "card", 4.5},
			{"edge", "paper", 3}, {"edge", "card", 3}, {"focus", "paper", 3}, {"focus", "card", 3},
		} {
			fore, known := colours[pair.fore]
			back, knownToo := colours[pair.back]
			if !known || !knownToo {
				t.Fatalf("the stylesheet does not set --%s and --%s", pair.fore, pair.back)
			}
			if r := contrast(fore, back); r < pair.ratio {
				t.Errorf("scheme %d: %s on %s has %.2f, needs %.1f", i, pair.fore, pair.back, r, pair.ratio)
			}
		}
	}
}

// What is drawn differs from its ground by the 3 to 1 that drawings need.
func TestTheColoursOfChartsHaveContrast(t *testing.T) {
	grounds := [][]string{{"#fffefa", "#f8f5ee"}, {"#172120", "#0f1615"}, {"#ffffff"}}
	css, err := os.ReadFile("../../static/chart.css")
	if err != nil {
		t.Fatal(err)
	}
	sets := regexp.MustCompile(`--s1: (#\w+); --s2: (#\w+); --mark: (#\w+)`).FindAllStringSubmatch(string(css), -1)
	if len(sets) != len(grounds) {
		t.Fatalf("%d sets of colours", len(sets))
	}
	for i, set := range sets {
		for _, colour := range set[1:] {
			for _, ground := range grounds[i] {
				fore, err := parseColour(colour)
				if err != nil {
					t.Fatal(err)
				}
				back, err := parseColour(ground)
				if err != nil {
					t.Fatal(err)
				}
				if r := contrast(fore, back); r < 3 {
					t.Errorf("%s on %s has %.2f", colour, ground, r)
				}
			}
		}
	}
}
