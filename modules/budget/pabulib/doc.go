// Package pabulib reads and writes the .pb files of Pabulib (pabulib.org), the
// exchange format for participatory-budget elections.
//
// It reads what the collection's files really contain, older ones included: a
// byte order mark, CRLF, a missing final newline, a META section without its
// header, quotation marks in the middle of a cell, columns in any order. It
// rejects what cannot be counted, always with the line and the reason. What it
// writes passes the collection's checks of 2026 (section order and column
// names, lists without spaces, decimal points, no empty lines).
//
// Numbers are read as decimals and kept as whole numbers of minor units; nothing
// is rounded on the way.
package pabulib
