package yamlfile

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// Fault places a fault at the value of a path, or at what holds it.
func (f *File) Fault(path, format string, args ...any) {
	for f.nodes[path] == nil && path != "" {
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	switch n := f.nodes[path]; {
	case n == nil:
		f.Add(0, 0, format, args...)
	case !f.faulty[n]:
		f.at(n, format, args...)
	}
}

// FaultAtKey places a fault at the key of a path.
func (f *File) FaultAtKey(path, format string, args ...any) {
	if key := f.keys[path]; key != nil {
		f.at(key, format, args...)
		return
	}
	f.Fault(path, format, args...)
}

// FaultInside places a fault at a rune of the scalar at path, counted in its
// decoded value.
func (f *File) FaultInside(path string, offset int, format string, args ...any) {
	n := f.nodes[path]
	if n == nil || n.Kind != yaml.ScalarNode {
		f.Fault(path, format, args...)
		return
	}
	line, column := f.place(n, offset)
	f.Add(line, column, format, args...)
}

// at places a fault at a node.
func (f *File) at(n *yaml.Node, format string, args ...any) {
	f.faulty[n] = true
	f.Add(n.Line, n.Column, format, args...)
}

// Add adds a fault at a line and column from 1, or at the file as a whole with 0.
func (f *File) Add(line, column int, format string, args ...any) {
	f.Faults = append(f.Faults, desk.Fault{
		File: f.Name, Line: line, Column: column, Message: fmt.Sprintf(format, args...),
	})
}

// Place is the line and column, from 1, of the key of a path, or of its value
// where it has no key (an entry of a list); 0 where the file has neither.
func (f *File) Place(path string) (line, column int) {
	n := f.keys[path]
	if n == nil {
		n = f.nodes[path]
	}
	if n == nil {
		return 0, 0
	}
	return n.Line, n.Column
}

// Naming is the last name of a path, as a fault calls it.
func Naming(path string) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	if list, _, ok := strings.Cut(name, "["); ok {
		return "an entry of " + list
	}
	if name == "" {
		return "the file"
	}
	return name
}

// within says what a key is missing in.
func within(path string) string {
	if path == "" {
		return ""
	}
	return " in " + strings.TrimPrefix(Naming(path), "an entry of ")
}

// Suggest is the known word that was meant, "" where none is near, and how a
// fault says so.
func Suggest(word string, known []string) (meant, hint string) {
	if meant = typo.Nearest(word, known); meant != "" {
		hint = "; did you mean " + meant + "?"
	}
	return meant, hint
}
