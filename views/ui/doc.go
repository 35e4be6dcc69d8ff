// Package ui is how Musharaka looks and feels: the frame of every page and the
// components that pages are made of, as typed templates.
package ui
