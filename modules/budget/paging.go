package budget

import (
	"net/url"
	"strconv"
)

// pairs makes a query of those values that are not empty.
func pairs(nameValue ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(nameValue); i += 2 {
		if nameValue[i+1] != "" {
			q.Set(nameValue[i], nameValue[i+1])
		}
	}
	return q
}

// shorten cuts a text to about n letters, at a word.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := n
	for cut > n/2 && r[cut] != ' ' && r[cut] != '\n' {
		cut--
	}
	return string(r[:cut]) + "…"
}

// yearWord writes a year without separating its thousands.
func yearWord(y int) string { return strconv.Itoa(y) }
