package rules

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// speech is what rules need of a language beside the sentences that editors
// write: how it writes numbers and lists.
type speech struct {
	tag     language.Tag
	group   string // between the thousands
	colon   string // after a label
	and     string
	open    string // of a quotation
	close   string
	one     func(n int64) bool // takes the singular
	number  func(n int64) any  // prints itself in this language
	words   [2]string          // one, and several
	entry   string             // of a bibliography: its number, what it lacks
	then    string             // between entries
	more    string             // how many entries are not named
	missing map[string]string  // the parts of a source, and what may be wrong in one
}

// speeches is the speech of every language in spoken.
var speeches = map[string]speech{
	"fr": {
		tag: language.French, group: "\u202f", colon: "\u00a0: ", and: " et ",
		open: "«\u00a0", close: "\u00a0»",
		one:    func(n int64) bool { return n == 0 || n == 1 },
		number: func(n int64) any { return frenchNumber(n) },
		words:  [2]string{"mot", "mots"},
		entry:  "entrée\u00a0%d (%s)", then: "\u202f; ", more: "et %d de plus",
		missing: map[string]string{
			"author": "auteur", "year": "année", "title": "titre", "locator": "lien ou éditeur",
			"url": "lien incomplet ou mal écrit", "doi": "DOI mal écrit", "isbn": "ISBN faux", "future": "année %s à venir", "repeats": "la même que la %d",
		},
	},
	"en": {
		tag: language.English, group: ",", colon: ": ", and: " and ",
		open: "“", close: "”",
		one:    func(n int64) bool { return n == 1 },
		number: func(n int64) any { return englishNumber(n) },
		words:  [2]string{"word", "words"},
		entry:  "entry %d (%s)", then: "; ", more: "and %d more",
		missing: map[string]string{
			"author": "author", "year": "year", "title": "title", "locator": "link or publisher",
			"url": "link cut short or misspelt", "doi": "misspelt DOI", "isbn": "wrong ISBN", "future": "year %s to come", "repeats": "the same as entry %d",
		},
	},
}

// of is what a missing part of a source, or what is wrong in one, is called.
func (s speech) of(part string) string {
	if name, ok := s.missing[part]; ok {
		return name
	}
	return part
}

// A number in a template must compare as a number and print as its language
// writes it; text/template leaves no other way to do both.
type (
	frenchNumber  int64
	englishNumber int64
)

func (n frenchNumber) String() string  { return grouped(int64(n), speeches["fr"].group) }
func (n englishNumber) String() string { return grouped(int64(n), speeches["en"].group) }

// grouped writes n with its thousands set apart.
func grouped(n int64, separator string) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return sign + digits
}

// spell makes a value of a rule ready for a template in this language.
func (s speech) spell(v any) any {
	switch v := v.(type) {
	case int64:
		return s.number(v)
	case []string:
		return strings.Join(v, ", ")
	case nil:
		return ""
	}
	return v
}

// labelled is what a finding that passes says: "Mots : 412".
func (s speech) labelled(label, measured string) string {
	if measured == "" {
		return label
	}
	return label + s.colon + measured
}

// quoted lists file names: « a.docx » et « b.odt ».
func (s speech) quoted(files []string) string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = s.open + f + s.close
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + s.and + names[last]
	}
	return strings.Join(names, "")
}

// functions are those that a sentence in this language may call.
func (s speech) functions() template.FuncMap {
	return template.FuncMap{
		"plural": func(n any, one, many string) (string, error) {
			v, err := wholeNumber(n)
			if err == nil && s.one(v) {
				return one, nil
			}
			return many, err
		},
		"minus": func(a, b any) (any, error) {
			v, err := wholeNumber(a)
			w, err2 := wholeNumber(b)
			return s.number(v - w), errors.Join(err, err2)
		},
		"words": func(n any) (string, error) {
			v, err := wholeNumber(n)
			noun := s.words[1]
			if s.one(v) {
				noun = s.words[0]
			}
			return fmt.Sprint(s.number(v), " ", noun), err
		},
		"close": func(a, b any) (bool, error) {
			v, err := wholeNumber(a)
			w, err2 := wholeNumber(b)
			return 20*max(v-w, w-v) <= w, errors.Join(err, err2)
		},
		"language": func(codes string) string {
			var names []string
			for code := range strings.SplitSeq(codes, ", ") {
				names = append(names, s.languageName(code))
			}
			return strings.Join(names, ", ")
		},
	}
}

// wholeNumber is a number of a template.
func wholeNumber(n any) (int64, error) {
	v := reflect.ValueOf(n)
	if !v.CanInt() {
		return 0, fmt.Errorf("a whole number is needed, not %q", fmt.Sprint(n))
	}
	return v.Int(), nil
}

// languageName is what this language calls the language of that code, and the
// code itself where it has no name for it.
func (s speech) languageName(code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	if name := display.Languages(s.tag).Name(tag); name != "" {
		return name
	}
	return code
}

// parseSentence reads one message in one language.
func parseSentence(lang, text string) (*template.Template, error) {
	return template.New("").Option("missingkey=error").Funcs(speeches[lang].functions()).Parse(text)
}

// write executes a sentence.
func write(t *template.Template, data map[string]any) (string, error) {
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

// templateError takes apart what text/template says of a fault:
// "template: :1:10: executing "" at <.limit.mn>: map has no entry for key "mn"".
var templateError = regexp.MustCompile(`(?s)^template: :(\d+):(?:(\d+):)? (?:executing "" at <(.*?)>: )?(.*)$`)

// templateMistake puts a template's fault into an editor's words.
func templateMistake(text string, err error, names []string) mistake {
	m := templateError.FindStringSubmatch(err.Error())
	if m == nil {
		return mistake{0, err.Error()}
	}
	line, _ := strconv.Atoi(m[1])
	column, _ := strconv.Atoi(m[2]) // in bytes from 0; absent from a parse error
	says := m[4]
	if strings.HasPrefix(says, "map has no entry for key") {
		_, hint := yamlfile.Suggest(m[3], names)
		says = m[3] + " is not known here" + hint + "; accepted: " + strings.Join(names, ", ")
	}
	return mistake{offsetOfByte(text, line, column), says}
}

// offsetOfByte turns a line from 1 and a byte of it into an offset in runes.
func offsetOfByte(text string, line, column int) int {
	lines := strings.SplitAfter(text, "\n")
	offset := 0
	for i, l := range lines {
		if i+1 < line {
			offset += len([]rune(l))
		} else if i+1 == line {
			offset += len([]rune(l[:min(column, len(l))]))
		}
	}
	return offset
}
