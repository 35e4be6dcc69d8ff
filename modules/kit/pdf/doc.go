// Package pdf writes the papers of Musharaka: a petition file that a council is
// served with, signature lists, receipts, tally sheets, forms to fill in by hand.
//
// It is a small writer of its own because every Go library tried breaks Arabic
// letters apart, and because a paper has to give its words back. So a page is
// drawn twice. What is seen are the outlines of the glyphs, each written once as
// a form and placed where the text needs it. Over them lies the text itself,
// invisible: every word takes the width of its glyphs, divided into one equal
// slot per letter, the marks in the slot of their letter. The words and slots of
// a line stand from left to right as on the sheet, Arabic too, because that is
// what readers turn into the order of reading: the ones of Chrome and Firefox
// and poppler's pdftotext give whole Arabic lines back (slots.go, draw.go).
//
// The structure of the document (headings, lists, tables with their heads,
// figures with their description) is written beside it, with the words of
// Arabic elements in reading order for those who hear them (tags.go).
//
// A document flows: each call adds a block below the one before, and pages
// break by the rules of flow.go and table.go.
//
//	doc := pdf.New(pdf.Options{Lang: "ar", Title: title, Created: now})
//	doc.Letterhead(pdf.Letterhead{Over: authority, Title: title, Under: reference, Code: address})
//	doc.Paragraph(reasons)
//	doc.Heading(1, "التوقيعات")
//	doc.Table(pdf.Table{Columns: columns, Rows: rows})
//	_, err := doc.WriteTo(w)
//
// All lengths are in points (1/72 inch). "Start" is the side where reading
// begins: right in an Arabic document, left in a French one.
//
// The same calls give the same bytes: there is no clock and no randomness here.
// Memory is the compressed file, one open page, and the numbers of a row's
// elements; rows of a table are taken one by one and may come from a cursor.
package pdf
