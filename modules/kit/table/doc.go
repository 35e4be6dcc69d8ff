// Package table writes tables for spreadsheets: CSV in UTF-8 with a byte order
// mark, every cell disarmed.
//
// What stands in a cell may be anybody's words. A spreadsheet takes a cell that
// begins with =, +, -, @ or a control character for a formula, which can fetch
// an address or start a program on the machine of whoever opens the file. Cell
// puts an apostrophe in front of such a text; every export goes through it.
package table
