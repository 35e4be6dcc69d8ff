// Package accountview holds the pages of modules/account: signing in, a
// person's own space, the counter, and who holds which role. Each page is a
// struct with what it shows, beside its template; nothing here fetches data.
package accountview
