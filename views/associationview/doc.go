// Package associationview shows what associations do for petitions: the panel on
// a petition's page, a campaign's own page, the texts to share. The register
// itself is shown by views/recordview.
package associationview
