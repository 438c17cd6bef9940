package rules

import (
	"maps"
	"regexp"
	"slices"
	"text/template"

	"cel.dev/cel-go/cel"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// criterion is one criterion as one format uses it: compiled, with its limits.
type criterion struct {
	name                    string
	level                   desk.Level
	expect, measured, where *expression // where is nil where the rules have none
	when                    *expression // nil where the criterion always applies
	limits                  map[string]any
	says                    map[string]sayings // by language
}

// sayings is the sentences of a criterion in one language. limit and unsure are
// nil where the rules have none.
type sayings struct {
	label                       string
	limit, says, repair, unsure *template.Template
}

// criteriaFile is criteria.yaml with what the formats make of it.
type criteriaFile struct {
	*source
	env       *cel.Env
	languages []string
	entries   map[string]criterionFile
	uses      map[string][]*use
	made      map[string][]made // what compiled, by the criterion's name
}

// use is one criterion in the list of one format.
type use struct {
	format *formatSource
	path   string // in the format's file
	name   string
	level  desk.Level
	limits map[string]any // int64, string, bool or []string
	blamed bool           // a limit is of the wrong type
}

// check looks for what is wrong in a criterion whoever uses it, and for one that
// nobody uses.
func (c *criteriaFile) check(formats []*formatSource) {
	for name, entry := range c.entries {
		c.checkLevel(name+".level", entry.Level)
		c.checkMessage(name+".label", entry.Label, c.languages)
		c.checkMessage(name+".says", entry.Says, c.languages)
		c.checkMessage(name+".repair", entry.Repair, c.languages)
		if c.Has(name + ".unsure") {
			c.checkMessage(name+".unsure", entry.Unsure, c.languages)
		}
		anyBroken := slices.ContainsFunc(formats, func(f *formatSource) bool { return f.Broken })
		if len(c.uses[name]) == 0 && !anyBroken {
			c.FaultAtKey(name, "no format uses the criterion %s: use it in a file of formats/, or remove it", name)
		}
	}
}

// checkLevel refuses a level that is none.
func (s *source) checkLevel(path, level string) {
	if level != "" && level != string(desk.Required) && level != string(desk.Advice) {
		s.Fault(path, "the level %s is not known; accepted: %s, %s", level, desk.Required, desk.Advice)
	}
}

// checkMessage refuses a message that lacks one of the desk's languages.
func (s *source) checkMessage(path string, m message, languages []string) {
	if !s.Has(path) {
		return // said already
	}
	for _, lang := range languages {
		if m.in(lang) == "" && !s.Has(path+"."+lang) {
			s.Fault(path, "%s lacks the language %s", yamlfile.Naming(path), lang)
		}
	}
}

// compile makes a criterion for one format, nil where something is wrong.
func (c *criteriaFile) compile(u *use) *criterion {
	entry := c.entries[u.name]
	if !c.checkLimits(u) {
		return nil
	}
	env, err := withLimits(c.env, u.limits)
	if err != nil {
		c.FaultAtKey(u.name, "the limits cannot be declared: %v", err)
		return nil
	}
	level := u.level
	if level == "" {
		level = desk.Level(entry.Level)
	}
	if level == "" {
		level = desk.Required
	}
	made := &criterion{
		name: u.name, level: level, limits: u.limits,
		expect:   c.expression(env, u, "expect", entry.Expect, cel.BoolType),
		measured: c.expression(env, u, "measured", entry.Measured, cel.IntType, cel.StringType),
		where:    c.expression(env, u, "where", entry.Where, cel.StringType),
		when:     c.expression(env, u, "when", entry.When, cel.BoolType),
		says:     map[string]sayings{},
	}
	if made.measured != nil && !u.blamed {
		for _, lang := range c.languages {
			made.says[lang] = c.sayings(lang, u, made.measured)
		}
	}
	return made
}

// expression compiles one expression, nil where it is absent or wrong.
func (c *criteriaFile) expression(env *cel.Env, u *use, key, text string, gives ...*cel.Type) *expression {
	if text == "" {
		return nil
	}
	made, wrong := compile(env, text, gives...)
	if len(wrong) == 0 || c.blameLimits(u, text, gives) {
		return made
	}
	for _, m := range wrong {
		c.FaultInside(u.name+"."+key, m.offset, "%s", m.says)
	}
	return nil
}

// sayings reads the sentences of a criterion and tries them on samples.
func (c *criteriaFile) sayings(lang string, u *use, measured *expression) sayings {
	entry := c.entries[u.name]
	samples := measuredSamples(measured)
	return sayings{
		label:  entry.Label.in(lang),
		limit:  c.sentence(lang, u, "limit", entry.Limit, samples),
		says:   c.sentence(lang, u, "says."+lang, entry.Says.in(lang), samples),
		repair: c.sentence(lang, u, "repair."+lang, entry.Repair.in(lang), samples),
		unsure: c.sentence(lang, u, "unsure."+lang, entry.Unsure.in(lang), append(samples, "")),
	}
}

// sentence reads one message and executes it, as Validate will, for each sample
// of what may be measured.
func (c *criteriaFile) sentence(lang string, u *use, key, text string, samples []any) *template.Template {
	if text == "" {
		return nil
	}
	names := []string{".measured", ".format", ".file", ".where"}
	for _, limit := range slices.Sorted(maps.Keys(u.limits)) {
		names = append(names, ".limit."+limit)
	}
	t, err := parseSentence(lang, text)
	for _, sample := range samples {
		if err == nil {
			_, err = write(t, sentenceData(lang, u.limits, sample, "Format", "file.docx", "entry 2"))
		}
	}
	if err != nil {
		m := templateMistake(text, err, names)
		c.FaultInside(u.name+"."+key, m.offset, "%s", m.says)
		return nil
	}
	return t
}

// sentenceData is what a sentence may name.
func sentenceData(lang string, limits map[string]any, measured any, format, file, where string) map[string]any {
	spelt := map[string]any{}
	for name, v := range limits {
		spelt[name] = speeches[lang].spell(v)
	}
	return map[string]any{
		"measured": speeches[lang].spell(measured), "limit": spelt,
		"format": format, "file": file, "where": where,
	}
}

// measuredSamples is values that take each way through a sentence.
func measuredSamples(measured *expression) []any {
	if measured.gives.IsExactType(cel.IntType) {
		return []any{int64(0), int64(1), int64(2), int64(5000)}
	}
	return []any{"", "exemple"}
}

// mention is a limit that a criterion names, and where.
type mention struct {
	limit, path string
	offset      int // in runes of the value at path
}

// mentions is the limits that a criterion names, each once, in the order in which
// it does.
func (c *criteriaFile) mentions(name string) []mention {
	entry := c.entries[name]
	var all []mention
	note := func(key, limit string, offset int) {
		if !slices.ContainsFunc(all, func(m mention) bool { return m.limit == limit }) {
			all = append(all, mention{limit, name + "." + key, offset})
		}
	}
	for _, e := range []struct{ key, text string }{
		{"expect", entry.Expect}, {"measured", entry.Measured}, {"where", entry.Where}, {"when", entry.When},
	} {
		for _, m := range limitsIn(c.env, e.text) {
			note(e.key, m.limit, m.offset)
		}
	}
	for _, t := range []struct{ key, text string }{
		{"limit", entry.Limit},
		{"says.fr", entry.Says.FR},
		{"says.en", entry.Says.EN},
		{"repair.fr", entry.Repair.FR},
		{"repair.en", entry.Repair.EN},
		{"unsure.fr", entry.Unsure.FR},
		{"unsure.en", entry.Unsure.EN},
	} {
		for _, at := range templateLimit.FindAllStringSubmatchIndex(t.text, -1) {
			note(t.key, t.text[at[2]:at[3]], len([]rune(t.text[:at[0]])))
		}
	}
	return all
}

var templateLimit = regexp.MustCompile(`\.limit\.(\w+)`)
