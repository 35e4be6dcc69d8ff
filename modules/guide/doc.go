// Package guide explains the platform to the people who use it: short guides
// that can be read on a phone and printed, a page on how petitions work in each
// country, and the pages that say what the site owes its readers: accessibility,
// personal data, contact, source code.
//
// A guide is data: sections of paragraphs, numbered steps and links, written as
// message ids and translated like everything else. The same text is shown to
// everybody, so each page is rendered once a day and language and then served
// from memory.
//
// No number of the law stands in the text. Where a guide names a threshold or a
// period it asks the rule packs and shows the source beside it, with the mark of
// a number that nobody has checked yet; and the reasons for which a petition may
// be refused are those that the desk really offers.
package guide
