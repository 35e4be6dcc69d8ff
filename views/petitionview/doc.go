// Package petitionview has the pages of petitions. Each page is a struct beside
// its template; modules/petition fills it with words and numbers that are ready
// to be shown.
package petitionview
