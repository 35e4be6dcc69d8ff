package pabulib

import (
	"strconv"
	"strings"
)

// decimal is a number that is not negative: digits/10^places, without trailing zeros.
type decimal struct {
	digits int64
	places int
}

// maxPlaces and maxDigits bound what is read: with them no scaled amount
// overflows unnoticed.
const (
	maxPlaces = 6
	maxScaled = 1_000_000_000_000_000
)

// parseDecimal reads digits with at most one decimal point or comma.
func parseDecimal(s string) (decimal, bool) {
	whole, part, found := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	part = strings.TrimRight(part, "0")
	if whole == "" || len(part) > maxPlaces || found && strings.Contains(part, ".") {
		return decimal{}, false
	}
	for _, c := range whole + part {
		if c < '0' || c > '9' {
			return decimal{}, false
		}
	}
	n, err := strconv.ParseInt(whole+part, 10, 64)
	return decimal{n, len(part)}, err == nil
}

// scaled returns the number in units of 10^-places, unless it is too large.
func (d decimal) scaled(places int) (int64, bool) {
	n := d.digits
	for range places - d.places {
		if n > maxScaled {
			return 0, false
		}
		n *= 10
	}
	return n, n <= maxScaled
}

// FormatMoney writes an amount of minor units as a decimal with a point,
// without needless zeros.
func FormatMoney(amount int64, decimals int) string {
	sign := ""
	if amount < 0 {
		sign, amount = "-", -amount
	}
	s := strconv.FormatInt(amount, 10)
	if decimals == 0 {
		return sign + s
	}
	if len(s) <= decimals {
		s = strings.Repeat("0", decimals-len(s)+1) + s
	}
	whole, part := s[:len(s)-decimals], strings.TrimRight(s[len(s)-decimals:], "0")
	if part == "" {
		return sign + whole
	}
	return sign + whole + "." + part
}
