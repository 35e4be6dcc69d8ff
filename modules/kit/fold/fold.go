package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plain maps a letter to the one it is matched as, where Unicode's own
// decomposition does not say so. Arabic letters that carry a hamza or a madda
// decompose by themselves; these are different letters for one sound, or one
// letter in the shapes of different keyboards.
var plain = map[rune]string{
	'ٱ': "ا",
	'ە': "ه", 'ھ': "ه", 'ہ': "ه",
	'ة': "ه", // a final ta marbuta is typed as a ha more often than not
	'ى': "ي", 'ی': "ي", 'ې': "ي",
	'ڨ': "ق",                                         // Tunisia's g; most write the town's name with a plain qaf
	'ݣ': "ك", 'ڭ': "ك", 'گ': "ك", 'ﯕ': "ك", 'ک': "ك", // Morocco's g, in all its code points
	'ڥ': "ف", 'ڤ': "ف",
	'پ': "ب", 'چ': "ج",
	'œ': "oe", 'æ': "ae", 'ø': "o", 'ß': "ss", 'ı': "i", 'ł': "l",
}

// silent is what is written but not matched: a hamza on the line, the tatweel
// that stretches a word, and the marks that only steer the direction of text.
func silent(r rune) bool {
	switch r {
	case 'ء', 'ـ', '\u200b', '\u200c', '\u200d', '\ufeff':
		return true
	}
	return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r)
}

// Key returns s as it is matched: lower case; no accents, vowel marks, hamzas
// or tatweel; ta marbuta as ha, alef maqsura as ya; Arabic-Indic digits as 0-9;
// words parted by single spaces. An apostrophe parts an elided article or
// preposition ("l'hôpital" is two words) and vanishes elsewhere ("M'diq" is
// one). Key(Key(s)) is Key(s).
func Key(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	start := 0 // where the current word starts in b
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		if silent(r) {
			continue
		}
		r = unicode.ToLower(r)
		switch {
		case plain[r] != "":
			b.WriteString(plain[r])
		case unicode.IsLetter(r):
			b.WriteRune(r)
		case unicode.IsDigit(r):
			b.WriteByte(digit(r))
		case apostrophe(r) && !elides(b.String()[start:]):
			// inside a name: the letters on both sides belong together
		default:
			if b.Len() > start {
				b.WriteByte(' ')
				start = b.Len()
			}
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

func apostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '`', '´', 'ʿ', 'ʾ':
		return true
	}
	return false
}

// elides reports whether a French word that ends in an apostrophe stands for a
// word of its own.
func elides(word string) bool {
	switch word {
	case "l", "d", "j", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu":
		return true
	}
	return false
}

// digit returns the Latin digit of any decimal digit; other number signs were
// taken apart by the normalisation before.
func digit(r rune) byte {
	switch {
	case r >= '0' && r <= '9':
		return byte(r)
	case r >= '٠' && r <= '٩':
		return byte('0' + r - '٠')
	case r >= '۰' && r <= '۹':
		return byte('0' + r - '۰')
	}
	return '0'
}

// Digits returns s with Arabic-Indic and Persian digits written 0-9, and
// everything else as it was.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r > '9' && unicode.IsDigit(r) {
			return rune(digit(r))
		}
		return r
	}, s)
}

// Bare returns Key(s) without the definite articles of Arabic and French:
// "Al Hoceïma", "الحسيمة", "L'Ariana", "El-Mourouj" and "Es-Semara" lose theirs.
// A text that is nothing but articles keeps them.
func Bare(s string) string {
	key := Key(s)
	if key == "" {
		return ""
	}
	words := strings.Split(key, " ")
	kept := make([]string, 0, len(words))
	for i, w := range words {
		if article(w) && len(words) > 1 && !(len(kept) == 0 && i == len(words)-1) {
			continue
		}
		kept = append(kept, withoutAl(w))
	}
	return strings.Join(kept, " ")
}

// article reports whether a Latin word is an article: French, or the Arabic
// one, also as it sounds before a sun letter (er-Rachidia, es-Semara).
func article(w string) bool {
	switch w {
	case "l", "le", "la", "les", "el", "al", "ad", "ed", "an", "en", "ar", "er", "as", "es", "at", "et", "az", "ez", "ech", "ach":
		return true
	}
	return false
}

// withoutAl takes the Arabic article off a word that is long enough to keep
// three letters: shorter ones begin with alef and lam of their own.
func withoutAl(w string) string {
	rest, found := strings.CutPrefix(w, "ال")
	if !found || utf8.RuneCountInString(rest) < 3 {
		return w
	}
	return rest
}
