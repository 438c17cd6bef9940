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
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/typo"
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

// check compares a node with the type that it will be decoded into, and notes
// where everything stands.
func (f *File) check(path string, n *yaml.Node, t reflect.Type) {
	f.nodes[path] = n
	switch {
	case n.Kind == yaml.AliasNode:
		f.at(n, "an alias (*%s) is not accepted: write the value out", n.Value)
	case n.ShortTag() == "!!null":
		f.at(n, "%s has no value: give it one, or remove it", Naming(path))
	case t.Kind() == reflect.Interface:
		f.checkAny(path, n, t)
	case t.Kind() == reflect.Pointer:
		f.check(path, n, t.Elem())
	case t.Kind() == reflect.Struct:
		f.checkStruct(path, n, t)
	case t.Kind() == reflect.Map:
		f.eachKey(path, n, func(at string, _, value *yaml.Node) { f.check(at, value, t.Elem()) })
	case t.Kind() == reflect.Slice:
		f.checkSlice(path, n, t)
	default:
		f.checkScalar(path, n, t)
	}
}

// checkStruct checks a mapping whose keys are known.
func (f *File) checkStruct(path string, n *yaml.Node, t reflect.Type) {
	known, fields, missing := []string{}, map[string]reflect.StructField{}, map[string]bool{}
	for field := range t.Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if key == "" {
			continue
		}
		known, fields[key] = append(known, key), field
		missing[key] = field.Tag.Get("required") != ""
	}
	f.eachKey(path, n, func(at string, key, value *yaml.Node) {
		field, ok := fields[key.Value]
		if !ok {
			meant, hint := Suggest(key.Value, known)
			delete(missing, meant) // said once
			f.at(key, "the key %s is not known here%s; accepted: %s", key.Value, hint, strings.Join(known, ", "))
			return
		}
		delete(missing, key.Value)
		if empty(value) && field.Tag.Get("empty") != "" {
			f.nodes[at] = value
			return
		}
		f.check(at, value, field.Type)
	})
	for _, key := range known {
		if missing[key] && n.Kind == yaml.MappingNode {
			f.at(n, "the key %s is missing%s", key, within(path))
		}
	}
}

// checkAny checks a value that may be anything: what holds others must hold
// them soundly all the same.
func (f *File) checkAny(path string, n *yaml.Node, t reflect.Type) {
	switch n.Kind {
	case yaml.MappingNode:
		f.eachKey(path, n, func(at string, _, value *yaml.Node) { f.check(at, value, t) })
	case yaml.SequenceNode:
		f.checkSlice(path, n, reflect.SliceOf(t))
	}
}

// checkSlice checks a list.
func (f *File) checkSlice(path string, n *yaml.Node, t reflect.Type) {
	if n.Kind != yaml.SequenceNode {
		f.at(n, "%s must be a list, as in [one, two]", Naming(path))
		return
	}
	for i, item := range n.Content {
		f.check(Nth(path, i), item, t.Elem())
	}
}

// Nth is the path of entry i, from 0, of a list.
func Nth(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// eachKey calls each for every key of a mapping. A key that stands there twice is
// taken out, so that the rest can still be decoded.
func (f *File) eachKey(path string, n *yaml.Node, each func(at string, key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		f.at(n, "%s must be a mapping, as in key: value", Naming(path))
		return
	}
	var once []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := strings.TrimPrefix(path+"."+key.Value, ".")
		if before := f.keys[at]; before != nil {
			f.at(key, "the key %s stands here twice: it is on line %d too", key.Value, before.Line)
			continue
		}
		f.keys[at] = key
		once = append(once, key, value)
		each(at, key, value)
	}
	n.Content = once
}

// checkScalar checks a text, a number or a truth value. YAML takes many a bare
// word for something else than a text; that is said, never guessed.
func (f *File) checkScalar(path string, n *yaml.Node, t reflect.Type) {
	tag := n.ShortTag()
	switch {
	case n.Kind != yaml.ScalarNode:
		f.at(n, "%s must be %s, not a list or a mapping", Naming(path), kinds[t.Kind()].name)
	case tag != kinds[t.Kind()].tag && t.Kind() == reflect.String:
		f.at(n, "%s must be a text: put %s between quotes", Naming(path), n.Value)
	case tag != kinds[t.Kind()].tag:
		f.at(n, "%s must be %s, not %q", Naming(path), kinds[t.Kind()].name, n.Value)
	case n.Value == "":
		f.at(n, "%s is empty: give it a value, or remove it", Naming(path))
	}
}

// kinds is what a scalar may be decoded into.
var kinds = map[reflect.Kind]struct{ tag, name string }{
	reflect.String: {"!!str", "a text"},
	reflect.Int:    {"!!int", "a whole number"},
	reflect.Bool:   {"!!bool", "true or false"},
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

// empty says whether a value was left empty: nothing, "", [] or {}.
func empty(n *yaml.Node) bool {
	return n.ShortTag() == "!!null" || n.Value == "" && len(n.Content) == 0
}
