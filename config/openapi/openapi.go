// Package openapi describes the public endpoints for programs, one file for
// each module, in OpenAPI 3.1. modules/opendata puts them together; a test
// compares them with the running server.
package openapi

import "embed"

// Files holds base.yaml, which says what the interface is, and a file with
// paths and schemas for each module.
//
//go:embed *.yaml
var Files embed.FS
