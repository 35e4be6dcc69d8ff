// Package spaceworkview shows the work on requests of a Citizen Space to those
// who do it: the lists of what is open, one request with its thread and notes,
// what is done to several at once, and the supervisor's screen of the day.
package spaceworkview
