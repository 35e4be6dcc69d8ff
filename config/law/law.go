// Package law holds the rule packs: the law of each country and level as data.
//
// modules/kit/law reads them, checks them by a schema and answers with a number
// and its source. README.md in this folder says how to read and change a pack.
package law

import "embed"

// Files holds one YAML file for each country and each pack.
//
//go:embed *.yaml
var Files embed.FS
