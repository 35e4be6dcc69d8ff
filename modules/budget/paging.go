package budget

import (
	"net/url"
	"strconv"

	"musharaka/modules/kit/web"
	"musharaka/views/ui"
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

// pager leads to the next page of a list, and back to the first.
func pager(c *web.Ctx, path string, q url.Values, after, next string) (p ui.Pages) {
	if after != "" {
		p.First = c.URL(path) + "?" + q.Encode()
	}
	if next != "" {
		q.Set("after", next)
		p.Next = c.URL(path) + "?" + q.Encode()
		q.Del("after")
	}
	return p
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
