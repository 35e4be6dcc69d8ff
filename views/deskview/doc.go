// Package deskview holds the pages of the council desk: the queue of what
// waits, an item with its notes and history, several at once, settings, answer
// templates, and the public page of how long an authority takes to answer.
package deskview
