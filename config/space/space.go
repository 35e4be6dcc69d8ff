// Package space holds what Citizen Spaces share as data: the public holidays of
// each country and the templates of services. modules/citizenspace reads them.
// README.md in this folder says where they come from and how to change them.
package space

import "embed"

// Files holds holidays.yaml and one file of templates for each group of services.
//
//go:embed *.yaml
var Files embed.FS
