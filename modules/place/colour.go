package place

import "math"

// linear undoes the gamma of one channel of a colour, 0 to 255.
func linear(channel uint64) float64 {
	c := float64(channel) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

// AccentCSS is the stylesheet that gives an authority's pages its colour; it
// is empty where there is none. In the dark, where links need a light colour,
// only surfaces take it.
func AccentCSS(accent string) string {
	if checkAccent(accent) != nil || accent == "" {
		return ""
	}
	return ":root{--accent:" + accent + "}\n@media (prefers-color-scheme:light){:root{--link:" + accent + "}}\n"
}
