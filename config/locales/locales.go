// Package locales carries the translations into the binary, and nothing else.
//
// English sentences in the sources are the message ids. Every module has one
// gettext catalogue per language, <lang>/<module>.po, so that a new module only
// adds files; common.po holds the words of the frame and of the buttons. Words
// that differ between the countries (بلدية and جماعة, the names of the months)
// stand in <lang>_<country>/<module>.po, which holds only those.
//
// kit/i18n loads the files and its test TestCatalogues holds them to the
// sources: nothing missing, nothing stale.
package locales

import "embed"

// FS holds the catalogues, each at <lang>/<module>.po or <lang>_<country>/<module>.po.
//
//go:embed */*.po
var FS embed.FS
