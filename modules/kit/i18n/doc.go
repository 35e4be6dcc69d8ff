// Package i18n puts the text of Musharaka into the reader's language.
//
// The English sentence in the code is the message id. Load reads the gettext
// catalogues of config/locales once, at start; afterwards everything is
// read-only, so a Locale can be shared by all requests without a lock.
//
// A Locale is a language (ar, fr or en) in a country (TN, MA or none). A word
// is looked up in the country's small catalogue, then in the language's, then
// the English sentence itself is shown. The country also decides the names of
// the months in Arabic, the time zone and the short name of the currency.
//
// Placeholders are written {name}. Values are put in as they are: the views
// escape. Numbers are written with Western digits in all languages, because
// both countries do so in Arabic as well.
//
// Arabic runs from right to left, and a Latin name, a telephone number or a
// reference inside an Arabic sentence would move the words around it. Such a
// value is therefore wrapped in invisible isolates (U+2068 … U+2069); see
// isolate.go for when. Plain gives a locale that does not, for places that
// show text without knowing these characters.
//
// TestCatalogues reads all sources of the project and fails for every message
// that is missing, stale or wrong in Arabic or French. With -update it appends
// what is missing, empty, to the catalogue of the module it belongs to:
//
//	go test ./modules/kit/i18n -run TestCatalogues -update
//	go test ./modules/kit/i18n -run TestCatalogues -module petition
//
// TestArabicIsSpokenAsInTheCountry finds sentences with a word that only one of
// the countries uses. They need an entry in the other country's catalogue, or
// the comment "#. only TN" ("#. only MA") where only that country shows them.
package i18n
