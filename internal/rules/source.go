package rules

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// source is one yaml file with the place of every value in it, so that a fault
// found long after decoding still names its line and column.
type source struct {
	name   string
	lines  []string
	nodes  map[string]*yaml.Node // values by path: "queues.parked.folder", "criteria[2].use"
	keys   map[string]*yaml.Node // keys by the path of their value
	faulty map[*yaml.Node]bool   // said to be wrong: nothing more is said of it
	faults desk.Faults
	broken bool // it could not be decoded at all
}

// readSource decodes raw into what the pointer into points to. What the file
// should not hold is in faults; the rest is decoded all the same.
func readSource(name string, raw []byte, into any) *source {
	s := &source{
		name:   name,
		lines:  strings.Split(string(raw), "\n"),
		nodes:  map[string]*yaml.Node{},
		keys:   map[string]*yaml.Node{},
		faulty: map[*yaml.Node]bool{},
	}
	if !utf8.Valid(raw) {
		s.notUTF8()
		return s
	}
	var doc yaml.Node
	if err := yaml.Load(raw, &doc); err != nil {
		s.notYAML(err)
		return s
	}
	s.check("", doc.Content[0], reflect.TypeOf(into).Elem())
	if err := doc.Decode(into); err != nil && len(s.faults) == 0 {
		s.notYAML(err)
	}
	return s
}

// notUTF8 places the first byte that is not UTF-8.
func (s *source) notUTF8() {
	s.broken = true
	for i, line := range s.lines {
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
		s.add(i+1, column, "this letter is not UTF-8: save the file as UTF-8")
		return
	}
}

// notYAML places what the yaml library says.
func (s *source) notYAML(err error) {
	s.broken = true
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
			s.add(1, 1, "the file is empty")
		case strings.Contains(e.Message, "multiple"):
			split := func(line string) bool { return strings.HasPrefix(line, "---") }
			s.add(slices.IndexFunc(s.lines, split)+1, 1, "the file holds several documents, split by ---: write one")
		default:
			s.add(max(e.Mark.Line, 1), max(e.Mark.Column, 1), "this is not yaml: %s", e.Message)
		}
	}
	if len(all.Errors) == 0 {
		s.add(0, 0, "this is not yaml: %v", err)
	}
}

// check compares a node with the type that it will be decoded into, and notes
// where everything stands.
func (s *source) check(path string, n *yaml.Node, t reflect.Type) {
	s.nodes[path] = n
	switch {
	case n.Kind == yaml.AliasNode:
		s.at(n, "an alias (*%s) is not accepted: write the value out", n.Value)
	case n.ShortTag() == "!!null":
		s.at(n, "%s has no value: give it one, or remove it", naming(path))
	case t.Kind() == reflect.Interface:
	case t.Kind() == reflect.Struct:
		s.checkStruct(path, n, t)
	case t.Kind() == reflect.Map:
		s.eachKey(path, n, func(at string, _, value *yaml.Node) { s.check(at, value, t.Elem()) })
	case t.Kind() == reflect.Slice:
		s.checkSlice(path, n, t)
	default:
		s.checkScalar(path, n, t)
	}
}

// checkStruct checks a mapping whose keys are known.
func (s *source) checkStruct(path string, n *yaml.Node, t reflect.Type) {
	known, fields, missing := []string{}, map[string]reflect.Type{}, map[string]bool{}
	for f := range t.Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		known, fields[key] = append(known, key), f.Type
		missing[key] = f.Tag.Get("required") != ""
	}
	s.eachKey(path, n, func(at string, key, value *yaml.Node) {
		field, ok := fields[key.Value]
		if !ok {
			meant, hint := suggestion(key.Value, known)
			delete(missing, meant) // said once
			s.at(key, "the key %s is not known here%s; accepted: %s", key.Value, hint, strings.Join(known, ", "))
			return
		}
		delete(missing, key.Value)
		s.check(at, value, field)
	})
	for _, key := range known {
		if missing[key] && n.Kind == yaml.MappingNode {
			s.at(n, "the key %s is missing%s", key, within(path))
		}
	}
}

