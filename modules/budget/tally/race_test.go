//go:build race

package tally

func init() { underRace = true }
