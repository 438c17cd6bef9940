package rules

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// example is one example of a criterion, ready to be tried.
type example struct {
	line, column int
	want         desk.Result
	facts        map[string]any
	criterion    *criterion // with the example's own limits
	limits       []string   // their names, as the criterion names them
	format       string     // the name of the one that its sentences speak of
}

// criterionExamples is the examples of one criterion, the good ones first.
type criterionExamples struct {
	name         string
	line, column int
	examples     []example
}

// made is a criterion that compiled, by its limits: compiling is what loading
// spends its time on, and most examples have the limits of a format.
type made struct {
	limits    map[string]any
	criterion *criterion
	format    string // the name of the format, the criterion's first where an example alone has these limits
}

// keep remembers a criterion that compiled whole.
func (c *criteriaFile) keep(u *use, compiled *criterion) {
	if compiled == nil || compiled.expect == nil || compiled.measured == nil {
		return
	}
	entry := c.entries[u.name]
	if (entry.Where == "" || compiled.where != nil) && (entry.When == "" || compiled.when != nil) {
		name := cmp.Or(u.format.file.Name, c.uses[u.name][0].format.file.Name)
		c.made[u.name] = append(c.made[u.name], made{u.limits, compiled, name})
	}
}

// withLimits is the criterion with the limits of an example, nil where they are
// wrong.
func (c *criteriaFile) withLimits(u *use) *made {
	same := func(m made) bool { return reflect.DeepEqual(m.limits, u.limits) }
	i := slices.IndexFunc(c.made[u.name], same)
	if i < 0 {
		c.keep(u, c.compile(u))
		i = slices.IndexFunc(c.made[u.name], same)
	}
	if i < 0 {
		return nil
	}
	return &c.made[u.name][i]
}

// readExamples reads the examples of every criterion, in the order of the file.
// Those of a criterion that is wrong itself are left until it is right.
func (c *criteriaFile) readExamples() []criterionExamples {
	var all []criterionExamples
	for name, entry := range c.entries {
		if len(c.made[name]) == 0 {
			continue
		}
		of := criterionExamples{name: name}
		of.line, of.column = c.Place(name)
		of.add(c, "good", desk.Pass, entry.Examples.Good)
		of.add(c, "bad", desk.Fail, entry.Examples.Bad)
		all = append(all, of)
	}
	slices.SortFunc(all, func(a, b criterionExamples) int { return cmp.Compare(a.line, b.line) })
	return all
}

// add reads one list of examples.
func (all *criterionExamples) add(c *criteriaFile, key string, want desk.Result, files []exampleFile) {
	for i, file := range files {
		path := yamlfile.Nth(all.name+".examples."+key, i)
		u := &use{format: &formatSource{source: c.source}, path: path, name: all.name}
		limits, isMapping := file["limit"].(exampleFile) // yaml decodes what it holds as what holds it
		if file["limit"] != nil && !isMapping {
			c.Fault(path+".limit", "limit must be a mapping, as in {min: 1}")
			continue
		}
		u.limits = u.format.readLimits(path, limits)
		of := c.withLimits(u)
		if of == nil {
			continue
		}
		e := example{want: want, criterion: of.criterion, format: of.format, facts: c.exampleFacts(u, of.criterion, file)}
		for _, m := range c.mentions(u.name) {
			e.limits = append(e.limits, m.limit)
		}
		e.line, e.column = c.Place(path)
		all.examples = append(all.examples, e)
	}
}

// exampleFacts is the facts of an example. One that the criterion never asks
// for is a fault: it would prove nothing.
func (c *criteriaFile) exampleFacts(u *use, of *criterion, file exampleFile) map[string]any {
	accepted := of.asks()
	if len(u.limits) > 0 {
		accepted = append(accepted, "limit")
	}
	facts := map[string]any{}
	for name, v := range file {
		at := u.path + "." + name
		f, _ := factNamed(name)
		switch {
		case name == "limit":
		case !slices.Contains(accepted, name):
			_, hint := yamlfile.Suggest(name, accepted)
			c.FaultAtKey(at, "the criterion %s does not ask for %s%s; accepted: %s", u.name, name, hint, strings.Join(accepted, ", "))
		case !f.takes(v):
			c.Fault(at, "%s must be %s", name, exampleTypeName(f.kind))
		default:
			facts[name] = v
		}
	}
	return facts
}

// takes says whether a decoded value can be the fact's. No fact is below zero.
func (f fact) takes(v any) bool {
	switch v := v.(type) {
	case int:
		return f.kind == cel.IntType && v >= 0
	case string:
		return f.kind == cel.StringType
	case bool:
		return f.kind == cel.BoolType
	}
	return false
}

// exampleTypeName is what an example may give of a fact.
func exampleTypeName(kind *cel.Type) string {
	if kind == cel.IntType {
		return "a whole number, 0 or more"
	}
	return typeName(kind)
}

// asks is the facts that a criterion names, those that decide first.
func (c *criterion) asks() []string {
	var all []string
	for _, e := range []*expression{c.expect, c.measured, c.where, c.when} {
		if e == nil {
			continue
		}
		for _, name := range e.asks {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// String is the example as a person reads it: "document.words = 249,
// limit.min = 250".
func (e example) String() string {
	var parts []string
	for _, f := range facts {
		if v, given := e.facts[f.name]; given {
			parts = append(parts, f.name+" = "+literal(v))
		}
	}
	for _, name := range e.limits {
		parts = append(parts, "limit."+name+" = "+literal(e.criterion.limits[name]))
	}
	return strings.Join(parts, ", ")
}

// literal is a value as an editor writes it.
func literal(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%q", v)
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	}
	return fmt.Sprint(v)
}
