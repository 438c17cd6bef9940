package notice

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// templateError is how text/template writes where an error is; its columns start
// at 0, and it has none while parsing. unknownField is how it says that a page has no
// such field.
var (
	templateError = regexp.MustCompile(`(?s)^template: (.+?):(\d+)(?::(\d+))?: (?:executing ".*?" at )?(.*)$`)
	unknownField  = regexp.MustCompile(`can't evaluate field (\w+) in type \*?([\w.]+)`)
)

// asFault is what text/template found, at its place; page is what was rendered, nil
// while parsing.
func asFault(name string, err error, page any) desk.Fault {
	m := templateError.FindStringSubmatch(err.Error())
	if m == nil {
		return desk.Fault{File: name, Message: err.Error()}
	}
	line, _ := strconv.Atoi(m[2])
	column, _ := strconv.Atoi(m[3])
	f := desk.Fault{File: m[1], Line: line, Column: column + 1, Message: oneLine(m[4], maxSentence)}
	if u := unknownField.FindStringSubmatch(m[4]); u != nil && page != nil {
		if known := fieldsOf(reflect.TypeOf(page), u[2]); len(known) > 0 {
			f.Message = unknownIn("."+u[1], known)
		}
	}
	return f
}

func unknownIn(field string, known []string) string {
	hint := ""
	if meant := typo.Nearest(field, known); meant != "" {
		hint = "; did you mean " + meant + "?"
	}
	return field + " is not known here" + hint + "; accepted: " + strings.Join(known, ", ")
}

// fieldsOf are the fields and methods of the type of a name that a page leads to, as
// a template writes them; none where it leads to no such type.
func fieldsOf(page reflect.Type, name string) []string {
	seen := map[reflect.Type]bool{}
	var found []string
	var visit func(t reflect.Type)
	visit = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		if t.String() == name {
			found = members(t)
			return
		}
		for _, f := range reflect.VisibleFields(t) {
			visit(f.Type)
		}
		for m := range t.NumMethod() {
			if out := t.Method(m).Type; out.NumOut() > 0 {
				visit(out.Out(0))
			}
		}
	}
	visit(page)
	return found
}

// members are what a template may ask of a struct, sorted.
func members(t reflect.Type) []string {
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && !f.Anonymous {
			names = append(names, "."+f.Name)
		}
	}
	for m := range t.NumMethod() {
		names = append(names, "."+t.Method(m).Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
