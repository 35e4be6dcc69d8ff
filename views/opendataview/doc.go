// Package opendataview has the page that shows the open data to people.
package opendataview
