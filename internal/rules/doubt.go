package rules

import (
	"text/template"
)

// doubtSays is what a finding says where a criterion could not be told, by the
// doubt and the language. Under certain stands what is said where the text is
// known and a fact of it is not.
type doubtSays map[doubt]map[string]*template.Template

// readDoubts reads the sentences under unsure in desk.yaml.
func (s *source) readDoubts(says unsureSays, languages []string) doubtSays {
	read := doubtSays{}
	for d, of := range map[doubt]struct {
		key  string
		says message
	}{
		certain:    {"otherwise", says.Otherwise},
		noText:     {"no_text", says.NoText},
		unreadable: {"unreadable", says.Unreadable},
		twoTexts:   {"two_texts", says.TwoTexts},
	} {
		read[d] = map[string]*template.Template{}
		s.checkMessage("unsure."+of.key, of.says, languages)
		for _, lang := range languages {
			read[d][lang] = s.readDoubt("unsure."+of.key+"."+lang, lang, of.says.in(lang))
		}
	}
	read[online] = read[noText] // the finding that there is none says the rest
	return read
}

// readDoubt reads one sentence, which may name .files.
func (s *source) readDoubt(path, lang, text string) *template.Template {
	t, err := parseSentence(lang, text)
	if err == nil {
		_, err = write(t, map[string]any{"files": "file.docx"})
	}
	if err != nil {
		m := templateMistake(text, err, []string{".files"})
		s.FaultInside(path, m.offset, "%s", m.says)
		return nil
	}
	return t
}
