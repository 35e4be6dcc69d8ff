// Package demo holds what the demo is made of, as files: the authorities that
// take part, invented people, associations, petitions and what became of them,
// comments. server/seed.go plays it through the services. Nobody in these files
// exists; the municipalities do, and have nothing to do with what is written
// here in their name.
package demo

import "embed"

// Files holds the data.
//
//go:embed *.yaml
var Files embed.FS
