package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"cel.dev/cel-go/cel"
)

// schema is one JSON Schema (draft 2020-12).
type schema map[string]any

// schemaRoots is the type of each file of a rules folder, by its name in
// JSONSchema.
var schemaRoots = []struct {
	name string
	file reflect.Type
}{
	{"desk", reflect.TypeFor[deskFile]()},
	{"subjects", reflect.TypeFor[subjects]()},
	{"criteria", reflect.TypeFor[map[string]criterionFile]()},
	{"unreadable", reflect.TypeFor[map[string]causeFile]()},
	{"format", reflect.TypeFor[formatFile]()},
}

// JSONSchema is the JSON Schema of one file of a rules folder, "desk",
// "subjects", "criteria", "unreadable" or "format", or of any of them for "all", indented. It is
// made of the types that Load decodes into, so that both know the same keys. It
// tells what completion needs; what only Load can tell is left to Load.
func JSONSchema(of string) ([]byte, error) {
	s := schemer{}
	var roots []schema
	for _, r := range schemaRoots {
		if of == r.name || of == "all" {
			roots = append(roots, s.root(r.name, r.file))
		}
	}
	root := schema{"anyOf": roots}
	switch len(roots) {
	case 0:
		return nil, fmt.Errorf("no file of the rules is called %s", of)
	case 1:
		root = roots[0]
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Guichet: " + of
	root["$defs"] = s
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(root)
	return b.Bytes(), err
}

// schemer is the schemas of the named types, as $defs.
type schemer map[string]schema

// root is the schema of a whole file, under its own name.
func (s schemer) root(name string, file reflect.Type) schema {
	made := s.of(file)
	if _, named := s[name]; !named {
		s[name] = made
	}
	return refTo(name)
}

func refTo(name string) schema { return schema{"$ref": "#/$defs/" + name} }

// of is the schema of a type. A named one is defined once and referred to.
func (s schemer) of(t reflect.Type) schema {
	if t == reflect.TypeFor[exampleFile]() {
		s["example"] = s.example()
		return refTo("example")
	}
	switch t.Kind() {
	case reflect.Struct:
		return s.ofStruct(t)
	case reflect.Slice:
		return schema{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Interface: // a limit, as limitValue takes it
		return schema{"type": []string{"integer", "string", "boolean", "array"}, "items": schema{"type": "string"}}
	case reflect.Int:
		return schema{"type": "integer"}
	case reflect.Bool:
		return schema{"type": "boolean"}
	}
	return schema{"type": "string", "minLength": 1}
}

// ofStruct is the schema of a mapping whose keys are known, from the tags that
// package yamlfile goes by, and from two of our own: doc says what a key is for,
// and enum which values it takes.
func (s schemer) ofStruct(t reflect.Type) schema {
	properties, required := schema{}, []string{}
	for field := range t.Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if key == "" {
			continue
		}
		properties[key] = s.ofField(field)
		if field.Tag.Get("required") != "" {
			required = append(required, key)
		}
	}
	made := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		made["required"] = required
	}
	if t.Name() == "" {
		return made
	}
	name := strings.TrimSuffix(t.Name(), "File")
	s[name] = made
	return refTo(name)
}

// ofField is the schema of one key.
func (s schemer) ofField(field reflect.StructField) schema {
	made := s.of(field.Type)
	if doc := field.Tag.Get("doc"); doc != "" {
		made["description"] = doc
	}
	if enum := field.Tag.Get("enum"); enum != "" {
		of := made
		if items, isList := made["items"].(schema); isList {
			of = items
		}
		of["enum"] = strings.Split(enum, ",")
	}
	return made
}

// example is the schema of an example: every fact, and the limits.
func (s schemer) example() schema {
	properties := schema{"limit": s.of(reflect.TypeFor[map[string]any]())}
	for _, f := range facts {
		switch f.kind {
		case cel.IntType:
			properties[f.name] = schema{"type": "integer", "minimum": 0}
		case cel.BoolType:
			properties[f.name] = schema{"type": "boolean"}
		default:
			properties[f.name] = schema{"type": "string"}
		}
	}
	return schema{"type": "object", "properties": properties, "additionalProperties": false}
}
