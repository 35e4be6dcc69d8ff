// Package upkeepview has the administrator's pages: the hub, and the work that
// goes on beside the requests.
package upkeepview
