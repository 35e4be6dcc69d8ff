// Package typeset turns text in Arabic, French and their mixtures into glyphs
// with positions, for everything that is drawn rather than sent to a browser:
// the PDF files of kit/pdf and the pictures of kit/card.
//
// The way of a text through the package:
//
//   - it is cleaned (clean.go): letters composed, Arabic presentation forms made
//     into letters again, controls that could turn other people's words around
//     dropped;
//   - its direction and the level of every character are found by the Unicode
//     Bidirectional Algorithm (bidi.go), in full, because the short cuts of the
//     libraries misplace a number inside Arabic inside French;
//   - it is cut into words of one level, one script and one face, which are shaped
//     by HarfBuzz's Go port and kept (shape.go): names repeat, and a list of ten
//     thousand signatures is shaped in the time of a few hundred;
//   - the words fill lines (layout.go), and each line is put into visual order.
//
// A Word keeps its characters beside its glyphs. kit/pdf needs both: the glyphs
// are what is seen, the characters what is searched, copied and read aloud.
//
// Lengths are in the caller's unit (points in a PDF, pixels in a picture);
// glyphs are in font units, Em to the em. Only the fonts in fonts/ are used, so
// the same text gives the same lines on every machine.
package typeset
