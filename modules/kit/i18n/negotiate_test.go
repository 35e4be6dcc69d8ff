package i18n

import (
	"slices"
	"strings"
	"testing"
)

func TestTheBrowsersLanguageIsTaken(t *testing.T) {
	for header, want := range map[string]string{
		"":                                    "ar",
		"fr":                                  "fr",
		"fr-MA,fr;q=0.9,ar;q=0.8":             "fr",
		"ar-TN, ar;q=0.9, fr;q=0.8, en;q=0.7": "ar",
		"de-DE, en;q=0.5, fr;q=0.4":           "en",
		"zgh, shi;q=0.9, fr;q=0.3":            "fr",
		"de, *":                               "ar",
		"*;q=0.1, en":                         "en",
		"en;q=0.5, fr;q=0.5":                  "en", // the first of equals
		"fr;q=0, en;q=0.001":                  "en",
		"fr;q=0":                              "ar",
		"FR-fr":                               "fr",
		" en ; q = 0.9 , fr ; Q=1 ":           "fr",
		"fr;q=abc, en;q=0.1":                  "en",
		"fr;q=2, en;q=0.1":                    "en",
		"fr;q=NaN, en;q=0.1":                  "en",
		"fr;level=1, en;q=0.1":                "en",
		"fra":                                 "ar",
		",,;;==,en":                           "en",
		strings.Repeat("de,", 1000) + "fr":    "ar", // beyond what is read
		"\xff\xfe, fr":                        "fr",
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("%.40q gives %s, want %s", header, got, want)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	f.Add("fr-MA,fr;q=0.9,ar;q=0.8")
	f.Add("*;q=1,,;=;q=, en;q=0x1p-2")
	f.Fuzz(func(t *testing.T, header string) {
		got := Negotiate(header)
		if !slices.Contains(Languages, got) {
			t.Fatalf("%q gives %q", header, got)
		}
		if got != "ar" && !strings.Contains(strings.ToLower(header), got) {
			t.Fatalf("%q gives %q, which it does not name", header, got)
		}
	})
}
