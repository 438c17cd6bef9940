package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Tried is one criterion with its own examples, each of them tried.
type Tried struct {
	Criterion    string // its key in criteria.yaml
	Line, Column int    // of the key, from 1
	Examples     []Example
}

// Example is one example of a criterion, tried.
type Example struct {
	Line, Column int          // in criteria.yaml, from 1
	Given        string       // the facts and limits: "document.words = 249, limit.min = 250"
	Want         desk.Result  // Pass for a good example, Fail for a bad one
	Finding      desk.Finding // what came of it, in the desk's own language
	Wrong        string       // why it does not give what it says; "" where it does
}

// Count is how many of the examples say that their criterion gives this result.
func (t Tried) Count(want desk.Result) (n int) {
	for _, e := range t.Examples {
		if e.Want == want {
			n++
		}
	}
	return n
}

// TryExamples tries every criterion's own examples, in the order of
// criteria.yaml. A good example must pass, a bad one must fail and its sentences
// be written in every language of the desk. A fact that an example leaves out is
// unknown, as in a text of which it cannot be told.
func (s *Set) TryExamples() []Tried {
	var all []Tried
	for _, of := range s.examples {
		t := Tried{Criterion: of.name, Line: of.line, Column: of.column}
		for _, e := range of.examples {
			t.Examples = append(t.Examples, s.try(e))
		}
		all = append(all, t)
	}
	return all
}

// try tries one example, in the desk's own language first.
func (s *Set) try(e example) Example {
	tried := Example{Line: e.line, Column: e.column, Given: e.String(), Want: e.want}
	tried.Finding = s.find(e, s.Desk.Language)
	for _, lang := range append([]string{s.Desk.Language}, s.Desk.Languages...) {
		if tried.Wrong == "" {
			tried.Wrong = e.wrong(s.find(e, lang), lang)
		}
	}
	return tried
}

// find applies an example's criterion to its facts.
func (s *Set) find(e example, lang string) desk.Finding {
	v := validation{
		set: s, format: &Format{Name: e.format}, known: known{lang: lang},
		facts: activation(e.worded(lang)),
	}
	return v.find(e.criterion)
}

// failing finds for a format's criterion one of its examples that fails.
func (s *Set) failing(f *Format, c *criterion, lang string) desk.Finding {
	for _, of := range s.examples {
		for _, e := range of.examples {
			if of.name != c.name || e.want != desk.Fail {
				continue
			}
			v := validation{set: s, format: f, known: known{lang: lang}, facts: activation(e.worded(lang))}
			if found := v.find(c); found.Result == desk.Fail {
				return found
			}
		}
	}
	return desk.Finding{}
}

// applies says whether an example's criterion has anything to measure in it.
func (e example) applies(lang string) bool {
	if e.criterion.when == nil {
		return true
	}
	applies, told := e.criterion.when.eval(activation(e.worded(lang)))
	return !told || applies == true // one that cannot be told is said to be so
}

// worded is the facts of an example with those that go by what a language calls
// them.
func (e example) worded(lang string) map[string]any {
	code, given := e.facts["document.language"].(string)
	if _, named := e.facts["document.language_name"]; named || !given {
		return e.facts
	}
	all := maps.Clone(e.facts)
	all["document.language_name"] = speeches[lang].languageName(code)
	return all
}

// wrong is why a finding is not what the example says, "" where it is.
func (e example) wrong(got desk.Finding, lang string) string {
	switch {
	case !e.applies(lang):
		return "the criterion does not apply to it: its when is false"
	case got.Result == desk.Unknown:
		return "it cannot be told" + e.lacking()
	case got.Result != e.want && e.want == desk.Pass:
		return "this good example fails: " + got.Message
	case got.Result != e.want:
		return "this bad example passes"
	case e.want == desk.Fail && (got.Message == got.Label || got.Repair == ""):
		return "says or repair cannot be written in " + lang + e.lacking()
	}
	return ""
}

// lacking asks for the facts that an example could have given and did not.
func (e example) lacking() string {
	given := e.worded(spoken[0])
	names := slices.DeleteFunc(e.criterion.asks(), func(name string) bool { _, told := given[name]; return told })
	if len(names) == 0 {
		return ""
	}
	return ": give " + strings.Join(names, ", ") + " too"
}
