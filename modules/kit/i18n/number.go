package i18n

import (
	"math"
	"strconv"
	"strings"
)

const (
	narrow = "\u202f" // narrow no-break space: between thousands, and before % in French
	noBrk  = "\u00a0"
)

// Number writes an integer with Western digits and a narrow no-break space
// between thousands: 1 248.
func (l *Locale) Number(n int64) string {
	if n < 0 {
		return l.negative(group(strconv.FormatUint(uint64(-(n+1))+1, 10)))
	}
	return group(strconv.FormatInt(n, 10))
}

// group puts the space between the thousands of a string of digits.
func group(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	var b strings.Builder
	b.Grow(len(digits) + len(digits)/3*len(narrow))
	first := (len(digits)-1)%3 + 1
	b.WriteString(digits[:first])
	for i := first; i < len(digits); i += 3 {
		b.WriteString(narrow)
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}

// negative sets the minus sign; in Arabic a mark keeps it on the left.
func (l *Locale) negative(digits string) string {
	if l.Dir() == "rtl" {
		return leftToRight + "−" + digits
	}
	return "−" + digits
}

// point returns the decimal separator.
func (l *Locale) point() string {
	if l.lang == "en" {
		return "."
	}
	return ","
}

// Percent writes a share of 1 in percent (0.125 is 12,5 %), with one decimal
// where there is one. It cuts off and never rounds up: 0.9996 is shown as 99,9 %, because a
// threshold must not look reached before it is. A p that is no number is "–".
func (l *Locale) Percent(p float64) string {
	if math.IsNaN(p) || math.Abs(p) > 1e12 {
		return "–"
	}
	tenths := int64(math.Abs(p)*1000 + 1e-6) // the millionth heals 0.293*1000 = 292.99999…
	digits := group(strconv.FormatInt(tenths/10, 10))
	if tenths%10 != 0 {
		digits += l.point() + strconv.FormatInt(tenths%10, 10)
	}
	sign := ""
	if p < 0 && tenths != 0 {
		sign = "−"
	}
	switch l.lang {
	case "ar":
		return leftToRight + sign + digits + "%" // the mark keeps the sign on the right of the number, as it is printed in both countries
	case "fr":
		return sign + digits + narrow + "%"
	default:
		return sign + digits + "%"
	}
}

// currency is what an amount is counted in.
type currency struct {
	decimals int
	names    map[string]string // by language; the ISO code where there is none
}

var currencies = map[string]currency{
	"TND": {3, map[string]string{"ar": "د.ت.", "fr": "DT"}},
	"MAD": {2, map[string]string{"ar": "د.م.", "fr": "DH"}},
}

// Money writes an amount given in minor units (millimes of TND, centimes of
// MAD) with all its decimals and the currency as it is written in the language:
// 1 234,500 DT. Any other ISO code is shown as it is, with two decimals.
func (l *Locale) Money(minor int64, code string) string {
	c, known := currencies[code]
	if !known {
		c.decimals = 2
	}
	name := c.names[l.lang]
	if name == "" {
		name = code
	}
	digits := strings.TrimPrefix(strconv.FormatInt(minor, 10), "-")
	if short := c.decimals + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	whole := len(digits) - c.decimals
	amount := group(digits[:whole]) + l.point() + digits[whole:]
	if minor < 0 {
		amount = l.negative(amount)
	}
	return amount + noBrk + name
}
