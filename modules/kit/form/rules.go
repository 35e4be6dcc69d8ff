package form

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

// rules are the words that validate tags know beside the validator's own. Each
// judges a cleaned text; an empty one passes only where the tag says omitempty.
var rules = map[string]func(string) bool{
	"plain":   plain,
	"csvsafe": csvSafe,
	"digits":  onlyDigits,
	"person":  person,
	"phone":   phone,
	"date":    isDate,
	"year":    year,
}

// webAddress is anything a reader would take for a link: with a scheme, with
// www, or a domain under one of the endings that advertising uses here.
var webAddress = regexp.MustCompile(`(?i)[a-z]://|\bwww\.|\b[a-z0-9-]{2,}\.(com|net|org|info|biz|io|tn|ma|dz|ly|fr|eu|me|co|app|xyz|shop|site|online|link)\b`)

// plain holds for text without a web address.
func plain(s string) bool { return !webAddress.MatchString(s) }

// csvSafe holds for text that a spreadsheet does not take for a formula when
// it stands alone in a cell of an export.
func csvSafe(s string) bool {
	return s != "" && !strings.ContainsRune("=+-@＝＋－＠|%\t", []rune(s)[0])
}

// onlyDigits holds for a text of 0 to 9; Digits comes before it (the tag "digits").
func onlyDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// person holds for a name: two letters at least, in any script, and beside
// letters only what names are joined with.
func person(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.Is(unicode.M, r) || strings.ContainsRune(" '’ʼ-.\u200c\u200d\u200e\u200f", r):
		default:
			return false
		}
	}
	return letters >= 2
}

// phone holds for 8 to 15 digits (the longest that ITU-T E.164 has), grouped
// as people do, with a + in front or none.
func phone(s string) bool {
	n := 0
	for i, r := range Digits(s) {
		switch {
		case r >= '0' && r <= '9':
			n++
		case r == '+' && i == 0 || strings.ContainsRune(" .-()", r):
		default:
			return false
		}
	}
	return n >= 8 && n <= 15
}

// isDate holds for a day that exists, as Date.String writes it.
func isDate(s string) bool {
	parts := strings.Split(s, "/")
	if len(parts) != 3 {
		return false
	}
	_, ok := Date{parts[0], parts[1], parts[2]}.In(time.UTC)
	return ok
}

// year holds for 1900 to 2199.
func year(s string) bool {
	return len(s) == 4 && onlyDigits(s) && s >= "1900" && s < "2200"
}
