// Package citizenspaceview shows the pages of Citizen Spaces. A page is a struct beside
// its template; modules/citizenspace fills it.
package citizenspaceview
