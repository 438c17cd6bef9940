// Package yamlfile decodes a YAML file that a person wrote: strictly, with every
// fault told at once at its line and column.
//
// It promises: a key that is not known, stands twice, is missing or has no value
// is a fault, and so is a value of another type than asked; nothing is silently
// ignored or guessed. The place of every value is kept, so that a fault found
// long after decoding still names its line and column.
//
// What a file may hold is told by the struct it is decoded into: the tag yaml
// names a key, required:"true" demands it, and empty:"true" lets its value be
// empty.
package yamlfile

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// File is one YAML file with the place of every value in it.
type File struct {
	Name   string
	Faults desk.Faults
	Broken bool // it could not be decoded at all

	lines  []string
	nodes  map[string]*yaml.Node // values by path: "queues.parked.folder", "criteria[2].use"
	keys   map[string]*yaml.Node // keys by the path of their value
	faulty map[*yaml.Node]bool   // said to be wrong: nothing more is said of it
}

// Read decodes raw into what the pointer into points to. What the file
// should not hold is in faults; the rest is decoded all the same.
func Read(name string, raw []byte, into any) *File {
	f := &File{
		Name:   name,
		lines:  strings.Split(string(raw), "\n"),
		nodes:  map[string]*yaml.Node{},
		keys:   map[string]*yaml.Node{},
		faulty: map[*yaml.Node]bool{},
	}
	if !utf8.Valid(raw) {
		f.notUTF8()
		return f
	}
	var doc yaml.Node
	if err := yaml.Load(raw, &doc); err != nil {
		f.notYAML(err)
		return f
	}
	f.check("", doc.Content[0], reflect.TypeOf(into).Elem())
	if err := doc.Decode(into); err != nil && len(f.Faults) == 0 {
		f.notYAML(err)
	}
	return f
}

// notUTF8 places the first byte that is not UTF-8.
func (f *File) notUTF8() {
	f.Broken = true
	for i, line := range f.lines {
		if utf8.ValidString(line) {
			continue
		}
		column := 1
		for _, r := range line {
			if r == utf8.RuneError {
				break
			}
			column++
		}
		f.Add(i+1, column, "this letter is not UTF-8: save the file as UTF-8")
		return
	}
}

// notYAML places what the yaml library says.
func (f *File) notYAML(err error) {
	f.Broken = true
	var all *yaml.LoadErrors
	if !errors.As(err, &all) {
		all = &yaml.LoadErrors{}
		var one *yaml.LoadError
		if errors.As(err, &one) {
			all.Errors = append(all.Errors, one)
		}
	}
	for _, e := range all.Errors {
		switch {
		case strings.Contains(e.Message, "no documents"):
			f.Add(1, 1, "the file is empty")
		case strings.Contains(e.Message, "multiple"):
			split := func(line string) bool { return strings.HasPrefix(line, "---") }
			f.Add(slices.IndexFunc(f.lines, split)+1, 1, "the file holds several documents, split by ---: write one")
		default:
			f.Add(max(e.Mark.Line, 1), max(e.Mark.Column, 1), "this is not yaml: %s", e.Message)
		}
	}
	if len(all.Errors) == 0 {
		f.Add(0, 0, "this is not yaml: %v", err)
	}
}

// Has says whether the file has a value at a path.
func (f *File) Has(path string) bool { return f.nodes[path] != nil }

// Entries is how many entries the list or mapping at a path has, 0 where there
// is none.
func (f *File) Entries(path string) int {
	if n := f.nodes[path]; n != nil {
		return len(n.Content)
	}
	return 0
}
