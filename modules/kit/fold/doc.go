// Package fold makes text comparable across the ways people write it.
//
// The same town is written الحسيمة, الحسيمه, Al Hoceïma and hoceima; the same
// wish is written with and without hamza, vowels, accents and hyphens. Fold
// turns each of them into one key, so that a search compares keys and never
// the spelling of a hurried thumb.
//
// Three strengths, from exact to loose:
//
//   - Key: letters made plain, everything that is no letter or digit made one
//     space. What it merges, a careful reader would call the same word.
//   - Bare: Key without the definite articles of Arabic and French, for names.
//   - Words: the stems of the words that carry meaning, for texts. Rank finds
//     what holds most of them.
//
// A key is for matching only: it is never shown and its form may change from
// one version to the next, so it must not be an identifier.
package fold