// checkSlice checks a list.
func (s *source) checkSlice(path string, n *yaml.Node, t reflect.Type) {
	if n.Kind != yaml.SequenceNode {
		s.at(n, "%s must be a list, as in [one, two]", naming(path))
		return
	}
	for i, item := range n.Content {
		s.check(nth(path, i), item, t.Elem())
	}
}

// nth is the path of an entry of a list.
func nth(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// eachKey calls f for every key of a mapping. A key that stands there twice is
// taken out, so that the rest can still be decoded.
func (s *source) eachKey(path string, n *yaml.Node, f func(at string, key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		s.at(n, "%s must be a mapping, as in key: value", naming(path))
		return
	}
	var once []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := strings.TrimPrefix(path+"."+key.Value, ".")
		if before := s.keys[at]; before != nil {
			s.at(key, "the key %s stands here twice: it is on line %d too", key.Value, before.Line)
			continue
		}
		s.keys[at] = key
		once = append(once, key, value)
		f(at, key, value)
	}
	n.Content = once
}

// checkScalar checks a text, a number or a truth value. YAML takes many a bare
// word for something else than a text; that is said, never guessed.
func (s *source) checkScalar(path string, n *yaml.Node, t reflect.Type) {
	tag := n.ShortTag()
	switch {
	case n.Kind != yaml.ScalarNode:
		s.at(n, "%s must be %s, not a list or a mapping", naming(path), kinds[t.Kind()].name)
	case tag != kinds[t.Kind()].tag && t.Kind() == reflect.String:
		s.at(n, "%s must be a text: put %s between quotes", naming(path), n.Value)
	case tag != kinds[t.Kind()].tag:
		s.at(n, "%s must be %s, not %q", naming(path), kinds[t.Kind()].name, n.Value)
	case n.Value == "":
		s.at(n, "%s is empty: give it a value, or remove it", naming(path))
	}
}

// kinds is what a scalar may be decoded into.
var kinds = map[reflect.Kind]struct{ tag, name string }{
	reflect.String: {"!!str", "a text"},
	reflect.Int:    {"!!int", "a whole number"},
	reflect.Bool:   {"!!bool", "true or false"},
}

// naming is the last name of a path, as a fault calls it.
func naming(path string) string {
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
	return " in " + strings.TrimPrefix(naming(path), "an entry of ")
}

// suggestion is the known word that was meant, "" where none is near, and how a
// fault says so.
func suggestion(word string, known []string) (meant, hint string) {
	if meant = nearest(word, known); meant != "" {
		hint = "; did you mean " + meant + "?"
	}
	return meant, hint
}

// fault places a fault at the value of a path, or at what holds it.
func (s *source) fault(path, format string, args ...any) {
	for s.nodes[path] == nil && path != "" {
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	switch n := s.nodes[path]; {
	case n == nil:
		s.add(0, 0, format, args...)
	case !s.faulty[n]:
		s.at(n, format, args...)
	}
}

// faultAtKey places a fault at the key of a path.
func (s *source) faultAtKey(path, format string, args ...any) {
	if key := s.keys[path]; key != nil {
		s.at(key, format, args...)
		return
	}
	s.fault(path, format, args...)
}

// faultInside places a fault at a rune of the scalar at path, counted in its
// decoded value.
func (s *source) faultInside(path string, offset int, format string, args ...any) {
	n := s.nodes[path]
	if n == nil || n.Kind != yaml.ScalarNode {
		s.fault(path, format, args...)
		return
	}
	line, column := s.place(n, offset)
	s.add(line, column, format, args...)
}

func (s *source) at(n *yaml.Node, format string, args ...any) {
	s.faulty[n] = true
	s.add(n.Line, n.Column, format, args...)
}

func (s *source) add(line, column int, format string, args ...any) {
	s.faults = append(s.faults, desk.Fault{
		File: s.name, Line: line, Column: column, Message: fmt.Sprintf(format, args...),
	})
}
