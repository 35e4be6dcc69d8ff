package i18n

import (
	"slices"
	"strconv"
	"strings"
)

// longestHeader bounds what Negotiate reads of a header; browsers send less
// than a tenth of it.
const longestHeader = 1024

// Negotiate returns the language of the platform that an Accept-Language
// header (RFC 9110, section 12.5.4) likes best, and "ar" when it names none of
// them. Of two that are liked equally, the one named first is taken.
func Negotiate(header string) string {
	best, liking := Languages[0], 0.0
	if len(header) > longestHeader {
		header = header[:longestHeader]
	}
	for part := range strings.SplitSeq(header, ",") {
		tag, parameters, _ := strings.Cut(part, ";")
		tag = strings.ToLower(strings.TrimSpace(tag))
		lang, _, _ := strings.Cut(tag, "-")
		if lang == "*" {
			lang = Languages[0]
		}
		if q := quality(parameters); q > liking && slices.Contains(Languages, lang) {
			best, liking = lang, q
		}
	}
	return best
}

// quality reads "q=0.8": 1 when there is none, 0 when it is not understood.
func quality(parameters string) float64 {
	parameters = strings.TrimSpace(parameters)
	if parameters == "" {
		return 1
	}
	name, value, _ := strings.Cut(parameters, "=")
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || strings.ToLower(strings.TrimSpace(name)) != "q" || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
