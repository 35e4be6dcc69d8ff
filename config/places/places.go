// Package places holds the tables of Moroccan and Tunisian territories, as
// files; modules/place reads them. SOURCES.md says where they come from.
package places

import "embed"

// Files holds ma.csv, tn.csv, names.csv and sources.yaml.
//
//go:embed ma.csv tn.csv names.csv sources.yaml
var Files embed.FS
