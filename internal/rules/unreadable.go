package rules

import (
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/bara-think-tank/guichet/internal/document"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// readableName is the criterion that says whether there is one text to judge: it
// alone tells at length why there is none. Package notice knows it by this name too.
const readableName = "readable"

// kindTwoTexts is the cause that no document has by itself: two files hold
// different texts.
const kindTwoTexts = "two-texts"

// unreadableKinds is every cause that unreadable.yaml may speak of.
func unreadableKinds() []string {
	kinds := append(document.Kinds(), kindTwoTexts)
	slices.Sort(kinds)
	return kinds
}

// unreadableSays is what is said of files that cannot be read: by the cause, then
// the language.
type unreadableSays map[string]map[string]repairable

// repairable is a sentence and the way to repair what it says.
type repairable struct{ says, repair *template.Template }

// readUnreadable reads unreadable.yaml.
func (l *loader) readUnreadable() unreadableSays {
	entries := map[string]causeFile{}
	if _, given := l.files[unreadableName]; !given {
		return nil // every cause gets the general sentence of desk.yaml
	}
	s := l.source(unreadableName, &entries)
	read, known, owners := unreadableSays{}, unreadableKinds(), map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		entry := entries[name]
		s.checkMessage(name+".says", entry.Says, l.criteria.languages)
		s.checkMessage(name+".repair", entry.Repair, l.criteria.languages)
		said := map[string]repairable{}
		for _, lang := range l.criteria.languages {
			said[lang] = repairable{
				s.readUnread(name+".says."+lang, lang, entry.Says.in(lang)),
				s.readUnread(name+".repair."+lang, lang, entry.Repair.in(lang)),
			}
		}
		for i, kind := range entry.Kinds {
			at := yamlfile.Nth(name+".kinds", i)
			before, taken := owners[kind]
			switch {
			case !slices.Contains(known, kind):
				_, hint := yamlfile.Suggest(kind, known)
				s.Fault(at, "the cause %s is not known%s; accepted: %s", kind, hint, strings.Join(known, ", "))
			case taken:
				s.Fault(at, "the cause %s is taken by %s: name it once", kind, before)
			}
			owners[kind], read[kind] = name, said
		}
	}
	return read
}

// readUnread reads one sentence and tries it on one file and on two, of several
// services.
func (s *source) readUnread(path, lang, text string) *template.Template {
	t, err := parseSentence(lang, text)
	for _, service := range []string{"", "Google Docs", "OneDrive", "WeTransfer"} {
		for count := 1; err == nil && count <= 2; count++ {
			_, err = write(t, unreadData(lang, []string{"file.docx", "file.odt"}[:count], service))
		}
	}
	if err != nil {
		m := templateMistake(text, err, []string{".files", ".count", ".service"})
		s.FaultInside(path, m.offset, "%s", m.says)
		return nil
	}
	return t
}

// unreadData is what a sentence about files may name.
func unreadData(lang string, files []string, service string) map[string]any {
	return map[string]any{"files": speeches[lang].quoted(files), "count": int64(len(files)), "service": service}
}

// mostCauses is how many causes one finding tells; past them it would be a list,
// and no answer.
const mostCauses = 3

// whyUnread says at length why a choice has no text, and how to repair it: a
// sentence for each cause. Both are "" where the rules have no words for it.
func (v validation) whyUnread() (says, repair string) {
	var saying, repairing []string
	for _, g := range v.known.choice.causes() {
		words, ok := v.set.unreadable[g.kind][v.known.lang]
		if !ok || len(saying) == mostCauses {
			return "", ""
		}
		data := unreadData(v.known.lang, g.files, g.service)
		saying = append(saying, say(words.says, data, ""))
		if advice := say(words.repair, data, ""); !slices.Contains(repairing, advice) {
			repairing = append(repairing, advice)
		}
	}
	return strings.Join(saying, " "), strings.Join(repairing, " ")
}

// cause is why some files cannot be read: one that the rules may speak of.
type cause struct {
	kind, service string
	files         []string
}

// causes are those of a choice without a text, each once, in the order of its files.
func (c choice) causes() []cause {
	if c.doubt == twoTexts {
		return []cause{{kind: kindTwoTexts, files: c.files}}
	}
	var all []cause
	for _, d := range c.unread {
		made := cause{kind: causeOf(d), files: []string{d.File}}
		if d.Fault == document.FaultOnline {
			made.service = d.Named
		}
		same := func(a cause) bool { return a.kind == made.kind && a.service == made.service }
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i].files = append(all[i].files, d.File)
		} else {
			all = append(all, made)
		}
	}
	return all
}

// causeOf is what a document that cannot be read is, as far as an answer has words
// for it, else what kept it from being read.
func causeOf(d document.Document) string {
	if slices.Contains(document.Kinds(), d.Named) {
		return d.Named
	}
	return string(d.Fault)
}
