package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/french"
)

// Words returns the stems of the words of s that carry meaning, in their order
// and with repetitions: "إصلاح الطرقات" and "لإصلاح طريق" share both stems,
// "les éclairages publics" and "eclairage public" too. Function words of
// Arabic, French and English are left out, and so are single letters; numbers
// stay. Each word is stemmed by its script: what is not Arabic is taken for
// French.
func Words(s string) []string {
	var stems []string
	for _, w := range strings.Fields(Key(s)) {
		if utf8.RuneCountInString(w) < 2 && !unicode.IsDigit(rune(w[0])) || stopWords[w] {
			continue
		}
		if stem := stem(w); !stopWords[stem] {
			stems = append(stems, stem)
		}
	}
	return stems
}

// Stem returns the stem of one word, given in any spelling.
func Stem(word string) string { return stem(Key(word)) }

// longestWord, in bytes, is more than any word of the three languages has:
// what is longer is not stemmed, for the stemmer's work grows with its square.
const longestWord = 80

func stem(key string) string {
	r, _ := utf8.DecodeRuneInString(key)
	switch {
	case key == "" || unicode.IsDigit(r) || len(key) > longestWord:
		return key
	case unicode.Is(unicode.Arabic, r):
		return stemArabic(key)
	}
	env := snowballstem.NewEnv(key) // of the folded word: an accent left out must not change the stem
	french.Stem(env)
	if s := Key(env.Current()); s != "" {
		return s
	}
	return key
}

// Arabic stems are light: particles written onto a word's front and the
// endings of number, gender and possession come off, the root is left alone.
// The Snowball stemmer was tried first and not taken: it gives المدرسة and
// مدرسة two stems, leaves و and ل standing, and takes the ب off بلديات.
var (
	arabicPrefixes = []string{"وال", "بال", "كال", "فال", "ولل", "ال", "لل"}
	arabicSuffixes = []string{"ها", "هم", "نا", "ات", "ان", "ون", "ين", "يه", "ه", "ي"}
)

// keepLetters is how many letters a prefix or suffix must leave standing.
const keepLetters = 3

func stemArabic(w string) string {
	if s, ok := brokenPlurals[w]; ok {
		return s
	}
	for {
		shorter := cutFront(w)
		if shorter == w {
			break
		}
		if w = shorter; brokenPlurals[w] != "" {
			return brokenPlurals[w]
		}
	}
	for {
		shorter := cutBack(w)
		if shorter == w {
			return w
		}
		w = shorter
	}
}

// cutFront takes one particle off: the article, alone or behind another, then
// a و, or the ب and ل that stand before an alef, if much of the word remains.
func cutFront(w string) string {
	for _, p := range arabicPrefixes {
		if rest, ok := strings.CutPrefix(w, p); ok && utf8.RuneCountInString(rest) >= keepLetters {
			return rest
		}
	}
	if rest, ok := strings.CutPrefix(w, "و"); ok && utf8.RuneCountInString(rest) >= keepLetters {
		return rest
	}
	for _, p := range []string{"لا", "با"} { // لإصلاح, بإنارة: the alef belongs to the word
		if rest, ok := strings.CutPrefix(w, p); ok && utf8.RuneCountInString(rest) > keepLetters {
			return "ا" + rest
		}
	}
	return w
}

func cutBack(w string) string {
	for _, p := range arabicSuffixes {
		if rest, ok := strings.CutSuffix(w, p); ok && utf8.RuneCountInString(rest) >= keepLetters {
			return rest
		}
	}
	return w
}
