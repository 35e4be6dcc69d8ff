// Package placeview has the pages of places: finding one's municipality, the
// page of an authority, the rules that apply to petitions, and the desk where
// an authority keeps its own entry. modules/place fills the page structs with
// words and numbers that are ready to be shown.
package placeview
