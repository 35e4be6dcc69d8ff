// Package open311view holds the pages of officers about other programs: keys
// that let them send requests, and the back office that gets ours.
package open311view
