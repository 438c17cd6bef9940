package rules

import "github.com/bara-think-tank/guichet/internal/yamlfile"

// source is one file of the folder, with what a rules folder asks of it.
type source struct{ *yamlfile.File }

// readSource decodes raw into what the pointer into points to.
func readSource(name string, raw []byte, into any) *source {
	return &source{yamlfile.Read(name, raw, into)}
}
