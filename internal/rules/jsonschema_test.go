package rules

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/bara-think-tank/guichet/internal/desk"
	shipped "github.com/bara-think-tank/guichet/rules"
)

// schemaOf is the schema of a file of the rules, read back.
func schemaOf(t *testing.T, of string) map[string]any {
	t.Helper()
	text, err := JSONSchema(of)
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// schemaFor names the schema of a file.
func schemaFor(file string) string {
	if path.Dir(file) == formatsName {
		return "format"
	}
	return strings.TrimSuffix(file, ".yaml")
}

// TestJSONSchemaTakesShipped: the files that ship are right by their schema, and
// by the one for all.
func TestJSONSchemaTakesShipped(t *testing.T) {
	names, err := fs.Glob(shipped.FS, "formats/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range append(names, deskName, subjectsName, criteriaName, unreadableName) {
		raw, err := fs.ReadFile(shipped.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, of := range []string{schemaFor(name), "all"} {
			if wrong := against(schemaOf(t, of), string(raw)); len(wrong) > 0 {
				t.Errorf("%s by the schema %s: %s", name, of, strings.Join(wrong, "; "))
			}
		}
	}
}

// TestJSONSchemaRefuses spoils the files that ship.
func TestJSONSchemaRefuses(t *testing.T) {
	for _, tt := range []struct{ file, old, spoilt, want string }{
		{"desk.yaml", "root: Guichet", "roof: Guichet", "/roof is not known; /root is missing"},
		{"desk.yaml", "answers_per_hour: 10", "answers_per_hour: ten", "/answers_per_hour is no integer"},
		{"desk.yaml", "languages: [fr, en]", "languages: [fr, de]", "/languages/1 is none of [fr en]"},
		{"subjects.yaml", "  - id: help\n    words", "  - id: help\n    word", "/commands/0/word is not known; /commands/0/words is missing"},
		{"criteria.yaml", "title:\n", "title:\n  level: high\n", "/title/level is none of [required advice]"},
		{"criteria.yaml", "{document.words: 250,", "{document.word: 250,", "/length/examples/good/0/document.word is not known"},
		{"criteria.yaml", "{document.words: 250,", "{document.words: -1,", "/length/examples/good/0/document.words is below 0"},
		{"criteria.yaml", "{document.readable: false}", "{document.readable: no way}", "/readable/examples/bad/0/document.readable is no boolean"},
		{"unreadable.yaml", "kinds: [pages]", "kinds: [page]", "/pages/kinds/0 is none of [" + strings.Join(unreadableKinds(), " ") + "]"},
		{"formats/analyse.yaml", "limit: {max: 200}", "limit: {max: 2.5}", "/criteria/5/limit/max is no [integer string boolean array]"},
		{"formats/analyse.yaml", "name: Analyse", "name: ''", "/name is empty"},
	} {
		files := copyOfShipped(t)
		spoil(t, files, tt.file, tt.old, tt.spoilt)
		if got := strings.Join(against(schemaOf(t, schemaFor(tt.file)), string(files[tt.file].Data)), "; "); got != tt.want {
			t.Errorf("%s with %q: got %q, want %q", tt.file, tt.spoilt, got, tt.want)
		}
	}
	if _, err := JSONSchema("notices"); err == nil {
		t.Error("there is a schema for notices")
	}
}

// TestJSONSchemaKnowsFacts: every fact can be completed in an example, and every
// key says what it is for.
func TestJSONSchemaKnowsFacts(t *testing.T) {
	defs := schemaOf(t, "all")["$defs"].(map[string]any)
	given := defs["example"].(map[string]any)["properties"].(map[string]any)
	if len(given) != len(facts)+1 {
		t.Errorf("an example may have %d keys, want %d facts and limit", len(given), len(facts))
	}
	for _, name := range []string{"desk", "queue", "subjects", "command", "criterion", "cause", "examples", "format", "use"} {
		for key, of := range defs[name].(map[string]any)["properties"].(map[string]any) {
			if of.(map[string]any)["description"] == nil {
				t.Errorf("%s.%s has no description", name, key)
			}
		}
	}
	for _, enum := range []struct{ def, key, want string }{
		{"criterion", "level", fmt.Sprint([]desk.Level{desk.Required, desk.Advice})},
		{"use", "level", fmt.Sprint([]desk.Level{desk.Required, desk.Advice})},
		{"desk", "language", fmt.Sprint(spoken)},
	} {
		of := defs[enum.def].(map[string]any)["properties"].(map[string]any)[enum.key].(map[string]any)
		if got := fmt.Sprint(of["enum"]); got != enum.want {
			t.Errorf("%s.%s takes %s, want %s", enum.def, enum.key, got, enum.want)
		}
	}
}

// against holds a yaml file against a schema: what is wrong, sorted.
func against(root map[string]any, text string) []string {
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return []string{err.Error()}
	}
	v := validator{root: root}
	wrong := v.check("", root, value)
	slices.Sort(wrong)
	return wrong
}

// validator is as much of JSON Schema as JSONSchema writes. A keyword that it
// does not know is told, so that none goes unchecked.
type validator struct{ root map[string]any }

func (v validator) check(at string, s map[string]any, value any) (wrong []string) {
	for keyword, arg := range s {
		switch keyword {
		case "$ref":
			name := strings.TrimPrefix(arg.(string), "#/$defs/")
			wrong = append(wrong, v.check(at, v.root["$defs"].(map[string]any)[name].(map[string]any), value)...)
		case "anyOf":
			fits := func(one any) bool { return len(v.check(at, one.(map[string]any), value)) == 0 }
			if !slices.ContainsFunc(arg.([]any), fits) {
				wrong = append(wrong, at+" is none of those that it may be")
			}
		case "type":
			if !slices.Contains(strings.Fields(strings.Trim(fmt.Sprint(arg), "[]")), jsonKind(value)) {
				wrong = append(wrong, fmt.Sprintf("%s is no %v", at, arg))
			}
		case "enum":
			if !slices.Contains(arg.([]any), value) {
				wrong = append(wrong, fmt.Sprintf("%s is none of %v", at, arg))
			}
		case "minLength":
			if value == "" {
				wrong = append(wrong, at+" is empty")
			}
		case "minimum":
			if n, isInt := value.(int); isInt && float64(n) < arg.(float64) {
				wrong = append(wrong, fmt.Sprintf("%s is below %v", at, arg))
			}
		case "items":
			list, _ := value.([]any)
			for i, item := range list {
				wrong = append(wrong, v.check(fmt.Sprintf("%s/%d", at, i), arg.(map[string]any), item)...)
			}
		case "properties", "additionalProperties", "required":
			// below, together
		case "$schema", "$defs", "title", "description":
		default:
			wrong = append(wrong, "the keyword "+keyword+" is not checked")
		}
	}
	return append(wrong, v.checkKeys(at, s, value)...)
}

// checkKeys holds the keys of a mapping against a schema.
func (v validator) checkKeys(at string, s map[string]any, value any) (wrong []string) {
	mapping, isMapping := value.(map[string]any)
	if !isMapping {
		return nil
	}
	properties, _ := s["properties"].(map[string]any)
	others, open := s["additionalProperties"].(map[string]any)
	for key, item := range mapping {
		of, known := properties[key].(map[string]any)
		switch {
		case known:
			wrong = append(wrong, v.check(at+"/"+key, of, item)...)
		case open:
			wrong = append(wrong, v.check(at+"/"+key, others, item)...)
		case s["additionalProperties"] == false:
			wrong = append(wrong, at+"/"+key+" is not known")
		}
	}
	required, _ := s["required"].([]any)
	for _, key := range required {
		if _, there := mapping[key.(string)]; !there {
			wrong = append(wrong, fmt.Sprintf("%s/%s is missing", at, key))
		}
	}
	return wrong
}

// jsonKind is what JSON Schema calls a decoded value.
func jsonKind(value any) string {
	switch value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case int:
		return "integer"
	case bool:
		return "boolean"
	}
	return "null or number"
}

// TestJSONSchemaReadsWell: the text is indented, ends its line, and keeps < and >
// as they are.
func TestJSONSchemaReadsWell(t *testing.T) {
	text, err := JSONSchema("criteria")
	if err != nil || !regexp.MustCompile(`^\{\n  "\$defs": \{\n`).Match(text) || !strings.HasSuffix(string(text), "\n}\n") {
		t.Errorf("%v\n%s", err, text)
	}
	if strings.Contains(string(text), `"queues"`) {
		t.Error("the schema of criteria.yaml holds that of desk.yaml too")
	}
}
