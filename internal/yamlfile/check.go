package yamlfile

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

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

// empty says whether a value was left empty: nothing, "", [] or {}.
func empty(n *yaml.Node) bool {
	return n.ShortTag() == "!!null" || n.Value == "" && len(n.Content) == 0
}
