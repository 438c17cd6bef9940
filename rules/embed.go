// Package rules holds BARA's rules, the data that the binary is built with and
// that --rules replaces. The files are the rules; package internal/rules reads
// them, and internal/notice the texts under notices/.
package rules

import "embed"

// FS is the rules folder.
//
//go:embed desk.yaml subjects.yaml criteria.yaml unreadable.yaml formats notices
var FS embed.FS
