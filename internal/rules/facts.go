package rules

import (
	"cel.dev/cel-go/cel"

	"github.com/bara-think-tank/guichet/internal/document"
)

// known is a submission as the criteria see it: its text, where one could be
// chosen, and what the mail says beside it.
type known struct {
	choice       choice
	title        string
	author       string
	picturesLone int // attached beside the text
	year         int // of receipt; 0 where it is not known
	lang         string
}

// fact is one thing that a criterion may ask.
type fact struct {
	name string
	kind *cel.Type
	of   func(known) any // nil: it cannot be told
}

// facts is every fact. Without one chosen text no fact of a text is known, save
// whether there is one.
var facts = []fact{
	{"document.readable", cel.BoolType, known.readable},
	{"document.words", cel.IntType, ofText(func(d document.Document) any { return d.Words })},
	{"document.words_total", cel.IntType, ofText(func(d document.Document) any { return d.WordsTotal })},
	{"document.abstract_words", cel.IntType, ofText(func(d document.Document) any { return document.CountWords(d.Abstract) })},
	{"document.sections", cel.IntType, ofText(func(d document.Document) any { return d.Sections })},
	{"document.headings", cel.IntType, ofText(func(d document.Document) any { return len(d.Headings) })},
	{"document.sources", cel.IntType, known.sources},
	{"document.sources_incomplete", cel.IntType, ofText(func(d document.Document) any { return len(incomplete(d)) })},
	{"document.sources_missing", cel.StringType, known.sourcesMissing},
	{"document.sources_faults", cel.IntType, ofKnown(func(k known) any { return len(k.faulty()) })},
	{"document.sources_faulty", cel.StringType, ofKnown(func(k known) any { return k.listed(k.faulty()) })},
	{"document.sources_uncited", cel.IntType, ofKnown(func(k known) any { return len(k.uncited()) })},
	{"document.sources_uncited_which", cel.StringType, ofKnown(func(k known) any { return k.listed(k.uncited()) })},
	{"document.citations", cel.IntType, ofText(func(d document.Document) any { return len(d.Citations) })},
	{"document.citations_missing", cel.IntType, ofKnown(func(k known) any { return len(k.unlisted()) })},
	{"document.citations_missing_which", cel.StringType, ofKnown(func(k known) any { return k.listed(k.unlisted()) })},
	{"document.pictures", cel.IntType, ofText(func(d document.Document) any { return d.Pictures })},
	{"document.pictures_uncredited", cel.IntType, ofText(func(d document.Document) any { return d.Pictures - d.Credited })},
	{"document.language", cel.StringType, ofText(func(d document.Document) any { return textOrNil(d.Language) })},
	{"document.language_name", cel.StringType, known.languageName},
	{"document.type", cel.StringType, ofText(func(d document.Document) any { return string(d.Type) })},
	{"document.fault", cel.StringType, known.fault},
	{"document.named", cel.StringType, known.named},
	{"submission.title", cel.StringType, func(k known) any { return k.ofChosen(k.title) }},
	{"submission.author", cel.StringType, func(k known) any { return k.ofChosen(k.author) }},
	{"submission.pictures", cel.IntType, func(k known) any { return k.picturesLone }},
	{"submission.pictures_uncredited", cel.IntType, known.lonePicturesUncredited},
}

// factNamed is the fact of that name, and whether there is one.
func factNamed(name string) (fact, bool) {
	for _, f := range facts {
		if f.name == name {
			return f, true
		}
	}
	return fact{}, false
}

// activation is the facts of a submission as CEL takes them.
func (k known) activation() cel.PartialActivation {
	values := make(map[string]any, len(facts))
	for _, f := range facts {
		if v := f.of(k); v != nil {
			values[f.name] = v
		}
	}
	return activation(values)
}

// activation is values of facts as CEL takes them: a fact without one is marked
// as unknown.
func activation(values map[string]any) cel.PartialActivation {
	var unknown []*cel.AttributePatternType
	for _, f := range facts {
		if _, told := values[f.name]; !told {
			unknown = append(unknown, cel.AttributePattern(f.name))
		}
	}
	facts, err := cel.PartialVars(values, unknown...)
	if err != nil {
		return nil // of a map there is no error; if there were, nothing could be told
	}
	return facts
}

// ofText is a fact of the text, unknown where none was chosen.
func ofText(of func(document.Document) any) func(known) any {
	return func(k known) any {
		if k.choice.doubt != certain {
			return nil
		}
		return of(k.choice.text)
	}
}

// ofKnown is a fact of the text and of what is known beside it, unknown where no
// text was chosen.
func ofKnown(of func(known) any) func(known) any {
	return func(k known) any {
		if k.choice.doubt != certain {
			return nil
		}
		return of(k)
	}
}

// ofChosen is a value that counts only once the text is known.
func (k known) ofChosen(v string) any {
	if k.choice.doubt != certain {
		return nil
	}
	return v
}

// readable says whether there is one text to judge: no file that cannot be read
// and no two texts leave that open.
func (k known) readable() any {
	switch k.choice.doubt {
	case certain:
		return true
	case noText, online: // there is none here, and the person can send it
		return false
	}
	return nil
}

// languageName is what the finding's language calls the text's.
func (k known) languageName() any {
	if k.choice.doubt != certain || k.choice.text.Language == "" {
		return nil
	}
	return speeches[k.lang].languageName(k.choice.text.Language)
}

// lonePicturesUncredited: nothing ties a picture beside the text to a credit in
// it, so only that there is none can be told.
func (k known) lonePicturesUncredited() any {
	if k.picturesLone > 0 {
		return nil
	}
	return 0
}

// sources is how many sources the text has: none in it, and a file of sources beside
// it, leaves that open.
func (k known) sources() any {
	n := len(k.choice.text.Sources)
	if k.choice.doubt != certain || n == 0 && k.choice.bibliography != "" {
		return nil
	}
	return n
}

// fault is why there is no text that could be read, "" where there is one or where
// nothing was sent.
func (k known) fault() any {
	switch {
	case k.choice.doubt == twoTexts:
		return kindTwoTexts
	case len(k.choice.unread) > 0:
		return string(k.choice.unread[0].Fault)
	}
	return ""
}

// named is what the first file that cannot be read is.
func (k known) named() any {
	if len(k.choice.unread) == 0 {
		return ""
	}
	return k.choice.unread[0].Named
}

// textOrNil is s, and unknown where it is empty.
func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
