package notice

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// shared is the file whose {{define}}s every notice of the language may use.
const shared = "shared.txt"

// loader reads the templates and gathers their faults.
type loader struct {
	fs     fs.FS
	pub    Publication
	faults desk.Faults
	seen   map[string]bool // faults told already: shared.txt is in every notice
}

func (l *loader) load() map[string]map[Kind]*template.Template {
	l.checkPublication()
	l.checkNames()
	sheets := map[string]map[Kind]*template.Template{}
	for _, lang := range l.pub.Languages {
		sheets[lang] = l.language(lang)
	}
	return sheets
}

func (l *loader) checkPublication() {
	if !slices.Contains(l.pub.Languages, l.pub.Language) {
		l.fault(desk.Fault{File: ".", Message: fmt.Sprintf(
			"the publication's own language %q is not among its languages %v", l.pub.Language, l.pub.Languages)})
	}
}

// checkNames tells every file that no notice uses: one with a mistyped name
// would be ignored in silence.
func (l *loader) checkNames() {
	err := fs.WalkDir(l.fs, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() && !l.known(name) {
			l.fault(desk.Fault{File: name, Message: fmt.Sprintf(
				"no notice uses this file; the languages are %s, the files %s in each",
				strings.Join(l.pub.Languages, ", "), strings.Join(fileNames(), ", "))})
		}
		return nil
	})
	if err != nil {
		l.fault(desk.Fault{File: ".", Message: "cannot be read: " + err.Error()})
	}
}

func (l *loader) known(name string) bool {
	lang, file := path.Split(name)
	return slices.Contains(l.pub.Languages, strings.TrimSuffix(lang, "/")) &&
		slices.Contains(fileNames(), file)
}

func fileNames() []string {
	names := []string{shared}
	for _, k := range kinds {
		names = append(names, fileName(k))
	}
	return names
}

func fileName(k Kind) string { return string(k) + ".txt" }

// language parses and tries the notices of one language. Where what they share
// is faulty, trying them would only tell the same fault again.
func (l *loader) language(lang string) map[Kind]*template.Template {
	base := template.New(path.Join(lang, shared)).Funcs(languageOf(lang).funcs())
	common, found := l.source(lang, shared)
	sound := found && l.parse(base, common)
	sheets := map[Kind]*template.Template{}
	for _, k := range kinds {
		text, found := l.source(lang, fileName(k))
		t := template.Must(base.Clone()).New(path.Join(lang, fileName(k)))
		if found && l.parse(t, text) && sound {
			sheets[k] = t
			l.try(t, k, lang)
		}
	}
	return sheets
}

// source is a template's text with LF, false where it has a fault.
func (l *loader) source(lang, file string) (string, bool) {
	fault := desk.Fault{File: path.Join(lang, file)}
	raw, err := fs.ReadFile(l.fs, path.Join(lang, file))
	text := strings.ReplaceAll(strings.TrimPrefix(string(raw), "\uFEFF"), "\r\n", "\n")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		fault.Message = "the file is missing; each language has all of " + strings.Join(fileNames(), ", ")
	case err != nil:
		fault.Message = "cannot be read: " + err.Error()
	case !utf8.ValidString(text):
		fault.Line, fault.Column = firstInvalid(text), 1
		fault.Message = "is not UTF-8; save the file as UTF-8"
	default:
		return text, true
	}
	l.fault(fault)
	return "", false
}

// firstInvalid is the first line, from 1, that is not UTF-8.
func firstInvalid(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if !utf8.ValidString(line) {
			break
		}
	}
	return n
}

func (l *loader) parse(t *template.Template, text string) bool {
	if _, err := t.Parse(text); err != nil {
		l.fault(asFault(t.Name(), err, nil))
		return false
	}
	return true
}

// try renders the template on every sample: a field that does not exist is found
// only when it is asked for.
func (l *loader) try(t *template.Template, k Kind, lang string) {
	if t.Lookup("subject") == nil {
		l.fault(desk.Fault{File: t.Name(), Message: `says no subject; write {{define "subject"}}…{{end}}`})
		return
	}
	if k == KindTombstone && t.Lookup("category") == nil {
		l.fault(desk.Fault{File: t.Name(), Message: `names no reasons; write {{define "category"}}…{{end}}`})
		return
	}
	for _, page := range samples(k, frame{Pub: l.pub, Lang: lang}) {
		subject, body, err := render(t, lang, page)
		switch {
		case err != nil:
			l.fault(asFault(t.Name(), err, page))
		case subject == "":
			l.fault(desk.Fault{File: t.Name(), Message: `its {{define "subject"}} is empty`})
		case body == "":
			l.fault(desk.Fault{File: t.Name(), Message: "says nothing: the mail would be empty"})
		}
	}
}

func (l *loader) fault(f desk.Fault) {
	if !l.seen[f.Error()] {
		l.seen[f.Error()] = true
		l.faults = append(l.faults, f)
	}
}
