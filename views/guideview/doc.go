// Package guideview shows the guides and the pages that say what the site owes
// its readers. Each is a table of contents beside sections of short texts,
// numbered steps and rules with their sources; on paper the contents are left out.
package guideview
